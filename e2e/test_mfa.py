"""Second factors: virtual devices, codes that count once, and what may be done without and with one."""

import fcntl
import json
import os
import re
import struct
import subprocess
import termios
import threading
import zlib

import botocore.session
import pytest
from botocore.exceptions import ClientError

from harness import totp
from harness.background import wait_until
from harness.policies import allow, deny, trust
from harness.refusal import denied, denied_explicitly, not_assumed, refused

WRONG_CODE = "MultiFactorAuthentication failed with invalid MFA one time pass code. "
NOT_THEIRS = (
    "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number "
    "is valid and associated with this user."
)
BAD_PAIR = "Authentication code for device is not valid."
# Only the calendar is moved: timers inside the server go on measuring real time.
FAKETIME = {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}

OWN = "arn:aws:iam::*:user/${aws:username}"
OWN_DEVICE = "arn:aws:iam::*:mfa/${aws:username}"
SETTING_UP = ["iam:EnableMFADevice", "iam:ListMFADevices", "iam:ResyncMFADevice", "iam:GetUser"]
# As the IAM guide has it for users who manage their own device: everything needs a second factor but setting it up.
NEEDS_MFA = [
    allow(SETTING_UP, OWN),
    allow(["iam:CreateVirtualMFADevice", "iam:DeleteVirtualMFADevice"], OWN_DEVICE),
    allow(["iam:DeactivateMFADevice"], OWN, Bool={"aws:MultiFactorAuthPresent": "true"}),
    {
        "Effect": "Deny",
        "NotAction": [*SETTING_UP, "iam:CreateVirtualMFADevice", "sts:GetSessionToken"],
        "Resource": "*",
        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
    },
    # For a long-term key the condition key is not there at all.
    deny("iam:ListRoles", Null={"aws:MultiFactorAuthPresent": "true"}),
]


def with_mfa(identity, phone, minutes: int = 0, **parameters):
    """The same user by a session that has the second factor."""
    answer = identity.sts.get_session_token(**phone.shown(minutes), **parameters)
    return identity.holding(answer["Credentials"], identity.arn)


