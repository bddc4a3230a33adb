"""An administrator who may only make principals under a given ceiling, and tries to break out by every operation.

The pattern is that of the IAM guide for delegating by permissions boundaries. The attempts are generated from
`operations_table.py`: whoever adds an operation there has it tried here too, by somebody who does what they can
to come to more than they were given. What counts is what their credentials, and all whom they made or touched,
can really do afterwards.
"""

import contextlib
import enum
import itertools
from dataclasses import dataclass, field

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from harness import totp
from harness.account import Account
from harness.browser import Browser
from harness.identity import Identity
from harness.keys import SSH_KEY
from harness.metadata import metadata
from harness.policies import ADMINISTRATOR, allow, document, trust
from operations_table import PASSWORD, ROWS, Exempt
from test_every_operation import MODELS

OPERATIONS = [(row.service, name) for name, row in ROWS.items()]
EVERYTHING = document(allow("*"))
# What they may only do to principals that carry the ceiling.
ON_PERMISSIONS = [
    f"iam:{verb}{kind}{what}"
    for kind in ("User", "Role")
    for verb, what in (
        ("Create", ""),
        ("Put", "PermissionsBoundary"),
        ("Put", "Policy"),
        ("Delete", "Policy"),
        ("Attach", "Policy"),
        ("Detach", "Policy"),
    )
]
OFF_THE_CEILING = ["iam:DeleteUserPermissionsBoundary", "iam:DeleteRolePermissionsBoundary"]
KINDS = ("user", "role", "group", "policy", "instance-profile", "mfa", "server-certificate")
# These come last: whoever is put under the ceiling is nobody to break out by.
CAPPING = ["PutUserPermissionsBoundary", "PutRolePermissionsBoundary"]


class Untried(enum.Enum):
    """Why no attempt by an operation was decided. A reason that no longer holds fails."""

    ANOTHER_KIND = "they may call it, and it tells of a kind of device that is not kept here"
    ITS_MAKERS = "they may call it, and what it tells of is for whoever asked for it"
    NO_PARTNERS = "they may call it, and what it tells of is made by partners of AWS alone"


UNTRIED = {
    "GetMFADevice": Untried.ANOTHER_KIND,
    "GetServiceLastAccessedDetails": Untried.ITS_MAKERS,
    "GetServiceLastAccessedDetailsWithEntities": Untried.ITS_MAKERS,
    "GetDelegationRequest": Untried.NO_PARTNERS,
    "GetRoleTemplateVersion": Untried.NO_PARTNERS,
    "AcquireRole": Untried.NO_PARTNERS,
}


