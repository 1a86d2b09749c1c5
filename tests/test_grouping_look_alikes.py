"""What must not become one event, or one article, however alike it reads: notes from one template, columns of every week, several stories."""

import pytest
from grouping_samples import BANK, QUAKE, article

from bot.core.grouping.decision import Change, Joined, Opened
from bot.core.grouping.grouper import SEVERAL, Grouper, GroupingSettings
from bot.core.model import Article, EventId
from bot.core.text.cyrillic import Reading, reading_of
from bot.core.text.terms import terms_of

QUAKE_NOTE = (
    "Magnitude {1} earthquake strikes near {0}",
    (
        "A magnitude {1} earthquake struck near {0} on Monday, the United Geological Survey said. There were no immediate reports of damage "
        "or casualties. The quake hit at a depth of 10 kilometres. The region lies on the Pacific Ring of Fire, where most of the earthquakes "
        "and volcanoes of the world occur. No tsunami warning was issued by the Pacific Tsunami Warning Center."
    ),
)
RESULT_NOTE = (
    "{0} reports quarterly profit of {1} million crowns",
    (
        "{0} said on Thursday that its net profit in the third quarter was {1} million crowns. Revenue rose in line with expectations of "
        "analysts. Shares of {0} were little changed on the Stock Exchange in early trading."
    ),
)


def placed(*articles: Article) -> list[Change]:
    grouper = Grouper(GroupingSettings(), EventId(1))
    return [change for one in articles for change in grouper.place(one)]


@pytest.mark.parametrize(
    ("template", "told"),
    [
        (QUAKE_NOTE, [("Alderton", "5.1"), ("Cedarholm", "6.2"), ("Dornbach", "4.8"), ("Elmsby", "5.9")]),
        (RESULT_NOTE, [("Alderton Mills", "12"), ("Cedarholm Bank", "340"), ("Dornbach Steel", "77"), ("Elmsby Foods", "9")]),
    ],
)
def test_notes_from_one_template_are_events_of_their_own(template: tuple[str, str], told: list[tuple[str, str]]) -> None:
    title, text = template
    notes = [article(place, (title.format(*one), text.format(*one)), hours=2 * place) for place, one in enumerate(told, 1)]
    changes = placed(*notes)
    assert all(isinstance(change, Opened) for change in changes)
    assert len(changes) == len(told)


def test_the_column_of_every_week_is_no_long_event() -> None:
    columns = [article(week, ("Your stars: what this week brings", ""), hours=72 * week, outlet="Mail") for week in range(1, 20)]
    changes = placed(*columns)
    assert len([change for change in changes if isinstance(change, Opened)]) == 19


def test_the_same_headline_of_one_day_is_one_event() -> None:
    one = ("Ferry sinks off Pellin island with forty aboard", "")
    assert not isinstance(placed(article(1, one, hours=0), article(2, one, hours=5, outlet="Tessin Mail"))[-1], Opened)


def test_an_article_that_tells_several_events_is_not_there_to_be_joined() -> None:
    grouper = Grouper(GroupingSettings(), EventId(1))
    for place, words in enumerate((QUAKE[0], BANK[0]), 1):
        grouper.place(article(place, words, hours=place))
    both = ("Arrano quake kills 12 as Morravia raises rates", f"{QUAKE[1][1]} {BANK[1][1]}")
    (change,) = grouper.place(article(9, both, hours=6))
    assert isinstance(change, Opened)
    assert (change.apart, change.evidence.veto) == (True, SEVERAL)
    later = grouper.place(article(10, QUAKE[2], hours=7))[0]
    assert isinstance(later, Joined)
    assert later.event_id == EventId(1)


def test_a_name_in_its_own_spelling_does_not_turn_a_text_ukrainian() -> None:
    russian = "Губернатор Гаврилов объявил, что рейс в «Київ» отменён, и этот вывод был неожиданным."
    assert reading_of(russian) is Reading.RUSSIAN
    assert "gavrilov" in terms_of("", russian).body
    assert reading_of("Увечері президент відвідав Київ і Львів.") is Reading.UKRAINIAN


def test_a_city_is_no_sunday() -> None:
    assert terms_of("", "The storm reached Santo Domingo.").marks.weekdays == frozenset()
    assert terms_of("", "La tormenta llegó el domingo.").marks.weekdays == {6}
