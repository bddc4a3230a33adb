"""A write-ahead log that was cut or garbled opens at the last whole commit: a prefix of what was written."""

import random
import shutil

import pytest
from botocore.exceptions import ClientError

from harness.server import Server
from harness.storm import all_users

USERS = [f"user-{number:03}" for number in range(60)]


@pytest.fixture(scope="module")
def crashed(binary, tmp_path_factory):
    """A data directory as a crash leaves it, with users made one after the other."""
    server = Server(binary, tmp_path_factory.mktemp("crashed"))
    server.start()
    account = server.account()
    for name in USERS:
        account.iam.create_user(UserName=name)
    server.kill()
    assert write_ahead_log(server.data).stat().st_size > 50_000
    return server, account


def write_ahead_log(data):
    logs = list(data.rglob("*-wal"))
    assert len(logs) == 1, f"one write-ahead log is expected in {data}: {logs}"
    return logs[0]


def users_after(crashed, fresh_server, damage) -> list[str]:
    """The users that a server finds on a copy of the directory with a damaged log."""
    origin, account = crashed
    server = fresh_server()
    shutil.copytree(origin.data, server.data, symlinks=True, ignore=shutil.ignore_patterns("socket"))
    log = write_ahead_log(server.data)
    content = bytearray(log.read_bytes())
    damage(content)
    log.write_bytes(content)
    server.port = origin.port
    server.start()
    try:
        return all_users(account)
    finally:
        server.kill()


def test_an_undamaged_log_has_everything(crashed, fresh_server):
    assert users_after(crashed, fresh_server, lambda content: None) == USERS


@pytest.mark.parametrize("part", [0.0, 0.001, 0.2, 0.45, 0.7, 0.9, 0.999])
def test_a_cut_log_opens_at_the_last_whole_commit(crashed, fresh_server, part):
    def cut(content: bytearray) -> None:
        del content[int(len(content) * part) :]

    users = users_or_no_account(crashed, fresh_server, cut)
    assert users == USERS[: len(users)], "not a prefix of what was written"
    # The last commit of all can be the one that moves records from the store into the trail.
    assert len(users) < len(USERS) or part > 0.99


@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
def test_a_garbled_log_opens_at_the_last_whole_commit(crashed, fresh_server, part):
    def garble(content: bytearray) -> None:
        start = int(len(content) * part)
        content[start : start + 64] = random.randbytes(64)

    users = users_or_no_account(crashed, fresh_server, garble)
    assert users == USERS[: len(users)], "not a prefix of what was written"
    assert len(users) < len(USERS)


def test_a_log_with_rubbish_behind_its_end_has_everything(crashed, fresh_server):
    def append(content: bytearray) -> None:
        content.extend(random.randbytes(10_000))

    assert users_after(crashed, fresh_server, append) == USERS


def users_or_no_account(crashed, fresh_server, damage) -> list[str]:
    """An early cut may also lose the account itself; then its key is unknown, and there are no users."""
    try:
        return users_after(crashed, fresh_server, damage)
    except ClientError as error:
        assert error.response["Error"]["Code"] == "InvalidClientTokenId", error
        return []
