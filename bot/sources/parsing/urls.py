"""The address of an article: found on its page, repaired, and freed of what only tracks the reader; nothing is fetched here."""

import re
from collections import Counter
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

_TRACKING: Final = re.compile(
    r"(?:utm_.*|mtm_.*|pk_.*|hsa_.*|at_.*|ns_.*|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|_ga|ref|ref_src|ref_url|cmpid|cmp|ocid|"
    r"spm|smid|partner|ito|xtor|wt_mc|guccounter|guce_.*|sh|share|amp|via|feature|source|s_cid|icid|ncid|sref|mbid|taid|__twitter_impression)",
    re.IGNORECASE,
)
_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?\.){1,8}(?:[a-z]{2,24}|xn--[a-z0-9\-]{1,58})", re.IGNORECASE)
_MAXIMUM: Final = 2000
BARE: Final = re.compile(r"https?://[^\s<>\"'\])]{4,2000}", re.IGNORECASE)
_SHARING: Final = re.compile(
    r"(?:facebook\.com/(?:sharer|dialog)|twitter\.com/(?:share|intent)|x\.com/(?:share|intent)|linkedin\.com/share|wa\.me/|whatsapp|t\.me/share|"
    r"telegram\.me/share|reddit\.com/submit|pinterest\.[a-z.]+/pin/create|vk\.com/share|getpocket\.com|tumblr\.com/share|mailto:|flipboard|"
    r"threema:|xing\.com/|bsky\.app/intent|service\.weibo|social-plugins\.line\.me|plus\.google)",
    re.IGNORECASE,
)
SOCIAL: Final = re.compile(
    r"(?:^|\.)(?:facebook|twitter|x|instagram|youtube|youtu|linkedin|pinterest|tiktok|whatsapp|t|telegram|reddit|tumblr|vk|threads|bsky|google|apple|"
    r"flipboard|doubleclick|amazon|spotify|wa|snapchat|feedburner|addtoany|addthis|disqus|outbrain|taboola|cookiebot|onetrust|wikipedia)\.[a-z.]{2,8}$",
    re.IGNORECASE,
)


def canonical(url: str) -> str | None:
    """An http or https address with a public-looking host, without fragment and tracking parameters; None when it is something else."""
    url = "".join(url.split())
    if url.startswith("//"):
        url = "https:" + url
    if len(url) > _MAXIMUM:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme.casefold() not in {"http", "https"} or not _HOST.fullmatch(host):
        return None
    authority = host if port in {None, 80, 443} else f"{host}:{port}"
    pairs = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(key)]
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._") or "/"
    return urlunsplit((parts.scheme.casefold(), authority, path, urlencode(pairs), ""))


def host_of(url: str) -> str:
    """The host of an address that `canonical` returned."""
    return urlsplit(url).hostname or ""


def repaired(visible: str, target: str) -> str | None:
    """The address of a link whose text shows it again, when a wrapped line has put a blank or hyphen into one of them.

    A blank in the text sits where the line was wrapped, so the text without blanks is the address; the target is what some
    converter made of it. Without a blank in the text, the target is believed.
    """
    shown = visible.strip()
    if re.match(r"https?://", shown, re.IGNORECASE) and " " in shown and _same(shown, target):
        return canonical(shown)
    return canonical(target) or canonical(shown)


def _same(visible: str, target: str) -> bool:
    return not target.startswith("http") or re.sub(r"[\s\-]|%20", "", visible) == re.sub(r"[\s\-]|%20", "", target)


def shared(targets: list[str]) -> str | None:
    """The address that a page's own share buttons pass on, None when there are none or they do not agree on one."""
    counts: Counter[str] = Counter()
    for target in targets:
        if not _SHARING.search(target[:200]):
            continue
        query = target.partition("?")[2].replace("&amp;", "&")[:_MAXIMUM]
        for _, value in parse_qsl(query, max_num_fields=None):
            found = BARE.search(value)
            address = canonical(found.group()) if found else None
            if address and len(urlsplit(address).path) > 1 and not SOCIAL.search(host_of(address)):
                counts[address] += 1
    return counts.most_common(1)[0][0] if counts else None


def share_texts(targets: list[str]) -> list[str]:
    """The titles that share buttons pass on."""
    texts = []
    for target in targets:
        if _SHARING.search(target[:200]):
            pairs = parse_qsl(target.partition("?")[2].replace("&amp;", "&")[:_MAXIMUM])
            texts += [
                value for key, value in pairs if key.casefold() in {"text", "title", "subject", "t", "description"} and len(value) > 12
            ]
    return texts


def main_host(targets: list[str]) -> str | None:
    """The host that most links of a whole page lead to: the page's own, when it writes its links in full."""
    counts: Counter[str] = Counter()
    for target in targets:
        if target.startswith(("http://", "https://")):
            host = re.match(r"https?://([^/\s?#]{1,253})", target)
            if host and not SOCIAL.search(host[1]):
                counts[host[1].casefold()] += 1
    if not counts:
        return None
    host_name, count = counts.most_common(1)[0]
    return host_name if count >= 8 and count * 2 > counts.total() else None
