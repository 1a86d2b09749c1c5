"""The program as a person or a script uses it from the shell: real processes, real files, exit codes."""

import os
import pty
import re
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from shell_program import LONG_AGO, ROOT, cold, environment, facts, seeds, slugline

STORY = "Ferry runs aground off Quillon\n\nA ferry with 212 passengers ran aground off Quillon on 3 March 2026 in fog, the coast guard of Pellin said.\n"


def test_run_without_a_terminal_takes_in_shows_and_ends(tmp_path: Path) -> None:
    seeds(tmp_path)
    first = slugline(tmp_path, "run").stdout
    for shown in ("› /digest", "› /latest", "› /sources", "/event"):
        assert shown in first
    assert "\x1b" not in first
    assert max(map(len, first.splitlines())) <= 80
    assert "0 new articles" in slugline(tmp_path, "run").stdout
    assert set(facts(tmp_path, "run")) == {"ingest", "digest", "latest", "sources"}


def test_an_event_as_data_has_what_scripts_need(tmp_path: Path) -> None:
    slugline(tmp_path, "ingest", str(seeds(tmp_path)))
    (found,) = [event for event in facts(tmp_path, "ask", "/latest 20") if event["copies"]]
    event = facts(tmp_path, "ask", f"/event {found['id']}")
    assert {"id", "headline", "first_at", "last_at", "reports", "copies", "outlets", "unattributed", "articles"} <= set(event)
    for article in event["articles"]:
        assert {"file", "title", "outlet", "agency", "url", "published", "precision", "kind", "copy_of", "text"} <= set(article)
        assert article["precision"] in {"minute", "day", "inferred"}
        assert re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", article["published"])
    assert sorted({article["kind"] for article in event["articles"]}) == ["copy", "report"]


@pytest.mark.parametrize(
    "words", [["status"], ["errors"], ["sources"], ["digest"], ["ask", "/top"], ["ask", "/help"], ["ask", "/search quake"]]
)
def test_every_command_prints_data_on_an_empty_database(tmp_path: Path, words: list[str]) -> None:
    facts(tmp_path, *words)
    assert slugline(tmp_path, *words).stdout.strip()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["ask", "/event 99"], 1, "no event yet"),
        (["ask", "/evnt"], 2, "/event"),
        (["digest", "nonsense"], 2, "nonsense"),
        (["sources", "99"], 1, "no event yet"),
        (["ingest", "absent"], 2, "absent"),
        (["fly"], 2, "fly"),
        (["--config", "absent.toml", "status"], 2, "absent.toml"),
        (["run"], 2, "sources.folders"),
        (["eval", "events", "absent.jsonl"], 2, "absent.jsonl"),
        (["eval", "articles", "absent"], 2, "absent"),
    ],
)
def test_what_goes_wrong_is_said_with_the_right_exit_code(tmp_path: Path, words: list[str], code: int, told: str) -> None:
    done = slugline(tmp_path, *words, code=code)
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


OPML = """<opml version="2.0"><body><outline text="World">
<outline text="Quay" type="rss" xmlUrl="https://quay.example.org/feed"/><outline text="Pier" type="rss" xmlUrl="https://pier.example.org/rss"/>
</outline><outline text="Router" type="rss" xmlUrl="http://192.168.1.1/feed"/></body></opml>"""


