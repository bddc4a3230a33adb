"""X.509 certificates with their private keys, and authorities that issue them."""

import datetime
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from harness import remembered

DAY = datetime.timedelta(days=1)


@dataclass
class Pair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        return self.key_as(serialization.PrivateFormat.PKCS8)

    def key_as(self, form, encryption=None) -> str:
        """The private key in a form; no server may ever write it down as it is."""
        how = encryption or serialization.NoEncryption()
        return remembered.secret(self.key.private_bytes(serialization.Encoding.PEM, form, how).decode())


def curve(kind=ec.SECP256R1) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(kind())


def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def issue(
    subject: str = "www.example.com",
    issuer: Pair | None = None,
    *,
    key=None,
    authority: bool = False,
    begins: datetime.timedelta = -DAY,
    ends: datetime.timedelta = 365 * DAY,
    hashed=hashes.SHA256,
    padding=None,
) -> Pair:
    """A certificate that begins and ends so long from now, issued by another one or by itself."""
    key = key or curve()
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(issuer.certificate.subject if issuer else named(subject))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begins)
        .not_valid_after(now + ends)
    )
    if authority:
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return Pair(made.sign(issuer.key if issuer else key, hashed(), rsa_padding=padding), key)
