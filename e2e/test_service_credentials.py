"""Service-specific credentials of users: what they look like, whose they are, who may do what with them."""

import base64
import re
from datetime import timedelta

import pytest

from harness.policies import allow
from harness.refusal import denied, denied_explicitly, refused

PASSWORDS = ["cassandra.amazonaws.com", "codecommit.amazonaws.com"]
API_KEYS = {
    "aws-external-anthropic.amazonaws.com": "AEAA",
    "bedrock.amazonaws.com": "ABSK",
    "cloudwatch.amazonaws.com": "APIAACWM",
    "logs.amazonaws.com": "ACWL",
}
COMMON = {"CreateDate", "ServiceName", "ServiceSpecificCredentialId", "UserName", "Status"}


def create(account, user="u", service="logs.amazonaws.com", **more) -> dict:
    made = account.iam.create_service_specific_credential(UserName=user, ServiceName=service, **more)
    return made["ServiceSpecificCredential"]


def names(answer: dict) -> list[str]:
    return [credential["UserName"] for credential in answer["ServiceSpecificCredentials"]]


def ids(answer: dict) -> list[str]:
    return [one["ServiceSpecificCredentialId"] for one in answer["ServiceSpecificCredentials"]]


@pytest.mark.parametrize("service", PASSWORDS)
def test_some_services_take_a_user_name_and_a_password(account, service):
    account.iam.create_user(UserName="u")
    made = create(account, service=service.upper())
    assert made.keys() == COMMON | {"ServiceUserName", "ServicePassword"}
    assert made["ServiceName"] == service
    assert made["ServiceUserName"] == f"u-at-{account.id}"
    assert len(made["ServicePassword"]) == 60
    assert re.fullmatch(r"ACCA[A-Z0-9]{17}", made["ServiceSpecificCredentialId"])
    assert create(account, service=service)["ServiceUserName"] == f"u+1-at-{account.id}"
    with refused(
        "LimitExceeded", 409, "Cannot exceed quota for ContextSpecificCredentialsPerUserPerContext: 2"
    ):
        create(account, service=service)


@pytest.mark.parametrize("service", API_KEYS)
def test_others_take_an_api_key_that_tells_whose_it_is(account, service):
    account.iam.create_user(UserName="u")
    made = create(account, service=service, CredentialAgeDays=30)
    assert made.keys() == COMMON | {"ServiceCredentialAlias", "ServiceCredentialSecret", "ExpirationDate"}
    assert made["ExpirationDate"] - made["CreateDate"] == timedelta(days=30)
    prefix = API_KEYS[service]
    key = made["ServiceCredentialSecret"]
    assert key.startswith(prefix)
    alias, secret = base64.b64decode(key.removeprefix(prefix), validate=True).decode().split(":")
    assert alias == made["ServiceCredentialAlias"] == f"u-at-{account.id}"
    assert len(secret) == 60
    (listed,) = account.iam.list_service_specific_credentials(UserName="u")["ServiceSpecificCredentials"]
    del made["ServiceCredentialSecret"]
    assert listed == made


def test_a_reset_changes_the_secret_and_nothing_else(account):
    account.iam.create_user(UserName="u")
    made = create(account, CredentialAgeDays=1)
    which = {"UserName": "u", "ServiceSpecificCredentialId": made["ServiceSpecificCredentialId"]}
    account.iam.update_service_specific_credential(**which, Status="Inactive")
    reset = account.iam.reset_service_specific_credential(**which)["ServiceSpecificCredential"]
    assert reset.pop("ServiceCredentialSecret") != made.pop("ServiceCredentialSecret")
    assert reset == made | {"Status": "Inactive"}


def test_names_stay_and_are_not_given_twice(account):
    account.iam.create_user(UserName="u")
    create(account)
    account.iam.update_user(UserName="u", NewUserName="v")
    account.iam.create_user(UserName="U")
    assert create(account, "U")["ServiceCredentialAlias"] == f"U+1-at-{account.id}"
    (listed,) = account.iam.list_service_specific_credentials(UserName="v")["ServiceSpecificCredentials"]
    assert (listed["UserName"], listed["ServiceCredentialAlias"]) == ("v", f"u-at-{account.id}")


def test_credentials_hold_their_user(account):
    account.iam.create_user(UserName="u")
    made = create(account)
    with refused("DeleteConflict", 409, "Cannot delete entity, must remove referenced objects first."):
        account.iam.delete_user(UserName="u")
    which = {"UserName": "u", "ServiceSpecificCredentialId": made["ServiceSpecificCredentialId"]}
    account.iam.delete_service_specific_credential(**which)
    with refused("NoSuchEntity", 404, f"No such credential {made['ServiceSpecificCredentialId']} exists"):
        account.iam.delete_service_specific_credential(**which)
    account.iam.delete_user(UserName="u")


