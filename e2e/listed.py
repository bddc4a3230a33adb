"""Something to list for each paginator that botocore has for IAM: more of it than a small page holds.

A maker fills an account and gives the parameters of the list, and the names of all that must be listed by the
member of the answer that they stand in.
"""

import enum
from collections.abc import Callable

from cryptography.hazmat.primitives import serialization

from harness import certificates, totp
from harness.account import Account
from harness.metadata import metadata
from harness.policies import allow, document, trust

# As many as a user may have SSH public keys, and a policy versions.
COUNT = 5
NAMES = [f"n{number}" for number in range(COUNT)]
TAGS = [{"Key": name, "Value": "v"} for name in NAMES]
DOCUMENT = document(allow("iam:ListUsers"))

Maker = Callable[[Account], tuple[dict, dict[str, list[str]]]]


class Exempt(enum.Enum):
    """Why there is never more than one to list. The test holds each to its word."""

    ONE_ALIAS = "an account has one alias: a new one takes the place of the old"


def users(account: Account):
    for name in NAMES:
        account.iam.create_user(UserName=name)
    return {}, {"Users": NAMES}


def groups(account: Account):
    for name in NAMES:
        account.iam.create_group(GroupName=name)
    return {}, {"Groups": NAMES}


def roles(account: Account):
    for name in NAMES:
        account.role(trust(account.root_arn), name=name)
    return {}, {"Roles": NAMES}


def policies(account: Account):
    for name in NAMES:
        account.policy(allow("iam:ListUsers"), name=name)
    return {"Scope": "Local"}, {"Policies": NAMES}


def instance_profiles(account: Account):
    for name in NAMES:
        account.iam.create_instance_profile(InstanceProfileName=name)
    return {}, {"InstanceProfiles": NAMES}


def profiles_of_a_role(account: Account):
    instance_profiles(account)
    account.role(trust(account.root_arn), name="r")
    for name in NAMES:
        account.iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName="r")
    return {"RoleName": "r"}, {"InstanceProfiles": NAMES}


def members(account: Account):
    account.iam.create_group(GroupName="g")
    _, listed = users(account)
    for name in NAMES:
        account.iam.add_user_to_group(GroupName="g", UserName=name)
    return {"GroupName": "g"}, listed


def groups_of_a_user(account: Account):
    account.iam.create_user(UserName="u")
    _, listed = groups(account)
    for name in NAMES:
        account.iam.add_user_to_group(GroupName=name, UserName="u")
    return {"UserName": "u"}, listed


def everything(account: Account):
    """Users, groups, roles and policies, for the report that goes through all of them."""
    policies(account)
    roles(account)
    members(account)
    kinds = {"UserDetailList": NAMES, "GroupDetailList": ["g"], "RoleDetailList": NAMES, "Policies": NAMES}
    return {"Filter": ["User", "Group", "Role", "LocalManagedPolicy"]}, kinds


def entities(account: Account):
    arn = account.policy(allow("iam:ListUsers"))
    users(account)
    groups(account)
    roles(account)
    for name in NAMES:
        account.iam.attach_user_policy(UserName=name, PolicyArn=arn)
        account.iam.attach_group_policy(GroupName=name, PolicyArn=arn)
        account.iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    return {"PolicyArn": arn}, {"PolicyUsers": NAMES, "PolicyGroups": NAMES, "PolicyRoles": NAMES}


def versions(account: Account):
    arn = {"PolicyArn": account.policy(allow("iam:ListUsers"))}
    for _ in NAMES[1:]:
        account.iam.create_policy_version(**arn, PolicyDocument=DOCUMENT)
    return arn, {"Versions": [f"v{number + 1}" for number in range(COUNT)]}


def access_keys(account: Account):
    account.iam.create_user(UserName="u")
    made = [account.iam.create_access_key(UserName="u")["AccessKey"]["AccessKeyId"] for _ in range(2)]
    return {"UserName": "u"}, {"AccessKeyMetadata": made}


def alias(account: Account):
    account.iam.create_account_alias(AccountAlias=f"first-{account.id}")
    account.iam.create_account_alias(AccountAlias=f"second-{account.id}")
    return {}, {"AccountAliases": [f"second-{account.id}"]}


def devices(account: Account):
    serials = [totp.device(account, name).serial for name in NAMES]
    return {}, {"VirtualMFADevices": serials}


def devices_of_a_user(account: Account):
    account.iam.create_user(UserName="u")
    serials = [totp.device_of(account, "u", name).serial for name in NAMES]
    return {"UserName": "u"}, {"MFADevices": serials}


def ssh_public_keys(account: Account):
    account.iam.create_user(UserName="u")
    made = []
    for _ in NAMES:
        body = (
            certificates.rsa_key()
            .public_key()
            .public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        )
        key = account.iam.upload_ssh_public_key(UserName="u", SSHPublicKeyBody=body.decode())
        made.append(key["SSHPublicKey"]["SSHPublicKeyId"])
    return {"UserName": "u"}, {"SSHPublicKeys": made}


def signing_certificates(account: Account):
    account.iam.create_user(UserName="u")
    made = []
    for _ in range(2):
        uploaded = account.iam.upload_signing_certificate(
            UserName="u", CertificateBody=certificates.issue().pem
        )
        made.append(uploaded["Certificate"]["CertificateId"])
    return {"UserName": "u"}, {"Certificates": made}


def server_certificates(account: Account):
    for name in NAMES:
        _server_certificate(account, name)
    return {}, {"ServerCertificateMetadataList": NAMES}


def _server_certificate(account: Account, name: str, **parameters) -> None:
    made = certificates.issue()
    account.iam.upload_server_certificate(
        ServerCertificateName=name, CertificateBody=made.pem, PrivateKey=made.key_pem, **parameters
    )


