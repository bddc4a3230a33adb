"""Credentials and the boto3 clients that use them."""

import functools
import threading
from dataclasses import dataclass, field

import boto3
import botocore.session
from botocore.config import Config

from . import answers, remembered

REGION = "us-east-1"

# One try per call: a test that passes only on a second try has found something.
ONE_TRY = Config(
    retries={"mode": "standard", "total_max_attempts": 1},
    connect_timeout=5,
    read_timeout=60,
    max_pool_connections=20,
)
# Without it boto3 makes links and forms with signatures of version 2, which end with their century.
LINKS = ONE_TRY.merge(Config(signature_version="s3v4"))
UNCHECKED = ONE_TRY.merge(Config(parameter_validation=False))

_LOCK = threading.Lock()


@functools.cache
def _session() -> boto3.Session:
    return boto3.Session(botocore_session=_core(), region_name=REGION)


def _core() -> botocore.session.Session:
    # Nothing from the environment or the home directory of whoever runs the tests.
    core = botocore.session.Session(profile=None)
    core.set_config_variable("config_file", "/dev/null")
    core.set_config_variable("credentials_file", "/dev/null")
    return core


def _session_speaking(protocol: str, service: str) -> boto3.Session:
    """A session that knows no other protocol of the service."""
    core = _core()
    loader = core.get_component("data_loader")
    load = loader.load_service_model

    def load_one(name, kind, api_version=None):
        model = load(name, kind, api_version)
        if (name, kind) != (service, "service-2"):
            return model
        return {**model, "metadata": {**model["metadata"], "protocol": protocol, "protocols": [protocol]}}

    loader.load_service_model = load_one
    return boto3.Session(botocore_session=core, region_name=REGION)


@dataclass
class Identity:
    """Someone who can sign requests."""

    endpoint: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    arn: str = ""
    account: str = ""
    # Whether it is Lanyard that answers, and not what stands behind it.
    asks_lanyard: bool = True

    def __post_init__(self):
        self._clients = {}

    @property
    def name(self) -> str:
        return self.arn.rsplit("/", 1)[-1]

    @property
    def iam(self):
        return self.client("iam")

    @property
    def sts(self):
        return self.client("sts")

    @property
    def s3(self):
        return self.client("s3")

    @property
    def links(self):
        """The client that makes links and forms."""
        return self.client("s3", LINKS)

    def unchecked(self, service: str):
        """A client that sends whatever it is given, so that the server must refuse it."""
        return self.client(service, UNCHECKED)

    def speaking(self, protocol: str, service: str):
        """A client that speaks another protocol of the service than boto3 prefers."""
        return self.client(service, protocol=protocol)

    def client(self, service: str, config: Config = ONE_TRY, protocol: str | None = None):
        key = (service, id(config), protocol)
        with _LOCK:
            if key not in self._clients:
                session = _session_speaking(protocol, service) if protocol else _session()
                client = session.client(
                    service,
                    endpoint_url=self.endpoint,
                    aws_access_key_id=self.access_key_id,
                    aws_secret_access_key=self.secret_access_key,
                    aws_session_token=self.session_token,
                    config=config,
                )
                client.meta.events.register("after-call", lambda parsed, **_: remembered.answer(parsed))
                if self.asks_lanyard and service in ("iam", "sts"):
                    client.meta.events.register(f"before-parse.{service}", answers.check)
                self._clients[key] = client
            return self._clients[key]

    def caller(self) -> str:
        return self.sts.get_caller_identity()["Arn"]

    def assume(self, role_arn: str, session: str = "session", **parameters) -> "Identity":
        answer = self.sts.assume_role(RoleArn=role_arn, RoleSessionName=session, **parameters)
        return self.holding(answer["Credentials"], answer["AssumedRoleUser"]["Arn"])

    def holding(self, credentials: dict, arn: str) -> "Identity":
        """Whoever holds these temporary credentials."""
        return Identity(
            self.endpoint,
            credentials["AccessKeyId"],
            credentials["SecretAccessKey"],
            credentials["SessionToken"],
            arn=arn,
            account=arn.split(":")[4],
        )

    def with_key(self, access_key_id=None, secret_access_key=None, session_token=None) -> "Identity":
        """The same caller with one part of the credentials replaced."""
        return Identity(
            self.endpoint,
            access_key_id or self.access_key_id,
            secret_access_key or self.secret_access_key,
            session_token or self.session_token,
            arn=self.arn,
            account=self.account,
        )

    def environment(self) -> dict[str, str]:
        """For programs that find their credentials in the environment."""
        variables = {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_PAGER": "",
        }
        if self.session_token:
            variables["AWS_SESSION_TOKEN"] = self.session_token
        return variables
