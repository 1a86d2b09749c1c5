"""Words by which the lines around an article are known: menus, share bars, captions, prompts, walls; `body` decides about them."""

import re
from typing import Final

_END: Final = r"\W*$"

BOUNDARY: Final = re.compile(
    r"\W*(?:(?:related|recommended|similar|more|other|latest|top|trending|popular|most|further)[ ]"
    r"(?:articles?|stories|story|news|reading|posts?|content|topics|coverage|links|headlines|videos?|popular|read|viewed|commented"
    r"|shared|from|on|in|by)\b.{0,60}"
    r"|related|recommended(?: for you)?|read (?:next|more|also)|also read|see also|up next|you (?:may|might) (?:also )?(?:like"
    r"|be interested).{0,40}"
    r"|more(?: for you| stories)?|trending(?: now)?|most popular|popular|don'?t miss|in case you missed it|what to read next"
    r"|editor'?s? (?:picks?|choice)"
    r"|(?:\d+ |leave a |post a |view |show |load |add a |join the |all |read )?(?:comments?|replies|conversation"
    r"|discussion)(?: \(?\d+\)?)?(?: section)?"
    r"|comments? (?:are closed|policy|guidelines).{0,60}|about the author|share this.{0,40}|tags?|topics|filed under.{0,60}"
    r"|sponsored(?: content| links)?"
    r"|promoted|around the web|from the web|we recommend|newsletters?|previous (?:article|post|story).{0,80}|next (?:article|post"
    r"|story).{0,80}"
    r"|kommentare?n?(?: \(?\d+\)?)?|\d+ kommentare?|(?:das|dies) könnte (?:sie|dich) auch interessieren.{0,20}|mehr (?:zum thema"
    r"|dazu|aus|von|news|artikel|lesen).{0,60}"
    r"|auch interessant|lesen sie auch.{0,80}|weitere (?:artikel|themen|meldungen|nachrichten|news|beiträge).{0,60}"
    r"|meistgelesen.{0,30}|empfehlungen.{0,40}|themen|schlagworte?|anzeige"
    r"|(?:à|a) lire (?:aussi|également).{0,80}|lire aussi.{0,80}|sur le même (?:sujet|thème)|les plus lus|commentaires?|réagir"
    r"|vos commentaires|articles? (?:liés|similaires|associés)"
    r"|(?:noticias|artículos|contenidos?) relacionad[oa]s|te puede interesar|lo más (?:leído|visto|nuevo)|comentarios?"
    r"|más (?:noticias|información|en|sobre).{0,60}|relacionad[oa]s?|archivado en.{0,40}"
    r"|leia (?:também|mais).{0,80}|veja (?:também|mais).{0,80}|mais lidas?|notícias relacionadas|comentários?|relacionadas"
    r"|leggi anche.{0,80}|potrebbe interessarti.{0,30}|commenti|i più letti|articoli correlati"
    r"|читайте также.{0,80}|читать (?:также|ещё|еще).{0,60}|похожие (?:новости|статьи|материалы)|комментари[ия].{0,20}|по теме"
    r"|новости партн[её]ров|популярное|материалы по теме"
    r"|читайте також.{0,80}|коментарі.{0,20}|схожі новини|популярне|до теми|les også.{0,80}|läs också.{0,80}|läs mer.{0,60}"
    r"|mest lest|mest läst|siste nytt"
    r"|lees ook.{0,80}|meest gelezen|czytaj (?:też|także|również).{0,80}|komentarze.{0,20}|zobacz (?:też|także|również).{0,80}"
    r"|çok okunanlar|ilgili haberler|yorumlar"
    r"|関連(?:記事|ニュース|リンク|キーワード|トピック).{0,20}|おすすめ.{0,20}|ランキング.{0,20}|あわせて読みたい|人気記事.{0,20}"
    r"|新着.{0,10}|コメント.{0,10}|관련.{0,10}|많이 본.{0,10}|인기.{0,10}|댓글.{0,20}|추천.{0,10}|相关(?:阅读|新闻|文章).{0,20}"
    r"|相關(?:閱讀|新聞|文章).{0,20}|热门.{0,10})" + _END,
)
"""A heading under which other things than the article stand."""

