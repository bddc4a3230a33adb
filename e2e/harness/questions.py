"""Questions to `lanyard policy`, and how its answers and reports are read."""

import json

from harness.policies import allow, deny

HOME = "111122223333"
BOB = f"arn:aws:iam::{HOME}:user/bob"
OBJECT = "arn:aws:s3:::reports/may"


def document(*statements: dict) -> dict:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def question(**fields) -> dict:
    return {
        "id": "q",
        "principal": BOB,
        "principal_account": HOME,
        "action": "s3:GetObject",
        "resource": OBJECT,
        "resource_account": HOME,
    } | fields


def lines(*questions) -> str:
    texts = (text if isinstance(text, str) else json.dumps(text) for text in questions)
    return "".join(text + "\n" for text in texts)


def answers(done) -> list[dict]:
    return [json.loads(line) for line in done.stdout.splitlines()]


READER = document(allow("s3:Get*") | {"Sid": "Read"})
NOBODY = document(deny("s3:*") | {"Sid": "Nobody"})


def check_sarif(log: dict, files: set[str]):
    """What SARIF 2.1.0 asks of a log with results."""
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "lanyard" and driver["version"]
    assert driver["informationUri"].startswith("https://")
    rules = [rule["id"] for rule in driver["rules"]]
    assert len(rules) == len(set(rules))
    assert all(rule["shortDescription"]["text"] for rule in driver["rules"])
    assert {artifact["location"]["uri"] for artifact in run["artifacts"]} == files
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        for location in result["locations"] + result["relatedLocations"]:
            place = location["physicalLocation"]
            assert place["artifactLocation"]["uri"] in files
            region = place.get("region", {"startLine": 1, "startColumn": 1})
            assert region["startLine"] >= 1 and region["startColumn"] >= 1
            end = (region.get("endLine", region["startLine"]), region.get("endColumn", 1 << 30))
            assert end >= (region["startLine"], region["startColumn"])
