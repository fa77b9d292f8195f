"""The key that only Statsig may see, and the search for it."""

import base64
from urllib.parse import quote

CANARY = "console-CANARY7f3a9b2c4d5e6f70"

# As somebody may give it back.
ECHOES = (CANARY, quote(CANARY, safe="").replace("-", "%2D"), base64.b64encode(CANARY.encode()).decode())
SPELLINGS = {
    *ECHOES,
    "".join(f"%{byte:02x}" for byte in CANARY.encode()),
    # inside of something longer, wherever it begins
    *(base64.b64encode(b" " * before + CANARY.encode()).decode()[4:-4] for before in range(3)),
}
_LOWERED = [spelling.lower() for spelling in SPELLINGS]


def holds_the_canary(text: str) -> bool:
    lowered = text.lower()
    return any(spelling in lowered for spelling in _LOWERED)


def no_key_in(text: str) -> None:
    assert not holds_the_canary(text), "the key is shown"
