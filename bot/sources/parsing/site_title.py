"""Titles that carry their outlet behind a bar, `Headline | The Harbour Paper`, taken apart; where a title is found is decided elsewhere."""

import re
from collections.abc import Collection
from typing import Final

from bot.core.outlets import is_host_of, is_section, known_outlet, sounds_like_outlet
from bot.sources.parsing.blocks import count_words

_BARS: Final = re.compile(r"\s+(?:\||-|–|—|::|»|·|•|//)\s+|\s*｜\s*")
_MOST_WORDS: Final = 6
_LEAST_HEAD: Final = 3
_LONGEST: Final = 2000


def split_title(title: str, *, headlines: Collection[str] = (), host: str | None = None) -> tuple[str, str | None]:
    """The headline in a title and the outlet behind it; the title as it is and None when nothing proves that an outlet stands there.

    Proof is one of: the page says the headline elsewhere without it (`headlines`, any case and punctuation), the name is that of a
    listed outlet, it is the one that `host` spells, or it stands behind a vertical bar and is made with a newspaper's words.
    """
    bars = list(_BARS.finditer(title[:_LONGEST]))
    if not bars:
        return title, None
    last = bars[-1]
    head, tail = title[: last.start()], title[last.end() :].strip()
    if not tail or len(tail.split()) > _MOST_WORDS or is_section(tail):
        return title, None
    plain = {normal_line(line) for line in headlines} - {""}
    for bar in reversed(bars):
        if normal_line(title[: bar.start()]) in plain:
            return title[: bar.start()], tail
    # Between headline and outlet may stand the page's section: `Headline | World | The Harbour Paper`.
    while len(bars) > 1 and is_section(head[bars[-2].end() :]):
        bars.pop()
        head = title[: bars[-1].start()]
    proven = count_words(head) >= _LEAST_HEAD and _proves(tail, last.group().strip(), host)
    return (head, tail) if proven else (title, None)


def normal_line(text: str) -> str:
    """`text` without case and punctuation, for comparing lines."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _proves(tail: str, bar: str, host: str | None) -> bool:
    if host and is_host_of(tail, host):
        return True
    # `Time` and `Focus` are outlets and words; a dash alone may stand before the word.
    if known_outlet(tail):
        return bar in {"|", "｜"} or len(tail.split()) > 1 or not tail.islower()
    return bar in {"|", "｜", "::", "»"} and sounds_like_outlet(tail)
