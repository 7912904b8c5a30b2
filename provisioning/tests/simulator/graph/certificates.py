"""A certificate of our own, and a client assertion signed with its key, as a client makes one."""

from __future__ import annotations

import base64
import datetime
import json
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "rollcall")])


def key_and_certificate(now: datetime.datetime) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    """A fresh pair that is valid for a year."""
    key = rsa.generate_private_key(65537, 2048)
    built = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=365))
    )
    return key, built.sign(key, hashes.SHA256())


def pem(key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> str:
    """Key and certificate as one text, as a person pastes them."""
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private.decode() + certificate.public_bytes(serialization.Encoding.PEM).decode()


def written(folder: Path, certificate: x509.Certificate) -> Path:
    """The certificate in a file, without its key."""
    file = folder / "certificate.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return file


def assertion(key: rsa.RSAPrivateKey, certificate: x509.Certificate, **claims: object) -> str:
    """A signed assertion with these claims."""
    header = {
        "alg": "PS256",
        "typ": "JWT",
        "x5t#S256": _encoded(certificate.fingerprint(hashes.SHA256())),
    }
    signed = f"{_json(header)}.{_json(claims)}".encode()
    signature = key.sign(signed, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    return f"{signed.decode()}.{_encoded(signature)}"


def _json(content: object) -> str:
    return _encoded(json.dumps(content).encode())


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
