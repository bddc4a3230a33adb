"""Ansible's own modules for services, unchanged and through the gateway: a playbook under a role with no more than it needs."""

import zipfile

import pytest

from conftest import HOME
from harness.identity import REGION
from harness.policies import allow, document, trust
from test_ansible import Ansible


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{HOME}:{resource}"


FUNCTION = arn("lambda", "function:team-worker")
LOG = arn("logs", "log-group:/aws/lambda/team-worker")
WORKER = f"arn:aws:iam::{HOME}:role/worker"

# What the modules ask for; other functions, logs and rules are out of its reach.
NEEDED = (
    allow(["ec2:DescribeVpcs", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups", "ec2:DescribeTags"]),
    allow("ec2:DescribeVpcAttribute", arn("ec2", "vpc/*")),
    allow(["ec2:CreateVpc", "ec2:ModifyVpcAttribute"], arn("ec2", "vpc/*")),
    allow("ec2:CreateSubnet", [arn("ec2", "vpc/*"), arn("ec2", "subnet/*")]),
    allow("ec2:CreateSecurityGroup", [arn("ec2", "vpc/*"), arn("ec2", "security-group/*")]),
    allow("ec2:AuthorizeSecurityGroupIngress", arn("ec2", "security-group/*")),
    allow(
        "ec2:CreateTags",
        [arn("ec2", kind) for kind in ("vpc/*", "subnet/*", "security-group/*")],
    ),
    allow(["lambda:CreateFunction", "lambda:GetFunction", "lambda:ListTags", "lambda:TagResource"], FUNCTION),
    allow("iam:PassRole", WORKER, StringEquals={"iam:PassedToService": "lambda.amazonaws.com"}),
    allow("logs:DescribeLogGroups", arn("logs", "log-group::log-stream:")),
    allow(
        ["logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:ListTagsLogGroup"],
        f"{LOG}:log-stream:",
    ),
    allow("logs:TagResource", LOG),
    allow(
        ["cloudwatch:PutMetricAlarm", "cloudwatch:DescribeAlarms"],
        arn("cloudwatch", "alarm:*"),
    ),
    allow(
        ["events:DescribeRule", "events:PutRule", "events:PutTargets", "events:ListTargetsByRule"],
        arn("events", "rule/team-nightly"),
    ),
)


@pytest.fixture
def code(tmp_path) -> str:
    with zipfile.ZipFile(tmp_path / "worker.zip", "w") as packed:
        packed.writestr("worker.py", "def handle(event, context):\n    return event\n")
    return str(tmp_path / "worker.zip")


def test_a_playbook_does_what_its_role_may_and_no_more(services, home, tmp_path, code):
    by_lambda = trust({"Service": "lambda.amazonaws.com"})
    home.role(by_lambda, name="worker")
    # moto's IAM is not Lanyard's: the role is there, too, for its checks.
    services.moto.owner.iam.create_role(RoleName="worker", AssumeRolePolicyDocument=by_lambda)
    starter = home.user(None, allow("sts:AssumeRole"))
    role = home.role(trust(starter.arn), *NEEDED, name="ansible")
    ansible = Ansible(tmp_path, starter.assume(role))
    variables = {"worker": WORKER, "code": code, "function_arn": FUNCTION}

    counts, printed = ansible.play("services.yml", **variables)
    assert counts["changed"] == counts["ok"] == 7, printed
    counts, printed = ansible.play("services.yml", **variables)
    assert (counts["ok"], counts["changed"]) == (7, 0), printed

    # Without one of its statements the playbook ends where that is needed; without all of them, at once.
    without_functions = [statement for statement in NEEDED if statement["Resource"] != FUNCTION]
    for statements, action in (
        (without_functions, "lambda:GetFunction"),
        ([allow("sts:GetCallerIdentity")], "ec2:DescribeVpcs"),
    ):
        home.iam.put_role_policy(RoleName="ansible", PolicyName="own", PolicyDocument=document(*statements))
        with pytest.raises(AssertionError, match=f"is not authorized to perform: {action} "):
            ansible.play("services.yml", **variables)
