"""The credential report: every user with the state of their credentials."""

import base64
import datetime

import pytest

from harness import totp
from harness.browser import Browser
from harness.certificates import issue
from harness.policies import allow
from harness.refusal import denied
from harness.reports import COLUMNS, credential_report, lines_of, patiently

PASSWORD = "Correct horse 1"
NOTHING = dict.fromkeys(COLUMNS[3:], "N/A") | {
    column: "false" for column in COLUMNS[3:] if column.endswith(("_active", "_enabled"))
}


def is_now(text: str) -> bool:
    age = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(text)
    return abs(age) < datetime.timedelta(minutes=2)


def dates(line: dict[str, str]) -> set[str]:
    """The columns with the present time, which are taken out."""
    present = {column for column, text in line.items() if "T" in text and text.endswith("Z") and is_now(text)}
    for column in present:
        del line[column]
    return present


def test_there_is_none_until_one_is_made(account, other_account):
    iam = account.iam
    for _ in range(2):
        with pytest.raises(iam.exceptions.CredentialReportNotPresentException) as caught:
            iam.get_credential_report()
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 410
        # AWS sends no message, for which botocore says this.
        assert str(caught.value).endswith(": Unknown")
    begun = iam.generate_credential_report()
    assert (begun["State"], begun["Description"]) == (
        "STARTED",
        "No report exists. Starting a new report generation task",
    )
    assert credential_report(account.root).keys() == {"<root_account>"}
    done = iam.generate_credential_report()
    assert done["State"] == "COMPLETE" and "Description" not in done
    report = iam.get_credential_report()
    assert report["ReportFormat"] == "text/csv"
    assert is_now(report["GeneratedTime"].isoformat())
    with pytest.raises(other_account.iam.exceptions.CredentialReportNotPresentException):
        other_account.iam.get_credential_report()


def test_a_user_without_credentials_and_the_root_user(account):
    account.iam.create_user(UserName="bare", Path="/team/")
    lines = credential_report(account.root)
    assert list(lines) == ["<root_account>", "bare"]
    bare = lines["bare"]
    assert dates(bare) == {"user_creation_time"}
    arn = f"arn:aws:iam::{account.id}:user/team/bare"
    assert bare == {"user": "bare", "arn": arn} | NOTHING
    root = lines["<root_account>"]
    assert dates(root) == {
        "user_creation_time",
        "access_key_1_last_rotated",
        "access_key_1_last_used_date",
    }
    assert root == {column: text for column, text in NOTHING.items() if column in root} | {
        "user": "<root_account>",
        "arn": account.root_arn,
        "password_next_rotation": "not_supported",
        "access_key_1_active": "true",
        "access_key_1_last_used_region": "us-east-1",
        "access_key_1_last_used_service": "iam",
    }


def test_passwords_and_when_they_have_to_be_replaced(account, server):
    account.iam.update_account_password_policy(MaxPasswordAge=90)
    for name in ("used", "unused"):
        account.iam.create_user(UserName=name)
        account.iam.create_login_profile(UserName=name, Password=PASSWORD)
    assert Browser(server.endpoint).sign_in(account.id, "used", PASSWORD).status == 303
    lines = credential_report(account.root)
    used, unused = lines["used"], lines["unused"]
    changed, rotation = (
        datetime.datetime.fromisoformat(used[column])
        for column in ("password_last_changed", "password_next_rotation")
    )
    assert rotation - changed == datetime.timedelta(days=90)
    assert (used["password_enabled"], unused["password_enabled"]) == ("true", "true")
    assert is_now(used["password_last_used"])
    assert unused["password_last_used"] == "no_information"


