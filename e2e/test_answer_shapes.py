"""Which members an answer has, and which AWS leaves out: tools compare them."""

import re
import urllib.parse

import pytest

from harness import wire
from harness.policies import allow, document, trust

DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture(scope="module")
def shaped(server):
    account = server.account("shapes")
    ceiling = account.policy(allow("*"), name="ceiling")
    tags = [{"Key": "team", "Value": "red"}]
    account.iam.create_user(UserName="u", Path="/staff/", PermissionsBoundary=ceiling, Tags=tags)
    account.iam.create_role(
        RoleName="r",
        AssumeRolePolicyDocument=trust(account.root_arn),
        Description="a role",
        PermissionsBoundary=ceiling,
        Tags=tags,
        MaxSessionDuration=7_200,
    )
    account.iam.create_policy(
        PolicyName="p", PolicyDocument=document(allow("*")), Description="a policy", Tags=tags
    )
    return account


def members(answer: dict) -> set[str]:
    return set(answer) - {"ResponseMetadata"}


def test_create_role_echoes_neither_duration_nor_last_use(account):
    parameters = {"RoleName": "made", "AssumeRolePolicyDocument": trust(account.root_arn)}
    answer = wire.call(account.root, "CreateRole", **parameters, MaxSessionDuration="7200")
    for absent in ("MaxSessionDuration", "RoleLastUsed", "Tags", "Description"):
        assert f"<{absent}" not in answer.text
    for present in ("Path", "RoleName", "RoleId", "Arn", "CreateDate", "AssumeRolePolicyDocument"):
        assert f"<{present}>" in answer.text


def test_get_role_has_both(shaped):
    role = shaped.iam.get_role(RoleName="r")["Role"]
    assert role["MaxSessionDuration"] == 7_200
    assert role["RoleLastUsed"] == {}
    assert role["PermissionsBoundary"] == {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": f"arn:aws:iam::{shaped.id}:policy/ceiling",
    }
    assert role["Tags"] == [{"Key": "team", "Value": "red"}]
    assert "<RoleLastUsed" in wire.call(shaped.root, "GetRole", RoleName="r").text


def test_list_roles_has_the_duration_but_no_last_use_tags_or_boundary(shaped):
    (role,) = shaped.iam.list_roles()["Roles"]
    assert role["MaxSessionDuration"] == 7_200
    assert not {"RoleLastUsed", "Tags", "PermissionsBoundary"} & role.keys()


def test_get_user_has_tags_and_boundary_and_list_users_has_not(shaped):
    user = shaped.iam.get_user(UserName="u")["User"]
    assert user["Tags"] == [{"Key": "team", "Value": "red"}]
    assert user["PermissionsBoundary"]["PermissionsBoundaryArn"].endswith(":policy/ceiling")
    assert "PasswordLastUsed" not in user
    (listed,) = shaped.iam.list_users()["Users"]
    assert listed.keys() == {"Path", "UserName", "UserId", "Arn", "CreateDate"}


def test_create_policy_has_counts_and_no_document(account):
    policy = account.iam.create_policy(
        PolicyName="p", PolicyDocument=document(allow("*")), Description="not echoed"
    )["Policy"]
    assert (policy["AttachmentCount"], policy["PermissionsBoundaryUsageCount"]) == (0, 0)
    assert policy["IsAttachable"] is True
    assert policy["DefaultVersionId"] == "v1"
    assert policy["PolicyId"].startswith("ANPA") and len(policy["PolicyId"]) == 21
    assert not {"Description", "PolicyVersionList", "Document"} & policy.keys()


def test_get_policy_has_description_and_tags_and_list_policies_has_no_tags(shaped):
    arn = f"arn:aws:iam::{shaped.id}:policy/p"
    policy = shaped.iam.get_policy(PolicyArn=arn)["Policy"]
    assert policy["Description"] == "a policy"
    assert policy["Tags"] == [{"Key": "team", "Value": "red"}]
    listed = {policy["PolicyName"]: policy for policy in shaped.iam.list_policies(Scope="Local")["Policies"]}
    assert listed.keys() == {"p", "ceiling"}
    assert "Tags" not in listed["p"]


