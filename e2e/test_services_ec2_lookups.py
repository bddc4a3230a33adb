"""EC2 behind the gateway: what it is asked for to decide on associations, names and launch templates."""

import re

import pytest

from harness.policies import allow, trust
from harness.refusal import refused

REGION = "us-east-1"


def arn(home, kind: str, id: str) -> str:
    return f"arn:aws:ec2:{REGION}:{home.id}:{kind}/{id}"


@pytest.fixture(scope="module")
def ec2(home):
    return home.root.client("ec2")


@pytest.fixture(scope="module")
def image(ec2) -> str:
    return ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]


@pytest.fixture(scope="module")
def default_vpc(ec2) -> str:
    return ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]


@pytest.fixture(scope="module")
def subnet(ec2, default_vpc) -> str:
    found = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [default_vpc]}])["Subnets"]
    return found[0]["SubnetId"]


@pytest.fixture
def network(ec2):
    """A network with a subnet and two route tables."""
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.7.1.0/24")["Subnet"]["SubnetId"]
    tables = [ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(2)]
    return vpc, subnet, *tables


@pytest.fixture
def instance(ec2, image) -> str:
    run = {"ImageId": image, "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"}
    return ec2.run_instances(**run)["Instances"][0]["InstanceId"]


class TestAssociations:
    def test_a_table_is_taken_off_a_subnet_by_who_may_do_so_with_both(self, home, ec2, network):
        _, subnet, table, other = network
        associate = {"SubnetId": subnet, "RouteTableId": table}
        id = ec2.associate_route_table(**associate)["AssociationId"]
        on = [arn(home, "subnet", subnet), arn(home, "route-table", table)]
        others = [on[0], arn(home, "route-table", other)]
        of_others = home.user(None, allow("ec2:*", others)).client("ec2")
        with refused("UnauthorizedOperation", 403, re.compile(f".*route-table/{table} .*", re.DOTALL)):
            of_others.disassociate_route_table(AssociationId=id)
        with refused("UnauthorizedOperation", 403):
            of_others.replace_route_table_association(AssociationId=id, RouteTableId=other)
        home.user(None, allow("ec2:DisassociateRouteTable", on)).client("ec2").disassociate_route_table(
            AssociationId=id
        )
        tables = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
        assert tables[0]["Associations"] == []
        id = ec2.associate_route_table(**associate)["AssociationId"]
        both = home.user(None, allow("ec2:ReplaceRouteTableAssociation", [*on, *others]))
        both.client("ec2").replace_route_table_association(AssociationId=id, RouteTableId=other)

    def test_what_is_not_there_is_decided_by_nobody(self, home):
        user = home.user(None, allow("ec2:*")).client("ec2")
        with refused("InvalidAssociationID.NotFound", 400):
            user.disassociate_route_table(AssociationId="rtbassoc-0123456789abcdef0")

    def test_a_network_acl_is_replaced_on_its_subnet(self, home, ec2, network):
        vpc, subnet, *_ = network
        acl = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
        filters = [{"Name": "association.subnet-id", "Values": [subnet]}]
        (old,) = ec2.describe_network_acls(Filters=filters)["NetworkAcls"]
        (id,) = [
            found["NetworkAclAssociationId"] for found in old["Associations"] if found["SubnetId"] == subnet
        ]
        acls = [arn(home, "network-acl", known) for known in (acl, old["NetworkAclId"])]
        of_another = home.user(None, allow("ec2:*", [*acls, arn(home, "subnet", "subnet-0a")])).client("ec2")
        with refused("UnauthorizedOperation", 403, re.compile(f".*subnet/{subnet} .*", re.DOTALL)):
            of_another.replace_network_acl_association(AssociationId=id, NetworkAclId=acl)
        user = home.user(None, allow("ec2:*", [*acls, arn(home, "subnet", subnet)])).client("ec2")
        user.replace_network_acl_association(AssociationId=id, NetworkAclId=acl)

    def test_an_interface_is_detached_from_its_instance(self, home, ec2, subnet, instance):
        interface = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
        attach = {"NetworkInterfaceId": interface, "InstanceId": instance, "DeviceIndex": 1}
        id = ec2.attach_network_interface(**attach)["AttachmentId"]
        on = [arn(home, "instance", instance), arn(home, "network-interface", interface)]
        with refused("UnauthorizedOperation", 403, re.compile(f".*instance/{instance} .*", re.DOTALL)):
            home.user(None, allow("ec2:*", on[1])).client("ec2").detach_network_interface(AttachmentId=id)
        home.user(None, allow("ec2:*", on)).client("ec2").detach_network_interface(AttachmentId=id)

    def test_an_address_is_taken_by_its_association_or_by_itself(self, home, ec2, instance):
        address = ec2.allocate_address(Domain="vpc")
        id, public = address["AllocationId"], address["PublicIp"]
        own = [arn(home, kind, "*") for kind in ("instance", "network-interface")]
        user = home.user(None, allow("ec2:*", [arn(home, "elastic-ip", id), *own])).client("ec2")
        of_another = home.user(None, allow("ec2:*", [arn(home, "elastic-ip", "eipalloc-0a"), *own]))
        of_another = of_another.client("ec2")
        for given in ({"PublicIp": public}, {"AllocationId": id}):
            with refused("UnauthorizedOperation", 403):
                of_another.associate_address(InstanceId=instance, **given)
            association = user.associate_address(InstanceId=instance, **given)["AssociationId"]
            with refused("UnauthorizedOperation", 403):
                of_another.disassociate_address(AssociationId=association)
            user.disassociate_address(AssociationId=association)
        user.associate_address(InstanceId=instance, AllocationId=id)
        with refused("UnauthorizedOperation", 403):
            of_another.disassociate_address(PublicIp=public)
        user.disassociate_address(PublicIp=public)
        with refused("UnauthorizedOperation", 403):
            of_another.release_address(PublicIp=public)
        user.release_address(PublicIp=public)

    def test_a_block_of_addresses_is_taken_off_its_network(self, home, ec2, network):
        vpc, *_ = network
        added = ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="10.8.0.0/16")
        id = added["CidrBlockAssociation"]["AssociationId"]
        with refused("UnauthorizedOperation", 403):
            home.user(None, allow("ec2:*", arn(home, "vpc", "vpc-0a"))).client(
                "ec2"
            ).disassociate_vpc_cidr_block(AssociationId=id)
        home.user(None, allow("ec2:*", arn(home, "vpc", vpc))).client("ec2").disassociate_vpc_cidr_block(
            AssociationId=id
        )

    def test_a_peering_is_accepted_for_the_network_that_it_is_with(self, home, ec2, network):
        vpc, *_ = network
        peer = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        made = ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=peer)
        id = made["VpcPeeringConnection"]["VpcPeeringConnectionId"]
        on = arn(home, "vpc-peering-connection", id)
        with refused("UnauthorizedOperation", 403, re.compile(f".*vpc/{peer} .*", re.DOTALL)):
            home.user(None, allow("ec2:*", [on, arn(home, "vpc", vpc)])).client(
                "ec2"
            ).accept_vpc_peering_connection(VpcPeeringConnectionId=id)
        home.user(None, allow("ec2:*", [on, arn(home, "vpc", peer)])).client(
            "ec2"
        ).accept_vpc_peering_connection(VpcPeeringConnectionId=id)

    def test_snapshots_of_an_instance_are_snapshots_of_its_volumes(self, home, ec2, instance):
        (found,) = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"]
        (volume,) = [device["Ebs"]["VolumeId"] for device in found["BlockDeviceMappings"]]
        on = [arn(home, "instance", instance), f"arn:aws:ec2:{REGION}::snapshot/*"]
        asked = {"InstanceSpecification": {"InstanceId": instance}}
        with refused("UnauthorizedOperation", 403, re.compile(f".*volume/{volume} .*", re.DOTALL)):
            home.user(None, allow("ec2:*", on)).client("ec2").create_snapshots(**asked)
        user = home.user(None, allow("ec2:*", [*on, arn(home, "volume", volume)])).client("ec2")
        assert len(user.create_snapshots(**asked)["Snapshots"]) == 1


