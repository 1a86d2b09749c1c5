"""Announcing in a newsroom: who listens, one run, and what is sent after it."""

from datetime import timedelta

from telling_samples import Killed, Newsroom, Put, killed_at

from bot.core.chats.chat import Chat, Repeat
from bot.pipeline.announce import Announced, Announcements

HOUR = timedelta(hours=1)


async def announce(room: Newsroom) -> Announced:
    return await Announcements(room.database, room.clock).run()


async def told(room: Newsroom, **later: float) -> list[Put]:
    """Announce what changed, and give what is sent so much later."""
    await announce(room)
    room.later(**later)
    return await room.send()


async def listener(room: Newsroom, name: str = "me", *, reports: int = 2, text: str = "", chat: Chat | None = None) -> Chat:
    """A chat that wants to hear of everything that so many reports tell within an hour."""
    made = chat or await room.chat(name)
    await room.subscribe(made, Repeat.BREAKING, text=text, min_reports=reports, within=HOUR, cooldown=timedelta())
    return made


def kinds(sent: list[Put]) -> list[str]:
    return [each.kind for each in sent]


async def announced_in_parts(room: Newsroom, together: int = 9) -> int:
    """Announce with one more statement each time until it passes; gives how often it was killed."""
    for number in range(1, 1000):
        with killed_at(room.database, number):
            try:
                await Announcements(room.database, room.clock, together=together).run()
            except Killed:
                continue
            return number - 1
    raise AssertionError("it never passes")
