"""Unmodified clients through the gateway: what goes up comes down again, byte by byte."""

import hashlib
import os
import urllib.request

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

from harness import s3_wire
from harness.identity import ONE_TRY
from harness.policies import allow, whole
from harness.refusal import refused
from harness.store import rust_sdk

MEGABYTE = 1024 * 1024


@pytest.fixture
def bucket(tenant) -> str:
    return tenant.bucket()


@pytest.fixture
def user(tenant, bucket):
    return tenant.user("dev", allow("s3:*", whole(bucket)))


@pytest.fixture
def s3(aws):
    """`aws s3`, which must succeed; gives what it printed."""

    def run(identity, *words) -> str:
        done = aws.run(identity, "s3", *map(str, words))
        assert done.returncode == 0, f"aws s3 {' '.join(map(str, words))}:\n{done.stdout}{done.stderr}"
        return done.stdout

    return run


def random_file(path, size: int):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(os.urandom(size))
    return path


def digest(path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def tree(directory) -> dict[str, bytes]:
    files = (path for path in directory.rglob("*") if path.is_file())
    return {str(path.relative_to(directory)): path.read_bytes() for path in files}


class TestAwsS3:
    @pytest.mark.parametrize("size", [0, 1, 100_000])
    def test_cp_brings_back_what_it_took(self, s3, user, bucket, store, tmp_path, size):
        there = random_file(tmp_path / "there", size)
        s3(user, "cp", there, f"s3://{bucket}/a/b.bin")
        assert store.file(bucket, "a/b.bin").read_bytes() == there.read_bytes()
        s3(user, "cp", f"s3://{bucket}/a/b.bin", tmp_path / "back")
        assert (tmp_path / "back").read_bytes() == there.read_bytes()

    def test_cp_of_64_megabytes_goes_in_parts_both_ways(self, s3, user, bucket, store, tmp_path):
        there = random_file(tmp_path / "there", 64 * MEGABYTE)
        watch = store.watch()
        s3(user, "cp", there, f"s3://{bucket}/big")
        parts = [seen for seen in watch.requests() if "partNumber=" in seen.target]
        assert len(parts) == 8
        assert all(part.complete and not part.broken for part in parts)
        assert digest(store.file(bucket, "big")) == digest(there)
        s3(user, "cp", f"s3://{bucket}/big", tmp_path / "back")
        assert digest(tmp_path / "back") == digest(there)

    def test_cp_to_a_pipe(self, s3, user, bucket):
        user.s3.put_object(Bucket=bucket, Key="text", Body="eine Zeile über alles\n".encode())
        assert s3(user, "cp", f"s3://{bucket}/text", "-") == "eine Zeile über alles\n"

    def test_cp_between_two_keys_stays_in_the_store(self, s3, user, bucket, store, tmp_path):
        there = random_file(tmp_path / "there", 10_000)
        s3(user, "cp", there, f"s3://{bucket}/one")
        s3(user, "cp", f"s3://{bucket}/one", f"s3://{bucket}/two")
        assert store.file(bucket, "two").read_bytes() == there.read_bytes()

    def test_mv_leaves_nothing_behind(self, s3, user, bucket, store, tmp_path):
        there = random_file(tmp_path / "there", 10)
        content = there.read_bytes()
        s3(user, "mv", there, f"s3://{bucket}/one")
        s3(user, "mv", f"s3://{bucket}/one", f"s3://{bucket}/two")
        assert not store.file(bucket, "one").exists()
        s3(user, "mv", f"s3://{bucket}/two", tmp_path / "back")
        assert not store.file(bucket, "two").exists()
        assert (tmp_path / "back").read_bytes() == content

    def test_sync_goes_both_ways_and_follows_deletions(self, s3, user, bucket, tmp_path):
        source, target = tmp_path / "source", tmp_path / "target"
        names = ["a.txt", "with blank.txt", "deep/er/ü.txt", "deep/this&that.txt", "b=c.txt"]
        for number, name in enumerate(names):
            random_file(source / name, 100 * number)
        s3(user, "sync", source, f"s3://{bucket}/tree")
        s3(user, "sync", f"s3://{bucket}/tree", target)
        assert tree(target) == tree(source)
        (source / "a.txt").unlink()
        s3(user, "sync", "--delete", source, f"s3://{bucket}/tree")
        s3(user, "sync", "--delete", f"s3://{bucket}/tree", target)
        assert tree(target) == tree(source)
        assert s3(user, "sync", source, f"s3://{bucket}/tree") == ""

    def test_ls_shows_keys_and_prefixes(self, s3, user, bucket):
        for key in ("a/1", "a/2", "b"):
            user.s3.put_object(Bucket=bucket, Key=key, Body=b"12345")
        lines = s3(user, "ls", f"s3://{bucket}").splitlines()
        assert [line.split()[-1] for line in lines] == ["a/", "b"]
        lines = s3(user, "ls", "--recursive", f"s3://{bucket}").splitlines()
        assert [line.split()[-1] for line in lines] == ["a/1", "a/2", "b"]

    def test_rm_removes_one_and_all(self, s3, user, bucket):
        for key in ("a/1", "a/2", "b"):
            user.s3.put_object(Bucket=bucket, Key=key, Body=b"x")
        s3(user, "rm", f"s3://{bucket}/b")
        s3(user, "rm", "--recursive", f"s3://{bucket}/a")
        assert user.s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0

    def test_mb_and_rb(self, s3, tenant):
        name = f"{tenant.id}-made"
        user = tenant.user("dev", allow("s3:*", whole(name)))
        s3(user, "mb", f"s3://{name}")
        user.s3.put_object(Bucket=name, Key="k", Body=b"x")
        s3(user, "rb", "--force", f"s3://{name}")
        with refused("NoSuchBucket", 404):
            tenant.root.s3.list_objects_v2(Bucket=name)

    def test_presign_gives_a_link_that_works_without_credentials(self, s3, user, bucket):
        user.s3.put_object(Bucket=bucket, Key="a b/ü.txt", Body=b"by link")
        # Anywhere but in us-east-1, whose links the CLI signs by version 2.
        place = ["--region", "eu-central-1"]
        link = s3(user, "presign", f"s3://{bucket}/a b/ü.txt", "--expires-in", "60", *place).strip()
        with urllib.request.urlopen(link, timeout=10) as answer:
            assert answer.read() == b"by link"

    @pytest.mark.parametrize(
        "words",
        [
            ["cp", "FILE", "s3://BUCKET/k"],
            ["cp", "s3://BUCKET/kept", "BACK"],
            ["cp", "s3://BUCKET/kept", "s3://BUCKET/copy"],
            ["sync", "TREE", "s3://BUCKET"],
            ["ls", "s3://BUCKET"],
            ["rm", "s3://BUCKET/kept"],
            ["rb", "s3://BUCKET"],
            ["mb", "s3://NEW"],
        ],
        ids=lambda words: " ".join(words),
    )
    def test_none_of_it_without_permission(self, aws, tenant, bucket, store, tmp_path, words):
        tenant.root.s3.put_object(Bucket=bucket, Key="kept", Body=b"kept")
        random_file(tmp_path / "tree/file", 10)
        nobody = tenant.user("nobody", allow("s3:*", whole("another-bucket")))
        names = {"FILE": tmp_path / "tree/file", "TREE": tmp_path / "tree", "BACK": tmp_path / "back"}
        names |= {"BUCKET": bucket, "NEW": f"{tenant.id}-new"}
        for name, value in names.items():
            words = [word.replace(name, str(value)) for word in words]
        watch = store.watch()
        done = aws.run(nobody, "s3", *words)
        assert done.returncode != 0
        assert "AccessDenied" in done.stderr or "403" in done.stderr, done.stderr
        watch.check_nothing_came()
        assert not (tmp_path / "back").exists()


class TestBoto3:
    def test_an_object_keeps_bytes_type_and_metadata(self, user, bucket):
        body = os.urandom(70_000)
        user.s3.put_object(
            Bucket=bucket,
            Key="k",
            Body=body,
            ContentType="image/x-test",
            Metadata={"team": "red", "odd": "a  b"},
        )
        answer = user.s3.get_object(Bucket=bucket, Key="k")
        assert answer["Body"].read() == body
        assert answer["ContentType"] == "image/x-test"
        assert answer["Metadata"] == {"team": "red", "odd": "a  b"}
        head = user.s3.head_object(Bucket=bucket, Key="k")
        assert (head["ContentLength"], head["ETag"]) == (70_000, answer["ETag"])

    @pytest.mark.parametrize(
        "key",
        [
            "plain",
            "a/b/c",
            "a b",
            "a+b",
            "a%20b",
            "100%",
            "ü/漢字",
            "a&b=c?d#e",
            "a'b(c)!d*e~f",
            'quote"and<tag>',
            "x" * 100,
        ],
    )
    def test_keys_are_taken_as_they_are(self, user, bucket, store, key):
        user.s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
        assert store.file(bucket, key).read_bytes() == key.encode()
        assert user.s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()
        # By hand, because boto3 asks for encoded keys, which this store has not.
        listed = s3_wire.send(user.endpoint, s3_wire.signed(user, "GET", f"/{bucket}", query="list-type=2"))
        assert (listed.status, listed.element("Key")) == (200, key)
        user.s3.delete_object(Bucket=bucket, Key=key)
        assert not store.file(bucket, key).exists()

    def test_a_range_is_a_part_of_the_object(self, user, bucket):
        user.s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")
        answer = user.s3.get_object(Bucket=bucket, Key="k", Range="bytes=2-4")
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206
        assert (answer["Body"].read(), answer["ContentRange"]) == (b"234", "bytes 2-4/10")

    def test_multipart_upload_of_the_transfer_manager(self, user, bucket, store, tmp_path):
        there = random_file(tmp_path / "there", 17 * MEGABYTE)
        config = TransferConfig(multipart_threshold=5 * MEGABYTE, multipart_chunksize=5 * MEGABYTE)
        user.s3.upload_file(str(there), bucket, "big", Config=config)
        assert digest(store.file(bucket, "big")) == digest(there)
        user.s3.download_file(bucket, "big", str(tmp_path / "back"), Config=config)
        assert digest(tmp_path / "back") == digest(there)

    def test_a_multipart_upload_can_be_given_up(self, user, bucket, store):
        upload = user.s3.create_multipart_upload(Bucket=bucket, Key="big")["UploadId"]
        user.s3.upload_part(Bucket=bucket, Key="big", UploadId=upload, PartNumber=1, Body=b"x" * 1000)
        parts = user.s3.list_parts(Bucket=bucket, Key="big", UploadId=upload)["Parts"]
        assert [part["PartNumber"] for part in parts] == [1]
        user.s3.abort_multipart_upload(Bucket=bucket, Key="big", UploadId=upload)
        assert not store.file(bucket, "big").exists()

    def test_lists_come_in_pages(self, user, bucket):
        for number in range(7):
            user.s3.put_object(Bucket=bucket, Key=f"a/{number}", Body=b"x")
        pages = user.s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix="a/", PaginationConfig={"PageSize": 3}
        )
        keys = [[entry["Key"] for entry in page["Contents"]] for page in pages]
        assert keys == [["a/0", "a/1", "a/2"], ["a/3", "a/4", "a/5"], ["a/6"]]

    def test_a_copy_is_made_by_the_store(self, user, bucket, store):
        user.s3.put_object(Bucket=bucket, Key="from ü", Body=b"copied")
        watch = store.watch()
        user.s3.copy_object(Bucket=bucket, Key="to", CopySource={"Bucket": bucket, "Key": "from ü"})
        assert watch.only().body_bytes == 0
        assert user.s3.get_object(Bucket=bucket, Key="to")["Body"].read() == b"copied"

    @pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
    def test_checksums_go_along(self, user, bucket, algorithm):
        user.s3.put_object(Bucket=bucket, Key="k", Body=b"checked", ChecksumAlgorithm=algorithm)
        assert user.s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"checked"

    def test_a_body_that_is_not_signed(self, user, bucket):
        config = ONE_TRY.merge(Config(s3={"payload_signing_enabled": False}))
        user.client("s3", config).put_object(Bucket=bucket, Key="k", Body=b"unsigned")
        assert user.s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"unsigned"

    def test_the_stores_own_errors_come_through(self, user, bucket):
        with refused("NoSuchKey", 404):
            user.s3.get_object(Bucket=bucket, Key="missing")
        with pytest.raises(ClientError) as caught:
            user.s3.head_object(Bucket=bucket, Key="missing")
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404

    def test_every_answer_has_the_id_of_its_decision_and_cannot_run_scripts(self, user, bucket):
        user.s3.put_object(Bucket=bucket, Key="page.html", Body=b"<script>", ContentType="text/html")
        metadata = user.s3.get_object(Bucket=bucket, Key="page.html")["ResponseMetadata"]
        assert metadata["HTTPHeaders"]["x-amz-request-id"] == metadata["RequestId"] != ""
        assert metadata["HTTPHeaders"]["content-security-policy"] == "sandbox"
        assert metadata["HTTPHeaders"]["x-content-type-options"] == "nosniff"

    def test_the_upstream_never_sees_the_clients_signature(self, user, bucket, store):
        watch = store.watch()
        user.s3.put_object(Bucket=bucket, Key="k", Body=b"x")
        text = str(watch.only().headers)
        assert "AKIDOFTHEUPSTREAM" in text
        assert user.access_key_id not in text


