"""What comes out of the bytes of one article file, in every usual format."""

import json
import textwrap
import tomllib
from pathlib import Path
from typing import Any

import pytest
from parse_samples import META, PARAGRAPHS, TEXT, TITLE, WHOLE, check, page

from bot.core.model import DateOrigin, Format, Precision


def test_a_title_line_and_text_are_an_article_without_a_date() -> None:
    assert check(f"{TITLE}\n{TEXT}\nRelated:\n") == WHOLE


def test_a_date_header_is_no_text_and_the_first_sentence_serves_as_headline() -> None:
    check(f" date 2025-03-04 {TEXT}", day="2025-03-04", origin=DateOrigin.FIELD, title=PARAGRAPHS[0], titled=False, text=TEXT)
    check(f" date 2025-03-04 {' '.join(PARAGRAPHS)}", title=PARAGRAPHS[0], titled=False, text=" ".join(PARAGRAPHS))
    check(f" date 2025-03-04 Left Menu\n\n{TITLE}\n\n{TEXT}", day="2025-03-04", title=TITLE, titled=True, text=TEXT)
    check(f" date 2025-13-44 {TEXT}", day=None, text=TEXT)


def test_a_desk_line_gives_outlet_and_minute() -> None:
    desk = "Fjordland News Desk | Updated: 04-03-2025 10:21 IST | Created: 04-03-2025 10:20 IST\nRepresentative image. Image Credit: ANI"
    file = f" date 2025-03-04 Left Menu\n\n{TITLE}\n\n{desk}\n{TEXT}\n\n(With inputs from agencies.)\n"
    check(file, outlet="Fjordland", agency=None, minute="2025-03-04 04:50", origin=DateOrigin.PAGE, text=TEXT)


def test_a_markdown_page_keeps_only_the_article() -> None:
    broken = "https://www.themoscowtimes.com/2025/03/04/ferry-runs-agrou nd-off-veldmark-a87"
    target = "https://www.themoscowtimes.com/2025/03/04/ferry-runs-agrou-nd-off-veldmark-a87"
    file = f"""
        # {TITLE}

        By [AFP](#)

        March 4, 2025

        The ferry beside the pier.  \n        [t.me/harbour](https://t.me/harbour)

        {PARAGRAPHS[0]}

        **Related article:** [Another ferry, another pier](#)

        {PARAGRAPHS[1]}

        ![a ferry](ferry.jpg)
        *Tugs at work. Photo: John Roe / AFP*

        {PARAGRAPHS[2]}

        Original url:

        [{broken}]({target})
        """
    url = "https://www.themoscowtimes.com/2025/03/04/ferry-runs-aground-off-veldmark-a87"
    check(
        textwrap.dedent(file),
        "a.md",
        title=TITLE,
        text=TEXT,
        agency="AFP",
        outlet="The Moscow Times",
        author=None,
        url=url,
        day="2025-03-04",
    )


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("By Jane Doe, BBC News\n4 March 2025, 10:15 GMT", {"author": "Jane Doe", "outlet": "BBC", "minute": "2025-03-04 10:15"}),
        ("By Jane Doe and John Roe | Reuters", {"author": "Jane Doe, John Roe", "agency": "Reuters", "outlet": None}),
        ("By the Associated Press", {"author": None, "agency": "AP"}),
        ("Von Jane Doe\nVeröffentlicht: 4. März 2025, 14:30 Uhr", {"author": "Jane Doe", "day": "2025-03-04"}),
        ("Published: 12/27/2024\nUpdated: 03/04/2025", {"day": "2024-12-27"}),
        ("Updated: 03-04-2025 09:00 IST", {"minute": "2025-04-03 03:30"}),
    ],
)
def test_lines_under_the_title_say_who_and_when(head: str, expected: dict[str, Any]) -> None:
    check(f"{TITLE}\n\n{head}\n\n{TEXT}", title=TITLE, text=TEXT, **expected)


def test_a_dateline_stays_in_the_text_and_gives_agency_and_day() -> None:
    found = check(f"{TITLE}\n\nVELDMARK, March 4, 2025 (Reuters) - {TEXT}", agency="Reuters", day="2025-03-04", origin=DateOrigin.PAGE)
    assert found.text.startswith("VELDMARK")


