"""`POST /authorize`: any program asks whether somebody may do something."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from harness import wire
from harness.decision_point import answer_to, ask
from harness.policies import allow, bucket_arn, deny, document, for_principal, objects, trust

PAGE = "arn:aws:app:::page/1"


@pytest.fixture
def guard(account):
    """A program that may ask about everybody in the account."""
    return account.user("guard", allow(["lanyard:Authorize", "lanyard:Explain"]))


@pytest.fixture
def carla(account):
    return account.user("carla", allow("app:ReadPage", "arn:aws:app:::page/*"))


def about(principal, action="app:ReadPage", resource=PAGE, **more) -> dict:
    arn = principal if isinstance(principal, (str, dict)) else principal.arn
    return {"principal": arn, "action": action, "resource": resource} | more


def check_refused(answer, status: int, code: str) -> dict:
    assert answer.status == status, answer.text
    refusal = json.loads(answer.body)
    assert refusal["__type"] == code, refusal
    return refusal


class TestOne:
    def test_allowed(self, guard, carla):
        answer = answer_to(guard, about(carla))
        assert answer["decision"] == "Allowed"
        assert answer.keys() == {"decision", "decisionId"}

    def test_denied_with_a_reason_that_can_be_explained(self, account, guard, carla):
        answer = answer_to(guard, about(carla, "app:DeletePage"))
        assert answer["decision"] == "ImplicitlyDenied"
        assert answer["reason"] == (
            f"User: {carla.arn} is not authorized to perform: app:DeletePage on resource: {PAGE} "
            "because no identity-based policy allows the app:DeletePage action"
        )
        text = json.dumps(account.server.explain(answer["decisionId"]))
        assert carla.arn in text and "app:DeletePage" in text

    def test_denied_explicitly(self, account, guard):
        dora = account.user("dora", allow("*"), deny("app:ReadPage", PAGE))
        assert answer_to(guard, about(dora))["decision"] == "ExplicitlyDenied"

    def test_conditions_are_decided_on_what_the_asker_knows(self, account, guard):
        office = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}, "Bool": {"app:SecondFactor": "true"}}
        dora = account.user("dora", allow("app:ReadPage", **office))
        right = {"aws:SourceIp": "192.0.2.7", "app:SecondFactor": True}
        assert answer_to(guard, about(dora, context=right))["decision"] == "Allowed"
        for wrong in ({}, right | {"aws:SourceIp": "198.51.100.1"}, right | {"app:SecondFactor": "false"}):
            assert answer_to(guard, about(dora, context=wrong))["decision"] == "ImplicitlyDenied", wrong

    def test_keys_with_several_values(self, account, guard):
        only = {"ForAllValues:StringEquals": {"app:Labels": ["red", "blue"]}}
        dora = account.user("dora", allow("app:ReadPage", **only))
        assert answer_to(guard, about(dora, context={"app:Labels": ["red"]}))["decision"] == "Allowed"
        denied = answer_to(guard, about(dora, context={"app:Labels": ["red", "green"]}))
        assert denied["decision"] == "ImplicitlyDenied"

    def test_groups_boundaries_and_changes_count(self, account, guard):
        account.group("readers", allow("app:ReadPage"))
        dora = account.user("dora")
        assert answer_to(guard, about(dora))["decision"] == "ImplicitlyDenied"
        account.iam.add_user_to_group(GroupName="readers", UserName="dora")
        assert answer_to(guard, about(dora))["decision"] == "Allowed"
        boundary = account.policy(allow("iam:*"))
        account.iam.put_user_permissions_boundary(UserName="dora", PermissionsBoundary=boundary)
        assert answer_to(guard, about(dora))["decision"] == "ImplicitlyDenied"

    def test_a_role_and_the_root_user(self, account, guard):
        role = account.role(trust(account.root_arn), allow("app:ReadPage"))
        assert answer_to(guard, about(role))["decision"] == "Allowed"
        assert answer_to(guard, about(account.root_arn))["decision"] == "Allowed"

    def test_a_bucket_is_its_owners(self, gateway, tenant, other_tenant):
        bucket = tenant.bucket()
        tenant.root.s3.put_bucket_policy(
            Bucket=bucket,
            Policy=document(for_principal(tenant.root_arn, allow("s3:GetObject", objects(bucket)))),
        )
        guard = tenant.user("guard", allow("lanyard:Authorize"))
        reader = tenant.user("reader", allow("s3:GetObject", objects(bucket)))
        question = about(reader, "s3:GetObject", f"{bucket_arn(bucket)}/k")
        assert answer_to(guard, question)["decision"] == "Allowed"


class TestTheContext:
    @pytest.mark.parametrize(
        "key",
        [
            "aws:PrincipalArn",
            "aws:userid",
            "aws:username",
            "aws:PrincipalTag/team",
            "AWS:PRINCIPALACCOUNT",
            "aws:TokenIssueTime",
        ],
    )
    def test_nothing_about_the_principal_can_be_supplied(self, guard, carla, key):
        refusal = check_refused(ask(guard, about(carla, context={key: "x"})), 400, "ValidationException")
        assert key.lower() in refusal["message"].lower()

    def test_the_principals_tags_come_from_the_directory(self, account, guard):
        red = {"StringEquals": {"aws:PrincipalTag/team": "red"}}
        dora = account.user("dora", allow("app:ReadPage", **red), Tags=[{"Key": "team", "Value": "red"}])
        assert answer_to(guard, about(dora))["decision"] == "Allowed"
        account.iam.untag_user(UserName="dora", TagKeys=["team"])
        assert answer_to(guard, about(dora))["decision"] == "ImplicitlyDenied"


class TestTokens:
    @pytest.fixture
    def role(self, account):
        actions = ["sts:AssumeRole", "sts:TagSession"]
        return account.role(trust(account.root_arn, actions), allow("app:*"), name="Editor")

    @pytest.fixture
    def developer(self, account):
        return account.user("dev", allow(["sts:AssumeRole", "sts:TagSession"]))

    def test_a_session_is_asked_about_by_its_token(self, guard, developer, role):
        session = developer.assume(role, "carla", Policy=document(allow("app:ReadPage")))
        who = {"sessionToken": session.session_token}
        assert answer_to(guard, about(who))["decision"] == "Allowed"
        denied = answer_to(guard, about(who, "app:DeletePage"))
        assert denied["decision"] == "ImplicitlyDenied"
        assert "assumed-role/Editor/carla" in denied["reason"] and "session policy" in denied["reason"]

    def test_tags_of_the_session_are_the_tokens(self, account, guard, developer):
        red = {"StringEquals": {"aws:PrincipalTag/team": "red"}}
        actions = ["sts:AssumeRole", "sts:TagSession"]
        role = account.role(trust(account.root_arn, actions), allow("app:ReadPage", **red))
        for team, decision in (("red", "Allowed"), ("blue", "ImplicitlyDenied")):
            session = developer.assume(role, Tags=[{"Key": "team", "Value": team}])
            assert answer_to(guard, about({"sessionToken": session.session_token}))["decision"] == decision

    def test_tokens_that_are_none(self, guard, developer, role):
        token = developer.assume(role).session_token
        for damaged in (token[:-8] + "AAAAAAAA", token[: len(token) // 2], "", "x" * 500):
            check_refused(ask(guard, about({"sessionToken": damaged})), 400, "ValidationException")

    def test_a_token_dies_with_its_role(self, account, guard, developer, role):
        who = {"sessionToken": developer.assume(role).session_token}
        assert answer_to(guard, about(who))["decision"] == "Allowed"
        account.iam.delete_role_policy(RoleName="Editor", PolicyName="own")
        account.iam.delete_role(RoleName="Editor")
        account.role(trust(account.root_arn), allow("app:*"), name="Editor")
        check_refused(ask(guard, about(who)), 400, "ValidationException")


class TestMany:
    def test_answers_stand_in_the_order_of_the_questions(self, account, guard, carla):
        role = account.role(trust(account.root_arn), allow("app:*"))
        questions = [
            about(carla),
            about(carla, "app:DeletePage"),
            about(role, "app:DeletePage"),
            {"principal": carla.arn},
            about(f"arn:aws:iam::{account.id}:user/nobody-there"),
            about(carla, context={"aws:username": "dora"}),
            about(carla),
        ]
        results = answer_to(guard, {"requests": questions})["results"]
        told = [result.get("decision") or result["error"]["__type"] for result in results]
        assert told == [
            "Allowed",
            "ImplicitlyDenied",
            "Allowed",
            "SerializationException",
            "ValidationException",
            "ValidationException",
            "Allowed",
        ]

    def test_a_thousand_and_no_more(self, guard, carla):
        results = answer_to(guard, {"requests": [about(carla)] * 1_000})["results"]
        assert {result["decision"] for result in results} == {"Allowed"} and len(results) == 1_000
        check_refused(ask(guard, {"requests": [about(carla)] * 1_001}), 400, "ValidationException")
        assert answer_to(guard, {"requests": []}) == {"results": []}

    def test_many_askers_at_once(self, guard, carla):
        questions = {"requests": [about(carla), about(carla, "app:DeletePage")] * 50}
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: answer_to(guard, questions), range(40)))
        for answer in answers:
            assert [result["decision"] for result in answer["results"]] == [
                "Allowed",
                "ImplicitlyDenied",
            ] * 50


class TestWhoMayAsk:
    def test_asking_needs_permission(self, account, carla):
        nobody = account.user("nobody")
        refusal = check_refused(ask(nobody, about(carla)), 403, "AccessDeniedException")
        assert f"lanyard:Authorize on resource: {carla.arn}" in refusal["message"]
        assert account.server.explain(ask(nobody, about(carla)).request_id)

    def test_permission_by_principal(self, account, carla):
        dora = account.user("dora")
        guard = account.user("guard", allow("lanyard:Authorize", carla.arn))
        assert answer_to(guard, about(carla))["decision"] == "Allowed"
        check_refused(ask(guard, about(dora)), 403, "AccessDeniedException")
        results = answer_to(guard, {"requests": [about(carla), about(dora)]})["results"]
        assert results[0]["decision"] == "Allowed"
        assert results[1]["error"]["__type"] == "AccessDeniedException"

    def test_whoever_may_not_ask_does_not_learn_who_is_there(self, account, carla):
        nobody = account.user("nobody")
        there = ask(nobody, about(carla))
        missing = ask(nobody, about(f"arn:aws:iam::{account.id}:user/xarla"))
        assert (there.status, there.text.replace("carla", "xarla")) == (missing.status, missing.text)

    def test_reasons_are_a_permission_of_their_own(self, account, guard, carla):
        answer = answer_to(guard, about(carla, explain=True))
        assert answer["trace"] and "own" in json.dumps(answer["trace"])
        plain = account.user("plain", allow("lanyard:Authorize"))
        assert "trace" not in answer_to(plain, about(carla))
        refusal = check_refused(ask(plain, about(carla, explain=True)), 403, "AccessDeniedException")
        assert "lanyard:Explain" in refusal["message"]

    def test_another_accounts_principals_need_its_consent(
        self, server, account, other_account, guard, tmp_path
    ):
        theirs = other_account.user("ann", allow("app:ReadPage"))
        check_refused(ask(guard, about(theirs)), 403, "AccessDeniedException")
        consent = tmp_path / "consent.json"
        consent.write_text(document(for_principal(guard.arn, allow("lanyard:Authorize"))))
        server.run("resource-policy", "put", other_account.root_arn, str(consent))
        # A page that nobody is known to own is the asker's, and their account's policies open none of those.
        assert answer_to(guard, about(theirs))["decision"] == "ImplicitlyDenied"
        assert answer_to(guard, about(theirs, resourceAccount=other_account.id))["decision"] == "Allowed"
        shown = server.run("resource-policy", "get", other_account.root_arn).stdout
        assert json.loads(shown) == json.loads(consent.read_text())
        server.run("resource-policy", "delete", other_account.root_arn)
        check_refused(ask(guard, about(theirs)), 403, "AccessDeniedException")

    def test_a_refused_asker_is_in_the_trail(self, account, carla):
        nobody = account.user("nobody")
        answer = ask(nobody, about(carla))
        (record,) = [r for r in account.server.trail(account.id) if r["requestID"] == answer.request_id]
        assert (record["eventName"], record["userIdentity"]["arn"]) == ("Authorize", nobody.arn)


class TestSignatures:
    def test_who_cannot_prove_who_they_are(self, account, guard, carla):
        wrong = guard.with_key(secret_access_key="wrong" * 8)
        check_refused(ask(wrong, about(carla)), 403, "InvalidSignatureException")
        unknown = guard.with_key(access_key_id="AKIAIOSFODNN7EXAMPLE")
        check_refused(ask(unknown, about(carla)), 403, "UnrecognizedClientException")
        late = ask(guard, about(carla), late_by=timedelta(minutes=20))
        check_refused(late, 403, "InvalidSignatureException")
        other = ask(guard, about(carla), scope_service="s3")
        assert other.status in (400, 403, 501)
        body = json.dumps(about(carla)).encode()
        bare = wire.bare(
            account.root.endpoint, "POST", "/authorize", {"content-type": "application/json"}, body
        )
        check_refused(bare, 403, "MissingAuthenticationTokenException")

    def test_a_body_that_was_changed(self, account, guard, carla):
        signer = wire.Signer(guard, service="lanyard", path="/authorize", content_type="application/json")
        body, other = (
            json.dumps(about(carla, action)).encode() for action in ("app:ReadPage", "app:EditPage")
        )
        assert len(body) == len(other)
        check_refused(
            wire.send(account.root.endpoint, other, signer, wire.sha256(body)),
            403,
            "InvalidSignatureException",
        )

    @pytest.mark.parametrize(
        "body",
        [b"", b"no json", b"[]", b"{}", b'{"requests": 1}', b'{"principal": 1}', b"\xff", b"[" * 100_000],
    )
    def test_bodies_that_are_none(self, guard, body):
        answer = ask(guard, body)
        assert answer.status == 400, answer.text
        assert json.loads(answer.body)["__type"] in ("ValidationException", "SerializationException")

    def test_unknown_fields_are_refused(self, guard, carla):
        check_refused(ask(guard, about(carla, denyOnly=True)), 400, "SerializationException")

    def test_a_body_that_is_too_large(self, guard, carla):
        answer = ask(guard, about(carla, context={"app:x": "y" * (5 << 20)}))
        check_refused(answer, 413, "RequestEntityTooLargeException")