def test_feeds_are_kept_from_the_shell(tmp_path: Path) -> None:
    (tmp_path / "my feeds.opml").write_text(OPML)
    imported = slugline(tmp_path, "sources", "import", "my feeds.opml").stdout
    assert "3 feeds: 2 added, 1 refused." in imported
    assert "Router" in imported
    assert "2 feeds: 2 waiting" in slugline(tmp_path, "sources").stdout
    assert {"added": [], "over_limit": 0}.items() <= facts(tmp_path, "sources", "import", "my feeds.opml").items()
    exported = slugline(tmp_path, "sources", "export").stdout
    assert exported.startswith("<?xml")
    assert "https://quay.example.org/feed" in exported
    slugline(tmp_path, "sources", "export", "out.opml")
    assert (tmp_path / "out.opml").read_text().count("xmlUrl") == 2
    assert [feed["category"] for feed in facts(tmp_path, "sources", "export")] == ["World", "World"]
    slugline(tmp_path, "ask", "/export")
    (saved,) = tmp_path.glob("slugline-feeds-*.opml")
    assert saved.read_text().count("xmlUrl") == 2
    assert "Paused 2 feeds." in slugline(tmp_path, "sources", "pause", "all").stdout
    assert facts(tmp_path, "sources", "fulltext", "quay", "page")["feeds"] == 1
    assert facts(tmp_path, "sources", "feed", "quay")["state"]["full_text"] == "page"
    assert "Removed feed" in slugline(tmp_path, "sources", "remove", "pier").stdout
    assert facts(tmp_path, "status")["feeds"]["paused"] == 1


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["sources", "add", "http://10.0.0.1/feed"], 1, "not a public address"),
        (["sources", "add", "seeds/"], 1, "Folders are named in the configuration"),
        (["sources", "add"], 2, "Usage: /addsource"),
        (["sources", "pause", "99"], 1, "There is no feed"),
        (["sources", "fulltext", "1"], 2, "Usage: /fulltext"),
        (["sources", "import", "absent.opml"], 2, "absent.opml: No such file"),
        (["sources", "export", "a", "b"], 2, "One file at a time"),
        (["sources", "import", "config.toml"], 1, "config.toml: this is no OPML"),
    ],
)
def test_what_cannot_be_done_to_feeds_is_said_with_the_right_exit_code(tmp_path: Path, words: list[str], code: int, told: str) -> None:
    (tmp_path / "config.toml").write_text("[digest]\nevents = 3\n")
    done = slugline(tmp_path, *words, code=code)
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_key_stops_the_start_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[digest]\nevent = 3\n")
    done = slugline(tmp_path, "status", code=2)
    assert "config.toml, line 2" in done.stderr
    assert "digest.events" in done.stderr


def test_configuration_check_says_what_would_be_used(tmp_path: Path) -> None:
    folder = seeds(tmp_path)
    assert "news.db" in "".join(slugline(tmp_path, "config", "check").stdout.split())
    assert facts(tmp_path, "config", "check") == {"database": f"{tmp_path}/news.db", "folders": [str(folder)], "feeds": 0}


# Row 47 of the faults.
@pytest.mark.parametrize("command", [["run"], ["config", "check"]])
def test_a_folder_that_cannot_be_read_is_named_with_key_file_and_line(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "file").touch()
    config = tmp_path / "config.toml"
    config.write_text('[sources]\n# where from\nfolders = ["in", "absent", "file"]\n')
    told = slugline(tmp_path, *command, code=2).stderr
    for words in (
        "config.toml, line 3: sources.folders:",
        f"{tmp_path}/absent cannot be read (No such",
        f"{tmp_path}/file",
        "make the folder",
    ):
        assert words in told
    assert f"{tmp_path}/in " not in told
    told = slugline(tmp_path, *command, code=2, SLUGLINE_SOURCES__FOLDERS="gone").stderr
    assert "SLUGLINE_SOURCES__FOLDERS: sources.folders:" in told
    config.unlink()
    assert "built-in default: sources.folders:" in slugline(tmp_path, *command, code=2).stderr


