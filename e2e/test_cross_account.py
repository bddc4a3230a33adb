"""Developers of account A work in account B by its role: both sides must allow."""

from harness.policies import allow, deny, document, trust
from harness.refusal import denied, not_assumed, refused


def deployer(account_b, principal) -> str:
    return account_b.role(trust(principal), allow("iam:ListGroups"), name="Deployer")


def test_both_sides_allow_and_the_role_is_assumed(account, other_account):
    role = deployer(other_account, account.root_arn)
    developer = account.user("dev", allow("sts:AssumeRole", role))
    session = developer.assume(role, "dev-at-work")
    assert session.caller() == f"arn:aws:sts::{other_account.id}:assumed-role/Deployer/dev-at-work"
    session.iam.list_groups()


def test_the_developers_side_must_allow(account, other_account):
    role = deployer(other_account, account.root_arn)
    developer = account.user("dev")
    with not_assumed(developer, role):
        developer.assume(role)


def test_the_developers_side_must_allow_even_when_the_role_names_the_developer(account, other_account):
    developer = account.user("dev")
    for principal in (developer.arn, "*"):
        role = other_account.role(trust(principal))
        with not_assumed(developer, role):
            developer.assume(role)


def test_the_roles_side_must_allow(account, other_account, server):
    developer = account.user("dev", allow("sts:AssumeRole"))
    role = deployer(other_account, server.account("someone-else").root_arn)
    with not_assumed(developer, role):
        developer.assume(role)


def test_a_role_that_does_not_exist_is_refused_with_the_same_words(account, other_account):
    developer = account.user("dev", allow("sts:AssumeRole"))
    missing = f"arn:aws:iam::{other_account.id}:role/NoSuchRole"
    with not_assumed(developer, missing):
        developer.assume(missing)
    nowhere = "arn:aws:iam::000000000001:role/NoSuchAccount"
    with not_assumed(developer, nowhere):
        developer.assume(nowhere)


def test_own_permissions_are_lost_while_the_role_is_used_and_there_again_with_the_own_keys(
    account, other_account
):
    role = deployer(other_account, account.root_arn)
    developer = account.user("dev", allow("sts:AssumeRole", role), allow("iam:ListUsers"))
    developer.iam.list_users()
    session = developer.assume(role)
    session.iam.list_groups()
    with refused("AccessDenied", 403):
        session.iam.list_users()
    with denied(session, "iam:CreateGroup", f"arn:aws:iam::{other_account.id}:group/g"):
        session.iam.create_group(GroupName="g")
    developer.iam.list_users()
    with refused("AccessDenied", 403):
        developer.iam.list_groups()


def test_the_session_works_in_the_roles_account(account, other_account):
    role = other_account.role(trust(account.root_arn), allow("iam:CreateGroup"))
    developer = account.user("dev", allow("sts:AssumeRole", role), allow("iam:CreateGroup"))
    developer.assume(role).iam.create_group(GroupName="made-by-the-role")
    assert [group["GroupName"] for group in other_account.iam.list_groups()["Groups"]] == ["made-by-the-role"]
    assert account.iam.list_groups()["Groups"] == []


def test_a_deny_on_the_developers_side_wins_over_the_roles_allow(account, other_account):
    role = deployer(other_account, account.root_arn)
    developer = account.user("dev", allow("sts:AssumeRole"), deny("sts:AssumeRole", role))
    with not_assumed(developer, role):
        developer.assume(role)


def test_a_change_of_trust_stops_new_sessions_but_not_live_ones(account, other_account):
    role = deployer(other_account, account.root_arn)
    developer = account.user("dev", allow("sts:AssumeRole", role))
    session = developer.assume(role)
    other_account.iam.update_assume_role_policy(
        RoleName="Deployer", PolicyDocument=trust(other_account.root_arn)
    )
    with not_assumed(developer, role):
        developer.assume(role)
    session.iam.list_groups()


def test_a_change_of_the_roles_permissions_reaches_live_sessions(account, other_account):
    role = deployer(other_account, account.root_arn)
    developer = account.user("dev", allow("sts:AssumeRole", role))
    session = developer.assume(role)
    session.iam.list_groups()
    other_account.iam.put_role_policy(
        RoleName="Deployer", PolicyName="own", PolicyDocument=document(allow("iam:ListUsers"))
    )
    session.iam.list_users()
    with refused("AccessDenied", 403):
        session.iam.list_groups()


def test_in_one_account_a_trust_that_names_the_user_is_enough(account):
    developer = account.user("dev")
    by_name = account.role(trust(developer.arn))
    assert developer.assume(by_name).caller().startswith("arn:aws:sts::")
    by_account = account.role(trust(account.root_arn))
    with not_assumed(developer, by_account):
        developer.assume(by_account)


def test_in_one_account_the_users_permission_alone_is_not_enough(account, other_account):
    developer = account.user("dev", allow("sts:AssumeRole"))
    role = account.role(trust(other_account.root_arn))
    with not_assumed(developer, role):
        developer.assume(role)


def test_a_role_does_not_trust_itself(account):
    role = account.role(trust(account.root_arn), allow("iam:ListUsers"), name="Self")
    developer = account.user("dev", allow("sts:AssumeRole", role))
    session = developer.assume(role)
    with not_assumed(session, role):
        session.assume(role)


def test_root_assumes_no_role(account):
    role = account.role(trust(account.root_arn))
    with refused("AccessDenied", 403, "Roles may not be assumed by root accounts."):
        account.root.assume(role)
