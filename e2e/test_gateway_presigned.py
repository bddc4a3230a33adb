"""Presigned URLs are worth what their signer may do when they are used, and nothing once the signer's key is gone."""

import time
import urllib.parse
from datetime import UTC, datetime, timedelta

import pytest

from harness import s3_wire
from harness.policies import allow, deny, document, objects, trust, whole


@pytest.fixture
def bucket(tenant) -> str:
    name = tenant.bucket()
    tenant.root.s3.put_object(Bucket=name, Key="k", Body=b"by link")
    return name


@pytest.fixture
def user(tenant, bucket):
    return tenant.user("dev", allow("s3:*", whole(bucket)))


def link(identity, bucket, operation="get_object", **parameters) -> str:
    wanted = {"Bucket": bucket, "Key": "k"} | parameters
    return identity.links.generate_presigned_url(operation, Params=wanted, ExpiresIn=300)


def use(url: str, method="GET", body=b"", **headers):
    """What anybody does with a link: no credentials, no signature but the one in it."""
    parts = urllib.parse.urlsplit(url)
    endpoint = f"http://{parts.netloc}"
    request = s3_wire.anonymous(endpoint, method, f"{parts.path}?{parts.query}", body, **headers)
    return s3_wire.send(endpoint, request)


def check(answer, status: int, code: str) -> None:
    assert (answer.status, answer.code) == (status, code), answer.text


class TestUse:
    def test_reading_and_writing(self, user, bucket, store):
        assert use(link(user, bucket)).body == b"by link"
        assert use(link(user, bucket, "put_object", Key="new"), "PUT", b"uploaded").status == 200
        assert store.file(bucket, "new").read_bytes() == b"uploaded"
        assert use(link(user, bucket, "delete_object", Key="new"), "DELETE").status == 204
        assert not store.file(bucket, "new").exists()
        listed = use(user.links.generate_presigned_url("list_objects_v2", Params={"Bucket": bucket}))
        assert listed.element("Key") == "k"

    def test_it_is_for_one_method_and_one_object(self, user, bucket, store):
        url = link(user, bucket)
        watch = store.watch()
        check(use(url, "PUT", b"x"), 403, "SignatureDoesNotMatch")
        check(use(url, "DELETE"), 403, "SignatureDoesNotMatch")
        check(use(url.replace(f"/{bucket}/k?", f"/{bucket}/other?")), 403, "SignatureDoesNotMatch")
        for more in ("&versionId=1", "&acl", "&response-content-type=text/html", "&X-Amz-Expires=604800"):
            assert use(url + more).status in (400, 403), more
        watch.check_nothing_came()

    def test_what_the_answer_shall_look_like_is_signed_too(self, user, bucket):
        url = link(
            user,
            bucket,
            ResponseContentType="text/csv",
            ResponseContentDisposition='attachment; filename="a.csv"',
        )
        answer = use(url)
        assert answer.status == 200
        assert answer.headers["content-security-policy"] == "sandbox"

    def test_headers_that_change_meaning_and_are_not_signed_are_refused(self, user, bucket, store):
        url = link(user, bucket, "put_object", Key="new")
        watch = store.watch()
        for name, value in (
            ("x_amz_tagging", "team=red"),
            ("x_amz_copy_source", f"/{bucket}/k"),
            ("x_amz_storage_class", "GLACIER"),
            ("x_amz_meta_who", "me"),
        ):
            check(use(url, "PUT", b"x", **{name: value}), 403, "AccessDenied")
        watch.check_nothing_came()

    def test_a_signature_of_version_2_is_refused_in_words(self, user, bucket, store):
        watch = store.watch()
        url = user.s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
        assert "AWSAccessKeyId=" in url
        answer = use(url)
        check(answer, 400, "InvalidRequest")
        text = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
        assert answer.message == text
        watch.check_nothing_came()