def test_ids_have_the_prefix_of_their_kind(account):
    user = account.iam.create_user(UserName="u")["User"]
    group = account.iam.create_group(GroupName="g")["Group"]
    role = account.iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust(account.root_arn))["Role"]
    key = account.iam.create_access_key(UserName="u")["AccessKey"]
    for value, prefix, length in (
        (user["UserId"], "AIDA", 21),
        (group["GroupId"], "AGPA", 21),
        (role["RoleId"], "AROA", 21),
        (key["AccessKeyId"], "AKIA", 20),
    ):
        assert re.fullmatch(rf"{prefix}[A-Z2-7]{{{length - 4}}}", value), value
    assert len(key["SecretAccessKey"]) == 40
    assert key["Status"] == "Active"


def test_dates_are_in_seconds_of_universal_time(shaped):
    answer = wire.call(shaped.root, "GetUser", UserName="u")
    assert DATE.fullmatch(answer.element("CreateDate"))
    token = wire.call(shaped.root, "GetSessionToken", service="sts")
    assert DATE.fullmatch(token.element("Expiration"))


def test_documents_come_back_percent_encoded_and_byte_for_byte(account):
    text = (
        '{ "Version":"2012-10-17",\n\t"Statement":[{"Effect":"Allow","Action":"iam:List*","Resource":"*"}], '
        '"Id":"100%25 é+/=~"}'
    )
    account.iam.create_user(UserName="u")
    account.iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=text)
    answer = wire.call(account.root, "GetUserPolicy", UserName="u", PolicyName="p")
    encoded = answer.element("PolicyDocument")
    assert urllib.parse.unquote(encoded) == text
    assert encoded == urllib.parse.quote(text, safe="-._~")


def test_percent_sequences_inside_a_document_survive(account):
    statement = allow("iam:ListUsers", "arn:aws:iam::*:user/a%20b%2Fc%zz")
    text = document(statement)
    arn = account.policy(statement, name="p")
    version = account.iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]
    assert version["Document"]["Statement"][0]["Resource"] == "arn:aws:iam::*:user/a%20b%2Fc%zz"
    raw = wire.call(account.root, "GetPolicyVersion", PolicyArn=arn, VersionId="v1").element("Document")
    assert urllib.parse.unquote(raw) == text


def test_names_keep_their_case_and_are_found_in_any(account):
    account.iam.create_user(UserName="Alice")
    assert account.iam.get_user(UserName="ALICE")["User"]["UserName"] == "Alice"
    assert account.iam.get_user(UserName="alice")["User"]["Arn"].endswith(":user/Alice")


def test_a_path_is_part_of_the_arn(account):
    user = account.iam.create_user(UserName="u", Path="/division/team/")["User"]
    assert user["Arn"] == f"arn:aws:iam::{account.id}:user/division/team/u"
    role = account.iam.create_role(
        RoleName="r", Path="/service/", AssumeRolePolicyDocument=trust(account.root_arn)
    )["Role"]
    assert role["Arn"] == f"arn:aws:iam::{account.id}:role/service/r"
    session = account.user("dev", allow("sts:AssumeRole")).assume(role["Arn"], "s1")
    assert session.caller() == f"arn:aws:sts::{account.id}:assumed-role/r/s1"


def test_without_a_name_the_caller_is_meant(account):
    user = account.user("dev", allow("iam:*"))
    assert user.iam.get_user()["User"]["UserName"] == "dev"
    (key,) = user.iam.list_access_keys()["AccessKeyMetadata"]
    assert key["AccessKeyId"] == user.access_key_id
    assert account.root.iam.get_user()["User"]["Arn"] == account.root_arn


