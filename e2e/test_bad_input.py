"""Bad input gets AWS's error, soon, and in bounded memory; the server goes on serving others."""

import http.client
import json
import threading
import time

import pytest

from harness import wire
from harness.policies import allow, document
from harness.server import Server

# Generous for an unoptimised build on a busy machine, and far from what a hang or quadratic work takes.
SECONDS_MAX = 10
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def prey(binary, tmp_path_factory):
    """A server for this file alone, so that its memory can be watched."""
    server = Server(binary, tmp_path_factory.mktemp("prey"))
    server.start()
    account = server.account()
    account.iam.list_users()
    yield server, account
    account.iam.list_users()
    assert server.stop() == 0


def answers(answer, code: str, status: int) -> None:
    assert (answer.status, answer.code) == (status, code), answer.text[:500]
    assert answer.seconds < SECONDS_MAX
    assert answer.request_id == answer.element("RequestId")
    assert answer.headers["content-type"].startswith("text/xml")


def test_a_body_over_ten_million_bytes_is_a_bare_413(prey):
    server, account = prey
    before = server.resident_bytes_peak()
    for size in (10_000_001, 11 * MEGABYTE):
        body = b"Action=ListUsers&Version=2010-05-08&Pad=".ljust(size, b"a")
        answer = wire.post(account.root, body)
        assert (answer.status, answer.body) == (413, b"")
        assert answer.seconds < SECONDS_MAX
    assert server.resident_bytes_peak() - before < 4 * MEGABYTE, "an announced length is refused unread"


