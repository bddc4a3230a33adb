#!/usr/bin/env python3
"""Makes data/aws-services.tsv from the PyPI package botocore.

    pip download --no-deps --dest /tmp botocore==1.44.5
    python3 xtask/scripts/aws_services.py /tmp/botocore-1.44.5-py3-none-any.whl data/aws-services.tsv

How requests to each service look: the newest version of each API that takes signatures of version 4. One line a fact;
the lines behind a `service` belong to it. Fields are separated by tabs.

    service    id  signing name  endpoint prefix  API version  protocols  target prefix  XML namespace  query-compatible
    operation  name  method  path  input  flags  root of the XML  names of new resources in the answer
    list       name  shape of an element  name of an element
    map        name  shape of a value  name of a key  name of a value
    structure  name  member that is the body, and how  members

The flags of an operation, separated by commas: unsigned, unsigned-body, read-only, compressible. A member is words
between spaces: its name, its shape, and what differs from the usual:

    !           it is required
    flat        elements stand where the list would
    attribute   in XML it is an attribute
    wire=NAME   it has another name on the wire;  form=NAME  in forms
    uri=NAME  query=NAME  header=NAME  headers=START   it is not in the body but there

Shapes that need no description are s (text), b (bytes), n (number), ? (true or false), t (time) and d (any document).
Of the answers only names are kept that look like those of new resources, for operations that do not merely read.
Whatever is not as expected stops the script.
"""

import gzip
import hashlib
import json
import re
import sys
import zipfile

MODEL = re.compile(r"botocore/data/([a-z0-9-]+)/(\d{4}-\d{2}-\d{2})/service-2\.json\.gz")
PROTOCOLS = {"query": "query", "ec2": "ec2", "rest-json": "rest-json", "rest-xml": "rest-xml", "smithy-rpc-v2-cbor": "cbor"}
PLAIN = {
    "string": "s", "character": "s", "blob": "b", "integer": "n", "long": "n", "float": "n", "double": "n", "boolean": "?",
    "timestamp": "t",
}
PLACES = {"uri": "uri", "querystring": "query", "header": "header", "headers": "headers"}
READS = re.compile(r"(Get|List|Describe|Search|Batch(Get|Describe|Check)|Query|Scan|Lookup|Check|Delete|Untag|Validate)[A-Z].*")
NEW_ID = re.compile(r".*(Id|ID|Ids|IDs|Arn|ARN|Arns|ARNs|Name|Names)|id|arn|name")

METADATA = {
    "apiVersion", "auth", "endpointPrefix", "protocol", "protocols", "serviceFullName", "serviceId", "signatureVersion",
    "signingName", "uid", "jsonVersion", "serviceAbbreviation", "targetPrefix", "xmlNamespace", "protocolSettings",
    "globalEndpoint", "awsQueryCompatible", "checksumFormat", "ripServiceName",
}
OPERATION = {
    "name", "http", "input", "errors", "documentation", "idempotent", "output", "readonly", "staticContextParams",
    "deprecated", "deprecatedMessage", "deprecatedSince", "requestcompression", "authtype", "auth", "endpoint",
    "endpointdiscovery", "operationContextParams", "endpointoperation", "unsignedPayload", "httpChecksum",
    "httpChecksumRequired",
}


def stop(text):
    sys.exit(f"unexpected: {text}")


def expect_text(what, text, pattern):
    if not re.fullmatch(pattern, text):
        stop(f"{what} is {text!r}")
    return text


