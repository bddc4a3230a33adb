"""The README's tour is true: every block of shell in it is run, in order, as a newcomer would."""

import os
import re
import subprocess

from conftest import ROOT, AwsCli

BLOCK = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_tour_runs_as_it_is_printed(fresh_server, binary, tmp_path):
    """The first two blocks build and test; the others are the tour, here against the built binary."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    assert blocks, "the README has no tour"
    server = fresh_server()
    server.port = 4260
    server.data = tmp_path / "home/.local/share/lanyard"
    script = "\n".join(["set -euo pipefail", *(line for block in blocks for line in tour_lines(block))])
    server.data.parent.mkdir(parents=True)
    server.start()
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=environment(binary, tmp_path),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{script}\n--- printed:\n{done.stdout}\n--- and:\n{done.stderr}"


def tour_lines(block: str) -> list[str]:
    """Everything but starting the server and running the tests, which is done already."""
    skipped = ("cargo ", "lanyard serve", "git clone", "cd ")
    return [line for line in block.splitlines() if not line.startswith(skipped)]


def environment(binary, home) -> dict[str, str]:
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LANYARD_"))
    }
    path = f"{binary.parent}:{AwsCli.program.parent}:{variables['PATH']}"
    return variables | {"HOME": str(home / "home"), "PATH": path, "AWS_PAGER": ""}


def test_both_commands_are_in_the_readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "cargo xtask test" in text
    assert "serve" in text
