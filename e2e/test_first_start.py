"""The first start: a closed house, one administrator, and credentials that only the owner can read."""

import json
import os
import re
import shutil
import stat
import subprocess
import time

import pytest

from harness import remembered, totp, wire
from harness.identity import Identity
from harness.server import run_binary


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def profile_of(server):
    """The file with the ready profile, whose path the server prints."""
    found = re.search(r"(/\S*aws-config)\b", server.log_text())
    assert found, server.log_tail()
    path = server.data.__class__(found[1])
    for secret in re.findall(r"aws_secret_access_key\s*=\s*(\S+)", path.read_text()):
        remembered.secret(secret)
    return path


def aws(program, config, *words) -> subprocess.CompletedProcess:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    variables |= {"AWS_CONFIG_FILE": str(config), "AWS_PROFILE": "lanyard", "AWS_MAX_ATTEMPTS": "1"}
    return subprocess.run([program, *words], env=variables, capture_output=True, text=True, timeout=60)


def test_the_first_start_leaves_a_ready_profile_for_an_administrator(fresh_server, aws_program):
    server = fresh_server().start()
    path = profile_of(server)
    assert mode(path) == 0o600
    done = aws(aws_program, path, "sts", "get-caller-identity")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["Arn"].endswith(":user/admin")
    groups = json.loads(aws(aws_program, path, "iam", "list-groups-for-user", "--user-name", "admin").stdout)
    assert [group["GroupName"] for group in groups["Groups"]] == ["Administrators"]
    attached = json.loads(
        aws(aws_program, path, "iam", "list-attached-group-policies", "--group-name", "Administrators").stdout
    )
    assert [policy["PolicyName"] for policy in attached["AttachedPolicies"]] == ["AdministratorAccess"]
    assert aws(aws_program, path, "iam", "create-user", "--user-name", "bob").returncode == 0


@pytest.fixture
def aws_program(aws) -> str:
    return str(aws.program)


def test_no_secret_is_printed_or_logged(fresh_server):
    server = fresh_server().start()
    (secret,) = re.findall(r"aws_secret_access_key\s*=\s*(\S+)", profile_of(server).read_text())
    assert secret not in server.log_text()


def test_the_data_directory_is_the_owners_alone(fresh_server):
    server = fresh_server().start()
    assert mode(server.data) == 0o700
    for path in server.data.rglob("*"):
        assert mode(path) & 0o077 == 0, f"{path} is open to others: {mode(path):o}"


def test_the_second_start_makes_nothing_anew(fresh_server):
    server = fresh_server().start()
    before = profile_of(server).read_text()
    accounts = server.run("account", "list", "--json").stdout
    server.stop()
    server.start()
    assert server.run("account", "list", "--json").stdout == accounts
    assert profile_of(server).read_text() == before


def test_account_and_key_can_be_given_by_environment(fresh_server, binary):
    made = json.loads(run_binary(binary, "keygen", "--id", "111122223333", "--json").stdout)
    environment = {
        "LANYARD_ACCOUNT_ID": made["AccountId"],
        "LANYARD_ADMIN_ACCESS_KEY_ID": made["AccessKeyId"],
        "LANYARD_ADMIN_SECRET_ACCESS_KEY": remembered.secret(made["SecretAccessKey"]),
    }
    server = fresh_server(environment=environment).start()
    admin = Identity(server.endpoint, made["AccessKeyId"], made["SecretAccessKey"])
    assert admin.caller() == "arn:aws:iam::111122223333:user/admin"
    admin.iam.create_user(UserName="bob")


def test_a_secret_that_does_not_fit_its_key_stops_the_first_start(fresh_server, binary):
    made = json.loads(run_binary(binary, "keygen", "--json").stdout)
    server = fresh_server(
        environment={
            "LANYARD_ACCOUNT_ID": "111122223333",
            "LANYARD_ADMIN_ACCESS_KEY_ID": made["AccessKeyId"],
            "LANYARD_ADMIN_SECRET_ACCESS_KEY": remembered.secret(made["SecretAccessKey"]),
        }
    )
    with pytest.raises(AssertionError, match="the server ended with"):
        server.start()
    assert made["SecretAccessKey"] not in server.log_text()


