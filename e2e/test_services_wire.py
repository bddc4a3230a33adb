"""Requests to services byte by byte: what two readers could take for different things reaches no upstream.

Everybody here may do everything, so that nothing but the reading stands between a request and the upstream.
"""

import gzip
import http.client
import json
import re

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from harness import wire
from harness.identity import REGION
from harness.policies import allow

JSON = "application/x-amz-json-1.0"
CBOR = "application/x-amz-cbor-1.1"


@pytest.fixture(scope="module")
def user(listened):
    return listened.user(None, allow("*"))


@pytest.fixture
def ask(user, listener):
    """Sends a request, signed as it is, and gives the answer with what the upstream heard of it."""

    def send(service: str, method: str, target: str, body: bytes = b"", **headers: str):
        listener.take()
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = send_signed(user, service, method, target, body, headers)
        return answer, listener.take()

    return send


def send_signed(user, service: str, method: str, target: str, body: bytes, headers: dict) -> wire.Answer:
    request = AWSRequest(method, user.endpoint + target, headers=headers, data=body)
    keys = Credentials(user.access_key_id, user.secret_access_key, user.session_token)
    SigV4Auth(keys, service, REGION).add_auth(request)
    return wire.bare(user.endpoint, method, target, dict(request.headers), body)


def code_of(answer: wire.Answer) -> str:
    """What the error is called, in any of the protocols."""
    kind = answer.headers.get("x-amzn-errortype")
    if kind:
        return kind.split(":")[0]
    kind = re.search(rb"#(\w+Exception)", answer.body)
    return kind[1].decode() if kind else answer.code or ""


def refuse(sent, *codes: str) -> None:
    """It was refused for what it looks like, and nothing of it got through."""
    answer, heard = sent
    assert heard == [], heard
    assert 400 <= answer.status < 500, (answer.status, answer.text)
    assert code_of(answer) in codes, answer.text


def dynamodb(ask, body: bytes | str, operation: str = "GetItem", **headers):
    body = body.encode() if isinstance(body, str) else body
    named = {"content_type": JSON, "x_amz_target": f"DynamoDB_20120810.{operation}"}
    return ask("dynamodb", "POST", "/", body, **(named | headers))


GET = '{"TableName":"own","Key":{"id":{"S":"1"}}}'
BAD_JSON = {
    "a key twice": '{"TableName":"own","TableName":"other","Key":{"id":{"S":"1"}}}',
    "a key twice, once escaped": '{"TableName":"own","\\u0054ableName":"other","Key":{"id":{"S":"1"}}}',
    "a key twice further in": '{"TableName":"own","Key":{"id":{"S":"1"},"id":{"S":"2"}}}',
    "two values of one attribute": '{"TableName":"own","Key":{"id":{"S":"1","S":"2"}}}',
    "a member in another case": '{"TableName":"own","tablename":"other","Key":{"id":{"S":"1"}}}',
    "a member in another case alone": '{"tableName":"own","Key":{"id":{"S":"1"}}}',
    "a member that nobody knows": '{"TableName":"own","Table":"other","Key":{"id":{"S":"1"}}}',
    "a byte order mark": "\ufeff" + GET,
    "two documents": GET + GET,
    "a list": f"[{GET}]",
    "a comment": GET + "/* */",
    "a comma at the end": '{"TableName":"own","Key":{"id":{"S":"1"}},}',
    "a number for a name": '{"TableName":1,"Key":{"id":{"S":"1"}}}',
    "a list for a name": '{"TableName":["own"],"Key":{"id":{"S":"1"}}}',
    "half of a character": '{"TableName":"own\\ud800","Key":{"id":{"S":"1"}}}',
    "a NUL in a name": '{"TableName":"own\\u0000","Key":{"id":{"S":"1"}}}',
    "too deep": '{"TableName":"own","Key":{"id":' + '{"L":[' * 5000 + "]}" * 5000 + "}}",
    "UTF-16": GET.encode("utf-16"),
    "no UTF-8": GET.encode().replace(b"own", b"ow\xff"),
    "nothing": "",
}


