"""`slugline eval`: measure on labelled data; the database is not opened."""

import sys
from argparse import Namespace

from bot.commands.desk import Answer
from bot.config import Settings
from bot.core.errors import UsageError
from bot.evaluation.measurement import Steps, measure
from bot.evaluation.wanted import OfArticles, OfCopies, OfEvents, OfExtracts, OfFrontier, OfLanguages, OfShuffles, OfUnderstanding, Wanted
from bot.opening import Clock
from bot.platforms.console.output import Printer, complain
from bot.platforms.console.progress import Progress
from bot.shell.exits import DONE, FAILED
from bot.sources.multilingual import encoder


async def execute(settings: Settings, words: Namespace, printer: Printer, clock: Clock) -> int:
    """Measure on labelled data, with nothing but the files named; the database is not opened. `FAILED` when a pinned figure fell."""
    del clock
    threshold = getattr(words, "threshold", None) or settings.grouping.threshold
    with Progress(sys.stderr, "Measuring") as progress:
        measured = measure(_wanted(words), threshold, Steps(progress.expect, progress.advance))
    printer.answer(Answer(message=measured.message, facts=measured.facts))
    for fall in measured.fallen:
        complain(fall)
    return FAILED if measured.fallen else DONE


def _wanted(words: Namespace) -> Wanted:
    match words.kind:
        case "articles":
            return OfArticles(folder=words.folder, floors=words.floors)
        case "copies":
            return OfCopies(files=tuple(words.files), floors=words.floors)
        case "extracts":
            return OfExtracts(files=tuple(words.files), floors=words.floors)
        case "understanding":
            return OfUnderstanding(files=tuple(words.files), marks=words.marks, floors=words.floors)
        case _:
            return _of_events(words)


def _of_events(words: Namespace) -> Wanted:
    files = tuple(words.files)
    if words.frontier:
        return OfFrontier(files=files, floors=words.floors)
    if words.shuffle:
        return OfShuffles(files=files, floors=words.floors, orders=words.shuffle)
    if words.languages:
        return OfLanguages(files=files, floors=words.floors)
    embed = encoder() if words.cross_language else None
    if words.cross_language and not embed:
        raise UsageError('--cross-language needs the extra "crosslang", which is not installed: pip install "slugline[crosslang]"')
    return OfEvents(files=files, floors=words.floors, within=tuple(words.within), memberships=words.memberships, embed=embed)