def test_what_was_never_made_is_listed_as_none(account):
    account.iam.create_user(UserName="u")
    role = account.role(trust(account.root_arn), name="r")
    assert role
    empty = [
        ("list_mfa_devices", {"UserName": "u"}, "MFADevices"),
        ("list_ssh_public_keys", {"UserName": "u"}, "SSHPublicKeys"),
        ("list_signing_certificates", {"UserName": "u"}, "Certificates"),
        ("list_service_specific_credentials", {"UserName": "u"}, "ServiceSpecificCredentials"),
        ("list_instance_profiles_for_role", {"RoleName": "r"}, "InstanceProfiles"),
        ("list_access_keys", {"UserName": "u"}, "AccessKeyMetadata"),
        ("list_groups_for_user", {"UserName": "u"}, "Groups"),
        ("list_account_aliases", {}, "AccountAliases"),
    ]
    for operation, parameters, member in empty:
        answer = getattr(account.iam, operation)(**parameters)
        assert answer[member] == [], operation


def test_assume_role_orders_its_answer_as_aws_does(account):
    role = account.role(trust(account.root_arn))
    user = account.user("dev", allow("sts:AssumeRole"))
    parameters = {"RoleArn": role, "RoleSessionName": "s1"}
    text = wire.call(user, "AssumeRole", service="sts", **parameters).text
    order = ["<Credentials>", "</Credentials>", "<AssumedRoleUser>", "</AssumedRoleUser>"]
    inside = ["<AccessKeyId>", "<SecretAccessKey>", "<SessionToken>", "<Expiration>"]
    for elements in (order, inside):
        places = [text.index(element) for element in elements]
        assert places == sorted(places), text
    assert "PackedPolicySize" not in text and "SourceIdentity" not in text


def test_get_federation_token_always_tells_the_packed_size(account):
    user = account.user("portal", allow("sts:GetFederationToken"))
    answer = user.sts.get_federation_token(Name="bob")
    assert answer["PackedPolicySize"] == 0


def test_an_account_alias_is_made_listed_and_deleted(account):
    alias = f"alias-{account.id}"
    account.iam.create_account_alias(AccountAlias=alias)
    assert account.iam.list_account_aliases()["AccountAliases"] == [alias]
    account.iam.delete_account_alias(AccountAlias=alias)
    assert account.iam.list_account_aliases()["AccountAliases"] == []


def test_all_managed_policies_of_aws_are_there(account):
    pages = account.iam.get_paginator("list_policies").paginate(Scope="AWS")
    names = {policy["PolicyName"]: policy for page in pages for policy in page["Policies"]}
    assert len(names) > 1_400
    assert names["AdministratorAccess"]["Arn"] == "arn:aws:iam::aws:policy/AdministratorAccess"
    some = names["AmazonS3ReadOnlyAccess"]
    version = account.iam.get_policy_version(PolicyArn=some["Arn"], VersionId=some["DefaultVersionId"])
    statements = version["PolicyVersion"]["Document"]["Statement"]
    assert any("s3:Get*" in statement["Action"] for statement in statements)


def test_the_entities_of_a_policy_are_told(account):
    arn = account.policy(allow("*"), name="p")
    account.iam.create_user(UserName="u")
    account.iam.create_group(GroupName="g")
    account.role(trust(account.root_arn), name="r")
    account.iam.attach_user_policy(UserName="u", PolicyArn=arn)
    account.iam.attach_group_policy(GroupName="g", PolicyArn=arn)
    account.iam.attach_role_policy(RoleName="r", PolicyArn=arn)
    entities = account.iam.list_entities_for_policy(PolicyArn=arn)
    assert [user["UserName"] for user in entities["PolicyUsers"]] == ["u"]
    assert [group["GroupName"] for group in entities["PolicyGroups"]] == ["g"]
    assert [role["RoleName"] for role in entities["PolicyRoles"]] == ["r"]
    assert account.iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 3


def test_the_answer_of_get_caller_identity_has_nothing_else(account):
    assert members(account.root.sts.get_caller_identity()) == {"UserId", "Account", "Arn"}
    assert account.root.sts.get_caller_identity()["UserId"] == account.id
