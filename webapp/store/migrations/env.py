"""Alembic runs this with the connection that `migrate` opened."""

from alembic import context

from webapp.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=False,  # one transaction around all steps is open already
    render_as_batch=True,
)
context.run_migrations()
