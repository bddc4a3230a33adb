"""Who is calling? Every way in which a signature can be wrong, with AWS's code, status and words."""

import re
import urllib.parse
import urllib.request
from datetime import timedelta

import pytest

from harness import wire
from harness.policies import allow, trust
from harness.refusal import refused

INVALID_TOKEN = ("InvalidClientTokenId", 403, "The security token included in the request is invalid.")
MISMATCH = (
    "SignatureDoesNotMatch",
    403,
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
    "Access Key and signing method. Consult the service documentation for details.",
)
MISSING = ("MissingAuthenticationToken", 403, "Request is missing Authentication Token")
SERVICES = [("iam", "ListUsers"), ("sts", "GetCallerIdentity")]


def check(answer: wire.Answer, expected: tuple, service: str = "iam") -> None:
    code, status, message = expected
    assert (answer.code, answer.status) == (code, status), answer.text
    if isinstance(message, re.Pattern):
        assert message.fullmatch(answer.message), answer.message
    else:
        assert answer.message == message
    assert answer.element("Type") == "Sender"
    assert answer.headers["content-type"] == "text/xml"
    assert answer.request_id == answer.element("RequestId")
    assert service in answer.namespace


def try_key(identity, service: str, action: str, **signer) -> wire.Answer:
    return wire.post(identity, wire.form(service, action), service=service, **signer)


@pytest.mark.parametrize(("service", "action"), SERVICES)
def test_an_unknown_key_is_refused(account, service, action):
    last = account.root.access_key_id[-1]
    never_issued = account.root.access_key_id[:-1] + ("A" if last != "A" else "B")
    for key in (never_issued, "AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE", "short", "AKIA" + "0" * 16):
        check(try_key(account.root.with_key(access_key_id=key), service, action), INVALID_TOKEN, service)


@pytest.mark.parametrize(("service", "action"), SERVICES)
def test_a_wrong_secret_is_refused(account, service, action):
    other = account.root.with_key(secret_access_key=account.root.secret_access_key[::-1])
    check(try_key(other, service, action), MISMATCH, service)


@pytest.mark.parametrize(("service", "action"), SERVICES)
def test_a_request_without_signature_is_refused(server, service, action):
    answer = wire.bare(server.endpoint, "POST", "/", {"content-type": wire.FORM}, wire.form(service, action))
    code, status, message = MISSING
    assert (answer.code, answer.status, answer.message) == (code, status, message)


def test_an_inactive_key_is_refused_and_tells_nothing_about_its_secret(account):
    user = account.user("dev")
    assert user.caller() == user.arn
    account.iam.update_access_key(UserName="dev", AccessKeyId=user.access_key_id, Status="Inactive")
    check(try_key(user, "sts", "GetCallerIdentity"), INVALID_TOKEN, "sts")
    wrong = user.with_key(secret_access_key="wrong" * 8)
    check(try_key(wrong, "sts", "GetCallerIdentity"), INVALID_TOKEN, "sts")
    account.iam.update_access_key(UserName="dev", AccessKeyId=user.access_key_id, Status="Active")
    assert user.caller() == user.arn


def test_a_deleted_key_is_refused_at_the_next_call(account):
    user = account.user("dev")
    user.caller()
    account.iam.delete_access_key(UserName="dev", AccessKeyId=user.access_key_id)
    check(try_key(user, "sts", "GetCallerIdentity"), INVALID_TOKEN, "sts")


STAMP = r"\d{8}T\d{6}Z"


def test_a_signature_older_than_five_minutes_is_refused(account):
    text = re.compile(rf"Signature expired: {STAMP} is now earlier than {STAMP} \({STAMP} - 5 min\.\)")
    for late in (timedelta(minutes=5, seconds=5), timedelta(minutes=14), timedelta(days=2)):
        answer = try_key(account.root, "iam", "ListUsers", late_by=late)
        check(answer, ("SignatureDoesNotMatch", 403, text))


def test_a_signature_more_than_five_minutes_ahead_is_refused(account):
    text = re.compile(
        rf"Signature not yet current: {STAMP} is still later than {STAMP} \({STAMP} \+ 5 min\.\)"
    )
    for early in (timedelta(minutes=5, seconds=5), timedelta(hours=1)):
        answer = try_key(account.root, "iam", "ListUsers", late_by=-early)
        check(answer, ("SignatureDoesNotMatch", 403, text))


def test_a_clock_within_five_minutes_is_accepted(account):
    for late in (timedelta(minutes=4, seconds=50), timedelta(), timedelta(minutes=-4, seconds=-50)):
        assert try_key(account.root, "iam", "ListUsers", late_by=late).status == 200


