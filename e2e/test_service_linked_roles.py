"""Service-linked roles: made and deleted by the account, and otherwise the services'."""

import uuid

import pytest

from harness.policies import ADMINISTRATOR, allow, document, trust
from harness.refusal import denied, refused

PROTECTED = "Cannot perform the operation on the protected role '{}' - this role is only modifiable by AWS"
ECS = "AWSServiceRoleForECS"


def deleted(account, name: str) -> str:
    """Deletes the role as infrastructure tools do; gives the last status."""
    task = account.iam.delete_service_linked_role(RoleName=name)["DeletionTaskId"]
    return account.iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"]


def test_a_service_gets_its_role_and_loses_it(account):
    made = account.iam.create_service_linked_role(
        AWSServiceName="ecs.amazonaws.com", Description="runs containers"
    )["Role"]
    arn = f"arn:aws:iam::{account.id}:role/aws-service-role/ecs.amazonaws.com/{ECS}"
    assert (made["Arn"], made["RoleName"]) == (arn, ECS)
    assert made["Path"] == "/aws-service-role/ecs.amazonaws.com/"
    assert made.keys() == {"Path", "RoleName", "RoleId", "Arn", "CreateDate", "AssumeRolePolicyDocument"}
    role = account.iam.get_role(RoleName=ECS)["Role"]
    assert role["AssumeRolePolicyDocument"] == {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ecs.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    assert (role["Description"], role["MaxSessionDuration"]) == ("runs containers", 3_600)
    (attached,) = account.iam.list_attached_role_policies(RoleName=ECS)["AttachedPolicies"]
    assert attached["PolicyArn"] == "arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy"
    taken = f"Service role name {ECS} has been taken in this account, please try a different suffix."
    with refused("InvalidInput", 400, taken):
        account.iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")
    assert deleted(account, ECS) == "SUCCEEDED"
    with refused("NoSuchEntity", 404, f"The role with name {ECS} cannot be found."):
        account.iam.delete_service_linked_role(RoleName=ECS)
    again = account.iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")["Role"]
    assert again["RoleId"] != made["RoleId"]


def test_only_some_services_take_a_suffix(account):
    for suffix in ("a", "b"):
        made = account.iam.create_service_linked_role(
            AWSServiceName="autoscaling.amazonaws.com", CustomSuffix=suffix
        )
        assert made["Role"]["RoleName"] == f"AWSServiceRoleForAutoScaling_{suffix}"
    for service in ("ecs.amazonaws.com", "elasticloadbalancing.amazonaws.com", "rds.amazonaws.com"):
        with refused("InvalidInput", 400, f"Custom suffix is not allowed for {service}"):
            account.iam.create_service_linked_role(AWSServiceName=service, CustomSuffix="a")


def test_the_account_cannot_change_it(account):
    iam = account.iam
    iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")
    iam.create_instance_profile(InstanceProfileName="p")
    before = iam.get_role(RoleName=ECS)["Role"]
    attached = "arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy"
    inline = {"RoleName": ECS, "PolicyName": "p"}
    profile = {"RoleName": ECS, "InstanceProfileName": "p"}
    for attempt in (
        lambda: iam.attach_role_policy(RoleName=ECS, PolicyArn=ADMINISTRATOR),
        lambda: iam.detach_role_policy(RoleName=ECS, PolicyArn=attached),
        lambda: iam.put_role_policy(**inline, PolicyDocument=document(allow("*"))),
        lambda: iam.delete_role_policy(**inline),
        lambda: iam.put_role_permissions_boundary(RoleName=ECS, PermissionsBoundary=ADMINISTRATOR),
        lambda: iam.delete_role_permissions_boundary(RoleName=ECS),
        lambda: iam.update_assume_role_policy(RoleName=ECS, PolicyDocument=trust(account.root_arn)),
        lambda: iam.add_role_to_instance_profile(**profile),
        lambda: iam.remove_role_from_instance_profile(**profile),
        lambda: iam.delete_role(RoleName=ECS),
    ):
        with refused("UnmodifiableEntity", 400, PROTECTED.format(ECS)):
            attempt()
    longer = f"{ECS} is an AWS service linked role, max session duration cannot be changed."
    with refused("UnmodifiableEntity", 400, longer):
        iam.update_role(RoleName=ECS, MaxSessionDuration=7_200)
    assert iam.get_role(RoleName=ECS)["Role"] == before
    iam.update_role(RoleName=ECS, Description="mine")
    iam.tag_role(RoleName=ECS, Tags=[{"Key": "team", "Value": "blue"}])
    role = iam.get_role(RoleName=ECS)["Role"]
    assert (role["Description"], role["Tags"]) == ("mine", [{"Key": "team", "Value": "blue"}])


def test_no_other_role_can_be_made_to_look_like_one(account):
    text = "Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles"
    with refused("InvalidInput", 400, text):
        account.role(trust(account.root_arn), name="r", Path="/aws-service-role/ecs.amazonaws.com/")
    account.role(trust(account.root_arn), name="r")
    with refused("NoSuchEntity", 404, "r exists but is not a service role."):
        account.iam.delete_service_linked_role(RoleName="r")
    policy = "arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy"
    with refused("PolicyNotAttachable", 400, "Cannot attach a Service Role Policy to a Customer Role."):
        account.iam.attach_role_policy(RoleName="r", PolicyArn=policy)


def test_nobody_of_the_account_can_assume_it(account):
    role = account.iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")["Role"]["Arn"]
    user = account.user("u", allow("*"))
    with refused("AccessDenied", 403):
        user.client("sts").assume_role(RoleArn=role, RoleSessionName="session")


def test_an_administrator_can_be_kept_to_some_services(account):
    only = allow("iam:CreateServiceLinkedRole") | {
        "Condition": {"StringLike": {"iam:AWSServiceName": "*.application-autoscaling.amazonaws.com"}}
    }
    user = account.user("u", only)
    service = "dynamodb.application-autoscaling.amazonaws.com"
    made = user.iam.create_service_linked_role(AWSServiceName=service)["Role"]
    assert made["RoleName"] == "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
    arn = f"arn:aws:iam::{account.id}:role/aws-service-role/ecs.amazonaws.com/{ECS}"
    with denied(user, "iam:CreateServiceLinkedRole", arn):
        user.iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")
    with denied(user, "iam:DeleteServiceLinkedRole", made["Arn"]):
        user.iam.delete_service_linked_role(RoleName=made["RoleName"])


@pytest.mark.parametrize("task", ["none", "task/aws-service-role/ecs.amazonaws.com/r", "task/a/b/c/d"])
def test_what_is_no_task_is_told_apart_from_an_unknown_one(account, task):
    with refused("InvalidInput", 400, "Invalid task id"):
        account.iam.get_service_linked_role_deletion_status(DeletionTaskId=task)
    unknown = f"task/aws-service-role/ecs.amazonaws.com/{ECS}/{uuid.uuid4()}"
    with refused("NoSuchEntity", 404, "Cannot find deletion status for given id."):
        account.iam.get_service_linked_role_deletion_status(DeletionTaskId=unknown)
