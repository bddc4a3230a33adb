"""Identity providers of an account: their whole life, their limits, and the account as an issuer itself."""

import datetime
import json
import re

import pytest
from cryptography.hazmat.primitives import serialization
from saml2.xmldsig import DIGEST_SHA1, SIG_RSA_SHA1

from harness import wire
from harness.background import wait_until
from harness.certificates import rsa_key
from harness.issuer import Authority, Issuer
from harness.metadata import as_pem, metadata
from harness.policies import allow
from harness.refusal import denied, refused
from harness.saml import Federation, IdentityProvider

A = "a" * 40
B = "b" * 40


def missing_oidc(arn: str) -> object:
    return refused("NoSuchEntity", 404, f"OpenIDConnect Provider not found for arn {arn}")


def missing_saml(arn: str) -> object:
    return refused("NoSuchEntity", 404, f"Manifest not found for arn {arn}")


def oidc(account, url: str = "https://login.example.com/a", **parameters) -> str:
    made = account.iam.create_open_id_connect_provider(Url=url, ThumbprintList=[A], **parameters)
    return made["OpenIDConnectProviderArn"]


def saml(account, name: str = "Company", **parameters) -> str:
    made = account.iam.create_saml_provider(Name=name, SAMLMetadataDocument=metadata(), **parameters)
    return made["SAMLProviderArn"]


def get_oidc(account, arn: str) -> dict:
    return account.iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)


def get_saml(account, arn: str) -> dict:
    return account.iam.get_saml_provider(SAMLProviderArn=arn)


def is_now(date: datetime.datetime) -> bool:
    return abs((datetime.datetime.now(datetime.UTC) - date).total_seconds()) < 60


# OpenID Connect


def test_the_life_of_an_oidc_provider(account):
    iam = account.iam
    made = iam.create_open_id_connect_provider(
        Url="https://login.example.com/a/",
        ClientIDList=["app", "sts.amazonaws.com"],
        ThumbprintList=[A.upper()],
        Tags=[{"Key": "team", "Value": "red"}],
    )
    arn = made["OpenIDConnectProviderArn"]
    assert arn == f"arn:aws:iam::{account.id}:oidc-provider/login.example.com/a/"
    assert made["Tags"] == [{"Key": "team", "Value": "red"}]
    shown = get_oidc(account, arn)
    assert shown["Url"] == "login.example.com/a/"
    assert shown["ClientIDList"] == ["app", "sts.amazonaws.com"]
    assert shown["ThumbprintList"] == [A]
    assert shown["Tags"] == made["Tags"]
    assert is_now(shown["CreateDate"])
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == [{"Arn": arn}]

    name = {"OpenIDConnectProviderArn": arn}
    for _ in range(2):
        iam.add_client_id_to_open_id_connect_provider(**name, ClientID="more")
        iam.remove_client_id_from_open_id_connect_provider(**name, ClientID="app")
    iam.update_open_id_connect_provider_thumbprint(**name, ThumbprintList=[B, A])
    shown = get_oidc(account, arn)
    assert (shown["ClientIDList"], shown["ThumbprintList"]) == (["sts.amazonaws.com", "more"], [B, A])

    iam.delete_open_id_connect_provider(**name)
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == []
    with missing_oidc(arn):
        get_oidc(account, arn)
    with refused("NoSuchEntity", 404, f"OpenId connect Provider {arn} cannot be found."):
        iam.delete_open_id_connect_provider(**name)


def test_providers_are_told_apart_by_every_letter_of_their_urls(account):
    urls = [
        f"https://{name}"
        for name in ("h.example", "H.example", "h.example/", "h.example/a", "h.example:8443")
    ]
    arns = {oidc(account, url) for url in urls}
    listed = account.iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    assert {entry["Arn"] for entry in listed} == arns
    assert len(arns) == len(urls)
    with refused("EntityAlreadyExists", 409, "Provider with url https://h.example/ already exists."):
        oidc(account, "https://h.example/")


