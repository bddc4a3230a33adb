"""Envoy before a small application, and certificates for its clients."""

import datetime
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from .background import Program
from .server import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


class Application:
    """Answers everything with what it was asked, and remembers it."""

    def __init__(self):
        seen = self.seen = []

        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                seen.append(
                    (self.command, self.path, [(name.lower(), value) for name, value in self.headers.items()])
                )
                text = f"{self.command} {self.path} for {self.headers.get('x-lanyard-principal', 'nobody')}".encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_PUT = do_POST = do_DELETE = answer

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Envoy:
    """Envoy with this configuration."""

    def __init__(self, directory: Path, configuration: str, port: int):
        directory.mkdir(parents=True, exist_ok=True)
        file = directory / "envoy.yaml"
        file.write_text(configuration)
        assert yaml.safe_load(configuration)
        self.port = port
        program = ROOT / ".test/venv/lib"
        [program] = program.glob("python3*/site-packages/envoy/_bin/envoy")
        words = [program, "-c", file, "--concurrency", "1", "--disable-hot-restart", "--log-level", "warning"]
        self.program = Program(words, directory / "log")
        self.program.wait_for_port(port)

    def stop(self) -> None:
        self.program.stop()


class ClientAuthority:
    """An authority whose certificates clients show."""

    def __init__(self, directory: Path):
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._certificate = self._sign("clients", self._key.public_key(), [])
        self.file = directory / "clients.pem"
        self.file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def client(self, uri: str) -> tuple[Path, Path]:
        """Certificate and key of a client that is named by a URI."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._sign("client", key.public_key(), [x509.UniformResourceIdentifier(uri)])
        place = self.directory / f"client-{certificate.serial_number:x}"
        pem, key_file = place.with_suffix(".pem"), place.with_suffix(".key")
        pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        key_file.write_bytes(key.private_bytes(*form))
        return pem, key_file

    def _sign(self, name: str, public_key, alternatives) -> x509.Certificate:
        def named(text):
            return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(named(name))
            .issuer_name(named("clients"))
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=not alternatives, path_length=None), critical=True)
        )
        if alternatives:
            builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        return builder.sign(self._key, hashes.SHA256())


def place() -> int:
    """A port for Envoy."""
    return free_port()
