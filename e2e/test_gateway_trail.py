"""What is told of requests to the store: in the trail, by `lanyard explain`, and where policies are only watched."""

import json
import time

import pytest

from harness import s3_wire
from harness.policies import allow, bucket_arn, deny, document, for_everyone, objects, trust, whole
from harness.refusal import error_of, refused
from harness.server import run_binary


def records_of(account, request_id: str) -> list[dict]:
    return [record for record in account.server.trail(account.id) if record["requestID"] == request_id]


def record_of(account, request_id: str, seconds: float = 10) -> dict:
    deadline = time.monotonic() + seconds
    while not (found := records_of(account, request_id)):
        assert time.monotonic() < deadline, f"{request_id} never came to the trail"
        time.sleep(0.05)
    assert len(found) == 1, found
    return found[0]


def id_of(answer: dict) -> str:
    return answer["ResponseMetadata"]["RequestId"]


@pytest.fixture
def bucket(tenant) -> str:
    return tenant.bucket()


class TestDenials:
    def test_a_denial_is_in_the_trail_when_its_answer_is_out(self, tenant, bucket):
        user = tenant.user("dev")
        for _ in range(5):
            response = error_of(lambda: user.s3.get_object(Bucket=bucket, Key="a b"))
            (record,) = records_of(tenant, id_of(response))
            assert (record["eventSource"], record["eventName"]) == ("s3.amazonaws.com", "GetObject")
            assert (record["errorCode"], record["errorMessage"]) == (
                "AccessDenied",
                response["Error"]["Message"],
            )
            assert (record["eventCategory"], record["managementEvent"]) == ("Data", False)
            assert (record["readOnly"], record["sourceIPAddress"]) == (True, "127.0.0.1")
            assert record["userIdentity"]["arn"] == user.arn
            assert record["requestParameters"]["bucketName"] == bucket
            assert record["requestParameters"]["key"] == "a b"
            resources = {resource["type"]: resource["ARN"] for resource in record["resources"]}
            assert resources == {
                "AWS::S3::Object": f"{bucket_arn(bucket)}/a b",
                "AWS::S3::Bucket": bucket_arn(bucket),
            }

    def test_the_person_behind_a_role_is_named(self, tenant, bucket):
        role = tenant.role(trust(tenant.root_arn, ["sts:AssumeRole", "sts:SetSourceIdentity"]), name="Data")
        developer = tenant.user("dev", allow(["sts:AssumeRole", "sts:SetSourceIdentity"]))
        session = developer.assume(role, "carla-at-work", SourceIdentity="carla")
        response = error_of(lambda: session.s3.get_object(Bucket=bucket, Key="k"))
        identity = record_of(tenant, id_of(response))["userIdentity"]
        assert identity["type"] == "AssumedRole"
        assert identity["arn"].endswith(":assumed-role/Data/carla-at-work")
        assert identity["sessionContext"]["sessionIssuer"]["arn"] == role
        assert identity["sessionContext"]["sourceIdentity"] == "carla"

    def test_no_secret_is_in_a_record(self, tenant, bucket):
        nobody = tenant.user("nobody")
        url = nobody.links.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
        request = s3_wire.anonymous(nobody.endpoint, "GET", url.removeprefix(nobody.endpoint))
        answer = s3_wire.send(nobody.endpoint, request)
        text = json.dumps(record_of(tenant, answer.headers["x-amz-request-id"]))
        assert url.split("X-Amz-Signature=")[1] not in text

    def test_denials_of_the_owners_account_are_recorded_for_a_guest(self, tenant, other_tenant, bucket):
        guest = other_tenant.user("guest", allow("s3:*"))
        response = error_of(lambda: guest.s3.get_object(Bucket=bucket, Key="k"))
        assert record_of(other_tenant, id_of(response))["errorCode"] == "AccessDenied"

    def test_each_key_of_a_batch_that_is_denied_leaves_one_record(self, tenant, bucket):
        user = tenant.user("dev")
        answer = user.s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a"}, {"Key": "b"}]})
        record = record_of(tenant, id_of(answer))
        assert (record["eventName"], record["errorCode"]) == ("DeleteObjects", "AccessDenied")


