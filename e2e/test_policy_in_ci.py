"""What the documentation says of `lanyard policy` is true: its fields, its files and its commands."""

import json
import os
import re
import subprocess

import pytest
import yaml

from conftest import ROOT
from harness.policies import allow
from harness.questions import HOME, NOBODY, READER, answers, check_sarif, document, lines, question

EVERY_FIELD = [
    question(identity_policies=[NOBODY]),
    question(identity_policies=[READER], scps=[[READER], [NOBODY]], boundary=[READER]),
    question(action="s3:PutObject", identity_policies=[READER], session_policies=[READER]),
    question(
        identity_policies=[
            document(allow("s3:Get*") | {"Condition": {"StringEquals": {"aws:username": "bob"}}}),
            document({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}),
        ]
    ),
    question(endpoint_policies=[document(allow("s3:*") | {"Principal": "*"})]),
    question(
        resource_policy=document(allow("s3:*") | {"Principal": {"AWS": "arn:aws:iam::999999999999:root"}})
    ),
    question(action="sts:AssumeRole", resource=f"arn:aws:iam::{HOME}:role/app"),
    question(boundary=[], session_policies=[]),
]


def names_in(value) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(names_in, value))
    if isinstance(value, dict):
        types = {value[key] for key in ("Type", "type") if key in value}
        return value.keys() | types | names_in(list(value.values()))
    return set()


class TestDocumentation:
    def test_every_field_of_an_answer_is_documented(self, policy):
        text = (ROOT / "docs/policy-decide.md").read_text(encoding="utf-8")
        text += (ROOT / "docs/command-line.md").read_text(encoding="utf-8")
        found = names_in(answers(policy("decide", "--explain", stdin=lines(*EVERY_FIELD))))
        assert {"EditStatement", "AddStatement", "ExplicitDeny", "SeveralLayers", "Condition"} <= found
        missing = [name for name in sorted(found) if f"`{name}`" not in text]
        assert missing == []

    def test_the_documented_answer_is_the_answer(self, policy):
        text = (ROOT / "docs/policy-decide.md").read_text(encoding="utf-8")
        asked, answer = BLOCK.findall(text)[:2]
        done = policy("decide", "--explain", stdin=asked[1])
        assert answers(done) == [json.loads(answer[1])]


BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^`([\w./-]+)`:\n\n```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class TestPoliciesInCi:
    """docs/policies-in-ci.md is true: its files, its commands and the failure it shows."""

    TEXT = (ROOT / "docs/policies-in-ci.md").read_text(encoding="utf-8")

    @pytest.fixture
    def folder(self, tmp_path):
        for name, text in FILE.findall(self.TEXT):
            path = tmp_path / "repository" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path / "repository"

    @pytest.fixture
    def shell(self, binary, folder):
        def run(script: str) -> subprocess.CompletedProcess:
            # As in GitHub's runners: bash, which stops at the first failure.
            return subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
                cwd=folder,
                env=os.environ | {"PATH": f"{binary.parent}:{os.environ['PATH']}"},
                capture_output=True,
                text=True,
                timeout=60,
            )

        return run

    def block(self, language: str) -> str:
        (text,) = [text for found, text in BLOCK.findall(self.TEXT) if found == language]
        return text

    def test_the_shell_commands_pass(self, shell):
        done = shell(self.block("sh"))
        assert done.returncode == 0, done.stdout + done.stderr
        assert "3 cases in 1 file: 3 passed, 0 failed" in done.stdout

    def test_the_steps_of_the_workflow_pass_and_write_their_reports(self, shell, folder):
        (job,) = yaml.safe_load(self.block("yaml"))["jobs"].values()
        steps = [step["run"] for step in job["steps"] if "run" in step]
        ours = [step for step in steps if not step.startswith("cargo install ")]
        assert len(ours) == 3
        for step in ours:
            done = shell(step)
            assert done.returncode == 0, step + done.stdout + done.stderr
        for step in job["steps"]:
            for name in ("sarif_file", "path"):
                wanted = step.get("with", {}).get(name)
                assert wanted is None or (folder / wanted).read_text().strip(), wanted
        check_sarif(json.loads((folder / "scps.sarif").read_text()), {"policies/scps/only-europe.json"})

    @pytest.mark.parametrize(
        ("file", "old", "new", "said"),
        [
            ("identity/reports-reader.json", '  "Version"', '"Version"', "reports-reader.json"),
            ("identity/reports-reader.json", "s3:GetObject", "s3:GetObjekt", "INVALID_ACTION"),
            ("identity/reports-reader.json", "reports/*", "*", None),
            ("scps/only-europe.json", "StringNotEquals", "StringNotEqual", "only-europe.json"),
            ("scps/only-europe.json", "StringNotEquals", "StringEquals", "FAIL reports.cases.json"),
        ],
    )
    def test_what_is_broken_is_found(self, shell, folder, file, old, new, said):
        path = folder / "policies" / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        done = shell(self.block("sh"))
        if said is None:
            # The cases do not ask about other buckets.
            assert done.returncode == 0
        else:
            assert done.returncode in (1, 2), done.stdout
            assert said in done.stdout + done.stderr

    def test_the_failure_is_shown_as_it_is_printed(self, shell, folder):
        path = folder / "policies/identity/reports-reader.json"
        path.write_text(path.read_text().replace("reports/*", "other/*"))
        done = shell("lanyard policy test cases")
        assert done.returncode == 1
        assert self.block("text") == done.stdout.splitlines(keepends=True)[0]