class TestDevices:
    def test_seed_and_picture_are_what_authenticators_take(self, account):
        made = account.iam.create_virtual_mfa_device(VirtualMFADeviceName="bob", Path="/staff/")
        phone = totp.Authenticator(made)
        assert phone.serial == f"arn:aws:iam::{account.id}:mfa/staff/bob"
        assert len(phone.seed) == 40
        assert pixels(made["VirtualMFADevice"]["QRCodePNG"]) > 33 * 5

    def test_the_command_line_writes_the_seed_into_a_file(self, account, aws, tmp_path):
        file = tmp_path / "seed"
        words = ["iam", "create-virtual-mfa-device", "--virtual-mfa-device-name", "cli"]
        made = aws(account.root, *words, "--outfile", str(file), "--bootstrap-method", "Base32StringSeed")
        serial = made["VirtualMFADevice"]["SerialNumber"]
        phone = totp.Authenticator(
            {"VirtualMFADevice": {"SerialNumber": serial, "Base32StringSeed": file.read_bytes()}}
        )
        file.unlink()
        user = account.user("carla")
        codes = phone.two_codes()
        one, two = codes["AuthenticationCode1"], codes["AuthenticationCode2"]
        enable = ["iam", "enable-mfa-device", "--user-name", "carla", "--serial-number", serial]
        aws(account.root, *enable, "--authentication-code1", one, "--authentication-code2", two)
        assert with_mfa(user, phone).caller() == user.arn

    def test_the_command_line_writes_the_picture_into_a_file(self, account, aws, tmp_path):
        file = tmp_path / "picture.png"
        words = ["iam", "create-virtual-mfa-device", "--virtual-mfa-device-name", "cli"]
        made = aws(account.root, *words, "--outfile", str(file), "--bootstrap-method", "QRCodePNG")
        assert set(made["VirtualMFADevice"]) == {"SerialNumber"}
        assert pixels(file.read_bytes()) > 33 * 5

    def test_who_has_one_shows_it_to_change_what_they_have(self, account):
        """Whatever the policies say: a stolen key is no way to a device of one's own."""
        user = account.user("carla", allow("iam:*"))
        first, second = totp.device(account), totp.device(account)
        user.iam.enable_mfa_device(UserName=user.name, SerialNumber=first.serial, **first.two_codes())
        text = (
            "To complete this action, please ensure that you are authenticated with an MFA device that is enabled "
            "for this user."
        )
        with refused("AccessDenied", 403, text):
            user.iam.enable_mfa_device(UserName=user.name, SerialNumber=second.serial, **second.two_codes())
        for serial in (first.serial, second.serial, f"{first.serial}-none"):
            with refused("AccessDenied", 403, text):
                user.iam.deactivate_mfa_device(UserName=user.name, SerialNumber=serial)
        # Those of others are another matter.
        other = account.user("dave")
        third = totp.device(account)
        user.iam.enable_mfa_device(UserName=other.name, SerialNumber=third.serial, **third.two_codes())
        user.iam.deactivate_mfa_device(UserName=other.name, SerialNumber=third.serial)
        session = with_mfa(user, first)
        session.iam.enable_mfa_device(UserName=user.name, SerialNumber=second.serial, **second.two_codes())
        for device in (first, second):
            session.iam.deactivate_mfa_device(UserName=user.name, SerialNumber=device.serial)

    def test_only_security_keys_are_told_of_one_by_one(self, account):
        user = account.user()
        phone = totp.device_of(account, user.name)
        with refused(
            "ValidationError", 400, re.compile(".* only hardware FIDO security keys are supported\\..*")
        ):
            account.iam.get_mfa_device(UserName=user.name, SerialNumber=phone.serial)

    def test_a_seed_is_never_shown_again(self, account):
        user = account.user()
        phone = totp.device_of(account, user.name)
        listed = account.iam.list_virtual_mfa_devices()["VirtualMFADevices"]
        assert [(one["SerialNumber"], one["User"]["UserName"]) for one in listed] == [
            (phone.serial, user.name)
        ]
        assert not {"Base32StringSeed", "QRCodePNG"} & set(listed[0])

    def test_the_trail_has_neither_seed_nor_codes(self, account, server):
        user = account.user()
        phone = totp.device(account)
        codes = phone.two_codes()
        account.iam.enable_mfa_device(UserName=user.name, SerialNumber=phone.serial, **codes)
        shown = phone.shown()
        user.sts.get_session_token(**shown)

        def text() -> str:
            return json.dumps(server.trail(account.id))

        # The mover may need a moment to bring the change there.
        wait_until(lambda: "EnableMFADevice" in text(), "the record of the device")
        text = text()
        assert phone.serial in text
        for secret in (*codes.values(), shown["TokenCode"]):
            assert f'"{secret}"' not in text

    def test_the_trail_says_whether_there_was_a_second_factor(self, account, server):
        user = account.user("carla", allow("sts:AssumeRole"))
        phone = totp.device_of(account, user.name)
        role = account.role(trust(user.arn))
        with_mfa(user, phone).assume(role)
        user.holding(user.sts.get_session_token()["Credentials"], user.arn).assume(role)
        records = [record for record in server.trail(account.id) if record["eventName"] == "AssumeRole"]
        shown = [record["userIdentity"]["sessionContext"]["attributes"] for record in records]
        assert [each["mfaAuthenticated"] for each in shown] == ["true", "false"]

    def test_a_user_has_eight_devices_at_most(self, account):
        user = account.user()
        for _ in range(8):
            totp.device_of(account, user.name)
        with refused("LimitExceeded", 409, "Cannot exceed quota for MFADevicesPerUser: 8"):
            totp.device_of(account, user.name)
        assert len(account.iam.list_mfa_devices(UserName=user.name)["MFADevices"]) == 8

    def test_a_clock_that_is_off_is_allowed_for_after_it_was_resynchronized(self, account):
        user = account.user()
        phone = totp.device_of(account, user.name)
        phone.step = phone.now() + 10
        with refused("AccessDenied", 403, WRONG_CODE):
            user.sts.get_session_token(SerialNumber=phone.serial, TokenCode=phone.code(phone.step))
        codes = {
            "AuthenticationCode1": phone.code(phone.step),
            "AuthenticationCode2": phone.code(phone.step + 1),
        }
        account.iam.resync_mfa_device(UserName=user.name, SerialNumber=phone.serial, **codes)
        later = phone.code(phone.step + 2)
        assert user.sts.get_session_token(SerialNumber=phone.serial, TokenCode=later)


