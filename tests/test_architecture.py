"""The shape of the program holds: imports point down, files stay small, nothing names a machine or an index."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(path for folder in ("bot", "storage", "tests") for path in (ROOT / folder).rglob("*.py"))


def test_imports_point_down() -> None:
    finished = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_holds_one_idea(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_packages_do_nothing_when_imported() -> None:
    assert [path for path in SOURCES if path.name == "__init__.py" and path.read_text().strip()] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_carries_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    pins = re.findall(r"^[\w.-]+==", text, re.MULTILINE)
    assert len(pins) > 20
    assert len(re.findall(r"^[\w.-]+==[^\n]*\\\n    --hash=sha256:", text, re.MULTILINE)) == len(pins)


@pytest.mark.parametrize(
    ("modules", "unwanted"),
    [
        ("bot.shell.run", "telegram httpx discord tzfpy numpy feedparser alembic prompt_toolkit bot.evaluation"),
        ("bot.run, bot.shell.ask", "aiohttp apscheduler pebble prompt_toolkit bot.parts bot.evaluation bot.core.understanding"),
    ],
)
def test_a_start_loads_nothing_that_nobody_wants(modules: str, unwanted: str) -> None:
    loaded = f"import sys, {modules}; print(sorted(set({unwanted.split()}) & set(sys.modules)))"
    finished = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (finished.stdout, finished.stderr) == ("[]\n", "")
