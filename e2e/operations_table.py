"""Every operation: what it needs, what it is decided on, and how it is asked for something that is not there.

A row is written once by hand; the tests call each operation allowed, denied, malformed and with a missing
entity. Where one of the four cannot be, the row has an exemption of a kind that the tests hold to its word:
an exemption that is no longer true fails.
"""

import contextlib
from collections.abc import Callable

from harness import certificates, reports, totp
from harness.account import Account
from harness.keys import SSH_KEY
from harness.metadata import metadata
from harness.policies import ADMINISTRATOR, allow, document, trust
from harness.rows import Exempt, Row
from operations_of_partners import ROWS_OF_PARTNERS
from operations_of_simulations import ROWS_OF_SIMULATIONS

DOCUMENT = document(allow("iam:ListUsers"))
NOBODY = "nobody"


def user(account: Account) -> dict:
    name = account.fresh_name("user")
    account.iam.create_user(UserName=name)
    return {"UserName": name}


def group(account: Account) -> dict:
    name = account.fresh_name("group")
    account.iam.create_group(GroupName=name)
    return {"GroupName": name}


def role(account: Account) -> dict:
    name = account.fresh_name("role")
    account.role(trust(account.root_arn), name=name)
    return {"RoleName": name}


def instance_profile(account: Account) -> dict:
    name = account.fresh_name("profile")
    account.iam.create_instance_profile(InstanceProfileName=name)
    return {"InstanceProfileName": name}


def with_role(account: Account) -> dict:
    names = instance_profile(account) | role(account)
    account.iam.add_role_to_instance_profile(**names)
    return names


def policy(account: Account) -> dict:
    return {"PolicyArn": account.policy(allow("iam:ListUsers"))}


def plus(make: Callable[[Account], dict], **more) -> Callable[[Account], dict]:
    """What `make` gives and more; values that are functions are called with the account."""

    def both(account: Account) -> dict:
        return make(account) | {
            name: value(account) if callable(value) else value for name, value in more.items()
        }

    return both


def nothing(_: Account) -> dict:
    return {}


def fresh(kind: str) -> Callable[[Account], str]:
    return lambda account: account.fresh_name(kind)


MAKERS = {"user": user, "group": group, "role": role}


def with_inline(kind: str) -> Callable[[Account], dict]:
    def make(account: Account) -> dict:
        name = MAKERS[kind](account)
        getattr(account.iam, f"put_{kind}_policy")(**name, PolicyName="inline", PolicyDocument=DOCUMENT)
        return name | {"PolicyName": "inline"}

    return make


def with_attached(kind: str) -> Callable[[Account], dict]:
    def make(account: Account) -> dict:
        name = MAKERS[kind](account)
        getattr(account.iam, f"attach_{kind}_policy")(**name, PolicyArn=ADMINISTRATOR)
        return name | {"PolicyArn": ADMINISTRATOR}

    return make


def with_boundary(kind: str) -> Callable[[Account], dict]:
    def make(account: Account) -> dict:
        name = MAKERS[kind](account)
        getattr(account.iam, f"put_{kind}_permissions_boundary")(**name, PermissionsBoundary=ADMINISTRATOR)
        return name

    return make


def with_key(account: Account) -> dict:
    name = user(account)
    key = account.iam.create_access_key(**name)["AccessKey"]
    return name | {"AccessKeyId": key["AccessKeyId"]}


def owner_of(account: Account, parameters: dict) -> str:
    return account.iam.get_access_key_last_used(**parameters)["UserName"]


def with_member(account: Account) -> dict:
    names = user(account) | group(account)
    account.iam.add_user_to_group(**names)
    return names


def with_second_version(account: Account) -> dict:
    arn = policy(account)
    account.iam.create_policy_version(**arn, PolicyDocument=DOCUMENT)
    return arn | {"VersionId": "v2"}


def with_alias(account: Account) -> dict:
    # Unique among all accounts, and another each time: an account's own alias is refused too.
    alias = f"{account.fresh_name('alias')}-{account.id}".lower()
    account.iam.create_account_alias(AccountAlias=alias)
    return {"AccountAlias": alias}


