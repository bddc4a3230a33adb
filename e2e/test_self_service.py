"""The policies of the IAM guide by which users look after themselves: each statement allows what it says for
whoever calls, nothing of it for anybody else, and nothing else.

What else there is comes from `operations_table.py`, so whatever is added there is refused here too.
"""

from dataclasses import dataclass

import pytest
from botocore.exceptions import ClientError

from harness import certificates, totp
from harness.account import Account
from harness.identity import Identity
from harness.keys import SSH_KEY
from harness.policies import allow, deny
from harness.refusal import refused
from operations_table import ROWS, Exempt
from test_every_operation import call, error_of

PASSWORD, NEXT_PASSWORD = "Correct-Horse-1", "Correct-Horse-2"
OWN = "arn:aws:iam::*:user/${aws:username}"

# The statements of the guide, by what they are for.
ACCOUNT_INFO = allow(["iam:GetAccountPasswordPolicy", "iam:ListVirtualMFADevices"])
OWN_PASSWORD = allow(["iam:ChangePassword", "iam:GetUser"], OWN)
OWN_KEYS = allow(
    [f"iam:{verb}" for verb in ("CreateAccessKey", "DeleteAccessKey", "ListAccessKeys", "UpdateAccessKey")]
    + ["iam:GetAccessKeyLastUsed"],
    OWN,
)
OWN_CERTIFICATES = allow(
    [f"iam:{verb}SigningCertificate" for verb in ("Delete", "Update", "Upload")]
    + ["iam:ListSigningCertificates"],
    OWN,
)
OWN_SSH_KEYS = allow(
    [f"iam:{verb}SSHPublicKey" for verb in ("Delete", "Get", "Update", "Upload")] + ["iam:ListSSHPublicKeys"],
    OWN,
)
OWN_SERVICE_PASSWORDS = allow(
    [f"iam:{verb}ServiceSpecificCredential" for verb in ("Create", "Delete", "Reset", "Update")]
    + ["iam:ListServiceSpecificCredentials"],
    OWN,
)
NEW_DEVICES = allow("iam:CreateVirtualMFADevice", "arn:aws:iam::*:mfa/*")
OWN_DEVICES = allow(
    [f"iam:{verb}MFADevice" for verb in ("Deactivate", "Enable", "Get", "Resync")] + ["iam:ListMFADevices"],
    OWN,
)
SETTING_UP = [
    "iam:CreateVirtualMFADevice",
    "iam:EnableMFADevice",
    "iam:GetUser",
    "iam:GetMFADevice",
    "iam:ListMFADevices",
    "iam:ListVirtualMFADevices",
    "iam:ResyncMFADevice",
    "sts:GetSessionToken",
]
NOTHING_ELSE_WITHOUT_MFA = {
    "Effect": "Deny",
    "NotAction": SETTING_UP,
    "Resource": "*",
    "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
}
SELF_SERVICE = [
    ACCOUNT_INFO,
    OWN_PASSWORD,
    OWN_KEYS,
    OWN_CERTIFICATES,
    OWN_SSH_KEYS,
    OWN_SERVICE_PASSWORDS,
    NEW_DEVICES,
    OWN_DEVICES,
]
VIEW_SELF = [
    allow(
        [
            "iam:GetUserPolicy",
            "iam:ListGroupsForUser",
            "iam:ListAttachedUserPolicies",
            "iam:ListUserPolicies",
            "iam:GetUser",
        ],
        OWN,
    ),
    allow(
        [
            "iam:GetGroupPolicy",
            "iam:GetPolicyVersion",
            "iam:GetPolicy",
            "iam:ListAttachedGroupPolicies",
            "iam:ListGroupPolicies",
            "iam:ListPolicyVersions",
            "iam:ListPolicies",
            "iam:ListUsers",
        ]
    ),
]


def actions(*statements: dict) -> set[str]:
    found = set()
    for statement in statements:
        action = statement["Action"]
        found |= {action} if isinstance(action, str) else set(action)
    return {action.removeprefix("iam:") for action in found}


@dataclass
class Belongings:
    """What somebody has that they may look after."""

    user: str
    ssh_key: str
    access_key: str
    phone: totp.Authenticator


def belongings(account: Account, user: str) -> Belongings:
    """All kinds but passwords and certificates, made by the root user."""
    iam = account.iam
    ssh = iam.upload_ssh_public_key(UserName=user, SSHPublicKeyBody=SSH_KEY)["SSHPublicKey"]
    keys = iam.list_access_keys(UserName=user)["AccessKeyMetadata"]
    return Belongings(user, ssh["SSHPublicKeyId"], keys[0]["AccessKeyId"], totp.device(account))


