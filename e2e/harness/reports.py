"""Reports that are made in the background."""

import csv
import io

from harness.background import wait_until
from harness.identity import Identity

KEY = ["active", "last_rotated", "last_used_date", "last_used_region", "last_used_service"]
PASSWORD = ["enabled", "last_used", "last_changed", "next_rotation"]
COLUMNS = [
    "user",
    "arn",
    "user_creation_time",
    *(f"password_{what}" for what in PASSWORD),
    "mfa_active",
    *(f"access_key_{number}_{what}" for number in (1, 2) for what in KEY),
    *(f"cert_{number}_{what}" for number in (1, 2) for what in ("active", "last_rotated")),
]


def patiently(ask, is_done):
    """Asks until the answer is the one, and gives it; that takes some thousandths of a second."""
    last = None

    def done():
        nonlocal last
        last = ask()
        return is_done(last)

    wait_until(done, "a report", lambda: last)
    return last


def make_credential_report(identity: Identity) -> None:
    """Has the credential report made, unless there is one."""
    patiently(identity.iam.generate_credential_report, lambda answer: answer["State"] == "COMPLETE")


def credential_report(identity: Identity) -> dict[str, dict[str, str]]:
    """The lines of the credential report, by user."""
    make_credential_report(identity)
    text = identity.iam.get_credential_report()["Content"].decode()
    return lines_of(text)


def lines_of(text: str) -> dict[str, dict[str, str]]:
    reader = csv.DictReader(io.StringIO(text))
    lines = {line["user"]: line for line in reader}
    assert reader.fieldnames == COLUMNS
    return lines


def last_accessed(identity: Identity, arn: str, **more) -> tuple[str, dict]:
    """The job and what it found about somebody."""
    job = identity.iam.generate_service_last_accessed_details(Arn=arn, **more)["JobId"]

    def get():
        return identity.iam.get_service_last_accessed_details(JobId=job)

    return job, patiently(get, lambda answer: answer["JobStatus"] != "IN_PROGRESS")


def services(identity: Identity, arn: str, **more) -> dict[str, dict]:
    """What a report tells of each service, by namespace."""
    _, details = last_accessed(identity, arn, **more)
    assert details["JobStatus"] == "COMPLETED", details
    return {service["ServiceNamespace"]: service for service in details["ServicesLastAccessed"]}
