"""A permissions boundary is a ceiling: it takes away, and never gives."""

from harness.policies import ADMINISTRATOR, allow, deny, document, trust
from harness.refusal import denied, denied_explicitly, not_assumed, refused


def capped_user(account, *boundary):
    """An administrator under a ceiling."""
    ceiling = account.policy(*boundary)
    user = account.user("capped", PermissionsBoundary=ceiling)
    account.iam.attach_user_policy(UserName="capped", PolicyArn=ADMINISTRATOR)
    return user


def test_a_boundary_caps_an_administrator(account):
    user = capped_user(account, allow("iam:List*"))
    user.iam.list_users()
    with denied(user, "iam:CreateUser", f"arn:aws:iam::{account.id}:user/bob", "permissions boundary"):
        user.iam.create_user(UserName="bob")


def test_a_boundary_alone_allows_nothing(account):
    user = account.user("bounded", PermissionsBoundary=ADMINISTRATOR)
    with denied(user, "iam:CreateUser", f"arn:aws:iam::{account.id}:user/bob"):
        user.iam.create_user(UserName="bob")


def test_an_explicit_deny_in_a_boundary_says_so(account):
    user = capped_user(account, allow("*"), deny("iam:CreateUser"))
    user.iam.list_users()
    resource = f"arn:aws:iam::{account.id}:user/bob"
    with denied_explicitly(user, "iam:CreateUser", resource, "a permissions boundary"):
        user.iam.create_user(UserName="bob")


def test_a_boundary_put_on_later_caps_at_the_next_call_and_its_removal_widens(account):
    user = account.user("admin", allow("*"))
    user.iam.create_user(UserName="one")
    account.iam.put_user_permissions_boundary(
        UserName="admin", PermissionsBoundary=account.policy(allow("iam:List*"))
    )
    with refused("AccessDenied", 403):
        user.iam.create_user(UserName="two")
    account.iam.delete_user_permissions_boundary(UserName="admin")
    user.iam.create_user(UserName="two")


def test_a_boundary_caps_the_sessions_of_a_role(account):
    role = account.role(
        trust(account.root_arn), allow("*"), PermissionsBoundary=account.policy(allow("iam:List*"))
    )
    session = account.user("dev", allow("sts:AssumeRole")).assume(role)
    session.iam.list_users()
    resource = f"arn:aws:iam::{account.id}:user/bob"
    with denied(session, "iam:CreateUser", resource, "permissions boundary"):
        session.iam.create_user(UserName="bob")


def test_a_boundary_caps_group_permissions_too(account):
    account.group("Makers", allow("iam:*"))
    user = account.user("dev", PermissionsBoundary=account.policy(allow("iam:List*")))
    account.iam.add_user_to_group(GroupName="Makers", UserName="dev")
    user.iam.list_users()
    with refused("AccessDenied", 403):
        user.iam.create_user(UserName="bob")


def test_a_trust_that_names_the_user_passes_the_users_boundary(account):
    user = account.user("dev", PermissionsBoundary=account.policy(allow("iam:List*")))
    assert user.assume(account.role(trust(user.arn))).caller()
    with not_assumed(user, by_account := account.role(trust(account.root_arn))):
        user.assume(by_account)


def test_a_trust_that_names_a_role_does_not_pass_the_roles_boundary(account):
    ceiling = account.policy(allow("iam:List*"))
    first = account.role(trust(account.root_arn), allow("*"), PermissionsBoundary=ceiling)
    second = account.role(trust(first))
    session = account.user("dev", allow("sts:AssumeRole")).assume(first)
    with not_assumed(session, second):
        session.assume(second)


def test_an_administrator_who_must_set_a_boundary_cannot_do_without(account):
    ceiling = account.policy(allow("iam:List*"))
    must = {"StringEquals": {"iam:PermissionsBoundary": ceiling}}
    helpdesk = account.user("helpdesk", allow("iam:CreateUser", **must))
    helpdesk.iam.create_user(UserName="bounded", PermissionsBoundary=ceiling)
    with refused("AccessDenied", 403):
        helpdesk.iam.create_user(UserName="unbounded")
    with refused("AccessDenied", 403):
        helpdesk.iam.create_user(UserName="wide", PermissionsBoundary=ADMINISTRATOR)


def test_only_a_managed_policy_that_exists_can_be_a_boundary(account):
    missing = f"arn:aws:iam::{account.id}:policy/NoSuchPolicy"
    account.user("dev")
    with refused("NoSuchEntity", 404):
        account.iam.put_user_permissions_boundary(UserName="dev", PermissionsBoundary=missing)
    with refused("NoSuchEntity", 404):
        account.iam.create_user(UserName="other", PermissionsBoundary=missing)
    assert [user["UserName"] for user in account.iam.list_users()["Users"]] == ["dev"]


def test_a_policy_in_use_as_a_boundary_cannot_be_deleted(account):
    ceiling = account.policy(allow("iam:List*"))
    account.user("dev", PermissionsBoundary=ceiling)
    assert account.iam.get_policy(PolicyArn=ceiling)["Policy"]["PermissionsBoundaryUsageCount"] == 1
    with refused("DeleteConflict", 409):
        account.iam.delete_policy(PolicyArn=ceiling)
    account.iam.delete_user_permissions_boundary(UserName="dev")
    account.iam.delete_policy(PolicyArn=ceiling)


def test_a_boundary_is_edited_in_place(account):
    ceiling = account.policy(allow("iam:List*"))
    user = account.user("dev", allow("*"), PermissionsBoundary=ceiling)
    with refused("AccessDenied", 403):
        user.iam.create_user(UserName="bob")
    account.iam.create_policy_version(
        PolicyArn=ceiling, PolicyDocument=document(allow("iam:*")), SetAsDefault=True
    )
    user.iam.create_user(UserName="bob")
