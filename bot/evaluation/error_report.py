"""How single errors read: what was joined, merged, split or taken for a copy, with the evidence that led to it."""

from collections.abc import Sequence
from typing import Final

from bot.core.grouping.decision import Contribution
from bot.core.message import Block, Line, Listing, Paragraph, Style, Table, Text
from bot.evaluation.cells import ABSENT, cells
from bot.evaluation.copies import CopyScores, WrongCopy
from bot.evaluation.errors import Fragment, Part, WrongJoin, WrongMerge
from bot.evaluation.events import EventScores

SHOWN: Final = 5
PARTS_SHOWN: Final = 5
HEADLINE: Final = 160
"""Characters of a headline that are shown."""


def event_errors(one: EventScores) -> list[Block]:
    """List the worst joins, merges and splits of a set, and count the causes of all of them."""
    copies = [join for join in one.wrong_joins if join.score is None]
    joins = [join for join in one.wrong_joins if join.score is not None]
    return [
        *_list("Joined an event that told something else, surest first", len(joins), list(map(_join, _different(joins)))),
        *_list("Joined such an event as a copy", len(copies), list(map(_join, _different(copies)))),
        *_list(
            "Merged although they told different things, largest first", len(one.wrong_merges), list(map(_merge, one.wrong_merges[:SHOWN]))
        ),
        *_list("Told as several events, worst first", len(one.fragments), list(map(_fragment, one.fragments[:SHOWN]))),
        *_causes(one),
        *_vetoes(one),
    ]


def copy_errors(one: CopyScores) -> list[Block]:
    """List the claims of copies that look wrong."""
    shown = list(map(_copy, one.wrong[:SHOWN]))
    return _list("Taken for the copy of another text, the closest of them", len(shown), shown)


def _different(joins: Sequence[WrongJoin]) -> list[WrongJoin]:
    """Choose errors of which each is about other events: the first of them often repeats itself for every later report."""
    chosen: dict[frozenset[str], WrongJoin] = {}
    for join in joins:
        chosen.setdefault(frozenset((join.gold, join.joined_gold)), join)
    return list(chosen.values())[:SHOWN]


def _list(title: str, count: int, items: Sequence[tuple[Line, ...]]) -> list[Block]:
    if not items:
        return []
    shown = f" ({len(items)} of {count})" if count > len(items) else f" ({count})"
    return [Paragraph((Text(f"{title}{shown}:"),)), Listing(tuple(items))]


def _join(join: WrongJoin) -> tuple[Line, ...]:
    score = "copy" if join.score is None else f"{join.score:.2f}"
    lines: list[Line] = [
        (Text(f"{score} "), Text(_short(join.title), Style.STRONG), Text(f" ({join.article}, {join.gold})", Style.QUIET)),
        (Text("joined: "), Text(_short(join.joined)), Text(f" ({join.joined_gold})", Style.QUIET), Text(_apart(join.hours))),
    ]
    if join.reasons:
        lines.append((Text(f"because: {reasons(join.reasons)}", Style.QUIET),))
    if join.shared:
        lines.append((Text(f"shared: {', '.join(join.shared)}", Style.QUIET),))
    if join.rival is not None and join.rival_score is not None:
        lines.append((Text(f"next best: {join.rival_score:.2f} {_short(join.rival)}", Style.QUIET),))
    own = join.own if join.own_score is None else f"{join.own} ({join.own_score:.2f})"
    lines.append((Text(f"its own event: {own}", Style.QUIET),))
    return tuple(lines)


def reasons(contributions: Sequence[Contribution]) -> str:
    """Write contributions as features with their log-odds; their values mean something only to who knows the scales (ln hours …)."""
    return ", ".join(f"{one.feature} {one.logits:+.1f}" for one in contributions)


def _apart(hours: float | None) -> str:
    if hours is None:
        return ""
    return f", {hours:.0f} h apart" if hours < 48 else f", {hours / 24:.0f} days apart"


def _merge(merge: WrongMerge) -> tuple[Line, ...]:
    return (
        (
            Text(f"{merge.score:.2f} (needed {merge.threshold:.2f}) "),
            Text(_short(merge.survivor), Style.STRONG),
            _size(merge.survivor_size, merge.survivor_gold),
        ),
        (Text("with: "), Text(_short(merge.absorbed)), _size(merge.absorbed_size, merge.absorbed_gold)),
        (Text(f"shared: {', '.join(merge.shared)}", Style.QUIET),),
    )


def _size(articles: int, gold: str) -> Text:
    return Text(f" ({articles} articles, {gold})", Style.QUIET)


def _fragment(fragment: Fragment) -> tuple[Line, ...]:
    sizes = sorted((part.articles for part in fragment.parts), reverse=True)
    more = " + …" if len(sizes) > PARTS_SHOWN else ""
    later = sorted(fragment.parts[1:], key=lambda part: -part.articles)[:PARTS_SHOWN]
    return (
        (Text(_short(fragment.title), Style.STRONG), Text(f" ({fragment.gold})", Style.QUIET)),
        (Text(f"{len(sizes)} parts: {' + '.join(map(str, sizes[:PARTS_SHOWN]))}{more}"),),
        *((Text(_part(part), Style.QUIET),) for part in later),
    )


def _part(part: Part) -> str:
    scored = "" if part.score is None else f", it scored {part.score:.2f}"
    return f"{part.articles} from “{_short(part.title)}”: {part.cause}{scored}{_apart(part.hours)}"


def _causes(one: EventScores) -> list[Block]:
    if not one.causes:
        return []
    rows = tuple(
        cells(cause.name, str(cause.kept_apart or ABSENT), str(cause.brought_back or ABSENT), str(cause.put_together or ABSENT))
        for cause in one.causes
    )
    said = (
        "Why decisions were wrong: articles kept from their own event, how many of them a merge brought back, articles put with strangers."
    )
    return [Paragraph((Text(said),)), Table(("cause", "kept apart", "back", "put together"), rows)]


def _vetoes(one: EventScores) -> list[Block]:
    if not one.vetoes:
        return []
    rows = tuple(cells(veto.name, str(veto.right), str(veto.wrong)) for veto in one.vetoes)
    said = "What vetoes kept out although the score would have joined it: strangers, and articles of the event itself."
    return [Paragraph((Text(said),)), Table(("veto", "strangers", "its own"), rows)]


def _short(headline: str) -> str:
    return headline if len(headline) <= HEADLINE else f"{headline[: HEADLINE - 1].rstrip()}…"


def _copy(wrong: WrongCopy) -> tuple[Line, ...]:
    article = wrong.article if wrong.kind in wrong.article else f"{wrong.article}, {wrong.kind}"
    return (
        (Text(f"{wrong.share:.2f} "), Text(_short(wrong.title), Style.STRONG), Text(f" ({article})", Style.QUIET)),
        (Text("copy of: "), Text(_short(wrong.original_title)), Text(f" ({wrong.original})", Style.QUIET)),
    )
