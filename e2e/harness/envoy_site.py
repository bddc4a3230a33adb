"""Envoy as the documentation configures it, before a small application, and Lanyard behind it."""

import re
from pathlib import Path

from . import wire
from .decision_point import bearer_key
from .envoy import Application, ClientAuthority
from .issuer import Authority, Issuer, trusting
from .policies import allow, deny
from .server import Server

DOCUMENTATION = Path(__file__).resolve().parent.parent.parent / "docs/envoy.md"
HOST = "app.example.com"


class EnvoySite:
    """All that the example needs beside Envoy itself. The role `readers` is open to tokens of the issuer, but not to
    those about `mallory`; `carla` may read and write every page, but not read page 9."""

    def __init__(self, binary: Path, directory: Path):
        for name in ("authority", "clients"):
            (directory / name).mkdir(parents=True)
        self.authority = Authority(directory / "authority")
        self.clients = ClientAuthority(directory / "clients")
        self.issuer = Issuer(self.authority)
        self.application = Application()
        flags = ["--oidc-allow", "127.0.0.0/8", "--oidc-ca", f"{self.issuer.url}={self.authority.file}"]
        self.lanyard = Server(binary, directory / "lanyard", flags=flags)
        self.lanyard.start()
        self.owner = self.lanyard.account("envoy")
        host = self.issuer.url.removeprefix("https://")
        reading = allow("app:Read")
        self.readers = trusting(self.owner, self.issuer, reading, StringNotEquals={f"{host}:sub": "mallory"})
        page = "arn:aws:app:::page"
        self.carla = self.owner.user(
            "carla", allow(["app:Read", "app:Write"], f"{page}/*"), deny("app:Read", f"{page}/9")
        )
        self.guard = bearer_key(binary, self.owner.user("guard", allow("lanyard:Authorize")))
        self.key, self.chain = self.authority.host((HOST, "127.0.0.1"))

    def stop(self) -> None:
        self.application.stop()
        self.issuer.stop()
        assert self.lanyard.stop() == 0, self.lanyard.log_tail()

    def configuration(self, port: int, changes=()) -> str:
        """The configuration of the documentation; only places, keys and names are others."""
        text = re.search(r"```yaml\n(.*?)```", DOCUMENTATION.read_text(), re.DOTALL)[1]
        for shown, real in (
            ("address: 0.0.0.0, port_value: 8443", f"address: 127.0.0.1, port_value: {port}"),
            ("/etc/envoy/server.pem", str(self.chain)),
            ("/etc/envoy/server.key", str(self.key)),
            ("/etc/envoy/clients.pem", str(self.clients.file)),
            ("port_value: 8080", f"port_value: {self.application.port}"),
            ("port_value: 4260", f"port_value: {self.lanyard.endpoint.rsplit(':')[-1]}"),
            ("Bearer AKIA….…", f"Bearer {self.guard}"),
            ("arn:aws:iam::111122223333:role/{name}", f"arn:aws:iam::{self.owner.id}:role/{{name}}"),
            ("arn:aws:iam::111122223333:role/readers", self.readers),
            ("app.example.com:8443", f"{HOST}:{port}"),
            *changes,
        ):
            assert shown in text, f"the example has no {shown} any more"
            text = text.replace(shown, real)
        return text


def signed(
    identity, method="GET", path="/page/1", body=b"", query="", declared=None, **more
) -> dict[str, str]:
    """Headers with a signature."""
    if declared:
        more["extra_headers"] = {"x-amz-content-sha256": declared}
    signer = wire.Signer(
        identity, service="app", method=method, path=path, query=query, content_type=None, **more
    )
    return signer.headers(HOST, declared or wire.sha256(body))