class TestTime:
    def test_it_ends(self, user, bucket):
        request = s3_wire.presigned(user, "GET", f"/{bucket}/k", seconds=2)
        assert s3_wire.send(user.endpoint, request).status == 200
        deadline = time.monotonic() + 10
        while (answer := s3_wire.send(user.endpoint, request)).status == 200:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        check(answer, 403, "AccessDenied")
        assert answer.message == "Request has expired"

    def test_an_old_one_and_one_from_the_future(self, user, bucket):
        old = s3_wire.presigned(user, "GET", f"/{bucket}/k", seconds=60, late_by=timedelta(seconds=90))
        answer = s3_wire.send(user.endpoint, old)
        check(answer, 403, "AccessDenied")
        assert answer.message == "Request has expired"
        future = s3_wire.presigned(user, "GET", f"/{bucket}/k", late_by=-timedelta(hours=1))
        check(s3_wire.send(user.endpoint, future), 403, "AccessDenied")

    @pytest.mark.parametrize("seconds", ["0", "-1", "604801", "1e3", "", "99999999999999999999"])
    def test_a_week_is_the_longest(self, user, bucket, seconds):
        request = s3_wire.presigned(user, "GET", f"/{bucket}/k", parameters={"X-Amz-Expires": seconds})
        answer = s3_wire.send(user.endpoint, request)
        assert answer.status in (400, 403) and answer.code in (
            "AuthorizationQueryParametersError",
            "AccessDenied",
        )

    def test_a_policy_can_limit_the_age_of_signatures(self, tenant, user, bucket):
        old = {"NumericGreaterThan": {"s3:signatureAge": "60000"}}
        tenant.iam.put_user_policy(
            UserName="dev", PolicyName="fresh", PolicyDocument=document(deny("s3:*", **old))
        )
        fresh = s3_wire.presigned(user, "GET", f"/{bucket}/k", seconds=600)
        assert s3_wire.send(user.endpoint, fresh).status == 200
        aged = s3_wire.presigned(user, "GET", f"/{bucket}/k", seconds=600, late_by=timedelta(seconds=120))
        check(s3_wire.send(user.endpoint, aged), 403, "AccessDenied")

    def test_a_policy_can_refuse_links_altogether(self, tenant, user, bucket):
        links = {"StringEquals": {"s3:authType": "REST-QUERY-STRING"}}
        tenant.iam.put_user_policy(
            UserName="dev", PolicyName="p", PolicyDocument=document(deny("s3:*", **links))
        )
        check(use(link(user, bucket)), 403, "AccessDenied")
        assert user.s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"by link"


class TestTheSignersPresentPolicy:
    def test_a_permission_taken_away_takes_the_link_away(self, tenant, user, bucket, store):
        url = link(user, bucket)
        assert use(url).status == 200
        tenant.iam.put_user_policy(
            UserName="dev", PolicyName="own", PolicyDocument=document(allow("s3:PutObject", objects(bucket)))
        )
        watch = store.watch()
        answer = use(url)
        check(answer, 403, "AccessDenied")
        assert user.arn in answer.message
        watch.check_nothing_came()

    def test_one_made_without_permission_works_once_it_is_given(self, tenant, bucket):
        nobody = tenant.user("nobody")
        url = link(nobody, bucket)
        check(use(url), 403, "AccessDenied")
        tenant.iam.put_user_policy(
            UserName="nobody", PolicyName="p", PolicyDocument=document(allow("s3:GetObject", objects(bucket)))
        )
        assert use(url).body == b"by link"

    def test_an_upload_link_of_somebody_who_may_no_longer_write(self, tenant, user, bucket, store):
        url = link(user, bucket, "put_object", Key="new")
        tenant.iam.delete_user_policy(UserName="dev", PolicyName="own")
        watch = store.watch()
        check(use(url, "PUT", b"x" * 500_000), 403, "AccessDenied")
        watch.check_nothing_came()


