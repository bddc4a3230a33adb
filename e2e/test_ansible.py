"""Ansible's own modules for IAM, unchanged: a playbook that makes a team, finds it made, and takes it away."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from harness import remembered
from harness.identity import Identity

PLAYBOOKS = ROOT / "e2e/playbooks"
# Where `cargo xtask test` puts the collection amazon.aws.
COLLECTIONS = ROOT / ".test/ansible"
RECAP = re.compile(r"^localhost +: (.*)$", re.MULTILINE)
SETTINGS = {
    "ANSIBLE_CONFIG": str(PLAYBOOKS / "ansible.cfg"),
    "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
    "LC_ALL": "C.UTF-8",
}
PASSWORD = "Correct-Horse-Battery-1"


class Ansible:
    def __init__(self, home: Path, caller: Identity):
        assert COLLECTIONS.exists(), f"{COLLECTIONS} is not there: cargo xtask test --e2e -k ansible"
        self.home = home
        self.caller = caller

    def play(self, playbook: str, **variables: str) -> tuple[dict[str, int], str]:
        """Runs a playbook to its end: what its last line counts, and all that it printed."""
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_"))
        }
        words = ["--inventory", "localhost,", "--extra-vars", json.dumps(variables)]
        done = subprocess.run(
            [str(Path(sys.executable).parent / "ansible-playbook"), *words, str(PLAYBOOKS / playbook)],
            env=inherited | SETTINGS | self.caller.environment() | {"HOME": str(self.home)},
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
        )
        assert done.returncode == 0, f"{playbook}:\n{done.stdout}\n{done.stderr}"
        (recap,) = RECAP.findall(done.stdout)
        counts = {name: int(count) for name, count in (word.split("=") for word in recap.split())}
        assert (counts["failed"], counts["unreachable"], counts["ignored"]) == (0, 0, 0)
        return counts, done.stdout


@pytest.fixture
def ansible(account, tmp_path) -> Ansible:
    return Ansible(tmp_path, account.root)


def test_a_playbook_makes_finds_and_deletes(account, ansible):
    empty = everything(account)
    variables = {"account": account.id, "password": remembered.secret(PASSWORD)}
    counts, printed = ansible.play("present.yml", **variables)
    assert counts["changed"] == 10, printed
    made = everything(account)
    assert_as_written(account, made)
    counts, printed = ansible.play("present.yml", **variables)
    assert counts["changed"] == 0, printed
    assert everything(account) == made
    counts, printed = ansible.play("absent.yml")
    assert counts["changed"] == counts["ok"] - 1, "all but the question for the keys: " + printed
    assert everything(account) == empty


def everything(account) -> dict:
    """All that a playbook can make in an account, as the API tells it."""
    iam = account.iam
    found = {"password policy": password_policy(iam)}
    for user in iam.list_users()["Users"]:
        name = {"UserName": user["UserName"]}
        found["user", user["UserName"]] = {
            **iam.get_user(**name)["User"],
            "keys": iam.list_access_keys(**name)["AccessKeyMetadata"],
            "inline": iam.list_user_policies(**name)["PolicyNames"],
            "attached": iam.list_attached_user_policies(**name)["AttachedPolicies"],
        }
    for group in iam.list_groups()["Groups"]:
        name = {"GroupName": group["GroupName"]}
        found["group", group["GroupName"]] = group | {
            "members": [user["UserName"] for user in iam.get_group(**name)["Users"]],
            "inline": iam.list_group_policies(**name)["PolicyNames"],
            "attached": iam.list_attached_group_policies(**name)["AttachedPolicies"],
        }
    for role in iam.list_roles()["Roles"]:
        name = {"RoleName": role["RoleName"]}
        found["role", role["RoleName"]] = {
            **iam.get_role(**name)["Role"],
            "inline": iam.list_role_policies(**name)["PolicyNames"],
            "attached": iam.list_attached_role_policies(**name)["AttachedPolicies"],
        }
    for profile in iam.list_instance_profiles()["InstanceProfiles"]:
        name = profile["InstanceProfileName"]
        tags = iam.list_instance_profile_tags(InstanceProfileName=name)["Tags"]
        found["profile", name] = profile | {"Tags": tags}
    for policy in iam.list_policies(Scope="Local")["Policies"]:
        arn = {"PolicyArn": policy["Arn"]}
        versions = iam.list_policy_versions(**arn)["Versions"]
        found["policy", policy["PolicyName"]] = iam.get_policy(**arn)["Policy"] | {"versions": versions}
    return found


def password_policy(iam) -> dict | None:
    try:
        return iam.get_account_password_policy()["PasswordPolicy"]
    except iam.exceptions.NoSuchEntityException:
        return None


def assert_as_written(account, made: dict) -> None:
    """What present.yml says, is."""
    team = f"arn:aws:iam::{account.id}:policy/team/"
    boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": f"{team}team-ceiling"}
    reading = {"PolicyName": "team-reading", "PolicyArn": f"{team}team-reading"}
    assert made.keys() == {
        "password policy",
        ("user", "alice"),
        ("user", "deployer"),
        ("group", "team"),
        ("role", "machine"),
        ("profile", "machine"),
        ("policy", "team-ceiling"),
        ("policy", "team-reading"),
    }
    assert made["password policy"] == {
        "MinimumPasswordLength": 14,
        "RequireSymbols": True,
        "RequireNumbers": True,
        "RequireUppercaseCharacters": True,
        "RequireLowercaseCharacters": True,
        "AllowUsersToChangePassword": True,
        "ExpirePasswords": True,
        "MaxPasswordAge": 90,
        "PasswordReusePrevention": 5,
    }
    alice = made["user", "alice"]
    assert alice["Path"] == "/team/"
    assert alice["PermissionsBoundary"] == boundary
    assert {tag["Key"]: tag["Value"] for tag in alice["Tags"]} == {"team": "red", "name": "Alice Ängström"}
    assert [policy["PolicyName"] for policy in alice["attached"]] == ["IAMUserChangePassword"]
    profile = account.iam.get_login_profile(UserName="alice")["LoginProfile"]
    assert profile["PasswordResetRequired"] is True
    deployer = made["user", "deployer"]
    assert [key["Status"] for key in deployer["keys"]] == ["Active"]
    assert deployer["inline"] == ["own"]
    group = made["group", "team"]
    assert (group["members"], group["inline"], group["attached"]) == (
        ["alice", "deployer"],
        ["own"],
        [reading],
    )
    role = made["role", "machine"]
    assert (role["MaxSessionDuration"], role["Description"]) == (7_200, "What a machine may do")
    assert role["PermissionsBoundary"] == boundary
    assert role["AssumeRolePolicyDocument"] == json.loads(
        (PLAYBOOKS / "files/machine-trust.json").read_text()
    )
    assert {policy["PolicyName"] for policy in role["attached"]} == {"AmazonS3ReadOnlyAccess", "team-reading"}
    instance_profile = made["profile", "machine"]
    assert [held["RoleName"] for held in instance_profile["Roles"]] == ["machine"]
    assert instance_profile["Tags"] == [{"Key": "team", "Value": "red"}]
    assert len(made["policy", "team-reading"]["versions"]) == 1
