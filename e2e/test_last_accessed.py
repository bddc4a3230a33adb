"""When access keys, roles and services were last used: by the API, through the gateway, and as enforcement points ask."""

import datetime

import pytest

from harness.decision_point import answer_to
from harness.policies import ADMINISTRATOR, allow, deny, document, trust
from harness.refusal import denied, refused
from harness.reports import last_accessed, patiently, services


def is_now(time: datetime.datetime) -> bool:
    # To the minute.
    assert (time.second, time.microsecond) == (0, 0), time
    return abs(datetime.datetime.now(datetime.UTC) - time) < datetime.timedelta(minutes=3)


def test_what_was_tried_is_told_even_if_it_was_denied(account):
    carla = account.user("carla", allow(["iam:GetUser", "s3:ListAllMyBuckets"]))
    before = services(account.root, carla.arn)
    assert before == {
        namespace: {"ServiceName": name, "ServiceNamespace": namespace, "TotalAuthenticatedEntities": 0}
        for namespace, name in {"iam": "AWS Identity and Access Management", "s3": "Amazon S3"}.items()
    }
    with denied(carla, "iam:ListUsers", f"arn:aws:iam::{account.id}:user/"):
        carla.iam.list_users()
    iam = services(account.root, carla.arn)["iam"]
    assert is_now(iam["LastAuthenticated"])
    assert iam["LastAuthenticatedEntity"] == carla.arn
    assert iam["LastAuthenticatedRegion"] == "us-east-1"
    assert iam["TotalAuthenticatedEntities"] == 1
    assert "TrackedActionsLastAccessed" not in iam


def test_single_actions(account):
    carla = account.user("carla", allow(["iam:GetUser", "iam:GetRole", "iam:PassRole", "sts:*"]))
    carla.iam.get_user()
    carla.caller()
    told = services(account.root, carla.arn, Granularity="ACTION_LEVEL")
    used, unused = sorted(told["iam"]["TrackedActionsLastAccessed"], key=lambda action: -len(action))
    assert unused == {"ActionName": "GetRole"}
    assert used["ActionName"] == "GetUser" and used["LastAccessedEntity"] == carla.arn
    assert is_now(used["LastAccessedTime"]) and used["LastAccessedRegion"] == "us-east-1"
    sts = {action["ActionName"]: action for action in told["sts"]["TrackedActionsLastAccessed"]}
    assert "LastAccessedTime" in sts["GetCallerIdentity"] and "LastAccessedTime" not in sts["AssumeRole"]


def test_what_a_job_has_not_found_yet_is_left_out(account):
    job = account.iam.generate_service_last_accessed_details(Arn=account.user().arn)["JobId"]
    assert len(job) == 36
    details = account.iam.get_service_last_accessed_details(JobId=job)
    if details["JobStatus"] == "IN_PROGRESS":
        assert details.keys() == {"JobStatus", "JobCreationDate", "IsTruncated", "ResponseMetadata"}

    def get():
        return account.iam.get_service_last_accessed_details(JobId=job)

    done = patiently(get, lambda details: details["JobStatus"] == "COMPLETED")
    assert done["JobType"] == "SERVICE_LEVEL" and done["ServicesLastAccessed"] == []
    assert done["JobCompletionDate"] >= done["JobCreationDate"]


def test_boundaries_and_trust_policies_are_not_looked_at(account):
    role = account.role(trust(account.root_arn), allow("sqs:*"), PermissionsBoundary=ADMINISTRATOR)
    assert services(account.root, role).keys() == {"sqs"}
    carla = account.user("carla", allow(["s3:*", "sqs:*"]), deny("sqs:*"))
    only_iam = account.policy(allow("iam:*"))
    account.iam.put_user_permissions_boundary(UserName="carla", PermissionsBoundary=only_iam)
    assert services(account.root, carla.arn).keys() == {"s3"}