class TestWhatPasses:
    def test_by_default_data_that_passes_leaves_no_record(self, tenant, bucket):
        tenant.root.s3.put_object(Bucket=bucket, Key="k", Body=b"x")
        answer = tenant.root.s3.get_object(Bucket=bucket, Key="k")
        record_of(tenant, id_of(error_of(lambda: tenant.user("n").s3.get_object(Bucket=bucket, Key="k"))))
        assert records_of(tenant, id_of(answer)) == []

    def test_what_changes_a_bucket_is_a_management_event(self, tenant, bucket):
        name = f"{tenant.id}-recorded"
        record = record_of(tenant, id_of(tenant.root.s3.create_bucket(Bucket=name)))
        assert (record["eventName"], record["eventCategory"]) == ("CreateBucket", "Management")
        policy = document(for_everyone(deny("s3:GetObject", objects(name))))
        record = record_of(tenant, id_of(tenant.root.s3.put_bucket_policy(Bucket=name, Policy=policy)))
        assert (record["eventName"], record["managementEvent"]) == ("PutBucketPolicy", True)
        record = record_of(tenant, id_of(tenant.root.s3.delete_bucket(Bucket=name)))
        assert record["eventName"] == "DeleteBucket"

    def test_all_of_it(self, fresh_gateway, store):
        server = fresh_gateway(store, "data-events=all").start()
        account = server.account()
        bucket = account.bucket()
        put = account.root.s3.put_object(Bucket=bucket, Key="k", Body=b"12345")
        record = record_of(account, id_of(put))
        assert (record["eventName"], record["readOnly"], record["eventCategory"]) == (
            "PutObject",
            False,
            "Data",
        )
        assert record["additionalEventData"]["bytesTransferredIn"] == 5
        got = account.root.s3.get_object(Bucket=bucket, Key="k")
        assert got["Body"].read() == b"12345"
        record = record_of(account, id_of(got))
        assert (record["eventName"], record["readOnly"]) == ("GetObject", True)
        assert record["additionalEventData"]["bytesTransferredOut"] == 5
        assert "errorCode" not in record

    def test_a_sample_of_it(self, fresh_gateway, store):
        server = fresh_gateway(store, "data-events=sampled:10").start()
        account = server.account()
        bucket = account.bucket()
        account.root.s3.put_object(Bucket=bucket, Key="k", Body=b"x")
        ids = [id_of(account.root.s3.head_object(Bucket=bucket, Key="k")) for _ in range(100)]
        denied = [id_of(error_of(lambda: account.user("n").s3.get_object(Bucket=bucket, Key="k")))]
        record_of(account, denied[0])
        seen = {record["requestID"] for record in server.trail(account.id)}
        assert 5 <= len(seen & set(ids)) <= 15

    def test_the_key_is_marked_as_used_for_s3(self, tenant, bucket):
        user = tenant.user("dev", allow("s3:*"))
        user.s3.list_objects_v2(Bucket=bucket)
        deadline = time.monotonic() + 30
        while True:
            used = tenant.iam.get_access_key_last_used(AccessKeyId=user.access_key_id)["AccessKeyLastUsed"]
            if used["ServiceName"] == "s3":
                break
            assert time.monotonic() < deadline, used
            time.sleep(0.2)
        assert used["Region"] == "us-east-1"


