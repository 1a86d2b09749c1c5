"""Who published an article and when, as desk lines, datelines and the titles of pages say it."""

from typing import Any

import pytest
from parse_samples import PARAGRAPHS, TEXT, TITLE, check

from bot.core.model import DateOrigin

URL = '<link rel="canonical" href="https://www.harbourlight.example/news/ferry">'
LISTED = '<link rel="canonical" href="https://www.bbc.com/news/ferry">'


@pytest.mark.parametrize(
    ("line", "outlet", "minute"),
    [
        ("Sports Gazette | Published: 08-03-2025 21:10 GMT", "Sports Gazette", "2025-03-08 21:10"),
        ("Market Wire | Updated: 08-03-2025 21:10 GMT | Created: 08-03-2025 20:00 GMT", "Market Wire", "2025-03-08 20:00"),
        ("Market Wire | Created: 08-03-2025 20:00 GMT | Last updated: 08-03-2025 21:10 GMT", "Market Wire", "2025-03-08 20:00"),
        ("Fjordland | Last Updated: March 8, 2025 21:10 GMT", "Fjordland", "2025-03-08 21:10"),
        ("Fjordland News Desk | Posted: 8 March 2025, 21:10 GMT", "Fjordland", "2025-03-08 21:10"),
        ("Published: 08-03-2025 21:10 GMT | Sports Gazette", "Sports Gazette", "2025-03-08 21:10"),
        ("Harbour Courier, Updated: 8 March 2025 21:10 GMT", "Harbour Courier", "2025-03-08 21:10"),
        ("New Delhi, News Nation Bureau | Updated: 8 March 2025, 21:10 IST", "News Nation", "2025-03-08 15:40"),
    ],
)
def test_a_desk_line_names_the_outlet_and_the_time(line: str, outlet: str, minute: str) -> None:
    for file in (f"{TITLE}\n\n{line}\n\n{TEXT}", f"{TITLE}\n{line}\n{TEXT}", f"{line}\n\n{TITLE}\n\n{TEXT}"):
        check(file, title=TITLE, outlet=outlet, agency=None, author=None, minute=minute, origin=DateOrigin.PAGE, text=TEXT)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Jane Doe | Sports Gazette | Published: 08-03-2025 21:10 GMT", {"outlet": "Sports Gazette", "author": "Jane Doe"}),
        ("By Jane Doe | Published: 08-03-2025 21:10 GMT", {"outlet": None, "author": "Jane Doe"}),
        ("Reuters | Updated: 08-03-2025 21:10 GMT", {"outlet": None, "agency": "Reuters"}),
        ("World News | Published: 08-03-2025 21:10 GMT", {"outlet": None}),
        ("Web Desk | Published: 08-03-2025 21:10 GMT | 3 min read", {"outlet": None}),
        ("Published: 08-03-2025 21:10 GMT | Updated: 09-03-2025 21:10 GMT", {"outlet": None}),
        ("Published 08-03-2025 21:10 GMT • Last updated 1 day ago • 3 minute read", {"outlet": None}),
    ],
)
def test_people_agencies_and_sections_in_a_desk_line_are_no_outlets(line: str, expected: dict[str, Any]) -> None:
    check(f"{TITLE}\n\n{line}\n\n{TEXT}", title=TITLE, text=TEXT, minute="2025-03-08 21:10", **expected)


def test_a_sentence_with_bars_and_a_date_stays_text() -> None:
    text = f"The harbour office wrote on March 4, 2025 | and again a day later | that nothing was published about the grounding.\n\n{TEXT}"
    check(f"{TITLE}\n\n{text}", text=text, outlet=None)


@pytest.mark.parametrize(
    ("opener", "agency", "day"),
    [
        ("SEOUL — ", None, None),
        ("KYIV, Dec 27 (Reuters) - ", "Reuters", None),
        ("PARIS (AFP) – ", "AFP", None),
        ("(AFP) ", "AFP", None),
        ("AP — ", "AP", None),
        ("Reuters, KYIV — ", "Reuters", None),
        ("BRUSSELS, Dec 27 (EFE).- ", "EFE", None),
        ("Berlin (dpa/epd) – ", "dpa", None),
        ("MOSCOW, December 27, 2024. /TASS/. ", "TASS", "2024-12-27"),
        ("LONDON/KYIV, 27 December 2024 (Reuters) - ", "Reuters", "2024-12-27"),
        ("KYIV, December 27, 2024 — ", None, "2024-12-27"),
        ("Seoul, South Korea (Yonhap) -- ", "Yonhap", None),
        ("The group (AFP) reported it – ", None, None),
    ],
)
def test_a_dateline_gives_agency_and_full_date_and_stays_as_written(opener: str, agency: str | None, day: str | None) -> None:
    origin = DateOrigin.PAGE if day else None
    check(f"{TITLE}\n\n{opener}{TEXT}", title=TITLE, agency=agency, day=day, origin=origin, text=f"{opener}{TEXT}")


