"""The pages for newcomers are true: their commands run as they are printed, and print what they promise."""

import json
import os
import re
import subprocess

import pytest

from conftest import ROOT, AwsCli
from harness.server import free_port
from harness.store import Moto

BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str, heading: str) -> list[str]:
    """The blocks of a language in one section of a page, without their indentation."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    section = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)[1]
    return [
        re.sub(rf"^{indentation}", "", inside, flags=re.MULTILINE)
        for indentation, tag, inside in BLOCK.findall(section)
        if tag == language
    ]


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    for shown, real in pairs:
        assert shown in text, f"the example has no {shown} any more:\n{text}"
        text = text.replace(shown, real)
    return text


@pytest.fixture
def shell(binary, tmp_path):
    """Runs a script as a newcomer would, who has nothing yet but the program and the `aws` command line."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/lanyard").symlink_to(binary)
    (tmp_path / "README.md").write_text("hello")
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LANYARD_", "XDG_"))
    }
    path = f"{tmp_path / 'bin'}:{AwsCli.program.parent}:{variables['PATH']}"
    variables |= {"HOME": str(tmp_path / "home"), "PATH": path, "AWS_PAGER": "", "AWS_MAX_ATTEMPTS": "1"}

    def run(script: str) -> str:
        done = subprocess.run(
            ["bash", "-c", f"set -euo pipefail\n{script}"],
            cwd=tmp_path,
            env=variables,
            capture_output=True,
            text=True,
            timeout=300,
        )
        printed = f"{script}\n--- printed:\n{done.stdout}\n--- and:\n{done.stderr}"
        assert done.returncode == 0, printed
        return done.stdout

    return run


KEY = "--query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text"


def kept(command: str) -> str:
    """The command that makes a key, with the key in the variables of the same script."""
    return f'key=$({command})\nid=$(cut -f1 <<<"$key") secret=$(cut -f2 <<<"$key")'


def test_from_nothing_to_enforced(shell, tmp_path):
    moto = Moto(tmp_path / "moto", "123456789012")
    port = free_port()
    first, second, third, fourth, last = blocks("gateway.md", "sh", "From nothing to enforced")
    (serve,) = re.findall(r"^lanyard serve .*$", first, re.MULTILINE)
    listening = (
        f"{serve} --listen 127.0.0.1:{port} >>log 2>&1 &\nserver=$!\n"
        f"until curl -sf http://127.0.0.1:{port}/readyz; do kill -0 $server; sleep 0.1; done\n"
    )
    making_key = f"aws iam create-access-key --user-name shop {KEY}"
    script = "\n".join(
        [
            "trap 'kill $server' EXIT",
            replaced(first, (serve, listening)),
            replaced(second, (making_key, kept(making_key))),
            replaced(
                third,
                (
                    "AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…",
                    "AWS_ACCESS_KEY_ID=$id AWS_SECRET_ACCESS_KEY=$secret",
                ),
            ),
            fourth,
            "kill -INT $server\nwait $server",
            replaced(listening, (" mode=observe", "")),
            "echo enforced",
            # What it did before.
            *re.findall(r"^shop .*$", third, re.MULTILINE),
            last,
        ]
    )
    script = replaced(
        script,
        ("127.0.0.1:5000", moto.endpoint.removeprefix("http://")),
        ("127.0.0.1:4260", f"127.0.0.1:{port}"),
    )
    try:
        printed = shell(script)
    finally:
        moto.stop()
    _, enforced = printed.split("\nenforced\n")
    assert "MessageId" in enforced
    assert "upload: ./README.md to s3://receipts/2026/1" in enforced
    assert "DENIED  sqs:PurgeQueue  on  arn:aws:sqs:us-east-1:123456789012:jobs" in enforced
    assert re.search(r"shop  sqs:SendMessage .* AccessDenied \(let through\)", enforced)
    assert re.search(r"shop  sqs:PurgeQueue .* AccessDenied ", enforced)


def test_a_job_in_ci(shell, tmp_path):
    moto = Moto(tmp_path / "moto", "123456789012")
    port = free_port()
    (job,) = blocks("gateway.md", "sh", "In CI")
    making_key = f"aws iam create-access-key --user-name app {KEY}"
    job = replaced(
        job,
        ("lanyard serve", f"lanyard serve --listen 127.0.0.1:{port} >>log 2>&1"),
        ("127.0.0.1:5000", moto.endpoint.removeprefix("http://")),
        ("127.0.0.1:4260", f"127.0.0.1:{port}"),
        (making_key, kept(making_key)),
    )
    tests = """
        export AWS_ACCESS_KEY_ID=$id AWS_SECRET_ACCESS_KEY=$secret
        aws secretsmanager get-secret-value --secret-id db
        aws secretsmanager delete-secret --secret-id db || lanyard explain --last
    """
    try:
        printed = shell(f"trap 'kill $!' EXIT\n{job}\n{tests}")
    finally:
        moto.stop()
    assert '"SecretString": "hunter2"' in printed
    assert "DENIED  secretsmanager:DeleteSecret" in printed


