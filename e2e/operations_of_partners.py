"""Rows of what only AWS's partners and services have, of the account's properties and of summaries."""

from harness.account import Account
from harness.policies import allow
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
    "GetAccountProperties": Row(lambda _: {}, "*", Exempt.NAMES_NOTHING, malformed=Exempt.NOTHING_TO_MALFORM),
    "PutAccountProperties": Row(
        lambda _: {"Properties": {"RoleManager/Enabled": "true"}},
        "*",
        Exempt.MAKES_ITS_ENTITY,
        malformed=Exempt.NOTHING_TO_MALFORM,
        extra_actions=["iam:CreateServiceLinkedRole"],
    ),
    "GetHumanReadableSummary": Row(
        lambda account: {"EntityArn": account.policy(allow("iam:ListUsers"))},
        "{EntityArn}",
        {"EntityArn": "arn:aws:iam::{account}:policy/nobody"},
        extra_actions=["iam:GetPolicy", "iam:GetPolicyVersion"],
    ),
}
