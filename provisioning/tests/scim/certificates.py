"""Certificates made for a test: an authority of its own, and servers it vouches for."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
END = datetime(2099, 1, 1, tzinfo=UTC)


@lru_cache
def authority() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """A certificate authority of our own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Rollcall test authority")
    builder = _builder(name, name, key, END).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    return builder.sign(key, hashes.SHA256()), key


def authority_pem() -> str:
    """The authority's certificate as an administrator would paste it."""
    return authority()[0].public_bytes(serialization.Encoding.PEM).decode()


def server_context(
    folder: Path, host: str = "localhost", *, end: datetime = END, by_itself: bool = False
) -> ssl.SSLContext:
    """A server's TLS with a certificate for the host name."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer, signer = authority()
    name = _name(host)
    builder = _builder(name, name if by_itself else issuer.subject, key, end).add_extension(
        x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False
    )
    certificate = builder.sign(key if by_itself else signer, hashes.SHA256())
    chain, secret = folder / f"{host}.pem", folder / f"{host}.key"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, secret)
    return context


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(BEGINNING, end - timedelta(days=1)))
        .not_valid_after(end)
    )
