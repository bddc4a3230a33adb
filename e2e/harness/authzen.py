"""The AuthZEN decision point of one application, asked with the bearer key of an enforcement point."""

import http.client
import json
from dataclasses import dataclass

from .decision_point import bearer_key
from .identity import Identity


@dataclass
class Answered:
    status: int
    headers: dict[str, str]
    value: object


class Pdp:
    def __init__(self, server, guard: Identity, application: str | None = None):
        self.server = server
        self.key = bearer_key(server.binary, guard)
        self.base = f"/authzen/{application}" if application else ""

    def post(self, endpoint: str, body, **headers) -> Answered:
        """Sends a body; a header that is `None` is left out."""
        every = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        every |= {name.replace("_", "-"): value for name, value in headers.items()}
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {name: value for name, value in every.items() if value is not None}
        return self._send("POST", f"{self.base}/access/v1/{endpoint}", text, sent)

    def metadata(self) -> Answered:
        return self._send("GET", f"/.well-known/authzen-configuration{self.base}", None, {})

    def decision(self, subject: str, action: str, resource: dict, **more) -> bool:
        body = question(subject, action, resource) | more
        answer = self.post("evaluation", body)
        assert answer.status == 200, answer
        return answer.value["decision"]

    def search(self, what: str, body: dict) -> list[dict]:
        """All pages of what is found."""
        found, page = [], dict(body.get("page", {}))
        while True:
            answer = self.post(f"search/{what}", body | ({"page": page} if page else {}))
            assert answer.status == 200, answer
            found += answer.value["results"]
            if not answer.value["page"]["next_token"]:
                return found
            page["token"] = answer.value["page"]["next_token"]

    def _send(self, method: str, path: str, body: bytes | None, headers: dict) -> Answered:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read()
            lower = {name.lower(): value for name, value in response.getheaders()}
            return Answered(response.status, lower, json.loads(text))
        finally:
            connection.close()


def question(subject: str, action: str, resource: dict) -> dict:
    return {"subject": {"type": "user", "id": subject}, "action": {"name": action}, "resource": resource}
