"""An article as data for other programs; the keys are a promise to scripts, as those of `facts` are."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.model import Article, ArticleId, Precision, Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedArticle:
    """An article in a list.

    `published` is a day (2024-12-27) unless it is known to the minute (2024-12-27T04:51:00Z), null when nothing tells;
    `kind` is "report" or "copy", and `copy_of` the article whose text a copy repeats.
    """

    id: int
    file: str | None
    title: str
    outlet: str | None
    agency: str | None
    author: str | None
    url: str | None
    published: str | None
    precision: str | None
    date_origin: str | None
    language: str | None
    kind: str
    copy_of: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeArticle(ListedArticle):
    """An article with its text."""

    text: str


def published(stamp: Stamp | None) -> str | None:
    """Write an effective time as exactly as it is known and no more."""
    if stamp is None:
        return None
    if stamp.precision is Precision.MINUTE:
        return stamp.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return stamp.at.date().isoformat()


def article_facts(article: Article, times: Mapping[ArticleId, Stamp], *, with_text: bool) -> ListedArticle:
    """Give an article as data, given the effective times of those of its event; with its text only where one event is asked for."""
    content = article.content
    stamp = times.get(article.id)
    listed = ListedArticle(
        id=article.id,
        file=article.file,
        title=content.title,
        outlet=content.outlet,
        agency=content.agency,
        author=content.author,
        url=content.url,
        published=published(stamp),
        precision=stamp.precision if stamp else None,
        date_origin=stamp.origin if stamp else None,
        language=content.language,
        kind="report" if article.copy_of is None else "copy",
        copy_of=article.copy_of,
    )
    if not with_text:
        return listed
    return WholeArticle(**{name: getattr(listed, name) for name in ListedArticle.__dataclass_fields__}, text=content.text)
