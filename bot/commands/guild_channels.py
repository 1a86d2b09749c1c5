"""What channels of servers wish, at hand for whoever sends: read once, and kept as commands change it; the commands are in `guild`."""

from typing import Final
from weakref import WeakKeyDictionary

from bot.core.chats.chat import Address
from bot.core.phase import Phase
from storage.chats import guilds
from storage.chats.guilds import ChannelWishes
from storage.engine.database import Database

_known: Final[WeakKeyDictionary[Database, dict[tuple[str, str], ChannelWishes]]] = WeakKeyDictionary()
"""By platform and channel, of each open database: a card must not wait for a look at it. A channel that wishes nothing is not there."""

_NOTHING: Final = ChannelWishes()


async def read(database: Database, platform: str) -> None:
    """Learn what all channels of a platform wish.

    Raises:
        StorageUnavailable: the database cannot be read at the moment.
    """
    async with database.read() as connection:
        found = await guilds.of_channels(connection, platform)
    others = {key: wishes for key, wishes in _known.get(database, {}).items() if key[0] != platform}
    _known[database] = others | {(platform, chat): wishes for chat, wishes in found.items()}


def note(database: Database, address: Address, wishes: ChannelWishes) -> None:
    """Remember what a channel wishes since a moment ago."""
    _known.setdefault(database, {})[address.platform, address.chat] = wishes


def is_threaded(database: Database, address: Address) -> bool:
    """Say whether each card in a channel opens a thread."""
    return _of(database, address).is_threaded


def pinged(database: Database, address: Address, phase: Phase) -> str | None:
    """Give the platform's id of the role that a new card of such an event calls; None for nobody."""
    role = _of(database, address).pings.get(phase)
    return None if role is None else role.id


def _of(database: Database, address: Address) -> ChannelWishes:
    return _known.get(database, {}).get((address.platform, address.chat), _NOTHING)
