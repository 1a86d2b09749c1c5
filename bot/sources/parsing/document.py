"""Plain and Markdown text to an article: fields on top, the run of text on the page, its title, and what stands around them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.core.model import Content, Format, Refused
from bot.core.outlets import agency_of, known_outlet, listed_host, normal_outlet, outlet_of_host
from bot.sources.parsing.blocks import Block, blocks_of, count_words
from bot.sources.parsing.body import is_scrap, is_text, is_tidy, run_of
from bot.sources.parsing.byline import Credits, author_of, owner_of, read_head, read_tail
from bot.sources.parsing.characters import one_line
from bot.sources.parsing.dateline import dateline
from bot.sources.parsing.desk_line import desk_line, is_bare_time
from bot.sources.parsing.front_matter import Fields, split_fields
from bot.sources.parsing.furniture import WALL, is_furniture
from bot.sources.parsing.headline import find_title, is_headline
from bot.sources.parsing.language import language_of
from bot.sources.parsing.published import is_dateline, is_labelled, published
from bot.sources.parsing.site_title import normal_line, split_title
from bot.sources.parsing.urls import BARE, canonical, host_of, main_host, repaired, share_texts, shared

LEAST_WORDS: Final = 12
"""Fewer words are no article. Guess: the shortest brief of an agency has about twice as many."""
WALL_WORDS: Final = 150
"""Text of up to so many words that talks of cookies, subscriptions or errors is a wall. Guess."""
_URL_LABEL: Final = re.compile(
    r"\W*(?:original(?:ly)? (?:url|link|article|source|published at)|source(?: url)?|url|link|canonical(?: url)?"
    r"|read (?:the )?(?:full|original)[\w ]{0,30}(?:at|here|on)?)\W*$",
    re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"[.!?…][\"'”’»)\]]*(?=\s+[\"'“‘«(\[¿¡]?[^\W_a-zа-яёіїєґ])|[。！？][」』”]?")
_ABBREVIATION: Final = re.compile(
    r"(?:^|[\s(\"“])(?:[A-Z]|[A-Z](?:\.[A-Z])+|[Mm]rs?|Ms|Dr|Prof|Gen|Col|Lt|Sgt|Capt|Maj|Sen|Rep|Gov|St|Jr|Sr|vs|No|Nos|Mt|Inc|Ltd"
    r"|Corp|Co|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|approx|ca|bzw|Nr|z\.B|d\.h|u\.a)\.$"
)
_LONGEST_TITLE: Final = 300
_MOST_TITLE_WORDS: Final = 45
_NEAR_TITLE: Final = 3
"""Blocks above the title of a furnished page among which a desk line is the article's. Guess."""
_REPEATED: Final = 2
"""Last of the first paragraphs among which one that is the title once more is no text."""
_ABOVE: Final = 60
"""Blocks above the text of a furnished page among which a line that holds little but a date is believed. Guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page cut into its parts; `title` is the index of the block that is the headline, None when the page shows none."""

    blocks: Sequence[Block]
    title: int | None
    start: int
    end: int
    tidy: bool


def parse_text(text: str, form: Format) -> Content | Refused:
    """The article in a readable text, or why there is none."""
    fields, rest = split_fields(text)
    blocks = blocks_of(rest)
    return content_of(blocks, fields, form)


def content_of(blocks: list[Block], fields: Fields, form: Format, *, extracted: bool = False) -> Content | Refused:
    """The article among the blocks of a page, with explicit fields believed before anything the page says.

    `extracted` says that somebody has already taken the text out of its page, so that what looks odd in it is kept.
    """
    page = _cut(blocks, fields, tidy=extracted or is_tidy(blocks))
    noted = Credits()
    url = canonical(fields.url) if fields.url else None
    url = url or _address(page)
    head, body, tail = _read(page, noted)
    title = fields.title or (page.blocks[page.title].text if page.title is not None else "")
    titled = bool(title)
    title, site = split_title(title, headlines=_other_lines(page), host=host_of(url) if url else None)
    if titled:
        body = [block for index, block in enumerate(body) if index > _REPEATED or normal_line(block.text) != normal_line(title)]
    text = "\n\n".join(block.text for block in _whole(body))
    refusal = _refusal(text, page)
    if refusal:
        return refusal
    # A standfirst or two may come before the paragraph that says where the news is from.
    openers = [opener for block in body[:3] if (opener := dateline(block.text))]
    noted.agency = noted.agency or next((agency for opener in openers for agency in opener.agencies), None)
    if not titled:
        title = first_sentence(body[0].text)
    language = _declared_language(fields.language) or language_of(title, text)
    if titled and language != "fr":
        # Converters leave a blank where a kicker was an element of its own; only French sets one before a colon.
        title = title.replace(" : ", ": ")
    if fields.author:
        author_of(fields.author, noted)
    stamp = published(
        field=fields.when,
        lines=[
            *(block.text for block in (*head, *_datelines(page))),
            *(opener.text for opener in openers),
            *(block.text for block in tail if page.tidy or is_labelled(block.text)),
        ],
        url=url,
        opening=body[0].text if body else "",
    )
    return Content(
        title=title[:_LONGEST_TITLE],
        titled=titled,
        text=text,
        outlet=_outlet(fields, noted, url, site) or _outlet_of_page(page),
        agency=(agency_of(fields.agency) or fields.agency) if fields.agency else noted.agency,
        author=noted.author,
        url=url,
        published=stamp,
        language=language,
        format=form,
    )


