"""A small application behind a real Envoy, which asks Lanyard before it lets anybody through: the example of the documentation."""

import http.client
import json
import shutil
import ssl
import subprocess
import time

import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from harness import wire
from harness.decision_point import bearer_key
from harness.envoy import ClientAuthority, Envoy, place
from harness.envoy_site import HOST, EnvoySite, signed
from harness.policies import allow, deny, trust


@pytest.fixture(scope="module")
def site(binary, tmp_path_factory):
    site = EnvoySite(binary, tmp_path_factory.mktemp("site"))
    yield site
    site.stop()


@pytest.fixture(scope="module")
def authority(site):
    return site.authority


@pytest.fixture(scope="module")
def issuer(site):
    return site.issuer


@pytest.fixture(scope="module")
def lanyard(site):
    return site.lanyard


@pytest.fixture(scope="module")
def owner(site):
    return site.owner


@pytest.fixture(scope="module")
def application(site):
    return site.application


@pytest.fixture(scope="module")
def clients(site):
    return site.clients


@pytest.fixture(scope="module")
def readers(site):
    return site.readers


@pytest.fixture(scope="module")
def carla(site):
    return site.carla


@pytest.fixture(scope="module")
def envoy(site, tmp_path_factory):
    port = place()
    envoy = Envoy(tmp_path_factory.mktemp("envoy"), site.configuration(port), port)
    yield envoy
    envoy.stop()


@pytest.fixture
def ask(envoy, authority):
    """Sends a request over TLS exactly as it is given."""

    def ask(method, path, headers=None, body=b"", certificate=None, host=HOST) -> wire.Answer:
        context = ssl.create_default_context(cafile=authority.file)
        context.check_hostname = False
        if certificate:
            context.load_cert_chain(*certificate)
        connection = http.client.HTTPSConnection("127.0.0.1", envoy.port, timeout=20, context=context)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            headers = headers or {}
            pairs = list(headers.items()) if isinstance(headers, dict) else headers
            if not any(name == "host" for name, _ in pairs):
                pairs = [("host", host), *pairs]
            if body:
                pairs.append(("content-length", str(len(body))))
            for name, value in pairs:
                connection.putheader(name, value)
            connection.endheaders(body or None)
            return wire.read_answer(connection, time.monotonic())
        finally:
            connection.close()

    return ask


def passed(answer: wire.Answer, principal: str, line: str) -> None:
    assert (answer.status, answer.text) == (200, f"{line} for {principal}")


class TestSignatures:
    def test_allow(self, ask, carla):
        passed(ask("GET", "/page/1", signed(carla)), carla.arn, "GET /page/1")

    def test_deny_with_reason(self, ask, application, owner, lanyard, carla):
        before = len(application.seen)
        stranger = owner.user("stranger")
        answer = ask("GET", "/page/1", signed(stranger))
        assert (answer.status, answer.text) == (
            403,
            f"User: {stranger.arn} is not authorized to perform: app:Read on resource: arn:aws:app:::page/1 "
            "because no identity-based policy allows the app:Read action\n",
        )
        explained = json.dumps(lanyard.explain(answer.headers["x-lanyard-decision-id"]))
        assert "app:Read" in explained
        answer = ask("GET", "/page/9", signed(carla, path="/page/9"))
        assert answer.status == 403
        assert "with an explicit deny in an identity-based policy" in answer.text
        assert len(application.seen) == before

    def test_whoever_proves_nothing_is_told_so(self, ask, application):
        before = len(application.seen)
        for headers in ({}, {"authorization": "Bearer x"}, {"authorization": "Basic YTpi"}):
            answer = ask("GET", "/page/1", headers)
            assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer"), headers
        assert len(application.seen) == before

    def test_a_session_and_a_presigned_address(self, ask, application, owner):
        role = owner.role(trust(owner.root_arn), allow("app:Read"))
        session = owner.user(None, allow("sts:AssumeRole")).assume(role, "dora")
        passed(ask("GET", "/page/1", signed(session)), session.arn, "GET /page/1")
        keys = Credentials(session.access_key_id, session.secret_access_key, session.session_token)
        request = AWSRequest("GET", f"https://{HOST}/page/1?a=b")
        SigV4QueryAuth(keys, "app", "us-east-1").add_auth(request)
        answer = ask("GET", request.url.removeprefix(f"https://{HOST}"))
        # The application gets nothing that it could use again.
        passed(answer, session.arn, "GET /page/1?a=b")

    def test_a_signature_is_for_one_request(self, ask, application, carla):
        headers = signed(carla)
        before = len(application.seen)
        for method, path in (("GET", "/page/2"), ("GET", "/page/1?x=1"), ("PUT", "/page/1")):
            assert ask(method, path, headers).status == 401, (method, path)
        assert ask("GET", "/page/1", signed(carla, scope_service="s3")).status == 401
        assert ask("GET", "/page/1", headers | {"host": f"{HOST}:{1}"}).status in (401, 404)
        assert len(application.seen) == before

    def test_a_body_is_held_against_its_signature(self, ask, application, carla):
        body, other = b'{"text":"hello"}', b'{"text":"hullo"}'
        for declared in (None, wire.sha256(body)):
            headers = signed(carla, "PUT", body=body, declared=declared)
            passed(ask("PUT", "/page/1", headers, body), carla.arn, "PUT /page/1")
            before = len(application.seen)
            assert ask("PUT", "/page/1", headers, other).status == 401
            assert ask("PUT", "/page/1", headers).status == 401
            assert len(application.seen) == before
        for declared in ("UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"):
            headers = signed(carla, "PUT", declared=declared)
            assert ask("PUT", "/page/1", headers, body).status == 401
        large = b"x" * 70_000
        assert ask("PUT", "/page/1", signed(carla, "PUT", body=large), large).status == 413
        spoofed = signed(carla, "PUT", body=body) | {"x-envoy-auth-partial-body": "false"}
        assert ask("PUT", "/page/1", spoofed, other).status == 401
        assert len(application.seen) == before

    def test_bytes_that_are_no_text_are_held_against_it_too(self, ask, carla):
        body = bytes(range(256))
        passed(ask("PUT", "/page/1", signed(carla, "PUT", body=body), body), carla.arn, "PUT /page/1")

    def test_http2(self, envoy, authority, carla, tmp_path):
        curl = shutil.which("curl")
        assert curl
        words = [
            curl,
            "-sS",
            "--http2",
            "--cacert",
            authority.file,
            "--resolve",
            f"{HOST}:{envoy.port}:127.0.0.1",
        ]
        words += [
            "--aws-sigv4",
            "aws:amz:us-east-1:app",
            "--user",
            f"{carla.access_key_id}:{carla.secret_access_key}",
        ]
        words += ["-w", " %{http_version}", f"https://{HOST}:{envoy.port}/page/1"]
        answer = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=20)
        assert answer.stdout == f"GET /page/1 for {carla.arn} 2", answer


