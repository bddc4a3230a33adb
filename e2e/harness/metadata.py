"""The metadata document of a SAML identity provider, with a certificate of its own, as providers hand it out."""

import base64
import functools

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from harness import certificates

ENTITY = "https://idp.example.com"


def as_pem(key: rsa.RSAPrivateKey, form=serialization.PrivateFormat.PKCS8) -> str:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, plain).decode()


@functools.cache
def certificate(bits: int = 2048) -> str:
    """A certificate that the provider signed itself, in base64."""
    made = certificates.issue("idp.example.com", key=certificates.rsa_key(bits), ends=3650 * certificates.DAY)
    return base64.b64encode(made.certificate.public_bytes(serialization.Encoding.DER)).decode()


def metadata(entity: str = ENTITY, *, attributes: str = "", bits: int = 2048) -> str:
    return (
        f'<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity}"{attributes}>'
        '<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
        '<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>'
        f"<X509Certificate>{certificate(bits)}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>"
        '<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" '
        f'Location="{entity}/sso"/></IDPSSODescriptor></EntityDescriptor>'
    )
