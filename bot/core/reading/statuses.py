"""What an English report announces of whom: captured, dead, charged, adopted, denied …; what is new among it is found in `changes`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.core.model import Content
from bot.core.reading.counted import Words, words_of_sentence
from bot.core.reading.number_words import SMALL, VAGUE
from bot.core.reading.passages import Passage, is_english, place
from bot.core.reading.status import State, Status
from bot.core.reading.status_words import (
    ADVERBS,
    AUXILIARIES,
    BEGINS_OBJECT,
    BREAKS_NOUN,
    DETERMINERS,
    DOUBTS,
    END,
    ENDS_CLAUSE,
    GOES_MISSING,
    NO_STATE,
    NOT_TOLD_OF,
    OF_CUSTODY,
    PERFECT,
    PREPOSITIONS,
    PRONOUNS,
    RELATIVES,
    RULES,
    SAYS,
    SPEAKERS,
    Form,
    Rule,
)

CLAUSE_REACH: Final = 12
"""Words before a state among which a word of doubt undoes it, in the same clause. Guess."""

NOUN_WORDS: Final = 5
"""Words of a name or noun that are kept. Guess."""

OBJECT_REACH: Final = 9
"""Words behind a verb within which its preposition must stand: "charge a local hunter with". Guess."""

WHICH_ONE: Final = 3
"""How often "in the car", "of the party" behind a noun is skipped. Guess."""

PARENTHESIS_REACH: Final = 25
"""Words of an insertion between commas that is skipped. Guess."""

SHARED_REACH: Final = 8
"""Words between two states that are told of the same one: "was arrested and later charged". Guess."""

LONG_BEFORE: Final = timedelta(days=14)
"""A day so long before the report belongs to what was told before. Guess."""

LEAD: Final = 5
"""Sentences in which a state of public life is news; further down it is how somebody came to office. Guess."""

LONGEST: Final = 900
"""Characters of a sentence that is read; what is longer is a list or has lost its full stops. Guess."""

PUBLIC: Final = frozenset(
    (
        State.ACQUITTED,
        State.ADOPTED,
        State.CANCELLED,
        State.ELECTED,
        State.ENACTED,
        State.ENDED,
        State.REJECTED,
        State.RELEASED,
        State.RESIGNED,
        State.UPHELD,
        State.WITHDRAWN,
    )
)

# As they stand between blanks: looking for whole words is five times as fast as a pattern.
_ANCHORS: Final = frozenset(
    f"{word}{mark}" for word in RULES for mark in ("", ",", ".", ":", ";", ".”", "”", '"', ")", "!", '."', ',"', ",”")
)
_STOPS: Final = frozenset((".", "!", ";", ":", "”", '"', ")", "|", "–", "—", "-", "…"))
_OF_TITLES: Final = PREPOSITIONS | {END, ",", "and", "as", "without"}


def statuses_in(content: Content, told: Sequence[Passage]) -> tuple[Status, ...]:
    """Find the states that a report announces, in order of place, given its passages; none in a report that is not in English."""
    if not is_english(content):
        return ()
    published = content.published.at.date() if content.published else None
    return tuple(status for passage in told if _may_announce(passage, published) for status in _of_passage(content, passage))


def _may_announce(passage: Passage, published: date | None) -> bool:
    text = passage.text
    if (
        passage.is_background
        or passage.recalls
        or len(text) > LONGEST
        or text.endswith("?")
        or _ANCHORS.isdisjoint(text.casefold().split())
    ):
        return False
    if NO_STATE.search(text):
        return False
    return passage.day is None or published is None or published - passage.day <= LONG_BEFORE


@dataclass(frozen=True, slots=True)
class _Found:
    state: State
    subject: Sequence[str]
    first: int
    last: int


def _of_passage(content: Content, passage: Passage) -> Iterator[Status]:
    words = words_of_sentence(passage.text)
    source = content.title if passage.in_title else content.text
    sentence = _Sentence(words, passage)
    for at, word in enumerate(words.words):
        for rule in RULES.get(word, ()):
            found = sentence.read(at, rule)
            if found is not None and passage.position <= _last(found.state, passage):
                sentence.before = found
                yield _status(found, words, passage, source)
                break


def _last(state: State, passage: Passage) -> int:
    """Give the position of the last sentence in which a state is news; that somebody confirms something is so only in a title."""
    return -1 if state is State.CONFIRMED else LEAD if state in PUBLIC else passage.position


def _status(found: _Found, words: Words, passage: Passage, source: str) -> Status:
    begin = words.starts[found.first]
    end = words.starts[found.last] + len(words.words[found.last])
    subject = " ".join(found.subject)
    return Status(state=found.state, subject=subject, start=place(source, passage, begin), end=place(source, passage, end), passage=passage)


class _Sentence:
    """One sentence while it is read; `before` is the last state found in it."""

    def __init__(self, words: Words, passage: Passage) -> None:
        self.before: _Found | None = None
        self._said = words.words
        self._starts = words.starts
        self._passage = passage

    def read(self, at: int, rule: Rule) -> _Found | None:
        """Read one word that may announce a state, by one rule."""
        behind = at + 1 + len(rule.then)
        if behind > len(self._said) or any(self._said[at + 1 + index] not in each for index, each in enumerate(rule.then)):
            return None
        follows = self._follows(behind)
        if follows in rule.never or (at > 0 and self._said[at - 1] in DETERMINERS):
            return None
        match rule.form:
            case Form.DONE_TO:
                found = self._done_to(at, behind, rule)
            case Form.DONE:
                found = self._done(at, behind, rule)
            case Form.SUFFERED | Form.ONLY_SUFFERED:
                found = self._suffered(at, behind, rule) or self._active(at, behind, rule)
        if found is None or (rule.things and rule.things.isdisjoint(found.subject)) or not rule.not_of.isdisjoint(found.subject):
            return None
        if rule.agents and rule.agents.isdisjoint(self._noun_before(self._skipped(at - 1))):
            return None
        return None if self._is_doubtful(found.first) or self._is_known(found.first) else found

    def _suffered(self, at: int, behind: int, rule: Rule) -> _Found | None:
        """Read the passive voice; in a headline its auxiliary may be left out."""
        follows = self._follows(behind)
        if rule.follows and follows not in rule.follows:
            return None
        said = self._said
        last = behind - 1
        if rule.words == OF_CUSTODY:
            at = self._before_custody(at)
        auxiliary = self._skipped(at - 1)
        first = self._auxiliary(auxiliary) if auxiliary >= 0 else None
        if rule.words == GOES_MISSING:
            first = auxiliary if auxiliary >= 0 and said[auxiliary] in ("went", "gone", "reported") else None
        if first is not None:
            return _Found(rule.state, self._noun_before(self._skipped(first - 1)), first, last)
        before = self.before
        if auxiliary >= 0 and said[auxiliary] in ("and", ",") and before is not None and at - before.last <= SHARED_REACH:
            return _Found(rule.state, before.subject, at, last)
        if self._passage.in_title and auxiliary >= 0 and follows in _OF_TITLES and said[auxiliary] not in _NO_NOUN_HERE:
            subject = self._noun_before(auxiliary) or self._number_at(auxiliary)
            return _Found(rule.state, subject, at, last) if subject else None
        return None

    def _active(self, at: int, behind: int, rule: Rule) -> _Found | None:
        """Read the active voice: somebody did it to what stands behind."""
        if rule.form is not Form.SUFFERED or at == 0 or not self._begins_object(behind):
            return None
        before = self._skipped(at - 1)
        if before < 0 or self._said[before] in _NO_AGENT or (self._said[before] == "had" and not self._is_speech()):
            return None
        return self._of_object(at, behind, rule)

    def _done_to(self, at: int, behind: int, rule: Rule) -> _Found | None:
        """Read a headline in the present tense, and "charged X with"."""
        is_past = self._said[at].endswith("ed")
        before = self._skipped(at - 1)
        if before < 0 or self._said[before] in _NO_AGENT or (not is_past and not self._passage.in_title):
            return None
        if rule.follows and rule.follows.isdisjoint(self._said[behind + 1 : behind + OBJECT_REACH]):
            return None
        return self._of_object(at, behind, rule) if self._begins_object(behind) or not is_past else None

    def _of_object(self, at: int, behind: int, rule: Rule) -> _Found | None:
        subject = self._noun_behind(behind)
        return _Found(rule.state, subject, at, behind - 1) if subject else None

    def _done(self, at: int, behind: int, rule: Rule) -> _Found | None:
        """Read a verb whose subject stands before it: "the soldier has died"."""
        if rule.follows and self._follows(behind) not in rule.follows:
            return None
        before = self._skipped(at - 1)
        if before < 0:
            return None
        if self._said[before] in PERFECT:
            is_reminder = rule.state is State.DENIED and not rule.then  # "has denied"
            if is_reminder or (self._said[before] == "had" and not self._is_speech()):
                return None
            before = self._skipped(before - 1)
        elif self._said[before] in _NO_AGENT:
            return None
        subject = self._noun_before(before)
        if not subject and rule.state is State.DENIED and before >= 0 and self._said[before] in SPEAKERS:
            subject = (self._said[before],)  # who says that something is not so is whom it is told of
        is_said_of = bool(subject) or (before >= 0 and self._said[before] in PRONOUNS)
        return _Found(rule.state, subject, at, behind - 1) if is_said_of else None

    def _follows(self, behind: int) -> str:
        return END if behind >= len(self._said) or self._said[behind] in _STOPS else self._said[behind]

    def _skipped(self, at: int) -> int:
        """Go back over adverbs."""
        while at >= 0 and (
            self._said[at] in ADVERBS or (self._said[at].endswith("ly") and self._said[at] not in ("family", "july", "italy"))
        ):
            at -= 1
        return at

    def _auxiliary(self, at: int) -> int | None:
        """Find where the auxiliary begins that ends here; None when it is none, or tells of what may be."""
        if self._said[at] not in AUXILIARIES:
            return None
        if self._said[at] != "been":
            return at
        before = self._skipped(at - 1)
        if before < 0 or self._said[before] not in PERFECT or (self._said[before] == "had" and not self._is_speech()):
            return None
        return before

    def _before_custody(self, at: int) -> int:
        """Give the index of the word that the auxiliary of "taken into police custody" stands before."""
        begin = at - 1 if at and self._said[at - 1] in ("in", "into") else at - 2
        if begin < 1 or self._said[begin] not in ("in", "into"):
            return 0
        return begin - 1 if self._said[begin - 1] in ("taken", "held", "remanded") else begin if self._said[begin] == "in" else 0

    def _is_speech(self) -> bool:
        """Tell whether somebody is quoted, so that "had died" is news and not what went before."""
        return not SAYS.isdisjoint(self._said)

    def _is_doubtful(self, first: int) -> bool:
        for at in range(first - 1, max(-1, first - 1 - CLAUSE_REACH), -1):
            word = self._said[at]
            # A blank is often lost behind a full stop: "shooting.No".
            if word.rpartition(".")[2] in DOUBTS or word.endswith(("n't", "n’t")):
                return True
            if word in ENDS_CLAUSE:
                break
        return False

    def _is_known(self, first: int) -> bool:
        """Tell whether a state only says which one is meant: "the man who died". Behind a comma "who" tells it anew."""
        before = self._skipped(first - 1)
        said = self._said
        if before >= 0 and said[before] in PERFECT:
            before = self._skipped(before - 1)
        if before < 0:
            return False
        return said[before] in NOT_TOLD_OF or (said[before] in RELATIVES and (before == 0 or not said[before - 1].endswith(",")))

    def _begins_object(self, at: int) -> bool:
        """Tell whether an object can begin here: an article, a number or a name."""
        if at >= len(self._said):
            return False
        word = self._said[at]
        original = self._passage.text[self._starts[at]]
        return word in BEGINS_OBJECT or original.isdigit() or original.isupper() or self._passage.in_title

    def _noun_behind(self, at: int) -> Sequence[str]:
        said = self._said
        while at < len(said) and (said[at] in BEGINS_OBJECT or said[at] in ("wounded", "injured")):
            at += 1
        end = at
        while end < len(said) and end - at < NOUN_WORDS and _is_of_noun(said[end]):
            end += 1
        return said[at:end]

    def _noun_before(self, at: int) -> Sequence[str]:
        """Collect the words for whom or what, which end here; insertions and what only says which one are skipped."""
        said = self._said
        at = self._before_insertion(at)
        begin = at + 1
        for _ in range(WHICH_ONE):
            begin = at + 1
            while begin > 0 and at + 1 - begin < NOUN_WORDS and _is_of_noun(said[begin - 1]):
                begin -= 1
            before = begin - 1
            while before >= 0 and said[before] in DETERMINERS:
                before -= 1
            if before < 1 or said[before] not in PREPOSITIONS or begin - before > NOUN_WORDS or not _is_of_noun(said[before - 1]):
                break
            at = before - 1
        return said[begin : at + 1]

    def _number_at(self, at: int) -> Sequence[str]:
        """Give a number that stands for people at the beginning of a headline: "2 arrested in connection with …"."""
        word = self._said[at]
        return (word,) if at == 0 and (word.isdecimal() or word in SMALL or word in VAGUE) else ()

    def _before_insertion(self, at: int) -> int:
        said = self._said
        if at >= 0 and said[at] in RELATIVES:
            # "the man who was arrested" tells that it is known; with a comma it tells it anew.
            return self._before_insertion(at - 2) if at > 1 and said[at - 1].endswith(",") else at
        if at >= 1 and said[at].endswith(",") and said[at - 1] == ",":  # an age
            return at - 2
        if at >= 1 and said[at] == ",":
            opening = next((index for index in range(at - 1, max(-1, at - PARENTHESIS_REACH), -1) if said[index] == ","), None)
            return at if opening is None else opening - 1
        return at


def _is_of_noun(word: str) -> bool:
    return (
        word[0].isalpha()
        and not word.endswith("-old")
        and not any(word in words for words in (PREPOSITIONS, DETERMINERS, BREAKS_NOUN, PRONOUNS, ADVERBS, SPEAKERS))
    )


_NO_AGENT: Final = PREPOSITIONS | DETERMINERS | AUXILIARIES | frozenset("be being been having to , ; : and or “ ”".split())
_NO_NOUN_HERE: Final = _NO_AGENT | RELATIVES | frozenset("has have had".split())
