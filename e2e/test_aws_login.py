"""`aws login`: a person signs in on the page, and botocore's own login provider goes on from there."""

import base64
import json
import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from harness import wire
from harness.browser import Browser
from harness.login import Login
from harness.policies import allow, deny, document

PASSWORD = "Correct horse 1"
MANAGED = "arn:aws:iam::aws:policy/SignInLocalDevelopmentAccess"


@pytest.fixture
def carla(account):
    """A user who signs in with a password and may let programs act as her."""
    user = account.user("carla", allow("iam:ListUsers"))
    account.iam.attach_user_policy(UserName="carla", PolicyArn=MANAGED)
    account.iam.create_login_profile(UserName="carla", Password=PASSWORD)
    return user


@pytest.fixture
def browser(server, account, carla):
    browser = Browser(server.endpoint)
    entered = browser.sign_in(account.id, "carla", PASSWORD)
    assert entered.status == 303, entered.text
    return browser


@pytest.fixture
def botocore(tmp_path, server):
    """Runs a line of Python with boto3 that finds nothing but the cache of a login."""

    def run(session: str, line: str) -> subprocess.CompletedProcess:
        config = tmp_path / "config"
        config.write_text(f"[profile carla]\nlogin_session = {session}\nregion = us-east-1\n")
        variables = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        variables.pop("BOTO_DISABLE_CRT", None)
        variables |= {
            "AWS_CONFIG_FILE": str(config),
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_LOGIN_CACHE_DIRECTORY": str(tmp_path / "cache"),
            "AWS_PROFILE": "carla",
            "AWS_ENDPOINT_URL": server.endpoint,
            "AWS_ENDPOINT_URL_SIGNIN": server.endpoint,
            "AWS_MAX_ATTEMPTS": "1",
            "HOME": str(tmp_path),
        }
        return subprocess.run(
            [sys.executable, "-c", f"import boto3\n{line}"],
            env=variables,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


CALLER = "print(boto3.client('sts').get_caller_identity()['Arn'])"


class TestTheProvider:
    def test_it_refreshes_and_its_credentials_work(self, server, carla, browser, botocore, tmp_path):
        login = Login(server.endpoint)
        answer = login.redeem(login.code(login.allow(browser)))
        assert answer.status_code == 200, answer.text
        session = login.write_cache(tmp_path / "cache", answer.json())
        assert session == carla.arn
        done = botocore(session, CALLER)
        assert done.stdout.strip() == carla.arn, done.stderr
        users = botocore(session, "print(len(boto3.client('iam').list_users()['Users']))")
        assert users.stdout.strip() == "1", users.stderr
        kept = json.loads(next((tmp_path / "cache").iterdir()).read_text())
        assert kept["accessToken"]["expiresAt"] > "2026"

    def test_after_a_revocation_it_says_to_log_in_again(
        self, account, server, carla, browser, botocore, tmp_path
    ):
        login = Login(server.endpoint)
        tokens = login.redeem(login.code(login.allow(browser))).json()
        session = login.write_cache(tmp_path / "cache", tokens)
        assert botocore(session, CALLER).stdout.strip() == carla.arn
        held = carla.holding(
            {
                "AccessKeyId": tokens["accessToken"]["accessKeyId"],
                "SecretAccessKey": tokens["accessToken"]["secretAccessKey"],
                "SessionToken": tokens["accessToken"]["sessionToken"],
            },
            carla.arn,
        )
        assert held.caller() == carla.arn
        body = json.dumps({"user": "carla", "sessionId": held.access_key_id}).encode()
        revoked = wire.post(
            account.root,
            body,
            service="lanyard",
            path="/v1/sessions/revoke",
            content_type="application/json",
        )
        assert revoked.status == 200, revoked.text
        refused = wire.call(held, "GetCallerIdentity", "sts")
        assert refused.code == "ExpiredToken"
        login.write_cache(tmp_path / "cache", tokens)
        done = botocore(session, CALLER)
        assert "LoginRefreshRequired" in done.stderr, done.stderr

    def test_without_permission_it_says_so(self, account, server, carla, browser, botocore, tmp_path):
        login = Login(server.endpoint)
        tokens = login.redeem(login.code(login.allow(browser))).json()
        session = login.write_cache(tmp_path / "cache", tokens)
        account.iam.detach_user_policy(UserName="carla", PolicyArn=MANAGED)
        done = botocore(session, CALLER)
        assert "LoginInsufficientPermissions" in done.stderr, done.stderr

    def test_another_password_ends_it(self, account, server, carla, browser, botocore, tmp_path):
        login = Login(server.endpoint)
        tokens = login.redeem(login.code(login.allow(browser))).json()
        session = login.write_cache(tmp_path / "cache", tokens)
        account.iam.update_login_profile(UserName="carla", Password="Battery staple 2")
        done = botocore(session, CALLER)
        assert "LoginRefreshRequired" in done.stderr, done.stderr
        assert login.refresh(tokens["refreshToken"]).json()["error"] == "USER_CREDENTIALS_CHANGED"


class TestRevocation:
    def test_the_operator_ends_sign_ins_and_what_came_of_them(self, account, server, carla, browser):
        login = Login(server.endpoint)
        tokens = login.redeem(login.code(login.allow(browser))).json()
        server.run("sessions", "revoke", "--user", "carla", "--account", account.id)
        assert login.refresh(tokens["refreshToken"]).json()["error"] == "TOKEN_EXPIRED"
        assert browser.get("/v1/session").status == 303
        entered = browser.sign_in(account.id, "carla", PASSWORD)
        assert entered.status == 303
        assert login.redeem(login.code(login.allow(browser))).status_code == 200

    def test_a_policy_on_the_time_of_issue_reaches_what_is_refreshed_later(
        self, account, server, carla, browser
    ):
        login = Login(server.endpoint)
        tokens = login.redeem(login.code(login.allow(browser))).json()
        before = datetime.now(UTC) + timedelta(seconds=1)
        older = deny("iam:*", DateLessThan={"aws:TokenIssueTime": before.strftime("%Y-%m-%dT%H:%M:%SZ")})
        account.iam.put_user_policy(
            UserName="carla", PolicyName="AWSRevokeOlderSessions", PolicyDocument=document(older)
        )
        while datetime.now(UTC) < before:
            time.sleep(0.1)
        again = login.refresh(tokens["refreshToken"]).json()["accessToken"]
        held = carla.holding(
            {
                "AccessKeyId": again["accessKeyId"],
                "SecretAccessKey": again["secretAccessKey"],
                "SessionToken": again["sessionToken"],
            },
            carla.arn,
        )
        assert wire.call(held, "ListUsers").code == "AccessDenied"


class TestThePages:
    def test_whoever_is_not_signed_in_signs_in_first(self, account, server, carla):
        browser, login = Browser(server.endpoint), Login(server.endpoint)
        sent = browser.get(login.url)
        assert sent.status == 303
        entered = browser.sign_in(account.id, "carla", PASSWORD, page=browser.get(sent.location))
        assert entered.location == login.url
        assert login.redeem(login.code(login.allow(browser))).status_code == 200

    def test_another_device_is_shown_a_code_to_copy(self, server, browser):
        login = Login(server.endpoint, remote=True)
        page = login.allow(browser)
        assert page.status == 200
        shown = re.search(r"[A-Za-z0-9+/=]{100,}", page.text)[0]
        code = login.code_in(base64.b64decode(shown).decode())
        assert login.redeem(code).status_code == 200

    def test_whoever_refuses_gives_nothing(self, server, browser):
        login = Login(server.endpoint)
        refused = browser.submit(browser.get(login.url), decision="deny")
        assert "error=access_denied" in refused.location
        assert "code=" not in refused.location


class TestOnce:
    def test_a_code_is_redeemed_once(self, server, browser):
        login = Login(server.endpoint)
        code = login.code(login.allow(browser))
        assert login.redeem(code).status_code == 200
        again = login.redeem(code)
        assert (again.status_code, again.json()["error"]) == (400, "AUTHCODE_EXPIRED")

    def test_a_code_is_not_redeemed_after_a_restart(self, fresh_server):
        server = fresh_server().start()
        account = server.account()
        account.user("carla")
        account.iam.attach_user_policy(UserName="carla", PolicyArn=MANAGED)
        account.iam.create_login_profile(UserName="carla", Password=PASSWORD)
        browser = Browser(server.endpoint)
        browser.sign_in(account.id, "carla", PASSWORD)
        login = Login(server.endpoint)
        tokens = login.redeem(login.code(login.allow(browser))).json()
        code = login.code(login.allow(browser))
        server.kill()
        server.start()
        assert login.redeem(code).json()["error"] == "AUTHCODE_EXPIRED"
        # Sign-ins and refresh tokens are not in the server's memory, and stay.
        assert login.refresh(tokens["refreshToken"]).status_code == 200
        assert browser.get("/v1/session").status == 200

    def test_a_proof_is_used_once(self, server, browser):
        login = Login(server.endpoint)
        proof = login.proof()
        assert login.redeem(login.code(login.allow(browser)), proof).status_code == 200
        again = login.redeem(login.code(login.allow(browser)), proof)
        assert (again.status_code, again.json()["error"]) == (400, "INVALID_REQUEST")
