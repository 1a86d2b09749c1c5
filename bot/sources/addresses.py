"""Addresses as people, feeds and redirects write them: their spelling, their host, whether they may be asked; nothing is resolved here.

What a name resolves to is judged where the connection is made (`guard`), with `is_allowed` of this module; a name that passes here
may still lead to an address that does not.
"""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, TypeAlias

from yarl import URL

from bot.core.errors import UsageError
from bot.core.phrase import phrase

Network: TypeAlias = IPv4Network | IPv6Network

LONGEST: Final = 2000
"""Characters of an address. Guess: far more than feeds need, half of what servers commonly take."""

WEB_PORTS: Final = frozenset({80, 443})
FIRST_FREE_PORT: Final = 1024
SERVICE_PORTS: Final = frozenset({1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6379, 6566, 6679, 6697, 9200, 10080, 11211})
"""Ports from 1024 on that other services listen on and browsers do not ask either (Fetch standard, "port blocking"; without the range
6665–6669, which `_port_refusal` knows), and those of Redis, Elasticsearch and memcached, which take orders from whoever reaches them."""

_NOT_PUBLIC_4: Final = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # behind carriers' NAT; metadata of Alibaba
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # Azure's own services, on a public address
            "169.254.0.0/16",  # link-local; metadata of most clouds
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments; metadata of Oracle
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # relays of 6to4
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)
"""IANA's registry of special-purpose IPv4 addresses, without the few that are reachable and harmless."""

_PUBLIC_6: Final = IPv6Network("2000::/3")
"""All of IPv6 that is handed out for the public; fc00::/7, fe80::/10, fec0::/10, ff00::/8, 5f00::/16, ::1 and the rest lie outside."""

_NOT_PUBLIC_6: Final = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments, Teredo among them
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4, given up by RFC 7526: an IPv4 address in disguise
            "3fff::/20",  # documentation
        ),
    )
)
_NAT64: Final = IPv6Network("64:ff9b::/96")

_HOST_NAME: Final = re.compile(
    r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"\d+|0x[0-9a-f]*", re.IGNORECASE)
"""What makes the last label of a host an IPv4 address (URL standard, "ends in a number"): no top-level domain is one."""

_PRIVATE_NAMES: Final = {
    "localhost": ("127.0.0.1", "::1"),
    "localhost.localdomain": ("127.0.0.1", "::1"),
    "ip6-localhost": ("::1",),
    "ip6-loopback": ("::1",),
    "metadata": ("169.254.169.254",),
    "metadata.google.internal": ("169.254.169.254",),
    "metadata.goog": ("169.254.169.254",),
    "instance-data": ("169.254.169.254",),
    "instance-data.ec2.internal": ("169.254.169.254",),
}
"""Names with the addresses that they stand for; they are asked when the operator allows one of these."""

_PRIVATE_ENDINGS: Final = (".internal", ".local", ".localdomain", ".lan", ".home.arpa", ".intranet", ".corp", ".home", ".onion")
"""Names that no public server answers to; they are asked when the operator allows any network, whose address then decides."""

_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.\-]*):(?!\d)", re.IGNORECASE)
_BLANK: Final = re.compile(r"[\s\x00-\x1f\x7f]")
_UNPRINTABLE: Final = re.compile(r"[^\x20-\x7e]+")

HINT: Final = phrase("to ask it all the same, list its network under allow_networks in [feeds]")


def is_allowed(address: str, allow_networks: Iterable[Network] = ()) -> bool:
    """Whether a connection to this IP address may be opened: it is public, or in a network that the operator allows.

    IPv4 inside IPv6 (mapped, or behind NAT64 with the well-known prefix) is judged as the IPv4 address that it is; the other
    disguises lie in networks that are not asked at all. A text that is no IP address is not allowed.
    """
    try:
        found = _plain(ip_address(address))
    except ValueError:
        return False
    if any(found in network for network in allow_networks):
        return True
    if isinstance(found, IPv4Address):
        return not any(found in network for network in _NOT_PUBLIC_4)
    return found in _PUBLIC_6 and not any(found in network for network in _NOT_PUBLIC_6)


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def refusal(url: str | URL, allow_networks: Iterable[Network] = ()) -> str | None:
    """Why this address is not asked, as a sentence that names what is wrong; None when it may be.

    Only what the text itself says is judged: scheme, port, user name, and a host that is an IP address in whatever spelling, or a name
    that is known to be private.
    """
    try:
        parsed = url if isinstance(url, URL) else URL(url)
    except ValueError:
        return phrase("this is no address of the web: it should look like https://news.example.org/feed")
    if parsed.scheme not in {"http", "https"}:
        scheme = _said(parsed.scheme) or phrase("an address without scheme")
        return phrase("{scheme} is not asked: only http and https are", scheme=scheme)
    if (host := parsed.raw_host) is None or not host.rstrip("."):
        return phrase("the address names no host: it should look like https://news.example.org/feed")
    if parsed.raw_user is not None or parsed.raw_password is not None:
        return phrase("the address of {host} carries a user name or password: such feeds are not asked", host=_said(host))
    if len(str(parsed)) > LONGEST:
        return phrase("the address at {host} is longer than {longest} characters", host=_said(host), longest=LONGEST)
    return _port_refusal(parsed.port or 0, _said(host)) or _host_refusal(host, tuple(allow_networks))


