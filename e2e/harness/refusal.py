"""What a refusal must look like."""

import re
from contextlib import contextmanager

import pytest
from botocore.exceptions import ClientError


@contextmanager
def refused(code: str, status: int | None = None, message: str | re.Pattern | None = None):
    """The block must be refused by the server with this code, status and whole message."""
    with pytest.raises(ClientError) as caught:
        yield caught
    response = caught.value.response
    check(response, code, status, message)


def check(response: dict, code: str, status: int | None, message: str | re.Pattern | None) -> None:
    error, metadata = response["Error"], response["ResponseMetadata"]
    assert error["Code"] == code, error
    if status is not None:
        assert metadata["HTTPStatusCode"] == status, error
    if isinstance(message, re.Pattern):
        assert message.fullmatch(error["Message"]), error["Message"]
    elif message is not None:
        assert error["Message"] == message


def denied(caller, action: str, resource: str, layer: str = "identity-based policy") -> object:
    """Denied because no policy of that layer allows."""
    text = f"User: {arn_of(caller)} is not authorized to perform: {action} on resource: {resource}"
    return refused("AccessDenied", 403, f"{text} because no {layer} allows the {action} action")


def denied_explicitly(caller, action: str, resource: str, layer: str = "an identity-based policy") -> object:
    """Denied by a statement that says so; AWS appends the policy's ARN when it is a managed one."""
    text = f"User: {arn_of(caller)} is not authorized to perform: {action} on resource: {resource}"
    whole = f"{text} with an explicit deny in {layer}"
    return refused("AccessDenied", 403, re.compile(re.escape(whole) + r"(: arn:aws:iam::\S+:policy/\S+)?"))


def denied_by_s3(caller, action: str, resource: str, layer: str = "identity-based policy") -> object:
    """As S3 says it: with quotation marks around the resource."""
    text = f'User: {arn_of(caller)} is not authorized to perform: {action} on resource: "{resource}"'
    return refused("AccessDenied", 403, f"{text} because no {layer} allows the {action} action")


def denied_by_s3_explicitly(caller, action: str, resource: str, layer: str) -> object:
    text = f'User: {arn_of(caller)} is not authorized to perform: {action} on resource: "{resource}"'
    return refused("AccessDenied", 403, f"{text} with an explicit deny in {layer}")


def not_assumed(caller, role_arn: str, action: str = "sts:AssumeRole") -> object:
    """AssumeRole is refused with one text, whichever side did not allow it."""
    text = f"User: {arn_of(caller)} is not authorized to perform: {action} on resource: {role_arn}"
    return refused("AccessDenied", 403, text)


def arn_of(caller) -> str:
    return caller if isinstance(caller, str) else caller.arn


def error_of(call) -> dict:
    """The whole response of a call that must fail."""
    with pytest.raises(ClientError) as caught:
        call()
    return caught.value.response
