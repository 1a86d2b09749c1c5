"""Reports of measurements say in words what went wrong, once each, and how much of it there is."""

import re
from dataclasses import replace

from evaluation_samples import joined, looked, merge, opened, run_of
from message_reading import lines_in

from bot.core.message import Message, Text
from bot.evaluation.events import scores_of
from bot.evaluation.floors import Check
from bot.evaluation.report import event_report, floor_report


def check(message: Message, *shown: str) -> None:
    """Compare with what a person reads, blanks made one."""
    texts = ["".join(span.text for span in line if isinstance(span, Text)) for block in message.blocks for line in lines_in(block)]
    read = [re.sub(r"\s+", " ", text).strip() for text in texts]
    for line in shown:
        assert line in read, (line, read)


def test_errors_are_told_with_their_evidence() -> None:
    run = run_of(
        "aabbabbb",
        [
            opened(1, 1),
            joined(2, 1, looked(1, 0.9, right=True), own=1, right=True),
            joined(3, 1, looked(1, 0.7, hours=5.0), tells="a", rival=1),
            opened(4, 2, looked(1, 0.6, veto="no name in common")),
            opened(5, 3, looked(1, 0.45, right=True, hours=72.0), own=1),
            joined(6, 2, looked(2, 0.8, right=True), own=2, right=True),
            joined(7, 1, looked(1, 0.6), looked(2, 0.55, right=True), own=2, tells="a"),
            joined(8, 1, own=2, tells="a", copy_of=1),
        ],
        [merge(1, 2, told=("a", "b"), sizes=(5, 2))],
        copies=[8],
    )
    check(
        event_report([scores_of("set", run)]),
        "Joined an event that told something else, surest first (1 of 2):",
        "0.70 Headline b3 (b3, b)",
        "joined: Headline a1 (a), 5 h apart",
        "because: words +1.0, nearest +1.0, title +1.0",
        "shared: vel, orlik",
        "next best: 0.20 Headline a1",
        "its own event: nothing of its own event was there yet",
        "Joined such an event as a copy (1):",
        "copy Headline b8 (b8, b)",
        "its own event: not compared",
        "Merged although they told different things, largest first (1):",
        "0.60 (needed 0.40) Headline a1 (5 articles, a)",
        "with: Headline b4 (2 articles, b)",
        "Told as several events, worst first (1):",
        "2 parts: 2 + 1",
        "1 from “Headline a5”: below the threshold, it scored 0.45, 3 days apart",
        "two events merged – – 2",
        "below the threshold 1 – –",
        "another event won 1 1 1",
        "taken for a copy of another event's report 1 1 1",
        "no name in common 1 0",
    )


def test_a_fragment_names_its_largest_parts_only() -> None:
    steps = [opened(place, place, looked(1, 0.3, right=True, hours=None), own=1 if place > 1 else None) for place in range(1, 9)]
    message = event_report([scores_of("set", run_of("aaaaaaaa", steps))])
    check(message, "8 parts: 1 + 1 + 1 + 1 + 1 + …", "1 from “Headline a6”: below the threshold, it scored 0.30")


def test_a_headline_without_end_is_cut() -> None:
    run = run_of("ab", [opened(1, 1), joined(2, 1, looked(1, 0.9), tells="a")])
    article = run.stream[1].article
    endless = replace(run.stream[1], article=replace(article, content=replace(article.content, title="Ferry " * 5000)))
    message = event_report([scores_of("set", replace(run, stream=[run.stream[0], endless]))])
    check(message, f"0.90 {('Ferry ' * 27)[:159].rstrip()}… (b2, b)")


def test_what_casts_doubt_on_the_figures_stands_with_them() -> None:
    run = run_of("aX", [opened(1, 1), joined(2, 1, looked(1, 0.9), tells="a")])
    scores = scores_of("small", run, [True, False])
    check(
        event_report([scores], ("large",)),
        "Scored inside a stream of large, whose dates were moved by whole days to meet the set's.",
        "small: 1 articles of other sets ended in its events.",
    )


def test_floors_that_fell_are_named() -> None:
    held = Check(subject="events gva", figure="f1", found=0.9, pinned=0.8, is_ceiling=False, holds=True)
    lost = Check(subject="events uci", figure="f1", found=0.7, pinned=0.8, is_ceiling=False, holds=False)
    check(
        floor_report([held, lost]),
        "Floors: 1 of 2 pinned figures hold.",
        "events uci: f1 fell below its floor: 0.7, pinned at 0.8",
    )
