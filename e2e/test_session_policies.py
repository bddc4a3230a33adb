"""A session policy narrows one session. It never gives what the role or user does not have."""

import pytest
from botocore.exceptions import ClientError

from harness.policies import ADMINISTRATOR, READ_ONLY, allow, deny, document, trust
from harness.refusal import denied, denied_explicitly, refused


def role_of(account, *statements) -> tuple:
    role = account.role(trust(account.root_arn), *statements)
    return account.user("dev", allow("sts:AssumeRole")), role


def user_arn(account, name) -> str:
    return f"arn:aws:iam::{account.id}:user/{name}"


def test_a_session_policy_caps_the_role(account):
    developer, role = role_of(account, allow("iam:*"))
    session = developer.assume(role, Policy=document(allow("iam:List*")))
    session.iam.list_users()
    with denied(session, "iam:CreateUser", user_arn(account, "bob"), "session policy"):
        session.iam.create_user(UserName="bob")
    developer.assume(role).iam.create_user(UserName="bob")


def test_a_session_policy_does_not_widen_the_role(account):
    developer, role = role_of(account, allow("iam:List*"))
    session = developer.assume(role, Policy=document(allow("*")))
    session.iam.list_users()
    with denied(session, "iam:CreateUser", user_arn(account, "bob")):
        session.iam.create_user(UserName="bob")


def test_a_deny_in_a_session_policy_wins(account):
    developer, role = role_of(account, allow("*"))
    session = developer.assume(role, Policy=document(allow("*"), deny("iam:CreateUser")))
    session.iam.list_users()
    with denied_explicitly(session, "iam:CreateUser", user_arn(account, "bob"), "a session policy"):
        session.iam.create_user(UserName="bob")


def test_managed_session_policies_cap_as_well(account):
    developer, role = role_of(account, allow("*"))
    session = developer.assume(role, PolicyArns=[{"arn": READ_ONLY}])
    session.iam.list_users()
    with denied(session, "iam:CreateUser", user_arn(account, "bob"), "session policy"):
        session.iam.create_user(UserName="bob")


def test_the_policies_of_one_session_are_a_union(account):
    developer, role = role_of(account, allow("*"))
    own = account.policy(allow("iam:CreateUser"))
    session = developer.assume(role, PolicyArns=[{"arn": own}], Policy=document(allow("iam:ListUsers")))
    session.iam.create_user(UserName="bob")
    session.iam.list_users()
    with denied(session, "iam:DeleteUser", user_arn(account, "bob"), "session policy"):
        session.iam.delete_user(UserName="bob")


def test_boundary_and_session_policy_both_cap(account):
    ceiling = account.policy(allow(["iam:ListUsers", "iam:ListGroups"]))
    role = account.role(trust(account.root_arn), allow("*"), PermissionsBoundary=ceiling)
    developer = account.user("dev", allow("sts:AssumeRole"))
    session = developer.assume(role, Policy=document(allow(["iam:ListUsers", "iam:ListRoles"])))
    session.iam.list_users()
    for beyond in (session.iam.list_groups, session.iam.list_roles):
        with refused("AccessDenied", 403):
            beyond()


def test_federation_gives_the_intersection_and_nothing_without_a_policy(account):
    user = account.user("portal", allow(["sts:GetFederationToken", "sts:GetCallerIdentity", "iam:*"]))
    answer = user.sts.get_federation_token(Name="bob", Policy=document(allow("*")))
    arn = f"arn:aws:sts::{account.id}:federated-user/bob"
    assert answer["FederatedUser"]["Arn"] == arn
    assert answer["FederatedUser"]["FederatedUserId"] == f"{account.id}:bob"
    federated = user.holding(answer["Credentials"], arn)
    assert federated.caller() == arn
    # AWS lets federated users call no operation of IAM, whatever the policies say, and blames the token.
    with refused("InvalidClientTokenId", 403):
        federated.iam.list_users()


def test_a_session_policy_must_be_a_policy(account):
    developer, role = role_of(account, allow("*"))
    with refused("MalformedPolicyDocument", 400):
        developer.assume(role, Policy="not a policy")
    with refused("MalformedPolicyDocument", 400):
        developer.assume(role, Policy=trust(account.root_arn))


def test_a_session_takes_managed_policies_of_its_own_account_only(account, other_account):
    developer, role = role_of(account, allow("*"))
    foreign = other_account.policy(allow("*"))
    with pytest.raises(ClientError):
        developer.assume(role, PolicyArns=[{"arn": foreign}])


def test_a_packed_policy_size_is_told_only_when_there_is_something_packed(account):
    developer, role = role_of(account, allow("*"))
    plain = developer.sts.assume_role(RoleArn=role, RoleSessionName="plain")
    assert "PackedPolicySize" not in plain
    packed = developer.sts.assume_role(
        RoleArn=role, RoleSessionName="packed", PolicyArns=[{"arn": ADMINISTRATOR}]
    )
    assert 0 < packed["PackedPolicySize"] <= 100


def test_a_session_policy_beyond_its_plain_limit_is_refused(account):
    developer, role = role_of(account, allow("*"))
    fits = document(allow("iam:ListUsers", "x" * 1_900)).replace('"x', '"arn:aws:iam::*:user/x')
    assert len(fits) < 2_048
    developer.assume(role, Policy=fits)
    with refused("ValidationError", 400):
        developer.unchecked("sts").assume_role(
            RoleArn=role, RoleSessionName="long", Policy=fits.replace("x" * 1_000, "y" * 1_200)
        )
