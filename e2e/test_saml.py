"""SAML 2.0: what pysaml2 issues opens a role, through the AWS CLI and boto3, once."""

import hashlib
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError
from saml2.xmldsig import DIGEST_SHA1, DIGEST_SHA512, SIG_ECDSA_SHA256, SIG_RSA_SHA1, SIG_RSA_SHA512

from harness import remembered
from harness.policies import allow
from harness.refusal import refused
from harness.saml import (
    ATTRIBUTE,
    ENTITY,
    Federation,
    IdentityProvider,
    elliptic_key,
    make_key,
    posted,
)
from test_trail import of_answer

INVALID = "InvalidIdentityToken"


@pytest.fixture
def provider(server, tmp_path) -> IdentityProvider:
    return IdentityProvider(tmp_path, f"{server.endpoint}/saml")


@pytest.fixture
def federation(account, provider) -> Federation:
    return Federation(account, provider)


class TestLogin:
    def test_through_the_aws_cli(self, aws, account, federation, tmp_path):
        role = federation.role(allow("iam:GetRole"))
        (tmp_path / "response").write_text(posted(federation.response(role)))
        words = ["--role-arn", role, "--principal-arn", federation.arn]
        answer = aws(
            account.root,
            *["sts", "assume-role-with-saml", *words],
            *["--saml-assertion", f"file://{tmp_path / 'response'}"],
        )
        session = federation.session(answer)
        name = role.rsplit("/", 1)[1]
        assert aws(session, "sts", "get-caller-identity")["Arn"] == (
            f"arn:aws:sts::{account.id}:assumed-role/{name}/alice"
        )
        assert aws(session, "iam", "get-role", "--role-name", name)["Role"]["Arn"] == role

    def test_the_answer_says_who_it_was(self, account, federation):
        role = federation.role()
        answer = federation.assume(role, federation.response(role, name="someone@example.com"))
        qualifier = hashlib.sha1(f"{ENTITY}{account.id}/idp".encode()).digest()
        said = {
            name: answer[name] for name in ("Subject", "SubjectType", "Issuer", "Audience", "NameQualifier")
        }
        assert said == {
            "Subject": "someone@example.com",
            "SubjectType": "persistent",
            "Issuer": ENTITY,
            "Audience": federation.provider.recipient,
            "NameQualifier": b64encode(qualifier).decode(),
        }

    def test_tags_and_source_identity_come_along(self, account, federation):
        tagged = {"StringEquals": {"aws:PrincipalTag/Team": "blue", "aws:SourceIdentity": "alice@work"}}
        role = federation.role(allow("iam:ListUsers", **tagged))
        attributes = {f"{ATTRIBUTE}PrincipalTag:Team": ["blue"], f"{ATTRIBUTE}SourceIdentity": ["alice@work"]}
        answer = federation.assume(role, federation.response(role, attributes=attributes))
        assert answer["SourceIdentity"] == "alice@work"
        assert federation.session(answer).iam.list_users()["Users"] == []
        plain = federation.session(federation.assume(role, federation.response(role)))
        with refused("AccessDenied", 403):
            plain.iam.list_users()

    def test_trust_policies_ask_for_what_was_asserted(self, federation):
        wanted = {
            "StringEquals": {
                "SAML:aud": federation.provider.recipient,
                "SAML:iss": ENTITY,
                "SAML:sub": "alice",
                "SAML:sub_type": "persistent",
            },
            "ForAnyValue:StringEquals": {"SAML:eduPersonAffiliation": ["staff"]},
        }
        role = federation.role(condition=wanted)
        staff = {"eduPersonAffiliation": ["member", "staff"]}
        federation.assume(role, federation.response(role, attributes=staff))
        for parameters in [{}, {"attributes": {"eduPersonAffiliation": ["student"]}}]:
            with refused("AccessDenied", 403, "Not authorized to perform sts:AssumeRoleWithSAML"):
                federation.assume(role, federation.response(role, **parameters))
        with refused("AccessDenied", 403, "Not authorized to perform sts:AssumeRoleWithSAML"):
            federation.assume(role, federation.response(role, name="mallory", attributes=staff))

    def test_the_subject_stays_with_the_session(self, federation):
        role = federation.role(allow("iam:ListUsers", StringEquals={"saml:sub": "alice"}))
        alice = federation.session(federation.assume(role, federation.response(role)))
        assert alice.iam.list_users()["Users"] == []
        bob = federation.session(federation.assume(role, federation.response(role, name="bob")))
        with refused("AccessDenied", 403):
            bob.iam.list_users()

    def test_only_for_the_roles_that_are_asserted(self, federation):
        asserted, other = federation.role(), federation.role()
        text = "SAML Assertion doesn't contain the requested Role and Metadata in the attributes"
        with refused("InvalidIdentityToken", 400, text):
            federation.assume(other, federation.response(asserted))

    def test_a_duration_in_the_assertion_shortens_the_session(self, federation):
        role = federation.role()
        attributes = {f"{ATTRIBUTE}SessionDuration": ["900"]}
        short = federation.assume(role, federation.response(role, attributes=attributes))
        long = federation.assume(role, federation.response(role))
        left = long["Credentials"]["Expiration"] - short["Credentials"]["Expiration"]
        assert 2_600 < left.total_seconds() < 2_800


