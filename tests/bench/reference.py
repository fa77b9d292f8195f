"""The app that the desk is compared with: the form's fields in plain WTForms, with any number of variants.

A plain Flask app: one compiled template; no database, session, CSRF token, hints, styles or scripts.
Flask-Compress compresses it with the desk's own settings. `python -m tests.bench.reference PORT SPEC` serves it by
waitress with the desk's number of threads. It imports nothing of the desk, which would change its start
and its memory: SPEC lists the fields (JSON from `spec.py`).
"""

import json
import sys
from collections.abc import Iterable
from typing import Any, TypedDict

import waitress
from flask import Flask, request
from flask_compress import Compress
from wtforms import Field as Widget
from wtforms import FieldList, Form, FormField, RadioField, SelectField, StringField, TextAreaField

THREADS = 16
VARIANTS = 3
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>New autotune</title></head><body>
<h1>New autotune</h1>
<form method="post">
{%- macro row(field) %}
<p>{{ field.label }} {{ field }}{% for error in field.errors %} <strong>{{ error }}</strong>{% endfor %}</p>
{%- endmacro %}
{%- for field in form if field.name != "variants" %}{{ row(field) }}{% endfor %}
{%- for variant in form.variants %}
<fieldset><legend>Variant {{ loop.index }}</legend>
{%- for field in variant.form %}{{ row(field) }}{% endfor %}
</fieldset>
{%- endfor %}
<button>Send</button>
</form></body></html>"""


class Field(TypedDict):
    """`kind` as in the desk's contract; `choices` are labels by value."""

    name: str
    label: str
    kind: str
    start: str
    choices: dict[str, str]


class Spec(TypedDict):
    fields: list[Field]
    variant: list[Field]


def _widget(field: Field) -> Widget:
    if field["kind"] == "choice":
        return SelectField(field["label"], choices=field["choices"])
    if field["kind"] == "radio":
        return RadioField(field["label"], choices=field["choices"])
    kind = TextAreaField if field["kind"] in ("text", "lines", "json") else StringField
    return kind(field["label"])


def _form(name: str, fields: Iterable[Field], **more: Any) -> Any:
    return type(name, (Form,), {**{field["name"]: _widget(field) for field in fields}, **more})


def make_app(spec: Spec) -> Flask:
    variants = FieldList(FormField(_form("VariantForm", spec["variant"])))
    form_class = _form("ReferenceForm", spec["fields"], variants=variants)
    start = {field["name"]: field["start"] for field in spec["fields"]}
    app = Flask("reference")
    app.config.update(COMPRESS_ALGORITHM=["br", "gzip"], COMPRESS_MIN_SIZE=500)
    Compress(app)
    page = app.jinja_env.from_string(PAGE)

    @app.get("/form")
    def form() -> str:
        count = request.args.get("variants", VARIANTS, int)
        return page.render(form=form_class(data={**start, "variants": [{}] * count}))

    app.add_url_rule("/constant", view_func=lambda: "ok")
    app.add_url_rule("/healthz", "healthz", view_func=lambda: "ok")
    return app


def main() -> None:
    app = make_app(json.loads(sys.argv[2]))
    waitress.serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=THREADS, ident=None)


if __name__ == "__main__":
    main()
