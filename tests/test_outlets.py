"""Names of outlets and agencies, and when two files hold the same article."""

from dataclasses import replace

import pytest

from bot.core.grouping.identity import identity
from bot.core.model import Content
from bot.core.outlets import (
    agency_of,
    is_host_of,
    is_section,
    known_outlet,
    listed_host,
    normal_outlet,
    outlet_of_host,
    sounds_like_outlet,
)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("www.themoscowtimes.com", "The Moscow Times"),
        ("edition.cnn.com", "CNN"),
        ("BBC.co.uk", "BBC"),
        ("news.bbc.co.uk:443", "BBC"),
        ("thewoolwichgazette.example", "The Woolwich Gazette"),
        ("the-daily-echo.co.uk", "The Daily Echo"),
        ("kyivdailynews.example", "Kyiv Daily News"),
        ("m.vnews.example", "Vnews"),
        ("apnews.com", "AP"),
        ("192.0.2.1", ""),
        ("127.0.0.1:8080", ""),
    ],
)
def test_a_host_is_named_as_a_reader_would(host: str, name: str) -> None:
    assert outlet_of_host(host) == name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Devdiscourse News Desk", "Devdiscourse"),
        ("BBC.co.uk", "BBC"),
        ("BBC News", "BBC"),
        ("moscow times", "The Moscow Times"),
        ("EL PAIS", "EL PAÍS"),
        ("https://www.nytimes.com/section", "The New York Times"),
        ("The Harbour Paper", "The Harbour Paper"),
    ],
)
def test_one_outlet_has_one_name(written: str, name: str) -> None:
    assert normal_outlet(written) == name


def test_a_normal_name_stays_as_it_is() -> None:
    for name in ("Devdiscourse", "BBC", "The Moscow Times", "EL PAÍS", "Reuters", "RBC-Ukraine"):
        assert normal_outlet(name) == name


def test_agencies_are_told_from_people_and_papers() -> None:
    assert agency_of("AFP") == agency_of("Agence France-Presse") == "AFP"
    assert agency_of("The Associated Press") == "AP"
    assert agency_of("Yonhap News Agency") == "Yonhap"
    assert agency_of("dpa") == "dpa"
    assert agency_of("Jane Doe") is None
    assert agency_of("The Moscow Times") is None
    assert agency_of("una") is None
    assert known_outlet("Jane Doe") is None
    assert known_outlet("the guardian") == "The Guardian"


def test_a_publisher_sounds_like_one_and_sections_do_not() -> None:
    for name in ("Sports Gazette", "Market Wire", "The Harbour Paper", "BBC News", "Fjordland News Desk", "fjordland.example", "Reuters"):
        assert sounds_like_outlet(name), name
    for name in ("Jane Doe", "World News", "Sports", "Web Desk", "Breaking News", "New Delhi"):
        assert not sounds_like_outlet(name), name
    assert is_section("Arts & Culture")
    assert not is_section("Sports Gazette")


def test_a_host_is_known_from_the_table_or_by_its_spelling() -> None:
    assert listed_host("www.bbc.com") == "BBC"
    assert listed_host("www.harbourlight.example") is None
    assert is_host_of("Harbour Light", "www.harbourlight.example")
    assert is_host_of("The Moscow Times", "themoscowtimes.com")
    assert not is_host_of("Ukraine", "www.harbourlight.example")


def test_the_same_article_is_the_same_whatever_its_blanks_and_date() -> None:
    article = Content(
        title="Ferry runs aground", titled=True, text="Née à  l’été.\n\nMore.", outlet="The Paper", url="https://paper.example/a"
    )
    assert identity(article) == identity(replace(article, text="Ne\u0301e a\u0300 l’e\u0301te\u0301. More."))
    assert identity(article) != identity(replace(article, outlet="Another"))
    assert identity(article) != identity(replace(article, title="Ferry"))
    assert identity(article) != identity(replace(article, url=None))
    assert len(identity(article)) == 64
