"""The page on which users sign in."""

import time

import pytest

from harness import totp
from harness.browser import Browser
from harness.policies import allow

PASSWORD = "Correct horse 1"


@pytest.fixture
def carla(account):
    user = account.user("carla", allow("iam:ChangePassword"))
    account.iam.create_login_profile(UserName="carla", Password=PASSWORD)
    return user


def logins(account) -> list[dict]:
    return [record for record in account.server.trail(account.id) if record["eventName"] == "ConsoleLogin"]


def eventually(condition):
    """The trail hears of strangers within a second."""
    for _ in range(100):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("never")


def test_by_account_id_and_by_alias(account, server, carla):
    alias = f"alias-{account.id}"
    account.iam.create_account_alias(AccountAlias=alias)
    for name in (account.id, alias):
        browser = Browser(server.endpoint)
        entered = browser.sign_in(name, "carla", PASSWORD)
        assert (entered.status, entered.location) == (303, "/v1/session")
        assert carla.arn in browser.get("/v1/session").text
    assert [record["responseElements"] for record in logins(account)] == [{"ConsoleLogin": "Success"}] * 2
    assert account.iam.get_user(UserName="carla")["User"]["PasswordLastUsed"]


def test_a_wrong_password_is_in_the_trail_and_a_wrong_name_is_not_told(account, server, carla):
    pages = [
        Browser(server.endpoint).sign_in(account.id, user, "wrong") for user in ("carla", "typed-by-mistake")
    ]
    assert [page.status for page in pages] == [403, 403]
    assert pages[0].text == pages[1].text
    eventually(lambda: len(logins(account)) == 2)
    names = {record["userIdentity"]["userName"] for record in logins(account)}
    assert names == {"carla", "HIDDEN_DUE_TO_SECURITY_REASONS"}
    assert {record["errorMessage"] for record in logins(account)} == {"Failed authentication"}


def test_a_code_of_the_second_factor_is_needed_and_good_once(account, server, carla):
    device = totp.Authenticator(account.iam.create_virtual_mfa_device(VirtualMFADeviceName="carla"))
    now = device.now()
    account.iam.enable_mfa_device(
        UserName="carla",
        SerialNumber=device.serial,
        AuthenticationCode1=totp.code(device.seed, now - 2),
        AuthenticationCode2=totp.code(device.seed, now - 1),
    )
    code = totp.code(device.seed, device.now())
    assert Browser(server.endpoint).sign_in(account.id, "carla", PASSWORD).status == 403
    assert Browser(server.endpoint).sign_in(account.id, "carla", PASSWORD, code).status == 303
    assert Browser(server.endpoint).sign_in(account.id, "carla", PASSWORD, code).status == 403
    used = [record["additionalEventData"]["MFAUsed"] for record in logins(account)]
    assert "Yes" in used


def test_a_password_that_must_be_changed_is_changed_first(account, server):
    account.user("dora", allow("iam:ChangePassword"))
    account.iam.create_login_profile(UserName="dora", Password=PASSWORD, PasswordResetRequired=True)
    browser = Browser(server.endpoint)
    page = browser.sign_in(account.id, "dora", PASSWORD)
    assert page.status == 200
    assert browser.get("/v1/session").status == 303
    new = "Battery staple 2"
    changed = browser.submit(page, old=PASSWORD, new=new, again=new)
    assert (changed.status, changed.location) == (303, "/v1/session"), changed.text
    assert "dora" in browser.get("/v1/session").text
    assert Browser(server.endpoint).sign_in(account.id, "dora", PASSWORD).status == 403
    assert Browser(server.endpoint).sign_in(account.id, "dora", new).status == 303


def test_signing_out(account, server, carla):
    browser = Browser(server.endpoint)
    browser.sign_in(account.id, "carla", PASSWORD)
    out = browser.submit(browser.get("/v1/session"))
    assert out.status == 200
    assert browser.get("/v1/session").status == 303


def test_pages_are_not_framed_and_run_nothing(server):
    page = Browser(server.endpoint).get("/v1/sign-in")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_a_name_that_is_not_the_server_s_is_not_answered(server):
    browser = Browser(server.endpoint)
    browser.session.headers["Host"] = "iam.evil.example"
    assert browser.get("/v1/sign-in").status == 421
