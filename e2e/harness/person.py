"""A person at a machine: a home of their own, profiles of AWS's tools, and `lanyard credentials`."""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import subprocess
import sys
import termios
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import botocore.session

from . import remembered
from .identity import REGION, Identity

AWS = Path(sys.executable).parent / "aws"


class Person:
    """`identity` is whose access key is in the profile `keys`."""

    def __init__(self, binary: Path, home: Path, identity: Identity):
        home.mkdir(parents=True, exist_ok=True)
        self.binary = binary
        self.home = home
        self.identity = identity
        self.cache = home / ".cache" / "lanyard"
        self.config = home / "aws-config"
        self.config.touch(0o600)
        keys = {"aws_access_key_id": identity.access_key_id}
        keys["aws_secret_access_key"] = identity.secret_access_key
        self.profile("keys", **keys)

    # What is configured

    def profile(self, name: str, **values: str) -> None:
        values = {"endpoint_url": self.identity.endpoint, "region": REGION} | values
        lines = [f"[profile {name}]", *(f"{key} = {value}" for key, value in values.items()), ""]
        with open(self.config, "a", encoding="utf-8") as file:
            file.write("\n".join(lines))

    def process_profile(self, name: str, *words: str) -> None:
        """A profile whose credentials `lanyard credentials WORDS` gives."""
        command = [str(self.binary), "credentials", *words]
        self.profile(name, credential_process=shlex.join(command))

    def environment(self, **changes: str | None) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "XDG_"))}
        own = {
            "HOME": str(self.home),
            "USER": "ann",
            "AWS_CONFIG_FILE": str(self.config),
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_PAGER": "",
        }
        merged = kept | own | changes
        return {name: value for name, value in merged.items() if value is not None}

    # What they run

    def start(self, *words: str, environment=None, wrapper=(), **options) -> subprocess.Popen:
        return subprocess.Popen(
            [*wrapper, str(self.binary), "credentials", *words],
            **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options,
            env=self.environment(**(environment or {})),
            text=True,
            # Without a terminal, unless one is given.
            start_new_session=True,
        )

    def run(self, *words: str, environment=None, wrapper=()) -> subprocess.CompletedProcess:
        process = self.start(*words, environment=environment, wrapper=wrapper)
        try:
            output, errors = process.communicate(timeout=120)
        finally:
            process.kill()
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    def credentials(self, *words: str, environment=None, wrapper=()) -> dict:
        """What is printed, which must be all that is."""
        done = self.run(*words, environment=environment, wrapper=wrapper)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return parsed(done.stdout)

    def at_terminal(self, *words: str, answer) -> tuple[str, subprocess.CompletedProcess]:
        """With a terminal on which `answer()` is typed as soon as something is asked for; gives what was asked."""
        master, slave = os.openpty()

        def take_terminal():
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

        with os.fdopen(master, "r+b", buffering=0) as terminal:
            process = self.start(*words, preexec_fn=take_terminal, pass_fds=[slave])
            os.close(slave)
            asked = b""
            while not asked.endswith(b": "):
                asked += terminal.read(100)
            terminal.write(f"{answer()}\n".encode())
            output, errors = process.communicate(timeout=60)
        done = subprocess.CompletedProcess(process.args, process.returncode, output, errors)
        return asked.decode(), done

    def aws(self, profile: str, *words: str, wrapper=()) -> dict:
        done = subprocess.run(
            [*wrapper, str(AWS), "--profile", profile, "--output", "json", *words],
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def boto3(self, monkeypatch, **environment: str) -> boto3.Session:
        """An SDK in a process of this person."""
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            monkeypatch.delenv(name)
        for name, value in self.environment(**environment).items():
            monkeypatch.setenv(name, value)
        return boto3.Session(botocore_session=botocore.session.Session(), region_name=REGION)

    # What is kept

    def kept(self) -> list[Path]:
        return sorted(self.cache.glob("credentials-*.json"))

    def age(self, *, given: float, left: float) -> None:
        """Makes all that is kept look as if given so many seconds ago, with so many left."""
        for file in self.kept():
            entry = json.loads(file.read_text())
            entry["Credentials"]["Obtained"] = shown(-given)
            entry["Credentials"]["Expiration"] = shown(left)
            file.write_text(json.dumps(entry))


def shown(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parsed(output: str) -> dict:
    answer = json.loads(output)
    remembered.answer(answer)
    return answer


def seconds_left(credentials: dict) -> float:
    return datetime.fromisoformat(credentials["Expiration"]).timestamp() - time.time()
