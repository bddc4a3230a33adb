"""Requests byte by byte: what boto3 would never send.

The signer is written out here, so that each of its inputs can be made wrong on purpose.
"""

import contextlib
import hashlib
import hmac
import http.client
import re
import socket
import time
import urllib.parse
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from .identity import REGION, Identity

VERSIONS = {"iam": "2010-05-08", "sts": "2011-06-15"}
FORM = "application/x-www-form-urlencoded; charset=utf-8"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def element(self, name: str) -> str | None:
        """The text of the first element of that name, whatever its namespace."""
        for element in ElementTree.fromstring(self.body).iter():
            if element.tag.rsplit("}", 1)[-1] == name:
                return element.text or ""
        return None

    @property
    def code(self) -> str | None:
        return self.element("Code")

    @property
    def message(self) -> str | None:
        return self.element("Message")

    @property
    def namespace(self) -> str:
        return re.match(r"\{(.*)\}", ElementTree.fromstring(self.body).tag)[1]

    @property
    def request_id(self) -> str:
        return self.headers["x-amzn-requestid"]


@dataclass
class Signer:
    """SigV4 in its header form. Every field can be set to something wrong."""

    identity: Identity
    service: str = "iam"
    region: str = REGION
    scope_service: str | None = None
    late_by: timedelta = timedelta()
    method: str = "POST"
    path: str = "/"
    query: str = ""
    extra_headers: dict[str, str] = field(default_factory=dict)
    content_type: str | None = FORM

    def headers(self, host: str, body_hash: str) -> dict[str, str]:
        """All headers to send, the signature among them."""
        now = datetime.now(UTC) - self.late_by
        stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
        headers = {"host": host, "x-amz-date": stamp}
        if self.content_type:
            headers["content-type"] = self.content_type
        if self.identity.session_token:
            headers["x-amz-security-token"] = self.identity.session_token
        headers |= {name.lower(): value for name, value in self.extra_headers.items()}
        names = ";".join(sorted(headers))
        lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
        canonical = "\n".join([self.method, self.path, self.query, lines, names, body_hash])
        scope = f"{day}/{self.region}/{self.scope_service or self.service}/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{sha256(canonical.encode())}"
        signature = hmac.new(self._key(scope), text.encode(), hashlib.sha256).hexdigest()
        credential = f"{self.identity.access_key_id}/{scope}"
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={signature}"
        )
        return headers

    def _key(self, scope: str) -> bytes:
        key = ("AWS4" + self.identity.secret_access_key).encode()
        for part in scope.split("/"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return key


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def form(service: str, action: str, **parameters) -> bytes:
    """A body of the query protocol; parameters whose names have dots are given by `**{…}`."""
    fields = {"Action": action, "Version": VERSIONS[service], **parameters}
    return urllib.parse.urlencode(fields, quote_via=urllib.parse.quote).encode()


def call(identity: Identity, action: str, service: str = "iam", **parameters) -> Answer:
    """One signed call, its answer as it came."""
    return post(identity, form(service, action, **parameters), service=service)


def post(identity: Identity, body: bytes, **signer) -> Answer:
    """One signed request with this body."""
    return send(identity.endpoint, body, Signer(identity, **signer))


def send(endpoint: str, body: bytes, signer: Signer, body_hash: str | None = None) -> Answer:
    host = host_of(endpoint)
    headers = signer.headers(host, body_hash or sha256(body))
    target = signer.path + (f"?{signer.query}" if signer.query else "")
    return bare(endpoint, signer.method, target, headers, body)


def bare(endpoint: str, method: str, target: str, headers: dict[str, str], body: bytes = b"") -> Answer:
    """One request exactly as given, without a signature of its own."""
    connection = http.client.HTTPConnection(host_of(endpoint), timeout=60)
    start = time.monotonic()
    try:
        # It may answer before it has the whole body, and hang up; the answer is there to be read.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.request(method, target, body=body, headers=headers)
        return read_answer(connection, start)
    finally:
        connection.close()


def read_answer(connection: http.client.HTTPConnection, start: float) -> Answer:
    response = connection.getresponse()
    body = response.read()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, body, time.monotonic() - start)


def host_of(endpoint: str) -> str:
    return endpoint.removeprefix("http://")


def connect(endpoint: str, source: str | None = None) -> socket.socket:
    host, port = host_of(endpoint).split(":")
    own = (source, 0) if source else None
    return socket.create_connection((host, int(port)), timeout=60, source_address=own)


def head_bytes(signer: Signer, host: str, body_hash: str, length: int | None) -> bytes:
    """A request's head, for tests that send the body their own way. No length means chunked."""
    headers = signer.headers(host, body_hash)
    if length is None:
        headers["transfer-encoding"] = "chunked"
    else:
        headers["content-length"] = str(length)
    target = signer.path + (f"?{signer.query}" if signer.query else "")
    lines = [f"{signer.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def read_status(sock: socket.socket) -> int:
    """The status of the answer on a raw connection, or 0 when it was closed without one."""
    data = b""
    try:
        while b"\r\n" not in data:
            piece = sock.recv(4096)
            if not piece:
                return 0
            data += piece
    except (ConnectionError, TimeoutError):
        return 0
    return int(data.split(b" ", 2)[1])
