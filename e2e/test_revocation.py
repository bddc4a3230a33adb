"""Sessions are ended at once: the first call after the command has returned is refused, whatever the clock says."""

import json
import threading
import time
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from harness import s3_wire
from harness.policies import allow, deny, document, trust, whole
from harness.refusal import denied_explicitly, refused
from harness.saml import Federation, IdentityProvider

# Only the calendar is moved: timers inside the server go on measuring real time.
FAKETIME = {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}
EXPIRED = "The security token included in the request is expired"


def revoke(account, *words: str) -> dict:
    done = account.server.run("sessions", "revoke", "--account", account.id, "--json", *words)
    return json.loads(done.stdout)


def ended():
    return refused("ExpiredToken", 403, EXPIRED)


class Looping:
    """A client that calls, and calls again; it remembers when each call began and how it ended."""

    def __init__(self, identity):
        self.identity = identity
        self.calls = []
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def __enter__(self):
        self.thread.start()
        self.wait_for(5)
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()

    def _run(self):
        while not self.stopped.is_set():
            began = time.monotonic()
            try:
                self.identity.sts.get_caller_identity()
                code = None
            except ClientError as error:
                code = error.response["Error"]["Code"]
            self.calls.append((began, code))

    def wait_for(self, count: int):
        """So many more calls."""
        wanted = len(self.calls) + count
        deadline = time.monotonic() + 30
        while len(self.calls) < wanted:
            assert time.monotonic() < deadline, "the client stands still"
            time.sleep(0.001)

    def codes(self, since: float) -> set:
        return {code for began, code in self.calls if began >= since}


@pytest.fixture
def team(account):
    return Team(account)


class Team:
    """A user who assumes a role, and the sessions that come of it."""

    def __init__(self, account):
        self.account = account
        self.role = account.role(trust(account.root_arn), allow("iam:ListUsers"), name="Deployer")
        self.user = account.user("carla", allow("sts:*"))

    def assumed(self, name="monday"):
        return self.user.assume(self.role, name)

    def by(self, what: str, session) -> list[str]:
        """The words that mean this session of the role."""
        return {
            "role": ["--role", "Deployer"],
            "user": ["--user", "carla"],
            "session name": ["--role", "Deployer", "--session-name", "monday"],
            "session id": ["--role", "Deployer", "--session-id", session.access_key_id],
        }[what]


WAYS = ["role", "user", "session name", "session id"]


@pytest.mark.parametrize("way", WAYS)
def test_the_first_call_after_the_command_has_returned_is_refused(team, way):
    session = team.assumed()
    with Looping(session) as client:
        before = time.monotonic()
        revoke(team.account, *team.by(way, session))
        returned = time.monotonic()
        client.wait_for(5)
    earlier = {code for began, code in client.calls if began < before}
    assert None in earlier
    assert client.codes(since=returned) == {"ExpiredToken"}
    # Whatever is issued from now on works at once.
    fresh = team.assumed()
    assert fresh.caller() == fresh.arn
    with ended():
        session.caller()


@pytest.mark.parametrize("way", ["session name", "session id"])
def test_other_sessions_of_the_role_live_on(team, way):
    session, other = team.assumed("monday"), team.assumed("tuesday")
    revoke(team.account, *team.by(way, session))
    with ended():
        session.caller()
    assert other.caller() == other.arn


def test_a_users_sessions_end_with_the_chains_that_began_with_them(team):
    account, user = team.account, team.user
    answer = user.sts.get_session_token()
    token = user.holding(answer["Credentials"], user.arn)
    visitor = user.sts.get_federation_token(Name="visitor", Policy=document(allow("s3:*")))
    visitor = user.holding(visitor["Credentials"], visitor["FederatedUser"]["Arn"])
    second = account.role(trust(team.role), name="Second")
    account.iam.put_role_policy(
        RoleName="Deployer", PolicyName="chain", PolicyDocument=document(allow("sts:AssumeRole"))
    )
    chained = team.assumed().assume(second)
    someone = account.user("dev", allow("sts:*")).assume(team.role, "someone")
    for identity in (token, visitor, chained, someone):
        identity.caller()
    revoked = revoke(account, "--user", "carla")
    assert revoked["Arn"] == user.arn
    for identity in (token, visitor, chained):
        with ended():
            identity.caller()
    assert someone.caller() == someone.arn
    # Access keys are no sessions.
    assert user.caller() == user.arn


def test_whom_an_identity_provider_vouched_for_is_ended_by_name(account, server, tmp_path):
    federation = Federation(account, IdentityProvider(tmp_path, f"{server.endpoint}/saml"))
    role = federation.role()

    def login(name: str):
        response = federation.response(role, name=name, session_name=name)
        return federation.session(federation.assume(role, response))

    alice, bob = login("alice"), login("bob")
    revoke(account, "--role", role.rsplit("/", 1)[1], "--session-name", "alice")
    with ended():
        alice.caller()
    assert bob.caller() == bob.arn
    assert login("alice").caller() == alice.arn


