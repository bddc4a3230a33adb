"""What the trail tells of people and programs without a key: who vouched for them, and who they are ever after."""

import json
import time

import pytest

from harness.identity import Identity
from harness.issuer import AUDIENCE, Authority, CertifiedProvider, trusting
from harness.policies import allow, trust
from harness.refusal import refused
from harness.saml import ATTRIBUTE, ENTITY, Federation, IdentityProvider
from harness.server import Server

CHAINING = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]


def records(account, event: str) -> list[dict]:
    """The records of this event, once there is one."""
    deadline = time.monotonic() + 10
    while not (found := [r for r in account.server.trail(account.id) if r["eventName"] == event]):
        assert time.monotonic() < deadline, f"no {event} came to the trail"
        time.sleep(0.05)
    return found


class TestSaml:
    @pytest.fixture
    def federation(self, account, server, tmp_path) -> Federation:
        return Federation(account, IdentityProvider(tmp_path, f"{server.endpoint}/saml"))

    @pytest.fixture
    def attributes(self) -> dict[str, list[str]]:
        return {
            f"{ATTRIBUTE}PrincipalTag:CostCenter": ["24680"],
            f"{ATTRIBUTE}PrincipalTag:Project": ["Unicorn"],
            f"{ATTRIBUTE}TransitiveTagKeys": ["Project"],
            f"{ATTRIBUTE}SourceIdentity": ["alice@example.com"],
        }

    def test_a_login_is_told_whole(self, account, federation, attributes):
        role = federation.role()
        response = federation.response(role, name="alice", attributes=attributes)
        answer = federation.assume(role, response, DurationSeconds=1800)
        [record] = records(account, "AssumeRoleWithSAML")
        identity = record["userIdentity"]
        assert identity == {
            "type": "SAMLUser",
            "principalId": f"{answer['NameQualifier']}:alice",
            "userName": "alice",
            "identityProvider": answer["NameQualifier"],
        }
        asked = record["requestParameters"]
        assert asked.pop("sAMLAssertionID") in response
        assert asked == {
            "roleArn": role,
            "principalArn": federation.arn,
            "roleSessionName": "alice",
            "durationSeconds": 1800,
            "principalTags": {"CostCenter": "24680", "Project": "Unicorn"},
            "transitiveTagKeys": ["Project"],
            "sourceIdentity": "alice@example.com",
        }
        told = record["responseElements"]
        assert told["issuer"] == ENTITY
        assert told["subject"] == "alice"
        assert told["audience"] == f"{account.server.endpoint}/saml"
        assert told["sourceIdentity"] == "alice@example.com"
        assert told["credentials"]["accessKeyId"] == answer["Credentials"]["AccessKeyId"]
        text = json.dumps(record)
        assert answer["Credentials"]["SecretAccessKey"] not in text
        assert answer["Credentials"]["SessionToken"] not in text
        assert {(r["type"], r["ARN"], r["accountId"]) for r in record["resources"]} == {
            ("AWS::IAM::Role", role, account.id),
            ("AWS::IAM::SAMLProvider", federation.arn, account.id),
        }
        assert (record["readOnly"], record["recipientAccountId"]) == (True, account.id)

    def test_the_person_is_in_every_later_record_and_so_are_the_tags(self, account, federation, attributes):
        role = federation.role(allow([*CHAINING, "iam:CreateGroup"]))
        next_role = account.role(trust("*", CHAINING), allow("iam:CreateUser"))
        session = federation.session(
            federation.assume(role, federation.response(role, attributes=attributes))
        )
        session.iam.create_group(GroupName="first")
        later = session.assume(next_role)
        later.iam.create_user(UserName="second")
        made = [*records(account, "CreateGroup"), *records(account, "CreateUser")]
        chained = records(account, "AssumeRole")
        assert {record["userIdentity"]["sessionContext"]["sourceIdentity"] for record in made + chained} == {
            "alice@example.com"
        }
        [chained] = chained
        assert chained["requestParameters"]["incomingTransitiveTags"] == {"Project": "Unicorn"}

    def test_a_genuine_word_that_is_not_enough_is_recorded(self, account, federation):
        role = account.role(trust(account.root_arn))
        with refused("AccessDenied", 403, "Not authorized to perform sts:AssumeRoleWithSAML"):
            federation.assume(role, federation.response(role))
        [record] = records(account, "AssumeRoleWithSAML")
        assert record["errorCode"] == "AccessDenied"
        assert record["errorMessage"] == "Not authorized to perform sts:AssumeRoleWithSAML"
        assert record["userIdentity"]["type"] == "SAMLUser"
        assert record["responseElements"] is None


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    directory = tmp_path_factory.mktemp("provider")
    provider = CertifiedProvider(Authority(directory / "authority"), directory)
    yield provider
    provider.stop()