@pytest.mark.parametrize("which", BAD_JSON)
def test_json_that_could_be_read_in_two_ways(ask, which):
    refuse(dynamodb(ask, BAD_JSON[which]), "SerializationException", "ValidationException")


def test_what_is_read_in_one_way_alone_gets_through(ask):
    answer, (heard,) = dynamodb(ask, GET)
    assert (answer.status, heard.target, heard.headers["x-amz-target"]) == (
        200,
        "/",
        "DynamoDB_20120810.GetItem",
    )
    assert json.loads(heard.body) == json.loads(GET)


class TestTargets:
    def test_of_another_service(self, ask):
        for target in ("AmazonSQS.SendMessage", "Kinesis_20131202.GetRecords", "DynamoDBStreams_20120810.X"):
            refuse(dynamodb(ask, GET, x_amz_target=target), "UnknownOperationException")
        queue = b'{"QueueUrl":"http://q/444455556666/own","MessageBody":"m"}'
        named = {"content_type": JSON, "x_amz_target": "DynamoDB_20120810.GetItem"}
        refuse(ask("sqs", "POST", "/", queue, **named), "UnknownOperationException")

    def test_in_another_spelling(self, ask):
        for target in (
            "dynamodb_20120810.GetItem",
            "DynamoDB_20120810.getitem",
            "DynamoDB_20120810.GetItem.",
            "DynamoDB_20120810",
            "DynamoDB_20120810.GetItem,DynamoDB_20120810.DeleteItem",
            "DynamoDB_20111205.GetItem",
            "",
        ):
            refuse(dynamodb(ask, GET, x_amz_target=target), "UnknownOperationException")

    def test_two_of_them(self, user, listener):
        named = {"content-type": JSON, "x-amz-target": "DynamoDB_20120810.GetItem"}
        for second in ("DynamoDB_20120810.GetItem", "DynamoDB_20120810.DeleteItem"):
            listener.take()
            answer = send_twice(user, "dynamodb", named, ("x-amz-target", second), GET.encode())
            assert 400 <= answer.status < 500, answer.text
            assert listener.take() == []

    def test_beside_an_action(self, ask):
        refuse(
            ask(
                "dynamodb",
                "POST",
                "/?Action=DeleteItem",
                GET.encode(),
                content_type=JSON,
                x_amz_target="DynamoDB_20120810.GetItem",
            ),
            "SerializationException",
        )

    def test_with_another_method_or_path(self, ask):
        named = {"content_type": JSON, "x_amz_target": "DynamoDB_20120810.GetItem"}
        for method, path in (("GET", "/"), ("PUT", "/"), ("POST", "/x"), ("POST", "//"), ("POST", "/%2e/")):
            refuse(ask("dynamodb", method, path, GET.encode(), **named), "SerializationException")


def send_twice(user, service, headers, second, body):
    """With one header more, that is said twice and signed as the two."""
    request = AWSRequest("POST", user.endpoint + "/", data=body)
    for name, value in headers.items():
        request.headers[name] = value
    request.headers.add_header(*second)
    keys = Credentials(user.access_key_id, user.secret_access_key)
    SigV4Auth(keys, service, REGION).add_auth(request)
    connection = http.client.HTTPConnection(wire.host_of(user.endpoint), timeout=60)
    try:
        connection.putrequest("POST", "/", skip_host=True, skip_accept_encoding=True)
        connection.putheader("host", wire.host_of(user.endpoint))
        for name, value in request.headers.items():
            connection.putheader(name, value)
        connection.putheader("content-length", str(len(body)))
        connection.endheaders(body)
        return wire.read_answer(connection, 0)
    finally:
        connection.close()