RELATED: Final = re.compile(
    r"\W*(?:related(?: (?:article|story|stories|articles|news|reading|content|video|coverage|post))?|read(?: (?:also|more|next|on"
    r"|full story))?|also read|see also|watch(?: also| now| live| more)?"
    r"|more on this(?: story| topic)?|further reading|recommended|don'?t miss|must read|listen|explore more|background"
    r"|lesen sie (?:auch|mehr|hier)|mehr (?:dazu|zum thema)|lire aussi|à lire(?: aussi| également)?|voir aussi|lea también|le(?:e"
    r"|a) (?:además|más)|te puede interesar|leia (?:também|mais)|veja (?:também|mais)|leggi anche"
    r"|читайте также|читайте також|по теме|les også|läs också|läs mer|lees ook|czytaj (?:też|także|również|więcej)|zobacz (?:też"
    r"|także|również))\s?[:：|–—>»]",
)
"""A pointer to another article, in the middle of this one."""

_TALK_PIECES: Final = (
    "cookie|privacy policy|privacy notice|privacy settings|terms of use|terms of service|terms and conditions|terms & conditions|"
    "newsletter|subscribe|subscription|sign up|sign in|sign-in|log in|login|registering|unsubscribe|advertisement|advertiser|"
    "all rights reserved|inbox|follow us|click here|our app|javascript|your browser|email address|e-mail address|password|"
    "free trial|commenting|comments section|comment policy|moderator|recaptcha|datenschutz|impressum|abonn|anmelden|abmelden|"
    "registrieren|einwilligung|mentions légales|suscríb|suscrib|iniciar sesión|inicia sesión|assinante|inscreva-se|iscriviti|"
    "подпишитесь|подписывайтесь|підпишіться|підписуйтесь|copyright|©|wir verwenden|nous utilisons|we use|affiliate|commission on|"
    "personalis|personaliz|ログイン|会員|登録|無断転載|구독|로그인|무단"
)
_TALK: Final = tuple(_TALK_PIECES.split("|"))
"""Pieces of words, case folded, of prompts and notices. Counting pieces is ten times faster than one alternation of them."""

