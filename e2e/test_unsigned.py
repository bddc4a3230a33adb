"""Requests that nobody signs: two of them are heard, with few places and little room, and nothing else is."""

import base64
import http.client
import json
import time
from contextlib import ExitStack

import pytest

from harness import strace, wire

PLACES = 64
ROLE = "arn:aws:iam::111122223333:role/Deployer"
PROVIDER = "arn:aws:iam::111122223333:saml-provider/Corp"
HEADERS = {"content-type": wire.FORM}
MEGABYTE = 1024 * 1024


def encoded(what: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(what).encode()).decode().rstrip("=")


TOKEN = ".".join(
    [
        encoded({"alg": "RS256", "kid": "k"}),
        encoded({"iss": "https://issuer.example.com", "sub": "a", "aud": "b", "exp": 4102444800}),
        encoded({"not": "a signature"}),
    ]
)


def with_token(token: str = TOKEN) -> bytes:
    return wire.form(
        "sts", "AssumeRoleWithWebIdentity", RoleArn=ROLE, RoleSessionName="name", WebIdentityToken=token
    )


def with_assertion(assertion: str) -> bytes:
    return wire.form(
        "sts", "AssumeRoleWithSAML", RoleArn=ROLE, PrincipalArn=PROVIDER, SAMLAssertion=assertion
    )


def send(server, body: bytes, **headers) -> wire.Answer:
    return wire.bare(server.endpoint, "POST", "/", HEADERS | headers, body)


def head(server, length: int) -> bytes:
    lines = ["POST / HTTP/1.1", f"host: {wire.host_of(server.endpoint)}", f"content-type: {wire.FORM}"]
    return ("\r\n".join([*lines, f"content-length: {length}"]) + "\r\n\r\n").encode()


@pytest.mark.parametrize("target", ["/", "/?Action=GetCallerIdentity"])
def test_whatever_is_no_login_wants_a_signature(server, target):
    body = wire.form("sts", "GetCallerIdentity")
    answer = wire.bare(server.endpoint, "POST", target, HEADERS, body)
    assert (answer.status, answer.code) == (403, "MissingAuthenticationToken")


def test_a_login_can_be_in_the_query(server):
    for method in ("GET", "POST"):
        answer = wire.bare(server.endpoint, method, f"/?{with_token().decode()}", {}, b"")
        assert (answer.status, answer.code) == (400, "InvalidIdentityToken")


def test_the_signature_that_comes_along_is_not_looked_at(server, account):
    signers = [
        account.root,
        account.root.with_key(secret_access_key="wrong" * 8),
        account.root.with_key(access_key_id="AKIAIOSFODNN7EXAMPLE"),
        account.root.with_key(access_key_id="ASIA" + account.root.access_key_id[4:], session_token="F" * 400),
    ]
    for signer in signers:
        answer = wire.post(signer, with_token(), service="sts")
        assert (answer.status, answer.code) == (400, "InvalidIdentityToken"), answer.text
    assert send(server, with_token(), authorization="Bearer abc").code == "InvalidIdentityToken"
    assert send(server, with_token(), authorization="AWS4-HMAC-SHA256 rubbish").code == "InvalidIdentityToken"


def test_nobody_writes_lines_of_the_log(server):
    claims = {"iss": "https://a.example\nFORGED \u001b[31mline", "sub": "a", "aud": "b", "exp": 4102444800}
    token = ".".join([TOKEN.split(".")[0], encoded(claims), TOKEN.split(".")[2]])
    # Of strangers one line a second is logged.
    for _ in range(30):
        assert send(server, with_token(token)).code == "InvalidIdentityToken"
        if "FORGED" in server.log_text():
            break
        time.sleep(0.2)
    [line, *_] = [line for line in server.log_text().splitlines() if "FORGED" in line]
    assert "a.example\\nFORGED" in line
    assert "\u001b" not in line


def test_the_longest_assertion_has_room_and_what_is_longer_has_not(server):
    # Every one of these characters is escaped, which makes three bytes of it.
    answer = send(server, with_assertion("+" * 80_000))
    assert (answer.status, answer.code) == (400, "InvalidIdentityToken")
    answer = send(server, with_assertion("a" * 100_000))
    assert (answer.status, answer.code) == (400, "InvalidIdentityToken")
    answer = send(server, with_assertion("a" * 100_001))
    assert (answer.status, answer.code) == (400, "ValidationError")
    answer = send(server, with_assertion("a" * 300_000))
    assert (answer.status, answer.code) == (403, "MissingAuthenticationToken")


