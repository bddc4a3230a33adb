"""`lanyard credentials serve`: SDKs get credentials as in a container, and nobody else does."""

import http.client
import json
import os
import re
import signal
import stat
import subprocess
from pathlib import Path

import pytest

from harness import remembered
from harness.background import wait_until
from harness.person import Person
from harness.policies import allow, trust

TOKEN_LINE = re.compile(r"^export AWS_CONTAINER_AUTHORIZATION_TOKEN(_FILE)?=(\S+)$")
URL_LINE = re.compile(r"^export AWS_CONTAINER_CREDENTIALS_FULL_URI=(http://127\.0\.0\.1:(\d+)/credentials)$")


class Endpoint:
    """A running endpoint, and what it printed for programs."""

    def __init__(self, person: Person, *words: str):
        self.errors = person.home / "errors"
        with open(self.errors, "w") as errors:
            self.process = person.start("serve", *words, stderr=errors)
        lines = [self.process.stdout.readline().rstrip("\n") for _ in range(2)]
        url, token = URL_LINE.match(lines[0]), TOKEN_LINE.match(lines[1])
        assert url, (lines, self.warnings())
        self.url, self.port = url[1], int(url[2])
        self.file = token[2] if token[1] else None
        self.token = remembered.secret(Path(self.file).read_text() if self.file else token[2])

    def environment(self) -> dict[str, str]:
        own = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": self.url}
        if self.file:
            return own | {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": self.file}
        return own | {"AWS_CONTAINER_AUTHORIZATION_TOKEN": self.token}

    def ask(self, method="GET", path="/credentials", **headers: str | None) -> tuple[int, dict]:
        """With the token and the right host, but for what is said."""
        wanted = {"Host": f"127.0.0.1:{self.port}", "Authorization": self.token}
        wanted |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in wanted.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        body = json.loads(answer.read())
        connection.close()
        return answer.status, body

    def credentials(self) -> dict:
        status, body = self.ask()
        assert status == 200, body
        remembered.answer(body)
        remembered.secret(body["Token"])
        return body

    def warnings(self) -> str:
        return self.errors.read_text()

    def stop(self, how=signal.SIGTERM) -> int:
        self.process.send_signal(how)
        try:
            return self.process.wait(10)
        finally:
            self.process.kill()
            self.process.stdout.close()


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
    return ["--source-profile", "keys", "--role-arn", role]


@pytest.fixture
def serve(person):
    """Starts endpoints, and ends them whatever happens."""
    made = []

    def start(*words: str) -> Endpoint:
        endpoint = Endpoint(person, *words)
        made.append(endpoint)
        return endpoint

    yield start
    for endpoint in made:
        endpoint.process.kill()
        endpoint.process.wait()


def sdk_is_the_role(person, endpoint, monkeypatch) -> None:
    environment = endpoint.environment() | {"AWS_ENDPOINT_URL": person.identity.endpoint}
    sdk = person.boto3(monkeypatch, **environment)
    assert sdk.get_credentials().method == "container-role"
    remembered.secret(sdk.get_credentials().get_frozen_credentials().secret_key)
    arn = sdk.client("sts").get_caller_identity()["Arn"]
    assert arn.endswith(":assumed-role/Reader/lanyard-ann")


class TestSdks:
    def test_with_the_token_in_a_file(self, person, words, serve, tmp_path, monkeypatch):
        endpoint = serve(*words, "--token-file", str(tmp_path / "token"))
        assert stat.S_IMODE(os.stat(endpoint.file).st_mode) == 0o600
        sdk_is_the_role(person, endpoint, monkeypatch)

    def test_with_the_token_in_a_variable(self, person, words, serve, monkeypatch):
        sdk_is_the_role(person, serve(*words), monkeypatch)

    def test_the_answer_is_as_containers_get_it(self, account, role, words, serve):
        credentials = serve(*words).credentials()
        members = ["AccessKeyId", "SecretAccessKey", "Token", "Expiration", "AccountId", "RoleArn"]
        assert list(credentials) == members
        assert (credentials["AccountId"], credentials["RoleArn"]) == (account.id, role)

    def test_they_are_renewed_while_it_runs(self, person, words, serve):
        person.credentials(*words)
        # Due in eight seconds.
        person.age(given=3600 - 908, left=908)
        endpoint = serve(*words)
        first = endpoint.credentials()["AccessKeyId"]
        wait_until(lambda: endpoint.credentials()["AccessKeyId"] != first, "new credentials")
        assert endpoint.warnings() == ""

    def test_what_ended_is_not_given(self, binary, fresh_server, tmp_path):
        server = fresh_server().start()
        person = Person(binary, tmp_path / "home", server.account().user("ann"))
        words = ["--source-profile", "keys"]
        person.credentials(*words)
        person.age(given=100, left=12)
        assert server.stop() == 0
        endpoint = Endpoint(person, *words)
        try:
            assert endpoint.credentials()
            wait_until(lambda: endpoint.ask()[0] == 503, "the end of the credentials")
            wait_until(lambda: "does not answer" in endpoint.warnings(), "a warning")
            server.start()
            wait_until(lambda: endpoint.ask()[0] == 200, "new credentials")
        finally:
            assert endpoint.stop() == 0


class TestNobodyElse:
    def test_without_the_token_or_with_a_wrong_one(self, words, serve):
        endpoint = serve(*words)
        assert endpoint.ask(Authorization=None)[0] == 401
        for wrong in ("", "wrong", endpoint.token[:-1], f"{endpoint.token}x", f"Bearer {endpoint.token}"):
            status, body = endpoint.ask(Authorization=wrong)
            assert (status, list(body)) == (403, ["message"])
        assert endpoint.credentials()

    def test_a_foreign_host_with_the_right_token(self, words, serve):
        """What a page does whose host name was made to point at this machine."""
        endpoint = serve(*words)
        port = endpoint.port
        for host in (
            f"rebind.example:{port}",
            f"127.0.0.1.nip.io:{port}",
            "127.0.0.1",
            f"127.0.0.1:{port + 1}",
        ):
            assert endpoint.ask(Host=host)[0] == 403, host
        assert endpoint.ask(path=f"http://rebind.example:{port}/credentials")[0] == 403
        assert endpoint.ask(Host=f"localhost:{port}")[0] == 200

    def test_a_page_in_a_browser(self, words, serve):
        endpoint = serve(*words)
        assert endpoint.ask(Origin="https://evil.example")[0] == 403
        assert endpoint.ask(Origin="null")[0] == 403
        assert endpoint.ask(Sec_Fetch_Site="cross-site")[0] == 403
        status, body = endpoint.ask("OPTIONS", Origin="https://evil.example", Authorization=None)
        assert (status, list(body)) == (403, ["message"])

    def test_other_paths_and_methods(self, words, serve):
        endpoint = serve(*words)
        assert endpoint.ask(path="/")[0] == 404
        assert endpoint.ask("POST")[0] == 405
        assert endpoint.ask(path="/", Authorization=None)[0] == 401

    @pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"])
    def test_it_listens_on_loopback_only(self, person, words, address):
        done = person.run("serve", "--listen", address, *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert "loopback only" in done.stderr

    def test_no_token_is_in_arguments_or_log(self, words, serve):
        endpoint = serve(*words)
        endpoint.credentials()
        endpoint.ask(Authorization="wrong")
        arguments = Path(f"/proc/{endpoint.process.pid}/cmdline").read_text()
        assert endpoint.token not in arguments + endpoint.warnings()


class TestTheEnd:
    @pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
    def test_it_ends_at_once_and_takes_its_token_along(self, words, serve, tmp_path, how):
        words = [*words, "--token-file", str(tmp_path / "token")]
        endpoint = serve(*words)
        assert endpoint.stop(how) == 0
        assert not os.path.exists(endpoint.file)
        with pytest.raises(ConnectionRefusedError):
            endpoint.ask()

    def test_what_cannot_begin_ends(self, person, words, serve):
        endpoint = serve(*words)
        taken = f"127.0.0.1:{endpoint.port}"
        done = person.run("serve", "--listen", taken, *words)
        assert (done.returncode, done.stdout) == (1, "")
        assert f"cannot listen on {taken}" in done.stderr
        done = person.run(
            "serve", "--source-profile", "keys", "--role-arn", "arn:aws:iam::111122223333:role/x"
        )
        assert (done.returncode, done.stdout) == (1, "")
        assert "AccessDenied" in done.stderr

    def test_a_path_with_blanks_is_one_word_for_the_shell(self, person, words, tmp_path):
        place = tmp_path / "a b"
        place.mkdir()
        process = person.start("serve", *words, "--token-file", str(place / "it's"))
        try:
            lines = process.stdout.readline() + process.stdout.readline()
            script = f'{lines}\ncat "$AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"'
            done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=10)
            assert re.fullmatch(r"[\w-]{43}", done.stdout), done.stderr
        finally:
            process.terminate()
            process.wait(10)
            process.stdout.close()
            process.stderr.close()
