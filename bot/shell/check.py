"""`slugline config check`: whether everything that the configuration names can be used."""

import os
from argparse import Namespace
from dataclasses import dataclass

from bot import opening
from bot.commands.desk import sentence
from bot.config import Settings
from bot.core.phrase import joined, phrase
from bot.core.wording import counted
from bot.opening import Clock
from bot.pipeline.collect import normal
from bot.platforms.console.output import Printer
from bot.shell.exits import DONE
from bot.shell.folders import check_folders
from bot.sources.names import printable
from storage.feeds import feeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What `config check` found to be usable: the database, without its password, the folders, and how many feeds are watched."""

    database: str
    folders: tuple[str, ...]
    feeds: int


async def execute(settings: Settings, words: Namespace, printer: Printer, clock: Clock) -> int:
    """Say whether everything that the configuration names can be used."""
    check_folders(settings, getattr(words, "config", None))
    async with opening.opened(settings, clock) as database:
        async with database.read() as connection:
            watched = await feeds.count(connection)
        subject = database.subject.removeprefix("The database ")
    folders = tuple(printable(os.fsencode(normal(folder))) for folder in settings.sources.folders)
    facts = Checked(database=subject, folders=folders, feeds=watched)
    told = phrase(
        "The configuration can be used. Articles come from {folders} and {feeds}, and are kept in {database}.",
        folders=", ".join(folders) or phrase("no folder"),
        feeds=counted(watched, "feed"),
        database=subject,
    )
    hint = phrase("Say in feeds.contact whom the owners of the feeds can ask about Slugline's visits.")
    printer.answer(sentence(joined(" ", (told, hint)) if watched and not settings.feeds.contact else told, facts=facts))
    return DONE