def first_sentence(text: str) -> str:
    """The first sentence of a paragraph, cut at a word when it is very long."""
    line = one_line(text)
    for found in _SENTENCE_END.finditer(line[: _LONGEST_TITLE * 2]):
        if not _ABBREVIATION.search(line[max(0, found.end() - 12) : found.start() + 1]) and found.end() >= 20:
            line = line[: found.end()]
            break
    if len(line) <= _LONGEST_TITLE:
        return line
    return line[: _LONGEST_TITLE - 1].rpartition(" ")[0].rstrip(" ,;:–—-") + "…" if " " in line[:_LONGEST_TITLE] else line[:_LONGEST_TITLE]


def _cut(blocks: list[Block], fields: Fields, *, tidy: bool) -> Page:
    if tidy:
        end = len(blocks)
        first = 0
        # A desk line or a date may stand above the title, and so may furniture.
        while first < end and (not blocks[first].text or is_furniture(blocks[first].text) or _is_time_line(blocks[first])):
            first += 1
        title = first if first < end and not fields.title and is_headline(blocks, first) else None
        return Page(blocks=blocks, title=title, start=0, end=end, tidy=True)
    start, end = run_of(blocks)
    targets = [target for block in blocks for target in block.targets]
    title = None if fields.title else find_title(blocks, start, end, share_texts(targets))
    return Page(blocks=blocks, title=title, start=start, end=end, tidy=False)


def _read(page: Page, noted: Credits) -> tuple[list[Block], list[Block], list[Block]]:
    """Blocks that say something about the article, blocks of its text, blocks behind it."""
    blocks = page.blocks
    head: list[Block] = []
    body: list[Block] = []
    tail: list[Block] = []
    first = page.start if page.title is None or page.tidy else page.title + 1
    above = blocks[max(0, page.title - _NEAR_TITLE) : page.title] if page.title is not None and not page.tidy else []
    head += [block for block in above if desk_line(block.text) and _speaks(block, noted)]
    prose = 0
    for index in range(first, page.end):
        if index == page.title:
            continue
        block = blocks[index]
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        bare_date = block.words <= (40 if prose < 2 else 6) and is_dateline(block.text)
        if bare_date or (prose < 2 and block.words <= 40 and _speaks(block, noted)):
            _speaks(block, noted)
            (head if prose < 2 else tail).append(block)
        elif not is_text(block, after=following) or _is_loose(page, index):
            (head if prose == 0 else tail).append(block)
        else:
            body.append(block)
            prose += block.words >= 12
    body, cut = _without_tail(body, noted, tidy=page.tidy)
    return head, body, [*cut, *tail, *blocks[page.end : page.end + 12]]


def _is_time_line(block: Block) -> bool:
    return not block.level and block.words <= _MOST_TITLE_WORDS and (is_bare_time(block.text) or desk_line(block.text) is not None)


def _datelines(page: Page) -> list[Block]:
    """Lines above the text of a furnished page that may date it: right above its title, then bare dates, nearest first."""
    if page.tidy:
        return []
    first = page.start if page.title is None else page.title
    near = page.blocks[max(0, first - 8) : first]
    above = reversed(page.blocks[max(0, page.start - _ABOVE) : page.start])
    inside = (block for block in page.blocks[page.start : page.end] if block.words <= 6)
    return [*near, *(block for block in (*above, *inside) if is_dateline(block.text))]


def _speaks(block: Block, noted: Credits) -> bool:
    return block.words <= 25 and not (block.sentence and block.words > 12) and read_head(block.text, noted)


def _is_loose(page: Page, index: int) -> bool:
    """Whether a block of a furnished page is no part of its text: a scrap, or between title and text something else than a standfirst."""
    block = page.blocks[index]
    if page.tidy:
        return False
    if index < page.start:
        return block.words < 8 or block.linked > 0.3 or block.bullet or bool(block.level)
    return is_scrap(page.blocks, index)


def _without_tail(body: list[Block], noted: Credits, *, tidy: bool) -> tuple[list[Block], list[Block]]:
    """Agency credits and closing scraps behind the last sentence are no text, but may say something."""
    cut: list[Block] = []
    while len(body) > 1 and (read_tail(body[-1].text, noted) or (not tidy and not body[-1].sentence and body[-1].words < 8)):
        cut.insert(0, body.pop())
    return body, cut