class TestPeopleAndTokens:
    def test_a_bearer_key_of_a_person(self, ask, binary, carla):
        key = bearer_key(binary, carla, "--for-person")
        passed(ask("GET", "/page/1", {"authorization": f"Bearer {key}"}), carla.arn, "GET /page/1")
        asking = bearer_key(binary, carla)
        assert ask("GET", "/page/1", {"authorization": f"Bearer {asking}"}).status == 401

    def test_a_token_is_a_session_of_the_role(self, ask, issuer, readers, owner):
        headers = {"authorization": f"Bearer {issuer.token(sub='ada@example.com')}"}
        session = f"arn:aws:sts::{owner.id}:assumed-role/{readers.rsplit('/')[-1]}/ada@example.com"
        passed(ask("GET", "/page/1", headers), session, "GET /page/1")
        assert ask("PUT", "/page/1", headers).status == 403

    def test_the_trust_policy_decides(self, ask, issuer, application, lanyard):
        before = len(application.seen)
        answer = ask("GET", "/page/1", {"authorization": f"Bearer {issuer.token(sub='mallory')}"})
        assert (answer.status, answer.text) == (
            403,
            "Not authorized to perform sts:AssumeRoleWithWebIdentity\n",
        )
        explained = json.dumps(lanyard.explain(answer.headers["x-lanyard-decision-id"]))
        assert "sts:AssumeRoleWithWebIdentity" in explained
        assert len(application.seen) == before

    def test_a_token_that_is_not_genuine(self, ask, issuer, application):
        before = len(application.seen)
        good = issuer.token()
        head, claims, signature = good.split(".")
        for token in (
            f"{head}.{claims}.{signature[:-8]}AAAAAAAA",
            f"{head}.{claims}.",
            issuer.token(exp=int(time.time()) - 600),
            issuer.token(aud="somebody-else"),
            issuer.token(iss="https://issuer.example"),
            issuer.hmac_token(issuer.public_pem()),
            "a.b.c",
            "..",
        ):
            assert ask("GET", "/page/1", {"authorization": f"Bearer {token}"}).status == 401, token
        assert len(application.seen) == before


@pytest.fixture(scope="module")
def worker(owner):
    return owner.role(trust(owner.root_arn), allow("app:Work", "arn:aws:app:::work/mail"), name="packer")


