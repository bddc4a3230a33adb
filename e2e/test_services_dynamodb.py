"""DynamoDB behind the gateway: tables, rows by their leading keys, attributes, batches and transactions."""

import re

import pytest

from harness.policies import allow
from harness.refusal import refused

REGION = "us-east-1"


@pytest.fixture
def name(request) -> str:
    return re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[:40].strip("-")


@pytest.fixture
def tables(home, name) -> list[str]:
    """Two tables of rows by owner and number."""
    root = home.root.client("dynamodb")
    made = [f"{name}-{which}" for which in ("own", "other")]
    for table in made:
        root.create_table(
            TableName=table,
            KeySchema=[
                {"AttributeName": "owner", "KeyType": "HASH"},
                {"AttributeName": "number", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "owner", "AttributeType": "S"},
                {"AttributeName": "number", "AttributeType": "N"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        for owner in ("ann", "bob"):
            root.put_item(TableName=table, Item=row(owner, 1) | {"secret": {"S": owner}})
    return made


def row(owner: str, number: int) -> dict:
    return {"owner": {"S": owner}, "number": {"N": str(number)}}


def table_arn(home, table: str) -> str:
    return f"arn:aws:dynamodb:{REGION}:{home.id}:table/{table}"


def denied():
    return refused("AccessDeniedException", 400)


class TestTables:
    def test_a_user_reads_one_table(self, home, tables):
        own, other = tables
        user = home.user(None, allow(["dynamodb:GetItem", "dynamodb:Query"], table_arn(home, own)))
        client = user.client("dynamodb")
        assert client.get_item(TableName=own, Key=row("ann", 1))["Item"]["secret"] == {"S": "ann"}
        # By its ARN too, as the upstream or as Lanyard writes it.
        assert "Item" in client.get_item(
            TableName=home.root.client("dynamodb").describe_table(TableName=own)["Table"]["TableArn"],
            Key=row("ann", 1),
        )
        text = (
            f"User: {user.arn} is not authorized to perform: dynamodb:GetItem on resource: "
            f"{table_arn(home, other)} because no identity-based policy allows the dynamodb:GetItem action"
        )
        with refused("AccessDeniedException", 400, text):
            client.get_item(TableName=other, Key=row("ann", 1))
        with denied():
            client.put_item(TableName=own, Item=row("ann", 2))

    def test_every_table_of_a_batch_is_needed(self, home, tables):
        own, other = tables
        user = home.user(
            None, allow(["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"], table_arn(home, own))
        )
        client = user.client("dynamodb")
        keys = {"Keys": [row("ann", 1), row("bob", 1)]}
        found = client.batch_get_item(RequestItems={own: keys})["Responses"][own]
        assert len(found) == 2
        with denied():
            client.batch_get_item(RequestItems={own: keys, other: keys})
        put = [{"PutRequest": {"Item": row("ann", 9)}}]
        client.batch_write_item(RequestItems={own: put})
        with denied():
            client.batch_write_item(RequestItems={own: put, other: put})
        assert "Item" not in home.root.client("dynamodb").get_item(TableName=other, Key=row("ann", 9))

    def test_every_item_of_a_transaction_is_needed(self, home, tables):
        own, other = tables
        user = home.user(
            None,
            allow(["dynamodb:PutItem", "dynamodb:DeleteItem"], table_arn(home, own)),
            allow("dynamodb:PutItem", table_arn(home, other)),
        )
        client = user.client("dynamodb")
        put = [{"Put": {"TableName": table, "Item": row("ann", 5)}} for table in tables]
        client.transact_write_items(TransactItems=put)
        delete = [{"Delete": {"TableName": table, "Key": row("ann", 5)}} for table in tables]
        with denied():
            client.transact_write_items(TransactItems=delete)
        assert "Item" in home.root.client("dynamodb").get_item(TableName=own, Key=row("ann", 5))


class TestRows:
    @pytest.fixture
    def ann(self, home, tables):
        """May do what she likes with her own rows."""
        mine = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": "${aws:username}"}}
        actions = [
            f"dynamodb:{name}"
            for name in (
                "GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "BatchGetItem", "BatchWriteItem"
            )
        ]  # fmt: skip
        return home.user("ann", allow(actions, table_arn(home, tables[0]), **mine))

    @pytest.fixture(autouse=True)
    def no_ann_is_left(self, home):
        yield
        for key in home.iam.list_access_keys(UserName="ann")["AccessKeyMetadata"]:
            home.iam.delete_access_key(UserName="ann", AccessKeyId=key["AccessKeyId"])
        home.iam.delete_user_policy(UserName="ann", PolicyName="own")
        home.iam.delete_user(UserName="ann")

    def test_own_rows_and_no_others(self, ann, tables):
        client, table = ann.client("dynamodb"), tables[0]
        assert client.get_item(TableName=table, Key=row("ann", 1))["Item"]["secret"] == {"S": "ann"}
        client.put_item(TableName=table, Item=row("ann", 2))
        client.update_item(
            TableName=table,
            Key=row("ann", 2),
            UpdateExpression="SET note = :note",
            ExpressionAttributeValues={":note": {"S": "mine"}},
        )
        client.delete_item(TableName=table, Key=row("ann", 2))
        for number in (1, 2):
            with denied():
                client.get_item(TableName=table, Key=row("bob", number))
        with denied():
            client.put_item(TableName=table, Item=row("bob", 2))
        with denied():
            client.delete_item(TableName=table, Key=row("bob", 1))

    def test_a_query_says_whose_rows_it_wants(self, ann, tables):
        client, table = ann.client("dynamodb"), tables[0]

        def query(expression: str, owner: str, **parameters):
            values = {":owner": {"S": owner}}
            return client.query(
                TableName=table,
                KeyConditionExpression=expression,
                ExpressionAttributeValues=values,
                **parameters,
            )["Items"]

        names = {"ExpressionAttributeNames": {"#o": "owner"}}
        assert len(query("#o = :owner", "ann", **names)) == 1
        with denied():
            query("#o = :owner", "bob", **names)
        # A filter is applied after the rows were read.
        with denied():
            query("#o = :owner", "bob", FilterExpression="attribute_exists(secret)", **names)

    def test_a_batch_with_one_row_of_somebody_else(self, ann, tables):
        client, table = ann.client("dynamodb"), tables[0]
        client.batch_get_item(RequestItems={table: {"Keys": [row("ann", 1)]}})
        with denied():
            client.batch_get_item(RequestItems={table: {"Keys": [row("ann", 1), row("bob", 1)]}})
        with denied():
            client.batch_write_item(
                RequestItems={
                    table: [
                        {"PutRequest": {"Item": row("ann", 3)}},
                        {"DeleteRequest": {"Key": row("bob", 1)}},
                    ]
                }
            )


class TestAttributes:
    def test_a_user_reads_some_attributes(self, home, tables):
        some = {
            "ForAllValues:StringEquals": {"dynamodb:Attributes": ["owner", "number"]},
            "StringEqualsIfExists": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
        }
        user = home.user(None, allow("dynamodb:GetItem", table_arn(home, tables[0]), **some))
        client = user.client("dynamodb")
        names = {"ExpressionAttributeNames": {"#o": "owner", "#n": "number"}}
        read = client.get_item(TableName=tables[0], Key=row("ann", 1), ProjectionExpression="#o, #n", **names)
        assert set(read["Item"]) == {"owner", "number"}
        with denied():
            client.get_item(TableName=tables[0], Key=row("ann", 1), ProjectionExpression="secret")


def test_statements_are_decided_on_their_tables(home, tables):
    own, other = tables
    user = home.user(None, allow("dynamodb:PartiQLSelect", table_arn(home, own)))
    client = user.client("dynamodb")
    client.execute_statement(Statement=f"SELECT * FROM \"{own}\" WHERE owner = 'ann'")
    with denied():
        client.execute_statement(Statement=f"SELECT * FROM \"{other}\" WHERE owner = 'ann'")
    with denied():
        client.execute_statement(Statement=f"DELETE FROM \"{own}\" WHERE owner = 'ann' AND number = 1")
