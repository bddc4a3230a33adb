"""Web identity refused: forged tokens, and issuers that hang, flood, redirect and lead inside.

Each with AWS's error, in bounded time, and at the cost of as many fetches as are counted at the issuer.
"""

import concurrent.futures
import re
import socket
import threading
import time

import pytest
from botocore.exceptions import ClientError

from harness.issuer import Authority, Issuer, trusting
from harness.policies import document
from harness.refusal import refused
from harness.server import Server

WRONG_AUDIENCE = (
    "The web identity token provided could not be validated. "
    "See the AssumeRoleWithWebIdentity documentation for requirements."
)
NO_KEY = (
    "Couldn't retrieve verification key from your identity provider,  please reference "
    "AssumeRoleWithWebIdentity documentation for requirements"
)
NO_TOKEN = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
# The fetches for one token take five seconds at most.
SECONDS_MAX = 8


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def oidc_server(binary, tmp_path_factory):
    """A server that may fetch from one address of loopback."""
    flags = ["--oidc-allow", "127.0.0.1/32"]
    server = Server(binary, tmp_path_factory.mktemp("oidc"), flags=flags)
    server.start()
    yield server
    assert server.stop() == 0, server.log_tail()


@pytest.fixture
def account(oidc_server, request):
    return oidc_server.account(request.node.name[:50])


@pytest.fixture
def issuer(authority):
    issuer = Issuer(authority)
    yield issuer
    issuer.stop()


def assume(account, role: str, token: str) -> dict:
    parameters = {"RoleArn": role, "RoleSessionName": "workload", "WebIdentityToken": token}
    return account.root.sts.assume_role_with_web_identity(**parameters)


def trusts(account, issuer, authority) -> str:
    return trusting(account, issuer, thumbprints=[authority.thumbprint])