class TestExplain:
    def test_the_id_of_a_denial_opens_its_reasons(self, gateway, tenant, bucket):
        user = tenant.user("dev", allow("s3:GetObject", objects("another-bucket")))
        response = error_of(lambda: user.s3.get_object(Bucket=bucket, Key="k"))
        text = json.dumps(gateway.explain(id_of(response)))
        for word in (user.arn, "s3:GetObject", f"{bucket_arn(bucket)}/k", "own"):
            assert word in text
        shown = gateway.run("explain", id_of(response)).stdout
        assert user.arn in shown and f"{bucket_arn(bucket)}/k" in shown

    def test_a_denial_by_the_bucket_names_the_bucket_policy(self, gateway, tenant, bucket):
        statement = for_everyone(deny("s3:GetObject", objects(bucket)) | {"Sid": "NobodyReads"})
        tenant.root.s3.put_bucket_policy(Bucket=bucket, Policy=document(statement))
        response = error_of(lambda: tenant.root.s3.get_object(Bucket=bucket, Key="k"))
        assert "NobodyReads" in json.dumps(gateway.explain(id_of(response)))

    def test_without_a_server_a_request_is_explained_before_it_is_made(self, gateway):
        def explained(*words: str) -> str:
            return run_binary(gateway.binary, "gateway", "explain", *words).stdout

        text = explained("GET", "/reports/2024/may.csv?versionId=1")
        assert "s3:GetObjectVersion" in text and "arn:aws:s3:::reports/2024/may.csv" in text
        text = explained("PUT", "/reports/copy", "x-amz-copy-source: /source/k")
        assert "s3:PutObject" in text and "s3:GetObject" in text and "arn:aws:s3:::source/k" in text
        text = explained("GET", "/reports?list-type=2&prefix=a%2F&delimiter=%2F")
        assert "s3:ListBucket" in text and "s3:prefix" in text and "a/" in text


class TestObserve:
    @pytest.fixture
    def account(self, fresh_gateway, store):
        return fresh_gateway(store, "mode=observe").start().account()

    def test_what_would_be_denied_is_recorded_and_passes(self, account, store):
        bucket = account.bucket()
        user = account.user("dev")
        put = user.s3.put_object(Bucket=bucket, Key="k", Body=b"watched")
        assert store.file(bucket, "k").read_bytes() == b"watched"
        record = record_of(account, id_of(put))
        assert record["errorCode"] == "AccessDenied" and user.arn in record["errorMessage"]
        text = json.dumps(account.server.explain(id_of(put)))
        assert "s3:PutObject" in text

    def test_nobody_is_let_in_who_cannot_prove_who_they_are(self, account, store):
        bucket = account.bucket()
        watch = store.watch()
        with refused("SignatureDoesNotMatch", 403):
            account.root.with_key(secret_access_key="wrong" * 8).s3.list_objects_v2(Bucket=bucket)
        with refused("InvalidAccessKeyId", 403):
            account.root.with_key(access_key_id="AKIAIOSFODNN7EXAMPLE").s3.list_objects_v2(Bucket=bucket)
        anonymous = s3_wire.anonymous(account.root.endpoint, "GET", f"/{bucket}")
        assert s3_wire.send(account.root.endpoint, anonymous).status == 403
        request = s3_wire.signed(account.root, "PUT", f"/{bucket}/k", body=b"x")
        request.body = b"y"
        assert s3_wire.send(account.root.endpoint, request).code == "XAmzContentSHA256Mismatch"
        watch.check_nothing_came()

    def test_iam_itself_is_not_relaxed(self, account):
        with refused("AccessDenied", 403):
            account.user("dev").iam.list_users()

    def test_buckets_still_belong_to_somebody(self, account):
        bucket = account.bucket()
        other = account.server.account("other")
        with refused("BucketAlreadyExists", 409):
            other.root.s3.create_bucket(Bucket=bucket)
        with refused("NoSuchBucket", 404):
            account.root.s3.list_objects_v2(Bucket="nobodys-bucket-here")


def test_requests_are_counted(gateway, tenant, bucket):
    tenant.root.s3.list_objects_v2(Bucket=bucket)
    error_of(
        lambda: tenant.user("nobody", allow("s3:GetObject", whole("x"))).s3.list_objects_v2(Bucket=bucket)
    )
    text = gateway.metrics()
    assert "s3" in text and "AccessDenied" in text
