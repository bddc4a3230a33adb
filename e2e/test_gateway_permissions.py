"""Who may do what to which bucket and object, as policies say it; and that nothing else reaches the store."""

import os

import pytest
from botocore.exceptions import ClientError

from harness import s3_wire
from harness.policies import (
    allow,
    bucket_arn,
    deny,
    document,
    objects,
    trust,
    whole,
)
from harness.refusal import denied_by_s3, denied_by_s3_explicitly, refused

MEGABYTE = 1024 * 1024


@pytest.fixture
def bucket(tenant) -> str:
    return tenant.bucket()


class TestPerBucket:
    def test_her_teams_bucket_and_no_other(self, tenant, bucket, store):
        others = tenant.bucket()
        tenant.root.s3.put_object(Bucket=others, Key="secret", Body=b"secret")
        carla = tenant.user("carla", allow("s3:*", whole(bucket)))
        carla.s3.put_object(Bucket=bucket, Key="k", Body=b"hers")
        assert carla.s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"hers"
        watch = store.watch()
        with denied_by_s3(carla, "s3:GetObject", f"{bucket_arn(others)}/secret"):
            carla.s3.get_object(Bucket=others, Key="secret")
        with denied_by_s3(carla, "s3:PutObject", f"{bucket_arn(others)}/k"):
            carla.s3.put_object(Bucket=others, Key="k", Body=b"x")
        with denied_by_s3(carla, "s3:ListBucket", bucket_arn(others)):
            carla.s3.list_objects_v2(Bucket=others)
        with denied_by_s3(carla, "s3:DeleteBucket", bucket_arn(others)):
            carla.s3.delete_bucket(Bucket=others)
        watch.check_nothing_came()

    def test_s3_only_means_no_iam(self, tenant, bucket):
        carla = tenant.user("carla", allow("s3:*"))
        carla.s3.list_objects_v2(Bucket=bucket)
        with refused("AccessDenied", 403):
            carla.iam.list_users()

    def test_reading_does_not_write(self, tenant, bucket):
        tenant.root.s3.put_object(Bucket=bucket, Key="k", Body=b"x")
        reader = tenant.user("reader", allow(["s3:GetObject", "s3:ListBucket"], whole(bucket)))
        reader.s3.get_object(Bucket=bucket, Key="k")
        reader.s3.head_object(Bucket=bucket, Key="k")
        reader.s3.list_objects_v2(Bucket=bucket)
        key = f"{bucket_arn(bucket)}/k"
        with denied_by_s3(reader, "s3:PutObject", key):
            reader.s3.put_object(Bucket=bucket, Key="k", Body=b"y")
        with denied_by_s3(reader, "s3:DeleteObject", key):
            reader.s3.delete_object(Bucket=bucket, Key="k")
        with denied_by_s3(reader, "s3:PutObject", key):
            reader.s3.create_multipart_upload(Bucket=bucket, Key="k")
        assert tenant.root.s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"

    def test_an_explicit_deny_says_so(self, tenant, bucket):
        user = tenant.user("dev", allow("s3:*"), deny("s3:DeleteObject", objects(bucket, "keep/")))
        user.s3.put_object(Bucket=bucket, Key="keep/k", Body=b"x")
        arn = f"{bucket_arn(bucket)}/keep/k"
        with denied_by_s3_explicitly(user, "s3:DeleteObject", arn, "an identity-based policy"):
            user.s3.delete_object(Bucket=bucket, Key="keep/k")

    def test_a_head_is_denied_without_a_body(self, tenant, bucket):
        nobody = tenant.user("nobody")
        for call in (
            lambda: nobody.s3.head_bucket(Bucket=bucket),
            lambda: nobody.s3.head_object(Bucket=bucket, Key="k"),
        ):
            with pytest.raises(ClientError) as caught:
                call()
            assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403

    def test_a_copy_needs_the_source_too(self, tenant, bucket, store):
        source = tenant.bucket()
        tenant.root.s3.put_object(Bucket=source, Key="secret", Body=b"secret")
        user = tenant.user("dev", allow("s3:*", whole(bucket)))
        watch = store.watch()
        with denied_by_s3(user, "s3:GetObject", f"{bucket_arn(source)}/secret"):
            user.s3.copy_object(Bucket=bucket, Key="mine", CopySource={"Bucket": source, "Key": "secret"})
        watch.check_nothing_came()
        user = tenant.user("both", allow("s3:*", whole(bucket)), allow("s3:GetObject", objects(source)))
        user.s3.copy_object(Bucket=bucket, Key="mine", CopySource={"Bucket": source, "Key": "secret"})

    def test_a_permission_counts_from_the_moment_it_is_given_and_taken(self, tenant, bucket):
        user = tenant.user("dev")
        with refused("AccessDenied", 403):
            user.s3.list_objects_v2(Bucket=bucket)
        tenant.iam.put_user_policy(
            UserName="dev", PolicyName="p", PolicyDocument=document(allow("s3:*", whole(bucket)))
        )
        user.s3.list_objects_v2(Bucket=bucket)
        tenant.iam.delete_user_policy(UserName="dev", PolicyName="p")
        with refused("AccessDenied", 403):
            user.s3.list_objects_v2(Bucket=bucket)