FORM = "application/x-www-form-urlencoded"
PUBLISH = "Action=Publish&Version=2010-03-31&TopicArn=arn:aws:sns:us-east-1:444455556666:own&Message=m"
BAD_FORMS = {
    "an action twice": PUBLISH + "&Action=DeleteTopic",
    "the same action twice": PUBLISH + "&Action=Publish",
    "a member twice": PUBLISH + "&TopicArn=arn:aws:sns:us-east-1:444455556666:other",
    "a member twice, once escaped": PUBLISH + "&%54opicArn=arn:aws:sns:us-east-1:444455556666:other",
    "a member in another case": PUBLISH + "&topicarn=arn:aws:sns:us-east-1:444455556666:other",
    "an action in another case": PUBLISH + "&action=DeleteTopic",
    "a member that nobody knows": PUBLISH + "&Topic=other",
    "a semicolon": PUBLISH + ";TopicArn=arn:aws:sns:us-east-1:444455556666:other",
    "no UTF-8": PUBLISH + "%ff",
    "half of an escape": PUBLISH + "%4",
    "another version": PUBLISH.replace("2010-03-31", "2011-03-31"),
    "no action": "Version=2010-03-31&Message=m",
    "an action that nobody knows": "Action=publish&Version=2010-03-31&Message=m",
    "a list and a text": PUBLISH + "&TopicArn.1=arn:aws:sns:us-east-1:444455556666:other",
    "a list with two members of one number": PUBLISH
    + "&MessageAttributes.entry.1.Name=a&MessageAttributes.entry.01.Name=b",
}


@pytest.mark.parametrize("which", BAD_FORMS)
def test_forms_that_could_be_read_in_two_ways(ask, which):
    sent = ask("sns", "POST", "/", BAD_FORMS[which].encode(), content_type=FORM)
    refuse(sent, "InvalidParameter", "MalformedQueryString", "InvalidAction")


class TestForms:
    def test_what_is_read_in_one_way_alone_gets_through(self, ask):
        answer, (heard,) = ask("sns", "POST", "/", PUBLISH.encode(), content_type=FORM)
        assert (answer.status, heard.method, heard.target) == (200, "POST", "/")
        assert b"Action=Publish" in heard.body

    def test_in_the_query_and_in_the_body(self, ask):
        for target, body in (
            ("/?Action=DeleteTopic", PUBLISH),
            ("/?Action=Publish", PUBLISH),
            ("/?TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A444455556666%3Aother", PUBLISH),
            ("/?Action=Publish", PUBLISH.replace("Action=Publish&", "")),
        ):
            sent = ask("sns", "POST", target, body.encode(), content_type=FORM)
            refuse(sent, "MalformedQueryString")

    def test_a_question_with_a_body(self, ask):
        sent = ask("sns", "GET", "/?" + PUBLISH.replace(":", "%3A"), b"Action=DeleteTopic", content_type=FORM)
        refuse(sent, "MalformedQueryString")

    def test_a_form_that_says_that_it_is_something_else(self, ask):
        for kind in (JSON, "multipart/form-data", "text/plain", f"{FORM}; charset=utf-16"):
            refuse(
                ask("sns", "POST", "/", PUBLISH.encode(), content_type=kind),
                "InvalidAction",
                "InvalidParameter",
            )

    def test_a_form_with_a_target(self, ask):
        named = {"content_type": FORM, "x_amz_target": "AmazonSQS.PurgeQueue"}
        sent = ask("sqs", "POST", "/", b"Action=ListQueues&Version=2012-11-05", **named)
        refuse(sent, "SerializationException")


OWN, OTHER = b"\x69TableName\x63own", b"\x69TableName\x65other"


