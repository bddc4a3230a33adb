"""Reports about a whole account: everything once on the pages, whatever their size and whatever changes meanwhile."""

import re
import threading
import urllib.parse

import pytest

from conftest import ROOT
from harness import totp, wire
from harness.policies import ADMINISTRATOR, allow, document, trust

COUNT = 12
READ_ONLY = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
# What a document may have in it must come back as it was.
TEXT = '{"Version":"2012-10-17",  "Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::b/%41+é/*"}}'

LISTS = {
    "UserDetailList": "UserName",
    "GroupDetailList": "GroupName",
    "RoleDetailList": "RoleName",
    "Policies": "PolicyName",
}


@pytest.fixture(scope="module")
def filled(server):
    account = server.account("reports")
    fill(account)
    return account


def fill(account) -> None:
    iam = account.iam
    for number in range(COUNT):
        name = f"n{number:02}"
        arn = account.policy(allow("s3:GetObject"), name=name)
        iam.create_group(GroupName=name)
        iam.create_user(UserName=name, Path="/people/", Tags=[{"Key": "team", "Value": "red"}])
        iam.add_user_to_group(GroupName=name, UserName=name)
        iam.attach_user_policy(UserName=name, PolicyArn=arn)
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=TEXT)
        account.role(trust(account.root_arn), name=name, PermissionsBoundary=arn)
    iam.attach_user_policy(UserName="n00", PolicyArn=READ_ONLY)
    iam.attach_group_policy(GroupName="n00", PolicyArn=ADMINISTRATOR)


def pages(iam, **parameters):
    """Every page, with at most as many entries as were asked for."""
    marker = {}
    while True:
        answer = iam.get_account_authorization_details(**parameters, **marker)
        assert sum(len(answer[name]) for name in LISTS) <= parameters.get("MaxItems", 100)
        assert ("Marker" in answer) == answer["IsTruncated"]
        yield answer
        if not answer["IsTruncated"]:
            return
        marker = {"Marker": answer["Marker"]}


def union(iam, **parameters) -> dict[str, list]:
    found = {name: [] for name in LISTS}
    for page in pages(iam, **parameters):
        for name, entries in found.items():
            entries += page[name]
    return found


def names(found: dict[str, list]) -> dict[str, list[str]]:
    return {name: [entry[key] for entry in found[name]] for name, key in LISTS.items()}


@pytest.mark.parametrize("size", [1, 2, 3, 5, 11, 12, 13, 24, 49, 50, 51, 1_000])
def test_every_size_of_page_gives_the_same(filled, size):
    whole = union(filled.iam, MaxItems=1_000)
    expected = [f"n{number:02}" for number in range(COUNT)]
    assert names(whole) == {
        "UserDetailList": expected,
        "GroupDetailList": expected,
        "RoleDetailList": expected,
        "Policies": [*expected, "AdministratorAccess", "IAMReadOnlyAccess"],
    }
    assert union(filled.iam, MaxItems=size) == whole


@pytest.mark.parametrize("size", [1, 7, 1_000])
@pytest.mark.parametrize(
    ("filters", "lists"),
    [
        (["User"], {"UserDetailList"}),
        (["Role", "Group"], {"RoleDetailList", "GroupDetailList"}),
        (["Role", "User", "Role"], {"RoleDetailList", "UserDetailList"}),
        (["LocalManagedPolicy", "AWSManagedPolicy"], {"Policies"}),
    ],
)
def test_a_filter_leaves_the_rest_as_it_is(filled, filters, lists, size):
    whole = union(filled.iam, MaxItems=1_000)
    part = union(filled.iam, Filter=filters, MaxItems=size)
    assert part == {name: whole[name] if name in lists else [] for name in LISTS}


