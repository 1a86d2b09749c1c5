"""What `slugline eval` does for each way to call it: load, measure, compare with the floors, and say it as message and as facts."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import assert_never

from bot.core.errors import UsageError
from bot.core.grouping.grouper import GroupingSettings
from bot.core.message import Message
from bot.evaluation.articles import evaluate_articles, read_gold
from bot.evaluation.copies import PASSES, CopyScores, evaluate_copies
from bot.evaluation.events import EventScores, scores_of
from bot.evaluation.extracts import ExtractScores, evaluate_extracts
from bot.evaluation.figures import article_figures, copy_figures, event_figures, extract_figures, mean_figures, understanding_figures
from bot.evaluation.floors import MEAN, Check, Floors, fallen, read_floors
from bot.evaluation.labelled import Labelled, load
from bot.evaluation.marks import read_marks
from bot.evaluation.metrics import Score, mean
from bot.evaluation.online import place_in_order
from bot.evaluation.report import article_report, copy_report, event_report, extract_report, floor_report
from bot.evaluation.streams import within
from bot.evaluation.trial_report import frontier_report, language_report, shuffle_report
from bot.evaluation.trials import (
    Frontier,
    Languages,
    Shuffles,
    frontier,
    languages,
    mean_frontier,
    mean_shuffles,
    shuffles,
    thresholds,
)
from bot.evaluation.understanding import Measure, UnderstandingScores, evaluate_understanding
from bot.evaluation.understanding_report import total, understanding_report
from bot.evaluation.wanted import OfArticles, OfCopies, OfEvents, OfExtracts, OfFrontier, OfLanguages, OfShuffles, OfUnderstanding, Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """Macro means over sets."""

    bcubed: Score
    pairwise: Score


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """Sets as they were grouped at this threshold; `within` names the sets that were the stream around them."""

    threshold: float
    cross_language: bool
    within: tuple[str, ...]
    sets: tuple[EventScores, ...]
    mean: Mean
    floors: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierFacts:
    """Sets at several thresholds, and their mean."""

    threshold: float
    sets: tuple[Frontier, ...]
    mean: Frontier


@dataclass(frozen=True, slots=True, kw_only=True)
class ShuffleFacts:
    """Sets in several orders; the mean is over those that have days, None when none has."""

    threshold: float
    sets: tuple[Shuffles, ...]
    mean: Shuffles | None
    floors: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageFacts:
    """Sets with their languages mixed and apart."""

    threshold: float
    sets: tuple[Languages, ...]
    floors: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFacts:
    """Sets by how their copies were told from other reports."""

    sets: tuple[CopyScores, ...]
    floors: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractFacts:
    """Sets by what the sentences of cards tell."""

    sets: tuple[ExtractScores, ...]
    floors: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderstandingFacts:
    """Sets by how what their articles say was understood."""

    sets: tuple[UnderstandingScores, ...]
    floors: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The outcome for people and as data; `fallen` are sentences about figures below their floors."""

    message: Message
    facts: object
    fallen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Steps:
    """How far the work is: `expect` is told the number of steps once it is known, `advance` is called after each."""

    expect: Callable[[int], None]
    advance: Callable[[], None]


def measure(wanted: Wanted, threshold: float, steps: Steps) -> Measured:
    """Measure what is wanted with this threshold of grouping. Raises UsageError naming what cannot be read."""
    settings = GroupingSettings(threshold=threshold)
    floors = read_floors(wanted.floors) if wanted.floors else None
    match wanted:
        case OfEvents():
            measured = _events(wanted, settings, floors, steps)
        case OfFrontier():
            measured = _frontier(wanted, settings, floors, steps)
        case OfShuffles():
            measured = _shuffles(wanted, settings, floors, steps)
        case OfLanguages():
            measured = _languages(wanted, settings, floors, steps)
        case OfCopies():
            measured = _copies(wanted, floors, steps)
        case OfArticles():
            measured = _articles(wanted, floors, steps)
        case OfExtracts():
            measured = _extracts(wanted, floors, steps)
        case OfUnderstanding():
            measured = _understanding(wanted, floors, steps)
        case _:
            assert_never(wanted)
    return measured


def _read(files: Sequence[Path]) -> list[tuple[str, list[Labelled]]]:
    """Load sets and name them as their files; files that are called alike go by their paths."""
    stems = Counter(file.stem for file in files)
    return [(file.stem if stems[file.stem] == 1 else str(file), load(file)) for file in files]


def _loaded(files: Sequence[Path], passes: int, steps: Steps) -> list[tuple[str, list[Labelled]]]:
    """Load sets that will be gone through so often."""
    sets = _read(files)
    steps.expect(passes * sum(len(stream) for _, stream in sets))
    return sets