def test_tags_of_an_oidc_provider_are_decided_on(account):
    arn = oidc(account, Tags=[{"Key": "team", "Value": "red"}])
    other = oidc(account, "https://other.example.com")
    statement = allow("iam:*") | {"Condition": {"StringEquals": {"aws:ResourceTag/team": "red"}}}
    red = account.user(None, statement)
    red.iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    red.iam.tag_open_id_connect_provider(OpenIDConnectProviderArn=arn, Tags=[{"Key": "a", "Value": "b"}])
    with denied(red, "iam:GetOpenIDConnectProvider", other):
        red.iam.get_open_id_connect_provider(OpenIDConnectProviderArn=other)
    maker = account.user(None, allow("iam:CreateOpenIDConnectProvider"))
    tagged = f"arn:aws:iam::{account.id}:oidc-provider/tagged.example.com"
    with denied(maker, "iam:TagOpenIDConnectProvider", tagged):
        maker.iam.create_open_id_connect_provider(
            Url="https://tagged.example.com", ThumbprintList=[A], Tags=[{"Key": "a", "Value": "b"}]
        )
    maker.iam.create_open_id_connect_provider(Url="https://tagged.example.com", ThumbprintList=[A])


@pytest.mark.parametrize(
    ("url", "code", "message"),
    [
        ("example.com", "ValidationError", "Invalid Open ID Connect Provider URL"),
        ("https://", "ValidationError", "Invalid Open ID Connect Provider URL"),
        (
            "http://example.com",
            "InvalidInput",
            "Invalid Open ID Connect Provider URL. The URL must begin with https://.",
        ),
        ("https://example.com?a=b", "InvalidInput", "Unknown"),
        ("https://a:b@example.com", "InvalidInput", "Invalid Open ID Connect Provider URL."),
        ("https://example.com/#a", "InvalidInput", "Unknown"),
        ("https://exa_mple.com", "InvalidInput", "Invalid Open ID Connect Provider URL."),
        ("https://example.com/a b", "InvalidInput", "Invalid Open ID Connect Provider URL."),
    ],
)
def test_urls_that_name_no_issuer(account, url, code, message):
    with refused(code, 400, message):
        oidc(account, url)


@pytest.mark.parametrize("host", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "localhost", "nowhere.invalid"])
def test_thumbprints_are_fetched_from_no_address_inside(account, host):
    """And which of the reasons it was is not told."""
    with refused("OpenIdIdpCommunicationError", 400, f"Could not connect to https://{host}"):
        account.iam.create_open_id_connect_provider(Url=f"https://{host}")
    assert account.iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == []


def test_thumbprints_that_are_not_given_are_fetched(fresh_server, tmp_path):
    """The topmost certificate that the issuer shows; and only for whoever may make the provider."""
    authority = Authority(tmp_path / "authority")
    issuer = Issuer(authority)
    try:
        server = fresh_server(flags=["--oidc-allow", "127.0.0.1/32"]).start()
        account = server.account("fetching")
        nobody = account.user()
        arn = f"arn:aws:iam::{account.id}:oidc-provider/{issuer.url.removeprefix('https://')}"
        with denied(nobody, "iam:CreateOpenIDConnectProvider", arn):
            nobody.iam.create_open_id_connect_provider(Url=issuer.url)
        assert issuer.connections == 0
        account.iam.create_open_id_connect_provider(Url=issuer.url)
        assert get_oidc(account, arn)["ThumbprintList"] == [authority.thumbprint]
        asked = issuer.connections
        with refused("EntityAlreadyExists", 409):
            account.iam.create_open_id_connect_provider(Url=issuer.url)
        assert issuer.connections == asked
    finally:
        issuer.stop()


