"""Signs what `schemathesis` sends, by the key in the environment. It is loaded by the program itself, as its hooks."""

import os

import schemathesis
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from requests.auth import AuthBase


class Signature(AuthBase):
    def __call__(self, request):
        keys = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
        signed = AWSRequest(request.method, request.url, data=request.body or b"")
        SigV4Auth(keys, "lanyard", "us-east-1").add_auth(signed)
        request.headers.update(dict(signed.headers))
        return request


schemathesis.auth.set_from_requests(Signature())
