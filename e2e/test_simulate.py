"""The policy simulator: what it says is what then happens, through boto3 and the unmodified `aws` command line."""

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from harness.policies import ADMINISTRATOR, READ_ONLY, allow, deny, document, for_principal
from harness.refusal import denied, refused

OBJECT = "arn:aws:s3:::reports/2026.csv"


def entry(name: str, *values: str, kind: str = "string") -> dict:
    return {"ContextKeyName": name, "ContextKeyType": kind, "ContextKeyValues": list(values)}


FROM_HERE = [
    entry("aws:SourceIp", "127.0.0.1", kind="ip"),
    entry("aws:SecureTransport", "false", kind="boolean"),
]


def simulate(account, source: str, *actions: str, **more) -> dict[str, str]:
    """The decision on each action."""
    results = account.iam.simulate_principal_policy(PolicySourceArn=source, ActionNames=list(actions), **more)
    return {one["EvalActionName"]: one["EvalDecision"] for one in results["EvaluationResults"]}


def custom(account, *policies: str, **more) -> dict:
    """The one result."""
    [result] = account.iam.simulate_custom_policy(
        PolicyInputList=list(policies), **({"ActionNames": ["s3:GetObject"]} | more)
    )["EvaluationResults"]
    return result


def test_what_it_says_of_a_user_is_what_the_user_gets(account):
    own = f"arn:aws:iam::{account.id}:user/${{aws:username}}"
    here = {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}
    user = account.user(
        "dana",
        allow("iam:ListUsers", **here),
        allow("iam:ListGroups", IpAddress={"aws:SourceIp": "10.0.0.0/8"}),
        allow(["iam:GetUser", "iam:ListUserTags"], own),
        allow("iam:ListRoles"),
        deny("iam:ListRoles", Bool={"aws:SecureTransport": "false"}),
    )
    calls = {
        "iam:ListUsers": (f"arn:aws:iam::{account.id}:user/", lambda iam: iam.list_users()),
        "iam:ListGroups": (f"arn:aws:iam::{account.id}:group/", lambda iam: iam.list_groups()),
        "iam:ListRoles": (f"arn:aws:iam::{account.id}:role/", lambda iam: iam.list_roles()),
        "iam:GetUser": (user.arn, lambda iam: iam.get_user()),
        "iam:ListUserTags": (user.arn, lambda iam: iam.list_user_tags(UserName="dana")),
        "iam:ListAccessKeys": (user.arn, lambda iam: iam.list_access_keys()),
    }
    said = {
        action: simulate(account, user.arn, action, ResourceArns=[arn], ContextEntries=FROM_HERE)[action]
        for action, (arn, _) in calls.items()
    }
    assert said == {
        "iam:ListUsers": "allowed",
        "iam:ListGroups": "implicitDeny",
        "iam:ListRoles": "explicitDeny",
        "iam:GetUser": "allowed",
        "iam:ListUserTags": "allowed",
        "iam:ListAccessKeys": "implicitDeny",
    }
    for action, (_, call) in calls.items():
        try:
            call(user.iam)
            happened = "allowed"
        except ClientError as error:
            assert error.response["Error"]["Code"] == "AccessDenied"
            is_explicit = "with an explicit deny" in error.response["Error"]["Message"]
            happened = "explicitDeny" if is_explicit else "implicitDeny"
        assert happened == said[action], action


def test_groups_boundaries_and_roles_count(account):
    group = account.group("Writers", allow("s3:PutObject"))
    user = account.user("dana", PermissionsBoundary=READ_ONLY)
    account.iam.add_user_to_group(GroupName=group, UserName="dana")
    account.iam.attach_user_policy(UserName="dana", PolicyArn=ADMINISTRATOR)
    assert simulate(account, user.arn, "s3:PutObject", "s3:GetObject") == {
        "s3:PutObject": "implicitDeny",
        "s3:GetObject": "allowed",
    }
    everything = document(allow("*"))
    assert simulate(account, user.arn, "s3:PutObject", PermissionsBoundaryPolicyInputList=[everything]) == {
        "s3:PutObject": "allowed"
    }
    arn = f"arn:aws:iam::{account.id}:group/{group}"
    assert simulate(account, arn, "s3:PutObject", "s3:GetObject") == {
        "s3:PutObject": "allowed",
        "s3:GetObject": "implicitDeny",
    }


def test_where_the_statements_are(account):
    policy = document(allow("s3:GetObject"), deny("s3:PutObject"))
    result = custom(account, policy, ResourceArns=[OBJECT])
    [statement] = result["MatchedStatements"]
    assert statement["SourcePolicyId"] == "PolicyInputList.1"
    assert statement["SourcePolicyType"] == "IAM Policy"
    start, end = statement["StartPosition"], statement["EndPosition"]
    assert start["Line"] == end["Line"] == 1
    # From behind what comes before it to behind its end.
    text = policy[start["Column"] - 1 : end["Column"] - 1]
    assert '"s3:GetObject"' in text
    assert text.endswith("}")
    assert "s3:PutObject" not in text


