"""How a conversation in the terminal ends when the program is told to: in good order, and with a terminal that can be typed into."""

import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from shell_program import ROOT, environment, seeds


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGHUP])
def test_who_is_told_to_end_puts_the_terminal_in_order(tmp_path: Path, sent: signal.Signals) -> None:
    seeds(tmp_path)
    terminal, theirs = pty.openpty()

    def is_for_lines() -> bool:
        return bool(termios.tcgetattr(terminal)[3] & termios.ICANON)

    def pass_time() -> None:
        assert time.monotonic() < deadline
        if select.select([terminal], [], [], 0.1)[0]:
            os.read(terminal, 65536)

    deadline = time.monotonic() + 40
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=tmp_path,
        env=environment(tmp_path, PYTHONPATH=str(ROOT), TERM="xterm"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as program:
        try:
            while is_for_lines():
                pass_time()
            program.send_signal(sent)
            while program.poll() is None:
                pass_time()
        finally:
            program.kill()
    assert program.returncode == 0
    assert is_for_lines()
    os.close(theirs)
    os.close(terminal)
