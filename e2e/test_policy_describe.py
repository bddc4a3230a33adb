"""What policies say, in plain English: on the command line and from the server."""

import json

from harness.policies import allow, deny, document, trust
from harness.refusal import refused

READS = '- reading in Amazon S3 (s3:GetObject), on "arn:aws:s3:::reports/*".'
DENIES = "- every action of Amazon S3 (s3:*), on everything"
PATTERNS = "Patterns of actions, and exceptions from all actions, also cover what services add later.\n"


class TestCommand:
    def test_a_policy_is_told_denials_first(self, policy, tmp_path):
        text = document(allow("s3:GetObject", "arn:aws:s3:::reports/*"), deny("s3:*"))
        (tmp_path / "policy.json").write_text(text)
        done = policy("describe", "policy.json")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == f"Denied, whatever allows it:\n{DENIES}.\nAllowed:\n{READS}\n"

    def test_several_are_told_apart_and_a_broken_one_does_not_keep_the_others(self, policy, tmp_path):
        (tmp_path / "a.json").write_text(document(allow("s3:GetObject", "arn:aws:s3:::reports/*")))
        (tmp_path / "b.json").write_text('{"Statement": 1}')
        (tmp_path / "c.json").write_text(document(allow("s3:*")))
        done = policy("describe", "a.json", "b.json", "c.json")
        assert done.returncode == 2
        assert done.stdout == f"a.json:\nAllowed:\n{READS}\n\nc.json:\nAllowed:\n{DENIES}.\n{PATTERNS}"
        assert "b.json:1:" in done.stderr

    def test_standard_input_is_read(self, policy):
        done = policy("describe", "-", stdin=document(allow("s3:GetObject", "arn:aws:s3:::reports/*")))
        assert done.stdout == f"Allowed:\n{READS}\n"


class TestServer:
    def test_a_role_is_told_with_who_may_assume_it(self, account):
        user = account.user("carla")
        role = account.role(trust(user.arn), allow("s3:GetObject", "arn:aws:s3:::reports/*"), name="reporter")
        summary = account.iam.get_human_readable_summary(EntityArn=role, Locale="en-GB")
        assert (summary["Locale"], summary["SummaryState"]) == ("en-GB", "AVAILABLE")
        lines = summary["SummaryContent"].splitlines()
        assert lines[:3] == [
            f"The role reporter of account {account.id}.",
            "Allowed to those who would assume it:",
            f'- the user "{user.arn}": writing in AWS Security Token Service (sts:AssumeRole).',
        ]
        assert any(line.endswith(READS.removeprefix("- ")) for line in lines)

    def test_the_permission_for_summaries_alone_shows_nothing(self, account):
        user = account.user("carla", allow("iam:GetHumanReadableSummary"))
        with refused("AccessDenied", 403):
            user.iam.get_human_readable_summary(EntityArn=user.arn)

    def test_what_is_too_long_says_how_much_is_missing(self, account):
        statements = [
            {"Effect": "Allow", "Action": "s3:Get*", "Resource": f"arn:aws:s3:::{n}"} for n in range(64)
        ]
        text = json.dumps({"Version": "2012-10-17", "Statement": statements})
        role = account.role(trust(account.root_arn), name="many")
        for name in ("a", "b"):
            account.iam.put_role_policy(RoleName="many", PolicyName=name, PolicyDocument=text)
        content = account.iam.get_human_readable_summary(EntityArn=role)["SummaryContent"]
        assert 9_000 < len(content) <= 10_000
        assert content.splitlines()[-1].startswith("This summary is cut off here: ")
