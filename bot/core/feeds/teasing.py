"""Whether the text that a feed gives is only the beginning of an article; what follows from it is decided by whoever asks."""

import html
import re
from typing import Final

SHORT: Final = 80
"""Words below which a text teases. Measured on 37 real feeds: those of news that tease give 10 to 73 words, those of whole articles 115
and more. By eye on 74 of their entries: none of the 28 taken for whole teases; of the other 46, 22 tease, 10 have no text at all, and 14
are notes, commits and podcasts with no more to say, for which a page is asked in vain and nothing is spoilt."""

CUT: Final = 400
"""Words below which an ellipsis or a link to the rest at the end is believed: whole essays may end in three dots. Guess."""

_TAIL: Final = 2000
"""Characters of markup at the end where the link to the rest stands, in front of share buttons and tracking pictures. Guess."""

_SAID: Final = 120
"""Characters at the end of a text in which such words are looked for. Guess: a phrase and a title."""

_SAME: Final = 60
"""Characters in which two texts must end alike to be taken for the same. Guess."""

_BEHIND: Final = 60
"""Characters of text that may follow the link to the rest. Guess."""

# Said at the end of a link's text, or of the text itself: what follows may be the title (“Continue reading The long road”).
_ON: Final = (
    r"continue reading|keep reading|read on\b|read the (?:rest|full|whole|entire|complete|original)|"
    r"read (?:full|entire|whole|original) |(?:the )?full (?:story|article|text)\b|click here to (?:read|continue)|more at\b|"
    r"weiter ?lesen|den ganzen artikel|zum (?:ganzen )?artikel|vollst[aä]ndige[nr]? artikel|lire la suite|lire l['’]article|"
    r"la suite (?:sur|de)\b|continuer la lecture|seguir leyendo|sigue leyendo|contin[uú]ar? (?:leyendo|lendo|a ler|a leitura)|"
    r"leer (?:el )?art[ií]culo|leia (?:o )?artigo|continua a leggere|continua la lettura|leggi (?:tutto|l['’]articolo|di più)|"
    r"lees verder|verder lezen|forts[aä]tt l[aä]sa|l[aä]s hela|les hele|l[aæ]s hele|lue koko|lue lisää|czytaj dalej|"
    r"czytaj ca[lł]o[sś][cć]|pokra[cč]ovat ve [cč]ten[ií]|[cč][ií]st d[aá]l|[cč]ítajte ďalej|tovább olvas|"
    r"cite[sș]te mai (?:mult|departe)|devam[ıi]n[ıi] oku|читать (?:далее|дальше|полностью|продолжение)|читати (?:далі|повністю)|"
    r"читай нататък|прочети още|читај даље|διαβάστε (?:περισσότερα|τη συνέχεια)|続きを読む|続きはこちら|阅读(?:全文|更多)|"
    r"閱讀(?:全文|更多)|继续阅读|繼續閱讀|查看全文|계속 읽기|기사 ?(?:전문|더) ?보기|اقرأ المزيد|تابع القراءة|أكمل القراءة|"
    r"ادامه (?:مطلب|خبر)|קרא(?:ו)? עוד|המשך קריאה|और पढ़ें|पूरी खबर|আরও পড়ুন|đọc tiếp|xem tiếp|อ่านต่อ|baca selengkapnya|"
    r"selengkapnya"
)
# Only these words alone are a link to the rest: with more behind them they name another article.
_MORE: Final = (
    r"read more|(?:learn|find out|see|view|show) more|more|details|mehr|mehr lesen|mehr dazu|mehr erfahren|lire plus|"
    r"en savoir plus|plus|leer m[aá]s|ver m[aá]s|m[aá]s informaci[oó]n|ler mais|leia mais|saiba mais|ver mais|altro|lees meer|"
    r"meer lezen|meer|l[aä]s mer|les mer|l[aæ]s mere|wi[eę]cej|czytaj wi[eę]cej|v[ií]ce|viac|több|mai mult|daha fazla|подробнее|"
    r"далее|дальше|детальніше|далі|докладніше|още|περισσότερα|もっと見る|詳細|更多|全文|더 ?보기|자세히 ?보기|المزيد|بیشتر|עוד|"
    r"more info|full post|read post|permalink to the full article"
)
_AROUND: Final = r"[\s\"'“”‘’«»‹›()\[\]{}<>→⇒➔➜▶►…⟶↦·•|.:!,;—–\-]*+"
_REST: Final = re.compile(f"{_AROUND}(?:(?:{_ON})|(?:{_MORE}){_AROUND}$)", re.IGNORECASE)
_REST_AT_END: Final = re.compile(rf"(?:^|[\s.…(\[“»])(?:{_ON}|read more|leer m[aá]s|lees meer|подробнее){_AROUND}$", re.IGNORECASE)
_ELLIPSIS: Final = re.compile(r"(?:…|\.{3,}|\. \. ?\.)[\s\"'”’»]*+$")
_BRACKETED: Final = re.compile(r"[\[(【{]\s*+(?:…|\.{2,}|more|mehr|suite)(?:\s*+(?:…|\.{2,}))?\s*+[\])】}][\s\"'”’»]*+$", re.IGNORECASE)
_LINK: Final = re.compile(r"<a\b", re.IGNORECASE)
_LINK_END: Final = re.compile(r"</a\s*+>", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]*+>")
_CUT_TAG: Final = re.compile(r"^[^<>]*+>")
_IDEOGRAM: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")


def teases(text: str, markup: str = "") -> bool:
    """Whether `text`, the plain text of an entry, is only the beginning of its article, or nothing of it.

    `markup` is the same body as the feed gives it, HTML or not: the link to the rest that stands at its end is usually no part of the
    plain text any more. Any language that writes words; the phrases of some thirty languages are known.
    """
    words = _count(text)
    if words < SHORT:
        return True
    if words >= CUT:
        return False
    return _is_unfinished(text) or _leads_on(markup, text[-_SAME:].split())


def _is_unfinished(text: str) -> bool:
    """Whether a plain text ends in dots or in the words of a link to the rest; searched where they can stand, because each search costs."""
    end = text[-_SAID:].rstrip()
    return bool(_ELLIPSIS.search(end, max(0, len(end) - 12)) or _BRACKETED.search(end, max(0, len(end) - 20)) or _REST_AT_END.search(end))


def _count(text: str) -> int:
    """Words, at most `CUT` of them looked for; two characters of a script without blanks are one."""
    start = text[: CUT * 20]
    words = len(start.split())
    return words if start.isascii() else max(words, len(_IDEOGRAM.findall(start)) // 2)


def _leads_on(markup: str, end: list[str]) -> bool:
    """Whether the body ends in a link to the rest, or in the words of one; `end` are the last words of its plain text, looked at before."""
    tail = _CUT_TAG.sub("", markup[-_TAIL:]) if len(markup) > _TAIL else markup
    if "<" not in tail:
        tail = html.unescape(tail)  # escaped once more than it should be
    if "<a" in tail or "<A" in tail:
        *before, link = _LINK.split(tail)
        inside, *behind = _LINK_END.split(link, 1)
        if before and behind and len(_plain(behind[0])) <= _BEHIND and _REST.match(_plain(f"<a{inside}")):
            return True
    plain = _plain(tail)
    return plain[-_SAME:].split()[1:] != end[1:] and _is_unfinished(plain)


def _plain(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())
