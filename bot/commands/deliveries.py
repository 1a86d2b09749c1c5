"""/deliveries, and how the outbox stands for /status: what could not be sent, sending it again or letting it be; nothing is sent here."""

from typing import Final

from bot.commands.desk import Answer, Call, Desk, sentence
from bot.commands.facts import DeliveryFacts, TroubleFacts
from bot.core.chat import DeliveryId
from bot.core.delivery import DeliveryState, DeliveryTotals
from bot.core.errors import UsageError
from bot.core.message import Action, Block, Heading, Line, Listing, Message, Moment, Paragraph, Style, Text
from bot.core.wording import counted, shortened
from storage import outbox

LISTED: Final = 20
"""Deliveries in trouble that are listed; the rest is counted. Guess."""

_REASON: Final = 300
_LARGEST: Final = 2**63 - 1
_CALLED: Final = {
    DeliveryState.AMBIGUOUS: "may have arrived",
    DeliveryState.DEAD: "refused",
    DeliveryState.RETRY: "tried again",
}


async def deliveries(desk: Desk, call: Call) -> Answer:
    """List what could not be sent, send it again, or drop it."""
    words = [word.casefold() for word in call.words]
    if not words:
        return await _listed(desk)
    if len(words) != 2 or words[0] not in {"retry", "drop"}:
        raise UsageError("Say retry or drop, and the number of a delivery or all.")
    ids = None if words[1] == "all" else [_number(words[1])]
    async with desk.database.write() as connection:
        change = outbox.retry if words[0] == "retry" else outbox.drop
        done = await change(connection, call.now, ids)
    if desk.telling is not None:
        desk.telling.wake()
    if not done and ids is None:
        return sentence("No delivery is in trouble.")
    if not done:
        return sentence("No such delivery is in trouble: /deliveries lists those that are.", failed=True)
    return sentence(f"{counted(done, 'delivery')} {_DONE[words[0]]}.")


_DONE: Final = {"retry": "queued again", "drop": "dropped"}


def _number(word: str) -> DeliveryId:
    number = word.removeprefix("#")
    if not (number.isascii() and number.isdecimal()) or len(number) > 18:
        raise UsageError(f"{shortened(word, 40)} is not the number of a delivery.")
    return DeliveryId(min(int(number), _LARGEST))


async def _listed(desk: Desk) -> Answer:
    async with desk.database.read() as connection:
        totals = await outbox.counts(connection)
        found = await outbox.troubled(connection, LISTED)
    facts = tuple(
        TroubleFacts(
            id=each.id,
            chat=each.chat_name,
            platform=each.address.platform,
            kind=each.kind.value,
            state=each.state.value,
            attempts=each.attempts,
            created_at=each.created_at,
            reason=each.reason,
        )
        for each in found
    )
    if not found:
        return sentence("No delivery is in trouble.", facts=facts)
    items = tuple(
        (
            (
                Text(f"{each.id}  {each.kind} to {shortened(each.chat_name, 60)}", Style.STRONG),
                Text(f"  on {each.address.platform}, {_CALLED.get(each.state, each.state)}, queued ", Style.QUIET),
                Moment(each.created_at),
            ),
            (Text(shortened(each.reason, _REASON)),),
        )
        for each in found
    )
    left = totals.ambiguous + totals.dead + totals.retrying - len(found)
    more = (Paragraph((Text(f"… and {left:,} more.", Style.QUIET),)),) if left > 0 else ()
    actions = (Action("Retry all", "/deliveries retry all"), Action("Drop all", "/deliveries drop all"))
    return Answer(message=Message((Heading((Text("Deliveries in trouble", Style.STRONG),)), Listing(items), *more), actions), facts=facts)


def delivery_facts(desk: Desk, totals: DeliveryTotals) -> DeliveryFacts:
    """Give how the outbox stands, as data."""
    return DeliveryFacts(
        queued=totals.queued,
        retrying=totals.retrying,
        oldest_at=totals.oldest_at,
        ambiguous=totals.ambiguous,
        doubled=totals.doubled,
        dead=totals.dead,
        last_success=dict(totals.last_success),
        stopped={} if desk.telling is None else dict(desk.telling.stopped()),
    )


def delivery_rows(facts: DeliveryFacts) -> list[tuple[str, Line]]:
    """Put how the outbox stands into rows; none before anything was ever to be sent."""
    in_trouble = [
        f"{number:,} {told}"
        for number, told in (
            (facts.retrying, "tried again"),
            (facts.ambiguous, "may or may not have arrived"),
            (facts.doubled, "perhaps there twice"),
            (facts.dead, "refused"),
        )
        if number
    ]
    if not (facts.queued or in_trouble or facts.last_success):
        return []
    oldest: Line = (Text("  the oldest since ", Style.QUIET), Moment(facts.oldest_at)) if facts.oldest_at else ()
    rows: list[tuple[str, Line]] = [("waiting to be sent", (Text(f"{facts.queued:,}"), *oldest))]
    if in_trouble:
        rows.append(("deliveries in trouble", (Text(", ".join(in_trouble), Style.WARNING), Text("  /deliveries", Style.QUIET))))
    rows += [(f"last sent to {platform}", (Moment(at),)) for platform, at in sorted(facts.last_success.items())]
    return rows


def stopped_platforms(facts: DeliveryFacts) -> tuple[Block, ...]:
    """Say which platforms take nothing more, and why."""
    return tuple(
        Paragraph((Text(f"Nothing is sent to {platform} until Slugline is started again: {reason}", Style.WARNING),))
        for platform, reason in sorted(facts.stopped.items())
    )
