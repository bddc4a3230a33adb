"""No secret where none may be: every secret that the tests made is looked for in everything the servers wrote."""

import re
import urllib.parse

import pytest

from harness import remembered, wire
from harness.policies import allow, document, trust

pytestmark = pytest.mark.last

# Where credentials are meant to be: the profile of the first administrator. The master key is no secret of
# an API and never leaves the server, so the tests do not know it.
MEANT = {"aws-config"}


def spellings(secret: str) -> set[bytes]:
    return {
        text.encode() for text in (secret, urllib.parse.quote(secret, safe=""), secret.replace("/", "\\/"))
    }


def test_no_secret_is_in_any_log_trail_state_or_metric(server, account, tmp_path_factory):
    every_kind_of_secret(account)
    secrets = remembered.everything()
    # One pattern for all of them, so that each file is read once.
    pattern = re.compile(b"|".join(re.escape(text) for secret in secrets for text in spellings(secret)))
    places = [path for path in tmp_path_factory.getbasetemp().rglob("*") if path.is_file()]
    places = [path for path in places if path.name not in MEANT and path != remembered.place()]
    places = [path for path in places if "strace" not in path.name]
    assert {"log", "state.db"} <= {path.name for path in places}
    found = [str(path) for path in places if pattern.search(path.read_bytes())]
    assert not found, f"secrets are in {found}"
    assert not pattern.search(server.metrics().encode())


def every_kind_of_secret(account) -> None:
    """Long-term and temporary, used and refused, so that there is something to find whatever ran before."""
    role = account.role(trust(account.root_arn))
    user = account.user("dev", allow(["sts:AssumeRole", "sts:GetFederationToken"]))
    sessions = [user.assume(role), user.assume(role, Policy=document(allow("*")))]
    tokens = [user.sts.get_session_token(), user.sts.get_federation_token(Name="bob")]
    sessions += [user.holding(token["Credentials"], user.arn) for token in tokens]
    for identity in (account.root, user, *sessions):
        identity.caller()
        wire.call(identity, "CreateUser", UserName="refused" * 20)
        wire.call(identity.with_key(secret_access_key="wrong" * 8), "ListUsers")
    made = {value for identity in (user, *sessions) for value in (identity.secret_access_key,)}
    assert made <= remembered.everything()


def test_the_search_finds_what_it_is_made_to_find(server):
    """The proof that the test above can fail: the answer that carried a secret would be found."""
    secret = remembered.secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    assert any(re.search(re.escape(text), b"x=" + text) for text in spellings(secret))


def test_answers_to_bad_requests_repeat_no_secret(account):
    token = account.root.sts.get_session_token()["Credentials"]["SessionToken"]
    broken = account.root.with_key(session_token=token[:-4] + "AAAA")
    answer = wire.call(broken, "ListUsers")
    assert token[:40] not in answer.text
    body = wire.form("iam", "CreateLoginProfile", UserName="u", Password="hunter2-" * 3)
    assert "hunter2" not in wire.post(account.root, body).text
