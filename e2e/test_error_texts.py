"""Error code, status and whole message, as AWS words them."""

import pytest

from harness import wire
from harness.policies import ADMINISTRATOR, allow, document, trust
from harness.refusal import check, error_of, refused

DOCUMENT = document(allow("iam:ListUsers"))


@pytest.fixture(scope="module")
def full(server):
    """An account with one of each: user `u`, group `g`, role `r`, policy `p`."""
    account = server.account("full")
    account.iam.create_user(UserName="u")
    account.iam.create_group(GroupName="g")
    account.role(trust(account.root_arn), name="r")
    account.policy(allow("iam:ListUsers"), name="p")
    return account


def policy_arn(account, name) -> str:
    return f"arn:aws:iam::{account.id}:policy/{name}"


NO_USER = "The user with name nobody cannot be found."
NO_GROUP = "The group with name nobody cannot be found."
NO_ROLE = "The role with name nobody cannot be found."

NOT_FOUND = [
    ("get_user", {"UserName": "nobody"}, NO_USER),
    ("update_user", {"UserName": "nobody", "NewPath": "/x/"}, NO_USER),
    ("delete_user", {"UserName": "nobody"}, NO_USER),
    ("list_groups_for_user", {"UserName": "nobody"}, NO_USER),
    ("list_access_keys", {"UserName": "nobody"}, NO_USER),
    ("create_access_key", {"UserName": "nobody"}, NO_USER),
    ("tag_user", {"UserName": "nobody", "Tags": [{"Key": "k", "Value": "v"}]}, NO_USER),
    ("list_user_tags", {"UserName": "nobody"}, NO_USER),
    ("attach_user_policy", {"UserName": "nobody", "PolicyArn": ADMINISTRATOR}, NO_USER),
    ("put_user_policy", {"UserName": "nobody", "PolicyName": "p", "PolicyDocument": DOCUMENT}, NO_USER),
    ("add_user_to_group", {"UserName": "nobody", "GroupName": "g"}, NO_USER),
    ("add_user_to_group", {"UserName": "u", "GroupName": "nobody"}, NO_GROUP),
    ("get_group", {"GroupName": "nobody"}, NO_GROUP),
    ("delete_group", {"GroupName": "nobody"}, NO_GROUP),
    ("list_attached_group_policies", {"GroupName": "nobody"}, NO_GROUP),
    ("get_role", {"RoleName": "nobody"}, NO_ROLE),
    ("delete_role", {"RoleName": "nobody"}, NO_ROLE),
    ("update_role", {"RoleName": "nobody"}, NO_ROLE),
    ("list_role_policies", {"RoleName": "nobody"}, NO_ROLE),
    ("tag_role", {"RoleName": "nobody", "Tags": [{"Key": "k", "Value": "v"}]}, NO_ROLE),
    (
        "get_user_policy",
        {"UserName": "u", "PolicyName": "none"},
        "The user policy with name none cannot be found.",
    ),
    (
        "get_group_policy",
        {"GroupName": "g", "PolicyName": "none"},
        "The group policy with name none cannot be found.",
    ),
    (
        "get_role_policy",
        {"RoleName": "r", "PolicyName": "none"},
        "The role policy with name none cannot be found.",
    ),
    (
        "delete_user_policy",
        {"UserName": "u", "PolicyName": "none"},
        "The user policy with name none cannot be found.",
    ),
    (
        "delete_role_policy",
        {"RoleName": "r", "PolicyName": "none"},
        "The role policy with name none cannot be found.",
    ),
    ("get_login_profile", {"UserName": "u"}, "Login Profile for User u cannot be found."),
]


@pytest.mark.parametrize(("operation", "parameters", "message"), NOT_FOUND)
def test_what_is_not_there(full, operation, parameters, message):
    with refused("NoSuchEntity", 404, message):
        getattr(full.iam, operation)(**parameters)


