"""OpenID AuthZEN 1.0: the working group's published cases, decided by policies; and what certification looks at."""

import json

import pytest

from authzen_cases import CERTIFIED, ENTRY, LIST_BATCHES, LIST_DECISIONS, PEOPLE, RECORDS, RICK
from harness.authzen import Pdp, question
from harness.policies import allow, deny

MAY_ASK = allow(["lanyard:Authorize", "lanyard:Search"])


def arns(account, application: str, kind: str, ids) -> list[str]:
    return [f"arn:aws:{application}::{account.id}:{kind}/{one}" for one in ids]


@pytest.fixture
def todo(account) -> Pdp:
    """The to-do application. Its users have the ids of another system in a tag."""
    own = {"StringEquals": {"todo:resource/ownerID": "${aws:username}"}}
    change = ["todo:can_update_todo", "todo:can_delete_todo"]
    for name, identity in PEOPLE.items():
        statements = [allow(["todo:can_read_user", "todo:can_read_todos"])]
        if name.startswith(("rick", "morty", "summer")):
            statements += [allow("todo:can_create_todo"), allow(change, **own)]
        if name == RICK:
            statements.append(allow(change))
        account.user(name, *statements, Tags=[{"Key": "authzen:id", "Value": identity}])
    return Pdp(account.server, account.user("guard", MAY_ASK), "todo")


class TestTheTodoApplication:
    def test_every_published_decision(self, todo):
        assert len(LIST_DECISIONS) == 40
        for person, action, resource, expected in LIST_DECISIONS:
            for subject in (PEOPLE[person], person):
                assert todo.decision(subject, action, resource) is expected, (person, action, resource)

    def test_every_published_batch(self, todo):
        for person, owners, expected in LIST_BATCHES:
            resources = [{"type": "todo", "id": ENTRY, "properties": {"ownerID": owner}} for owner in owners]
            body = {
                "subject": {"type": "user", "id": PEOPLE[person]},
                "action": {"name": "can_update_todo"},
                "evaluations": [{"resource": resource} for resource in resources],
            }
            answer = todo.post("evaluations", body)
            assert [item["decision"] for item in answer.value["evaluations"]] == expected, person

    def test_a_denial_can_be_explained_by_its_id(self, account, todo):
        answer = todo.post("evaluation", question(PEOPLE[RICK], "drop", {"type": "todo", "id": ENTRY}))
        context = answer.value["context"]
        assert "because no identity-based policy allows" in context["reason_admin"]["en"]
        assert RICK in json.dumps(account.server.explain(context["id"]))


@pytest.fixture
def records(account) -> Pdp:
    """The search scenario: whoever may edit a record may view it."""
    for name, actions in RECORDS.items():
        statements = [
            allow(f"records:{action}", arns(account, "records", "record", ids.split()))
            for action, ids in actions.items()
        ]
        account.user(name, *statements)
    return Pdp(account.server, account.user("guard", MAY_ASK), "records")


class TestTheSearchScenario:
    def test_every_published_search_for_records(self, records):
        for name, actions in RECORDS.items():
            for action, ids in actions.items():
                found = records.search("resource", question(name, action, {"type": "record"}))
                assert found == [{"type": "record", "id": one} for one in ids.split()], (name, action)

    @pytest.mark.parametrize("limit", [1, 4, 100])
    def test_every_published_search_for_users(self, records, limit):
        for record in ("101", "110", "115", "120"):
            for action in ("view", "edit", "delete"):
                resource = {"type": "record", "id": record}
                body = {"subject": {"type": "user"}, "action": {"name": action}, "resource": resource}
                found = records.search("subject", body | {"page": {"limit": limit}})
                may = [name for name, actions in RECORDS.items() if record in actions[action].split()]
                assert found == [{"type": "user", "id": name} for name in may], (record, action)

    def test_searches_for_actions(self, records):
        for name, actions in RECORDS.items():
            for record in ("101", "110", "115", "120"):
                body = question(name, "", {"type": "record", "id": record})
                del body["action"]
                may = sorted(action for action, ids in actions.items() if record in ids.split())
                assert records.search("action", body) == [{"name": action} for action in may], (name, record)


@pytest.fixture
def fixture(account) -> Pdp:
    """What certification wants to be there."""
    first, second = arns(account, "cert", "record", ["record-1", "record-2"])
    archived = {"StringEquals": {"cert:resource/status": "archived"}}
    account.user(
        "alice",
        allow(["cert:read", "cert:write"], [first, second]),
        allow("cert:delete", Bool={"cert:action/soft": "true"}),
        deny("cert:write", **archived),
    )
    account.user("bob", allow("cert:read", [first, second]), allow("cert:write", second))
    return Pdp(account.server, account.user("guard", MAY_ASK), "cert")


RECORD = {"type": "record", "id": "record-1"}


