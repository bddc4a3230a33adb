"""Under strace: whatever is acknowledged has been synced, and what changes nothing buys no sync."""

import threading

import pytest
from botocore.exceptions import ClientError

from harness import strace, wire
from harness.policies import allow, trust


@pytest.fixture
def traced(fresh_server, tmp_path):
    """A server under strace, and a function that ends it and gives its calls."""
    output = tmp_path / "strace"
    server = fresh_server().start(wrapper=strace.wrapper(output))

    def end() -> list[strace.Call]:
        server.stop()
        return strace.calls(output)

    return server, end


def test_a_sync_ends_between_each_write_and_its_answer(traced):
    server, end = traced
    account = server.account()
    names = [f"written-{number}x" for number in range(40)]
    for name in names:
        account.iam.create_user(UserName=name)
    seen = end()
    for exchange in strace.exchanges(seen, [f"UserName={name}" for name in names]):
        assert strace.has_sync_between(seen, exchange, server.data), f"{exchange} was answered before a sync"


def test_a_sync_ends_between_each_write_and_its_answer_when_many_write_at_once(traced):
    server, end = traced
    account = server.account()
    names = [f"thread{thread}-user{number}x" for thread in range(8) for number in range(12)]

    def write(mine: list[str]) -> None:
        for name in mine:
            assert wire.call(account.root, "CreateUser", UserName=name).status == 200

    threads = [
        threading.Thread(target=write, args=(names[start : start + 12],)) for start in range(0, 96, 12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen = end()
    found = strace.exchanges(seen, [f"UserName={name}" for name in names])
    for exchange in found:
        assert strace.has_sync_between(seen, exchange, server.data), f"{exchange} was answered before a sync"


def test_credentials_and_refusals_are_in_the_synced_trail_before_the_answer(traced):
    server, end = traced
    account = server.account()
    role = account.role(trust(account.root_arn))
    user = account.user("dev", allow("sts:AssumeRole"))
    sessions = [f"session-{number}x" for number in range(10)]
    for name in sessions:
        user.assume(role, name)
    refused = [f"refused-{number}x" for number in range(10)]
    for name in refused:
        with pytest.raises(ClientError):
            user.iam.create_user(UserName=name)
    seen = end()
    markers = [f"RoleSessionName={name}" for name in sessions] + [f"UserName={name}" for name in refused]
    for exchange in strace.exchanges(seen, markers):
        assert strace.has_sync_between(seen, exchange, server.data), f"{exchange} was answered before a sync"


def test_reads_wait_for_no_sync(traced):
    server, end = traced
    account = server.account()
    account.iam.create_user(UserName="read")
    for _ in range(200):
        account.iam.get_user(UserName="read")
    seen = end()
    reads = [
        call
        for call in seen
        if call.name in strace.READS and call.connection and "Action=GetUser" in call.arguments
    ]
    assert len(reads) == 200
    during = [call for call in strace.syncs(seen) if reads[0].start <= call.start <= reads[-1].end]
    # The record of the last write is still on its way to the trail; what remains is far from one a read.
    assert len(during) <= 10, during