@dataclass
class Prison:
    """An account with the administrator in it, those who are more powerful, and what came of the attempts."""

    account: Account
    # Statements by which the pattern would not hold.
    leaks: list[dict] = field(default_factory=list)
    held: list[Identity] = field(default_factory=list)
    touched: set[tuple[str, str]] = field(default_factory=set)
    answers: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self):
        account, iam = self.account, self.account.iam
        own = [f"arn:aws:iam::{account.id}:{kind}/delegated/*" for kind in KINDS]
        # It was wide once: the version is still there.
        self.ceiling = account.policy(allow("*"), name="Ceiling")
        narrow = document(
            allow(["iam:GetUser", "iam:ListUsers", "iam:ListRoles", "sts:GetSessionToken"]),
            allow("sts:AssumeRole", f"arn:aws:iam::{account.id}:role/delegated/*"),
        )
        iam.create_policy_version(PolicyArn=self.ceiling, PolicyDocument=narrow, SetAsDefault=True)
        self.fence = account.policy(
            allow(["iam:Get*", "iam:ListUsers", "iam:ListRoles", "iam:ListPolicies", "iam:ListGroups"]),
            allow(ON_PERMISSIONS, StringEquals={"iam:PermissionsBoundary": self.ceiling}),
            {"Effect": "Allow", "NotAction": [*ON_PERMISSIONS, *OFF_THE_CEILING], "Resource": own},
            allow(["sts:GetFederationToken", "sts:TagSession"], f"arn:aws:sts::{account.id}:*"),
            *self.leaks,
            name="Fence",
        )
        self.delegate = account.user("delegate", PermissionsBoundary=self.fence)
        self.checker = account.user("checker", allow("sts:AssumeRole"))
        self.boss = account.user("boss")
        account.group("bosses", allow("*"))
        iam.create_login_profile(UserName="boss", Password="Only-the-boss-1")
        iam.upload_ssh_public_key(UserName="boss", SSHPublicKeyBody=SSH_KEY)
        for name in ("boss", "delegate"):
            iam.attach_user_policy(UserName=name, PolicyArn=ADMINISTRATOR)
        self.phone = totp.device_of(account, "boss")
        self.saml = iam.create_saml_provider(Name="idp", SAMLMetadataDocument=metadata())["SAMLProviderArn"]
        self.oidc = iam.create_open_id_connect_provider(
            Url="https://issuer.example.com", ClientIDList=["app"], ThumbprintList=["a" * 40]
        )["OpenIDConnectProviderArn"]
        account.role(trust(account.root_arn), allow("*"), name="open-role")
        account.role(trust({"Service": "ec2.amazonaws.com"}), allow("*"), name="boss-role")
        account.role(trust({"Federated": self.saml}, "sts:AssumeRoleWithSAML"), allow("*"), name="saml-role")
        iam.create_instance_profile(InstanceProfileName="machine")
        iam.add_role_to_instance_profile(InstanceProfileName="machine", RoleName="boss-role")
        self.held.append(self.delegate)
        self.make_their_own()

    def make_their_own(self) -> None:
        """What they may make, they make: principals with every permission, under the ceiling. Again, whenever an
        attempt has renamed or deleted them."""
        iam, under = self.delegate.iam, {"Path": "/delegated/"}
        capped = under | {"PermissionsBoundary": self.ceiling}
        trusted = trust(self.account.root_arn)
        if made(lambda: iam.create_user(UserName="own-user", **capped)):
            iam.attach_user_policy(UserName="own-user", PolicyArn=ADMINISTRATOR)
            self.take(iam.create_access_key(UserName="own-user"))
        if made(lambda: iam.create_role(RoleName="own-role", AssumeRolePolicyDocument=trusted, **capped)):
            iam.put_role_policy(RoleName="own-role", PolicyName="all", PolicyDocument=EVERYTHING)
        if made(lambda: iam.create_group(GroupName="own-group", **under)):
            iam.attach_group_policy(GroupName="own-group", PolicyArn=ADMINISTRATOR)
        made(lambda: iam.create_instance_profile(InstanceProfileName="own-machine", **under))
        made(lambda: iam.create_policy(PolicyName="own-policy", PolicyDocument=EVERYTHING, **under))
        self.own_policy = f"arn:aws:iam::{self.account.id}:policy/delegated/own-policy"
        self.touched |= {("user", "own-user"), ("role", "own-role"), ("user", "delegate")}

    # The attempts

    def targets(self, name: str) -> dict[str, list]:
        """What to put into a parameter of that name: what is powerful, and what is theirs."""
        role = f"arn:aws:iam::{self.account.id}:role/"
        everyone = trust(self.account.root_arn)
        keys = [identity.access_key_id for identity in (self.boss, self.delegate)]
        return {
            "UserName": ["boss", "own-user", "delegate"],
            "RoleName": ["boss-role", "open-role", "saml-role", "own-role"],
            "GroupName": ["bosses", "own-group"],
            "PolicyArn": [self.ceiling, self.fence, ADMINISTRATOR, self.own_policy],
            "PermissionsBoundary": [self.ceiling, self.own_policy, ADMINISTRATOR],
            "PolicyDocument": [everyone if name == "UpdateAssumeRolePolicy" else EVERYTHING],
            "AssumeRolePolicyDocument": [everyone],
            "Path": ["/delegated/", "/"],
            "NewPath": ["/delegated/", "/"],
            "AccessKeyId": keys,
            "SerialNumber": [self.phone.serial],
            "InstanceProfileName": ["machine", "own-machine"],
            "SAMLProviderArn": [self.saml],
            "OpenIDConnectProviderArn": [self.oidc],
            "RoleArn": [f"{role}boss-role", f"{role}open-role", f"{role}delegated/own-role"],
            "Policy": [EVERYTHING],
            "VersionId": ["v1"],
        }

    def attempts(self, service: str, name: str):
        """The row's own parameters, and each with all that could be put in their place."""
        row = ROWS[name]
        base = row.make(self.account)
        yield base
        api = MODELS[service]
        shape = api["operations"][name].get("input", {}).get("shape")
        members = api["shapes"][shape]["members"] if shape else {}
        required = api["shapes"][shape].get("required", []) if shape else []
        makes = row.missing is Exempt.MAKES_ITS_ENTITY
        choices = {}
        for member, values in self.targets(name).items():
            # What is made has a name of its own.
            if member not in members or (makes and member in base and member.endswith("Name")):
                continue
            choices[member] = values if member in required else [*values, None]
        for values in itertools.product(*choices.values()):
            given = row.make(self.account) if makes else base
            changed = given | dict(zip(choices, values, strict=True))
            yield {key: value for key, value in changed.items() if value is not None}

    def attack(self, service: str, name: str) -> None:
        self.make_their_own()
        answers = self.answers.setdefault(name, set())
        for parameters in list(self.attempts(service, name)):
            client = self.delegate.client(service)
            try:
                answer = getattr(client, xform_name(name))(**parameters)
            except ClientError as error:
                answers.add(error.response["Error"]["Code"])
                continue
            answers.add("OK")
            self.take(answer)
            # What they only read they did not touch.
            if service == "iam" and not name.startswith(("Get", "List")):
                for kind, member in (("user", "UserName"), ("role", "RoleName")):
                    if member in parameters:
                        self.touched.add((kind, parameters.get(f"New{member}", parameters[member])))

    def take(self, answer) -> None:
        """Every credential that is in an answer is theirs from then on."""
        if isinstance(answer, list):
            for value in answer:
                self.take(value)
        elif isinstance(answer, dict):
            if {"AccessKeyId", "SecretAccessKey"} <= answer.keys():
                token = answer.get("SessionToken")
                key = (answer["AccessKeyId"], answer["SecretAccessKey"])
                self.held.append(Identity(self.account.server.endpoint, *key, token))
            for value in answer.values():
                self.take(value)

    # What came of them

    def escapes(self) -> list[str]:
        """Who can do what the ceiling and the fence forbid."""
        found = [f"credentials {held.access_key_id}" for held in self.held if is_free(held)]
        found += self.free_sessions()
        for kind, name in sorted(self.touched):
            probe = self.as_user(name) if kind == "user" else self.as_role(name)
            if probe is not None and is_free(probe):
                found.append(f"{kind} {name}")
        with contextlib.suppress(self.account.iam.exceptions.NoSuchEntityException):
            self.account.iam.deactivate_mfa_device(UserName="boss", SerialNumber=self.phone.serial)
        browser = Browser(self.account.server.endpoint)
        if browser.sign_in(self.account.id, "boss", PASSWORD).status != 403:
            found.append("the boss, by a password of theirs")
        return found

    def free_sessions(self) -> list[str]:
        """The roles that open to what they hold, and to what those open."""
        found = []
        roles = [role["Arn"] for role in self.account.iam.list_roles()["Roles"]]
        for held in self.held:
            for role in roles:
                try:
                    session = held.assume(role)
                except ClientError:
                    continue
                if is_free(session):
                    found.append(f"a session of {role}")
        return found

    def as_user(self, name: str) -> Identity | None:
        iam = self.account.iam
        try:
            keys = iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
        except iam.exceptions.NoSuchEntityException:
            return None
        for key in keys[1:]:
            iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
        return self.account.key_of(name, "")

    def as_role(self, name: str) -> Identity | None:
        iam = self.account.iam
        try:
            arn = iam.get_role(RoleName=name)["Role"]["Arn"]
        except iam.exceptions.NoSuchEntityException:
            return None
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust(self.checker.arn))
        return self.checker.assume(arn)

    def protected(self) -> dict:
        """All there is to read about what is not theirs to change."""
        iam = self.account.iam
        read = {
            "users": [self.told_of_user(name) for name in ("boss", "delegate", "checker")],
            "group": self.told(iam, "GetGroup", GroupName="bosses"),
            "group policies": self.told(iam, "ListAttachedGroupPolicies", GroupName="bosses"),
            "group policy": self.told(iam, "GetGroupPolicy", GroupName="bosses", PolicyName="own"),
            "saml": self.told(iam, "GetSAMLProvider", SAMLProviderArn=self.saml),
            "oidc": self.told(iam, "GetOpenIDConnectProvider", OpenIDConnectProviderArn=self.oidc),
            "machine": self.told(iam, "GetInstanceProfile", InstanceProfileName="machine"),
        }
        for role in ("boss-role", "open-role", "saml-role"):
            for ask in ("GetRole", "ListRolePolicies", "ListAttachedRolePolicies"):
                read[f"{ask} {role}"] = self.told(iam, ask, RoleName=role)
        for policy in (self.ceiling, self.fence):
            for ask in ("GetPolicy", "ListPolicyVersions", "ListPolicyTags"):
                read[f"{ask} {policy}"] = self.told(iam, ask, PolicyArn=policy)
        return read

    def told_of_user(self, name: str) -> list:
        asks = ["GetUser", "ListAccessKeys", "ListMFADevices", "ListSSHPublicKeys", "ListSigningCertificates"]
        asks += ["ListServiceSpecificCredentials", "ListUserPolicies", "ListAttachedUserPolicies"]
        asks += ["ListGroupsForUser", "GetLoginProfile"]
        return [self.told(self.account.iam, ask, UserName=name) for ask in asks]

    @staticmethod
    def told(iam, ask: str, **parameters):
        try:
            answer = getattr(iam, xform_name(ask))(**parameters)
        except iam.exceptions.NoSuchEntityException:
            return None
        answer.pop("ResponseMetadata")
        for thing in (answer.get("Role"), answer.get("User")):
            for last_used in ("RoleLastUsed", "PasswordLastUsed"):
                (thing or {}).pop(last_used, None)
        # How often they are used changes with what is made under them.
        for count in ("AttachmentCount", "PermissionsBoundaryUsageCount"):
            answer.get("Policy", {}).pop(count, None)
        return answer


