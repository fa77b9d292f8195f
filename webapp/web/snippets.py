"""How a product gets its variant and logs the success event, with each of Statsig's SDKs.

The sources of the SDKs say what they accept: https://github.com/statsig-io, js-client-monorepo, statsig-server-core,
statsig-kit and android-sdk. No comment contains what was typed, which could end the comment.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .snippet_languages import JAVASCRIPT, KOTLIN, PYTHON, SWIFT, Language, group
from .snippet_plan import Key, Plan, make_plan

_SUCCESS = "When the user succeeds:"


@dataclass(frozen=True)
class Snippet:
    id: str
    title: str
    code: str


def snippets(statsig_id: str, body: Mapping[str, Any]) -> list[Snippet]:
    """For the web, a server, iOS and Android. `body` is the request body of Create Autotune."""
    kinds: list[tuple[str, str, Language, Callable[[Plan], Iterator[str]]]] = [
        ("web", "Web (JavaScript)", JAVASCRIPT, _web),
        ("server", "Server (Python)", PYTHON, _server),
        ("ios", "iOS (Swift)", SWIFT, _ios),
        ("android", "Android (Kotlin)", KOTLIN, _android),
    ]
    return [
        Snippet(id_, title, "\n".join(write(make_plan(language, statsig_id, body))))
        for id_, title, language, write in kinds
    ]


def _web(plan: Plan) -> Iterator[str]:
    yield 'import { StatsigClient } from "@statsig/js-client";\n'
    yield from plan.comments("//", "The SDK generates it; to give your own, add customIDs: { stableID: yours }.")
    fields = [f"userID: {plan.id_variable}"] if plan.id_type == "userID" else []
    if plan.is_custom_id:
        fields.append(f"customIDs: {plan.pairs([(plan.id_type, plan.id_variable)], '{', '}', ' ')}")
    yield f"const user = {group('{', [*fields, *plan.attributes(': ', '{', '}', ' ')], '}', ' ')};"
    yield "const statsig = new StatsigClient(clientKey, user);"
    yield "await statsig.initializeAsync();\n"
    yield f"const autotune = statsig.getExperiment({plan.statsig_id});"
    yield from (f"const {key.variable} = autotune.get({key.code}, {key.fallback});" for key in plan.keys)
    if not plan.keys:
        yield f"const {plan.value_variable} = autotune.value;"
    yield f"\n// {_SUCCESS}"
    value = plan.event_value or ("undefined" if plan.metadata else "")
    metadata = plan.metadata and plan.pairs([(plan.metadata, "String(amount)")], "{", "}", " ")
    yield f"statsig.logEvent({', '.join(filter(None, [plan.event, value, metadata]))});"


def _server(plan: Plan) -> Iterator[str]:
    yield "from statsig_python_core import Statsig, StatsigUser\n"
    yield "statsig = Statsig(secret_key)"
    yield "statsig.initialize().wait()\n"
    yield from plan.comments("#")
    field = f"user_id={plan.id_variable}"
    if plan.id_type != "userID":
        field = f"custom_ids={plan.pairs([(plan.id_type, plan.id_variable)], '{', '}')}"
    yield f"user = {group('StatsigUser(', [field, *plan.attributes('=', '{', '}')], ')')}"
    yield f"autotune = statsig.get_experiment(user, {plan.statsig_id})"
    yield from (f"{key.variable} = autotune.{key.kind.python_getter}({key.code}, {key.fallback})" for key in plan.keys)
    if not plan.keys:
        yield f"{plan.value_variable} = autotune.value"
    yield f"\n# {_SUCCESS}"
    value = plan.event_value and f"value={plan.event_value}"
    metadata = plan.metadata and f"metadata={plan.pairs([(plan.metadata, 'amount')], '{', '}')}"
    yield f"statsig.log_event({', '.join(filter(None, ['user', plan.event, value, metadata]))})"


def _ios(plan: Plan) -> Iterator[str]:
    yield "import Foundation"
    yield "import Statsig\n"
    yield from plan.comments(
        "//", "The SDK generates it; to give your own, pass StatsigOptions(overrideStableID: yours)."
    )
    fields = [f"userID: {plan.id_variable}"] if plan.id_type == "userID" else []
    fields += plan.attributes(": ", "[", "]")
    if plan.is_custom_id:  # after the others: Swift takes arguments in order
        fields.append(f"customIDs: {plan.pairs([(plan.id_type, plan.id_variable)], '[', ']')}")
    yield f"let user = {group('StatsigUser(', fields, ')')}"
    yield "Statsig.initialize(sdkKey: clientKey, user: user) { _ in"
    yield "    // Get the autotune from here on."
    yield "}\n"
    yield f"let autotune = Statsig.getExperiment({plan.statsig_id})"
    yield from map(_swift_value, plan.keys)
    if not plan.keys:
        yield f"let {plan.value_variable} = autotune.value"
    yield f"\n// {_SUCCESS}"
    value = plan.event_value and f"value: {plan.event_value}"
    metadata = plan.metadata and f"metadata: {plan.pairs([(plan.metadata, 'amount')], '[', ']')}"
    yield f"Statsig.logEvent({', '.join(filter(None, [plan.event, value, metadata]))})"


def _swift_value(key: Key) -> str:
    """A fallback has a type of its own; nil has not."""
    if key.value is None:
        return f"let {key.variable}: {key.kind.swift_type}? = autotune.getValue(forKey: {key.code})"
    return f"let {key.variable} = autotune.getValue(forKey: {key.code}, defaultValue: {key.fallback})"


def _android(plan: Plan) -> Iterator[str]:
    yield "import com.statsig.androidsdk.Statsig"
    yield "import com.statsig.androidsdk.StatsigUser\n"
    yield from plan.comments(
        "//", "The SDK generates it; to give your own, pass StatsigOptions(overrideStableID = yours)."
    )
    yield f"val user = StatsigUser({plan.id_variable if plan.id_type == 'userID' else ''})"
    if plan.is_custom_id:
        yield f"user.customIDs = {plan.pairs([(plan.id_type, plan.id_variable)], 'mapOf(', ')')}"
    yield from (f"user.{attribute}" for attribute in plan.attributes(" = ", "mapOf(", ")"))
    yield "Statsig.initialize(application, clientKey, user) // in a coroutine\n"
    yield f"val autotune = Statsig.getExperiment({plan.statsig_id})"
    yield from map(_kotlin_value, plan.keys)
    if not plan.keys:
        yield f"val {plan.value_variable} = autotune.getValue()"
    yield f"\n// {_SUCCESS}"
    metadata = plan.metadata and plan.pairs([(plan.metadata, "amount.toString()")], "mapOf(", ")")
    yield f"Statsig.logEvent({', '.join(filter(None, [plan.event, plan.event_value, metadata]))})"


def _kotlin_value(key: Key) -> str:
    if key.value is None:
        return f"val {key.variable} = autotune.{key.kind.kotlin_getter}IfPresent({key.code})"
    fallback = key.fallback
    if isinstance(key.value, list):
        fallback = f"arrayOf<Any?>({', '.join(map(KOTLIN.literal, key.value))})"
    elif isinstance(key.value, dict):  # the SDK drops its nulls, and takes none
        fallback = KOTLIN.literal({name: value for name, value in key.value.items() if value is not None})
    return f"val {key.variable} = autotune.{key.kind.kotlin_getter}({key.code}, {fallback})"
