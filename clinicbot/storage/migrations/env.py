"""Alembic runs this: the caller gave the connection and owns its transaction."""

from alembic import context

from clinicbot.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
