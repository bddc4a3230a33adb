"""Quotas: AWS's defaults, AWS's texts, and an operator who can raise them for one account."""

import pytest

from harness.keys import SSH_KEY
from harness.policies import allow, document, trust
from harness.refusal import refused


def quota(name: str, limit: int) -> object:
    return refused("LimitExceeded", 409, f"Cannot exceed quota for {name}: {limit}")


def set_quota(account, name: str, limit: int) -> None:
    account.server.run("account", "set-quota", account.id, name, str(limit))


def test_two_access_keys_for_a_user(account):
    account.user("u")
    account.iam.create_access_key(UserName="u")
    with quota("AccessKeysPerUser", 2):
        account.iam.create_access_key(UserName="u")


def test_ten_groups_for_a_user(account):
    account.iam.create_user(UserName="u")
    for number in range(11):
        account.iam.create_group(GroupName=f"g{number}")
    for number in range(10):
        account.iam.add_user_to_group(UserName="u", GroupName=f"g{number}")
    with quota("GroupsPerUser", 10):
        account.iam.add_user_to_group(UserName="u", GroupName="g10")
    account.iam.add_user_to_group(UserName="u", GroupName="g9")


@pytest.mark.parametrize("kind", ["user", "group", "role"])
def test_ten_managed_policies_for_a_principal(account, kind):
    name = {f"{kind.title()}Name": "x"}
    trusts = {"AssumeRolePolicyDocument": trust(account.root_arn)} if kind == "role" else {}
    getattr(account.iam, f"create_{kind}")(**name, **trusts)
    attach = getattr(account.iam, f"attach_{kind}_policy")
    arns = [account.policy(allow("*")) for _ in range(11)]
    for arn in arns[:10]:
        attach(**name, PolicyArn=arn)
    with quota(f"PoliciesPer{kind.title()}", 10):
        attach(**name, PolicyArn=arns[10])
    attach(**name, PolicyArn=arns[0])


def test_five_versions_of_a_policy(account):
    arn = account.policy(allow("*"))
    for _ in range(4):
        account.iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(allow("*")))
    text = (
        "A managed policy can have up to 5 versions. Before you create a new version, you must delete an "
        "existing version."
    )
    with refused("LimitExceeded", 409, text):
        account.iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(allow("*")))
    account.iam.delete_policy_version(PolicyArn=arn, VersionId="v3")
    made = account.iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(allow("*")))
    assert made["PolicyVersion"]["VersionId"] == "v6", "numbers are never used again"


def of_size(characters: int) -> str:
    """A document with that many characters which are not blanks, and some that are."""
    empty = document(allow("iam:ListUsers", "arn:aws:iam::*:user/"))
    bare = len("".join(empty.split()))
    return document(allow("iam:ListUsers", "arn:aws:iam::*:user/" + "a" * (characters - bare)))


def test_the_size_of_a_managed_policy_counts_without_blanks(account):
    account.iam.create_policy(PolicyName="fits", PolicyDocument=of_size(6_144) + " " * 1_000)
    with quota("PolicySize", 6_144):
        account.iam.create_policy(PolicyName="too-big", PolicyDocument=of_size(6_145))


@pytest.mark.parametrize(("kind", "limit"), [("user", 2_048), ("group", 5_120), ("role", 10_240)])
def test_the_inline_policies_of_a_principal_count_together(account, kind, limit):
    name = {f"{kind.title()}Name": "x"}
    trusts = {"AssumeRolePolicyDocument": trust(account.root_arn)} if kind == "role" else {}
    getattr(account.iam, f"create_{kind}")(**name, **trusts)
    put = getattr(account.iam, f"put_{kind}_policy")
    put(**name, PolicyName="first", PolicyDocument=of_size(limit - 500))
    put(**name, PolicyName="second", PolicyDocument=of_size(500))
    with refused("LimitExceeded", 409, f"Maximum policy size of {limit} bytes exceeded for {kind} x"):
        put(**name, PolicyName="third", PolicyDocument=of_size(150))
    put(**name, PolicyName="second", PolicyDocument=of_size(300))


