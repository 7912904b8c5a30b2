"""Client assertions: a JWT that a client signs with its certificate's key instead of a secret.

RFC 7523 2.2 and 3, with what Entra demands: RS256 or PS256, the certificate's thumbprint in the
header (`x5t` or `x5t#S256`), the token address as audience, and a short life.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LEEWAY = 300.0


class Rejected(Exception):
    """The assertion proves nothing; the text says why."""


def check_assertion(
    assertion: str, client: str, audience: str, certificates: Iterable[str], now: float
) -> None:
    """Raise `Rejected` unless one of these certificates (PEM) signed it for us, and lately."""
    signed, _, signature = assertion.rpartition(".")
    head, _, body = signed.partition(".")
    header, claims = _decoded(head), _decoded(body)
    _check_claims(claims, client, audience, now)
    for text in certificates:
        certificate = x509.load_pem_x509_certificate(text.encode())
        if _thumbprint_agrees(header, certificate):
            _check_signature(header, certificate, signed.encode(), _bytes(signature))
            return
    raise Rejected("The certificate with this thumbprint is not registered on the application.")


def _check_claims(claims: dict[str, object], client: str, audience: str, now: float) -> None:
    if claims.get("iss") != client or claims.get("sub") != client:
        raise Rejected("Issuer and subject of the client assertion are not the client.")
    if claims.get("aud") != audience:
        raise Rejected("The audience of the client assertion is not this token address.")
    if not claims.get("jti"):
        raise Rejected("The client assertion has no jti.")
    if _moment(claims, "exp") < now - LEEWAY:
        raise Rejected("The client assertion is expired.")
    if _moment(claims, "nbf") > now + LEEWAY:
        raise Rejected("The client assertion is not valid yet.")


def _check_signature(
    header: dict[str, object], certificate: x509.Certificate, signed: bytes, signature: bytes
) -> None:
    key = certificate.public_key()
    digest = hashes.SHA256()
    if not isinstance(key, rsa.RSAPublicKey):
        raise Rejected("The certificate has no RSA key.")
    try:
        if header.get("alg") == "RS256":
            key.verify(signature, signed, padding.PKCS1v15(), digest)
        elif header.get("alg") == "PS256":
            key.verify(signature, signed, padding.PSS(padding.MGF1(digest), 32), digest)
        else:
            raise Rejected("The client assertion is signed by another way than RS256 or PS256.")
    except InvalidSignature:
        raise Rejected("The client assertion has an invalid signature.") from None


def _thumbprint_agrees(header: dict[str, object], certificate: x509.Certificate) -> bool:
    # SHA-1 here names a certificate; it protects nothing.
    names = {"x5t": hashes.SHA1(), "x5t#S256": hashes.SHA256()}  # noqa: S303
    return any(
        header.get(name) == _encoded(certificate.fingerprint(digest))
        for name, digest in names.items()
    )


def _moment(claims: dict[str, object], name: str) -> float:
    value = claims.get(name)
    if not isinstance(value, int | float):
        raise Rejected(f"The client assertion has no {name}.")
    return float(value)


def _decoded(part: str) -> dict[str, object]:
    try:
        content = json.loads(_bytes(part))
    except ValueError:
        raise Rejected("The client assertion is no JWT.") from None
    if not isinstance(content, dict):
        raise Rejected("The client assertion is no JWT.")
    return content


def _bytes(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError):
        raise Rejected("The client assertion is no JWT.") from None


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
