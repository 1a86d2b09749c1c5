"""Which addresses may be asked: every spelling of a private one is refused, and what people type comes out in one spelling."""

from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import UsageError
from bot.sources.addresses import host_key, is_allowed, normal_url, refusal

LOOPBACK = (ip_network("127.0.0.0/8"),)


def check(url: str, *, says: str | None) -> None:
    """The address is refused with a reason that holds these words, or, without words, may be asked."""
    problem = refusal(url)
    if says is None:
        assert problem is None
    else:
        assert problem is not None
        assert says in problem
        assert problem.isascii()
        assert problem.isprintable()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "0.0.0.0",
        "100.100.100.200",
        "192.0.0.192",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "168.63.129.16",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fe80::1%25eth0]",
        "[fec0::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[ff02::1]",
        "[5f00::1]",
        "[2001:db8::1]",
        "[3fff::1]",
        "[100::1]",
    ],
)
def test_a_private_address_is_not_asked(host: str) -> None:
    """FAULTS row 1."""
    check(f"http://{host}/feed", says="not a public address")
    check(f"https://{host}:8080/feed", says="not a public address")


@pytest.mark.parametrize(
    "host",
    [
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "127.0.0.1.",
        "[::ffff:10.0.0.1]",
        "[::ffff:a00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::1]",
    ],
)
def test_another_spelling_of_a_private_address_is_not_asked(host: str) -> None:
    """FAULTS row 2."""
    check(f"http://{host}/", says="not a public address")


@pytest.mark.parametrize(
    "host", ["0x7f000001", "017700000001", "2130706433", "127.1", "0", "0x7f.1", "127.0.0.0x1", "1.2.3.4.5", "01.2.3.4"]
)
def test_a_number_that_is_no_plain_address_is_not_asked(host: str) -> None:
    """FAULTS row 2."""
    check(f"http://{host}/", says="in disguise")


@pytest.mark.parametrize(
    "host", ["127%2e0%2e0%2e1", "%6cocalhost", "news.example.org%00", "a..b", "exam ple.org", f"{'a' * 64}.org", "-a.org"]
)
def test_what_is_no_name_is_not_asked(host: str) -> None:
    check(f"http://{host}/", says="no name of a host")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://localhost/", "not a public address"),
        ("http://LOCALHOST./", "not a public address"),
        ("http://ⓛocalhost/", "not a public address"),
        ("http://feeds.localhost/", "not a public address"),
        ("http://metadata.google.internal/computeMetadata/v1/", "not a public address"),
        ("http://router.lan/", "private network"),
        ("http://printer.local/", "private network"),
        ("file:///etc/passwd", "only http and https"),
        ("gopher://news.example.org/", "only http and https"),
        ("javascript:alert(1)", "only http and https"),
        ("//news.example.org/", "only http and https"),
        ("", "only http and https"),
        ("http:///feed", "names no host"),
        ("http://[::1", "no address of the web"),
        ("http://news.example.org:99999/", "no address of the web"),
        ("http://news.example.org:22/", "port 22"),
        ("http://news.example.org:0/", "port 0"),
        ("http://news.example.org:6379/", "port 6379"),
        ("http://news.example.org:6667/", "port 6667"),
        ("https://user:secret@news.example.org/", "user name or password"),
        ("https://user@news.example.org/", "user name or password"),
        (f"https://news.example.org/{'a' * 5000}", "longer than"),
        ("https://news.example.org/feed", None),
        ("http://news.example.org:8080/feed?format=rss", None),
        ("https://8.8.8.8/feed", None),
        ("https://[2606:4700::1111]/feed", None),
        ("https://[64:ff9b::808:808]/feed", None),
        ("https://новости.example/лента", None),
        ("https://a_b.example.org./", None),
        ("https://x0.example/", None),
    ],
)
def test_an_address_is_judged_by_what_it_says(url: str, says: str | None) -> None:
    check(url, says=says)


def test_no_reason_repeats_a_password() -> None:
    assert "secret" not in str(refusal("https://user:secret@news.example.org/"))