def issuer_url(account: Account) -> str:
    return f"https://{account.fresh_name('issuer')}.example.com"


def oidc_provider(account: Account) -> dict:
    made = account.iam.create_open_id_connect_provider(
        Url=issuer_url(account), ClientIDList=["app"], ThumbprintList=["a" * 40]
    )
    return {"OpenIDConnectProviderArn": made["OpenIDConnectProviderArn"]}


def saml_provider(account: Account) -> dict:
    made = account.iam.create_saml_provider(Name=account.fresh_name("idp"), SAMLMetadataDocument=metadata())
    return {"SAMLProviderArn": made["SAMLProviderArn"]}


def issuing_tokens(account: Account) -> dict:
    with contextlib.suppress(account.iam.exceptions.FeatureEnabledException):
        account.iam.enable_outbound_web_identity_federation()
    return {}


def issuing_no_tokens(account: Account) -> dict:
    with contextlib.suppress(account.iam.exceptions.FeatureDisabledException):
        account.iam.disable_outbound_web_identity_federation()
    return {}


def with_ssh_key(account: Account) -> dict:
    name = user(account)
    key = account.iam.upload_ssh_public_key(**name, SSHPublicKeyBody=SSH_KEY)["SSHPublicKey"]
    return name | {"SSHPublicKeyId": key["SSHPublicKeyId"]}


def with_service_credential(account: Account) -> dict:
    name = user(account)
    made = account.iam.create_service_specific_credential(**name, ServiceName="logs.amazonaws.com")
    credential = made["ServiceSpecificCredential"]
    return name | {"ServiceSpecificCredentialId": credential["ServiceSpecificCredentialId"]}


def of_service(account: Account) -> dict:
    suffix = account.fresh_name("s")
    made = account.iam.create_service_linked_role(AWSServiceName=SERVICE, CustomSuffix=suffix)
    return {"RoleName": made["Role"]["RoleName"]}


def deletion(account: Account) -> dict:
    done = account.iam.delete_service_linked_role(**of_service(account))
    return {"DeletionTaskId": done["DeletionTaskId"]}


def deleted_role(account: Account, parameters: dict) -> str:
    _, path, service, name, _ = parameters["DeletionTaskId"].split("/")
    return f"arn:aws:iam::{account.id}:role/{path}/{service}/{name}"


def new_certificate(_: Account) -> str:
    return certificates.issue().pem


def with_signing_certificate(account: Account) -> dict:
    name = user(account)
    made = account.iam.upload_signing_certificate(**name, CertificateBody=new_certificate(account))
    return name | {"CertificateId": made["Certificate"]["CertificateId"]}


def certificate_to_upload(account: Account) -> dict:
    """With room for it: an account can have twenty."""
    for kept in account.iam.list_server_certificates()["ServerCertificateMetadataList"]:
        account.iam.delete_server_certificate(ServerCertificateName=kept["ServerCertificateName"])
    pair = certificates.issue()
    name = account.fresh_name("certificate")
    return {"ServerCertificateName": name, "CertificateBody": pair.pem, "PrivateKey": pair.key_pem}


def server_certificate(account: Account) -> dict:
    given = certificate_to_upload(account)
    account.iam.upload_server_certificate(**given)
    return {"ServerCertificateName": given["ServerCertificateName"]}


def with_login(account: Account) -> dict:
    name = user(account)
    account.iam.create_login_profile(**name, Password=PASSWORD)
    return name


def device(account: Account) -> dict:
    return {"SerialNumber": totp.device(account).serial}


def tagged_device(account: Account) -> dict:
    serial = device(account)
    account.iam.tag_mfa_device(**serial, Tags=TAGS)
    return serial


def with_device(account: Account) -> dict:
    name = user(account)
    return name | {"SerialNumber": totp.device_of(account, name["UserName"]).serial}


def with_codes(make_device: Callable[[Account, str], totp.Authenticator]) -> Callable[[Account], dict]:
    """A device of a user's, and two codes that it shows."""

    def make(account: Account) -> dict:
        name = user(account)
        phone = make_device(account, name["UserName"])
        return name | {"SerialNumber": phone.serial} | phone.two_codes()

    return make


