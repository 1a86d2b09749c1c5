"""What a number in an English sentence counts: its noun, and by the words of `fates` what became of it; `figures` makes figures of it.

Everything is read word by word within a fixed reach, so that a sentence costs no more than its length.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.core.reading.fates import DETERMINERS, MARKS, act_before, act_beyond, act_of, fate_behind, joined
from bot.core.reading.figure import Kind, Qualifier
from bot.core.reading.figure_words import (
    ADJECTIVES,
    ANIMALS,
    BENEATH,
    FATES,
    LABEL_WORDS,
    NO_LABEL,
    NO_NOUN,
    NONE_OF,
    NOUNS,
    PART_OF,
    PLACES,
    STATES,
    STRONG,
    TELLING_ALL,
    TOLL,
    TOLL_BEFORE,
    WHOLE,
)
from bot.core.reading.number_words import CHANGING, OUTGROWN, SCALES, VAGUE
from bot.core.reading.quantities import Quantity

NOUN_REACH: Final = 6
"""Words behind a number among which its noun is looked for: "12 young North Korean special forces soldiers". Guess."""

TOLL_REACH: Final = 24
"""Words before a number among which its toll is looked for. Guess."""

_TOKEN: Final = re.compile(r"[^\W\d_]++(?:['’ʼ.-][^\W\d_]++)*+|[0-9][\w,.]*+|[^\w\s]")
_SINGULAR_ENDINGS: Final = ("ss", "us", "is", "'s", "’s", "ʼs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words and marks of a sentence, in small letters, and where each begins."""

    words: Sequence[str]
    starts: Sequence[int]

    def at(self, offset: int) -> int:
        """Give the index of the first word that begins at an offset or behind it."""
        return bisect_left(self.starts, offset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What one number counts.

    `kind` is None when nothing tells. `what` are the words of its noun, `head` the last of them, `end` the index behind it. `has_fate` when
    a verb or noun tells what became of it; `is_part` when the number is a part of the one before it in its sentence, and `is_shared` when
    what became of the part became of that one too ("12 people, including two children, were killed").
    """

    kind: Kind | None
    what: str
    head: str
    end: int
    has_fate: bool
    is_part: bool
    is_shared: bool


def words_of_sentence(sentence: str) -> Words:
    """Cut a sentence into words, numbers and marks."""
    found = [(word.group(), word.start()) for word in _TOKEN.finditer(sentence)]
    # All at once, for speed; a newline is in no word.
    return Words(words="\n".join([word for word, _ in found]).casefold().split("\n"), starts=[start for _, start in found])


def counted_by(words: Words, quantity: Quantity, limits: tuple[int, int]) -> Counted:
    """Find what a number counts; `limits` are the offsets where the number before it ends and the one behind it begins."""
    said = words.words
    first, last = words.at(limits[0]), min(words.at(limits[1]), len(said))
    begin, behind = words.at(quantity.start), words.at(quantity.end)
    noun, is_part = _noun(said, behind, last, quantity)
    is_part = is_part or (begin > 0 and said[begin - 1] in PART_OF) or said[max(0, begin - 2) : begin] == ["among", "them"]
    named = NOUNS.get(noun.head)
    label = _label(said, first, begin) if noun.head == "" or named in BENEATH else None
    if label is not None and _is_closed(said, noun.end):
        kind, whom = label
        return Counted(kind=kind, what=noun.what or whom, head=noun.head, end=noun.end, has_fate=True, is_part=False, is_shared=False)
    if named is not None and named not in BENEATH and not _PRIOR.isdisjoint(noun.what.split()):
        named = None
    if named is not None and named not in BENEATH:
        what = noun.what.removesuffix(noun.head).rstrip() if noun.head in TELLING_ALL else noun.what
        return Counted(kind=named, what=what, head=noun.head, end=noun.end, has_fate=False, is_part=is_part, is_shared=False)
    is_shared = is_part and noun.end < last and said[noun.end] == ","
    fate = (
        None
        if _is_none_of(said, begin)
        else (
            act_before(said, first, begin)
            or act_of(said, begin)
            or fate_behind(said, noun.end + is_shared, last)
            or act_beyond(said, first, begin)
            or noun.fate
        )
    )
    strong = STRONG.get(said[behind]) if behind < last and said[behind - 1] == "strong" else None
    if strong is not None:
        return Counted(kind=strong, what=said[behind], head=said[behind], end=behind + 1, has_fate=False, is_part=False, is_shared=False)
    if fate is None and not noun.head:
        return _toll(said, first, begin)
    if noun.head in ANIMALS or noun.head in PLACES:
        fate = None
    kind = fate or named or Kind.COUNT
    return Counted(kind=kind, what=noun.what, head=noun.head, end=noun.end, has_fate=fate is not None, is_part=is_part, is_shared=is_shared)


_COLONS: Final = frozenset(":-–—")
_CLOSES: Final = frozenset(",;.!()[]|/-–—")


def _label(said: Sequence[str], first: int, begin: int) -> tuple[Kind, str] | None:
    """Read what stands as a label before a number, where a clause begins: "Deaths: 45; injured: 120", "Soldiers killed or wounded – 30".

    With it comes whom it counts, "soldiers"; empty where it does not say.
    """
    at = begin - 2
    if at < first or said[begin - 1] not in _COLONS:
        return None
    whom = said[at] if _is_whom(said[at]) else ""
    at -= bool(whom)
    kind = _labelled(said[at]) if at >= first else None
    if kind is None:
        return None
    if at - 2 >= first and said[at - 1] in ("and", "or") and _labelled(said[at - 2]):
        at, kind = at - 2, joined(_labelled(said[at - 2]), kind) or kind
    if at > first and (said[at - 1] == "death" or _is_whom(said[at - 1])):
        at -= 1
        whom = said[at] if said[at] != "death" else whom
    while at > first and said[at - 1] in LABEL_WORDS:
        at -= 1
    return (kind, whom) if at == first or said[at - 1] in _CLOSES or said[at - 1] == "and" else None


def _is_whom(word: str) -> bool:
    return NOUNS.get(word) in BENEATH and (_is_plural(word) or word in _PLURALS)


def _labelled(word: str) -> Kind | None:
    kind = Kind.KILLED if word == "toll" else NOUNS.get(word) or STATES.get(word)
    return kind if kind in FATES and word not in NO_LABEL else None


def _is_closed(said: Sequence[str], end: int) -> bool:
    """Tell whether nothing follows that a number might count, or that might tell what became of somebody else."""
    closed = end >= len(said) or said[end] in _CLOSES or said[end - 1].endswith((",", "."))
    return closed or (said[end] == "and" and not _COLONS.isdisjoint(said[end + 2 : end + 3]))


def _is_none_of(said: Sequence[str], begin: int) -> bool:
    at = begin - 1
    while at > 0 and said[at] in DETERMINERS:
        at -= 1
    return at > 0 and said[at] == "of" and said[at - 1] in NONE_OF


@dataclass(frozen=True, slots=True, kw_only=True)
class _Noun:
    what: str
    head: str
    end: int
    fate: Kind | None


def _noun(said: Sequence[str], behind: int, limit: int, quantity: Quantity) -> tuple[_Noun, bool]:
    """Find the noun behind a number, and tell whether "of them" stands between, which makes it a part."""
    at, is_part = behind, False
    if said[behind - 1].endswith(","):
        return _Noun(what="", head="", end=behind, fate=None), False
    if at < limit and said[at] == "of":
        of = at + 1
        while of < limit and said[of] in DETERMINERS:
            of += 1
        if of < limit and said[of] in WHOLE:
            at, is_part = of + 1, True
        elif quantity.qualifier is Qualifier.SEVERAL or of > at + 1:
            at, is_part = of, quantity.qualifier is not Qualifier.SEVERAL
    while at < limit and (said[at] in _PASSED or said[at] in MARKS):
        at += 1
    return _head(said, at, limit, singular=quantity.high == 1), is_part


_PASSED: Final = frozenset((*ADJECTIVES, *SCALES, *VAGUE))
_PRIOR: Final = frozenset(("prior", "previous", "past"))


def _head(said: Sequence[str], begin: int, limit: int, *, singular: bool) -> _Noun:
    """Find the last word of the noun that begins here, and a state in front of it: "two wounded soldiers"."""
    fate: Kind | None = None
    at = begin
    while (
        at < limit
        and at - begin < NOUN_REACH
        and (said[at] in STATES or (fate and said[at] in ("or", "and")))
        and _goes_on(said, at, limit)
    ):
        fate = joined(fate, STATES.get(said[at]))
        at += 1
    start, head = at, -1
    while at < min(limit, begin + NOUN_REACH):
        word = said[at]
        if word in NO_NOUN or not word[0].isalpha() or (word in STATES and word not in NOUNS):
            break
        if word in NOUNS and (singular or word in ("others", "dead") or not _is_modifier(said, at, limit)):
            head = at
            break
        if (_is_plural(word) or word in _PLURALS) and head < 0:
            head = at
        elif head >= 0 and not _is_plural(word):
            break
        elif head >= 0:
            head = at
        at += 1
    if head < 0:
        return _Noun(what="", head="", end=begin if fate is None else start, fate=fate)
    what = " ".join(word for word in said[start : head + 1] if word not in ADJECTIVES)
    return _Noun(what=what, head=said[head], end=head + 1, fate=fate)


def _goes_on(said: Sequence[str], at: int, limit: int) -> bool:
    """Tell whether a noun can follow: "12 wounded soldiers", not "12 wounded in"."""
    if at + 1 >= limit:
        return False
    following = said[at + 1]
    return following[0].isalpha() and (following not in NO_NOUN or following in ("or", "and")) and following != "dead"


def _is_modifier(said: Sequence[str], at: int, limit: int) -> bool:
    """Tell whether a noun in the singular only describes the next word: "two student groups"."""
    return (
        not _is_plural(said[at])
        and said[at] not in _PLURALS
        and at + 1 < limit
        and said[at + 1][0].isalpha()
        and _may_be_noun(said[at + 1])
    )


def _may_be_noun(word: str) -> bool:
    return word in NOUNS or (_is_plural(word) and word not in NO_NOUN and word not in STATES)


_PLURALS: Final = frozenset(
    "people men women children policemen gunmen servicemen personnel servicewomen fishermen dead crew staff aircraft sheep".split()
)


def _is_plural(word: str) -> bool:
    return len(word) > 3 and word.endswith("s") and not word.endswith(_SINGULAR_ENDINGS)


def _toll(said: Sequence[str], first: int, begin: int) -> Counted:
    """Find what a number without a noun tells by what stands before it: "the death toll rose to 12", "the number of … is 12"."""
    kind, what = None, ""
    near = said[max(0, begin - 1) : begin + 1]
    if begin > 0 and (not TOLL_BEFORE.isdisjoint(near) or near[0] in OUTGROWN):
        lead = said[max(first, begin - TOLL_REACH) : begin]
        if not CHANGING.isdisjoint(lead):  # "the death toll, put at 31 before, was revised down to 28"
            lead = said[max(0, begin - TOLL_REACH) : begin]
        text = " ".join(lead)
        kind = next((kind for words, kind in TOLL.items() if words in text), None) or _toll_behind(said, begin)
        if "number of " in text:
            kind, what = _numbered(text.rpartition("number of ")[2].split())
    return Counted(kind=kind, what=what, head="", end=begin, has_fate=kind is not None, is_part=False, is_shared=False)


def _toll_behind(said: Sequence[str], begin: int) -> Kind | None:
    """Find what stands behind its number: "raising to 19 the number of dead"."""
    behind = " ".join(said[begin + 1 : begin + 6])
    return Kind.KILLED if behind.startswith(("the number of dead", "the number of deaths", "the death toll", "the toll")) else None


def _numbered(after: Sequence[str]) -> tuple[Kind | None, str]:
    """Read what stands behind "the number of"."""
    fate: Kind | None = None
    for word in after:
        fate = joined(fate, STATES.get(word))
    start = 0
    while start < len(after) and (after[start] in STATES or after[start] in ("or", "and")):
        start += 1
    noun = _head(after, start, len(after), singular=False)
    return fate or NOUNS.get(noun.head) or (Kind.COUNT if noun.head else None), noun.what
