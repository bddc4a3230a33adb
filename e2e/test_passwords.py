"""Passwords of users, as an administrator and the users themselves set them, and the account's rules for them."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from harness import remembered
from harness.policies import allow, deny
from harness.refusal import denied, denied_explicitly, refused

OWN = "arn:aws:iam::*:user/${aws:username}"
STRICT = {
    "MinimumPasswordLength": 14,
    "RequireSymbols": True,
    "RequireNumbers": True,
    "RequireUppercaseCharacters": True,
    "RequireLowercaseCharacters": True,
    "AllowUsersToChangePassword": True,
    "MaxPasswordAge": 90,
    "PasswordReusePrevention": 3,
    "HardExpiry": True,
}


def password(text: str = "Correct-Horse-Battery-1") -> str:
    return remembered.secret(text)


@pytest.fixture
def user(account):
    """Somebody with a password, who may change it."""
    user = account.user("carla", allow("iam:ChangePassword", OWN))
    account.iam.create_login_profile(UserName="carla", Password=password())
    return user


def change(user, old: str, new: str) -> None:
    user.iam.change_password(OldPassword=password(old), NewPassword=password(new))


def first(number: int = 1) -> str:
    return f"Correct-Horse-Battery-{number}"


class TestLoginProfiles:
    def test_it_is_there_until_it_is_taken_away(self, account):
        account.user("carla")
        made = account.iam.create_login_profile(
            UserName="carla", Password=password(), PasswordResetRequired=True
        )["LoginProfile"]
        assert (made["UserName"], made["PasswordResetRequired"]) == ("carla", True)
        assert account.iam.get_login_profile(UserName="carla")["LoginProfile"] == made
        text = "Login Profile for user carla already exists."
        with refused("EntityAlreadyExists", 409, text):
            account.iam.create_login_profile(UserName="carla", Password=password())
        account.iam.delete_login_profile(UserName="carla")
        with refused("NoSuchEntity", 404, "Login Profile for User carla cannot be found."):
            account.iam.get_login_profile(UserName="carla")

    def test_nobody_has_signed_in_yet(self, account, user):
        assert "PasswordLastUsed" not in account.iam.get_user(UserName="carla")["User"]

    def test_it_stands_in_the_way_of_deleting_the_user(self, account):
        account.iam.create_user(UserName="dora")
        account.iam.create_login_profile(UserName="dora", Password=password())
        with refused("DeleteConflict", 409, "Cannot delete entity, must delete login profile first."):
            account.iam.delete_user(UserName="dora")

    def test_a_hash_is_kept_and_nothing_else(self, fresh_server):
        server = fresh_server().start()
        account = server.account()
        account.iam.create_user(UserName="carla")
        account.iam.create_login_profile(UserName="carla", Password=password(first(7)))
        assert server.stop() == 0
        kept = b"".join(file.read_bytes() for file in server.data.rglob("*") if file.is_file())
        assert b"$argon2id$v=19$m=19456,t=2,p=1$" in kept
        assert first(7).encode() not in kept
        assert first(7) not in server.log_text()


class TestChangePassword:
    def test_whoever_knows_the_old_one_sets_a_new_one(self, user):
        change(user, first(1), first(2))
        with refused("AccessDenied", 403, "The old password was incorrect."):
            change(user, first(1), first(3))
        change(user, first(2), first(3))

    def test_only_users_have_one(self, account):
        with refused("InvalidUserType", 400, "Only IAM Users can change their own password"):
            change(account.root, first(1), first(2))

    def test_it_survives_a_power_cut(self, fresh_server):
        server = fresh_server().start()
        account = server.account()
        user = account.user("carla", allow("iam:ChangePassword", OWN))
        account.iam.create_login_profile(UserName="carla", Password=password(first(1)))
        change(user, first(1), first(2))
        server.kill()
        server.start()
        change(user, first(2), first(3))

    def test_of_many_changes_at_once_one_is_made(self, user):
        together = threading.Barrier(2)

        def attempt(number: int) -> bool:
            together.wait()
            try:
                change(user, first(1), first(number))
            except ClientError as error:
                assert error.response["Error"]["Code"] in ("EntityTemporarilyUnmodifiable", "AccessDenied")
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(attempt, (2, 3))) == [False, True]

    def test_whoever_guesses_has_to_wait(self, user):
        for number in range(2, 7):
            with refused("AccessDenied", 403, "The old password was incorrect."):
                change(user, first(number), first(9))
        # The right one is not heard now.
        with refused("AccessDenied", 403, "The old password was incorrect."):
            change(user, first(1), first(9))


class TestPasswordPolicy:
    def test_it_is_replaced_whole(self, account):
        account.iam.update_account_password_policy(**STRICT)
        shown = account.iam.get_account_password_policy()["PasswordPolicy"]
        assert shown == STRICT | {"ExpirePasswords": True}
        account.iam.update_account_password_policy(RequireNumbers=True)
        shown = account.iam.get_account_password_policy()["PasswordPolicy"]
        flags = {name: False for name in STRICT.keys() - {"HardExpiry"} if STRICT[name] is True}
        assert shown == flags | {
            "MinimumPasswordLength": 6,
            "RequireNumbers": True,
            "ExpirePasswords": False,
        }
        account.iam.delete_account_password_policy()
        text = f"The Password Policy with domain name {account.id} cannot be found."
        with refused("NoSuchEntity", 404, text):
            account.iam.get_account_password_policy()

    @pytest.mark.parametrize(
        ("text", "violation"),
        [
            ("Correct-Hors1", "Password should have a minimum length of 14"),
            ("correct-horse-1", "Password should have at least one uppercase letter"),
            ("CORRECT-HORSE-1", "Password should have at least one lowercase letter"),
            ("Correct-Horse-X", "Password should have at least one number"),
            ("Correct Horse 1", "Password should have at least one symbol"),
        ],
    )
    def test_it_counts_for_every_new_password(self, account, user, text, violation):
        account.iam.update_account_password_policy(**STRICT)
        account.iam.create_user(UserName="dora")
        for attempt in (
            lambda: account.iam.create_login_profile(UserName="dora", Password=password(text)),
            lambda: account.iam.update_login_profile(UserName="carla", Password=password(text)),
            lambda: change(user, first(1), text),
        ):
            with refused("PasswordPolicyViolation", 400, violation):
                attempt()

    def test_the_last_ones_cannot_be_used_again(self, account, user):
        account.iam.update_account_password_policy(**STRICT)
        change(user, first(1), first(2))
        change(user, first(2), first(3))
        violation = "Password should not be one that was used before"
        for number in (1, 2):
            with refused("PasswordPolicyViolation", 400, violation):
                change(user, first(3), first(number))
        with refused("AccessDenied", 403, "The new password must not be the old one."):
            change(user, first(3), first(3))
        change(user, first(3), first(4))
        change(user, first(4), first(1))

    def test_it_lets_all_users_change_their_own(self, account):
        user, other = account.user("dora"), account.user("elsa", deny("iam:ChangePassword"))
        for name in ("dora", "elsa"):
            account.iam.create_login_profile(UserName=name, Password=password())
        with denied(user, "iam:ChangePassword", user.arn):
            change(user, first(1), first(2))
        with denied(user, "iam:GetAccountPasswordPolicy", "*"):
            user.iam.get_account_password_policy()
        account.iam.update_account_password_policy(AllowUsersToChangePassword=True)
        change(user, first(1), first(2))
        assert user.iam.get_account_password_policy()["PasswordPolicy"]["AllowUsersToChangePassword"]
        with denied_explicitly(other, "iam:ChangePassword", other.arn):
            change(other, first(1), first(2))
        # And nothing beyond.
        with denied(user, "iam:UpdateLoginProfile", other.arn):
            user.iam.update_login_profile(UserName="elsa", PasswordResetRequired=False)

    def test_it_is_the_accounts_own(self, account, other_account):
        account.iam.update_account_password_policy(**STRICT)
        other_account.iam.create_user(UserName="carla")
        other_account.iam.create_login_profile(UserName="carla", Password=password("Abcdefg1"))


def test_many_passwords_at_once_hold_neither_memory_nor_the_server(fresh_server):
    """Each hash takes 19 MiB; only two are made at once, and whoever finds no room to wait is told so."""
    server = fresh_server().start()
    account = server.account()
    user = account.user("carla", allow("iam:ListUsers"))
    names = [f"user-{number}" for number in range(120)]
    for name in names:
        account.iam.create_user(UserName=name)
    before = server.resident_bytes()

    def create(name: str) -> str:
        try:
            account.iam.create_login_profile(UserName=name, Password=password(first(1)))
        except ClientError as error:
            return error.response["Error"]["Code"]
        return "made"

    with ThreadPoolExecutor(100) as pool:
        answers = [pool.submit(create, name) for name in names]
        # Everybody else is served meanwhile.
        assert user.iam.list_users()["Users"]
        outcomes = {answer.result() for answer in answers}
    assert "made" in outcomes
    assert outcomes <= {"made", "ServiceUnavailable"}
    assert server.resident_bytes_peak() - before < 120 * 2**20