def test_a_dateline_below_a_standfirst_counts_and_one_in_the_byline_goes_first() -> None:
    standfirst = "Tugs free the vessel after nine hours, and the operator promises an inquiry."
    check(f"{TITLE}\n\n{standfirst}\n\nVELDMARK (AP) — {TEXT}", agency="AP")
    check(f"{TITLE}\n\nBy AFP\n\nVELDMARK (AP) — {TEXT}", agency="AFP")


def test_a_date_in_a_first_sentence_is_no_dateline() -> None:
    opener = "In a letter of March 4, 2025 - "
    check(f"{TITLE}\n\n{opener}{TEXT}", day="2025-03-04", origin=DateOrigin.TEXT)


@pytest.mark.parametrize(
    ("suffix", "heading", "head", "outlet"),
    [
        (" | Harbour Light", TITLE, "", "Harbour Light"),
        (" - Harbour Light", TITLE, "", "Harbour Light"),
        (" – Harbour Light", "", f'<meta property="og:title" content="{TITLE}">', "Harbour Light"),
        (" | World | Harbour Light", TITLE, "", "Harbour Light"),
        (" - The Guardian", "", "", "The Guardian"),
        (" | World | Reuters", "", "", "Reuters"),
        (" | The Harbour Paper", "", "", "The Harbour Paper"),
        (" - Harbour Light", "", URL, "Harbour Light"),
        (" - Breaking News", TITLE, LISTED, "BBC"),
        (" - Harbour Portal", TITLE, LISTED, "BBC"),
        (" | World", TITLE, "", None),
        ("", TITLE, "", None),
    ],
)
def test_the_title_of_a_page_names_its_outlet(suffix: str, heading: str, head: str, outlet: str | None) -> None:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS * 2)
    shown = f"<h1>{heading}</h1>" if heading else ""
    file = f"<html><head><title>{TITLE}{suffix}</title>{head}</head><body>{shown}{body}</body></html>"
    check(file, "a.html", title=TITLE, outlet=outlet)


@pytest.mark.parametrize("mark", ["# ", ""])
@pytest.mark.parametrize(
    ("suffix", "below", "title", "outlet"),
    [
        (" | The Harbour Paper", "", TITLE, "The Harbour Paper"),
        (" - The Guardian", "", TITLE, "The Guardian"),
        (" | World | Reuters", "", TITLE, "Reuters"),
        (" | Fjordland", "\n\nhttps://www.fjordland.example/ferry", TITLE, "Fjordland"),
        (" - Harbour Portal", f"\n\n## {TITLE}", TITLE, "Harbour Portal"),
        (" – live", "", f"{TITLE} – live", None),
        (" | Opinion", "", f"{TITLE} | Opinion", None),
    ],
)
def test_the_title_line_of_a_text_may_name_its_outlet(mark: str, suffix: str, below: str, title: str, outlet: str | None) -> None:
    head, tail = (below, "") if "##" in below else ("", below)
    check(f"{mark}{TITLE}{suffix}{head}\n\n{TEXT}{tail}", "a.md", title=title, outlet=outlet, text=TEXT)


def page(*above: str) -> str:
    """A furnished page: a menu, what stands above the text, the text."""
    menu = "\n".join(f"* [{name}](/{name})" for name in ("Home", "News", "Sport", "Travel", "Shop", "Jobs", "Cars", "Homes") * 2)
    last = "Jane Doe and John Roe saw the ferry from the northern pier of Veldmark on Tuesday."
    return f"{menu}\n\n" + "\n\n".join((*above, TEXT, last)) + f"\n\n{menu}"


@pytest.mark.parametrize(
    "above",
    [
        ("Anzeige: Ferry harbour Veldmark work closed", TITLE),
        (TITLE, "Region", "The harbour of Veldmark was closed on Tuesday near the northern pier / Jane Doe", "Jane Doe", "4 March 2025"),
        (TITLE, "Region", "Jane Doe , John Roe (Veldmark)", "Video", "Islands", "4 March 2025"),
        (TITLE, "Region", "The ferry (left) near the northern pier of Veldmark harbour"),
        (TITLE, f"##### {TITLE} Back to video", "Video", "#### The harbour of Veldmark on Tuesday"),
    ],
    ids=["advert", "caption with a name", "byline of two", "caption with a side", "film"],
)
def test_what_stands_between_title_and_text_is_not_the_title(above: tuple[str, ...]) -> None:
    check(page(*above), "a.md", title=TITLE)