def _port_refusal(port: int, host: str) -> str | None:
    if port in WEB_PORTS or (port >= FIRST_FREE_PORT and port not in SERVICE_PORTS and not 6665 <= port <= 6669):
        return None
    return phrase("port {port} of {host} is not asked: it belongs to another service than the web", port=port, host=host)


def _host_refusal(host: str, allow_networks: tuple[Network, ...]) -> str | None:
    said, name = _said(host), host.rstrip(".").lower()
    if ":" in name or _NUMBER.fullmatch(name.rpartition(".")[2]):
        if not _is_plain(name):
            return phrase("{host} is an IP address in disguise: only four plain decimal numbers are understood", host=said)
        return None if is_allowed(name, allow_networks) else phrase("{host} is not a public address; {hint}", host=said, hint=HINT)
    if not _HOST_NAME.fullmatch(name) or "." * 2 in host:
        return phrase("{host} is no name of a host", host=said)
    meant = _PRIVATE_NAMES.get(name) or (("127.0.0.1", "::1") if name.endswith(".localhost") else None)
    if meant is not None and not any(is_allowed(address, allow_networks) for address in meant):
        return phrase("{host} is this machine or its cloud, not a public address; {hint}", host=said, hint=HINT)
    if meant is None and name.endswith(_PRIVATE_ENDINGS) and not allow_networks:
        return phrase("{host} is a name inside a private network; {hint}", host=said, hint=HINT)
    return None


def _is_plain(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _said(text: str) -> str:
    """What somebody else wrote, fit for a reason: printable ASCII, and not long."""
    shown = _UNPRINTABLE.sub("?", text)
    return shown if len(shown) <= 80 else shown[:79] + "~"


def host_key(url: str | URL) -> str:
    """Whom politeness counts as one host: `news.example.org`, `news.example.org:8080`, `[2001:500::1]`; "" for what is no web address.

    Lower case, IDNA, without trailing dot; the port only when it is not the scheme's own, so that http and https share a key.
    """
    try:
        parsed = url if isinstance(url, URL) else URL(url)
    except ValueError:
        return ""
    host = (parsed.raw_host or "").rstrip(".").lower()
    if not host or parsed.scheme not in {"http", "https"}:
        return ""
    shown = f"[{host}]" if ":" in host else host
    return shown if parsed.is_default_port() else f"{shown}:{parsed.port}"


def normal_url(text: str) -> str:
    """The address that a person means: https:// is added when no scheme stands there, feed: becomes https:, blanks and <> go.

    The host comes out in lower case and IDNA, the rest percent-encoded, without fragment and without the scheme's own port. UsageError,
    with an example, for what cannot be an address; whether it may be asked is for `refusal`.
    """
    typed = text.strip().removeprefix("<").removesuffix(">").strip()
    if typed[:5].lower() == "feed:":
        typed = typed[5:]
        typed = f"https:{typed}" if typed.startswith("//") else typed
    if typed.startswith("//"):
        typed = f"https:{typed}"
    scheme = _SCHEME.match(typed)
    if scheme is None:
        typed = f"https://{typed}"
    elif scheme[1].lower() not in {"http", "https"}:
        raise UsageError(
            phrase("{scheme}: is not asked: an address should look like https://news.example.org/feed", scheme=_said(scheme[1]))
        )
    try:
        parsed = URL(typed).with_fragment(None)
    except ValueError:
        parsed = URL()
    host = parsed.raw_host or ""
    if _BLANK.search(typed) or not (":" in host or _HOST_NAME.fullmatch(host.rstrip("."))):
        shown = "".join(letter if letter.isprintable() else "?" for letter in text.strip()[:80])
        raise UsageError(phrase("“{text}” is no address: it should look like https://news.example.org/feed", text=shown))
    if host != host.lower():  # yarl leaves capitals standing beside letters that it encodes
        parsed = parsed.with_host(host.lower())
    return str(parsed.with_path("/", keep_query=True) if parsed.raw_path == "/" else parsed)