def test_limits_of_oidc_providers(account):
    iam = account.iam
    with refused("InvalidInput", 400, "Thumbprint list must contain fewer than 5 entries."):
        iam.create_open_id_connect_provider(
            Url="https://a.example.com", ThumbprintList=[str(digit) * 40 for digit in range(6)]
        )
    hundred = [f"client-{number}" for number in range(100)]
    arn = oidc(account, ClientIDList=hundred)
    name = {"OpenIDConnectProviderArn": arn}
    clients = refused("LimitExceeded", 409, "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100")
    with clients:
        iam.add_client_id_to_open_id_connect_provider(**name, ClientID="more")
    iam.add_client_id_to_open_id_connect_provider(**name, ClientID="client-7")
    with refused("InvalidInput", 400, "Thumbprint list must contain at least one entry."):
        iam.update_open_id_connect_provider_thumbprint(**name, ThumbprintList=[])
    account.server.run("account", "set-quota", account.id, "OpenIdConnectProvidersPerAccount", "2")
    oidc(account, "https://b.example.com")
    with refused("LimitExceeded", 409, "Cannot exceed quota for OpenIdConnectProvidersPerAccount: 2"):
        oidc(account, "https://c.example.com")


def test_tags_of_an_oidc_provider(account):
    iam, name = account.iam, {"OpenIDConnectProviderArn": oidc(account)}
    pairs = [{"Key": f"key{number:02}", "Value": "x"} for number in range(50)]
    iam.tag_open_id_connect_provider(**name, Tags=pairs)
    with refused("LimitExceeded", 409):
        iam.tag_open_id_connect_provider(**name, Tags=[{"Key": "one-more", "Value": "x"}])
    first = iam.list_open_id_connect_provider_tags(**name, MaxItems=30)
    rest = iam.list_open_id_connect_provider_tags(**name, Marker=first["Marker"])
    assert (first["IsTruncated"], rest["IsTruncated"]) == (True, False)
    assert first["Tags"] + rest["Tags"] == pairs
    iam.untag_open_id_connect_provider(**name, TagKeys=[pair["Key"] for pair in pairs[1:]])
    # Keys differ by case, but not by nothing at all.
    iam.tag_open_id_connect_provider(**name, Tags=[{"Key": "KEY00", "Value": "y"}])
    assert len(iam.list_open_id_connect_provider_tags(**name)["Tags"]) == 2
    with refused("InvalidInput", 400, "Duplicate tag keys found."):
        iam.tag_open_id_connect_provider(**name, Tags=[{"Key": key, "Value": "z"} for key in ("a", "a")])


# SAML


def test_the_life_of_a_saml_provider(account):
    iam = account.iam
    tags = [{"Key": "team", "Value": "red"}]
    made = iam.create_saml_provider(Name="Company", SAMLMetadataDocument=metadata(), Tags=tags)
    arn = made["SAMLProviderArn"]
    assert arn == f"arn:aws:iam::{account.id}:saml-provider/Company"
    assert made["Tags"] == tags
    shown = get_saml(account, arn)
    assert shown["SAMLMetadataDocument"] == metadata()
    assert re.fullmatch("SAMLSP[A-Z0-9]{16}", shown["SAMLProviderUUID"])
    assert shown["Tags"] == tags
    assert shown["PrivateKeyList"] == []
    assert shown["AssertionEncryptionMode"] == "Allowed"
    assert is_now(shown["CreateDate"])
    # Metadata that does not say until when it counts does so for a hundred years.
    assert shown["ValidUntil"].year == shown["CreateDate"].year + 100
    (entry,) = iam.list_saml_providers()["SAMLProviderList"]
    assert entry == {"Arn": arn, "ValidUntil": shown["ValidUntil"], "CreateDate": shown["CreateDate"]}

    renewed = metadata("https://other.example.com", attributes=' validUntil="2099-05-06T07:08:09Z"')
    assert (
        iam.update_saml_provider(SAMLProviderArn=arn, SAMLMetadataDocument=renewed)["SAMLProviderArn"] == arn
    )
    later = get_saml(account, arn)
    assert later["SAMLMetadataDocument"] == renewed
    assert later["ValidUntil"] == datetime.datetime(2099, 5, 6, 7, 8, 9, tzinfo=datetime.UTC)
    assert later["SAMLProviderUUID"] == shown["SAMLProviderUUID"]

    iam.delete_saml_provider(SAMLProviderArn=arn)
    assert iam.list_saml_providers()["SAMLProviderList"] == []
    for call in (iam.get_saml_provider, iam.delete_saml_provider, iam.list_saml_provider_tags):
        with missing_saml(arn):
            call(SAMLProviderArn=arn)
    again = saml(account)
    assert get_saml(account, again)["SAMLProviderUUID"] != shown["SAMLProviderUUID"]


