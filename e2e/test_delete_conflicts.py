"""What still holds something cannot be deleted: AWS's order and AWS's words."""

from harness.keys import SSH_FINGERPRINT, SSH_KEY
from harness.policies import ADMINISTRATOR, allow, document, trust
from harness.refusal import refused


def conflict(text: str) -> object:
    return refused("DeleteConflict", 409, text)


DETACH = "Cannot delete entity, must detach all policies first."
INLINE = "Cannot delete entity, must delete policies first."
KEYS = "Cannot delete entity, must delete access keys first."
GROUPS = "Cannot delete entity, must remove users from group first."


def test_a_user_is_freed_of_everything_first(account):
    iam = account.iam
    user = account.user("u", allow("*"))
    iam.create_group(GroupName="g")
    iam.add_user_to_group(GroupName="g", UserName="u")
    iam.attach_user_policy(UserName="u", PolicyArn=ADMINISTRATOR)
    with conflict(DETACH):
        iam.delete_user(UserName="u")
    iam.detach_user_policy(UserName="u", PolicyArn=ADMINISTRATOR)
    with conflict(INLINE):
        iam.delete_user(UserName="u")
    iam.delete_user_policy(UserName="u", PolicyName="own")
    with refused("DeleteConflict", 409):
        iam.delete_user(UserName="u")
    iam.remove_user_from_group(GroupName="g", UserName="u")
    with conflict(KEYS):
        iam.delete_user(UserName="u")
    iam.delete_access_key(UserName="u", AccessKeyId=user.access_key_id)
    iam.delete_user(UserName="u")


def test_a_policy_conflict_is_told_before_an_access_key_conflict(account):
    account.user("u", allow("*"))
    with conflict(INLINE):
        account.iam.delete_user(UserName="u")


def test_a_member_of_a_group_cannot_be_deleted(account):
    account.iam.create_user(UserName="u")
    account.iam.create_group(GroupName="g")
    account.iam.add_user_to_group(GroupName="g", UserName="u")
    with conflict(GROUPS):
        account.iam.delete_user(UserName="u")


def test_a_group_with_members_or_policies_cannot_be_deleted(account):
    iam = account.iam
    iam.create_user(UserName="u")
    account.group("g", allow("*"))
    iam.add_user_to_group(GroupName="g", UserName="u")
    with conflict(GROUPS):
        iam.delete_group(GroupName="g")
    iam.remove_user_from_group(GroupName="g", UserName="u")
    with conflict(INLINE):
        iam.delete_group(GroupName="g")
    iam.delete_group_policy(GroupName="g", PolicyName="own")
    iam.attach_group_policy(GroupName="g", PolicyArn=ADMINISTRATOR)
    with conflict(DETACH):
        iam.delete_group(GroupName="g")
    iam.detach_group_policy(GroupName="g", PolicyArn=ADMINISTRATOR)
    iam.delete_group(GroupName="g")


def test_a_role_with_policies_cannot_be_deleted(account):
    iam = account.iam
    account.role(trust(account.root_arn), allow("*"), name="r")
    iam.attach_role_policy(RoleName="r", PolicyArn=ADMINISTRATOR)
    with conflict(DETACH):
        iam.delete_role(RoleName="r")
    iam.detach_role_policy(RoleName="r", PolicyArn=ADMINISTRATOR)
    with conflict(INLINE):
        iam.delete_role(RoleName="r")
    iam.delete_role_policy(RoleName="r", PolicyName="own")
    iam.delete_role(RoleName="r")


def test_a_role_and_its_instance_profile_hold_each_other(account):
    iam = account.iam
    account.role(trust(account.root_arn), allow("*"), name="r")
    iam.create_instance_profile(InstanceProfileName="p")
    iam.add_role_to_instance_profile(InstanceProfileName="p", RoleName="r")
    for delete in (
        lambda: iam.delete_role(RoleName="r"),
        lambda: iam.delete_instance_profile(InstanceProfileName="p"),
    ):
        with conflict("Cannot delete entity, must remove roles from instance profile first."):
            delete()
    iam.remove_role_from_instance_profile(InstanceProfileName="p", RoleName="r")
    iam.delete_instance_profile(InstanceProfileName="p")
    with conflict(INLINE):
        iam.delete_role(RoleName="r")


def test_a_user_with_an_ssh_public_key_cannot_be_deleted(account):
    account.iam.create_user(UserName="u")
    key = account.iam.upload_ssh_public_key(UserName="u", SSHPublicKeyBody=SSH_KEY)["SSHPublicKey"]
    assert key["Fingerprint"] == SSH_FINGERPRINT
    with conflict("Cannot delete entity, must remove referenced objects first."):
        account.iam.delete_user(UserName="u")
    account.iam.delete_ssh_public_key(UserName="u", SSHPublicKeyId=key["SSHPublicKeyId"])
    account.iam.delete_user(UserName="u")


def test_an_attached_policy_cannot_be_deleted(account):
    arn = account.policy(allow("*"))
    account.iam.create_user(UserName="u")
    account.iam.attach_user_policy(UserName="u", PolicyArn=arn)
    with conflict("Cannot delete a policy attached to entities."):
        account.iam.delete_policy(PolicyArn=arn)
    account.iam.detach_user_policy(UserName="u", PolicyArn=arn)
    account.iam.delete_policy(PolicyArn=arn)


def test_a_policy_with_versions_cannot_be_deleted(account):
    arn = account.policy(allow("*"))
    account.iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(allow("*")))
    text = (
        "This policy has more than one version. Before you delete a policy, you must delete the policy's "
        "versions. The default version is deleted with the policy."
    )
    with conflict(text):
        account.iam.delete_policy(PolicyArn=arn)
    with conflict("Cannot delete the default version of a policy."):
        account.iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
    account.iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
    account.iam.delete_policy(PolicyArn=arn)


def test_what_was_deleted_leaves_nothing_behind(account):
    """A new user of the same name has no key, no group, no policy and no tag of the old one."""
    iam = account.iam
    iam.create_user(UserName="u", Tags=[{"Key": "k", "Value": "v"}])
    iam.delete_user(UserName="u")
    iam.create_user(UserName="u")
    assert iam.list_user_tags(UserName="u")["Tags"] == []
    assert iam.list_groups_for_user(UserName="u")["Groups"] == []
    assert iam.list_access_keys(UserName="u")["AccessKeyMetadata"] == []