class TestBodies:
    def test_a_body_that_is_packed(self, ask):
        packed = gzip.compress(GET.encode())
        for encoding in ("gzip", "deflate", "aws-chunked", "identity, gzip"):
            refuse(dynamodb(ask, packed, content_encoding=encoding), "ValidationException")
        # A body that is not packed, and says that it is, is read by nobody here, and could be by the upstream.
        refuse(dynamodb(ask, GET, content_encoding="gzip"), "ValidationException")

    def test_cbor_in_place_of_json(self, ask):
        refuse(dynamodb(ask, GET, content_type=CBOR), "SerializationException")
        refuse(dynamodb(ask, b"\xa1\x69TableName\x63own"), "SerializationException")

    @pytest.mark.parametrize(
        "body",
        [
            b"\xa2" + OWN + OTHER,
            b"\xbf" + OWN + OTHER + b"\xff",
            b"\xa2" + OWN + b"\x69tableName\x65other",
            b"\xa1" + OWN + b"\xa1" + OTHER,
            b"\xa1\x69TableName\x43own",
            b"\xa1\x69TableName\x9f\x63own\xff",
            b"\xa2" + OWN,
            b"",
            b"\x9f" * 5000,
            b"\xbf\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
        ],
    )
    def test_cbor_that_could_be_read_in_two_ways(self, ask, body):
        named = {"content_type": CBOR, "x_amz_target": "DynamoDB_20120810.DescribeTable"}
        refuse(ask("dynamodb", "POST", "/", body, **named), "SerializationException", "ValidationException")

    def test_lengths_that_are_not_said_or_said_twice(self, user, listener):
        body = GET.encode()
        named = {"x-amz-target": "DynamoDB_20120810.GetItem"}
        signer = wire.Signer(user, service="dynamodb", content_type=JSON, extra_headers=named)
        chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        host, digest = wire.host_of(user.endpoint), wire.sha256(body)
        without = wire.head_bytes(signer, host, digest, None)
        both = wire.head_bytes(signer, host, digest, len(body))
        both = both.replace(b"\r\n\r\n", b"\r\ntransfer-encoding: chunked\r\n\r\n")
        twice = wire.head_bytes(signer, host, digest, len(body))
        twice = twice.replace(b"\r\n\r\n", b"\r\ncontent-length: 1\r\n\r\n")
        listener.take()
        for sent in (without + chunks, both + chunks, twice + body):
            with wire.connect(user.endpoint) as sock:
                sock.sendall(sent)
                status = wire.read_status(sock)
                assert 400 <= status < 500
        assert listener.take() == []


INVOKE = "/2015-03-31/functions/own/invocations"
# As the server behind hears it: the address has a parameter, so that it looks for none in the payload.
INVOKED = f"{INVOKE}?x-id=Invoke"


class TestPaths:
    def test_what_is_read_in_one_way_alone_gets_through(self, ask):
        answer, (heard,) = ask("lambda", "POST", INVOKE, b"{}")
        assert (answer.status, heard.target, heard.body) == (200, INVOKED, b"{}")

    @pytest.mark.parametrize(
        "path",
        [
            "//2015-03-31/functions/own/invocations",
            "/2015-03-31//functions/own/invocations",
            "/2015-03-31/functions/own//invocations",
            "/2015-03-31/functions/own/../other/invocations",
            "/2015-03-31/functions/own/%2e%2e/other/invocations",
            "/2015-03-31/functions/%2e%2e/invocations",
            "/2015-03-31/functions/./own/invocations",
            "/2015-03-31/functions/own%2Finvocations",
            "/2015-03-31/functions/own%2F..%2Fother/invocations",
            "/2015-03-31/functions/own%252F..%252Fother/invocations",
            "/2015-03-31/functions/own%00/invocations",
            "/2015-03-31/functions/own%0d%0a/invocations",
            "/2015-03-31/functions/own%5cother/invocations",
            "/2015-03-31/functions/own;x=1/invocations",
            "/2015-03-31/functions/own%3Fx/invocations",
            "/2015-03-31/functions/own%23x/invocations",
            "/2015-03-31/functions/own*/invocations",
            "/2015-03-31/functions/ow%ff/invocations",
            "/2015-03-31/functions/ow%4/invocations",
            "/2015-03-31/functions//invocations",
            "/2015-03-31/FUNCTIONS/own/invocations",
            "/2015-03-31/functions/own/invocations?Qualifier=1&Qualifier=2",
            "/2015-03-31/functions/own/invocations?qualifier=1",
        ],
    )
    def test_paths_that_could_be_read_in_two_ways(self, ask, path):
        codes = ("UnknownOperationException", "SerializationException", "InvalidParameterValueException")
        refuse(ask("lambda", "POST", path, b"{}"), *codes)

    def test_a_slash_at_the_end(self, ask):
        answer, heard = ask("lambda", "POST", INVOKE + "/", b"{}")
        assert [(one.target, one.body) for one in heard] == [(INVOKED, b"{}")]
        assert answer.status == 200


