"""What feed software writes around a text, in the languages of its templates: links to the rest, lines behind it; `text` takes them off."""

import re
from typing import Final

MORE: Final = re.compile(
    r"[\W_]*(?:(?:read|view|see|show|get|find out|learn|know|hear) (?:more|on|all|full|the full|the rest|the whole|entire)\b.{0,60}"
    r"|continue (?:reading|to read)\b.{0,200}|keep reading.{0,60}|(?:click here|full) (?:to|for|story|article|text|post).{0,60}|more"
    r"|mehr|weiter|(?:weiter|mehr) ?lesen.{0,80}|zum (?:vollständigen )?(?:artikel|beitrag).{0,40}"
    r"|lire (?:la suite|l['’]article|plus).{0,80}"
    r"|(?:leer|seguir leyendo|sigue leyendo|ver|saber) ?(?:más|mas|la noticia|artículo)\b.{0,60}|(?:seguir|sigue) leyendo.{0,60}"
    r"|(?:leia|ler|saiba|ver|continue) (?:mais|lendo|a ler).{0,60}"
    r"|continua a leggere.{0,60}|leggi (?:tutto|di più|l['’]articolo).{0,60}"
    r"|читать (?:далее|дальше|полностью|ещё|еще).{0,60}|читайте (?:далее|дальше|полностью).{0,60}|подробнее.{0,60}|далее"
    r"|читати (?:далі|більше|повністю).{0,60}|детальніше.{0,60}|докладніше.{0,60}|далі"
    r"|lees (?:meer|verder).{0,60}|czytaj (?:dalej|więcej|całość).{0,60}|devamını oku.{0,40}|läs (?:mer|hela).{0,60}"
    r"|les (?:mer|hele|saken).{0,60}|læs (?:mere|hele).{0,60}|lue lisää.{0,40}"
    r"|続きを(?:読む|見る).{0,20}|阅读(?:全文|更多|原文).{0,10}|閱讀(?:全文|更多).{0,10}|(?:더 ?보기|전체 기사 보기).{0,10})?[\W_]*",
    re.IGNORECASE,
)
"""The whole text of a link that only leads to the rest of the article."""

TRAILER: Final = re.compile(
    r"(?:the post\b.{1,600}\b(?:appeared first on|first appeared on)\b.{1,200}"
    r"|(?:der|dieser) beitrag\b.{1,600}\berschien zuerst auf\b.{1,200}"
    r"|(?:l['’]article|cet article)\b.{1,600}\best apparu en premier sur\b.{1,200}"
    r"|(?:la entrada|el artículo)\b.{1,600}\b(?:se publicó primero en|apareció primero en|aparece primero en)\b.{1,200}"
    r"|(?:o post|o artigo)\b.{1,600}\b(?:apareceu primeiro em|aparece primeiro em|foi publicado primeiro em)\b.{1,200}"
    r"|l['’]articolo\b.{1,600}\b(?:proviene da|sembra essere il primo su)\b.{1,200}"
    r"|(?:сообщение|запись)\b.{1,600}\b(?:появились? сначала на|впервые появил\w+ (?:на|в))\b.{1,200}"
    r"|het bericht\b.{1,600}\bverscheen eerst op\b.{1,200}|artykuł\b.{1,600}\bpochodzi z serwisu\b.{1,200}"
    r"|inlägget\b.{1,600}\bdök först upp på\b.{1,200}"
    r"|this (?:article|post|story|entry) (?:was )?(?:originally |first )?(?:appeared|published|posted)\b.{1,200}"
    r"|(?:filed under|posted in|tagged(?: with)?|tags?|categor(?:y|ies))\s?:.{1,300}"
    r"|submitted by\b.{1,100}|\d{0,6} ?comments?|permalink|\[link\].{0,20}"
    r"|article url:.{1,500}|comments url:.{1,500}|points: \d+|# comments: \d+)\W*$",
    re.IGNORECASE,
)
"""A paragraph that feed software puts behind a text, or instead of one."""

CUT_MARK: Final = re.compile(
    r"\s*(?:\[(?:…|\.{2,4}|\s|read more|more)*\]|\(\s*(?:more|mehr|read more)\s*(?:…|\.{3})?\s*\))\s*$", re.IGNORECASE
)
"""`[…]` at the end: there the text was cut."""
