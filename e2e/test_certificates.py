"""Signing certificates and server certificates, with certificates as OpenSSL makes them."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS

from harness import wire
from harness.certificates import DAY, Pair, curve, issue, rsa_key
from harness.policies import allow
from harness.refusal import denied, refused

NOT_A_CERTIFICATE = "Unable to parse certificate. Please ensure the certificate is in PEM format."
NOT_A_KEY = (
    "Unable to parse private key. Please ensure the private key is in PEM format and is not encrypted."
)
NOT_A_PAIR = (
    "The private key did not match the public key provided. Please verify the key material and try again."
)
EXPIRED = "Certificate is no longer valid. The 'Not After' date restriction on the certificate has passed."
NOT_YET = "Certificate is not yet valid. The 'Not Before' date restriction on the certificate has not passed."
OLD_FORM = serialization.PrivateFormat.TraditionalOpenSSL


def broken_at(index: int) -> str:
    return (
        "Unable to validate certificate chain. The certificate chain must start with the immediate signing "
        "certificate, followed by any intermediaries in order. The index within the chain of the invalid "
        f"certificate is: {index}"
    )


def malformed(text: str):
    return refused("MalformedCertificate", 400, text)


def upload(identity, pair: Pair, name: str = "web", **more) -> dict:
    given = {"CertificateBody": pair.pem, "PrivateKey": pair.key_pem} | more
    return identity.iam.upload_server_certificate(ServerCertificateName=name, **given)


def names(identity, **asked) -> list[str]:
    listed = identity.iam.list_server_certificates(**asked)["ServerCertificateMetadataList"]
    return [one["ServerCertificateName"] for one in listed]


def thumbprint(pair: Pair) -> str:
    der = pair.certificate.public_bytes(serialization.Encoding.DER)
    return base64.b32encode(hashlib.sha1(der).digest()).decode()


@pytest.mark.parametrize(
    "key",
    [curve, lambda: curve(ec.SECP384R1), lambda: curve(ec.SECP521R1), lambda: rsa_key(1024), rsa_key],
    ids=["P-256", "P-384", "P-521", "RSA-1024", "RSA-2048"],
)
def test_a_server_certificate_is_kept_with_every_kind_of_key(account, key):
    pair = issue(key=key())
    for name, form in (("web", serialization.PrivateFormat.PKCS8), ("older", OLD_FORM)):
        made = upload(account, pair, name, PrivateKey=pair.key_as(form))["ServerCertificateMetadata"]
        assert made["ServerCertificateId"].startswith("ASCA")
        assert len(made["ServerCertificateId"]) == 21
        assert made["Arn"] == f"arn:aws:iam::{account.id}:server-certificate/{name}"
        assert made["Expiration"] == pair.certificate.not_valid_after_utc
        got = account.iam.get_server_certificate(ServerCertificateName=name)["ServerCertificate"]
        assert got == {
            "ServerCertificateMetadata": made,
            "CertificateBody": pair.pem.strip(),
            "Tags": [],
        }


def test_what_does_not_belong_together_is_refused(account):
    pair, other = issue(), issue()
    secret = serialization.BestAvailableEncryption(b"a passphrase")
    for key in (
        pair.key_as(serialization.PrivateFormat.PKCS8, secret),
        issue(key=rsa_key()).key_as(OLD_FORM, secret),
        pair.pem,
        "nonsense",
        pair.key_pem[:100],
    ):
        with malformed(NOT_A_KEY):
            upload(account, pair, PrivateKey=key)
    for body in ("nonsense", pair.key_pem, pair.pem + other.pem, "text\n" + pair.pem, pair.pem[:100]):
        with malformed(NOT_A_CERTIFICATE):
            upload(account, pair, CertificateBody=body)
    for key in (other.key, rsa_key(), curve(ec.SECP384R1)):
        with refused("KeyPairMismatch", 400, NOT_A_PAIR):
            upload(account, pair, PrivateKey=Pair(pair.certificate, key).key_pem)
    with malformed(EXPIRED):
        upload(account, issue(begins=-2 * DAY, ends=-DAY))
    with malformed(NOT_YET):
        upload(account, issue(begins=DAY))
    assert names(account) == []


def test_a_chain_leads_from_the_issuer_to_its_end(account):
    root = issue("root", authority=True)
    middle = issue("middle", root, authority=True, key=rsa_key(), hashed=hashes.SHA384)
    host = issue(issuer=middle, hashed=hashes.SHA512)
    for number, chain in enumerate(([middle], [middle, root], [middle, root, root])):
        text = "\n".join(pair.pem for pair in chain)
        name = f"web{number}"
        upload(account, host, name, CertificateChain=text)
        got = account.iam.get_server_certificate(ServerCertificateName=name)["ServerCertificate"]
        assert got["CertificateChain"] == text.strip()
    probabilistic = issue(issuer=middle, padding=PSS(mgf=MGF1(hashes.SHA256()), salt_length=32))
    upload(account, probabilistic, "pss", CertificateChain=middle.pem)
    twin = issue("middle", root, authority=True)
    plain = issue("plain", root)
    old = issue("old", root, authority=True, begins=-2 * DAY, ends=-DAY)
    for leaf, chain, index in (
        (host, [root], -1),
        (host, [root, middle], -1),
        (host, [issue("elsewhere", authority=True)], -1),
        (host, [twin, root], 0),
        (host, [host, middle], 1),
        (issue(issuer=plain), [plain, root], 1),
        (issue(issuer=old), [old, root], 1),
    ):
        with malformed(broken_at(index)):
            upload(account, leaf, CertificateChain="".join(pair.pem for pair in chain))
    with malformed("Unknown"):
        upload(account, host, CertificateChain="text\n" + middle.pem)


def test_a_renamed_certificate_keeps_everything_but_its_arn(account):
    pair = issue()
    tags = [{"Key": "Team", "Value": "one"}, {"Key": "team", "Value": "two"}]
    made = upload(account, pair, "Web", Path="/cdn/", Tags=tags)
    assert made["Tags"] == tags
    account.iam.update_server_certificate(ServerCertificateName="web")
    account.iam.update_server_certificate(
        ServerCertificateName="WEB", NewServerCertificateName="Net", NewPath="/own/"
    )
    arn = f"arn:aws:iam::{account.id}:server-certificate/own/Net"
    new = {"ServerCertificateName": "Net", "Path": "/own/", "Arn": arn}
    metadata = made["ServerCertificateMetadata"] | new
    got = account.iam.get_server_certificate(ServerCertificateName="net")["ServerCertificate"]
    assert got == {
        "ServerCertificateMetadata": metadata,
        "CertificateBody": pair.pem.strip(),
        "Tags": tags,
    }
    assert names(account, PathPrefix="/own/") == ["Net"]
    assert names(account, PathPrefix="/cdn/") == []
    with refused("NoSuchEntity", 404, "The Server Certificate with name Web cannot be found."):
        account.iam.get_server_certificate(ServerCertificateName="Web")
    upload(account, pair, "web")
    with refused("EntityAlreadyExists", 409, "The Server Certificate with name NET already exists."):
        account.iam.update_server_certificate(ServerCertificateName="web", NewServerCertificateName="NET")


def test_server_certificates_are_listed_in_pages_and_limited(account):
    pair = issue()
    for number in range(20):
        upload(account, pair, f"web{number:02}")
    with refused("LimitExceeded", 409, "Cannot exceed quota for ServerCertificatesPerAccount: 20"):
        upload(account, pair, "more")
    pages = account.iam.get_paginator("list_server_certificates").paginate(PaginationConfig={"PageSize": 7})
    sizes = [len(page["ServerCertificateMetadataList"]) for page in pages]
    assert sizes == [7, 7, 6]
    account.iam.delete_server_certificate(ServerCertificateName="WEB05")
    assert len(names(account)) == 19


def test_a_renaming_needs_permission_on_both_names(account):
    place = f"arn:aws:iam::{account.id}:server-certificate/"
    maker = account.user(
        "maker", allow(["iam:UploadServerCertificate", "iam:UpdateServerCertificate"], place + "own/*")
    )
    upload(maker, issue(), Path="/own/")
    with denied(maker, "iam:UpdateServerCertificate", place + "other/web"):
        maker.iam.update_server_certificate(ServerCertificateName="web", NewPath="/other/")
    with denied(maker, "iam:TagServerCertificate", place + "own/tagged"):
        upload(maker, issue(), "tagged", Path="/own/", Tags=[{"Key": "a", "Value": "b"}])


def test_a_private_key_is_in_no_answer_and_nowhere_on_disk(account):
    pair = issue(key=rsa_key())
    upload(account, pair)
    secret = max(pair.key_pem.splitlines(), key=len)
    parameters = {"ServerCertificateName": "web"}
    for operation in ("GetServerCertificate", "ListServerCertificates", "ListServerCertificateTags"):
        answer = wire.call(account.root, operation, **parameters)
        assert secret not in answer.text
    twice = wire.call(
        account.root,
        "UploadServerCertificate",
        CertificateBody=pair.pem,
        PrivateKey=pair.key_pem,
        **parameters,
    )
    assert twice.status == 409
    assert secret not in twice.text
    # Somebody took the key for a certificate.
    mistaken = wire.call(account.root, "UploadSigningCertificate", CertificateBody=pair.key_pem)
    assert "Certificate *** is malformed." in mistaken.text


def test_a_signing_certificate_has_the_id_of_its_content(account):
    user = account.user("u", allow("iam:*SigningCertificate*", "arn:aws:iam::*:user/${aws:username}"))
    pair = issue()
    made = user.iam.upload_signing_certificate(CertificateBody=pair.pem)["Certificate"]
    assert made["CertificateId"] == thumbprint(pair)
    assert made | {"UploadDate": None} == {
        "UserName": "u",
        "CertificateId": thumbprint(pair),
        "CertificateBody": pair.pem,
        "Status": "Active",
        "UploadDate": None,
    }
    user.iam.update_signing_certificate(CertificateId=made["CertificateId"], Status="Inactive")
    # It is given once more, and stays inactive.
    assert user.iam.upload_signing_certificate(CertificateBody=pair.pem)["Certificate"] == made
    listed = user.iam.list_signing_certificates()["Certificates"]
    assert listed == [made | {"Status": "Inactive"}]
    assert account.iam.list_signing_certificates(UserName="u")["Certificates"] == listed
    account.iam.create_user(UserName="v")
    with refused("DuplicateCertificate", 409, "Duplicate certificate uploaded."):
        account.iam.upload_signing_certificate(UserName="v", CertificateBody=pair.pem)
    with refused("InvalidInput", 400, "Operation does not support status Expired"):
        user.iam.update_signing_certificate(CertificateId=made["CertificateId"], Status="Expired")


def test_signing_certificates_that_are_none_are_shown_again(account):
    account.iam.create_user(UserName="u")
    for body in ("not a certificate", issue(begins=-2 * DAY, ends=-DAY).pem, issue(begins=DAY).pem):
        with malformed(f"Certificate {body} is malformed."):
            account.iam.upload_signing_certificate(UserName="u", CertificateBody=body)


def test_a_user_with_signing_certificates_cannot_be_deleted(account):
    account.iam.create_user(UserName="u")
    ids = [
        account.iam.upload_signing_certificate(UserName="u", CertificateBody=issue().pem)["Certificate"][
            "CertificateId"
        ]
        for _ in range(2)
    ]
    with refused("LimitExceeded", 409, "Cannot exceed quota for CertificatesPerUser: 2"):
        account.iam.upload_signing_certificate(UserName="u", CertificateBody=issue().pem)
    for certificate in ids:
        with refused("DeleteConflict", 409, "Cannot delete entity, must delete certificates first."):
            account.iam.delete_user(UserName="u")
        account.iam.delete_signing_certificate(UserName="u", CertificateId=certificate)
    account.iam.delete_user(UserName="u")


def test_the_root_user_has_signing_certificates_of_its_own(account):
    made = account.iam.upload_signing_certificate(CertificateBody=issue().pem)["Certificate"]
    assert made["UserName"] == ""
    assert account.iam.list_signing_certificates()["Certificates"] == [made]
    account.iam.delete_signing_certificate(CertificateId=made["CertificateId"])
    assert account.iam.list_signing_certificates()["Certificates"] == []
