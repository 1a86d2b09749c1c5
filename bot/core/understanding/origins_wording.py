"""How it reads on whom the reports of an event lean; who leans on whom is found in `origins`."""

from collections.abc import Iterator
from typing import Final

from bot.core.message import Line, Style, Text
from bot.core.model import Article
from bot.core.phrase import Phrase, joined, phrase, phrases
from bot.core.reading.credit import Credit
from bot.core.understanding.origins import Origins, Voice
from bot.core.wording import counted, outlet_name, shortened, titled_link

NAMED: Final = 3
"""Origins that a card names, and carriers of each; the others are counted. Guess."""

LONGEST_NAME: Final = 60
LONGEST_SENTENCE: Final = 300
"""Characters of the name of an origin, and of the sentence that credits it. Guess."""


def origins_line(found: Origins) -> Line | None:
    """Say in one line on whom an event's reports lean; None when none credits anybody.

    "3 origins: NIS via Yonhap and AFP · Militarnyi via a Telegram channel".
    """
    credited = found.credited
    if not credited:
        return None
    named = joined(" · ", [_voice(voice) for voice in credited[:NAMED]])
    left = len(credited) - NAMED
    more = phrase(" +{count:,}", count=left) if left > 0 else ""
    return (Text(joined("", (counted(len(credited), "origin"), ": ", named, more)), Style.QUIET),)


def explained(found: Origins) -> Phrase:
    """Say what the two numbers mean: reports in words of their own, and origins behind them."""
    voices, credited = len(found.voices), len(found.credited)
    told = phrases(
        found.read,
        "{count} report has words of its own",
        "{count:,} reports have words of their own",
    )
    heard = phrases(voices, "they tell with {count} voice", "they tell with {count:,} voices")
    silent = voices - credited
    by = phrases(silent, "{count} of them credits nobody", "{count:,} of them credit nobody")
    rule = phrase("reports that lean on the same origin are one voice")
    parts = (told, heard, rule, by) if silent else (told, heard, rule)
    return phrase("{parts}.", parts=joined("; ", parts))


def origins_lines(found: Origins) -> tuple[tuple[Line, ...], ...]:
    """Say of each voice who it is and, below, which report leans on it, with the sentence that says so."""
    return tuple((_heading(voice), *_reports(voice, found)) for voice in found.voices)


def _heading(voice: Voice) -> Line:
    return (Text(_voice(voice), Style.STRONG),)


def _voice(voice: Voice) -> str:
    if voice.origin is None:
        names = joined(", ", list(dict.fromkeys(outlet_name(article) for article in voice.reports)))
        return phrase("{outlet}, without a source", outlet=names)
    name = shortened(voice.origin.name, LONGEST_NAME)
    if not voice.carriers:
        return name
    carriers = joined(", ", [shortened(carrier, LONGEST_NAME) for carrier in voice.carriers[:NAMED]])
    return phrase("{origin} via {carriers}", origin=name, carriers=carriers)


def _reports(voice: Voice, found: Origins) -> Iterator[Line]:
    for article in voice.reports:
        yield (Text(outlet_name(article), Style.EMPHASIS), Text("  "), titled_link(article))
        credit = _first(article, voice, found)
        if credit is not None and credit.passage is not None:
            yield (Text(shortened(credit.passage.text, LONGEST_SENTENCE), Style.QUIET),)


def _first(article: Article, voice: Voice, found: Origins) -> Credit | None:
    """Give the credit of a report that names its origin, or the first that it has."""
    told = [one for one in found.credits[article.id] if one.passage is not None]
    return next((one for one in told if voice.origin is not None and one.key == voice.origin.key), told[0] if told else None)
