"""/reingest: everything once more with today's program – first what would change, then, if somebody wants it, the change.

Plans are made by `pipeline.reingest` and carried out by whoever groups (`pipeline.reapply`).
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Final

from bot.commands.corrections import chat_of, who_asks
from bot.commands.desk import Answer, Call, Desk, Planner, Progress, sentence
from bot.commands.events import find
from bot.core.errors import UsageError
from bot.core.grouping.correction import asker
from bot.core.grouping.decision import ReingestId
from bot.core.grouping.reingest import Figures, Reingest, ReingestState, Scope, ScopeKind
from bot.core.message import Action, Block, Heading, Message, Moment, Paragraph, Style, Text
from bot.core.phrase import Phrase, joined, phrase, phrases
from bot.core.task_failures import first_failure
from bot.core.wording import shortened
from storage.correcting import regroupings, reingests

PATIENCE: Final = 60.0
"""Seconds in which another process should have gone on with it: it groups at least that often while articles come. Guess."""

LOOK: Final = 0.25
"""Seconds between two looks how far it is."""

DRY: Final = "dry-run"

_REASONS: Final[Mapping[str, str]] = {
    "it was only to be shown": phrase("it was only to be shown"),
    "planning failed: the log says why": phrase("planning failed: the log says why"),
    "it could not be carried out: the log says why": phrase("it could not be carried out: the log says why"),
    "an admin has merged or split events since it was planned": phrase("an admin has merged or split events since it was planned"),
    "a newer plan took its place": phrase("a newer plan took its place"),
    "it was not finished when the installation moved": phrase("it was not finished when the installation moved"),
}
"""Why a reingest ended, as it is written down, so that it can be said in other languages; what is not here is told as it is."""

_QUOTED: Final = 60
_LARGEST: Final = 2**31 - 1
_TOO_LONG: Final = 11  # digits


@dataclass(frozen=True, slots=True, kw_only=True)
class ReingestFacts:
    """A reingest: `state` is planning, planned, applying, done or cancelled; the figures are those of the plan."""

    id: int
    scope: str
    state: str
    who: str
    asked_at: datetime
    figures: Figures
    announcements: int
    steps: int
    steps_done: int
    left: int
    edits: int
    reason: str | None


async def reingest(desk: Desk, call: Call) -> Answer:
    """Plan, or say what is to become of a plan."""
    words = [word.casefold() for word in call.words]
    match words[:1]:
        case ["apply"]:
            return await _apply(desk, call, _number(words[1:]))
        case ["cancel"]:
            return await _cancel(desk, call, await _meant(desk, words[1:]))
        case ["status"]:
            return _told(await _read(desk, await _meant(desk, words[1:])))
        case _:
            scope = await _scope(desk, [word for word in call.words if word.casefold() != DRY])
    if isinstance(scope, Answer):
        return scope
    if desk.reingest is None:
        return sentence(phrase("Nothing can be ingested again here: no file is read."), failed=True)
    working = sentence(phrase("Working out what would change …"))
    return replace(working, work=partial(_plan, desk, desk.reingest, call, scope))


async def _scope(desk: Desk, words: list[str]) -> Scope | Answer:
    match [word.casefold() for word in words[:1]]:
        case [] | ["all"]:
            if words[1:]:
                raise UsageError(phrase("Nothing more can be said after “all”."))
            return Scope()
        case ["event"]:
            if len(words) != 2:
                raise UsageError(phrase("Which event? Say its number."))
            async with desk.database.read() as connection:
                found = await find(connection, words[1])
            return found if isinstance(found, Answer) else Scope(kind=ScopeKind.EVENT, number=found.id)
        case ["source"]:
            return await _of_source(desk, " ".join(words[1:]))
        case _:
            raise UsageError(phrase("What is to be ingested again: a source, an event, or all?"))


async def _of_source(desk: Desk, name: str) -> Scope:
    if not name:
        raise UsageError(phrase("Which source? Say its name or its number."))
    async with desk.database.read() as connection:
        found = await regroupings.named_sources(connection, name)
    if not found:
        raise UsageError(phrase("There is no source called {name}. /sources lists them.", name=shortened(name, _QUOTED)))
    if len(found) > 1:
        numbers = ", ".join(str(source_id) for source_id, _ in found)
        raise UsageError(phrase("Several sources are called so: {numbers}. Say the number of one.", numbers=numbers))
    return Scope(kind=ScopeKind.SOURCE, number=found[0][0])


def _number(words: list[str]) -> ReingestId:
    number = words[0] if len(words) == 1 else ""
    if not (number.isascii() and number.isdecimal() and len(number) < _TOO_LONG and 0 < int(number) <= _LARGEST):
        raise UsageError(phrase("Which plan? Say its number."))
    return ReingestId(int(number))


async def _meant(desk: Desk, words: list[str]) -> ReingestId:
    """Understand a number, and none as the newest."""
    if words:
        return _number(words)
    async with desk.database.read() as connection:
        found = await reingests.newest(connection)
    if found is None:
        raise UsageError(phrase("Nothing was ever ingested again here."))
    return found.id


async def _read(desk: Desk, reingest_id: ReingestId) -> Reingest:
    async with desk.database.read() as connection:
        found = await reingests.get(connection, reingest_id)
    if found is None:
        raise UsageError(phrase("There is no plan with the number {number}.", number=reingest_id))
    return found


@dataclass(slots=True)
class _Steps:
    """Counts what is to be done and what is done, for who watches."""

    tell: Progress
    total: int = field(default=0)
    done: int = field(default=0)

    def expect(self, more: int) -> None:
        self.total += more
        self.tell(self.done, self.total)

    def advance(self, more: int) -> None:
        self.done = min(self.done + more, self.total)
        self.tell(self.done, self.total)


async def _plan(desk: Desk, plan: Planner, call: Call, scope: Scope, progress: Progress) -> Answer:
    steps = _Steps(progress)
    is_dry = DRY in call.rest.casefold().split()
    found = await plan(scope, who=who_asks(call), chat=chat_of(call), is_dry=is_dry, expect=steps.expect, advance=steps.advance)
    if found is not None:
        return _told(found)
    async with desk.database.read() as connection:
        busy = await reingests.newest(connection)
    return sentence(phrase("Another reingest has just begun.")) if busy is None else _told(busy, is_other=True)


async def _apply(desk: Desk, call: Call, number: ReingestId) -> Answer:
    async with desk.database.write() as connection:
        is_first = await reingests.apply(connection, number, who=who_asks(call))
    found = await _read(desk, number)
    # Who applies it a second time goes on with it: whoever began may have been killed.
    if not is_first and found.state is not ReingestState.APPLYING:
        return _told(found, is_other=True)
    return replace(sentence(phrase("Applying reingest {number} …", number=number)), work=partial(_carried_out, desk, number))


async def _carried_out(desk: Desk, number: ReingestId, progress: Progress) -> Answer:
    """Have it carried out here, unless another process groups, and say how far it is meanwhile."""
    with first_failure():
        async with asyncio.TaskGroup() as tasks:
            grouping = None if desk.correct is None else tasks.create_task(_grouped(desk))
            clock = asyncio.get_running_loop().time
            found, since = await _read(desk, number), clock()
            while found.state is ReingestState.APPLYING and (clock() - since < PATIENCE or (grouping and not grouping.done())):
                progress(found.steps_done, found.steps)
                await asyncio.sleep(LOOK)
                before, found = found, await _read(desk, number)
                since = since if found == before else clock()
    return _told(found)


async def _grouped(desk: Desk) -> None:
    if desk.correct is not None:
        await desk.correct()


async def _cancel(desk: Desk, call: Call, number: ReingestId) -> Answer:
    who = who_asks(call)
    await _read(desk, number)
    async with desk.database.write() as connection:
        is_mine = await reingests.cancel(connection, number, call.now, who=who, reason=phrase("{who} cancelled it", who=who))
    return _told(await _read(desk, number), is_other=not is_mine)


def _told(found: Reingest, *, is_other: bool = False) -> Answer:
    """Say how a reingest stands; `is_other` when that is not what was asked for."""
    blocks: list[Block] = [Heading((Text(_title(found), Style.STRONG),))]
    actions: tuple[Action, ...] = ()
    match found.state:
        case ReingestState.PLANNING:
            told = phrase("{who} has asked what would change; it is being worked out, since ", who=asker(found.who))
            blocks.append(Paragraph((Text(told), Moment(found.asked_at), Text("."))))
            actions = (Action(phrase("Cancel"), f"/reingest cancel {found.id}"),)
        case ReingestState.PLANNED:
            blocks += _figures(found.figures)
            actions = (Action(phrase("Apply"), f"/reingest apply {found.id}"), Action(phrase("Cancel"), f"/reingest cancel {found.id}"))
        case ReingestState.APPLYING:
            text = phrase("It is being applied: {done:,} of {steps:,} steps.", done=found.steps_done, steps=found.steps)
            blocks.append(Paragraph((Text(text),)))
            actions = (Action(phrase("Cancel"), f"/reingest cancel {found.id}"),)
        case ReingestState.DONE:
            blocks += _done(found)
        case ReingestState.CANCELLED:
            blocks += _ended(found)
    if is_other and found.state in (ReingestState.DONE, ReingestState.CANCELLED):
        blocks.append(Paragraph((Text(phrase("It has ended: there is nothing to apply or to cancel.")),)))
    ended_early = found.state is ReingestState.CANCELLED and not found.figures.is_nothing and found.steps > 0
    return Answer(message=Message(tuple(blocks), actions), facts=_facts(found), failed=is_other or ended_early)


def _title(found: Reingest) -> Phrase:
    match found.scope.kind:
        case ScopeKind.ALL:
            return phrase("Reingest {number}", number=found.id)
        case ScopeKind.SOURCE:
            return phrase("Reingest {number}: source {source}", number=found.id, source=found.scope.number)
        case ScopeKind.EVENT:
            return phrase("Reingest {number}: event {event}", number=found.id, event=found.scope.number)


def _figures(figures: Figures) -> list[Block]:
    blocks: list[Block] = [Paragraph((Text(_looked(figures)),))]
    if figures.is_nothing:
        return [Paragraph((Text(phrase("Nothing would change.")),)), *blocks]
    parts = [
        phrases(figures.revised, "{count:,} article revised", "{count:,} articles revised"),
        phrases(figures.split, "{count:,} event split", "{count:,} events split"),
        phrases(figures.merged, "{count:,} merged into another", "{count:,} merged into others"),
        phrases(figures.changed, "{count:,} changed otherwise", "{count:,} changed otherwise"),
        phrase("{count:,} untouched", count=figures.untouched),
    ]
    shown = phrases(figures.cards, "{count:,} card would be edited", "{count:,} cards would be edited")
    told = phrase("{changes}. {cards}. Zero new announcements.", changes=joined(", ", parts), cards=shown)
    return [Paragraph((Text(told),)), *blocks]


def _looked(figures: Figures) -> Phrase:
    read = phrases(figures.read, "{count:,} file read again", "{count:,} files read again")
    every = phrases(figures.articles, "{count:,} article grouped anew", "{count:,} articles grouped anew")
    if not figures.unread:
        return phrase("{read}, {every}; what came by feeds is kept as it is.", read=read, every=every)
    unread = phrases(
        figures.unread, "{count:,} that cannot be read now keeps its article", "{count:,} that cannot be read now keep their articles"
    )
    return phrase("{read}, {unread}, {every}; what came by feeds is kept as it is.", read=read, unread=unread, every=every)


def _done(found: Reingest) -> list[Block]:
    edits = phrases(found.edits, "{count:,} card edited", "{count:,} cards edited")
    told = [Text(phrase("Applied: {edits}, nothing announced.", edits=edits))]
    if found.left:
        text = phrases(
            found.left,
            " {count:,} article has changed since it was planned, and was left alone.",
            " {count:,} articles have changed since it was planned, and were left alone.",
        )
        told.append(Text(text))
    return [Paragraph(tuple(told))]


def _ended(found: Reingest) -> list[Block]:
    if found.figures.is_nothing or not found.reason:
        return _figures(found.figures)
    text = phrase("Not applied: {reason}.", reason=_because(found.reason))
    if found.steps_done:
        text = phrase("Ended after {done:,} steps: {reason}. What was done stays.", done=found.steps_done, reason=_because(found.reason))
    shown = [] if found.figures == Figures() else _figures(found.figures)
    return [*shown, Paragraph((Text(text),))]


def _because(reason: str) -> str:
    who, is_cancelled, _ = reason.partition(" cancelled it")
    return phrase("{who} cancelled it", who=asker(who)) if is_cancelled else _REASONS.get(reason, reason)


def _facts(found: Reingest) -> ReingestFacts:
    return ReingestFacts(
        id=found.id,
        scope=" ".join(filter(None, (found.scope.kind.value, str(found.scope.number or "")))),
        state=found.state.value,
        who=found.who,
        asked_at=found.asked_at,
        figures=found.figures,
        announcements=0,
        steps=found.steps,
        steps_done=found.steps_done,
        left=found.left,
        edits=found.edits,
        reason=found.reason,
    )
