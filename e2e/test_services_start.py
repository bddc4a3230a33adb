"""What is said at the start, and by the doctor, of upstreams that can hardly be meant as they are."""

import json

from harness.server import run_binary

NOBODY = "999988887777"
WORDS = f"cloudwatch,sqs=http://127.0.0.1:9 credentials=none account={NOBODY}"
NO_ACCOUNT = f"there is no account {NOBODY}, so nobody reaches what is behind"
SIGNED_OTHERWISE = "requests to the service that clients call cloudwatch are signed for monitoring"


def doctor(server) -> list[str]:
    words = ["doctor", "--json", "--data-dir", str(server.data)]
    done = run_binary(server.binary, *words, check=False, environment={"LANYARD_UPSTREAMS": WORDS})
    return [found["Note"] for found in json.loads(done.stdout)["Checks"] if found["Result"] == "warning"]


def test_an_account_that_is_not_there_is_told(fresh_server):
    server = fresh_server(flags=["--upstream", WORDS]).start()
    assert NO_ACCOUNT in server.log_text()
    assert SIGNED_OTHERWISE in server.log_text()
    (warning,) = doctor(server)
    assert NO_ACCOUNT in warning
    server.run("account", "create", "somebody", "--id", NOBODY)
    assert doctor(server) == []


def test_one_that_is_there_is_nothing_to_tell_of(fresh_server):
    words = WORDS.replace("cloudwatch", "monitoring")
    server = fresh_server(flags=["--upstream", words], environment={"LANYARD_ACCOUNT_ID": NOBODY}).start()
    assert "there is no account" not in server.log_text()
    assert "clients call" not in server.log_text()