class TestRustSdk:
    def test_round_trips(self, user, tenant, bucket, store, tmp_path):
        there = random_file(tmp_path / "there", 3 * MEGABYTE)
        assert "etag" in rust_sdk(user, "put", bucket, "a/ü b", there)
        assert store.file(bucket, "a/ü b").read_bytes() == there.read_bytes()
        assert rust_sdk(user, "get", bucket, "a/ü b", tmp_path / "back") == {"bytes": 3 * MEGABYTE}
        assert digest(tmp_path / "back") == digest(there)
        assert rust_sdk(user, "list", bucket, "a/") == {"keys": ["a/ü b"]}
        link = rust_sdk(user, "presign", bucket, "a/ü b", 60)["url"]
        with urllib.request.urlopen(link, timeout=10) as answer:
            assert answer.read() == there.read_bytes()
        assert rust_sdk(user, "delete", bucket, "a/ü b") == {}
        assert rust_sdk(user, "get", bucket, "a/ü b", tmp_path / "x")["error"]["code"] == "NoSuchKey"

    def test_multipart_of_64_megabytes(self, user, bucket, store, tmp_path):
        there = random_file(tmp_path / "there", 64 * MEGABYTE)
        assert rust_sdk(user, "multipart", bucket, "big", there) == {"parts": 8}
        assert digest(store.file(bucket, "big")) == digest(there)

    def test_a_stream_of_64_megabytes_with_signed_chunks(self, user, bucket, store, tmp_path):
        there = random_file(tmp_path / "there", 64 * MEGABYTE)
        assert "etag" in rust_sdk(user, "put", bucket, "big", there)
        assert digest(store.file(bucket, "big")) == digest(there)

    def test_denied(self, tenant, bucket, store, tmp_path):
        there = random_file(tmp_path / "there", MEGABYTE)
        nobody = tenant.user("nobody")
        watch = store.watch()
        for words in (
            ["put", bucket, "k", there],
            ["get", bucket, "k", tmp_path / "x"],
            ["list", bucket, ""],
        ):
            error = rust_sdk(nobody, *words)["error"]
            assert (error["code"], error["status"]) == ("AccessDenied", 403)
            assert nobody.arn in error["message"]
        watch.check_nothing_came()