class TestPerPrefix:
    def test_a_folder_of_ones_own(self, tenant, bucket, store):
        own = {"StringLike": {"s3:prefix": ["home/${aws:username}/*"]}}
        statements = [
            allow("s3:ListBucket", bucket_arn(bucket), **own),
            allow("s3:*Object", f"{bucket_arn(bucket)}/home/${{aws:username}}/*"),
        ]
        users = [tenant.user(name, *statements) for name in ("ann", "bob")]
        for user in users:
            user.s3.put_object(Bucket=bucket, Key=f"home/{user.name}/k", Body=user.name.encode())
            listed = user.s3.list_objects_v2(Bucket=bucket, Prefix=f"home/{user.name}/")
            assert [entry["Key"] for entry in listed["Contents"]] == [f"home/{user.name}/k"]
        ann = users[0]
        watch = store.watch()
        with denied_by_s3(ann, "s3:GetObject", f"{bucket_arn(bucket)}/home/bob/k"):
            ann.s3.get_object(Bucket=bucket, Key="home/bob/k")
        for prefix in ("home/bob/", "home/", "", "home/ann"):
            with denied_by_s3(ann, "s3:ListBucket", bucket_arn(bucket)):
                ann.s3.list_objects_v2(Bucket=bucket, Prefix=prefix)
        with denied_by_s3(ann, "s3:ListBucket", bucket_arn(bucket)):
            ann.s3.list_objects_v2(Bucket=bucket)
        watch.check_nothing_came()

    def test_the_first_version_of_the_list_is_decided_alike(self, tenant, bucket):
        own = {"StringEquals": {"s3:prefix": "a/"}}
        user = tenant.user("dev", allow("s3:ListBucket", bucket_arn(bucket), **own))
        user.s3.list_objects(Bucket=bucket, Prefix="a/")
        with denied_by_s3(user, "s3:ListBucket", bucket_arn(bucket)):
            user.s3.list_objects(Bucket=bucket, Prefix="b/")

    def test_delimiter_and_page_size_are_keys_too(self, tenant, bucket):
        wanted = {"StringEquals": {"s3:delimiter": "/"}, "NumericLessThanEquals": {"s3:max-keys": "10"}}
        user = tenant.user("dev", allow("s3:ListBucket", bucket_arn(bucket), **wanted))
        user.s3.list_objects_v2(Bucket=bucket, Delimiter="/", MaxKeys=10)
        for parameters in (
            {"Delimiter": "/", "MaxKeys": 11},
            {"MaxKeys": 10},
            {"Delimiter": "-", "MaxKeys": 1},
        ):
            with refused("AccessDenied", 403):
                user.s3.list_objects_v2(Bucket=bucket, **parameters)