LINE: Final = re.compile(
    r"\W*(?:"
    # What people press.
    r"(?:share|tweet|print|e-?mail|save|copy(?: the)? link(?: to clipboard)?|bookmark|follow|like|comment|reply|report|send|facebook"
    r"|twitter|x|linkedin|whatsapp|telegram|reddit|pinterest|messenger|viber|flipboard|line|"
    r"teilen|drucken|merken|kommentieren|partager|imprimer|enregistrer|compartir|guardar|imprimir|condividi|stampa|compartilhar"
    r"|поделиться|поширити|dela|del|udostępnij|paylaş|シェア|印刷|공유|분享)"
    r"(?:[ ,/|•·&]+(?:this|on|via|by|to|article|story|the|and|or|page|with|a|friend|und|per|auf|artikel|sur|en|share|tweet|print"
    r"|e-?mail|save|copy|link|facebook|twitter|x|linkedin|whatsapp|telegram|reddit|pinterest|messenger)){0,8}"
    r"|skip to .{0,40}|jump to .{0,40}|back to (?:top|home|article).{0,20}|left menu|right menu|main menu|menu|navigation"
    r"|search.{0,30}|home|close|open|next|previous|prev|toggle .{0,30}|expand|collapse|loading.{0,10}|"
    r"(?:advertisement|ad|anzeige|werbung|publicité|publicidad|publicidade|pubblicità|реклама|annons|annonse|reklama|広告|광고"
    r"|advertisement[. ].{0,60}|story continues below.{0,40}|article continues (?:below|after).{0,40}|continue reading.{0,60}"
    r"|scroll to continue.{0,20})"
    r"|read (?:more|full|the full|next|on|all|in|time).{0,60}|show (?:more|less|all)|see (?:more|all).{0,40}|view (?:more|all"
    r"|gallery|comments|original).{0,40}|load more.{0,20}|learn more.{0,20}|find out more.{0,30}|view (?:\d+ )?(?:images?|photos?)"
    r"|\d+[.,]?\d*[km]? ?(?:min(?:ute)?s?(?: read)?|comments?|shares?|views?|likes?|followers?|kommentare?"
    r"|shares? \d+)(?: ago)?(?: read)?|lesezeit.{0,30}|reading time.{0,30}|\d+ (?:min\.?|minutes?|minuten) (?:de lecture|lesezeit"
    r"|read|lectura)"
    r"|listen(?: to (?:this )?(?:article|story))?.{0,30}|play(?: video| audio)?|watch(?: now| live| video)?|video|audio|photos?"
    r"|gallery|live|now playing.{0,60}|\d{1,2}:\d{2}(?: ?/ ?\d{1,2}:\d{2})?"
    r"|(?:text|font|schrift) ?(?:size|größe).{0,30}|a[ -]?a[ -]?a?|x|ok|yes|no|n/a|\(?with inputs? from .{1,80}"
    r"|\(?with agency inputs?.{0,20}|\(?inputs? from .{1,60}\)|\(?this (?:story|article|report|news) (?:has not been|was"
    r"|is) (?:edited|auto-?generated|published|generated|first published|originally published).{0,200}"
    r"|(?:follow|like|find|join) (?:us|me|him|her|them|our).{0,80}|subscribe.{0,80}|sign up.{0,80}|log ?in.{0,40}|register.{0,40}"
    r"|newsletter.{0,60}|get (?:our|the|your) .{0,40}(?:newsletter|inbox|app|email|updates).{0,40}"
    r"|copyright.{0,120}|(?:©|\(c\)) ?.{0,120}|all rights reserved.{0,80}|terms of (?:use|service).{0,60}|privacy policy.{0,60}"
    r"|cookie.{0,40}|contact us|about us|report (?:an? )?(?:error|typo|mistake|issue|correction|problem).{0,60}|correct(?:ion)? policy"
    r"|our standards: .{0,80}|more from .{0,80}|about the author.{0,60}|published in .{0,40}|posted in .{0,60}|filed under.{0,60}"
    r"|tags?: .{0,200}|topics?: .{0,200}|keywords?: .{0,200}|categor(?:y|ies): .{0,80}|source: ?\S{0,40}|originally published .{0,120}"
    r"|share\b.{0,20}sharing options.{0,160}|share this (?:story|article|post).{0,160}|sharing options.{0,160}|(?:image|photo|slide"
    r"|picture) \d+ of \d+|\d+ ?/ ?\d+|back to gallery|view the discussion.{0,20}"
    r"|thanks? (?:you )?for (?:signing|subscribing|registering|reading).{0,80}|no spam.{0,120}|breaking news (?:emails"
    r"|alerts).{0,40}|have a (?:tip|story|question)\b.{0,200}|tags .{0,100}"
    r"|(?:last )?(?:updated|posted|published|modified|aktualisiert|veröffentlicht|mis à jour|publié|actualizado"
    r"|publicado)\b[: ][^.!?]{0,90}|vor \d+ (?:std|stunden|min|tagen).{0,6}|\d+ (?:hours?|minutes?|days?|weeks?) ago"
    r"|author of the article|article content|(?:an|in) diese[rm] stelle finden sie.{0,200}|empfohlener redaktioneller inhalt"
    r"|this content is not available.{0,120}|(?:email|e-mail) address.{0,40}"
    r"|original (?:url|article|link|source).{0,20}|permalink|link|url|written by|reporting by .{0,200}|editing by .{0,120}|_+"
    r")" + _END,
)
"""A line that is never part of what an article says."""

