"""Tokens by which callers show themselves to others: a stock library believes them by the public documents alone."""

import json
import time
import urllib.request

import jwt
import pytest

from harness import remembered
from harness.policies import allow, trust
from harness.refusal import refused

AUDIENCE = "https://api.example.com"
OWN = "https://sts.amazonaws.com/"
ALGORITHMS = ["RS256", "ES384"]


@pytest.fixture
def issuer(account) -> str:
    return account.iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]


def caller_of(account, *actions):
    return account.user(None, allow(["sts:GetWebIdentityToken", *actions]))


def token_of(caller, algorithm="ES384", audience=(AUDIENCE,), **parameters) -> str:
    answer = caller.sts.get_web_identity_token(
        Audience=list(audience), SigningAlgorithm=algorithm, **parameters
    )
    return remembered.secret(answer["WebIdentityToken"])


def document(url: str) -> dict:
    with urllib.request.urlopen(url, timeout=10) as answer:
        assert answer.headers["content-type"].startswith("application/json")
        return json.load(answer)


def claims(issuer: str, token: str, audience=AUDIENCE) -> dict:
    """What a relying party reads, which knows no more than the issuer's URL."""
    described = document(f"{issuer}/.well-known/openid-configuration")
    assert described["issuer"] == issuer
    key = jwt.PyJWKClient(described["jwks_uri"]).get_signing_key_from_jwt(token)
    return jwt.decode(
        token,
        key,
        algorithms=ALGORITHMS,
        audience=audience,
        issuer=issuer,
        options={"require": ["iss", "aud", "sub", "exp", "iat", "jti"]},
    )


class TestARelyingParty:
    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    def test_believes_a_user(self, account, issuer, algorithm):
        user = caller_of(account)
        token = token_of(user, algorithm)
        assert jwt.get_unverified_header(token)["alg"] == algorithm
        said = claims(issuer, token)
        assert said["sub"] == user.arn
        assert said["exp"] - said["iat"] == 300
        assert abs(said["iat"] - time.time()) < 60
        assert said[OWN] == {
            "aws_account": account.id,
            "principal_id": user.arn,
            "source_region": "us-east-1",
        }

    def test_believes_a_role_and_what_its_session_carries(self, account, issuer):
        actions = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
        role = account.role(
            trust("*", actions),
            allow("sts:GetWebIdentityToken"),
            name="worker",
            Path="/team/",
            Tags=[{"Key": "team", "Value": "red"}, {"Key": "Cost", "Value": "1"}],
        )
        session = account.user(None, allow(actions)).assume(
            role, SourceIdentity="carla", Tags=[{"Key": "TEAM", "Value": "blue"}]
        )
        said = claims(issuer, token_of(session))
        assert said["sub"] == role
        own = said[OWN]
        assert own["principal_id"] == role
        assert own["principal_tags"] == {"TEAM": "blue", "Cost": "1"}
        assert own["source_identity"] == "carla"
        assert own["original_session_exp"].endswith("Z")

    def test_reads_audience_tags_and_duration(self, account, issuer):
        user = caller_of(account, "sts:TagGetWebIdentityToken")
        token = token_of(
            user,
            audience=["one", "two"],
            DurationSeconds=3600,
            Tags=[{"Key": "job", "Value": "42"}],
        )
        for audience in ("one", "two"):
            said = claims(issuer, token, audience)
        assert said["aud"] == ["one", "two"]
        assert said["exp"] - said["iat"] == 3600
        assert said[OWN]["request_tags"] == {"job": "42"}
        with pytest.raises(jwt.InvalidAudienceError):
            claims(issuer, token, "three")

    def test_does_not_believe_a_token_that_was_changed(self, account, issuer):
        head, body, signature = token_of(caller_of(account)).split(".")
        other = token_of(account.user("other", allow("sts:GetWebIdentityToken"))).split(".")[1]
        with pytest.raises(jwt.InvalidSignatureError):
            claims(issuer, f"{head}.{other}.{signature}")

    def test_does_not_believe_a_token_of_another_account(self, account, other_account, issuer):
        other_account.iam.enable_outbound_web_identity_federation()
        token = token_of(caller_of(other_account))
        with pytest.raises(jwt.PyJWTError):
            claims(issuer, token)

    def test_goes_on_believing_after_a_restart(self, fresh_server):
        server = fresh_server().start()
        account = server.account("restarted")
        issuer = account.iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]
        token = token_of(caller_of(account))
        server.stop()
        server.start()
        claims(issuer, token)


class TestWhoGetsNone:
    def test_an_account_that_is_not_an_issuer(self, account):
        with refused("OutboundWebIdentityFederationDisabledException", 403):
            token_of(caller_of(account))

    def test_an_account_that_is_none_any_more(self, account, issuer):
        user = caller_of(account)
        token = token_of(user)
        account.iam.disable_outbound_web_identity_federation()
        with refused("OutboundWebIdentityFederationDisabledException", 403):
            token_of(user)
        # What was given out before stays good until it expires.
        claims(issuer, token)

    def test_a_token_that_would_outlive_its_session(self, account, issuer):
        role = account.role(trust("*"), allow("sts:GetWebIdentityToken"))
        user = account.user(None, allow("sts:AssumeRole"))
        session = user.assume(role, DurationSeconds=900)
        token_of(session, DurationSeconds=600)
        with refused("SessionDurationEscalationException", 403):
            token_of(session, DurationSeconds=901)

    def test_a_token_that_would_say_too_much(self, account, issuer):
        user = caller_of(account, "sts:TagGetWebIdentityToken")
        tags = [{"Key": f"{number:0128}", "Value": "v" * 256} for number in range(50)]
        with refused("JWTPayloadSizeExceededException", 400):
            token_of(user, Tags=tags)


def test_what_a_token_says_is_not_in_the_trail(server, account, issuer):
    user = caller_of(account)
    token = token_of(user)
    records = [record for record in server.trail(account.id) if record["eventName"] == "GetWebIdentityToken"]
    [record] = records
    assert record["userIdentity"]["arn"] == user.arn
    assert record["requestParameters"]["audience"] == [AUDIENCE]
    assert record["requestParameters"]["signingAlgorithm"] == "ES384"
    assert token.split(".")[1] not in json.dumps(record)


def test_nothing_here_accepts_such_a_token(account, issuer):
    """It is for others: a role that would trust the issuer cannot be assumed with it unless somebody set that up."""
    role = account.role(
        trust(
            {"Federated": f"arn:aws:iam::{account.id}:oidc-provider/nobody.example.com"},
            "sts:AssumeRoleWithWebIdentity",
        )
    )
    with refused("InvalidIdentityToken", 400):
        account.root.sts.assume_role_with_web_identity(
            RoleArn=role, RoleSessionName="self", WebIdentityToken=token_of(caller_of(account))
        )