class TestProfiles:
    @pytest.fixture
    def profile(self, home, services) -> str:
        """A profile that both Lanyard and the server behind know."""
        home.iam.create_instance_profile(InstanceProfileName="web")
        theirs = services.moto.owner.client("iam")
        theirs.create_instance_profile(InstanceProfileName="web")
        role = home.role(trust({"Service": "ec2.amazonaws.com"}))
        home.iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName=role.split("/")[-1])
        return "web"

    def test_a_profile_is_taken_off_its_own_instance(self, home, ec2, instance, profile):
        added = ec2.associate_iam_instance_profile(InstanceId=instance, IamInstanceProfile={"Name": profile})
        id = added["IamInstanceProfileAssociation"]["AssociationId"]
        of_another = home.user(None, allow("ec2:*", arn(home, "instance", "i-0a"))).client("ec2")
        with refused("UnauthorizedOperation", 403, re.compile(f".*instance/{instance} .*", re.DOTALL)):
            of_another.disassociate_iam_instance_profile(AssociationId=id)
        own = home.user(None, allow("ec2:*", arn(home, "instance", instance))).client("ec2")
        with refused("UnauthorizedOperation", 403, re.compile(".*iam:PassRole.*", re.DOTALL)):
            own.replace_iam_instance_profile_association(
                AssociationId=id, IamInstanceProfile={"Name": profile}
            )
        own.disassociate_iam_instance_profile(AssociationId=id)


