"""Policies of buckets: who else may, across accounts and without any signature, and how that is stopped."""

import json

import pytest

from harness import s3_wire
from harness.policies import (
    allow,
    bucket_arn,
    deny,
    document,
    for_everyone,
    for_principal,
    objects,
    trust,
    whole,
)
from harness.refusal import denied_by_s3, denied_by_s3_explicitly, refused

OPEN = {
    "BlockPublicAcls": False,
    "IgnorePublicAcls": False,
    "BlockPublicPolicy": False,
    "RestrictPublicBuckets": False,
}
CLOSED = dict.fromkeys(OPEN, True)
RESOURCE_POLICY = "resource-based policy"


@pytest.fixture
def bucket(tenant) -> str:
    name = tenant.bucket()
    tenant.root.s3.put_object(Bucket=name, Key="shared/k", Body=b"shared")
    return name


def put_policy(tenant, bucket, *statements) -> None:
    tenant.root.s3.put_bucket_policy(Bucket=bucket, Policy=document(*statements))


def open_to_public(tenant, bucket) -> None:
    tenant.root.s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=OPEN)


def read_anonymously(gateway, bucket, key="shared/k"):
    return s3_wire.send(gateway.endpoint, s3_wire.anonymous(gateway.endpoint, "GET", f"/{bucket}/{key}"))


class TestAcrossAccounts:
    def test_both_sides_allow(self, tenant, other_tenant, bucket):
        guest = other_tenant.user("guest", allow("s3:GetObject", objects(bucket)))
        put_policy(
            tenant, bucket, for_principal(guest.arn, allow("s3:GetObject", objects(bucket, "shared/")))
        )
        assert guest.s3.get_object(Bucket=bucket, Key="shared/k")["Body"].read() == b"shared"
        with denied_by_s3(guest, "s3:GetObject", f"{bucket_arn(bucket)}/private", RESOURCE_POLICY):
            guest.s3.get_object(Bucket=bucket, Key="private")

    def test_the_account_of_the_guest_is_enough_of_a_name(self, tenant, other_tenant, bucket):
        guest = other_tenant.user("guest", allow("s3:*", whole(bucket)))
        stranger = other_tenant.user("stranger")
        put_policy(
            tenant, bucket, for_principal(other_tenant.root_arn, allow("s3:ListBucket", bucket_arn(bucket)))
        )
        guest.s3.list_objects_v2(Bucket=bucket)
        with denied_by_s3(stranger, "s3:ListBucket", bucket_arn(bucket)):
            stranger.s3.list_objects_v2(Bucket=bucket)

    def test_the_owners_side_must_allow(self, tenant, other_tenant, bucket, store):
        guest = other_tenant.user("guest", allow("s3:*"))
        watch = store.watch()
        with denied_by_s3(guest, "s3:GetObject", f"{bucket_arn(bucket)}/shared/k", RESOURCE_POLICY):
            guest.s3.get_object(Bucket=bucket, Key="shared/k")
        with denied_by_s3(other_tenant.root, "s3:ListBucket", bucket_arn(bucket), RESOURCE_POLICY):
            other_tenant.root.s3.list_objects_v2(Bucket=bucket)
        watch.check_nothing_came()

    def test_the_guests_side_must_allow(self, tenant, other_tenant, bucket):
        guest = other_tenant.user("guest")
        put_policy(tenant, bucket, for_principal(guest.arn, allow("s3:GetObject", objects(bucket))))
        with denied_by_s3(guest, "s3:GetObject", f"{bucket_arn(bucket)}/shared/k"):
            guest.s3.get_object(Bucket=bucket, Key="shared/k")

    def test_a_role_of_the_other_account(self, tenant, other_tenant, bucket):
        role = other_tenant.role(trust(other_tenant.root_arn), allow("s3:*", whole(bucket)), name="Reader")
        put_policy(tenant, bucket, for_principal(role, allow("s3:GetObject", objects(bucket))))
        session = other_tenant.user("dev", allow("sts:AssumeRole")).assume(role)
        assert session.s3.get_object(Bucket=bucket, Key="shared/k")["Body"].read() == b"shared"

    def test_a_guest_made_anew_under_the_same_name_is_another(self, tenant, other_tenant, bucket):
        guest = other_tenant.user("guest", allow("s3:*"))
        put_policy(tenant, bucket, for_principal(guest.arn, allow("s3:GetObject", objects(bucket))))
        guest.s3.get_object(Bucket=bucket, Key="shared/k")
        other_tenant.iam.delete_access_key(UserName="guest", AccessKeyId=guest.access_key_id)
        other_tenant.iam.delete_user_policy(UserName="guest", PolicyName="own")
        other_tenant.iam.delete_user(UserName="guest")
        again = other_tenant.user("guest", allow("s3:*"))
        with refused("AccessDenied", 403):
            again.s3.get_object(Bucket=bucket, Key="shared/k")

    def test_the_policy_itself_stays_with_the_owner(self, tenant, other_tenant, bucket):
        guest = other_tenant.user("guest", allow("s3:*"))
        put_policy(tenant, bucket, for_principal(guest.arn, allow("s3:*", whole(bucket))))
        with refused("MethodNotAllowed", 405):
            guest.s3.get_bucket_policy(Bucket=bucket)


