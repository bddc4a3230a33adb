"""A small web application behind nginx, which asks Lanyard before it lets anybody through: the example of the documentation."""

import re
from pathlib import Path

import pytest

from harness import wire
from harness.decision_point import bearer_key
from harness.nginx import Application, Nginx
from harness.policies import allow, deny

DOCUMENTATION = Path(__file__).resolve().parent.parent / "docs/authorize.md"


@pytest.fixture(scope="module")
def owner(server):
    return server.account("nginx")


@pytest.fixture(scope="module")
def application():
    application = Application()
    yield application
    application.stop()


@pytest.fixture(scope="module")
def site(binary, server, owner, application, tmp_path_factory):
    """nginx as the documentation has it; only the places and the key are others."""
    example = re.search(r"```nginx\n(.*?)```", DOCUMENTATION.read_text(), re.DOTALL)[1]
    before, inside = re.fullmatch(r"(.*?)\nserver \{\n(.*)\n\}\n", example, re.DOTALL).groups()
    key = bearer_key(binary, owner.user("guard", allow("lanyard:Authorize")))
    for shown, real in (
        ("    listen 443 ssl;\n", ""),
        ("http://127.0.0.1:8080", application.endpoint),
        ("http://127.0.0.1:4260", server.endpoint),
        ("Bearer AKIA….…", f"Bearer {key}"),
        ('"app.example.com"', '"127.0.0.1:$server_port"'),
    ):
        assert shown in inside, f"the example has no {shown} any more"
        inside = inside.replace(shown, real)
    nginx = Nginx(tmp_path_factory.mktemp("nginx"), inside, before)
    yield nginx
    nginx.stop()


@pytest.fixture(scope="module")
def carla(owner):
    return owner.user(
        "carla", allow("app:Read", "arn:aws:app:::page/*"), deny("app:Read", "arn:aws:app:::page/9")
    )


@pytest.fixture(scope="module")
def proof(binary):
    """What a person shows."""
    return lambda identity: f"Bearer {bearer_key(binary, identity, '--for-person')}"


def get(site, path: str, **headers: str) -> wire.Answer:
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return wire.bare(site.endpoint, "GET", path, {"host": wire.host_of(site.endpoint)} | headers)


def get_signed(site, identity, path: str) -> wire.Answer:
    signer = wire.Signer(identity, service="app", method="GET", path=path, content_type=None)
    return wire.send(site.endpoint, b"", signer)


def test_allow(site, application, proof, carla):
    answer = get(site, "/page/1", authorization=proof(carla))
    assert (answer.status, answer.text) == (200, f"page /page/1 for {carla.arn}")
    answer = get_signed(site, carla, "/page/2")
    assert (answer.status, answer.text) == (200, f"page /page/2 for {carla.arn}")


def test_deny(site, application, proof, owner):
    nobody = owner.user("nobody")
    before = len(application.seen)
    assert get(site, "/page/1", authorization=proof(nobody)).status == 403
    assert get(site, "/page/1").status == 401
    assert get(site, "/page/1", authorization="Bearer x").status == 401
    assert get(site, "/page/1", authorization="Basic YTpi").status == 401
    assert len(application.seen) == before


def test_deny_with_reason(site, application, owner, carla):
    before = len(application.seen)
    stranger = owner.user("stranger")
    answer = get_signed(site, stranger, "/page/1")
    assert (answer.status, answer.text) == (
        403,
        f"User: {stranger.arn} is not authorized to perform: app:Read on resource: arn:aws:app:::page/1 "
        "because no identity-based policy allows the app:Read action\n",
    )
    answer = get_signed(site, carla, "/page/9")
    assert answer.status == 403
    assert "with an explicit deny in an identity-based policy" in answer.text
    assert len(application.seen) == before


def test_a_session_proves_itself_by_signature(site, owner):
    from harness.policies import trust

    role = owner.role(trust(owner.root_arn), allow("app:Read"))
    session = owner.user(None, allow("sts:AssumeRole")).assume(role, "dora")
    answer = get_signed(site, session, "/page/1")
    assert (answer.status, answer.text) == (200, f"page /page/1 for {session.arn}")


def test_a_signature_is_for_one_path(site, carla):
    signer = wire.Signer(carla, service="app", method="GET", path="/page/1", content_type=None)
    headers = signer.headers(wire.host_of(site.endpoint), wire.sha256(b""))
    assert wire.bare(site.endpoint, "GET", "/page/1", headers).status == 200
    assert wire.bare(site.endpoint, "GET", "/page/2", headers).status == 401
    assert wire.bare(site.endpoint, "GET", "/page/1?x=1", headers).status == 401


def test_what_is_decided_is_what_the_application_gets(site, application, proof, carla):
    """Carla may read every page but 9. However she writes it, nobody hears of it, nor of anything but a page."""
    headers = {"authorization": proof(carla)}
    before = len(application.seen)
    for path in (
        "/page/9",
        "/page/%39",
        "/page/9/../1",
        "/page/9/..%2f1",
        "/page/9%2f..%2f1",
        "/page/9;/../1",
        "/page/9/.%2e/1",
        "/page/9/../1#/x",
        "/page/1%0a",
        "/page/1/",
        "/page/1/../9",
        "//page/1",
        "/page//1",
        "/page/./1",
        "/x/..//page/./1",
        "/other",
        "/",
    ):
        assert get(site, path, **headers).status in (400, 403, 404), path
    assert len(application.seen) == before
    assert get(site, "/page/1?a=/../9", **headers).status == 200


