"""Nobody comes to hold more than they were given: each known way needs its own permission, and none goes around it."""

import pytest

from escalation_leads import LEADS
from escalation_paths import PROBE, WAYS, Scene, is_powerful
from harness.issuer import Authority, Issuer
from harness.policies import allow, document, trust
from harness.refusal import error_of
from harness.saml import IdentityProvider
from harness.server import Server


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def issuer(authority):
    issuer = Issuer(authority)
    issuer.thumbprint = authority.thumbprint
    yield issuer
    issuer.stop()


@pytest.fixture(scope="module")
def federating_server(binary, tmp_path_factory):
    """A server that may fetch from one address of loopback."""
    flags = ["--oidc-allow", "127.0.0.1/32"]
    server = Server(binary, tmp_path_factory.mktemp("escalation"), flags=flags)
    server.start()
    yield server
    assert server.stop() == 0, server.log_tail()


@pytest.fixture(scope="module")
def provider(federating_server, tmp_path_factory):
    return IdentityProvider(tmp_path_factory.mktemp("idp"), f"{federating_server.endpoint}/saml")


@pytest.fixture
def scene(federating_server, issuer, provider):
    return Scene(federating_server.account("escalation"), issuer, provider)


def all_but(*actions: str) -> dict:
    return {"Effect": "Allow", "NotAction": list(actions), "Resource": "*"}


def check_denied(call, action: str) -> None:
    response = error_of(call)
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert response["Error"]["Code"] == "AccessDenied", response
    assert f"is not authorized to perform: {action} on resource: " in response["Error"]["Message"]


def steps(table: dict) -> list:
    return [
        pytest.param(name, action, id=f"{name}-without-{action.split(':')[1]}")
        for name, (actions, _) in table.items()
        for action in actions
    ]


@pytest.mark.parametrize("name", WAYS)
def test_each_way_is_open_to_whoever_may_just_that(scene, name):
    """Or the tests below would be about ways that lead nowhere."""
    actions, way = WAYS[name]
    thief, attempt = way(scene, allow(actions))
    assert not is_powerful(thief)
    assert is_powerful(attempt(thief))


@pytest.mark.parametrize(("name", "action"), steps(WAYS))
def test_each_step_of_a_way_needs_its_own_permission(scene, name, action):
    """Somebody with every other permission there is does not come through."""
    _, way = WAYS[name]
    thief, attempt = way(scene, all_but(action, PROBE))
    check_denied(lambda: attempt(thief), action)
    assert not is_powerful(thief)


@pytest.mark.parametrize("name", LEADS)
def test_each_lead_to_other_services_is_open_to_whoever_may_just_that(scene, name):
    actions, lead = LEADS[name]
    attempt, is_gone = lead(scene)
    assert not is_gone()
    attempt(scene.account.user(None, allow(actions)))
    assert is_gone()


@pytest.mark.parametrize(("name", "action"), steps(LEADS))
def test_each_step_of_a_lead_needs_its_own_permission(scene, name, action):
    _, lead = LEADS[name]
    attempt, is_gone = lead(scene)
    thief = scene.account.user(None, all_but(action))
    check_denied(lambda: attempt(thief), action)
    assert not is_gone()


class TestPassingRoles:
    """PassRole is decided on the role that is passed, and for whom."""

    def attempt(self, scene, *statements) -> tuple:
        role = scene.account.role(trust_ec2(), name="machine", Path="/app/")
        scene.account.iam.create_instance_profile(InstanceProfileName="profile")
        adding = allow("iam:AddRoleToInstanceProfile")
        thief = scene.account.user("thief", adding, *statements)
        return role, lambda: thief.iam.add_role_to_instance_profile(
            InstanceProfileName="profile", RoleName="machine"
        )

    @pytest.mark.parametrize(
        "condition",
        [
            {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
            {"ArnLike": {"iam:AssociatedResourceArn": "arn:aws:ec2:*:*:instance/*"}},
        ],
    )
    def test_to_machines(self, scene, condition):
        _, add = self.attempt(scene, allow("iam:PassRole", **condition))
        add()

    @pytest.mark.parametrize(
        "condition",
        [
            {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}},
            {"StringNotEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
            {"ArnLike": {"iam:AssociatedResourceArn": "arn:aws:lambda:*:*:function:*"}},
            # Passing a role does not know the role's tags.
            {"StringEquals": {"iam:ResourceTag/team": "red"}},
        ],
    )
    def test_to_nobody_else(self, scene, condition):
        _, add = self.attempt(scene, allow("iam:PassRole", **condition))
        check_denied(add, "iam:PassRole")

    def test_only_the_roles_that_may_be_passed(self, scene):
        account = scene.account.id
        _, add = self.attempt(scene, allow("iam:PassRole", f"arn:aws:iam::{account}:role/web/*"))
        check_denied(add, "iam:PassRole")
        scene.account.iam.put_user_policy(
            UserName="thief", PolicyName="pass", PolicyDocument=document_of(account)
        )
        add()


def trust_ec2() -> str:
    return trust({"Service": "ec2.amazonaws.com"})


def document_of(account: str) -> str:
    return document(allow("iam:PassRole", f"arn:aws:iam::{account}:role/app/*"))