def test_a_date_in_the_background_does_not_date_an_article() -> None:
    check(f"{TITLE}\n\n{TEXT}\n\nThe last such accident was on June 3, 2019, when a ship sank.", published=None)


def test_an_ambiguous_date_is_settled_by_the_address() -> None:
    check(f"{TITLE}\n\nPublished: 03/04/2025\n\n{TEXT}\n\nhttps://paper.example/2025/03/04/ferry", day="2025-03-04", text=TEXT)
    check(f"{TITLE}\n\nPublished: 03/04/2025\n\n{TEXT}", day="2025-04-03")


def test_an_address_dates_an_article_that_says_no_date() -> None:
    file = f"{TITLE}\n\n{TEXT}\n\nSource: https://www.theguardian.com/world/2025/mar/04/ferry?utm_source=x#top"
    url = "https://www.theguardian.com/world/2025/mar/04/ferry"
    check(file, url=url, outlet="The Guardian", day="2025-03-04", origin=DateOrigin.URL, text=TEXT)


def test_front_matter_is_believed_and_bad_front_matter_is_no_reason_to_refuse() -> None:
    good = (
        f'---\ntitle: "{TITLE}"\ndate: 2025-03-04 09:15:00+00:00\nauthor: Jane Doe\nsource: The Harbour Paper\ntags: [a, b]\n---\n\n{TEXT}'
    )
    check(
        good,
        "a.md",
        title=TITLE,
        author="Jane Doe",
        outlet="The Harbour Paper",
        minute="2025-03-04 09:15",
        text=TEXT,
        format=Format.MARKDOWN,
    )
    check(f"---\ntitle: Ferry: {{aground\ndate: 2025-03-04\n---\n\n{TEXT}", title="Ferry: {aground", day="2025-03-04", text=TEXT)
    check(f"---\na: &a [x]\nb: *a\n---\n\n{TEXT}", text=TEXT)
    check(f"Title: {TITLE}\nSource: Kyiv Post\nDate: March 4, 2025\n\n{TEXT}", title=TITLE, outlet="Kyiv Post", day="2025-03-04", text=TEXT)


def test_wrapped_lines_are_put_together() -> None:
    check(f"{TITLE}\n\n" + "\n\n".join(textwrap.fill(paragraph, 72) for paragraph in PARAGRAPHS), text=TEXT)


@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.txt", "a.md"])
def test_an_html_page_is_read_whatever_it_is_called(name: str) -> None:
    text = "\n\n".join(PARAGRAPHS * 2)
    url = "https://harbour.example/ferry"
    check(page(META), name, title=TITLE, outlet="The Harbour Paper", url=url, minute="2025-03-04 08:15", format=Format.HTML, text=text)


def test_an_html_page_without_metadata_still_has_its_title() -> None:
    check(page(), "a.html", title=TITLE, author="Jane Doe", language="en")


def test_the_declared_encoding_of_a_page_is_used() -> None:
    found = check(page(charset="windows-1251").replace("Veldmark", "Велдмарк").encode("cp1251"), "a.html")
    assert "Велдмарк" in found.text


@pytest.mark.parametrize(
    "fields",
    [
        {"title": TITLE, "text": TEXT, "published_at": "2025-03-04T10:00:00Z", "outlet": "BBC", "author": "Jane Doe"},
        {
            "headline": TITLE,
            "articleBody": "".join(f"<p>{part}</p>" for part in PARAGRAPHS),
            "datePublished": 1741082400,
            "publisher": {"name": "BBC"},
        },
        {
            "title": {"rendered": TITLE},
            "content": list(PARAGRAPHS),
            "date": "Tue, 04 Mar 2025 11:00:00 +0100",
            "source": {"id": None, "name": "BBC"},
        },
        {"article": {"title": TITLE, "body": TEXT, "date": "1741082400000", "link": "https://www.bbc.co.uk/news/x?utm_medium=a"}},
    ],
)
def test_a_json_article_is_read_under_the_usual_names(fields: dict[str, object]) -> None:
    check(json.dumps(fields), "a.json", title=TITLE, text=TEXT, outlet="BBC", minute="2025-03-04 10:00", format=Format.JSON)


