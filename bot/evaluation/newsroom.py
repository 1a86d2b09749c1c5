"""What newsrooms do to a text before they print it as theirs, and what makes look-alikes; how well these are told apart is not here."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, TypeAlias, TypeVar

from bot.core.text.sentences import sentences

HEADS: Final = (
    "Home | World | Politics | Business | Sport | Weather | Video\nSign in  Subscribe from 1 crown a week\nSearch the Pellin Courier",
    "Menu\nLocal News\nTraffic\nObituaries\nClassifieds\nShare this article on your favourite network\nFont size: A A A",
    "ADVERTISEMENT\n\nStory continues below. We use partners to measure our audience; you can change your choices at any time.",
    "Orlik Evening Mail\nFounded 1904\nToday's paper | Newsletters | Podcasts | Jobs | Log in\nListen to this article, 3 minutes",
    "By the newsroom of Radio Velmora\nUpdated a few minutes ago\nPublished in Region, Latest, Front page\n0 comments",
)
TAILS: Final = (
    (
        "Copyright Pellin Courier. All rights reserved. This material may not be published, broadcast, rewritten or redistributed.\n\n"
        "Read more: Ten gardens worth a detour this spring\nRead more: The ferry timetable changes on Sunday\nMost popular this week"
    ),
    (
        "Do you have a story for us? Write to our desk or call the hotline around the clock. Follow us and never miss a headline again.\n\n"
        "Related links\nCouncil puts off the vote on parking fees\nHow to freeze strawberries\nThe lottery numbers of the week"
    ),
    (
        "You have two free articles left this month. Subscribers read without limits and support independent journalism in the region.\n\n"
        "Comments are moderated. Please keep to the rules of the house and stay on the topic. Report an error in this article."
    ),
    (
        "(With inputs from agencies. This story has not been edited by our staff and is published from a syndicated feed.)\n\n"
        "Recommended for you\nWhat your kitchen says about you\nTwelve walks under two hours\nOur critics choose the films of the year"
    ),
    (
        "Thank you for listening to Radio Velmora. Our programme is paid for by listeners; a gift of any size keeps it on the air.\n\n"
        "Next on air: The morning in the harbour\nThe archive of our broadcasts\nFrequencies and reception\nPrivacy and legal notice"
    ),
)
LEADS: Final = (
    "What happened is still being pieced together, but the outlines are clear to those who were there: {title}. Our reporters followed it.",
    "It is the subject that everybody talks about today. {title}: here is all that we could confirm until this edition closed.",
    "Readers woke up to this: {title}. The accounts that reached our desk overnight agree on the main points and differ in small ones.",
)
DESKS: Final = (
    ("PELLIN, {day} (Ostwire) — ", "\n\n(Reporting by Ada Lorn in Pellin; editing by Tom Vesk)"),
    ("ORLIK ({day}, Vel Press) - ", " VP/kl"),
)
DAYS: Final = ("Monday", "March 3", "3 March", "Tuesday")

_WORD: Final = re.compile(r"[^\W\d_]+")
_FIGURE: Final = re.compile(r"\d+(?:[.,]\d+)*")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_NAME: Final = re.compile(r"(?<=[\w,;] )[^\W\d_]{3,}")
_QUOTATION: Final = re.compile(r'(“[^”]*”|"[^"\n]*"|«[^»]*»)')
_SYLLABLES: Final = tuple("ba ke li mo nu ra se ti vo zu dar fen gol hin jas kor lam mer nis pol".split())


A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Draft:
    """A headline and its text."""

    title: str
    text: str


class Chance:
    """Choices that are the same for the same seed on every machine and Python: SplitMix64 (Steele, Lea and Flood 2014)."""

    def __init__(self, seed: str) -> None:
        self._state = int.from_bytes(blake2b(seed.encode(), digest_size=8).digest())

    def below(self, limit: int) -> int:
        """Give a number from 0 to `limit` - 1."""
        self._state = (self._state + 0x9E3779B97F4A7C15) % (1 << 64)
        mixed = (self._state ^ self._state >> 30) * 0xBF58476D1CE4E5B9 % (1 << 64)
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB % (1 << 64)
        return (mixed ^ mixed >> 31) % limit

    def happens(self, share: float) -> bool:
        """Say yes this often, 0 to 1."""
        return self.below(1 << 30) < share * (1 << 30)

    def choice(self, items: Sequence[A]) -> A:
        """Give one of the items."""
        return items[self.below(len(items))]


Edit: TypeAlias = Callable[[Draft, Draft, Chance], Draft | None]
"""Makes another text of the first draft; the second is an unrelated article to borrow from. None: this cannot be done to this text."""


def sent_again(draft: Draft, _: Draft, __: Chance) -> Draft:
    """The same once more."""
    return draft


def other_headline(draft: Draft, _: Draft, __: Chance) -> Draft | None:
    """A headline made of the first sentence."""
    first = sentences(draft.text)[:1]
    return Draft(" ".join(first[0].split()[:9]), draft.text) if first else None


def cut(share: float) -> Edit:
    """Make the edit that keeps the beginning: this share of the words, up to the end of a sentence."""

    def edit(draft: Draft, _: Draft, __: Chance) -> Draft | None:
        words = share * len(draft.text.split())
        end = taken = 0
        for sentence in sentences(draft.text):
            if taken >= words:
                break
            taken += len(sentence.split())
            end = _after(draft.text, sentence, end)
        return Draft(draft.title, draft.text[:end]) if 0 < end < len(draft.text) else None

    return edit


def brief(draft: Draft, _: Draft, __: Chance) -> Draft | None:
    """The first two sentences as a note; None when these are less than a note has, or most of the text."""
    text = " ".join(sentences(draft.text)[:2])
    return Draft(draft.title, text) if 30 <= len(text.split()) <= 80 and len(text) < 0.7 * len(draft.text) else None


def new_lead(draft: Draft, _: Draft, chance: Chance) -> Draft | None:
    """Another first sentence, written from the headline."""
    whole = sentences(draft.text)
    if len(whole) < 4:
        return None
    rest = draft.text[_after(draft.text, whole[0], 0) :].lstrip()
    return Draft(draft.title, f"{chance.choice(LEADS).format(title=draft.title)}\n\n{rest}")


def other_furniture(draft: Draft, _: Draft, chance: Chance) -> Draft:
    """Menus, subscription lines and related links of another outlet before and behind the text."""
    return Draft(draft.title, f"{chance.choice(HEADS)}\n\n{draft.text}\n\n{chance.choice(TAILS)}")


def desk_line(draft: Draft, _: Draft, chance: Chance) -> Draft:
    """An agency's line before the text and its credits behind."""
    before, behind = chance.choice(DESKS)
    return Draft(draft.title, before.format(day=chance.choice(DAYS)) + draft.text + behind)


