"""Pages: every entry once, whatever the size of the page, and markers that survive changes."""

import pytest

from harness import totp
from harness.policies import allow, trust
from harness.refusal import refused

COUNT = 25
# One user has no more of them.
DEVICES = 8


@pytest.fixture(scope="module")
def crowded(server):
    """Twenty-five of everything that is listed by pages."""
    account = server.account("crowded")
    account.server.run("account", "set-quota", account.id, "GroupsPerUser", "100")
    account.iam.create_user(UserName="busy")
    account.iam.create_group(GroupName="busy")
    account.role(trust(account.root_arn), name="busy")
    for number in range(COUNT):
        name = f"n{number:02}"
        account.iam.create_user(UserName=name, Path="/even/" if number % 2 == 0 else "/odd/")
        account.iam.create_group(GroupName=name)
        account.role(trust(account.root_arn), name=name)
        arn = account.policy(allow("*"), name=name)
        account.iam.add_user_to_group(GroupName="busy", UserName=name)
        account.iam.add_user_to_group(GroupName=name, UserName="busy")
        account.iam.put_role_policy(RoleName="busy", PolicyName=name, PolicyDocument=_tiny())
        account.iam.tag_user(UserName="busy", Tags=[{"Key": name, "Value": "v"}])
        if number < 10:
            account.iam.attach_group_policy(GroupName="busy", PolicyArn=arn)
        if number < DEVICES:
            totp.device_of(account, "busy", name)
        else:
            totp.device(account, name)
    return account


def _tiny() -> str:
    return '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"iam:x","Resource":"*"}}'


LISTS = [
    ("list_users", {}, "Users", "UserName", COUNT + 1),
    ("list_users", {"PathPrefix": "/even/"}, "Users", "UserName", 13),
    ("list_groups", {}, "Groups", "GroupName", COUNT + 1),
    ("list_roles", {}, "Roles", "RoleName", COUNT + 1),
    ("list_policies", {"Scope": "Local"}, "Policies", "PolicyName", COUNT),
    ("list_policies", {"Scope": "Local", "OnlyAttached": True}, "Policies", "PolicyName", 10),
    ("get_group", {"GroupName": "busy"}, "Users", "UserName", COUNT),
    ("list_groups_for_user", {"UserName": "busy"}, "Groups", "GroupName", COUNT),
    ("list_role_policies", {"RoleName": "busy"}, "PolicyNames", None, COUNT),
    ("list_user_tags", {"UserName": "busy"}, "Tags", "Key", COUNT),
    ("list_attached_group_policies", {"GroupName": "busy"}, "AttachedPolicies", "PolicyName", 10),
    ("list_virtual_mfa_devices", {}, "VirtualMFADevices", "SerialNumber", COUNT),
    (
        "list_virtual_mfa_devices",
        {"AssignmentStatus": "Unassigned"},
        "VirtualMFADevices",
        "SerialNumber",
        COUNT - DEVICES,
    ),
    ("list_mfa_devices", {"UserName": "busy"}, "MFADevices", "SerialNumber", DEVICES),
]


@pytest.mark.parametrize(("operation", "parameters", "member", "key", "count"), LISTS)
@pytest.mark.parametrize("size", [1, 7, 1_000])
def test_every_entry_stands_on_exactly_one_page(crowded, operation, parameters, member, key, count, size):
    seen, marker = [], {}
    while True:
        answer = getattr(crowded.iam, operation)(**parameters, **marker, MaxItems=size)
        assert len(answer[member]) <= size
        seen += [entry[key] if key else entry for entry in answer[member]]
        assert ("Marker" in answer) == answer["IsTruncated"]
        if not answer["IsTruncated"]:
            break
        marker = {"Marker": answer["Marker"]}
    assert len(seen) == count
    assert len(set(seen)) == count


@pytest.mark.parametrize(("operation", "parameters", "member", "key", "count"), LISTS)
def test_boto3s_own_paginator_agrees(crowded, operation, parameters, member, key, count):
    paginator = crowded.iam.get_paginator(operation)
    pages = list(paginator.paginate(**parameters, PaginationConfig={"PageSize": 4}))
    assert sum(len(page[member]) for page in pages) == count


def test_a_hundred_is_the_default(account):
    for number in range(105):
        account.iam.create_group(GroupName=f"g{number:03}")
    answer = account.iam.list_groups()
    assert len(answer["Groups"]) == 100
    assert answer["IsTruncated"] is True
    rest = account.iam.list_groups(Marker=answer["Marker"])
    assert len(rest["Groups"]) == 5
    assert rest["IsTruncated"] is False


def test_the_order_is_stable_and_by_name(account):
    for name in ("b", "A", "c", "B2", "a1"):
        account.iam.create_user(UserName=name)
    first = [user["UserName"] for user in account.iam.list_users()["Users"]]
    assert first == [user["UserName"] for user in account.iam.list_users()["Users"]]
    assert first == sorted(first, key=str.lower)


def test_a_marker_survives_changes_on_both_sides_of_it(account):
    for number in range(10):
        account.iam.create_user(UserName=f"u{number}")
    page = account.iam.list_users(MaxItems=5)
    seen = [user["UserName"] for user in page["Users"]]
    account.iam.delete_user(UserName="u4")
    account.iam.delete_user(UserName="u0")
    account.iam.delete_user(UserName="u7")
    account.iam.create_user(UserName="u00")
    account.iam.create_user(UserName="u99")
    rest = account.iam.list_users(Marker=page["Marker"])
    seen += [user["UserName"] for user in rest["Users"]]
    assert seen == ["u0", "u1", "u2", "u3", "u4", "u5", "u6", "u8", "u9", "u99"]


def test_a_marker_that_was_never_given_out_is_invalid(account):
    account.iam.create_user(UserName="u")
    for marker in ("x", "AAAA", "%", "../../etc/passwd"):
        with refused("ValidationError", 400, "Invalid Marker."):
            account.iam.list_users(Marker=marker)


def test_the_aws_command_line_pages_by_itself(crowded, aws):
    words = ["iam", "list-users"]
    assert len(aws(crowded.root, *words, "--page-size", "4")["Users"]) == COUNT + 1
    first = aws(crowded.root, *words, "--max-items", "10")
    assert len(first["Users"]) == 10
    rest = aws(crowded.root, *words, "--starting-token", first["NextToken"])
    names = [user["UserName"] for user in first["Users"] + rest["Users"]]
    assert len(set(names)) == COUNT + 1