def refused_all_else(account: Account, caller: Identity, permitted: set[str]) -> list[str]:
    """The operations that are not refused to somebody, of those that are not permitted, on things of others."""
    passed = []
    for name, row in ROWS.items():
        if row.resource is Exempt.NEVER_DENIED or name in permitted:
            continue
        status, code = error_of(call(caller, row.service, name, row.make(account)))
        if (status, code) != (403, "AccessDenied"):
            passed.append(f"{name}: {status} {code}")
    return passed


class TestLookingAfterOneself:
    @pytest.fixture
    def ann(self, account):
        ann = account.user("ann", *SELF_SERVICE)
        account.iam.create_login_profile(UserName="ann", Password=PASSWORD)
        account.user("bob")
        return ann

    def test_nothing_of_others_and_nothing_else(self, account, ann):
        # About whoever calls, or about all.
        anybodys = actions(ACCOUNT_INFO, NEW_DEVICES) | {"ChangePassword"}
        account.iam.update_account_password_policy()
        assert refused_all_else(account, ann, anybodys) == []

    def test_own_password(self, account, ann):
        ann.iam.change_password(OldPassword=PASSWORD, NewPassword=NEXT_PASSWORD)
        assert ann.iam.get_user()["User"]["UserName"] == "ann"
        with refused("AccessDenied", 403):
            ann.iam.get_user(UserName="bob")
        for operation in (ann.iam.update_login_profile, ann.iam.create_login_profile):
            with refused("AccessDenied", 403):
                operation(UserName="ann", Password=PASSWORD)

    def test_own_access_keys(self, account, ann):
        made = ann.iam.create_access_key()["AccessKey"]
        key = {"UserName": "ann", "AccessKeyId": made["AccessKeyId"]}
        assert len(ann.iam.list_access_keys()["AccessKeyMetadata"]) == 2
        ann.iam.get_access_key_last_used(AccessKeyId=made["AccessKeyId"])
        ann.iam.update_access_key(**key, Status="Inactive")
        ann.iam.delete_access_key(**key)
        bobs = belongings(account, "bob")
        with refused("AccessDenied", 403):
            ann.iam.get_access_key_last_used(AccessKeyId=bobs.access_key)
        with refused("AccessDenied", 403):
            ann.iam.create_access_key(UserName="bob")
        # A key of somebody else's is no key of one's own, whoever is named.
        with refused("NoSuchEntity", 404):
            ann.iam.delete_access_key(UserName="ann", AccessKeyId=bobs.access_key)

    def test_own_ssh_keys(self, account, ann):
        body = {"SSHPublicKeyBody": SSH_KEY}
        key = ann.iam.upload_ssh_public_key(UserName="ann", **body)["SSHPublicKey"]
        own = {"UserName": "ann", "SSHPublicKeyId": key["SSHPublicKeyId"]}
        ann.iam.get_ssh_public_key(**own, Encoding="SSH")
        ann.iam.update_ssh_public_key(**own, Status="Inactive")
        assert len(ann.iam.list_ssh_public_keys()["SSHPublicKeys"]) == 1
        bobs = belongings(account, "bob")
        for name in ("bob", "ann"):
            with refused("AccessDenied" if name == "bob" else "NoSuchEntity"):
                ann.iam.delete_ssh_public_key(UserName=name, SSHPublicKeyId=bobs.ssh_key)
        ann.iam.delete_ssh_public_key(**own)
        assert len(account.iam.list_ssh_public_keys(UserName="bob")["SSHPublicKeys"]) == 1

    def test_own_service_passwords(self, account, ann):
        service = {"ServiceName": "codecommit.amazonaws.com"}
        made = ann.iam.create_service_specific_credential(UserName="ann", **service)
        own = {
            "ServiceSpecificCredentialId": made["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]
        }
        assert len(ann.iam.list_service_specific_credentials()["ServiceSpecificCredentials"]) == 1
        ann.iam.update_service_specific_credential(**own, Status="Inactive")
        ann.iam.reset_service_specific_credential(**own)
        ann.iam.delete_service_specific_credential(**own)
        with refused("AccessDenied", 403):
            ann.iam.create_service_specific_credential(UserName="bob", **service)
        with refused("AccessDenied", 403):
            ann.iam.list_service_specific_credentials(AllUsers=True)

    def test_own_certificates(self, account, ann):
        body = {"CertificateBody": certificates.issue().pem}
        made = ann.iam.upload_signing_certificate(UserName="ann", **body)["Certificate"]
        own = {"UserName": "ann", "CertificateId": made["CertificateId"]}
        assert len(ann.iam.list_signing_certificates()["Certificates"]) == 1
        ann.iam.update_signing_certificate(**own, Status="Inactive")
        ann.iam.delete_signing_certificate(**own)
        with refused("AccessDenied", 403):
            ann.iam.upload_signing_certificate(UserName="bob", **body)
        with refused("AccessDenied", 403):
            ann.iam.list_signing_certificates(UserName="bob")

    def test_own_devices(self, account, ann):
        phone = totp.Authenticator(ann.iam.create_virtual_mfa_device(VirtualMFADeviceName="any-name"))
        with refused("AccessDenied", 403):
            ann.iam.enable_mfa_device(UserName="bob", SerialNumber=phone.serial, **phone.two_codes())
        ann.iam.enable_mfa_device(UserName="ann", SerialNumber=phone.serial, **phone.two_codes())
        assert len(ann.iam.list_mfa_devices()["MFADevices"]) == 1
        ann.iam.resync_mfa_device(UserName="ann", SerialNumber=phone.serial, **phone.two_codes())
        with refused("AccessDenied", 403):
            ann.iam.list_mfa_devices(UserName="bob")


class TestOnlyWithASecondFactor:
    """The same, and all but setting up a device is denied without one."""

    @pytest.fixture
    def ann(self, account):
        ann = account.user("ann", *SELF_SERVICE, NOTHING_ELSE_WITHOUT_MFA)
        account.iam.create_login_profile(UserName="ann", Password=PASSWORD)
        account.user("bob")
        return ann

    def test_long_term_keys_without_it_are_not_told_from_it(self, ann):
        """For them the key is absent, and `IfExists` takes that for a match."""
        with refused("AccessDenied", 403):
            ann.iam.list_access_keys()

    def test_setting_up_and_then_all_of_it(self, account, ann):
        for refusing in (
            lambda: ann.iam.list_access_keys(),
            lambda: ann.iam.create_access_key(UserName="ann"),
            lambda: ann.iam.change_password(OldPassword=PASSWORD, NewPassword=NEXT_PASSWORD),
            lambda: ann.iam.upload_ssh_public_key(UserName="ann", SSHPublicKeyBody=SSH_KEY),
        ):
            with refused("AccessDenied", 403):
                refusing()
        phone = totp.Authenticator(ann.iam.create_virtual_mfa_device(VirtualMFADeviceName="ann"))
        ann.iam.enable_mfa_device(UserName="ann", SerialNumber=phone.serial, **phone.two_codes())
        # To have a device is not to have shown it.
        with refused("AccessDenied", 403):
            ann.iam.list_access_keys()
        shown = ann.holding(ann.sts.get_session_token(**phone.shown())["Credentials"], ann.arn)
        assert len(shown.iam.list_access_keys()["AccessKeyMetadata"]) == 1
        shown.iam.upload_ssh_public_key(UserName="ann", SSHPublicKeyBody=SSH_KEY)
        shown.iam.deactivate_mfa_device(UserName="ann", SerialNumber=phone.serial)
        with refused("AccessDenied", 403):
            shown.iam.create_access_key(UserName="bob")

    def test_whoever_has_no_device_can_do_nothing_but_get_one(self, account, ann):
        permitted = {action.split(":")[1] for action in SETTING_UP}
        everything = account.user("chief", allow("*"), NOTHING_ELSE_WITHOUT_MFA)
        assert refused_all_else(account, everything, permitted) == []


class TestLookingAtOneself:
    def test_own_information_and_what_it_names(self, account):
        ann = account.user("ann", *VIEW_SELF)
        group = account.group("group", allow("s3:ListAllMyBuckets"))
        account.iam.add_user_to_group(GroupName=group, UserName="ann")
        assert ann.iam.get_user()["User"]["UserName"] == "ann"
        assert ann.iam.list_user_policies(UserName="ann")["PolicyNames"] == ["own"]
        ann.iam.get_user_policy(UserName="ann", PolicyName="own")
        assert ann.iam.list_attached_user_policies(UserName="ann")["AttachedPolicies"] == []
        [named] = ann.iam.list_groups_for_user(UserName="ann")["Groups"]
        assert ann.iam.list_group_policies(GroupName=named["GroupName"])["PolicyNames"] == ["own"]
        ann.iam.get_group_policy(GroupName="group", PolicyName="own")
        assert ann.iam.list_users()["Users"]

    def test_nothing_of_others_and_nothing_else(self, account):
        ann = account.user("ann", *VIEW_SELF)
        assert refused_all_else(account, ann, actions(VIEW_SELF[1])) == []

    def test_a_path_is_part_of_who_one_is(self, account):
        """Whose ARN has a path is not meant by a statement that has none in it."""
        ann = account.user("ann", *VIEW_SELF, Path="/staff/")
        with refused("AccessDenied", 403):
            ann.iam.get_user()

    def test_a_name_in_a_policy_is_of_whoever_calls_now(self, account):
        ann = account.user("ann", *VIEW_SELF)
        account.user("bob")
        account.iam.update_user(UserName="ann", NewUserName="anna")
        assert ann.iam.get_user(UserName="anna")["User"]["UserName"] == "anna"
        for name in ("ann", "bob"):
            with refused("AccessDenied", 403):
                ann.iam.get_user(UserName=name)


class TestAdministrationByTags:
    """Administrators of a team: they make users with the team's tag, look after those who have it, and cannot
    change who has it."""

    TAG = [{"Key": "team", "Value": "red"}]
    ON_OWN_TEAM = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    WITH_OWN_TEAM = {"StringEquals": {"aws:RequestTag/team": "${aws:PrincipalTag/team}"}}
    LOOKING_AFTER = ["iam:GetUser", "iam:UpdateUser", "iam:DeleteUser", "iam:CreateAccessKey"]

    @pytest.fixture
    def chief(self, account):
        making = self.WITH_OWN_TEAM | {"ForAllValues:StringEquals": {"aws:TagKeys": ["team", "room"]}}
        return account.user(
            "chief",
            allow(self.LOOKING_AFTER, **self.ON_OWN_TEAM),
            allow("iam:CreateUser", **making),
            # On creation, and of those of the team: never the tag that makes the team.
            allow("iam:TagUser", **making),
            allow(["iam:TagUser", "iam:UntagUser"], **self.ON_OWN_TEAM),
            # The keys of a user's tags are the same in any case.
            deny("iam:UntagUser", **{"ForAnyValue:StringEqualsIgnoreCase": {"aws:TagKeys": "team"}}),
            deny(
                "iam:TagUser",
                StringNotEquals={"aws:RequestTag/team": "${aws:PrincipalTag/team}"},
                Null={"aws:RequestTag/team": "false"},
            ),
            Tags=self.TAG,
        )

    def test_they_make_only_users_of_the_team(self, chief):
        chief.iam.create_user(UserName="ann", Tags=self.TAG)
        for tags in ([], [{"Key": "team", "Value": "blue"}], [{"Key": "other", "Value": "x"}, *self.TAG]):
            with refused("AccessDenied", 403):
                chief.iam.create_user(UserName="bob", Tags=tags)

    def test_they_look_after_only_users_of_the_team(self, account, chief):
        account.user("ann", Tags=self.TAG)
        account.user("bob", Tags=[{"Key": "team", "Value": "blue"}])
        account.user("carol")
        chief.iam.get_user(UserName="ann")
        chief.iam.update_user(UserName="ann", NewUserName="anna")
        chief.iam.create_access_key(UserName="anna")
        for name in ("bob", "carol", "nobody"):
            with refused("AccessDenied", 403):
                chief.iam.get_user(UserName=name)
            with refused("AccessDenied", 403):
                chief.iam.create_access_key(UserName=name)

    def test_they_cannot_change_who_is_of_the_team(self, account, chief):
        account.user("ann", Tags=self.TAG)
        account.user("bob", Tags=[{"Key": "team", "Value": "blue"}])
        room = [{"Key": "room", "Value": "1"}]
        chief.iam.tag_user(UserName="ann", Tags=room)
        chief.iam.untag_user(UserName="ann", TagKeys=["room"])
        for tags in ([{"Key": "team", "Value": "blue"}], [{"Key": "TEAM", "Value": "blue"}]):
            with refused("AccessDenied", 403):
                chief.iam.tag_user(UserName="ann", Tags=tags)
        for key in ("team", "TEAM"):
            with refused("AccessDenied", 403):
                chief.iam.untag_user(UserName="ann", TagKeys=[key])
        with refused("AccessDenied", 403):
            chief.iam.tag_user(UserName="bob", Tags=room)

    def test_their_own_tag_is_theirs_to_lose(self, account, chief):
        account.user("ann", Tags=self.TAG)
        account.iam.untag_user(UserName="chief", TagKeys=["team"])
        with pytest.raises(ClientError) as caught:
            chief.iam.get_user(UserName="ann")
        assert caught.value.response["Error"]["Code"] == "AccessDenied"
