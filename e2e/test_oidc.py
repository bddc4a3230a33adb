"""Web identity, with an OpenID-certified provider from npm: its tokens assume roles."""

import json
import os
import time

import boto3
import botocore.session
import pytest

from harness.identity import REGION
from harness.issuer import AUDIENCE, Authority, CertifiedProvider, trusting
from harness.policies import allow, trust
from harness.refusal import refused
from harness.server import Server

ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA"]
NOT_AUTHORIZED = "Not authorized to perform sts:AssumeRoleWithWebIdentity"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def provider(authority, tmp_path_factory):
    provider = CertifiedProvider(authority, tmp_path_factory.mktemp("provider"))
    yield provider
    provider.stop()


@pytest.fixture(scope="module")
def oidc_server(binary, provider, authority, tmp_path_factory):
    """A server that may fetch from loopback, and knows the provider's authority."""
    flags = ["--oidc-allow", "127.0.0.0/8", "--oidc-ca", f"{provider.url}={authority.file}"]
    server = Server(binary, tmp_path_factory.mktemp("oidc"), flags=flags)
    server.start()
    yield server
    assert server.stop() == 0, server.log_tail()


@pytest.fixture
def account(oidc_server, request):
    return oidc_server.account(request.node.name[:50])


def assume(account, role: str, token: str, **parameters) -> dict:
    parameters = {"RoleSessionName": "workload", **parameters}
    return account.root.sts.assume_role_with_web_identity(RoleArn=role, WebIdentityToken=token, **parameters)


def session(account, answer: dict):
    """Whoever holds what was answered."""
    return account.root.holding(answer["Credentials"], answer["AssumedRoleUser"]["Arn"])


class TestTokensOfACertifiedProvider:
    @pytest.mark.parametrize("algorithm", ALGORITHMS)
    def test_every_algorithm_opens_the_role(self, account, provider, algorithm):
        host = provider.url.removeprefix("https://")
        condition = {"StringEquals": {f"{host}:aud": AUDIENCE, f"{host}:sub": "workload"}}
        role = trusting(account, provider, allow("iam:GetRole"), **condition)
        answer = assume(account, role, provider.token(algorithm))
        assert answer["SubjectFromWebIdentityToken"] == "workload"
        assert answer["Audience"] == AUDIENCE
        assert answer["Provider"] == f"arn:aws:iam::{account.id}:oidc-provider/{host}"
        name = role.rsplit("/")[-1]
        assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{account.id}:assumed-role/{name}/workload"
        assert session(account, answer).iam.get_role(RoleName=name)["Role"]["Arn"] == role

    def test_the_aws_command_line(self, account, provider, aws):
        role = trusting(account, provider)
        words = ["--no-sign-request", "sts", "assume-role-with-web-identity", "--role-arn", role]
        words += ["--role-session-name", "cli", "--web-identity-token", provider.token("ES256")]
        answer = aws(account.root, *words)
        assert session(account, answer).caller().endswith("/cli")

    def test_an_sdk_finds_the_token_in_its_file(self, account, provider, tmp_path, monkeypatch):
        role = trusting(account, provider, allow("iam:ListRoles"))
        file = tmp_path / "token"
        file.write_text(provider.token("EdDSA"))
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(file))
        monkeypatch.setenv("AWS_ROLE_ARN", role)
        monkeypatch.setenv("AWS_ROLE_SESSION_NAME", "sdk")
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", account.server.endpoint)
        sdk = boto3.Session(botocore_session=botocore.session.Session(), region_name=REGION)
        assert sdk.get_credentials().method == "assume-role-with-web-identity"
        assert sdk.client("sts").get_caller_identity()["Arn"].endswith("/sdk")
        iam = sdk.client("iam", endpoint_url=account.server.endpoint)
        assert iam.list_roles()["Roles"]

    def test_tags_and_source_identity_come_from_the_token(self, account, provider):
        role = trusting(
            account,
            provider,
            allow("iam:ListRoles", StringEquals={"aws:PrincipalTag/Team": "red"}),
            StringEquals={"aws:RequestTag/Team": "red", "sts:SourceIdentity": "ada"},
        )
        claims = {
            "https://aws.amazon.com/tags": {
                "principal_tags": {"Team": ["red"]},
                "transitive_tag_keys": ["Team"],
            },
            "https://aws.amazon.com/source_identity": "ada",
        }
        answer = assume(account, role, provider.token(**claims))
        assert answer["SourceIdentity"] == "ada"
        assert session(account, answer).iam.list_roles()
        with refused("AccessDenied", 403, NOT_AUTHORIZED):
            assume(account, role, provider.token())

    def test_another_audience_is_refused(self, account, provider):
        role = trusting(account, provider)
        with refused("InvalidIdentityToken", 400):
            assume(account, role, provider.token(audience="somebody-else"))

    def test_the_trust_policy_decides(self, account, provider):
        host = provider.url.removeprefix("https://")
        role = trusting(account, provider, StringEquals={f"{host}:sub": "another"})
        with refused("AccessDenied", 403, NOT_AUTHORIZED):
            assume(account, role, provider.token())


