"""Why a request was denied, for the eyes of whoever may decode it."""

import base64
import json

import pytest

from harness.decision_point import answer_to
from harness.policies import allow, deny, document, trust
from harness.refusal import denied, error_of, refused

INVALID = "InvalidAuthorizationMessageException"


def decoder(account):
    return account.user(None, allow("sts:DecodeAuthorizationMessage"))


def decoded(caller, message: str) -> dict:
    answer = caller.sts.decode_authorization_message(EncodedMessage=message)
    return json.loads(answer["DecodedMessage"])


def denial(caller) -> str:
    """The id of a request of the caller's that is denied."""
    return error_of(lambda: caller.iam.list_users())["ResponseMetadata"]["RequestId"]


def encoded(account, caller, action="app:Publish", resource="arn:aws:app:::topic/news") -> str:
    """What the decision point seals of a denial."""
    guard = account.user(None, allow("lanyard:Authorize"))
    question = {"principal": caller.arn, "action": action, "resource": resource, "encodedMessage": True}
    return answer_to(guard, question)["encodedAuthorizationMessage"]


class TestByRequestId:
    def test_a_denial_is_told_in_full(self, account):
        user = account.user("carla", deny("iam:ListUsers"))
        told = decoded(decoder(account), denial(user))
        assert (told["allowed"], told["explicitDeny"]) == (False, True)
        assert told["context"]["action"] == "iam:ListUsers"
        assert told["context"]["resource"] == f"arn:aws:iam::{account.id}:user/"
        assert told["context"]["principal"]["arn"] == user.arn
        [matched] = told["matchedStatements"]["items"]
        assert matched["effect"] == "DENY"
        keys = {item["key"] for item in told["context"]["conditions"]["items"]}
        assert {"aws:SourceIp", "aws:PrincipalArn", "aws:CurrentTime"} <= keys

    def test_a_denial_of_another_account_is_none(self, account, other_account):
        request_id = denial(other_account.user("dave"))
        with refused(INVALID, 400):
            decoded(decoder(account), request_id)
        decoded(decoder(other_account), request_id)

    def test_what_another_account_says_of_its_role_is_not_told(self, account, other_account):
        """An external id is a secret between two; and whether the role is there is for its own account to know."""
        between_two = {"StringEquals": {"sts:ExternalId": "between-us-two"}}
        team = [{"Key": "team", "Value": "between-us-two"}]
        role = other_account.role(trust(account.root_arn, **between_two), Tags=team)
        user, auditor = account.user("carla", allow("sts:AssumeRole")), decoder(account)

        def layers(role: str) -> list[str]:
            refusal = error_of(lambda: user.sts.assume_role(RoleArn=role, RoleSessionName="visit"))
            told = decoded(auditor, refusal["ResponseMetadata"]["RequestId"])
            assert told["context"]["resource"] == role
            assert not any(
                word in json.dumps(told) for word in ("between-us-two", "ExternalId", "ResourceTag")
            )
            return [layer["Layer"] for layer in told["trace"]["Layers"]]

        assert layers(role) == layers(role + "-that-is-not-there") == ["Identity"]

    def test_what_was_allowed_cannot_be_decoded(self, account):
        answer = account.root.iam.list_users()
        with refused(INVALID, 400):
            decoded(decoder(account), answer["ResponseMetadata"]["RequestId"])


class TestMessages:
    def test_a_message_is_opened(self, account):
        user = account.user("carla")
        told = decoded(decoder(account), encoded(account, user))
        assert (told["allowed"], told["explicitDeny"]) == (False, False)
        assert told["context"]["action"] == "app:Publish"
        assert told["context"]["principal"]["arn"] == user.arn

    def test_a_message_says_nothing_to_who_has_only_it(self, account):
        user = account.user("carla")
        message = encoded(account, user)
        raw = base64.urlsafe_b64decode(message + "=" * (-len(message) % 4))
        for word in (b"Publish", b"carla", account.id.encode()):
            assert word not in raw

    def test_a_message_of_another_account_is_none(self, account, other_account):
        message = encoded(account, account.user("carla"))
        with refused(INVALID, 400):
            decoded(decoder(other_account), message)

    def test_a_message_with_any_letter_changed_is_none(self, account):
        message = encoded(account, account.user("carla"))
        caller = decoder(account)
        for place in range(0, len(message), max(1, len(message) // 25)):
            other = "A" if message[place] != "A" else "B"
            with refused(INVALID, 400):
                decoded(caller, message[:place] + other + message[place + 1 :])

    @pytest.mark.parametrize("message", ["a", "rubbish", "é" * 100, "A" * 10_240])
    def test_what_is_no_message_is_told(self, account, message):
        with refused(INVALID, 400):
            decoded(decoder(account), message)


def test_it_needs_the_permission_on_everything(account):
    request_id = denial(account.user("carla"))
    elsewhere = allow("sts:DecodeAuthorizationMessage", "arn:aws:s3:::bucket")
    for nearly in (account.user("none"), account.user("one", elsewhere)):
        with denied(nearly, "sts:DecodeAuthorizationMessage", "*"):
            decoded(nearly, request_id)


def test_a_session_with_narrow_policies_may_only_if_they_say_so(account):
    request_id = denial(account.user("carla"))
    user = account.user("fed", allow(["sts:DecodeAuthorizationMessage", "sts:GetFederationToken"]))
    answer = user.sts.get_federation_token(Name="fred", Policy=document(allow("iam:*")))
    bearer = user.holding(answer["Credentials"], answer["FederatedUser"]["Arn"])
    with refused("AccessDenied", 403):
        decoded(bearer, request_id)
