"""Users and groups: what the departments of a company expect of them."""

import pytest

from harness.policies import ADMINISTRATOR, allow, deny, document, trust
from harness.refusal import denied, denied_explicitly, refused


def admins(account) -> str:
    name = account.group("Admins")
    account.iam.attach_group_policy(GroupName=name, PolicyArn=ADMINISTRATOR)
    return name


def test_a_new_user_can_do_nothing(account):
    alice = account.user("alice")
    role = account.role(trust(account.root_arn))
    account_arn = f"arn:aws:iam::{account.id}"
    with denied(alice, "iam:CreateUser", f"{account_arn}:user/bob"):
        alice.iam.create_user(UserName="bob")
    with denied(alice, "iam:GetUser", alice.arn):
        alice.iam.get_user(UserName="alice")
    with denied(alice, "iam:CreateAccessKey", alice.arn):
        alice.iam.create_access_key(UserName="alice")
    with denied(alice, "iam:PutUserPolicy", alice.arn):
        alice.iam.put_user_policy(UserName="alice", PolicyName="all", PolicyDocument=document(allow("*")))
    with denied(alice, "iam:AttachUserPolicy", alice.arn):
        alice.iam.attach_user_policy(UserName="alice", PolicyArn=ADMINISTRATOR)
    with refused("AccessDenied", 403):
        alice.iam.list_users()
    with refused("AccessDenied", 403):
        alice.sts.assume_role(RoleArn=role, RoleSessionName="try")
    assert account.iam.list_user_policies(UserName="alice")["PolicyNames"] == []
    assert len(account.iam.list_access_keys(UserName="alice")["AccessKeyMetadata"]) == 1


def test_anyone_may_ask_who_they_are(account):
    alice = account.user("alice", deny("*"))
    answer = alice.sts.get_caller_identity()
    assert answer["Arn"] == alice.arn
    assert answer["Account"] == account.id
    assert answer["UserId"].startswith("AIDA")


def test_put_into_admins_can_and_taken_out_cannot_at_the_very_next_call(account):
    admins(account)
    alice = account.user("alice")
    for turn in range(20):
        bob = f"arn:aws:iam::{account.id}:user/bob-{turn}"
        with denied(alice, "iam:CreateUser", bob):
            alice.iam.create_user(UserName=f"bob-{turn}")
        account.iam.add_user_to_group(GroupName="Admins", UserName="alice")
        alice.iam.create_user(UserName=f"bob-{turn}")
        account.iam.remove_user_from_group(GroupName="Admins", UserName="alice")
        with denied(alice, "iam:DeleteUser", bob):
            alice.iam.delete_user(UserName=f"bob-{turn}")


def test_a_member_who_removes_itself_is_out_at_once(account):
    admins(account)
    alice = account.user("alice")
    account.iam.add_user_to_group(GroupName="Admins", UserName="alice")
    alice.iam.remove_user_from_group(GroupName="Admins", UserName="alice")
    with denied(alice, "iam:AddUserToGroup", f"arn:aws:iam::{account.id}:group/Admins"):
        alice.iam.add_user_to_group(GroupName="Admins", UserName="alice")


def test_a_user_in_several_groups_has_the_union(account):
    account.group("Readers", allow(["iam:GetUser", "iam:ListUsers"]))
    account.group("Makers", allow("iam:CreateUser"))
    alice = account.user("alice", allow("iam:ListGroups"))
    for group in ("Readers", "Makers"):
        account.iam.add_user_to_group(GroupName=group, UserName="alice")
    alice.iam.get_user(UserName="alice")
    alice.iam.create_user(UserName="bob")
    alice.iam.list_groups()
    bob = f"arn:aws:iam::{account.id}:user/bob"
    with denied(alice, "iam:DeleteUser", bob):
        alice.iam.delete_user(UserName="bob")
    account.iam.remove_user_from_group(GroupName="Makers", UserName="alice")
    alice.iam.get_user(UserName="bob")
    with denied(alice, "iam:CreateUser", f"arn:aws:iam::{account.id}:user/carol"):
        alice.iam.create_user(UserName="carol")