CREDIT: Final = re.compile(
    r"\W*(?:(?:representat(?:ive|ional)|file|archive|illustrative|stock|symbol) (?:image|photo|picture|bild)\b.{0,280}"
    r"|(?:image|photo(?:graph)?s?|picture|pic|video|illustration|graphic|credits?|courtesy|foto|bild|bildquelle|quelle|crédits?"
    r"|crédito|imagen|imagem|фото|зображення|źródło)"
    r"\s?(?:credits?|source|courtesy|by|copyright|via|archiv|:|©|/)\W.{0,160}"
    r"|(?:image|photo) (?:credit|source|courtesy|by)s?\b.{0,120})$"
)
"""A caption that opens with its credit."""

_CREDITED: Final = re.compile(
    r"(?:getty images|shutterstock|imago images|istock|via getty|\(ap photo|\(photo by|photograph:|(?:image|photo) credit:"
    r"|handout via|epa-efe|picture alliance|dpa/"
    r"|\((?:image|photo|pic|picture|bild|foto|credit|crédit)s?\s?[:©]|/ ?(?:reuters|afp|ap|getty|dpa|epa|efe|ansa|shutterstock"
    r"|nbc news|apa)\b"
    r"|© ?(?:afp|reuters|dpa|ap|epa|getty|imago|apa|picture)\b).{0,60}$"
)
"""A caption that closes with its credit."""

WALL: Final = re.compile(
    r"enable (?:javascript|js|cookies)|javascript (?:is|has been) (?:disabled|required|not enabled)|requires javascript|(?:turn"
    r"|switch) on javascript|checking (?:your|if the site) (?:browser|connection)|verify(?:ing)? (?:that )?you(?:'re"
    r"| are) (?:a )?human|"
    r"are you a robot|not a robot|unusual traffic|captcha|access (?:to this (?:page|site) (?:has been|is) )?denied|403 forbidden"
    r"|404 not found|page (?:not found|could not be found|doesn'?t exist|does not exist)|"
    r"502 bad gateway|503 service|504 gateway|internal server error|service unavailable|this site can'?t be reached|"
    r"we (?:and our (?:\d+ )?partners )?(?:use|value|store)\b.{0,60}(?:cookies|privacy)|accept (?:all )?(?:the )?cookies"
    r"|manage (?:your )?(?:consent|cookie|privacy|preferences)|cookie (?:settings|preferences|policy|consent)|we value your privacy|"
    r"subscribe to (?:continue|read|keep)|to (?:continue|keep) reading|subscribers? only|(?:this|the) (?:article|content"
    r"|story) is (?:for|only|available|reserved|exclusive).{0,30}(?:subscribers|members)|already a (?:subscriber|member)|"
    r"sign in to (?:read|continue)|create (?:a free|an) account to|you(?:'ve| have) reached your (?:limit|free)|unlock (?:this"
    r"|the) (?:article|story)|"
    r"bitte (?:aktivieren|javascript)|zustimmung|um weiterzulesen|réservé aux abonnés|pour lire la suite|para (?:seguir"
    r"|continuar) leyendo|exclusivo para (?:suscriptores|assinantes)|включите javascript|увімкніть javascript|только для подписчиков",
    re.IGNORECASE,
)
"""What stands where an article should be: cookie walls, pay walls, robot checks, error pages."""


def is_furniture(text: str) -> bool:
    """Whether a short line is one that never belongs to an article's text."""
    return len(text) <= 240 and bool(LINE.match(text.casefold()))


def is_boundary(text: str) -> bool:
    """Whether a line opens a block of other things: related articles, comments, tags."""
    if len(text) > 120:
        return False
    folded = text.casefold()
    return bool(BOUNDARY.match(folded) or RELATED.match(folded))


def is_pointer(text: str) -> bool:
    """Whether a paragraph points to another article: `Read also: …`, `Related article: …`."""
    return len(text) <= 300 and bool(RELATED.match(text.casefold()))


def is_credit(text: str) -> bool:
    """Whether a line credits a picture."""
    if len(text) > 300:
        return False
    folded = text.casefold()
    return bool(CREDIT.match(folded) or _CREDITED.search(folded))


def talk(text: str) -> int:
    """How many words of prompts, notices and legal lines a paragraph holds: an article holds hardly any, a cookie notice several."""
    folded = text[:2000].casefold()
    return sum(map(folded.count, _TALK))
