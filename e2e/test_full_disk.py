"""A full disk: writes are refused with 503, nothing acknowledged is lost, and it goes on when there is room."""

import os
import subprocess
import time

import pytest
from botocore.exceptions import ClientError

from harness import wire
from harness.storm import all_users

DISK_BYTES = 24 * 1024 * 1024
LEFT_BYTES = 300 * 1024


@pytest.fixture
def small_disk(fresh_server):
    """A server whose data directory is a small disk of its own."""
    server = fresh_server()
    server.data.mkdir(mode=0o700)
    assert os.geteuid() == 0, "a small disk can be mounted only by root"
    options = f"size={DISK_BYTES},mode=0700"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(server.data)], check=True)
    try:
        yield server
    finally:
        server.kill()
        subprocess.run(["umount", "--lazy", str(server.data)], check=True)


def fill(server):
    """Takes all room but a little; gives the file that holds it."""
    ballast = server.data / "ballast"
    free = os.statvfs(server.data)
    with open(ballast, "wb") as file:
        file.write(b"\0" * max(0, free.f_bavail * free.f_bsize - LEFT_BYTES))
    return ballast


def write_until_refused(account) -> tuple[list[str], list[str], wire.Answer]:
    """Users acknowledged, users refused, and the refusal."""
    acknowledged, answer = [], None
    for number in range(5_000):
        name = f"user-{number:04}"
        answer = wire.call(account.root, "CreateUser", UserName=name)
        if answer.status != 200:
            return acknowledged, [name], answer
        acknowledged.append(name)
    raise AssertionError("the disk never became full")


def test_a_full_disk_refuses_writes_loses_nothing_and_recovers(small_disk):
    server = small_disk.start()
    account = server.account()
    ballast = fill(server)
    acknowledged, refused, answer = write_until_refused(account)
    assert acknowledged, "the disk was full from the start"
    assert (answer.status, answer.code) == (503, "ServiceUnavailable"), answer.text
    assert answer.element("Type") == "Receiver"

    # Still full: further writes are refused alike and reads are answered.
    for number in range(3):
        refused.append(f"refused-{number}")
        assert wire.call(account.root, "CreateUser", UserName=refused[-1]).status == 503
    assert all_users(account) == acknowledged
    assert account.iam.get_user(UserName=acknowledged[-1])

    # Room again: it goes on without a restart.
    ballast.unlink()
    deadline = time.monotonic() + 20
    while True:
        try:
            account.iam.create_user(UserName="zz-after")
            break
        except ClientError as error:
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 503
            assert time.monotonic() < deadline, "no write succeeds though there is room"
            time.sleep(0.05)
    expected = [*acknowledged, "zz-after"]
    assert all_users(account) == expected

    # And the disk says the same after a crash.
    server.kill()
    server.start()
    assert all_users(account) == expected


def test_a_full_disk_after_a_crash_still_opens_with_everything(small_disk):
    server = small_disk.start()
    account = server.account()
    ballast = fill(server)
    acknowledged, _, _ = write_until_refused(account)
    server.kill()
    ballast.unlink()
    server.start()
    assert all_users(account) == acknowledged