def inline_of(kind: str) -> Maker:
    def make(account: Account):
        owner = _owner(account, kind)
        for name in NAMES:
            getattr(account.iam, f"put_{kind}_policy")(**owner, PolicyName=name, PolicyDocument=DOCUMENT)
        return owner, {"PolicyNames": NAMES}

    return make


def attached_to(kind: str) -> Maker:
    def make(account: Account):
        owner = _owner(account, kind)
        for name in NAMES:
            arn = account.policy(allow("iam:ListUsers"), name=name)
            getattr(account.iam, f"attach_{kind}_policy")(**owner, PolicyArn=arn)
        return owner, {"AttachedPolicies": NAMES}

    return make


def _owner(account: Account, kind: str) -> dict:
    if kind == "role":
        account.role(trust(account.root_arn), name="r")
        return {"RoleName": "r"}
    getattr(account.iam, f"create_{kind}")(**{f"{kind.title()}Name": "o"})
    return {f"{kind.title()}Name": "o"}


def tags(make: Callable[[Account], dict]) -> Maker:
    """What `make` makes with all the tags."""
    return lambda account: (make(account), {"Tags": NAMES})


def tagged_user(account: Account) -> dict:
    account.iam.create_user(UserName="u", Tags=TAGS)
    return {"UserName": "u"}


def tagged_role(account: Account) -> dict:
    account.role(trust(account.root_arn), name="r", Tags=TAGS)
    return {"RoleName": "r"}


def tagged_profile(account: Account) -> dict:
    account.iam.create_instance_profile(InstanceProfileName="p", Tags=TAGS)
    return {"InstanceProfileName": "p"}


def tagged_device(account: Account) -> dict:
    made = account.iam.create_virtual_mfa_device(VirtualMFADeviceName="d", Tags=TAGS)["VirtualMFADevice"]
    return {"SerialNumber": made["SerialNumber"]}


def tagged_oidc_provider(account: Account) -> dict:
    made = account.iam.create_open_id_connect_provider(
        Url="https://issuer.example.com", ThumbprintList=["a" * 40], Tags=TAGS
    )
    return {"OpenIDConnectProviderArn": made["OpenIDConnectProviderArn"]}


def tagged_saml_provider(account: Account) -> dict:
    made = account.iam.create_saml_provider(Name="idp", SAMLMetadataDocument=metadata(), Tags=TAGS)
    return {"SAMLProviderArn": made["SAMLProviderArn"]}


def tagged_server_certificate(account: Account) -> dict:
    _server_certificate(account, "c", Tags=TAGS)
    return {"ServerCertificateName": "c"}


ACTIONS = [f"iam:{action}" for action in ("ListUsers", "GetUser", "CreateUser", "DeleteUser", "TagUser")]


def simulated(account: Account):
    parameters = {"PolicyInputList": [DOCUMENT], "ActionNames": ACTIONS}
    return parameters, {"EvaluationResults": ACTIONS}


def simulated_for_a_user(account: Account):
    user = account.user("u", allow("iam:ListUsers"))
    return {"PolicySourceArn": user.arn, "ActionNames": ACTIONS}, {"EvaluationResults": ACTIONS}


LISTED: dict[str, Maker] = {
    "GetAccountAuthorizationDetails": everything,
    "GetGroup": members,
    "ListAccessKeys": access_keys,
    "ListAccountAliases": alias,
    "ListAttachedGroupPolicies": attached_to("group"),
    "ListAttachedRolePolicies": attached_to("role"),
    "ListAttachedUserPolicies": attached_to("user"),
    "ListEntitiesForPolicy": entities,
    "ListGroupPolicies": inline_of("group"),
    "ListGroups": groups,
    "ListGroupsForUser": groups_of_a_user,
    "ListInstanceProfiles": instance_profiles,
    "ListInstanceProfilesForRole": profiles_of_a_role,
    "ListInstanceProfileTags": tags(tagged_profile),
    "ListMFADevices": devices_of_a_user,
    "ListMFADeviceTags": tags(tagged_device),
    "ListOpenIDConnectProviderTags": tags(tagged_oidc_provider),
    "ListPolicies": policies,
    "ListPolicyTags": tags(lambda account: {"PolicyArn": account.policy(allow("iam:ListUsers"), Tags=TAGS)}),
    "ListPolicyVersions": versions,
    "ListRolePolicies": inline_of("role"),
    "ListRoles": roles,
    "ListRoleTags": tags(tagged_role),
    "ListSAMLProviderTags": tags(tagged_saml_provider),
    "ListServerCertificates": server_certificates,
    "ListServerCertificateTags": tags(tagged_server_certificate),
    "ListSigningCertificates": signing_certificates,
    "ListSSHPublicKeys": ssh_public_keys,
    "ListUserPolicies": inline_of("user"),
    "ListUsers": users,
    "ListUserTags": tags(tagged_user),
    "ListVirtualMFADevices": devices,
    "SimulateCustomPolicy": simulated,
    "SimulatePrincipalPolicy": simulated_for_a_user,
}

EXEMPT = {"ListAccountAliases": Exempt.ONE_ALIAS}

# Of these, the first that an entry has is its name.
NAMED_BY = (
    "AccessKeyId",
    "SerialNumber",
    "SSHPublicKeyId",
    "CertificateId",
    "ServerCertificateName",
    "InstanceProfileName",
    "VersionId",
    "PolicyName",
    "Key",
    "EvalActionName",
    "UserName",
    "GroupName",
    "RoleName",
)


def name_of(entry) -> str:
    if isinstance(entry, str):
        return entry
    return next(entry[member] for member in NAMED_BY if member in entry)
