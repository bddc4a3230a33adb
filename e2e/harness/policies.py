"""Policy documents in few words."""

import json


def allow(action, resource="*", **condition) -> dict:
    return _statement("Allow", action, resource, condition)


def deny(action, resource="*", **condition) -> dict:
    return _statement("Deny", action, resource, condition)


def _statement(effect, action, resource, condition) -> dict:
    statement = {"Effect": effect, "Action": action, "Resource": resource}
    if condition:
        statement["Condition"] = condition
    return statement


def document(*statements: dict) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(principal, action="sts:AssumeRole", **condition) -> str:
    """A trust policy with one Allow; the principal is an ARN, a list of them, or a map."""
    if not isinstance(principal, dict):
        principal = {"AWS": principal}
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    if condition:
        statement["Condition"] = condition
    return document(statement)


ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def bucket_arn(bucket: str) -> str:
    return f"arn:aws:s3:::{bucket}"


def objects(bucket: str, prefix: str = "") -> str:
    """All objects of a bucket whose keys begin so."""
    return f"arn:aws:s3:::{bucket}/{prefix}*"


def whole(bucket: str) -> list[str]:
    """A bucket and all in it."""
    return [bucket_arn(bucket), objects(bucket)]


def for_everyone(statement: dict) -> dict:
    return for_principal("*", statement)


def for_principal(principal, statement: dict) -> dict:
    """A statement of a resource policy. The principal is an ARN, a list of them, or `*`."""
    return statement | {"Principal": principal if principal == "*" else {"AWS": principal}}