def test_keys_in_the_order_of_their_creation_and_what_they_were_used_for(account):
    carla = account.user("carla")
    assert carla.caller() == carla.arn
    second = account.iam.create_access_key(UserName="carla")["AccessKey"]["AccessKeyId"]
    account.iam.update_access_key(UserName="carla", AccessKeyId=second, Status="Inactive")
    line = credential_report(account.root)["carla"]
    assert line["access_key_1_active"] == "true" and line["access_key_2_active"] == "false"
    assert (line["access_key_1_last_used_region"], line["access_key_1_last_used_service"]) == (
        "us-east-1",
        "sts",
    )
    assert dates(line) == {
        "user_creation_time",
        "access_key_1_last_rotated",
        "access_key_1_last_used_date",
        # A key that is not active keeps its date.
        "access_key_2_last_rotated",
    }
    assert {line[f"access_key_2_last_used_{what}"] for what in ("date", "region", "service")} == {"N/A"}


def test_second_factors_and_certificates(account):
    carla = account.user("carla")
    device = totp.Authenticator(account.iam.create_virtual_mfa_device(VirtualMFADeviceName="carla"))
    account.iam.enable_mfa_device(UserName="carla", SerialNumber=device.serial, **device.two_codes())
    pem = issue("carla").pem
    certificate = account.iam.upload_signing_certificate(UserName="carla", CertificateBody=pem)["Certificate"]
    line = credential_report(account.root)["carla"]
    assert (line["mfa_active"], line["cert_1_active"], line["cert_2_active"]) == ("true", "true", "false")
    assert is_now(line["cert_1_last_rotated"]) and line["cert_2_last_rotated"] == "N/A"
    assert certificate["UserName"] == "carla" and carla.name == "carla"


def test_names_and_paths_that_have_commas_and_quotation_marks(account):
    account.iam.create_user(UserName="last,first", Path='/a"b,c/')
    line = credential_report(account.root)["last,first"]
    assert line["arn"] == f'arn:aws:iam::{account.id}:user/a"b,c/last,first'


def test_the_report_does_not_change_for_four_hours(account):
    account.iam.create_user(UserName="before")
    before = credential_report(account.root)
    account.iam.delete_user(UserName="before")
    account.iam.create_user(UserName="after")
    assert account.iam.generate_credential_report()["State"] == "COMPLETE"
    assert credential_report(account.root) == before


def test_whoever_may_get_it_need_not_be_who_made_it(account):
    credential_report(account.root)
    auditor = account.user("auditor", allow("iam:GetCredentialReport"))
    assert auditor.iam.get_credential_report()["Content"]
    with denied(auditor, "iam:GenerateCredentialReport", "*"):
        auditor.iam.generate_credential_report()
    maker = account.user("maker", allow("iam:GenerateCredentialReport"))
    assert maker.iam.generate_credential_report()["State"] == "COMPLETE"
    with denied(maker, "iam:GetCredentialReport", "*"):
        maker.iam.get_credential_report()


def test_from_the_command_line(account, aws):
    for number in range(60):
        account.iam.create_user(UserName=f"user-{number:02}")
    refused = aws.run(account.root, "iam", "get-credential-report")
    assert "(ReportNotPresent) when calling the GetCredentialReport operation" in refused.stderr
    assert aws(account.root, "iam", "generate-credential-report")["State"] == "STARTED"
    patiently(
        lambda: aws(account.root, "iam", "generate-credential-report"),
        lambda answer: answer["State"] == "COMPLETE",
    )
    report = aws(account.root, "iam", "get-credential-report")
    text = base64.b64decode(report["Content"]).decode()
    assert not text.endswith("\n") and "\r" not in text
    assert list(lines_of(text)) == ["<root_account>", *(f"user-{number:02}" for number in range(60))]


def test_a_restart_forgets_the_report(fresh_server):
    server = fresh_server().start()
    account = server.account()
    credential_report(account.root)
    server.stop()
    server.start()
    with pytest.raises(account.iam.exceptions.CredentialReportNotPresentException):
        account.iam.get_credential_report()
    assert account.iam.generate_credential_report()["State"] == "STARTED"
