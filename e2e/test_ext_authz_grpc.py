"""Envoy's external authorization, asked by a gRPC client with messages of its own, sound and unsound."""

import socket

import grpc
import pytest
from envoy.service.auth.v3 import attribute_context_pb2, external_auth_pb2, external_auth_pb2_grpc
from google.protobuf import json_format, struct_pb2

from harness import wire
from harness.decision_point import bearer_key
from harness.http2 import Http2
from harness.issuer import Authority, Issuer, trusting
from harness.policies import allow, deny, trust
from harness.s3_wire import Request

HOST = "app.example.com"
CHECK = "/envoy.service.auth.v3.Authorization/Check"
ROUTE = {
    "lanyard-path": "/page/{page}",
    "lanyard-action": "app:Read",
    "lanyard-resource": "arn:aws:app:::page/{page}",
}


@pytest.fixture(scope="module")
def owner(server):
    return server.account("grpc")


@pytest.fixture(scope="module")
def guard(binary, owner):
    return bearer_key(binary, owner.user("guard", allow("lanyard:Authorize")))


@pytest.fixture(scope="module")
def carla(owner):
    return owner.user("carla", allow("app:Read", "arn:aws:app:::page/1"))


@pytest.fixture(scope="module")
def channel(server):
    with grpc.insecure_channel(wire.host_of(server.endpoint)) as channel:
        yield channel


@pytest.fixture
def ask(channel, guard):
    """The answer to a question, or the status of the call."""
    stub = external_auth_pb2_grpc.AuthorizationStub(channel)

    def ask(request, metadata=None, **options):
        if metadata is None:
            metadata = [("authorization", f"Bearer {guard}")]
        try:
            return stub.Check(request, metadata=metadata, timeout=20, **options)
        except grpc.RpcError as error:
            return error

    return ask


def question(headers=None, path="/page/1", method="GET", route=None, host=HOST, **http):
    request = external_auth_pb2.CheckRequest()
    request.attributes.source.address.socket_address.address = "192.0.2.7"
    request.attributes.request.http.CopyFrom(
        attribute_context_pb2.AttributeContext.HttpRequest(
            method=method, path=path, host=host, headers=headers or {}, **http
        )
    )
    for name, value in (ROUTE if route is None else route).items():
        request.attributes.context_extensions[name] = value
    return request


def signed(identity, method="GET", path="/page/1", body=b"", **more) -> dict[str, str]:
    signer = wire.Signer(identity, service="app", method=method, path=path, content_type=None, **more)
    headers = signer.headers(HOST, wire.sha256(body))
    return {name: value for name, value in headers.items() if name != "host"}


def status(answer) -> int:
    """The status that a client of Envoy would see."""
    assert isinstance(answer, external_auth_pb2.CheckResponse), answer
    if answer.HasField("ok_response"):
        assert answer.status.code == 0
        return 200
    assert answer.status.code in (7, 16)
    return answer.denied_response.status.code


def test_the_answer_is_one_that_envoy_reads(ask, carla):
    answer = ask(question(signed(carla) | {"x-lanyard-reason": "forged"}))
    decision = answer.dynamic_metadata.fields["decision_id"].string_value
    assert len(decision) == 36

    def header(name, value):
        return {
            "header": {"key": name, "value": value},
            "append": False,
            "appendAction": "OVERWRITE_IF_EXISTS_OR_ADD",
        }

    assert json_format.MessageToDict(answer) == {
        "status": {},
        "okResponse": {
            "headers": [header("x-lanyard-principal", carla.arn), header("x-lanyard-decision-id", decision)],
            "headersToRemove": ["x-lanyard-reason", "authorization", "x-amz-security-token"],
        },
        "dynamicMetadata": {"principal": carla.arn, "decision_id": decision},
    }


def test_a_denial_is_one_that_envoy_reads(ask, carla):
    answer = ask(question(signed(carla, path="/page/2"), path="/page/2"))
    reason = (
        f"User: {carla.arn} is not authorized to perform: app:Read on resource: arn:aws:app:::page/2 "
        "because no identity-based policy allows the app:Read action"
    )
    assert (answer.status.code, answer.status.message) == (7, reason)
    assert (answer.denied_response.status.code, answer.denied_response.body) == (403, reason + "\n")
    headers = {each.header.key: each.header.value for each in answer.denied_response.headers}
    assert headers["x-lanyard-decision-id"] == answer.dynamic_metadata.fields["decision_id"].string_value