def _whole(body: list[Block]) -> list[Block]:
    """Paragraphs that a page has broken in the middle of a sentence are put together."""
    whole: list[Block] = []
    for block in body:
        last = whole[-1] if whole else None
        if (
            last
            and not last.level
            and not last.bullet
            and not block.level
            and not block.bullet
            and last.words >= 8
            and _BROKEN.search(last.text[-24:])
        ):
            last.text = f"{last.text} {block.text}"
            last.words += block.words
        else:
            whole.append(block)
    return whole


_BROKEN: Final = re.compile(
    r"(?:,|['’ʼ]s|\b(?:the|a|an|of|and|or|to|in|on|at|by|for|with|from|that|which|der|die|das|und|de|la|le|el|et|y|e|и|в|на))$"
)


def _address(page: Page) -> str | None:
    """The article's own address: labelled, alone on a line, or passed on by its share buttons."""
    blocks = page.blocks
    for index, block in enumerate(blocks):
        label, _, rest = block.text.partition("http")
        if rest and block.words <= 12 and _URL_LABEL.match(label):
            return _address_of(block)
        if _URL_LABEL.match(block.text) and block.words <= 6 and index + 1 < len(blocks):
            found = _address_of(blocks[index + 1])
            if found:
                return found
    alone = [block for block in blocks if page.tidy and block.text.startswith(("http://", "https://")) and block.words <= 2]
    if len(alone) == 1:
        return _address_of(alone[0])
    return shared([target for block in blocks for target in block.targets])


def _address_of(block: Block) -> str | None:
    shown = block.text[block.text.find("http") :] if "http" in block.text else block.text
    if block.targets:
        return repaired(shown, block.targets[0])
    found = BARE.search(shown)
    if not found:
        return None
    pieces = shown.split()
    # A wrapped address goes on after the blank, as a piece of path that no word would look like.
    if len(pieces) == 2 and ("-" in pieces[1] or "/" in pieces[1]) and not pieces[1].startswith("http"):
        return canonical("".join(pieces))
    return canonical(found.group().rstrip(".,;"))


def _outlet(fields: Fields, noted: Credits, url: str | None, site: str | None) -> str | None:
    if fields.outlet:
        address = canonical(fields.outlet)
        return outlet_of_host(host_of(address)) if address else normal_outlet(fields.outlet)
    host = host_of(url) if url else None
    listed = listed_host(host) if host else None
    if listed or site:
        return listed or normal_outlet(site or "")
    return outlet_of_host(host) if host else noted.outlet


def _outlet_of_page(page: Page) -> str | None:
    """The outlet that nothing but the page's surroundings tell: its copyright line, or the host that its links lead to."""
    owner = _owner(page)
    if owner or page.tidy:
        return owner
    host = main_host([target for block in page.blocks for target in block.targets])
    return outlet_of_host(host) if host else None


def _other_lines(page: Page) -> list[str]:
    """What a page says beside its title, where the title may stand again without the outlet's name."""
    told = share_texts([target for block in page.blocks for target in block.targets])
    return told + [block.text for index, block in enumerate(page.blocks) if index != page.title and block.words <= _MOST_TITLE_WORDS]


def _owner(page: Page) -> str | None:
    """The outlet of the copyright line behind the text, when it is a known one or the page names itself so elsewhere, too."""
    behind = [owner for block in page.blocks[page.end if not page.tidy else 0 :] if (owner := owner_of(block.text))]
    for owner in behind:
        known = known_outlet(owner)
        if known:
            return known
        if agency_of(owner) is None and any(block.text.casefold() == owner.casefold() for block in page.blocks):
            return normal_outlet(owner)
    return None


def _declared_language(value: str | None) -> str | None:
    code = re.match(r"[a-z]{2}(?![a-z])", value.casefold()) if value else None
    return code.group() if code else None


def _refusal(text: str, page: Page) -> Refused | None:
    """Why a page is no article. One telling phrase is enough where there is no text; beside a short text it takes two different ones."""
    words = count_words(text)
    if words >= WALL_WORDS:
        return None
    blocks = page.blocks
    near = blocks[max(0, page.start - 3) : page.end + 4] if words >= LEAST_WORDS else blocks[:400]
    told = {found.casefold(): found for found in reversed(WALL.findall("\n".join(block.text for block in near)[:20_000]))}
    if len(told) > (words >= LEAST_WORDS):
        phrase = one_line(list(told.values())[-1])[:80]
        return Refused(
            reason=f"the page says “{phrase}” where an article should be: a wall or an error page was saved; "
            "save the article's own text and it is read"
        )
    if words < LEAST_WORDS:
        seen = sum(block.words for block in page.blocks)
        found = f"only {words} words that read like text" if seen >= LEAST_WORDS else f"only {seen} words"
        return Refused(reason=f"{found} were found, too few for an article; at least {LEAST_WORDS} words of running text would be read")
    return None
