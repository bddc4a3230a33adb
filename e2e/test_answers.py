"""Whoever watches the answers of the whole suite finds what it is made to find, and its exemptions are needed."""

import botocore.loaders
import pytest
from botocore.model import ServiceModel

from harness import answers
from harness.answers import Exempt
from harness.keys import SSH_KEY
from harness.policies import ADMINISTRATOR, allow, document

IAM = ServiceModel(botocore.loaders.create_loader().load_service_model("iam", "service-2"), "iam")
GROUP = {
    "Path": "/",
    "GroupName": "g",
    "GroupId": "AGPAIOSFODNN7EXAMPLEX",
    "Arn": "arn:aws:iam::123456789012:group/g",
    "CreateDate": "2026-01-31T00:00:00Z",
}


def faults(operation: str, result: str) -> list[str]:
    body = f"<{operation}Response xmlns='x'>{result}<ResponseMetadata/></{operation}Response>"
    return [str(fault) for fault in answers.faults(IAM.operation_model(operation), body.encode())]


def of_group(changed: str = "", **members: str) -> list[str]:
    elements = "".join(f"<{name}>{value}</{name}>" for name, value in (GROUP | members).items())
    return faults("CreateGroup", f"<CreateGroupResult><Group>{elements}{changed}</Group></CreateGroupResult>")


def test_an_answer_as_the_model_has_it_has_no_faults():
    assert of_group() == []
    assert faults("DeleteGroup", "") == []


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (of_group("<Tags/>"), "CreateGroupResponse.Group: Tags is unknown"),
        (of_group("<Path>/</Path>"), "CreateGroupResponse.Group: Path is there 2 times"),
        (of_group(Path=""), "CreateGroupResponse.Group.Path: '' is no pathType"),
        (of_group(GroupName="a b"), "CreateGroupResponse.Group.GroupName: 'a b' is no groupNameType"),
        (of_group(CreateDate="today"), "CreateGroupResponse.Group.CreateDate: 'today' is no dateType"),
        (of_group(Arn="<member/>" + "a" * 20), "CreateGroupResponse.Group.Arn: has elements"),
        (
            faults("CreateGroup", "<CreateGroupResult/>"),
            "CreateGroupResponse: Group is missing",
        ),
        (faults("CreateGroup", ""), "CreateGroupResponse: has ['ResponseMetadata']"),
        (
            faults("DeleteGroup", "<DeleteGroupResult/>"),
            "DeleteGroupResponse: has ['DeleteGroupResult', 'ResponseMetadata']",
        ),
        (
            faults(
                "ListAccountAliases",
                "<ListAccountAliasesResult><AccountAliases><alias>abc</alias></AccountAliases>"
                "<IsTruncated>0</IsTruncated></ListAccountAliasesResult>",
            ),
            "ListAccountAliasesResponse.AccountAliases: alias is no member",
        ),
    ],
)
def test_what_is_not_as_the_model_has_it_is_found(found, expected):
    assert expected in found


def test_what_fails_the_check_fails_the_call(account, monkeypatch):
    fault = answers.Fault("somewhere", "something")
    monkeypatch.setattr(answers, "faults", lambda *_: [fault])
    with pytest.raises(AssertionError, match="somewhere: something"):
        account.iam.list_users()


def test_no_exemption_is_stale(account, monkeypatch):
    seen = []

    def faults(operation, body, real=answers.faults):
        found = real(operation, body)
        seen.extend(found)
        return found

    monkeypatch.setattr(answers, "faults", faults)
    account.iam.get_user()
    account.iam.create_user(UserName="u", PermissionsBoundary=ADMINISTRATOR)
    account.iam.upload_ssh_public_key(UserName="u", SSHPublicKeyBody=SSH_KEY)
    policy = document(allow("iam:ListUsers"))
    account.iam.simulate_custom_policy(PolicyInputList=[policy], ActionNames=["iam:ListUsers"])
    # They are worked at one after another, so the last one mostly waits.
    every = {"Arn": ADMINISTRATOR, "Granularity": "ACTION_LEVEL"}
    for _ in range(20):
        jobs = [account.iam.generate_service_last_accessed_details(**every)["JobId"] for _ in range(5)]
        if account.iam.get_service_last_accessed_details(JobId=jobs[-1])["JobStatus"] == "IN_PROGRESS":
            break
    assert {exempt for exempt in Exempt for fault in seen if exempt.covers(fault)} == set(Exempt)