class TestForgedTokens:
    @pytest.fixture
    def role(self, account, issuer, authority):
        role = trusts(account, issuer, authority)
        assert assume(account, role, issuer.token())["SubjectFromWebIdentityToken"] == "somebody"
        return role

    def test_without_a_signature(self, account, issuer, role):
        for algorithm in ["none", "None", "NONE"]:
            for signature in ["", "AAAA"]:
                token = f"{issuer.unsigned({'alg': algorithm})}.{signature}"
                with refused("InvalidIdentityToken", 400, NO_TOKEN):
                    assume(account, role, token)

    def test_hmac_with_the_public_key(self, account, issuer, role):
        pem = issuer.public_pem()
        for secret in [pem, pem.strip(), issuer.jwk("one")["n"].encode()]:
            with refused("InvalidIdentityToken", 400, NO_TOKEN):
                assume(account, role, issuer.hmac_token(secret))

    def test_an_algorithm_that_is_not_the_keys(self, account, issuer, role):
        for algorithm in ["RS384", "RS512", "PS256", "ES256", "EdDSA"]:
            with refused("InvalidIdentityToken", 400, NO_KEY):
                assume(account, role, issuer.token({"alg": algorithm}))

    def test_another_key_that_comes_with_the_token(self, account, issuer, authority, role):
        stranger = Issuer(authority)
        try:
            header = {
                "jwk": stranger.jwk("one"),
                "jku": f"{stranger.url}/keys",
                "x5u": f"{stranger.url}/keys",
            }
            token = stranger.token(header, iss=issuer.url)
            with refused("InvalidIdentityToken", 400):
                assume(account, role, token)
            assert stranger.connections == 0
        finally:
            stranger.stop()

    def test_changed_after_signing(self, account, issuer, role):
        header, _, signature = issuer.token().split(".")
        claims = issuer.unsigned(sub="somebody else").split(".")[1]
        with refused("InvalidIdentityToken", 400):
            assume(account, role, f"{header}.{claims}.{signature}")

    def test_headers_that_must_be_understood(self, account, issuer, role):
        for header in [{"crit": ["exp"]}, {"b64": False, "crit": ["b64"]}, {"b64": False}]:
            with refused("InvalidIdentityToken", 400, NO_TOKEN):
                assume(account, role, issuer.token(header))

    def test_what_is_no_token(self, account, role):
        for token in ["opaque-access-token", "a.b.c", "....", "e30.e30.", "x" * 20_000, "{}" * 100]:
            with refused("InvalidIdentityToken", 400, NO_TOKEN):
                assume(account, role, token)

    def test_another_audience(self, account, issuer, role):
        with refused("InvalidIdentityToken", 400, WRONG_AUDIENCE):
            assume(account, role, issuer.token(aud="somebody-else"))

    def test_several_audiences(self, account, issuer, role):
        text = "Token audience contains more than one audience while authorized party is not present"
        with refused("InvalidIdentityToken", 400, text):
            assume(account, role, issuer.token(aud=["sts.amazonaws.com", "another"]))
        # The authorized party says which of them asked for it.
        token = issuer.token(aud=["another", "more"], azp="sts.amazonaws.com")
        assert assume(account, role, token)["Audience"] == "sts.amazonaws.com"

    def test_another_issuer(self, account, issuer, role):
        with refused(
            "InvalidIdentityToken",
            400,
            "No OpenIDConnect provider found in your account for https://issuer.example",
        ):
            assume(account, role, issuer.token(iss="https://issuer.example"))

    def test_missing_claims(self, account, issuer, role):
        for name in ["sub", "aud", "iat", "exp"]:
            with refused("InvalidIdentityToken", 400, f"Missing a required claim: {name}"):
                assume(account, role, issuer.token(**{name: None}))

    def test_expired(self, account, issuer, role):
        expires = int(time.time()) - 400
        with refused("ExpiredTokenException", 400) as caught:
            assume(account, role, issuer.token(exp=expires))
        message = caught.value.response["Error"]["Message"]
        assert message.startswith("Token expired: current date/time ")
        assert message.endswith(f" must be before the expiration date/time {expires}")

    def test_not_yet_valid(self, account, issuer, role):
        later = int(time.time()) + 4000
        with refused("InvalidIdentityToken", 400, f"Token issued in the future: {later}"):
            assume(account, role, issuer.token(iat=later))
        text = rf"Token not yet valid: current date/time \d+ must be after or equal to the not-before date/time {later}"
        with refused("InvalidIdentityToken", 400, re.compile(text)):
            assume(account, role, issuer.token(nbf=later))
        with refused("InvalidIdentityToken", 400, "Invalid timestamp in token claims."):
            assume(account, role, issuer.token(exp=later + 0.5))

    def test_tags_of_another_form(self, account, issuer, role):
        text = "principal_tags passed in claim is not in correct format."
        with refused("InvalidIdentityToken", 400, text):
            assume(
                account, role, issuer.token(**{"https://aws.amazon.com/tags": {"principal_tags": {"a": "b"}}})
            )

    def test_a_token_that_is_silent_about_roles_can_be_forbidden(self, account, issuer, role):
        name = role.rsplit("/", 1)[1]
        [allowing] = account.iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]["Statement"]
        silence = {"Bool": {"sts:RoleAuthorizedByIdp": "false"}}
        forbidding = allowing | {"Effect": "Deny", "Condition": silence}
        account.iam.update_assume_role_policy(RoleName=name, PolicyDocument=document(allowing, forbidding))
        assume(account, role, issuer.token(**{"https://aws.amazon.com/roles": [role]}))
        with refused("AccessDenied", 403, "Not authorized to perform sts:AssumeRoleWithWebIdentity"):
            assume(account, role, issuer.token())

    def test_roles_that_it_is_not_good_for(self, account, issuer, role):
        claim = "https://aws.amazon.com/roles"
        other = f"arn:aws:iam::{account.id}:role/other"
        for roles in (role, f"{other}; {role}", [other, role, 1], None):
            token = issuer.token(**({claim: roles} if roles else {}))
            answer = assume(account, role, token)
            # What the token says takes room in the session, so there is always something packed.
            assert answer["PackedPolicySize"] >= answer["SessionTokenUtilization"] > 0
        text = "The target role ARN is not present in the roles claim of the identity token"
        for roles in (other, [other]):
            with refused("InvalidIdentityToken", 400, text):
                assume(account, role, issuer.token(**{claim: roles}))
        for roles in ("", [], [[role]], f"arn:aws:iam::{account.id}:role/*"):
            with refused("InvalidIdentityToken", 400, "The roles claim contains no valid role ARNs"):
                assume(account, role, issuer.token(**{claim: roles}))
        for roles in (True, {"role": role}):
            with refused("InvalidIdentityToken", 400, "The roles claim is not in a supported format"):
                assume(account, role, issuer.token(**{claim: roles}))

    def test_none_of_it_made_the_server_ask_again(self, account, issuer, role):
        asked = len(issuer.asked)
        assert asked == 2
        for _ in range(20):
            header, claims, _ = issuer.token().split(".")
            with refused("InvalidIdentityToken", 400):
                assume(account, role, f"{header}.{claims}.{'A' * 342}")
        assert len(issuer.asked) == asked


