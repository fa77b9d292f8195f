"""How much one field takes. Statsig states no limits; these keep one field from filling the database."""

MIN_VARIANTS = 2
MAX_VARIANTS = 100
MAX_LINE = 1_000  # characters
MAX_TEXT = 10_000
MAX_JSON = 100_000
MAX_BODY = 1_000_000  # of a pasted request
MIN_SHARE, MAX_SHARE = 0.001, 1
