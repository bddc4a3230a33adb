"""`lanyard credentials` as a credential_process: for the AWS CLI and boto3, once for all who ask, kept in private."""

import contextlib
import http.server
import json
import re
import secrets
import stat
import threading
from pathlib import Path

import pytest

from harness import remembered, totp
from harness.background import listens, wait_until
from harness.issuer import Authority, Issuer, trusting
from harness.person import Person, parsed, seconds_left
from harness.policies import allow, document, trust
from harness.saml import Federation, IdentityProvider, posted
from harness.server import free_port

# Only the calendar is moved: timers inside the server go on measuring real time.
FAKETIME = {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}
MEMBERS = ["Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "AccountId"]


@pytest.fixture
def user(account):
    return account.user("ann", allow("sts:AssumeRole"))


@pytest.fixture
def role(account, user) -> str:
    return account.role(trust(user.arn), allow("iam:GetRole"), name="Reader")


@pytest.fixture
def person(binary, tmp_path, user) -> Person:
    return Person(binary, tmp_path / "home", user)


@pytest.fixture
def words(role) -> list[str]:
    """The role, by the person's access key."""
    return ["--source-profile", "keys", "--role-arn", role]


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def calls(account, name="AssumeRole") -> list[dict]:
    return [record for record in account.server.trail(account.id) if record["eventName"] == name]


def refused(done, code: int, text: str) -> None:
    """Nothing is printed but one line, which says why and holds no secret."""
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("lanyard: ")
    assert text in done.stderr
    assert not any(secret in done.stderr for secret in remembered.everything())


class TestForAwsTools:
    def test_the_aws_command_line_takes_the_role(self, account, person, words):
        person.process_profile("reader", *words)
        arn = person.aws("reader", "sts", "get-caller-identity")["Arn"]
        assert arn == f"arn:aws:sts::{account.id}:assumed-role/Reader/lanyard-ann"
        assert person.aws("reader", "iam", "get-role", "--role-name", "Reader")["Role"]
        assert len(calls(account)) == 1

    def test_boto3_takes_the_role(self, account, person, words, monkeypatch):
        person.process_profile("reader", *words, "--session-name", "batch")
        sdk = person.boto3(monkeypatch, AWS_PROFILE="reader")
        credentials = sdk.get_credentials()
        assert credentials.method == "custom-process"
        remembered.secret(credentials.get_frozen_credentials().secret_key)
        assert sdk.client("sts").get_caller_identity()["Arn"].endswith(":assumed-role/Reader/batch")

    def test_what_is_printed_is_whole(self, account, person, words):
        credentials = person.credentials(*words, "--duration", "900")
        assert list(credentials) == MEMBERS
        assert (credentials["Version"], credentials["AccountId"]) == (1, account.id)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", credentials["Expiration"])
        assert 800 < seconds_left(credentials) <= 901

    def test_the_key_in_the_environment_asks_too(self, person, user, role):
        credentials = person.credentials("--role-arn", role, environment=user.environment())
        assert person.credentials("--role-arn", role, "--source-profile", "keys") == credentials

    def test_without_a_role_it_is_a_session_of_the_user(self, person, user):
        credentials = person.credentials("--source-profile", "keys")
        assert user.holding(credentials, user.arn).caller() == user.arn
        assert 43_000 < seconds_left(credentials) <= 43_201

    def test_temporary_credentials_ask_too(self, account, person, user, role):
        further = account.role(trust(role), name="Further")
        account.iam.put_role_policy(
            RoleName="Reader", PolicyName="on", PolicyDocument=document(allow("sts:AssumeRole"))
        )
        session = user.assume(role)
        credentials = person.credentials("--role-arn", further, environment=session.environment())
        assert user.holding(credentials, further).caller().endswith(":assumed-role/Further/lanyard-ann")

    def test_an_external_id_is_sent(self, account, person, user):
        partner = account.role(trust(user.arn, StringEquals={"sts:ExternalId": "our-deal/1"}), name="Partner")
        words = ["--source-profile", "keys", "--role-arn", partner]
        assert person.credentials(*words, "--external-id", "our-deal/1")
        refused(person.run(*words, "--external-id", "other"), 1, "AccessDenied")

    def test_they_are_renewed_near_their_end(self, binary, fresh_server, tmp_path, monkeypatch):
        for name, value in FAKETIME.items():
            monkeypatch.setenv(name, value)
        server = fresh_server().start()
        account = server.account()
        user = account.user("ann", allow("sts:AssumeRole"))
        role = account.role(trust(user.arn), name="Reader")
        person = Person(binary, tmp_path / "home", user)
        person.process_profile("reader", "--source-profile", "keys", "--role-arn", role)

        def at(minutes: int) -> int:
            later = ["faketime", "-f", f"+{minutes}m"]
            assert server.stop() == 0
            server.start(wrapper=later, environment=FAKETIME)
            assert person.aws("reader", "sts", "get-caller-identity", wrapper=later)["Account"] == account.id
            return len(calls(account))

        assert [at(0), at(40), at(50), at(80), at(200)] == [1, 1, 2, 2, 3]
        # What has ended is gone.
        assert len(person.kept()) == 1


class TestOnceForAll:
    def test_a_hundred_processes_ask_once(self, account, person, words):
        processes = [person.start(*words) for _ in range(100)]
        outputs = [process.communicate(timeout=120) for process in processes]
        assert {process.returncode for process in processes} == {0}
        assert len(set(outputs)) == 1, "they got different credentials"
        parsed(outputs[0][0])
        assert len(calls(account)) == 1

    def test_while_one_renews_the_others_go_on(self, account, person, words):
        """Two calls in all: those who do not renew them get the old ones, which are good still."""
        first = person.credentials(*words)
        person.age(given=3000, left=600)
        processes = [person.start(*words) for _ in range(20)]
        got = {parsed(process.communicate(timeout=120)[0])["AccessKeyId"] for process in processes}
        assert len(calls(account)) == 2
        assert got - {first["AccessKeyId"]} == {person.credentials(*words)["AccessKeyId"]}

    def test_other_questions_have_other_answers(self, account, person, words):
        different = [
            words,
            [*words, "--session-name", "other"],
            [*words, "--duration", "900"],
            ["--source-profile", "keys"],
        ]
        ids = {person.credentials(*each)["AccessKeyId"] for each in different}
        assert len(ids) == len(different) == len(person.kept())

    def test_nothing_is_kept_if_so_wished(self, account, person, words):
        ids = {person.credentials(*words, "--no-cache")["AccessKeyId"] for _ in range(2)}
        assert len(ids) == 2
        assert not person.cache.exists()


class TestKeptInPrivate:
    def test_directory_and_files_are_their_owners_alone(self, person, words):
        person.credentials(*words)
        assert mode(person.cache) == 0o700
        assert {mode(file) for file in person.cache.iterdir()} == {0o600}

    @pytest.mark.parametrize(
        "harm",
        [
            lambda file: file.chmod(0o644),
            lambda file: file.write_text(file.read_text()[:-20]),
            lambda file: file.write_text("[]"),
            lambda file: file.write_bytes(b"\xff" * 100_000),
        ],
        ids=["readable by all", "cut off", "something else", "garbage"],
    )
    def test_what_is_not_as_it_was_written_is_not_used(self, person, words, harm):
        first = person.credentials(*words)
        harm(person.kept()[0])
        second = person.credentials(*words)
        assert first["AccessKeyId"] != second["AccessKeyId"]
        assert mode(person.kept()[0]) == 0o600
        assert person.credentials(*words) == second

    def test_a_link_to_elsewhere_is_not_followed(self, person, words, tmp_path):
        first = person.credentials(*words)
        file = person.kept()[0]
        elsewhere = file.rename(tmp_path / "elsewhere")
        file.symlink_to(elsewhere)
        second = person.credentials(*words)
        assert first["AccessKeyId"] != second["AccessKeyId"]
        assert json.loads(elsewhere.read_text())["Credentials"]["AccessKeyId"] == first["AccessKeyId"]

    def test_a_directory_that_others_can_enter_is_not_used(self, person, words):
        person.cache.mkdir(parents=True)
        person.cache.chmod(0o755)
        done = person.run(*words)
        assert parsed(done.stdout)["AccessKeyId"]
        assert f"chmod 700 {person.cache}" in done.stderr
        assert not list(person.cache.iterdir())

    def test_no_secret_is_in_what_others_can_see(self, person, words, user):
        process = person.start(*words)
        arguments = Path(f"/proc/{process.pid}/cmdline").read_text()
        parsed(process.communicate(timeout=60)[0])
        assert user.secret_access_key not in arguments


class TestWhenItGoesWrong:
    def test_a_refusal_is_one_line_with_the_request_id(self, account, person, other_account):
        role = other_account.role(trust(other_account.root_arn), name="Theirs")
        done = person.run("--source-profile", "keys", "--role-arn", role)
        refused(done, 1, "not authorized to perform: sts:AssumeRole")
        request = re.search(r"request ([0-9a-f-]{36})\)", done.stderr)[1]
        assert account.server.explain(request)
        assert not person.kept()

    def test_a_wrong_secret_is_told_and_not_shown(self, binary, tmp_path, user, role):
        secret = remembered.secret(secrets.token_urlsafe(30))
        person = Person(binary, tmp_path / "other", user.with_key(secret_access_key=secret))
        done = person.run("--source-profile", "keys", "--role-arn", role)
        refused(done, 1, "SignatureDoesNotMatch")

    def test_nobody_answers(self, person, words):
        nowhere = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}"}
        refused(person.run(*words, environment=nowhere), 3, "does not answer")

    def test_while_the_server_is_away_the_old_ones_do_until_they_end(self, binary, fresh_server, tmp_path):
        server = fresh_server().start()
        account = server.account()
        user = account.user("ann", allow("sts:AssumeRole"))
        words = ["--source-profile", "keys", "--role-arn", account.role(trust(user.arn))]
        person = Person(binary, tmp_path / "home", user)
        first = person.credentials(*words)
        assert server.stop() == 0
        assert person.credentials(*words) == first
        person.age(given=3000, left=600)
        done = person.run(*words)
        assert parsed(done.stdout)["AccessKeyId"] == first["AccessKeyId"]
        assert "lanyard: the credentials are not renewed: " in done.stderr
        person.age(given=3000, left=-1)
        refused(person.run(*words), 3, "does not answer")

    def test_what_the_server_no_longer_gives_is_not_given(self, account, person, words):
        person.credentials(*words)
        person.age(given=3000, left=600)
        account.iam.delete_role_policy(RoleName="Reader", PolicyName="own")
        account.iam.delete_role(RoleName="Reader")
        refused(person.run(*words), 1, "AccessDenied")

    def test_tls_with_an_authority_of_ones_own(self, binary, fresh_server, tmp_path):
        authority = Authority(tmp_path / "authority")
        key, chain = authority.host()
        server = fresh_server().start()
        user = server.account().user("ann")
        assert server.stop() == 0
        server.flags = ["--tls-cert", str(chain), "--tls-key", str(key)]
        server.launch()
        wait_until(lambda: listens(server.port), "the server")
        person = Person(binary, tmp_path / "home", user)
        words = ["--source-profile", "keys", "--endpoint-url", f"https://localhost:{server.port}"]
        assert person.credentials(*words, "--ca-bundle", str(authority.file))["AccessKeyId"]
        bundle = {"AWS_CA_BUNDLE": str(authority.file)}
        assert person.credentials(*words, environment=bundle)["AccessKeyId"]
        refused(person.run(*words, "--no-cache"), 3, "invalid peer certificate")
        foreign = ["--source-profile", "keys", "--endpoint-url", f"https://127.0.0.2:{server.port}"]
        refused(person.run(*foreign, "--ca-bundle", str(authority.file)), 3, "")

    @pytest.mark.parametrize(
        ("words", "text"),
        [
            ([], "who asks?"),
            (["--source-profile", "nobody"], "there is no profile nobody"),
            (["--source-profile", "keys", "--endpoint-url", "http://lanyard.example"], "--allow-plain-http"),
            (["--source-profile", "keys", "--endpoint-url", "https://h/path"], "nothing more"),
            (["--role-arn", "arn", "--web-identity-token-file", "/nowhere/token"], "/nowhere/token"),
        ],
        ids=["no key", "no profile", "plain http", "a path", "no token"],
    )
    def test_wrong_usage_ends_with_2(self, person, words, text):
        refused(person.run(*words), 2, text)

    def test_words_that_do_not_go_together_end_with_2(self, person):
        for words in (
            ["--web-identity-token-file", "token"],
            ["--saml-assertion-file", "response", "--role-arn", "arn"],
            ["--role-arn", "arn", "--web-identity-token-file", "t", "--mfa-serial", "m"],
            ["--role-arn", "arn", "--web-identity-token-file", "t", "--source-profile", "keys"],
            ["--external-id", "e"],
        ):
            assert person.run(*words).returncode == 2, words