def test_a_change_to_a_groups_policy_reaches_its_members_at_the_next_call(account):
    account.group("Makers", allow("iam:CreateUser"))
    alice = account.user("alice")
    account.iam.add_user_to_group(GroupName="Makers", UserName="alice")
    alice.iam.create_user(UserName="bob")
    account.iam.delete_group_policy(GroupName="Makers", PolicyName="own")
    with denied(alice, "iam:CreateUser", f"arn:aws:iam::{account.id}:user/carol"):
        alice.iam.create_user(UserName="carol")


def test_a_new_default_version_holds_at_the_next_call(account):
    arn = account.policy(allow("iam:CreateUser"))
    alice = account.user("alice")
    account.iam.attach_user_policy(UserName="alice", PolicyArn=arn)
    alice.iam.create_user(UserName="bob")
    account.iam.create_policy_version(
        PolicyArn=arn, PolicyDocument=document(allow("iam:ListUsers")), SetAsDefault=True
    )
    alice.iam.list_users()
    with refused("AccessDenied", 403):
        alice.iam.create_user(UserName="carol")
    account.iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    alice.iam.create_user(UserName="carol")
    with refused("AccessDenied", 403):
        alice.iam.list_users()


@pytest.mark.parametrize("where", ["user", "group", "managed"])
def test_an_explicit_deny_wins_wherever_it_stands(account, where):
    admins(account)
    alice = account.user("alice")
    account.iam.add_user_to_group(GroupName="Admins", UserName="alice")
    alice.iam.create_user(UserName="bob")
    statement = deny("iam:CreateUser")
    if where == "user":
        account.iam.put_user_policy(UserName="alice", PolicyName="no", PolicyDocument=document(statement))
    elif where == "group":
        account.iam.add_user_to_group(GroupName=account.group("Frozen", statement), UserName="alice")
    else:
        account.iam.attach_user_policy(UserName="alice", PolicyArn=account.policy(statement))
    with denied_explicitly(alice, "iam:CreateUser", f"arn:aws:iam::{account.id}:user/carol"):
        alice.iam.create_user(UserName="carol")
    alice.iam.delete_user(UserName="bob")


def test_a_deny_for_one_resource_leaves_the_others(account):
    path = f"arn:aws:iam::{account.id}:user/staff/*"
    alice = account.user("alice", allow("iam:CreateUser"), deny("iam:CreateUser", path))
    alice.iam.create_user(UserName="bob")
    with denied_explicitly(alice, "iam:CreateUser", f"arn:aws:iam::{account.id}:user/staff/carol"):
        alice.iam.create_user(UserName="carol", Path="/staff/")


def test_a_group_cannot_be_put_into_a_group(account):
    account.group("Outer")
    account.group("Inner")
    with refused("NoSuchEntity", 404, "The user with name Inner cannot be found."):
        account.iam.add_user_to_group(GroupName="Outer", UserName="Inner")
    assert account.iam.get_group(GroupName="Outer")["Users"] == []


def test_a_group_is_no_principal(account):
    account.group("Outer")
    arn = f"arn:aws:iam::{account.id}:group/Outer"
    with refused("MalformedPolicyDocument", 400, f'Invalid principal in policy: "AWS":"{arn}"'):
        account.iam.create_role(RoleName="for-a-group", AssumeRolePolicyDocument=trust(arn))


def test_permissions_of_one_account_are_nothing_in_another(account, other_account):
    alice = account.user("alice", allow("*"))
    account.user("twin")
    other_account.user("twin", allow("*"))
    alice.iam.create_user(UserName="bob")
    assert {user["UserName"] for user in other_account.iam.list_users()["Users"]} == {"twin"}
    with refused("AccessDenied", 403):
        alice.sts.assume_role(
            RoleArn=other_account.role(trust(other_account.root_arn)), RoleSessionName="try"
        )