NO_POLICY = [
    ("get_policy", {}, "Policy {arn} was not found."),
    ("delete_policy", {}, "Policy {arn} was not found."),
    ("list_policy_versions", {}, "Policy {arn} was not found."),
    ("attach_user_policy", {"UserName": "u"}, "Policy {arn} does not exist or is not attachable."),
    ("attach_role_policy", {"RoleName": "r"}, "Policy {arn} does not exist or is not attachable."),
    ("attach_group_policy", {"GroupName": "g"}, "Policy {arn} does not exist or is not attachable."),
    ("detach_user_policy", {"UserName": "u"}, "Policy {arn} was not found."),
]


@pytest.mark.parametrize(("operation", "parameters", "message"), NO_POLICY)
def test_a_managed_policy_that_is_not_there(full, operation, parameters, message):
    arn = policy_arn(full, "none")
    with refused("NoSuchEntity", 404, message.format(arn=arn)):
        getattr(full.iam, operation)(PolicyArn=arn, **parameters)


def test_a_version_that_is_not_there(full):
    arn = policy_arn(full, "p")
    with refused("NoSuchEntity", 404, f"Policy {arn} version v9 does not exist or is not attachable."):
        full.iam.get_policy_version(PolicyArn=arn, VersionId="v9")


def test_a_key_that_is_not_there(full):
    key = full.root.access_key_id[:-3] + "AAA"
    text = f"The Access Key with id {key} cannot be found."
    with refused("NoSuchEntity", 404, text):
        full.iam.delete_access_key(UserName="u", AccessKeyId=key)
    with refused("NoSuchEntity", 404, text):
        full.iam.update_access_key(UserName="u", AccessKeyId=key, Status="Inactive")


EXISTS = [
    ("create_user", {"UserName": "u"}, "User with name u already exists."),
    ("create_user", {"UserName": "U"}, "User with name U already exists."),
    ("create_group", {"GroupName": "g"}, "Group with name g already exists."),
    ("create_group", {"GroupName": "G", "Path": "/x/"}, "Group with name G already exists."),
    ("create_role", {"RoleName": "R"}, "Role with name R already exists."),
    (
        "create_policy",
        {"PolicyName": "P", "PolicyDocument": DOCUMENT},
        "A policy called P already exists. Duplicate names are not allowed.",
    ),
]


@pytest.mark.parametrize(("operation", "parameters", "message"), EXISTS)
def test_what_is_there_already_without_regard_to_case(full, operation, parameters, message):
    if operation == "create_role":
        parameters = parameters | {"AssumeRolePolicyDocument": trust(full.root_arn)}
    with refused("EntityAlreadyExists", 409, message):
        getattr(full.iam, operation)(**parameters)


def constraint(value: str, member: str, text: str) -> str:
    return (
        f"1 validation error detected: {value} at '{member}' failed to satisfy constraint: Member must {text}"
    )


LONG = "a" * 65
INVALID = [
    ("CreateUser", {"UserName": LONG}, f"Value '{LONG}'", "userName", "have length less than or equal to 64"),
    ("CreateUser", {}, "Value", "userName", "not be null"),
    ("GetRole", {}, "Value", "roleName", "not be null"),
    ("ListUsers", {"MaxItems": "0"}, "Value '0'", "maxItems", "have value greater than or equal to 1"),
    ("ListUsers", {"MaxItems": "1001"}, "Value '1001'", "maxItems", "have value less than or equal to 1000"),
    (
        "UpdateAccessKey",
        {"AccessKeyId": "A" * 20, "Status": "Asleep"},
        "Value 'Asleep'",
        "status",
        "satisfy enum value set: [Active, Inactive, Expired]",
    ),
]


@pytest.mark.parametrize(("action", "parameters", "value", "member", "text"), INVALID)
def test_a_value_outside_the_model(full, action, parameters, value, member, text):
    answer = wire.call(full.root, action, **parameters)
    assert (answer.code, answer.status) == ("ValidationError", 400), answer.text
    # AWS leaves the value out for some members; both forms were recorded.
    assert answer.message in (constraint(value, member, text), constraint("Value", member, text))


def test_several_faults_are_told_at_once(full):
    answer = wire.call(full.root, "CreateUser", UserName=LONG, PermissionsBoundary="x")
    assert answer.code == "ValidationError"
    assert "validation errors detected: " in answer.message
    assert (
        "'userName'" in answer.message
        and "'permissionsBoundary'" in answer.message
        and "; " in answer.message
    )


