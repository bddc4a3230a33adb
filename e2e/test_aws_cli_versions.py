"""Both versions of the AWS CLI, unchanged: version 1 as PyPI has it, version 2 as Debian has it."""

import base64
import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import botocore
import pytest
from botocore import xform_name

from harness.identity import Identity
from harness.policies import ADMINISTRATOR, allow, document, trust
from test_waiters_and_paginators import AWAITED


@dataclass
class Cli:
    program: Path
    # Where it keeps what it knows of IAM.
    data: Path
    home: Path

    def __call__(self, caller: Identity, *words: str, output: str = "json"):
        """Runs `aws iam`, expects success, and gives what it prints."""
        command = self.command(caller, *words, output=output)
        done = subprocess.run(command, **self.settings(caller), capture_output=True, timeout=120)
        assert done.returncode == 0, f"{' '.join(command)}:\n{done.stderr}"
        return json.loads(done.stdout) if output == "json" and done.stdout else done.stdout

    def started(self, caller: Identity, *words: str) -> subprocess.Popen:
        """Started, with all that it does on its standard error."""
        command = self.command(caller, "--debug", *words)
        return subprocess.Popen(
            command, **self.settings(caller), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )

    def command(self, caller: Identity, *words: str, output: str = "json") -> list[str]:
        # Debian's is older than the variable that names an endpoint.
        return [str(self.program), "--endpoint-url", caller.endpoint, "--output", output, "iam", *words]

    def settings(self, caller: Identity) -> dict:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        environment = inherited | caller.environment() | {"HOME": str(self.home), "LC_ALL": "C.UTF-8"}
        return {"env": environment, "stdin": subprocess.DEVNULL, "text": True, "encoding": "utf-8"}


PROGRAMS = {
    "1": (Path(sys.executable).parent / "aws", Path(botocore.__file__).parent / "data"),
    "2": (Path("/usr/bin/aws"), Path("/usr/lib/python3/dist-packages/awscli/botocore/data")),
}


@pytest.fixture(params=PROGRAMS)
def cli(request, tmp_path) -> Cli:
    program, data = PROGRAMS[request.param]
    assert program.exists(), f"{program} is not there: cargo xtask test --e2e -k aws_cli installs it"
    said = subprocess.run([str(program), "--version"], capture_output=True, text=True, timeout=60).stdout
    assert said.startswith(f"aws-cli/{request.param}."), said
    return Cli(program, data / "iam/2010-05-08", tmp_path)


def test_every_waiter_returns_when_what_it_waits_for_is_there(account, cli):
    waiters = json.loads((cli.data / "waiters-2.json").read_text())["waiters"]
    assert waiters.keys() == AWAITED.keys()
    for waiter, awaited in AWAITED.items():
        awaited.make(account)
        cli(account.root, "wait", xform_name(waiter, "-"), *options(awaited.parameters(account)))


def options(parameters: dict[str, str]) -> list[str]:
    return [word for name, value in parameters.items() for word in (f"--{xform_name(name, '-')}", value)]


def test_a_waiter_waits_for_what_is_not_there_yet(account, cli):
    process = cli.started(account.root, "wait", "user-exists", "--user-name", "late")
    try:
        for line in process.stderr:
            if "NoSuchEntity" in line:
                break
        assert process.poll() is None, "it did not wait"
        account.iam.create_user(UserName="late")
        # Whoever does not read keeps the program from writing.
        process.communicate(timeout=60)
        assert process.returncode == 0
    finally:
        process.kill()
        process.communicate()


@dataclass
class Skeleton:
    """An operation that makes something: what to fill its skeleton with, and how to ask for it afterwards."""

    values: Callable[..., dict]
    get: str
    name: str


TAGS = [{"Key": "team", "Value": "red"}, {"Key": "name", "Value": "Ängström und Söhne"}]
SKELETONS = {
    "create-user": Skeleton(
        lambda _: {"Path": "/team/", "UserName": "u", "PermissionsBoundary": ADMINISTRATOR, "Tags": TAGS},
        "get_user",
        "UserName",
    ),
    "create-role": Skeleton(
        lambda account: {
            "Path": "/team/",
            "RoleName": "r",
            "AssumeRolePolicyDocument": trust(account.root_arn),
            "Description": "A rôle, as it's written",
            "MaxSessionDuration": 7_200,
            "PermissionsBoundary": ADMINISTRATOR,
            "Tags": TAGS,
        },
        "get_role",
        "RoleName",
    ),
    "create-instance-profile": Skeleton(
        lambda _: {"InstanceProfileName": "p", "Path": "/team/", "Tags": TAGS},
        "get_instance_profile",
        "InstanceProfileName",
    ),
}