@pytest.mark.parametrize("service", ["iam", "sts"])
def test_a_credential_scoped_to_another_service_is_refused(account, service):
    other = {"iam": "sts", "sts": "iam"}[service]
    action = dict(SERVICES)[service]
    answer = wire.post(account.root, wire.form(service, action), service=service, scope_service=other)
    assert answer.status in (400, 403), answer.text
    assert answer.code in ("SignatureDoesNotMatch", "InvalidAction"), answer.text


def test_a_credential_scoped_to_a_service_nobody_knows_is_refused(account):
    answer = try_key(account.root, "iam", "ListUsers", scope_service="frobnicator")
    assert (answer.code, answer.status) == ("SignatureDoesNotMatch", 403), answer.text
    assert answer.message.startswith("Credential should be scoped to correct service: ")


def test_any_region_is_served(account):
    for region in ("us-east-1", "eu-central-1", "moon-north-1"):
        answer = wire.call(account.root, "ListUsers")
        assert answer.status == 200
        answer = try_key(account.root, "iam", "ListUsers", region=region)
        assert answer.status == 200, answer.text


class TestSessionTokens:
    """Temporary credentials are three parts that belong together."""

    @pytest.fixture
    def sessions(self, account):
        role = account.role(trust(account.root_arn), allow("iam:*"))
        developer = account.user("dev", allow("sts:AssumeRole"))
        return developer, developer.assume(role, "first"), developer.assume(role, "second")

    def test_a_session_key_without_its_token_is_refused(self, sessions):
        _, session, _ = sessions
        bare = session.with_key()
        bare.session_token = None
        check(try_key(bare, "iam", "ListUsers"), INVALID_TOKEN)

    def test_the_token_of_another_session_is_refused(self, sessions):
        _, first, second = sessions
        check(try_key(first.with_key(session_token=second.session_token), "iam", "ListUsers"), INVALID_TOKEN)

    def test_a_token_with_one_character_changed_is_refused(self, sessions):
        _, session, _ = sessions
        token = session.session_token
        for position in (0, 8, 40, len(token) // 2, len(token) - 3):
            changed = "A" if token[position] != "A" else "B"
            broken = token[:position] + changed + token[position + 1 :]
            check(try_key(session.with_key(session_token=broken), "iam", "ListUsers"), INVALID_TOKEN)

    def test_rubbish_as_token_is_refused(self, sessions):
        _, session, _ = sessions
        for rubbish in ("x", "A" * 4_096, "A" * 20_000, "%00", session.session_token + "A"):
            check(try_key(session.with_key(session_token=rubbish), "iam", "ListUsers"), INVALID_TOKEN)

    def test_a_long_term_key_with_a_token_is_refused(self, sessions):
        developer, session, _ = sessions
        both = developer.with_key(session_token=session.session_token)
        check(try_key(both, "sts", "GetCallerIdentity"), INVALID_TOKEN, "sts")

    def test_a_wrong_secret_with_a_right_token_is_a_mismatch(self, sessions):
        _, session, _ = sessions
        check(try_key(session.with_key(secret_access_key="wrong" * 8), "iam", "ListUsers"), MISMATCH)


class TestTheSignatureCoversTheRequest:
    """A signed request changed on its way is refused."""

    def test_a_changed_body(self, account):
        signer = wire.Signer(account.root)
        signed_for = wire.sha256(wire.form("iam", "GetUser"))
        answer = wire.send(account.root.endpoint, wire.form("iam", "ListUsers"), signer, signed_for)
        check(answer, MISMATCH)

    def test_a_changed_header(self, account):
        body = wire.form("iam", "ListUsers")
        signer = wire.Signer(account.root, extra_headers={"x-amz-meta": "signed"})
        headers = signer.headers(wire.host_of(account.root.endpoint), wire.sha256(body))
        assert wire.bare(account.root.endpoint, "POST", "/", headers, body).status == 200
        headers["x-amz-meta"] = "changed"
        check(wire.bare(account.root.endpoint, "POST", "/", headers, body), MISMATCH)

    def test_a_changed_path_or_query(self, account):
        body = wire.form("iam", "ListUsers")
        headers = wire.Signer(account.root).headers(wire.host_of(account.root.endpoint), wire.sha256(body))
        for target in ("/other", "/?Action=DeleteUser&UserName=x"):
            answer = wire.bare(account.root.endpoint, "POST", target, headers, body)
            assert answer.status in (400, 403, 404), answer.text
            assert answer.status != 200

    def test_another_host(self, account):
        body = wire.form("iam", "ListUsers")
        headers = wire.Signer(account.root).headers(wire.host_of(account.root.endpoint), wire.sha256(body))
        headers["host"] = "iam.amazonaws.com"
        check(wire.bare(account.root.endpoint, "POST", "/", headers, body), MISMATCH)

    def test_two_authorization_headers(self, account):
        body = wire.form("iam", "ListUsers")
        host = wire.host_of(account.root.endpoint)
        head = wire.head_bytes(wire.Signer(account.root), host, wire.sha256(body), len(body))
        extra = b"\r\nauthorization: AWS4-HMAC-SHA256 Credential=x\r\n\r\n"
        with wire.connect(account.root.endpoint) as sock:
            sock.sendall(head.removesuffix(b"\r\n\r\n") + extra + body)
            assert wire.read_status(sock) in (400, 403)


@pytest.mark.parametrize(
    "authorization",
    [
        "AWS4-HMAC-SHA256 SignedHeaders=host, Signature=00",
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/iam/aws4_request, Signature=00",
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE, SignedHeaders=host, Signature=00",
        "AWS4-HMAC-SHA256",
    ],
)
def test_an_incomplete_signature_is_called_so(server, authorization):
    headers = {"content-type": wire.FORM, "x-amz-date": "20260101T000000Z", "authorization": authorization}
    answer = wire.bare(server.endpoint, "POST", "/", headers, wire.form("iam", "ListUsers"))
    assert answer.code == "IncompleteSignature", answer.text
    assert answer.status in (400, 403)


class TestPresigned:
    """A URL that carries its signature, as cluster sign-in sends it."""

    def url(self, identity, expires: int = 60) -> str:
        return identity.sts.generate_presigned_url("get_caller_identity", ExpiresIn=expires, HttpMethod="GET")

    def get(self, url: str) -> wire.Answer:
        parts = urllib.parse.urlsplit(url)
        return wire.bare(f"http://{parts.netloc}", "GET", f"{parts.path or '/'}?{parts.query}", {})

    def test_it_is_accepted(self, account):
        user = account.user("dev")
        answer = self.get(self.url(user))
        assert answer.status == 200, answer.text
        assert answer.element("Arn") == user.arn

    def test_it_carries_a_session(self, account):
        role = account.role(trust(account.root_arn))
        session = account.user("dev", allow("sts:AssumeRole")).assume(role, "presigned")
        assert self.get(self.url(session)).element("Arn") == session.arn

    def test_it_cannot_be_changed(self, account):
        url = self.url(account.user("dev"))
        for old, new in (("GetCallerIdentity", "GetSessionToken"), ("X-Amz-Expires=60", "X-Amz-Expires=600")):
            assert old in url
            check(self.get(url.replace(old, new)), MISMATCH, "sts")

    def test_it_dies_with_its_key(self, account):
        user = account.user("dev")
        url = self.url(user)
        account.iam.delete_access_key(UserName="dev", AccessKeyId=user.access_key_id)
        check(self.get(url), INVALID_TOKEN, "sts")


def test_the_last_use_of_a_key_is_told(account):
    user = account.user("dev")
    unused = account.iam.get_access_key_last_used(AccessKeyId=user.access_key_id)
    assert unused["UserName"] == "dev"
    assert (unused["AccessKeyLastUsed"]["ServiceName"], unused["AccessKeyLastUsed"]["Region"]) == (
        "N/A",
        "N/A",
    )
    assert "LastUsedDate" not in unused["AccessKeyLastUsed"]
    user.caller()
    used = account.iam.get_access_key_last_used(AccessKeyId=user.access_key_id)["AccessKeyLastUsed"]
    assert (used["ServiceName"], used["Region"]) == ("sts", "us-east-1")
    assert "LastUsedDate" in used


def test_a_form_may_come_by_get(account):
    signer = wire.Signer(
        account.root, method="GET", query="Action=ListUsers&Version=2010-05-08", content_type=None
    )
    assert wire.send(account.root.endpoint, b"", signer).status == 200


def test_a_browser_is_shown_the_way(server):
    answer = wire.bare(server.endpoint, "GET", "/", {})
    assert answer.status in (302, 403), answer.text


def test_refusals_before_a_caller_is_known_differ_in_nothing_but_their_id(account):
    """Whether an account, a user or a key exists cannot be learnt without a valid signature."""
    keys = ["AKIAIOSFODNN7EXAMPLE", account.root.access_key_id[:-2] + "AA"]
    bodies = set()
    for key in keys:
        answer = try_key(account.root.with_key(access_key_id=key), "iam", "ListUsers")
        bodies.add(answer.text.replace(answer.request_id, "ID"))
    assert len(bodies) == 1


def test_boto3_reads_these_errors_as_from_aws(account):
    with refused(*INVALID_TOKEN):
        account.root.with_key(access_key_id="AKIAIOSFODNN7EXAMPLE").caller()
    with refused(*MISMATCH):
        account.root.with_key(secret_access_key="wrong" * 8).caller()