class TestPerSource:
    def test_only_from_an_address(self, gateway, tenant, bucket, store):
        here = {"IpAddress": {"aws:SourceIp": "127.0.0.1/32"}}
        user = tenant.user("dev", allow("s3:*", whole(bucket), **here))
        user.s3.put_object(Bucket=bucket, Key="k", Body=b"x")
        watch = store.watch()
        request = s3_wire.signed(user, "GET", f"/{bucket}/k")
        answer = s3_wire.send(gateway.endpoint, request, source="127.0.0.2")
        assert (answer.status, answer.code) == (403, "AccessDenied")
        watch.check_nothing_came()
        assert s3_wire.send(gateway.endpoint, request, source="127.0.0.1").status == 200

    def test_what_a_header_says_of_the_address_is_not_heard(self, gateway, tenant, bucket):
        elsewhere = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
        user = tenant.user("dev", allow("s3:*", whole(bucket), **elsewhere))
        request = s3_wire.signed(user, "GET", f"/{bucket}", query="list-type=2")
        forged = request.with_headers(("x-forwarded-for", "10.0.0.1"), ("forwarded", "for=10.0.0.1"))
        assert s3_wire.send(gateway.endpoint, forged).status == 403

    def test_a_deny_from_elsewhere(self, gateway, tenant, bucket):
        elsewhere = {"NotIpAddress": {"aws:SourceIp": "127.0.0.1"}}
        user = tenant.user("dev", allow("s3:*"), deny("*", **elsewhere))
        request = s3_wire.signed(user, "GET", f"/{bucket}", query="list-type=2")
        assert s3_wire.send(gateway.endpoint, request).status == 200
        assert s3_wire.send(gateway.endpoint, request, source="127.0.0.3").status == 403


