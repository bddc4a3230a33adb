"""cloudsplaining, unchanged: it downloads an account and finds the risky policies that were put there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.identity import Identity
from harness.policies import allow, document, trust

RISKS = ("PrivilegeEscalation", "DataExfiltration", "ResourceExposure", "CredentialsExposure")
KINDS = ("customer_managed_policies", "aws_managed_policies", "inline_policies")


@pytest.fixture
def planted(account):
    """An account with risky policies, harmless ones, and one that nobody has."""
    iam = account.iam
    risky = account.policy(allow("iam:CreatePolicyVersion"), name="risky")
    changed = account.policy(allow("s3:GetObject"), name="changed")
    harmless = document(allow("s3:GetObject", "arn:aws:s3:::b/*"))
    iam.create_policy_version(PolicyArn=changed, PolicyDocument=harmless, SetAsDefault=True)
    account.policy(allow("*"), name="nobodys")
    account.user("alice", allow("secretsmanager:GetSecretValue"))
    team = account.group("team")
    iam.add_user_to_group(UserName="alice", GroupName=team)
    iam.attach_group_policy(GroupName=team, PolicyArn=changed)
    account.role(trust({"Service": "ec2.amazonaws.com"}), name="machine")
    iam.attach_role_policy(RoleName="machine", PolicyArn=risky)
    iam.attach_role_policy(RoleName="machine", PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    iam.create_instance_profile(InstanceProfileName="machine")
    iam.add_role_to_instance_profile(InstanceProfileName="machine", RoleName="machine")
    return account


def cloudsplaining(caller: Identity, directory: Path, *words: str) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(
        [str(Path(sys.executable).parent / "cloudsplaining"), *words, "--output", str(directory)],
        env=inherited | caller.environment() | {"HOME": str(directory)},
        cwd=directory,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


def test_it_downloads_an_account_and_finds_what_is_risky(planted, tmp_path):
    auditor = planted.user("auditor", allow("iam:GetAccountAuthorizationDetails"))
    cloudsplaining(auditor, tmp_path, "download")
    downloaded = tmp_path / "default.json"
    cloudsplaining(auditor, tmp_path, "scan", "--input-file", str(downloaded), "--skip-open-report")
    results = json.loads((tmp_path / "iam-results-default.json").read_text())
    assert found(results) == {
        ("risky", "ResourceExposure"): ("iam:CreatePolicyVersion", {"machine"}),
        ("risky", "PrivilegeEscalation"): ("CreateNewPolicyVersion", {"machine"}),
        ("own", "DataExfiltration"): ("secretsmanager:GetSecretValue", {"alice"}),
        ("AmazonS3ReadOnlyAccess", "DataExfiltration"): ("s3:GetObject", {"machine"}),
    }
    assert principals(results) == {"alice", "auditor", "team", "machine"}
    assert (tmp_path / "iam-report-default.html").stat().st_size > 0


def found(results: dict) -> dict:
    """Each policy and risk, with what was found and who has the policy."""
    risky = {}
    for kind in KINDS:
        for policy in results[kind].values():
            holders = {name for names in policy["AttachedTo"].values() for name in names}
            for risk in RISKS:
                for finding in policy[risk]["findings"]:
                    what = finding["type"] if isinstance(finding, dict) else finding
                    risky[policy["PolicyName"], risk] = (what, holders)
    return risky


def principals(results: dict) -> set[str]:
    return {entry["name"] for kind in ("users", "groups", "roles") for entry in results[kind].values()}
