"""The README's tour is true: every block of shell in it is run, in order, as a newcomer would."""

import os
import re
import subprocess

from conftest import ROOT, AwsCli

BLOCK = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_tour_runs_as_it_is_printed(fresh_server, binary, tmp_path):
    """As in a fresh checkout whose server was started by the first command of the README."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    assert len(blocks) > 2, "the README has no tour"
    built = tmp_path / "target/release/lanyard"
    built.parent.mkdir(parents=True)
    built.symlink_to(binary)
    server = fresh_server()
    server.port = 4260
    server.data = tmp_path / "home/.local/share/lanyard"
    server.data.parent.mkdir(parents=True)
    server.start()
    script = "\n".join(["set -euo pipefail", *(line for block in blocks for line in tour_lines(block))])
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{script}\n--- printed:\n{done.stdout}\n--- and:\n{done.stderr}"
    promised = re.findall(r'\|\| echo "(.*)"', text)
    assert promised, "the tour shows no denial"
    for line in promised:
        assert line in done.stdout, f"the tour promises: {line}"


def tour_lines(block: str) -> list[str]:
    """Everything but building, starting and testing, which is what runs this."""
    return [line for line in block.splitlines() if not line.startswith("cargo ")]


def environment(directory) -> dict[str, str]:
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LANYARD_", "XDG_"))
    }
    path = f"{AwsCli.program.parent}:{variables['PATH']}"
    return variables | {"HOME": str(directory / "home"), "PATH": path, "AWS_PAGER": ""}


def test_both_commands_are_in_the_readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "cargo xtask test" in text
    assert "serve" in text