class Service:
    """One service and the lines that describe it."""

    def __init__(self, name, model):
        self.id = name
        self.metadata = model["metadata"]
        self.operations = model["operations"]
        self.shapes = model["shapes"]
        if set(self.metadata) - METADATA:
            stop(f"the metadata of {name} has {set(self.metadata) - METADATA}")
        self.protocols = self.protocol_words()
        self.known = set()
        self.wanted = []

    def is_signed(self):
        """Whether signatures of version 4 are what its clients make."""
        version = self.metadata["signatureVersion"]
        if version not in {"v4", "s3", "s3v4", "v2", "bearer"}:
            stop(f"{self.id} is signed with {version}")
        return version not in {"v2", "bearer"}

    def protocol_words(self):
        metadata = self.metadata
        names = metadata.get("protocols") or [metadata["protocol"]]
        if metadata["protocol"] != names[0]:
            stop(f"{self.id} prefers {metadata['protocol']}")
        words = []
        for name in names:
            if name == "json":
                words.append("json-" + expect_text("a version", metadata["jsonVersion"], r"1\.[01]"))
            elif name in PROTOCOLS:
                words.append(PROTOCOLS[name])
            else:
                stop(f"{self.id} speaks {name}")
        needs_target = {"cbor", "json-1.0", "json-1.1"} & set(words)
        if bool(needs_target) != ("targetPrefix" in metadata):
            stop(f"{self.id} has the target prefix {metadata.get('targetPrefix')}")
        return words

    def lines(self):
        metadata = self.metadata
        namespace = metadata.get("xmlNamespace", "")
        yield [
            "service", self.id, metadata.get("signingName", metadata["endpointPrefix"]), metadata["endpointPrefix"],
            metadata["apiVersion"], ",".join(self.protocols), metadata.get("targetPrefix", ""), namespace,
            "query-compatible" if "awsQueryCompatible" in metadata else "",
        ]
        for name in sorted(self.operations):
            yield self.operation_line(name, self.operations[name])
        # Shapes stand in the order in which they are met.
        while self.wanted:
            yield self.shape_line(self.wanted.pop(0))

    def operation_line(self, name, operation):
        if set(operation) - OPERATION:
            stop(f"{self.id} {name} has {set(operation) - OPERATION}")
        if operation["name"] != name and self.id != "cloudfront":
            stop(f"{self.id} {name} is called {operation['name']}")
        http = operation["http"]
        method = expect_text("a method", http["method"], r"GET|HEAD|POST|PUT|PATCH|DELETE")
        uri = expect_text("a path", http["requestUri"], r"/[!-~]*").partition("#")[0]
        if self.protocols[0] not in {"rest-json", "rest-xml"} and (method != "POST" or uri != "/"):
            stop(f"{self.id} {name} is at {method} {uri}")
        flags = []
        if operation.get("authtype") == "none":
            flags.append("unsigned")
        elif operation.get("authtype") == "v4-unsigned-body" or operation.get("unsignedPayload"):
            flags.append("unsigned-body")
        elif "authtype" in operation:
            stop(f"{self.id} {name} has the signature {operation['authtype']}")
        if operation.get("readonly"):
            flags.append("read-only")
        if "requestcompression" in operation:
            flags.append("compressible")
        given = operation.get("input")
        shape = self.reference(given["shape"], "") if given else ""
        root = given.get("locationName", "") if given and "rest-xml" in self.protocols else ""
        return ["operation", name, method, uri, shape, ",".join(flags), root, ",".join(self.new_ids(name, operation))]

    def new_ids(self, name, operation):
        """Names at the top of the answer or one level below it that look like those of a new resource."""
        if operation.get("readonly") or READS.fullmatch(name) or "output" not in operation:
            return []
        found = []
        top = self.shapes[operation["output"]["shape"]]
        for member, reference in top["members"].items():
            shape = self.shapes[reference["shape"]]
            if shape["type"] == "list":
                shape = self.shapes[shape["member"]["shape"]]
            inner = shape.get("members", {}) if shape["type"] == "structure" else {}
            found += [each for each in (member, *inner) if NEW_ID.fullmatch(each)]
        return list(dict.fromkeys(found))

    def reference(self, name, what):
        """How a member speaks of a shape; one that needs a description gets its line."""
        shape = self.shapes[name]
        if shape["type"] in PLAIN:
            return PLAIN[shape["type"]]
        if shape.get("document") or shape.get("eventstream"):
            return "d"
        if name in PLAIN.values():
            stop(f"{self.id} has a shape {name}")
        if name not in self.known:
            self.known.add(name)
            self.wanted.append(name)
        return expect_text(f"a shape {what}", name, r"[A-Za-z0-9_]+")

    def shape_line(self, name):
        shape = self.shapes[name]
        match shape["type"]:
            case "list":
                member = shape["member"]
                return ["list", name, self.reference(member["shape"], name), self.merged(member).get("locationName", "")]
            case "map":
                key, value = shape["key"], shape["value"]
                if self.shapes[key["shape"]]["type"] != "string":
                    stop(f"{self.id} {name} is by {key}")
                return [
                    "map", name, self.reference(value["shape"], name), self.merged(key).get("locationName", ""),
                    self.merged(value).get("locationName", ""),
                ]
            case "structure":
                required = set(shape.get("required", []))
                members = [
                    self.member_words(member, reference, member in required)
                    for member, reference in shape["members"].items()
                ]
                return ["structure", name, self.payload(shape), *members]
        return stop(f"{self.id} {name} is a {shape['type']}")

    def merged(self, reference):
        """What a shape says of itself, and then what whoever speaks of it says."""
        return self.shapes[reference["shape"]] | reference

    def payload(self, shape):
        name = shape.get("payload")
        if name is None:
            return ""
        reference = shape["members"][name]
        held = self.merged(reference)
        if held.get("eventstream"):
            kind = "events"
        elif held["type"] == "blob":
            kind = "streaming" if held.get("streaming") else "blob"
        elif held["type"] == "string":
            kind = "text"
        elif held["type"] in {"structure", "list", "map"}:
            kind = "modelled"
        else:
            stop(f"{self.id} has a body that is a {held['type']}")
        return f"{name} {kind}"

    def member_words(self, name, reference, is_required):
        expect_text("a member", name, r"[A-Za-z0-9_.$-]+")
        shape = self.merged(reference)
        wire = expect_text("a name", shape.get("locationName", name), r"[!-<>-~]+" if "location" not in shape else r"[!-~]*")
        words = [name, self.reference(reference["shape"], name)]
        if is_required:
            words.append("!")
        is_flat = bool(shape.get("flattened")) or "ec2" in self.protocols and shape["type"] == "list"
        if is_flat:
            words.append("flat")
        if shape.get("xmlAttribute"):
            words.append("attribute")
        if "location" in shape:
            if shape["location"] not in PLACES:
                stop(f"{self.id} {name} is at {shape['location']}")
            words.append(f"{PLACES[shape['location']]}={wire}")
        elif wire != name:
            words.append(f"wire={wire}")
        form = self.form_name(shape, name, wire, is_flat)
        if form != name:
            words.append(f"form={form}")
        return " ".join(words)

    def form_name(self, shape, name, wire, is_flat):
        """What the member is called in forms."""
        if "ec2" in self.protocols:
            if "queryName" in shape:
                return shape["queryName"]
            return wire[0].upper() + wire[1:] if "locationName" in shape else name
        if "query" not in self.protocols:
            return name
        if is_flat and shape["type"] == "list":
            return self.merged(shape["member"]).get("locationName", wire)
        return wire


