"""A chat with buttons for tests, without any platform: it shows messages, and does what a press comes to."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from invented import NOW, article, day
from message_reading import text_of

from bot.commands.desk import Answer, Desk, Place, Request
from bot.commands.dialogues import Dialogues
from bot.commands.pressed import Ask, Close, New, Pressed, Show, Toast
from bot.commands.registry import respond
from bot.commands.screens import Screens
from bot.core.chats.chat import Address, ChatKind, Reader
from bot.core.chats.screen import Screen
from bot.core.event import summarise
from bot.core.grouping.decision import Evidence, Opened
from bot.core.message import Action, Link, Listing, Message, Moment, Paragraph
from bot.core.message_text import message_json
from bot.core.model import ArticleId, EventId, Reading
from storage.chats import screens
from storage.engine.database import Database
from storage.feeds import sources
from storage.news import articles, events

ADA, BORYS = "101", "102"
PRIVATE = Place(address=Address(platform="somewhere", chat="5"), kind=ChatKind.PRIVATE, name="Ada")
GROUP = Place(address=Address(platform="somewhere", chat="-6", thread="3"), kind=ChatKind.GROUP, name="Harbour watch")
CHANNEL = Place(address=Address(platform="somewhere", chat="-7"), kind=ChatKind.CHANNEL, name="Harbour news")
ON_A_PAGE = 3
PLACES = ("Orlik", "Vel", "Tamsk", "Brod", "Lisse", "Norrby", "Quell", "Zarin")


def pages(message: Message, reader: Reader) -> Sequence[Message]:
    """Three items on a page, each with the buttons of what it names."""
    assert reader.zone
    block = next((block for block in message.blocks if isinstance(block, Listing)), None)
    if block is None or len(block.items) <= ON_A_PAGE:
        return (message,)
    cut = [
        Message(tuple(Listing(block.items[at : at + ON_A_PAGE]) if each is block else each for each in message.blocks))
        for at in range(0, len(block.items), ON_A_PAGE)
    ]
    named = [[action for action in message.actions if f"{action.command} " in message_json(page)] for page in cut]
    everywhere = [action for action in message.actions if not any(action in each for each in named)]
    return [Message(page.blocks, (*mine, *everywhere)) for page, mine in zip(cut, named, strict=True)]


def toast(message: Message, reader: Reader) -> str | None:
    """One short paragraph."""
    assert reader.zone
    (block,) = message.blocks
    assert isinstance(block, Paragraph)
    assert not any(isinstance(span, Link) for span in block.line)
    text = "".join(span.at.isoformat() if isinstance(span, Moment) else span.text for span in block.line)
    return text if len(text) <= 200 else None


async def report(database: Database, count: int) -> None:
    """Store so many events, each with one article."""
    written = [
        article(
            n,
            f"Strike {n} in {PLACES[n % len(PLACES)]}",
            f"Dockers number {n} walked out.",
            outlet="Flussbote",
            published=day("2025-03-06"),
        )
        for n in range(1, count + 1)
    ]
    readings = [
        (
            Reading(path=each.file or "", size=1, mtime_ns=1, digest=str(each.id), result=each.content),
            sha256(each.content.title.encode()).hexdigest(),
        )
        for each in written
    ]
    changes = [
        Opened(event_id=EventId(n), article_id=ArticleId(n), revision=1, evidence=Evidence(threshold=0.5)) for n in range(1, count + 1)
    ]
    async with database.write() as connection:
        source = await sources.ensure_folder(connection, "/srv/news", "news", NOW)
        await articles.record(connection, source, readings, NOW)
        await events.apply(connection, changes, NOW)
        loaded = await events.load(connection, [EventId(n) for n in range(1, count + 1)])
        await events.summarise(connection, [summarise(each) for each in loaded])


def label_of(message: Message, wanted: str) -> Action:
    found = [action for action in message.actions if wanted in {action.label, action.command}]
    assert found, f"no button {wanted!r} among {[(action.label, action.command) for action in message.actions]}"
    return found[0]


@dataclass
class Board:
    """What one chat shows; `history` is every message that a button was ever under."""

    desk: Desk
    place: Place = PRIVATE
    now: datetime = NOW
    shown: dict[str, Message] = field(default_factory=dict)
    history: list[tuple[str, Message]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget what is only in memory."""
        self.screens = Screens(self.desk, pages=pages, toast=toast)
        self.dialogues = Dialogues(self.desk)

    def request(self, text: str = "", *, person: str = ADA, runs_chat: bool = True, place: Place | None = None) -> Request:
        return Request(text=text, now=self.now, place=place or self.place, person=person, runs_chat=runs_chat)

    async def ask(self, text: str, *, person: str = ADA, runs_chat: bool = True, about: Place | None = None) -> str:
        """Type a line, and get the id of what answers it."""
        return await self.answered(self.request(text, person=person, runs_chat=runs_chat, place=about))

    async def answered(self, request: Request) -> str:
        opened = await self.screens.open_(request, await respond(self.desk, request), at=self.place.address)
        id_ = str(len(self.history) + 1)
        self.put(id_, opened.message)
        await self.screens.remember(opened, id_, self.now)
        return id_

    def put(self, id_: str, message: Message) -> None:
        self.shown[id_] = message
        self.history.append((id_, message))

    async def press(self, id_: str, wanted: str, *, person: str = ADA, runs_chat: bool = True, forged: bool = False) -> Pressed:
        """Press a button by its label or command, or send data that no button has."""
        data = wanted if forged else data_of(label_of(self.shown[id_], wanted))

        async def who(place: Place | None) -> Request:
            return self.request(person=person, runs_chat=runs_chat, place=place)

        pressed = await self.screens.press(replace(self.place.address, thread=""), id_, data, who)
        match pressed:
            case Show(message=message) | Toast(show=Show(message=message)):
                self.put(id_, message)
            case New(request=request):
                await self.answered(request)
            case Ask(dialogue=dialogue):
                await self.dialogues.begin(replace(dialogue, prompt_id="900"))
            case Close():
                del self.shown[id_]
            case _:
                pass
        return pressed


def data_of(action: Action) -> str:
    """The data of a button as a platform makes it."""
    if not action.command.startswith("/"):
        return action.command
    data = ("?" if action.asks else ">") + action.command
    assert len(data.encode()) <= 64
    return data


def said(message: Message) -> str:
    return text_of(Answer(message=message))


def labels(message: Message) -> list[str]:
    return [action.label for action in message.actions]


async def stored(board: Board, id_: str) -> Screen | None:
    async with board.desk.database.read() as connection:
        return await screens.get(connection, board.place.address, id_)


async def levels(board: Board, id_: str) -> list[tuple[str, int]]:
    found = await stored(board, id_)
    return [] if found is None else [(level.line, level.page) for level in found.levels]