class TestWithinTheAccount:
    def test_a_bucket_policy_alone_is_enough(self, tenant, bucket):
        user = tenant.user("dev")
        put_policy(tenant, bucket, for_principal(user.arn, allow("s3:GetObject", objects(bucket))))
        assert user.s3.get_object(Bucket=bucket, Key="shared/k")["Body"].read() == b"shared"

    def test_a_deny_of_the_bucket_beats_every_allow(self, tenant, bucket):
        user = tenant.user("dev", allow("s3:*"))
        put_policy(tenant, bucket, for_everyone(deny("s3:DeleteObject", objects(bucket))))
        arn = f"{bucket_arn(bucket)}/shared/k"
        for caller in (user, tenant.root):
            with denied_by_s3_explicitly(caller, "s3:DeleteObject", arn, "a resource-based policy"):
                caller.s3.delete_object(Bucket=bucket, Key="shared/k")

    def test_the_root_user_can_always_take_the_policy_away(self, tenant, bucket):
        put_policy(tenant, bucket, for_everyone(deny("s3:*", whole(bucket))))
        with refused("AccessDenied", 403):
            tenant.root.s3.list_objects_v2(Bucket=bucket)
        tenant.root.s3.delete_bucket_policy(Bucket=bucket)
        tenant.root.s3.list_objects_v2(Bucket=bucket)


class TestTheDocument:
    def test_it_is_kept_as_it_was_written_and_never_reaches_the_store(self, tenant, bucket, store):
        text = document(for_principal(tenant.root_arn, allow("s3:*", whole(bucket))))
        watch = store.watch()
        with refused("NoSuchBucketPolicy", 404):
            tenant.root.s3.get_bucket_policy(Bucket=bucket)
        tenant.root.s3.put_bucket_policy(Bucket=bucket, Policy=text)
        assert json.loads(tenant.root.s3.get_bucket_policy(Bucket=bucket)["Policy"]) == json.loads(text)
        tenant.root.s3.delete_bucket_policy(Bucket=bucket)
        with refused("NoSuchBucketPolicy", 404):
            tenant.root.s3.get_bucket_policy(Bucket=bucket)
        watch.check_nothing_came()

    def test_setting_it_needs_permission(self, tenant, bucket):
        user = tenant.user("dev", allow(["s3:GetObject", "s3:ListBucket"]))
        with denied_by_s3(user, "s3:PutBucketPolicy", bucket_arn(bucket)):
            user.s3.put_bucket_policy(
                Bucket=bucket, Policy=document(for_everyone(allow("s3:*", whole(bucket))))
            )
        with denied_by_s3(user, "s3:GetBucketPolicy", bucket_arn(bucket)):
            user.s3.get_bucket_policy(Bucket=bucket)

    @pytest.mark.parametrize(
        "statement",
        [
            allow("s3:GetObject", "arn:aws:s3:::another/*") | {"Principal": "*"},
            allow("s3:GetObject", "arn:aws:s3:::BUCKET/*"),
            allow("iam:ListUsers", "arn:aws:s3:::BUCKET/*") | {"Principal": "*"},
            allow("s3:GetObject", "arn:aws:s3:::BUCKET/*")
            | {"Principal": {"AWS": "arn:aws:iam::123456789012:user/nobody-there"}},
            allow("s3:NoSuchAction", "arn:aws:s3:::BUCKET/*") | {"Principal": "*"},
        ],
        ids=[
            "another bucket",
            "no principal",
            "another service",
            "a principal that is not there",
            "no such action",
        ],
    )
    def test_what_cannot_be_a_bucket_policy_is_refused(self, tenant, bucket, statement):
        open_to_public(tenant, bucket)
        text = document(statement).replace("BUCKET", bucket)
        with refused("MalformedPolicy", 400):
            tenant.root.s3.put_bucket_policy(Bucket=bucket, Policy=text)

    def test_it_survives_a_restart(self, fresh_gateway, store):
        server = fresh_gateway(store).start()
        owner, guest_account = server.account("owner"), server.account("guest")
        bucket = owner.bucket()
        guest = guest_account.user("guest", allow("s3:*"))
        put_policy(owner, bucket, for_principal(guest.arn, allow("s3:ListBucket", bucket_arn(bucket))))
        guest.s3.list_objects_v2(Bucket=bucket)
        assert server.stop() == 0
        server.start()
        guest.s3.list_objects_v2(Bucket=bucket)
        with refused("AccessDenied", 403):
            guest.s3.get_object(Bucket=bucket, Key="k")


