"""Strangers cost nothing: no body of theirs is buffered, and no sync of the disk is theirs to buy."""

import time

import pytest

from harness import strace, wire
from harness.identity import Identity

MEGABYTE = 1024 * 1024
BODY_BYTES = 9_000_000
CONNECTIONS = 150


def unknown_key(account) -> Identity:
    """A well-formed key of the account that was never issued."""
    key = account.root.access_key_id
    changed = "A" if key[-1] != "A" else "B"
    return account.root.with_key(access_key_id=key[:-1] + changed)


def key_of_nowhere(account) -> Identity:
    return account.root.with_key(access_key_id="AKIAIOSFODNN7EXAMPLE")


def forged_session(account) -> Identity:
    key = "ASIA" + account.root.access_key_id[4:]
    return account.root.with_key(access_key_id=key, session_token="F" * 400)


def wrong_secret(account) -> Identity:
    return account.root.with_key(secret_access_key="wrong" * 8)


SIGNED = {"unknown key": unknown_key, "key of nowhere": key_of_nowhere, "forged session": forged_session}
UNSIGNED = {
    "no signature": {},
    "rubbish": {"authorization": "AWS4-HMAC-SHA256 rubbish"},
    "another scheme": {"authorization": "Bearer abc"},
}


def head_of(kind: str, account, host: str) -> bytes:
    if kind in SIGNED:
        signer = wire.Signer(SIGNED[kind](account))
        return wire.head_bytes(signer, host, wire.sha256(b""), BODY_BYTES)
    if kind == "wrong secret":
        return wire.head_bytes(wire.Signer(wrong_secret(account)), host, wire.sha256(b""), BODY_BYTES)
    headers = {"host": host, "content-type": wire.FORM, "content-length": str(BODY_BYTES), **UNSIGNED[kind]}
    return ("POST / HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in headers.items()) + "\r\n").encode()


def push(socks, piece: bytes, pieces: int) -> None:
    """Sends to each as much as it takes, without waiting for any."""
    for sock in socks:
        sock.setblocking(False)
    for _ in range(pieces):
        for sock in socks:
            try:
                sock.send(piece)
            except (BlockingIOError, OSError):
                continue
        time.sleep(0.001)


@pytest.mark.parametrize("kind", [*SIGNED, *UNSIGNED, "wrong secret"])
def test_bodies_of_strangers_are_not_buffered(fresh_server, kind):
    """Together they offer 1.3 GB. Only the holder of a key id that exists has its body read at all, and
    then within the budget of all bodies."""
    server = fresh_server().start()
    account = server.account()
    account.iam.list_users()
    before = server.resident_bytes()
    host = wire.host_of(server.endpoint)
    socks = [wire.connect(server.endpoint) for _ in range(CONNECTIONS)]
    try:
        head = head_of(kind, account, host)
        for sock in socks:
            sock.sendall(head)
        push(socks, b"a" * 65_536, 130)
        grown = server.resident_bytes_peak() - before
        allowed = 100 * MEGABYTE if kind == "wrong secret" else 25 * MEGABYTE
        assert grown < allowed, f"{grown / MEGABYTE:.0f} MB more for {CONNECTIONS} strangers"
        # And everyone else is served meanwhile.
        answer = wire.call(account.root, "ListUsers")
        assert answer.status == 200
        assert answer.seconds < 5
    finally:
        for sock in socks:
            sock.close()


@pytest.mark.parametrize("kind", [*SIGNED, *UNSIGNED])
def test_strangers_are_answered_before_their_body_has_come(server, account, kind):
    with wire.connect(server.endpoint) as sock:
        sock.sendall(head_of(kind, account, wire.host_of(server.endpoint)))
        assert wire.read_status(sock) in ((400, 403) if kind == "rubbish" else (403,))


def test_strangers_buy_no_sync(fresh_server, tmp_path):
    output = tmp_path / "strace"
    server = fresh_server().start(wrapper=strace.wrapper(output, names=strace.SYNCS))
    account = server.account()
    account.iam.list_users()
    # What the server still had to do for the account is done when a second has brought no new sync.
    wait_for_quiet(output)
    quiet = sync_count(output)
    body = wire.form("iam", "CreateUser", UserName="x")
    for _ in range(50):
        for make in (*SIGNED.values(), wrong_secret):
            assert wire.send(server.endpoint, body, wire.Signer(make(account))).status == 403
        for headers in UNSIGNED.values():
            assert (
                wire.bare(server.endpoint, "POST", "/", {"content-type": wire.FORM, **headers}, body).status
                >= 400
            )
    assert sync_count(output) - quiet <= 2, "strangers made the server sync"
    server.stop()


def sync_count(output) -> int:
    return output.read_text(errors="replace").count("sync(")


def wait_for_quiet(output) -> None:
    deadline = time.monotonic() + 30
    last, since = sync_count(output), time.monotonic()
    while time.monotonic() - since < 2:
        assert time.monotonic() < deadline, "the idle server never stops to sync"
        time.sleep(0.05)
        if sync_count(output) != last:
            last, since = sync_count(output), time.monotonic()


def test_strangers_leave_nothing_in_the_trail(server, account):
    body = wire.form("iam", "CreateUser", UserName="stranger-was-here")
    for make in (*SIGNED.values(), wrong_secret):
        wire.send(server.endpoint, body, wire.Signer(make(account)))
    account.iam.create_user(UserName="written-afterwards")
    deadline = time.monotonic() + 10
    while not any("written-afterwards" in str(record) for record in server.trail(account.id)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert "stranger-was-here" not in str(server.trail())


def test_strangers_are_counted(server, account):
    def count() -> float:
        lines = [line for line in server.metrics().splitlines() if not line.startswith("#")]
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if "auth" in line and "fail" in line)

    before = count()
    for _ in range(5):
        wire.send(server.endpoint, wire.form("iam", "ListUsers"), wire.Signer(unknown_key(account)))
    assert count() - before >= 5