def with_password_policy(account: Account) -> dict:
    account.iam.update_account_password_policy()
    return {}


def with_credential_report(account: Account) -> dict:
    reports.make_credential_report(account.root)
    return {}


def with_job(account: Account) -> dict:
    job = account.iam.generate_service_last_accessed_details(Arn=account.user().arn)
    return {"JobId": job["JobId"]}


NO_JOB = {"JobId": "00000000-0000-0000-0000-000000000000"}
PASSWORD = "Correct-Horse-1"


def with_denial(account: Account) -> dict:
    """The id of a request that was denied in the account."""
    client = account.user().iam
    try:
        client.list_users()
    except client.exceptions.ClientError as error:
        return {"EncodedMessage": error.response["ResponseMetadata"]["RequestId"]}
    raise AssertionError("a new user may list users")


TAGS = [{"Key": "team", "Value": "red"}]
TRUSTED = {"AssumeRolePolicyDocument": lambda account: trust(account.root_arn)}
ARN = "arn:aws:iam::{account}:"
USER, GROUP, ROLE = ARN + "user/{UserName}", ARN + "group/{GroupName}", ARN + "role/{RoleName}"
# It is about whoever calls.
CALLER = "the caller"
POLICY, DEVICE = "{PolicyArn}", "{SerialNumber}"
NO_DEVICE = {"SerialNumber": ARN + "mfa/nobody"}
NO_USER, NO_GROUP, NO_ROLE = {"UserName": NOBODY}, {"GroupName": NOBODY}, {"RoleName": NOBODY}
NO_SSH_KEY = {"SSHPublicKeyId": "APKAIOSFODNN7EXAMPLE"}
NO_SERVICE_CREDENTIAL = {"ServiceSpecificCredentialId": "ACCA2345672EXAMPLE234"}
SERVICE = "autoscaling.amazonaws.com"
OF_SERVICE = ARN + f"role/aws-service-role/{SERVICE}/"
NO_DELETION = {
    "DeletionTaskId": f"task/aws-service-role/{SERVICE}/nobody/00000000-0000-0000-0000-000000000000"
}
NO_CERTIFICATE = {"CertificateId": "NOSUCHCERTIFICATEWITHTHISIDEVERY"}
SERVER_CERTIFICATE = ARN + "server-certificate/{ServerCertificateName}"
NO_SERVER_CERTIFICATE = {"ServerCertificateName": NOBODY}
PROFILE, NO_PROFILE = ARN + "instance-profile/{InstanceProfileName}", {"InstanceProfileName": NOBODY}
NO_POLICY = {"PolicyArn": "arn:aws:iam::{account}:policy/nobody"}

OIDC, SAML = "{OpenIDConnectProviderArn}", "{SAMLProviderArn}"
NO_OIDC = {"OpenIDConnectProviderArn": ARN + "oidc-provider/nobody.example.com"}
NO_SAML = {"SAMLProviderArn": ARN + "saml-provider/nobody"}

