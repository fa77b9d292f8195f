"""The use cases: keep and check what was typed, create it once, settle what is unknown."""
