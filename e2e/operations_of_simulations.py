"""Rows of the policy simulator."""

from harness.account import Account
from harness.policies import allow, document
from harness.rows import Exempt, Row

GIVEN = {"PolicyInputList": [document(allow("iam:ListUsers"))]}
ASKED = {"ActionNames": ["iam:ListUsers"]}
NO_SOURCE = {"PolicySourceArn": "arn:aws:iam::{account}:user/nobody"}


def source(account: Account) -> dict:
    return {"PolicySourceArn": account.user().arn}


ROWS_OF_SIMULATIONS: dict[str, Row] = {
    "SimulatePrincipalPolicy": Row(lambda account: source(account) | ASKED, "{PolicySourceArn}", NO_SOURCE),
    "SimulateCustomPolicy": Row(lambda _: GIVEN | ASKED, "*", Exempt.ABOUT_TEXTS),
    "GetContextKeysForPrincipalPolicy": Row(source, "{PolicySourceArn}", NO_SOURCE),
    "GetContextKeysForCustomPolicy": Row(
        lambda _: GIVEN, "*", Exempt.ABOUT_TEXTS, malformed=Exempt.NOTHING_TO_MALFORM
    ),
}
