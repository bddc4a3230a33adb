"""Writers that never stop by themselves and remember what was acknowledged.

Each writer is one connection. It makes users, deletes some again, and counts upwards in a tag; after
the server has died it knows what must be there, what must not, and what it cannot know: the one
request that was never answered.
"""

import http.client
import threading
import time

from . import wire
from .account import Account

LIVE_USERS_MAX = 12


class Writer(threading.Thread):
    def __init__(self, account: Account, name: str):
        super().__init__(name=name)
        self.account = account
        self.counter_user = f"{name}-counter"
        self.live: list[str] = []
        self.gone: set[str] = set()
        self.unknown: str | None = None
        self.count_acknowledged = 0
        self.count_attempted = 0
        self.request_ids: set[str] = set()
        self.stopping = threading.Event()
        self.failure: str | None = None
        self._made = 0

    def prepare(self) -> None:
        self.account.iam.create_user(UserName=self.counter_user)

    def again(self) -> "Writer":
        """A writer that goes on with what this one knows. A thread runs only once."""
        successor = Writer(self.account, self.name)
        for name in ("live", "gone", "count_acknowledged", "count_attempted", "request_ids", "_made"):
            setattr(successor, name, getattr(self, name))
        return successor

    def run(self) -> None:
        connection = http.client.HTTPConnection(wire.host_of(self.account.root.endpoint), timeout=30)
        try:
            while not self.stopping.is_set():
                self._step(connection)
        except (OSError, http.client.HTTPException):
            # The server has died under us, as it should.
            pass
        finally:
            connection.close()

    def _step(self, connection) -> None:
        if self._made % 3 == 2:
            self._made += 1
            self.count_attempted += 1
            tag = {"Tags.member.1.Key": "count", "Tags.member.1.Value": str(self.count_attempted)}
            self._write(connection, "TagUser", UserName=self.counter_user, **tag)
            self.count_acknowledged = self.count_attempted
        elif len(self.live) >= LIVE_USERS_MAX:
            self.unknown = self.live.pop(0)
            self._write(connection, "DeleteUser", UserName=self.unknown)
            self.gone.add(self.unknown)
            self.unknown = None
        else:
            self._made += 1
            self.unknown = f"{self.name}-{self._made}"
            self._write(connection, "CreateUser", UserName=self.unknown)
            self.live.append(self.unknown)
            self.unknown = None

    def _write(self, connection, action: str, **parameters) -> None:
        body = wire.form("iam", action, **parameters)
        signer = wire.Signer(self.account.root)
        headers = signer.headers(wire.host_of(self.account.root.endpoint), wire.sha256(body))
        connection.request("POST", "/", body=body, headers=headers)
        answer = wire.read_answer(connection, time.monotonic())
        if answer.status != 200:
            self.failure = f"{action} {parameters}: {answer.status} {answer.text}"
            self.stopping.set()
            raise http.client.HTTPException(self.failure)
        self.request_ids.add(answer.request_id)

    # After the server is up again

    def settle(self, users: set[str]) -> None:
        """What was in doubt is now known."""
        if self.unknown:
            (self.live.append if self.unknown in users else self.gone.add)(self.unknown)
            self.unknown = None

    def check(self, users: set[str], count: int) -> None:
        assert self.failure is None, self.failure
        lost = set(self.live) - users
        assert not lost, f"acknowledged users are lost: {lost}"
        undead = (self.gone & users) - {self.unknown}
        assert not undead, f"users deleted and acknowledged are back: {undead}"
        assert self.count_acknowledged <= count <= self.count_attempted, (
            f"the tag says {count}, acknowledged were {self.count_acknowledged}, sent {self.count_attempted}"
        )
        self.count_attempted = count
        self.count_acknowledged = count


def all_users(account: Account) -> list[str]:
    pages = account.iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 1_000})
    return [user["UserName"] for page in pages for user in page["Users"]]


def tag_count(account: Account, user: str) -> int:
    tags = account.iam.list_user_tags(UserName=user)["Tags"]
    return int(tags[0]["Value"]) if tags else 0
