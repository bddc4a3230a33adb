"""Every operation that is implemented, four times: allowed, denied, malformed, and with a missing entity.

The list of operations is the API model less the ledger of what is missing, so an operation can neither be
added without its row nor lose it. An exemption that is no longer true fails.
"""

import json
import re

import pytest
from botocore import xform_name

from conftest import ROOT
from harness import wire
from harness.policies import allow, document
from operations_table import CALLER, NOBODY, ROWS, Exempt, Row


def model(service: str) -> dict:
    return json.loads((ROOT / f"models/{service}.json").read_text(encoding="utf-8"))


MODELS = {service: model(service) for service in ("iam", "sts")}


def ledger() -> set[str]:
    text = (ROOT / "crates/operations/not_implemented.txt").read_text(encoding="utf-8")
    return {line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")}


def operations() -> list[tuple[str, str]]:
    """Service and name of each operation that is implemented, and has a caller who signs. The others are told of in
    test_oidc.py and test_saml.py."""
    missing = ledger()
    found = []
    for service, api in MODELS.items():
        for name, described in api["operations"].items():
            if described.get("authtype") == "none":
                continue
            spellings = {name, f"{service}:{name}", f"{service} {name}", f"{service.title()}{name}"}
            if not spellings & missing:
                found.append((service, name))
    return found


OPERATIONS = operations()
EACH = pytest.mark.parametrize(("service", "name"), OPERATIONS, ids=[name for _, name in OPERATIONS])


def test_the_table_has_a_row_for_each_operation_and_no_other():
    names = {name for _, name in OPERATIONS}
    assert names - ROWS.keys() == set(), "operations without a row in operations_table.py"
    assert ROWS.keys() - names == set(), "rows of operations that are not implemented"


def test_the_ledger_names_only_operations_of_the_model():
    known = {name for api in MODELS.values() for name in api["operations"]}
    bare = {re.split(r"[: ]", entry)[-1] for entry in ledger()}
    assert bare <= known


@pytest.fixture(scope="module")
def world(server):
    return server.account("every-operation")


def action_of(service: str, name: str) -> str:
    return ROWS[name].action or f"{service}:{name}"


def filled(value, account, parameters):
    """A template with the account and the parameters in it, or what a function makes of them."""
    if callable(value):
        return value(account, parameters)
    if isinstance(value, str):
        return value.format(account=account.id, **{k: v for k, v in parameters.items() if isinstance(v, str)})
    return value


def call(identity, service: str, name: str, parameters: dict) -> dict:
    """The call through boto3, with its own checks on; gives the response or the error response."""
    client = identity.client(service)
    try:
        return getattr(client, xform_name(name))(**parameters)
    except client.exceptions.ClientError as error:
        return error.response


def error_of(response: dict) -> tuple[int, str | None]:
    return response["ResponseMetadata"]["HTTPStatusCode"], response.get("Error", {}).get("Code")


@EACH
def test_allowed(world, service, name):
    """With this one action and no other permission, but what the row says that it needs as well."""
    row = ROWS[name]
    actions = [action_of(service, name), *row.extra_actions]
    caller = world.user(None, {"Effect": "Allow", "Action": actions, "Resource": "*"})
    response = call(caller, service, name, row.make(world))
    if row.allowed in (Exempt.ALWAYS_MISSING, Exempt.NONE_HERE):
        assert error_of(response) == (404, "NoSuchEntity"), "the exemption is stale"
    elif row.allowed is Exempt.NO_PARTNERS:
        check_exemption(row.allowed, caller, service, name, row.make(world))
    elif row.allowed is Exempt.ALWAYS_ANOTHER_KIND:
        assert error_of(response) == (400, "ValidationError"), "the exemption is stale"
    elif row.allowed is Exempt.ALWAYS_EXPIRED:
        assert error_of(response) == (400, "ExpiredTradeInTokenException"), "the exemption is stale"
    else:
        assert error_of(response) == (200, None), response


@EACH
def test_denied(world, service, name):
    """With every permission but this one."""
    row = ROWS[name]
    action = action_of(service, name)
    caller = world.user(None, {"Effect": "Allow", "NotAction": action, "Resource": "*"})
    parameters = row.make(world)
    response = call(caller, service, name, parameters)
    if row.resource is Exempt.NEVER_DENIED:
        assert error_of(response) == (200, None), "the exemption is stale"
        return
    assert error_of(response) == (403, "AccessDenied"), response
    resource = caller.arn if row.resource is CALLER else filled(row.resource, world, parameters)
    text = f"User: {caller.arn} is not authorized to perform: {action} on resource: {resource}"
    if name != "AssumeRole":
        text += f" because no identity-based policy allows the {action} action"
    assert response["Error"]["Message"] == text


@EACH
def test_denied_explicitly(world, service, name):
    row = ROWS[name]
    action = action_of(service, name)
    statements = [
        {"Effect": effect, "Action": word, "Resource": "*"}
        for effect, word in (("Allow", "*"), ("Deny", action))
    ]
    caller = world.user(None, *statements)
    response = call(caller, service, name, row.make(world))
    if row.resource is Exempt.NEVER_DENIED:
        assert error_of(response) == (200, None), "the exemption is stale"
    else:
        assert error_of(response) == (403, "AccessDenied"), response
        if name != "AssumeRole":
            assert response["Error"]["Message"].endswith("with an explicit deny in an identity-based policy")


@EACH
def test_malformed(world, service, name):
    row = ROWS[name]
    broken = malformed_parameters(service, name)
    if row.malformed is Exempt.NOTHING_TO_MALFORM:
        assert broken is None, "the exemption is stale: the model has a constraint"
        return
    assert broken is not None, f"the model has no constraint for {name}: give it an exemption"
    caller = (
        world.root
        if service == "iam"
        else world.user(None, {"Effect": "Allow", "Action": "*", "Resource": "*"})
    )
    answer = wire.call(caller, name, service, **broken)
    assert (answer.status, answer.code) == (400, "ValidationError"), answer.text
    # Paths and names have texts of their own; all else is told by the model's constraint.
    assert re.match(
        r"\d+ validation errors? detected: |The specified value for \w+ is invalid\. ", answer.message
    )


def malformed_parameters(service: str, name: str) -> dict | None:
    """One parameter beyond its constraint in the model; nothing when there is none."""
    api = MODELS[service]
    shape = api["operations"][name].get("input", {}).get("shape")
    if shape is None:
        return None
    for member, reference in api["shapes"][shape]["members"].items():
        target = api["shapes"][reference["shape"]]
        if target["type"] == "string" and target.get("max", 0) in range(1, 100_000):
            return {member: "a" * (target["max"] + 1)}
        if target["type"] == "integer" and "max" in target:
            return {member: str(target["max"] + 1)}
        if target.get("enum"):
            return {member: "NoSuchValue"}
    return None


@EACH
def test_missing(world, service, name):
    """Asked for by someone who may do everything."""
    row: Row = ROWS[name]
    caller = world.user(None, {"Effect": "Allow", "Action": "*", "Resource": "*"})
    parameters = row.make(world)
    if isinstance(row.missing, Exempt):
        check_exemption(row.missing, caller, service, name, parameters)
        return
    changed = {key: filled(value, world, parameters) for key, value in row.missing.items()}
    response = call(caller, service, name, parameters | changed)
    assert error_of(response) == (404, "NoSuchEntity"), response


def check_exemption(why: Exempt, caller, service: str, name: str, parameters: dict) -> None:
    shape = MODELS[service]["operations"][name].get("input", {}).get("shape")
    required = MODELS[service]["shapes"][shape].get("required", []) if shape else []
    match why:
        case Exempt.NAMES_NOTHING:
            assert required == [], f"the exemption is stale: {required} must be given"
        case Exempt.MAKES_ITS_ENTITY:
            assert error_of(call(caller, service, name, parameters)) == (200, None), "the exemption is stale"
        case Exempt.LOOKS_NOTHING_UP:
            never = {"AccessKeyId": parameters["AccessKeyId"][:-3] + "AAA"}
            assert error_of(call(caller, service, name, parameters | never)) == (200, None), (
                "the exemption is stale"
            )
        case Exempt.ABOUT_TEXTS:
            nobody = document(allow("iam:GetUser", f"arn:aws:iam::000000000000:user/{NOBODY}"))
            response = call(caller, service, name, parameters | {"PolicyInputList": [nobody]})
            assert error_of(response) == (200, None), "the exemption is stale"
        case Exempt.ANSWERED_AS_INVALID:
            [member] = required
            status, _ = error_of(call(caller, service, name, {member: NOBODY}))
            assert status == 400, "the exemption is stale"
        case Exempt.ANSWERED_AS_DENIED:
            roles = {"RoleArn": parameters.get("RoleArn", "").replace(":role/", f":role/{NOBODY}-")}
            gone = {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE"} if "AccessKeyId" in parameters else roles
            assert error_of(call(caller, service, name, parameters | gone)) == (403, "AccessDenied"), (
                "it is stale"
            )
        case Exempt.NO_PARTNERS:
            response = call(caller, service, name, parameters)
            assert error_of(response) == (403, "AccessDenied"), "the exemption is stale"
            assert "is not onboarded as a partner" in response["Error"]["Message"], "the exemption is stale"
        case _:
            raise AssertionError(f"{why} is no reason for a missing entity")


@EACH
def test_in_an_account_of_their_own(world, other_world, service, name):
    """An administrator of another account reaches nothing here, whatever it names."""
    row = ROWS[name]
    parameters = row.make(world)
    arns = {
        key: value for key, value in parameters.items() if isinstance(value, str) and f":{world.id}:" in value
    }
    if not arns or "Document" in "".join(arns):
        return
    response = call(other_world, service, name, parameters)
    assert response["ResponseMetadata"]["HTTPStatusCode"] in (400, 403, 404), response


@pytest.fixture(scope="module")
def other_world(server):
    account = server.account("other-world")
    return account.user("admin", {"Effect": "Allow", "Action": "*", "Resource": "*"})


@pytest.mark.parametrize("entry", sorted(ledger()))
def test_what_is_missing_says_so(world, entry):
    name = re.split(r"[: ]", entry)[-1]
    service = "iam" if name in MODELS["iam"]["operations"] else "sts"
    answer = wire.call(world.root, name, service)
    # Parameters that are required are asked for first, as for any operation.
    assert answer.status in (400, 501), answer.text
    if answer.status == 501:
        assert name in answer.message


def test_a_permission_for_one_operation_is_a_permission_for_no_other(world):
    """A caller that may do exactly one thing is refused everything else."""
    caller = world.user(None, {"Effect": "Allow", "Action": "iam:GetUser", "Resource": "*"})
    refused = 0
    for service, name in OPERATIONS:
        if name == "GetUser" or ROWS[name].resource is Exempt.NEVER_DENIED:
            continue
        assert error_of(call(caller, service, name, ROWS[name].make(world)))[1] == "AccessDenied", name
        refused += 1
    assert refused > 80
