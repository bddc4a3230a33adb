"""Rows of the table of operations."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .account import Account


class Exempt(enum.Enum):
    """Why one of the four cannot be tested. Each kind is checked in `test_every_operation.py`."""

    NEVER_DENIED = "AWS answers any authenticated caller, whatever the policies say"
    NOTHING_TO_MALFORM = "the model puts no constraint on any of its parameters"
    NAMES_NOTHING = "it lists or answers for the caller's account, and no parameter names an entity"
    MAKES_ITS_ENTITY = "it makes what it names"
    LOOKS_NOTHING_UP = "the answer is in the parameter itself"
    ABOUT_TEXTS = "it is about policies that are given with it, whoever they name"
    ANSWERED_AS_DENIED = "whether the entity exists is not told"
    ANSWERED_AS_INVALID = "what is not there is answered like what makes no sense"
    ALWAYS_EXPIRED = "nobody was ever given what it takes, so it has always expired"
    ALWAYS_ANOTHER_KIND = (
        "it tells of a kind of device that is not kept here, and refuses the others as AWS does"
    )
    NO_PARTNERS = "AWS does it for partners that it has onboarded, and here are none"
    NONE_HERE = "AWS has them of its partners and services, of which there are none here"
    ALWAYS_MISSING = "it is about the caller, who does not have the entity, so the call can only find nothing"


@dataclass
class Row:
    """One operation."""

    # Makes what is needed in the account, and gives parameters with which the call succeeds.
    make: Callable[[Account], dict]
    # The resource that the denial names, with `{account}` and the parameters in it.
    resource: str | Callable[[Account, dict], str] | Exempt
    # What to change in the parameters so that they name something that is not there.
    missing: dict | Exempt
    service: str = "iam"
    allowed: Exempt | None = None
    malformed: Exempt | None = None
    extra_actions: list[str] = field(default_factory=list)
    # What it is decided on, where policies cannot name the operation itself.
    action: str | None = None
