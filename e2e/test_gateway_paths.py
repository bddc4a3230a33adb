"""Paths, queries and hosts that try to mean one thing to Lanyard and another to the store. None of them gets there."""

import pytest

from harness import s3_wire
from harness.attack import Attacker
from harness.policies import allow, objects
from harness.s3_wire import signed


@pytest.fixture
def bucket(tenant) -> str:
    name = tenant.bucket()
    for key in ("mine/k", "secret/k"):
        tenant.root.s3.put_object(Bucket=name, Key=key, Body=key.encode())
    return name


@pytest.fixture
def user(tenant, bucket):
    """May read and write below `mine/`, and list."""
    return tenant.user("dev", allow("s3:*Object", objects(bucket, "mine/")), allow("s3:ListBucket"))


@pytest.fixture
def refused(gateway, store) -> Attacker:
    return Attacker(gateway, store)


class TestPaths:
    """`mine/` is allowed; none of these is a way from there to `secret/`."""

    @pytest.mark.parametrize(
        "path",
        [
            "/mine/../secret/k",
            "/mine/%2e%2e/secret/k",
            "/mine/.%2E/secret/k",
            "/mine/%2e%2e%2fsecret/k",
            "/mine/..%2fsecret%2fk",
            "/mine/./../secret/k",
            "/mine/x/../../secret/k",
            "/mine//../secret/k",
            "/mine/..",
            "/mine/%2e",
            "/mine/./k",
            "/mine//k",
            "//mine/k",
            "/%2Fmine/k",
            "/mine/%2F/k",
            "/mine/k%00",
            "/mine/k%00/../../secret/k",
            "/mine/%",
            "/mine/%4",
            "/mine/%zz",
            "/mine/%c0%ae%c0%ae/secret/k",
            "/mine/%ff%fe",
            "/mine/" + "x" * 1_030,
        ],
    )
    @pytest.mark.parametrize("method", ["GET", "PUT"])
    def test_no_way_out_of_the_folder(self, refused, user, bucket, method, path):
        refused(signed(user, method, f"/{bucket}{path}"))

    def test_what_is_encoded_twice_is_a_name_and_no_way(self, gateway, user, bucket, store):
        """`%252e%252e` is decoded once: a key with `%2e%2e` in it, and the store must see it so."""
        request = signed(user, "PUT", f"/{bucket}/mine/%252e%252e/secret", body=b"x")
        assert s3_wire.send(gateway.endpoint, request).status == 200
        assert store.file(bucket, "mine/%2e%2e/secret").read_bytes() == b"x"
        assert store.file(bucket, "secret/k").read_bytes() == b"secret/k"

    def test_an_encoded_slash_is_decided_as_a_slash(self, gateway, refused, tenant, user, bucket, store):
        request = signed(user, "GET", f"/{bucket}/mine%2Fk")
        answer = s3_wire.send(gateway.endpoint, request)
        assert (answer.status, answer.body) == (200, b"mine/k")
        refused(signed(user, "GET", f"/{bucket}/secret%2Fk"), codes={"AccessDenied"})

    @pytest.mark.parametrize(
        "key", ["mine/k%20", "mine/a b", "mine/ü", "mine/a+b", "mine/a%2Bb", "mine/~'()*!"]
    )
    def test_a_path_in_another_spelling_is_the_same_key_or_refused(self, gateway, user, bucket, key):
        """Whatever the spelling, what is decided on is what is stored."""
        path = f"/{bucket}/{s3_wire.quoted(key)}"
        assert s3_wire.send(gateway.endpoint, signed(user, "PUT", path, body=b"x")).status == 200
        assert user.s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"x"

    @pytest.mark.parametrize(
        "bucket_name", ["..", ".", "%2e%2e", "a%2Fb", "UPPER", "x", "a_b", "a..b", "%00"]
    )
    def test_no_bucket_of_that_name(self, refused, tenant, bucket_name):
        refused(signed(tenant.root, "GET", f"/{bucket_name}/k"))
        refused(signed(tenant.root, "PUT", f"/{bucket_name}"))

    def test_a_target_in_absolute_form_may_not_name_another_host(self, gateway, refused, user, bucket, store):
        for host in ("evil.example", "127.0.0.1:1", store.endpoint.removeprefix("http://")):
            refused(signed(user, "GET", f"/{bucket}/mine/k").to(f"http://{host}/{bucket}/secret/k"))
            refused(signed(user, "GET", f"/{bucket}/mine/k").to(f"http://{host}/{bucket}/mine/k"))

    @pytest.mark.parametrize(
        "target", ["*", "mine/k", "", "http:///x", "//evil.example/x", "/#/mine/k", "/?#"]
    )
    def test_targets_that_are_no_paths(self, refused, user, target):
        refused(signed(user, "GET", "/").to(target))


