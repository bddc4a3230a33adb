"""`schemathesis` makes requests up from the OpenAPI document; no answer to them may be anything but documented."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.decision_point import bearer_key
from harness.policies import allow

PROGRAM = Path(sys.executable).with_name("schemathesis")
HOOKS = Path(__file__).parent / "harness"
# How many requests are made up for each operation; many are for a night.
EXAMPLES = os.environ.get("LANYARD_FUZZ_EXAMPLES", "20")
DOCUMENT = Path(__file__).parents[1] / "docs" / "openapi.json"

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "ignored_auth",
)
# Whatever has another method than these two have is for somebody else: a bucket can have their names.
HEALTH = "^/(healthz|readyz)$"


def run(server, *words: str, **environment: str) -> None:
    """Made up without chance, so that a finding is found again."""
    command = [PROGRAM, "run", DOCUMENT, "--url", server.endpoint]
    if "--checks" not in words:
        words = ("--checks", ",".join(CHECKS), *words)
    if "--phases" not in words:
        words = ("--phases", "examples,coverage,fuzzing", *words)
    command += ["--max-examples", EXAMPLES, "--generation-deterministic"]
    command += ["--warnings", "off", "--no-color", "--continue-on-failure"]
    every = os.environ | {"PYTHONPATH": str(HOOKS)} | environment
    done = subprocess.run(
        [*command, *words], env=every, cwd=server.directory, capture_output=True, text=True, timeout=1_800
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-12_000:]


@pytest.fixture
def guard(account):
    account.user("carla", allow("app:Read"))
    return account.user("guard", allow("lanyard:*"))


class TestNothingIsUndocumented:
    def test_with_a_bearer_key(self, account, binary, guard):
        key = bearer_key(binary, guard)
        words = ["-H", f"Authorization: Bearer {key}", "-H", f"X-Lanyard-Authorization: Bearer {key}"]
        run(account.server, *words, "--exclude-path-regex", HEALTH)

    def test_signed(self, account, guard):
        keys = {"AWS_ACCESS_KEY_ID": guard.access_key_id, "AWS_SECRET_ACCESS_KEY": guard.secret_access_key}
        not_signed = f"minio|nginx|{HEALTH}"
        run(account.server, "--exclude-path-regex", not_signed, SCHEMATHESIS_HOOKS="sigv4_auth", **keys)

    def test_by_strangers(self, account):
        run(account.server)

    def test_no_other_method(self, account):
        checks = ("--checks", "unsupported_method,allow_header_conformance")
        run(account.server, *checks, "--exclude-path-regex", HEALTH, "--phases", "coverage")
