"""Temporary credentials: how long they live, what they carry, and what may not be done with them."""

import secrets

import pytest

from harness import wire
from harness.policies import allow, document, trust
from harness.refusal import not_assumed, refused


@pytest.fixture
def developer(account):
    return account.user("dev", allow(["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]))


def open_role(account, *statements, name=None, **parameters) -> str:
    """A role that any principal of the account may assume, with tags and source identity."""
    actions = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    return account.role(trust(account.root_arn, actions), *statements, name=name, **parameters)


class TestDurations:
    def test_below_a_quarter_of_an_hour(self, account, developer):
        role = open_role(account)
        answer = wire.call(
            developer, "AssumeRole", "sts", RoleArn=role, RoleSessionName="s1", DurationSeconds="899"
        )
        assert (answer.code, answer.status) == ("ValidationError", 400)
        assert "Member must have value greater than or equal to 900" in answer.message

    def test_beyond_the_roles_maximum(self, account, developer):
        role = open_role(account)
        text = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        with refused("ValidationError", 400, text):
            developer.assume(role, DurationSeconds=3_601)

    def test_beyond_an_hour_by_chaining(self, account, developer):
        first = open_role(account, allow("sts:AssumeRole"))
        second = open_role(account, MaxSessionDuration=43_200)
        session = developer.assume(first)
        text = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
        with refused("ValidationError", 400, text):
            session.assume(second, DurationSeconds=3_601)
        session.assume(second, DurationSeconds=3_600)
        developer.assume(second, DurationSeconds=43_200)

    def test_a_number_with_sign_or_zeros_is_read(self, account, developer):
        role = open_role(account)
        for text in ("+900", "0900"):
            answer = wire.call(
                developer, "AssumeRole", "sts", RoleArn=role, RoleSessionName="s1", DurationSeconds=text
            )
            assert answer.status == 200, answer.text

    def test_root_gets_an_hour_at_most(self, account):
        token = account.root.sts.get_session_token(DurationSeconds=43_200)
        plain = account.root.sts.get_session_token()
        difference = token["Credentials"]["Expiration"] - plain["Credentials"]["Expiration"]
        assert abs(difference.total_seconds()) < 10


class TestTags:
    def test_tags_of_the_session_are_principal_tags(self, account, developer):
        red = {"StringEquals": {"aws:PrincipalTag/team": "red"}}
        role = open_role(account, allow("iam:ListUsers", **red))
        developer.assume(role, Tags=[{"Key": "team", "Value": "red"}]).iam.list_users()
        for tags in ([], [{"Key": "team", "Value": "blue"}]):
            with refused("AccessDenied", 403):
                developer.assume(role, Tags=tags).iam.list_users()

    def test_tags_of_the_session_hide_those_of_the_role(self, account, developer):
        red = {"StringEquals": {"aws:PrincipalTag/team": "red"}}
        role = open_role(account, allow("iam:ListUsers", **red), Tags=[{"Key": "Team", "Value": "red"}])
        developer.assume(role).iam.list_users()
        with refused("AccessDenied", 403):
            developer.assume(role, Tags=[{"Key": "team", "Value": "blue"}]).iam.list_users()

    def test_tagging_needs_its_own_permission(self, account):
        role = account.role(trust(account.root_arn))
        user = account.user("plain", allow(["sts:AssumeRole", "sts:TagSession"]))
        with not_assumed(user, role, "sts:TagSession"):
            user.assume(role, Tags=[{"Key": "team", "Value": "red"}])

    def test_transitive_tags_go_along_and_cannot_be_changed(self, account, developer):
        red = {"StringEquals": {"aws:PrincipalTag/team": "red"}}
        first = open_role(account, allow(["sts:AssumeRole", "sts:TagSession"]))
        second = open_role(account, allow("iam:ListUsers", **red))
        tags = [{"Key": "team", "Value": "red"}, {"Key": "note", "Value": "x"}]
        session = developer.assume(first, Tags=tags, TransitiveTagKeys=["team"])
        session.assume(second).iam.list_users()
        text = (
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key "
            "from the calling session."
        )
        with refused("InvalidParameterValue", 400, text):
            session.assume(second, Tags=[{"Key": "Team", "Value": "blue"}], TransitiveTagKeys=["Team"])

    def test_a_letter_that_conditions_take_for_another_makes_no_other_key(self, account, developer):
        first, second = (open_role(account, allow(["sts:AssumeRole", "sts:TagSession"])) for _ in range(2))
        desk = [{"Key": "desk", "Value": "1"}]
        session = developer.assume(first, Tags=desk, TransitiveTagKeys=["desk"])
        # The sign for kelvin is a `k` where case does not count.
        for key in ("DESK", "des\u212a"):
            with refused("InvalidParameterValue", 400):
                session.assume(second, Tags=[{"Key": key, "Value": "2"}])

    def test_a_transitive_key_must_be_among_the_tags(self, account, developer):
        text = "The specified transitive tag key must be included in the requested tags."
        with refused("InvalidParameterValue", 400, text):
            developer.assume(open_role(account), TransitiveTagKeys=["team"])

    def test_a_key_twice(self, account, developer):
        tags = [{"Key": "team", "Value": "a"}, {"Key": "TEAM", "Value": "b"}]
        with refused("InvalidParameterValue", 400):
            developer.assume(open_role(account), Tags=tags)

    def test_too_much_of_them_is_a_packed_policy_too_large(self, account, developer):
        role = open_role(account)
        tags = [
            {"Key": f"key-{number:03}-" + "k" * 100, "Value": secrets.token_hex(120)} for number in range(50)
        ]
        with refused("PackedPolicyTooLarge", 400):
            developer.assume(role, Tags=tags)


class TestSourceIdentity:
    def test_it_goes_along_the_chain_and_cannot_be_changed(self, account, developer):
        alice = {"StringEquals": {"aws:SourceIdentity": "alice"}}
        first = open_role(account, allow(["sts:AssumeRole", "sts:SetSourceIdentity"]))
        second = open_role(account, allow("iam:ListUsers", **alice))
        session = developer.assume(first, SourceIdentity="alice")
        chained = session.sts.assume_role(RoleArn=second, RoleSessionName="s2")
        assert chained["SourceIdentity"] == "alice"
        session.holding(chained["Credentials"], chained["AssumedRoleUser"]["Arn"]).iam.list_users()
        assert session.assume(second, SourceIdentity="alice")
        with refused(
            "ValidationError", 400, "The source identity is already set for this assume role session"
        ):
            session.assume(second, SourceIdentity="bob")

    def test_setting_it_needs_its_own_permission(self, account):
        role = account.role(trust(account.root_arn))
        user = account.user("plain", allow("sts:*"))
        with not_assumed(user, role, "sts:SetSourceIdentity"):
            user.assume(role, SourceIdentity="alice")

    def test_a_trust_may_demand_it(self, account):
        actions = ["sts:AssumeRole", "sts:SetSourceIdentity"]
        demanding = trust(account.root_arn, actions, StringLike={"sts:SourceIdentity": "*"})
        role = account.role(demanding)
        user = account.user("plain", allow("sts:*"))
        with not_assumed(user, role):
            user.assume(role)
        user.assume(role, SourceIdentity="alice")


class TestWhatSessionsMayNotDo:
    def test_a_role_session_gets_no_further_tokens(self, account, developer):
        session = developer.assume(open_role(account, allow("*")))
        for call in (session.sts.get_session_token, lambda: session.sts.get_federation_token(Name="bob")):
            with refused("AccessDenied", 403):
                call()

    def test_a_federated_user_may_only_ask_who_it_is(self, account):
        user = account.user("portal", allow("*"))
        answer = user.sts.get_federation_token(Name="bob", Policy=document(allow("*")))
        federated = user.holding(answer["Credentials"], answer["FederatedUser"]["Arn"])
        assert federated.caller() == f"arn:aws:sts::{account.id}:federated-user/bob"
        role = open_role(account)
        for call in (
            lambda: federated.assume(role),
            federated.sts.get_session_token,
            lambda: federated.sts.get_federation_token(Name="eve"),
        ):
            with refused("AccessDenied", 403):
                call()

    def test_a_session_token_without_mfa_calls_no_iam_but_assumes_roles(self, account, developer):
        account.iam.put_user_policy(
            UserName="dev", PolicyName="more", PolicyDocument=document(allow(["iam:*", "sts:*"]))
        )
        answer = developer.sts.get_session_token()
        session = developer.holding(answer["Credentials"], developer.arn)
        assert session.caller() == developer.arn
        # Evidence: what public issues quote for long-lived tokens made without a second factor.
        with refused("InvalidClientTokenId", 403):
            session.iam.list_users()
        session.assume(open_role(account))
        for call in (session.sts.get_session_token, lambda: session.sts.get_federation_token(Name="bob")):
            with refused("AccessDenied", 403):
                call()

    def test_nobody_needs_permission_for_a_session_token(self, account):
        user = account.user("plain", {"Effect": "Deny", "Action": "*", "Resource": "*"})
        assert user.sts.get_session_token()["Credentials"]["AccessKeyId"].startswith("ASIA")


def test_the_account_of_any_key_is_told(account, other_account):
    user = account.user("plain", allow("sts:GetAccessKeyInfo"))
    for key in (user.access_key_id, other_account.root.access_key_id):
        expected = account.id if key == user.access_key_id else other_account.id
        assert user.sts.get_access_key_info(AccessKeyId=key)["Account"] == expected


def test_who_am_i_for_every_kind_of_caller(account, developer):
    role = open_role(account, name="Kinds")
    role_id = account.iam.get_role(RoleName="Kinds")["Role"]["RoleId"]
    user_id = account.iam.get_user(UserName="dev")["User"]["UserId"]
    expected = [
        (account.root, account.id, account.root_arn),
        (developer, user_id, developer.arn),
        (developer.assume(role, "s1"), f"{role_id}:s1", f"arn:aws:sts::{account.id}:assumed-role/Kinds/s1"),
    ]
    for identity, caller_id, arn in expected:
        answer = identity.sts.get_caller_identity()
        assert (answer["UserId"], answer["Arn"], answer["Account"]) == (caller_id, arn, account.id)


def test_the_secret_of_a_session_is_stored_nowhere_and_still_known_after_a_restart(fresh_server):
    server = fresh_server().start()
    account = server.account()
    role = open_role(account, allow("iam:ListUsers"))
    session = account.user("dev", allow("sts:AssumeRole")).assume(role)
    session.iam.list_users()
    assert server.stop() == 0
    for file in server.data.rglob("*"):
        if file.is_file():
            assert session.secret_access_key.encode() not in file.read_bytes()
    server.start()
    session.iam.list_users()


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"RoleArn": "nothing-valid-in-here"}, "ValidationError"),
        ({"RoleArn": "arn:aws:iam::123456789012:user/u"}, "ValidationError"),
        ({"RoleSessionName": "a"}, "ValidationError"),
        ({"RoleSessionName": "a b"}, "ValidationError"),
        ({"ExternalId": "a"}, "ValidationError"),
        ({"SourceIdentity": "aws:me"}, "ValidationError"),
    ],
)
def test_parameters_of_the_wrong_form(account, developer, parameters, code):
    role = open_role(account)
    good = {"RoleArn": role, "RoleSessionName": "session"}
    answer = wire.call(developer, "AssumeRole", "sts", **(good | parameters))
    assert (answer.code, answer.status) == (code, 400), answer.text


def test_an_arn_that_is_none_is_called_invalid(account, developer):
    answer = wire.call(
        developer, "AssumeRole", "sts", RoleArn="nothing-valid-in-here", RoleSessionName="session"
    )
    assert answer.message == "nothing-valid-in-here is invalid"
