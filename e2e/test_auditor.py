"""An auditor from another company gets a role with an external id, so that nobody else's customer can use it."""

from harness.policies import READ_ONLY, allow, trust
from harness.refusal import denied, not_assumed

EXTERNAL_ID = "auditor/7f1c:case=42"


def auditors_role(account, other_account) -> str:
    condition = {"StringEquals": {"sts:ExternalId": EXTERNAL_ID}}
    role = account.role(trust(other_account.root_arn, **condition), name="Auditor")
    account.iam.attach_role_policy(RoleName="Auditor", PolicyArn=READ_ONLY)
    return role


def test_the_role_is_assumed_with_its_external_id(account, other_account):
    role = auditors_role(account, other_account)
    auditor = other_account.user("auditor", allow("sts:AssumeRole", role))
    session = auditor.assume(role, "audit-2026", ExternalId=EXTERNAL_ID)
    assert session.caller() == f"arn:aws:sts::{account.id}:assumed-role/Auditor/audit-2026"
    assert session.iam.list_roles()["Roles"][0]["RoleName"] == "Auditor"


def test_it_is_refused_without_it(account, other_account):
    role = auditors_role(account, other_account)
    auditor = other_account.user("auditor", allow("sts:AssumeRole", role))
    with not_assumed(auditor, role):
        auditor.assume(role)


def test_it_is_refused_with_another(account, other_account):
    role = auditors_role(account, other_account)
    auditor = other_account.user("auditor", allow("sts:AssumeRole", role))
    for another in ("auditor/7f1c:case=43", EXTERNAL_ID.upper(), EXTERNAL_ID + "0", EXTERNAL_ID[:-1]):
        with not_assumed(auditor, role):
            auditor.assume(role, ExternalId=another)


def test_the_external_id_alone_opens_nothing(account, other_account, server):
    role = auditors_role(account, other_account)
    stranger = server.account("stranger").user("mallory", allow("sts:AssumeRole"))
    with not_assumed(stranger, role):
        stranger.assume(role, ExternalId=EXTERNAL_ID)


def test_the_auditor_reads_but_does_not_change(account, other_account):
    role = auditors_role(account, other_account)
    auditor = other_account.user("auditor", allow("sts:AssumeRole", role))
    session = auditor.assume(role, ExternalId=EXTERNAL_ID)
    session.iam.list_users()
    with denied(session, "iam:CreateUser", f"arn:aws:iam::{account.id}:user/backdoor"):
        session.iam.create_user(UserName="backdoor")


def test_the_aws_command_line_assumes_it_too(account, other_account, aws):
    role = auditors_role(account, other_account)
    auditor = other_account.user("auditor", allow("sts:AssumeRole", role))
    words = ["sts", "assume-role", "--role-arn", role, "--role-session-name", "cli"]
    answer = aws(auditor, *words, "--external-id", EXTERNAL_ID)
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{account.id}:assumed-role/Auditor/cli"
    refusal = aws.run(auditor, *words, "--external-id", "another")
    assert refusal.returncode != 0
    assert "(AccessDenied) when calling the AssumeRole operation" in refusal.stderr