ROWS: dict[str, Row] = {
    # Users
    "CreateUser": Row(plus(nothing, UserName=fresh("user")), USER, Exempt.MAKES_ITS_ENTITY),
    "GetUser": Row(user, USER, NO_USER),
    "UpdateUser": Row(plus(user, NewUserName=fresh("renamed")), USER, NO_USER),
    "DeleteUser": Row(user, USER, NO_USER),
    "ListUsers": Row(nothing, ARN + "user/", Exempt.NAMES_NOTHING),
    # Groups
    "CreateGroup": Row(plus(nothing, GroupName=fresh("group")), GROUP, Exempt.MAKES_ITS_ENTITY),
    "GetGroup": Row(group, GROUP, NO_GROUP),
    "UpdateGroup": Row(plus(group, NewGroupName=fresh("renamed")), GROUP, NO_GROUP),
    "DeleteGroup": Row(group, GROUP, NO_GROUP),
    "ListGroups": Row(nothing, ARN + "group/", Exempt.NAMES_NOTHING),
    "AddUserToGroup": Row(lambda account: user(account) | group(account), GROUP, NO_USER),
    "RemoveUserFromGroup": Row(with_member, GROUP, NO_USER),
    "ListGroupsForUser": Row(user, USER, NO_USER),
    # Roles
    "CreateRole": Row(plus(nothing, RoleName=fresh("role"), **TRUSTED), ROLE, Exempt.MAKES_ITS_ENTITY),
    "GetRole": Row(role, ROLE, NO_ROLE),
    "UpdateRole": Row(plus(role, Description="new"), ROLE, NO_ROLE),
    "UpdateRoleDescription": Row(plus(role, Description="new"), ROLE, NO_ROLE),
    "UpdateAssumeRolePolicy": Row(
        plus(role, PolicyDocument=lambda account: trust(account.root_arn)), ROLE, NO_ROLE
    ),
    "DeleteRole": Row(role, ROLE, NO_ROLE),
    "ListRoles": Row(nothing, ARN + "role/", Exempt.NAMES_NOTHING),
    # Instance profiles
    "CreateInstanceProfile": Row(
        plus(nothing, InstanceProfileName=fresh("profile")), PROFILE, Exempt.MAKES_ITS_ENTITY
    ),
    "GetInstanceProfile": Row(instance_profile, PROFILE, NO_PROFILE),
    "DeleteInstanceProfile": Row(instance_profile, PROFILE, NO_PROFILE),
    "ListInstanceProfiles": Row(nothing, ARN + "instance-profile/", Exempt.NAMES_NOTHING),
    "ListInstanceProfilesForRole": Row(role, ROLE, NO_ROLE),
    "AddRoleToInstanceProfile": Row(
        lambda account: instance_profile(account) | role(account),
        PROFILE,
        NO_ROLE,
        extra_actions=["iam:PassRole"],
    ),
    "RemoveRoleFromInstanceProfile": Row(with_role, PROFILE, NO_PROFILE),
    "TagInstanceProfile": Row(plus(instance_profile, Tags=TAGS), PROFILE, NO_PROFILE),
    "UntagInstanceProfile": Row(plus(instance_profile, TagKeys=["team"]), PROFILE, NO_PROFILE),
    "ListInstanceProfileTags": Row(instance_profile, PROFILE, NO_PROFILE),
    # Managed policies
    "CreatePolicy": Row(
        plus(nothing, PolicyName=fresh("policy"), PolicyDocument=DOCUMENT),
        ARN + "policy/{PolicyName}",
        Exempt.MAKES_ITS_ENTITY,
    ),
    "GetPolicy": Row(policy, POLICY, NO_POLICY),
    "DeletePolicy": Row(policy, POLICY, NO_POLICY),
    "ListPolicies": Row(plus(nothing, Scope="Local"), "*", Exempt.NAMES_NOTHING),
    "CreatePolicyVersion": Row(plus(policy, PolicyDocument=DOCUMENT), POLICY, NO_POLICY),
    "GetPolicyVersion": Row(plus(policy, VersionId="v1"), POLICY, {"VersionId": "v9"}),
    "ListPolicyVersions": Row(policy, POLICY, NO_POLICY),
    "SetDefaultPolicyVersion": Row(with_second_version, POLICY, {"VersionId": "v9"}),
    "DeletePolicyVersion": Row(with_second_version, POLICY, {"VersionId": "v9"}),
    "ListEntitiesForPolicy": Row(policy, POLICY, NO_POLICY),
    # Reports
    "GetAccountAuthorizationDetails": Row(nothing, "*", Exempt.NAMES_NOTHING),
    "GetHumanReadableSummary": Row(
        lambda account: {"EntityArn": account.policy(allow("iam:ListUsers"))},
        "{EntityArn}",
        {"EntityArn": "arn:aws:iam::{account}:policy/nobody"},
        extra_actions=["iam:GetPolicy", "iam:GetPolicyVersion"],
    ),
    "GetAccountSummary": Row(nothing, "*", Exempt.NAMES_NOTHING, malformed=Exempt.NOTHING_TO_MALFORM),
    "GenerateCredentialReport": Row(nothing, "*", Exempt.NAMES_NOTHING, malformed=Exempt.NOTHING_TO_MALFORM),
    "GetCredentialReport": Row(
        with_credential_report, "*", Exempt.NAMES_NOTHING, malformed=Exempt.NOTHING_TO_MALFORM
    ),
    "GenerateServiceLastAccessedDetails": Row(
        lambda account: {"Arn": account.user().arn}, "{Arn}", {"Arn": ARN + "user/nobody"}
    ),
    # Only who began a job can read it; test_last_accessed.py does.
    "GetServiceLastAccessedDetails": Row(with_job, "*", NO_JOB, allowed=Exempt.ALWAYS_MISSING),
    "GetServiceLastAccessedDetailsWithEntities": Row(
        plus(with_job, ServiceNamespace="s3"), "*", NO_JOB, allowed=Exempt.ALWAYS_MISSING
    ),
    "ListPoliciesGrantingServiceAccess": Row(
        lambda account: {"Arn": account.user().arn, "ServiceNamespaces": ["iam"]},
        "{Arn}",
        {"Arn": ARN + "user/nobody"},
    ),
    # Access keys
    "CreateAccessKey": Row(user, USER, NO_USER),
    "UpdateAccessKey": Row(plus(with_key, Status="Inactive"), USER, {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE"}),
    "DeleteAccessKey": Row(with_key, USER, {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE"}),
    "ListAccessKeys": Row(user, USER, NO_USER),
    "GetAccessKeyLastUsed": Row(
        lambda account: {"AccessKeyId": with_key(account)["AccessKeyId"]},
        lambda account, parameters: f"arn:aws:iam::{account.id}:user/{owner_of(account, parameters)}",
        Exempt.ANSWERED_AS_DENIED,
    ),
    # The alias
    "CreateAccountAlias": Row(
        lambda account: {"AccountAlias": f"new-{account.id}"}, "*", Exempt.MAKES_ITS_ENTITY
    ),
    "DeleteAccountAlias": Row(with_alias, "*", {"AccountAlias": "never-an-alias"}),
    "ListAccountAliases": Row(nothing, "*", Exempt.NAMES_NOTHING),
    "GetAccountProperties": Row(nothing, "*", Exempt.NAMES_NOTHING, malformed=Exempt.NOTHING_TO_MALFORM),
    "PutAccountProperties": Row(
        plus(nothing, Properties={"RoleManager/Enabled": "true"}),
        "*",
        Exempt.MAKES_ITS_ENTITY,
        malformed=Exempt.NOTHING_TO_MALFORM,
        extra_actions=["iam:CreateServiceLinkedRole"],
    ),
    # Identity providers
    "CreateOpenIDConnectProvider": Row(
        plus(nothing, Url=issuer_url, ThumbprintList=["a" * 40]),
        lambda account, parameters: (
            f"arn:aws:iam::{account.id}:oidc-provider/{parameters['Url'].removeprefix('https://')}"
        ),
        Exempt.MAKES_ITS_ENTITY,
    ),
    "GetOpenIDConnectProvider": Row(oidc_provider, OIDC, NO_OIDC),
    "DeleteOpenIDConnectProvider": Row(oidc_provider, OIDC, NO_OIDC),
    "AddClientIDToOpenIDConnectProvider": Row(plus(oidc_provider, ClientID="more"), OIDC, NO_OIDC),
    "RemoveClientIDFromOpenIDConnectProvider": Row(plus(oidc_provider, ClientID="app"), OIDC, NO_OIDC),
    "UpdateOpenIDConnectProviderThumbprint": Row(
        plus(oidc_provider, ThumbprintList=["b" * 40]), OIDC, NO_OIDC
    ),
    "TagOpenIDConnectProvider": Row(plus(oidc_provider, Tags=TAGS), OIDC, NO_OIDC),
    "UntagOpenIDConnectProvider": Row(plus(oidc_provider, TagKeys=["team"]), OIDC, NO_OIDC),
    "ListOpenIDConnectProviderTags": Row(oidc_provider, OIDC, NO_OIDC),
    "ListOpenIDConnectProviders": Row(
        nothing, "*", Exempt.NAMES_NOTHING, malformed=Exempt.NOTHING_TO_MALFORM
    ),
    "CreateSAMLProvider": Row(
        plus(nothing, Name=fresh("idp"), SAMLMetadataDocument=metadata()),
        ARN + "saml-provider/{Name}",
        Exempt.MAKES_ITS_ENTITY,
    ),
    "GetSAMLProvider": Row(saml_provider, SAML, NO_SAML),
    "UpdateSAMLProvider": Row(plus(saml_provider, AssertionEncryptionMode="Allowed"), SAML, NO_SAML),
    "DeleteSAMLProvider": Row(saml_provider, SAML, NO_SAML),
    "TagSAMLProvider": Row(plus(saml_provider, Tags=TAGS), SAML, NO_SAML),
    "UntagSAMLProvider": Row(plus(saml_provider, TagKeys=["team"]), SAML, NO_SAML),
    "ListSAMLProviderTags": Row(saml_provider, SAML, NO_SAML),
    "ListSAMLProviders": Row(nothing, "*", Exempt.NAMES_NOTHING, malformed=Exempt.NOTHING_TO_MALFORM),
    # The account as an issuer of tokens
    "EnableOutboundWebIdentityFederation": Row(
        issuing_no_tokens, "*", Exempt.NAMES_NOTHING, malformed=Exempt.NOTHING_TO_MALFORM
    ),
    "DisableOutboundWebIdentityFederation": Row(
        issuing_tokens, "*", Exempt.NAMES_NOTHING, malformed=Exempt.NOTHING_TO_MALFORM
    ),
    "GetOutboundWebIdentityFederationInfo": Row(
        issuing_tokens, "*", Exempt.NAMES_NOTHING, malformed=Exempt.NOTHING_TO_MALFORM
    ),
    "SetSecurityTokenServicePreferences": Row(
        plus(nothing, GlobalEndpointTokenVersion="v2Token"), "*", Exempt.MAKES_ITS_ENTITY
    ),
    # Second factors
    "CreateVirtualMFADevice": Row(
        plus(nothing, VirtualMFADeviceName=fresh("phone")),
        ARN + "mfa/{VirtualMFADeviceName}",
        Exempt.MAKES_ITS_ENTITY,
    ),
    "EnableMFADevice": Row(with_codes(lambda account, _: totp.device(account)), USER, NO_DEVICE),
    "ResyncMFADevice": Row(with_codes(totp.device_of), USER, NO_DEVICE),
    "DeactivateMFADevice": Row(with_device, USER, NO_DEVICE),
    "GetMFADevice": Row(
        with_device,
        USER,
        {"SerialNumber": ARN + "u2f/user/nobody/key"},
        allowed=Exempt.ALWAYS_ANOTHER_KIND,
    ),
    "ListMFADevices": Row(user, USER, NO_USER),
    "DeleteVirtualMFADevice": Row(device, DEVICE, NO_DEVICE),
    "ListVirtualMFADevices": Row(nothing, "*", Exempt.NAMES_NOTHING),
    "TagMFADevice": Row(plus(device, Tags=TAGS), DEVICE, NO_DEVICE),
    "UntagMFADevice": Row(plus(tagged_device, TagKeys=["team"]), DEVICE, NO_DEVICE),
    "ListMFADeviceTags": Row(tagged_device, DEVICE, NO_DEVICE),
    # Passwords
    "CreateLoginProfile": Row(plus(user, Password=PASSWORD), USER, NO_USER),
    "GetLoginProfile": Row(with_login, USER, NO_USER),
    "UpdateLoginProfile": Row(plus(with_login, PasswordResetRequired=True), USER, NO_USER),
    "DeleteLoginProfile": Row(with_login, USER, NO_USER),
    "ChangePassword": Row(
        plus(nothing, OldPassword=PASSWORD, NewPassword=PASSWORD + "2"),
        CALLER,
        {},
        allowed=Exempt.ALWAYS_MISSING,
    ),
    "GetAccountPasswordPolicy": Row(
        with_password_policy, "*", Exempt.NAMES_NOTHING, malformed=Exempt.NOTHING_TO_MALFORM
    ),
    "UpdateAccountPasswordPolicy": Row(nothing, "*", Exempt.NAMES_NOTHING),
    "DeleteAccountPasswordPolicy": Row(
        with_password_policy, "*", Exempt.NAMES_NOTHING, malformed=Exempt.NOTHING_TO_MALFORM
    ),
    # Certificates
    "UploadSigningCertificate": Row(plus(user, CertificateBody=new_certificate), USER, NO_USER),
    "UpdateSigningCertificate": Row(plus(with_signing_certificate, Status="Inactive"), USER, NO_CERTIFICATE),
    "DeleteSigningCertificate": Row(with_signing_certificate, USER, NO_CERTIFICATE),
    "UploadServerCertificate": Row(certificate_to_upload, SERVER_CERTIFICATE, Exempt.MAKES_ITS_ENTITY),
    "GetServerCertificate": Row(server_certificate, SERVER_CERTIFICATE, NO_SERVER_CERTIFICATE),
    "ListServerCertificates": Row(nothing, ARN + "server-certificate/", Exempt.NAMES_NOTHING),
    "UpdateServerCertificate": Row(
        plus(server_certificate, NewServerCertificateName=fresh("renamed")),
        SERVER_CERTIFICATE,
        NO_SERVER_CERTIFICATE,
    ),
    "DeleteServerCertificate": Row(server_certificate, SERVER_CERTIFICATE, NO_SERVER_CERTIFICATE),
    "TagServerCertificate": Row(
        plus(server_certificate, Tags=TAGS), SERVER_CERTIFICATE, NO_SERVER_CERTIFICATE
    ),
    "UntagServerCertificate": Row(
        plus(server_certificate, TagKeys=["team"]), SERVER_CERTIFICATE, NO_SERVER_CERTIFICATE
    ),
    "ListServerCertificateTags": Row(server_certificate, SERVER_CERTIFICATE, NO_SERVER_CERTIFICATE),
    # SSH public keys
    "UploadSSHPublicKey": Row(plus(user, SSHPublicKeyBody=SSH_KEY), USER, NO_USER),
    "GetSSHPublicKey": Row(plus(with_ssh_key, Encoding="PEM"), USER, NO_SSH_KEY),
    "ListSSHPublicKeys": Row(user, USER, NO_USER),
    "UpdateSSHPublicKey": Row(plus(with_ssh_key, Status="Inactive"), USER, NO_SSH_KEY),
    "DeleteSSHPublicKey": Row(with_ssh_key, USER, NO_SSH_KEY),
    # Service-specific credentials
    "CreateServiceSpecificCredential": Row(plus(user, ServiceName="logs.amazonaws.com"), USER, NO_USER),
    "ListServiceSpecificCredentials": Row(user, USER, NO_USER),
    "UpdateServiceSpecificCredential": Row(
        plus(with_service_credential, Status="Inactive"), USER, NO_SERVICE_CREDENTIAL
    ),
    "ResetServiceSpecificCredential": Row(with_service_credential, USER, NO_SERVICE_CREDENTIAL),
    "DeleteServiceSpecificCredential": Row(with_service_credential, USER, NO_SERVICE_CREDENTIAL),
    # Service-linked roles
    "CreateServiceLinkedRole": Row(
        plus(nothing, AWSServiceName=SERVICE, CustomSuffix=fresh("s")),
        OF_SERVICE + "AWSServiceRoleForAutoScaling_{CustomSuffix}",
        {"AWSServiceName": NOBODY},
    ),
    "DeleteServiceLinkedRole": Row(of_service, OF_SERVICE + "{RoleName}", NO_ROLE),
    "GetServiceLinkedRoleDeletionStatus": Row(deletion, deleted_role, NO_DELETION),
    # What infrastructure tools ask for before they delete
    "ListSigningCertificates": Row(user, USER, NO_USER),
    # Temporary credentials
    "AssumeRole": Row(
        lambda account: {
            "RoleArn": account.role(trust(account.root_arn)),
            "RoleSessionName": "session",
        },
        "{RoleArn}",
        Exempt.ANSWERED_AS_DENIED,
        service="sts",
    ),
    "GetCallerIdentity": Row(
        nothing,
        Exempt.NEVER_DENIED,
        Exempt.NAMES_NOTHING,
        service="sts",
        malformed=Exempt.NOTHING_TO_MALFORM,
    ),
    "GetSessionToken": Row(nothing, Exempt.NEVER_DENIED, Exempt.NAMES_NOTHING, service="sts"),
    "GetFederationToken": Row(
        plus(nothing, Name="bob"),
        "arn:aws:sts::{account}:federated-user/bob",
        Exempt.MAKES_ITS_ENTITY,
        service="sts",
    ),
    "DecodeAuthorizationMessage": Row(with_denial, "*", Exempt.ANSWERED_AS_INVALID, service="sts"),
    "GetDelegatedAccessToken": Row(
        plus(nothing, TradeInToken="traded"),
        "*",
        Exempt.ANSWERED_AS_INVALID,
        service="sts",
        allowed=Exempt.ALWAYS_EXPIRED,
        malformed=Exempt.NOTHING_TO_MALFORM,
    ),
    "GetWebIdentityToken": Row(
        plus(issuing_tokens, Audience=["api.example.com"], SigningAlgorithm="ES384"),
        "arn:aws:sts::{account}:self",
        Exempt.MAKES_ITS_ENTITY,
        service="sts",
    ),
    "GetAccessKeyInfo": Row(
        lambda account: {"AccessKeyId": account.root.access_key_id},
        "*",
        Exempt.LOOKS_NOTHING_UP,
        service="sts",
    ),
}

for _kind, _resource, _nobody in (
    ("user", USER, NO_USER),
    ("group", GROUP, NO_GROUP),
    ("role", ROLE, NO_ROLE),
):
    _title, _none = _kind.title(), {"PolicyName": NOBODY}
    _make = MAKERS[_kind]
    _inline = {"PolicyName": "inline", "PolicyDocument": DOCUMENT}
    ROWS |= {
        f"Put{_title}Policy": Row(plus(_make, **_inline), _resource, _nobody),
        f"Get{_title}Policy": Row(with_inline(_kind), _resource, _none),
        f"Delete{_title}Policy": Row(with_inline(_kind), _resource, _none),
        f"List{_title}Policies": Row(_make, _resource, _nobody),
        f"Attach{_title}Policy": Row(plus(_make, PolicyArn=ADMINISTRATOR), _resource, NO_POLICY),
        f"Detach{_title}Policy": Row(with_attached(_kind), _resource, NO_POLICY),
        f"ListAttached{_title}Policies": Row(_make, _resource, _nobody),
    }

for _kind, _resource, _nobody in (("user", USER, NO_USER), ("role", ROLE, NO_ROLE)):
    _title, _make = _kind.title(), MAKERS[_kind]
    _boundary = f"{_title}PermissionsBoundary"
    ROWS |= {
        f"Put{_boundary}": Row(plus(_make, PermissionsBoundary=ADMINISTRATOR), _resource, _nobody),
        f"Delete{_boundary}": Row(with_boundary(_kind), _resource, _nobody),
        f"Tag{_title}": Row(plus(_make, Tags=TAGS), _resource, _nobody),
        f"Untag{_title}": Row(plus(_make, TagKeys=["team"]), _resource, _nobody),
        f"List{_title}Tags": Row(_make, _resource, _nobody),
    }

ROWS |= {
    "TagPolicy": Row(plus(policy, Tags=TAGS), POLICY, NO_POLICY),
    "UntagPolicy": Row(plus(policy, TagKeys=["team"]), POLICY, NO_POLICY),
    "ListPolicyTags": Row(policy, POLICY, NO_POLICY),
}

ROWS |= ROWS_OF_PARTNERS | ROWS_OF_SIMULATIONS
