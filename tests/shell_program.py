"""The program as it is started from a shell: its environment, one command to its end, and what it prints as data."""

import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from bot.__main__ import main

ROOT: Final = Path(__file__).parent.parent
LONG_AGO: Final = 1_700_000_000
SECONDS: Final = 60

_WARM: Final = multiprocessing.get_context("forkserver")
_WARM.set_forkserver_preload(["bot.run", *(f"bot.shell.{name}" for name in ("act", "ask", "check", "ingest", "move", "run"))])
"""Forks processes that have loaded the program already, which takes longer than most commands, and begin where its command line does."""


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The shell's environment without what would change the outcome, and with a database of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SLUGLINE_") and name not in {"COLUMNS", "NO_COLOR"}}
    return {**kept, "SLUGLINE_STORAGE__URL": f"sqlite:///{folder}/news.db", "SLUGLINE_CONSOLE__ZONE": "UTC", "HOME": str(folder), **more}


def slugline(folder: Path, *words: str, code: int = 0, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command in a folder, in a process of its own, and check how it ends; `more` stands in its environment, too."""
    given = environment(folder, PYTHONPATH=str(ROOT), **more)
    # What an interpreter looks at when it starts; coverage is measured from there on, too.
    is_cold = any(name.startswith("PYTHON") for name in more) or any(name.startswith("COVERAGE") for name in given)
    done = cold(folder, words, given) if is_cold else _warm(folder, words, given)
    assert done.returncode == code, done.stdout + done.stderr
    return done


def cold(folder: Path, words: Sequence[str], given: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run one command as a shell does."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env=given,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def _warm(folder: Path, words: Sequence[str], given: dict[str, str]) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as aside:
        paths = Path(aside) / "out", Path(aside) / "err"
        process = _WARM.Process(target=_run, args=(words, folder, given, paths))
        process.start()
        process.join(SECONDS)
        if process.is_alive():
            process.kill()
            process.join()
        out, err = (path.read_text(encoding="utf-8") for path in paths)
        return subprocess.CompletedProcess(words, process.exitcode or 0, out, err)


def _run(words: Sequence[str], folder: Path, given: Mapping[str, str], paths: tuple[Path, Path]) -> None:
    """Be the program: in its folder and environment, with streams of its own."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(given)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, path in enumerate(paths, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    sys.stdin = os.fdopen(0)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8") for number in (1, 2))
    sys.exit(main(words))


def facts(folder: Path, *words: str) -> Any:
    """Run a command with --json and read what it prints."""
    return json.loads(slugline(folder, *words, "--json").stdout)


def seeds(folder: Path) -> Path:
    """Copy the repository's seeds, settled long ago."""
    copied = folder / "seeds"
    shutil.copytree(ROOT / "seeds", copied)
    for path in copied.iterdir():
        os.utime(path, (LONG_AGO, LONG_AGO))
    return copied