def test_policies_of_aws_and_of_the_account_are_told_apart(filled):
    local = union(filled.iam, Filter=["LocalManagedPolicy"])["Policies"]
    aws = union(filled.iam, Filter=["AWSManagedPolicy"])["Policies"]
    assert {policy["Arn"].split(":")[4] for policy in local} == {filled.id}
    assert [policy["Arn"] for policy in aws] == [ADMINISTRATOR, READ_ONLY]
    assert [policy["AttachmentCount"] for policy in aws] == [1, 1]


def test_what_is_shown_is_what_the_single_calls_show(filled):
    iam = filled.iam
    whole = union(iam)
    user = whole["UserDetailList"][0]
    assert (
        user["UserPolicyList"][0]["PolicyDocument"]
        == iam.get_user_policy(UserName="n00", PolicyName="own")["PolicyDocument"]
    )
    assert (
        user["AttachedManagedPolicies"] == iam.list_attached_user_policies(UserName="n00")["AttachedPolicies"]
    )
    assert user["Tags"] == iam.get_user(UserName="n00")["User"]["Tags"]
    role = whole["RoleDetailList"][0]
    single = iam.get_role(RoleName="n00")["Role"]
    for member in (
        "Arn",
        "RoleId",
        "CreateDate",
        "AssumeRolePolicyDocument",
        "PermissionsBoundary",
        "RoleLastUsed",
    ):
        assert role[member] == single[member]
    policy = whole["Policies"][0]
    version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId="v1")["PolicyVersion"]
    assert policy["PolicyVersionList"] == [version]


def test_documents_come_back_byte_for_byte(filled):
    answer = wire.call(filled.root, "GetAccountAuthorizationDetails", "iam", **{"Filter.member.1": "User"})
    encoded = re.findall("<PolicyDocument>([^<]*)</PolicyDocument>", answer.text)
    assert [urllib.parse.unquote(text) for text in encoded] == [TEXT] * COUNT
    assert re.fullmatch("(%[0-9A-F]{2}|[A-Za-z0-9._~-])*", encoded[0])


@pytest.mark.parametrize("size", [1, 4, 7])
def test_changes_meanwhile_neither_hide_nor_repeat_what_stays(server, size):
    account = server.account(f"reports-meanwhile-{size}")
    fill(account)
    stays = {name: set(found) for name, found in names(union(account.iam)).items()}
    over = threading.Event()

    def disturb() -> None:
        turn = 0
        while not over.is_set():
            # Between the others, before and behind them.
            for letter in "amz":
                name = f"{letter}{turn % 3}-{size}"
                account.iam.create_user(UserName=name)
                account.iam.create_group(GroupName=name)
                arn = account.policy(allow("s3:GetObject"), name=name)
                account.iam.attach_user_policy(UserName=name, PolicyArn=arn)
                account.iam.update_user(UserName=name, NewUserName=f"{name}-renamed")
                account.iam.detach_user_policy(UserName=f"{name}-renamed", PolicyArn=arn)
                account.iam.delete_policy(PolicyArn=arn)
                account.iam.delete_group(GroupName=name)
                account.iam.delete_user(UserName=f"{name}-renamed")
            turn += 1

    disturber = threading.Thread(target=disturb)
    disturber.start()
    try:
        for _ in range(3):
            found = names(union(account.iam, MaxItems=size))
            for name, entries in found.items():
                kept = [entry for entry in entries if entry in stays[name]]
                assert kept == sorted(set(kept), key=kept.index), "each once"
                assert set(kept) == stays[name], "and all of them"
    finally:
        over.set()
        disturber.join()


def test_a_page_goes_on_behind_what_was_deleted(server):
    account = server.account("reports-deleted")
    for name in ("a", "b", "c"):
        account.iam.create_user(UserName=name)
    first = account.iam.get_account_authorization_details(MaxItems=2)
    account.iam.delete_user(UserName="b")
    account.iam.create_user(UserName="aa")
    account.iam.create_user(UserName="bb")
    second = account.iam.get_account_authorization_details(Marker=first["Marker"])
    assert [user["UserName"] for user in second["UserDetailList"]] == ["bb", "c"]


