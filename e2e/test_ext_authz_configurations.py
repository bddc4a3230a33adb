"""Envoy configured in other ways than in the documentation, and without a Lanyard that answers."""

import http.client
import json
import re
import ssl

import pytest
import requests

from harness import wire
from harness.background import wait_until
from harness.decision_point import bearer_key
from harness.envoy import Envoy, place
from harness.envoy_site import HOST, EnvoySite, signed
from harness.policies import allow, deny


@pytest.fixture(scope="module")
def site(binary, tmp_path_factory):
    site = EnvoySite(binary, tmp_path_factory.mktemp("site"))
    yield site
    site.stop()


def test_claims_that_envoy_has_verified(site, tmp_path):
    """Envoy's own filter takes the token out of the request, and leaves its claims."""
    port = place()
    keys = json.dumps(json.dumps(site.issuer.answers["/keys"]))
    before = "                http_filters:\n"
    verifying = f"""
                  - name: envoy.filters.http.jwt_authn
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication
                      providers:
                        issuer:
                          issuer: {site.issuer.url}
                          local_jwks: {{ inline_string: {keys} }}
                          payload_in_metadata: verified
                      rules:
                        - match: {{ prefix: / }}
                          requires: {{ requires_any: {{ requirements: [{{ provider_name: issuer }}, {{ allow_missing: {{}} }}] }} }}
"""
    spoken = "include_tls_session: true"
    changes = [
        (before, before + verifying.lstrip("\n")),
        (
            spoken,
            spoken + "\n                      metadata_context_namespaces: [envoy.filters.http.jwt_authn]",
        ),
        ("secure-transport,principal", "secure-transport,jwt"),
    ]
    envoy = Envoy(tmp_path / "envoy", site.configuration(port, changes), port)

    def get(headers):
        url = f"https://127.0.0.1:{port}/page/1"
        return requests.get(url, headers={"host": HOST} | headers, verify=site.authority.file, timeout=20)

    try:
        answer = get({"authorization": f"Bearer {site.issuer.token(sub='ada@example.com')}"})
        session = f"arn:aws:sts::{site.owner.id}:assumed-role/{site.readers.rsplit('/')[-1]}/ada@example.com"
        assert (answer.status_code, answer.text) == (200, f"GET /page/1 for {session}")
        assert get({"authorization": f"Bearer {site.issuer.token(sub='mallory')}"}).status_code == 403
        assert get({"authorization": f"Bearer {site.issuer.token(aud='somebody-else')}"}).status_code == 401
        assert get({}).status_code == 401
        assert get(signed(site.carla)).text == f"GET /page/1 for {site.carla.arn}"
    finally:
        envoy.stop()


@pytest.mark.parametrize(
    ("shown", "real"),
    [
        (
            "include_tls_session: true",
            "include_tls_session: true\n                      encode_raw_headers: true",
        ),
        ("with_request_body: { max_request_bytes: 65536, pack_as_bytes: true }", ""),
    ],
)
def test_other_configurations(site, tmp_path, shown, real):
    """Headers one by one; and without bodies, of which nothing is believed then."""
    port = place()
    envoy = Envoy(tmp_path / "envoy", site.configuration(port, [(shown, real)]), port)

    def send(method, headers, body=None):
        url = f"https://127.0.0.1:{port}/page/1"
        return requests.request(
            method, url, headers=headers, data=body, verify=site.authority.file, timeout=20
        )

    try:
        assert send("GET", signed(site.carla)).text == f"GET /page/1 for {site.carla.arn}"
        forged = {"x-lanyard-principal": "forged", "x-envoy-auth-partial-body": "false"}
        assert send("GET", signed(site.carla) | forged).text == f"GET /page/1 for {site.carla.arn}"
        headers = signed(site.carla, "PUT", body=b"text", declared=wire.sha256(b"text"))
        before = len(site.application.seen)
        assert send("PUT", headers | forged, b"tixt").status_code == 401
        assert len(site.application.seen) == before
        assert send("PUT", headers | forged, b"text").status_code == (401 if real == "" else 200)
        # A body that nobody announced, with a signature over none.
        assert send("PUT", signed(site.carla, "PUT"), iter([b"text"])).status_code == 401
        # A header that is there twice.
        connection = http.client.HTTPSConnection(
            "127.0.0.1", port, timeout=20, context=ssl.create_default_context(cafile=site.authority.file)
        )
        connection.putrequest("GET", "/page/1", skip_host=True)
        for name, value in signed(site.carla).items():
            connection.putheader(name, value)
        connection.putheader("authorization", "Bearer x")
        connection.endheaders()
        assert connection.getresponse().status in (401, 403)
        connection.close()
    finally:
        envoy.stop()


