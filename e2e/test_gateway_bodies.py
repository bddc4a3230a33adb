"""A body that is not what was signed never becomes an object."""

import pytest

from harness import s3_wire
from harness.attack import read_all
from harness.policies import allow, objects
from harness.s3_wire import EMPTY, UNSIGNED, Request, signed


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


class TestBodies:
    """A body that is not what was signed never becomes an object."""

    DATA = bytes(range(256)) * 1_024

    @pytest.fixture(autouse=True)
    def the_object_stays_as_it_was(self, store, bucket):
        yield
        assert store.file(bucket, "mine/k").read_bytes() == b"mine/k"

    def path(self, bucket) -> str:
        return f"/{bucket}/mine/k"

    def check(self, gateway, request: Request, *codes: str) -> None:
        answer = s3_wire.send(gateway.endpoint, request)
        assert 400 <= answer.status < 500 and answer.code in codes, answer.text

    def test_other_bytes_than_were_hashed(self, gateway, user, bucket):
        for wrong in (b"y" + self.DATA[1:], self.DATA[:-1] + b"y"):
            request = signed(user, "PUT", self.path(bucket), body=self.DATA)
            request.body = wrong
            self.check(gateway, request, "XAmzContentSHA256Mismatch")

    def test_a_hash_of_nothing_with_a_body(self, gateway, user, bucket):
        request = signed(user, "PUT", self.path(bucket), body=self.DATA, payload=EMPTY)
        self.check(gateway, request, "XAmzContentSHA256Mismatch")

    @pytest.mark.parametrize(
        "payload", ["x", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "STREAMING-", "0" * 63]
    )
    def test_hashes_that_are_none(self, gateway, user, bucket, payload):
        request = signed(user, "PUT", self.path(bucket), body=b"x", payload=payload)
        answer = s3_wire.send(gateway.endpoint, request)
        assert answer.status in (400, 403, 501), answer.text

    @pytest.mark.parametrize("number", [0, 1, 2, 3])
    def test_a_chunk_that_was_changed(self, gateway, user, bucket, number):
        upload = s3_wire.upload(user, self.path(bucket), [b"%d" % n * 8_192 for n in range(4)])
        piece = upload.pieces[number]
        upload.pieces[number] = piece[:-3] + b"x" + piece[-2:]
        self.check(gateway, upload.request, "SignatureDoesNotMatch")

    def test_a_signature_in_the_middle_that_is_wrong(self, gateway, user, bucket):
        upload = s3_wire.upload(user, self.path(bucket), [b"%d" % n * 8_192 for n in range(4)])
        piece = upload.pieces[2]
        start = piece.index(b"=") + 1
        upload.pieces[2] = piece[:start] + b"0" * 64 + piece[start + 64 :]
        self.check(gateway, upload.request, "SignatureDoesNotMatch")

    def test_chunks_in_another_order_or_missing_or_twice(self, gateway, user, bucket):
        def upload():
            return s3_wire.upload(user, self.path(bucket), [b"%d" % n * 8_192 for n in range(4)])

        changed = upload()
        changed.pieces[1], changed.pieces[2] = changed.pieces[2], changed.pieces[1]
        self.check(gateway, changed.request, "SignatureDoesNotMatch")
        changed = upload()
        changed.pieces[2] = changed.pieces[1]
        self.check(gateway, changed.request, "SignatureDoesNotMatch")

    def test_the_last_chunk_is_signed_too(self, gateway, user, bucket):
        upload = s3_wire.upload(user, self.path(bucket), [b"a" * 8_192])
        upload.pieces[-1] = b"0;chunk-signature=" + b"0" * 64 + b"\r\n\r\n"
        self.check(gateway, upload.request, "SignatureDoesNotMatch")

    @pytest.mark.parametrize(
        "piece",
        [
            b"zz;chunk-signature=" + b"0" * 64 + b"\r\n",
            b"2000\r\n" + b"a" * 8_192 + b"\r\n",
            b"2000;chunk-signature=x\r\n" + b"a" * 8_192 + b"\r\n",
            b"ffffffffffffffffff;chunk-signature=" + b"0" * 64 + b"\r\n",
            b"-1;chunk-signature=" + b"0" * 64 + b"\r\n",
            b"x" * 9_000,
            b"2000;" + b"y" * 9_000,
        ],
        ids=[
            "no number",
            "no signature",
            "no proper signature",
            "too large",
            "negative",
            "no head",
            "a long head",
        ],
    )
    def test_frames_that_are_none(self, gateway, user, bucket, piece):
        upload = s3_wire.upload(user, self.path(bucket), [b"a" * 8_192])
        whole = len(b"".join(upload.pieces))
        body = (piece + b"".join(upload.pieces[1:])).ljust(whole, b"0")[:whole]
        request = Request("PUT", upload.head.target, upload.head.headers, body)
        answer = s3_wire.send(gateway.endpoint, request)
        assert 400 <= answer.status < 500, answer.text

    @pytest.mark.parametrize("form", [s3_wire.CHUNKED_TRAILER, s3_wire.UNSIGNED_TRAILER])
    def test_a_checksum_behind_the_body_that_is_wrong(self, gateway, user, bucket, form):
        wrong = ("x-amz-checksum-crc32", "AAAAAA==")
        upload = s3_wire.upload(user, self.path(bucket), [self.DATA], form=form, trailer=wrong)
        self.check(gateway, upload.request, "BadDigest")

    def test_a_trailer_whose_signature_is_wrong(self, gateway, user, bucket):
        upload = s3_wire.upload(user, self.path(bucket), [self.DATA], form=s3_wire.CHUNKED_TRAILER)
        upload.pieces[-2] = b"x-amz-trailer-signature:" + b"0" * 64 + b"\r\n"
        self.check(gateway, upload.request, "SignatureDoesNotMatch")

    def test_another_trailer_than_was_announced(self, gateway, user, bucket):
        upload = s3_wire.upload(user, self.path(bucket), [self.DATA], form=s3_wire.UNSIGNED_TRAILER)
        upload.pieces[-2] = upload.pieces[-2].replace(b"crc32:", b"sha01:")
        self.check(gateway, upload.request, "MalformedTrailerError", "InvalidRequest", "BadDigest")

    @pytest.mark.parametrize("form", [s3_wire.CHUNKED, s3_wire.CHUNKED_TRAILER, s3_wire.UNSIGNED_TRAILER])
    def test_another_length_than_was_announced(self, gateway, user, bucket, form):
        for length in (len(self.DATA) - 1, len(self.DATA) + 1, 0):
            upload = s3_wire.upload(user, self.path(bucket), [self.DATA], form=form, decoded_length=length)
            answer = s3_wire.send(gateway.endpoint, upload.request)
            assert answer.status == 400, answer.text

    @pytest.mark.parametrize("form", ["plain", "unsigned", *(s3_wire.CHUNKED, s3_wire.UNSIGNED_TRAILER)])
    @pytest.mark.parametrize("missing", [1, 100_000])
    def test_a_body_that_breaks_off(self, gateway, user, bucket, store, form, missing):
        match form:
            case "plain":
                request = signed(user, "PUT", self.path(bucket), body=self.DATA)
            case "unsigned":
                request = signed(user, "PUT", self.path(bucket), body=self.DATA, payload=UNSIGNED)
            case _:
                request = s3_wire.upload(user, self.path(bucket), [self.DATA], form=form).request
        watch = store.watch()
        with s3_wire.connect(gateway.endpoint) as sock:
            sock.sendall(request.head() + request.body[:-missing])
            sock.shutdown(s3_wire.socket.SHUT_WR)
            data = read_all(sock)
        assert b" 200 " not in data[:20], data
        assert not any(seen.complete and not seen.broken for seen in watch.requests())