def test_private_keys_come_and_go_and_are_never_shown(account):
    iam, name = account.iam, {"SAMLProviderArn": saml(account)}
    first, second = (rsa_key() for _ in range(2))
    traditional = serialization.PrivateFormat.TraditionalOpenSSL
    iam.update_saml_provider(**name, AddPrivateKey=as_pem(first), AssertionEncryptionMode="Required")
    iam.update_saml_provider(**name, AddPrivateKey=as_pem(second, traditional))
    shown = get_saml(account, name["SAMLProviderArn"])
    assert shown["AssertionEncryptionMode"] == "Required"
    keys = shown["PrivateKeyList"]
    assert all(re.fullmatch("SAMLPK[A-Z0-9]{16}", key["KeyId"]) and is_now(key["Timestamp"]) for key in keys)
    assert len({key["KeyId"] for key in keys}) == 2
    with refused("LimitExceeded", 409, "Private key limit of 2 is reached."):
        iam.update_saml_provider(**name, AddPrivateKey=as_pem(rsa_key()))
    iam.update_saml_provider(**name, RemovePrivateKey=keys[0]["KeyId"])
    assert get_saml(account, name["SAMLProviderArn"])["PrivateKeyList"] == keys[1:]
    with refused("NoSuchEntity", 404):
        iam.update_saml_provider(**name, RemovePrivateKey=keys[0]["KeyId"])

    # Whoever requires encryption keeps a key.
    with refused("InvalidInput", 400, "Failed to remove private key."):
        iam.update_saml_provider(**name, RemovePrivateKey=keys[1]["KeyId"])
    iam.update_saml_provider(**name, RemovePrivateKey=keys[1]["KeyId"], AssertionEncryptionMode="Allowed")
    assert get_saml(account, name["SAMLProviderArn"])["PrivateKeyList"] == []

    made = iam.create_saml_provider(
        Name="Other", SAMLMetadataDocument=metadata(), AddPrivateKey=as_pem(first)
    )
    assert len(get_saml(account, made["SAMLProviderArn"])["PrivateKeyList"]) == 1


@pytest.mark.parametrize("text", ["nonsense", as_pem(rsa_key(1024)), "-----BEGIN PRIVATE KEY-----\nAAAA\n"])
def test_what_is_no_private_key_is_refused(account, text):
    with refused("InvalidInput", 400, "Invalid private key"):
        saml(account, AddPrivateKey=text)


PADDING = "x" * 1000


def test_metadata_of_nobody_who_issues_assertions_makes_no_provider(account):
    document = metadata().replace("IDPSSODescriptor", "SPSSODescriptor")
    with refused("InvalidInput", 400, "SAML Providers must reference at least one SAML assertion issuer."):
        account.iam.create_saml_provider(Name="Company", SAMLMetadataDocument=document)


@pytest.mark.parametrize(
    "document",
    [
        PADDING,
        f"<EntityDescriptor>{PADDING}</EntityDescriptor>",
        metadata().replace("X509Certificate", "X509Nothing"),
        metadata(attributes=' validUntil="2001-01-01T00:00:00Z"'),
        metadata(bits=1024),
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>' + metadata().replace("/sso", "/&b;"),
        metadata().replace('entityID="https://idp.example.com"', ""),
    ],
    ids=["text", "empty", "no-certificate", "expired", "weak-key", "entities", "nameless"],
)
def test_what_is_no_metadata_makes_no_provider(account, document):
    with refused("InvalidInput", 400, "Could not parse metadata"):
        account.iam.create_saml_provider(Name="Company", SAMLMetadataDocument=document)
    arn = saml(account)
    with refused("InvalidInput", 400, "Could not parse metadata"):
        account.iam.update_saml_provider(SAMLProviderArn=arn, SAMLMetadataDocument=document)
    assert get_saml(account, arn)["SAMLMetadataDocument"] == metadata()