def test_what_envoy_does_not_vouch_for_is_in_doubt(binary, site, tmp_path):
    """Without trust= denials bite, and certificates are nobody's."""
    user = site.owner.user(
        "doubted", allow("app:Read"), deny("app:Read", Bool={"aws:SecureTransport": "false"})
    )
    other = site.owner.user("undoubted", allow("app:Read"))
    port = place()
    changes = [(" trust=source-ip,secure-transport,principal", "")]
    envoy = Envoy(tmp_path / "envoy", site.configuration(port, changes), port)
    try:
        for person, path, status in (
            (other, "/page/1", 200),
            (user, "/page/1", 403),
            (other, "/work/1", 403),
        ):
            headers = {"authorization": f"Bearer {bearer_key(binary, person, '--for-person')}", "host": HOST}
            answer = requests.get(
                f"https://127.0.0.1:{port}{path}", headers=headers, verify=site.authority.file, timeout=20
            )
            assert answer.status_code == status, (path, answer.text)
    finally:
        envoy.stop()


def test_a_key_that_may_not_ask_lets_nobody_in(binary, site, tmp_path):
    """Neither does a wrong one, nor a Lanyard that is away."""
    powerless = bearer_key(binary, site.owner.user("powerless"))
    key = bearer_key(binary, site.carla, "--for-person")
    for number, value in enumerate((f"Bearer {powerless}", "Bearer AKIAX.x", "Bearer x trust=all", "x")):
        port = place()
        text = re.sub(r'value: "Bearer [^"]*"', f'value: "{value}"', site.configuration(port))
        envoy = Envoy(tmp_path / str(number), text, port)
        try:
            headers = {"authorization": f"Bearer {key}", "host": HOST}
            answer = requests.get(
                f"https://127.0.0.1:{port}/page/1", headers=headers, verify=site.authority.file, timeout=20
            )
            assert (answer.status_code, answer.text) == (403, ""), value
        finally:
            envoy.stop()


def test_without_lanyard_nobody_is_let_in(binary, fresh_server, site, tmp_path):
    server = fresh_server().start()
    account = server.account()
    guard = bearer_key(binary, account.user("guard", allow("lanyard:Authorize")))
    reader = bearer_key(binary, account.user("reader", allow("app:Read")), "--for-person")
    port = place()
    own = [
        (
            f"port_value: {site.lanyard.endpoint.rsplit(':')[-1]}",
            f"port_value: {server.endpoint.rsplit(':')[-1]}",
        )
    ]
    text = re.sub(r'value: "Bearer [^"]*"', f'value: "Bearer {guard}"', site.configuration(port, own))
    envoy = Envoy(tmp_path / "envoy", text, port)
    headers = {"authorization": f"Bearer {reader}", "host": HOST}

    def get():
        url = f"https://127.0.0.1:{port}/page/1"
        return requests.get(url, headers=headers, verify=site.authority.file, timeout=20).status_code

    try:
        wait_until(lambda: get() == 200, "Envoy reaches Lanyard")
        server.stop()
        before = len(site.application.seen)
        assert get() == 403
        assert len(site.application.seen) == before
    finally:
        envoy.stop()