@pytest.fixture(scope="module")
def oidc_server(binary, provider, tmp_path_factory):
    flags = ["--oidc-allow", "127.0.0.0/8", "--oidc-ca", f"{provider.url}={provider.authority.file}"]
    server = Server(binary, tmp_path_factory.mktemp("oidc"), flags=flags)
    server.start()
    yield server
    assert server.stop() == 0, server.log_tail()


@pytest.fixture
def tenant(oidc_server, request):
    return oidc_server.account(request.node.name[:50])


class TestWebIdentity:
    @staticmethod
    def assume(account, role: str, token: str) -> Identity:
        answer = account.root.sts.assume_role_with_web_identity(
            RoleArn=role, RoleSessionName="deploy", WebIdentityToken=token
        )
        return account.root.holding(answer["Credentials"], answer["AssumedRoleUser"]["Arn"])

    def test_a_login_is_told_whole_and_its_provider_ever_after(self, tenant, provider):
        role = trusting(tenant, provider, allow("iam:CreateUser"))
        tags = {"principal_tags": {"team": ["red"]}, "transitive_tag_keys": ["team"]}
        claims = {
            "https://aws.amazon.com/tags": tags,
            "https://aws.amazon.com/source_identity": "carla",
        }
        session = self.assume(tenant, role, provider.token(**claims))
        session.iam.create_user(UserName="made")
        host = provider.url.removeprefix("https://")
        arn = f"arn:aws:iam::{tenant.id}:oidc-provider/{host}"

        [login] = records(tenant, "AssumeRoleWithWebIdentity")
        assert login["userIdentity"] == {
            "type": "WebIdentityUser",
            "principalId": f"{arn}:{AUDIENCE}:workload",
            "userName": "workload",
            "identityProvider": arn,
        }
        assert login["requestParameters"] == {
            "roleArn": role,
            "roleSessionName": "deploy",
            "principalTags": {"team": "red"},
            "transitiveTagKeys": ["team"],
            "sourceIdentity": "carla",
        }
        told = login["responseElements"]
        assert (told["provider"], told["audience"]) == (arn, AUDIENCE)
        assert told["subjectFromWebIdentityToken"] == "workload"
        assert [resource["ARN"] for resource in login["resources"]] == [role]

        [made] = records(tenant, "CreateUser")
        context = made["userIdentity"]["sessionContext"]
        assert context["webIdFederationData"] == {"federatedProvider": arn, "attributes": {}}
        assert context["sourceIdentity"] == "carla"

    def test_later_policies_see_the_provider_and_the_subject(self, tenant, provider):
        host = provider.url.removeprefix("https://")
        arn = f"arn:aws:iam::{tenant.id}:oidc-provider/{host}"
        condition = {"StringEquals": {"aws:FederatedProvider": arn, f"{host}:sub": "workload"}}
        other = {"StringEquals": {f"{host}:sub": "somebody-else"}}
        role = trusting(
            tenant, provider, allow("iam:ListUsers", **condition), allow("iam:ListRoles", **other)
        )
        session = self.assume(tenant, role, provider.token())
        session.iam.list_users()
        with refused("AccessDenied", 403):
            session.iam.list_roles()

    def test_tags_and_source_identity_have_to_be_allowed_by_the_role(self, tenant, provider):
        arn = tenant.iam.create_open_id_connect_provider(
            Url=provider.url, ClientIDList=[AUDIENCE], ThumbprintList=["0" * 40]
        )["OpenIDConnectProviderArn"]
        role = tenant.role(trust({"Federated": arn}, "sts:AssumeRoleWithWebIdentity"))
        self.assume(tenant, role, provider.token())
        tags = {"https://aws.amazon.com/tags": {"principal_tags": {"team": ["red"]}}}
        with refused("AccessDenied", 403, "Not authorized to perform sts:TagSession"):
            self.assume(tenant, role, provider.token(**tags))
        person = {"https://aws.amazon.com/source_identity": "carla"}
        with refused("AccessDenied", 403, "Not authorized to perform sts:SetSourceIdentity"):
            self.assume(tenant, role, provider.token(**person))
