"""`python -m webapp` is the command `autotune-desk`."""

from .cli import main

main()