def made(create) -> bool:
    """Whether it was made now; it may be there already."""
    try:
        create()
    except ClientError as error:
        assert error.response["Error"]["Code"] == "EntityAlreadyExists", error
        return False
    return True


def is_free(identity: Identity) -> bool:
    """Whether somebody may do what nobody under the ceiling or behind the fence may."""
    tries = [
        lambda: identity.iam.list_account_aliases(),
        lambda: identity.iam.put_user_policy(UserName="checker", PolicyName="x", PolicyDocument="{}"),
    ]
    return any(not is_denied(call) for call in tries)


def is_denied(call) -> bool:
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"] in ("AccessDenied", "InvalidClientTokenId", "ExpiredToken")
    return False


@pytest.fixture(scope="module")
def broken_out(server):
    """The account after every operation, the capping ones last, and then all that change anything once more."""
    prison = Prison(server.account("prison"))
    prison.before = prison.protected()
    first = [(service, name) for service, name in OPERATIONS if name not in CAPPING]
    for service, name in first:
        prison.attack(service, name)
    prison.after = prison.protected()
    capping = [(service, name) for service, name in OPERATIONS if name in CAPPING]
    again = [(service, name) for service, name in first if not name.startswith(("Get", "List"))]
    for service, name in capping + again:
        prison.attack(service, name)
        now = prison.account.iam.get_user(UserName="delegate")["User"]["PermissionsBoundary"]
        if now["PermissionsBoundaryArn"] != prison.fence:
            assert now["PermissionsBoundaryArn"] == prison.ceiling
            assert not is_free(prison.delegate)
            prison.account.iam.put_user_permissions_boundary(
                UserName="delegate", PermissionsBoundary=prison.fence
            )
    return prison


