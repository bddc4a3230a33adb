"""EC2 behind the gateway: many instances in one call, tags, and denials that can be decoded."""

import json
import re

import pytest

from harness.policies import allow, deny, trust
from harness.refusal import refused

REGION = "us-east-1"


@pytest.fixture(scope="module")
def image(home) -> str:
    return home.root.client("ec2").describe_images(Owners=["amazon"])["Images"][0]["ImageId"]


@pytest.fixture
def instances(home, image):
    """Makes instances with these tags."""

    def make(count: int = 1, **tags: str) -> list[str]:
        specification = {
            "ResourceType": "instance",
            "Tags": [{"Key": k, "Value": v} for k, v in tags.items()],
        }
        made = home.root.client("ec2").run_instances(
            ImageId=image,
            MinCount=count,
            MaxCount=count,
            InstanceType="t3.micro",
            TagSpecifications=[specification] if tags else [],
        )
        return [instance["InstanceId"] for instance in made["Instances"]]

    return make


def states(home, ids: list[str]) -> set[str]:
    found = home.root.client("ec2").describe_instances(InstanceIds=ids)["Reservations"]
    return {instance["State"]["Name"] for group in found for instance in group["Instances"]}


def instance_arn(home, instance: str) -> str:
    return f"arn:aws:ec2:{REGION}:{home.id}:instance/{instance}"


class TestCriticalInstances:
    """Everybody may terminate instances, but those that are critical only the operators."""

    @pytest.fixture
    def operators(self, home) -> str:
        return home.role(trust(home.root_arn), allow("ec2:*"))

    @pytest.fixture
    def guarded(self, home, operators):
        critical = {
            "StringEquals": {"aws:ResourceTag/critical": "yes"},
            "ArnNotEquals": {"aws:PrincipalArn": operators},
        }
        return [allow(["ec2:*", "sts:AssumeRole"]), deny("ec2:TerminateInstances", **critical)]

    def test_only_the_operators_terminate_what_is_critical(self, home, operators, guarded, instances):
        (critical,) = instances(critical="yes")
        (common,) = instances(critical="no")
        (untagged,) = instances()
        user = home.user(None, *guarded)
        ec2 = user.client("ec2")
        with refused("UnauthorizedOperation", 403):
            ec2.terminate_instances(InstanceIds=[critical])
        # One that may not be is enough.
        with refused("UnauthorizedOperation", 403):
            ec2.terminate_instances(InstanceIds=[common, critical, untagged])
        assert states(home, [critical, common, untagged]) == {"running"}
        ec2.terminate_instances(InstanceIds=[common, untagged])
        assert states(home, [common, untagged]) == {"terminated"}
        operator = user.assume(operators)
        operator.client("ec2").terminate_instances(InstanceIds=[critical])
        assert states(home, [critical]) == {"terminated"}

    def test_a_tag_that_is_new_counts_at_once(self, home, guarded, instances):
        (instance,) = instances()
        user = home.user(None, *guarded)
        tags = [{"Key": "critical", "Value": "yes"}]
        user.client("ec2").describe_instances(InstanceIds=[instance])
        home.root.client("ec2").create_tags(Resources=[instance], Tags=tags)
        with refused("UnauthorizedOperation", 403):
            user.client("ec2").terminate_instances(InstanceIds=[instance])
        home.root.client("ec2").delete_tags(Resources=[instance], Tags=tags)
        user.client("ec2").terminate_instances(InstanceIds=[instance])


class TestPerInstance:
    def test_a_user_stops_one_instance(self, home, instances):
        own, other = instances(2)
        user = home.user(None, allow(["ec2:StopInstances", "ec2:StartInstances"], instance_arn(home, own)))
        user.client("ec2").stop_instances(InstanceIds=[own])
        for ids in ([other], [own, other]):
            with refused("UnauthorizedOperation", 403):
                user.client("ec2").stop_instances(InstanceIds=ids)
        assert states(home, [other]) == {"running"}

    def test_a_denial_can_be_decoded_by_who_may(self, home, instances):
        (instance,) = instances()
        user = home.user()
        with refused("UnauthorizedOperation", 403) as caught:
            user.client("ec2").stop_instances(InstanceIds=[instance])
        message = caught.value.response["Error"]["Message"]
        text = (
            "You are not authorized to perform this operation. "
            f"User: {user.arn} is not authorized to perform: ec2:StopInstances on resource: "
            f"{instance_arn(home, instance)} because no identity-based policy allows the ec2:StopInstances action. "
            "Encoded authorization failure message: "
        )
        assert message.startswith(text), message
        encoded = message.removeprefix(text)
        decoder = home.user(None, allow("sts:DecodeAuthorizationMessage"))
        decoded = decoder.sts.decode_authorization_message(EncodedMessage=encoded)["DecodedMessage"]
        told = json.loads(decoded)
        assert (told["allowed"], told["explicitDeny"]) == (False, False)
        assert told["context"]["action"] == "ec2:StopInstances"
        assert told["context"]["resource"] == instance_arn(home, instance)


