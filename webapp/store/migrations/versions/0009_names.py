"""Tables and columns get the names that the code has for them."""

from alembic import op

revision = "0009"
down_revision = "0008"

COLUMNS = {
    "autotunes": {
        "token": "form_token",  # nosec B105
        "last_form": "last_form_token",  # nosec B105
        "answers": "form_data",
        "foreseen_id": "expected_id",
        "held_id": "reserved_id",
        "problems": "errors",
        "notice": "status_message",
        "absent_at": "first_not_found_at",
    },
    "history": {"at": "created_at", "who": "actor", "what": "message"},
    "pending_forms": {"token": "form_token", "at": "created_at"},  # nosec B105
    "login_links": {"at": "created_at"},
}


def upgrade() -> None:
    op.rename_table("held_forms", "pending_forms")
    op.drop_index("autotunes_by_foreseen_id", "autotunes")
    op.drop_index("ix_login_links_at", "login_links")
    for table, columns in COLUMNS.items():
        for old, new in columns.items():
            op.alter_column(table, old, new_column_name=new)
    op.create_index("autotunes_by_expected_id", "autotunes", ["project", "expected_id"])
    op.create_index("ix_login_links_created_at", "login_links", ["created_at"])
