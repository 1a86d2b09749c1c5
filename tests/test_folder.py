"""Looking into a folder: what is an article, what is quarantined with which reason, what is left alone, when a file has settled."""

import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core.errors import SourceError
from bot.core.model import Reading, Refused
from bot.sources.folder import DEEPEST, LATEST_NS, Oddity, Sighting, is_settled, quarantined, read_articles, scan
from bot.sources.names import is_article, is_passed_over, printable

NOW = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
SETTLE = timedelta(seconds=2)
OPEN_FILES = Path("/proc/self/fd")


def check(folder: Path, *, articles: list[str], oddities: dict[str, str] | None = None) -> None:
    """The look finds these articles, in this order, and these oddities, each with a reason that contains the given words."""
    seen = list(scan(folder))
    assert [one.path for one in seen if isinstance(one, Sighting)] == articles
    found = {one.path: one.reason for one in seen if isinstance(one, Oddity)}
    expected = oddities or {}
    assert found.keys() == expected.keys()
    for path, words in expected.items():
        assert words in found[path]


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def test_articles_of_every_format_are_found_in_sub_folders_too(tmp_path: Path) -> None:
    write(tmp_path, "b.txt", "a.JSON", "2026/03/c.md", "2026/d.htm", "e.html", "f.markdown")
    check(tmp_path, articles=["2026/03/c.md", "2026/d.htm", "a.JSON", "b.txt", "e.html", "f.markdown"])


def test_a_sighting_says_size_and_time(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    os.utime(tmp_path / "a.txt", ns=(1, 1_735_293_060_123_456_789))
    (seen,) = scan(tmp_path)
    assert seen == Sighting(path="a.txt", raw=b"a.txt", size=5, mtime_ns=1_735_293_060_123_456_789)


@pytest.mark.parametrize("seconds", [13_569_465_600, -(10**10)])
def test_a_time_that_no_database_keeps_is_the_last_or_first_that_one_does(tmp_path: Path, seconds: int) -> None:
    write(tmp_path, "a.txt", "picture.png")
    for name in ("a.txt", "picture.png"):
        os.utime(tmp_path / name, ns=(0, seconds * 10**9))
    if abs((tmp_path / "a.txt").stat().st_mtime_ns) <= LATEST_NS:
        pytest.skip("this file system keeps no such times")
    article, picture = scan(tmp_path)
    assert abs(article.mtime_ns) == abs(picture.mtime_ns) == LATEST_NS
    assert isinstance(article, Sighting)
    (read,) = read_articles(tmp_path, [article], limit_bytes=1000)
    assert isinstance(read, Reading)
    assert read.mtime_ns == article.mtime_ns


def test_hidden_and_unfinished_files_are_left_without_a_word(tmp_path: Path) -> None:
    write(tmp_path, ".a.txt", ".git/a.txt", "a.txt~", "#a.txt#", "a.txt.part", "a.crdownload", "a.txt.TMP", ".a.txt.swp", "~$a.html")
    write(tmp_path, "#1 story.txt", "part.txt")
    check(tmp_path, articles=["#1 story.txt", "part.txt"])


def test_what_is_no_regular_file_is_quarantined_with_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    write(outside, "secret.txt")
    write(inside, "good.txt", "a.json/inner.txt", "picture.png", "README")
    os.mkfifo(inside / "pipe.txt")
    (inside / "link.txt").symlink_to(outside / "secret.txt")
    (inside / "linked").symlink_to(outside)
    (inside / "nowhere.txt").symlink_to("missing")
    monkeypatch.chdir(inside)  # the name of a socket may be no longer than 108 bytes
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.txt")
    check(
        inside,
        articles=["good.txt"],
        oddities={
            "README": "no suffix that is read (.txt .md",
            "a.json": "a folder with the name of an article file",
            "link.txt": "a symbolic link",
            "linked": "a symbolic link",
            "nowhere.txt": "a symbolic link",
            "picture.png": "no suffix that is read",
            "pipe.txt": "a named pipe",
            "socket.txt": "a socket",
        },
    )


def test_a_device_is_quarantined(tmp_path: Path) -> None:
    try:
        os.mknod(tmp_path / "null.txt", 0o20666, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root may make devices")
    check(tmp_path, articles=[], oddities={"null.txt": "a device"})


def test_an_oddity_becomes_a_refused_reading() -> None:
    reading = quarantined(Oddity(path="pipe.txt", size=0, mtime_ns=5, reason="is a named pipe"))
    assert reading == Reading(path="pipe.txt", size=0, mtime_ns=5, digest="", result=Refused(reason="is a named pipe"))


def test_names_that_break_lines_or_are_not_utf8_are_shown_escaped(tmp_path: Path) -> None:
    names = [
        b"a\nb.txt",
        b"a\\nb.txt",
        b"\xff.txt",
        b"\xc3\xbf.txt",
        b"\\xff.txt",
        "\u202etxt.html".encode(),
        "\U0001f4f0 news.md".encode(),
    ]
    for name in names:
        (tmp_path / os.fsdecode(name)).write_text("text")
    shown = [
        "\\\\xff.txt",
        "\\u202etxt.html",
        "\\xff.txt",
        "a\\\\nb.txt",
        "a\\x0ab.txt",
        "\u00ff.txt",
        "\U0001f4f0 news.md",
    ]
    seen = list(scan(tmp_path))
    assert sorted(one.path for one in seen) == sorted(shown)
    assert {one.raw for one in seen if isinstance(one, Sighting)} == set(names)


def test_a_folder_that_is_too_deep_is_quarantined_and_the_rest_is_read(tmp_path: Path) -> None:
    deep = "/".join(["d"] * DEEPEST)
    write(tmp_path, f"{deep}/in.txt", f"{deep}/d/out.txt", "z.txt")
    check(tmp_path, articles=[f"{deep}/in.txt", "z.txt"], oddities={f"{deep}/d": "folders deep"})


def test_an_empty_folder_is_no_error(tmp_path: Path) -> None:
    check(tmp_path, articles=[])


def test_the_folder_itself_may_be_a_symbolic_link(tmp_path: Path) -> None:
    write(tmp_path / "real", "a.txt")
    (tmp_path / "link").symlink_to("real")
    check(tmp_path / "link", articles=["a.txt"])


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("missing", "does not exist: create it"),
        ("file.txt", "is not a folder"),
        ("x" * 300, "cannot be opened"),
        ("nul\0", "no folder can have"),
    ],
)
def test_a_folder_that_cannot_be_used_is_a_source_error_that_names_it(tmp_path: Path, name: str, advice: str) -> None:
    write(tmp_path, "file.txt")
    with pytest.raises(SourceError) as caught:
        list(scan(tmp_path / name))
    assert advice in str(caught.value)
    assert printable(name.encode()) in str(caught.value)