class TestDigests:
    """Checksums in headers go along, and the store compares them."""

    def test_digests_that_are_none(self, gateway, user, bucket):
        for name in ("content-md5", "x-amz-checksum-crc32", "x-amz-checksum-sha256"):
            request = signed(user, "PUT", f"/{bucket}/mine/new", body=b"x", headers={name: "no digest"})
            answer = s3_wire.send(gateway.endpoint, request)
            assert answer.status == 400, f"{name}: {answer.text}"

    def test_checksums_in_headers_are_checked(self, gateway, user, bucket):
        wrong = {"x-amz-checksum-crc32": "AAAAAA==", "x-amz-sdk-checksum-algorithm": "CRC32"}
        request = signed(user, "PUT", f"/{bucket}/mine/new", body=b"x", headers=wrong)
        answer = s3_wire.send(gateway.endpoint, request)
        assert (answer.status, answer.code) == (400, "BadDigest"), answer.text
        request = signed(
            user, "PUT", f"/{bucket}/mine/new", body=b"x", headers={"content-md5": "1B2M2Y8AsgTpgAmY7PhCfg=="}
        )
        answer = s3_wire.send(gateway.endpoint, request)
        assert (answer.status, answer.code) == (400, "BadDigest"), answer.text


def test_right_bodies_of_every_form_arrive(gateway, user, bucket, store):
    data = [b"a" * 65_536, b"b" * 65_536, b"c" * 10]
    for number, form in enumerate((s3_wire.CHUNKED, s3_wire.CHUNKED_TRAILER, s3_wire.UNSIGNED_TRAILER)):
        upload = s3_wire.upload(user, f"/{bucket}/mine/{number}", data, form=form)
        answer = s3_wire.send(gateway.endpoint, upload.request)
        assert answer.status == 200, (form, answer.text)
        assert store.file(bucket, f"mine/{number}").read_bytes() == b"".join(data)
