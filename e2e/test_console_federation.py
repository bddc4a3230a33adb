"""Console federation: whoever has temporary credentials gets a link that signs a browser in."""

import json
import urllib.parse

import pytest
import requests

from harness import remembered
from harness.browser import Browser
from harness.policies import allow, document, trust


@pytest.fixture
def session(account):
    """A role's session, as a broker would get it."""
    broker = account.user("broker", allow(["sts:AssumeRole", "sts:GetFederationToken"]))
    role = account.role(trust(account.root_arn), allow("s3:*"), name="Guest")
    return broker.assume(role, "monday")


def shown(identity) -> str:
    return json.dumps(
        {
            "sessionId": identity.access_key_id,
            "sessionKey": identity.secret_access_key,
            "sessionToken": identity.session_token,
        }
    )


def signin_token(server, identity, **more) -> requests.Response:
    fields = {"Action": "getSigninToken", "Session": shown(identity), **more}
    answer = requests.get(f"{server.endpoint}/federation", params=fields, timeout=30)
    if answer.ok:
        remembered.secret(answer.json()["SigninToken"])
    return answer


def link(server, token: str, destination: str) -> str:
    fields = {
        "Action": "login",
        "Issuer": "https://broker.example",
        "Destination": destination,
        "SigninToken": token,
    }
    return f"/federation?{urllib.parse.urlencode(fields)}"


def test_a_link_signs_a_browser_in_as_the_session(account, server, session):
    token = signin_token(server, session, SessionDuration=1800).json()["SigninToken"]
    browser = Browser(server.endpoint)
    sent = browser.get(link(server, token, f"{server.endpoint}/v1/session"))
    assert (sent.status, sent.location) == (303, "/v1/session")
    assert session.arn in browser.get("/v1/session").text
    records = [
        record for record in server.trail(account.id) if record["eventSource"] == "signin.amazonaws.com"
    ]
    assert sorted(record["eventName"] for record in records) == ["ConsoleLogin", "GetSigninToken"]
    assert {record["userIdentity"]["arn"] for record in records} == {session.arn}


def test_a_form_with_a_post_does_as_well(server, session):
    fields = {"Action": "getSigninToken", "Session": shown(session)}
    answer = requests.post(f"{server.endpoint}/federation", data=fields, timeout=30)
    assert answer.status_code == 200, answer.text


def test_nobody_is_sent_elsewhere(server, session):
    token = signin_token(server, session).json()["SigninToken"]
    for destination in (
        "https://console.aws.amazon.com/",
        f"{server.endpoint}@evil.example/",
        "//evil.example/",
    ):
        browser = Browser(server.endpoint)
        page = browser.get(link(server, token, destination))
        assert (page.status, page.location) == (400, None), destination
        assert not browser.session.cookies


def test_a_form_from_elsewhere_takes_nobody_s_place(account, server, session):
    account.user("carla")
    account.iam.create_login_profile(UserName="carla", Password="Correct horse 1")
    browser = Browser(server.endpoint)
    assert browser.sign_in(account.id, "carla", "Correct horse 1").status == 303
    token = signin_token(server, session).json()["SigninToken"]
    # Browsers leave the session's cookie out of it.
    sent = requests.post(
        f"{server.endpoint}/federation",
        data={"Action": "login", "Destination": f"{server.endpoint}/v1/session", "SigninToken": token},
        headers={"Origin": "https://evil.example"},
        allow_redirects=False,
        timeout=30,
    )
    assert sent.status_code == 303
    assert not sent.cookies
    assert browser.get(sent.headers["Location"]).status == 409
    assert "user/carla" in browser.get("/v1/session").text


def test_what_is_no_proof_gets_no_token(account, server, session):
    other = session.with_key(secret_access_key="x" * 40)
    assert signin_token(server, other).status_code == 400
    assert signin_token(server, account.root).status_code == 400


def test_durations_are_refused_where_aws_refuses_them(account, server, session):
    assert signin_token(server, session, SessionDuration=899).status_code == 400
    broker = account.user("other-broker", allow("sts:GetFederationToken"))
    answer = broker.sts.get_federation_token(Name="guest", Policy=document(allow("s3:*")))
    federated = broker.holding(answer["Credentials"], answer["FederatedUser"]["Arn"])
    assert signin_token(server, federated, SessionDuration=3600).status_code == 400
    assert signin_token(server, federated).status_code == 200


def test_a_bucket_of_that_name_is_still_the_store_s(tenant, gateway):
    # Its name is not the account's own, so whoever comes first has it.
    tenant.root.s3.create_bucket(Bucket="federation")
    tenant.root.s3.put_object(Bucket="federation", Key="a", Body=b"x")
    listed = tenant.root.s3.list_objects_v2(Bucket="federation")
    assert [item["Key"] for item in listed["Contents"]] == ["a"]
