"""OpenID Connect issuers: a certified one from npm, and one that does what no sound issuer does."""

import base64
import datetime
import hashlib
import http.server
import ipaddress
import json
import os
import signal
import ssl
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from .background import Program, wait_until
from .policies import trust
from .server import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
AUDIENCE = "sts.amazonaws.com"


def trusting(account, issuer, *statements, thumbprints=(), **condition) -> str:
    """A role that tokens of the issuer open; gives its ARN."""
    made = account.iam.create_open_id_connect_provider(
        Url=issuer.url, ClientIDList=[AUDIENCE], ThumbprintList=list(thumbprints) or ["0" * 40]
    )
    principal = {"Federated": made["OpenIDConnectProviderArn"]}
    actions = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity"]
    return account.role(trust(principal, actions, **condition), *statements)


class Authority:
    """A private authority, and the certificates of hosts on loopback."""

    def __init__(self, directory: Path):
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._certificate = self._sign("e2e authority", self._key.public_key(), is_authority=True)
        self.file = directory / "ca.pem"
        self.file.write_bytes(_pem(self._certificate))

    @property
    def thumbprint(self) -> str:
        return hashlib.sha1(self._certificate.public_bytes(serialization.Encoding.DER)).hexdigest()

    def host(self, names=("localhost", "127.0.0.1")) -> tuple[Path, Path]:
        """Key and chain of a host; the chain ends with the authority."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._sign(names[0], key.public_key(), names=names)
        where = self.directory / f"host-{time.monotonic_ns()}"
        key_file, chain_file = where.with_suffix(".key"), where.with_suffix(".pem")
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        chain_file.write_bytes(_pem(certificate) + _pem(self._certificate))
        return key_file, chain_file

    def _sign(self, subject: str, public_key, *, names=(), is_authority=False) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(subject))
            .issuer_name(_name("e2e authority"))
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )
        if names:
            alternatives = x509.SubjectAlternativeName([_general_name(name) for name in names])
            builder = builder.add_extension(alternatives, critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general_name(text: str):
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


class CertifiedProvider:
    """`oidc-provider` from npm, over https on loopback."""

    def __init__(self, authority: Authority, directory: Path):
        self.authority = authority
        self.port = free_port()
        key, chain = authority.host()
        installed = ROOT / ".test/npm"
        assert (installed / "node_modules").exists(), (
            "`cargo xtask test` installs what the tests need from npm"
        )
        program = ROOT / "e2e/npm/provider.mjs"
        words = ["env", "-C", installed, "node", program, self.port, key, chain]
        self._program = Program(words, directory / "provider.log")
        self._program.wait_for_port(self.port)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def token(self, algorithm="RS256", audience=AUDIENCE, **claims) -> str:
        """An access token of the client `workload`."""
        form = {
            "grant_type": "client_credentials",
            "client_id": "workload",
            "client_secret": "a secret for tests",
            "resource": f"urn:{algorithm}:{audience}",
            "scope": "api",
            "claims_to_add": json.dumps(claims),
        }
        return self._get("/token", urllib.parse.urlencode(form).encode())["access_token"]

    def rotate(self) -> None:
        """New keys for old."""
        before = self._get("/jwks")
        os.kill(self._program.process.pid, signal.SIGHUP)
        wait_until(lambda: self._get("/jwks") != before, "new keys", self._program.log_tail)

    def stop(self) -> None:
        self._program.stop()

    def _get(self, path: str, body: bytes | None = None) -> dict:
        trust = ssl.create_default_context(cafile=self.authority.file)
        with urllib.request.urlopen(self.url + path, body, timeout=10, context=trust) as answer:
            return json.load(answer)


class Issuer:
    """An issuer that serves what it is told, and counts who asks."""

    def __init__(self, authority: Authority, host="localhost", names=("localhost", "127.0.0.1")):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.asked: list[str] = []
        self.answers = {}
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                issuer.asked.append(self.path)
                answer = issuer.answers.get(self.path)
                if callable(answer):
                    answer(self)
                elif answer is None:
                    self.send_error(404)
                else:
                    issuer.send(self, json.dumps(answer).encode())

            def log_message(self, *_):
                pass

        key, chain = authority.host(names)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, key)

        class Listener(http.server.ThreadingHTTPServer):
            daemon_threads = True
            connections = 0

            def get_request(self):
                connection, address = super().get_request()
                Listener.connections += 1
                return connection, address

            def finish_request(self, request, client_address):
                # In the thread of this connection, so that one that says nothing holds up nobody.
                request.settimeout(20)
                with context.wrap_socket(request, server_side=True) as connection:
                    self.RequestHandlerClass(connection, client_address, self)

            def handle_error(self, *_):
                pass

        self._listener = Listener(("127.0.0.1", 0), Handler)
        self.url = f"https://{host}:{self._listener.server_port}"
        self.answers["/.well-known/openid-configuration"] = {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/keys",
        }
        self.answers["/keys"] = {"keys": [self.jwk("one")]}
        threading.Thread(target=self._listener.serve_forever, daemon=True).start()

    @property
    def connections(self) -> int:
        return self._listener.connections

    def stop(self) -> None:
        self._listener.shutdown()
        self._listener.server_close()

    def jwk(self, key_id: str) -> dict:
        numbers = self.key.public_key().public_numbers()
        n, e = (encode(number.to_bytes((number.bit_length() + 7) // 8)) for number in (numbers.n, numbers.e))
        return {"kty": "RSA", "kid": key_id, "alg": "RS256", "use": "sig", "n": n, "e": e}

    @staticmethod
    def send(handler, body: bytes, status=200, **headers) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    # Tokens, sound and unsound

    def claims(self, **changes) -> dict:
        now = int(time.time())
        claims = {"iss": self.url, "sub": "somebody", "aud": AUDIENCE, "iat": now, "exp": now + 600} | changes
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, header=None, **changes) -> str:
        """Signed with RS256 by the issuer's key."""
        signed = self.unsigned(header, **changes)
        signature = self.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{encode(signature)}"

    def unsigned(self, header=None, **changes) -> str:
        header = {"alg": "RS256", "kid": "one", "typ": "JWT"} | (header or {})
        return ".".join(encode(json.dumps(part).encode()) for part in (header, self.claims(**changes)))

    def hmac_token(self, secret: bytes) -> str:
        signed = self.unsigned({"alg": "HS256"})
        mac = hmac.HMAC(secret, hashes.SHA256())
        mac.update(signed.encode())
        return f"{signed}.{encode(mac.finalize())}"

    def public_pem(self) -> bytes:
        return self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