def test_the_root_users_sessions_end(account):
    answer = account.root.sts.get_session_token()
    session = account.root.holding(answer["Credentials"], account.root_arn)
    assert session.caller() == account.root_arn
    revoke(account, "--root")
    with ended():
        session.caller()
    answer = account.root.sts.get_session_token()
    assert account.root.holding(answer["Credentials"], account.root_arn).caller() == account.root_arn


@pytest.mark.parametrize("way", WAYS)
def test_no_restart_and_no_clock_brings_a_session_back(fresh_server, aws, monkeypatch, way):
    for name, value in FAKETIME.items():
        monkeypatch.setenv(name, value)
    server = fresh_server().start()
    team = Team(server.account())
    session = team.assumed()
    revoke(team.account, *team.by(way, session))
    server.kill()
    server.start()
    with ended():
        session.caller()
    assert server.stop() == 0

    def refused_at(clock: list[str]):
        refusal = aws.run(session, "sts", "get-caller-identity", wrapper=clock)
        assert refusal.returncode != 0
        assert "(ExpiredToken)" in refusal.stderr, refusal.stderr

    back = ["faketime", "-f", "-1d"]
    server.start(wrapper=back, environment=FAKETIME)
    refused_at(back)
    words = ["sts", "assume-role", "--role-arn", team.role, "--role-session-name", "monday"]
    answer = aws(team.user, *words, wrapper=back)
    fresh = team.user.holding(answer["Credentials"], session.arn)
    assert aws(fresh, "sts", "get-caller-identity", wrapper=back)["Arn"] == session.arn
    # What is issued while the clock is wrong is revoked as well as anything else.
    revoke(team.account, *team.by(way, fresh))
    refusal = aws.run(fresh, "sts", "get-caller-identity", wrapper=back)
    assert "(ExpiredToken)" in refusal.stderr, refusal.stderr
    refused_at(back)


def test_the_store_is_closed_to_a_revoked_session_and_to_its_links(gateway):
    account = gateway.account()
    bucket = account.bucket()
    account.root.s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    role = account.role(trust(account.root_arn), allow("s3:*", whole(bucket)), name="Reader")
    session = account.user("dev", allow("sts:AssumeRole")).assume(role)
    link = s3_wire.presigned(session, "GET", f"/{bucket}/k", seconds=3_600)
    assert s3_wire.send(session.endpoint, link).status == 200
    assert session.s3.get_object(Bucket=bucket, Key="k")
    revoke(account, "--role", "Reader")
    with refused("ExpiredToken", 400):
        session.s3.get_object(Bucket=bucket, Key="k")
    answer = s3_wire.send(session.endpoint, link)
    assert (answer.status, b"<Code>ExpiredToken</Code>" in answer.body) == (400, True)


def test_awss_own_policy_against_older_sessions_works(team):
    """What the console of IAM attaches to a role when its active sessions are revoked."""
    old = team.assumed("monday")
    old.iam.list_users()
    # Times of issue have no fraction, so of the same second nobody can say which came first.
    issued_in = int(time.time())
    while int(time.time()) == issued_in:
        time.sleep(0.01)
    issued_before = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    older = deny("*", "*", DateLessThan={"aws:TokenIssueTime": issued_before})
    team.account.iam.put_role_policy(
        RoleName="Deployer", PolicyName="AWSRevokeOlderSessions", PolicyDocument=document(older)
    )
    with denied_explicitly(old, "iam:ListUsers", f"arn:aws:iam::{team.account.id}:user/"):
        old.iam.list_users()
    new = team.assumed("tuesday")
    assert new.iam.list_users()["Users"]


def test_the_trail_tells_who_was_revoked(team):
    session = team.assumed()
    revoke(team.account, *team.by("session id", session))
    deadline = time.monotonic() + 10
    found = []
    # The mover may need a moment to bring it to the trail.
    while not found:
        assert time.monotonic() < deadline
        trail = team.account.server.trail(team.account.id)
        found = [record for record in trail if record["eventName"] == "RevokeSessions"]
    (record,) = found
    assert record["requestParameters"] == {"roleName": "Deployer", "sessionId": session.access_key_id}
    assert (record["eventSource"], record["readOnly"]) == ("admin.lanyard", False)
    assert record["responseElements"] == {"epoch": 1}


def test_what_cannot_be_revoked_is_said(team):
    server, account = team.account.server, team.account.id
    run = lambda *words: server.run("sessions", "revoke", "--account", account, *words, check=False)  # noqa: E731
    assert run("--role", "Nobody").returncode == 4
    assert run("--user", "nobody").returncode == 4
    assert run().returncode == 2
    assert run("--role", "Deployer", "--user", "carla").returncode == 2
    assert run("--role", "Deployer", "--session-name", "a b").returncode == 2
    long_term = run("--user", "carla", "--session-id", team.user.access_key_id)
    assert (long_term.returncode, "temporary credentials" in long_term.stderr) == (2, True)
    done = server.run("sessions", "revoke", "--account", account, "--role", "Deployer")
    assert done.stdout == f"All sessions of {team.role} are refused from now on\n"
