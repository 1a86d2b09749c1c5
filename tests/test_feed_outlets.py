"""Whose an entry is: aggregators, feed titles, hosts, agencies, and the operator's own names."""

import pytest
from feed_samples import TEXT, entry, item, rss


def outlet(title: str, *, site: str = "https://harbour.example/", link: str = "", url: str = "https://harbour.example/feed") -> str | None:
    return entry(rss(item(link=link), title=title, site=site), url=url).content.outlet


@pytest.mark.parametrize(
    ("title", "site", "name"),
    [
        ("The Harbour", "https://harbour.example/", "The Harbour"),
        ("BBC News - World", "https://www.bbc.co.uk/news", "BBC"),
        ("World | The Guardian", "https://www.theguardian.com/world", "The Guardian"),
        ("Le Monde.fr - Actualités", "https://www.lemonde.fr/", "Le Monde"),
        ("RSS: Quayside Gazette", "https://quaysidegazette.example/", "Quayside Gazette"),
        ("Latest stories from Quayside Gazette", "https://quaysidegazette.example/", "Quayside Gazette"),
        ("Quayside Gazette latest articles", "https://quaysidegazette.example/", "Quayside Gazette"),
        ("Quayside Gazette » Politics", "https://quaysidegazette.example/", "Quayside Gazette"),
        ("Politics", "https://quaysidegazette.example/politics", "Quayside Gazette"),
        ("Recent changes", "https://www.quaysidegazette.example/", "Quayside Gazette"),
        ("Notes from the Quay", "https://quaynotes.wordpress.com/", "Notes from the Quay"),
    ],
)
def test_a_feed_is_its_outlets(title: str, site: str, name: str) -> None:
    assert outlet(title, site=site, link=f"{site.rstrip('/')}/news/1", url=f"{site.rstrip('/')}/feed") == name


def test_an_entry_that_leads_elsewhere_is_the_other_hosts() -> None:
    assert outlet("Link List", link="https://www.reuters.com/world/1") == "Reuters"
    assert outlet("Link List", link="https://islandpost.example/1") == "Island Post"


def test_what_an_aggregator_names_as_source_is_the_outlet() -> None:
    source = '<source url="https://www.islandpost.example">The Island Post</source>'
    found = entry(
        rss(
            item(title="Ferry stays in port - The Island Post", link="https://news.google.com/articles/1", extra=source),
            title="ferry - Google News",
        )
    ).content
    assert (found.title, found.outlet) == ("Ferry stays in port", "The Island Post")


def test_a_dash_in_a_headline_is_kept_when_no_outlet_stands_behind_it() -> None:
    assert entry(rss(item(title="Ferry stays in port - crew refuses"))).content.title == "Ferry stays in port - crew refuses"
    assert entry(rss(item(title="Ferry stays in port - The Harbour Paper"))).content.title == "Ferry stays in port"


def test_agencies_are_found_in_author_dateline_and_tail() -> None:
    assert entry(rss(item(extra="<author>Reuters</author>"))).content.agency == "Reuters"
    assert entry(rss(item(body=f"KIEL, Nov 22 (Reuters) - {TEXT}"))).content.agency == "Reuters"
    assert entry(rss(item(body=f"&lt;p&gt;{TEXT}&lt;/p&gt;&lt;p&gt;(AFP)&lt;/p&gt;"))).content.agency == "AFP"


@pytest.mark.parametrize(
    ("written", "author"),
    [
        ("Ada Moor", "Ada Moor"),
        ("desk@harbour.example (Ada Moor)", "Ada Moor"),
        ("Ada Moor &lt;ada@harbour.example&gt;", "Ada Moor"),
        ("desk@harbour.example", None),
        ("The Harbour Paper", None),
        ("By Ada Moor and Ben Quay", "Ada Moor, Ben Quay"),
        ("", None),
    ],
)
def test_an_author_is_a_person(written: str, author: str | None) -> None:
    assert entry(rss(item(extra=f"<author>{written}</author>"))).content.author == author


@pytest.mark.parametrize(
    "aliases",
    [{"harbour.example": "Harbour"}, {"the harbour paper": "Harbour"}, {"news.harbour.example": "Nobody", "harbour.example": "Harbour"}],
)
def test_the_operators_names_win(aliases: dict[str, str]) -> None:
    assert entry(rss(item()), aliases=aliases).content.outlet == "Harbour"


def test_the_operators_names_win_over_what_an_aggregator_says() -> None:
    source = '<source url="https://www.islandpost.example">The Island Post</source>'
    for aliases in ({"islandpost.example": "IP"}, {"the island post": "IP"}):
        assert entry(rss(item(extra=source)), aliases=aliases).content.outlet == "IP"


def test_hostile_addresses_of_sources_do_no_harm() -> None:
    assert entry(rss(item(extra='<source url="http://[::1">x</source>'))).content.outlet == "x"