class TestCertification:
    def test_the_eight_decisions_each_time(self, fixture):
        for subject, action, record, properties, expected in CERTIFIED:
            body = question(subject, action, {"type": "record", "id": record})
            for part, value in properties.items():
                body[part]["properties"] = value
            for context in ({}, {"context": {"time": "2025-06-27T18:03-07:00", "ip": "192.168.1.1"}}):
                answer = fixture.post("evaluation", body | context)
                assert (answer.status, answer.value["decision"]) == (200, expected), body
                assert answer.headers["content-type"] == "application/json"

    def test_unknown_members_are_passed_over(self, fixture):
        more = {"foo": "bar", "futureField": {"nested": True}}
        assert fixture.decision("alice", "read", RECORD, **more) is True

    @pytest.mark.parametrize(
        "missing", ["subject", "action", "resource", "subject.type", "subject.id", "action.name"]
    )
    def test_what_is_missing_is_refused(self, fixture, missing):
        body = question("alice", "read", dict(RECORD))
        part, _, member = missing.partition(".")
        if member:
            del body[part][member]
        else:
            del body[part]
        answer = fixture.post("evaluation", body)
        assert (answer.status, answer.value) == (400, f"The request needs {missing}.")

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b'{"subject":"alice"}', b"\xff{}"])
    def test_what_is_no_request_is_refused(self, fixture, body):
        answer = fixture.post("evaluation", body)
        assert answer.status == 400 and isinstance(answer.value, str)

    @pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded"])
    def test_another_content_type_is_refused(self, fixture, kind):
        body = question("alice", "read", RECORD)
        assert fixture.post("evaluation", body, Content_Type=kind).status == 400

    def test_the_request_id_is_echoed(self, fixture):
        body = question("alice", "read", RECORD)
        answer = fixture.post("evaluation", body, X_Request_ID="bfe9eb29-ab87")
        assert answer.headers["x-request-id"] == "bfe9eb29-ab87"
        refused = fixture.post("evaluation", body, X_Request_ID="other", Authorization=None)
        assert (refused.status, refused.headers["x-request-id"]) == (401, "other")
        assert "x-request-id" not in fixture.post("evaluation", body).headers

    def test_batches(self, fixture):
        def decisions(body: dict) -> list[bool]:
            answer = fixture.post("evaluations", body)
            assert answer.status == 200 and "decision" not in answer.value
            return [item["decision"] for item in answer.value["evaluations"]]

        read, write = {"name": "read"}, {"name": "write"}
        alice, bob = {"type": "user", "id": "alice"}, {"type": "user", "id": "bob"}
        active = {"id": "record-1", "properties": {"status": "active"}}
        archived = {"type": "record", "id": "record-2", "properties": {"status": "archived"}}
        admin = bob | {"properties": {"role": "admin"}}
        assert decisions(
            {"subject": bob, "resource": RECORD, "evaluations": [{"action": read}, {"action": write}]}
        ) == [
            True,
            False,
        ]
        assert decisions(
            {"action": write, "resource": archived, "evaluations": [{"subject": alice}, {"subject": admin}]}
        ) == [False, True]
        # A type that a question leaves out is as the request has it.
        of_type = {"subject": alice, "action": write, "resource": {"type": "record"}}
        assert decisions(of_type | {"evaluations": [{"resource": active}, {"resource": archived}]}) == [
            True,
            False,
        ]
        assert decisions({"subject": alice, "action": read, "evaluations": [{"resource": RECORD}, {}]}) == [
            True,
            False,
        ]

    def test_without_evaluations_it_is_one(self, fixture):
        one = question("alice", "read", RECORD)
        for body in (one, one | {"evaluations": []}):
            assert fixture.post("evaluations", body).value["decision"] is True

    def test_searches(self, fixture):
        archived = {"type": "record", "id": "record-2", "properties": {"status": "archived"}}
        admin = {"type": "user", "id": "bob", "properties": {"role": "admin"}}
        user = {"type": "user"}
        readers = fixture.search("subject", {"subject": user, "action": {"name": "read"}, "resource": RECORD})
        assert [one["id"] for one in readers] == ["alice", "bob"]
        writers = fixture.search(
            "subject", {"subject": user, "action": {"name": "write"}, "resource": archived}
        )
        assert [one["id"] for one in writers] == ["bob"]
        read = fixture.search("resource", question("alice", "read", {"type": "record"}))
        assert {"type": "record", "id": "record-1"} in read
        written = {"subject": admin, "action": {"name": "write"}, "resource": {"type": "record"}}
        assert fixture.search("resource", written) == [{"type": "record", "id": "record-2"}]
        actions = fixture.search("action", {"subject": admin, "resource": archived})
        assert {"name": "write"} in actions

    def test_what_nobody_knows_is_not_found(self, fixture):
        subject = {"type": "user", "id": "nonexistent-user"}
        assert fixture.search("action", {"subject": subject, "resource": RECORD}) == []
        ship = {"subject": {"type": "spaceship"}, "action": {"name": "read"}, "resource": RECORD}
        assert fixture.search("subject", ship) == []
        assert fixture.decision("nonexistent-user", "read", RECORD) is False

    def test_the_metadata(self, fixture):
        answer = fixture.metadata()
        base = f"{fixture.server.endpoint}/authzen/cert"
        assert answer.value["policy_decision_point"] == base
        assert answer.value["search_action_endpoint"] == f"{base}/access/v1/search/action"


class TestWhoMayAsk:
    def test_nobody_without_permission(self, account, fixture):
        weak = Pdp(
            account.server,
            account.user("weak", allow("lanyard:Authorize", "arn:aws:iam::*:user/alice")),
            "cert",
        )
        assert weak.decision("alice", "read", RECORD) is True
        for name in ("bob", "nonexistent-user"):
            answer = weak.post("evaluation", question(name, "read", RECORD))
            assert answer.status == 403 and "lanyard:Authorize" in answer.value
        searched = weak.post(
            "search/action", {"subject": {"type": "user", "id": "alice"}, "resource": RECORD}
        )
        assert searched.status == 403 and "lanyard:Search" in searched.value

    def test_without_an_application_names_are_whole(self, account, fixture):
        whole = Pdp(account.server, account.user("whole", MAY_ASK))
        assert whole.decision("alice", "cert:read", {"type": "cert:record", "id": "record-1"}) is True
        arn = arns(account, "cert", "record", ["record-1"])[0]
        assert whole.decision("alice", "cert:read", {"type": "arn", "id": arn}) is True
        assert whole.metadata().value["policy_decision_point"] == account.server.endpoint