def test_an_operator_allows_networks() -> None:
    intranet = tuple(map(ip_network, ("10.0.0.0/8", "192.168.1.7", "fd00::/8")))
    assert refusal("http://10.2.3.4/feed", intranet) is None
    assert refusal("http://192.168.1.7/feed", intranet) is None
    assert refusal("http://[fd00::7]/feed", intranet) is None
    assert refusal("http://wiki.lan/feed", intranet) is None
    assert refusal("http://192.168.1.8/feed", intranet) is not None
    assert refusal("http://localhost/feed", intranet) is not None
    assert refusal("http://metadata.google.internal/", intranet) is not None
    assert refusal("http://localhost/feed", LOOPBACK) is None
    assert refusal("http://[::ffff:127.0.0.1]/feed", LOOPBACK) is None
    assert refusal("http://[::1]/feed", LOOPBACK) is not None


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_an_ipv4_address_inside_ipv6_is_judged_as_itself(address: IPv4Address) -> None:
    """FAULTS row 2."""
    expected = is_allowed(str(address))
    assert is_allowed(f"::ffff:{address}") == expected
    assert is_allowed(f"64:ff9b::{address}") == expected
    assert not is_allowed(f"::{address}")
    assert not is_allowed(str(IPv6Address(0x2002 << 112 | int(address) << 80)))
    if expected:  # whatever Python knows to be private is not asked; we know more
        assert address.is_global


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_only_global_ipv6_addresses_are_asked(address: IPv6Address) -> None:
    if is_allowed(str(address)):
        assert str(address).startswith(("2", "3", "64:ff9b::", "::ffff:"))


@given(st.text(max_size=60))
def test_any_text_is_judged_without_an_exception(text: str) -> None:
    for url in (text, f"http://{text}", f"https://{text}/feed"):
        problem = refusal(url)
        assert problem is None or (problem.isascii() and problem.isprintable())
        key = host_key(url)
        assert key == key.lower()
    with suppress(UsageError):
        normal = normal_url(text)
        assert normal_url(normal) == normal
        assert normal.startswith(("https://", "http://"))


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("HTTPS://News.Example.ORG/feed", "news.example.org"),
        ("http://news.example.org.:80/", "news.example.org"),
        ("http://news.example.org:8080/", "news.example.org:8080"),
        ("https://news.example.org:80/", "news.example.org:80"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("http://[2606:4700:0::1]:8080/", "[2606:4700::1]:8080"),
        ("ftp://news.example.org/", ""),
        ("news.example.org", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_politeness_has_one_name_for_a_host(url: str, key: str) -> None:
    assert host_key(url) == key


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("news.example.org", "https://news.example.org/"),
        ("  news.example.org/feed.xml \n", "https://news.example.org/feed.xml"),
        ("<https://News.Example.org/Feed>", "https://news.example.org/Feed"),
        ("http://news.example.org:80/feed#top", "http://news.example.org/feed"),
        ("feed://news.example.org/rss", "https://news.example.org/rss"),
        ("feed:http://news.example.org/rss", "http://news.example.org/rss"),
        ("FEED:news.example.org", "https://news.example.org/"),
        ("//news.example.org/rss", "https://news.example.org/rss"),
        ("news.example.org:8080/rss", "https://news.example.org:8080/rss"),
        ("localhost:8080", "https://localhost:8080/"),
        ("https://news.example.org?feed=rss2", "https://news.example.org/?feed=rss2"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("https://news.example.org/a%2Fb?c=d+e%20f", "https://news.example.org/a%2Fb?c=d+e%20f"),
    ],
)
def test_what_a_person_types_becomes_an_address(typed: str, meant: str) -> None:
    assert normal_url(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "   ", "two words", "mailto:desk@example.org", "file:///etc/passwd", "https://", "http://[", "a\x00b", "?", "http:/x"]
)
def test_what_is_no_address_is_answered_with_an_example(typed: str) -> None:
    with pytest.raises(UsageError, match=r"https://news\.example\.org/feed"):
        normal_url(typed)
