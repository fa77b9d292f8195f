"""The schema of version 0.1, from which databases are migrated: a new one is created from the models."""

revision = "0008"
down_revision = None


def upgrade() -> None:
    """Nothing to do: version 0.1 made it."""
