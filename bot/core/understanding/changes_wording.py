"""How a change of an event reads, in a reply to its card and in the delta of a digest: our words are phrases, the reports' are not."""

from typing import Final

from bot.core.message import Line, Link, Style, Text
from bot.core.model import Article
from bot.core.phrase import joined, phrase
from bot.core.reading.figure import Figure
from bot.core.understanding.changes import Change, ChangeKind
from bot.core.understanding.matters_wording import figure_label, said_figure
from bot.core.wording import outlet_name, safe_url, shortened

LONGEST_LABEL: Final = 40
"""Characters of a mark in a picture. Guess."""

LONGEST_COUNTED: Final = 20
"""Characters in such a mark for who or what is counted. Guess."""

LONGEST_STATE: Final = 160
"""Characters of the sentence that announces a state. Guess."""


def change_line(change: Change) -> Line:
    """Say one change on one line, with a link to the report that told it first."""
    outlet = _linked(change.article)
    match change.kind:
        case ChangeKind.NEW_FIGURE:
            return _figure(change, change.figure, change.earlier)
        case ChangeKind.STATUS:
            return (Text(phrase("now: ")), Text(_said(change)), *_by(change.article))
        case ChangeKind.DENIAL:
            return (Text(phrase("denied: ")), Text(_said(change)), *_by(change.article))
        case ChangeKind.CORRECTION:
            return (Text(phrase("corrected: ")), Text(_said(change)), *_by(change.article))
        case ChangeKind.CORROBORATED:
            return (Text(phrase("now also reported by ")), outlet)


def change_label(change: Change) -> str:
    """Name a change in few words, for a mark in a picture."""
    if change.kind is ChangeKind.CORROBORATED:
        return phrase("now also {outlet}", outlet=outlet_name(change.article))
    if change.figure is None:
        return shortened(change.after, LONGEST_LABEL)
    label = figure_label(change.figure, LONGEST_COUNTED)
    return joined(" ", (label, shortened(said_figure(change.figure), LONGEST_LABEL - len(label) - 1)))


def _figure(change: Change, figure: Figure | None, earlier: Figure | None) -> Line:
    after = said_figure(figure) if figure else change.after
    before = said_figure(earlier) if earlier else change.before
    label = (Text(figure_label(figure)), Text(" ")) if figure else ()
    return (
        *label,
        Text(phrase("now {figure}", figure=after), Style.STRONG),
        *_by(change.article),
        *((Text(phrase(", was {figure}", figure=before)),) if before else ()),
    )


def _by(article: Article) -> Line:
    return (Text(" ("), _linked(article), Text(")"))


def _linked(article: Article) -> Text | Link:
    url = safe_url(article.content.url)
    name = outlet_name(article)
    return Link(name, url) if url else Text(name)


def _said(change: Change) -> str:
    """Give the sentence that announces a state, or of a long one the clause that does."""
    if change.passage is None:
        return change.after
    sentence = change.passage.text
    if len(sentence) <= LONGEST_STATE:
        return sentence
    state = max(0, sentence.find(change.after))
    subject = sentence.casefold().rfind(change.before, 0, state) if change.before else -1
    comma = sentence.rfind(", ", 0, subject if subject >= 0 else state)
    return shortened(sentence if comma < 0 else f"…{sentence[comma + 1 :]}", LONGEST_STATE)
