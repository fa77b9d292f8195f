"""Finds the body in a text that somebody pastes: JSON, perhaps with something around it, or a curl command."""

import re
import shlex

from ..config.secret import remove_keys

NOTHING_PASTED = "Paste a request: JSON, a curl command or Statsig’s answer"
NOT_JSON = "There is no JSON in this. It begins with { and ends with }"
CUT_OFF = "A quote is missing. Copy the whole command again"
NO_BODY = "This command has no body. Copy one with --data and the JSON after it"
MAX_COMMAND = 150_000  # characters; shells allow less for one argument
TOO_LONG = f"Paste only the JSON of this command: it has more than {MAX_COMMAND:,} characters"

_CURL = re.compile(r"(?<!\S)(?:\S*/)?curl(?:\.exe)?\s")
_BODY_OPTION = re.compile(r"\s(?:-\w*d|--data[\w-]*|--json)(?=[\s=\'\"$^{@])")
_NEXT_OPTION = re.compile(r"[\'\"]\s+-")
# A name with its value, unless that is a variable or a placeholder.
_NAMED_VALUE = re.compile(r"(?<![\w-])([\w-]++)[\'\"]?\s*+[:=]\s*+[\'\"]?+(?![$<{])\S")
_SECRET_NAME = re.compile("key|token|secret|auth|cookie|pass|session", re.IGNORECASE)
_SECRET_OPTION = re.compile(
    r"\s(?:-u|-b|--user|--cookie|--pass|--oauth2-bearer|--proxy-user)[\s=]+[\'\"]?+(?![$<])\S|://[^/@\s\'\"]+@"
)
_DATA_OPTIONS = ("-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--data-urlencode", "--json")
_NEXT_LINE = re.compile(r"[\\^`]\r?\n")
_IN_COMMAND_PROMPT = re.compile(r'[^"\']*\^"')  # of Windows: the first quote is escaped
_CARET = re.compile(r"\^(.)", re.DOTALL)  # the escape of the Windows command line
# The value of an option as browsers copy it if it has an exclamation mark.
_ANSI_C = re.compile(r"(\s-(?:d|H|-[a-z-]+)[ =]?)\$'((?:[^'\\]|\\.)*+)'", re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}


class RequestError(ValueError):
    """Why nothing could be read, with what to do, without a period."""


def split_request(text: str) -> tuple[str, str]:
    """The body, and what is around it, such as headers. Raises RequestError."""
    if not text.strip():
        raise RequestError(NOTHING_PASTED)
    if not (command := _find_curl(text)):
        return _split_json(text)
    body, rest = _split_curl(text[command.start() :])
    return body, f"{text[: command.start()]} {rest}"


def has_credentials(text: str) -> bool:
    """Whether something looks like a key, a password or a cookie."""
    named = any(_SECRET_NAME.search(match[1]) for match in _NAMED_VALUE.finditer(text))
    return named or bool(_SECRET_OPTION.search(text))


def readable_part(text: str) -> str:
    """What may be shown again of a text that could not be read: the JSON in it, without keys."""
    try:
        part = split_request(text)[0]
    except RequestError:
        part = _json_of_command(text) if _find_curl(text) else "" if has_credentials(text) else text
    return remove_keys(part).strip()


def _find_curl(text: str) -> re.Match[str] | None:
    """Only before the JSON: the body may mention it, too."""
    return _CURL.search(text, 0, text.find("{") if "{" in text else len(text))


def _json_of_command(command: str) -> str:
    """By its brackets, since a quote is missing."""
    option = _BODY_OPTION.search(command)
    start = _first_bracket(command, option.end()) if option else -1
    if start < 0:
        return ""
    next_option = _NEXT_OPTION.search(command, start)
    end = max(map(command.rfind, "}]")) + 1
    return command[start : end if end > start else next_option.start() if next_option else len(command)]


def _first_bracket(text: str, start: int = 0) -> int:
    return min((at for at in (text.find(bracket, start) for bracket in "{[") if at >= 0), default=-1)


def _split_json(text: str) -> tuple[str, str]:
    start, end = _first_bracket(text), max(map(text.rfind, "}]")) + 1
    if start < 0:
        raise RequestError(NOT_JSON)
    end = end if end > start else len(text)
    return text[start:end], f"{text[:start]} {text[end:]}"


def _split_curl(command: str) -> tuple[str, str]:
    if len(command) > MAX_COMMAND:
        raise RequestError(TOO_LONG)
    data, rest = _sort_words(_words(command))
    body = "&".join(data)
    if not body or body == "@-":  # an option in another spelling, or standard input
        if not (_BODY_OPTION.search(command) and "{" in command):
            raise RequestError(NO_BODY)
        return _split_json(command)
    if body.startswith("@"):
        raise RequestError(f"The body of this command is in the file {remove_keys(body[1:])}. Paste what is in it")
    return body, " ".join(rest)


def _sort_words(words: list[str]) -> tuple[list[str], list[str]]:
    """The values of the options for the body, and the other words."""
    data, rest, remaining = [], [], iter(words)
    for word in remaining:
        name, equals, value = word.partition("=")
        if name in _DATA_OPTIONS:
            data.append(value if equals else next(remaining, ""))
        elif word.startswith("-d"):
            data.append(word.removeprefix("-d"))
        else:
            rest.append(word)
    return data, rest


def _words(command: str) -> list[str]:
    if _IN_COMMAND_PROMPT.match(command):
        command = _CARET.sub(r"\1", command)
    command = _NEXT_LINE.sub(" ", command)
    command = _ANSI_C.sub(lambda match: match[1] + shlex.quote(_ESCAPE.sub(_unescape, match[2])), command)
    try:
        return shlex.split(command)
    except ValueError:
        raise RequestError(CUT_OFF) from None


def _unescape(match: re.Match[str]) -> str:
    escape = match[1]
    return chr(int(escape[1:], 16)) if len(escape) > 1 else _CONTROLS.get(escape, escape)