BAD_QUEUES = [
    "{}/444455556666/own/../other",
    "{}/444455556666/own/%2e%2e/other",
    "{}/444455556666/own%2Fother",
    "{}/444455556666/own/other",
    "{}/444455556666//own",
    "{}/444455556666/own?x=/other",
    "{}/444455556666/own#/other",
    "{}/444455556666/own\\other",
    "{}/444455556666/own;other",
    "{}/444455556666/ own",
    "{}/444455556666/own\n",
    "{}/444455556666/*",
    "{}/111122223333/own",
    "own/444455556666/other",
    "other",
    "own ",
    "",
    "arn:aws:sqs:us-east-1:444455556666:other",
]


@pytest.mark.parametrize("url", BAD_QUEUES)
def test_addresses_of_queues_that_could_be_read_in_two_ways(listened, listener, url):
    user = listened.user(None, allow("sqs:*", f"arn:aws:sqs:{REGION}:444455556666:own"))
    named = {"content-type": JSON, "x-amz-target": "AmazonSQS.PurgeQueue"}
    body = json.dumps({"QueueUrl": url.format(user.endpoint)}).encode()
    listener.take()
    answer = send_signed(user, "sqs", "POST", "/", body, named)
    refuse((answer, listener.take()), "ValidationException", "AccessDeniedException")


BAD_DOCUMENTS = {
    "a key twice": '{"FunctionName":"own","FunctionName":"other"}',
    "a key in another case": '{"functionName":"own"}',
    "a key of the path in the body": '{"FunctionName":"other","Description":"d"}',
    "a list": "[]",
    "nothing but a text": '"own"',
}


class TestOtherServices:
    def test_a_signature_for_one_is_none_for_another(self, ask):
        named = {"content_type": JSON, "x_amz_target": "DynamoDB_20120810.GetItem"}
        for service in ("sqs", "kms", "sns", "lambda", "monitoring", "ec2"):
            refuse(ask(service, "POST", "/", GET.encode(), **named), "UnknownOperationException")

    def test_a_path_of_another_service(self, ask):
        for path in (
            "/service/GraniteServiceVersion20100801/operation/PutMetricData/",
            "/service/GraniteServiceVersion20100801/operation/putmetricdata",
            "/service/GraniteServiceVersion20100801/operation/x/operation/PutMetricData",
            "//service/GraniteServiceVersion20100801/operation/PutMetricData",
            "/service/x/../GraniteServiceVersion20100801/operation/PutMetricData",
            "/service/DynamoDB_20120810/operation/GetItem",
        ):
            named = {"content_type": "application/cbor", "smithy_protocol": "rpc-v2-cbor"}
            refuse(ask("monitoring", "POST", path, b"\xa0", **named), "UnknownOperationException")

    @pytest.mark.parametrize("which", BAD_DOCUMENTS)
    def test_documents_at_a_path(self, ask, which):
        body = BAD_DOCUMENTS[which].encode()
        sent = ask("lambda", "PUT", "/2015-03-31/functions/own/configuration", body)
        refuse(sent, "InvalidParameterValueException", "SerializationException")

    @pytest.mark.parametrize(
        "ids",
        [
            "InstanceId.1=i-0a&InstanceId.1=i-0b",
            "InstanceId.1=i-0a&InstanceId.01=i-0b",
            "InstanceId.1=i-0a&InstanceId=i-0b",
            "InstanceId.1=i-0a&instanceid.2=i-0b",
            "InstanceId.1=i-0a&InstanceId.1.2=i-0b",
            "InstanceId.0=i-0a",
            "InstanceId.-1=i-0a",
            "InstanceId.99999999999=i-0a",
            "InstanceId.1=I-0A",
            "InstanceId.1=i-0a%0a",
            "InstanceIds.1=i-0a",
            "",
        ],
    )
    def test_lists_in_forms(self, ask, ids):
        body = f"Action=TerminateInstances&Version=2016-11-15&{ids}".encode()
        sent = ask("ec2", "POST", "/", body, content_type=FORM)
        refuse(sent, "InvalidParameterValue", "MalformedQueryString")


