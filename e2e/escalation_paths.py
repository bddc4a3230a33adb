"""The known ways in which somebody who may administer a little of IAM comes to hold all of it.

Each way is a function: it makes what the way needs in an account, and somebody there who is allowed what the
statement says and nothing else; it gives them, and the attempt: what they do, and as whom they come out of it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import ClientError

from harness import totp
from harness.account import Account
from harness.browser import Browser
from harness.identity import Identity
from harness.issuer import AUDIENCE, Issuer
from harness.login import Login
from harness.metadata import metadata
from harness.policies import ADMINISTRATOR, allow, deny, document, trust
from harness.saml import ENTITY, IdentityProvider, posted

EVERYTHING = document(allow("*"))
PASSWORD, OTHER_PASSWORD = "Correct-Horse-1", "Correct-Horse-2"
# What nobody but the powerful may: it changes nothing and needs nothing.
PROBE = "iam:ListAccountAliases"

Attempt = Callable[[Identity], Identity]
Way = Callable[["Scene", dict], tuple[Identity, Attempt]]


@dataclass
class Scene:
    """Where it happens."""

    account: Account
    issuer: Issuer
    provider: IdentityProvider

    def boss(self, **parameters) -> Identity:
        """An administrator."""
        boss = self.account.user(self.account.fresh_name("boss"), **parameters)
        self.account.iam.attach_user_policy(UserName=boss.name, PolicyArn=ADMINISTRATOR)
        return boss

    def powerful_role(self, trusted: str, **parameters) -> str:
        return self.account.role(trusted, allow("*"), **parameters)

    def signed_in(self, user: str, password: str) -> Identity:
        """Whoever has the password of a user, as `aws login` makes it of them."""
        browser = Browser(self.account.server.endpoint)
        entered = browser.sign_in(self.account.id, user, password)
        assert entered.status == 303, entered.text
        login = Login(self.account.server.endpoint)
        answer = login.redeem(login.code(login.allow(browser)))
        assert answer.ok, answer.text
        token = answer.json()["accessToken"]
        return self.account.root.with_key(
            token["accessKeyId"], token["secretAccessKey"], token["sessionToken"]
        )


def is_powerful(identity: Identity) -> bool:
    try:
        identity.iam.list_account_aliases()
    except ClientError as error:
        assert error.response["Error"]["Code"] == "AccessDenied", error
        return False
    return True


# Each way with the actions that it takes.
WAYS: dict[str, tuple[list[str], Way]] = {}


def way(*actions: str):
    def add(function: Way) -> Way:
        WAYS[function.__name__] = (
            [f"{'' if ':' in action else 'iam:'}{action}" for action in actions],
            function,
        )
        return function

    return add


def as_themselves(call: Callable[[Identity], object]) -> Attempt:
    """An attempt after which somebody is who they were."""

    def attempt(thief: Identity) -> Identity:
        call(thief)
        return thief

    return attempt


# Policies


@way("CreatePolicyVersion")
def a_new_version_of_their_own_policy(scene, may):
    arn = scene.account.policy(may)
    thief = scene.account.user()
    scene.account.iam.attach_user_policy(UserName=thief.name, PolicyArn=arn)
    return thief, as_themselves(
        lambda thief: thief.iam.create_policy_version(
            PolicyArn=arn, PolicyDocument=EVERYTHING, SetAsDefault=True
        )
    )


@way("SetDefaultPolicyVersion")
def an_old_version_of_their_own_policy(scene, may):
    arn = scene.account.policy(allow("*"))
    scene.account.iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(may), SetAsDefault=True)
    thief = scene.account.user()
    scene.account.iam.attach_user_policy(UserName=thief.name, PolicyArn=arn)
    return thief, as_themselves(
        lambda thief: thief.iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    )


@way("CreatePolicy", "AttachUserPolicy")
def a_policy_of_their_own_making(scene, may):
    def attempt(thief):
        made = thief.iam.create_policy(PolicyName="all", PolicyDocument=EVERYTHING)["Policy"]
        thief.iam.attach_user_policy(UserName=thief.name, PolicyArn=made["Arn"])

    return scene.account.user(None, may), as_themselves(attempt)


@way("AttachUserPolicy")
def a_policy_attached_to_themselves(scene, may):
    return scene.account.user(None, may), as_themselves(
        lambda thief: thief.iam.attach_user_policy(UserName=thief.name, PolicyArn=ADMINISTRATOR)
    )


@way("PutUserPolicy")
def an_inline_policy_of_their_own(scene, may):
    return scene.account.user(None, may), as_themselves(
        lambda thief: thief.iam.put_user_policy(
            UserName=thief.name, PolicyName="all", PolicyDocument=EVERYTHING
        )
    )


def member(scene: Scene, *statements: dict) -> tuple[Identity, str]:
    """Somebody whose permissions come from a group."""
    thief, group = scene.account.user(), scene.account.group(None, *statements)
    scene.account.iam.add_user_to_group(GroupName=group, UserName=thief.name)
    return thief, group


@way("AttachGroupPolicy")
def a_policy_attached_to_their_group(scene, may):
    thief, group = member(scene, may)
    return thief, as_themselves(
        lambda thief: thief.iam.attach_group_policy(GroupName=group, PolicyArn=ADMINISTRATOR)
    )


@way("PutGroupPolicy")
def an_inline_policy_of_their_group(scene, may):
    thief, group = member(scene, may)
    return thief, as_themselves(
        lambda thief: thief.iam.put_group_policy(GroupName=group, PolicyName="all", PolicyDocument=EVERYTHING)
    )


@way("AddUserToGroup")
def the_group_of_administrators(scene, may):
    group = scene.account.group(None, allow("*"))
    return scene.account.user(None, may), as_themselves(
        lambda thief: thief.iam.add_user_to_group(GroupName=group, UserName=thief.name)
    )


def session(scene: Scene, *statements: dict, **parameters) -> tuple[Identity, str]:
    """Somebody in a session of a role."""
    role = scene.account.role(trust(scene.account.root_arn), *statements, **parameters)
    someone = scene.account.user(None, allow("sts:AssumeRole", role))
    return someone.assume(role), role.rsplit("/", 1)[1]


@way("AttachRolePolicy")
def a_policy_attached_to_their_role(scene, may):
    thief, role = session(scene, may)
    return thief, as_themselves(
        lambda thief: thief.iam.attach_role_policy(RoleName=role, PolicyArn=ADMINISTRATOR)
    )


@way("PutRolePolicy")
def an_inline_policy_of_their_role(scene, may):
    thief, role = session(scene, may)
    return thief, as_themselves(
        lambda thief: thief.iam.put_role_policy(RoleName=role, PolicyName="all", PolicyDocument=EVERYTHING)
    )


# What holds them back


def held_back(scene: Scene, may: dict) -> tuple[Identity, dict]:
    """An administrator but for a statement that denies all else."""
    [actions] = [may[word] for word in ("Action", "NotAction") if word in may]
    word = "NotAction" if "Action" in may else "Action"
    return scene.boss(), {"Effect": "Deny", word: actions, "Resource": "*"}


@way("DeleteUserPolicy")
def their_inline_policy_that_denies(scene, may):
    thief, denial = held_back(scene, may)
    scene.account.iam.put_user_policy(UserName=thief.name, PolicyName="but", PolicyDocument=document(denial))
    return thief, as_themselves(
        lambda thief: thief.iam.delete_user_policy(UserName=thief.name, PolicyName="but")
    )


@way("DetachUserPolicy")
def their_attached_policy_that_denies(scene, may):
    thief, denial = held_back(scene, may)
    arn = scene.account.policy(denial)
    scene.account.iam.attach_user_policy(UserName=thief.name, PolicyArn=arn)
    return thief, as_themselves(
        lambda thief: thief.iam.detach_user_policy(UserName=thief.name, PolicyArn=arn)
    )


def in_group_that_denies(scene: Scene, may: dict, *, attached: bool) -> tuple[Identity, dict, str]:
    thief, denial = held_back(scene, may)
    group = scene.account.group(None, *([] if attached else [denial]))
    arn = scene.account.policy(denial)
    if attached:
        scene.account.iam.attach_group_policy(GroupName=group, PolicyArn=arn)
    scene.account.iam.add_user_to_group(GroupName=group, UserName=thief.name)
    return thief, {"GroupName": group}, arn


@way("DeleteGroupPolicy")
def the_inline_policy_of_their_group_that_denies(scene, may):
    thief, group, _ = in_group_that_denies(scene, may, attached=False)
    return thief, as_themselves(lambda thief: thief.iam.delete_group_policy(**group, PolicyName="own"))


@way("DetachGroupPolicy")
def the_attached_policy_of_their_group_that_denies(scene, may):
    thief, group, arn = in_group_that_denies(scene, may, attached=True)
    return thief, as_themselves(lambda thief: thief.iam.detach_group_policy(**group, PolicyArn=arn))


@way("RemoveUserFromGroup")
def the_group_that_denies(scene, may):
    thief, group, _ = in_group_that_denies(scene, may, attached=True)
    return thief, as_themselves(lambda thief: thief.iam.remove_user_from_group(**group, UserName=thief.name))


def bounded(scene: Scene, may: dict) -> tuple[Identity, str]:
    """An administrator under a ceiling."""
    ceiling = scene.account.policy(may)
    return scene.boss(PermissionsBoundary=ceiling), ceiling


@way("DeleteUserPermissionsBoundary")
def their_own_boundary_taken_away(scene, may):
    thief, _ = bounded(scene, may)
    return thief, as_themselves(lambda thief: thief.iam.delete_user_permissions_boundary(UserName=thief.name))


@way("PutUserPermissionsBoundary")
def their_own_boundary_replaced(scene, may):
    thief, _ = bounded(scene, may)
    return thief, as_themselves(
        lambda thief: thief.iam.put_user_permissions_boundary(
            UserName=thief.name, PermissionsBoundary=ADMINISTRATOR
        )
    )


@way("CreatePolicyVersion")
def a_new_version_of_their_boundary(scene, may):
    thief, ceiling = bounded(scene, may)
    return thief, as_themselves(
        lambda thief: thief.iam.create_policy_version(
            PolicyArn=ceiling, PolicyDocument=EVERYTHING, SetAsDefault=True
        )
    )


@way("DeleteRolePermissionsBoundary")
def the_boundary_of_their_role_taken_away(scene, may):
    thief, role = session(scene, allow("*"), PermissionsBoundary=scene.account.policy(may))
    return thief, as_themselves(lambda thief: thief.iam.delete_role_permissions_boundary(RoleName=role))


@way("PutRolePermissionsBoundary")
def the_boundary_of_their_role_replaced(scene, may):
    thief, role = session(scene, allow("*"), PermissionsBoundary=scene.account.policy(may))
    return thief, as_themselves(
        lambda thief: thief.iam.put_role_permissions_boundary(
            RoleName=role, PermissionsBoundary=ADMINISTRATOR
        )
    )


# Credentials of others


@way("CreateAccessKey")
def a_key_of_an_administrator(scene, may):
    boss = scene.boss()

    def attempt(thief):
        key = thief.iam.create_access_key(UserName=boss.name)["AccessKey"]
        return boss.with_key(key["AccessKeyId"], key["SecretAccessKey"])

    return scene.account.user(None, may), attempt


@way("UpdateAccessKey")
def a_key_that_was_switched_off(scene, may):
    boss = scene.boss()
    key = {"UserName": boss.name, "AccessKeyId": boss.access_key_id}
    scene.account.iam.update_access_key(**key, Status="Inactive")

    def attempt(thief):
        thief.iam.update_access_key(**key, Status="Active")
        return boss

    return scene.account.user(None, may), attempt


@way("CreateLoginProfile")
def a_password_for_an_administrator(scene, may):
    boss = scene.boss()

    def attempt(thief):
        thief.iam.create_login_profile(UserName=boss.name, Password=PASSWORD)
        return scene.signed_in(boss.name, PASSWORD)

    return scene.account.user(None, may), attempt


@way("UpdateLoginProfile")
def another_password_for_an_administrator(scene, may):
    boss = scene.boss()
    scene.account.iam.create_login_profile(UserName=boss.name, Password=PASSWORD)

    def attempt(thief):
        thief.iam.update_login_profile(UserName=boss.name, Password=OTHER_PASSWORD)
        return scene.signed_in(boss.name, OTHER_PASSWORD)

    return scene.account.user(None, may), attempt


@way("DeactivateMFADevice")
def the_second_factor_of_an_administrator(scene, may):
    """Whose password they know."""
    boss = scene.boss()
    scene.account.iam.create_login_profile(UserName=boss.name, Password=PASSWORD)
    phone = totp.device_of(scene.account, boss.name)
    refused = Browser(scene.account.server.endpoint).sign_in(scene.account.id, boss.name, PASSWORD)
    assert refused.status == 403

    def attempt(thief):
        thief.iam.deactivate_mfa_device(UserName=boss.name, SerialNumber=phone.serial)
        return scene.signed_in(boss.name, PASSWORD)

    return scene.account.user(None, may), attempt


@way("CreateVirtualMFADevice", "EnableMFADevice")
def a_second_factor_of_their_own(scene, may):
    """For which all else waits."""
    with_factor = allow("*", Bool={"aws:MultiFactorAuthPresent": "true"})

    def attempt(thief):
        phone = totp.Authenticator(thief.iam.create_virtual_mfa_device(VirtualMFADeviceName=thief.name))
        thief.iam.enable_mfa_device(UserName=thief.name, SerialNumber=phone.serial, **phone.two_codes())
        return thief.holding(thief.sts.get_session_token(**phone.shown())["Credentials"], thief.arn)

    return scene.account.user(None, may, with_factor), attempt


@way("UpdateUser", "CreateAccessKey")
def an_administrator_moved_to_where_keys_may_be_made(scene, may):
    boss = scene.boss()

    def attempt(thief):
        thief.iam.update_user(UserName=boss.name, NewPath="/staff/")
        key = thief.iam.create_access_key(UserName=boss.name)["AccessKey"]
        return boss.with_key(key["AccessKeyId"], key["SecretAccessKey"])

    under = deny("iam:CreateAccessKey", f"arn:aws:iam::{scene.account.id}:user/{boss.name}")
    return scene.account.user(None, may, under), attempt


@way("UpdateUser")
def the_name_of_somebody_else(scene, may):
    """A policy goes by the name of whoever calls."""
    named = allow("*", StringEquals={"aws:username": "chief"})
    return scene.account.user(None, may, named), as_themselves(
        lambda thief: thief.iam.update_user(UserName=thief.name, NewUserName="chief")
    )


@way("TagUser")
def a_tag_of_their_own(scene, may):
    tagged = allow("*", StringEquals={"aws:PrincipalTag/team": "chiefs"})
    return scene.account.user(None, may, tagged), as_themselves(
        lambda thief: thief.iam.tag_user(UserName=thief.name, Tags=[{"Key": "team", "Value": "chiefs"}])
    )


@way("UntagUser")
def a_tag_that_marks_them(scene, may):
    unmarked = allow("*", Null={"aws:PrincipalTag/intern": "true"})
    thief = scene.account.user(None, may, unmarked, Tags=[{"Key": "intern", "Value": "yes"}])
    return thief, as_themselves(lambda thief: thief.iam.untag_user(UserName=thief.name, TagKeys=["intern"]))


# Roles


@way("UpdateAssumeRolePolicy")
def a_trust_policy_that_names_them(scene, may):
    """Which is enough: within an account, whom the trust policy names needs no more."""
    role = scene.powerful_role(trust({"Service": "ec2.amazonaws.com"}))

    def attempt(thief):
        name = role.rsplit("/", 1)[1]
        thief.iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust(thief.arn))
        return thief.assume(role)

    return scene.account.user(None, may), attempt


@way("sts:AssumeRole")
def a_role_that_trusts_the_account(scene, may):
    role = scene.powerful_role(trust(scene.account.root_arn))
    return scene.account.user(None, may), lambda thief: thief.assume(role)


@way("sts:AssumeRole")
def a_chain_of_roles(scene, may):
    first = scene.account.role(trust(scene.account.root_arn), may)
    second = scene.powerful_role(trust(scene.account.root_arn))
    return scene.account.user(None, may), lambda thief: thief.assume(first, "first").assume(second)


@way("CreateRole", "PutRolePolicy", "sts:AssumeRole")
def a_role_of_their_own_making(scene, may):
    def attempt(thief):
        made = thief.iam.create_role(RoleName="made", AssumeRolePolicyDocument=trust(scene.account.root_arn))[
            "Role"
        ]
        thief.iam.put_role_policy(RoleName="made", PolicyName="all", PolicyDocument=EVERYTHING)
        return thief.assume(made["Arn"])

    return scene.account.user(None, may), attempt


@way("sts:AssumeRole", "sts:TagSession")
def a_tag_of_their_session(scene, may):
    tagged = allow("*", StringEquals={"aws:PrincipalTag/team": "chiefs"})
    trusted = trust(scene.account.root_arn, ["sts:AssumeRole", "sts:TagSession"])
    role = scene.account.role(trusted, tagged)
    tags = [{"Key": "team", "Value": "chiefs"}]
    return scene.account.user(None, may), lambda thief: thief.assume(role, Tags=tags)


@way("TagRole")
def a_tag_by_which_roles_are_given_out(scene, may):
    role = scene.powerful_role(trust(scene.account.root_arn))
    given = allow("sts:AssumeRole", StringEquals={"iam:ResourceTag/open": "yes"})

    def attempt(thief):
        thief.iam.tag_role(RoleName=role.rsplit("/", 1)[1], Tags=[{"Key": "open", "Value": "yes"}])
        return thief.assume(role)

    return scene.account.user(None, may, given), attempt


# Those who vouch for others


@way("UpdateSAMLProvider")
def an_identity_provider_replaced_by_their_own(scene, may):
    made = scene.account.iam.create_saml_provider(Name="idp", SAMLMetadataDocument=metadata(ENTITY))
    arn = made["SAMLProviderArn"]
    role = scene.powerful_role(trust({"Federated": arn}, "sts:AssumeRoleWithSAML"))

    def attempt(thief):
        thief.iam.update_saml_provider(SAMLProviderArn=arn, SAMLMetadataDocument=scene.provider.metadata)
        return vouched_for(scene, thief, role, arn)

    return scene.account.user(None, may), attempt


@way("CreateSAMLProvider")
def an_identity_provider_that_was_gone(scene, may):
    """A role still trusts it."""
    iam = scene.account.iam
    made = {"Name": "idp", "SAMLMetadataDocument": scene.provider.metadata}
    arn = iam.create_saml_provider(**made)["SAMLProviderArn"]
    role = scene.powerful_role(trust({"Federated": arn}, "sts:AssumeRoleWithSAML"))
    iam.delete_saml_provider(SAMLProviderArn=arn)

    def attempt(thief):
        thief.iam.create_saml_provider(**made)
        return vouched_for(scene, thief, role, arn)

    return scene.account.user(None, may), attempt


def vouched_for(scene: Scene, thief: Identity, role: str, arn: str) -> Identity:
    answer = thief.sts.assume_role_with_saml(
        RoleArn=role, PrincipalArn=arn, SAMLAssertion=posted(scene.provider.response({role: arn}))
    )
    return thief.holding(answer["Credentials"], answer["AssumedRoleUser"]["Arn"])


def by_token(thief: Identity, role: str, token: str) -> Identity:
    answer = thief.sts.assume_role_with_web_identity(
        RoleArn=role, RoleSessionName="session", WebIdentityToken=token
    )
    return thief.holding(answer["Credentials"], answer["AssumedRoleUser"]["Arn"])


def trusting_issuer(scene: Scene, thumbprint: str, audience: str) -> tuple[str, str]:
    """A powerful role that tokens of the issuer open, and the provider."""
    made = scene.account.iam.create_open_id_connect_provider(
        Url=scene.issuer.url, ClientIDList=[audience], ThumbprintList=[thumbprint]
    )
    arn = made["OpenIDConnectProviderArn"]
    return scene.powerful_role(trust({"Federated": arn}, "sts:AssumeRoleWithWebIdentity")), arn


@way("AddClientIDToOpenIDConnectProvider")
def an_audience_for_which_they_have_tokens(scene, may):
    role, arn = trusting_issuer(scene, scene.issuer.thumbprint, "another-app")

    def attempt(thief):
        thief.iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID=AUDIENCE)
        return by_token(thief, role, scene.issuer.token())

    return scene.account.user(None, may), attempt


@way("UpdateOpenIDConnectProviderThumbprint")
def the_thumbprint_of_their_own_issuer(scene, may):
    """Whoever answers under the issuer's name."""
    role, arn = trusting_issuer(scene, "0" * 40, AUDIENCE)

    def attempt(thief):
        thief.iam.update_open_id_connect_provider_thumbprint(
            OpenIDConnectProviderArn=arn, ThumbprintList=[scene.issuer.thumbprint]
        )
        return by_token(thief, role, scene.issuer.token())

    return scene.account.user(None, may), attempt


@way("CreateOpenIDConnectProvider")
def an_issuer_that_was_gone(scene, may):
    role, arn = trusting_issuer(scene, scene.issuer.thumbprint, AUDIENCE)
    scene.account.iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)

    def attempt(thief):
        thief.iam.create_open_id_connect_provider(
            Url=scene.issuer.url, ClientIDList=[AUDIENCE], ThumbprintList=[scene.issuer.thumbprint]
        )
        return by_token(thief, role, scene.issuer.token())

    return scene.account.user(None, may), attempt