def test_a_body_that_announces_no_length_is_cut_off_at_the_same_size(prey):
    server, account = prey
    signer = wire.Signer(account.root)
    with wire.connect(server.endpoint) as sock:
        sock.sendall(wire.head_bytes(signer, wire.host_of(server.endpoint), wire.sha256(b"x"), None))
        piece = b"%x\r\n" % 65_536 + b"a" * 65_536 + b"\r\n"
        try:
            for _ in range(11 * MEGABYTE // 65_536):
                sock.sendall(piece)
        except OSError:
            pass  # It may hang up before it has all: that is the point.
        assert wire.read_status(sock) in (413, 0)


def test_the_largest_body_is_still_read(prey):
    server, account = prey
    body = b"Action=ListUsers&Version=2010-05-08&Pad=".ljust(10_000_000, b"a")
    answer = wire.post(account.root, body)
    assert answer.status == 200, answer.text[:500]


def test_a_million_parameters_are_answered_soon_and_in_bounded_memory(prey):
    server, account = prey
    before = server.resident_bytes_peak()
    body = b"Action=ListUsers&Version=2010-05-08&" + b"&".join(
        b"p%d=" % number for number in range(1_000_000)
    )
    answer = wire.post(account.root, body)
    assert answer.status == 400, answer.text[:500]
    assert answer.seconds < SECONDS_MAX
    assert server.resident_bytes_peak() - before < 150 * MEGABYTE


def test_a_list_index_beyond_reason_allocates_nothing(prey):
    server, account = prey
    before = server.resident_bytes_peak()
    for index in ("4000000000", "99999999999999999999", "-1", "x"):
        name = f"Tags.member.{index}.Key"
        answer = wire.call(account.root, "TagUser", UserName="nobody", **{name: "k"})
        assert 400 <= answer.status < 500, answer.text
    assert server.resident_bytes_peak() - before < 8 * MEGABYTE


DEEP = 10_000
ALLOW_IF = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":'
NESTED = {
    "arrays": '{"Version":"2012-10-17","Statement":' + "[" * DEEP + "]" * DEEP + "}",
    "objects": '{"a":' * DEEP + "{}" + "}" * DEEP,
    "conditions": ALLOW_IF + '{"a":' * DEEP + "{}" + "}" * DEEP + "}}",
    "unclosed": "[" * 10 * DEEP,
}


@pytest.mark.parametrize("shape", NESTED)
def test_a_policy_nested_ten_thousand_deep_is_malformed(prey, shape):
    _, account = prey
    answer = wire.call(account.root, "CreatePolicy", PolicyName="deep", PolicyDocument=NESTED[shape])
    answers(answer, "MalformedPolicyDocument", 400)
    trust = wire.call(account.root, "CreateRole", RoleName="deep", AssumeRolePolicyDocument=NESTED[shape])
    answers(trust, "MalformedPolicyDocument", 400)


HOSTILE_DOCUMENTS = {
    "many wildcards": document(allow("iam:*", "arn:aws:iam::*:user/" + "*a" * 900)),
    "a huge number": '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*",'
    '"Condition":{"NumericEquals":{"aws:EpochTime":1e999999}}}}',
    "an unfinished escape": '{"Version":"2012-10-17","Statement":"\\u12',
    "half a surrogate": '{"Version":"2012-10-17","Id":"\\ud800","Statement":[]}',
    "a byte order mark": "\ufeff" + document(allow("*")),
    "nothing": " ",
    "a number": "1",
    "two documents": document(allow("*")) * 2,
}


@pytest.mark.parametrize("kind", HOSTILE_DOCUMENTS)
def test_a_hostile_document_is_answered_soon_and_the_user_still_decided(prey, kind):
    """Accepted or refused, it must neither hang nor be taken for a permission it does not give."""
    _, account = prey
    user = account.user()
    answer = wire.call(
        account.root,
        "PutUserPolicy",
        UserName=user.name,
        PolicyName="hostile",
        PolicyDocument=HOSTILE_DOCUMENTS[kind],
    )
    assert answer.status in (200, 400), answer.text
    assert answer.seconds < SECONDS_MAX
    decided = wire.call(user, "CreateUser", UserName="a" * 64)
    assert decided.status == 403, decided.text
    assert decided.seconds < SECONDS_MAX


@pytest.mark.parametrize(
    ("service", "action", "parameters"),
    [
        ("iam", "ListUsers", {"MaxItems": "many"}),
        ("iam", "ListUsers", {"MaxItems": "1.5"}),
        ("iam", "ListUsers", {"MaxItems": "99999999999999999999"}),
        (
            "iam",
            "CreatePolicyVersion",
            {"PolicyArn": "arn:aws:iam::aws:policy/X", "PolicyDocument": "{}", "SetAsDefault": "perhaps"},
        ),
        (
            "sts",
            "AssumeRole",
            {
                "RoleArn": "arn:aws:iam::123456789012:role/r",
                "RoleSessionName": "s",
                "DurationSeconds": "soon",
            },
        ),
    ],
)
def test_a_value_of_the_wrong_type_is_malformed_input(prey, service, action, parameters):
    _, account = prey
    answer = wire.call(account.root, action, service=service, **parameters)
    answers(answer, "MalformedInput", 400)


@pytest.mark.parametrize(
    ("body", "version"),
    [
        (b"Action=NoSuchOperation&Version=2010-05-08", "2010-05-08"),
        (b"Action=CreateUser&Version=1999-01-01&UserName=x", "1999-01-01"),
        (b"Action=CreateUser%00&Version=2010-05-08", "2010-05-08"),
        (b"Action=AssumeRole&Version=2010-05-08", "2010-05-08"),
    ],
)
def test_an_operation_that_does_not_exist_is_an_invalid_action(prey, body, version):
    _, account = prey
    answer = wire.post(account.root, body)
    answers(answer, "InvalidAction", 400)
    assert answer.namespace == "http://webservices.amazon.com/AWSFault/2005-15-09"
    assert answer.message.startswith("Could not find operation ")
    assert answer.message.endswith(f" for version {version}")


NOT_UTF8 = [
    b"Action=CreateUser&Version=2010-05-08&UserName=%FF%FE",
    b"Action=CreateUser&Version=2010-05-08&UserName=\xff\xfe",
    b"Action=CreateUser&Version=2010-05-08&UserName=%C0%80",
    b"Action=CreateUser&Version=2010-05-08&UserName=%",
    b"Action=CreateUser&Version=2010-05-08&UserName=%zz",
    b"Action=CreateUser&Version=2010-05-08&UserName=a%00b",
    b"Action=\xff&Version=2010-05-08",
    b"\x00\x01\x02\x03",
    b"&&&===&&&",
    b'{"Action":"CreateUser"}',
    b"<xml/>",
]


@pytest.mark.parametrize("body", NOT_UTF8)
def test_bytes_that_are_no_text_are_refused_as_the_senders_fault(prey, body):
    _, account = prey
    answer = wire.post(account.root, body)
    assert 400 <= answer.status < 500, answer.text
    assert answer.element("Type") == "Sender"
    assert answer.seconds < SECONDS_MAX
    assert all(user["UserName"].isprintable() for user in account.iam.list_users()["Users"])


def test_markup_in_values_comes_back_as_text(prey):
    _, account = prey
    name = "<b>&amp;\"'</b>"
    answer = wire.call(account.root, "GetUser", UserName=name)
    answers(answer, "ValidationError", 400)
    assert "<b>" not in answer.text


def test_the_first_of_two_equal_parameters_counts(prey):
    _, account = prey
    account.iam.create_user(UserName="first-counts")
    body = b"Action=GetUser&Version=2010-05-08&UserName=first-counts&UserName=nobody&Unknown=1"
    answer = wire.post(account.root, body)
    assert answer.status == 200, answer.text
    assert answer.element("UserName") == "first-counts"


def test_slow_bodies_are_given_up_and_hinder_nobody(prey):
    server, account = prey
    signer = wire.Signer(account.root)
    host = wire.host_of(server.endpoint)
    socks = [wire.connect(server.endpoint) for _ in range(100)]
    try:
        for sock in socks:
            sock.sendall(wire.head_bytes(signer, host, wire.sha256(b"x"), 1_000) + b"Action=")
        started = time.monotonic()
        answer = wire.call(account.root, "ListUsers")
        assert answer.status == 200
        assert answer.seconds < SECONDS_MAX
        ended = [wire.read_status(sock) for sock in socks]
        assert time.monotonic() - started < 55, "slow bodies are held for too long"
        assert all(status in (0, 400, 408) for status in ended), set(ended)
    finally:
        for sock in socks:
            sock.close()


def test_slow_heads_are_given_up_too(prey):
    server, _ = prey
    with wire.connect(server.endpoint) as sock:
        sock.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nX-")
        started = time.monotonic()
        assert wire.read_status(sock) in (0, 400, 408, 431)
        assert time.monotonic() - started < 55


def test_a_head_without_end_is_bounded(prey):
    server, _ = prey
    before = server.resident_bytes_peak()
    with wire.connect(server.endpoint) as sock:
        sock.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n")
        try:
            for number in range(4_000):
                sock.sendall(b"X-Pad-%d: %s\r\n" % (number, b"a" * 4_000))
        except OSError:
            pass
        assert wire.read_status(sock) in (0, 400, 431)
    assert server.resident_bytes_peak() - before < 8 * MEGABYTE


def test_hostile_requests_at_once_stay_within_the_budget_and_leave_it_free(prey):
    """Forty signed bodies of nine million bytes: 360 MB if all were held."""
    server, account = prey
    before = server.resident_bytes()
    body = b"Action=ListUsers&Version=2010-05-08&Pad=".ljust(9_000_000, b"a")
    statuses = []

    def send():
        try:
            statuses.append(wire.post(account.root, body).status)
        except (OSError, http.client.HTTPException):
            statuses.append(0)

    threads = [threading.Thread(target=send) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {200, 503, 408, 0}, statuses
    assert 200 in statuses
    assert server.resident_bytes_peak() - before < 200 * MEGABYTE
    assert wire.call(account.root, "ListUsers").status == 200


def test_json_that_only_looks_like_a_policy_is_never_a_permission(prey):
    _, account = prey
    for text in (
        json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "allow", "Action": "*", "Resource": "*"}]}
        ),
        json.dumps(
            {"Version": "2012-10-17", "Statement": [{"effect": "Allow", "Action": "*", "Resource": "*"}]}
        ),
        json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["*", 1], "Resource": "*"}]}
        ),
        json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": ["Allow"], "Action": "*", "Resource": "*"}]}
        ),
        '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}',
    ):
        answer = wire.call(account.root, "CreatePolicy", PolicyName="looks", PolicyDocument=text)
        answers(answer, "MalformedPolicyDocument", 400)
