"""Hardware MFA devices that show codes: the operator enters them with their seeds, users enable them."""

import base64
import json
import os

import pytest

from harness import remembered, totp
from harness.background import wait_until
from harness.browser import Browser
from harness.policies import allow, trust
from harness.refusal import refused

WRONG_CODE = "MultiFactorAuthentication failed with invalid MFA one time pass code. "
PASSWORD = "Correct horse 1"


class Token(totp.Authenticator):
    """A device as it comes out of its box."""

    def __init__(self, serial: str):
        self.serial = serial
        self.seed = os.urandom(20)
        self.base32 = remembered.secret(base64.b32encode(self.seed).decode())
        self.step = 0


@pytest.fixture
def mfa(account):
    def run(command: str, *words: str, check=True):
        return account.server.run("mfa", command, "--account", account.id, *words, check=check)

    return run


@pytest.fixture
def token(account, mfa, tmp_path):
    """A device that is nobody's yet."""
    token = Token("GAHT12345678")
    (tmp_path / "seed").write_text(token.base32 + "\n")
    done = mfa("add-hardware", "--serial", token.serial, "--seed-file", str(tmp_path / "seed"))
    assert done.stdout == f"GAHT12345678 belongs to account {account.id}, and to nobody in it yet\n"
    assert token.base32 not in done.stdout + done.stderr
    return token


def listed(mfa) -> list[tuple]:
    devices = json.loads(mfa("list-hardware", "--json").stdout)["Devices"]
    return [(device["SerialNumber"], device["User"]) for device in devices]


def enable(account, user: str, token: Token) -> None:
    account.iam.enable_mfa_device(UserName=user, SerialNumber=token.serial, **token.two_codes())


class TestEntering:
    def test_seeds_come_as_their_makers_write_them(self, account, mfa, tmp_path):
        seed = os.urandom(32)
        base32, digits = base64.b32encode(seed).decode(), seed.hex()
        spaced = " ".join(base32.rstrip("=").lower()[at : at + 4] for at in range(0, 52, 4))
        for number, (text, form) in enumerate([(spaced, "base32"), (base32, "base32"), (digits, "hex")]):
            file = tmp_path / f"seed-{number}"
            file.write_text(text + "\n")
            token = Token(f"GAHT0000000{number}")
            token.seed = seed
            mfa(
                "add-hardware",
                *("--serial", token.serial, "--seed-file", str(file), "--seed-format", form),
            )
            user = account.user()
            enable(account, user.name, token)
            assert user.sts.get_session_token(**token.shown())["Credentials"]

    @pytest.mark.parametrize(
        ("serial", "text", "code", "message"),
        [
            ("GAHT12345678", "not base32!", 2, "the seed is not written in base32"),
            ("GAHT12345678", "MFRGGZDF", 2, "a seed has 16 to 64 bytes"),
            ("GAHT12345678", "A" * 2000, 2, "is no seed"),
            ("GAHT", "A" * 32, 2, "a serial number has 9 to 256"),
            ("arn:aws:iam::111122223333:mfa/phone", "A" * 32, 2, "is no ARN"),
        ],
    )
    def test_what_is_no_device_is_refused(self, mfa, tmp_path, serial, text, code, message):
        file = tmp_path / "seed"
        file.write_text(text)
        done = mfa("add-hardware", "--serial", serial, "--seed-file", str(file), check=False)
        assert (done.returncode, done.stdout) == (code, "")
        assert message in done.stderr
        assert text not in done.stderr

    def test_a_file_that_is_not_there_is_told(self, mfa, tmp_path):
        file = str(tmp_path / "none")
        done = mfa("add-hardware", "--serial", "GAHT12345678", "--seed-file", file, check=False)
        assert done.returncode == 2
        assert "cannot read" in done.stderr

    def test_a_serial_number_is_entered_once(self, mfa, token, tmp_path):
        again = ["--serial", token.serial, "--seed-file", str(tmp_path / "seed")]
        done = mfa("add-hardware", *again, check=False)
        assert done.returncode == 1
        assert "already" in done.stderr

    def test_the_list_tells_whose_a_device_is_and_one_in_use_stays(self, account, mfa, token):
        assert listed(mfa) == [(token.serial, None)]
        user = account.user("carla")
        enable(account, user.name, token)
        assert mfa("list-hardware").stdout == f"{account.id}  {token.serial}  carla\n"
        done = mfa("remove-hardware", "--serial", token.serial, check=False)
        assert done.returncode == 1
        assert "deactivate-mfa-device" in done.stderr
        account.iam.deactivate_mfa_device(UserName=user.name, SerialNumber=token.serial)
        assert listed(mfa) == [(token.serial, None)]
        mfa("remove-hardware", "--serial", token.serial)
        assert listed(mfa) == []
        done = mfa("remove-hardware", "--serial", token.serial, check=False)
        assert done.returncode == 4

    def test_the_trail_has_who_entered_it_and_not_its_seed(self, account, mfa, token):
        mfa("remove-hardware", "--serial", token.serial)
        events = {"AddHardwareMFADevice", "RemoveHardwareMFADevice"}

        def records():
            trail = account.server.trail(account.id)
            found = [record for record in trail if record["eventName"] in events]
            return found if len(found) == 2 else None

        found = wait_until(records, "the events in the trail")
        assert [record["requestParameters"] for record in found] == [{"serialNumber": token.serial}] * 2
        assert token.base32 not in json.dumps(account.server.trail(account.id))


