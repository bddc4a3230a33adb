"""A fresh account and short ways to fill it. Everything is made by its root user."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from .identity import Identity
from .policies import document

if TYPE_CHECKING:
    from .server import Server


class Account:
    def __init__(self, server: Server, made: dict):
        self.server = server
        self.id = made["AccountId"]
        self.root = Identity(
            server.endpoint,
            made["AccessKeyId"],
            made["SecretAccessKey"],
            arn=f"arn:aws:iam::{self.id}:root",
            account=self.id,
        )
        self._numbers = itertools.count(1)

    @property
    def iam(self):
        """The root user's client: for making things, not for testing permissions."""
        return self.root.iam

    @property
    def root_arn(self) -> str:
        return self.root.arn

    def fresh_name(self, kind: str) -> str:
        return f"{kind}-{next(self._numbers)}"

    def user(self, name: str | None = None, *statements: dict, **parameters) -> Identity:
        """A user with an access key and, when statements are given, an inline policy of them."""
        name = name or self.fresh_name("user")
        arn = self.iam.create_user(UserName=name, **parameters)["User"]["Arn"]
        if statements:
            self.iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document(*statements))
        return self.key_of(name, arn)

    def key_of(self, name: str, arn: str) -> Identity:
        key = self.iam.create_access_key(UserName=name)["AccessKey"]
        return Identity(
            self.server.endpoint, key["AccessKeyId"], key["SecretAccessKey"], arn=arn, account=self.id
        )

    def group(self, name: str | None = None, *statements: dict) -> str:
        name = name or self.fresh_name("group")
        self.iam.create_group(GroupName=name)
        if statements:
            self.iam.put_group_policy(GroupName=name, PolicyName="own", PolicyDocument=document(*statements))
        return name

    def role(self, trust: str, *statements: dict, name: str | None = None, **parameters) -> str:
        """A role with that trust policy; gives its ARN."""
        name = name or self.fresh_name("role")
        role = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, **parameters)["Role"]
        if statements:
            self.iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(*statements))
        return role["Arn"]

    def policy(self, *statements: dict, name: str | None = None, **parameters) -> str:
        """A customer managed policy; gives its ARN."""
        name = name or self.fresh_name("policy")
        made = self.iam.create_policy(PolicyName=name, PolicyDocument=document(*statements), **parameters)
        return made["Policy"]["Arn"]

    def bucket(self, name: str | None = None) -> str:
        """A bucket of this account, through the gateway; its name is nobody else's."""
        name = name or f"{self.id}-{self.fresh_name('bucket')}"
        self.root.s3.create_bucket(Bucket=name)
        return name