def test_nothing_is_open_by_default(fresh_server):
    server = fresh_server().start()
    for target in ("/", "/?Action=ListUsers&Version=2010-05-08", "/metrics", "/admin", "/console"):
        assert wire.bare(server.endpoint, "GET", target, {}).status in (302, 403, 404)
    assert (server.get("/healthz"), server.get("/readyz")) == (200, 200)


class TestTheMasterKey:
    def start_without(self, fresh_server, damage):
        server = fresh_server().start()
        server.stop()
        (key,) = (path for path in server.data.rglob("*") if "master" in path.name)
        damage(key)
        with pytest.raises(AssertionError, match="the server ended with"):
            server.start()
        return server

    def test_a_missing_master_key_stops_the_start_and_is_not_made_anew(self, fresh_server):
        server = self.start_without(fresh_server, lambda key: key.unlink())
        assert not [path for path in server.data.rglob("*") if "master" in path.name]

    def test_a_wrong_master_key_stops_the_start(self, fresh_server, binary):
        other = fresh_server().start()
        other.stop()
        (foreign,) = (path for path in other.data.rglob("*") if "master" in path.name)
        self.start_without(fresh_server, lambda key: shutil.copy(foreign, key))

    def test_a_master_key_open_to_others_stops_the_start(self, fresh_server):
        self.start_without(fresh_server, lambda key: key.chmod(0o644))


def test_one_data_directory_has_one_server(fresh_server):
    server = fresh_server().start()
    second = fresh_server()
    second.data = server.data
    with pytest.raises(AssertionError, match="the server ended with 5"):
        second.start()
    assert server.get("/healthz") == 200


def test_accounts_are_made_and_listed_on_the_running_server(fresh_server):
    server = fresh_server().start()
    made = json.loads(server.run("account", "create", "team-a", "--json").stdout)
    assert made.keys() >= {"AccountId", "AccessKeyId", "SecretAccessKey"}
    remembered.secret(made["SecretAccessKey"])
    admin = Identity(server.endpoint, made["AccessKeyId"], made["SecretAccessKey"])
    assert admin.caller() == f"arn:aws:iam::{made['AccountId']}:user/admin"
    chosen = json.loads(
        server.run(
            "account", "create", "team-b", "--id", "444455556666", "--root-access-key", "--json"
        ).stdout
    )
    remembered.secret(chosen["SecretAccessKey"])
    root = Identity(server.endpoint, chosen["AccessKeyId"], chosen["SecretAccessKey"])
    assert root.caller() == "arn:aws:iam::444455556666:root"
    listed = server.run("account", "list", "--json").stdout
    assert made["AccountId"] in listed and "444455556666" in listed
    again = server.run("account", "create", "team-c", "--id", "444455556666", "--json", check=False)
    assert again.returncode != 0


def test_a_lost_root_is_recovered_and_its_old_keys_are_dead(fresh_server):
    server = fresh_server().start()
    account = server.account("lost")
    totp.device_of(account, account.id)
    made = json.loads(server.run("admin", "reset-root", account.id, "--json").stdout)
    remembered.secret(made["SecretAccessKey"])
    root = Identity(server.endpoint, made["AccessKeyId"], made["SecretAccessKey"])
    assert root.caller() == account.root_arn
    assert wire.call(account.root, "ListUsers").code == "InvalidClientTokenId"
    assert root.iam.list_mfa_devices(UserName=account.id)["MFADevices"] == []
    deadline = time.monotonic() + 10
    while not any(record["eventName"] == "ResetRoot" for record in server.trail(account.id)):
        assert time.monotonic() < deadline, "the recovery is not in the trail"
        time.sleep(0.05)


def test_the_admin_socket_is_the_owners_alone(fresh_server):
    server = fresh_server().start()
    sockets = [path for path in server.data.rglob("*") if path.is_socket()]
    assert sockets
    for path in sockets:
        assert mode(path.parent) == 0o700
        assert mode(path) & 0o077 == 0