@pytest.mark.parametrize(
    ("metadata", "code"),
    [
        ([], grpc.StatusCode.UNAUTHENTICATED),
        ([("authorization", "Bearer x")], grpc.StatusCode.UNAUTHENTICATED),
        ([("authorization", "Basic YTpi")], grpc.StatusCode.UNAUTHENTICATED),
    ],
)
def test_who_shows_no_key_may_not_ask(ask, carla, metadata, code):
    assert ask(question(signed(carla)), metadata).code() == code


def test_a_key_must_be_allowed_to_ask(ask, binary, owner, carla, server):
    other = bearer_key(binary, owner.user("other", allow("lanyard:Authorize", "arn:aws:iam::*:role/*")))
    error = ask(question(signed(carla)), [("authorization", f"Bearer {other}")])
    assert error.code() == grpc.StatusCode.PERMISSION_DENIED
    person = bearer_key(binary, carla, "--for-person")
    assert ask(question(signed(carla)), [("authorization", f"Bearer {person}")]).code() == (
        grpc.StatusCode.UNAUTHENTICATED
    )
    misspelt = [("authorization", f"Bearer {other} trust=source_ip")]
    assert ask(question(signed(carla)), misspelt).code() == grpc.StatusCode.INVALID_ARGUMENT


def test_a_message_that_is_compressed_is_refused(ask, carla):
    error = ask(question(signed(carla)), compression=grpc.Compression.Gzip)
    assert error.code() == grpc.StatusCode.UNIMPLEMENTED


def test_a_gateway_on_the_same_listener_changes_nothing(binary, fresh_server):
    server = fresh_server(
        flags=["--upstream", "s3=http://127.0.0.1:9"],
        environment={"LANYARD_S3_ACCESS_KEY_ID": "x", "LANYARD_S3_SECRET_ACCESS_KEY": "y"},
    ).start()
    account = server.account()
    key = bearer_key(binary, account.user("guard", allow("lanyard:Authorize")))
    reader = account.user("reader", allow("app:Read"))
    with grpc.insecure_channel(wire.host_of(server.endpoint)) as channel:
        stub = external_auth_pb2_grpc.AuthorizationStub(channel)
        metadata = [("authorization", f"Bearer {key}")]
        assert status(stub.Check(question(signed(reader)), metadata=metadata, timeout=20)) == 200


def test_large_messages(ask, carla):
    body = b"x" * 900_000
    whole = {"x-envoy-auth-partial-body": "false"}
    request = question(signed(carla, "PUT", body=body) | whole, method="PUT", raw_body=body)
    assert status(ask(request)) == 200
    request.attributes.request.http.raw_body = b"x" * (1 << 20)
    assert ask(request).code() == grpc.StatusCode.RESOURCE_EXHAUSTED


def test_other_methods_are_not_there(channel, guard):
    for path in (
        CHECK + "2",
        "/grpc.health.v1.Health/Check",
        "/",
        "/envoy.service.auth.v2.Authorization/Check",
    ):
        call = channel.unary_unary(path)
        with pytest.raises(grpc.RpcError) as error:
            call(b"", metadata=[("authorization", f"Bearer {guard}")], timeout=20)
        assert error.value.code() == grpc.StatusCode.UNIMPLEMENTED, path


def test_messages_that_are_none(channel, guard):
    call = channel.unary_unary(CHECK)
    for message in (b"\xff", b"\x0a\xff", b"\x0a\x05abc", b"\x0a\x04\x22\x02\x12\xff"):
        with pytest.raises(grpc.RpcError) as error:
            call(message, metadata=[("authorization", f"Bearer {guard}")], timeout=20)
        assert error.value.code() == grpc.StatusCode.INTERNAL, message
    # A question that asks nothing is a denial.
    answer = external_auth_pb2.CheckResponse.FromString(
        call(b"", metadata=[("authorization", f"Bearer {guard}")], timeout=20)
    )
    assert answer.denied_response.status.code == 403