def test_limits_of_saml_providers(account):
    iam = account.iam
    saml(account)
    with refused("EntityAlreadyExists", 409, "Provider with name Company already exists."):
        saml(account)
    short = wire.call(account.root, "CreateSAMLProvider", Name="Short", SAMLMetadataDocument="<a/>")
    assert (short.status, short.code) == (400, "ValidationError")
    long = metadata().replace("</EntityDescriptor>", " " * 400_000 + "</EntityDescriptor>")
    with refused("InvalidInput", 400):
        iam.create_saml_provider(Name="Long", SAMLMetadataDocument=long)
    account.server.run("account", "set-quota", account.id, "SAMLProvidersPerAccount", "2")
    saml(account, "company")
    with refused("LimitExceeded", 409, "Cannot exceed quota for SAMLProvidersPerAccount: 2"):
        saml(account, "Third")


class TestWhatOnlyTheOperatorAccepts:
    @pytest.fixture
    def federation(self, server, account, tmp_path) -> Federation:
        return Federation(account, IdentityProvider(tmp_path, f"{server.endpoint}/saml"))

    def test_signatures_with_sha1_from_one_provider(self, server, federation):
        role = federation.role()

        def old() -> str:
            return federation.response(role, algorithm=SIG_RSA_SHA1, digest=DIGEST_SHA1)

        invalid = "Response signature invalid"
        with refused("InvalidIdentityToken", 400, invalid):
            federation.assume(role, old())
        assert rules(server, federation.arn, "--sha1", "on")["Sha1"] is True
        federation.assume(role, old())
        assert rules(server, federation.arn) == {"Arn": federation.arn, "Sha1": True, "AwsRecipient": False}
        assert rules(server, federation.arn, "--sha1", "off")["Sha1"] is False
        with refused("InvalidIdentityToken", 400, invalid):
            federation.assume(role, old())

    def test_assertions_for_aws_from_one_provider(self, server, account, tmp_path):
        federation = Federation(account, IdentityProvider(tmp_path, "https://signin.aws.amazon.com/saml"))
        role = federation.role()
        with refused("InvalidIdentityToken", 400):
            federation.assume(role, federation.response(role))
        assert rules(server, federation.arn, "--aws-recipient", "on")["AwsRecipient"] is True
        federation.assume(role, federation.response(role))

    def test_a_change_of_the_metadata_leaves_the_switches(self, server, account):
        arn = saml(account)
        rules(server, arn, "--sha1", "on")
        account.iam.update_saml_provider(
            SAMLProviderArn=arn, SAMLMetadataDocument=metadata("https://x.example.com")
        )
        assert rules(server, arn)["Sha1"] is True
        account.iam.delete_saml_provider(SAMLProviderArn=arn)
        assert rules(server, saml(account))["Sha1"] is False

    def test_it_is_in_the_trail(self, server, account):
        arn = saml(account)
        rules(server, arn, "--sha1", "on")

        def records():
            return [one for one in server.trail(account.id) if one["eventName"] == "SetSAMLProviderRules"]

        # What a write leaves in the store's outbox is in the trail's files a moment later.
        [record] = wait_until(records, "the change in the trail")
        assert record["requestParameters"] == {"sAMLProviderArn": arn, "allowsSha1": True}
        assert rules(server, arn)

    def test_what_is_not_there_and_what_is_no_provider(self, server, account):
        gone = f"arn:aws:iam::{account.id}:saml-provider/gone"
        assert server.run("saml-provider", "rules", gone, check=False).returncode == 4
        nonsense = server.run("saml-provider", "rules", account.root_arn, check=False)
        assert (nonsense.returncode, "not the ARN of a SAML provider" in nonsense.stderr) == (2, True)


