"""What stands behind the gateway: the store with a tap of `peers/`, and moto's server."""

import http.client
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .background import Program, wait_until
from .identity import Identity
from .server import free_port

PEERS = Path(__file__).resolve().parent.parent.parent / "target/peers/debug"

# The upstream's own key, which no client of the gateway knows.
KEY_ID = "AKIDOFTHEUPSTREAM"
SECRET = "the-upstreams-own-secret-which-stays-with-the-gateway"
AWS_CREDENTIALS = {"LANYARD_AWS_ACCESS_KEY_ID": KEY_ID, "LANYARD_AWS_SECRET_ACCESS_KEY": SECRET}
CREDENTIALS = {"LANYARD_S3_ACCESS_KEY_ID": KEY_ID, "LANYARD_S3_SECRET_ACCESS_KEY": SECRET}


@dataclass
class Seen:
    """A request that reached the store."""

    method: str
    target: str
    headers: list[list[str]]
    body_bytes: int
    complete: bool
    broken: bool

    def header(self, name: str) -> str | None:
        """The only value of that header."""
        values = [value for key, value in self.headers if key == name]
        assert len(values) < 2, f"{name} came more than once: {values}"
        return values[0] if values else None


class Store:
    """An S3 server on files, and what has reached it."""

    def __init__(self, directory: Path):
        self.files = directory / "files"
        self.files.mkdir(parents=True)
        self.program = Program(
            [PEERS / "s3-server", self.files],
            directory / "log",
            environment={"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        line = self.program.process.stdout.readline()
        assert line, f"s3-server did not start:\n{self.program.log_tail()}"
        places = json.loads(line)
        self.endpoint: str = places["endpoint"]
        self._tap: str = places["tap"].removeprefix("http://")

    def stop(self) -> None:
        self.program.stop()

    @property
    def owner(self) -> Identity:
        """Whoever holds the store's own key, beside the gateway."""
        return Identity(self.endpoint, KEY_ID, SECRET)

    def report(self, first: int = 0) -> dict:
        connection = http.client.HTTPConnection(self._tap, timeout=10)
        try:
            connection.request("GET", f"/{first}")
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def watch(self) -> "Watch":
        return Watch(self)

    def file(self, bucket: str, key: str) -> Path:
        """Where the store keeps an object."""
        return self.files / bucket / key


class Watch:
    """What has reached the store from now on."""

    def __init__(self, store: Store):
        self.store = store
        self.start = store.report(1 << 40)

    def requests(self) -> list[Seen]:
        return [Seen(**seen) for seen in self.store.report(self.start["count"])["requests"]]

    def only(self) -> Seen:
        requests = self.requests()
        assert len(requests) == 1, f"one request should have come: {requests}"
        return requests[0]

    def byte_count(self) -> int:
        """Every byte that came in, whatever it was part of."""
        return self.store.report(1 << 40)["bytes"] - self.start["bytes"]

    def check_nothing_came(self) -> None:
        assert self.byte_count() == 0, f"{self.byte_count()} bytes reached the store: {self.requests()}"

    def wait_for_requests(self, count: int) -> list[Seen]:
        return wait_until(
            lambda: found if len(found := self.requests()) >= count else None,
            f"{count} requests at the store",
        )


class Moto:
    """moto's server: an S3 with tags and versions, which the other store has not, and most of AWS's services."""

    # What moto calls the account of whoever it does not know.
    ACCOUNT = "123456789012"

    def __init__(self, directory: Path, account: str = ACCOUNT):
        directory.mkdir(parents=True, exist_ok=True)
        port = free_port()
        words = [Path(sys.executable).parent / "moto_server", "-H", "127.0.0.1", "-p", str(port)]
        self.program = Program(words, directory / "log", environment={"MOTO_ACCOUNT_ID": account})
        self.endpoint = f"http://127.0.0.1:{port}"
        self.program.wait_for_port(port)

    @property
    def owner(self) -> Identity:
        return Identity(self.endpoint, KEY_ID, SECRET, asks_lanyard=False)

    def stop(self) -> None:
        self.program.stop()


def rust_sdk(identity: Identity, *words) -> dict:
    """One action of the AWS SDK for Rust, and what it printed."""
    done = subprocess.run(
        [str(PEERS / "sdk-client"), *map(str, words)],
        env=identity.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, f"sdk-client {' '.join(map(str, words))}:\n{done.stderr}"
    return json.loads(done.stdout)
