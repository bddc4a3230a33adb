"""The paper trail: who did what, in CloudTrail's form, before the answer goes out."""

import json
import re
import subprocess
import time

import pytest
from botocore.exceptions import ClientError

from harness import wire
from harness.policies import allow, trust

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ALWAYS = {
    "eventVersion",
    "userIdentity",
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "requestParameters",
    "responseElements",
    "requestID",
    "eventID",
    "readOnly",
    "eventType",
    "managementEvent",
    "recipientAccountId",
    "eventCategory",
}


def record_of(account, request_id: str, seconds: float = 10) -> dict:
    """The record of that request; the mover may need a moment to bring it to the trail."""
    deadline = time.monotonic() + seconds
    while True:
        found = [record for record in account.server.trail(account.id) if record["requestID"] == request_id]
        if found:
            assert len(found) == 1, found
            return found[0]
        assert time.monotonic() < deadline, f"{request_id} never came to the trail"
        time.sleep(0.05)


def of_answer(account, answer: dict) -> dict:
    return record_of(account, answer["ResponseMetadata"]["RequestId"])


def test_a_change_by_a_user_has_all_of_cloudtrails_members(account):
    user = account.user("dev", allow(["iam:CreateUser", "iam:TagUser"]))
    record = of_answer(account, user.iam.create_user(UserName="bob", Tags=[{"Key": "k", "Value": "v"}]))
    assert ALWAYS <= record.keys()
    assert (record["eventSource"], record["eventName"]) == ("iam.amazonaws.com", "CreateUser")
    assert record["userIdentity"] == {
        "type": "IAMUser",
        "principalId": account.iam.get_user(UserName="dev")["User"]["UserId"],
        "arn": user.arn,
        "accountId": account.id,
        "accessKeyId": user.access_key_id,
        "userName": "dev",
    }
    assert record["requestParameters"]["userName"] == "bob"
    assert record["responseElements"]["user"]["arn"].endswith(":user/bob")
    assert record["sourceIPAddress"] == "127.0.0.1"
    assert "Boto3" in record["userAgent"]
    assert (record["readOnly"], record["managementEvent"]) == (False, True)
    assert (record["eventType"], record["eventCategory"]) == ("AwsApiCall", "Management")
    assert record["recipientAccountId"] == account.id
    assert UUID.fullmatch(record["eventID"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", record["eventTime"])


def test_the_use_of_root_is_loud(account):
    record = of_answer(account, account.root.iam.create_user(UserName="bob"))
    assert record["userIdentity"]["type"] == "Root"
    assert record["userIdentity"]["arn"] == account.root_arn
    assert "userName" not in record["userIdentity"]


def test_a_session_names_the_role_behind_it(account):
    role = account.role(trust(account.root_arn), allow("iam:CreateUser"), name="Deployer")
    role_id = account.iam.get_role(RoleName="Deployer")["Role"]["RoleId"]
    session = account.user("dev", allow("sts:AssumeRole")).assume(role, "carla")
    record = of_answer(account, session.iam.create_user(UserName="bob"))
    identity = record["userIdentity"]
    assert identity["type"] == "AssumedRole"
    assert identity["principalId"] == f"{role_id}:carla"
    assert identity["arn"] == f"arn:aws:sts::{account.id}:assumed-role/Deployer/carla"
    assert identity["sessionContext"]["sessionIssuer"] == {
        "type": "Role",
        "principalId": role_id,
        "arn": role,
        "accountId": account.id,
        "userName": "Deployer",
    }
    assert identity["sessionContext"]["attributes"]["mfaAuthenticated"] == "false"


def test_the_issue_of_credentials_is_recorded_without_their_secret(account):
    role = account.role(trust(account.root_arn))
    user = account.user("dev", allow("sts:AssumeRole"))
    answer = user.sts.assume_role(RoleArn=role, RoleSessionName="carla", DurationSeconds=900)
    record = of_answer(account, answer)
    assert (record["eventSource"], record["eventName"]) == ("sts.amazonaws.com", "AssumeRole")
    assert record["requestParameters"] == {
        "roleArn": role,
        "roleSessionName": "carla",
        "durationSeconds": 900,
    }
    assert record["responseElements"]["credentials"]["accessKeyId"] == answer["Credentials"]["AccessKeyId"]
    text = json.dumps(record)
    assert answer["Credentials"]["SecretAccessKey"] not in text
    assert answer["Credentials"]["SessionToken"] not in text


def test_a_new_access_key_is_recorded_without_its_secret(account):
    account.iam.create_user(UserName="dev")
    answer = account.iam.create_access_key(UserName="dev")
    record = of_answer(account, answer)
    text = json.dumps(record)
    assert answer["AccessKey"]["AccessKeyId"] in text
    assert answer["AccessKey"]["SecretAccessKey"] not in text


def test_a_refusal_is_recorded_with_its_error(account):
    user = account.user("dev")
    with pytest.raises(ClientError) as caught:
        user.iam.create_user(UserName="bob")
    response = caught.value.response
    record = record_of(account, response["ResponseMetadata"]["RequestId"])
    assert record["errorCode"] == "AccessDenied"
    assert record["errorMessage"] == response["Error"]["Message"]
    assert record["responseElements"] is None


def test_a_refusal_is_in_the_trail_when_its_answer_is_out(account):
    user = account.user("dev")
    for _ in range(10):
        with pytest.raises(ClientError) as caught:
            user.iam.create_user(UserName="bob")
        request_id = caught.value.response["ResponseMetadata"]["RequestId"]
        assert any(record["requestID"] == request_id for record in account.server.trail(account.id))


def test_a_change_that_failed_is_recorded_as_such(account):
    account.iam.create_user(UserName="bob")
    with pytest.raises(ClientError) as caught:
        account.iam.create_user(UserName="bob")
    record = record_of(account, caught.value.response["ResponseMetadata"]["RequestId"])
    assert record["errorCode"] == "EntityAlreadyExistsException"
    assert record["responseElements"] is None


def test_a_read_that_is_allowed_leaves_no_record_yet(account):
    """A difference from AWS that is listed: nothing that changes or grants is missing."""
    user = account.user("dev", allow("iam:GetUser"))
    read = user.iam.get_user(UserName="dev")
    of_answer(account, account.iam.create_user(UserName="bob"))
    seen = {record["requestID"] for record in account.server.trail(account.id)}
    assert read["ResponseMetadata"]["RequestId"] not in seen


def test_a_cross_account_session_is_recorded_in_both_accounts(account, other_account):
    role = other_account.role(trust(account.root_arn))
    user = account.user("dev", allow("sts:AssumeRole"))
    answer = user.sts.assume_role(RoleArn=role, RoleSessionName="carla")
    here = of_answer(account, answer)
    there = of_answer(other_account, answer)
    assert here["userIdentity"]["type"] == "IAMUser"
    assert there["userIdentity"]["type"] == "AWSAccount"
    assert there["userIdentity"]["accountId"] == account.id
    assert here["sharedEventID"] == there["sharedEventID"]
    assert here["eventID"] != there["eventID"]


def test_the_tags_that_a_chained_session_inherits_stand_in_its_record(account):
    actions = ["sts:AssumeRole", "sts:TagSession"]
    first = account.role(trust(account.root_arn, actions), allow("sts:*"))
    second = account.role(trust(account.root_arn, actions))
    user = account.user("dev", allow("sts:*"))
    tags = [{"Key": "Department", "Value": "red"}, {"Key": "note", "Value": "x"}]
    session = user.assume(first, Tags=tags, TransitiveTagKeys=["Department"])
    record = of_answer(account, session.sts.assume_role(RoleArn=second, RoleSessionName="next"))
    assert record["requestParameters"]["incomingTransitiveTags"] == {"Department": "red"}


def test_the_source_identity_stands_in_every_record_of_the_chain(account):
    actions = ["sts:AssumeRole", "sts:SetSourceIdentity"]
    first = account.role(trust(account.root_arn, actions), allow("sts:*"))
    second = account.role(trust(account.root_arn, actions), allow("iam:CreateUser"))
    user = account.user("dev", allow("sts:*"))
    chained = user.assume(first, SourceIdentity="alice").assume(second)
    record = of_answer(account, chained.iam.create_user(UserName="bob"))
    assert record["userIdentity"]["sessionContext"]["sourceIdentity"] == "alice"


def test_events_stand_in_order_and_each_once(account):
    answers = [account.iam.create_user(UserName=f"u{number}") for number in range(30)]
    ids = [answer["ResponseMetadata"]["RequestId"] for answer in answers]
    record_of(account, ids[-1])
    seen = [record["requestID"] for record in account.server.trail(account.id)]
    assert [request_id for request_id in seen if request_id in set(ids)] == ids


def test_reads_by_strangers_are_not_recorded(account):
    stranger = account.root.with_key(access_key_id="AKIAIOSFODNN7EXAMPLE")
    answer = wire.call(stranger, "ListUsers")
    last = account.iam.create_user(UserName="bob")
    of_answer(account, last)
    assert answer.request_id not in json.dumps(account.server.trail())


def test_follow_prints_events_as_they_come(account):
    words = [account.server.binary, "trail", "--follow", "--json", "--account", account.id]
    process = subprocess.Popen(
        [*words, "--data-dir", str(account.server.data)], stdout=subprocess.PIPE, text=True, bufsize=1
    )
    try:
        answer = account.iam.create_user(UserName="bob")
        wanted = answer["ResponseMetadata"]["RequestId"]
        for line in process.stdout:
            if json.loads(line)["requestID"] == wanted:
                break
        else:
            raise AssertionError("the follower ended without the event")
    finally:
        process.terminate()
        process.wait(10)


def test_the_trail_is_read_with_the_server_stopped_too(fresh_server):
    server = fresh_server().start()
    account = server.account()
    answer = account.iam.create_user(UserName="bob")
    server.stop()
    assert any(record["requestID"] == answer["ResponseMetadata"]["RequestId"] for record in server.trail())
    assert "CreateUser" in server.run("trail").stdout


def test_operators_acts_are_recorded_too(account):
    account.server.run("account", "set-quota", account.id, "UsersPerAccount", "7")
    deadline = time.monotonic() + 10
    while not any("uota" in record["eventName"] for record in account.server.trail(account.id)):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_denial_is_recorded_however_long_the_request_was(account):
    """Longer lines than readers take would be a way to be denied unseen."""
    user = account.user("dev")
    policies = [" " * 131_000] * 40
    with pytest.raises(ClientError) as raised:
        user.iam.simulate_custom_policy(PolicyInputList=policies, ActionNames=["s3:GetObject"])
    record = record_of(account, raised.value.response["ResponseMetadata"]["RequestId"])
    assert record["errorCode"] == "AccessDenied"
    parameters = record["requestParameters"]
    assert parameters.pop("originalSize") > 40 * 131_000
    assert parameters == {
        "actionNames": ["s3:GetObject"],
        "omitted": True,
        "reason": "requestParameters too large",
    }
