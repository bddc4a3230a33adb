"""Who stands behind a chain of roles: said once, told in every later record, and never changed."""

import json
import time

from harness.policies import allow, document, for_principal, trust
from harness.refusal import error_of, refused

ACTIONS = ["sts:AssumeRole", "sts:SetSourceIdentity"]
CHANGED = "The source identity is already set for this assume role session"


def chained(account, *statements, trusts="*") -> str:
    """A role that anybody may assume who says, or has said, who they are."""
    return account.role(trust(trusts, ACTIONS), allow(ACTIONS), *statements)


def records_by(server, *identities) -> list[dict]:
    """What was recorded of these credentials, in every account."""
    keys = {identity.access_key_id for identity in identities}
    return [record for record in server.trail() if record["userIdentity"].get("accessKeyId") in keys]


def wait_for(server, event: str, *identities) -> list[dict]:
    """The same, once there is such an event. Reads come to the trail a moment later."""
    deadline = time.monotonic() + 10
    while True:
        records = records_by(server, *identities)
        if any(record["eventName"] == event for record in records):
            return records
        assert time.monotonic() < deadline, f"no {event} came to the trail"
        time.sleep(0.05)


def said_in(record: dict) -> str | None:
    return record["userIdentity"].get("sessionContext", {}).get("sourceIdentity")


def test_it_is_in_every_later_record_of_the_chain(server, account, other_account):
    first = chained(account, allow("iam:CreateUser"))
    second = chained(account, allow("iam:CreateGroup"))
    third = chained(other_account, allow("iam:CreateGroup"))
    user = account.user("carla", allow(ACTIONS))
    one = user.assume(first, "one", SourceIdentity="carla@example.com")
    two = one.assume(second, "two")
    three = two.assume(third, "three")
    # What is done, what is refused for want of permission, and what makes no sense.
    one.iam.create_user(UserName="made-by-one")
    for session in (two, three):
        session.iam.create_group(GroupName=f"made-by-{session.name}")
        with refused("AccessDenied", 403):
            session.iam.create_user(UserName="nobody")
    with refused("EntityAlreadyExists", 409):
        two.iam.create_group(GroupName="made-by-two")
    with refused("ValidationError", 400, CHANGED):
        two.assume(third, "other", SourceIdentity="mallory")

    records = wait_for(server, "CreateGroup", three)
    records = records_by(server, one, two, three)
    names = {record["eventName"] for record in records}
    assert names == {"AssumeRole", "CreateGroup", "CreateUser"}
    assert {said_in(record) for record in records} == {"carla@example.com"}
    assert len([record for record in records if record.get("errorCode")]) >= 3

    # The one who said it is a user, and has not said it of itself before.
    [begun] = [record for record in records_by(server, user) if record["eventName"] == "AssumeRole"]
    assert begun["requestParameters"]["sourceIdentity"] == "carla@example.com"
    assert begun["responseElements"]["sourceIdentity"] == "carla@example.com"
    # The owner of a role elsewhere is told as well, in a record that shares its id with the caller's.
    [left] = [record for record in records_by(server, two) if record.get("sharedEventID")]
    shared = [
        record
        for record in server.trail(other_account.id)
        if record.get("sharedEventID") == left["sharedEventID"]
    ]
    [arrived] = [record for record in shared if record["recipientAccountId"] == other_account.id]
    assert arrived["userIdentity"]["type"] == "AWSAccount"
    assert arrived["responseElements"]["sourceIdentity"] == "carla@example.com"


def test_policies_see_it_all_along_the_chain(account):
    condition = {"StringEquals": {"aws:SourceIdentity": "carla"}}
    first = chained(account, allow("iam:ListUsers", **condition))
    second = chained(account, allow("iam:ListUsers", **condition))
    user = account.user("anybody", allow(ACTIONS))
    for said in ("carla", "mallory"):
        one = user.assume(first, SourceIdentity=said)
        two = one.assume(second)
        for session in (one, two):
            if said == "carla":
                session.iam.list_users()
            else:
                with refused("AccessDenied", 403):
                    session.iam.list_users()


def test_it_cannot_be_changed_nor_dropped_nor_smuggled_past_a_role(account):
    willing, plain = chained(account), account.role(trust("*"), allow(ACTIONS))
    user = account.user("carla", allow(ACTIONS))
    session = user.assume(willing, SourceIdentity="carla")
    with refused("ValidationError", 400, CHANGED):
        session.assume(willing, SourceIdentity="Carla")
    # The same again changes nothing.
    again = session.assume(willing, SourceIdentity="carla")
    # A role that does not take source identities cannot be assumed with one, not even with an inherited one.
    for bearer in (session, again):
        with refused("AccessDenied", 403):
            bearer.assume(plain)
    user.assume(plain)


def test_it_is_in_the_records_of_the_gateway(tenant):
    bucket = tenant.bucket()
    first, second = chained(tenant), chained(tenant)
    user = tenant.user("carla", allow(ACTIONS))
    session = user.assume(first, SourceIdentity="carla").assume(second)
    error_of(lambda: session.s3.get_object(Bucket=bucket, Key="k"))
    records = wait_for(tenant.server, "GetObject", session)
    assert {said_in(record) for record in records} == {"carla"}
    # The store's own policies see it, too.
    statement = allow("s3:PutObject", f"arn:aws:s3:::{bucket}/*")
    statement["Condition"] = {"StringEquals": {"aws:SourceIdentity": "carla"}}
    tenant.root.s3.put_bucket_policy(
        Bucket=bucket, Policy=document(for_principal([second, user.arn], statement))
    )
    session.s3.put_object(Bucket=bucket, Key="k", Body=b"")
    with refused("AccessDenied", 403):
        user.s3.put_object(Bucket=bucket, Key="k", Body=b"")


def test_no_secret_of_the_chain_is_in_a_record(server, account):
    role = chained(account)
    user = account.user("carla", allow(ACTIONS))
    session = user.assume(role, SourceIdentity="carla")
    text = json.dumps(records_by(server, user, session))
    assert session.access_key_id in text
    assert session.secret_access_key not in text
    assert session.session_token not in text
