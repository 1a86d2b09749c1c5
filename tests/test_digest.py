"""The digest: which events it shows, in which order, and that it accounts for the others."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import NOW, article, day, event, minute

from bot.core.message import Link, Listing, Message, Paragraph, Text
from bot.core.model import ArticleId, Event
from bot.core.telling.digest import Digest, choose, compose, compose_hidden, receipts
from bot.core.telling.digest_settings import DigestSettings

SINCE = NOW - timedelta(hours=24)


def told(number: int, *outlets: str | None) -> Event:
    """An event that each of these outlets tells once, led by the first."""
    return event(
        [
            replace(article(place, f"Event {number}", "x" * (90 - place), outlet=outlet), id=ArticleId(100 * number + place))
            for place, outlet in enumerate(outlets, 1)
        ],
        number,
    )


def chosen(events: list[Event], settings: DigestSettings | None = None) -> Digest:
    articles = sum(len(each.articles) for each in events)
    return choose(events, since=SINCE, until=NOW, articles=articles, events=len(events), settings=settings or DigestSettings())


def check(events: list[Event], shown: list[int]) -> None:
    assert [each.id for each in chosen(events).shown] == shown


def text_of(message: Message) -> str:
    lines = [block.line for block in message.blocks if isinstance(block, Paragraph)]
    lines += [line for block in message.blocks if isinstance(block, Listing) for item in block.items for line in item]
    return "\n".join("".join(span.text for span in line if isinstance(span, Text | Link)) for line in lines)


@pytest.mark.parametrize(
    ("events", "shown"),
    [
        ([], []),
        ([told(1, "A"), told(2, "B", "C"), told(3, "D", "E", "F")], [3, 2, 1]),
        ([told(1, "A", "A", "A"), told(2, "B", "C")], [2, 1]),
        ([told(1, None, None, None), told(2, "B", "C")], [1, 2]),
        ([told(number, f"outlet {number}") for number in range(1, 20)], list(range(1, 10))),
        ([told(number, "A" if number < 8 else f"outlet {number}") for number in range(1, 12)], [1, 2, 8, 9, 10, 11]),
        ([told(number, "A") for number in range(1, 20)], [1, 2, 3, 4, 5]),
        ([told(number, None) for number in range(1, 20)], list(range(1, 10))),
    ],
)
def test_the_most_corroborated_events_are_shown_and_no_outlet_leads_them_all(events: list[Event], shown: list[int]) -> None:
    check(events, shown)


@pytest.mark.parametrize("most", [1, 2, 3, 4])
def test_a_short_digest_stays_short_even_where_one_outlet_leads_everything(most: int) -> None:
    digest = chosen([told(number, "A") for number in range(1, 8)], DigestSettings(most=most))
    assert [each.id for each in digest.shown] == list(range(1, most + 1))
    assert len(digest.hidden) == 7 - most


def test_newer_news_stands_before_older_with_as_many_voices() -> None:
    older = event([article(1, outlet="A", published=day("2024-12-26"))], 1)
    newer = event([article(2, outlet="B", published=minute("2024-12-27T04:51"))], 2)
    check([older, newer], [2, 1])


def test_a_copy_is_no_second_voice() -> None:
    copied = event([article(1, outlet="A"), article(2, outlet="B", copy_of=1), article(3, outlet="C", copy_of=1)], 1)
    check([copied, told(2, "D", "E")], [2, 1])


def test_the_receipts_account_for_everything() -> None:
    digest = chosen([told(number, f"outlet {number}", "B") for number in range(1, 13)])
    assert receipts(digest) == "24 articles → 12 events → 9 shown"
    assert {hidden.reason for hidden in digest.hidden} == {"beyond the 9 most corroborated"}
    assert compose(digest).actions[-1].command == "/digest hidden"


def test_a_reader_can_ask_what_was_left_out_and_why() -> None:
    digest = chosen([told(number, "A") for number in range(1, 8)])
    assert "/event 7  ·  more than 2 led by A" in text_of(compose_hidden(digest))
    assert "left nothing out" in text_of(compose_hidden(chosen([])))
    assert text_of(compose_hidden(replace(digest, events=100))).count("… and 93 more with fewer reports.") == 1
    assert "fewer reports" not in text_of(compose_hidden(digest))


def test_nothing_new_is_one_short_line() -> None:
    message = compose(chosen([]))
    assert len(message.blocks) == 1
    assert text_of(message) == "Nothing new since ."


def test_an_event_is_told_in_headline_sentence_and_outlets() -> None:
    made = event(
        [
            article(1, "Bridge falls", "Eleven vehicles fell into the river Vel before noon. Nobody was hurt.", outlet="Orlik Courier"),
            article(2, outlet="The Daily Vel", copy_of=1),
            article(3),
        ]
    )
    assert text_of(compose(chosen([made]))).splitlines()[2:] == [
        "Bridge falls",
        "Eleven vehicles fell into the river Vel before noon.",
        "/event 1  ·  Orlik Courier, The Daily Vel and 1 unattributed  ·  2 reports, 1 copy",
    ]


@given(
    st.lists(st.lists(st.sampled_from(["A", "B", "C", None]), min_size=1, max_size=4), max_size=25),
    st.integers(1, 9),
    st.integers(0, 9),
    st.integers(1, 3),
)
def test_limits_hold_and_nothing_disappears(outlets: list[list[str | None]], most: int, least: int, per_outlet: int) -> None:
    events = [told(number, *names) for number, names in enumerate(outlets, 1)]
    settings = DigestSettings(most=most, least=least, per_outlet=per_outlet)
    digest = chosen(events, settings)
    ids = [each.id for each in digest.shown] + [hidden.event.id for hidden in digest.hidden]
    assert sorted(ids) == [each.id for each in events]
    assert min(least, most, len(events)) <= len(digest.shown) <= most
    assert chosen(events[::-1], settings) == digest
