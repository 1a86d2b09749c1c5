"""Export, import and backup as an operator uses them: real processes, real files, a program that is killed or has no room."""

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from shell_program import LONG_AGO, ROOT, environment, facts, slugline
from test_shell import STORY

ARTICLES = 120


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with some articles and a subscription, made once."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "in").mkdir()
    for number in range(ARTICLES):
        path = folder / "in" / f"{number}.txt"
        path.write_text(STORY.replace("212", str(200 + number)).replace("Quillon", f"Quillon {number}"))
        os.utime(path, (LONG_AGO, LONG_AGO))
    slugline(folder, "ingest", "in")
    slugline(folder, "ask", "/subscribe 07:30 Europe/Kyiv")
    return folder


@pytest.fixture
def old(made: Path, tmp_path: Path) -> Path:
    """The same for each test."""
    return shutil.copytree(made, tmp_path / "old")


def moved(old: Path) -> Path:
    new = old.with_name("new")
    new.mkdir()
    return new


def same(one: bytes, other: bytes) -> bool:
    """Compare what follows the first lines, which say when they were written."""
    return one.split(b"\n", 1)[1] == other.split(b"\n", 1)[1]


def test_an_installation_moves_with_all_that_it_answers(old: Path) -> None:
    new = moved(old)
    assert facts(old, "export", "all.jsonl")["articles"] == ARTICLES
    assert "Imported 120 articles" in slugline(new, "import", str(old / "all.jsonl")).stdout
    for line in ("/subscriptions", "/search quillon 7"):
        assert slugline(new, "ask", line).stdout == slugline(old, "ask", line).stdout, line
    assert "holds something already" in " ".join(slugline(new, "import", str(old / "all.jsonl"), code=2).stderr.split())


def test_lines_go_on_to_another_program_and_nothing_else_does(old: Path) -> None:
    environment_ = environment(old, PYTHONPATH=str(ROOT))
    piped = subprocess.run(
        [sys.executable, "-m", "bot", "export", "-"], cwd=old, env=environment_, capture_output=True, timeout=60, check=True
    )
    slugline(old, "export", "all.jsonl")
    assert same(piped.stdout, (old / "all.jsonl").read_bytes())
    assert piped.stderr == b""
    assert all(json.loads(line)["kind"] for line in piped.stdout.decode().split("\n")[:-1])
    gone = subprocess.run(
        f"{sys.executable} -m bot export - | head -1", shell=True, cwd=old, env=environment_, capture_output=True, timeout=60, check=True
    )
    assert (gone.stdout.count(b"\n"), gone.stderr) == (1, b"")
    full = subprocess.run(
        f"{sys.executable} -m bot export - >/dev/full", shell=True, cwd=old, env=environment_, capture_output=True, timeout=60, check=False
    )
    assert (full.returncode, full.stderr) == (1, b"slugline: Standard output cannot be written: No space left on device.\n")


def test_nothing_is_overwritten(old: Path) -> None:
    (old / "kept").write_text("mine")
    for command in ("export", "backup"):
        assert "kept is there already" in slugline(old, command, "kept", code=2).stderr
    assert (old / "kept").read_text() == "mine"
    assert "cannot be read: No such file" in slugline(old, "import", "nowhere", code=2).stderr
    assert "cannot be read: Is a directory" in slugline(old, "import", "in", code=2).stderr


def test_a_backup_is_a_database_that_answers_as_before(old: Path) -> None:
    told = slugline(old, "backup", "copy.db").stdout
    assert "Backed up 120 articles" in told
    new = moved(old)
    (old / "copy.db").rename(new / "news.db")
    assert slugline(new, "ask", "/latest 5").stdout == slugline(old, "ask", "/latest 5").stdout


@pytest.mark.parametrize("command", ["export", "backup"])
def test_a_disk_without_room_leaves_no_half_file(old: Path, command: str) -> None:
    """Row 33: files may be 100,000 bytes here, and no larger."""

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    before = sorted(path.name for path in old.iterdir())
    done = subprocess.run(
        [sys.executable, "-m", "bot", command, "copy"],
        cwd=old,
        # What measures coverage would find no room either, and say so.
        env={name: value for name, value in environment(old, PYTHONPATH=str(ROOT)).items() if not name.startswith("COVERAGE")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=little_room,
    )
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in old.iterdir() if path.suffix != ".lock") == [name for name in before if not name.endswith(".lock")]


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_an_import_that_is_stopped_has_stored_nothing_and_can_begin_again(old: Path, sent: signal.Signals) -> None:
    """Row 41: after a crash in mid batch."""
    new = moved(old)
    slugline(old, "export", "all.jsonl")
    # The lines come slowly, so that it is stopped in the middle of them.
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "import", "/dev/stdin"],
        cwd=new,
        env=environment(new, PYTHONPATH=str(ROOT)),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdin is not None
    data = (old / "all.jsonl").read_bytes()
    process.stdin.write(data[: len(data) * 3 // 4])
    process.stdin.flush()
    while not (new / "news.db").exists():
        time.sleep(0.1)
    time.sleep(1)
    process.send_signal(sent)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode != 0
    assert b"Traceback" not in complaint
    assert "Imported 120 articles" in slugline(new, "import", str(old / "all.jsonl")).stdout
    with closing(sqlite3.connect(new / "news.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_backup_that_is_killed_leaves_no_file_of_its_name(old: Path) -> None:
    for delay in (0.8, 1.2):
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "backup", "copy.db"],
            cwd=old,
            env=environment(old, PYTHONPATH=str(ROOT)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(delay)
        process.kill()
        process.wait()
        if (old / "copy.db").exists():
            with closing(sqlite3.connect(old / "copy.db")) as connection:
                assert connection.execute("SELECT count(*) FROM articles").fetchone() == (ARTICLES,)
            (old / "copy.db").unlink()
