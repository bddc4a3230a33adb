"""S3 requests byte by byte: every form of signature, written out so that each part can be made wrong."""

import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import socket
import time
import urllib.parse
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from .identity import REGION, Identity
from .wire import Answer, Signer, connect, host_of, sha256

EMPTY = sha256(b"")
UNSIGNED = "UNSIGNED-PAYLOAD"
CHUNKED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
CHUNKED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"


def quoted(text: str) -> str:
    return urllib.parse.quote(text, safe="/-_.~")


def canonical_query(parameters: dict[str, str]) -> str:
    pairs = sorted(
        (urllib.parse.quote(k, safe="-_.~"), urllib.parse.quote(v, safe="-_.~"))
        for k, v in parameters.items()
    )
    return "&".join(f"{name}={value}" for name, value in pairs)


@dataclass
class Request:
    """A request as it will be sent: `target`, the lines of its head, its body."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes = b""

    def head(self) -> bytes:
        lines = [
            f"{self.method} {self.target} HTTP/1.1",
            *(f"{name}: {value}" for name, value in self.headers),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape")

    def with_headers(self, *more: tuple[str, str]) -> "Request":
        """With lines added that were not there when it was signed."""
        return Request(self.method, self.target, [*self.headers, *more], self.body)

    def without(self, name: str) -> "Request":
        return Request(self.method, self.target, [h for h in self.headers if h[0] != name], self.body)

    def header(self, name: str) -> str:
        return next(value for key, value in self.headers if key == name)

    def to(self, target: str) -> "Request":
        """The same head and signature for another target."""
        return Request(self.method, target, self.headers, self.body)


def signed(
    identity: Identity,
    method: str,
    path: str,
    *,
    query: str = "",
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    payload: str | None = None,
    host: str | None = None,
    late_by: timedelta = timedelta(),
    signed_path: str | None = None,
    length: int | None = None,
    **signer,
) -> Request:
    """A request signed in its headers. `path` and `query` are taken as they are, in canonical form or not."""
    payload = payload or sha256(body)
    signer = Signer(
        identity,
        service=signer.pop("service", "s3"),
        method=method,
        path=signed_path or path,
        query=query,
        content_type=None,
        extra_headers={"x-amz-content-sha256": payload} | (headers or {}),
        late_by=late_by,
        **signer,
    )
    lines = list(signer.headers(host or host_of(identity.endpoint), payload).items())
    length = len(body) if length is None else length
    if length or method in ("PUT", "POST"):
        lines.append(("content-length", str(length)))
    return Request(method, path + (f"?{query}" if query else ""), lines, body)


def anonymous(endpoint: str, method: str, target: str, body: bytes = b"", **headers: str) -> Request:
    lines = [
        ("host", host_of(endpoint)),
        *((name.replace("_", "-"), value) for name, value in headers.items()),
    ]
    if body or method in ("PUT", "POST"):
        lines.append(("content-length", str(len(body))))
    return Request(method, target, lines, body)


def presigned(
    identity: Identity,
    method: str,
    path: str,
    *,
    seconds: int = 300,
    late_by: timedelta = timedelta(),
    parameters: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> Request:
    """A request whose signature stands in its query."""
    stamp = (datetime.now(UTC) - late_by).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{REGION}/s3/aws4_request"
    headers = {"host": host_of(identity.endpoint)} | (headers or {})
    names = ";".join(sorted(headers))
    query = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{identity.access_key_id}/{scope}",
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": names,
    } | (parameters or {})
    if identity.session_token:
        query["X-Amz-Security-Token"] = identity.session_token
    text = canonical_query(query)
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = "\n".join([method, path, text, lines, names, UNSIGNED])
    signature = sign(
        signing_key(identity, scope), "AWS4-HMAC-SHA256", stamp, scope, sha256(canonical.encode())
    )
    return Request(method, f"{path}?{text}&X-Amz-Signature={signature}", list(headers.items()))


def signing_key(identity: Identity, scope: str) -> bytes:
    key = ("AWS4" + identity.secret_access_key).encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def sign(key: bytes, *lines: str) -> str:
    return hmac.new(key, "\n".join(lines).encode(), hashlib.sha256).hexdigest()


@dataclass
class Upload:
    """A PutObject whose body comes in chunks (aws-chunked). `pieces` are the chunks as they will be sent."""

    head: Request
    pieces: list[bytes] = field(default_factory=list)

    @property
    def request(self) -> Request:
        return Request(self.head.method, self.head.target, self.head.headers, b"".join(self.pieces))


def upload(
    identity: Identity,
    path: str,
    chunks: list[bytes],
    *,
    form: str = CHUNKED,
    trailer: tuple[str, str] | None = None,
    headers: dict[str, str] | None = None,
    decoded_length: int | None = None,
) -> Upload:
    """A PutObject in that form, right in all its parts."""
    data = b"".join(chunks)
    more = {
        "x-amz-decoded-content-length": str(len(data) if decoded_length is None else decoded_length),
        "content-encoding": "aws-chunked",
    }
    if form != CHUNKED:
        trailer = trailer or crc32(data)
        more["x-amz-trailer"] = trailer[0]
    # The lengths of signatures are known before them.
    length = sum(map(len, _pieces(chunks, form, trailer, None)))
    head = signed(identity, "PUT", path, headers=more | (headers or {}), payload=form, length=length)
    return Upload(head, _pieces(chunks, form, trailer, Chain(identity, head)))


class Chain:
    """Each chunk's signature covers the one before, the first the head's."""

    def __init__(self, identity: Identity, head: Request):
        authorization = head.header("authorization")
        self.previous = authorization.rsplit("Signature=", 1)[1]
        self.stamp = head.header("x-amz-date")
        self.scope = authorization.split("Credential=", 1)[1].split(",", 1)[0].split("/", 1)[1]
        self.key = signing_key(identity, self.scope)

    def chunk(self, data: bytes) -> str:
        return self._next("AWS4-HMAC-SHA256-PAYLOAD", EMPTY, sha256(data))

    def trailer(self, lines: bytes) -> str:
        return self._next("AWS4-HMAC-SHA256-TRAILER", sha256(lines))

    def _next(self, algorithm: str, *hashes: str) -> str:
        self.previous = sign(self.key, algorithm, self.stamp, self.scope, self.previous, *hashes)
        return self.previous


def _pieces(chunks, form, trailer, chain) -> list[bytes]:
    is_signed = form != UNSIGNED_TRAILER
    pieces = []
    for data in [*chunks, b""]:
        extension = f";chunk-signature={chain.chunk(data) if chain else '0' * 64}" if is_signed else ""
        end = b"" if not data and trailer else b"\r\n"
        pieces.append(f"{len(data):x}{extension}\r\n".encode() + data + end)
    if trailer:
        line = f"{trailer[0]}:{trailer[1]}"
        pieces.append(f"{line}\r\n".encode())
        if is_signed:
            signature = chain.trailer(f"{line}\n".encode()) if chain else "0" * 64
            pieces.append(f"x-amz-trailer-signature:{signature}\r\n".encode())
        pieces.append(b"\r\n")
    return pieces


def crc32(data: bytes) -> tuple[str, str]:
    return "x-amz-checksum-crc32", base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()


# Sending


def send(endpoint: str, request: Request, source: str | None = None) -> Answer:
    """Sends it on a connection of its own, from that loopback address, and reads the answer."""
    with connect(endpoint, source) as sock:
        return exchange(sock, request.head() + request.body, request.method)


def exchange(sock: socket.socket, data: bytes, method: str = "GET") -> Answer:
    start = time.monotonic()
    # It may be answered before all of it has been taken.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        sock.sendall(data)
    return read(sock, method, start)


def read(sock: socket.socket, method: str = "GET", start: float | None = None) -> Answer:
    response = http.client.HTTPResponse(sock, method=method)
    response.begin()
    body = response.read()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, body, time.monotonic() - (start or time.monotonic()))


def is_closed(sock: socket.socket, seconds: float = 10) -> bool:
    """Whether the peer hangs up, without another byte, within that time."""
    sock.settimeout(seconds)
    try:
        return sock.recv(1) == b""
    except ConnectionError:
        return True
    except TimeoutError:
        return False


# Forms of browsers


def form_policy(bucket: str, *conditions, seconds: int = 300) -> str:
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    text = {
        "expiration": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "conditions": [{"bucket": bucket}, *conditions],
    }
    return base64.b64encode(json.dumps(text).encode()).decode()


def multipart(fields: dict[str, str], file: bytes, boundary: str = "boundary-of-a-form") -> tuple[str, bytes]:
    """The content type and the body of a form with a file as its last field."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    last = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
    body = "".join(parts).encode() + last.encode() + file + f"\r\n--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", body


def post_form(endpoint: str, bucket: str, fields: dict[str, str], file: bytes) -> Answer:
    content_type, body = multipart(fields, file)
    return send(endpoint, anonymous(endpoint, "POST", f"/{bucket}", body, content_type=content_type))
