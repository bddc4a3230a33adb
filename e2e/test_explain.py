"""Why was it denied? The id of the answer opens the decision."""

import json

import pytest
from botocore.exceptions import ClientError

from harness import wire
from harness.policies import allow, deny, document, trust
from harness.saml import Federation, IdentityProvider


def request_id_of(call) -> str:
    with pytest.raises(ClientError) as caught:
        call()
    return caught.value.response["ResponseMetadata"]["RequestId"]


def explained(account, call) -> tuple[dict, str]:
    trace = account.server.explain(request_id_of(call))
    return trace, json.dumps(trace)


def test_a_denial_names_caller_action_resource_and_what_would_have_allowed_it(account):
    user = account.user("dev", allow("iam:ListUsers"))
    _, text = explained(account, lambda: user.iam.create_user(UserName="bob"))
    assert user.arn in text
    assert "iam:CreateUser" in text
    assert f"arn:aws:iam::{account.id}:user/bob" in text
    assert "own" in text, "the policy that was considered"
    assert "identity" in text.lower()


def test_the_human_form_says_the_same(account):
    user = account.user("dev", allow("iam:ListUsers"))
    request_id = request_id_of(lambda: user.iam.create_user(UserName="bob"))
    text = account.server.run("explain", request_id).stdout
    for word in (user.arn, "iam:CreateUser", f"arn:aws:iam::{account.id}:user/bob"):
        assert word in text
    assert "den" in text.lower()


def test_an_explicit_deny_is_named_with_its_policy_and_sid(account):
    statement = deny("iam:CreateUser") | {"Sid": "NoNewUsers"}
    policy = account.policy(statement, name="freeze")
    user = account.user("dev", allow("*"))
    account.iam.attach_user_policy(UserName="dev", PolicyArn=policy)
    _, text = explained(account, lambda: user.iam.create_user(UserName="bob"))
    assert policy in text
    assert "NoNewUsers" in text


def test_a_boundary_that_stood_in_the_way_is_named(account):
    ceiling = account.policy(allow("iam:List*"), name="ceiling")
    user = account.user("dev", allow("*"), PermissionsBoundary=ceiling)
    _, text = explained(account, lambda: user.iam.create_user(UserName="bob"))
    assert ceiling in text
    assert "oundary" in text


def test_a_condition_that_failed_is_shown_with_both_sides(account):
    only_red = {"StringEquals": {"aws:RequestTag/team": "red"}}
    user = account.user("dev", allow("iam:CreateUser", **only_red))
    _, text = explained(
        account, lambda: user.iam.create_user(UserName="bob", Tags=[{"Key": "team", "Value": "blue"}])
    )
    for word in ("aws:RequestTag/team", "red", "blue", "StringEquals"):
        assert word in text, word


def test_a_refused_assume_role_shows_the_trust_policy(account, other_account):
    condition = {"StringEquals": {"sts:ExternalId": "right"}}
    role = account.role(trust(other_account.root_arn, **condition), name="Auditor")
    auditor = other_account.user("auditor", allow("sts:AssumeRole"))
    _, text = explained(account, lambda: auditor.assume(role, ExternalId="wrong"))
    for word in (role, auditor.arn, "sts:ExternalId", "right"):
        assert word in text, word


def test_the_trust_side_is_not_told_to_the_caller_only_to_the_operator(account, other_account):
    role = account.role(trust(account.root_arn), name="Private")
    stranger = other_account.user("dev", allow("sts:AssumeRole"))
    with pytest.raises(ClientError) as caught:
        stranger.assume(role)
    assert "trust" not in caught.value.response["Error"]["Message"]


def test_what_it_proposes_would_have_allowed_it(account):
    """The suggestion is tried: attached as it is printed, the same call succeeds."""
    user = account.user("dev", allow("iam:ListUsers"))
    trace, text = explained(account, lambda: user.iam.create_user(UserName="bob"))
    statement = find_statement(trace)
    assert statement, f"no statement is proposed: {text}"
    account.iam.put_user_policy(UserName="dev", PolicyName="proposed", PolicyDocument=document(statement))
    user.iam.create_user(UserName="bob")


def test_a_login_that_the_trust_policy_refused_is_explained_by_whom_it_was_about(account, server, tmp_path):
    federation = Federation(account, IdentityProvider(tmp_path, f"{server.endpoint}/saml"))
    role = federation.role(condition={"StringEquals": {"saml:sub": "bob"}})
    response = federation.response(role, name="alice")
    request_id = request_id_of(lambda: federation.assume(role, response))
    trace = server.explain(request_id)
    [decision] = trace["Decisions"]
    assert (decision["Decision"], decision["Action"]) == ("implicitDeny", "sts:AssumeRoleWithSAML")
    assert decision["Caller"]["Arn"] == federation.arn
    assert decision["Caller"]["UserId"].endswith(":alice")
    assert decision["Context"]["saml:sub"] == "alice"
    text = server.run("explain", request_id).stdout
    assert f"subject:  {decision['Caller']['UserId']}" in text
    assert "saml:sub" in text


def find_statement(value) -> dict | None:
    """The first thing in the trace that reads as an Allow statement for the action."""
    if isinstance(value, dict):
        members = {name.lower(): member for name, member in value.items()}
        is_allow = members.get("effect") == "Allow" and "resource" in members
        if is_allow and members.get("action") in ("iam:CreateUser", ["iam:CreateUser"]):
            return {name.title(): members[name] for name in ("effect", "action", "resource")}
        value = list(value.values())
    if isinstance(value, list):
        for entry in value:
            if found := find_statement(entry):
                return found
    if isinstance(value, str) and '"Effect"' in value:
        return find_statement(json.loads(value))
    return None


def test_only_so_many_decisions_are_kept(account):
    """The ring is bounded, and the newest is in it."""
    user = account.user("dev")
    for _ in range(50):
        request_id = request_id_of(user.iam.list_users)
    assert account.server.explain(request_id)


def test_what_was_refused_before_a_caller_was_known_has_no_trace(account):
    answer = wire.call(account.root.with_key(access_key_id="AKIAIOSFODNN7EXAMPLE"), "ListUsers")
    done = account.server.run("explain", answer.request_id, check=False)
    assert done.returncode == 4
