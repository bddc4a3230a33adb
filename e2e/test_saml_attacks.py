"""SAML 2.0: what pysaml2 issued, made over by a forger, opens nothing, and soon."""

import datetime
import time

import pytest
from lxml import etree
from saml2 import saml

from harness import saml_forgery
from harness.refusal import check, refused
from harness.saml import ATTRIBUTE, Federation, IdentityProvider

INVALID = ("InvalidIdentityToken", 400, "Invalid base64 SAMLResponse")
FORGED = ("InvalidIdentityToken", 400, "Response signature invalid")
UNSIGNED = (
    "InvalidIdentityToken",
    400,
    "Response (with optional signature) must contain an assertion with a mandatory signature",
)
SECONDS_MAX = 5


@pytest.fixture(scope="module")
def federation(server, tmp_path_factory):
    account = server.account("saml-attacks")
    provider = IdentityProvider(tmp_path_factory.mktemp("idp"), f"{server.endpoint}/saml")
    return Federation(account, provider)


@pytest.fixture(scope="module")
def role(federation):
    return federation.role()


@pytest.fixture
def response(federation, role):
    """What the forger has."""
    return federation.response(role, name="alice@example.com.evil.example", session_name="alice")


FORGERIES = {
    "twins": (saml_forgery.twins, INVALID),
    "same id elsewhere": (saml_forgery.same_id_elsewhere, FORGED),
    "without signature": (saml_forgery.without_signature, UNSIGNED),
    "with two signatures": (saml_forgery.with_two_signatures, FORGED),
    "over another element": (saml_forgery.over_another_element, FORGED),
    "over nothing": (saml_forgery.over_nothing, FORGED),
    "by HMAC": (saml_forgery.by_algorithm("http://www.w3.org/2000/09/xmldsig#hmac-sha1"), FORGED),
    "by HMAC-SHA256": (
        saml_forgery.by_algorithm("http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"),
        FORGED,
    ),
    "by RSA with MD5": (saml_forgery.by_algorithm("http://www.w3.org/2001/04/xmldsig-more#rsa-md5"), FORGED),
    "by ECDSA": (saml_forgery.by_algorithm("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"), FORGED),
    "by none": (saml_forgery.by_algorithm("none"), FORGED),
    "renamed": (saml_forgery.renamed, FORGED),
}


def in_a_name(inside):
    return lambda text: text.replace("example.com.evil", f"example.com{inside}.evil")


ENTITIES = "".join(f'<!ENTITY e{n} "{"&e" + str(n - 1) + ";" if n else "ha"}{"x" * 9}">' for n in range(30))
ABUSES = {
    "comment in the name": in_a_name("<!---->"),
    "instruction in the name": in_a_name("<?x?>"),
    "section in the name": in_a_name("<![CDATA[]]>"),
    "entities": lambda text: text.replace('<?xml version="1.0"?>', f"<!DOCTYPE x [{ENTITIES}]>"),
    "external entity": lambda text: text.replace(
        '<?xml version="1.0"?>', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    ),
    "depth": lambda text: text.replace("</ns0:Response>", "<a>" * 9_000 + "</a>" * 9_000 + "</ns0:Response>"),
    "attributes": lambda text: text.replace(
        "</ns0:Response>", "<a " + " ".join(f'a{n}=""' for n in range(5_000)) + "/></ns0:Response>"
    ),
    "elements": lambda text: text.replace("</ns0:Response>", "<a/>" * 15_000 + "</ns0:Response>"),
    "not whole": lambda text: text[: len(text) // 2],
    "nothing": lambda text: "   ",
    "other XML": lambda text: "<x/>",
    "assertion alone": lambda text: etree.tostring(saml_forgery.Forge(text).assertion),
}


def attempt(federation, role, response, expected):
    code, status, message = expected
    begin = time.monotonic()
    with pytest.raises(federation.account.root.sts.exceptions.ClientError) as caught:
        federation.assume(role, response)
    assert time.monotonic() - begin < SECONDS_MAX
    check(caught.value.response, code, status, message)


@pytest.mark.parametrize("wrap", saml_forgery.WRAPPINGS, ids=lambda wrap: wrap.__name__)
def test_the_eight_wrappings(federation, role, response, wrap):
    attempt(federation, role, wrap(response), INVALID)
    # Nothing was used up: the original is still good.
    federation.assume(role, response)


@pytest.mark.parametrize("wrap", saml_forgery.WRAPPINGS, ids=lambda wrap: wrap.__name__)
def test_the_eight_wrappings_of_a_signed_response(federation, role, wrap):
    both = federation.response(role, signed=("assertion", "response"))
    attempt(federation, role, wrap(both), INVALID)


@pytest.mark.parametrize("name", FORGERIES)
def test_forgeries(federation, role, response, name):
    change, expected = FORGERIES[name]
    attempt(federation, role, change(response), expected)


@pytest.mark.parametrize("name", ABUSES)
def test_documents_that_are_none(federation, role, response, name):
    changed = ABUSES[name](response)
    assert changed != response
    attempt(federation, role, changed, INVALID)


def test_an_unsigned_assertion_in_a_signed_response(federation, role):
    attempt(federation, role, federation.response(role, signed=("response",)), UNSIGNED)
    attempt(federation, role, federation.response(role, signed=()), UNSIGNED)


def test_what_is_no_base64(federation, role):
    client = federation.account.root.sts
    for text in ("%%%%", "PHgvP", "PHgv*g=="):
        with refused("InvalidIdentityToken", 400, "Invalid base64 SAMLResponse"):
            client.assume_role_with_saml(RoleArn=role, PrincipalArn=federation.arn, SAMLAssertion=text)
    with refused("ValidationError", 400):
        federation.account.root.unchecked("sts").assume_role_with_saml(
            RoleArn=role, PrincipalArn=federation.arn, SAMLAssertion="A" * 100_001
        )


def instant(minutes: float) -> str:
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=minutes)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def confirmation(made):
    return made.assertion.subject.subject_confirmation[0].subject_confirmation_data