def test_the_summary_counts_what_there_is(server):
    account = server.account("reports-summary")
    before = account.iam.get_account_summary()["SummaryMap"]
    fill(account)
    totp.device_of(account, "n00", "phone")
    totp.device(account, "spare")
    account.server.run("account", "set-quota", account.id, "UsersPerAccount", "7000")
    after = account.iam.get_account_summary()["SummaryMap"]
    changed = {key: value for key, value in after.items() if before[key] != value}
    assert changed == {
        "Users": COUNT,
        "UsersQuota": 7_000,
        "Groups": COUNT,
        "Roles": COUNT,
        "Policies": COUNT,
        "PolicyVersionsInUse": COUNT + 2,
        "MFADevices": 2,
        "MFADevicesInUse": 1,
    }
    assert after["AccountAccessKeysPresent"] == 1
    assert after["AccountPasswordPresent"] == 0
    assert after["AccountMFAEnabled"] == 0


def test_policies_that_grant_access_are_found_through_groups(server):
    account = server.account("reports-access")
    user = account.user("carla", allow("sqs:SendMessage"))
    account.group("clerks", allow("s3:*"))
    account.iam.attach_group_policy(GroupName="clerks", PolicyArn=ADMINISTRATOR)
    account.iam.add_user_to_group(GroupName="clerks", UserName="carla")
    answer = account.iam.list_policies_granting_service_access(Arn=user.arn, ServiceNamespaces=["s3", "sqs"])
    managed = {"PolicyName": "AdministratorAccess", "PolicyType": "MANAGED", "PolicyArn": ADMINISTRATOR}
    assert answer["PoliciesGrantingServiceAccess"] == [
        {
            "ServiceNamespace": "s3",
            "Policies": [
                managed,
                {"PolicyName": "own", "PolicyType": "INLINE", "EntityType": "GROUP", "EntityName": "clerks"},
            ],
        },
        {
            "ServiceNamespace": "sqs",
            "Policies": [
                managed,
                {"PolicyName": "own", "PolicyType": "INLINE", "EntityType": "USER", "EntityName": "carla"},
            ],
        },
    ]
    assert answer["IsTruncated"] is False


def test_many_services_come_on_pages(server):
    account = server.account("reports-services")
    arn = account.user("carla", allow("sqs:Get*")).arn
    catalogue = (ROOT / "data/aws-catalogue.tsv").read_text(encoding="utf-8")
    services = sorted({"sqs", *re.findall(r"^service\t(\S+)\t", catalogue, re.MULTILINE)[:199]})
    found, marker = [], {}
    while True:
        answer = account.iam.list_policies_granting_service_access(
            Arn=arn, ServiceNamespaces=services, **marker
        )
        found += answer["PoliciesGrantingServiceAccess"]
        if not answer["IsTruncated"]:
            break
        marker = {"Marker": answer["Marker"]}
    assert [entry["ServiceNamespace"] for entry in found] == services
    assert [entry["ServiceNamespace"] for entry in found if entry["Policies"]] == ["sqs"]


def test_heavy_pages_end_early(server):
    """A page has no more than a mebibyte of documents and a bit, however many entries are asked for."""
    account = server.account("reports-heavy")
    long = document(
        {
            "Effect": "Allow",
            "Action": "s3:Get*",
            "Resource": [f"arn:aws:s3:::{'b' * 50}{n}" for n in range(80)],
        }
    )
    for number in range(50):
        arn = account.iam.create_policy(PolicyName=f"p{number:02}", PolicyDocument=long)["Policy"]["Arn"]
        for _ in range(4):
            account.iam.create_policy_version(PolicyArn=arn, PolicyDocument=long)
    each = 5 * len(long)
    sizes = [len(page["Policies"]) for page in pages(account.iam, MaxItems=1_000)]
    assert sum(sizes) == 50
    assert len(sizes) > 1
    assert max(sizes) <= 1 + 1_048_576 // each
