"""`lanyard policy`: the engine in anybody's shell and CI, without a server."""

import json
import re
import stat
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from harness.policies import allow
from harness.questions import BOB, HOME, NOBODY, READER, answers, check_sarif, document, lines, question


class TestDecide:
    def test_each_line_is_answered(self, policy):
        done = policy(
            "decide",
            stdin=lines(
                question(id=1, identity_policies=[READER]),
                question(id="two", identity_policies=[READER, NOBODY]),
                question(id=None, identity_policies=[READER], boundary=[]),
            ),
        )
        assert done.returncode == 0, done.stderr
        first, second, third = answers(done)
        assert (first["id"], first["decision"], first["layer"]) == (1, "Allowed", "Identity")
        assert [(s["source"], s["sid"], s["index"]) for s in first["statements"]] == [
            ("identity_policies[0]", "Read", 0)
        ]
        assert (second["id"], second["decision"]) == ("two", "ExplicitlyDenied")
        assert [s["sid"] for s in second["statements"]] == ["Nobody"]
        assert (third["id"], third["decision"], third["layer"]) == (None, "ImplicitlyDenied", "Boundary")
        assert third["statements"] == []
        assert "trace" not in first

    def test_a_statement_is_found_by_its_span(self, policy):
        (answer,) = answers(policy("decide", stdin=lines(question(identity_policies=[READER]))))
        span = answer["statements"][0]["span"]
        text = json.dumps(READER)
        assert json.loads(text[span["start"] : span["end"]])["Sid"] == "Read"
        assert (span["line"], span["column"]) == (1, span["start"])

    def test_explain_gives_the_trace(self, policy):
        done = policy("decide", "--explain", "-", stdin=lines(question(identity_policies=[NOBODY])))
        trace = answers(done)[0]["trace"]
        assert trace["Effect"] == "ExplicitDeny"
        assert trace["Change"]["Type"] == "ExplicitDeny"

    def test_questions_come_from_a_file(self, policy, tmp_path):
        (tmp_path / "q.jsonl").write_text(lines(question()).rstrip("\n"))
        done = policy("decide", "q.jsonl")
        assert done.returncode == 0
        assert answers(done)[0]["decision"] == "ImplicitlyDenied"

    def test_a_bad_line_is_answered_in_its_place_and_the_run_goes_on(self, policy):
        done = policy(
            "decide",
            stdin=lines(
                question(id="good"),
                "no JSON",
                "",
                question(id="bad", scps=[[{"Statement": {"Effect": "Allow"}}]]),
                question(id="typed", context={"aws:username": {}}),
                question(id="good as well"),
            ),
        )
        assert done.returncode == 1
        assert "3 of 6 lines" in done.stderr
        first, second, third, fourth, last = answers(done)
        assert first["id"] == "good" and last["id"] == "good as well"
        assert second.keys() == {"line", "error"} and second["line"] == 2
        assert (third["line"], third["id"]) == (4, "bad")
        assert third["error"].startswith("scps[0][0]: ") and "line 1, column" in third["error"]
        assert third["error"].endswith(" of the policy")
        assert (fourth["line"], fourth["id"]) == (5, "typed")
        assert fourth["error"].startswith("context.aws:username: ")

    def test_a_line_without_end_is_refused_and_not_kept(self, policy):
        done = policy("decide", stdin="x" * (5 << 20) + "\n" + lines(question(id="next")))
        assert done.returncode == 1
        first, second = answers(done)
        assert first["line"] == 1 and "bytes" in first["error"]
        assert second["id"] == "next"

    def test_what_is_no_text_is_refused(self, binary):
        good = json.dumps(question(id="next")).encode()
        done = subprocess.run(
            [str(binary), "policy", "decide"], input=b"\xff\xfe\n" + good, capture_output=True, timeout=60
        )
        assert done.returncode == 1
        first, second = [json.loads(line) for line in done.stdout.splitlines()]
        assert first == {"line": 1, "error": "the line is not UTF-8"}
        assert second["id"] == "next"

    def test_a_byte_order_mark_and_other_line_breaks_are_no_part_of_a_question(self, policy):
        asked = lines(question(id=1), question(id=2)).replace("\n", "\r\n")
        done = policy("decide", stdin="\ufeff" + asked + "\r\n")
        assert done.returncode == 0, done.stdout
        assert [answer["id"] for answer in answers(done)] == [1, 2]
        assert policy("decide", stdin="\ufeff").returncode == 0
        assert policy("decide", stdin=lines(question()) + "\ufeff" + lines(question())).returncode == 1

    def test_an_id_comes_back_as_it_was_written(self, policy):
        number = "123456789012345678901234567890.10"
        done = policy("decide", stdin=lines(question()).replace('"q"', number))
        assert done.stdout.startswith(f'{{"id":{number},')

    def test_a_line_of_brackets_is_refused_and_the_run_goes_on(self, policy):
        deep = "[" * 100_000 + "]" * 100_000
        in_policy = json.dumps(question(id="in", boundary=["x"])).replace('"x"', '{"Statement":' + deep + "}")
        unknown = json.dumps(question(id="unknown", note="x")).replace('"x"', deep)
        done = policy("decide", stdin=lines(deep, in_policy, unknown))
        first, second, third = answers(done)
        assert first["error"].startswith("not a question: ")
        assert second["error"].startswith("boundary[0]: this is nested too deep")
        assert (third["id"], third["decision"]) == ("unknown", "ImplicitlyDenied")

    def test_memory_does_not_grow_with_the_input(self, binary):
        """Not with a line that never ends, and not with a value that every condition of a policy mentions."""
        wants = document(
            allow("s3:Get*")
            | {"Condition": {"StringEquals": {"aws:username": ["${aws:userid}"] * 5000 + ["bob"]}}}
        )
        context = {"aws:username": "bob", "aws:userid": "x" * 1_000_000}
        asked = lines(question(identity_policies=[wants], context=context))
        running = subprocess.Popen(
            [str(binary), "policy", "decide", "--explain"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        running.stdin.write(asked)
        running.stdin.flush()
        assert json.loads(running.stdout.readline())["decision"] == "Allowed"
        for _ in range(100):
            running.stdin.write("x" * (1 << 20))
        running.stdin.write("\n")
        running.stdin.flush()
        assert json.loads(running.stdout.readline())["line"] == 2
        status = Path(f"/proc/{running.pid}/status").read_text()
        (peak,) = re.findall(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
        running.stdin.close()
        running.stdout.close()
        assert running.wait(timeout=60) == 1
        assert int(peak) < 200_000

    def test_an_answer_does_not_wait_for_the_next_question(self, binary):
        running = subprocess.Popen(
            [str(binary), "policy", "decide"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for number in range(3):
            running.stdin.write(lines(question(id=number)))
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["id"] == number
        running.stdin.close()
        assert running.wait(timeout=60) == 0
        running.stdout.close()

    def test_a_reader_that_stops_reading_is_no_failure(self, binary, tmp_path):
        (tmp_path / "q.jsonl").write_text(lines(question()) * 20_000)
        running = subprocess.Popen(
            [str(binary), "policy", "decide", str(tmp_path / "q.jsonl")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        running.stdout.readline()
        running.stdout.close()
        assert running.wait(timeout=60) == 0
        assert running.stderr.read() == b""
        running.stderr.close()

    def test_nothing_is_answered_with_nothing(self, policy):
        done = policy("decide")
        assert (done.returncode, done.stdout) == (0, "")

    def test_a_file_that_is_not_there_is_wrong_usage(self, policy, tmp_path):
        done = policy("decide", "gone.jsonl")
        assert done.returncode == 2
        assert "gone.jsonl" in done.stderr
        assert policy("decide", str(tmp_path)).returncode == 2
        assert policy("decide", "--no-such-flag").returncode == 2


def write_cases(directory, name="ann.cases.json", **expectations):
    """A case file in which Bob may read and nothing else, with what is expected of each action."""
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / "reader.json").write_text(json.dumps(READER))
    cases = [
        {"id": action, "rule": f"About {action}.", "expect": expect, "action": f"s3:{action}"}
        for action, expect in expectations.items()
    ]
    defaults = question(identity_policies=["reader.json"])
    del defaults["id"], defaults["action"]
    path.write_text(json.dumps({"about": "Reading.", "defaults": defaults, "cases": cases}))
    return path


class TestTest:
    def test_cases_that_pass(self, policy, tmp_path):
        write_cases(
            tmp_path / "d",
            GetObject={"decision": "Allowed", "layer": "Identity", "statement": "Read"},
            PutObject="ImplicitlyDenied",
        )
        done = policy("test", "d")
        assert done.returncode == 0, done.stdout
        assert done.stdout == "2 cases in 1 file: 2 passed, 0 failed\n"

    def test_a_case_that_fails_is_one_line_with_the_reason(self, policy, tmp_path):
        write_cases(tmp_path / "d", "b/x.cases.json", GetObject="Allowed", PutObject="Allowed")
        write_cases(tmp_path / "d", "a.cases.json", GetObject="ExplicitlyDenied")
        done = policy("test", "d")
        assert done.returncode == 1
        first, second, summary = done.stdout.splitlines()
        assert first.startswith("FAIL a.cases.json: GetObject: expected ExplicitlyDenied, decided Allowed")
        assert "statement Read" in first and "reader.json" in first
        assert second.startswith("FAIL b/x.cases.json: PutObject: expected Allowed, decided ImplicitlyDenied")
        assert "add s3:PutObject to the Action of statement Read" in second
        assert summary == "3 cases in 2 files: 1 passed, 2 failed"

    def test_a_file_that_is_wrong_does_not_hide_the_others(self, policy, tmp_path):
        write_cases(tmp_path / "d", "a.cases.json", PutObject="Allowed")
        write_cases(tmp_path / "d", "b.cases.json", GetObject="Alowed")
        (tmp_path / "d/c.cases.json").write_text("{")
        (tmp_path / "d/e.cases.json").write_text('{"cases": [], "case": []}')
        done = policy("test", "d")
        assert done.returncode == 2
        out = done.stdout.splitlines()
        assert out[0].startswith("FAIL a.cases.json: PutObject")
        assert out[1].startswith("ERROR b.cases.json: GetObject: expect: there is no decision")
        assert out[2].startswith("ERROR c.cases.json: ")
        assert out[3] == "ERROR e.cases.json: case: there is no such field"
        assert out[4] == "1 case in 4 files: 0 passed, 1 failed, 3 files cannot be read"

    def test_a_policy_that_is_missing_is_an_error(self, policy, tmp_path):
        write_cases(tmp_path / "d", GetObject="Allowed")
        (tmp_path / "d/reader.json").unlink()
        done = policy("test", "d")
        assert done.returncode == 2
        assert "reader.json" in done.stdout

    def test_what_tests_nothing_does_not_pass(self, policy, tmp_path):
        (tmp_path / "empty").mkdir()
        (tmp_path / "empty/cases.json").write_text("{}")
        done = policy("test", "empty")
        assert done.returncode == 2
        assert "nothing was tested" in done.stderr
        (tmp_path / "empty/x.cases.json").write_text('{"cases": []}')
        assert policy("test", "empty").returncode == 2
        assert policy("test", "nowhere").returncode == 2
        assert policy("test").returncode == 2

    def test_junit_says_the_same(self, policy, tmp_path):
        write_cases(tmp_path / "d", "a/x.cases.json", GetObject="Allowed", PutObject="Allowed")
        path = write_cases(tmp_path / "d", "b.cases.json", GetObject="Allowed")
        path.write_text(path.read_text().replace('"id": "GetObject"', '"id": "<\\u0001&\\""'))
        (tmp_path / "d/c.cases.json").write_text("{")
        assert policy("test", "d", "--junit", "report.xml").returncode == 2
        root = ElementTree.parse(tmp_path / "report.xml").getroot()
        assert root.tag == "testsuites"
        assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("4", "1", "1")
        first, second, third = root
        assert [suite.tag for suite in root] == ["testsuite"] * 3
        assert first.get("name") == "a/x.cases.json"
        assert (first.get("tests"), first.get("failures"), first.get("errors")) == ("2", "1", "0")
        passed, failed = first
        assert (passed.get("classname"), passed.get("name"), len(passed)) == ("a/x", "GetObject", 0)
        (failure,) = failed
        assert failure.tag == "failure"
        assert failure.get("message").startswith("expected Allowed, decided ImplicitlyDenied")
        assert "About PutObject." in failure.text and "add s3:PutObject" in failure.text
        assert second[0].get("name") == '<\\u{1}&"'
        assert (third.get("tests"), third.get("errors")) == ("1", "1")
        assert third[0][0].tag == "error"

    def test_junit_has_what_its_readers_ask_for_whatever_cases_are_called(self, policy, tmp_path):
        path = write_cases(tmp_path / "d", "ü \x01&.cases.json", GetObject="Allowed", PutObject="Allowed")
        odd = "é<&\"']]>\u202e\ufffe\uffff\U0001f600\u0085\n"
        path.write_text(path.read_text().replace('"id": "PutObject"', '"id": ' + json.dumps(odd)))
        assert policy("test", "d", "--junit", "report.xml").returncode == 1
        root = ElementTree.parse(tmp_path / "report.xml").getroot()
        (suite,) = root
        assert suite.get("name") == "ü \\u{1}&.cases.json"
        odd_case = next(case for case in suite if len(case))
        assert odd_case.get("name") == "é<&\"']]>\u202e\\u{fffe}\\u{ffff}\U0001f600\\u{85}\\n"
        assert odd_case[0].get("type") == "failure"
        for element in [root, suite, *suite]:
            assert float(element.get("time")) >= 0

    def test_junit_that_cannot_be_written_is_an_error(self, policy, tmp_path):
        write_cases(tmp_path / "d", GetObject="Allowed")
        done = policy("test", "d", "--junit", "nowhere/report.xml")
        assert done.returncode == 2
        assert done.stdout == "1 case in 1 file: 1 passed, 0 failed\n"
        assert "nowhere/report.xml" in done.stderr


def write(directory, name, policy_document) -> str:
    text = policy_document if isinstance(policy_document, str) else json.dumps(policy_document)
    (directory / name).write_text(text)
    return name


MISSPELT = '{"Version": "2012-10-17",\n "Statement": {"Effect": "Allow", "Actoin": "s3:*", "Resource": "*"}}'
PASSES_ANY_ROLE = document(allow("iam:PassRole"))
TRUST = document(
    {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{HOME}:root"}, "Action": "sts:AssumeRole"}
)


class TestValidate:
    def test_what_is_right_is_right(self, policy, tmp_path):
        good = document(allow("s3:GetObject", "arn:aws:s3:::reports/*"))
        done = policy("validate", write(tmp_path, "good.json", good))
        assert done.returncode == 0, done.stdout
        guess, summary = done.stdout.splitlines()
        assert guess == "good.json: taken for an identity policy (--type says otherwise)"
        assert summary == "1 file: 0 errors, 0 security warnings, 0 warnings, 0 suggestions"

    def test_what_is_wrong_has_a_code_and_a_place(self, policy, tmp_path):
        done = policy("validate", "--type", "identity", write(tmp_path, "p.json", MISSPELT))
        assert done.returncode == 1
        assert "taken for" not in done.stdout
        assert "p.json:2:35: MalformedPolicyDocument: Syntax errors in policy." in done.stdout
        assert "p.json:2:35: ERROR INVALID_POLICY_ELEMENT: " in done.stdout

    def test_the_exit_code_is_chosen(self, policy, tmp_path):
        risky = write(tmp_path, "risky.json", PASSES_ANY_ROLE)
        assert "SECURITY_WARNING PASS_ROLE_WITH_STAR_IN_RESOURCE" in policy("validate", risky).stdout
        for fail_on, code in [
            ("error", 0),
            ("security-warning", 1),
            ("warning", 1),
            ("suggestion", 1),
            ("never", 0),
        ]:
            assert policy("validate", "--fail-on", fail_on, risky).returncode == code, fail_on
        assert policy("validate", "--fail-on", "never", write(tmp_path, "p.json", "{")).returncode == 0
        assert policy("validate", "--fail-on", "error", "p.json").returncode == 1

    def test_the_type_is_guessed_or_given(self, policy, tmp_path):
        trust = write(tmp_path, "trust.json", TRUST)
        bucket = document(allow("s3:GetObject", "arn:aws:s3:::b/*") | {"Principal": {"AWS": BOB}})
        resource = write(tmp_path, "bucket.json", bucket)
        out = policy("validate", trust, resource).stdout
        assert "trust.json: taken for a trust policy" in out
        assert "bucket.json: taken for a resource policy" in out
        assert policy("validate", trust, resource).returncode == 0, out
        as_identity = policy("validate", "--type", "identity", trust)
        assert as_identity.returncode == 1
        assert "Policy statement must contain resources." in as_identity.stdout
        as_scp = policy("validate", "--type", "scp", resource)
        assert as_scp.returncode == 1
        assert "MalformedPolicyDocument" not in as_scp.stdout
        assert policy("validate", "--type", "unheard-of", trust).returncode == 2

    def test_what_cannot_be_read_does_not_hide_the_others(self, policy, tmp_path):
        bad = write(tmp_path, "p.json", MISSPELT)
        done = policy("validate", "gone.json", bad)
        assert done.returncode == 2
        assert "gone.json" in done.stderr
        assert "INVALID_POLICY_ELEMENT" in done.stdout
        assert policy("validate").returncode == 2

    def test_json_has_the_findings_as_validate_policy_returns_them(self, policy, tmp_path):
        files = [write(tmp_path, "p.json", MISSPELT), write(tmp_path, "trust.json", TRUST)]
        done = policy("validate", "--format", "json", *files)
        assert done.returncode == 1
        first, second = json.loads(done.stdout)["files"]
        assert (first["file"], first["policyType"]) == ("p.json", "IDENTITY_POLICY")
        assert first["malformedPolicyDocument"]["message"] == "Syntax errors in policy."
        codes = [finding["issueCode"] for finding in first["findings"]]
        assert "INVALID_POLICY_ELEMENT" in codes
        finding = first["findings"][codes.index("INVALID_POLICY_ELEMENT")]
        assert finding["findingType"] == "ERROR"
        assert finding["findingDetails"]
        start = finding["locations"][0]["span"]["start"]
        assert start == {"line": 2, "column": 34, "offset": MISSPELT.index('"Actoin"')}
        assert second["policyType"] == "RESOURCE_POLICY"
        assert second["validatePolicyResourceType"] == "AWS::IAM::AssumeRolePolicyDocument"
        assert second["policyTypeGuessed"] is True
        assert second["malformedPolicyDocument"] is None

    def test_sarif_is_a_log_that_code_scanning_takes(self, policy, tmp_path):
        bad = write(tmp_path, "a b.json", MISSPELT)
        risky = write(tmp_path, "risky.json", PASSES_ANY_ROLE)
        done = policy("validate", "--format", "sarif", bad, risky)
        assert done.returncode == 1
        check_sarif(json.loads(done.stdout), {"a%20b.json", "risky.json"})
        (run,) = json.loads(done.stdout)["runs"]
        results = {result["ruleId"]: result for result in run["results"]}
        assert {"MalformedPolicyDocument", "INVALID_POLICY_ELEMENT"} <= results.keys()
        place = results["INVALID_POLICY_ELEMENT"]["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "a%20b.json"
        assert (place["region"]["startLine"], place["region"]["startColumn"]) == (2, 35)
        assert results["PASS_ROLE_WITH_STAR_IN_RESOURCE"]["level"] == "warning"

    def test_sarif_without_findings_is_a_log_too(self, policy):
        good = json.dumps(document(allow("s3:GetObject", "arn:aws:s3:::reports/*")))
        done = policy("validate", "--format", "sarif", "-", stdin=good)
        assert done.returncode == 0
        log = json.loads(done.stdout)
        check_sarif(log, {"stdin"})
        assert log["runs"][0]["results"] == []


COMPACT = (
    '{"Statement":{"Resource":"*","Action":["s3:Get*"],"Effect":"Allow"},"Id":"i","Version":"2012-10-17"}'
)
PRETTY = """{
  "Version": "2012-10-17",
  "Id": "i",
  "Statement": {
    "Effect": "Allow",
    "Action": [
      "s3:Get*"
    ],
    "Resource": "*"
  }
}
"""


class TestFmt:
    def test_standard_input_is_printed(self, policy):
        done = policy("fmt", "-", stdin=COMPACT)
        assert (done.returncode, done.stdout) == (0, PRETTY)
        assert policy("fmt", "-", stdin=PRETTY).stdout == PRETTY

    def test_files_are_changed_in_place_and_only_if_need_be(self, policy, tmp_path):
        write(tmp_path, "a.json", COMPACT)
        write(tmp_path, "b.json", PRETTY)
        before = (tmp_path / "b.json").stat().st_mtime_ns
        done = policy("fmt", "a.json", "b.json")
        assert (done.returncode, done.stdout) == (0, "")
        assert (tmp_path / "a.json").read_text() == PRETTY
        assert (tmp_path / "b.json").stat().st_mtime_ns == before

    def test_check_names_what_is_laid_out_otherwise_and_changes_nothing(self, policy, tmp_path):
        write(tmp_path, "a.json", COMPACT)
        write(tmp_path, "b.json", PRETTY)
        done = policy("fmt", "--check", "a.json", "b.json")
        assert (done.returncode, done.stdout) == (1, "a.json\n")
        assert (tmp_path / "a.json").read_text() == COMPACT
        assert policy("fmt", "--check", "b.json").returncode == 0
        assert policy("fmt", "--check", "-", stdin=COMPACT).returncode == 1

    def test_what_is_no_policy_stays_as_it_is(self, policy, tmp_path):
        write(tmp_path, "a.json", MISSPELT)
        write(tmp_path, "b.json", COMPACT)
        done = policy("fmt", "a.json", "gone.json", "b.json")
        assert done.returncode == 2
        assert "a.json:2:35: a statement has no such element" in done.stderr
        assert "lanyard policy validate" in done.stderr
        assert "gone.json" in done.stderr
        assert (tmp_path / "a.json").read_text() == MISSPELT
        assert (tmp_path / "b.json").read_text() == PRETTY
        assert policy("fmt").returncode == 2

    def test_marks_and_line_breaks_of_other_systems_go(self, policy, tmp_path):
        (tmp_path / "a.json").write_bytes(b"\xef\xbb\xbf" + PRETTY.replace("\n", "\r\n").encode())
        assert policy("fmt", "--check", "a.json").stdout == "a.json\n"
        assert policy("fmt", "a.json").returncode == 0
        assert (tmp_path / "a.json").read_bytes() == PRETTY.encode()

    def test_a_file_is_replaced_whole_and_keeps_its_mode(self, policy, tmp_path):
        write(tmp_path, "a.json", COMPACT)
        (tmp_path / "a.json").chmod(0o604)
        (tmp_path / "link.json").symlink_to("a.json")
        before = (tmp_path / "a.json").stat().st_ino
        assert policy("fmt", "link.json").returncode == 0
        after = (tmp_path / "a.json").stat()
        assert stat.S_IMODE(after.st_mode) == 0o604 and after.st_ino != before
        assert (tmp_path / "link.json").is_symlink()
        assert (tmp_path / "link.json").read_text() == PRETTY
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "link.json"]

    def test_what_is_no_text_or_no_file_stays_as_it_is(self, policy, tmp_path):
        (tmp_path / "a.json").write_bytes(b'{"Statement": "\xff"}')
        (tmp_path / "d.json").mkdir()
        (tmp_path / "loop.json").symlink_to("loop.json")
        (tmp_path / "empty.json").touch()
        done = policy("fmt", "a.json", "d.json", "loop.json", "empty.json")
        assert done.returncode == 2
        for name in ("a.json", "d.json", "loop.json", "empty.json"):
            assert name in done.stderr
        assert (tmp_path / "a.json").read_bytes() == b'{"Statement": "\xff"}'
