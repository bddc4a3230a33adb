"""Every secret that the tests have made, so that the last test can look for them where none may be.

A file rather than a list, because tests may run in several processes.
"""

import json
import os
import threading
from pathlib import Path

_LOCK = threading.Lock()
_SECRET_MEMBERS = {
    "SecretAccessKey",
    "SessionToken",
    "Password",
    "ServicePassword",
    "ServiceCredentialSecret",
    "PrivateKey",
}


def place() -> Path:
    return Path(os.environ["LANYARD_E2E_REMEMBERED"])


def secret(value: str) -> str:
    """Remembers one secret and gives it back. Of one with many lines, as a key in PEM, the longest is looked for."""
    telling = max(value.splitlines(), key=len)
    with _LOCK, open(place(), "a", encoding="utf-8") as file:
        file.write(json.dumps(telling) + "\n")
    return value


def answer(parsed) -> None:
    """Remembers every secret in an answer of the API."""
    if isinstance(parsed, dict):
        for name, value in parsed.items():
            if name in _SECRET_MEMBERS and isinstance(value, str):
                secret(value)
            else:
                answer(value)
    elif isinstance(parsed, list):
        for value in parsed:
            answer(value)


def everything() -> set[str]:
    return {json.loads(line) for line in place().read_text(encoding="utf-8").splitlines()}
