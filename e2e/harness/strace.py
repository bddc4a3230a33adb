"""What a server asked of the kernel, and when: `strace -f -ttt -T -yy`, read back.

A call that another thread interrupts stands on two lines, "unfinished" and "resumed"; they are joined.
"""

import re
from dataclasses import dataclass
from pathlib import Path

SYNCS = {"fsync", "fdatasync", "sync_file_range", "msync", "sync", "syncfs"}
READS = {"read", "recvfrom", "readv", "recvmsg"}
WRITES = {"write", "sendto", "writev", "sendmsg"}

_CALL = re.compile(r"^(\d+)\s+(\d+\.\d+) (\w+)\((.*)$")
_RESUMED = re.compile(r"^(\d+)\s+(\d+\.\d+) <\.\.\. (\w+) resumed>(.*)$")
_DURATION = re.compile(r"<(\d+\.\d+)>$")


@dataclass
class Call:
    name: str
    start: float
    end: float
    arguments: str

    @property
    def connection(self) -> str | None:
        """The peers of a TCP connection, for calls on one."""
        found = re.match(r"\d+<TCP(?:v6)?:\[([^\]]*)\]>", self.arguments)
        return found[1] if found else None


def wrapper(output: Path, *, names: set[str] = SYNCS | READS | WRITES) -> list[str]:
    """The words that run a program under strace."""
    known = sorted(names)
    return [
        "strace",
        "-f",
        "-ttt",
        "-T",
        "-yy",
        "-s",
        "4096",
        "-e",
        f"trace={','.join(known)}",
        "-o",
        str(output),
    ]


def calls(output: Path) -> list[Call]:
    """All calls that returned, by the time of their return."""
    unfinished: dict[tuple[str, str], tuple[float, str]] = {}
    done = []
    for line in output.read_text(errors="replace").splitlines():
        if found := _CALL.match(line):
            thread, start, name, rest = found[1], float(found[2]), found[3], found[4]
            if rest.endswith("<unfinished ...>"):
                unfinished[thread, name] = (start, rest.removesuffix("<unfinished ...>"))
            elif duration := _DURATION.search(rest):
                done.append(Call(name, start, start + float(duration[1]), rest))
        elif found := _RESUMED.match(line):
            begun = unfinished.pop((found[1], found[3]), None)
            if begun:
                done.append(Call(found[3], begun[0], float(found[2]), begun[1] + found[4]))
    return sorted(done, key=lambda call: call.end)


def syncs(all_calls: list[Call]) -> list[Call]:
    return [call for call in all_calls if call.name in SYNCS]


@dataclass
class Exchange:
    """A request on a connection: when its last byte was read, and when its answer was sent."""

    marker: str
    arrived: float
    answered: float


def exchanges(all_calls: list[Call], markers: list[str]) -> list[Exchange]:
    """For each text that is in exactly one request, when that request came and when it was answered."""
    found = []
    for marker in markers:
        read = next(
            call for call in all_calls if call.name in READS and call.connection and marker in call.arguments
        )
        answer = next(
            call
            for call in all_calls
            if call.name in WRITES
            and call.connection == read.connection
            and call.start >= read.end
            and '"HTTP/1.1 ' in call.arguments
        )
        found.append(Exchange(marker, read.end, answer.start))
    return found


def has_sync_between(all_calls: list[Call], exchange: Exchange, directory: Path) -> bool:
    """Whether a sync of a file of that directory began after the request and ended before the answer."""
    return any(
        call.start >= exchange.arrived and call.end <= exchange.answered and f"<{directory}" in call.arguments
        for call in syncs(all_calls)
    )
