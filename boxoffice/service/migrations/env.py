"""Runs migrations on the connection that `boxoffice.service.migration.migrate` hands over."""

from alembic import context

from boxoffice.service.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
