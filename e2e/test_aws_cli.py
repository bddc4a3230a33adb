"""The main job through the unmodified `aws` command line: users, groups, roles, policies, credentials."""

import json
import os
import subprocess

from harness.policies import ADMINISTRATOR, allow, document, trust


def test_users_groups_and_policies_from_the_command_line(account, aws):
    def run(*words):
        return aws(account.root, "iam", *words)

    assert run("create-user", "--user-name", "alice", "--path", "/staff/")["User"]["Arn"].endswith(
        "/staff/alice"
    )
    run("create-group", "--group-name", "Admins")
    run("attach-group-policy", "--group-name", "Admins", "--policy-arn", ADMINISTRATOR)
    run("add-user-to-group", "--group-name", "Admins", "--user-name", "alice")
    assert [user["UserName"] for user in run("get-group", "--group-name", "Admins")["Users"]] == ["alice"]
    key = run("create-access-key", "--user-name", "alice")["AccessKey"]
    alice = account.root.with_key(key["AccessKeyId"], key["SecretAccessKey"])
    assert aws(alice, "sts", "get-caller-identity")["Arn"].endswith(":user/staff/alice")
    aws(alice, "iam", "create-user", "--user-name", "bob")
    run("remove-user-from-group", "--group-name", "Admins", "--user-name", "alice")
    refusal = aws.run(alice, "iam", "create-user", "--user-name", "carol")
    assert refusal.returncode != 0
    assert "(AccessDenied) when calling the CreateUser operation: User: " in refusal.stderr


def test_documents_from_files_and_back_again(account, aws, tmp_path):
    file = tmp_path / "policy.json"
    file.write_text(document(allow("iam:List*")))
    words = ["iam", "create-policy", "--policy-name", "readers", "--description", "May list"]
    arn = aws(account.root, *words, "--policy-document", f"file://{file}")["Policy"]["Arn"]
    version = aws(account.root, "iam", "get-policy-version", "--policy-arn", arn, "--version-id", "v1")
    assert version["PolicyVersion"]["Document"] == json.loads(file.read_text())
    words = ["iam", "create-policy-version", "--policy-arn", arn, "--set-as-default"]
    aws(account.root, *words, "--policy-document", document(allow("iam:Get*")))
    assert aws(account.root, "iam", "get-policy", "--policy-arn", arn)["Policy"]["DefaultVersionId"] == "v2"
    listed = aws(account.root, "iam", "list-policies", "--scope", "Local", "--query", "Policies[].PolicyName")
    assert listed == ["readers"]


def test_a_role_is_made_and_assumed(account, aws):
    def run(*words):
        return aws(account.root, "iam", *words)

    words = [
        "create-role",
        "--role-name",
        "Deployer",
        "--assume-role-policy-document",
        trust(account.root_arn),
    ]
    role = run(*words)["Role"]["Arn"]
    run(
        "put-role-policy",
        "--role-name",
        "Deployer",
        "--policy-name",
        "p",
        "--policy-document",
        document(allow("iam:*")),
    )
    developer = account.user("dev", allow("sts:AssumeRole"))
    answer = aws(developer, "sts", "assume-role", "--role-arn", role, "--role-session-name", "cli")
    session = developer.holding(answer["Credentials"], answer["AssumedRoleUser"]["Arn"])
    assert aws(session, "sts", "get-caller-identity")["Arn"] == session.arn
    aws(session, "iam", "create-group", "--group-name", "made-by-the-session")


def test_tags_of_users_roles_and_policies(account, aws):
    account.iam.create_user(UserName="u")
    account.role(trust(account.root_arn), name="r")
    arn = account.policy(allow("*"), name="p")
    for kind, name in (
        ("user", ["--user-name", "u"]),
        ("role", ["--role-name", "r"]),
        ("policy", ["--policy-arn", arn]),
    ):
        aws(account.root, "iam", f"tag-{kind}", *name, "--tags", "Key=team,Value=red", "Key=cost,Value=42")
        aws(account.root, "iam", f"untag-{kind}", *name, "--tag-keys", "cost")
        tags = aws(account.root, "iam", f"list-{kind}-tags", *name)["Tags"]
        assert tags == [{"Key": "team", "Value": "red"}]


def test_boundaries_and_keys(account, aws):
    ceiling = account.policy(allow("iam:List*"))
    account.user("u")

    def run(*words):
        return aws(account.root, "iam", *words, "--user-name", "u")

    run("put-user-permissions-boundary", "--permissions-boundary", ceiling)
    assert run("get-user")["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == ceiling
    run("delete-user-permissions-boundary")
    assert "PermissionsBoundary" not in run("get-user")["User"]
    (key,) = run("list-access-keys")["AccessKeyMetadata"]
    run("update-access-key", "--access-key-id", key["AccessKeyId"], "--status", "Inactive")
    assert run("list-access-keys")["AccessKeyMetadata"][0]["Status"] == "Inactive"
    run("delete-access-key", "--access-key-id", key["AccessKeyId"])
    assert run("list-access-keys")["AccessKeyMetadata"] == []


def test_waiters_return_at_once(account, aws):
    account.iam.create_user(UserName="u")
    account.role(trust(account.root_arn), name="r")
    arn = account.policy(allow("*"))
    aws(account.root, "iam", "wait", "user-exists", "--user-name", "u")
    aws(account.root, "iam", "wait", "role-exists", "--role-name", "r")
    aws(account.root, "iam", "wait", "policy-exists", "--policy-arn", arn)


def test_the_other_ways_to_credentials(account, aws):
    user = account.user("dev", allow(["sts:GetFederationToken", "sts:GetAccessKeyInfo"]))
    token = aws(user, "sts", "get-session-token", "--duration-seconds", "900")
    session = user.holding(token["Credentials"], user.arn)
    assert aws(session, "sts", "get-caller-identity")["Arn"] == user.arn
    federated = aws(user, "sts", "get-federation-token", "--name", "bob", "--policy", document(allow("*")))
    assert federated["FederatedUser"]["Arn"].endswith(":federated-user/bob")
    info = aws(user, "sts", "get-access-key-info", "--access-key-id", user.access_key_id)
    assert info["Account"] == account.id


def test_a_profile_that_assumes_a_role_by_itself(account, aws, tmp_path):
    """`role_arn` and `source_profile`, as developers have them in their configuration."""
    role = account.role(trust(account.root_arn), allow("iam:ListUsers"), name="Deployer")
    developer = account.user("dev", allow("sts:AssumeRole"))
    config = tmp_path / "config"
    config.write_text(
        f"[profile base]\naws_access_key_id = {developer.access_key_id}\n"
        f"aws_secret_access_key = {developer.secret_access_key}\n"
        f"[profile deployer]\nrole_arn = {role}\nsource_profile = base\nregion = us-east-1\n"
        f"endpoint_url = {developer.endpoint}\n"
    )
    variables = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    variables |= {
        "AWS_CONFIG_FILE": str(config),
        "AWS_PROFILE": "deployer",
        "AWS_ENDPOINT_URL": developer.endpoint,
    }
    variables |= {"HOME": str(tmp_path)}
    words = [str(aws.program), "sts", "get-caller-identity", "--output", "json"]
    done = subprocess.run(words, env=variables, capture_output=True, text=True, timeout=60)
    config.unlink()
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["Arn"].startswith(f"arn:aws:sts::{account.id}:assumed-role/Deployer/")
