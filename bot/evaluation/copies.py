"""How well copies are told from other reports: articles of a labelled set and what newsrooms make of them, through the real grouper."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from difflib import SequenceMatcher
from typing import Final

from bot.core.grouping.copies import containment, sketch
from bot.core.grouping.decision import Folded, Joined
from bot.core.grouping.grouper import Grouper, GroupingSettings
from bot.core.model import Article, ArticleId, EventId
from bot.evaluation.labelled import Labelled
from bot.evaluation.newsroom import COPIES, LOOK_ALIKES, Chance, Draft, Edit, furnished, quoting, statement

ROUNDS: Final = 3
"""In each round every article is edited once, in another way; two more passes give articles a furniture and a statement in common."""

PASSES: Final = ROUNDS + 2
JUDGED: Final = 60
"""Words from which an article has enough text to be edited."""

SEED: Final = "newsroom"
LATER: Final = timedelta(hours=3)
NEXT_ISSUE: Final = timedelta(days=7)
SHOWN: Final = 20
OUTLETS: Final = 5

AS_THEY_ARE: Final = "articles as they are"
FURNITURE: Final = "other texts in one furniture"
MOVED: Final = "from one furniture into another"
STATEMENT: Final = "a statement in common"

RUN: Final = 8
SAME_TEXT: Final = 0.5
"""Two articles of a set repeat each other when runs of at least `RUN` words in common make up this share of the shorter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditScore:
    """One kind of edit: how many articles were `made`, how many of them `claimed` as copies (of the right original where they are)."""

    kind: str
    is_copy: bool
    made: int
    claimed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongCopy:
    """An article that was taken for the copy of a text that it does not repeat; `share` of the shorter that the longer contains, 0 to 1."""

    article: str
    title: str
    original: str
    original_title: str
    kind: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyScores:
    """How copies of one set came out.

    `articles` are those with enough text; `precision` is the share of all claims that are right, `recall` of all copies that were made,
    None when there is none. `repeats` are articles of the set itself that were rightly taken for copies. `wrong` are claims for a person
    to judge, closest first; one of "articles as they are" may be a true copy under another gold event. `rate` is placements per second
    of CPU time.
    """

    name: str
    articles: int
    edits: tuple[EditScore, ...]
    precision: float | None
    recall: float | None
    repeats: int
    wrong: tuple[WrongCopy, ...]
    rate: float


@dataclass(frozen=True, slots=True)
class _Made:
    """An article to place; `of` are the articles whose text it holds, itself when it is nobody's copy. `kind` None: it is not judged."""

    key: str
    article: Article
    kind: str | None
    of: frozenset[ArticleId]
    is_copy: bool = False


@dataclass(slots=True)
class _Tally:
    """What was counted over all passes."""

    made: Counter[tuple[str, bool]] = field(default_factory=Counter)
    claimed: Counter[tuple[str, bool]] = field(default_factory=Counter)
    right: int = 0
    repeats: int = 0
    wrong: list[WrongCopy] = field(default_factory=list)
    placed: int = 0
    seconds: float = 0.0


def evaluate_copies(name: str, stream: Sequence[Labelled], advance: Callable[[], None]) -> CopyScores:
    """Place a set `PASSES` times with what is made of it; `advance` is called once an article of the set and pass."""
    tally = _Tally()
    same = _Repeats(stream)
    judged = [labelled for labelled in stream if _is_judged(labelled)]
    if judged:
        for number in range(ROUNDS):
            _place(_edited(stream, judged, number), same, tally, advance)
        _place(_in_furniture(stream), same, tally, advance)
        _place(_with_statements(stream, judged), same, tally, advance)
    copies = sum(count for (_, is_copy), count in tally.made.items() if is_copy)
    found = sum(count for (_, is_copy), count in tally.claimed.items() if is_copy)
    claims = tally.right + len(tally.wrong)
    kinds = [(kind, True) for kind, _ in COPIES] + [(MOVED, True)]
    kinds += [(kind, False) for kind in (*(kind for kind, _ in LOOK_ALIKES), FURNITURE, STATEMENT, AS_THEY_ARE)]
    return CopyScores(
        name=name,
        articles=len(judged),
        edits=tuple(
            EditScore(kind=kind, is_copy=is_copy, made=tally.made[kind, is_copy], claimed=tally.claimed[kind, is_copy])
            for kind, is_copy in kinds
            if tally.made[kind, is_copy]
        ),
        precision=tally.right / claims if claims else None,
        recall=found / copies if copies else None,
        repeats=tally.repeats,
        wrong=tuple(sorted(tally.wrong, key=lambda wrong: (-wrong.share, wrong.article, wrong.original))[:SHOWN]),
        rate=tally.placed / tally.seconds if tally.seconds else 0.0,
    )


