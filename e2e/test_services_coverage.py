"""Services whose requests name things in ways of their own, with boto3 and moto: the right resource passes, another does not.

Each test makes what it needs as the root user and then acts as a user whose policy names one of two.
"""

import re

import pytest

from harness.policies import allow, deny
from harness.refusal import refused

REGION = "us-east-1"


@pytest.fixture
def name(request) -> str:
    """A name that no other test uses."""
    return re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[:40].strip("-")


@pytest.fixture
def arn(home):
    return lambda service, resource: f"arn:aws:{service}:{REGION}:{home.id}:{resource}"


class TestDatabases:
    @pytest.fixture
    def databases(self, home, name):
        rds = home.root.client("rds")
        for which in ("own", "other"):
            rds.create_db_instance(
                DBInstanceIdentifier=f"{name}-{which}",
                DBInstanceClass="db.t3.micro",
                Engine="mysql",
                AllocatedStorage=20,
                MasterUsername="shop",
                MasterUserPassword="correct-horse",
            )
        return f"{name}-own", f"{name}-other"

    def test_tags_are_those_of_the_database_whose_arn_is_given(self, home, arn, databases):
        own, other = (arn("rds", f"db:{which}") for which in databases)
        actions = ["rds:AddTagsToResource", "rds:ListTagsForResource", "rds:RemoveTagsFromResource"]
        rds = home.user(None, allow(actions, own)).client("rds")
        rds.add_tags_to_resource(ResourceName=own, Tags=[{"Key": "team", "Value": "shop"}])
        assert rds.list_tags_for_resource(ResourceName=own)["TagList"] == [{"Key": "team", "Value": "shop"}]
        rds.remove_tags_from_resource(ResourceName=own, TagKeys=["team"])
        with refused("AccessDenied", 403):
            rds.add_tags_to_resource(ResourceName=other, Tags=[{"Key": "team", "Value": "shop"}])
        with refused("AccessDenied", 403):
            rds.list_tags_for_resource(ResourceName=other)

    def test_a_replica_needs_the_database_that_it_follows(self, home, name, arn, databases):
        own, other = databases
        replica = arn("rds", f"db:{name}-replica")
        user = home.user(None, allow("rds:CreateDBInstanceReadReplica", [replica, arn("rds", f"db:{own}")]))
        create = user.client("rds").create_db_instance_read_replica
        create(DBInstanceIdentifier=f"{name}-replica", SourceDBInstanceIdentifier=own)
        with refused("AccessDenied", 403):
            create(DBInstanceIdentifier=f"{name}-replica", SourceDBInstanceIdentifier=other)


class TestGroupsOfQuickSight:
    def test_a_group_is_in_its_namespace(self, home, name, arn):
        actions = ["quicksight:DescribeGroup", "quicksight:DeleteGroup"]
        quicksight = home.root.client("quicksight")
        where = {"AwsAccountId": home.id, "Namespace": "default"}
        for which in ("own", "other"):
            quicksight.create_group(GroupName=f"{name}-{which}", **where)
        user = home.user(None, allow(actions, arn("quicksight", f"group/default/{name}-own")))
        quicksight = user.client("quicksight")
        assert (
            quicksight.describe_group(GroupName=f"{name}-own", **where)["Group"]["GroupName"] == f"{name}-own"
        )
        quicksight.delete_group(GroupName=f"{name}-own", **where)
        with refused("AccessDeniedException"):
            quicksight.describe_group(GroupName=f"{name}-other", **where)


class TestTablesOfBuckets:
    def test_a_table_is_denied_by_its_name(self, home, name, arn):
        tables = home.root.client("s3tables")
        bucket = tables.create_table_bucket(name=name)["arn"]
        tables.create_namespace(tableBucketARN=bucket, namespace=["sales"])
        for which in ("own", "other"):
            tables.create_table(tableBucketARN=bucket, namespace="sales", name=which, format="ICEBERG")
        user = home.user(
            None,
            allow("s3tables:*", f"{bucket}/table/*"),
            deny("s3tables:*", f"{bucket}/table/*", StringEquals={"s3tables:tableName": "other"}),
        )
        tables = user.client("s3tables")
        assert tables.get_table_metadata_location(tableBucketARN=bucket, namespace="sales", name="own")
        with refused("AccessDeniedException"):
            tables.delete_table(tableBucketARN=bucket, namespace="sales", name="other")


class TestMail:
    def test_whoever_may_not_send_from_the_domain_may_not_from_an_address_in_it(self, home, arn):
        ses = home.root.client("ses")
        for domain in ("shop.example", "bank.example"):
            ses.verify_domain_identity(Domain=domain)
        mail = {
            "Destination": {"ToAddresses": ["bob@example.org"]},
            "Message": {"Subject": {"Data": "a"}, "Body": {"Text": {"Data": "a"}}},
        }
        user = home.user(
            None, allow("ses:SendEmail"), deny("ses:SendEmail", arn("ses", "identity/bank.example"))
        )
        ses = user.client("ses")
        assert ses.send_email(Source="Anna <anna@shop.example>", **mail)["MessageId"]
        with refused("AccessDenied", 403):
            ses.send_email(Source="anna@bank.example", **mail)


class TestTagsOfCaches:
    def test_tags_are_those_of_the_group_whose_arn_is_given(self, home, name, arn):
        cache = home.root.client("elasticache")
        for which in ("own", "other"):
            cache.create_cache_cluster(
                CacheClusterId=f"{name[:20]}-{which}"[-40:],
                CacheNodeType="cache.t3.micro",
                Engine="memcached",
                NumCacheNodes=1,
            )
        own, other = (arn("elasticache", f"cluster:{name[:20]}-{which}") for which in ("own", "other"))
        cache = home.user(None, allow("elasticache:ListTagsForResource", own)).client("elasticache")
        assert cache.list_tags_for_resource(ResourceName=own)["TagList"] == []
        with refused("AccessDenied", 403):
            cache.list_tags_for_resource(ResourceName=other)


class TestBots:
    def test_a_bot_is_decided_on_by_its_id(self, home, name, arn):
        lex = home.root.client("lexv2-models")
        ids = []
        for which in ("own", "other"):
            bot = lex.create_bot(
                botName=f"{name}-{which}",
                roleArn=f"arn:aws:iam::{home.id}:role/lex",
                dataPrivacy={"childDirected": False},
                idleSessionTTLInSeconds=60,
            )
            ids.append(bot["botId"])
        own, other = ids
        lex = home.user(None, allow("lex:*", arn("lex", f"bot/{own}"))).client("lexv2-models")
        assert lex.describe_bot(botId=own)["botId"] == own
        with refused("AccessDeniedException"):
            lex.describe_bot(botId=other)