def like(shown: str) -> re.Pattern:
    """What is printed like an example of it: for `…` and for ids there may be anything."""
    text = re.escape(shown.strip())
    text = re.sub(r"[0-9a-f]{8}(\\-[0-9a-f]{4}){3}\\-[0-9a-f]{12}", "…", text)
    return re.compile(text.replace("…", ".+"))


def signing(account) -> str:
    """What makes a shell the root user of an account."""
    root = account.root
    return (
        f"export AWS_ACCESS_KEY_ID={root.access_key_id} AWS_SECRET_ACCESS_KEY={root.secret_access_key} "
        f"AWS_ENDPOINT_URL={root.endpoint} AWS_DEFAULT_REGION=us-east-1"
    )


def test_an_application_that_speaks_authzen(shell, server):
    user, bearer, policies, question = blocks("authzen.md", "sh", "An application, step by step")
    allowed, denied = blocks("authzen.md", "json", "An application, step by step")
    making_key = "aws iam create-access-key --user-name todo-app"
    question = replaced(
        question,
        ("127.0.0.1:4260", server.endpoint.removeprefix("http://")),
        ("'Authorization: Bearer AKIA….…'", '"Authorization: Bearer $bearer"'),
    )
    account = server.account("authzen-page")
    script = "\n".join(
        [
            signing(account),
            replaced(user, (making_key, kept(f"{making_key} {KEY}"))),
            replaced(
                bearer,
                (
                    "AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… lanyard bearer-key",
                    "bearer=$(AWS_ACCESS_KEY_ID=$id AWS_SECRET_ACCESS_KEY=$secret lanyard bearer-key)",
                ),
            ),
            replaced(policies, ("111122223333", account.id)),
            "echo asked",
            question,
            "echo",
            replaced(question, ('"owner": "carla@example.com"', '"owner": "somebody else"')),
        ]
    )
    _, answers = shell(script).split("\nasked\n")
    yes, no = answers.strip().splitlines()
    assert like(allowed).fullmatch(yes)
    assert like(denied.replace("111122223333", account.id)).fullmatch(no)


def test_a_question_to_the_decision_point(shell, server):
    account = server.account("authorize-page")
    (policy, _) = blocks("authorize.md", "json", "Who may ask")
    (question,) = blocks("authorize.md", "sh", "`POST /authorize`")
    allowed, denied, _ = blocks("authorize.md", "json", "`POST /authorize`")
    guard = account.user("guard", json.loads(policy.replace("111122223333", account.id))["Statement"])
    account.user("carla", {"Effect": "Allow", "Action": "app:ReadPage", "Resource": "*"})
    question = replaced(
        question, ("127.0.0.1:4260", server.endpoint.removeprefix("http://")), ("111122223333", account.id)
    )
    asker = f"export AWS_ACCESS_KEY_ID={guard.access_key_id} AWS_SECRET_ACCESS_KEY={guard.secret_access_key}"
    refused = replaced(question, ("app:ReadPage", "app:DeletePage"))
    yes, no = shell("\n".join([asker, question, "echo", refused])).strip().splitlines()
    assert like(allowed).fullmatch(yes)
    assert like(denied.replace("111122223333", account.id)).fullmatch(no)


def test_requests_are_explained_as_the_page_shows(shell):
    """The indented blocks: each command, and below it, where it is shown, what it prints."""
    text = (ROOT / "docs/gateway.md").read_text(encoding="utf-8")
    commands = re.findall(r"^    lanyard gateway explain (?:.*\\\n    )*.*$", text, re.MULTILINE)
    by_line, by_body = (re.sub(r"^    ", "", command, flags=re.MULTILINE) for command in commands)
    printed = shell(by_line)
    shown = re.search(r"^    GET localhost:4260 (?:.*\n    )*.*$", text, re.MULTILINE)[0]
    assert printed == re.sub(r"^    ", "", shown, flags=re.MULTILINE) + "\n"
    (making,) = re.findall(r"^    (echo .* > request\.json)$", text, re.MULTILINE)
    assert "needs: sqs:CreateQueue on " in shell(f"{making}\n{by_body}")


def anchors(text: str) -> set[str]:
    """The names by which a page's headings are found."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("docs/*.md")), ids=lambda page: page.name
)
def test_every_link_leads_somewhere(page):
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if link.startswith(("http://", "https://")):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link
