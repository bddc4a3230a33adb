"""Requests to services that mean one thing to the gateway and could mean another to the server behind."""

import json
import urllib.parse

import pytest
from botocore.config import Config

from harness import wire
from harness.policies import allow

REGION = "us-east-1"
ELSEWHERE = Config(region_name="eu-west-1", retries={"max_attempts": 0})

TABLE = {
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


def arn(home, service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{home.id}:{resource}"


def ask(identity, service: str, target: str, content_type="application/x-amz-json-1.1", **members):
    """One call in JSON, as it is written here."""
    return wire.post(
        identity,
        json.dumps(members).encode(),
        service=service,
        content_type=content_type,
        extra_headers={"x-amz-target": target},
    )


class TestTextsThatLookLikeForms:
    """moto takes a body of any kind for a form as well, and does what an `Action` in it says."""

    def test_an_item_of_a_table_drops_no_other(self, home):
        root = home.root.client("dynamodb")
        for name in ("attack-own", "attack-other"):
            root.create_table(TableName=name, **TABLE)
        user = home.user(None, allow("dynamodb:PutItem", arn(home, "dynamodb", "table/attack-own")))
        key = "&Action=DeleteTable&TableName=attack-other&"
        item = {"id": {"S": key}}
        answer = ask(user, "dynamodb", "DynamoDB_20120810.PutItem", TableName="attack-own", Item=item)
        assert (answer.status, answer.body) == (200, b"{}")
        assert {"attack-own", "attack-other"} <= set(root.list_tables()["TableNames"])
        assert root.get_item(TableName="attack-own", Key={"id": {"S": key}})["Item"] == item

    def test_a_value_reads_no_secret(self, home):
        root = home.root.client("secretsmanager")
        own = root.create_secret(Name="attack-own", SecretString="mine")["ARN"]
        root.create_secret(Name="attack-other", SecretString="theirs")
        user = home.user(None, allow("secretsmanager:PutSecretValue", own))
        text = "&Action=GetSecretValue&SecretId=attack-other&"
        answer = ask(
            user,
            "secretsmanager",
            "secretsmanager.PutSecretValue",
            SecretId=own,
            ClientRequestToken="a" * 32,
            SecretString=text,
        )
        assert answer.status == 200
        assert "theirs" not in answer.text
        assert root.get_secret_value(SecretId=own)["SecretString"] == text

    def test_a_name_that_is_looked_up_deletes_nothing(self, home):
        """Before anything is decided, and with the credentials of the gateway."""
        root = home.root.client("secretsmanager")
        root.create_secret(Name="attack-victim", SecretString="theirs")
        user = home.user(None, allow("sqs:ListQueues"))
        name = "a&Action=DeleteSecret&SecretId=attack-victim&"
        answer = ask(user, "secretsmanager", "secretsmanager.GetSecretValue", SecretId=name)
        assert answer.status == 400
        assert root.get_secret_value(SecretId="attack-victim")["SecretString"] == "theirs"

    def test_a_message_deletes_no_queue(self, home):
        root = home.root.client("sqs")
        url = root.create_queue(QueueName="attack-own")["QueueUrl"]
        user = home.user(None, allow("sqs:SendMessage", arn(home, "sqs", "attack-own")))
        body = "&Action=DeleteQueue&"
        answer = ask(user, "sqs", "AmazonSQS.SendMessage", QueueUrl=url, MessageBody=body)
        assert answer.status == 200
        assert root.receive_message(QueueUrl=url)["Messages"][0]["Body"] == body

    def test_a_name_in_a_statement_reads_no_other_table(self, home):
        root = home.root.client("dynamodb")
        for name in ("attack-mine", "attack-theirs"):
            root.create_table(TableName=name, **TABLE)
        root.put_item(TableName="attack-theirs", Item={"id": {"S": "1"}, "told": {"S": "nobody"}})
        user = home.user(None, allow("dynamodb:PartiQLSelect", arn(home, "dynamodb", "table/attack-mine")))
        name = "x FROM attack-theirs WHERE id IS NOT MISSING "
        statement = f"""SELECT told, "{name}" FROM "attack-mine" WHERE id='1'"""
        answer = ask(
            user,
            "dynamodb",
            "DynamoDB_20120810.ExecuteStatement",
            "application/x-amz-json-1.0",
            Statement=statement,
        )
        assert answer.status == 400
        assert "nobody" not in answer.text

    @pytest.mark.parametrize(
        ("content_type", "body", "status"),
        [
            ("application/json", '{"a":"&Action=ListFunctions&"}', 404),
            ("text/plain", "Action=ListFunctions", 404),
            ("application/x-www-form-urlencoded", "Action=ListFunctions", 400),
            (
                "multipart/form-data; boundary=b",
                '--b\r\nContent-Disposition: form-data; name="Action"\r\n\r\nListFunctions\r\n--b--\r\n',
                400,
            ),
        ],
    )
    def test_a_payload_is_no_other_operation(self, home, content_type, body, status):
        user = home.user(None, allow("lambda:InvokeFunction"))
        answer = wire.post(
            user,
            body.encode(),
            service="lambda",
            path="/2015-03-31/functions/none/invocations",
            content_type=content_type,
        )
        assert answer.status == status
        assert "Functions" not in answer.text

    def test_a_parameter_of_an_export_is_no_operation(self, home):
        root = home.root.client("apigateway")
        api = root.create_rest_api(name="attacked")["id"]
        user = home.user(None, allow("apigateway:*"))
        answer = wire.post(
            user,
            b"{}",
            service="apigateway",
            method="PUT",
            path=f"/restapis/{api}",
            query=urllib.parse.urlencode({"Action": "DeleteRestApi"}),
            content_type="application/json",
        )
        assert answer.status == 400
        assert root.get_rest_api(restApiId=api)["name"] == "attacked"


def get(identity, service: str, path: str = "/", **parameters):
    """One call by GET, its parameters in the order in which they are signed."""
    query = urllib.parse.urlencode(sorted(parameters.items()), quote_via=urllib.parse.quote)
    return wire.post(identity, b"", service=service, method="GET", path=path, query=query, content_type=None)


class TestAddresses:
    """moto takes the region from anywhere in an address, and has paths of its own, which ask for no permission."""

    def test_a_parameter_changes_nothing_in_another_region(self, home):
        theirs = home.root.client("ec2", ELSEWHERE)
        volume = theirs.create_volume(AvailabilityZone="eu-west-1a", Size=1)["VolumeId"]
        user = home.user(None, allow("ec2:CreateTags", arn(home, "ec2", "*")))
        tag = {"Tag.1.Key": "attacked", "Tag.1.Value": ".eu-west-1.amazonaws.com"}
        parameters = {"Action": "CreateTags", "Version": "2016-11-15", "ResourceId.1": volume}
        answer = get(user, "ec2", **parameters, **tag)
        assert answer.status == 400
        assert "Tags" not in theirs.describe_volumes(VolumeIds=[volume])["Volumes"][0]

    def test_a_parameter_reads_nothing_of_another_region(self, home):
        home.root.client("apigateway", ELSEWHERE).create_rest_api(name="attacked-elsewhere")
        user = home.user(None, allow("apigateway:GET", f"arn:aws:apigateway:{REGION}::/restapis"))
        answer = get(user, "apigateway", "/restapis", position=".eu-west-1.amazonaws.com")
        assert answer.status == 200
        assert "attacked-elsewhere" not in answer.text

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_a_path_of_the_server_is_no_queue(self, home, method):
        user = home.user(None, allow("sqs:ListQueues"))
        form, path = "Action=ListQueues&Version=2012-11-05", "/moto-api/data.json"
        if method == "GET":
            answer = get(user, "sqs", path, Action="ListQueues", Version="2012-11-05")
        else:
            answer = wire.post(user, form.encode(), service="sqs", path=path)
        assert answer.status == 400
        assert "dynamodb" not in answer.text


@pytest.mark.parametrize("cluster", ["own-a/attacked", "arn:aws:ecs:us-east-1:{}:cluster/own-a/attacked"])
def test_what_stands_behind_a_slash_is_not_deleted(home, cluster):
    """moto takes what stands behind the last slash for the name, and to policies it begins with another."""
    root = home.root.client("ecs")
    root.create_cluster(clusterName="attacked")
    user = home.user(None, allow("ecs:DeleteCluster", arn(home, "ecs", "cluster/own-*")))
    target = "AmazonEC2ContainerServiceV20141113.DeleteCluster"
    answer = ask(user, "ecs", target, cluster=cluster.format(home.id))
    assert answer.status == 400
    assert root.describe_clusters(clusters=["attacked"])["clusters"][0]["status"] == "ACTIVE"