def test_a_form_of_too_many_parts_is_no_login(server):
    answer = send(server, with_token() + b"&a" * 100)
    assert (answer.status, answer.code) == (403, "MissingAuthenticationToken")


def test_it_reaches_the_api_where_a_store_stands_behind(gateway):
    answer = send(gateway, with_token())
    assert (answer.status, answer.code) == (400, "InvalidIdentityToken")
    assert answer.namespace == "https://sts.amazonaws.com/doc/2011-06-15/"


class TestPlaces:
    def test_a_network_has_few_and_others_are_served_meanwhile(self, fresh_server):
        server = fresh_server().start()
        account = server.account()
        account.iam.list_users()
        with ExitStack() as stack:
            socks = [stack.enter_context(wire.connect(server.endpoint)) for _ in range(4 * PLACES)]
            # Each announces a login and sends half of it.
            for sock in socks:
                sock.sendall(head(server, len(with_token())) + with_token()[:100])
            assert wire.call(account.root, "ListUsers").seconds < 2
            answers = [answer_on(sock) for sock in socks]
        # Some have held a place until they lost it; the others are told at once that there is none.
        assert {status for status, _ in answers} == {400, 408}
        refused = [text for status, text in answers if status == 400]
        assert all("<Code>Throttling</Code>" in text and "Rate exceeded" in text for text in refused)
        assert send(server, with_token()).code == "InvalidIdentityToken"

    def test_who_dawdles_loses_the_place(self, fresh_server):
        server = fresh_server().start()
        with wire.connect(server.endpoint) as sock:
            sock.sendall(head(server, len(with_token())) + with_token()[:100])
            sock.settimeout(15)
            start = time.monotonic()
            assert wire.read_status(sock) == 408
            assert time.monotonic() - start < 10

    def test_bodies_have_little_room(self, fresh_server):
        """A hundred and more connections with large forms each: what they hold together is bounded."""
        server = fresh_server().start()
        server.account().iam.list_users()
        before = server.resident_bytes()
        body = with_assertion("a" * 240_000)
        with ExitStack() as stack:
            for _ in range(150):
                sock = stack.enter_context(wire.connect(server.endpoint))
                sock.setblocking(False)
                data = head(server, len(body) + 10) + body
                try:
                    sock.send(data)
                except BlockingIOError:
                    continue
            time.sleep(1)
            grown = server.resident_bytes_peak() - before
        assert grown < 60 * MEGABYTE, f"{grown / MEGABYTE:.0f} MB more"


def answer_on(sock) -> tuple[int, str]:
    sock.settimeout(15)
    response = http.client.HTTPResponse(sock)
    response.begin()
    return response.status, response.read().decode()


def test_forged_words_buy_no_sync_and_leave_no_record(fresh_server, tmp_path):
    output = tmp_path / "strace"
    server = fresh_server().start(wrapper=strace.wrapper(output, names=strace.SYNCS))
    account = server.account()
    issuer = account.iam.create_open_id_connect_provider(
        Url="https://issuer.example.com", ClientIDList=["b"], ThumbprintList=["0" * 40]
    )
    assert issuer["OpenIDConnectProviderArn"].endswith("issuer.example.com")
    role = ROLE.replace("111122223333", account.id)
    time.sleep(2)
    quiet = syncs(output)
    for body in (with_token(), with_token("rubbish"), with_assertion("PGE+")):
        for named in (ROLE, role):
            send(server, body.replace(ROLE.replace(":", "%3A").encode(), named.replace(":", "%3A").encode()))
    assert syncs(output) - quiet <= 2, "strangers made the server sync"
    account.iam.create_user(UserName="written-afterwards")
    deadline = time.monotonic() + 10
    while not any("written-afterwards" in str(record) for record in server.trail(account.id)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert not [record for record in server.trail() if record["eventName"].startswith("AssumeRoleWith")]
    server.stop()


def syncs(output) -> int:
    return output.read_text(errors="replace").count("sync(")
