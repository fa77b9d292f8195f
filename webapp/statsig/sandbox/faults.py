"""Names that simulate a fault, or a change outside the desk, so that every page can be seen."""

VISIBLE_AFTER = 5.0  # seconds until reads find what was created without a clear answer; unconfirmed until then
DRIFT_AFTER = 20.0  # seconds from the create to the change in the console
VANISH_AFTER = 60.0  # seconds from the start to the delete in the console

# Prefixes of names, and what happens to such an autotune.
BUSY, ERROR, SILENCE, GARBLED = "Sandbox busy", "Sandbox error", "Sandbox silence", "Sandbox garbled"
DRIFT, VANISH, REVIEW = "Sandbox drift", "Sandbox vanish", "Sandbox review"
FAULTS = {
    BUSY: "Statsig returns 429, too many requests, and creates nothing.",
    ERROR: "Statsig returns 500, and creates nothing.",
    SILENCE: "Statsig creates it, but does not respond.",
    GARBLED: "Statsig creates it, but its response cannot be read.",
    DRIFT: f"Statsig creates it, and {DRIFT_AFTER:g} seconds later somebody changes it in the console.",
    VANISH: f"Statsig starts it, and {VANISH_AFTER:g} seconds later somebody deletes it in the console.",
    REVIEW: "Statsig accepts its start, but it waits for a review.",
}


def visible_from(name: str, now: float, timeout: float) -> float:
    """When reads find it: later, if its create has no clear answer."""
    if name.startswith(SILENCE):
        return now + timeout + VISIBLE_AFTER
    return now + VISIBLE_AFTER if name.startswith(GARBLED) else 0.0
