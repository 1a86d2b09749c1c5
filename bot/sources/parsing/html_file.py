"""An HTML page to the article on it: trafilatura finds the text, the page's own metadata the rest; lines are judged in `document`."""

import json
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final

from bot.core.model import Content, Format, Refused
from bot.core.outlets import listed_host
from bot.core.text.dates import field_date
from bot.sources.parsing.blocks import Block, blocks_of, count_words
from bot.sources.parsing.characters import one_line, readable
from bot.sources.parsing.document import content_of
from bot.sources.parsing.front_matter import Fields, take
from bot.sources.parsing.site_title import split_title
from bot.sources.parsing.urls import canonical, host_of

_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]{0,200}>")
_BLOCK_NAMES: Final = (
    "address article aside blockquote body br dd div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section table tbody td tfoot th thead tr ul"
)
_SILENT_NAMES: Final = (
    "audio button canvas head iframe link math meta noscript object script select style svg template textarea title video"
)
_VOID_NAMES: Final = "area base br col dd dt embed hr img input li link meta option p param source td th tr track wbr"
_DATE_NAMES: Final = (
    "article:published_time datepublished og:published_time parsely-pub-date pubdate publishdate date dc.date dc.date.issued "
    "dcterms.created sailthru.date publish-date article.published citation_publication_date"
)
_BLOCKS: Final = frozenset(_BLOCK_NAMES.split())
_SILENT: Final = frozenset(_SILENT_NAMES.split())
_VOID: Final = frozenset(_VOID_NAMES.split())
_CODE: Final = re.compile(r"<(?:script|style)\b", re.IGNORECASE)
_CODE_END: Final = re.compile(r"</(?:script|style)\s*>", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]{0,5000}>")
_LEAST_EXTRACTED: Final = 40
"""Words: when trafilatura finds fewer, our own reading of the whole page decides. Guess."""
_DEEPEST: Final = 200
_MOST_TAGS: Final = 100_000
_ARTICLE: Final = re.compile(
    r"(?:News|Report|Blog|Scholarly|Satirical|Opinion|Analysis|Review|Background|Tech)?\w*(?:Article|Posting|Report)$"
)
# What of trafilatura's foundations may give way on a hostile page.
_FAILURES: Final = (ValueError, TypeError, AttributeError, KeyError, IndexError, AssertionError, RecursionError, RuntimeError)


def parse_html(text: str) -> Content | Refused:
    """The article on an HTML page, or why there is none."""
    text = _DECLARATION.sub("", text)
    if text.count("<") > _MOST_TAGS or _depth(text) > _DEEPEST:
        return content_of(blocks_of(_stripped(text)), Fields(), Format.HTML)
    tree = _tree(text)
    if tree is None:
        return content_of(blocks_of(_stripped(text)), Fields(), Format.HTML)
    fields = _metadata(tree)
    blocks = _body(text)
    extracted = sum(block.words for block in blocks) >= _LEAST_EXTRACTED
    if not extracted:
        blocks = blocks_of("\n".join(_lines(tree)))
    return content_of(_without_title(blocks, fields.title), fields, Format.HTML, extracted=extracted)


def plain_lines(markup: str) -> str:
    """The text of a piece of HTML, one line for each block."""
    if markup.count("<") > _MOST_TAGS or _depth(markup) > _DEEPEST:
        return _stripped(markup)
    tree = _tree(f"<html><body>{markup}</body></html>")
    return "\n\n".join(_lines(tree)) if tree is not None else _stripped(markup)


def _tree(text: str) -> Any:
    # Imported here, like trafilatura below: only pages pay for it.
    lxml_html, etree = import_module("lxml.html"), import_module("lxml.etree")
    try:
        return lxml_html.document_fromstring(text)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def _body(text: str) -> list[Block]:
    trafilatura = import_module("trafilatura")
    try:
        found = trafilatura.extract(text, include_comments=False, include_tables=False, favor_precision=False, deduplicate=False)
    except _FAILURES:
        found = None
    return blocks_of(readable(found)) if found else []


def _depth(text: str) -> int:
    """How deeply tags are nested, at most, counted as if every tag that opens a block had to be closed."""
    deepest = depth = 0
    for found in re.finditer(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})(?=[\s/>])", text):
        if found[2].casefold() in _VOID:
            continue
        depth = depth - 1 if found[1] else depth + 1
        depth = max(depth, 0)
        deepest = max(deepest, depth)
    return deepest


def _stripped(text: str) -> str:
    """Text without tags, for pages that no parser should be asked to build a tree of."""
    # Splitting at the opening tags looks at every character once, whatever is left open.
    first, *rest = _CODE.split(text)
    kept = [first, *(_CODE_END.split(piece, 1)[-1] if _CODE_END.search(piece) else "" for piece in rest)]
    return _TAG.sub("\n", "".join(kept))


