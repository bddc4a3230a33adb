"""pysaml2 as an identity provider: its own responses, signed and encrypted by xmlsec1. And accounts that trust it."""

from __future__ import annotations

import base64
import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from saml2 import class_name, config, saml
from saml2.metadata import entity_descriptor
from saml2.server import Server
from saml2.sigver import pre_encryption_part, pre_signature_part, signed_instance_factory
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

from .identity import Identity
from .policies import trust

ATTRIBUTE = "https://aws.amazon.com/SAML/Attributes/"
ACTIONS = ["sts:AssumeRoleWithSAML", "sts:TagSession", "sts:SetSourceIdentity"]
ENTITY = "https://idp.example/metadata"

SERVICE_PROVIDER = """
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{audience}">
  <md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:AssertionConsumerService index="0" isDefault="true"
      Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{recipient}"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
"""


def make_key(directory: Path, name: str, private=None) -> tuple[Path, Path]:
    """A private key and a certificate for it, as files."""
    private = private or rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name}.example")])
    today = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=30))
        .sign(private, hashes.SHA256())
    )
    key_file, certificate_file = directory / f"{name}.key", directory / f"{name}.crt"
    key_file.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return key_file, certificate_file


class IdentityProvider:
    """An identity provider that knows one service provider: the Lanyard under test."""

    def __init__(self, directory: Path, recipient: str, *, audience: str | None = None, private=None):
        self.recipient = recipient
        self.audience = audience or recipient
        self.key_file, self.certificate_file = make_key(directory, "idp", private)
        inline = SERVICE_PROVIDER.format(audience=self.audience, recipient=recipient)
        settings = {
            "entityid": ENTITY,
            "service": {
                "idp": {
                    "endpoints": {
                        "single_sign_on_service": [
                            ("https://idp.example/sso", "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect")
                        ]
                    },
                    "policy": {"default": {"lifetime": {"minutes": 10}, "attribute_restrictions": None}},
                }
            },
            "key_file": str(self.key_file),
            "cert_file": str(self.certificate_file),
            "xmlsec_binary": "/usr/bin/xmlsec1",
            "metadata": {"inline": [inline]},
        }
        loaded = config.IdPConfig().load(settings)
        loaded.context = "idp"
        self.metadata = str(entity_descriptor(loaded))
        self.server = Server(config=loaded)

    def response(
        self,
        roles: dict[str, str] | None = None,
        *,
        name: str = "alice",
        session_name: str | None = "alice",
        attributes: dict[str, list[str]] | None = None,
        change=None,
        signed: tuple[str, ...] = ("assertion",),
        algorithm: str = SIG_RSA_SHA256,
        digest: str = DIGEST_SHA256,
    ) -> str:
        """A response for somebody who may have these roles, each with its provider. `change` gets pysaml2's own
        object before anything is signed."""
        identity = {}
        if roles:
            identity[f"{ATTRIBUTE}Role"] = [f"{role},{provider}" for role, provider in roles.items()]
        if session_name is not None:
            identity[f"{ATTRIBUTE}RoleSessionName"] = [session_name]
        identity |= attributes or {}
        made = self.server.create_authn_response(
            identity,
            in_response_to=None,
            destination=self.recipient,
            sp_entity_id=self.audience,
            name_id=saml.NameID(format=saml.NAMEID_FORMAT_PERSISTENT, text=name),
            authn={"class_ref": saml.AUTHN_PASSWORD_PROTECTED},
            sign_assertion=False,
            sign_response=False,
        )
        if change is not None:
            change(made)
        return self.sign(made, signed, algorithm, digest)

    def sign(self, made, signed, algorithm=SIG_RSA_SHA256, digest=DIGEST_SHA256) -> str:
        """Signs the assertion, then the response, if they are to be signed."""
        to_sign = []
        for part in [made.assertion] if "assertion" in signed else []:
            part.signature = pre_signature_part(
                part.id, self.server.sec.my_cert, 1, sign_alg=algorithm, digest_alg=digest
            )
            to_sign.append((class_name(part), part.id))
        if "response" in signed:
            made.signature = pre_signature_part(
                made.id, self.server.sec.my_cert, 2, sign_alg=algorithm, digest_alg=digest
            )
            to_sign.append((class_name(made), made.id))
        return str(signed_instance_factory(made, self.server.sec, to_sign)) if to_sign else str(made)

    def encrypt(
        self,
        response: str,
        certificate_file: Path,
        cipher: str = "http://www.w3.org/2009/xmlenc11#aes256-gcm",
        session_key: str = "aes-256",
        transport: str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
    ) -> str:
        """The same response with its assertion encrypted for whoever has the key of that certificate."""
        wrapped = response.replace("<ns1:Assertion", "<ns1:EncryptedAssertion><ns1:Assertion", 1)
        wrapped = wrapped.replace("</ns1:Assertion>", "</ns1:Assertion></ns1:EncryptedAssertion>", 1)
        assert wrapped != response, response
        template = pre_encryption_part(msg_enc=cipher, key_enc=transport)
        return self.server.sec.crypto.encrypt_assertion(
            wrapped, str(certificate_file), template, key_type=session_key
        )


class Federation:
    """An account that trusts an identity provider, and roles for its people."""

    def __init__(self, account, provider: IdentityProvider, name: str = "idp", **parameters):
        self.account = account
        self.provider = provider
        made = account.iam.create_saml_provider(
            Name=name, SAMLMetadataDocument=provider.metadata, **parameters
        )
        self.arn = made["SAMLProviderArn"]

    def role(self, *statements, condition=None) -> str:
        principal = {"Federated": self.arn}
        return self.account.role(trust(principal, ACTIONS, **(condition or {})), *statements)

    def response(self, *roles: str, **parameters) -> str:
        return self.provider.response({role: self.arn for role in roles}, **parameters)

    def assume(self, role: str, response: str | bytes, **parameters) -> dict:
        """Nobody signs this request."""
        return self.account.root.sts.assume_role_with_saml(
            RoleArn=role, PrincipalArn=self.arn, SAMLAssertion=posted(response), **parameters
        )

    def session(self, answer: dict) -> Identity:
        return self.account.root.holding(answer["Credentials"], answer["AssumedRoleUser"]["Arn"])


def elliptic_key(curve=ec.SECP256R1):
    """A private key for ECDSA."""
    return ec.generate_private_key(curve())


def posted(response: str | bytes) -> str:
    """A response as a browser would post it."""
    return base64.b64encode(response.encode() if isinstance(response, str) else response).decode()