def test_a_storm_of_unknown_keys_costs_the_issuer_next_to_nothing(account, issuer, authority):
    role = trusts(account, issuer, authority)
    good = issuer.token()
    assume(account, role, good)
    tokens = [issuer.token({"kid": f"unknown-{number}"}) for number in range(20)]
    began = time.monotonic()

    def storm(number: int) -> float:
        started = time.monotonic()
        with refused("InvalidIdentityToken", 400, NO_KEY):
            assume(account, role, tokens[number % len(tokens)])
        return time.monotonic() - started

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        slowest = max(threads.map(storm, range(400)))
    # Two documents at first, and two more for each pause of ten seconds that went by.
    assert len(issuer.asked) <= 2 + 2 * (1 + int(time.monotonic() - began) // 10)
    assert slowest < SECONDS_MAX
    assume(account, role, good)


def flood(handler) -> None:
    """Fifty megabytes, of a length that is not told."""
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(b'{"keys":[')
    sent = 0
    while sent < 50 << 20:
        handler.wfile.write(b" " * 65536)
        sent += 65536
    handler.wfile.write(b"]}")


def hang(handler) -> None:
    """Says that something comes, and sends one byte a second."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(30):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(1)


def announce(handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(50 << 20))
    handler.end_headers()


class TestBadIssuers:
    def check(self, account, issuer, authority, seconds_max=SECONDS_MAX) -> None:
        role = trusts(account, issuer, authority)
        began = time.monotonic()
        with refused("InvalidIdentityToken", 400, NO_KEY):
            assume(account, role, issuer.token())
        assert time.monotonic() - began < seconds_max
        # Not asked again at once, and refused at once.
        asked, began = len(issuer.asked), time.monotonic()
        with refused("InvalidIdentityToken", 400, NO_KEY):
            assume(account, role, issuer.token())
        assert time.monotonic() - began < 2
        assert len(issuer.asked) == asked

    @pytest.mark.parametrize("answer", [flood, announce])
    def test_keys_of_fifty_megabytes(self, account, issuer, authority, answer):
        issuer.answers["/keys"] = answer
        before = account.server.resident_bytes_peak()
        self.check(account, issuer, authority)
        assert account.server.resident_bytes_peak() - before < 16 << 20

    def test_keys_that_are_no_keys(self, account, issuer, authority):
        issuer.answers["/keys"] = {"keys": "none"}
        self.check(account, issuer, authority)

    def test_discovery_of_another_issuer(self, account, issuer, authority):
        issuer.answers["/.well-known/openid-configuration"]["issuer"] = "https://issuer.example"
        self.check(account, issuer, authority)
        assert issuer.asked == ["/.well-known/openid-configuration"]

    def test_keys_without_tls(self, account, issuer, authority):
        discovery = issuer.answers["/.well-known/openid-configuration"]
        discovery["jwks_uri"] = discovery["jwks_uri"].replace("https", "http")
        self.check(account, issuer, authority)

    def test_an_error(self, account, issuer, authority):
        issuer.answers["/keys"] = None
        self.check(account, issuer, authority)

    def test_redirections_without_end(self, account, issuer, authority):
        issuer.answers["/keys"] = lambda handler: issuer.send(handler, b"", 302, Location="/keys")
        self.check(account, issuer, authority)
        assert issuer.asked.count("/keys") == 4


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys"])
def test_an_issuer_that_hangs(account, issuer, authority, path):
    issuer.answers[path] = hang
    role = trusts(account, issuer, authority)
    began = time.monotonic()
    with pytest.raises(ClientError) as caught:
        assume(account, role, issuer.token())
    assert 4 < time.monotonic() - began < SECONDS_MAX
    assert caught.value.response["Error"]["Code"] in ("IDPCommunicationError", "InvalidIdentityToken")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    # Others are answered meanwhile, and the same is refused at once.
    began = time.monotonic()
    with pytest.raises(ClientError):
        assume(account, role, issuer.token())
    assert time.monotonic() - began < 2


class Inside:
    """A service that nobody from outside may reach: counts who tries."""

    def __init__(self, address: str):
        self.listener = socket.create_server((address, 0))
        self.port = self.listener.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def stop(self):
        self.listener.close()


@pytest.fixture
def inside():
    # Loopback too, but not the address that the server may fetch from.
    inside = Inside("127.0.0.2")
    yield inside
    inside.stop()


class TestWaysInside:
    def refuse(self, account, issuer, authority, inside) -> None:
        role = trusts(account, issuer, authority)
        began = time.monotonic()
        with refused("InvalidIdentityToken", 400, NO_KEY):
            assume(account, role, issuer.token())
        assert time.monotonic() - began < SECONDS_MAX
        assert inside.connections == 0
        assert "not on the public internet" in account.server.log_text()

    @pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys"])
    def test_a_redirection(self, account, issuer, authority, inside, path):
        location = f"https://127.0.0.2:{inside.port}/"
        issuer.answers[path] = lambda handler: issuer.send(handler, b"", 307, Location=location)
        self.refuse(account, issuer, authority, inside)

    @pytest.mark.parametrize(
        "host",
        ["127.0.0.2", "127.2", "0x7f000002", "2130706434", "[::ffff:127.0.0.2]", "[::1]", "169.254.169.254"],
    )
    def test_keys_that_are_said_to_be_inside(self, account, issuer, authority, inside, host):
        url = f"https://{host}:{inside.port}/keys"
        issuer.answers["/.well-known/openid-configuration"]["jwks_uri"] = url
        role = trusts(account, issuer, authority)
        with refused("InvalidIdentityToken", 400, NO_KEY):
            assume(account, role, issuer.token())
        assert inside.connections == 0

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
    def test_without_leave_no_name_and_no_address_leads_inside(self, server, request, authority, host):
        account = server.account(request.node.name[:50])
        issuer = Issuer(authority, host)
        try:
            role = trusting(account, issuer, thumbprints=[authority.thumbprint])
            with refused("InvalidIdentityToken", 400, NO_KEY):
                assume(account, role, issuer.token())
            assert issuer.connections == 0
        finally:
            issuer.stop()


def test_no_certificate_inside_is_looked_at(server, request, authority):
    account = server.account(request.node.name[:50])
    issuer = Issuer(authority)
    try:
        with pytest.raises(ClientError) as caught:
            account.iam.create_open_id_connect_provider(Url=issuer.url, ClientIDList=["a"])
        assert caught.value.response["Error"]["Code"] == "OpenIdIdpCommunicationError"
        assert issuer.connections == 0
    finally:
        issuer.stop()


def test_a_certificate_of_another_host_is_refused(account, authority):
    issuer = Issuer(authority, names=["issuer.example"])
    try:
        role = trusts(account, issuer, authority)
        with refused("InvalidIdentityToken", 400, NO_KEY):
            assume(account, role, issuer.token())
        assert issuer.asked == []
    finally:
        issuer.stop()
