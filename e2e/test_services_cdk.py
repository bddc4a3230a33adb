"""The AWS CDK through the gateway: an environment is bootstrapped, a stack of it is deployed by somebody who may do
nothing but assume the CDK's roles, and each of their permissions is needed."""

import ast
import json
import os
import subprocess
from pathlib import Path

import pytest

from conftest import HOME, ROOT
from harness.identity import REGION
from harness.policies import ADMINISTRATOR, allow, deny, document
from harness.store import AWS_CREDENTIALS, CREDENTIALS, Moto

INSTALLED = ROOT / ".test/npm"
BOOTSTRAPPED = f"cdk-hnb659fds-%s-{HOME}-{REGION}"
ROLES = f"arn:aws:iam::{HOME}:role/cdk-hnb659fds-"
ASSETS = BOOTSTRAPPED % "assets"


def node(home: Path, words: list, **variables: str) -> subprocess.CompletedProcess:
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_", "CI"))
    }
    return subprocess.run(
        [str(word) for word in words],
        cwd=INSTALLED,
        env=inherited | {"HOME": str(home), "CI": "true", "NODE_NO_WARNINGS": "1"} | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
    )


def cdk(caller, home: Path, *words) -> subprocess.CompletedProcess:
    variables = {
        "AWS_REGION": REGION,
        "CDK_DISABLE_CLI_TELEMETRY": "1",
        # In an address of a template, CloudFormation as moto plays it knows AWS's host and no other by its number.
        "AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION": f"https://s3.{REGION}.amazonaws.com",
    }
    words = [INSTALLED / "node_modules/.bin/cdk", *words, "--no-notices", "--no-version-reporting"]
    return node(home, words, **caller.environment(), **variables)


@pytest.fixture(scope="module")
def assembly(tmp_path_factory) -> Path:
    """What the CDK's library makes of `npm/stack.mjs`."""
    place = tmp_path_factory.mktemp("cdk.out")
    context = json.dumps({"stack": "team"})
    done = node(place, ["node", ROOT / "e2e/npm/stack.mjs"], CDK_OUTDIR=str(place), CDK_CONTEXT_JSON=context)
    assert done.returncode == 0, done.stderr
    return place


@pytest.fixture
def account(tmp_path, fresh_server):
    """The account that a bootstrapped environment stands behind."""
    moto = Moto(tmp_path / "moto", HOME)
    flags = ["--upstream", f"aws={moto.endpoint} account={HOME}", "--upstream", f"s3={moto.endpoint}"]
    server = fresh_server(flags=flags, environment=AWS_CREDENTIALS | CREDENTIALS).start()
    account = server.account("cdk", HOME)
    account.moto = moto
    done = cdk(
        account.user(None, allow("cloudformation:*"), allow("sts:GetCallerIdentity")),
        tmp_path,
        *("bootstrap", f"aws://{HOME}/{REGION}", "--cloudformation-execution-policies", ADMINISTRATOR),
    )
    assert done.returncode == 0, done.stderr
    # What CloudFormation has made is moto's: the bucket is given to the account, and the roles are made here, too.
    server.run("gateway", "adopt", ASSETS, "--account", HOME)
    give_roles(moto.owner.iam, account.iam)
    yield account
    moto.stop()


def give_roles(theirs, ours) -> None:
    """The roles that a deployment without images needs."""
    for kind in ("deploy-role", "file-publishing-role", "cfn-exec-role"):
        name = BOOTSTRAPPED % kind
        trust = theirs.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
        ours.create_role(RoleName=name, AssumeRolePolicyDocument=whole(trust))
        for policy in theirs.list_role_policies(RoleName=name)["PolicyNames"]:
            found = theirs.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            ours.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=whole(found))
    # The template attaches it, and moto forgets that.
    ours.attach_role_policy(
        RoleName=BOOTSTRAPPED % "deploy-role",
        PolicyArn="arn:aws:iam::aws:policy/AWSCloudFormationReadOnlyAccess",
    )


def whole(policy: dict | str) -> str:
    """moto leaves a hole where a template has AWS::NoValue in a list, and tells some as Python writes them."""
    policy = ast.literal_eval(policy) if isinstance(policy, str) else policy
    statements = [statement for statement in policy["Statement"] if statement]
    return json.dumps({"Version": "2012-10-17"} | policy | {"Statement": statements})


def test_a_stack_is_deployed_by_who_may_assume_the_roles_of_the_cdk(account, assembly, tmp_path):
    words = ("--app", assembly, "--require-approval", "never")

    def refused(caller, said: str) -> None:
        done = cdk(caller, tmp_path, "deploy", *words)
        assert done.returncode == 1, done.stdout
        assert said in done.stderr, done.stderr
        assert account.root.client("dynamodb").list_tables()["TableNames"] == []

    stranger = account.user()
    version = f"arn:aws:ssm:{REGION}:{HOME}:parameter/cdk-bootstrap/hnb659fds/version"
    refused(stranger, f"{stranger.arn} is not authorized to perform: ssm:GetParameter on resource: {version}")

    developer = account.user(None, allow("sts:AssumeRole", ROLES + "*"))
    for role, action, resource in (
        ("file-publishing-role", "s3:PutObject", f"arn:aws:s3:::{ASSETS}/*"),
        ("deploy-role", "cloudformation:CreateChangeSet", "*"),
        ("deploy-role", "s3:GetObject", f"arn:aws:s3:::{ASSETS}/*.json"),
        ("deploy-role", "iam:PassRole", ROLES + "cfn-exec-role-*"),
    ):
        name = BOOTSTRAPPED % role
        sealed = document(deny(action, resource))
        account.iam.put_role_policy(RoleName=name, PolicyName="sealed", PolicyDocument=sealed)
        refused(developer, f"is not authorized to perform: {action} on resource: ")
        account.iam.delete_role_policy(RoleName=name, PolicyName="sealed")

    done = cdk(developer, tmp_path, "deploy", *words)
    assert done.returncode == 0, done.stderr
    assert f"arn:aws:cloudformation:{REGION}:{HOME}:stack/team/" in done.stdout
    assert account.root.client("dynamodb").list_tables()["TableNames"] == ["team-orders"]
    done = cdk(developer, tmp_path, "deploy", *words)
    assert "team (no changes)" in done.stdout, done.stdout + done.stderr
    done = cdk(developer, tmp_path, "destroy", "--app", assembly, "--force")
    assert done.returncode == 0, done.stderr
    assert account.root.client("dynamodb").list_tables()["TableNames"] == []
