"""Sending what no client would, and what must come of it: nothing."""

from . import s3_wire
from .s3_wire import Request
from .server import Server
from .store import Store

SILENCE_SECONDS = 1


class Attacker:
    """Sends requests as they are. They must be refused or hung up on, and bring not a byte to the store."""

    def __init__(self, gateway: Server, store: Store):
        self.gateway = gateway
        self.store = store

    def __call__(
        self, data: bytes | Request, *, codes: set[str] | None = None, statuses=range(400, 500)
    ) -> None:
        if isinstance(data, Request):
            data = data.head() + data.body
        watch = self.store.watch()
        answer = self.answer_to(data)
        watch.check_nothing_came()
        if answer is None:
            assert codes is None, "hung up without a word"
            return
        assert answer.status in statuses, f"{answer.status} {answer.text}"
        if codes is not None:
            assert answer.code in codes, answer.text

    def answer_to(self, data: bytes):
        method = data.split(b" ", 1)[0].decode("latin-1")
        with s3_wire.connect(self.gateway.endpoint) as sock:
            sock.settimeout(10)
            try:
                return s3_wire.exchange(sock, data, method)
            except (ConnectionError, s3_wire.http.client.HTTPException):
                return None


def read_all(sock) -> bytes:
    """Everything until the peer hangs up or falls silent."""
    data = b""
    sock.settimeout(SILENCE_SECONDS)
    try:
        while piece := sock.recv(65_536):
            data += piece
    except (ConnectionError, TimeoutError):
        pass
    return data
