"""Reading what was seen: only settled regular files inside the folder, within the limit, and one bad file spoils no other."""

import hashlib
import os
import pickle
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.core.errors import SourceError
from bot.core.model import Content, Reading, Refused
from bot.sources.folder import Sighting, StillChanging, read_articles, read_settled, scan

LIMIT = 1_000_000


def parse(data: bytes, name: str) -> Content | Refused:
    if not data:
        return Refused(reason="is empty")
    if "bug" in name:
        raise ValueError("not what was expected")
    return Content(title=name, titled=True, text=data.decode())


def sightings(folder: Path) -> list[Sighting]:
    return [seen for seen in scan(folder) if isinstance(seen, Sighting)]


def check(folder: Path, seen: Sighting, expected: type | bytes | str) -> None:
    """Reading gives these bytes, or a refusal with these words, or StillChanging."""
    root = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        got = read_settled(root, seen, limit_bytes=LIMIT)
    finally:
        os.close(root)
    match expected:
        case bytes():
            assert got == expected
        case str():
            assert isinstance(got, Refused)
            assert expected in got.reason
        case _:
            assert isinstance(got, expected)


def one(folder: Path, name: str = "a.txt", content: bytes = b"text") -> Sighting:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    (seen,) = sightings(folder)
    return seen


@pytest.mark.parametrize("content", [b"", b"text", bytes(range(256)) * 3000, b"x" * LIMIT])
def test_the_bytes_of_a_file_come_as_they_are(tmp_path: Path, content: bytes) -> None:
    check(tmp_path, one(tmp_path, "sub/folder/a.txt", content), content)


@pytest.mark.parametrize("name", [b"a\nb.txt", b"\xff\xfe.txt", b"-rf.txt", b" .txt"])
def test_strange_names_are_read(tmp_path: Path, name: bytes) -> None:
    check(tmp_path, one(tmp_path, os.fsdecode(name)), b"text")


def test_a_huge_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    os.truncate(tmp_path / "a.txt", 2 * 1024**4)  # of holes; reading it would outlast every test
    (seen,) = sightings(tmp_path)
    check(tmp_path, seen, "larger than an article may be (2,199,023.3 MB; the limit is 1.0 MB)")


def _replaced(make: Callable[[Path], None]) -> Callable[[Path], None]:
    def replace(path: Path) -> None:
        path.unlink()
        make(path)

    return replace


@pytest.mark.parametrize(
    ("happens", "expected"),
    [
        (lambda path: path.write_text("longer text"), StillChanging),
        (lambda path: path.write_text(""), StillChanging),
        (lambda path: os.utime(path, ns=(1, 1)), StillChanging),
        (lambda path: path.unlink(), StillChanging),
        (lambda path: path.rename(path.with_name("b.txt")), StillChanging),
        (lambda path: shutil.rmtree(path.parent), StillChanging),
        (_replaced(lambda path: path.symlink_to("/etc/hostname")), "a symbolic link"),
        (_replaced(os.mkfifo), "a named pipe"),
        (_replaced(Path.mkdir), "not a regular file"),
        (lambda path: os.truncate(path, LIMIT + 1), "larger than an article may be"),
    ],
)
def test_what_happens_between_the_look_and_the_reading(tmp_path: Path, happens: Callable[[Path], None], expected: type | str) -> None:
    seen = one(tmp_path, "sub/a.txt")
    happens(tmp_path / "sub" / "a.txt")
    check(tmp_path, seen, expected)


def test_a_folder_replaced_by_a_link_to_a_secret_leads_nowhere(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    seen = one(inside, "sub/a.txt")
    (inside / "sub").rename(outside)
    (inside / "sub").symlink_to(outside)
    check(inside, seen, "a symbolic link")


@pytest.mark.parametrize("raw", [b"../../x.txt", b"/etc/hostname", b"a/../../x.txt", b"..", b"", b"a//b.txt", b"./a.txt", b"a\0.txt"])
def test_a_path_that_leaves_the_folder_is_refused(tmp_path: Path, raw: bytes) -> None:
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    (tmp_path / "x.txt").write_text("secret")
    check(inside, Sighting(path="x.txt", raw=raw, size=6, mtime_ns=0), "the path leaves the folder")


WRITER = "import sys, time\nfile = open(sys.argv[1], 'ab', buffering=0)\nwhile True:\n    file.write(b'more ' * 2000)\n"


def test_a_file_that_grows_while_it_is_read_is_never_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"begin ")
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)])
    taken = []
    try:
        while path.stat().st_size == 6:
            time.sleep(0.01)
        for _ in range(200):
            taken += [
                got for got in read_articles(tmp_path, sightings(tmp_path), limit_bytes=10**12, parse=parse) if isinstance(got, Reading)
            ]
            os.truncate(path, 0)
    finally:
        writer.kill()
        writer.wait()
    # Between two writes the file is what the look saw; what was taken then is the whole of it, never less.
    assert all(isinstance(got.result, Content) and len(got.result.text) == got.size for got in taken if got.size)


