"""Documents that AWS refuses, with the words it uses."""

import json

import pytest

from harness.policies import allow, deny, document, trust
from harness.refusal import refused

MALFORMED = "MalformedPolicyDocument"
SYNTAX = "Syntax errors in policy."


def identity(**changes) -> str:
    """One good statement with some of its elements changed; None takes one away."""
    statement = {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"} | changes
    statement = {name: value for name, value in statement.items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


IDENTITY_CASES = [
    ("not JSON", "This is no policy", SYNTAX),
    ("an unknown element", identity(Comment="x"), SYNTAX),
    ("no effect", identity(Effect=None), SYNTAX),
    ("a wrong type", identity(Action=5), SYNTAX),
    ("an unknown operator", identity(Condition={"StringAlmost": {"aws:username": "x"}}), SYNTAX),
    ("an effect in the wrong case", identity(Effect="allow"), "The policy failed legacy parsing"),
    (
        "one Sid twice",
        document(allow("iam:ListUsers") | {"Sid": "a"}, allow("iam:ListRoles") | {"Sid": "a"}),
        "Statement IDs (SID) in a single policy must be unique.",
    ),
    ("no action", identity(Action=None), "Policy statement must contain actions."),
    ("an empty list of actions", identity(Action=[]), "Policy statement must contain actions."),
    ("no resource", identity(Resource=None), "Policy statement must contain resources."),
    (
        "a resource that is no ARN",
        identity(Resource="bucket"),
        'Resource bucket must be in ARN format or "*".',
    ),
    (
        "an unknown partition",
        identity(Resource="arn:mars:s3:::b"),
        'Partition "mars" is not valid for resource "arn:mars:s3:::b".',
    ),
    (
        "a wildcard for the service",
        identity(Resource="arn:aws:*:::x"),
        "Resource vendor must be fully qualified and cannot contain regexes.",
    ),
    (
        "an IAM resource with a region",
        identity(Resource="arn:aws:iam:us-east-1:123456789012:user/x"),
        "IAM resource arn:aws:iam:us-east-1:123456789012:user/x cannot contain region information.",
    ),
    (
        "an IAM resource of no known kind",
        identity(Resource="arn:aws:iam::123456789012:thing/x"),
        'IAM resource path must either be "*", root, or start with user/, federated-user/, role/, group/, '
        "instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, "
        "report/, access-report/.",
    ),
    (
        "an action without a service",
        identity(Action="ListUsers"),
        "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
    ),
    (
        "an action with two colons",
        identity(Action="iam:List:Users"),
        "Actions/Condition can contain only one colon.",
    ),
    ("a service of impossible form", identity(Action="a b:ListUsers"), "Vendor a b is not valid"),
    ("a principal", identity(Principal="*"), "Policy document should not specify a principal."),
]


@pytest.mark.parametrize(
    ("case", "text", "message"), IDENTITY_CASES, ids=[case[0] for case in IDENTITY_CASES]
)
def test_an_identity_policy_with(account, case, text, message):
    account.iam.create_user(UserName="u")
    with refused(MALFORMED, 400, message):
        account.iam.create_policy(PolicyName="p", PolicyDocument=text)
    with refused(MALFORMED, 400, message):
        account.iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=text)
    assert account.iam.list_policies(Scope="Local")["Policies"] == []
    assert account.iam.list_user_policies(UserName="u")["PolicyNames"] == []


@pytest.mark.parametrize("version", ["2008-10-17", None])
def test_a_managed_policy_of_an_old_version(account, version):
    text = json.loads(identity())
    del text["Version"]
    if version:
        text["Version"] = version
    with refused(MALFORMED, 400, "Policy document must be version 2012-10-17 or greater."):
        account.iam.create_policy(PolicyName="p", PolicyDocument=json.dumps(text))


def trusting(**changes) -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"} | changes
    statement = {name: value for name, value in statement.items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


TRUST_CASES = [
    ("not JSON", "This is no policy", "This policy contains invalid Json"),
    ("a resource", trusting(Resource="*"), "Has prohibited field Resource"),
    ("a bare star", trusting(Principal="*"), 'AssumeRolepolicy contained an invalid principal: "STAR":"*".'),
    (
        "an action of another service",
        trusting(Action="iam:ListUsers"),
        None,
    ),
    ("no principal", trusting(Principal=None), None),
    ("NotPrincipal", trusting(Principal=None, NotPrincipal={"AWS": "*"}), None),
    (
        "an account that is none",
        trusting(Principal={"AWS": "12345"}),
        'Invalid principal in policy: "AWS":"12345"',
    ),
]


@pytest.mark.parametrize(("case", "text", "message"), TRUST_CASES, ids=[case[0] for case in TRUST_CASES])
def test_a_trust_policy_with(account, case, text, message):
    with refused(MALFORMED, 400, message):
        account.iam.create_role(RoleName="r", AssumeRolePolicyDocument=text)
    assert account.iam.list_roles()["Roles"] == []


def test_a_missing_user_or_role_is_told_before_a_bad_document(account):
    with refused("NoSuchEntity", 404):
        account.iam.put_user_policy(UserName="nobody", PolicyName="p", PolicyDocument="bad")
    with refused("NoSuchEntity", 404):
        account.iam.update_assume_role_policy(RoleName="nobody", PolicyDocument="bad")


class TestConditions:
    """The language over HTTP; the engine has tests of its own for all of it."""

    @pytest.fixture
    def try_condition(self, account):
        """Whether a user with this condition on `iam:TagUser` may tag itself."""

        def attempt(operator: str, key: str, value, tags=({"Key": "team", "Value": "red"},)) -> bool:
            name = account.fresh_name("cond")
            user = account.user(name, allow("iam:TagUser", **{operator: {key: value}}))
            try:
                user.iam.tag_user(UserName=name, Tags=list(tags))
            except user.iam.exceptions.ClientError as error:
                assert error.response["Error"]["Code"] == "AccessDenied", error
                return False
            return True

        return attempt

    @pytest.mark.parametrize(
        ("operator", "key", "value", "allowed"),
        [
            ("StringEquals", "aws:RequestTag/team", "red", True),
            ("StringEquals", "aws:RequestTag/TEAM", "red", True),
            ("StringEquals", "aws:RequestTag/team", "Red", False),
            ("StringEquals", "aws:RequestTag/other", "red", False),
            ("StringNotEquals", "aws:RequestTag/other", "red", True),
            ("StringEqualsIfExists", "aws:RequestTag/other", "red", True),
            ("StringLike", "aws:RequestTag/team", "r*", True),
            ("StringEquals", "aws:RequestTag/team", "r*", False),
            ("ForAllValues:StringEquals", "aws:TagKeys", ["team", "cost"], True),
            ("ForAllValues:StringEquals", "aws:TagKeys", ["cost"], False),
            ("ForAnyValue:StringLike", "aws:TagKeys", ["t*"], True),
            ("Null", "aws:TokenIssueTime", "true", True),
            ("Null", "aws:MultiFactorAuthPresent", "false", False),
            ("Bool", "aws:SecureTransport", "false", True),
            ("IpAddress", "aws:SourceIp", "127.0.0.0/8", True),
            ("IpAddress", "aws:SourceIp", "10.0.0.0/8", False),
            ("NotIpAddress", "aws:SourceIp", ["10.0.0.0/8", "127.0.0.1"], False),
            ("DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z", True),
            ("DateLessThan", "aws:CurrentTime", "2020-01-01T00:00:00Z", False),
            ("NumericGreaterThan", "aws:EpochTime", "1500000000", True),
            ("StringEquals", "aws:PrincipalType", "User", True),
            ("StringEquals", "aws:RequestedRegion", "us-east-1", True),
            ("StringLike", "aws:userid", "AIDA*", True),
        ],
    )
    def test_a_condition_holds_or_not(self, try_condition, operator, key, value, allowed):
        assert try_condition(operator, key, value) is allowed

    def test_a_variable_stands_for_the_caller(self, account):
        own = f"arn:aws:iam::{account.id}:user/${{aws:username}}"
        user = account.user("dev", allow("iam:GetUser", own))
        account.iam.create_user(UserName="other")
        user.iam.get_user(UserName="dev")
        with refused("AccessDenied", 403):
            user.iam.get_user(UserName="other")

    def test_a_variable_without_value_matches_nothing_and_a_default_stands_in(self, account):
        users = f"arn:aws:iam::{account.id}:user/"
        bare = account.user("bare", allow("iam:GetUser", users + "${aws:PrincipalTag/home}"))
        kept = account.user("kept", allow("iam:GetUser", users + "${aws:PrincipalTag/home, 'lobby'}"))
        account.iam.create_user(UserName="lobby")
        kept.iam.get_user(UserName="lobby")
        with refused("AccessDenied", 403):
            bare.iam.get_user(UserName="lobby")

    def test_tags_of_caller_and_resource_are_compared(self, account):
        same_team = {"StringEquals": {"iam:ResourceTag/team": "${aws:PrincipalTag/team}"}}
        user = account.user("dev", allow("iam:GetUser", **same_team), Tags=[{"Key": "team", "Value": "red"}])
        account.iam.create_user(UserName="mate", Tags=[{"Key": "team", "Value": "red"}])
        account.iam.create_user(UserName="rival", Tags=[{"Key": "team", "Value": "blue"}])
        user.iam.get_user(UserName="mate")
        with refused("AccessDenied", 403):
            user.iam.get_user(UserName="rival")

    def test_a_policy_to_be_attached_is_a_key(self, account):
        harmless = account.policy(allow("iam:ListUsers"))
        only = {"ArnEquals": {"iam:PolicyARN": harmless}}
        user = account.user("helpdesk", allow("iam:AttachUserPolicy", **only))
        user.iam.attach_user_policy(UserName="helpdesk", PolicyArn=harmless)
        with refused("AccessDenied", 403):
            user.iam.attach_user_policy(
                UserName="helpdesk", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
            )

    def test_a_deny_unless_mfa_stops_long_term_keys_only_with_if_exists(self, account):
        bool_only = deny("iam:ListUsers", **{"Bool": {"aws:MultiFactorAuthPresent": "false"}})
        if_exists = deny("iam:ListUsers", **{"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}})
        account.user("a", allow("*"), bool_only).iam.list_users()
        with refused("AccessDenied", 403):
            account.user("b", allow("*"), if_exists).iam.list_users()


def test_a_document_is_kept_as_it_was_written(account):
    text = trust(account.root_arn).replace(" ", "  ")
    account.iam.create_role(RoleName="r", AssumeRolePolicyDocument=text)
    got = account.iam.get_role(RoleName="r")["Role"]["AssumeRolePolicyDocument"]
    assert got == json.loads(text)