def test_groups_and_policies_tell_of_whoever_belongs_to_them(account):
    policy = account.policy(allow("iam:GetUser"))
    group = account.group("team")
    account.iam.attach_group_policy(GroupName="team", PolicyArn=policy)
    carla, bob = account.user("carla"), account.user("bob")
    for name in ("carla", "bob"):
        account.iam.add_user_to_group(GroupName="team", UserName=name)
    role = account.role(trust(account.root_arn), name="worker")
    account.iam.attach_role_policy(RoleName="worker", PolicyArn=policy)
    bob.iam.get_user()
    group_arn = f"arn:aws:iam::{account.id}:group/team"
    assert group == "team"
    for arn, others in ((group_arn, [carla.arn]), (policy, [carla.arn, role])):
        job, details = last_accessed(account.root, arn)
        (iam,) = details["ServicesLastAccessed"]
        assert (iam["LastAuthenticatedEntity"], iam["TotalAuthenticatedEntities"]) == (bob.arn, 1)
        entities = account.iam.get_service_last_accessed_details_with_entities(
            JobId=job, ServiceNamespace="iam"
        )["EntityDetailsList"]
        assert [entity["EntityInfo"]["Arn"] for entity in entities] == [bob.arn, *others]
        assert is_now(entities[0]["LastAuthenticated"])
        assert all("LastAuthenticated" not in entity for entity in entities[1:])
        other = account.iam.get_service_last_accessed_details_with_entities(JobId=job, ServiceNamespace="s3")
        assert other["EntityDetailsList"] == []


def test_a_job_is_for_who_began_it(account, other_account):
    actions = ["iam:GenerateServiceLastAccessedDetails", "iam:GetServiceLastAccessedDetails"]
    carla, bob = account.user("carla", allow(actions)), account.user("bob", allow(actions))
    job, _ = last_accessed(carla, carla.arn)
    for somebody in (bob, account.root, other_account.root):
        with refused("NoSuchEntity", 404, f"Job {job} does not exist."):
            somebody.iam.get_service_last_accessed_details(JobId=job)
    key = account.iam.create_access_key(UserName="carla")["AccessKey"]
    again = carla.with_key(key["AccessKeyId"], key["SecretAccessKey"])
    assert again.iam.get_service_last_accessed_details(JobId=job)["JobStatus"] == "COMPLETED"


def test_every_service_in_pages(account):
    job, first = last_accessed(account.root, ADMINISTRATOR)
    assert first["IsTruncated"] and len(first["ServicesLastAccessed"]) == 200
    found, marker = [], None
    while True:
        more = {"Marker": marker} if marker else {}
        page = account.iam.get_service_last_accessed_details(JobId=job, MaxItems=150, **more)
        found += [service["ServiceNamespace"] for service in page["ServicesLastAccessed"]]
        marker = page.get("Marker")
        if not page["IsTruncated"]:
            break
    assert len(found) > 450 and found == sorted(set(found)) and {"ec2", "iam", "s3"} <= set(found)


def test_from_the_command_line(account, aws):
    carla = account.user("carla", allow("sts:GetCallerIdentity"))
    carla.caller()
    words = ["iam", "generate-service-last-accessed-details", "--arn", carla.arn]
    job = aws(account.root, *words, "--granularity", "ACTION_LEVEL")["JobId"]

    def get():
        return aws(account.root, "iam", "get-service-last-accessed-details", "--job-id", job)

    done = patiently(get, lambda details: details["JobStatus"] == "COMPLETED")
    (sts,) = done["ServicesLastAccessed"]
    assert sts["ServiceName"] == "AWS Security Token Service" and sts["TotalAuthenticatedEntities"] == 1
    assert [action["ActionName"] for action in sts["TrackedActionsLastAccessed"]] == ["GetCallerIdentity"]


