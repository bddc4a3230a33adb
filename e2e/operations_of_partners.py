"""Rows of what only AWS's partners and services have."""

from harness.account import Account
from harness.rows import Exempt, Row

REQUEST = {"DelegationRequestId": "e4bdcdae-4f66-11ed-aaaa-000000000000"}
REQUEST_ARN = "arn:aws:iam::{account}:delegation-request/{DelegationRequestId}"
TEMPLATE = {"TemplateArn": "arn:aws:iam::aws:role-template/iam.amazonaws.com/PowerUserRoleTemplate:1"}


def about_a_request(**more) -> Row:
    """An operation on a delegation request, of which there is none."""
    return Row(lambda _: REQUEST | more, REQUEST_ARN, {}, allowed=Exempt.NONE_HERE)


def about_a_template(action: str | None = None) -> Row:
    return Row(lambda _: TEMPLATE, "{TemplateArn}", {}, allowed=Exempt.NONE_HERE, action=action)


def new_request(account: Account) -> dict:
    return {
        "Description": "Sets the product up.",
        "Permissions": {"PolicyTemplateArn": f"arn:aws:iam::{account.id}:delegation-template/setup"},
        "RequestorWorkflowId": account.fresh_name("workflow"),
        "NotificationChannel": f"arn:aws:sns:us-east-1:{account.id}:news",
        "SessionDuration": 3600,
    }


ROWS_OF_PARTNERS: dict[str, Row] = {
    "CreateDelegationRequest": Row(
        new_request,
        "arn:aws:iam::{account}:delegation-request/*",
        Exempt.NO_PARTNERS,
        allowed=Exempt.NO_PARTNERS,
    ),
    "AcceptDelegationRequest": about_a_request(),
    "AssociateDelegationRequest": about_a_request(),
    "GetDelegationRequest": about_a_request(DelegationPermissionCheck=True),
    "RejectDelegationRequest": about_a_request(Notes="No."),
    "SendDelegationToken": about_a_request(),
    "UpdateDelegationRequest": about_a_request(Notes="Please."),
    "ListDelegationRequests": Row(lambda _: {}, "*", Exempt.NAMES_NOTHING),
    "GetRoleTemplateVersion": about_a_template(),
    "AcquireRole": about_a_template("iam:GetRoleTemplateVersion"),
}