def test_what_is_no_call(server, guard):
    """HTTP's own words for HTTP's own mistakes."""
    for method, kind, expected in (
        ("POST", "application/json", 415),
        ("POST", "application/grpc-web", 415),
        ("GET", "application/grpc", 405),
    ):
        with Http2(server.endpoint) as connection:
            headers = [("content-type", kind), ("authorization", f"Bearer {guard}")]
            assert connection.call(Request(method, CHECK, headers)).status == expected, (method, kind)
    answer = wire.bare(server.endpoint, "POST", CHECK, {"host": "x", "content-type": "application/grpc"})
    assert answer.status == 505


@pytest.mark.parametrize(
    "route",
    [
        {},
        {"lanyard-action": "app:Read"},
        {"lanyard-resource": "*"},
        {"lanyard-action": "app:*", "lanyard-resource": "*"},
        {"lanyard-action": "app:Read", "lanyard-resource": "page"},
        {"lanyard-action": "app:{page}", "lanyard-resource": "*"},
        ROUTE | {"lanyard-path": "/page/{page"},
        ROUTE | {"lanyard-path": "/page/{method}"},
        ROUTE | {"lanyard-pth": "/"},
        ROUTE | {"lanyard-peer": "{x}"},
        ROUTE | {"lanyard-peer": "{x}", "lanyard-principal": "{x}"},
        ROUTE | {"lanyard-path": "/other/{page}"},
    ],
)
def test_a_route_that_is_wrong_lets_nobody_in(ask, carla, route):
    assert status(ask(question(signed(carla), route=route))) == 403


def test_headers_can_come_one_by_one(ask, carla):
    request = question()
    for name, value in (signed(carla) | {":authority": HOST}).items():
        request.attributes.request.http.header_map.headers.add(key=name, raw_value=value.encode())
    assert status(ask(request)) == 200
    request.attributes.request.http.header_map.headers.add(key="authorization", raw_value=b"Bearer x")
    assert status(ask(request)) in (401, 403)


def test_headers_that_the_route_names_are_keys(ask, owner):
    reader = owner.user("team", allow("app:Read", StringEquals={"envoy:Header/x-team": "red"}))
    route = ROUTE | {"lanyard-headers": "x-team"}
    assert status(ask(question(signed(reader) | {"x-team": "red"}, route=route))) == 200
    assert status(ask(question(signed(reader) | {"x-team": "blue"}, route=route))) == 403
    assert status(ask(question(signed(reader) | {"x-team": "red"}))) == 403


def test_a_declared_body_counts_only_where_the_route_says_so(ask, carla):
    body = b"text"
    signer = {"extra_headers": {"x-amz-content-sha256": wire.sha256(body)}}
    headers = signed(carla, "PUT", body=body, **signer) | {"content-length": "4"}
    assert status(ask(question(headers, method="PUT"))) == 401
    unverified = ROUTE | {"lanyard-body": "unverified"}
    assert status(ask(question(headers, method="PUT", route=unverified))) == 200
    partly = {"x-envoy-auth-partial-body": "true"}
    assert status(ask(question(headers | partly, method="PUT", raw_body=b"te"))) == 401


def test_source_addresses_must_be_there_if_they_are_vouched_for(ask, guard, carla, owner):
    vouching = [("authorization", f"Bearer {guard} trust=source-ip")]
    near = owner.user(
        "near", allow("app:Read"), deny("app:Read", NotIpAddress={"aws:SourceIp": "192.0.2.0/24"})
    )
    request = question(signed(near))
    assert status(ask(request, vouching)) == 200
    assert status(ask(request)) == 403
    request.attributes.source.address.socket_address.address = "198.51.100.1"
    assert status(ask(request, vouching)) == 403
    for address in ("", "somewhere", "192.0.2.7:80"):
        request.attributes.source.address.socket_address.address = address
        assert status(ask(request, vouching)) == 403, address


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def issuer(authority):
    issuer = Issuer(authority)
    yield issuer
    issuer.stop()