def test_keys_that_are_missing_are_named(account):
    policy = document(allow("s3:*", StringEquals={"aws:PrincipalTag/team": "blue"}))
    result = custom(account, policy, ResourceArns=[OBJECT])
    assert (result["EvalDecision"], result["MissingContextValues"]) == (
        "implicitDeny",
        ["aws:PrincipalTag/team"],
    )
    result = custom(
        account, policy, ResourceArns=[OBJECT], ContextEntries=[entry("aws:PrincipalTag/team", "blue")]
    )
    assert (result["EvalDecision"], result["MissingContextValues"]) == ("allowed", [])
    keys = account.iam.get_context_keys_for_custom_policy(PolicyInputList=[policy])
    assert keys["ContextKeyNames"] == ["aws:PrincipalTag/team"]
    user = account.user("dana", allow("s3:*", "arn:aws:s3:::home/${aws:username}"))
    keys = account.iam.get_context_keys_for_principal_policy(
        PolicySourceArn=user.arn, PolicyInputList=[policy]
    )
    assert sorted(keys["ContextKeyNames"]) == ["aws:PrincipalTag/team", "aws:username"]


def test_policies_of_resources(account):
    bucket = document(
        for_principal(f"arn:aws:iam::{account.id}:user/dana", allow("s3:GetObject", "arn:aws:s3:::reports/*"))
    )
    arguments = {"ResourceArns": [OBJECT], "ResourcePolicy": bucket}
    for name, decision in (("dana", "allowed"), ("eve", "implicitDeny")):
        caller = f"arn:aws:iam::{account.id}:user/{name}"
        result = custom(account, document(allow("sqs:*")), CallerArn=caller, **arguments)
        assert result["EvalDecision"] == decision
    with refused("InvalidInput", 400):
        custom(account, document(allow("sqs:*")), **arguments)


def test_several_resources_and_pages(account):
    policy = document(allow("s3:GetObject", "arn:aws:s3:::reports/*"))
    asked = {"PolicyInputList": [policy], "ResourceArns": [OBJECT, "arn:aws:s3:::other/2026.csv"]}
    asked["ActionNames"] = [f"s3:Get{what}" for what in ("Object", "ObjectAcl", "ObjectTagging")]
    whole = account.iam.simulate_custom_policy(**asked)["EvaluationResults"]
    assert [one["EvalActionName"] for one in whole] == asked["ActionNames"]
    decisions = [one["EvalResourceDecision"] for one in whole[0]["ResourceSpecificResults"]]
    assert decisions == ["allowed", "implicitDeny"]
    paginator = account.iam.get_paginator("simulate_custom_policy")
    for size in (1, 2, 3, 5):
        pages = paginator.paginate(**asked, PaginationConfig={"PageSize": size})
        assert [result for page in pages for result in page["EvaluationResults"]] == whole
    user = account.user("dana", allow("s3:GetObject"))
    paginator = account.iam.get_paginator("simulate_principal_policy")
    actions = [f"s3:GetObject{number}" for number in range(250)]
    pages = list(paginator.paginate(PolicySourceArn=user.arn, ActionNames=actions))
    assert [len(page["EvaluationResults"]) for page in pages] == [100, 100, 50]


def test_many_at_once_do_not_hold_up_anybody(account):
    """The most that may be asked for at once; others are answered meanwhile and after."""
    policy = document(*(allow("s3:GetObject", f"arn:aws:s3:::bucket-{number}/*") for number in range(40)))
    arguments = {
        "PolicyInputList": [policy],
        "ActionNames": [f"s3:Get{number}" for number in range(1000)],
        "ResourceArns": [f"arn:aws:s3:::bucket-1/{number}" for number in range(1000)],
    }
    page = account.iam.simulate_custom_policy(**arguments, MaxItems=1000)
    assert page["IsTruncated"]
    assert page["EvaluationResults"]
    with refused("InvalidInput", 400):
        account.iam.simulate_custom_policy(**(arguments | {"ActionNames": arguments["ActionNames"] * 2}))


def test_what_would_take_long_is_refused(account):
    """Long policies beside long names: what one action takes on one resource is bounded."""
    pattern = "arn:aws:s3:::*" + "a" * 900 + "b*"
    policy = document(allow("s3:*", [pattern] * 130))
    arguments = {"ActionNames": ["s3:GetObject"], "ResourceArns": ["arn:aws:s3:::" + "a" * 2000]}
    account.iam.simulate_custom_policy(PolicyInputList=[policy], **arguments)
    with refused("InvalidInput", 400):
        account.iam.simulate_custom_policy(PolicyInputList=[policy] * 8, **arguments)
    arguments["ResourceArns"] = ["arn:aws:s3:::a"]
    account.iam.simulate_custom_policy(PolicyInputList=[policy] * 8, **arguments)


