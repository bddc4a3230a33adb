"""One `lanyard serve` on a free loopback port, with a data directory of its own."""

import contextlib
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

from . import remembered
from .account import Account

READY_SECONDS_MAX = 60
STOP_SECONDS_MAX = 30


def free_port() -> int:
    """A port that nobody listens on, outside the range from which outgoing connections take theirs."""
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


class Server:
    def __init__(self, binary: Path, directory: Path, *, flags=(), environment=None, log_level="debug"):
        self.binary = binary
        self.directory = directory
        self.data = directory / "data"
        self.log = directory / "log"
        self.port = free_port()
        self.metrics_port = free_port()
        self.flags = list(flags)
        self.log_level = log_level
        self.environment = environment or {}
        self.process: subprocess.Popen | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # Starting and stopping

    def command(self) -> list[str]:
        address = f"127.0.0.1:{self.port}"
        metrics = f"127.0.0.1:{self.metrics_port}"
        words = [str(self.binary), "serve", "--listen", address, "--metrics-listen", metrics]
        return [*words, "--data-dir", str(self.data), "--log", self.log_level, *self.flags]

    def start(self, wrapper=(), environment=None) -> "Server":
        """Starts and waits until it is ready. The wrapper is a program that runs the server."""
        self.launch(wrapper, environment)
        self.wait_until_ready()
        return self

    def launch(self, wrapper=(), environment=None) -> None:
        assert self.process is None, "the server runs already"
        self.directory.mkdir(parents=True, exist_ok=True)
        variables = {
            name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LANYARD_"))
        }
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*wrapper, *self.command()],
                env=variables | self.environment | (environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}:\n{self.log_tail()}")
            if self.get("/readyz") == 200:
                return
            time.sleep(0.01)
        raise AssertionError(f"the server is not ready after {READY_SECONDS_MAX} s:\n{self.log_tail()}")

    def get(self, path: str) -> int:
        """The status of a plain GET, or 0 when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def stop(self) -> int:
        """Asks it to stop, waits, and gives the exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> int:
        if self.process is None:
            return 0
        process, self.process = self.process, None
        try:
            if process.poll() is None:
                os.kill(self._server_below(process.pid), how)
            return process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"no end after {STOP_SECONDS_MAX} s:\n{self.log_tail()}") from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    # Looking at it from outside

    def log_text(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def log_tail(self) -> str:
        return "\n".join(self.log_text().splitlines()[-30:])

    def server_pid(self) -> int:
        return self._server_below(self.process.pid)

    def _server_below(self, pid: int) -> int:
        """The process of the server itself, when it runs below a wrapper such as faketime or strace."""
        while Path(f"/proc/{pid}/exe").resolve() != self.binary.resolve():
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            if not children:
                return pid
            pid = int(children[0])
        return pid

    def resident_bytes(self) -> int:
        return self._memory("VmRSS")

    def resident_bytes_peak(self) -> int:
        return self._memory("VmHWM")

    def _memory(self, name: str) -> int:
        status = Path(f"/proc/{self.server_pid()}/status").read_text()
        return int(re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)[1]) * 1024

    def connections_to(self, port: int) -> int:
        """How many connections to a port of loopback the server itself holds."""
        pid = self.server_pid()
        held = set()
        for file in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):
                held.add(os.readlink(file))
        lines = Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
        sockets = (line.split() for line in lines)
        return sum(int(s[2].split(":")[1], 16) == port and f"socket:[{s[9]}]" in held for s in sockets)

    def metrics(self) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.metrics_port, timeout=5)
        connection.request("GET", "/metrics")
        return connection.getresponse().read().decode()

    # Its command line

    def run(self, *words: str, check: bool = True) -> subprocess.CompletedProcess:
        """`lanyard WORDS --data-dir DIR`."""
        return run_binary(self.binary, *words, "--data-dir", str(self.data), check=check)

    def account(self, name: str = "test", number: str | None = None) -> Account:
        words = ["account", "create", name, "--root-access-key", "--json"]
        made = json.loads(self.run(*words, *(["--id", number] if number else [])).stdout)
        remembered.secret(made["SecretAccessKey"])
        return Account(self, made)

    def explain(self, request_id: str) -> dict:
        return json.loads(self.run("explain", request_id, "--json").stdout)

    def trail(self, account: str | None = None) -> list[dict]:
        words = ["trail", "--json", *(["--account", account] if account else [])]
        return [json.loads(line) for line in self.run(*words).stdout.splitlines() if line.strip()]


def run_binary(binary: Path, *words: str, check=True, environment=None) -> subprocess.CompletedProcess:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("LANYARD_")}
    done = subprocess.run(
        [str(binary), *words],
        env=variables | (environment or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    if check and done.returncode != 0:
        raise AssertionError(f"lanyard {' '.join(words)} ended with {done.returncode}:\n{done.stderr}")
    return done
