"""How well articles are recovered from messy files, against pages whose title, date and text are known; nothing is printed here."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Final

from bot.core.errors import UsageError
from bot.core.model import Content, Refused
from bot.evaluation.rows import Row, rows_of
from bot.sources.parsing.parse import parse_article

# A word, a number, or one character of a script that writes no blanks.
_TOKEN: Final = re.compile(
    r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|[^\W_\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+"
)
_QUOTES: Final = str.maketrans(dict.fromkeys("‘’‚‛ʼ`´′", "'") | dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‐‑‒–—―−", "-"))
_WORST: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleScore:
    """One file against its gold; None where the gold does not know. Precision, recall and F1 are of the text's words, 0 to 1."""

    file: str
    title_right: bool | None
    date_right: bool | None
    date_in_header: bool
    precision: float | None
    recall: float | None
    f1: float | None
    refused: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleScores:
    """A whole folder against its gold. `*_right` of `*_known` files were right; the means are over files with a known text.

    `wrong_titles` and `wrong_dates` name files; `worst` are the ten files whose text came out worst, worst first.
    """

    files: int
    refused: int
    titles_known: int
    titles_right: int
    dates_known: int
    dates_right: int
    header_dates_known: int
    header_dates_right: int
    bodies_known: int
    mean_precision: float
    mean_recall: float
    mean_f1: float
    median_f1: float
    wrong_titles: tuple[str, ...]
    wrong_dates: tuple[str, ...]
    worst: tuple[ArticleScore, ...]


def evaluate_articles(folder: Path, advance: Callable[[], None]) -> ArticleScores:
    """Parse `folder`/messy and compare with `folder`/gold.jsonl; `advance` is called once a file.

    A line of the gold has `file`, `title`, `date` (ISO), `date_in_header` and `body`; null is "not known".
    Raises UsageError when the folder holds no such set.
    """
    scores = []
    for gold in read_gold(folder):
        path = folder / "messy" / str(gold["file"])
        try:
            data = path.read_bytes()
        except (OSError, ValueError) as error:
            raise UsageError(f"{path} is named in gold.jsonl but cannot be read: {getattr(error, 'strerror', None) or error}") from error
        scores.append(score_article(parse_article(data, str(gold["file"])), gold))
        advance()
    return summary(scores)


def read_gold(folder: Path) -> list[Row]:
    """The lines of a set's gold file; raises UsageError when there is none that can be read, or a line that names no file of the set."""
    path = folder / "gold.jsonl"
    if not path.is_file():
        raise UsageError(f"{folder} is no set of articles: a folder with gold.jsonl and messy/ is expected")
    return [_checked(f"{path}, line {number}", row) for number, row in rows_of(path)]


def _checked(place: str, row: Row) -> Row:
    file, texts = row.get("file"), [row.get(key) for key in ("title", "date", "body")]
    if not isinstance(file, str) or not file or Path(file).is_absolute() or ".." in Path(file).parts:
        raise UsageError(f'{place}: "file" is {file!r}, expected the name of a file in messy/')
    if not all(isinstance(text, str | None) for text in texts):
        raise UsageError(f'{place}: "title", "date" and "body" are texts, or null when they are not known')
    return row


def score_article(found: Content | Refused, gold: Row) -> ArticleScore:
    """What was recovered from one file, against one line of gold."""
    content = found if isinstance(found, Content) else None
    title_right = date_right = None
    if gold.get("title"):
        title_right = content is not None and normal_title(content.title) == normal_title(gold["title"])
    if gold.get("date"):
        date_right = content is not None and content.published is not None and content.published.at.date().isoformat() == gold["date"][:10]
    precision = recall = f1 = None
    if gold.get("body"):
        precision, recall, f1 = overlap(content.text if content else "", gold["body"])
    return ArticleScore(
        file=str(gold["file"]),
        title_right=title_right,
        date_right=date_right,
        date_in_header=bool(gold.get("date_in_header")),
        precision=precision,
        recall=recall,
        f1=f1,
        refused=found.reason if isinstance(found, Refused) else None,
    )


def summary(scores: Sequence[ArticleScore]) -> ArticleScores:
    """The figures of many files as one."""
    titles = [score for score in scores if score.title_right is not None]
    dates = [score for score in scores if score.date_right is not None]
    headers = [score for score in dates if score.date_in_header]
    bodies = [score for score in scores if score.f1 is not None]
    return ArticleScores(
        files=len(scores),
        refused=sum(1 for score in scores if score.refused),
        titles_known=len(titles),
        titles_right=sum(1 for score in titles if score.title_right),
        dates_known=len(dates),
        dates_right=sum(1 for score in dates if score.date_right),
        header_dates_known=len(headers),
        header_dates_right=sum(1 for score in headers if score.date_right),
        bodies_known=len(bodies),
        mean_precision=fmean(score.precision or 0.0 for score in bodies) if bodies else 0.0,
        mean_recall=fmean(score.recall or 0.0 for score in bodies) if bodies else 0.0,
        mean_f1=fmean(score.f1 or 0.0 for score in bodies) if bodies else 0.0,
        median_f1=median(score.f1 or 0.0 for score in bodies) if bodies else 0.0,
        wrong_titles=tuple(score.file for score in titles if not score.title_right),
        wrong_dates=tuple(score.file for score in dates if not score.date_right),
        worst=tuple(sorted(bodies, key=lambda score: score.f1 or 0.0)[:_WORST]),
    )


def normal_title(title: str) -> str:
    """A title as it is compared: NFKC, case folded, quotes, dashes and white space unified."""
    return " ".join(unicodedata.normalize("NFKC", title).translate(_QUOTES).casefold().split())


def overlap(found: str, gold: str) -> tuple[float, float, float]:
    """Precision, recall and F1 of `found` as a bag of words against `gold`."""
    ours, theirs = Counter(_TOKEN.findall(found.casefold())), Counter(_TOKEN.findall(gold.casefold()))
    common = (ours & theirs).total()
    if not common:
        return 0.0, 0.0, 0.0
    precision, recall = common / ours.total(), common / theirs.total()
    return precision, recall, 2 * precision * recall / (precision + recall)
