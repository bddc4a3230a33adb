"""An authenticator, as on somebody's phone: it has the seed of a virtual MFA device and shows codes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
from typing import TYPE_CHECKING

from . import remembered

if TYPE_CHECKING:
    from .account import Account

STEP_SECONDS = 30


def code(seed: bytes, step: int) -> str:
    """RFC 6238 with SHA-1 and six digits."""
    tag = hmac.digest(seed, struct.pack(">Q", step), hashlib.sha1)
    start = tag[-1] & 15
    bits = struct.unpack(">I", tag[start : start + 4])[0] & 0x7FFF_FFFF
    return f"{bits % 1_000_000:06}"


class Authenticator:
    """A device. Its clock is its own, so that tests say which step a code is of; no code is shown twice."""

    def __init__(self, created: dict):
        device = created["VirtualMFADevice"]
        text = device["Base32StringSeed"].decode()
        self.serial = device["SerialNumber"]
        self.seed = base64.b32decode(remembered.secret(text))
        self.step = 0

    @staticmethod
    def now(minutes: int = 0) -> int:
        return int(time.time() + 60 * minutes) // STEP_SECONDS

    def code(self, step: int | None = None) -> str:
        """The code of a step, or of now."""
        return code(self.seed, self.now() if step is None else step)

    def fresh_code(self, minutes: int = 0) -> str:
        """A code that is right now and that this device has not shown before. Waits for one, if it has to."""
        while self.step >= self.now(minutes) + 1:
            time.sleep(0.2)
        self.step = max(self.step + 1, self.now(minutes))
        return self.code(self.step)

    def two_codes(self, minutes: int = 0) -> dict:
        """The codes of the step before and of now, as parameters; both are used up by them."""
        self.step = max(self.now(minutes), self.step + 2)
        return {
            "AuthenticationCode1": self.code(self.step - 1),
            "AuthenticationCode2": self.code(self.step),
        }

    def shown(self, minutes: int = 0) -> dict:
        """What AssumeRole and GetSessionToken take."""
        return {"SerialNumber": self.serial, "TokenCode": self.fresh_code(minutes)}


def device(account: Account, name: str | None = None) -> Authenticator:
    """A device that is nobody's yet."""
    name = name or account.fresh_name("phone")
    return Authenticator(account.iam.create_virtual_mfa_device(VirtualMFADeviceName=name))


def device_of(account: Account, user: str, name: str | None = None) -> Authenticator:
    """A device that is a user's."""
    phone = device(account, name)
    account.iam.enable_mfa_device(UserName=user, SerialNumber=phone.serial, **phone.two_codes())
    return phone