class TestQueries:
    @pytest.mark.parametrize(
        "query",
        [
            "acl=&policy=",
            "policy=&uploads=",
            "delete=&uploads=",
            "tagging=&versionId=1&versionId=2",
            "prefix=mine%2F&prefix=secret%2F",
            "list-type=2&list-type=1",
            "list-type=2&prefix=a&Prefix=b",
            "uploadId=1&partNumber=1&partNumber=2",
            "uploadId=1&uploadId=2&partNumber=1",
            "no-such-parameter=1",
            "x-id=GetObject&x-id=DeleteObject",
            "x-id=PutBucketPolicy",
            "acl&acl",
            "prefix=%",
            "prefix=%ff",
            "x-amz-acl=public-read",
            "list-type=3",
            "max-keys=-1",
            "max-keys=1e3",
            "X-Amz-Algorithm=AWS4-HMAC-SHA256",
        ],
    )
    @pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
    def test_questions_with_two_meanings(self, refused, tenant, bucket, method, query):
        query = "&".join(sorted(query.split("&")))
        refused(signed(tenant.root, method, f"/{bucket}", query=query), statuses=(*range(400, 500), 501))

    def test_a_sub_resource_is_decided_as_what_it_is(self, refused, user, bucket):
        """The user may get objects, not what else there is to get about them."""
        for query in (
            "acl=",
            "tagging=",
            "torrent=",
            "retention=",
            "legal-hold=",
            "attributes=",
            "versionId=1",
        ):
            refused(signed(user, "GET", f"/{bucket}/mine/k", query=query), statuses=(*range(400, 500), 501))
        for query in ("acl=", "tagging=", "retention=", "legal-hold=", "restore="):
            refused(signed(user, "PUT", f"/{bucket}/mine/k", query=query), statuses=(*range(400, 500), 501))

    def test_a_parameter_that_was_not_signed(self, refused, user, bucket):
        request = signed(user, "GET", f"/{bucket}/mine/k")
        for more in ("?acl", "?versionId=1", "?response-content-type=text%2Fhtml", "?", "??"):
            code = {"SignatureDoesNotMatch"} if len(more) > 2 else None
            if code:
                refused(request.to(request.target + more), codes=code)

    @pytest.mark.parametrize(
        "method", ["PATCH", "TRACE", "CONNECT", "LINK", "get", "OPTIONS", "PROPFIND", "G" * 40]
    )
    def test_methods_that_are_none(self, refused, tenant, bucket, method):
        refused(signed(tenant.root, method, f"/{bucket}/mine/k"), statuses=(*range(400, 500), 501))


class TestHosts:
    def test_a_bucket_in_the_host(self, gateway, user, bucket):
        request = signed(user, "GET", "/mine/k", host=f"{bucket}.s3.lanyard.test")
        answer = s3_wire.send(gateway.endpoint, request)
        assert (answer.status, answer.body) == (200, b"mine/k")
        port = gateway.port
        request = signed(user, "GET", "/mine/k", host=f"{bucket}.S3.Lanyard.test:{port}")
        assert s3_wire.send(gateway.endpoint, request).status == 200
        request = signed(user, "GET", f"/{bucket}/mine/k", host="s3.lanyard.test")
        assert s3_wire.send(gateway.endpoint, request).status == 200

    def test_the_bucket_in_the_host_decides(self, refused, user, bucket):
        refused(signed(user, "GET", "/secret/k", host=f"{bucket}.s3.lanyard.test"), codes={"AccessDenied"})

    def test_two_hosts(self, refused, user, bucket):
        request = signed(user, "GET", f"/{bucket}/mine/k")
        refused(request.with_headers(("host", "evil.example")))
        refused(request.with_headers(("Host", request.header("host"))))

    def test_another_host_than_the_one_signed(self, refused, user, bucket):
        request = signed(user, "GET", "/mine/k", host=f"{bucket}.s3.lanyard.test")
        refused(request.without("host").with_headers(("host", "s3.lanyard.test")))

    @pytest.mark.parametrize(
        "host",
        [
            "..s3.lanyard.test",
            "a.b.c.s3.lanyard.test",
            "s3.lanyard.test.",
            ".s3.lanyard.test",
            "UPPER_.s3.lanyard.test",
            "bucket@s3.lanyard.test",
            "s3.lanyard.test/x",
            "a b",
            "",
            "[::1",
        ],
    )
    def test_hosts_that_are_none(self, refused, user, host):
        refused(signed(user, "GET", "/secret/k", host=host))

    def test_headers_of_proxies_name_no_bucket(self, gateway, refused, user, bucket):
        request = signed(user, "GET", "/secret/k", host="s3.lanyard.test")
        for name in (
            "x-forwarded-host",
            "x-host",
            "x-original-url",
            "x-rewrite-url",
            "x-http-method-override",
        ):
            refused(request.with_headers((name, f"{bucket}.s3.lanyard.test")), statuses=(403, 501))