class TestTheSignersKey:
    def test_it_dies_with_the_key(self, tenant, user, bucket):
        url = link(user, bucket)
        key = {"UserName": "dev", "AccessKeyId": user.access_key_id}
        tenant.iam.update_access_key(**key, Status="Inactive")
        check(use(url), 403, "InvalidAccessKeyId")
        tenant.iam.update_access_key(**key, Status="Active")
        assert use(url).status == 200
        tenant.iam.delete_access_key(**key)
        check(use(url), 403, "InvalidAccessKeyId")

    def test_it_dies_with_the_user(self, tenant, user, bucket):
        url = link(user, bucket)
        tenant.iam.delete_access_key(UserName="dev", AccessKeyId=user.access_key_id)
        tenant.iam.delete_user_policy(UserName="dev", PolicyName="own")
        tenant.iam.delete_user(UserName="dev")
        tenant.user("dev", allow("s3:*"))
        check(use(url), 403, "InvalidAccessKeyId")

    def test_it_dies_with_the_session(self, tenant, bucket):
        role = tenant.role(trust(tenant.root_arn), allow("s3:*", whole(bucket)), name="Data")
        session = tenant.user("dev", allow("sts:AssumeRole")).assume(role)
        url = link(session, bucket)
        assert "X-Amz-Security-Token" in url
        assert use(url).status == 200
        # As the console revokes sessions: whatever was issued before now is denied.
        until = datetime.now(UTC) + timedelta(seconds=5)
        issued = {"DateLessThan": {"aws:TokenIssueTime": until.strftime("%Y-%m-%dT%H:%M:%SZ")}}
        tenant.iam.put_role_policy(
            RoleName="Data", PolicyName="revoke", PolicyDocument=document(deny("*", **issued))
        )
        check(use(url), 403, "AccessDenied")
        tenant.iam.delete_role_policy(RoleName="Data", PolicyName="revoke")
        assert use(url).status == 200
        tenant.iam.delete_role_policy(RoleName="Data", PolicyName="own")
        tenant.iam.delete_role(RoleName="Data")
        answer = use(url)
        assert answer.status in (400, 403) and answer.code in (
            "InvalidAccessKeyId",
            "ExpiredToken",
            "InvalidToken",
        )

    def test_the_token_cannot_be_left_out_or_changed(self, tenant, bucket, store):
        role = tenant.role(trust(tenant.root_arn), allow("s3:*", whole(bucket)))
        developer = tenant.user("dev", allow("sts:AssumeRole"))
        one, two = developer.assume(role, "one"), developer.assume(role, "two")
        watch = store.watch()
        without = one.with_key()
        without.session_token = None
        check(
            s3_wire.send(one.endpoint, s3_wire.presigned(without, "GET", f"/{bucket}/k")),
            403,
            "InvalidAccessKeyId",
        )
        mixed = one.with_key(session_token=two.session_token)
        check(
            s3_wire.send(one.endpoint, s3_wire.presigned(mixed, "GET", f"/{bucket}/k")), 400, "InvalidToken"
        )
        watch.check_nothing_came()


def test_an_hour_later_the_links_of_a_session_are_dead(fresh_gateway, store):
    """The clock of the server is moved by Debian's faketime; the link was made for longer than the session lives."""
    faketime = {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}
    server = fresh_gateway(store).start()
    account = server.account()
    bucket = account.bucket()
    account.root.s3.put_object(Bucket=bucket, Key="k", Body=b"by link")
    role = account.role(trust(account.root_arn), allow("s3:*", whole(bucket)))
    session = account.user("dev", allow("sts:AssumeRole")).assume(role)
    request = s3_wire.presigned(session, "GET", f"/{bucket}/k", seconds=86_400)
    lasting = s3_wire.presigned(account.root, "GET", f"/{bucket}/k", seconds=86_400)
    assert s3_wire.send(server.endpoint, request).status == 200
    assert server.stop() == 0
    server.start(wrapper=["faketime", "-f", "+61m"], environment=faketime)
    check(s3_wire.send(server.endpoint, request), 400, "ExpiredToken")
    # The link of a lasting key is still good; it is the store whose clock has stood still.
    assert s3_wire.send(server.endpoint, lasting).status == 503