@pytest.mark.parametrize("written", ["2025-03-04T00:00:00Z", 1741046400, "2025-03-04"])
def test_midnight_is_what_programs_write_that_know_the_day_only(written: object) -> None:
    fields = {"title": TITLE, "text": TEXT, "published_at": written, "outlet": "BBC"}
    check(json.dumps(fields), "a.json", title=TITLE, text=TEXT, outlet="BBC", day="2025-03-04", format=Format.JSON)


def test_the_text_field_of_a_json_article_is_kept_whole_but_for_furniture() -> None:
    listed = f"{PARAGRAPHS[0]}\n\nWhat is known so far\n\n- the ferry Aurora\n- 140 passengers\n- two tugs\n\n{PARAGRAPHS[1]}\n\nSign up for our newsletter"
    kept = f"{PARAGRAPHS[0]}\n\nWhat is known so far\n\nthe ferry Aurora\n\n140 passengers\n\ntwo tugs\n\n{PARAGRAPHS[1]}"
    check(json.dumps({"title": TITLE, "text": listed}), "a.json", text=kept)


OWN_SEEDS = Path(__file__).parents[1] / "seeds"
GOLD: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "seeds_gold.toml").read_text("utf-8"))["article"]


@pytest.mark.parametrize("gold", GOLD, ids=lambda gold: str(gold["file"]))
def test_the_seeds_of_this_repository_are_read_as_labelled(gold: dict[str, Any]) -> None:
    expected = {key: gold[key] or None for key in ("outlet", "agency")} | {key: gold[key] for key in ("title", "titled")}
    found = check((OWN_SEEDS / gold["file"]).read_bytes(), gold["file"], **expected)
    assert (found.published.at.isoformat() if found.published else "") == gold["published"]
    assert (found.published.precision if found.published else Precision.INFERRED) == gold["precision"]


SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
DAY, MINUTE = Precision.DAY, Precision.MINUTE
MOSCOW_TIMES = (
    "https://www.themoscowtimes.com/2024/12/27/ukraine-captured-north-korean-soldier-fighting-alongside-russia-south-korea-says-a87467"
)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the five real article files are not beside this checkout (../shared/seeds)")
@pytest.mark.parametrize(
    ("number", "titled", "title", "expected", "ends"),
    [
        (
            "000",
            False,
            "South Koreaʼs National Intelligence Service confirmed that",
            {"outlet": None, "agency": None, "day": "2024-12-27"},
            "killed or wounded.",
        ),
        (
            "001",
            True,
            "First Capture of North Korean Soldier in Russia-Ukraine Conflict Verified by South Korea",
            {"outlet": "Devdiscourse", "agency": None, "minute": "2024-12-27 04:51"},
            "evidence of their presence.",
        ),
        (
            "002",
            True,
            "Ukrainians capture first North Korean POW, military says",
            {"outlet": None, "agency": None, "published": None},
            "Russian origin.",
        ),
        (
            "003",
            True,
            "Ukraine Captured North Korean Soldier Fighting Alongside Russia, South Korea Says",
            {"outlet": "The Moscow Times", "agency": "AFP", "day": "2024-12-27", "url": MOSCOW_TIMES},
            "said last week.",
        ),
        (
            "004",
            False,
            "The Ukrainian Defense Forces have reportedly captured",
            {"outlet": None, "agency": None, "published": None},
            "defense initiatives.",
        ),
    ],
)
def test_the_real_files_come_out_exactly(number: str, *, titled: bool, title: str, expected: dict[str, Any], ends: str) -> None:
    (path,) = SEEDS.glob(f"{number}_*")
    found = check(path.read_bytes(), path.name, titled=titled, author=None, language="en", **expected)
    assert found.title == title if titled else found.title.startswith(title)
    assert found.text.startswith(found.title) is not titled
    assert found.text.endswith(ends)
    for furniture in (
        "Left Menu",
        "News Desk",
        "Image Credit",
        "Related",
        "t.me/",
        "Original url",
        "http",
        "With inputs",
        "date 2024",
        "By AFP",
    ):
        assert furniture not in found.text
