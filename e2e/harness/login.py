"""`aws login`, step by step: what the AWS CLI does before it hands over to botocore's login provider."""

import base64
import hashlib
import json
import secrets
import time
import urllib.parse
import uuid
from pathlib import Path

import requests
from botocore.utils import generate_login_cache_key
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from . import remembered
from .browser import Browser, Page

SAME_DEVICE = "arn:aws:signin:::devtools/same-device"
CROSS_DEVICE = "arn:aws:signin:::devtools/cross-device"
CALLBACK = "http://127.0.0.1:38561/oauth/callback"


def unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Login:
    """One login: its own state, verifier and key."""

    def __init__(self, endpoint: str, remote: bool = False):
        self.endpoint = endpoint
        self.client_id = CROSS_DEVICE if remote else SAME_DEVICE
        self.redirect = f"{endpoint}/v1/sessions/confirmation" if remote else CALLBACK
        self.state = str(uuid.uuid4())
        self.verifier = secrets.token_urlsafe(48)
        self.key = ec.generate_private_key(ec.SECP256R1())

    @property
    def url(self) -> str:
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "state": self.state,
            "code_challenge_method": "SHA-256",
            "scope": "openid",
            "redirect_uri": self.redirect,
            "code_challenge": unpadded(hashlib.sha256(self.verifier.encode()).digest()),
        }
        return f"/v1/authorize?{urllib.parse.urlencode(query)}"

    def code(self, allowed: Page) -> str:
        """The code that the browser was sent away with, once somebody has said yes."""
        assert allowed.status == 303, allowed.text
        assert allowed.location.startswith(f"{self.redirect}?"), allowed.location
        return self.code_in(allowed.location.split("?", 1)[1])

    def code_in(self, query: str) -> str:
        fields = dict(urllib.parse.parse_qsl(query))
        assert fields["state"] == self.state
        return fields["code"]

    def allow(self, browser: Browser) -> Page:
        page = browser.get(self.url)
        assert page.status == 200, page.text
        return browser.submit(page, decision="allow")

    def proof(self, **claims) -> str:
        numbers = self.key.public_key().public_numbers()
        jwk = {
            "kty": "EC",
            "crv": "P-256",
            "x": unpadded(numbers.x.to_bytes(32)),
            "y": unpadded(numbers.y.to_bytes(32)),
        }
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk}
        body = {
            "htm": "POST",
            "htu": f"{self.endpoint}/v1/token",
            "iat": int(time.time()),
            "jti": str(uuid.uuid4()),
        }
        parts = [unpadded(json.dumps(part).encode()) for part in (header, body | claims)]
        signed = ".".join(parts)
        r, s = decode_dss_signature(self.key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{unpadded(r.to_bytes(32) + s.to_bytes(32))}"

    def ask(self, proof: str | None = None, **body: str) -> requests.Response:
        answer = requests.post(
            f"{self.endpoint}/v1/token",
            json={"clientId": self.client_id, **body},
            headers={"DPoP": proof or self.proof()},
            timeout=30,
        )
        if answer.ok:
            remembered.secret(answer.json()["accessToken"]["secretAccessKey"])
            remembered.secret(answer.json()["refreshToken"])
        return answer

    def redeem(self, code: str, proof: str | None = None) -> requests.Response:
        return self.ask(
            proof,
            grantType="authorization_code",
            code=code,
            redirectUri=self.redirect,
            codeVerifier=self.verifier,
        )

    def refresh(self, token: str) -> requests.Response:
        return self.ask(grantType="refresh_token", refreshToken=token)

    def write_cache(self, directory: Path, tokens: dict) -> str:
        """Leaves the tokens where botocore looks for them, expired already; gives the name of the session."""
        payload = tokens["idToken"].split(".")[1]
        session = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sub"]
        pem = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        cached = {
            "accessToken": {
                **tokens["accessToken"],
                "accountId": session.split(":")[4],
                "expiresAt": "2020-01-01T00:00:00Z",
            },
            "tokenType": tokens["tokenType"],
            "clientId": self.client_id,
            "refreshToken": tokens["refreshToken"],
            "idToken": tokens["idToken"],
            "dpopKey": pem.decode(),
        }
        directory.mkdir(parents=True, exist_ok=True)
        name = f"{generate_login_cache_key(session)}.json"
        (directory / name).write_text(json.dumps(cached))
        return session
