"""A client assertion signed with a certificate's key, which stands in for a client secret.

RFC 7523 2.2, in the form that Entra asks for: PS256, and the SHA-256 thumbprint of the certificate
in the header (learn.microsoft.com/entra/identity-platform/certificate-credentials).
"""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from provisioning.core.errors import ConfigurationError
from provisioning.core.wording import gettext_noop

LIFETIME = 600
"""Seconds for which an assertion is valid."""

_ADVICE = gettext_noop(
    "Paste the certificate and its private key as PEM, one after the other, without a passphrase."
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate with its key; the key is never shown."""

    thumbprint: str
    expires: datetime
    _key: rsa.RSAPrivateKey = field(repr=False)

    @classmethod
    def read(cls, text: str) -> Certificate:
        """Take certificate and key out of a PEM text. Raises `ConfigurationError`."""
        content = text.encode()
        try:
            certificate = x509.load_pem_x509_certificate(content)
            key = serialization.load_pem_private_key(_key_of(content), None)
        except (ValueError, TypeError):
            message = gettext_noop("This is no certificate with its private key.")
            raise ConfigurationError(message, advice=_ADVICE) from None
        if not isinstance(key, rsa.RSAPrivateKey):
            message = gettext_noop("The private key of the certificate is no RSA key.")
            raise ConfigurationError(message, advice=_ADVICE)
        if certificate.public_key() != key.public_key():
            message = gettext_noop("The private key belongs to another certificate.")
            raise ConfigurationError(message, advice=_ADVICE)
        thumbprint = _encoded(certificate.fingerprint(hashes.SHA256()))
        return cls(thumbprint, certificate.not_valid_after_utc, key)

    def assertion(self, client_id: str, audience: str, now: float) -> str:
        """A fresh assertion for one token request."""
        header = {"alg": "PS256", "typ": "JWT", "x5t#S256": self.thumbprint}
        claims = {
            "aud": audience,
            "iss": client_id,
            "sub": client_id,
            "jti": str(uuid.uuid4()),
            "nbf": int(now),
            "iat": int(now),
            "exp": int(now) + LIFETIME,
        }
        signed = f"{_json(header)}.{_json(claims)}"
        digest = hashes.SHA256()
        scheme = padding.PSS(padding.MGF1(digest), digest.digest_size)
        return f"{signed}.{_encoded(self._key.sign(signed.encode(), scheme, digest))}"

    def expires_within(self, days: int, now: datetime) -> bool:
        """Whether the certificate ends so soon that somebody should renew it."""
        return (self.expires - now.astimezone(UTC)).days < days


def _key_of(content: bytes) -> bytes:
    """The part of the text that holds the key: the reader takes the first block it meets."""
    start = content.find(b"-----BEGIN")
    while start >= 0 and b"PRIVATE KEY" not in content[start : content.find(b"\n", start)]:
        start = content.find(b"-----BEGIN", start + 1)
    return content[max(start, 0) :]


def _json(content: object) -> str:
    return _encoded(json.dumps(content, separators=(",", ":")).encode())


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
