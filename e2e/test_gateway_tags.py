"""Conditions on the tags of objects, in front of moto's S3."""

import pytest

from harness.policies import allow, bucket_arn, objects, whole
from harness.refusal import denied_by_s3, refused


@pytest.fixture
def tenant(tagging_gateway, request):
    return tagging_gateway.account(request.node.name[:50])


@pytest.fixture
def bucket(tenant) -> str:
    name = tenant.bucket()
    for key, tagging in (
        ("red", {"Tagging": "team=red"}),
        ("blue", {"Tagging": "team=blue&more=x"}),
        ("plain", {}),
    ):
        tenant.root.s3.put_object(Bucket=name, Key=key, Body=key.encode(), **tagging)
    return name


def tags(**pairs) -> dict:
    return {"TagSet": [{"Key": key, "Value": value} for key, value in pairs.items()]}


class TestExistingTags:
    def test_only_the_objects_of_the_team(self, tenant, bucket):
        red = {"StringEquals": {"s3:ExistingObjectTag/team": "red"}}
        user = tenant.user("dev", allow("s3:GetObject", objects(bucket), **red))
        assert user.s3.get_object(Bucket=bucket, Key="red")["Body"].read() == b"red"
        for key in ("blue", "plain"):
            with denied_by_s3(user, "s3:GetObject", f"{bucket_arn(bucket)}/{key}"):
                user.s3.get_object(Bucket=bucket, Key=key)

    def test_the_tags_of_the_user_and_of_the_object_agree(self, tenant, bucket):
        same = {"StringEquals": {"s3:ExistingObjectTag/team": "${aws:PrincipalTag/team}"}}
        user = tenant.user(
            "dev", allow("s3:GetObject", objects(bucket), **same), Tags=[{"Key": "team", "Value": "blue"}]
        )
        assert user.s3.get_object(Bucket=bucket, Key="blue")["Body"].read() == b"blue"
        with refused("AccessDenied", 403):
            user.s3.get_object(Bucket=bucket, Key="red")

    def test_a_tag_that_changes_changes_who_may(self, tenant, bucket):
        red = {"StringEquals": {"s3:ExistingObjectTag/team": "red"}}
        user = tenant.user("dev", allow(["s3:GetObject", "s3:GetObjectTagging"], objects(bucket), **red))
        user.s3.get_object_tagging(Bucket=bucket, Key="red")
        tenant.root.s3.put_object_tagging(Bucket=bucket, Key="red", Tagging=tags(team="blue"))
        with refused("AccessDenied", 403):
            user.s3.get_object(Bucket=bucket, Key="red")
        with refused("AccessDenied", 403):
            user.s3.get_object_tagging(Bucket=bucket, Key="red")
        tenant.root.s3.put_object_tagging(Bucket=bucket, Key="plain", Tagging=tags(team="red"))
        user.s3.get_object(Bucket=bucket, Key="plain")

    def test_an_object_that_is_not_there_has_no_tags(self, tenant, bucket):
        red = {"StringEquals": {"s3:ExistingObjectTag/team": "red"}}
        user = tenant.user("dev", allow("s3:GetObject", objects(bucket), **red))
        with refused("AccessDenied", 403):
            user.s3.get_object(Bucket=bucket, Key="missing")

    def test_a_deny_by_tag(self, tenant, bucket):
        blue = {"StringEquals": {"s3:ExistingObjectTag/team": "blue"}}
        user = tenant.user(
            "dev", allow("s3:*"), allow("s3:GetObject") | {"Effect": "Deny", "Condition": blue}
        )
        user.s3.get_object(Bucket=bucket, Key="red")
        user.s3.get_object(Bucket=bucket, Key="plain")
        with refused("AccessDenied", 403):
            user.s3.get_object(Bucket=bucket, Key="blue")


