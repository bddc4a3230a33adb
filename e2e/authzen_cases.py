"""Published cases of the OpenID AuthZEN working group, as facts: who may do what in its interoperability scenarios.

Source: openid/authzen, interop/authzen-todo-backend/test/decisions-1.1-preview.json,
interop/authzen-search-demo/test/resource/results.json and certification/authorization-api-1_0-scenario.md.
"""

# The users of the to-do application: their ids, and their names with which owners are told apart.
PEOPLE = {
    "rick@the-citadel.com": "CiRmZDA2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs",
    "morty@the-citadel.com": "CiRmZDE2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs",
    "summer@the-smiths.com": "CiRmZDI2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs",
    "beth@the-smiths.com": "CiRmZDM2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs",
    "jerry@the-smiths.com": "CiRmZDQ2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs",
}
RICK, MORTY, SUMMER, BETH, JERRY = PEOPLE

ENTRY = "7240d0db-8ff0-41ec-98b2-34a096273b9f"


def _resource(kind: str, resource_id: str, owner: str | None = None) -> dict:
    properties = {"properties": {"ownerID": owner}} if owner else {}
    return {"type": kind, "id": resource_id} | properties


def _todo_decisions():
    """Subject, action, resource, decision. Everybody reads; whoever may create may change what is theirs; Rick all."""
    for person in PEOPLE:
        yield person, "can_read_user", _resource("user", BETH), True
        yield person, "can_read_user", _resource("user", person), True
        yield person, "can_read_todos", _resource("todo", "todo-1"), True
        yield person, "can_create_todo", _resource("todo", "todo-1"), person in (RICK, MORTY, SUMMER)
        for action in ("can_update_todo", "can_delete_todo"):
            own = MORTY if person == RICK else person
            yield person, action, _resource("todo", ENTRY, RICK), person == RICK
            yield person, action, _resource("todo", ENTRY, own), person in (RICK, MORTY, SUMMER)


LIST_DECISIONS = list(_todo_decisions())

# Many at once: subject, owners of the to-dos that are to be changed, decisions.
LIST_BATCHES = [
    (RICK, (RICK, JERRY), [True, True]),
    (MORTY, (RICK, MORTY), [False, True]),
    (JERRY, (RICK, JERRY), [False, False]),
]

ALL = "101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 116 117 118 119 120"

# Which records the users of the search scenario may view, edit and delete.
RECORDS = {
    "alice": {"view": ALL, "edit": "101 107 110 113 119", "delete": "101 107 113 119"},
    "bob": {
        "view": "101 102 103 105 108 112 114 116 117 119 120",
        "edit": "102 108 114 120",
        "delete": "102 108 114 120",
    },
    "carol": {
        "view": "101 102 103 105 108 109 112 115 116 117 119",
        "edit": "103 109 115",
        "delete": "103 109 115",
    },
    "dan": {"view": ALL, "edit": "104 110 115 116", "delete": "104 110 116"},
    "erin": {"view": "105 111 115 117", "edit": "105 111 117", "delete": "105 111 117"},
    "felix": {"view": "104 106 109 111 112 114 118 120", "edit": "106 112 118", "delete": "106 112 118"},
}

# The eight decisions that certification looks at: subject, action, resource, and properties of each.
CERTIFIED = [
    ("alice", "read", "record-1", {}, True),
    ("alice", "write", "record-1", {}, True),
    ("bob", "read", "record-1", {}, True),
    ("bob", "write", "record-1", {}, False),
    ("alice", "write", "record-2", {"resource": {"status": "archived"}}, False),
    ("bob", "write", "record-2", {"resource": {"status": "archived"}, "subject": {"role": "admin"}}, True),
    ("alice", "delete", "record-1", {"action": {"soft": True}}, True),
    ("alice", "delete", "record-1", {"action": {"soft": False}}, False),
]