class TestCertificates:
    def test_a_certificate_is_a_role(self, ask, clients, worker):
        certificate = clients.client("spiffe://example.com/workload/packer")
        passed(ask("GET", "/work/mail", certificate=certificate), worker, "GET /work/mail")
        assert ask("GET", "/work/money", certificate=certificate).status == 403

    def test_other_certificates_are_nobody(self, ask, clients, application, worker, carla):
        before = len(application.seen)
        for uri in (
            "spiffe://other.example.com/workload/packer",
            "spiffe://example.com/workload/packer/x",
            "spiffe://example.com/workload/",
            "spiffe://example.com/other/packer",
        ):
            assert ask("GET", "/work/mail", certificate=clients.client(uri)).status == 401, uri
        nobody = clients.client("spiffe://example.com/workload/nobody")
        assert ask("GET", "/work/mail", certificate=nobody).status == 403
        assert ask("GET", "/work/mail").status == 401
        assert ask("GET", "/work/mail", signed(carla, path="/work/mail")).status == 401
        forged = {"x-forwarded-client-cert": "URI=spiffe://example.com/workload/packer"}
        assert ask("GET", "/work/mail", forged).status == 401
        assert len(application.seen) == before

    def test_a_certificate_of_another_authority_is_refused(self, ask, tmp_path):
        other = ClientAuthority(tmp_path).client("spiffe://example.com/workload/packer")
        with pytest.raises((ssl.SSLError, ConnectionError, http.client.HTTPException)):
            ask("GET", "/work/mail", certificate=other)


class TestWhatClientsSay:
    def test_the_application_hears_lanyard_alone(self, ask, application, carla):
        headers = list(signed(carla).items())
        headers += [("x-lanyard-principal", "arn:aws:iam::1:root"), ("x-lanyard-principal", "again")]
        headers += [("X-Lanyard-Reason", "because"), ("x-lanyard-decision-id", "1"), ("x-lanyard-else", "2")]
        passed(ask("GET", "/page/1", headers), carla.arn, "GET /page/1")
        seen = application.seen[-1][2]
        ours = {name: value for name, value in seen if name.startswith("x-lanyard-")}
        assert sorted(name for name, _ in seen if name.startswith("x-lanyard-")) == [
            "x-lanyard-decision-id",
            "x-lanyard-principal",
        ]
        assert ours["x-lanyard-principal"] == carla.arn
        assert len(ours["x-lanyard-decision-id"]) == 36
        assert not {"authorization", "x-amz-security-token"} & {name for name, _ in seen}

    def test_what_is_decided_is_what_the_application_gets(self, ask, application, binary, carla):
        """Carla may read every page but 9. However she writes it, nobody hears of it, nor of anything but a page."""
        headers = {"authorization": f"Bearer {bearer_key(binary, carla, '--for-person')}"}
        before = len(application.seen)
        for path in (
            "/page/9",
            "/page/%39",
            "/page/9/../1",
            "/page/9/..%2f1",
            "/page/9%2f..%2f1",
            "/page/9;/../1",
            "/page/9;x",
            "/page/9%3bx",
            "/page/9/.%2e/1",
            "/page/1%0a",
            "/page/1/",
            "/page/1/../9",
            "/page//1",
            "/page/./1",
            "/page/1%00",
            "/page/*",
            "/page/%2a",
            "/page/%c3%a9",
            "/page/",
            "/work/../page/1",
            "/other",
            "/",
            "*",
        ):
            assert ask("GET", path, headers).status in (400, 401, 403, 404), path
        assert len(application.seen) == before
        assert ask("GET", "/page/1?a=/../9", headers).status == 200

    def test_addresses_and_tls_are_what_envoy_says(self, ask, binary, owner, application):
        def person(name, **condition):
            user = owner.user(name, allow("app:Read"), deny("app:Read", **condition))
            return {"authorization": f"Bearer {bearer_key(binary, user, '--for-person')}"}

        spoofed = {"x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "http", "x-real-ip": "192.0.2.1"}
        elsewhere = person("elsewhere", NotIpAddress={"aws:SourceIp": "127.0.0.0/8"})
        assert ask("GET", "/page/1", elsewhere | spoofed).status == 200
        here = person("here", IpAddress={"aws:SourceIp": "127.0.0.0/8"})
        assert ask("GET", "/page/1", here | spoofed).status == 403
        plain = person("plain", Bool={"aws:SecureTransport": "false"})
        assert ask("GET", "/page/1", plain | spoofed).status == 200
        secure = person("secure", Bool={"aws:SecureTransport": "true"})
        assert ask("GET", "/page/1", secure).status == 403
        path = person(
            "path", StringEquals={"envoy:Path": "/page/2", "envoy:Method": "GET", "envoy:Host": HOST}
        )
        assert ask("GET", "/page/1", path).status == 200
        assert ask("GET", "/page/2", path).status == 403

    def test_a_request_that_some_applications_take_for_another_is_refused(self, ask, application, carla):
        before = len(application.seen)
        for name, value in (
            ("x-http-method-override", "PUT"),
            ("X-HTTP-Method", "PUT"),
            ("x-original-url", "/page/9"),
            ("x-rewrite-url", "/page/9"),
        ):
            assert ask("GET", "/page/1", signed(carla) | {name: value}).status == 403, name
        assert len(application.seen) == before

    def test_another_host_is_refused(self, ask, binary, carla, application):
        before = len(application.seen)
        headers = {"authorization": f"Bearer {bearer_key(binary, carla, '--for-person')}"}
        for host in ("other.example.com", "127.0.0.1", "app.example.com.evil.example"):
            assert ask("GET", "/page/1", headers, host=host).status in (403, 404), host
        assert len(application.seen) == before
