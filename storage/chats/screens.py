"""Screens and dialogues as they are stored: what a message shows, and what somebody was asked; what a press does is in `bot.commands`."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Table, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chats.chat import Address, ChatKind
from bot.core.chats.screen import Dialogue, Level, Screen
from storage.engine.engines import upsert, wait_for_writers
from storage.schema.rows import Values, optional, storable
from storage.schema.screen_tables import dialogues, screens

_TABLES: Final = (screens, dialogues)


async def get(connection: AsyncConnection, address: Address, message_id: str) -> Screen | None:
    """Give the screen that a message is, in whichever thread it lies; None when it is none or nothing is known of it any more."""
    row = (await connection.execute(select(screens).where(_message(address, message_id)))).first()
    return None if row is None else _screen(row)


async def add(connection: AsyncConnection, shown: Sequence[Screen]) -> None:
    """Remember new screens; whatever had the address and id of one before is forgotten."""
    await wait_for_writers(connection)
    # The same message twice: the last one counts.
    await upsert(connection, screens, list({(row["platform"], row["chat"], row["message_id"]): row for row in map(_row, shown)}.values()))


async def save(connection: AsyncConnection, shown: Screen) -> None:
    """Write down what a screen shows now; one that was forgotten stays forgotten."""
    await wait_for_writers(connection)
    values = {"levels": _levels(shown), "shown_at": shown.shown_at}
    await connection.execute(update(screens).where(_message(shown.address, shown.message_id)).values(**values))


async def remove(connection: AsyncConnection, address: Address, message_id: str) -> None:
    """Forget a screen."""
    await wait_for_writers(connection)
    await connection.execute(delete(screens).where(_message(address, message_id)))


async def prune(connection: AsyncConnection, before: datetime) -> None:
    """Forget screens that nobody touched since, and dialogues that had ended by then."""
    await wait_for_writers(connection)
    await connection.execute(delete(screens).where(screens.c.shown_at < before))
    await connection.execute(delete(dialogues).where(dialogues.c.expires_at < before))


async def begin(connection: AsyncConnection, dialogue: Dialogue) -> None:
    """Remember what somebody was asked, in place of what they were asked before."""
    await wait_for_writers(connection)
    row = _place(dialogue.address) | {
        "person": storable(dialogue.person),
        "line": storable(dialogue.line),
        "prompt_id": storable(dialogue.prompt_id),
        "expires_at": dialogue.expires_at,
    }
    await upsert(connection, dialogues, [row | _about(dialogue)])


async def dialogue(connection: AsyncConnection, address: Address, person: str) -> Dialogue | None:
    """Give what somebody was asked in a chat, whether or not the time for it has passed."""
    row = (await connection.execute(select(dialogues).where(_asked(address, person)))).first()
    return None if row is None else _dialogue(row)


async def open_dialogues(connection: AsyncConnection) -> list[tuple[Address, str]]:
    """Say where somebody was asked something, and who, whether or not the time for it has passed."""
    rows = await connection.execute(select(dialogues))
    return [(found.address, found.person) for found in map(_dialogue, rows)]


async def end(connection: AsyncConnection, address: Address, person: str) -> bool:
    """Forget what somebody was asked; gives whether there was anything."""
    await wait_for_writers(connection)
    return (await connection.execute(delete(dialogues).where(_asked(address, person)))).rowcount > 0


async def forget(connection: AsyncConnection, address: Address) -> None:
    """Forget the screens and dialogues that lie in a chat, and those that are about it, wherever they lie."""
    await wait_for_writers(connection)
    for table in _TABLES:
        await connection.execute(delete(table).where(or_(_in(table, address), _concerns(table, address))))


async def moved(connection: AsyncConnection, old: Address, new: Address) -> None:
    """Follow a chat, with all its threads, to another address on its platform.

    Screens and dialogues that lie in it are forgotten: its messages have other ids there, and those of others would be taken for them.
    Those that are about it and lie elsewhere go on with the new address.
    """
    await wait_for_writers(connection)
    for table in _TABLES:
        there = (table.c.platform == storable(old.platform)) & (table.c.chat == storable(old.chat))
        about = (table.c.platform == storable(old.platform)) & (table.c.about_chat == storable(old.chat))
        await connection.execute(delete(table).where(there))
        await connection.execute(update(table).where(about).values(about_chat=storable(new.chat)))


def _message(address: Address, message_id: str) -> ColumnElement[bool]:
    return and_(
        screens.c.platform == storable(address.platform),
        screens.c.chat == storable(address.chat),
        screens.c.message_id == storable(message_id),
    )


def _asked(address: Address, person: str) -> ColumnElement[bool]:
    return _in(dialogues, address) & (dialogues.c.person == storable(person))


def _in(table: Table, address: Address) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in _place(address).items()))


def _concerns(table: Table, address: Address) -> ColumnElement[bool]:
    return and_(
        table.c.platform == storable(address.platform),
        table.c.about_chat == storable(address.chat),
        table.c.about_thread == storable(address.thread),
    )


def _place(address: Address) -> Values:
    return {"platform": storable(address.platform), "chat": storable(address.chat), "thread": storable(address.thread)}


def _about(subject: Screen | Dialogue) -> Values:
    return {
        "about_chat": storable(subject.about.chat),
        "about_thread": storable(subject.about.thread),
        "kind": subject.kind.value,
        "name": storable(subject.name),
        "language": optional(subject.language),
    }


def _row(shown: Screen) -> Values:
    mine = {"message_id": storable(shown.message_id), "asker": storable(shown.asker), "levels": _levels(shown), "shown_at": shown.shown_at}
    return _place(shown.address) | mine | _about(shown)


def _levels(shown: Screen) -> str:
    # What has no UTF-8 is escaped, and JSON escapes NUL itself: every database keeps it to the letter.
    return json.dumps([[level.line, level.page] + ([level.kept] if level.kept is not None else []) for level in shown.levels])


def _subject(row: Row[Any]) -> Values:
    return {
        "address": Address(platform=row.platform, chat=row.chat, thread=row.thread),
        "about": Address(platform=row.platform, chat=row.about_chat, thread=row.about_thread),
        "kind": ChatKind(row.kind),
        "name": row.name,
        "language": row.language,
    }


def _screen(row: Row[Any]) -> Screen:
    levels = tuple(Level(line=line, page=page, kept=kept[0] if kept else None) for line, page, *kept in json.loads(row.levels))
    return Screen(message_id=row.message_id, asker=row.asker, levels=levels, shown_at=row.shown_at, **_subject(row))


def _dialogue(row: Row[Any]) -> Dialogue:
    return Dialogue(person=row.person, line=row.line, prompt_id=row.prompt_id, expires_at=row.expires_at, **_subject(row))
