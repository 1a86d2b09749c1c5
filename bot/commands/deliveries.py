"""/deliveries, and how the outbox stands for /status: what could not be sent, sending it again or letting it be; nothing is sent here."""

from typing import Final

from bot.commands.chats import wake
from bot.commands.desk import Answer, Call, Desk, sentence
from bot.commands.facts import DeliveryFacts, TroubleFacts
from bot.core.chats.chat import DeliveryId
from bot.core.chats.delivery import DeliveryKind, DeliveryState, DeliveryTotals
from bot.core.errors import UsageError
from bot.core.message import Action, Block, Heading, Line, Listing, Message, Moment, Paragraph, Style, Text
from bot.core.phrase import joined, phrase, phrases, verbatim
from bot.core.wording import number, shortened
from storage.delivery import outbox

LISTED: Final = 20
"""Deliveries in trouble that are listed; the rest is counted. Guess."""

_REASON: Final = 300
_CALLED: Final = {
    DeliveryState.AMBIGUOUS: phrase("may have arrived"),
    DeliveryState.DEAD: phrase("refused"),
    DeliveryState.RETRY: phrase("tried again"),
}
_KINDS: Final = {
    DeliveryKind.DIGEST: phrase("digest"),
    DeliveryKind.CARD: phrase("card"),
    DeliveryKind.EDIT: phrase("edit"),
    DeliveryKind.REPLY: phrase("reply"),
    DeliveryKind.ALERT: phrase("alert"),
    DeliveryKind.NOTICE: phrase("notice"),
}


async def deliveries(desk: Desk, call: Call) -> Answer:
    """List what could not be sent, send it again, or drop it."""
    words = [word.casefold() for word in call.words]
    if not words:
        return await _listed(desk)
    if len(words) != 2 or words[0] not in {"retry", "drop"}:
        raise UsageError(phrase("Say retry or drop, and the number of a delivery or all."))
    ids = None if words[1] == "all" else [_number(words[1])]
    async with desk.database.write() as connection:
        change = outbox.retry if words[0] == "retry" else outbox.drop
        done = await change(connection, call.now, ids)
    wake(desk)
    if not done and ids is None:
        return sentence(_NONE)
    if not done:
        return sentence(phrase("No such delivery is in trouble: /deliveries lists those that are."), failed=True)
    if words[0] == "drop":
        return sentence(phrases(done, "{count} delivery dropped.", "{count:,} deliveries dropped."))
    return sentence(phrases(done, "{count} delivery queued again.", "{count:,} deliveries queued again."))


_NONE: Final = phrase("No delivery is in trouble.")


def _number(word: str) -> DeliveryId:
    number = word.removeprefix("#")
    if not (number.isascii() and number.isdecimal()) or len(number) > 18:
        raise UsageError(phrase("{word} is not the number of a delivery.", word=shortened(word, 40)))
    return DeliveryId(int(number))


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
        return sentence(_NONE, facts=facts)
    items = tuple(
        (
            (
                Text(f"{each.id}  ", Style.STRONG),
                Text(phrase("{kind} to {chat}", kind=_KINDS[each.kind], chat=shortened(each.chat_name, 60)), Style.STRONG),
                Text(
                    phrase("  on {platform}, {state}, queued ", platform=each.address.platform, state=_CALLED.get(each.state, each.state)),
                    Style.QUIET,
                ),
                Moment(each.created_at),
            ),
            (Text(shortened(each.reason, _REASON)),),
        )
        for each in found
    )
    left = totals.ambiguous + totals.dead + totals.retrying - len(found)
    more = (Paragraph((Text(phrase("… and {count:,} more.", count=left), Style.QUIET),)),) if left > 0 else ()
    actions = (Action(phrase("Retry all"), "/deliveries retry all"), Action(phrase("Drop all"), "/deliveries drop all"))
    return Answer(
        message=Message((Heading((Text(phrase("Deliveries in trouble"), Style.STRONG),)), Listing(items), *more), actions), facts=facts
    )


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
        told
        for count, told in (
            (facts.retrying, phrase("{count:,} tried again", count=facts.retrying)),
            (facts.ambiguous, phrase("{count:,} may or may not have arrived", count=facts.ambiguous)),
            (facts.doubled, phrase("{count:,} perhaps there twice", count=facts.doubled)),
            (facts.dead, phrase("{count:,} refused", count=facts.dead)),
        )
        if count
    ]
    if not (facts.queued or in_trouble or facts.last_success):
        return []
    oldest: Line = (Text(phrase("  the oldest since "), Style.QUIET), Moment(facts.oldest_at)) if facts.oldest_at else ()
    rows: list[tuple[str, Line]] = [(phrase("waiting to be sent"), (Text(number(facts.queued)), *oldest))]
    if in_trouble:
        told: Line = (Text(joined(", ", in_trouble), Style.WARNING), Text(verbatim("  /deliveries"), Style.QUIET))
        rows.append((phrase("deliveries in trouble"), told))
    rows += [(phrase("last sent to {platform}", platform=platform), (Moment(at),)) for platform, at in sorted(facts.last_success.items())]
    return rows


def stopped_platforms(facts: DeliveryFacts) -> tuple[Block, ...]:
    """Say which platforms take nothing more, and why."""
    return tuple(Paragraph((Text(_stopped(platform, reason), Style.WARNING),)) for platform, reason in sorted(facts.stopped.items()))


def _stopped(platform: str, reason: str) -> str:
    return phrase("Nothing is sent to {platform} until Slugline is started again: {reason}", platform=platform, reason=reason)
