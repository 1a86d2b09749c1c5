"""An invented article in every dress, and how tests of parsing ask about it."""

import json
from typing import Any

from bot.core.model import Content, Precision, Refused
from bot.sources.parsing.parse import parse_article

TITLE = "Ferry runs aground off Veldmark, harbour closed"
PARAGRAPHS = (
    "The harbour of Veldmark was closed on Tuesday after a ferry ran aground near the northern pier, officials said.",
    "About 140 passengers were taken off by tugs and no one was hurt, the coast guard said in a statement.",
    "The operator promised an inquiry and said that services to the islands would resume on Thursday morning.",
)
TEXT = "\n\n".join(PARAGRAPHS)
WHOLE = Content(title=TITLE, titled=True, text=TEXT, language="en")


def check(file: str | bytes, name: str = "a.txt", **expected: Any) -> Content:
    """Parse, and compare what was asked for; a date is given as `day`, or as `minute` in UTC."""
    found = parse_article(file if isinstance(file, bytes) else file.encode(), name)
    assert isinstance(found, Content), found
    when = found.published and found.published.at.strftime("%Y-%m-%d %H:%M")
    precision = found.published and found.published.precision
    known = {
        "day": when[:10] if when and precision is Precision.DAY else None,
        "minute": when if precision is Precision.MINUTE else None,
        "origin": found.published and found.published.origin,
    }
    for key, value in expected.items():
        assert (known[key] if key in known else getattr(found, key)) == value, key
    return found


def refused(file: str | bytes, name: str = "a.txt") -> str:
    found = parse_article(file if isinstance(file, bytes) else file.encode(), name)
    assert isinstance(found, Refused), found
    return found.reason


def page(head: str = "", charset: str = "utf-8") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS * 2)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="{charset}"><title>{TITLE} | The Harbour Paper</title>{head}</head><body>'
        f'<nav><ul><li><a href="/">Home</a></li><li><a href="/n">News</a></li></ul></nav><article><h1>{TITLE}</h1><p>By Jane Doe</p>{body}'
        "</article><footer>© 2025 The Harbour Paper. All rights reserved.</footer></body></html>"
    )


LINKED = json.dumps({"@graph": [{"@type": "NewsArticle", "headline": TITLE, "datePublished": "2025-03-04T09:15:00+01:00"}]})
META = (
    f'<meta property="og:site_name" content="The Harbour Paper"><script type="application/ld+json">{LINKED}</script>'
    '<link rel="canonical" href="https://harbour.example/ferry?utm_source=x">'
)


RUSSIAN = (
    "Паром сел на мель у входа в порт, движение судов остановлено\n\nПорт закрыли во вторник после того, как паром сел на мель, "
    "сообщили официальные лица.\n\nОколо 140 пассажиров были сняты буксирами, никто не пострадал, говорится в заявлении береговой охраны."
)