def light_edit(draft: Draft, other: Draft, chance: Chance) -> Draft | None:
    """Six words of a hundred replaced or deleted, eight sentences of a hundred dropped."""
    return _reworded(draft, other, chance, words=0.06, dropped=0.08)


def heavy_edit(draft: Draft, other: Draft, chance: Chance) -> Draft | None:
    """Twelve words of a hundred replaced or deleted, thirty sentences of a hundred dropped, the second half before the first."""
    edited = _reworded(draft, other, chance, words=0.12, dropped=0.3)
    if edited is None:
        return None
    parts = edited.text.split("\n\n")
    return Draft(draft.title, "\n\n".join(parts[len(parts) // 2 :] + parts[: len(parts) // 2]))


def quotes_left_alone(draft: Draft, other: Draft, chance: Chance) -> Draft | None:
    """Twelve words of a hundred of the narration replaced or deleted; what people said stays as it was."""
    parts = _QUOTATION.split(draft.text)
    if len(parts) < 3:
        return None
    store = _WORD.findall(other.text) or ["also"]
    parts[::2] = [_WORD.sub(_substitute(store, chance, 0.12), part) for part in parts[::2]]
    return Draft(draft.title, "".join(parts))


def set_anew(draft: Draft, _: Draft, __: Chance) -> Draft:
    """Other line breaks, typographic quotes, decomposed accents, a first sentence in capitals."""
    first, *rest = sentences(draft.text) or ("",)
    words = " ".join([first.upper(), *rest]).replace("'", "’")
    words = re.sub(r'"([^"]*)"', r"“\1”", words).replace(" - ", " — ")
    lines = re.sub(r"(.{60,72}) ", r"\1\n", words)
    return Draft(draft.title.upper(), unicodedata.normalize("NFD", lines))


def two_agencies(draft: Draft, other: Draft, chance: Chance) -> Draft | None:
    """Two texts one after the other."""
    if not 0.4 <= len(other.text) / max(1, len(draft.text)) <= 1.5:
        return None
    both = [draft.text, other.text][:: 1 if chance.happens(0.5) else -1]
    return Draft(draft.title, "\n\n".join(both))


def one_figure_updated(draft: Draft, _: Draft, chance: Chance) -> Draft | None:
    """A toll has risen: one figure is another wherever it stands."""
    figures = sorted({figure for figure in _FIGURE.findall(draft.text) if not _YEAR.fullmatch(figure)})
    if not figures:
        return None
    old = chance.choice(figures)
    new = str(int(re.sub(r"\D", "", old)[-6:]) + 1 + chance.below(9))
    return Draft(draft.title, _FIGURE.sub(lambda match: new if match.group() == old else match.group(), draft.text))


def other_figures(draft: Draft, _: Draft, chance: Chance) -> Draft | None:
    """The next issue of a series: the same words, every figure another; None for a text that does not live by its figures."""
    figures = {figure for figure in _FIGURE.findall(draft.text) if not _YEAR.fullmatch(figure)}
    if len(figures) < max(4, len(draft.text.split()) // 50):
        return None
    new = {figure: _other_figure(figure, chance) for figure in sorted(figures)}
    return Draft(*(_FIGURE.sub(lambda match: new.get(match.group(), match.group()), words) for words in (draft.title, draft.text)))


def other_happening(draft: Draft, _: Draft, chance: Chance) -> Draft | None:
    """The same template filled in for another place and other people: each name is another, each figure too; None when it has few."""
    found = [name for name in _NAME.findall(draft.text) if name[0].isupper()]
    names = sorted(set(found))
    if len(names) < 5 or 20 * len(found) < len(draft.text.split()):
        return None
    invented = {name: _invented(chance) for name in names}
    title, text = (_WORD.sub(lambda match: invented.get(match.group(), match.group()), words) for words in (draft.title, draft.text))
    figures = {figure: _other_figure(figure, chance) for figure in sorted(set(_FIGURE.findall(text)))}
    return Draft(title, _FIGURE.sub(lambda match: figures[match.group()], text))


def statement(store: Draft, chance: Chance) -> str:
    """Make a statement of seventy words, in nobody's order, that several independent reports can quote in full."""
    words = _WORD.findall(store.text) or ["also"]
    return f"“{' '.join(chance.choice(words) for _ in range(70)).capitalize()}”, the statement said."


def quoting(draft: Draft, said: str) -> Draft:
    """Put a statement into the middle of a report."""
    parts = draft.text.split("\n\n")
    if len(parts) < 2:
        parts = list(sentences(draft.text))
    half = (len(parts) + 1) // 2
    return Draft(draft.title, "\n\n".join([*parts[:half], said, *parts[half:]]))


def furnished(draft: Draft, outlet: int) -> Draft:
    """Set a text into the furniture of one of the invented outlets, all of it, as a careless reader of its pages would take it in."""
    return Draft(
        draft.title, f"{HEADS[outlet % len(HEADS)]}\n\n{draft.text}\n\n{TAILS[outlet % len(TAILS)]}\n\n{TAILS[(outlet + 1) % len(TAILS)]}"
    )


def _reworded(draft: Draft, other: Draft, chance: Chance, *, words: float, dropped: float) -> Draft | None:
    store = _WORD.findall(other.text) or ["also"]
    kept = [_WORD.sub(_substitute(store, chance, words), sentence) for sentence in sentences(draft.text) if not chance.happens(dropped)]
    return Draft(draft.title, "\n\n".join(kept)) if len(kept) > 2 else None


def _substitute(store: list[str], chance: Chance, share: float) -> Callable[[re.Match[str]], str]:
    """Replace this share of the words by others, every third of them by nothing."""

    def instead(match: re.Match[str]) -> str:
        if not chance.happens(share):
            return match.group()
        return "" if chance.happens(1 / 3) else chance.choice(store)

    return instead


def _after(text: str, sentence: str, start: int) -> int:
    """Find where a sentence ends whose white space was folded."""
    place = start
    for word in sentence.split():
        place = text.index(word, place) + len(word)
    return place


def _other_figure(figure: str, chance: Chance) -> str:
    changed = "".join(str((int(digit) + 1 + chance.below(8)) % 10) if digit.isdecimal() else digit for digit in figure)
    return f"4{changed[1:]}" if changed.startswith("0") else changed


def _invented(chance: Chance) -> str:
    return "".join(chance.choice(_SYLLABLES) for _ in range(2 + chance.below(3))).capitalize()


COPIES: Final[tuple[tuple[str, Edit], ...]] = (
    ("sent again", sent_again),
    ("other headline", other_headline),
    ("cut to 70 %", cut(0.7)),
    ("cut to 50 %", cut(0.5)),
    ("cut to 35 %", cut(0.35)),
    ("two sentences as a note", brief),
    ("new lead", new_lead),
    ("other furniture", other_furniture),
    ("agency's desk line", desk_line),
    ("set anew", set_anew),
    ("light edit", light_edit),
    ("heavy edit", heavy_edit),
    ("quotes left alone", quotes_left_alone),
    ("two agencies in one", two_agencies),
    ("one figure updated", one_figure_updated),
)
"""What makes a copy. A text with one figure updated is one: it is the same account, and must not count as a second independent report."""

LOOK_ALIKES: Final[tuple[tuple[str, Edit], ...]] = (("other figures", other_figures), ("other names and figures", other_happening))
"""What makes another report of the same words: the next issue of a series, the same template filled in for another happening."""
