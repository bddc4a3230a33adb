"""What was acknowledged is on disk: kill -9 in the middle of a write storm, three hundred times, one data directory."""

import random
import time
from collections import Counter

from harness.storm import Writer, all_users, tag_count

ROUNDS = 300
STORM_SECONDS = (0.01, 0.12)
START_SECONDS = (0.0, 0.08)


def test_no_acknowledged_write_is_lost_by_kill_in_a_write_storm(fresh_server):
    server = fresh_server().start()
    hot, other = server.account("hot"), server.account("other")
    writers = [Writer(hot, "a"), Writer(hot, "b"), Writer(hot, "c"), Writer(other, "d")]
    for writer in writers:
        writer.prepare()
    for number in range(ROUNDS):
        storm(server, writers)
        if number % 5 == 0:
            die_while_starting(server)
        server.start()
        verify(writers, (hot, other))
        writers = [writer.again() for writer in writers]
    assert sum(writer.count_acknowledged for writer in writers) > ROUNDS, "this was no storm"
    the_trail_has_each_acknowledged_write_once(server, writers)


def storm(server, writers) -> None:
    before = [len(writer.request_ids) for writer in writers]
    for writer in writers:
        writer.start()
    while all(len(writer.request_ids) == count for writer, count in zip(writers, before, strict=True)):
        assert any(writer.is_alive() for writer in writers), [writer.failure for writer in writers]
        time.sleep(0.001)
    time.sleep(random.uniform(*STORM_SECONDS))
    server.kill()
    for writer in writers:
        writer.join(30)
        assert not writer.is_alive()


def die_while_starting(server) -> None:
    """What is found after a crash must survive a second one while it is being read."""
    server.launch()
    time.sleep(random.uniform(*START_SECONDS))
    server.kill()


def verify(writers, accounts) -> None:
    users = {account.id: set(all_users(account)) for account in accounts}
    for writer in writers:
        there = users[writer.account.id]
        writer.check(there, tag_count(writer.account, writer.counter_user))
        writer.settle(there)


def the_trail_has_each_acknowledged_write_once(server, writers) -> None:
    """The record of a change is committed with the change, and moved to the trail exactly once."""
    wanted = set().union(*(writer.request_ids for writer in writers))
    deadline = time.monotonic() + 20
    while True:
        found = Counter(record["requestID"] for record in server.trail())
        missing = wanted - found.keys()
        if not missing:
            break
        assert time.monotonic() < deadline, f"{len(missing)} of {len(wanted)} writes are not in the trail"
        time.sleep(0.1)
    twice = [request_id for request_id in wanted if found[request_id] > 1]
    assert not twice, f"{len(twice)} writes are in the trail more than once"
