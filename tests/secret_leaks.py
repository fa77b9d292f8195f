"""A console key that must not leak, and the search for it in any encoding."""

import base64
from urllib.parse import quote

CANARY = "console-CANARY7f3a9b2c4d5e6f70"

# Encodings in which Statsig or a proxy may return the key.
ECHOES = (CANARY, quote(CANARY, safe="").replace("-", "%2D"), base64.b64encode(CANARY.encode()).decode())
_ENCODINGS = {
    *ECHOES,
    "".join(f"%{byte:02x}" for byte in CANARY.encode()),
    # base64 of a longer text, for each offset of the key in it
    *(base64.b64encode(b" " * offset + CANARY.encode()).decode()[4:-4] for offset in range(3)),
}
_LOWER_CASE = [encoding.lower() for encoding in _ENCODINGS]


def contains_key(text: str) -> bool:
    lower_case = text.lower()
    return any(encoding in lower_case for encoding in _LOWER_CASE)


def assert_no_key(text: str) -> None:
    assert not contains_key(text), "the text contains the key"