def test_keys_that_a_provider_changes_are_found(account, authority, tmp_path):
    provider = CertifiedProvider(authority, tmp_path)
    try:
        role = trusting(account, provider, thumbprints=[authority.thumbprint])
        old = provider.token()
        assume(account, role, old)
        provider.rotate()
        new = provider.token()
        # The keys were fetched a moment ago; they are asked for again after ten seconds, whoever asks.
        deadline = time.monotonic() + 30
        while True:
            try:
                assume(account, role, new)
                break
            except account.root.sts.exceptions.InvalidIdentityTokenException:
                assert time.monotonic() < deadline, account.server.log_tail()
                time.sleep(0.5)
        with refused("InvalidIdentityToken", 400):
            assume(account, role, old)
    finally:
        provider.stop()


class TestCertificatesOfTheProvider:
    def test_a_thumbprint_stands_for_an_authority(self, account, authority, tmp_path):
        provider = CertifiedProvider(authority, tmp_path)
        try:
            role = trusting(account, provider, thumbprints=[authority.thumbprint])
            assert assume(account, role, provider.token())["Credentials"]
        finally:
            provider.stop()

    def test_a_thumbprint_that_is_not_given_is_looked_up(self, account, authority, tmp_path):
        provider = CertifiedProvider(authority, tmp_path)
        try:
            made = account.iam.create_open_id_connect_provider(Url=provider.url, ClientIDList=[AUDIENCE])
            arn = made["OpenIDConnectProviderArn"]
            found = account.iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
            assert found["ThumbprintList"] == [authority.thumbprint]
            role = account.role(trust({"Federated": arn}, "sts:AssumeRoleWithWebIdentity"))
            assert assume(account, role, provider.token())["Credentials"]
        finally:
            provider.stop()

    def test_no_thumbprint_and_no_authority_is_refused(self, account, authority, tmp_path):
        provider = CertifiedProvider(authority, tmp_path)
        try:
            role = trusting(account, provider, thumbprints=["ab" * 20])
            text = "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint"
            with refused("InvalidIdentityToken", 400, text):
                assume(account, role, provider.token())
        finally:
            provider.stop()


def test_the_trail_says_who_it_was(account, provider):
    role = trusting(account, provider)
    assume(account, role, provider.token(), RoleSessionName="seen")
    records = account.server.trail(account.id)
    [record] = [record for record in records if record["eventName"] == "AssumeRoleWithWebIdentity"]
    host = provider.url.removeprefix("https://")
    assert record["userIdentity"]["type"] == "WebIdentityUser"
    assert record["userIdentity"]["userName"] == "workload"
    assert record["userIdentity"]["identityProvider"].endswith(host)
    assert record["requestParameters"]["roleSessionName"] == "seen"
    assert "eyJ" not in json.dumps(record["requestParameters"])
