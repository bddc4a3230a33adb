"""Ways to more power that lead through other services: what shows that they were gone is no identity here.

Each is a function: it makes what the way needs, and gives the attempt, and whether it was made.
"""

from collections.abc import Callable

from botocore.exceptions import ClientError

from escalation_paths import Scene
from harness.keys import SSH_KEY
from harness.policies import trust

LEADS: dict[str, tuple[list[str], Callable]] = {}


def lead(*actions: str):
    def add(function):
        LEADS[function.__name__] = ([f"iam:{action}" for action in actions], function)
        return function

    return add


@lead("AddRoleToInstanceProfile", "PassRole")
def a_powerful_role_in_an_instance_profile(scene: Scene):
    role = scene.powerful_role(trust({"Service": "ec2.amazonaws.com"})).rsplit("/", 1)[1]
    name = scene.account.fresh_name("profile")
    scene.account.iam.create_instance_profile(InstanceProfileName=name)

    def attempt(thief):
        thief.iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role)

    def gone():
        profile = scene.account.iam.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]
        return [held["RoleName"] for held in profile["Roles"]] == [role]

    return attempt, gone


@lead("UploadSSHPublicKey")
def an_ssh_key_for_an_administrator(scene: Scene):
    boss = scene.boss()

    def attempt(thief):
        thief.iam.upload_ssh_public_key(UserName=boss.name, SSHPublicKeyBody=SSH_KEY)

    return attempt, lambda: scene.account.iam.list_ssh_public_keys(UserName=boss.name)["SSHPublicKeys"] != []


@lead("CreateServiceSpecificCredential")
def a_service_password_for_an_administrator(scene: Scene):
    boss = scene.boss()

    def attempt(thief):
        thief.iam.create_service_specific_credential(
            UserName=boss.name, ServiceName="codecommit.amazonaws.com"
        )

    def gone():
        listed = scene.account.iam.list_service_specific_credentials(UserName=boss.name)
        return listed["ServiceSpecificCredentials"] != []

    return attempt, gone


@lead("UpdateAccountPasswordPolicy")
def weak_passwords_for_all(scene: Scene):
    def attempt(thief):
        thief.iam.update_account_password_policy(MinimumPasswordLength=6)

    def gone():
        user = scene.account.user()
        try:
            scene.account.iam.create_login_profile(UserName=user.name, Password="secret")
        except ClientError as error:
            assert error.response["Error"]["Code"] == "PasswordPolicyViolation"
            return False
        return True

    return attempt, gone


@lead("EnableOutboundWebIdentityFederation")
def tokens_of_the_account_for_others(scene: Scene):
    def attempt(thief):
        thief.iam.enable_outbound_web_identity_federation()

    def gone():
        try:
            scene.account.iam.get_outbound_web_identity_federation_info()
        except scene.account.iam.exceptions.FeatureDisabledException:
            return False
        return True

    return attempt, gone