def _events(wanted: OfEvents, settings: GroupingSettings, floors: Floors | None, steps: Steps) -> Measured:
    settings = replace(settings, embed=wanted.embed)
    around = [load(file) for file in wanted.within]
    sets = _read(wanted.files)
    steps.expect(sum(len(stream) + sum(map(len, around)) for _, stream in sets))
    scores = []
    for name, stream in sets:
        laid, counted = within(stream, around) if around else (stream, [True] * len(stream))
        scores.append(scores_of(name, place_in_order(laid, settings, steps.advance), counted, memberships=wanted.memberships))
    means = Mean(bcubed=mean([one.bcubed for one in scores]), pairwise=mean([one.pairwise for one in scores]))
    figures = {one.name: event_figures(one) for one in scores} | {MEAN: mean_figures(means.bcubed, means.pairwise)}
    checks = floors.check("within" if around else "events", figures) if floors else ()
    facts = EventFacts(
        threshold=settings.threshold,
        cross_language=wanted.embed is not None,
        within=tuple(file.stem for file in wanted.within),
        sets=tuple(scores),
        mean=means,
        floors=checks,
    )
    return _measured(event_report(facts.sets, facts.within), facts, checks)


def _frontier(wanted: OfFrontier, settings: GroupingSettings, floors: Floors | None, steps: Steps) -> Measured:
    if floors:
        floors.check("frontier", {})
    sets = _loaded(wanted.files, len(thresholds(settings)), steps)
    found = [frontier(name, stream, settings, steps.advance) for name, stream in sets]
    facts = FrontierFacts(threshold=settings.threshold, sets=tuple(found), mean=mean_frontier(found))
    return _measured(frontier_report(facts.sets, facts.mean, facts.threshold), facts, ())


def _shuffles(wanted: OfShuffles, settings: GroupingSettings, floors: Floors | None, steps: Steps) -> Measured:
    found = []
    for name, stream in _loaded(wanted.files, 1 + wanted.orders, steps):
        found.append(shuffles(name, stream, wanted.orders, settings, steps.advance))
    dated = [one for one in found if one.is_dated]
    means = mean_shuffles(dated) if dated else None
    figures = {one.name: {"change": one.change} for one in found} | ({MEAN: {"change": means.change}} if means else {})
    checks = floors.check("shuffle", figures) if floors else ()
    facts = ShuffleFacts(threshold=settings.threshold, sets=tuple(found), mean=means, floors=checks)
    return _measured(shuffle_report(facts.sets, facts.mean), facts, checks)


def _languages(wanted: OfLanguages, settings: GroupingSettings, floors: Floors | None, steps: Steps) -> Measured:
    found = [languages(name, stream, settings, steps.advance) for name, stream in _loaded(wanted.files, 2, steps)]
    figures = {
        one.name: event_figures(one.mixed)
        | {f"single_{key}": value for key, value in mean_figures(one.mean_bcubed, one.mean_pairwise).items()}
        for one in found
    }
    checks = floors.check("languages", figures) if floors else ()
    facts = LanguageFacts(threshold=settings.threshold, sets=tuple(found), floors=checks)
    return _measured(language_report(facts.sets), facts, checks)


def _copies(wanted: OfCopies, floors: Floors | None, steps: Steps) -> Measured:
    found = [evaluate_copies(name, stream, steps.advance) for name, stream in _loaded(wanted.files, PASSES, steps)]
    checks = floors.check("copies", {one.name: copy_figures(one) for one in found}) if floors else ()
    facts = CopyFacts(sets=tuple(found), floors=checks)
    return _measured(copy_report(facts.sets), facts, checks)


def _articles(wanted: OfArticles, floors: Floors | None, steps: Steps) -> Measured:
    steps.expect(len(read_gold(wanted.folder)))
    found = evaluate_articles(wanted.folder, steps.advance)
    checks = floors.check("articles", {wanted.folder.resolve().name: article_figures(found)}) if floors else ()
    return _measured(article_report(found), found, checks)


def _extracts(wanted: OfExtracts, floors: Floors | None, steps: Steps) -> Measured:
    found = [evaluate_extracts(name, stream, steps.advance) for name, stream in _loaded(wanted.files, 1, steps)]
    checks = floors.check("extracts", {one.name: extract_figures(one) for one in found}) if floors else ()
    facts = ExtractFacts(sets=tuple(found), floors=checks)
    return _measured(extract_report(facts.sets), facts, checks)


def _understanding(wanted: OfUnderstanding, floors: Floors | None, steps: Steps) -> Measured:
    marks = read_marks(wanted.marks)
    sets = dict(_read(wanted.files))
    absent = sorted({mark.set for mark in marks} - sets.keys())
    if absent:
        raise UsageError(f"{wanted.marks} marks articles of {', '.join(absent)}: name the files of these sets too")
    steps.expect(len(marks))
    of = {name: [mark for mark in marks if mark.set == name] for name in sets}
    found = [evaluate_understanding(name, sets[name], told, steps.advance) for name, told in of.items() if told]
    figures = {one.name: understanding_figures(one.counts) for one in found}
    figures[MEAN] = understanding_figures({measure: total(found, measure) for measure in Measure})
    checks = floors.check("understanding", figures) if floors else ()
    facts = UnderstandingFacts(sets=tuple(found), floors=checks)
    return _measured(understanding_report(facts.sets), facts, checks)


def _measured(message: Message, facts: object, checks: Sequence[Check]) -> Measured:
    blocks = (*message.blocks, *floor_report(checks).blocks) if checks else message.blocks
    return Measured(message=Message(blocks), facts=facts, fallen=fallen(checks))