def _is_judged(labelled: Labelled) -> bool:
    return len(labelled.article.content.text.split()) >= JUDGED


def _place(made: Iterator[list[_Made]], same: "_Repeats", tally: _Tally, advance: Callable[[], None]) -> None:
    """Place everything in one grouper and judge each claim."""
    grouper = Grouper(GroupingSettings(), EventId(1))
    known: dict[ArticleId, _Made] = {}
    for group in made:
        for one in group:
            known[one.article.id] = one
            before = time.process_time()
            changes = grouper.place(one.article)
            tally.seconds += time.process_time() - before
            tally.placed += 1
            claims = [(change.article_id, change.copy_of) for change in changes if isinstance(change, Joined | Folded) and change.copy_of]
            _judge(one, [(known[copy], known[original]) for copy, original in claims], same, tally)
        advance()


def _judge(one: _Made, claims: Sequence[tuple[_Made, _Made]], same: "_Repeats", tally: _Tally) -> None:
    if one.kind is None:
        return
    verdicts = [same.is_right(copy.of, original.of) for copy, original in claims]
    tally.made[one.kind, one.is_copy] += 1
    tally.claimed[one.kind, one.is_copy] += any(verdict is one.is_copy for verdict in verdicts)
    tally.right += verdicts.count(True)
    tally.repeats += one.kind == AS_THEY_ARE and verdicts.count(True) > 0
    for (copy, original), verdict in zip(claims, verdicts, strict=True):
        if verdict is False:
            tally.wrong.append(_wrong(copy, original, one.kind))
            same.confuse(copy.of, original.of)


def _wrong(copy: _Made, original: _Made, kind: str) -> WrongCopy:
    left, right = copy.article.content, original.article.content
    return WrongCopy(
        article=copy.key,
        title=left.title,
        original=original.key,
        original_title=right.title,
        kind=kind,
        share=containment(sketch(left.text), sketch(right.text)),
    )


class _Repeats:
    """Which articles of a set truly have a text in common, judged apart from what is measured: by long runs, within a gold event."""

    def __init__(self, stream: Sequence[Labelled]) -> None:
        self._by_id = {labelled.article.id: labelled for labelled in stream}
        self._judged: dict[frozenset[ArticleId], bool] = {}
        self._confused: set[frozenset[ArticleId]] = set()

    def is_right(self, copy: frozenset[ArticleId], original: frozenset[ArticleId]) -> bool | None:
        """Tell whether texts made of these articles repeat each other; None when the same two were confused before, which counts once."""
        if copy & original:
            return True
        pairs = [frozenset((left, right)) for left in copy for right in original]
        if any(self._repeat(pair) for pair in pairs):
            return True
        return None if self._confused.intersection(pairs) else False

    def confuse(self, copy: frozenset[ArticleId], original: frozenset[ArticleId]) -> None:
        """Note that two texts were confused."""
        self._confused.update(frozenset((left, right)) for left in copy for right in original)

    def _repeat(self, pair: frozenset[ArticleId]) -> bool:
        if pair not in self._judged:
            left, right = (self._by_id.get(article_id) for article_id in pair)
            self._judged[pair] = left is not None and right is not None and left.event == right.event and _same_text(left, right)
        return self._judged[pair]


def _same_text(left: Labelled, right: Labelled) -> bool:
    one, two = (labelled.article.content.text.casefold().split() for labelled in (left, right))
    blocks = SequenceMatcher(None, one, two, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= RUN) >= SAME_TEXT * min(len(one), len(two))


