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