class TestRunning:
    def test_each_resource_of_a_new_instance_is_needed(self, home, image):
        ec2 = f"arn:aws:ec2:{REGION}:{home.id}"
        parts = ["instance/*", "volume/*", "network-interface/*", "security-group/*", "subnet/*"]
        resources = [f"{ec2}:{part}" for part in parts] + [f"arn:aws:ec2:{REGION}::image/{image}"]
        small = {"StringEquals": {"ec2:InstanceType": "t3.micro"}}
        user = home.user(
            None, allow("ec2:RunInstances", resources[1:]), allow("ec2:RunInstances", resources[0], **small)
        )
        run = {"ImageId": image, "MinCount": 1, "MaxCount": 1}
        user.client("ec2").run_instances(**run, InstanceType="t3.micro")
        with refused("UnauthorizedOperation", 403, re.compile(r".*:instance/\*.*", re.DOTALL)):
            user.client("ec2").run_instances(**run, InstanceType="m5.large")
        other = home.user(None, allow("ec2:RunInstances", resources[:-1]))
        with refused("UnauthorizedOperation", 403, re.compile(r".*::image/.*", re.DOTALL)):
            other.client("ec2").run_instances(**run, InstanceType="t3.micro")

    def test_tags_on_creation_need_their_own_permission(self, home, image):
        user = home.user(None, allow("ec2:RunInstances"))
        tags = [{"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "red"}]}]
        run = {"ImageId": image, "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"}
        user.client("ec2").run_instances(**run)
        with refused("UnauthorizedOperation", 403, re.compile(r".*ec2:CreateTags.*", re.DOTALL)):
            user.client("ec2").run_instances(**run, TagSpecifications=tags)
        when = {"StringEquals": {"ec2:CreateAction": "RunInstances", "aws:RequestTag/team": "red"}}
        tagger = home.user(None, allow("ec2:RunInstances"), allow("ec2:CreateTags", **when))
        tagger.client("ec2").run_instances(**run, TagSpecifications=tags)


@pytest.fixture(scope="module")
def subnets(home) -> dict[str, str]:
    """The default subnets by their zones."""
    filters = [{"Name": "default-for-az", "Values": ["true"]}]
    found = home.root.client("ec2").describe_subnets(Filters=filters)["Subnets"]
    assert len(found) > 1
    return {subnet["AvailabilityZone"]: subnet["SubnetId"] for subnet in found}


@pytest.fixture(scope="module")
def vpc(home) -> str:
    """The default VPC."""
    filters = [{"Name": "is-default", "Values": ["true"]}]
    return home.root.client("ec2").describe_vpcs(Filters=filters)["Vpcs"][0]["VpcId"]


class TestDefaults:
    """What a request leaves to EC2: every subnet and group that it could get is decided on."""

    def group_of(self, home, vpc: str) -> str:
        filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
        return home.root.client("ec2").describe_security_groups(Filters=filters)["SecurityGroups"][0][
            "GroupId"
        ]

    def without(self, home, kind: str, id: str):
        """A user who may do everything but with this one resource."""
        one = f"arn:aws:ec2:{REGION}:{home.id}:{kind}/{id}"
        return home.user(None, allow("ec2:*"), deny(["ec2:Run*", "ec2:Create*"], one)).client("ec2")

    def test_a_subnet_that_may_not_be_taken(self, home, image, subnets):
        (zone, first), (_, second), *_ = sorted(subnets.items())
        run = {"ImageId": image, "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"}
        ec2 = self.without(home, "subnet", second)
        with refused("UnauthorizedOperation", 403, re.compile(f".*:subnet/{second} .*", re.DOTALL)):
            ec2.run_instances(**run)
        made = ec2.run_instances(**run, Placement={"AvailabilityZone": zone})
        assert made["Instances"][0]["SubnetId"] == first
        ec2 = self.without(home, "subnet", first)
        with refused("UnauthorizedOperation", 403):
            ec2.run_instances(**run, Placement={"AvailabilityZone": zone})
        with refused("InvalidParameterValue", 400):
            ec2.run_instances(**run, Placement={"AvailabilityZone": "us-east-1zz"})

    def test_a_group_that_may_not_be_taken(self, home, image, vpc, subnets):
        group = self.group_of(home, vpc)
        own = home.root.client("ec2").create_security_group(GroupName="own", Description="d", VpcId=vpc)
        ec2, groups = self.without(home, "security-group", group), [own["GroupId"]]
        subnet = next(iter(subnets.values()))
        run = {"ImageId": image, "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"}
        for network in ({}, {"SubnetId": subnet}):
            with refused("UnauthorizedOperation", 403, re.compile(f".*/{group} .*", re.DOTALL)):
                ec2.run_instances(**run, **network)
            ec2.run_instances(**run, **network, SecurityGroupIds=groups)
        with refused("UnauthorizedOperation", 403):
            ec2.create_network_interface(SubnetId=subnet)
        ec2.create_network_interface(SubnetId=subnet, Groups=groups)

    def test_a_network_that_may_not_be_taken(self, home, vpc):
        ec2 = self.without(home, "vpc", vpc)
        with refused("UnauthorizedOperation", 403):
            ec2.create_security_group(GroupName="theirs", Description="d")
        other = home.root.client("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        ec2.create_security_group(GroupName="theirs", Description="d", VpcId=other)


def test_what_nobody_can_know_of_an_instance_denies(home, instances):
    (instance,) = instances()
    large = {"StringLike": {"ec2:InstanceType": "*.metal"}}
    user = home.user(None, allow("ec2:*"), deny("ec2:StopInstances", **large))
    with refused("UnauthorizedOperation", 403):
        user.client("ec2").stop_instances(InstanceIds=[instance])
    user.client("ec2").reboot_instances(InstanceIds=[instance])
