"""Every answer that boto3 is given is held against botocore's own model of it, before it is parsed.

boto3 itself is silent about what an answer has too little or too much: a required member that is missing, one that
the model does not know, a value outside its enumeration, pattern or length.
"""

import base64
import enum
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

from botocore.model import OperationModel, Shape

DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class Exempt(enum.Enum):
    """Where AWS itself answers otherwise than its model has it: the places and the values. None of them may be stale,
    which test_answers.py sees to."""

    # The model counts a character more than sixteen bytes with colons between them have.
    FINGERPRINT = (r".*\.SSHPublicKey\.Fingerprint", r"([0-9a-f]{2}:){15}[0-9a-f]{2}")
    # The model's one value is another word.
    KIND_OF_BOUNDARY = (r".*\.PermissionsBoundary\.PermissionsBoundaryType", "Policy")
    # Other words there, too.
    KIND_OF_POLICY = (
        r".*\.MatchedStatements\[\d+\]\.SourcePolicyType",
        "(IAM|Resource|Permissions Boundary) Policy",
    )
    # The root user has no name and no path, and its id is the account's.
    ROOT_NAME = (r".*\.UserName|GetUserResponse\.User\.Path", "")
    ROOT_ID = (r"GetUserResponse\.User\.UserId", r"\d{12}")
    # What a job has not found yet, and when it ended, is left out.
    JOB_IN_PROGRESS = (
        r"GetServiceLastAccessedDetails(WithEntities)?Response",
        r"(ServicesLastAccessed|EntityDetailsList|JobCompletionDate) is missing",
    )

    def covers(self, fault: "Fault") -> bool:
        path, value = self.value
        return bool(
            fault.value is not None and re.fullmatch(path, fault.path) and re.fullmatch(value, fault.value)
        )


@dataclass
class Fault:
    """Something in an answer that is not as the model has it."""

    path: str
    what: str
    # The text of the element, where that is what is wrong; or that it is missing.
    value: str | None = None

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


def check(operation_model: OperationModel, response_dict: dict, **_) -> None:
    """An event handler of botocore's: fails the call whose answer is not as the model has it."""
    if response_dict["status_code"] >= 300:
        return
    found = faults(operation_model, response_dict["body"])
    found = [str(fault) for fault in found if not any(exempt.covers(fault) for exempt in Exempt)]
    assert not found, f"{operation_model.name} is not answered as botocore's model has it:\n" + "\n".join(
        found
    )


def faults(operation: OperationModel, body: bytes) -> list[Fault]:
    root = ElementTree.fromstring(body)
    results = [child for child in root if _name(child) != "ResponseMetadata"]
    wanted = [f"{operation.name}Result"] if operation.output_shape else []
    if _name(root) != f"{operation.name}Response" or [_name(result) for result in results] != wanted:
        return [Fault(_name(root), f"has {[_name(child) for child in root]}")]
    if not operation.output_shape:
        return []
    return list(_of_shape(results[0], operation.output_shape, f"{operation.name}Response"))


def _of_shape(element: ElementTree.Element, shape: Shape, path: str):
    match shape.type_name:
        case "structure":
            yield from _structure(element, shape, path)
        case "list":
            wanted = shape.member.serialization.get("name", "member")
            for number, child in enumerate(element):
                if _name(child) != wanted:
                    yield Fault(path, f"{_name(child)} is no {wanted}")
                yield from _of_shape(child, shape.member, f"{path}[{number}]")
        case "map":
            for number, entry in enumerate(element):
                if [_name(child) for child in entry] != ["key", "value"]:
                    yield Fault(path, f"{_name(entry)} is no pair")
                    continue
                yield from _of_shape(entry[0], shape.key, f"{path}[{number}].key")
                yield from _of_shape(entry[1], shape.value, f"{path}[{number}].value")
        case _:
            yield from _scalar(element, shape, path)


def _structure(element: ElementTree.Element, shape: Shape, path: str):
    members = {member.serialization.get("name", name): member for name, member in shape.members.items()}
    names = [_name(child) for child in element]
    for name in sorted(set(names)):
        if name not in members:
            yield Fault(path, f"{name} is unknown")
        if names.count(name) > 1:
            yield Fault(path, f"{name} is there {names.count(name)} times")
    for name in shape.required_members:
        if shape.members[name].serialization.get("name", name) not in names:
            what = f"{name} is missing"
            yield Fault(path, what, what)
    for child in element:
        if _name(child) in members:
            yield from _of_shape(child, members[_name(child)], f"{path}.{_name(child)}")


def _scalar(element: ElementTree.Element, shape: Shape, path: str):
    text = element.text or ""
    if len(element):
        yield Fault(path, "has elements")
    wrong = False
    match shape.type_name:
        case "boolean":
            wrong = text not in ("true", "false")
        case "integer" | "long":
            wrong = not re.fullmatch(r"-?\d+", text)
        case "timestamp":
            wrong = not DATE.fullmatch(text)
        case "blob":
            wrong = base64.b64encode(base64.b64decode(text)).decode() != text
        case "string":
            wrong = not _is_string_of(text, shape)
    if wrong:
        yield Fault(path, f"{text!r} is no {shape.name}", text)


def _is_string_of(text: str, shape: Shape) -> bool:
    if shape.enum and text not in shape.enum:
        return False
    limits = shape.metadata
    if not limits.get("min", 0) <= len(text) <= limits.get("max", len(text)):
        return False
    pattern = limits.get("pattern")
    # Python knows no classes by their Unicode names.
    if pattern is None or r"\p{" in pattern:
        return True
    return re.fullmatch(pattern, text) is not None


def _name(element: ElementTree.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]