def rules(server, arn: str, *words: str) -> dict:
    return json.loads(server.run("saml-provider", "rules", arn, *words, "--json").stdout)


# The account as an issuer


def test_the_account_becomes_an_issuer_and_stays_the_same_one(account):
    iam = account.iam
    with refused("FeatureDisabled", 404):
        iam.get_outbound_web_identity_federation_info()
    with refused("FeatureDisabled", 404):
        iam.disable_outbound_web_identity_federation()
    issuer = iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]
    assert re.fullmatch(r"https?://[^/]+/v1/oidc/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", issuer)
    info = iam.get_outbound_web_identity_federation_info()
    assert (info["IssuerIdentifier"], info["JwtVendingEnabled"]) == (issuer, True)
    with refused("FeatureEnabled", 409):
        iam.enable_outbound_web_identity_federation()
    iam.disable_outbound_web_identity_federation()
    with refused("FeatureDisabled", 404):
        iam.get_outbound_web_identity_federation_info()
    assert iam.enable_outbound_web_identity_federation()["IssuerIdentifier"] == issuer


def test_no_two_accounts_are_the_same_issuer(server):
    issuers = {
        server.account(f"issuer-{number}").iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]
        for number in range(3)
    }
    assert len(issuers) == 3


# What others rely on


def test_a_restart_keeps_everything(fresh_server):
    server = fresh_server().start()
    account = server.account("kept")
    oidc_arn, saml_arn = (
        oidc(account, ClientIDList=["app"]),
        saml(account, AddPrivateKey=as_pem(rsa_key())),
    )
    issuer = account.iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]

    def seen() -> list:
        answers = [get_oidc(account, oidc_arn), get_saml(account, saml_arn)]
        return [
            {name: value for name, value in answer.items() if name != "ResponseMetadata"}
            for answer in answers
        ]

    before = seen()
    assert server.stop() == 0
    server.start()
    assert seen() == before
    assert account.iam.get_outbound_web_identity_federation_info()["IssuerIdentifier"] == issuer


def test_private_keys_are_neither_on_disk_nor_in_the_trail_nor_in_the_log(fresh_server):
    server = fresh_server(log_level="trace").start()
    account = server.account("sealed")
    pem = as_pem(rsa_key())
    saml(account, AddPrivateKey=pem)
    account.iam.enable_outbound_web_identity_federation()
    assert server.stop() == 0
    # A line in the middle of the key, which nothing else can hold.
    secret = pem.splitlines()[5].encode()
    files = [path for path in [*server.data.rglob("*"), server.log] if path.is_file()]
    assert [path for path in files if secret in path.read_bytes()] == []


@pytest.mark.parametrize(
    ("issuer", "key"),
    [
        ("token.actions.githubusercontent.com", "token.actions.githubusercontent.com:sub"),
        ("gitlab.com", "gitlab.com:sub"),
        ("oidc.vercel.com", "oidc.vercel.com:aud"),
    ],
)
def test_a_role_does_not_trust_everybody_of_a_shared_issuer(account, issuer, key):
    arn = oidc(account, f"https://{issuer}")
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": arn},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{issuer}:oaud": "sts.amazonaws.com"}},
    }

    def trusting(**condition) -> str:
        changed = statement | ({"Condition": condition} if condition else {})
        return json.dumps({"Version": "2012-10-17", "Statement": changed})

    with refused("MalformedPolicyDocument", 400, re.compile(f".*{re.escape(key)}.*")):
        account.role(trusting())
    with refused("MalformedPolicyDocument", 400):
        account.role(trusting(StringLike={key: "*"}))
    account.role(trusting(StringLike={key: "repo:octo/app:*"}), name="deploy")
    with refused("MalformedPolicyDocument", 400):
        account.iam.update_assume_role_policy(RoleName="deploy", PolicyDocument=trusting())
