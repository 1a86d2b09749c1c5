"""Alembic's entry: runs the migrations on the connection, and inside the transaction, that `storage.engine.upgrade` hands over."""

from alembic import context

from storage.schema.guild_tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
