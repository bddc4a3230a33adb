"""Uploads by a browser's form: signed by somebody, sent by anybody, bounded by the form's policy."""

import pytest

from harness import s3_wire
from harness.policies import allow, objects

SMALL = ["content-length-range", 1, 1_000]


@pytest.fixture
def bucket(tenant) -> str:
    return tenant.bucket()


@pytest.fixture
def user(tenant, bucket):
    return tenant.user("dev", allow("s3:PutObject", objects(bucket, "inbox/")))


def form(
    identity, bucket, key="inbox/${filename}", fields=None, conditions=(), seconds=300
) -> dict[str, str]:
    """The fields of a form as boto3 makes them."""
    made = identity.links.generate_presigned_post(
        bucket,
        key,
        Fields=dict(fields or {}),
        Conditions=[*({name: value} for name, value in (fields or {}).items()), *conditions],
        ExpiresIn=seconds,
    )
    return made["fields"]


def send(identity, bucket, fields, file=b"from a form"):
    return s3_wire.post_form(identity.endpoint, bucket, fields, file)


def check(answer, status: int, code: str) -> None:
    assert (answer.status, answer.code) == (status, code), answer.text


def test_an_upload_arrives_whole(user, bucket, store):
    body = bytes(range(256)) * 4_000
    answer = send(user, bucket, form(user, bucket), body)
    assert answer.status == 204, answer.text
    assert store.file(bucket, "inbox/f").read_bytes() == body


def test_a_boundary_in_the_file_does_not_end_it(user, bucket, store):
    body = b"before\r\n--boundary-of-another\r\n--\r\n--boundary-of-a-for\r\nafter\r\n--"
    assert send(user, bucket, form(user, bucket), body).status == 204
    assert store.file(bucket, "inbox/f").read_bytes() == body


def test_the_form_says_what_is_answered(user, bucket):
    answer = send(user, bucket, form(user, bucket, fields={"success_action_status": "201"}))
    assert answer.status == 201
    assert (answer.element("Bucket"), answer.element("Key")) == (bucket, "inbox/f")
    assert answer.element("ETag")
    assert send(user, bucket, form(user, bucket, fields={"success_action_status": "200"})).status == 200


def test_what_the_form_says_of_the_object(tenant, user, bucket):
    fields = {"Content-Type": "text/x-form", "x-amz-meta-who": "dev"}
    assert send(user, bucket, form(user, bucket, fields=fields)).status == 204
    answer = tenant.root.s3.get_object(Bucket=bucket, Key="inbox/f")
    assert (answer["ContentType"], answer["Metadata"]) == ("text/x-form", {"who": "dev"})


def test_a_form_of_a_session(tenant, bucket, user):
    session = user.sts.get_session_token()["Credentials"]
    holder = user.holding(session, user.arn)
    fields = form(holder, bucket)
    assert fields["x-amz-security-token"]
    assert send(user, bucket, fields).status == 204
    del fields["x-amz-security-token"]
    assert send(user, bucket, fields).status in (400, 403)


class TestRefusals:
    """None of them brings a byte to the store."""

    @pytest.fixture(autouse=True)
    def nothing_reaches_the_store(self, store, user):
        self.watch = store.watch()
        yield
        self.watch.check_nothing_came()

    def test_the_signer_may_not(self, tenant, bucket):
        nobody = tenant.user("nobody")
        check(send(nobody, bucket, form(nobody, bucket), b"x" * 100_000), 403, "AccessDenied")

    def test_the_signer_may_elsewhere(self, user, bucket):
        check(send(user, bucket, form(user, bucket, "outbox/k")), 403, "AccessDenied")

    def test_the_signers_key_is_gone(self, tenant, user, bucket):
        fields = form(user, bucket)
        tenant.iam.delete_access_key(UserName="dev", AccessKeyId=user.access_key_id)
        check(send(user, bucket, fields), 403, "InvalidAccessKeyId")

    def test_a_policy_that_was_changed(self, user, bucket):
        fields = form(user, bucket, conditions=[SMALL])
        fields["policy"] = s3_wire.form_policy(bucket, {"key": "inbox/k"})
        check(send(user, bucket, fields), 403, "SignatureDoesNotMatch")

    def test_a_form_that_ran_out(self, user, bucket):
        fields = form(user, bucket, seconds=-1)
        check(send(user, bucket, fields), 403, "AccessDenied")

    def test_a_key_other_than_the_policy_says(self, user, bucket):
        fields = form(user, bucket, "inbox/only-this")
        check(send(user, bucket, fields | {"key": "inbox/other"}), 403, "AccessDenied")

    def test_a_field_that_the_policy_does_not_know(self, user, bucket):
        fields = form(user, bucket)
        check(send(user, bucket, fields | {"x-amz-meta-more": "x"}), 403, "AccessDenied")

    def test_another_bucket_than_the_policy_says(self, tenant, user, bucket):
        fields = form(user, bucket)
        other = tenant.bucket()
        self.watch = self.watch.store.watch()
        check(send(user, other, fields), 403, "AccessDenied")

    def test_more_and_less_than_the_policy_allows(self, user, bucket):
        fields = form(user, bucket, conditions=[SMALL])
        check(send(user, bucket, fields, b"x" * 1_001), 400, "EntityTooLarge")
        check(send(user, bucket, fields, b""), 400, "EntityTooSmall")

    def test_paths_out_of_the_folder(self, user, bucket):
        for key in ("inbox/../outbox/k", "inbox//k", "inbox/./k"):
            answer = send(user, bucket, form(user, bucket, key))
            assert answer.status in (400, 403), key

    def test_a_field_twice(self, user, bucket):
        fields = form(user, bucket, "inbox/one")
        content_type, body = s3_wire.multipart(fields, b"x")
        extra = b'--boundary-of-a-form\r\nContent-Disposition: form-data; name="key"\r\n\r\noutbox/two\r\n'
        request = s3_wire.anonymous(
            user.endpoint, "POST", f"/{bucket}", extra + body, content_type=content_type
        )
        assert s3_wire.send(user.endpoint, request).status in (400, 403)

    def test_a_form_that_is_none(self, user, bucket):
        for content_type in ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain"):
            request = s3_wire.anonymous(
                user.endpoint, "POST", f"/{bucket}", b"key=k", content_type=content_type
            )
            assert s3_wire.send(user.endpoint, request).status in (400, 403, 411, 412), content_type

    def test_a_form_without_a_signature(self, user, bucket):
        check(send(user, bucket, {"key": "inbox/k"}), 403, "AccessDenied")


def test_a_form_that_breaks_off_becomes_no_object(user, bucket, store):
    content_type, body = s3_wire.multipart(form(user, bucket), b"x" * 200_000)
    request = s3_wire.anonymous(user.endpoint, "POST", f"/{bucket}", body, content_type=content_type)
    with s3_wire.connect(user.endpoint) as sock:
        sock.sendall(request.head() + body[:-100_000])
        sock.shutdown(s3_wire.socket.SHUT_WR)
        assert sock.recv(12)[9:] != b"204"
    assert not store.file(bucket, "inbox/f").exists()