def test_a_file_without_permission_is_refused_with_advice(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything; covered by the child process without privileges below")
    seen = one(tmp_path)
    (tmp_path / "a.txt").chmod(0)
    check(tmp_path, seen, "permission denied")


UNPRIVILEGED = """
import os, sys
from pathlib import Path
from bot.core.errors import SourceError
from bot.sources.folder import read_articles, scan
os.chdir(sys.argv[1])
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
seen = {one.path: one for one in scan(Path("."))}
print(seen["closed"].reason)
print(read_articles(Path("."), [seen["a.txt"]], limit_bytes=100, parse=lambda data, name: None)[0].result.reason)
try:
    list(scan(Path("closed")))
except SourceError as error:
    print(error)
"""


def test_without_permission_the_rest_is_read_and_the_reason_said(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can lower the privileges of a child; the test above covers other users")
    one(tmp_path)
    (tmp_path / "a.txt").chmod(0)
    (tmp_path / "closed").mkdir(mode=0)
    tmp_path.chmod(0o755)
    child = subprocess.run([sys.executable, "-c", UNPRIVILEGED, tmp_path], capture_output=True, text=True, check=False)
    assert child.returncode == 0, child.stderr
    closed, refused, source = child.stdout.splitlines()
    assert "a folder that cannot be entered: Permission denied" in closed
    assert "permission denied; give the user" in refused
    assert "The folder closed may not be read" in source


def test_articles_are_read_hashed_and_parsed_in_order_and_none_spoils_another(tmp_path: Path) -> None:
    for name in ("a.txt", "bug.txt", "c.txt", "empty.txt", "gone.txt", "odd.txt", "z.txt"):
        (tmp_path / name).write_text("" if name == "empty.txt" else name)
    (tmp_path / "huge.txt").touch()
    os.truncate(tmp_path / "huge.txt", LIMIT + 1)
    seen = sightings(tmp_path)
    (tmp_path / "gone.txt").unlink()
    (tmp_path / "odd.txt").unlink()
    os.mkfifo(tmp_path / "odd.txt")
    got = {reading.path: reading for reading in read_articles(tmp_path, seen, limit_bytes=LIMIT, parse=parse)}
    assert list(got) == [one.path for one in seen]
    assert got["gone.txt"] == StillChanging(path="gone.txt")
    results = {path: reading.result for path, reading in got.items() if isinstance(reading, Reading)}
    assert {path for path, result in results.items() if isinstance(result, Content)} == {"a.txt", "c.txt", "z.txt"}
    reasons = {path: result.reason for path, result in results.items() if isinstance(result, Refused)}
    assert "larger than an article" in reasons["huge.txt"]
    assert "a named pipe" in reasons["odd.txt"]
    assert reasons["empty.txt"] == "is empty"
    assert "the reader failed on this file (ValueError: not what was expected)" in reasons["bug.txt"]
    digests = {path: reading.digest for path, reading in got.items() if isinstance(reading, Reading)}
    assert digests["a.txt"] == hashlib.sha256(b"a.txt").hexdigest()
    assert digests["bug.txt"] == hashlib.sha256(b"bug.txt").hexdigest()
    assert digests["huge.txt"] == digests["odd.txt"] == ""


def test_reading_changes_nothing_in_the_folder(tmp_path: Path) -> None:
    one(tmp_path, "sub/a.txt")
    (tmp_path / "bad.txt").write_bytes(b"\x00" * 100)

    def picture() -> list[tuple[str, int, int, int, int]]:
        found = [(str(path), path.lstat()) for path in sorted(tmp_path.rglob("*"))]
        return [(path, status.st_ino, status.st_mode, status.st_size, status.st_ctime_ns) for path, status in found]

    before = picture()
    read_articles(tmp_path, sightings(tmp_path), limit_bytes=LIMIT, parse=parse)
    assert picture() == before
    assert stat.S_ISREG((tmp_path / "bad.txt").lstat().st_mode)


def test_the_program_reads_with_its_own_parser(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text("Harbour opens again\n\n" + "The harbour of Nordvik opened again on Monday after the storm. " * 20)
    (tmp_path / "empty.txt").touch()
    empty, story = read_articles(tmp_path, sightings(tmp_path), limit_bytes=LIMIT)
    assert isinstance(empty, Reading)
    assert isinstance(empty.result, Refused)
    assert "empty" in empty.result.reason
    assert isinstance(story, Reading)
    assert isinstance(story.result, Content)
    assert story.result.title == "Harbour opens again"


def test_a_folder_that_went_away_is_a_source_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="does not exist"):
        read_articles(tmp_path / "gone", [], limit_bytes=LIMIT, parse=parse)


def test_what_is_given_to_and_got_from_a_worker_can_be_pickled(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text")
    seen = sightings(tmp_path)
    got = read_articles(tmp_path, seen, limit_bytes=LIMIT, parse=parse)
    everything = (read_articles, seen, got, StillChanging(path="x"))
    assert pickle.loads(pickle.dumps(everything)) == everything
