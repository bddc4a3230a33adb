"""Temporary credentials end by themselves. The clock of server and client is moved by Debian's faketime;
the server knows nothing of it."""

from datetime import UTC, datetime

from harness.policies import allow, trust

# Only the calendar is moved: timers inside the server go on measuring real time.
FAKETIME = {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}


def later(minutes: int) -> list[str]:
    return ["faketime", "-f", f"+{minutes}m"]


def restart(server, minutes: int) -> None:
    assert server.stop() == 0
    server.start(wrapper=later(minutes), environment=FAKETIME)


def test_an_hour_later_the_session_is_an_expired_token(fresh_server, aws, monkeypatch):
    for name, value in FAKETIME.items():
        monkeypatch.setenv(name, value)
    server = fresh_server().start()
    account = server.account()
    role = account.role(trust(account.root_arn), allow("iam:ListUsers"), name="Hour")
    developer = account.user("dev", allow("sts:AssumeRole"))
    session = developer.assume(role)
    who = ["sts", "get-caller-identity"]

    restart(server, 58)
    assert aws(session, *who, wrapper=later(58))["Arn"] == session.arn
    assert aws(session, "iam", "list-users", wrapper=later(58))["Users"]

    restart(server, 61)
    for words in (who, ["iam", "list-users"]):
        refusal = aws.run(session, *words, wrapper=later(61))
        assert refusal.returncode != 0
        assert "(ExpiredToken)" in refusal.stderr, refusal.stderr
        assert "The security token included in the request is expired" in refusal.stderr

    # The long-term key still works, and so does a new session.
    answer = aws(
        developer,
        *["sts", "assume-role", "--role-arn", role, "--role-session-name", "again"],
        wrapper=later(61),
    )
    again = developer.holding(answer["Credentials"], session.arn)
    assert aws(again, "iam", "list-users", wrapper=later(61))["Users"]


def test_a_client_whose_clock_stood_still_is_told_so_before_its_token_is_looked_at(fresh_server, aws):
    server = fresh_server().start()
    account = server.account()
    restart(server, 61)
    refusal = aws.run(account.root, "iam", "list-users")
    assert refusal.returncode != 0
    assert "(SignatureDoesNotMatch)" in refusal.stderr
    assert "Signature expired: " in refusal.stderr


def test_a_session_lasts_as_long_as_it_was_asked_for(fresh_server, aws, monkeypatch):
    for name, value in FAKETIME.items():
        monkeypatch.setenv(name, value)
    server = fresh_server().start()
    account = server.account()
    role = account.role(trust(account.root_arn), name="Short")
    account.iam.update_role(RoleName="Short", MaxSessionDuration=7_200)
    developer = account.user("dev", allow("sts:AssumeRole"))
    short = developer.assume(role, DurationSeconds=900)
    long = developer.assume(role, DurationSeconds=7_200)
    restart(server, 16)
    refusal = aws.run(short, "sts", "get-caller-identity", wrapper=later(16))
    assert "(ExpiredToken)" in refusal.stderr
    assert aws(long, "sts", "get-caller-identity", wrapper=later(16))
    restart(server, 121)
    refusal = aws.run(long, "sts", "get-caller-identity", wrapper=later(121))
    assert "(ExpiredToken)" in refusal.stderr


def test_expiry_is_told_in_the_answer(account):
    role = account.role(trust(account.root_arn))
    developer = account.user("dev", allow("sts:AssumeRole"))
    before = datetime.now(UTC)
    answer = developer.sts.assume_role(RoleArn=role, RoleSessionName="s1", DurationSeconds=900)
    seconds = (answer["Credentials"]["Expiration"] - before).total_seconds()
    assert 895 <= seconds <= 915