def test_the_version_can_be_asked(tmp_path: Path) -> None:
    assert re.fullmatch(r"slugline \d+\.\d+\.\d+\n", slugline(tmp_path, "--version").stdout)


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("status >/dev/full", 1, "slugline: Standard output cannot be written: No space left on device.\n"),
        ("status --json >/dev/full", 1, "slugline: Standard output cannot be written: No space left on device.\n"),
        ("ask /help >&-", 1, "slugline: standard output is closed; send it to /dev/null if nobody is to read it\n"),
        ("status >/dev/null <&-", 0, ""),
        ("run >/dev/null <&-", 0, ""),
        ("digest nonsense >/dev/null 2>&-", 2, ""),
        ("ask /help | head -1 >/dev/null", 0, ""),
        ("ask /help --json | true", 0, ""),
    ],
)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_output_that_takes_nothing_is_told_in_a_sentence(tmp_path: Path, line: str, code: int, told: str, unbuffered: str) -> None:
    (tmp_path / "seeds").mkdir()
    done = subprocess.run(
        ["/bin/bash", "-o", "pipefail", "-c", f"{sys.executable} -m bot {line}"],
        cwd=tmp_path,
        env=environment(tmp_path, PYTHONPATH=str(ROOT), PYTHONUNBUFFERED=unbuffered),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (code, told)


def test_what_the_output_cannot_encode_is_escaped(tmp_path: Path) -> None:
    slugline(tmp_path, "ingest", str(seeds(tmp_path)))
    assert "\\u" in slugline(tmp_path, "ask", "/latest 20", PYTHONIOENCODING="ascii").stdout


# Row 34 of the faults.
def test_a_damaged_or_newer_database_is_refused_in_plain_words(tmp_path: Path) -> None:
    database = tmp_path / "news.db"
    database.write_bytes(b"this is a letter, not a database" * 200)
    done = slugline(tmp_path, "status", code=1)
    assert str(database) in done.stderr
    assert "backup" in done.stderr
    database.unlink()
    slugline(tmp_path, "status")
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    done = slugline(tmp_path, "status", code=1)
    assert "newer" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_written_while_it_is_taken_in_is_waited_for(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(STORY)
    assert facts(tmp_path, "ingest", "in")["new"] == 1


def test_a_single_file_can_be_taken_in(tmp_path: Path) -> None:
    folder = seeds(tmp_path)
    outcome = facts(tmp_path, "ingest", str(min(folder.iterdir())))
    assert (outcome["seen"], outcome["new"], outcome["events"]) == (1, 1, 1)


def test_a_file_of_a_watched_folder_belongs_to_that_source(tmp_path: Path) -> None:
    folder = seeds(tmp_path)
    (folder / "deep").mkdir()
    (folder / "deep" / "a.txt").write_text(STORY)
    outcome = facts(tmp_path, "ingest", "seeds/../seeds/deep/a.txt")
    assert (outcome["new"], outcome["grouped"]) == (1, 1)
    slugline(tmp_path, "run")
    (source,) = facts(tmp_path, "sources")
    assert source["location"] == str(folder)


def test_one_file_that_is_not_read_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / ".draft.txt").write_text(STORY)
    (tmp_path / "a.txt").write_text(STORY)
    os.utime(tmp_path / "a.txt", (LONG_AGO, LONG_AGO))
    done = slugline(tmp_path, "ingest", ".draft.txt", "a.txt", code=1)
    assert "1 new article" in done.stdout
    assert ".draft.txt is not read" in done.stderr


def test_an_ingest_tells_what_it_found_unchanged_and_what_it_grouped(tmp_path: Path) -> None:
    count = len(list(seeds(tmp_path).iterdir()))
    first, second = (facts(tmp_path, "ingest", "seeds") for _ in range(2))
    assert (first["seen"], first["new"], first["unchanged"], first["grouped"]) == (count, count, 0, count)
    assert (second["seen"], second["new"], second["unchanged"], second["grouped"]) == (count, 0, count, 0)
    assert f"{count} unchanged" in slugline(tmp_path, "ingest", "seeds").stdout


def test_times_are_those_of_the_zone_that_the_chat_of_the_terminal_chose(tmp_path: Path) -> None:
    def check(typed: str, told: str) -> None:
        assert told in slugline(tmp_path, "ask", typed, SLUGLINE_CONSOLE__ZONE="Europe/Kyiv").stdout

    check("/subscribe 07:30", " 07:30  (Europe/Kyiv)")
    check("/timezone tokyo", " 07:30  (Asia/Tokyo)")
    check("/subscriptions", " 07:30  (Asia/Tokyo)")
    check("/privacy delete yes", "Nothing is stored")
    check("/subscribe 07:30", " 07:30  (Europe/Kyiv)")


# Row 41: the same file again after a crash in mid batch; and a Ctrl-C leaves a consistent database.
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_an_ingest_that_is_stopped_anywhere_goes_on_where_it_was(tmp_path: Path, sent: signal.Signals) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(400):
        path = folder / f"{number}.txt"
        path.write_text(STORY.replace("212", str(200 + number)).replace("Quillon", f"Quillon {number}"))
        os.utime(path, (LONG_AGO, LONG_AGO))
    begun = time.monotonic()
    cold(tmp_path, ["status"], environment(tmp_path, PYTHONPATH=str(ROOT)))
    start = time.monotonic() - begun  # what merely starting takes on this machine now: before it is Python's that Ctrl-C meets
    for delay in (start, start + 0.4, start + 1):
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "ingest", "many"],
            cwd=tmp_path,
            env=environment(tmp_path, PYTHONPATH=str(ROOT)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        time.sleep(delay)
        process.send_signal(sent)
        _, complaint = process.communicate(timeout=60)
        assert b"Traceback" not in complaint
    slugline(tmp_path, "ingest", "many")
    status = facts(tmp_path, "status")
    assert (status["articles"], status["waiting"]) == (400, 0)
    with sqlite3.connect(tmp_path / "news.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_the_terminal_chat_answers_and_takes_in_what_is_dropped_meanwhile(tmp_path: Path) -> None:
    folder = tmp_path / "seeds"
    shutil.copytree(ROOT / "seeds", folder, copy_function=shutil.copyfile)  # just now: the first digest waits until they have settled
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        os.execve(sys.executable, [sys.executable, "-m", "bot", "run"], environment(tmp_path, PYTHONPATH=str(ROOT), TERM="xterm"))
    taken: list[bytes] = []
    seen = b""

    def wait_for(words: bytes, seconds: float = 40) -> None:
        nonlocal seen
        deadline = time.monotonic() + seconds
        while words not in seen:
            assert time.monotonic() < deadline, seen.decode(errors="replace")
            if select.select([terminal], [], [], 0.2)[0]:
                seen += os.read(terminal, 65536)
        taken.append(seen)
        seen = b""

    try:
        wait_for("›".encode())
        assert b"articles \xe2\x86\x92 " in taken[0]
        os.write(terminal, b"/sources\r")
        wait_for(b"last success")
        (folder / "dropped.txt").write_text(STORY)
        for _ in range(20):
            time.sleep(0.5)
            if facts(tmp_path, "ask", "/search Quillon"):
                break
        os.write(terminal, b"/search Quillon\r")
        wait_for(b"aground")
        (tmp_path / "router.opml").write_text(
            OPML.replace("https://quay.example.org", "http://10.0.0.1").replace("https://pier", "ftp://pier")
        )
        os.write(terminal, b"/import router.opml\r")
        wait_for(b"0 added, 3 refused")
        os.write(terminal, b"/subscribe 07:30 Asia/Tokyo\r")
        wait_for(b" 07:30\x1b[2m  (Asia/Tokyo)")
        os.write(terminal, b"/nonsense\r")
        wait_for(b"There is no /nonsense")
        folder.rename(tmp_path / "away")
        wait_for(b"A folder is left out for now.")
        (tmp_path / "away").rename(folder)
        wait_for(b"A folder is read again")
        assert not any(b"timestamp=" in each for each in taken)
        os.write(terminal, b"/quit\r")
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    finally:
        os.close(terminal)
