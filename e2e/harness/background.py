"""Programs that run beside the tests: started, waited for, and ended whatever happens."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

START_SECONDS_MAX = 30
STOP_SECONDS_MAX = 10


class Program:
    """A program of its own process group, whose output goes to a file."""

    def __init__(self, words, log: Path, *, environment=None, stdin=subprocess.DEVNULL, stdout=None):
        self.log = log
        variables = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        try:
            with open(log, "ab") as output:
                self.process = subprocess.Popen(
                    [str(word) for word in words],
                    env=variables | (environment or {}),
                    stdin=stdin,
                    stdout=stdout or output,
                    stderr=output,
                    text=True,
                    start_new_session=True,
                )
        except FileNotFoundError:
            raise AssertionError(f"{words[0]} is not there: `cargo xtask test` sets it up") from None

    def wait_for_port(self, port: int) -> None:
        wait_until(lambda: self.check_runs() or listens(port), f"{self.name} on port {port}", self.log_tail)

    def check_runs(self) -> None:
        code = self.process.poll()
        assert code is None, f"{self.name} ended with {code}:\n{self.log_tail()}"

    def stop(self) -> None:
        """Asks it to end, and ends it."""
        if self.process.stdin:
            self.process.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS_MAX)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(STOP_SECONDS_MAX)
        if self.process.stdout:
            self.process.stdout.close()

    @property
    def name(self) -> str:
        return Path(self.process.args[0]).name

    def log_tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-30:])


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(condition, what: str, detail=lambda: "", seconds: float = START_SECONDS_MAX):
    """Waits for a condition, never for a time; gives what it was."""
    deadline = time.monotonic() + seconds
    while True:
        if found := condition():
            return found
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}\n{detail()}"
        time.sleep(0.02)
