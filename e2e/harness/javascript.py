"""The AWS SDK for JavaScript, as `npm/sdk.mjs` drives it, in a process of its own for each caller."""

import base64
import contextlib
import json
import subprocess
from contextlib import contextmanager
from pathlib import Path

from . import remembered
from .background import Program
from .identity import Identity

ROOT = Path(__file__).resolve().parent.parent.parent
INSTALLED = ROOT / ".test/npm"


class Thrown(Exception):
    """What the SDK threw."""

    def __init__(self, error: dict):
        super().__init__(f"{error['name']}: {error['message']}")
        self.error = error


class JavaScript:
    """The SDK's clients of one caller."""

    def __init__(self, caller: Identity, log: Path):
        assert (INSTALLED / "node_modules/@aws-sdk").exists(), (
            "`cargo xtask test` installs what comes from npm"
        )
        environment = caller.environment()
        # It goes by no other name for the region.
        environment["AWS_REGION"] = environment["AWS_DEFAULT_REGION"]
        self._program = Program(
            ["env", "-C", INSTALLED, "node", ROOT / "e2e/npm/sdk.mjs"],
            log,
            environment=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __call__(self, client: str, command: str, role: str | None = None, **members):
        """One command of a client, and its output."""
        return self._ask(client, members, command=command, role=role)

    def pages(self, client: str, paginator: str, **members) -> list[dict]:
        return self._ask(client, members, paginate=paginator)

    def wait(self, client: str, waiter: str, **members) -> None:
        assert self._ask(client, members, wait=waiter)["state"] == "SUCCESS"

    def _ask(self, client: str, members: dict, **how):
        pipes = self._program.process
        pipes.stdin.write(json.dumps({"client": client, "input": members, **how}, default=_told) + "\n")
        with contextlib.suppress(BrokenPipeError):
            pipes.stdin.flush()
        line = pipes.stdout.readline()
        assert line, f"the SDK ended:\n{self._program.log_tail()}"
        said = json.loads(line, object_hook=_revived)
        assert "broken" not in said, said["broken"]
        if "error" in said:
            raise Thrown(said["error"])
        remembered.answer(said["output"])
        return said["output"]

    def stop(self) -> None:
        self._program.stop()


@contextmanager
def thrown(name: str, status: int, message: str, modelled: bool = False):
    """The block must end with this error of the service, whole, at the first try."""
    try:
        yield
    except Thrown as caught:
        error = caught.error
    else:
        raise AssertionError(f"no {name} was thrown")
    assert error.pop("request"), error
    assert error == {
        "name": name,
        "message": message,
        "fault": "client",
        "status": status,
        "attempts": 1,
        "modelled": modelled,
    }


def _told(value):
    return {"$bytes": base64.b64encode(value).decode()}


def _revived(said: dict):
    return base64.b64decode(said["$bytes"]) if "$bytes" in said else said