@pytest.fixture(scope="module")
def issuer_of_tags(owner, authority):
    """An issuer, and a role for those whom it calls of team red."""
    issuer = Issuer(authority)
    condition = {"aws:PrincipalTag/Team": "red", "aws:SourceIdentity": "ada"}
    yield issuer, trusting(owner, issuer, allow("app:Read", StringEquals=condition))
    issuer.stop()


class TestVerifiedClaims:
    """Claims of a token that Envoy's own filter has verified."""

    def asked(self, issuer, role, **changes):
        request = question(route=ROUTE | {"lanyard-role": role})
        claims = struct_pb2.Struct()
        claims.update(issuer.claims(**({"sub": "ada"} | changes)))
        metadata = request.attributes.metadata_context.filter_metadata["envoy.filters.http.jwt_authn"]
        metadata.fields["verified"].struct_value.CopyFrom(claims)
        return request

    def test_they_count_if_envoy_vouches_for_them(self, ask, guard, owner, issuer):
        role = trusting(owner, issuer, allow("app:Read"))
        vouching = [("authorization", f"Bearer {guard} trust=jwt")]
        answer = ask(self.asked(issuer, role), vouching)
        assert status(answer) == 200
        session = f"arn:aws:sts::{owner.id}:assumed-role/{role.rsplit('/')[-1]}/ada"
        assert answer.dynamic_metadata.fields["principal"].string_value == session
        assert status(ask(self.asked(issuer, role))) == 401
        for changes in ({"aud": "other"}, {"exp": 1}, {"iss": "https://issuer.example"}, {"sub": None}):
            assert status(ask(self.asked(issuer, role, **changes), vouching)) == 401, changes

    def test_a_trust_policy_can_ask_for_the_address(self, ask, guard, owner, authority):
        issuer = Issuer(authority)
        role = trusting(owner, issuer, allow("app:Read"), IpAddress={"aws:SourceIp": "192.0.2.0/24"})
        request = self.asked(issuer, role)
        assert status(ask(request, [("authorization", f"Bearer {guard} trust=jwt")])) == 403
        vouching = [("authorization", f"Bearer {guard} trust=jwt,source-ip")]
        assert status(ask(request, vouching)) == 200
        request.attributes.source.address.socket_address.address = "198.51.100.7"
        assert status(ask(request, vouching)) == 403
        issuer.stop()

    def test_tags_and_the_source_identity_are_those_of_the_session(self, ask, guard, owner, issuer_of_tags):
        issuer, role = issuer_of_tags
        vouching = [("authorization", f"Bearer {guard} trust=jwt")]
        tags = {"principal_tags": {"Team": ["red"]}, "transitive_tag_keys": ["Team"]}
        claims = {
            "https://aws.amazon.com/tags": tags,
            "https://aws.amazon.com/source_identity": "ada",
        }
        assert status(ask(self.asked(issuer, role, **claims), vouching)) == 200
        assert status(ask(self.asked(issuer, role), vouching)) == 403
        tags["principal_tags"] = {"Team": ["blue"]}
        assert status(ask(self.asked(issuer, role, **claims), vouching)) == 403


def test_certificates_need_trust(ask, guard, owner):
    role = owner.role(trust(owner.root_arn), allow("app:Read"))
    name = role.rsplit("/")[-1]
    route = ROUTE | {
        "lanyard-peer": "spiffe://example.com/{name}",
        "lanyard-principal": f"arn:aws:iam::{owner.id}:role/{{name}}",
    }
    request = question(route=route)
    request.attributes.source.principal = f"spiffe://example.com/{name}"
    vouching = [("authorization", f"Bearer {guard} trust=principal")]
    assert status(ask(request, vouching)) == 200
    assert status(ask(request)) == 403
    request.attributes.source.principal = f"spiffe://example.com/../{name}"
    assert status(ask(request, vouching)) == 401


def test_a_call_that_breaks_off_costs_nothing(server, ask, carla):
    """Connections that say little or nonsense; the next call is answered."""
    for data in (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 64):
        with socket.create_connection(tuple(wire.host_of(server.endpoint).split(":"))) as connection:
            connection.sendall(data)
    assert status(ask(question(signed(carla)))) == 200