def test_lists_of_all_users_have_pages(account):
    made = set()
    for user in ("u", "v", "w"):
        account.iam.create_user(UserName=user)
        for service in ("logs.amazonaws.com", "bedrock.amazonaws.com"):
            made.add(create(account, user, service)["ServiceSpecificCredentialId"])

    def everything(**parameters) -> list[str]:
        shown, marker = [], {}
        while True:
            answer = account.iam.list_service_specific_credentials(MaxItems=1, **parameters, **marker)
            shown += ids(answer)
            if not answer["IsTruncated"]:
                assert "Marker" not in answer
                return shown
            marker = {"Marker": answer["Marker"]}

    assert everything(AllUsers=True) == sorted(made)
    for_logs = everything(AllUsers=True, ServiceName="logs.amazonaws.com")
    assert len(for_logs) == 3 and for_logs == sorted(for_logs)
    of_one = everything(AllUsers=False, UserName="v")
    assert len(of_one) == 2 and set(of_one) < made
    assert len(everything(UserName="v", ServiceName="bedrock.amazonaws.com")) == 1
    assert everything(UserName="v", ServiceName="codecommit.amazonaws.com") == []
    assert len(everything(UserName="v", ServiceName="")) == 2
    with refused("InvalidInput", 400, "Cannot list credentials for all users if a username is given"):
        everything(AllUsers=True, UserName="v")
    unknown = "No such service sqs.amazonaws.com is supported for Service Specific Credentials"
    with refused("NoSuchEntity", 404, unknown):
        everything(UserName="v", ServiceName="sqs.amazonaws.com")


def test_users_see_to_their_own_and_to_no_other(account):
    own = "arn:aws:iam::*:user/${aws:username}"
    user = account.user("u", allow("iam:*ServiceSpecificCredential*", own))
    account.iam.create_user(UserName="v")
    others = create(account, "v")
    made = user.iam.create_service_specific_credential(UserName="u", ServiceName="logs.amazonaws.com")
    which = {"ServiceSpecificCredentialId": made["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]}
    assert names(user.iam.list_service_specific_credentials()) == ["u"]
    user.iam.update_service_specific_credential(**which, Status="Inactive")
    user.iam.reset_service_specific_credential(**which)
    user.iam.delete_service_specific_credential(**which)
    action = "iam:ListServiceSpecificCredentials"
    with denied(user, action, f"arn:aws:iam::{account.id}:user/"):
        user.iam.list_service_specific_credentials(AllUsers=True)
    with denied(user, action, f"arn:aws:iam::{account.id}:user/v"):
        user.iam.list_service_specific_credentials(UserName="v")
    which = {"ServiceSpecificCredentialId": others["ServiceSpecificCredentialId"]}
    text = (
        f"User u does not have a service specific credential with id {which['ServiceSpecificCredentialId']}"
    )
    for attempt in (
        lambda: user.iam.update_service_specific_credential(**which, Status="Inactive"),
        lambda: user.iam.reset_service_specific_credential(**which),
        lambda: user.iam.delete_service_specific_credential(**which),
    ):
        with refused("ValidationError", 400, text):
            attempt()


def test_keys_must_not_last_longer_than_a_policy_says(account):
    too_long = {
        "Effect": "Deny",
        "Action": "iam:CreateServiceSpecificCredential",
        "Resource": "*",
        "Condition": {"NumericGreaterThan": {"iam:ServiceSpecificCredentialAgeDays": "90"}},
    }
    for_ever = too_long | {"Condition": {"Null": {"iam:ServiceSpecificCredentialAgeDays": "true"}}}
    not_bedrock = too_long | {
        "Condition": {"StringEquals": {"iam:ServiceSpecificCredentialServiceName": "bedrock.amazonaws.com"}}
    }
    user = account.user("u", allow("iam:*"), too_long, for_ever, not_bedrock)

    def attempt(service="logs.amazonaws.com", **more) -> None:
        user.iam.create_service_specific_credential(UserName="u", ServiceName=service, **more)

    attempt(CredentialAgeDays=90)
    for refusal in (
        {"CredentialAgeDays": 91},
        {},
        {"service": "Bedrock.amazonaws.com", "CredentialAgeDays": 1},
    ):
        with denied_explicitly(user, "iam:CreateServiceSpecificCredential", user.arn):
            attempt(**refusal)
