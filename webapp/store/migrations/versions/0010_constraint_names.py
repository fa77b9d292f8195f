"""PostgreSQL's constraints get the names that it gives by default. SQLite cannot rename a constraint."""

from alembic import op

revision = "0010"
down_revision = "0009"

RENAMES = (
    "ALTER TABLE autotunes RENAME CONSTRAINT one_holder_of_an_id TO autotunes_project_reserved_id_key",
    "ALTER TABLE autotunes RENAME CONSTRAINT autotunes_token_key TO autotunes_form_token_key",
    "ALTER TABLE pending_forms RENAME CONSTRAINT one_held_form_of_a_token TO pending_forms_email_form_token_key",
    "ALTER TABLE pending_forms RENAME CONSTRAINT held_forms_pkey TO pending_forms_pkey",
    "ALTER SEQUENCE held_forms_id_seq RENAME TO pending_forms_id_seq",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for statement in RENAMES:
            op.execute(statement)