def test_what_is_not_theirs_is_as_it_was(broken_out):
    assert broken_out.after == broken_out.before


def test_nobody_is_free(broken_out):
    assert broken_out.escapes() == []


def test_every_operation_was_decided(broken_out):
    """An attempt that only ever fails for its form tries nothing."""
    undecided = {name for name, answers in broken_out.answers.items() if not answers & {"OK", "AccessDenied"}}
    assert undecided == UNTRIED.keys()
    assert broken_out.answers.keys() == {name for _, name in OPERATIONS}


def test_they_could_do_their_work(broken_out):
    """Or there would have been nobody to break out."""
    work = [action.split(":")[1] for action in ON_PERMISSIONS]
    work += ["CreateAccessKey", "CreateLoginProfile", "AddUserToGroup", "UpdateAssumeRolePolicy"]
    work += ["AddRoleToInstanceProfile", "CreatePolicyVersion", "AssumeRole", "TagUser", "UpdateUser"]
    assert [name for name in work if "OK" not in broken_out.answers[name]] == []


@pytest.mark.parametrize(
    ("leak", "operations"),
    [
        (allow("iam:CreateAccessKey"), ["CreateAccessKey"]),
        (allow("iam:UpdateLoginProfile"), ["UpdateLoginProfile"]),
        (allow("iam:UpdateAccessKey"), ["UpdateAccessKey"]),
        (allow("iam:CreatePolicyVersion"), ["CreatePolicyVersion"]),
        (allow("iam:DeleteUserPermissionsBoundary"), ["DeleteUserPermissionsBoundary"]),
        (allow("iam:DeleteRolePermissionsBoundary"), ["DeleteRolePermissionsBoundary"]),
        (allow("iam:PutUserPermissionsBoundary"), ["PutUserPermissionsBoundary"]),
        (allow("iam:PutRolePermissionsBoundary"), ["PutRolePermissionsBoundary"]),
        (allow("iam:SetDefaultPolicyVersion"), ["SetDefaultPolicyVersion"]),
        (allow("sts:AssumeRole"), ["AssumeRole"]),
    ],
    ids=lambda value: value["Action"] if isinstance(value, dict) else "",
)
def test_a_fence_with_a_hole_is_seen_to_have_one(server, leak, operations):
    """The check itself: with one permission too many they do get out."""
    prison = Prison(server.account("leaking"), leaks=[leak])
    before = prison.protected()
    for name in operations:
        prison.attack("sts" if name == "AssumeRole" else "iam", name)
    changed = prison.protected() != before
    assert changed or prison.escapes() != []
