"""What servers, and channels of servers, wish that other chats cannot: as rows. Who may wish it is decided in `bot.commands`."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chats.chat import Address, Chat, ChatKind, Quiet
from bot.core.phase import Phase
from storage.chats.chats import chat_of
from storage.engine.chunks import chunks
from storage.engine.engines import insert_new, wait_for_writers
from storage.schema.chat_tables import chats
from storage.schema.guild_tables import guild_channels, guild_pings, guilds
from storage.schema.rows import Values, optional, storable


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role of a server: the platform's id of it, and what it was called when somebody chose it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """How a channel of a server is served that nothing is stored of yet; `language` is None for that of whoever asks first.

    `digest_at`, a minute of the local day, and `reports` hold where a subscription does not say, in channels that were there before, too.
    """

    zone: str
    language: str | None = None
    quiet: Quiet | None = None
    digest_at: int | None = None
    reports: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuildWishes:
    """What holds for a whole server; each is None while nobody has said."""

    admin_role: Role | None = None
    beginning: Beginning | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelWishes:
    """What holds for a channel with all its threads; `lacks` are the rights that its people were told of, None for none."""

    is_threaded: bool = False
    pings: Mapping[Phase, Role] = field(default_factory=lambda: MappingProxyType({}))
    lacks: str | None = None


async def get(connection: AsyncConnection, platform: str, guild: str) -> GuildWishes:
    """Give what a server wishes."""
    row = (await connection.execute(select(guilds).where(_is_guild(platform, guild)))).first()
    if row is None:
        return GuildWishes()
    quiet = None if row.quiet_start is None else Quiet(row.quiet_start, row.quiet_end)
    return GuildWishes(
        admin_role=None if row.admin_role is None else Role(id=row.admin_role, name=row.admin_role_name),
        beginning=None
        if row.zone is None
        else Beginning(zone=row.zone, language=row.language, quiet=quiet, digest_at=row.digest_at, reports=row.alert_reports),
    )


async def save(connection: AsyncConnection, platform: str, guild: str, wishes: GuildWishes) -> None:
    """Write down what a server wishes."""
    role, begins = wishes.admin_role, wishes.beginning
    quiet = None if begins is None else begins.quiet
    values: Values = {
        "admin_role": None if role is None else storable(role.id),
        "admin_role_name": None if role is None else storable(role.name),
        "zone": None if begins is None else storable(begins.zone),
        "language": None if begins is None else optional(begins.language),
        "quiet_start": None if quiet is None else quiet.start,
        "quiet_end": None if quiet is None else quiet.end,
        "digest_at": None if begins is None else begins.digest_at,
        "alert_reports": None if begins is None else begins.reports,
    }
    await _put(connection, guilds, {"platform": storable(platform), "guild": storable(guild)}, values)


async def of_channel(connection: AsyncConnection, address: Address) -> ChannelWishes:
    """Give what a channel wishes."""
    found = await _channels(connection, _is_channel(guild_channels, address), _is_channel(guild_pings, address))
    return next(iter(found.values()), ChannelWishes())


async def of_channels(connection: AsyncConnection, platform: str) -> dict[str, ChannelWishes]:
    """Give what all channels of a platform wish that wish anything, by their ids."""
    is_there = [table.c.platform == storable(platform) for table in (guild_channels, guild_pings)]
    return await _channels(connection, *is_there)


async def _channels(connection: AsyncConnection, channel: ColumnElement[bool], ping: ColumnElement[bool]) -> dict[str, ChannelWishes]:
    pings: dict[str, dict[Phase, Role]] = {}
    for row in await connection.execute(select(guild_pings).where(ping).order_by(guild_pings.c.phase)):
        pings.setdefault(row.chat, {})[Phase(row.phase)] = Role(id=row.role, name=row.role_name)
    rows: dict[str, Any] = {row.chat: row for row in await connection.execute(select(guild_channels).where(channel))}
    return {
        chat: ChannelWishes(
            is_threaded=chat in rows and rows[chat].threaded,
            pings=MappingProxyType(pings.get(chat, {})),
            lacks=rows[chat].lacks if chat in rows else None,
        )
        for chat in rows.keys() | pings.keys()
    }


async def chats_at(connection: AsyncConnection, platform: str, channels: Collection[str] | None = None) -> list[Chat]:
    """Give what is stored of these channels, or of all that are part of a server, with their threads."""
    there = (chats.c.platform == storable(platform), chats.c.kind == ChatKind.GROUP.value)
    parts: Iterable[ColumnElement[bool]] = (true(),) if channels is None else (chats.c.chat.in_(chunk) for chunk in chunks(channels))
    return [chat_of(row) for part in parts for row in await connection.execute(select(chats).where(*there, part).order_by(chats.c.id))]


async def thread(connection: AsyncConnection, address: Address, *, is_threaded: bool) -> None:
    """Say whether each card in a channel opens a thread."""
    await _put(connection, guild_channels, _channel(address), {"threaded": is_threaded}, {"lacks": None})


async def note_lacks(connection: AsyncConnection, address: Address, lacks: str | None) -> bool:
    """Note which rights people are told that the bot lacks in a channel; gives whether that is another thing than they were told."""
    await wait_for_writers(connection)
    if (await of_channel(connection, address)).lacks == lacks:
        return False
    await _put(connection, guild_channels, _channel(address), {"lacks": optional(lacks)}, {"threaded": False})
    return True


async def ping(connection: AsyncConnection, address: Address, phase: Phase, role: Role | None) -> None:
    """Say which role the new cards of such events call in a channel; None calls nobody."""
    await wait_for_writers(connection)
    key = _channel(address) | {"phase": phase.value}
    await connection.execute(delete(guild_pings).where(_has(guild_pings, key)))
    if role is not None:
        await connection.execute(guild_pings.insert(), [key | {"role": storable(role.id), "role_name": storable(role.name)}])


async def forget(connection: AsyncConnection, address: Address) -> None:
    """Delete what a channel wishes."""
    await wait_for_writers(connection)
    for table in (guild_pings, guild_channels):
        await connection.execute(delete(table).where(_is_channel(table, address)))


async def _put(connection: AsyncConnection, table: Table, key: Values, values: Values, begins: Values | None = None) -> None:
    """Write values into the row with a key; where there is none, one is made, with what it begins with beside them."""
    await wait_for_writers(connection)
    await insert_new(connection, table, [key | values | (begins or {})])
    await connection.execute(update(table).where(_has(table, key)).values(**values))


def _is_guild(platform: str, guild: str) -> ColumnElement[bool]:
    return _has(guilds, {"platform": storable(platform), "guild": storable(guild)})


def _is_channel(table: Table, address: Address) -> ColumnElement[bool]:
    return _has(table, _channel(address))


def _channel(address: Address) -> Values:
    return {"platform": storable(address.platform), "chat": storable(address.chat)}


def _has(table: Table, values: Values) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in values.items()))
