"""Access keys do not grow old unseen: rules about their age, a list with what is to be said of each, and replacing one
without interruption."""

import json
import time

import pytest

from harness import remembered
from harness.identity import Identity
from harness.policies import allow
from harness.refusal import refused

FAKETIME = {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}


def run(account, command: str, *words: str, check=True):
    return account.server.run("keys", command, *words, "--account", account.id, check=check)


def rules(account, *words: str) -> dict:
    return json.loads(run(account, "rules", *words, "--json").stdout)


def listed(account) -> dict:
    """The keys, by their ids."""
    keys = json.loads(run(account, "list", "--json").stdout)["Keys"]
    return {key["AccessKeyId"]: key for key in keys}


def records(account, event: str, count: int) -> list[dict]:
    """The records of an event; the mover may need a moment to bring them to the trail."""
    deadline = time.monotonic() + 10
    while True:
        found = [record for record in account.server.trail(account.id) if record["eventName"] == event]
        if len(found) >= count:
            return found
        assert time.monotonic() < deadline, f"{event} never came to the trail"
        time.sleep(0.05)


def test_a_key_is_refused_once_it_is_older_than_its_account_allows(fresh_server, aws, monkeypatch):
    for name, value in FAKETIME.items():
        monkeypatch.setenv(name, value)
    server = fresh_server().start()
    account, free = server.account(), server.account()
    user = account.user("dev", allow("iam:ListUsers"))
    rules(account, "--warn-after", "60", "--refuse-after", "90")
    who = ["sts", "get-caller-identity"]

    def at(days: int) -> list[str]:
        assert server.stop() == 0
        clock = ["faketime", "-f", f"+{days}d"]
        server.start(wrapper=clock, environment=FAKETIME)
        return clock

    clock = at(61)
    assert aws(user, *who, wrapper=clock)["Arn"] == user.arn
    assert server.log_text().count("an access key is old") == 1
    aws(user, *who, wrapper=clock)
    assert server.log_text().count("an access key is old") == 1, "once a day"

    clock = at(91)
    for identity in (user, account.root):
        refusal = aws.run(identity, *who, wrapper=clock)
        assert refusal.returncode != 0
        assert "(InvalidClientTokenId)" in refusal.stderr, refusal.stderr
        assert "The access key is older than the 90 days that its account allows." in refusal.stderr
    assert aws(free.root, *who, wrapper=clock)["Arn"] == free.root_arn
    assert listed(account)[user.access_key_id]["Flags"] == ["too-old"]
    assert rules(account)["RefusedKeys"] == 2
    rules(account, "--refuse-after", "off")
    assert aws(user, *who, wrapper=clock)["Arn"] == user.arn


def test_rules_are_set_one_by_one_and_shown(account):
    nothing = {
        "AccountId": account.id,
        "WarnAfterDays": None,
        "RefuseAfterDays": None,
        "UnusedAfterDays": None,
        "RefusedKeys": 0,
    }
    assert rules(account) == nothing
    assert rules(account, "--unused-after", "30") == {**nothing, "UnusedAfterDays": 30}
    both = {**nothing, "UnusedAfterDays": 30, "WarnAfterDays": 60}
    assert rules(account, "--warn-after", "60") == both
    assert rules(account, "--unused-after", "off") == {**nothing, "WarnAfterDays": 60}
    assert run(account, "rules").stdout == (
        f"Access keys of {account.id}: warned of after 60 days, refused never, flagged as unused never\n"
    )
    for wrong in ("0", "-1", "soon"):
        assert run(account, "rules", f"--warn-after={wrong}", check=False).returncode == 2
    assert len(records(account, "SetKeyRules", 3)) == 3
    assert len(records(account, "GetKeyRules", 2)) == 2