class TestNames:
    @pytest.fixture
    def group(self, ec2, default_vpc):
        made = ec2.create_security_group(GroupName="by-name", Description="d", VpcId=default_vpc)
        yield made["GroupId"]
        found = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["by-name"]}])
        for left in found["SecurityGroups"]:
            ec2.delete_security_group(GroupId=left["GroupId"])

    def test_a_group_is_known_by_its_name(self, home, ec2, group):
        of_another = home.user(None, allow("ec2:*", arn(home, "security-group", "sg-0a"))).client("ec2")
        own = home.user(None, allow("ec2:*", arn(home, "security-group", group))).client("ec2")
        rule = {
            "IpProtocol": "tcp",
            "FromPort": 80,
            "ToPort": 80,
            "IpRanges": [{"CidrIp": "192.0.2.0/24"}],
        }
        with refused("UnauthorizedOperation", 403, re.compile(f".*security-group/{group} .*", re.DOTALL)):
            of_another.authorize_security_group_ingress(GroupName="by-name", IpPermissions=[rule])
        own.authorize_security_group_ingress(GroupName="by-name", IpPermissions=[rule])
        (found,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
        assert len(found["IpPermissions"]) == 1
        with refused("UnauthorizedOperation", 403):
            of_another.delete_security_group(GroupName="by-name")
        with refused("InvalidGroup.NotFound", 400):
            own.delete_security_group(GroupName="by-*")
        own.delete_security_group(GroupName="by-name")

    def test_a_launch_with_a_group_by_its_name_gets_the_one_that_was_decided_on(
        self, home, ec2, image, group
    ):
        run = {"ImageId": image, "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"}
        parts = ["instance/*", "volume/*", "network-interface/*", "subnet/*"]
        resources = [f"arn:aws:ec2:{REGION}:{home.id}:{part}" for part in parts]
        resources.append(f"arn:aws:ec2:{REGION}::image/{image}")
        user = home.user(None, allow("ec2:RunInstances", resources)).client("ec2")
        with refused("UnauthorizedOperation", 403, re.compile(f".*security-group/{group} .*", re.DOTALL)):
            user.run_instances(**run, SecurityGroups=["by-name"])
        own = home.user(
            None, allow("ec2:RunInstances", [*resources, arn(home, "security-group", group)])
        ).client("ec2")
        made = own.run_instances(**run, SecurityGroups=["by-name"])["Instances"][0]
        assert [found["GroupId"] for found in made["SecurityGroups"]] == [group]
        ec2.terminate_instances(InstanceIds=[made["InstanceId"]])

    def test_a_key_pair_is_known_by_its_id(self, home, ec2):
        id = ec2.create_key_pair(KeyName="by-id")["KeyPairId"]
        with refused("UnauthorizedOperation", 403, re.compile(".*key-pair/by-id .*", re.DOTALL)):
            home.user(None, allow("ec2:*", arn(home, "key-pair", "other"))).client("ec2").delete_key_pair(
                KeyPairId=id
            )
        home.user(None, allow("ec2:*", arn(home, "key-pair", "by-id"))).client("ec2").delete_key_pair(
            KeyPairId=id
        )
        assert ec2.describe_key_pairs(Filters=[{"Name": "key-name", "Values": ["by-id"]}])["KeyPairs"] == []

    def test_a_key_pair_is_tagged_by_its_id(self, home, ec2):
        id = ec2.create_key_pair(KeyName="tagged")["KeyPairId"]
        tags = {"Resources": [id], "Tags": [{"Key": "team", "Value": "red"}]}
        of_another = home.user(None, allow("ec2:*", arn(home, "key-pair", "other"))).client("ec2")
        with refused("UnauthorizedOperation", 403, re.compile(".*key-pair/tagged .*", re.DOTALL)):
            of_another.create_tags(**tags)
        home.user(None, allow("ec2:*", arn(home, "key-pair", "tagged"))).client("ec2").create_tags(**tags)
        (found,) = ec2.describe_key_pairs(KeyPairIds=[id])["KeyPairs"]
        assert found["Tags"] == tags["Tags"]

    def test_a_request_for_spot_instances_needs_what_it_uses(self, home, ec2, image, subnet, group):
        asked = {
            "ImageId": image,
            "InstanceType": "t3.micro",
            "SubnetId": subnet,
            "SecurityGroupIds": [group],
        }
        parts = ["spot-instances-request/*", "network-interface/*", f"security-group/{group}"]
        resources = [f"arn:aws:ec2:{REGION}:{home.id}:{part}" for part in parts]
        resources.append(f"arn:aws:ec2:{REGION}::image/{image}")
        user = home.user(None, allow("ec2:RequestSpotInstances", resources)).client("ec2")
        with refused("UnauthorizedOperation", 403, re.compile(f".*subnet/{subnet} .*", re.DOTALL)):
            user.request_spot_instances(LaunchSpecification=asked)
        own = home.user(None, allow("ec2:RequestSpotInstances", [*resources, arn(home, "subnet", subnet)]))
        made = own.client("ec2").request_spot_instances(LaunchSpecification=asked)["SpotInstanceRequests"]
        instances = [found["InstanceId"] for found in made if "InstanceId" in found]
        if instances:
            ec2.terminate_instances(InstanceIds=instances)


class TestLaunchTemplates:
    @pytest.fixture
    def template(self, ec2, image, subnet, default_vpc):
        """A template with two versions, of which the first is the default one."""
        filters = [
            {"Name": "vpc-id", "Values": [default_vpc]},
            {"Name": "group-name", "Values": ["default"]},
        ]
        group = ec2.describe_security_groups(Filters=filters)["SecurityGroups"][0]["GroupId"]
        data = {
            "ImageId": image,
            "InstanceType": "t3.micro",
            "NetworkInterfaces": [{"DeviceIndex": 0, "SubnetId": subnet, "Groups": [group]}],
            "TagSpecifications": [
                {"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "red"}]},
            ],
        }
        made = ec2.create_launch_template(LaunchTemplateName="small", LaunchTemplateData=data)
        id = made["LaunchTemplate"]["LaunchTemplateId"]
        ec2.create_launch_template_version(
            LaunchTemplateId=id, LaunchTemplateData={**data, "InstanceType": "m5.large"}
        )
        yield id
        ec2.delete_launch_template(LaunchTemplateId=id)

    def resources(self, home, image, *others: str) -> list[str]:
        parts = ["volume/*", "network-interface/*", "subnet/*", "security-group/*", *others]
        return [f"arn:aws:ec2:{REGION}:{home.id}:{part}" for part in parts] + [
            f"arn:aws:ec2:{REGION}::image/{image}"
        ]

    @pytest.fixture
    def launcher(self, home, image, template):
        """Who may launch small instances of the red team by this one template."""
        small = {
            "StringEquals": {"ec2:InstanceType": "t3.micro"},
            "ArnEquals": {"ec2:LaunchTemplate": arn(home, "launch-template", template)},
        }
        red = {
            "StringEquals": {"ec2:CreateAction": "RunInstances", "aws:RequestTag/team": "red"},
            "ForAllValues:StringEquals": {"aws:TagKeys": ["team"]},
        }
        return home.user(
            None,
            allow("ec2:RunInstances", self.resources(home, image, f"launch-template/{template}")),
            allow("ec2:RunInstances", arn(home, "instance", "*"), **small),
            allow("ec2:CreateTags", arn(home, "instance", "*"), **red),
        ).client("ec2")

    RUN = {"MinCount": 1, "MaxCount": 1}

    def test_what_the_template_says_is_decided_on(self, home, ec2, launcher, template, subnet):
        for called in ({"LaunchTemplateId": template}, {"LaunchTemplateName": "small"}):
            (made,) = launcher.run_instances(**self.RUN, LaunchTemplate=called)["Instances"]
            assert (made["InstanceType"], made["SubnetId"]) == ("t3.micro", subnet)
            for version in ("$Latest", "2"):
                with refused("UnauthorizedOperation", 403, re.compile(r".*instance/\*.*", re.DOTALL)):
                    launcher.run_instances(**self.RUN, LaunchTemplate={**called, "Version": version})
        with refused("InvalidLaunchTemplateId.VersionNotFound", 400):
            launcher.run_instances(**self.RUN, LaunchTemplate={"LaunchTemplateId": template, "Version": "9"})
        with refused("InvalidLaunchTemplateName.NotFoundException", 400):
            launcher.run_instances(**self.RUN, LaunchTemplate={"LaunchTemplateName": "none"})

    def test_what_a_request_says_overwrites_the_template(self, home, launcher, template):
        with_template = {**self.RUN, "LaunchTemplate": {"LaunchTemplateId": template}}
        with refused("UnauthorizedOperation", 403, re.compile(r".*instance/\*.*", re.DOTALL)):
            launcher.run_instances(**with_template, InstanceType="m5.large")
        latest = {**self.RUN, "LaunchTemplate": {"LaunchTemplateId": template, "Version": "$Latest"}}
        launcher.run_instances(**latest, InstanceType="t3.micro")
        blue = [{"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "blue"}]}]
        with refused("UnauthorizedOperation", 403, re.compile(r".*ec2:CreateTags.*", re.DOTALL)):
            launcher.run_instances(**with_template, TagSpecifications=blue)

    def test_the_template_itself_is_needed(self, home, image, template):
        others = self.resources(home, image, "instance/*", "launch-template/lt-0a")
        user = home.user(None, allow("ec2:RunInstances", others), allow("ec2:CreateTags")).client("ec2")
        with refused("UnauthorizedOperation", 403, re.compile(f".*launch-template/{template} .*", re.DOTALL)):
            user.run_instances(**self.RUN, LaunchTemplate={"LaunchTemplateId": template})
        with refused("UnauthorizedOperation", 403):
            user.delete_launch_template(LaunchTemplateName="small")

    def test_a_launch_may_be_held_to_what_the_template_says(self, home, template):
        only = {
            "ArnEquals": {"ec2:LaunchTemplate": arn(home, "launch-template", template)},
            "Bool": {"ec2:IsLaunchTemplateResource": "true"},
        }
        user = home.user(None, allow("ec2:RunInstances", **only), allow("ec2:CreateTags")).client("ec2")
        user.run_instances(**self.RUN, LaunchTemplate={"LaunchTemplateId": template})
        with refused("UnauthorizedOperation", 403):
            user.run_instances(
                **self.RUN, LaunchTemplate={"LaunchTemplateId": template}, InstanceType="t3.micro"
            )