def test_a_signature_is_for_one_spelling_of_a_path(site, application, carla):
    signer = wire.Signer(carla, service="app", method="GET", path="/page/1", content_type=None)
    headers = signer.headers(wire.host_of(site.endpoint), wire.sha256(b""))
    before = len(application.seen)
    for path in ("/page/9/../1", "/x/..//page/./1", "/page/./1"):
        assert wire.bare(site.endpoint, "GET", path, headers).status in (400, 403, 404), path
    assert len(application.seen) == before


def test_whoever_may_read_may_not_write(site, application, proof, carla):
    headers = {"host": wire.host_of(site.endpoint), "authorization": proof(carla)}
    before = len(application.seen)
    for method in ("DELETE", "POST", "PUT", "PATCH"):
        assert wire.bare(site.endpoint, method, "/page/1", headers).status == 403, method
    assert len(application.seen) == before


def test_a_request_for_another_host_is_refused(site, application, proof, carla):
    headers = {"host": wire.host_of(site.endpoint), "authorization": proof(carla)}
    before = len(application.seen)
    for host in ("other.example.com", "localhost"):
        assert wire.bare(site.endpoint, "GET", "/page/1", headers | {"host": host}).status == 400, host
    assert len(application.seen) == before


def test_no_bucket_answers_a_question_whatever_host_a_client_writes(gateway, binary):
    """An object with the name of the question would let everybody in."""
    owner = gateway.account("nginx-before-buckets")
    guard = bearer_key(binary, owner.user("guard", allow("lanyard:Authorize")))
    of_a_bucket = {"host": "anything.s3.lanyard.test"}
    question = {
        "x-lanyard-authorization": f"Bearer {guard}",
        "x-lanyard-action": "app:Read",
        "x-lanyard-resource": "arn:aws:app:::page/1",
    }
    answer = wire.bare(gateway.endpoint, "GET", "/authorize/nginx", of_a_bucket | question)
    assert (answer.status, answer.headers.get("www-authenticate")) == (401, "Bearer")
    answer = wire.bare(gateway.endpoint, "GET", "/authorize/nginx", of_a_bucket)
    assert answer.element("Code") == "AccessDenied"


def test_a_persons_key_and_an_enforcement_points_key_are_two(site, server, binary, owner, proof, carla):
    """Neither is worth anything in the place of the other."""
    assert get(site, "/page/1", authorization=f"Bearer {bearer_key(binary, carla)}").status == 401
    guard = owner.user("other-guard", allow("lanyard:Authorize"), allow("app:Read"))
    question = {"x-lanyard-action": "app:Read", "x-lanyard-resource": "arn:aws:app:::page/1"}
    question["authorization"] = proof(carla)
    for key, status in ((proof(guard), 403), (f"Bearer {bearer_key(binary, guard)}", 200)):
        headers = question | {"x-lanyard-authorization": key}
        assert wire.bare(server.endpoint, "GET", "/authorize/nginx", headers).status == status


def test_a_denial_without_tls_bites(site, application, proof, owner):
    statement = deny("app:Read", **{"Bool": {"aws:SecureTransport": "false"}})
    careful = owner.user("careful", allow("app:Read"), statement)
    before = len(application.seen)
    assert get(site, "/page/1", authorization=proof(careful)).status == 403
    assert len(application.seen) == before


def test_a_client_cannot_speak_for_nginx(site, application, binary, proof, carla):
    """What nginx sets it sets over; what it does not set is not heard."""
    key = bearer_key(binary, carla)
    authorization = proof(carla)
    before = len(application.seen)
    for headers in (
        {"x_lanyard_principal": carla.arn},
        {"x_lanyard_principal": carla.arn, "x_lanyard_authorization": f"Bearer {key} trust=principal"},
        {"x_lanyard_resource": "arn:aws:app:::page/1", "x_lanyard_action": "app:Read"},
    ):
        assert get(site, "/page/1", **headers).status in (401, 403), headers
    forged = {"x_lanyard_resource": "arn:aws:app:::page/1", "x_original_uri": "/page/1"}
    assert get(site, "/page/9", authorization=authorization, **forged).status == 403
    assert get(site, "/_authorize", authorization=authorization).status == 404
    assert len(application.seen) == before


def test_a_change_of_policy_counts_at_once(site, proof, owner):
    dora = owner.user("dora", allow("app:Read"))
    key = proof(dora)
    assert get(site, "/page/1", authorization=key).status == 200
    owner.iam.delete_user_policy(UserName="dora", PolicyName="own")
    assert get(site, "/page/1", authorization=key).status == 403
    owner.iam.delete_access_key(UserName="dora", AccessKeyId=dora.access_key_id)
    assert get(site, "/page/1", authorization=key).status == 401


def test_without_lanyard_nobody_is_let_in(binary, proof, fresh_server, application, tmp_path):
    server = fresh_server().start()
    account = server.account()
    key = bearer_key(binary, account.user("guard", allow("lanyard:Authorize")))
    reader = account.user("reader", allow("app:Read"))
    inside = f"""
    location / {{
        auth_request /_authorize;
        proxy_pass {application.endpoint};
    }}
    location = /_authorize {{
        internal;
        proxy_pass {server.endpoint}/authorize/nginx;
        proxy_pass_request_body off;
        proxy_set_header Content-Length "";
        proxy_set_header X-Lanyard-Authorization "Bearer {key}";
        proxy_set_header X-Lanyard-Action "app:Read";
        proxy_set_header X-Lanyard-Resource "arn:aws:app:::page";
    }}
    """
    nginx = Nginx(tmp_path / "nginx", inside)
    try:
        authorization = proof(reader)
        assert get(nginx, "/page/1", authorization=authorization).status == 200
        server.stop()
        before = len(application.seen)
        assert get(nginx, "/page/1", authorization=authorization).status == 500
        assert len(application.seen) == before
    finally:
        nginx.stop()