def test_the_size_of_a_trust_policy(account):
    condition = {"StringEquals": {"sts:ExternalId": "a" * 2_048}}
    with quota("ACLSizePerRole", 2_048):
        account.iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust(account.root_arn, **condition))


def test_fifty_tags(account):
    account.iam.create_user(UserName="u")
    tags = [{"Key": f"k{number}", "Value": "v"} for number in range(50)]
    account.iam.tag_user(UserName="u", Tags=tags)
    account.iam.tag_user(UserName="u", Tags=[{"Key": "K0", "Value": "again"}])
    with refused("LimitExceeded", 409):
        account.iam.tag_user(UserName="u", Tags=[{"Key": "one-more", "Value": "v"}])
    assert len(account.iam.list_user_tags(UserName="u")["Tags"]) == 50


def test_the_operator_lowers_and_raises_the_quota_of_one_account(account, other_account):
    set_quota(account, "UsersPerAccount", 2)
    account.iam.create_user(UserName="one")
    account.iam.create_user(UserName="two")
    with quota("UsersPerAccount", 2):
        account.iam.create_user(UserName="three")
    for name in ("one", "two", "three"):
        other_account.iam.create_user(UserName=name)
    set_quota(account, "UsersPerAccount", 3)
    account.iam.create_user(UserName="three")


def test_groups_roles_and_policies_have_their_quotas_too(account):
    for name in ("GroupsPerAccount", "RolesPerAccount", "PoliciesPerAccount"):
        set_quota(account, name, 1)
    account.iam.create_group(GroupName="one")
    with quota("GroupsPerAccount", 1):
        account.iam.create_group(GroupName="two")
    account.role(trust(account.root_arn))
    with quota("RolesPerAccount", 1):
        account.role(trust(account.root_arn))
    account.policy(allow("*"))
    with quota("PoliciesPerAccount", 1):
        account.policy(allow("*"))


def test_instance_profiles_have_a_quota_and_each_has_one_role(account):
    set_quota(account, "InstanceProfilesPerAccount", 1)
    account.iam.create_instance_profile(InstanceProfileName="p")
    with quota("InstanceProfilesPerAccount", 1):
        account.iam.create_instance_profile(InstanceProfileName="q")
    for name in ("r", "s"):
        account.role(trust(account.root_arn), name=name)
    account.iam.add_role_to_instance_profile(InstanceProfileName="p", RoleName="r")
    with quota("InstanceSessionsPerInstanceProfile", 1):
        account.iam.add_role_to_instance_profile(InstanceProfileName="p", RoleName="s")


def test_the_ssh_public_keys_of_a_user_are_limited(account):
    account.iam.create_user(UserName="u")
    set_quota(account, "SSHPublicKeysPerUser", 0)
    with quota("SSHPublicKeysPerUser", 0):
        account.iam.upload_ssh_public_key(UserName="u", SSHPublicKeyBody=SSH_KEY)
    set_quota(account, "SSHPublicKeysPerUser", 1)
    account.iam.upload_ssh_public_key(UserName="u", SSHPublicKeyBody=SSH_KEY)


def test_an_unknown_quota_is_refused_with_the_list_of_all(account):
    done = account.server.run("account", "set-quota", account.id, "Unicorns", "1", check=False)
    assert done.returncode != 0
    assert "UsersPerAccount" in done.stderr


def test_one_alias_for_an_account(account):
    account.iam.create_account_alias(AccountAlias=f"first-{account.id}")
    account.iam.create_account_alias(AccountAlias=f"second-{account.id}")
    assert account.iam.list_account_aliases()["AccountAliases"] == [f"second-{account.id}"]


def test_an_alias_belongs_to_one_account(account, other_account):
    account.iam.create_account_alias(AccountAlias=f"taken-{account.id}")
    with refused("EntityAlreadyExists", 409):
        other_account.iam.create_account_alias(AccountAlias=f"taken-{account.id}")