class TestUse:
    def test_a_session_has_the_second_factor(self, account, token):
        user = account.user("carla", allow("sts:AssumeRole"))
        enable(account, user.name, token)
        [device] = account.iam.list_mfa_devices(UserName=user.name)["MFADevices"]
        assert (device["SerialNumber"], device["UserName"]) == (token.serial, user.name)
        assert account.iam.list_virtual_mfa_devices()["VirtualMFADevices"] == []
        role = account.role(
            trust(user.arn, Bool={"aws:MultiFactorAuthPresent": "true"}), allow("iam:ListUsers")
        )
        assert user.assume(role, **token.shown()).iam.list_users()["Users"]
        shown = token.shown()
        session = user.holding(user.sts.get_session_token(**shown)["Credentials"], user.arn)
        assert session.caller() == user.arn
        with refused("AccessDenied", 403, WRONG_CODE):
            user.sts.get_session_token(**shown)

    def test_a_code_is_asked_for_at_sign_in(self, account, server, token):
        account.user("carla", allow("iam:ChangePassword"))
        account.iam.create_login_profile(UserName="carla", Password=PASSWORD)
        enable(account, "carla", token)
        assert Browser(server.endpoint).sign_in(account.id, "carla", PASSWORD).status == 403
        code = token.fresh_code()
        assert Browser(server.endpoint).sign_in(account.id, "carla", PASSWORD, code).status == 303
        assert Browser(server.endpoint).sign_in(account.id, "carla", PASSWORD, code).status == 403

    def test_the_command_line_takes_its_serial_number(self, account, aws, token):
        account.user("carla")
        codes = token.two_codes()
        words = ["iam", "enable-mfa-device", "--user-name", "carla", "--serial-number", token.serial]
        one, two = codes["AuthenticationCode1"], codes["AuthenticationCode2"]
        aws(account.root, *words, "--authentication-code1", one, "--authentication-code2", two)
        [device] = aws(account.root, "iam", "list-mfa-devices", "--user-name", "carla")["MFADevices"]
        assert device["SerialNumber"] == token.serial

    def test_a_clock_that_is_off_is_brought_into_step(self, account, token):
        user = account.user("carla")
        enable(account, user.name, token)
        token.step = token.now() + 10
        with refused("AccessDenied", 403, WRONG_CODE):
            user.sts.get_session_token(SerialNumber=token.serial, TokenCode=token.code(token.step))
        account.iam.resync_mfa_device(
            UserName=user.name,
            SerialNumber=token.serial,
            AuthenticationCode1=token.code(token.step),
            AuthenticationCode2=token.code(token.step + 1),
        )
        later = token.code(token.step + 2)
        assert user.sts.get_session_token(SerialNumber=token.serial, TokenCode=later)

    def test_of_another_account_it_is_none(self, account, other_account, token):
        user = other_account.user("dave")
        with refused("NoSuchEntity", 404):
            other_account.iam.enable_mfa_device(
                UserName=user.name, SerialNumber=token.serial, **token.two_codes()
            )
        enable(account, account.user("carla").name, token)

    def test_it_counts_to_the_quota_of_a_user(self, account, mfa, tmp_path):
        user = account.user("carla")
        for _ in range(7):
            totp.device_of(account, user.name)
        for number in range(2):
            token = Token(f"GAHT1234567{number}")
            (tmp_path / "seed").write_text(token.base32)
            mfa("add-hardware", "--serial", token.serial, "--seed-file", str(tmp_path / "seed"))
            if number == 0:
                enable(account, user.name, token)
                continue
            with refused("LimitExceeded", 409, "Cannot exceed quota for MFADevicesPerUser: 8"):
                enable(account, user.name, token)

    def test_it_is_the_same_after_a_power_cut(self, fresh_server, tmp_path):
        server = fresh_server().start()
        account = server.account()
        user = account.user("carla")
        token = Token("GAHT12345678")
        (tmp_path / "seed").write_text(token.base32)
        words = ["--account", account.id, "--serial", token.serial, "--seed-file", str(tmp_path / "seed")]
        server.run("mfa", "add-hardware", *words)
        enable(account, user.name, token)
        shown = token.shown()
        user.sts.get_session_token(**shown)
        server.kill()
        server.start()
        with refused("AccessDenied", 403, WRONG_CODE):
            user.sts.get_session_token(**shown)
        assert user.sts.get_session_token(**token.shown())["Credentials"]
