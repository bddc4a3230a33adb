"""The binary as an operator meets it: help, exit codes, health, TLS, a graceful stop."""

import json
import re
import socket
import ssl
import subprocess
import threading
import time

import pytest

from harness import wire
from harness.server import free_port, run_binary

COMMANDS = [
    ["serve"],
    ["account", "create"],
    ["account", "list"],
    ["account", "set-quota"],
    ["admin", "reset-root"],
    ["sessions", "revoke"],
    ["keys", "list"],
    ["keys", "rules"],
    ["keys", "rotate"],
    ["credentials"],
    ["credentials", "serve"],
    ["explain"],
    ["trail"],
    ["policy", "decide"],
    ["policy", "test"],
    ["policy", "validate"],
    ["policy", "fmt"],
    ["doctor"],
    ["version"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_a_help_text(binary, words):
    done = run_binary(binary, *words, "--help")
    assert "Usage: lanyard" in done.stdout
    assert len(done.stdout.splitlines()) > 4


def test_the_top_help_names_every_command_and_the_exit_codes(binary):
    text = run_binary(binary, "--help").stdout
    for words in COMMANDS:
        assert words[0] in text
    assert "Exit codes" in text


def test_version_is_one_line(binary):
    text = run_binary(binary, "version").stdout
    assert re.match(r"lanyard \d+\.\d+\.\d+", text)
    assert json.loads(run_binary(binary, "version", "--json").stdout)


def test_wrong_usage_ends_with_2(binary):
    assert run_binary(binary, "frobnicate", check=False).returncode == 2
    assert run_binary(binary, "serve", "--listen", "nonsense", check=False).returncode == 2
    assert run_binary(binary, "serve", "--no-such-flag", check=False).returncode == 2


def test_without_a_server_commands_end_with_3(binary, tmp_path):
    done = run_binary(binary, "account", "list", "--data-dir", str(tmp_path), check=False)
    assert done.returncode == 3
    assert done.stderr.strip()


def test_an_unknown_decision_ends_with_4(server):
    missing = "00000000-0000-4000-8000-000000000000"
    assert server.run("explain", missing, check=False).returncode == 4


def test_a_configuration_file_with_an_unknown_key_ends_with_2(binary, tmp_path):
    config = tmp_path / "lanyard.toml"
    config.write_text("listne = '127.0.0.1:1'\n")
    done = run_binary(
        binary, "serve", "--config", str(config), "--data-dir", str(tmp_path / "d"), check=False
    )
    assert done.returncode == 2
    assert "listne" in done.stderr


def test_plain_http_beyond_loopback_needs_a_flag(binary, tmp_path):
    words = ["serve", "--listen", f"0.0.0.0:{free_port()}", "--data-dir", str(tmp_path / "d")]
    done = run_binary(binary, *words, check=False)
    assert done.returncode == 2
    assert "--allow-plain-http" in done.stderr


def test_no_colour_where_it_is_not_wanted(server, binary):
    for words in (["doctor"], ["account", "list"], ["trail", "--last", "5"]):
        done = run_binary(
            binary, *words, "--data-dir", str(server.data), environment={"NO_COLOR": "1", "TERM": "xterm"}
        )
        assert "\x1b[" not in done.stdout + done.stderr


def test_the_doctor_finds_a_healthy_house(server):
    done = server.run("doctor")
    assert done.returncode == 0
    assert json.loads(server.run("doctor", "--json").stdout)


def test_the_doctor_finds_an_open_data_directory(fresh_server):
    server = fresh_server().start()
    server.data.chmod(0o755)
    done = server.run("doctor", check=False)
    assert done.returncode == 1
    assert "permission" in (done.stdout + done.stderr).lower()


def test_metrics_are_off_unless_asked_for_and_apart_from_the_api(server):
    text = server.metrics()
    assert "# TYPE " in text
    assert wire.bare(server.endpoint, "GET", "/metrics", {}).status != 200


def test_health_and_readiness_are_answered_without_credentials(server):
    assert (server.get("/healthz"), server.get("/readyz")) == (200, 200)


def test_logs_can_be_structured(fresh_server):
    server = fresh_server(log_level="debug,json").start()
    server.account()
    server.stop()
    lines = [line for line in server.log_text().splitlines() if line.startswith("{")]
    assert len(lines) > 3
    for line in lines:
        assert {"level", "message"} <= set(flat(json.loads(line)))


def flat(record: dict) -> list[str]:
    names = list(record)
    for value in record.values():
        if isinstance(value, dict):
            names += flat(value)
    return names


def test_a_graceful_stop_answers_what_has_begun(fresh_server):
    server = fresh_server().start()
    account = server.account()
    socks, endings = [], []
    for number in range(8):
        body = wire.form("iam", "CreateUser", UserName=f"begun-{number}")
        head = wire.head_bytes(
            wire.Signer(account.root), wire.host_of(server.endpoint), wire.sha256(body), len(body)
        )
        sock = wire.connect(server.endpoint)
        sock.sendall(head + body[:10])
        socks.append(sock)
        endings.append(body[10:])
    # An answer on another connection: by now those before have been taken in.
    assert wire.call(account.root, "ListUsers").status == 200
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    while server.get("/healthz") != 0:
        time.sleep(0.01)
    for sock, ending in zip(socks, endings, strict=True):
        sock.sendall(ending)
    assert [wire.read_status(sock) for sock in socks] == [200] * 8
    for sock in socks:
        sock.close()
    stopping.join()
    server.start()
    assert len(account.iam.list_users()["Users"]) == 8


def test_idle_connections_do_not_hold_up_the_stop(fresh_server):
    server = fresh_server().start()
    with wire.connect(server.endpoint), wire.connect(server.endpoint) as second:
        second.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert wire.read_status(second) == 200
        started = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - started < 10


class TestTls:
    @pytest.fixture
    def files(self, tmp_path):
        """A certificate for localhost, made on the spot."""
        key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
        self.make(key, cert, "first")
        return key, cert

    @staticmethod
    def make(key, cert, name):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
            + ["-keyout", str(key), "-out", str(cert), "-days", "2", "-subj", f"/CN={name}"]
            + ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
            check=True,
            capture_output=True,
        )

    def peer(self, port: int) -> bytes:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with (
            socket.create_connection(("127.0.0.1", port), timeout=10) as raw,
            context.wrap_socket(raw) as tls,
        ):
            tls.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert tls.recv(64).startswith(b"HTTP/1.1 200")
            return tls.getpeercert(binary_form=True)

    def start(self, fresh_server, key, cert):
        server = fresh_server(flags=["--tls-cert", str(cert), "--tls-key", str(key)])
        server.launch()
        deadline = time.monotonic() + 30
        while True:
            try:
                self.peer(server.port)
                return server
            except (OSError, ssl.SSLError, AssertionError):
                assert time.monotonic() < deadline, server.log_tail()
                time.sleep(0.05)

    def test_it_speaks_tls_and_reads_a_new_certificate_without_a_restart(self, fresh_server, files, aws):
        key, cert = files
        server = self.start(fresh_server, key, cert)
        first = self.peer(server.port)
        account = server.account()
        account.root.endpoint = f"https://127.0.0.1:{server.port}"
        done = aws(account.root, "sts", "get-caller-identity", "--ca-bundle", str(cert))
        assert done["Account"] == account.id
        self.make(key, cert, "second")
        deadline = time.monotonic() + 60
        while self.peer(server.port) == first:
            assert time.monotonic() < deadline, "the new certificate is never used"
            time.sleep(0.1)

    def test_a_key_of_another_certificate_stops_the_start(self, fresh_server, files, tmp_path):
        key, cert = files
        self.make(tmp_path / "other.pem", tmp_path / "other-cert.pem", "other")
        server = fresh_server(flags=["--tls-cert", str(cert), "--tls-key", str(tmp_path / "other.pem")])
        with pytest.raises(AssertionError, match="the server ended with"):
            server.start()