def test_nothing_is_given(account):
    """boto3 sends an empty list as an empty parameter, of which AWS makes no policies."""
    result = account.iam.simulate_custom_policy(PolicyInputList=[], ActionNames=["s3:GetObject"])
    assert [one["EvalDecision"] for one in result["EvaluationResults"]] == ["implicitDeny"]
    with pytest.raises(ParamValidationError):
        account.iam.simulate_custom_policy(PolicyInputList=[])


def test_who_may_ask(account):
    """It tells about policies, so each source has to be allowed."""
    dana = account.user("dana", allow("s3:GetObject"))
    allowed = allow("iam:SimulatePrincipalPolicy", dana.arn)
    eve = account.user("eve", allowed)
    eve.iam.simulate_principal_policy(PolicySourceArn=dana.arn, ActionNames=["s3:GetObject"])
    with denied(eve, "iam:SimulatePrincipalPolicy", eve.arn):
        eve.iam.simulate_principal_policy(PolicySourceArn=eve.arn, ActionNames=["s3:GetObject"])
    with denied(dana, "iam:SimulateCustomPolicy", "*"):
        custom_of_dana = {"PolicyInputList": [document(allow("*"))], "ActionNames": ["s3:GetObject"]}
        dana.iam.simulate_custom_policy(**custom_of_dana)
    with denied(eve, "iam:GetContextKeysForPrincipalPolicy", dana.arn):
        eve.iam.get_context_keys_for_principal_policy(PolicySourceArn=dana.arn)


def test_what_makes_no_sense(account):
    user = account.user("dana")
    policy = document(allow("*"))
    with refused("InvalidInput", 400):
        simulate(account, user.arn, "GetObject")
    with refused("InvalidInput", 400):
        simulate(account, account.root_arn, "s3:GetObject")
    with refused("NoSuchEntity", 404):
        simulate(account, user.arn + "a", "s3:GetObject")
    with refused("InvalidInput", 400):
        custom(account, '{"Version": "2012-10-17"')
    with refused("InvalidInput", 400):
        custom(account, policy, ResourceArns=["reports"])
    with refused("InvalidInput", 400):
        custom(account, policy, ContextEntries=[entry("aws:SourceIp", "here", kind="ip")])
    with refused("InvalidInput", 400):
        custom(account, policy, CallerArn=account.root_arn)


def test_the_simulator_from_the_command_line(account, aws):
    def run(*words):
        return aws(account.root, "iam", *words)

    user = account.user("dana", allow("s3:Get*", IpAddress={"aws:SourceIp": "10.0.0.0/8"}))
    actions = ["--action-names", "s3:GetObject", "s3:PutObject"]
    entries = "ContextKeyName=aws:SourceIp,ContextKeyType=ip,ContextKeyValues=10.1.2.3"
    words = ["simulate-principal-policy", "--policy-source-arn", user.arn, *actions]
    decisions = "EvaluationResults[].EvalDecision"
    query = ["--query", decisions]
    assert run(*words, "--context-entries", entries, *query) == ["allowed", "implicitDeny"]
    assert run(*words, *query) == ["implicitDeny", "implicitDeny"]
    assert run(*words, "--page-size", "1", "--context-entries", entries, *query) == [
        "allowed",
        "implicitDeny",
    ]
    words = ["simulate-custom-policy", "--policy-input-list", document(allow("s3:Get*")), *actions]
    assert run(*words, "--resource-arns", OBJECT, *query) == ["allowed", "implicitDeny"]
    first = run(*words, "--max-items", "1")
    assert [one["EvalActionName"] for one in first["EvaluationResults"]] == ["s3:GetObject"]
    rest = run(*words, "--starting-token", first["NextToken"])
    assert [one["EvalActionName"] for one in rest["EvaluationResults"]] == ["s3:PutObject"]
    keys = run("get-context-keys-for-principal-policy", "--policy-source-arn", user.arn)
    assert keys == {"ContextKeyNames": ["aws:SourceIp"]}
    keys = run("get-context-keys-for-custom-policy", "--policy-input-list", document(allow("*")))
    assert keys == {"ContextKeyNames": []}
    refusal = aws.run(account.root, "iam", *words[:3], "--action-names", "GetObject")
    assert refusal.returncode != 0
    assert "(InvalidInput) when calling the SimulateCustomPolicy operation" in refusal.stderr