class TestThroughTheGateway:
    def test_keys_roles_and_services(self, tenant):
        bucket = tenant.bucket()
        carla = tenant.user("carla", allow("s3:*"))
        carla.s3.list_objects_v2(Bucket=bucket)
        used = tenant.iam.get_access_key_last_used(AccessKeyId=carla.access_key_id)["AccessKeyLastUsed"]
        assert (used["ServiceName"], used["Region"]) == ("s3", "us-east-1")
        role = tenant.role(trust(tenant.root_arn), allow("s3:*"), name="worker")
        assert "LastUsedDate" not in tenant.iam.get_role(RoleName="worker")["Role"]["RoleLastUsed"]
        worker = tenant.user("assumer", allow("sts:AssumeRole")).assume(role)
        worker.s3.list_buckets()
        assert tenant.iam.get_role(RoleName="worker")["Role"]["RoleLastUsed"]["Region"] == "us-east-1"
        s3 = services(tenant.root, role, Granularity="ACTION_LEVEL")["s3"]
        assert is_now(s3["LastAuthenticated"]) and s3["LastAuthenticatedEntity"] == role
        actions = {action["ActionName"]: action for action in s3["TrackedActionsLastAccessed"]}
        assert "LastAccessedTime" in actions["ListAllMyBuckets"] and "GetObject" not in actions

    def test_what_is_denied_was_tried(self, tenant):
        bucket = tenant.bucket()
        dora = tenant.user("dora", allow("s3:GetObject", "arn:aws:s3:::elsewhere/*"))
        with refused("AccessDenied", 403):
            dora.s3.get_object(Bucket=bucket, Key="k")
        assert is_now(services(tenant.root, dora.arn)["s3"]["LastAuthenticated"])


class TestByEnforcementPoints:
    @pytest.fixture
    def guard(self, account):
        return account.user("guard", allow("lanyard:Authorize"))

    def test_a_question_about_somebody_is_an_attempt_by_them(self, account, guard):
        carla = account.user("carla", allow(["sqs:*", "ec2:*"]))
        question = {
            "principal": carla.arn,
            "action": "sqs:SendMessage",
            "resource": f"arn:aws:sqs:eu-west-1:{account.id}:jobs",
            "context": {"aws:RequestedRegion": "eu-west-1"},
        }
        assert answer_to(guard, question)["decision"] == "Allowed"
        told = services(account.root, carla.arn, Granularity="ACTION_LEVEL")
        assert told["sqs"]["LastAuthenticatedRegion"] == "eu-west-1"
        assert "TrackedActionsLastAccessed" not in told["sqs"]
        assert told["ec2"]["TotalAuthenticatedEntities"] == 0
        assert services(account.root, guard.arn)["lanyard"]["TotalAuthenticatedEntities"] == 1

    def test_a_role_that_is_asked_about_was_used(self, account, guard):
        role = account.role(trust(account.root_arn), allow("s3:GetObject"), name="worker")
        question = {"principal": role, "action": "s3:GetObject", "resource": "arn:aws:s3:::reports/2026.csv"}
        answer_to(guard, question)
        used = account.iam.get_role(RoleName="worker")["Role"]["RoleLastUsed"]
        assert used["Region"] == "us-east-1" and used["LastUsedDate"]
        assert services(account.root, role)["s3"]["LastAuthenticatedEntity"] == role


def test_a_restart_forgets_jobs_and_not_what_was_tried(fresh_server):
    server = fresh_server().start()
    account = server.account()
    carla = account.user("carla", allow("iam:GetUser"))
    carla.iam.get_user()
    job, details = last_accessed(account.root, carla.arn)
    before = details["ServicesLastAccessed"]
    server.stop()
    server.start()
    with refused("NoSuchEntity", 404, f"Job {job} does not exist."):
        account.iam.get_service_last_accessed_details(JobId=job)
    assert [services(account.root, carla.arn)["iam"]] == before


def test_another_user_of_the_same_name_has_used_nothing(account):
    carla = account.user("carla", allow("iam:GetUser"))
    carla.iam.get_user()
    key = {"UserName": "carla", "AccessKeyId": carla.access_key_id}
    account.iam.delete_access_key(**key)
    account.iam.delete_user_policy(UserName="carla", PolicyName="own")
    account.iam.delete_user(UserName="carla")
    account.iam.create_user(UserName="carla")
    reads = document(allow("iam:GetUser"))
    account.iam.put_user_policy(UserName="carla", PolicyName="own", PolicyDocument=reads)
    assert services(account.root, carla.arn)["iam"]["TotalAuthenticatedEntities"] == 0