class TestPublicAccess:
    def test_a_public_read_that_a_block_then_stops(self, gateway, tenant, bucket, store):
        open_to_public(tenant, bucket)
        put_policy(tenant, bucket, for_everyone(allow("s3:GetObject", objects(bucket, "shared/"))))
        answer = read_anonymously(gateway, bucket)
        assert (answer.status, answer.body) == (200, b"shared")
        assert read_anonymously(gateway, bucket, "private").status == 403
        tenant.root.s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=CLOSED)
        watch = store.watch()
        answer = read_anonymously(gateway, bucket)
        assert (answer.status, answer.code, answer.message) == (403, "AccessDenied", "Access Denied")
        watch.check_nothing_came()

    def test_new_buckets_refuse_a_public_policy(self, tenant, bucket):
        block = tenant.root.s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        assert block == CLOSED
        with refused("AccessDenied", 403):
            put_policy(tenant, bucket, for_everyone(allow("s3:GetObject", objects(bucket))))
        with refused("NoSuchBucketPolicy", 404):
            tenant.root.s3.get_bucket_policy(Bucket=bucket)

    def test_a_block_can_be_taken_away_and_set_again(self, tenant, bucket):
        tenant.root.s3.delete_public_access_block(Bucket=bucket)
        with refused("NoSuchPublicAccessBlockConfiguration", 404):
            tenant.root.s3.get_public_access_block(Bucket=bucket)
        tenant.root.s3.put_public_access_block(
            Bucket=bucket, PublicAccessBlockConfiguration={"RestrictPublicBuckets": True}
        )
        block = tenant.root.s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        assert block == OPEN | {"RestrictPublicBuckets": True}

    def test_restricted_the_account_itself_is_still_let_in(self, gateway, tenant, other_tenant, bucket):
        open_to_public(tenant, bucket)
        put_policy(tenant, bucket, for_everyone(allow("s3:GetObject", objects(bucket))))
        own, guest = tenant.user("dev"), other_tenant.user("guest", allow("s3:*"))
        guest.s3.get_object(Bucket=bucket, Key="shared/k")
        tenant.root.s3.put_public_access_block(
            Bucket=bucket, PublicAccessBlockConfiguration=OPEN | {"RestrictPublicBuckets": True}
        )
        assert own.s3.get_object(Bucket=bucket, Key="shared/k")["Body"].read() == b"shared"
        with refused("AccessDenied", 403):
            guest.s3.get_object(Bucket=bucket, Key="shared/k")
        assert read_anonymously(gateway, bucket).status == 403

    def test_without_a_policy_nobody_anonymous_is_let_in(self, gateway, tenant, bucket, store):
        open_to_public(tenant, bucket)
        watch = store.watch()
        for target in (
            f"/{bucket}/shared/k",
            f"/{bucket}",
            f"/{bucket}?list-type=2",
            "/no-such-bucket-anywhere/k",
        ):
            answer = s3_wire.send(gateway.endpoint, s3_wire.anonymous(gateway.endpoint, "GET", target))
            assert (answer.status, answer.code) == (403, "AccessDenied"), target
        watch.check_nothing_came()

    def test_conditions_hold_for_the_anonymous_too(self, gateway, tenant, bucket):
        open_to_public(tenant, bucket)
        here = {"IpAddress": {"aws:SourceIp": "127.0.0.1"}}
        put_policy(tenant, bucket, for_everyone(allow("s3:GetObject", objects(bucket), **here)))
        request = s3_wire.anonymous(gateway.endpoint, "GET", f"/{bucket}/shared/k")
        assert s3_wire.send(gateway.endpoint, request).status == 200
        assert s3_wire.send(gateway.endpoint, request, source="127.0.0.2").status == 403

    def test_a_public_policy_for_a_fixed_network_is_not_public(self, tenant, bucket):
        here = {"IpAddress": {"aws:SourceIp": "10.1.0.0/16"}}
        put_policy(tenant, bucket, for_everyone(allow("s3:GetObject", objects(bucket), **here)))
        status = tenant.root.s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]
        assert status == {"IsPublic": False}


class TestOwnershipOfObjects:
    def test_access_control_lists_are_off(self, tenant, bucket):
        for grant in (
            {"ACL": "public-read"},
            {"GrantRead": 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'},
        ):
            with refused("AccessControlListNotSupported", 400):
                tenant.root.s3.put_object(Bucket=bucket, Key="k", Body=b"x", **grant)
            with refused("AccessControlListNotSupported", 400):
                tenant.root.s3.put_object_acl(Bucket=bucket, Key="shared/k", **grant)
        tenant.root.s3.put_object(Bucket=bucket, Key="k", Body=b"x", ACL="bucket-owner-full-control")

    def test_what_a_guest_writes_belongs_to_the_owner(self, tenant, other_tenant, bucket):
        guest = other_tenant.user("guest", allow("s3:*"))
        put_policy(tenant, bucket, for_principal(guest.arn, allow("s3:PutObject", objects(bucket))))
        guest.s3.put_object(Bucket=bucket, Key="gift", Body=b"gift")
        assert tenant.root.s3.get_object(Bucket=bucket, Key="gift")["Body"].read() == b"gift"
        controls = tenant.root.s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]
        assert controls == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        with refused("AccessDenied", 403):
            guest.s3.get_object(Bucket=bucket, Key="gift")
