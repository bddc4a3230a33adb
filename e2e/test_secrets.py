"""No secret where none may be: every secret that the tests made is looked for in everything the servers wrote."""

import subprocess
import urllib.parse
from pathlib import Path

import pytest

from harness import remembered, wire
from harness.certificates import issue
from harness.policies import allow, document, trust

pytestmark = pytest.mark.last

# Where secrets are meant to be: the profile of the first administrator, what the tests themselves keep, and what
# they tell clients and enforcement points.
# The master key is no secret of the API and never leaves the server, so the tests do not know it.
PATTERNS = "secret-patterns"
SECRETS_OF_SERVICES = ("ServicePassword", "ServiceCredentialSecret")
EXCLUDED = ["aws-config", "remembered-secrets", PATTERNS, "strace", "curl", "*.key"]
# What enforcement points are told stands in their own configuration.
EXCLUDED += ["nginx.conf", "envoy.yaml"]
# Where clients keep what they were given: their caches, a cached file that a test puts elsewhere, and the token of
# `lanyard credentials serve`; and the seeds that the operator enters.
EXCLUDED += ["elsewhere", "token", "seed"]
CACHES = [".cache", "cache"]


def spellings(secret: str) -> set[bytes]:
    return {
        text.encode() for text in (secret, urllib.parse.quote(secret, safe=""), secret.replace("/", "\\/"))
    }


def test_no_secret_is_in_any_log_trail_state_or_metric(server, account, tmp_path_factory):
    every_kind_of_secret(account)
    places = tmp_path_factory.getbasetemp()
    names = {path.name for path in places.rglob("*")}
    assert {"log", "state.db"} <= names
    (places / "metrics").write_text(server.metrics())
    patterns = places / PATTERNS
    texts = {text for secret in remembered.everything() for text in spellings(secret)}
    patterns.write_bytes(b"\n".join(sorted(texts)))
    found = files_with(patterns, places)
    assert not found, f"secrets are in {found}"


def files_with(patterns: Path, places: Path) -> list[str]:
    """The files below a directory that contain one of the patterns; grep looks for thousands at once."""
    words = ["grep", "--recursive", "--files-with-matches", "--fixed-strings", "--text"]
    words += [f"--exclude={name}" for name in EXCLUDED]
    words += [f"--exclude-dir={name}" for name in CACHES]
    words += [f"--file={patterns}", str(places)]
    done = subprocess.run(words, capture_output=True, text=True, env={"LC_ALL": "C"}, timeout=120)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout.splitlines()


def every_kind_of_secret(account) -> None:
    """Long-term and temporary, used and refused, so that there is something to find whatever ran before."""
    role = account.role(trust(account.root_arn))
    user = account.user("dev", allow(["sts:AssumeRole", "sts:GetFederationToken"]))
    sessions = [user.assume(role), user.assume(role, Policy=document(allow("*")))]
    tokens = [user.sts.get_session_token(), user.sts.get_federation_token(Name="bob")]
    sessions += [user.holding(token["Credentials"], user.arn) for token in tokens]
    for identity in (account.root, user, *sessions):
        identity.caller()
        wire.call(identity, "CreateUser", UserName="refused" * 20)
        wire.call(identity.with_key(secret_access_key="wrong" * 8), "ListUsers")
    made = {value for identity in (user, *sessions) for value in (identity.secret_access_key,)}
    assert made | other_credentials(account) <= remembered.everything()


def other_credentials(account) -> set[str]:
    """Passwords and keys for one service, and private keys of certificates that are taken and that are refused."""
    iam = account.iam
    given = set()
    for service in ("codecommit.amazonaws.com", "bedrock.amazonaws.com"):
        made = iam.create_service_specific_credential(UserName="dev", ServiceName=service)
        made = made["ServiceSpecificCredential"]
        reset = iam.reset_service_specific_credential(
            UserName="dev", ServiceSpecificCredentialId=made["ServiceSpecificCredentialId"]
        )["ServiceSpecificCredential"]
        for credential in (made, reset):
            given |= {credential[name] for name in SECRETS_OF_SERVICES if name in credential}
    pair, other = issue(), issue()
    iam.upload_server_certificate(
        ServerCertificateName="web", CertificateBody=pair.pem, PrivateKey=pair.key_pem
    )
    for wrong in (other.key_pem, other.key_pem[:-40]):
        wire.call(
            account.root,
            "UploadServerCertificate",
            ServerCertificateName="wrong",
            CertificateBody=pair.pem,
            PrivateKey=wrong,
        )
    for wrong in ({"CertificateBody": other.key_pem}, {"CertificateBody": other.pem + other.key_pem}):
        wire.call(account.root, "UploadSigningCertificate", UserName="dev", **wrong)
        wire.call(
            account.root,
            "UploadServerCertificate",
            ServerCertificateName="wrong",
            PrivateKey=other.key_pem,
            CertificateChain=other.key_pem,
            **wrong,
        )
    return given


def test_the_search_finds_what_it_is_made_to_find(tmp_path):
    """The proof that the test above can fail."""
    secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    for number, text in enumerate(sorted(spellings(secret))):
        (tmp_path / f"leak-{number}").write_bytes(b"\0\xff" + text + b"\n")
    (tmp_path / "harmless").write_text("nothing here")
    (tmp_path / PATTERNS).write_bytes(b"\n".join(spellings(secret)))
    assert len(files_with(tmp_path / PATTERNS, tmp_path)) == len(spellings(secret))


def test_answers_to_bad_requests_repeat_no_secret(account):
    token = account.root.sts.get_session_token()["Credentials"]["SessionToken"]
    broken = account.root.with_key(session_token=token[:-4] + "AAAA")
    answer = wire.call(broken, "ListUsers")
    assert token[:40] not in answer.text
    body = wire.form("iam", "CreateLoginProfile", UserName="u", Password="hunter2-" * 3)
    assert "hunter2" not in wire.post(account.root, body).text