def _edited(stream: Sequence[Labelled], judged: Sequence[Labelled], number: int) -> Iterator[list[_Made]]:
    """Give each article, followed by what one kind of edit makes of it; the kinds go round, and from one round to the next."""
    kinds: list[tuple[str, Edit, bool]] = [(*kind, True) for kind in COPIES] + [(*kind, False) for kind in LOOK_ALIKES]
    fresh = len(stream)
    turn = 0
    for labelled in stream:
        group = [_as_it_is(labelled, AS_THEY_ARE if number == 0 else None)]
        if _is_judged(labelled):
            turn += 1
            chance = Chance(f"{SEED} {number} {labelled.key}")
            other = chance.choice(judged)
            # A kind that cannot be had of this text leaves its turn to the next that can.
            for step in range(len(kinds)):
                kind, edit, is_copy = kinds[(turn + step + number * len(kinds) // ROUNDS) % len(kinds)]
                draft = edit(_draft(labelled), _draft(other), chance)
                if draft is not None:
                    fresh += 1
                    group.append(_made(labelled, other, draft, kind, ArticleId(fresh), is_copy=is_copy))
                    break
        yield group


def _in_furniture(stream: Sequence[Labelled]) -> Iterator[list[_Made]]:
    """Give each article in the furniture of one of a few outlets, every fifth once more in that of another."""
    fresh = len(stream)
    turn = 0
    for labelled in stream:
        if not _is_judged(labelled):
            yield [_as_it_is(labelled, None)]
            continue
        turn += 1
        outlet = Chance(f"{SEED} {labelled.key}").below(OUTLETS)
        group = [
            replace(_as_it_is(labelled, FURNITURE), article=_printed(labelled.article, furnished(_draft(labelled), outlet), f"{outlet}"))
        ]
        if turn % OUTLETS == 0:
            fresh += 1
            draft = furnished(_draft(labelled), outlet + 2)
            group.append(_made(labelled, labelled, draft, MOVED, ArticleId(fresh), is_copy=True))
        yield group


def _with_statements(stream: Sequence[Labelled], judged: Sequence[Labelled]) -> Iterator[list[_Made]]:
    """Give each article; those of one gold event all quote the same statement, which is taken from the words of an unrelated article."""
    events = Counter(labelled.event for labelled in judged)
    quoted: defaultdict[str, int] = defaultdict(int)
    for labelled in stream:
        if not _is_judged(labelled) or events[labelled.event] == 1:
            yield [_as_it_is(labelled, None)]
            continue
        chance = Chance(f"{SEED} {labelled.event}")
        said = statement(_draft(chance.choice(judged)), chance)
        quoted[labelled.event] += 1
        made = _as_it_is(labelled, STATEMENT if quoted[labelled.event] > 1 else None)
        yield [replace(made, article=_printed(labelled.article, quoting(_draft(labelled), said), labelled.article.content.outlet))]


def _as_it_is(labelled: Labelled, kind: str | None) -> _Made:
    return _Made(labelled.key, labelled.article, kind, frozenset((labelled.article.id,)))


def _made(labelled: Labelled, other: Labelled, draft: Draft, kind: str, article_id: ArticleId, *, is_copy: bool) -> _Made:
    """Print what was made of an article: a copy at another outlet three hours later, a look-alike at the same a week later."""
    content = labelled.article.content
    later = LATER if is_copy else NEXT_ISSUE
    stamp = None if content.published is None else replace(content.published, at=content.published.at + later)
    article = _printed(replace(labelled.article, id=article_id), draft, "Orlik Evening Mail" if is_copy else content.outlet)
    article = replace(article, content=replace(article.content, published=stamp, url=None))
    of = frozenset((labelled.article.id, other.article.id)) if kind == "two agencies in one" else frozenset((labelled.article.id,))
    return _Made(f"{labelled.key}, {kind}", article, kind, of if is_copy else frozenset((article_id,)), is_copy)


def _printed(article: Article, draft: Draft, outlet: str | None) -> Article:
    return replace(article, content=replace(article.content, title=draft.title or article.content.title, text=draft.text, outlet=outlet))


def _draft(labelled: Labelled) -> Draft:
    return Draft(labelled.article.content.title, labelled.article.content.text)