@pytest.mark.parametrize("operation", SKELETONS)
def test_a_skeleton_that_is_filled_is_taken(account, cli, operation, tmp_path):
    skeleton = SKELETONS[operation]
    wanted = skeleton.values(account)
    empty = cli(account.root, operation, "--generate-cli-skeleton")
    assert empty.keys() == wanted.keys()
    file = tmp_path / "filled.json"
    file.write_text(json.dumps({name: wanted[name] for name in empty}), encoding="utf-8")
    cli(account.root, operation, "--cli-input-json", f"file://{file}")
    name = {skeleton.name: wanted[skeleton.name]}
    made = getattr(account.iam, skeleton.get)(**name)[skeleton.name.removesuffix("Name")]
    boundary = made.pop("PermissionsBoundary", {})
    trusted = made.pop("AssumeRolePolicyDocument", None)
    assert boundary.get("PermissionsBoundaryArn") == wanted.pop("PermissionsBoundary", None)
    assert trusted == json.loads(wanted.pop("AssumeRolePolicyDocument", "null"))
    assert sorted(made.pop("Tags"), key=str) == sorted(wanted.pop("Tags"), key=str)
    assert {member: made[member] for member in wanted} == wanted


def test_a_policy_is_the_same_in_every_form_of_output(account, cli):
    """Its document goes in from a file and comes out as JSON, as text and as a table."""
    file = cli.home / "policy.json"
    file.write_text(document(allow("iam:List*")))
    words = ["create-policy", "--policy-name", "readers", "--path", "/team/"]
    arn = cli(account.root, *words, "--policy-document", f"file://{file}", output="text").split("\t")[1]
    assert arn == f"arn:aws:iam::{account.id}:policy/team/readers"
    version = ["get-policy-version", "--policy-arn", arn, "--version-id", "v1"]
    told = cli(account.root, *version)["PolicyVersion"]
    assert told["Document"] == json.loads(file.read_text())
    text = [line.split("\t") for line in cli(account.root, *version, output="text").splitlines()]
    assert ["STATEMENT", "iam:List*", "Allow", "*"] in text
    table = cli(account.root, *version, output="table")
    cells = {cell.strip() for line in table.splitlines() for cell in line.strip("|").split("|")}
    assert {"GetPolicyVersion", "PolicyVersion", "VersionId", "v1", "iam:List*"} <= cells


def test_a_list_is_the_same_in_every_form_of_output(account, cli):
    names = ["u0", "u1", "u2"]
    for name in names:
        account.iam.create_user(UserName=name, Path="/team/")
    words = ["list-users", "--page-size", "2"]
    assert [user["UserName"] for user in cli(account.root, *words)["Users"]] == names
    lines = [line.split("\t") for line in cli(account.root, *words, output="text").splitlines()]
    # Arn, CreateDate, Path, UserId, UserName: in the order of the alphabet.
    assert [(line[0], line[3], line[5]) for line in lines] == [("USERS", "/team/", name) for name in names]
    table = cli(account.root, *words, output="table").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    assert [row[-1] for row in rows if len(row) > 1] == ["UserName", *names]


def test_a_credential_report_is_made_and_read(account, cli):
    account.user("alice")
    states = (cli(account.root, "generate-credential-report")["State"] for _ in range(30))
    assert "COMPLETE" in states, "no report after asking thirty times"
    report = cli(account.root, "get-credential-report")
    assert report["ReportFormat"] == "text/csv"
    rows = list(csv.DictReader(io.StringIO(base64.b64decode(report["Content"]).decode())))
    assert [(row["user"], row["arn"]) for row in rows] == [
        ("<root_account>", account.root_arn),
        ("alice", f"arn:aws:iam::{account.id}:user/alice"),
    ]
    assert [row["access_key_1_active"] for row in rows] == ["true", "true"]
    content = cli(account.root, "get-credential-report", "--query", "Content", output="text")
    assert base64.b64decode(content) == base64.b64decode(report["Content"])