class TestRoleSessions:
    def test_a_session_policy_leaves_one_prefix(self, tenant, bucket, store):
        role = tenant.role(trust(tenant.root_arn), allow("s3:*", whole(bucket)), name="Data")
        developer = tenant.user("dev", allow("sts:AssumeRole"))
        narrow = document(allow(["s3:GetObject", "s3:PutObject"], objects(bucket, "team-a/")))
        session = developer.assume(role, "carla", Policy=narrow)
        whole_session = developer.assume(role, "dora")
        session.s3.put_object(Bucket=bucket, Key="team-a/k", Body=b"a")
        whole_session.s3.put_object(Bucket=bucket, Key="team-b/k", Body=b"b")
        assert session.s3.get_object(Bucket=bucket, Key="team-a/k")["Body"].read() == b"a"
        watch = store.watch()
        for call, action, resource in (
            (lambda: session.s3.get_object(Bucket=bucket, Key="team-b/k"), "s3:GetObject", "/team-b/k"),
            (
                lambda: session.s3.put_object(Bucket=bucket, Key="team-b/k", Body=b"x"),
                "s3:PutObject",
                "/team-b/k",
            ),
            (lambda: session.s3.delete_object(Bucket=bucket, Key="team-a/k"), "s3:DeleteObject", "/team-a/k"),
            (lambda: session.s3.list_objects_v2(Bucket=bucket), "s3:ListBucket", ""),
        ):
            with denied_by_s3(session, action, bucket_arn(bucket) + resource, "session policy"):
                call()
        watch.check_nothing_came()

    def test_a_session_with_a_damaged_token_is_nobody(self, tenant, bucket, store):
        role = tenant.role(trust(tenant.root_arn), allow("s3:*", whole(bucket)))
        session = tenant.user("dev", allow("sts:AssumeRole")).assume(role)
        session.s3.list_objects_v2(Bucket=bucket)
        watch = store.watch()
        token = session.session_token
        for damaged in (
            token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB"),
            token[: len(token) // 2],
            "x",
        ):
            with refused("InvalidToken", 400):
                session.with_key(session_token=damaged).s3.list_objects_v2(Bucket=bucket)
        watch.check_nothing_came()

    def test_a_boundary_caps_what_a_user_may(self, tenant, bucket):
        boundary = tenant.policy(allow("s3:GetObject"))
        user = tenant.user("dev", allow("s3:*"), PermissionsBoundary=boundary)
        tenant.root.s3.put_object(Bucket=bucket, Key="k", Body=b"x")
        user.s3.get_object(Bucket=bucket, Key="k")
        with denied_by_s3(user, "s3:PutObject", f"{bucket_arn(bucket)}/k", "permissions boundary"):
            user.s3.put_object(Bucket=bucket, Key="k", Body=b"y")


class TestDeniedBodies:
    """Of a request that is denied, the store sees nothing, and the client is not asked for more."""

    def denied_request(self, kind: str, tenant, bucket, body: bytes) -> s3_wire.Request:
        path = f"/{bucket}/k"
        nobody = tenant.user("nobody")
        match kind:
            case "no permission":
                return s3_wire.signed(nobody, "PUT", path, body=body)
            case "chunks without permission":
                return s3_wire.upload(nobody, path, [body]).request
            case "unsigned body without permission":
                return s3_wire.signed(nobody, "PUT", path, body=body, payload=s3_wire.UNSIGNED)
            case "wrong signature":
                wrong = tenant.root.with_key(secret_access_key="wrong" * 8)
                return s3_wire.signed(wrong, "PUT", path, body=body)
            case "unknown key":
                unknown = tenant.root.with_key(access_key_id="AKIAIOSFODNN7EXAMPLE")
                return s3_wire.signed(unknown, "PUT", path, body=body)
            case "nobody":
                return s3_wire.anonymous(tenant.root.endpoint, "PUT", path, body)
            case "presigned without permission":
                request = s3_wire.presigned(nobody, "PUT", path)
                return s3_wire.Request(
                    "PUT", request.target, [*request.headers, ("content-length", str(len(body)))], body
                )
        raise AssertionError(kind)

    KINDS = (
        "no permission",
        "chunks without permission",
        "unsigned body without permission",
        "wrong signature",
        "unknown key",
        "nobody",
        "presigned without permission",
    )

    @pytest.mark.parametrize("kind", KINDS)
    def test_not_one_byte_reaches_the_store(self, gateway, tenant, bucket, store, kind):
        request = self.denied_request(kind, tenant, bucket, os.urandom(2 * MEGABYTE))
        watch = store.watch()
        answer = s3_wire.send(gateway.endpoint, request)
        assert answer.status == 403, answer.text
        watch.check_nothing_came()
        assert not store.file(bucket, "k").exists()

    @pytest.mark.parametrize("kind", KINDS)
    def test_the_client_is_not_told_to_continue(self, gateway, tenant, bucket, kind):
        request = self.denied_request(kind, tenant, bucket, b"x" * 100_000)
        with s3_wire.connect(gateway.endpoint) as sock:
            sock.sendall(request.with_headers(("expect", "100-continue")).head())
            assert sock.recv(12) == b"HTTP/1.1 403"

    def test_an_allowed_client_is_told_to_continue(self, gateway, tenant, bucket, store):
        request = s3_wire.signed(tenant.root, "PUT", f"/{bucket}/k", body=b"x" * 100_000)
        with s3_wire.connect(gateway.endpoint) as sock:
            sock.sendall(request.with_headers(("expect", "100-continue")).head())
            assert sock.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
            assert s3_wire.exchange(sock, request.body, "PUT").status == 200
        assert store.file(bucket, "k").read_bytes() == request.body

    @pytest.mark.parametrize("kind", ["denied", "empty"])
    def test_a_connection_is_not_kept_when_the_client_was_not_told_to_continue(
        self, gateway, tenant, bucket, kind
    ):
        """The AWS CLI would take the next answer on it for a part of this one, and wait for ever."""
        if kind == "denied":
            request = self.denied_request("no permission", tenant, bucket, b"x" * 1_000)
        else:
            request = s3_wire.signed(tenant.root, "PUT", f"/{bucket}/k")
        with s3_wire.connect(gateway.endpoint) as sock:
            sock.sendall(request.with_headers(("expect", "100-continue")).head())
            first = sock.recv(12, s3_wire.socket.MSG_PEEK)
            if first != b"HTTP/1.1 100":
                s3_wire.read(sock, "PUT")
                assert s3_wire.is_closed(sock)