class TestSignatures:
    """What a signature says twice, or what stands where only one reader looks for it."""

    def test_a_target_in_the_address(self, ask):
        named = {"content_type": JSON, "x_amz_target": "DynamoDB_20120810.GetItem"}
        for query in ("X-Amz-Target=DynamoDB_20120810.DeleteItem", "x-amz-target=DynamoDB_20120810.GetItem"):
            refuse(ask("dynamodb", "POST", f"/?{query}", GET.encode(), **named), "SerializationException")
        refuse(
            ask(
                "dynamodb",
                "POST",
                "/?X-Amz-Target=DynamoDB_20120810.GetItem",
                GET.encode(),
                content_type=JSON,
            ),
            "UnknownOperationException",
        )

    def test_in_the_head_and_in_the_address(self, user, listener):
        request = AWSRequest("GET", user.endpoint + "/?" + PUBLISH.replace(":", "%3A"))
        keys = Credentials(user.access_key_id, user.secret_access_key)
        SigV4QueryAuth(keys, "sns", REGION, expires=60).add_auth(request)
        target = request.url.removeprefix(user.endpoint)
        answer = send_signed(user, "sns", "GET", target, b"", {})
        refuse((answer, listener.take()), "IncompleteSignature", "SignatureDoesNotMatch", "InvalidParameter")
        # And the link is good by itself, for its method and what it says alone.
        assert wire.bare(user.endpoint, "GET", target, {}).status == 200
        assert len(listener.take()) == 1
        for method, changed in (
            ("POST", target),
            ("GET", target.replace("own", "other")),
            ("GET", target + "&Subject=s"),
            ("GET", target.replace("Expires=60", "Expires=600")),
        ):
            answer = wire.bare(user.endpoint, method, changed, {})
            refuse(
                (answer, listener.take()), "SignatureDoesNotMatch", "MalformedQueryString", "InvalidAction"
            )

    def test_a_body_in_signed_chunks(self, ask):
        for kind in (
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            "UNSIGNED-PAYLOAD",
        ):
            refuse(dynamodb(ask, GET, x_amz_content_sha256=kind), "InvalidSignatureException")
            codes = ("InvalidSignatureException", "InvalidRequestException", "SerializationException")
            refuse(ask("lambda", "POST", INVOKE, b"{}", x_amz_content_sha256=kind), *codes)

    def test_an_address_of_another_host(self, user, listener):
        named = {"x-amz-target": "DynamoDB_20120810.GetItem"}
        signer = wire.Signer(user, service="dynamodb", content_type=JSON, extra_headers=named)
        body = GET.encode()
        host = wire.host_of(user.endpoint)
        listener.take()
        for line in (
            b"POST http://other.example/ HTTP/1.1",
            b"POST http://other.example:80@%s/ HTTP/1.1" % host.encode(),
        ):
            with wire.connect(user.endpoint) as sock:
                head = wire.head_bytes(signer, host, wire.sha256(body), len(body))
                sock.sendall(head.replace(b"POST / HTTP/1.1", line) + body)
                status = wire.read_status(sock)
                assert 400 <= status < 500, status
        assert listener.take() == []

    def test_headers_of_lookalike_names(self, user, listener):
        named = {"x-amz-target": "DynamoDB_20120810.GetItem", "x_amz_target": "DynamoDB_20120810.DeleteItem"}
        named |= {
            "x-http-method-override": "DELETE",
            "x-lanyard-access-key-id": "AKIA",
            "x-forwarded-host": "other",
        }
        listener.take()
        answer = send_signed(user, "dynamodb", "POST", "/", GET.encode(), named | {"content-type": JSON})
        assert answer.status == 200, answer.text
        (heard,) = listener.take()
        assert set(heard.headers) == {"content-length", "content-type", "host", "x-amz-target"}, heard.headers
