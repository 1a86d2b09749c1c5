"""The card of an event: what a reader sees of it, whatever the platform."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import NOW, article, bridge, day, event, minute

from bot.core.event import overview
from bot.core.message import Fold, Heading, Link, Listing, Message, Moment, Paragraph, Style, Text
from bot.core.model import Article
from bot.core.telling.card import LISTED, event_card, receipts
from bot.core.understanding.extract import extracts
from bot.core.wording import counted, outlets_listed, safe_url

ADDRESS = "https://orlikcourier.example/2025/03/04/bridge"


def words_of(line: tuple[Text | Link | Moment, ...]) -> str:
    return "".join("(time)" if isinstance(span, Moment) else span.text for span in line)


def folded(message: Message) -> list[str]:
    return [words_of(line) for block in message.blocks if isinstance(block, Fold) for line in block.lines]


def check_receipts(articles: list[Article], expected: str) -> None:
    assert words_of(receipts(overview(event(articles)))) == expected


@pytest.mark.parametrize(
    ("articles", "expected"),
    [
        ([article(1, outlet="A")], "1 outlet, 1 independent report"),
        ([article(1)], "1 unattributed, 1 independent report"),
        ([article(1), article(2)], "2 unattributed, 2 independent reports  ·  first: unclear"),
        (
            [article(1, outlet="A", published=minute("2024-12-27T04:51")), article(2, outlet="B", published=minute("2024-12-27T09:00"))],
            "2 outlets, 2 independent reports  ·  first: A (time)",
        ),
        (
            [
                article(1, outlet="A", published=day("2024-12-29")),
                article(2, outlet="B", published=day("2024-12-26")),
                article(3, outlet="B", copy_of=1),
            ],
            "2 outlets, 2 independent reports, 1 copy  ·  first of the dated: B (time)",
        ),
    ],
)
def test_the_receipts_claim_no_more_than_is_known(articles: list[Article], expected: str) -> None:
    check_receipts(articles, expected)


def test_a_card_shows_headline_sentences_receipts_and_every_report() -> None:
    card = event_card(overview(bridge()))
    heading = next(block for block in card.blocks if isinstance(block, Heading))
    assert heading.line == (Link("Bridge over the Vel collapses near Orlik", ADDRESS, Style.STRONG),)
    assert len(folded(card)) == 5
    assert "copy of Orlik Courier" in next(line for line in folded(card) if "Northern Wire" in line)
    offered = ["/sources 1", "/timeline 1", "/why 1", "/follow 1", "/mute 1", ADDRESS]
    assert [action.command for action in card.actions if not action.is_for_admins] == offered
    assert [action.command for action in card.actions if action.is_for_admins] == ["/split 1", "/merge 1"]
    assert card.blocks[-1] == Paragraph((Text("updated ", Style.QUIET), Moment(NOW, is_ago=True)))


def test_the_sentences_come_from_different_reports_and_are_whole() -> None:
    chosen = extracts(overview(bridge()), 3)
    assert 2 <= len(chosen) <= 3
    assert len({extract.article.id for extract in chosen}) == len(chosen)
    for extract in chosen:
        assert extract.article.copy_of is None
        assert extract.sentence in extract.article.content.text
        assert not extract.sentence.startswith("He ")


def test_a_sentence_that_only_repeats_the_headline_is_not_chosen() -> None:
    lone = article(
        1,
        "The old road bridge near Orlik has collapsed into the river Vel.",
        "The old road bridge near Orlik has collapsed into the river Vel. Eleven vehicles and their drivers fell twenty metres.",
        titled=False,
    )
    assert [extract.sentence for extract in extracts(overview(event([lone])), 3)] == [
        "Eleven vehicles and their drivers fell twenty metres."
    ]


def test_a_torn_quotation_is_never_shown() -> None:
    kept = "Nobody told the drivers of the first buses that crossed it."
    torn = f'"The pillar had moved by eight centimetres during the night, inspectors found.\n\n{kept}'
    assert [extract.sentence for extract in extracts(overview(event([article(1, "Other words", torn)])), 3)] == [kept]


def capture() -> list[Article]:
    """One event as three reports tell it: the best one opens with a detail, one ends with the background of another event."""
    return [
        article(
            1,
            "First otter of the season caught in Lake Quill",
            "Wardens reportedly handed collars, maps and a crate of herring to the institute in Sandvik. "
            "Wardens caught the first otter of the season in Lake Quill on Monday, the institute said.",
            outlet="Quill Post",
            published=minute("2025-03-04T08:12"),
        ),
        article(
            2,
            "Lake Quill wardens catch an otter",
            "Otter wardens laid a woven net of willow rods across the narrow mouth of Lake Quill at dawn. It weighed nine kilos.",
            outlet="Sandvik News",
            published=minute("2025-03-04T09:12"),
        ),
        article(
            3,
            "Otter caught in Lake Quill, institute confirms",
            "Elsewhere a bakery burned down after lightning struck its chimney twice. Nobody expected that the oven would survive.",
            published=minute("2025-03-04T10:12"),
        ),
    ]


@pytest.mark.parametrize(
    "unfit",
    [
        "Minutes later, officers closed the road on both banks of the river.",
        "Image 2 of 14 The bridge over the Vel as drivers saw it on Tuesday.",
        "He had crossed the bridge every morning for more than thirty years.",
    ],
)
def test_what_cannot_stand_alone_is_not_told(unfit: str) -> None:
    kept = "Nobody told the drivers of the first buses that crossed it."
    assert [extract.sentence for extract in extracts(overview(event([article(1, "Other words", f"{unfit} {kept}")])), 3)] == [kept]


def test_the_toll_of_a_war_is_no_sentence_of_an_attack_in_it() -> None:
    war = "More than 40,000 people have been killed in Veldmark since the war began."
    attack = "An attack on the harbour of Veldmark killed 12 people in the war on Sunday."
    told = [article(number, f"Attack {number} in Veldmark", f"{attack} {war}", outlet=f"Outlet {number}") for number in (1, 2)]
    assert war not in [extract.sentence for extract in extracts(overview(event(told)), 3)]


def test_the_first_sentence_tells_the_event_and_not_a_detail() -> None:
    told = "Wardens caught the first otter of the season in Lake Quill on Monday, the institute said."
    for limit in (1, 3):
        assert extracts(overview(event(capture())), limit)[0].sentence == told


def test_background_of_another_event_is_not_told() -> None:
    assert {extract.article.id for extract in extracts(overview(event(capture())), 3)} == {1, 2}


@pytest.mark.parametrize(
    ("articles", "expected"),
    [
        ([article(1)], "The only report"),
        ([article(1), article(2)], "Both reports in order of time"),
        ([article(1), article(2, copy_of=1)], "Both articles in order of time"),
        ([article(1), article(2), article(3)], "All 3 reports in order of time"),
        ([article(1), article(2), article(3, copy_of=1)], "All 3 articles in order of time"),
        ([article(1, copy_of=9)], "The only article"),
    ],
)
def test_the_list_of_reports_is_headed_as_a_person_would_say_it(articles: list[Article], expected: str) -> None:
    folds = [block for block in event_card(overview(event(articles))).blocks if isinstance(block, Fold)]
    assert [words_of(fold.summary) for fold in folds] == [expected]


def test_the_largest_event_still_fits_a_card() -> None:
    lines = folded(event_card(overview(event([article(number) for number in range(1, 401)]))))
    assert len(lines) == LISTED + 1
    assert lines[-1] == f"… and {400 - LISTED} more: /sources 1"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/x", True),
        ("HTTP://a.example", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("tg://resolve?domain=x", False),
        ("https://", False),
        ("https://[broken", False),
        ("//a.example/x", False),
        ("https://a.example/\x1b[2J", False),
        ("https://a.example/a b", False),
        ("https://a.example/\u202eevil", False),
        ("https://a.example/" + "x" * 9000, False),
        (None, False),
    ],
)
def test_only_addresses_that_a_reader_may_follow_are_linked(url: str | None, *, safe: bool) -> None:
    assert safe_url(url) == (url if safe else None)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (counted(1, "copy"), "1 copy"),
        (counted(2, "copy"), "2 copies"),
        (counted(1204, "report"), "1,204 reports"),
        (counted(0, "day"), "0 days"),
        (outlets_listed(("A", "B", "C", "D"), 0), "A, B +2"),
        (outlets_listed((), 3), "3 unattributed"),
        (outlets_listed(("A",), 1), "A and 1 unattributed"),
    ],
)
def test_counts_read_as_a_person_would_say_them(said: str, expected: str) -> None:
    assert said == expected


@given(st.lists(st.tuples(st.text(min_size=1), st.text(), st.none() | st.text(min_size=1), st.none() | st.text()), min_size=1, max_size=4))
def test_any_articles_make_a_card(parts: list[tuple[str, str, str | None, str | None]]) -> None:
    made = [article(number, title, text, outlet=outlet, url=url) for number, (title, text, outlet, url) in enumerate(parts, 1)]
    card = event_card(overview(event(made)))
    assert sum(isinstance(block, Fold) for block in card.blocks) == 1
    assert sum(len(block.items) for block in card.blocks if isinstance(block, Listing)) <= 3