class TestTrail:
    def test_a_login_is_recorded_without_its_assertion(self, server, account, federation):
        role = federation.role()
        response = federation.response(role, name="alice@example.com")
        answer = federation.assume(role, response)
        record = of_answer(account, answer)
        who = record["userIdentity"]
        assert (who["type"], who["userName"]) == ("SAMLUser", "alice@example.com")
        assert who["principalId"] == f"{answer['NameQualifier']}:alice@example.com"
        assert who["identityProvider"] == answer["NameQualifier"]
        said = record["requestParameters"]
        assert (said["roleArn"], said["principalArn"]) == (role, federation.arn)
        assert f'ID="{said["sAMLAssertionID"]}"' in response
        assert posted(response)[:200] not in str(record)


class TestSignatures:
    @pytest.mark.parametrize("signed", [("assertion",), ("assertion", "response")])
    @pytest.mark.parametrize("algorithms", [{}, {"algorithm": SIG_RSA_SHA512, "digest": DIGEST_SHA512}])
    def test_by_rsa(self, federation, signed, algorithms):
        role = federation.role()
        federation.assume(role, federation.response(role, signed=signed, **algorithms))

    def test_by_ecdsa(self, server, account, tmp_path):
        provider = IdentityProvider(tmp_path, f"{server.endpoint}/saml", private=elliptic_key())
        federation = Federation(account, provider)
        role = federation.role()
        federation.assume(role, federation.response(role, algorithm=SIG_ECDSA_SHA256))

    def test_not_by_sha_1(self, federation):
        role = federation.role()
        with refused(INVALID, 400, "Response signature invalid"):
            federation.assume(role, federation.response(role, algorithm=SIG_RSA_SHA1))

    def test_not_by_another_key(self, server, federation, tmp_path):
        (tmp_path / "forger").mkdir()
        forger = IdentityProvider(tmp_path / "forger", f"{server.endpoint}/saml")
        role = federation.role()
        with refused(INVALID, 400, "Response signature invalid"):
            federation.assume(role, forger.response({role: federation.arn}))

    def test_by_a_new_key_once_the_metadata_has_it(self, server, federation, tmp_path):
        (tmp_path / "next").mkdir()
        following = IdentityProvider(tmp_path / "next", f"{server.endpoint}/saml")
        role = federation.role()
        federation.account.iam.update_saml_provider(
            SAMLProviderArn=federation.arn, SAMLMetadataDocument=following.metadata
        )
        federation.assume(role, following.response({role: federation.arn}))
        with refused(INVALID, 400, "Response signature invalid"):
            federation.assume(role, federation.response(role))


class TestOperatorsRules:
    def test_sha_1_for_one_provider(self, server, federation):
        role = federation.role()
        old = {"algorithm": SIG_RSA_SHA1, "digest": DIGEST_SHA1}
        server.run("saml-provider", "rules", federation.arn, "--sha1", "on")
        federation.assume(role, federation.response(role, **old))
        server.run("saml-provider", "rules", federation.arn, "--sha1", "off")
        with refused(INVALID, 400, "Response signature invalid"):
            federation.assume(role, federation.response(role, **old))

    def test_assertions_that_are_addressed_to_aws(self, server, account, tmp_path):
        address = "https://signin.aws.amazon.com/saml"
        provider = IdentityProvider(tmp_path, address, audience="urn:amazon:webservices")
        federation = Federation(account, provider)
        role = federation.role(condition={"StringEquals": {"SAML:aud": address}})
        with refused(INVALID, 400, "Response is for another recipient."):
            federation.assume(role, federation.response(role))
        server.run("saml-provider", "rules", federation.arn, "--aws-recipient", "on")
        assert federation.assume(role, federation.response(role))["Audience"] == address