def set_recipient(made):
    confirmation(made).recipient = "https://signin.aws.amazon.com/saml"


def set_audience(made):
    [restriction] = made.assertion.conditions.audience_restriction
    restriction.audience[0].text = "https://else.example"


def drop_conditions(made):
    made.assertion.conditions = None


def set_destination(made):
    made.destination = "https://else.example"


def set_issued(made):
    made.assertion.issue_instant = instant(-6)


def set_expired(made):
    confirmation(made).not_on_or_after = instant(-1)


def set_conditions_expired(made):
    made.assertion.conditions.not_on_or_after = instant(-1)


def set_early(made):
    made.assertion.conditions.not_before = instant(3)


def set_issuer(made):
    made.assertion.issuer.text = "https://else.example"


def drop_subject(made):
    made.assertion.subject.name_id = None


def add_confirmation(made):
    made.assertion.subject.subject_confirmation.append(made.assertion.subject.subject_confirmation[0])


def fail(made):
    made.status.status_code.value = "urn:oasis:names:tc:SAML:2.0:status:Responder"


def add_assertion(made):
    made.assertion.advice = saml.Advice(assertion=[saml.Assertion(id="_other", version="2.0")])


EXPIRED = ("ExpiredTokenException", 400, "Response has expired")
STALE = ("ExpiredTokenException", 400, "Token must be redeemed within 5 minutes of issuance")
UNMEANT = {
    set_recipient: ("InvalidIdentityToken", 400, "Response is for another recipient."),
    set_destination: ("InvalidIdentityToken", 400, "Response is for another recipient."),
    set_audience: ("InvalidIdentityToken", 400, "Response does not contain the required audience."),
    drop_conditions: ("InvalidIdentityToken", 400, "Response does not contain the required audience."),
    set_issued: STALE,
    set_expired: EXPIRED,
    set_conditions_expired: EXPIRED,
    set_early: ("InvalidIdentityToken", 400, "The assertion is not valid yet"),
    set_issuer: ("InvalidIdentityToken", 400, "Issuer not present in specified provider"),
    drop_subject: ("AccessDenied", 403, "Not authorized to perform sts:AssumeRoleWithSAML"),
    add_confirmation: INVALID,
    fail: ("IDPRejectedClaim", 403, None),
    add_assertion: INVALID,
}


@pytest.mark.parametrize("change", UNMEANT, ids=lambda change: change.__name__)
def test_genuine_but_not_for_here_and_now(federation, role, change):
    attempt(federation, role, federation.response(role, change=change), UNMEANT[change])


def test_names_are_as_aws_wants_them(federation, role):
    missing = ("InvalidIdentityToken", 400, "RoleSessionName is required in AuthnResponse")
    attempt(federation, role, federation.response(role, session_name=None), missing)
    text = "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}"
    malformed = ("InvalidIdentityToken", 400, text)
    attempt(federation, role, federation.response(role, session_name="John Doe"), malformed)
    text = 'Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"'
    attributes = {f"{ATTRIBUTE}SourceIdentity": ["aws:root"]}
    attempt(
        federation,
        role,
        federation.response(role, attributes=attributes),
        ("InvalidIdentityToken", 400, text),
    )


def test_a_storm_of_forgeries_takes_no_memory(server, federation, role, response):
    federation.assume(role, federation.response(role))
    before = server.resident_bytes()
    large = ABUSES["attributes"](response)
    for _ in range(200):
        attempt(federation, role, large, INVALID)
    assert server.resident_bytes() - before < 64 * 1024 * 1024
