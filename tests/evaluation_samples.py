"""Labelled streams and placed runs for the tests of evaluation: of invented happenings, or made by hand to the last decision."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from grouping_samples import BANK, OTHER_QUAKE, QUAKE, article

from bot.core.grouping.decision import Contribution, Evidence, Joined, Merged, Opened
from bot.core.model import ArticleId, EventId
from bot.evaluation.labelled import Labelled
from bot.evaluation.online import Considered, MergeStep, Run, Step, final

STORIES = {"quake": QUAKE, "island": OTHER_QUAKE, "bank": BANK}


def told(*specs: tuple[str, int, float | None], language: str = "en") -> list[Labelled]:
    """Make a stream of (story, which report of it, hours after noon or None) with ids by place and keys such as quake-0."""
    stream = []
    for place, (story, number, hours) in enumerate(specs, 1):
        made = article(place, STORIES[story][number], hours=hours)
        made = replace(made, content=replace(made.content, language=language))
        stream.append(Labelled(f"{story}-{number}", story, made))
    return stream


DAY = (("quake", 0, 0.0), ("bank", 0, 1.0), ("quake", 1, 2.0), ("island", 0, 3.0), ("quake", 2, 4.0), ("island", 1, 5.0), ("bank", 1, 6.0))


def looked(event: int, score: float, *, right: bool = False, veto: str | None = None, hours: float | None = 3.0) -> Considered:
    return Considered(event_id=EventId(event), score=score, veto=veto, hours=hours, is_right=right)


def opened(
    place: int,
    event: int,
    *considered: Considered,
    own: int | None = None,
    missing: str | None = None,
    apart: str | None = None,
) -> Step:
    evidence = Evidence(threshold=0.5, veto=apart)
    change = Opened(event_id=EventId(event), article_id=ArticleId(place), revision=1, evidence=evidence, apart=apart is not None)
    return Step(
        change=change,
        considered=considered,
        own=None if own is None else EventId(own),
        missing=missing,
        joined_gold=None,
        is_right=own is None,
    )


def joined(
    place: int,
    event: int,
    *considered: Considered,
    own: int | None = None,
    tells: str = "",
    right: bool = False,
    copy_of: int | None = None,
    rival: int | None = None,
) -> Step:
    score = next((one.score for one in considered if one.event_id == event), 1.0)
    evidence = Evidence(
        threshold=0.5,
        score=score,
        contributions=tuple(Contribution(feature=name, value=0.5, logits=1.0) for name in ("words", "nearest", "title", "noise")),
        shared=("vel", "orlik"),
        rival=None if rival is None else EventId(rival),
        rival_score=None if rival is None else 0.2,
    )
    copied = None if copy_of is None else ArticleId(copy_of)
    change = Joined(event_id=EventId(event), article_id=ArticleId(place), revision=1, copy_of=copied, evidence=evidence)
    own_event = None if own is None else EventId(own)
    return Step(change=change, considered=considered, own=own_event, missing=None, joined_gold=tells, is_right=right)


def merge(survivor: int, absorbed: int, *, told: tuple[str, str], sizes: tuple[int, int]) -> MergeStep:
    evidence = Evidence(threshold=0.4, score=0.6, shared=("vel",))
    change = Merged(survivor=EventId(survivor), absorbed=EventId(absorbed), evidence=evidence)
    return MergeStep(change=change, survivor_gold=told[0], absorbed_gold=told[1], sizes=sizes)


def run_of(gold: str, steps: Sequence[Step], merges: Sequence[MergeStep] = (), copies: Sequence[int] = ()) -> Run:
    """Make a run by hand: each character of `gold` is the label of one article, titled with its label and place (from 1)."""
    stream = [
        Labelled(f"{label}{place}", label, article(place, (f"Headline {label}{place}", ""), hours=float(place)))
        for place, label in enumerate(gold, 1)
    ]
    absorbed = {one.change.absorbed: one.change.survivor for one in merges}
    return Run(
        stream=stream,
        steps=tuple(steps),
        merges=tuple(merges),
        predicted=tuple(final(step.change.event_id, absorbed) for step in steps),
        is_report=tuple(place not in copies for place in range(1, len(gold) + 1)),
        seconds=0.5,
    )


def write_set(path: Path, stream: Sequence[Labelled]) -> Path:
    """Write a stream as JSON lines."""
    rows = []
    for one in stream:
        content = one.article.content
        row = {"id": one.key, "event": one.event, "title": content.title, "text": content.text, "lang": content.language}
        rows.append(row | ({"date": content.published.at.isoformat()} if content.published else {}))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path
