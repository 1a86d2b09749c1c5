"""/why: on what grounds articles are one event, as it was written down when it was decided, and why this chat was told of it, or not."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from bot.commands.choosing import for_asker
from bot.commands.desk import Answer, Call, Desk, sentence
from bot.commands.events import find, merged_note, which_event
from bot.commands.facts import ReasonFacts
from bot.commands.received import Account, account, told_why
from bot.core.errors import UsageError
from bot.core.event import Overview, overview
from bot.core.grouping.constraints import KEPT_APART, KEPT_TOGETHER
from bot.core.grouping.decision import Contribution, Evidence
from bot.core.grouping.regrouping import REGROUPED
from bot.core.message import Action, Heading, Line, Listing, Message, Moment, Paragraph, Style, Text
from bot.core.model import Article, ArticleId, Event
from bot.core.phrase import joined, phrase, phrases, verbatim
from bot.core.telling.card import corrections
from bot.core.wording import number, outlet_name, shortened, titled_link
from storage.news.reasons import Reason, reasons

LISTED: Final = 60
"""Decisions that are listed; the JSON form has them all."""

SHARED: Final = 6
"""Words in common that are named: the heaviest come first."""

_LONGEST: Final = 40

_FEATURES: Final = {
    "words": phrase("the words"),
    "above noise": phrase("words that other events lack"),
    "hours apart": phrase("the time between"),
    "weekdays": phrase("the days they name"),
    "cohesion": phrase("how alike its articles are"),
    "undated": phrase("a missing date"),
}
"""What was measured, as `core.grouping.features` calls it, in words."""

_DECREES: Final = {
    KEPT_APART: phrase("kept apart by an admin"),
    KEPT_TOGETHER: phrase("kept together by an admin"),
    REGROUPED: phrase("grouped anew by a reingest"),
}
"""What stands where no score decided."""

_VETOES: Final = {
    "the article tells several events": phrase("the article tells several events"),
    "the same template with other names": phrase("the same template with other names"),
    "no name in common": phrase("no name in common"),
    "the same headline days later": phrase("the same headline days later"),
    "the same outlet's regular note with other numbers": phrase("the same outlet's regular note with other numbers"),
}
"""What `core.grouping.vetoes` says, so that it can be said in other languages; what is not here is told as it is."""


async def why(desk: Desk, call: Call) -> Answer:
    """Show what was decided about an event and its articles, or about one of them, what it rested on, and what this chat was told."""
    if not call.words:
        return await which_event(desk, "why")
    if len(call.words) > 2:
        raise UsageError(phrase("Which event? Say its number."))
    async with desk.database.read() as connection:
        found = await find(connection, call.words[0])
        if isinstance(found, Answer):
            return found
        told = await reasons(connection, found.id)
        if len(call.words) == 2:
            return await asyncio.to_thread(_of_article, call, found, told)
        known = await account(connection, call.place.address, found.id, call.now)
    return await asyncio.to_thread(_shown, call, found, told, known)


def _shown(call: Call, found: Event, told: Sequence[Reason], here: Account) -> Answer:
    seen = overview(found)
    known = {article.id: article for article in found.articles}
    items = tuple(_lines(each, known) for each in told[:LISTED] if each.what != "revised")
    left = len(told) - LISTED
    more = (Paragraph((Text(phrase("… and {count:,} more.", count=left), Style.QUIET),)),) if left > 0 else ()
    note = phrase("Copies are found by their wording, events by what is told, who and where, and when. Nothing else decides.")
    heard = told_why(here, seen, call.now)
    message = Message(
        (
            Heading((Text(phrase("Why event {number} is one event", number=seen.id), Style.STRONG),)),
            *merged_note(call.words[0], found),
            Paragraph((titled_link(seen.headline, Style.STRONG),)),
            Listing(items),
            *more,
            Paragraph((Text(note, Style.QUIET),)),
            *(
                (Heading((Text(phrase("What this chat heard of it"), Style.STRONG),)), Listing(tuple((line,) for line in heard)))
                if heard
                else ()
            ),
        ),
        (*_actions(seen, told), *for_asker(corrections(found), call)),
    )
    return Answer(message=message, facts=tuple(map(_facts, told)))


def _of_article(call: Call, found: Event, told: Sequence[Reason]) -> Answer:
    """Show what was decided about one article that is or was in an event, with every number."""
    known = {article.id: article for article in found.articles}
    word = call.words[1].removeprefix("#")
    mine = [each for each in told if word.isdecimal() and str(each.article_id) == word]
    if not mine:
        text = phrase("Nothing was decided about article {article} in event {event}.", article=shortened(word, _LONGEST), event=found.id)
        return sentence(text, failed=True)
    heading = Heading(
        (Text(phrase("Why article {article} is in event {event}", article=mine[0].article_id, event=found.id), Style.STRONG),)
    )
    if mine[0].article_id not in known:
        heading = Heading(
            (Text(phrase("Why article {article} was in event {event}", article=mine[0].article_id, event=found.id), Style.STRONG),)
        )
    items = tuple((*_lines(each, known), *_measured(each)) for each in mine)
    actions = (Action(phrase("Event {number}", number=found.id), f"/event {found.id}"), Action(phrase("Why"), f"/why {found.id}"))
    return Answer(message=Message((heading, Listing(items)), actions), facts=tuple(map(_facts, mine)))


def _measured(reason: Reason) -> tuple[Line, ...]:
    """Give what was measured and what it weighed, for (+) or against (-) it, the weightiest first."""
    found = () if reason.evidence is None else sorted(reason.evidence.contributions, key=lambda each: -abs(each.logits))
    return tuple(
        (
            Text(
                joined("  ", (_FEATURES.get(each.feature, each.feature), number(round(each.value, 2)), verbatim(f"{each.logits:+.2f}"))),
                Style.QUIET,
            ),
        )
        for each in found
    )


def _actions(event: Overview, told: Sequence[Reason]) -> tuple[Action, ...]:
    """Lead back to the event, on to its timeline, and to the events that were nearest but are others."""
    near = (each.evidence.rival for each in told if each.evidence is not None)
    rivals = dict.fromkeys(rival for rival in near if rival is not None and rival != event.id)
    return (
        Action(phrase("Event {number}", number=event.id), f"/event {event.id}"),
        Action(phrase("Timeline"), f"/timeline {event.id}"),
        *(Action(phrase("Event {number}", number=rival), f"/event {rival}") for rival in list(rivals)[:3]),
    )


def _lines(reason: Reason, known: Mapping[ArticleId, Article]) -> tuple[Line, ...]:
    first: Line = (Moment(reason.at), Text("  "), Text(_what(reason, known), Style.STRONG))
    article = None if reason.article_id is None else known.get(reason.article_id)
    if article is not None:
        first = (*first, Text("  "), titled_link(article))
    if reason.correction is not None:
        decided = phrase("an admin decided that: correction {number}, which grouping keeps to", number=reason.correction)
        return (first, (Text(decided, Style.QUIET),))
    if reason.evidence is None or reason.copy_of is not None:
        return (first,)
    weighed = _grounds(reason.evidence, is_new=reason.what == "opened", is_merge=reason.what == "merged")
    return (first, *((Text(line, Style.QUIET),) for line in weighed))


def _what(reason: Reason, known: Mapping[ArticleId, Article]) -> str:
    who = _name(reason.article_id, known)
    if reason.copy_of is not None:
        of = _name(reason.copy_of, known)
        joined_it = phrase("{outlet} joined as a copy of {other}", outlet=who, other=of)
        return joined_it if reason.what == "joined" else phrase("{outlet} turned out to be a copy of {other}", outlet=who, other=of)
    told: Mapping[str, str] = {
        "opened": phrase("{outlet} opened event {number}", outlet=who, number=reason.event_id),
        "joined": phrase("{outlet} joined", outlet=who),
        "revised": phrase("{outlet} was revised and stays", outlet=who),
        "moved": phrase("{outlet} came from event {number}", outlet=who, number=reason.other),
        "left": phrase("{outlet} left", outlet=who),
        "merged": phrase("event {number} became part of it", number=reason.other),
        "closed": phrase("event {number} ended", number=reason.event_id),
        "split": phrase("articles left event {event} for event {other}", event=reason.event_id, other=reason.other),
        "revived": phrase("event {event} got its number back from event {other}", event=reason.event_id, other=reason.other),
    }
    return told.get(reason.what, reason.what)


def _name(article_id: ArticleId | None, known: Mapping[ArticleId, Article]) -> str:
    """Name the outlet of an article; one that belongs elsewhere today has only its number here."""
    article = None if article_id is None else known.get(article_id)
    return outlet_name(article) if article else phrase("article {number}", number=article_id)


def _grounds(evidence: Evidence, *, is_new: bool, is_merge: bool) -> Sequence[str]:
    """Say how sure it was, what spoke most for it and against it, what is shared, and what else was near."""
    if evidence.score is None:
        return (phrase("no other event was like it"),)
    score, needed = round(100 * evidence.score), round(100 * evidence.threshold)
    sure = phrase("{score} % sure, {needed} % needed", score=score, needed=needed)
    if is_merge:
        sure = phrase("alike to {score} %, {needed} % needed", score=score, needed=needed)
    lines: list[str] = []
    if is_new and evidence.rival is not None:
        best = phrase("nearest: event {number}", number=evidence.rival)
        lines.append(joined(" · ", (best, sure)))
    else:
        lines.append(sure)
    if evidence.veto is not None:
        apart = phrase("kept apart by: {reason}", reason=_VETOES.get(evidence.veto, evidence.veto))
        lines.append(_DECREES.get(evidence.veto, apart))
    if evidence.shared:
        shared = ", ".join(shortened(word, _LONGEST) for word in evidence.shared[:SHARED])
        left = len(evidence.shared) - SHARED
        more = (phrases(left, "{count} more", "{count:,} more"),) if left > 0 else ()
        lines.append(joined(", ", (phrase("in common: {words}", words=shared), *more)))
    lines += _weights(evidence.contributions)
    if not is_new and evidence.rival is not None and evidence.rival_score is not None:
        lines.append(phrase("next: event {number} with {score} %", number=evidence.rival, score=round(100 * evidence.rival_score)))
    return lines


def _weights(contributions: Sequence[Contribution]) -> Sequence[str]:
    """Name what spoke for it and against it, the weightiest first."""
    ordered = sorted((each for each in contributions if each.feature in _FEATURES), key=lambda each: -abs(each.logits))
    sides = ([each for each in ordered if each.logits > 0], [each for each in ordered if each.logits < 0])
    told = [joined(", ", [_FEATURES[each.feature] for each in side]) for side in sides]
    patterns = (phrase("for it: {features}", features=told[0]), phrase("against it: {features}", features=told[1]))
    return [text for text, side in zip(patterns, sides, strict=True) if side]


def _facts(reason: Reason) -> ReasonFacts:
    weighed = reason.evidence
    return ReasonFacts(
        what=reason.what,
        at=reason.at,
        event=reason.event_id,
        article=reason.article_id,
        copy_of=reason.copy_of,
        score=None if weighed is None else weighed.score,
        threshold=None if weighed is None else weighed.threshold,
        shared=() if weighed is None else weighed.shared,
        veto=None if weighed is None else weighed.veto,
        rival=None if weighed is None else weighed.rival,
        rival_score=None if weighed is None else weighed.rival_score,
        other=reason.other,
        correction=reason.correction,
    )
