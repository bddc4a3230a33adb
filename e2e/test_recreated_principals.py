"""A name is not an identity: what is deleted and made anew is somebody else."""

import json

from harness.policies import allow, trust
from harness.refusal import not_assumed, refused

DEAD_TOKEN = "The security token included in the request is invalid."


def remake_role(account, name, trust_policy):
    for policy in account.iam.list_role_policies(RoleName=name)["PolicyNames"]:
        account.iam.delete_role_policy(RoleName=name, PolicyName=policy)
    account.iam.delete_role(RoleName=name)
    return account.role(trust_policy, allow("iam:ListUsers"), name=name)


def principals(account, role) -> object:
    document = account.iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    return document["Statement"][0]["Principal"]["AWS"]


def test_old_sessions_of_a_role_made_anew_stay_dead(account):
    everyone = trust(account.root_arn)
    role = account.role(everyone, allow("iam:ListUsers"), name="Phoenix")
    developer = account.user("dev", allow("sts:AssumeRole"))
    old = developer.assume(role)
    old.iam.list_users()
    assert remake_role(account, "Phoenix", everyone) == role
    for call in (old.iam.list_users, old.sts.get_caller_identity):
        with refused("InvalidClientTokenId", 403, DEAD_TOKEN):
            call()
    developer.assume(role).iam.list_users()


def test_sessions_of_a_deleted_role_are_dead(account):
    role = account.role(trust(account.root_arn), name="Gone")
    session = account.user("dev", allow("sts:AssumeRole")).assume(role)
    account.iam.delete_role(RoleName="Gone")
    with refused("InvalidClientTokenId", 403, DEAD_TOKEN):
        session.sts.get_caller_identity()


def test_sessions_and_keys_of_a_deleted_user_are_dead(account):
    user = account.user("leaver")
    token = user.sts.get_session_token()
    session = user.holding(token["Credentials"], user.arn)
    assert session.caller() == user.arn
    account.iam.delete_access_key(UserName="leaver", AccessKeyId=user.access_key_id)
    account.iam.delete_user(UserName="leaver")
    for identity in (user, session):
        with refused("InvalidClientTokenId", 403, DEAD_TOKEN):
            identity.caller()
    again = account.user("leaver")
    assert again.arn == user.arn
    with refused("InvalidClientTokenId", 403, DEAD_TOKEN):
        session.caller()


def test_an_old_trust_entry_does_not_match_a_role_made_anew(account):
    everyone = trust(account.root_arn)
    first = account.role(everyone, name="First")
    second = account.role(trust(first), name="Second")
    developer = account.user("dev", allow("sts:AssumeRole"))
    developer.assume(first).assume(second)
    remake_role(account, "First", everyone)
    session = developer.assume(first)
    with not_assumed(session, second):
        session.assume(second)
    account.iam.update_assume_role_policy(RoleName="Second", PolicyDocument=trust(first))
    session.assume(second)


def test_an_old_trust_entry_does_not_match_a_user_made_anew_from_another_account(account, other_account):
    developer = other_account.user("dev", allow("sts:AssumeRole"))
    role = account.role(trust(developer.arn))
    developer.assume(role)
    other_account.iam.delete_user_policy(UserName="dev", PolicyName="own")
    other_account.iam.delete_access_key(UserName="dev", AccessKeyId=developer.access_key_id)
    other_account.iam.delete_user(UserName="dev")
    again = other_account.user("dev", allow("sts:AssumeRole"))
    assert again.arn == developer.arn
    with not_assumed(again, role):
        again.assume(role)


def test_a_trust_policy_shows_the_arn_while_the_principal_lives_and_its_id_afterwards(account):
    user = account.iam.create_user(UserName="dev")["User"]
    role = account.role(trust(user["Arn"]), name="Shown")
    assert principals(account, "Shown") == user["Arn"]
    account.iam.delete_user(UserName="dev")
    assert principals(account, "Shown") == user["UserId"]
    account.iam.create_user(UserName="dev")
    assert principals(account, "Shown") == user["UserId"]
    assert role


def test_a_renamed_user_keeps_its_trust(account):
    developer = account.user("dev")
    role = account.role(trust(developer.arn), name="Keeps")
    account.iam.update_user(UserName="dev", NewUserName="engineer")
    renamed = f"arn:aws:iam::{account.id}:user/engineer"
    assert principals(account, "Keeps") == renamed
    developer.assume(role)


def test_a_unique_id_may_be_named_as_principal(account):
    developer = account.user("dev")
    user_id = account.iam.get_user(UserName="dev")["User"]["UserId"]
    role = account.role(trust(user_id), name="ById")
    developer.assume(role)
    assert principals(account, "ById") == developer.arn


def test_conditions_on_names_are_not_bound_to_ids(account):
    condition = {"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{account.id}:user/dev"}}
    role = account.role(trust("*", **condition))
    developer = account.user("dev")
    developer.assume(role)
    account.iam.delete_access_key(UserName="dev", AccessKeyId=developer.access_key_id)
    account.iam.delete_user(UserName="dev")
    account.user("dev").assume(role)


def test_a_principal_that_does_not_exist_cannot_be_trusted(account):
    for kind in ("user", "role"):
        arn = f"arn:aws:iam::{account.id}:{kind}/nobody"
        with refused("MalformedPolicyDocument", 400, f'Invalid principal in policy: "AWS":"{arn}"'):
            account.iam.create_role(RoleName="bad", AssumeRolePolicyDocument=trust(arn))
    assert json.dumps(account.iam.list_roles()["Roles"]) == "[]"
