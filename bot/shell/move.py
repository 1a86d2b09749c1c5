"""`slugline export`, `import` and `backup`: all that is kept, into a file or out of one."""

from argparse import Namespace
from importlib.metadata import version

from bot import opening
from bot.config import Settings
from bot.opening import Clock
from bot.platforms.console.moving import read_import, write_backup, write_export
from bot.platforms.console.output import Printer
from bot.shell.exits import DONE


async def execute(settings: Settings, words: Namespace, printer: Printer, clock: Clock) -> int:
    """Write all that is kept into a file, or read it from one; a backup leaves even the schema as it is."""
    if words.command == "backup":
        await write_backup(settings.storage.url, words.file, printer, busy_timeout=settings.storage.busy_timeout_seconds)
        return DONE
    is_export = words.command == "export"
    async with opening.opened(settings, clock, briefly=is_export) as database:
        if is_export:
            await write_export(database, words.file, printer, program=version("slugline"), now=clock())
        else:
            await read_import(database, words.file, printer)
    return DONE
