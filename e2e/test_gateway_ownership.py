"""Which account a bucket belongs to: by making it, or by being given one that was there."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness import s3_wire
from harness.policies import allow, bucket_arn, whole
from harness.refusal import denied_by_s3, refused


def names(identity) -> list[str]:
    return [bucket["Name"] for bucket in identity.s3.list_buckets()["Buckets"]]


class TestMaking:
    def test_whoever_makes_it_owns_it(self, tenant, other_tenant, store):
        name = tenant.bucket()
        assert store.files.joinpath(name).is_dir()
        with refused("BucketAlreadyExists", 409):
            other_tenant.root.s3.create_bucket(Bucket=name)
        # In us-east-1 making one's own bucket again changes nothing.
        tenant.root.s3.create_bucket(Bucket=name)

    def test_making_needs_permission(self, tenant, store):
        name = f"{tenant.id}-wanted"
        user = tenant.user("dev", allow("s3:ListBucket"))
        watch = store.watch()
        with denied_by_s3(user, "s3:CreateBucket", bucket_arn(name)):
            user.s3.create_bucket(Bucket=name)
        watch.check_nothing_came()
        tenant.user("maker", allow("s3:CreateBucket", bucket_arn(name))).s3.create_bucket(Bucket=name)

    def test_a_user_may_make_only_what_the_policy_names(self, tenant):
        user = tenant.user("dev", allow("s3:CreateBucket", f"arn:aws:s3:::{tenant.id}-dev-*"))
        user.s3.create_bucket(Bucket=f"{tenant.id}-dev-1")
        with refused("AccessDenied", 403):
            user.s3.create_bucket(Bucket=f"{tenant.id}-prod-1")

    @pytest.mark.parametrize(
        "name", ["ab", "Upper-case", "under_score", "-first", "last-", "a..b", "192.168.0.1", "a" * 64]
    )
    def test_names_that_are_none_are_refused(self, tenant, store, name):
        watch = store.watch()
        answer = s3_wire.send(tenant.root.endpoint, s3_wire.signed(tenant.root, "PUT", f"/{name}"))
        assert (answer.status, answer.code) == (400, "InvalidBucketName")
        watch.check_nothing_came()

    def test_a_deleted_bucket_is_free_again(self, tenant, other_tenant):
        name = tenant.bucket()
        tenant.root.s3.put_public_access_block(
            Bucket=name, PublicAccessBlockConfiguration={"BlockPublicPolicy": False}
        )
        tenant.root.s3.delete_bucket(Bucket=name)
        with refused("NoSuchBucket", 404):
            tenant.root.s3.list_objects_v2(Bucket=name)
        other_tenant.bucket(name)
        # Nothing of what was set for the old one is left.
        block = other_tenant.root.s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
        assert set(block.values()) == {True}
        with refused("AccessDenied", 403):
            tenant.root.s3.list_objects_v2(Bucket=name)

    def test_ten_at_once_and_one_account_has_it(self, tenant, other_tenant):
        name = f"{tenant.id}-contested"
        callers = [tenant.root, other_tenant.root] * 5

        def make(caller) -> str:
            try:
                caller.s3.create_bucket(Bucket=name)
            except caller.s3.exceptions.ClientError as error:
                return error.response["Error"]["Code"]
            return "made by " + caller.account

        with ThreadPoolExecutor(10) as pool:
            outcomes = list(pool.map(make, callers))
        owners = set(outcomes) - {"BucketAlreadyExists", "OperationAborted"}
        assert len(owners) == 1, outcomes
        owner = owners.pop().removeprefix("made by ")
        assert [names(caller) for caller in callers[:2]] == [
            [name] if caller.account == owner else [] for caller in callers[:2]
        ]


class TestListing:
    def test_everyone_sees_what_their_account_owns(self, tenant, other_tenant):
        mine = sorted(tenant.bucket() for _ in range(3))
        theirs = other_tenant.bucket()
        assert names(tenant.root) == mine
        assert names(other_tenant.root) == [theirs]
        lister = tenant.user("lister", allow("s3:ListAllMyBuckets"))
        assert names(lister) == mine
        nobody = tenant.user("nobody", allow("s3:ListBucket"))
        with refused("AccessDenied", 403):
            nobody.s3.list_buckets()

    def test_in_pages_and_by_prefix(self, tenant):
        for number in range(5):
            tenant.bucket(f"{tenant.id}-{'ab'[number % 2]}-{number}")
        listed = []
        for page in tenant.root.s3.get_paginator("list_buckets").paginate(PaginationConfig={"PageSize": 2}):
            assert len(page["Buckets"]) <= 2
            listed += [bucket["Name"] for bucket in page["Buckets"]]
        assert listed == sorted(listed) and len(listed) == 5
        answer = tenant.root.s3.list_buckets(Prefix=f"{tenant.id}-b")
        assert [bucket["Name"] for bucket in answer["Buckets"]] == [f"{tenant.id}-b-1", f"{tenant.id}-b-3"]


class TestAdopting:
    def test_what_was_there_before_is_not_there_until_it_is_given_away(
        self, gateway, tenant, other_tenant, store
    ):
        name = f"{tenant.id}-old"
        store.owner.s3.create_bucket(Bucket=name)
        store.owner.s3.put_object(Bucket=name, Key="k", Body=b"old")
        watch = store.watch()
        with refused("NoSuchBucket", 404):
            tenant.root.s3.get_object(Bucket=name, Key="k")
        watch.check_nothing_came()
        assert names(tenant.root) == []
        nobody = tenant.user("nobody")
        with refused("AccessDenied", 403):
            nobody.s3.get_object(Bucket=name, Key="k")

        gateway.run("gateway", "adopt", name, "--account", tenant.id)
        assert tenant.root.s3.get_object(Bucket=name, Key="k")["Body"].read() == b"old"
        assert names(tenant.root) == [name]
        with refused("AccessDenied", 403):
            other_tenant.root.s3.get_object(Bucket=name, Key="k")

    def test_an_owned_bucket_cannot_be_given_to_another(self, gateway, tenant, other_tenant):
        name = tenant.bucket()
        again = gateway.run("gateway", "adopt", name, "--account", other_tenant.id, check=False)
        assert again.returncode != 0
        assert name in again.stderr
        user = tenant.user("dev", allow("s3:*", whole(name)))
        user.s3.list_objects_v2(Bucket=name)

    def test_an_account_that_is_not_there_gets_nothing(self, gateway):
        done = gateway.run("gateway", "adopt", "some-old-bucket", "--account", "000000000001", check=False)
        assert done.returncode != 0

    def test_all_owners_are_listed_for_the_operator(self, gateway, tenant, other_tenant):
        mine, theirs = tenant.bucket(), other_tenant.bucket()
        text = gateway.run("gateway", "buckets").stdout
        lines = {line.split()[-1]: line for line in text.splitlines()}
        assert tenant.id in lines[mine] and other_tenant.id in lines[theirs]
        listed = json.loads(gateway.run("gateway", "buckets", "--json", "--account", tenant.id).stdout)
        assert mine in json.dumps(listed) and theirs not in json.dumps(listed)

    def test_ownership_survives_a_restart(self, fresh_gateway, store):
        server = fresh_gateway(store).start()
        account = server.account()
        name = account.bucket()
        assert server.stop() == 0
        server.start()
        assert names(account.root) == [name]
        account.root.s3.list_objects_v2(Bucket=name)
