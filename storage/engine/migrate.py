"""Running Alembic: the one place that imports it; whether there is anything to do is known in `upgrade`."""

from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.core.errors import NewerDatabase


def apply(connection: Connection, version: str | None, newest: str, subject: str, now: datetime) -> None:
    """Bring the schema from `version` (None: nothing there) to the `newest`, inside the transaction that is open.

    Raises NewerDatabase when `version` is none of the migrations that this program has.
    """
    config = Config(attributes={"connection": connection, "now": now})
    config.set_main_option("script_location", str(Path(__file__).parent.parent / "migrations"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise NewerDatabase(
            f"{subject} was written by a newer Slugline (schema {version}, this program knows {newest}). "
            "Upgrade Slugline, or put a backup in its place that this version wrote."
        )
    command.upgrade(config, "head")
