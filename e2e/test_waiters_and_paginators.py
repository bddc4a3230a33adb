"""Every waiter and every paginator that botocore has for IAM, of the version installed, through boto3.

They are read from botocore's own data, so that a new one cannot be forgotten. Those of operations that the ledger
lists as missing come by themselves once they are there.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass

import botocore.loaders
import pytest
from botocore import xform_name
from botocore.exceptions import WaiterError

from harness.account import Account
from harness.policies import allow, trust
from listed import EXEMPT, LISTED, name_of
from test_every_operation import ledger


@functools.cache
def described(kind: str) -> dict:
    return botocore.loaders.create_loader().load_service_model("iam", kind)


PAGINATORS = described("paginators-1")["pagination"]
WAITERS = described("waiters-2")["waiters"]
EACH_PAGINATOR = pytest.mark.parametrize(
    "operation", sorted(name for name in PAGINATORS if f"iam:{name}" not in ledger())
)


def test_there_is_something_to_list_for_each_paginator():
    assert LISTED.keys() == PAGINATORS.keys()
    assert EXEMPT.keys() <= PAGINATORS.keys()


@pytest.fixture
def filled(account):
    """Gives an account in which there is something to list, the parameters, and the names by member."""

    def fill(operation: str) -> tuple[dict, dict[str, list[str]]]:
        return LISTED[operation](account)

    return fill


def members_of(operation: str) -> list[str]:
    members = PAGINATORS[operation]["result_key"]
    return members if isinstance(members, list) else [members]


def names(answer: dict, members: list[str]) -> dict[str, list[str]]:
    return {member: [name_of(entry) for entry in answer.get(member, [])] for member in members}


@EACH_PAGINATOR
def test_pages_have_everything_once_and_in_the_order_of_the_whole(account, filled, operation):
    parameters, expected = filled(operation)
    members = members_of(operation)
    assert sorted(expected) == sorted(members)
    whole = names(getattr(account.iam, xform_name(operation))(**parameters), members)
    assert {member: sorted(found) for member, found in whole.items()} == {
        member: sorted(wanted) for member, wanted in expected.items()
    }
    total = sum(len(found) for found in whole.values())
    assert (total == 1) == (operation in EXEMPT), "an exemption is missing or stale"
    paginator = account.iam.get_paginator(xform_name(operation))
    for size in (1, 2):
        pages = list(paginator.paginate(**parameters, PaginationConfig={"PageSize": size}))
        counts = [sum(len(page[member]) for member in members) for page in pages]
        assert max(counts) <= size
        found = [names(page, members) for page in pages]
        assert {member: sum((page[member] for page in found), []) for member in members} == whole
        result = paginator.paginate(**parameters, PaginationConfig={"PageSize": size}).build_full_result()
        assert names(result, members) == whole


@EACH_PAGINATOR
def test_a_list_goes_on_where_it_was_left(account, filled, operation):
    """With the token that botocore makes of a marker and of what it cut off a page."""
    parameters, _ = filled(operation)
    members = members_of(operation)
    paginator = account.iam.get_paginator(xform_name(operation))
    whole = names(paginator.paginate(**parameters).build_full_result(), members)
    seen, token = [], None
    for _ in range(100):
        settings = {"MaxItems": 3, "PageSize": 2, "StartingToken": token}
        result = paginator.paginate(**parameters, PaginationConfig=settings).build_full_result()
        found = names(result, members)
        seen += [(member, name) for member in members for name in found[member]]
        token = result.get("NextToken")
        if token is None:
            break
    assert token is None
    assert sorted(seen) == sorted((member, name) for member in members for name in whole[member])


@dataclass
class Awaited:
    """What a waiter waits for."""

    parameters: Callable[[Account], dict]
    make: Callable[[Account], object]


AWAITED = {
    "UserExists": Awaited(lambda _: {"UserName": "late"}, lambda account: account.user("late")),
    "RoleExists": Awaited(
        lambda _: {"RoleName": "late"}, lambda account: account.role(trust(account.root_arn), name="late")
    ),
    "PolicyExists": Awaited(
        lambda account: {"PolicyArn": f"arn:aws:iam::{account.id}:policy/late"},
        lambda account: account.policy(allow("iam:ListUsers"), name="late"),
    ),
    "InstanceProfileExists": Awaited(
        lambda _: {"InstanceProfileName": "late"},
        lambda account: account.iam.create_instance_profile(InstanceProfileName="late"),
    ),
}
EACH_WAITER = pytest.mark.parametrize("waiter", sorted(WAITERS))


def test_there_is_something_to_wait_for_for_each_waiter():
    assert AWAITED.keys() == WAITERS.keys()


def wait(identity, waiter: str, parameters: dict, after_first=None) -> int:
    """Waits with boto3; gives how often it asked. `after_first` is done when the first answer is there."""
    asked = 0

    def count(**_):
        nonlocal asked
        asked += 1
        if asked == 1 and after_first:
            after_first()

    event = f"after-call.iam.{WAITERS[waiter]['operation']}"
    identity.iam.meta.events.register(event, count)
    try:
        settings = {"Delay": 0, "MaxAttempts": 3}
        identity.iam.get_waiter(xform_name(waiter)).wait(**parameters, WaiterConfig=settings)
    except WaiterError as error:
        error.asked = asked
        raise
    finally:
        identity.iam.meta.events.unregister(event, count)
    return asked


@EACH_WAITER
def test_what_is_there_is_not_waited_for(account, waiter):
    awaited = AWAITED[waiter]
    awaited.make(account)
    assert wait(account.root, waiter, awaited.parameters(account)) == 1


@EACH_WAITER
def test_what_comes_while_waited_for_is_seen(account, waiter):
    awaited = AWAITED[waiter]
    other = account.root.with_key()
    assert other.iam is not account.root.iam
    asked = wait(other, waiter, awaited.parameters(account), after_first=lambda: awaited.make(account))
    assert asked == 2


@EACH_WAITER
def test_what_never_comes_is_waited_for_to_the_end(account, waiter):
    with pytest.raises(WaiterError, match="Max attempts exceeded") as error:
        wait(account.root, waiter, AWAITED[waiter].parameters(account))
    assert error.value.asked == 3


@EACH_WAITER
def test_whoever_may_not_ask_does_not_wait(account, waiter):
    nobody = account.user("nobody")
    with pytest.raises(WaiterError, match="AccessDenied|not authorized") as error:
        wait(nobody, waiter, AWAITED[waiter].parameters(account))
    assert error.value.asked == 1