class TestTagsOfTheRequest:
    def test_only_with_the_tag_of_the_team(self, tenant, bucket):
        red = {"StringEquals": {"s3:RequestObjectTag/team": "red"}}
        user = tenant.user("dev", allow(["s3:PutObject", "s3:PutObjectTagging"], objects(bucket), **red))
        user.s3.put_object(Bucket=bucket, Key="new", Body=b"x", Tagging="team=red")
        found = tenant.root.s3.get_object_tagging(Bucket=bucket, Key="new")["TagSet"]
        assert found == [{"Key": "team", "Value": "red"}]
        user.s3.put_object_tagging(Bucket=bucket, Key="new", Tagging=tags(team="red", more="x"))
        for tagging in ({}, {"Tagging": "team=blue"}):
            with refused("AccessDenied", 403):
                user.s3.put_object(Bucket=bucket, Key="other", Body=b"x", **tagging)
        with refused("AccessDenied", 403):
            user.s3.put_object_tagging(Bucket=bucket, Key="new", Tagging=tags(team="blue"))
        with refused("NoSuchKey", 404):
            tenant.root.s3.get_object(Bucket=bucket, Key="other")

    def test_no_tags_but_these(self, tenant, bucket):
        known = {"ForAllValues:StringEquals": {"s3:RequestObjectTagKeys": ["team", "cost"]}}
        user = tenant.user("dev", allow(["s3:PutObject", "s3:PutObjectTagging"], objects(bucket), **known))
        user.s3.put_object(Bucket=bucket, Key="new", Body=b"x", Tagging="team=red&cost=1")
        with refused("AccessDenied", 403):
            user.s3.put_object(Bucket=bucket, Key="new", Body=b"x", Tagging="team=red&other=1")

    def test_tagging_while_writing_needs_both_permissions(self, tenant, bucket):
        user = tenant.user("dev", allow("s3:PutObject", objects(bucket)))
        user.s3.put_object(Bucket=bucket, Key="new", Body=b"x")
        with denied_by_s3(user, "s3:PutObjectTagging", f"{bucket_arn(bucket)}/new"):
            user.s3.put_object(Bucket=bucket, Key="new", Body=b"x", Tagging="team=red")

    @pytest.mark.parametrize(
        "tagging", ["team=red&team=blue", "=x", "&".join(f"k{n}=v" for n in range(11)), "a=%zz"]
    )
    def test_tags_that_are_none(self, tenant, bucket, tagging):
        with refused("InvalidArgument", 400):
            tenant.root.s3.put_object(Bucket=bucket, Key="new", Body=b"x", Tagging=tagging)


class TestVersions:
    def test_a_version_is_another_permission(self, tenant, bucket):
        tenant.root.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        old = tenant.root.s3.put_object(Bucket=bucket, Key="k", Body=b"old")["VersionId"]
        tenant.root.s3.put_object(Bucket=bucket, Key="k", Body=b"new")
        now = tenant.user("now", allow("s3:GetObject", objects(bucket)))
        assert now.s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"new"
        with denied_by_s3(now, "s3:GetObjectVersion", f"{bucket_arn(bucket)}/k"):
            now.s3.get_object(Bucket=bucket, Key="k", VersionId=old)
        both = tenant.user("both", allow(["s3:GetObject", "s3:GetObjectVersion"], objects(bucket)))
        assert both.s3.get_object(Bucket=bucket, Key="k", VersionId=old)["Body"].read() == b"old"
        with denied_by_s3(both, "s3:DeleteObjectVersion", f"{bucket_arn(bucket)}/k"):
            both.s3.delete_object(Bucket=bucket, Key="k", VersionId=old)

    def test_sub_resources_have_actions_of_their_own(self, tenant, bucket):
        user = tenant.user("dev", allow(["s3:GetObject", "s3:ListBucket"], whole(bucket)))
        for call, action in (
            (lambda: user.s3.get_bucket_versioning(Bucket=bucket), "s3:GetBucketVersioning"),
            (lambda: user.s3.get_bucket_tagging(Bucket=bucket), "s3:GetBucketTagging"),
            (
                lambda: user.s3.get_bucket_lifecycle_configuration(Bucket=bucket),
                "s3:GetLifecycleConfiguration",
            ),
            (lambda: user.s3.list_object_versions(Bucket=bucket), "s3:ListBucketVersions"),
            (lambda: user.s3.list_multipart_uploads(Bucket=bucket), "s3:ListBucketMultipartUploads"),
            (lambda: user.s3.get_bucket_cors(Bucket=bucket), "s3:GetBucketCORS"),
            (lambda: user.s3.get_bucket_location(Bucket=bucket), "s3:GetBucketLocation"),
        ):
            with denied_by_s3(user, action, bucket_arn(bucket)):
                call()