class TestPolicyThatNeedsMfa:
    """Everything needs a second factor except setting it up, from the first call of a new user on."""

    @pytest.fixture
    def user(self, account):
        return account.user("carla", *NEEDS_MFA, allow(["iam:ListUsers", "sts:AssumeRole", "iam:ListRoles"]))

    @pytest.fixture
    def phone(self, account, user):
        """Set up by the user, with nothing but the user's own key."""
        made = user.iam.create_virtual_mfa_device(VirtualMFADeviceName=user.name)
        phone = totp.Authenticator(made)
        user.iam.enable_mfa_device(UserName=user.name, SerialNumber=phone.serial, **phone.two_codes())
        assert [one["SerialNumber"] for one in user.iam.list_mfa_devices()["MFADevices"]] == [phone.serial]
        return phone

    def test_by_the_long_term_key_nothing_else_goes(self, account, user, phone):
        with denied_explicitly(user, "iam:ListUsers", f"arn:aws:iam::{account.id}:user/"):
            user.iam.list_users()
        with denied_explicitly(user, "iam:DeleteVirtualMFADevice", phone.serial):
            user.iam.delete_virtual_mfa_device(SerialNumber=phone.serial)
        with denied_explicitly(user, "iam:DeactivateMFADevice", user.arn):
            user.iam.deactivate_mfa_device(UserName=user.name, SerialNumber=phone.serial)
        role = account.role(trust(account.root_arn))
        with not_assumed(user, role):
            user.assume(role)

    def test_a_device_of_another_name_cannot_be_made(self, account, user):
        with denied(user, "iam:CreateVirtualMFADevice", f"arn:aws:iam::{account.id}:mfa/other"):
            user.iam.create_virtual_mfa_device(VirtualMFADeviceName="other")

    def test_by_a_session_without_the_second_factor_nothing_goes(self, user, phone):
        plain = user.holding(user.sts.get_session_token()["Credentials"], user.arn)
        with refused("InvalidClientTokenId", 403):
            plain.iam.list_users()

    def test_by_a_session_with_the_second_factor_all_goes(self, account, user, phone):
        session = with_mfa(user, phone)
        assert session.iam.list_users()["Users"]
        assert session.caller() == user.arn
        role = account.role(
            trust(
                user.arn,
                Bool={"aws:MultiFactorAuthPresent": "true"},
                NumericLessThan={"aws:MultiFactorAuthAge": "60"},
            )
        )
        assert session.assume(role).caller().startswith(f"arn:aws:sts::{account.id}:assumed-role/")
        session.iam.deactivate_mfa_device(UserName=user.name, SerialNumber=phone.serial)

    def test_by_assume_role_with_a_code(self, account, user, phone):
        role = account.role(
            trust(user.arn, Bool={"aws:MultiFactorAuthPresent": "true"}), allow("iam:ListUsers")
        )
        with not_assumed(user, role):
            user.assume(role)
        session = user.assume(role, **phone.shown())
        assert session.iam.list_users()["Users"]

    def test_a_role_of_another_account_sees_it_too(self, account, other_account, user, phone):
        young = {"NumericLessThan": {"aws:MultiFactorAuthAge": "60"}}
        role = other_account.role(
            trust(user.arn, Bool={"aws:MultiFactorAuthPresent": "true"}, **young), allow("iam:ListUsers")
        )
        with not_assumed(user, role):
            user.assume(role)
        assert user.assume(role, **phone.shown()).account == other_account.id

    def test_a_roles_session_has_no_second_factor_of_its_own(self, account, user, phone):
        has_mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
        role = account.role(trust(user.arn, **has_mfa), allow("iam:ListUsers", **has_mfa))
        session = user.assume(role, **phone.shown())
        with denied(session, "iam:ListUsers", f"arn:aws:iam::{account.id}:user/"):
            session.iam.list_users()

    def test_boto3_asks_for_the_code_itself(self, account, user, phone, tmp_path, monkeypatch):
        """As in a profile with `role_arn` and `mfa_serial`."""
        role = account.role(trust(user.arn, Bool={"aws:MultiFactorAuthPresent": "true"}), name="Prompted")
        config = tmp_path / "config"
        config.write_text(
            f"[profile work]\nrole_arn = {role}\nmfa_serial = {phone.serial}\n"
            f"credential_source = Environment\nregion = us-east-1\nendpoint_url = {user.endpoint}\n"
        )
        for name, value in user.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
        session = botocore.session.Session(profile="work")
        providers = session.get_component("credential_provider")
        asked = []
        providers.get_provider("assume-role")._prompter = lambda question: (
            asked.append(question) or phone.fresh_code()
        )
        client = session.create_client("sts")
        assert client.get_caller_identity()["Arn"].startswith(
            f"arn:aws:sts::{account.id}:assumed-role/Prompted/"
        )
        assert len(asked) == 1

    def test_the_command_line_asks_for_the_code_itself(self, account, user, phone, aws, tmp_path):
        role = account.role(trust(user.arn, Bool={"aws:MultiFactorAuthPresent": "true"}), name="Prompted")
        config = tmp_path / "config"
        config.write_text(
            f"[profile work]\nrole_arn = {role}\nmfa_serial = {phone.serial}\ncredential_source = Environment\n"
        )
        master, slave = os.openpty()
        process = subprocess.Popen(
            [str(aws.program), "--profile", "work", "--output", "json", "sts", "get-caller-identity"],
            env=os.environ | user.environment() | {"AWS_CONFIG_FILE": str(config), "HOME": str(tmp_path)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # The code is read from the terminal, whatever the standard input is.
            preexec_fn=lambda: fcntl.ioctl(slave, termios.TIOCSCTTY, 0),
            pass_fds=[slave],
        )
        with os.fdopen(master, "r+b", buffering=0) as terminal:
            os.close(slave)
            asked = b""
            while not asked.endswith(b": "):
                asked += terminal.read(100)
            terminal.write(f"{phone.fresh_code()}\n".encode())
            output, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        assert asked.decode() == f"Enter MFA code for {phone.serial}: "
        assert json.loads(output)["Arn"].startswith(f"arn:aws:sts::{account.id}:assumed-role/Prompted/")


class TestCodes:
    @pytest.fixture
    def user(self, account):
        return account.user("carla", allow(["sts:AssumeRole", "iam:ListUsers"]))

    def test_a_code_counts_once(self, account, user):
        phone = totp.device_of(account, user.name)
        shown = phone.shown()
        user.sts.get_session_token(**shown)
        role = account.role(trust(user.arn))
        for _ in range(2):
            with refused("AccessDenied", 403, WRONG_CODE):
                user.sts.get_session_token(**shown)
        with refused("AccessDenied", 403, WRONG_CODE):
            user.assume(role, **shown)

    def test_codes_that_enabled_the_device_are_used_up(self, account, user):
        phone = totp.device(account)
        codes = phone.two_codes()
        account.iam.enable_mfa_device(UserName=user.name, SerialNumber=phone.serial, **codes)
        for code in codes.values():
            with refused("AccessDenied", 403, WRONG_CODE):
                user.sts.get_session_token(SerialNumber=phone.serial, TokenCode=code)

    def test_of_many_requests_with_one_code_one_is_let_on(self, account, user):
        for _ in range(5):
            phone = totp.device_of(account, user.name)
            shown, got, lock = phone.shown(), [], threading.Lock()
            together = threading.Barrier(5)

            def request(shown=shown, got=got, lock=lock, together=together):
                together.wait()
                try:
                    user.sts.get_session_token(**shown)
                    outcome = "let on"
                except ClientError as error:
                    outcome = error.response["Error"]["Message"]
                with lock:
                    got.append(outcome)

            threads = [threading.Thread(target=request) for _ in range(5)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert sorted(got) == sorted(["let on", *[WRONG_CODE] * 4])
            account.iam.deactivate_mfa_device(UserName=user.name, SerialNumber=phone.serial)

    def test_a_code_is_used_up_after_a_power_cut_too(self, fresh_server):
        server = fresh_server().start()
        account = server.account()
        user = account.user("carla")
        phone = totp.device_of(account, user.name)
        shown = phone.shown()
        user.sts.get_session_token(**shown)
        server.kill()
        server.start()
        with refused("AccessDenied", 403, WRONG_CODE):
            user.sts.get_session_token(**shown)
        assert with_mfa(user, totp.device_of(account, user.name)).caller() == user.arn

    def test_a_device_of_somebody_else_is_one_that_does_not_exist(self, account, other_account, user):
        phone = totp.device_of(account, account.user("bob").name)
        shown = phone.shown()
        for serial in (phone.serial, phone.serial + "x", "GAHT12345678"):
            with refused("AccessDenied", 403, NOT_THEIRS):
                user.sts.get_session_token(SerialNumber=serial, TokenCode=shown["TokenCode"])
        with refused("AccessDenied", 403, NOT_THEIRS):
            other_account.root.sts.get_session_token(**shown)

    def test_whoever_guesses_has_to_wait(self, account, user):
        phone = totp.device_of(account, user.name)
        wrong = phone.code(phone.now() - 1000)
        for _ in range(5):
            with refused("AccessDenied", 403, WRONG_CODE):
                user.sts.get_session_token(SerialNumber=phone.serial, TokenCode=wrong)
        # The right one is not heard now, and is told as a wrong one.
        shown = phone.shown()
        with refused("AccessDenied", 403, WRONG_CODE):
            user.sts.get_session_token(**shown)
        # Another device of the same user is.
        assert with_mfa(user, totp.device_of(account, user.name)).caller() == user.arn

    def test_guessing_the_pair_has_to_wait_too(self, account, user):
        phone = totp.device(account)
        for _ in range(5):
            with refused("InvalidAuthenticationCode", 403, BAD_PAIR):
                account.iam.enable_mfa_device(
                    UserName=user.name,
                    SerialNumber=phone.serial,
                    AuthenticationCode1="000000",
                    AuthenticationCode2="000001",
                )
        with refused("InvalidAuthenticationCode", 403, BAD_PAIR):
            account.iam.enable_mfa_device(UserName=user.name, SerialNumber=phone.serial, **phone.two_codes())

    def test_the_root_user_has_a_device_of_its_own(self, account):
        phone = totp.device_of(account, account.id)
        session = with_mfa(account.root, phone)
        assert session.caller() == account.root.arn
        assert session.iam.list_users() is not None
        assert [one["SerialNumber"] for one in account.iam.list_mfa_devices()["MFADevices"]] == [phone.serial]

    def test_a_renamed_user_keeps_the_device(self, account, user):
        phone = totp.device_of(account, user.name)
        account.iam.update_user(UserName=user.name, NewUserName="karla")
        assert with_mfa(user, phone).caller().endswith(":user/karla")


def test_the_second_factor_grows_old(fresh_server, aws, monkeypatch):
    """Its age is counted from the moment the session was made."""
    for name, value in FAKETIME.items():
        monkeypatch.setenv(name, value)
    server = fresh_server().start()
    account = server.account()
    young = {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}
    role = account.role(trust(account.root_arn, **young), name="Young")
    user = account.user("carla", allow(["sts:AssumeRole", "iam:ListUsers"]))
    phone = totp.device_of(account, user.name)
    session = with_mfa(user, phone)
    assume = ["sts", "assume-role", "--role-arn", role, "--role-session-name", "s1"]

    def later(minutes: int) -> list[str]:
        assert server.stop() == 0
        wrapper = ["faketime", "-f", f"+{minutes}m"]
        server.start(wrapper=wrapper, environment=FAKETIME)
        return wrapper

    wrapper = later(58)
    assert aws(session, *assume, wrapper=wrapper)["Credentials"]
    wrapper = later(62)
    refusal = aws.run(session, *assume, wrapper=wrapper)
    assert "is not authorized to perform: sts:AssumeRole" in refusal.stderr
    assert aws(session, "iam", "list-users", wrapper=wrapper)["Users"]
    # A code of the new time is one, and one of an hour ago is not.
    shown = ["--serial-number", phone.serial, "--token-code"]
    refusal = aws.run(user, *assume, *shown, phone.code(), wrapper=wrapper)
    assert WRONG_CODE.strip() in refusal.stderr
    assert aws(user, *assume, *shown, phone.fresh_code(62), wrapper=wrapper)["Credentials"]


def pixels(png: bytes) -> int:
    """The side of a square picture in grey that is whole."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    place, chunks = 8, {}
    while place < len(png):
        (length,) = struct.unpack_from(">I", png, place)
        kind, data = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        (checksum,) = struct.unpack_from(">I", png, place + 8 + length)
        assert checksum == zlib.crc32(kind + data)
        chunks[kind] = data
        place += 12 + length
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    width, height, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (width, rest) == (height, [8, 0, 0, 0, 0])
    rows = zlib.decompress(chunks[b"IDAT"])
    assert len(rows) == height * (width + 1)
    return width