def _lines(tree: Any) -> list[str]:
    lines: list[str] = []
    parts: list[str] = []

    def close() -> None:
        line = one_line("".join(parts))
        parts.clear()
        if line:
            lines.append(line)

    for event, element in _walk(tree):
        name = element.tag if isinstance(element.tag, str) else ""
        if event == "open":
            if name in _BLOCKS:
                close()
                parts += ["* "] if name == "li" else ["#" * int(name[1]) + " "] if re.fullmatch(r"h[1-6]", name) else []
            parts.append(element.text or "")
        else:
            if name in _BLOCKS:
                close()
            parts.append(element.tail or "")
    close()
    return [line for line in lines if line not in {"*", "#", "##", "###"}]


def _walk(tree: Any) -> Iterator[tuple[str, Any]]:
    """Elements in document order, opening and closing, without those that show no text; no recursion, whatever the depth."""
    stack: list[tuple[Any, bool]] = [(tree, False)]
    while stack:
        element, done = stack.pop()
        if done:
            yield "close", element
            continue
        silent = not isinstance(element.tag, str) or element.tag in _SILENT
        stack.append((element, True))
        if not silent:
            yield "open", element
            stack.extend((child, False) for child in reversed(element))


def _metadata(tree: Any) -> Fields:
    """Fields from JSON-LD, then from meta elements, then from what the page shows."""
    fields = Fields()
    for article in _structured(tree):
        for key in ("headline", "datePublished", "author", "publisher", "inLanguage", "url"):
            if key in article:
                take(fields, key, article[key])
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").casefold()
        if name and meta.get("content"):
            metas.setdefault(name, meta.get("content"))
    site = metas.get("og:site_name") or metas.get("application-name")
    fields.outlet = one_line(site) if site else fields.outlet
    fields.url = _own_address(tree, metas) or fields.url
    _take_title(tree, metas, fields)
    fields.author = fields.author or metas.get("author") or metas.get("article:author") or metas.get("parsely-author")
    fields.language = fields.language or tree.get("lang") or metas.get("og:locale")
    for name in _DATE_NAMES.split():
        if fields.when is None and name in metas:
            fields.when = field_date(metas[name])
    if fields.when is None:
        times = [time.get("datetime") for time in tree.iter("time") if time.get("datetime")]
        fields.when = field_date(times[0]) if times else None
    return fields


def _structured(tree: Any) -> list[dict[str, Any]]:
    """The objects of a page's JSON-LD that describe an article."""
    found: list[dict[str, Any]] = []
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "") or not script.text:
            continue
        try:
            waiting: list[Any] = [json.loads(script.text, strict=False)]
        except (ValueError, RecursionError):
            continue
        while waiting and len(found) < 5:
            item = waiting.pop(0)
            if isinstance(item, list):
                waiting += item[:50]
            elif isinstance(item, dict):
                kinds = item.get("@type")
                if any(isinstance(kind, str) and _ARTICLE.fullmatch(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])):
                    found.append(item)
                waiting += [item[key] for key in ("@graph", "mainEntity") if key in item]
    return found


def _take_title(tree: Any, metas: dict[str, str], fields: Fields) -> None:
    """The title without the outlet behind it, and the outlet from there when nothing else names it."""
    shown = [line for heading in tree.iter("h1") if (line := one_line(heading.text_content())) and line != fields.outlet]
    element = tree.find(".//title")
    named = one_line(element.text_content()) if element is not None else ""
    told = [one_line(told) for told in (fields.title, metas.get("og:title"), metas.get("twitter:title")) if told]
    host = host_of(fields.url) if fields.url else None
    single = shown[0] if len(shown) == 1 and count_words(shown[0]) >= 3 else None
    title = next((line for line in (*told, single, named, *shown) if line), None)
    headlines = [*told, *shown]
    listed = host is not None and listed_host(host) is not None
    for line in dict.fromkeys((named, title or "")):
        if fields.outlet is None and line and not listed:
            # What the title repeats of itself proves nothing.
            fields.outlet = split_title(line, headlines=[other for other in headlines if other != line], host=host)[1]
    fields.title = _without_site(title, fields.outlet, [line for line in headlines if line != title]) if title else None


def _without_site(title: str, outlet: str | None, headlines: list[str]) -> str:
    """`Headline | The Paper` is the headline, when what follows the bar is the outlet or a short name."""
    split, found = split_title(title, headlines=headlines)
    if found:
        return split
    for bar in (" | ", " - ", " – ", " — ", " :: ", " » "):
        head, found, tail = title.rpartition(bar)
        if (
            found
            and count_words(head) >= 3
            and ((outlet and tail.casefold().startswith(outlet.casefold())) or (bar == " | " and count_words(tail) <= 4))
        ):
            return head
    return title


def _own_address(tree: Any, metas: dict[str, str]) -> str | None:
    links = [link.get("href") for link in tree.iter("link") if (link.get("rel") or "").casefold() == "canonical" and link.get("href")]
    return next((address for told in (*links, metas.get("og:url", "")) if (address := canonical(told))), None)


def _without_title(blocks: list[Block], title: str | None) -> list[Block]:
    """The title is no part of the text, even when the page repeats it above."""
    if not title:
        return blocks
    wanted = re.sub(r"\W+", "", title).casefold()
    return [block for index, block in enumerate(blocks) if index > 3 or re.sub(r"\W+", "", block.text).casefold() != wanted]
