#!/usr/bin/env python3
"""Makes data/aws-managed-policies.tsv from the PyPI package moto.

    pip download --no-deps --dest /tmp moto==5.2.5
    python3 xtask/scripts/managed_policies.py /tmp/moto-5.2.5-py3-none-any.whl data/aws-managed-policies.tsv

One line a policy, sorted by lower-cased name: name, path, default version, creation date, date of the last
change, and the document of the default version as compact JSON. Elements of a document stand in the order in
which policies are usually written, so the same package always gives the same bytes.

The package's module is read as text and never executed. Whatever is not as expected stops the script.
"""

import hashlib
import json
import re
import sys
import zipfile
from datetime import datetime, timezone

MEMBER = "moto/iam/aws_managed_policies.py"
FIELDS = {"CreateDate", "DefaultVersionId", "Document", "Path", "PermissionsBoundaryUsageCount", "UpdateDate"}
ORDER = [
    "Version", "Id", "Statement",
    "Sid", "Effect", "Principal", "NotPrincipal",
    "Action", "NotAction", "Resource", "NotResource", "Condition",
]


def read_package(path):
    with zipfile.ZipFile(path) as wheel:
        source = wheel.read(MEMBER).decode("utf-8")
    literal = re.fullmatch(r'(?:#[^\n]*\n)*\s*aws_managed_policies_data = """\n(.*)"""\s*', source, re.DOTALL)
    if literal is None:
        sys.exit(f"{MEMBER} is not one string literal any more")
    if "\\" in literal.group(1):
        # A backslash would mean one thing to Python and another to JSON.
        sys.exit(f"{MEMBER} contains escapes")
    return json.loads(literal.group(1))


def ordered(element, depth=0):
    """Puts the elements of a policy and of its statements in the usual order, and leaves all below alone."""
    if isinstance(element, list):
        return [ordered(item, depth) for item in element]
    if not isinstance(element, dict) or depth > 1:
        return element
    unknown = set(element) - set(ORDER)
    if unknown:
        sys.exit(f"unknown policy elements: {sorted(unknown)}")
    result = {}
    for key in sorted(element, key=ORDER.index):
        result[key] = ordered(element[key], depth + 1) if key == "Statement" else element[key]
    return result


def date(text):
    moment = datetime.fromisoformat(text)
    if moment.utcoffset() is None:
        sys.exit(f"date without offset: {text}")
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def line(name, policy):
    if set(policy) != FIELDS:
        sys.exit(f"{name}: unexpected fields {sorted(set(policy) ^ FIELDS)}")
    checks = [
        (r"[A-Za-z0-9+=,.@_-]{1,128}", name),
        (r"/([A-Za-z0-9+=,.@_-]+/)*", policy["Path"]),
        (r"v[1-9][0-9]*", policy["DefaultVersionId"]),
    ]
    for pattern, text in checks:
        if not re.fullmatch(pattern, text):
            sys.exit(f"{name}: unexpected {text!r}")
    document = json.dumps(ordered(policy["Document"]), separators=(",", ":"), ensure_ascii=False)
    fields = [
        name, policy["Path"], policy["DefaultVersionId"],
        date(policy["CreateDate"]), date(policy["UpdateDate"]), document,
    ]
    if any("\t" in field or "\n" in field for field in fields):
        sys.exit(f"{name}: a field contains a separator")
    return "\t".join(fields)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    package, target = sys.argv[1:]
    policies = read_package(package)
    names = sorted(policies, key=str.lower)
    if len({name.lower() for name in names}) != len(names):
        sys.exit("two policies have one name")
    text = "".join(line(name, policies[name]) + "\n" for name in names)
    with open(target, "w", encoding="utf-8", newline="\n") as out:
        out.write(text)
    with open(package, "rb") as source:
        package_digest = hashlib.sha256(source.read()).hexdigest()
    print(f"{len(names)} policies")
    print(f"source  sha256 {package_digest}")
    print(f"written sha256 {hashlib.sha256(text.encode('utf-8')).hexdigest()}")


if __name__ == "__main__":
    main()