CUSTOM = [
    (
        "create_user",
        {"UserName": "a b"},
        "The specified value for userName is invalid. It must contain only alphanumeric characters and/or the "
        "following: +=,.@_-",
    ),
    (
        "create_user",
        {"UserName": "ab", "Path": "no-slashes"},
        "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric "
        "characters and/or / characters.",
    ),
]


@pytest.mark.parametrize(("operation", "parameters", "message"), CUSTOM)
def test_a_name_of_the_wrong_form(full, operation, parameters, message):
    with refused("ValidationError", 400, message):
        getattr(full.root.unchecked("iam"), operation)(**parameters)


def test_duplicate_tag_keys(full):
    text = "Duplicate tag keys found. Please note that Tag keys are case insensitive."
    tags = [{"Key": "Team", "Value": "a"}, {"Key": "team", "Value": "b"}]
    with refused("InvalidInput", 400, text):
        full.iam.tag_user(UserName="u", Tags=tags)
    with refused("InvalidInput", 400, text):
        full.iam.create_role(RoleName="x", AssumeRolePolicyDocument=trust(full.root_arn), Tags=tags)


def test_tags_of_policies_tell_case_apart(full):
    arn = policy_arn(full, "p")
    full.iam.tag_policy(PolicyArn=arn, Tags=[{"Key": "Team", "Value": "a"}, {"Key": "team", "Value": "b"}])
    assert len(full.iam.list_policy_tags(PolicyArn=arn)["Tags"]) == 2


def test_reserved_tag_keys(full):
    with refused("InvalidInput", 400):
        full.root.unchecked("iam").tag_user(UserName="u", Tags=[{"Key": "aws:x", "Value": "v"}])


def test_policies_of_aws_cannot_be_changed(full):
    for call, parameters in (
        (full.iam.delete_policy, {}),
        (full.iam.create_policy_version, {"PolicyDocument": DOCUMENT}),
        (full.iam.tag_policy, {"Tags": [{"Key": "k", "Value": "v"}]}),
    ):
        response = error_of(
            lambda call=call, parameters=parameters: call(PolicyArn=ADMINISTRATOR, **parameters)
        )
        check(response, "AccessDenied", 403, None)


def test_an_operation_that_is_missing_says_so_with_501(server, full):
    answer = wire.call(full.root, "ListOrganizationsFeatures")
    assert answer.status == 501, answer.text
    assert "ListOrganizationsFeatures" in answer.message
    assert answer.request_id == answer.element("RequestId")


def test_every_answer_has_an_id_of_its_own(full):
    answers = [wire.call(full.root, "ListUsers") for _ in range(20)]
    answers += [wire.call(full.root, "GetUser", UserName="nobody") for _ in range(20)]
    ids = {answer.request_id for answer in answers}
    assert len(ids) == 40
    for answer in answers:
        assert answer.element("RequestId") == answer.request_id
        assert len(answer.request_id) == 36


@pytest.mark.parametrize(
    ("service", "action", "namespace"),
    [
        ("iam", "ListUsers", "https://iam.amazonaws.com/doc/2010-05-08/"),
        ("sts", "GetCallerIdentity", "https://sts.amazonaws.com/doc/2011-06-15/"),
    ],
)
def test_answers_and_errors_stand_in_the_services_namespace(full, service, action, namespace):
    answer = wire.call(full.root, action, service=service)
    assert answer.status == 200
    assert answer.namespace == namespace
    assert answer.headers["content-type"] == "text/xml"
    assert f"<{action}Response " in answer.text and f"<{action}Result>" in answer.text
    wrong = wire.call(full.root.with_key(secret_access_key="wrong" * 8), action, service=service)
    assert wrong.namespace == namespace


def test_an_operation_without_output_has_no_result_element(full):
    answer = wire.call(
        full.root, "TagUser", UserName="u", **{"Tags.member.1.Key": "k", "Tags.member.1.Value": "v"}
    )
    assert answer.status == 200
    assert "TagUserResult" not in answer.text
    assert "<TagUserResponse " in answer.text
    assert answer.element("RequestId") == answer.request_id