def newest(wheel):
    """The file of each service's newest version, in the order of the services' ids."""
    found = {}
    for path in sorted(wheel.namelist()):
        if match := MODEL.fullmatch(path):
            found[match[1]] = path
    return dict(sorted(found.items()))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    path, target = sys.argv[1:]
    wheel = zipfile.ZipFile(path)
    services = []
    for name, member in newest(wheel).items():
        service = Service(name, json.loads(gzip.decompress(wheel.read(member))))
        if service.is_signed():
            services.append(service)
    lines = [fields for service in services for fields in service.lines()]
    for fields in lines:
        if any("\t" in field or not field.isascii() or not field.isprintable() for field in fields):
            stop(f"a field with a separator: {fields}")
    text = "".join("\t".join(fields).rstrip("\t") + "\n" for fields in lines)
    with open(target, "w", encoding="utf-8", newline="\n") as out:
        out.write(text)
    with open(path, "rb") as source:
        package_digest = hashlib.sha256(source.read()).hexdigest()
    for kind in ["service", "operation", "structure", "list", "map"]:
        print(f"{sum(fields[0] == kind for fields in lines)} of kind {kind}")
    print(f"source  sha256 {package_digest}")
    print(f"written sha256 {hashlib.sha256(text.encode('utf-8')).hexdigest()}")


if __name__ == "__main__":
    main()