def test_the_list_says_of_each_key_how_old_it_is_and_when_it_was_used(account):
    user = account.user("dev")
    user.caller()
    idle = account.key_of("dev", user.arn)
    account.iam.update_access_key(UserName="dev", AccessKeyId=idle.access_key_id, Status="Inactive")
    keys = listed(account)
    root = keys[account.root.access_key_id]
    assert (root["UserName"], root["Status"], root["LastUsedService"]) == (None, "Active", "iam")
    used, unused = keys[user.access_key_id], keys[idle.access_key_id]
    assert (used["UserName"], used["AgeDays"], used["LastUsedService"], used["Flags"]) == (
        "dev",
        0,
        "sts",
        [],
    )
    assert (unused["LastUsed"], unused["Flags"]) == (None, ["inactive"])
    lines = run(account, "list").stdout.splitlines()
    assert len(lines) == 3
    assert lines[-1].startswith(f"{account.id}  dev  ")
    assert "0 days" in lines[-1]


class Rotation:
    """A user whose key is replaced."""

    def __init__(self, account):
        self.account = account
        self.old = account.user("carla")

    def step(self, *words: str, check=True):
        return run(self.account, "rotate", "carla", *words, check=check)

    def refusal(self, *words: str) -> str:
        done = self.step(*words, check=False)
        assert done.returncode == 1, done
        return done.stderr

    def begin(self) -> Identity:
        rotated = json.loads(self.step("--json").stdout)
        assert rotated["OldAccessKeyId"] == self.old.access_key_id
        issued = rotated["Issued"]
        assert issued["AccessKeyId"] == rotated["NewAccessKeyId"]
        remembered.secret(issued["SecretAccessKey"])
        return self.old.with_key(issued["AccessKeyId"], issued["SecretAccessKey"])


@pytest.fixture
def rotation(account):
    return Rotation(account)


def test_a_key_is_replaced_without_a_moment_in_which_none_works(rotation):
    old, new = rotation.old, rotation.begin()
    assert old.caller() == old.arn
    assert "was not used yet" in rotation.refusal("--finish")
    assert "was not used yet" in rotation.refusal("--finish", "--delete")
    assert "which was not used yet" in rotation.refusal()
    assert new.caller() == old.arn
    assert "two keys in use already" in rotation.refusal()

    said = rotation.step("--finish").stdout
    assert f"Key {old.access_key_id} of user carla is switched off (last used: " in said
    assert new.caller() == old.arn
    with refused("InvalidClientTokenId", 403):
        old.caller()
    assert "delete it first, with --finish --delete" in rotation.refusal()

    said = rotation.step("--finish", "--delete").stdout
    remains = f"{new.access_key_id} remains"
    assert said == f"Key {old.access_key_id} of user carla is deleted; {remains}\n"
    assert "one key only" in rotation.refusal("--finish")
    assert new.caller() == old.arn
    # And the next time.
    rotation.old = new
    rotation.begin()


def test_the_new_key_is_shown_once_with_what_is_to_be_done(rotation):
    said = rotation.step().stdout
    secret = next(line.split()[1] for line in said.splitlines() if "SecretAccessKey" in line)
    remembered.secret(secret)
    assert f"beside {rotation.old.access_key_id}:" in said
    command = f"lanyard keys rotate carla --account {rotation.account.id} --finish"
    assert said.rstrip().endswith(command)


def test_whoever_has_no_key_has_none_to_replace(account):
    account.iam.create_user(UserName="idle")
    done = run(account, "rotate", "idle", check=False)
    assert (done.returncode, "has no access key" in done.stderr) == (1, True)
    assert run(account, "rotate", "nobody", check=False).returncode == 4


def test_each_step_is_in_the_trail(rotation):
    new = rotation.begin()
    new.caller()
    rotation.step("--finish", "--delete")
    steps = [
        (record["requestParameters"]["userName"], record["responseElements"])
        for record in records(rotation.account, "RotateAccessKey", 2)
    ]
    assert steps == [
        ("carla", {"accessKeyId": new.access_key_id, "status": "Active"}),
        ("carla", {"accessKeyId": rotation.old.access_key_id, "status": "Deleted"}),
    ]
