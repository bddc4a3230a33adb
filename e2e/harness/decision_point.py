"""Questions to the decision point, and the keys of those who cannot sign."""

import json

from . import remembered, wire
from .identity import Identity
from .server import run_binary


def ask(identity: Identity, question, **signer) -> wire.Answer:
    """`POST /authorize`, signed."""
    body = question if isinstance(question, bytes) else json.dumps(question).encode()
    content_type = "application/json"
    return wire.post(
        identity, body, service="lanyard", path="/authorize", content_type=content_type, **signer
    )


def answer_to(identity: Identity, question) -> dict:
    """What a question that may be asked is answered."""
    answer = ask(identity, question)
    assert answer.status == 200, answer.text
    return json.loads(answer.body)


def bearer_key(binary, identity: Identity, *flags: str) -> str:
    """The key of an enforcement point; with `--for-person`, of a person before one."""
    keys = {"AWS_ACCESS_KEY_ID": identity.access_key_id, "AWS_SECRET_ACCESS_KEY": identity.secret_access_key}
    return remembered.secret(run_binary(binary, "bearer-key", *flags, environment=keys).stdout.strip())