CIPHERS = [
    ("http://www.w3.org/2009/xmlenc11#aes128-gcm", "aes-128"),
    ("http://www.w3.org/2009/xmlenc11#aes256-gcm", "aes-256"),
    ("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "aes-128"),
    ("http://www.w3.org/2001/04/xmlenc#aes192-cbc", "aes-192"),
    ("http://www.w3.org/2001/04/xmlenc#aes256-cbc", "aes-256"),
]


class TestEncryption:
    @pytest.fixture
    def keys(self, tmp_path):
        return make_key(tmp_path, "service")

    @pytest.fixture
    def encrypting(self, account, provider, keys) -> Federation:
        private = remembered.secret(keys[0].read_text())
        return Federation(account, provider, AssertionEncryptionMode="Required", AddPrivateKey=private)

    @pytest.mark.parametrize(("cipher", "session_key"), CIPHERS)
    def test_an_encrypted_assertion_is_opened(self, encrypting, keys, cipher, session_key):
        role = encrypting.role(allow("iam:ListUsers"))
        response = encrypting.provider.encrypt(encrypting.response(role), keys[1], cipher, session_key)
        session = encrypting.session(encrypting.assume(role, response))
        assert session.iam.list_users()["Users"] == []

    def test_an_assertion_in_the_clear_is_refused_where_encryption_is_required(self, encrypting):
        role = encrypting.role()
        with refused(INVALID, 400):
            encrypting.assume(role, encrypting.response(role))

    def test_what_is_encrypted_must_be_signed(self, encrypting, keys):
        role = encrypting.role()
        for signed in [(), ("response",)]:
            unsigned = encrypting.response(role, signed=signed)
            with refused(INVALID, 400, "Response signature invalid"):
                encrypting.assume(role, encrypting.provider.encrypt(unsigned, keys[1]))

    def test_pkcs_1_v1_5_and_3des_are_refused(self, encrypting, keys):
        role = encrypting.role()
        old = {"transport": "http://www.w3.org/2001/04/xmlenc#rsa-1_5"}
        with refused(INVALID, 400, "Response signature invalid"):
            encrypting.assume(role, encrypting.provider.encrypt(encrypting.response(role), keys[1], **old))
        old = {"cipher": "http://www.w3.org/2001/04/xmlenc#tripledes-cbc", "session_key": "des-192"}
        with refused(INVALID, 400, "Response signature invalid"):
            encrypting.assume(role, encrypting.provider.encrypt(encrypting.response(role), keys[1], **old))

    def test_encrypted_for_somebody_else(self, encrypting, tmp_path):
        (tmp_path / "other").mkdir()
        other = make_key(tmp_path / "other", "other")
        role = encrypting.role()
        response = encrypting.provider.encrypt(encrypting.response(role), other[1])
        with refused(INVALID, 400, "Response signature invalid"):
            encrypting.assume(role, response)


class TestOnce:
    def test_an_assertion_opens_a_role_once(self, federation):
        role, other = federation.role(), federation.role()
        response = federation.response(role, other)
        federation.assume(role, response)
        for again in (role, other):
            with refused(INVALID, 400):
                federation.assume(again, response)

    def test_it_counts_once_for_all_providers_of_an_account(self, account, federation, provider):
        again = Federation(account, provider, name="again")
        role, other = federation.role(), again.role()
        response = provider.response({role: federation.arn, other: again.arn})
        federation.assume(role, response)
        with refused(INVALID, 400, "The assertion has been used already"):
            again.assume(other, response)
        again.assume(other, provider.response({other: again.arn}))

    def test_of_many_at_once_one_gets_in(self, federation):
        role = federation.role()
        response = federation.response(role)

        def attempt(_):
            try:
                return federation.assume(role, response)["AssumedRoleUser"]["Arn"]
            except ClientError as error:
                return error.response["Error"]["Code"]

        with ThreadPoolExecutor(8) as pool:
            answers = sorted(pool.map(attempt, range(16)))
        assert answers[:15] == [INVALID] * 15
        assert answers[15].endswith("/alice")

    def test_also_after_the_power_went(self, fresh_server, tmp_path):
        server = fresh_server().start()
        federation = Federation(server.account("once"), IdentityProvider(tmp_path, f"{server.endpoint}/saml"))
        role = federation.role()
        used, unused = federation.response(role), federation.response(role)
        federation.assume(role, used)
        server.kill()
        server.start()
        with refused(INVALID, 400):
            federation.assume(role, used)
        federation.assume(role, unused)