class TestStrangeServers:
    @pytest.fixture
    def answers(self) -> list:
        """What is answered next: a status and a body. The last one again and again."""
        return []

    @pytest.fixture
    def strange(self, answers):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                status, body = answers.pop(0) if len(answers) > 1 else answers[0]
                self.send_response(status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with contextlib.suppress(ConnectionError):
                    self.wfile.write(body)

            def log_message(self, *_):
                pass

        listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        yield ["--source-profile", "keys", "--endpoint-url", f"http://127.0.0.1:{listener.server_port}"]
        listener.shutdown()
        listener.server_close()

    GIVEN = (
        b"<R><GetSessionTokenResult><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>of-a-strange-server</SecretAccessKey>"
        b"<SessionToken>token-of-a-strange-server</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
        b"</GetSessionTokenResult></R>"
    )

    def test_a_failure_of_a_moment_is_not_noticed(self, person, answers, strange):
        answers += [(503, b"<html>busy</html>"), (500, b""), (200, self.GIVEN)]
        assert person.credentials(*strange)["AccessKeyId"] == "ASIA"

    @pytest.mark.parametrize(
        ("answer", "code", "text"),
        [
            ((200, b"<html>sign in</html>"), 1, "answered 200, but not as STS does"),
            ((200, GIVEN[:-20]), 1, "it is not XML"),
            ((302, b""), 1, "answered 302"),
            ((404, b"not here"), 1, "answered 404"),
            ((200, b"<" * 1_000_000), 1, "it is too large"),
            (
                (403, b"<E><Error><Code>X</Code><Message>a\nb\x1b[2J</Message></Error></E>"),
                1,
                "it is not XML",
            ),
            ((403, b"<E><Error><Code>X</Code><Message>a\nb</Message></Error></E>"), 1, "refused: a b (X"),
        ],
        ids=["a page", "cut off", "elsewhere", "nothing", "large", "for a terminal", "two lines"],
    )
    def test_what_is_no_answer_is_told_in_one_line(self, person, answers, strange, answer, code, text):
        answers.append(answer)
        refused(person.run(*strange), code, text)
        assert not person.kept()


class TestSecondFactor:
    def test_the_code_is_asked_for_on_the_terminal_once(self, account, person, user):
        phone = totp.device_of(account, user.name)
        strict = account.role(trust(user.arn, Bool={"aws:MultiFactorAuthPresent": "true"}), name="Strict")
        words = ["--source-profile", "keys", "--role-arn", strict, "--mfa-serial", phone.serial]
        asked, done = person.at_terminal(*words, answer=phone.fresh_code)
        assert asked == f"Code of {phone.serial}: "
        assert (done.returncode, done.stderr) == (0, "")
        # From here on nobody is asked, and needs no terminal.
        assert person.credentials(*words) == parsed(done.stdout)

    def test_a_session_of_the_user_with_the_second_factor(self, account, person, user):
        phone = totp.device_of(account, user.name)
        words = ["--source-profile", "keys", "--mfa-serial", phone.serial]
        _, done = person.at_terminal(*words, answer=phone.fresh_code)
        assert user.holding(parsed(done.stdout), user.arn).caller() == user.arn

    def test_a_wrong_code_and_no_terminal(self, account, person, user):
        phone = totp.device_of(account, user.name)
        words = ["--source-profile", "keys", "--mfa-serial", phone.serial]
        wrong = phone.code(phone.now() - 1000)
        _, done = person.at_terminal(*words, answer=lambda: wrong)
        refused(done, 1, "invalid MFA one time pass code")
        assert wrong not in done.stderr
        _, done = person.at_terminal(*words, answer=lambda: "my phone is away")
        refused(done, 1, "a code is digits")
        refused(person.run(*words), 1, "there is no terminal")


class TestWebIdentity:
    @pytest.fixture
    def authority(self, tmp_path):
        return Authority(tmp_path / "authority")

    @pytest.fixture
    def issuer(self, authority):
        issuer = Issuer(authority)
        yield issuer
        issuer.stop()

    def test_the_token_is_read_again_each_time(self, binary, fresh_server, authority, issuer, tmp_path):
        server = fresh_server(flags=["--oidc-allow", "127.0.0.1/32"]).start()
        account = server.account()
        person = Person(binary, tmp_path / "home", account.root)
        role = trusting(account, issuer, thumbprints=[authority.thumbprint])
        token = tmp_path / "token"
        words = ["--role-arn", role, "--web-identity-token-file", str(token)]
        words += ["--endpoint-url", server.endpoint]
        token.write_text(remembered.secret(issuer.token(sub="one")) + "\n")
        first = person.credentials(*words)
        assert account.root.holding(first, role).caller().endswith("/lanyard-ann")
        assert person.credentials(*words) == first
        # Whoever comes with another token is not given the credentials of the one before.
        token.write_text(remembered.secret(issuer.token(sub="two")))
        assert person.credentials(*words)["AccessKeyId"] != first["AccessKeyId"]
        token.write_text(remembered.secret(issuer.token(exp=1)))
        refused(person.run(*words), 1, "ExpiredToken")
        token.write_text("")
        refused(person.run(*words), 2, "it is empty")


def test_a_saml_assertion_counts_once_and_its_credentials_are_kept(server, account, binary, tmp_path):
    federation = Federation(account, IdentityProvider(tmp_path, f"{server.endpoint}/saml"))
    person = Person(binary, tmp_path / "home", account.root)
    role = federation.role()
    file = tmp_path / "response"
    words = ["--role-arn", role, "--principal-arn", federation.arn, "--saml-assertion-file", str(file)]
    words += ["--endpoint-url", server.endpoint]
    file.write_text(posted(federation.response(role)))
    first = person.credentials(*words)
    assert account.root.holding(first, role).caller().endswith("/alice")
    assert person.credentials(*words) == first
    refused(person.run(*words, "--no-cache"), 1, "AssumeRoleWithSAML was refused")