def test_a_folder_that_goes_away_during_the_look_ends_it_quietly(tmp_path: Path) -> None:
    write(tmp_path, "a/1.txt", "b/2.txt", "c.txt")
    looking = scan(tmp_path)
    assert next(looking).path == "a/1.txt"
    (tmp_path / "b" / "2.txt").unlink()
    (tmp_path / "b").rmdir()
    (tmp_path / "c.txt").unlink()
    assert list(looking) == []


def test_a_look_leaves_no_file_open_even_when_it_is_abandoned(tmp_path: Path) -> None:
    write(tmp_path, "a/1.txt", "a/2.txt", "b.txt")
    if not OPEN_FILES.exists():
        pytest.skip("no /proc to count open files in")
    before = len(list(OPEN_FILES.iterdir()))
    looking: Iterator[Sighting | Oddity] = scan(tmp_path)
    next(looking)
    del looking
    assert len(list(OPEN_FILES.iterdir())) == before


def sighting(*, size: int = 10, age: timedelta = timedelta(0), raw: bytes = b"a.txt") -> Sighting:
    mtime_ns = int((NOW - age).timestamp() * 1_000_000) * 1000
    return Sighting(path=printable(raw), raw=raw, size=size, mtime_ns=mtime_ns)


@pytest.mark.parametrize(
    ("seen", "unchanged", "settled"),
    [
        (sighting(), None, False),
        (sighting(age=SETTLE), None, True),
        (sighting(age=SETTLE / 2), None, False),
        (sighting(age=timedelta(days=20_000)), None, True),
        (sighting(), SETTLE, True),
        (sighting(), SETTLE / 2, False),
        (sighting(age=-timedelta(days=400)), None, False),
        (sighting(age=-timedelta(days=400)), SETTLE, True),
        (Sighting(path="a", raw=b"a", size=1, mtime_ns=-(2**62)), None, True),
        (Sighting(path="a", raw=b"a", size=1, mtime_ns=2**62), None, False),
    ],
)
def test_a_file_settles(seen: Sighting, unchanged: timedelta | None, *, settled: bool) -> None:
    assert is_settled(seen, None if unchanged is None else NOW - unchanged, NOW, SETTLE) is settled


NAMES = st.binary(min_size=1, max_size=40).filter(lambda name: b"\0" not in name and b"/" not in name)


@given(NAMES, NAMES)
def test_different_names_are_shown_differently_and_on_one_line(one: bytes, other: bytes) -> None:
    assume(one != other)
    assert printable(one) != printable(other)
    assert printable(one).isprintable()


@given(st.lists(NAMES | st.text(alphabet="aé\n\\.", min_size=1, max_size=6).map(str.encode), max_size=8, unique=True))
def test_every_name_that_a_file_system_takes_is_seen_once_or_passed_over(
    tmp_path_factory: pytest.TempPathFactory, names: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("names")
    written = set()
    for name in names:
        if name in {b".", b".."}:
            continue
        (folder / os.fsdecode(name)).write_bytes(b"text")
        written.add(name)
    offered = {name for name in written if not is_passed_over(os.fsdecode(name))}
    seen = list(scan(folder))
    assert [one.path for one in seen if isinstance(one, Sighting)] == [one.path for one in seen if is_article(one.path)]
    assert sorted(one.path for one in seen) == sorted(map(printable, offered))
