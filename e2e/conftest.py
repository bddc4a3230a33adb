"""Fixtures: one server for most tests, fresh servers for those that hurt theirs, an account for each test."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harness import remembered
from harness.account import Account
from harness.identity import Identity
from harness.listener import Listener
from harness.server import Server
from harness.store import AWS_CREDENTIALS, CREDENTIALS, Moto, Store
from harness.trouble import Trouble

# Below it, every bucket of the shared gateway has a host of its own.
DOMAIN = "s3.lanyard.test"
# Whose the resources behind `services` are.
HOME = "444455556666"
ROOT = Path(__file__).resolve().parent.parent


def pytest_configure(config):
    # A run that is ended from outside stops its servers too, as one ended by Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    config.addinivalue_line("markers", "last: runs after all others, on what they left behind")


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.get_closest_marker("last") is not None)


@pytest.fixture(scope="session")
def binary() -> Path:
    path = Path(os.environ.get("LANYARD_BIN", ROOT / "target/debug/lanyard"))
    assert path.exists(), f"{path} is not built: cargo build --package lanyard"
    return path


@pytest.fixture(scope="session", autouse=True)
def remembering(tmp_path_factory) -> Path:
    place = tmp_path_factory.getbasetemp() / "remembered-secrets"
    place.touch()
    os.environ["LANYARD_E2E_REMEMBERED"] = str(place)
    return place


@pytest.fixture(scope="session")
def server(binary, tmp_path_factory):
    """The server that most tests share. They must leave it running."""
    server = Server(binary, tmp_path_factory.mktemp("shared"))
    server.start()
    yield server
    assert server.stop() == 0, server.log_tail()


@pytest.fixture
def fresh_server(binary, tmp_path_factory):
    """Makes servers with data directories of their own, not started yet; ends them after the test."""
    made = []

    def make(**options) -> Server:
        server = Server(binary, tmp_path_factory.mktemp("own"), **options)
        made.append(server)
        return server

    yield make
    for server in made:
        server.kill()


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    """The S3 server behind `gateway`."""
    store = Store(tmp_path_factory.mktemp("store"))
    yield store
    store.stop()


@pytest.fixture(scope="session")
def gateway(binary, store, tmp_path_factory):
    """The server in front of `store`, which most tests of the gateway share."""
    upstream = f"s3={store.endpoint} domain={DOMAIN}"
    yield from running_gateway(binary, tmp_path_factory.mktemp("gateway"), upstream)


@pytest.fixture(scope="session")
def tagging_gateway(binary, tmp_path_factory):
    """The server in front of moto's S3, which knows tags."""
    moto = Moto(tmp_path_factory.mktemp("moto"))
    yield from running_gateway(binary, tmp_path_factory.mktemp("tagging"), f"s3={moto.endpoint}")
    moto.stop()


@pytest.fixture(scope="session")
def services(binary, tmp_path_factory):
    """The server in front of all that moto plays but S3."""
    moto = Moto(tmp_path_factory.mktemp("moto-services"), HOME)
    yield from running_services(binary, tmp_path_factory.mktemp("services"), moto)
    moto.stop()


@pytest.fixture(scope="session")
def home(services) -> Account:
    """The account whose resources stand behind `services`."""
    return services.account("home", services.home)


@pytest.fixture(scope="session")
def listener():
    """The upstream that answers everything alike, behind `listened`."""
    listener = Listener()
    yield listener
    listener.stop()


@pytest.fixture(scope="session")
def listened(binary, listener, tmp_path_factory) -> Account:
    """The account whose resources stand behind a server in front of `listener`."""
    words = f"aws={listener.endpoint} account={HOME} credentials=none"
    server = Server(binary, tmp_path_factory.mktemp("listened"), flags=["--upstream", words])
    server.start()
    yield server.account("listened", HOME)
    assert server.stop() == 0, server.log_tail()


@pytest.fixture(scope="session")
def trouble():
    """The upstream that goes wrong, behind `troubled_gateway`."""
    trouble = Trouble()
    yield trouble
    trouble.stop()


@pytest.fixture(scope="session")
def troubled_gateway(binary, trouble, tmp_path_factory):
    """The server in front of `trouble`; it loses patience soon."""
    upstream = f"s3={trouble.endpoint} connect-seconds=1 answer-seconds=1 idle-seconds=1"
    yield from running_gateway(binary, tmp_path_factory.mktemp("troubled"), upstream)


def running_services(binary, directory, moto: Moto, *words: str):
    upstream = f"aws={moto.endpoint} account={HOME} tags=upstream"
    flags = ["--upstream", " ".join([upstream, *words])]
    server = Server(binary, directory, flags=flags, environment=AWS_CREDENTIALS)
    server.home, server.moto = HOME, moto
    server.start()
    yield server
    assert server.stop() == 0, server.log_tail()


def running_gateway(binary, directory, upstream: str):
    server = Server(binary, directory, flags=["--upstream", upstream], environment=CREDENTIALS)
    server.start()
    yield server
    assert server.stop() == 0, server.log_tail()


@pytest.fixture
def fresh_gateway(fresh_server):
    """Makes servers in front of a store, with further words on the upstream's line; not started yet."""

    def make(store, *words: str) -> Server:
        upstream = " ".join([f"s3={store.endpoint}", *words])
        return fresh_server(flags=["--upstream", upstream], environment=CREDENTIALS)

    return make


@pytest.fixture
def tenant(gateway, request) -> Account:
    """An account behind whose buckets `store` stands."""
    return gateway.account(request.node.name[:50])


@pytest.fixture
def other_tenant(gateway) -> Account:
    return gateway.account("other")


@pytest.fixture
def account(server, request) -> Account:
    return server.account(request.node.name[:50])


@pytest.fixture
def other_account(server) -> Account:
    return server.account("other")


class AwsCli:
    """The unmodified AWS CLI of the test environment."""

    program = Path(sys.executable).parent / "aws"

    def __call__(self, identity: Identity, *words: str, wrapper=()):
        """Runs it, expects success, gives the parsed answer (or None when it prints nothing)."""
        done = self.run(identity, *words, wrapper=wrapper)
        assert done.returncode == 0, f"aws {' '.join(words)}:\n{done.stderr}"
        answer = json.loads(done.stdout) if done.stdout.strip() else None
        remembered.answer(answer)
        return answer

    def run(self, identity: Identity, *words: str, wrapper=()) -> subprocess.CompletedProcess:
        variables = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return subprocess.run(
            [*wrapper, str(self.program), "--output", "json", *words],
            env=variables | identity.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )


@pytest.fixture(scope="session")
def aws() -> AwsCli:
    return AwsCli()


@pytest.fixture
def policy(binary, tmp_path):
    """Runs `lanyard policy …` in a directory of its own."""

    def run(*words, stdin="") -> subprocess.CompletedProcess:
        # No server, no configuration: what would name them is wrong.
        return subprocess.run(
            [str(binary), "policy", *words],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            cwd=tmp_path,
            env=os.environ | {"LANYARD_CONFIG": "/nowhere.toml", "LANYARD_DATA_DIR": "/nowhere"},
        )

    return run
