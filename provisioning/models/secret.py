"""Stored secrets: AES-256-GCM, each bound to its table, row and host, under a ring of keys.

The first key of the ring encrypts, all decrypt. A ciphertext copied to another row or kept for
another host does not decrypt (T07, T28).
"""

from __future__ import annotations

import base64
import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from provisioning.core.errors import SecretUnreadable
from provisioning.core.wording import gettext_noop

VERSION = b"1"
NONCE_BYTES = 12


def seal(plain: str, *, table: str, row: str, host: str) -> bytes:
    """The ciphertext of `plain`, readable only for this table, row and host."""
    key_id, key = _ring()[0]
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, plain.encode(), _binding(table, row, host))
    return VERSION + key_id + nonce + sealed


def unseal(sealed: bytes | memoryview, *, table: str, row: str, host: str) -> str:
    """The secret stored for this table, row and host; raises `SecretUnreadable`."""
    stored = bytes(sealed)
    key_id, nonce, rest = stored[1:9], stored[9 : 9 + NONCE_BYTES], stored[9 + NONCE_BYTES :]
    for known_id, key in _ring():
        if known_id != key_id:
            continue
        try:
            return AESGCM(key).decrypt(nonce, rest, _binding(table, row, host)).decode()
        except InvalidTag:
            break
    raise SecretUnreadable(
        gettext_noop("The stored secret for %(host)s cannot be read."), params={"host": host}
    )


def _binding(table: str, row: str, host: str) -> bytes:
    return "\x00".join((VERSION.decode(), table, row, host)).encode()


def _ring() -> list[tuple[bytes, bytes]]:
    """The keys as (id, key): the id is eight bytes of a digest and tells nothing of the key."""
    ring = []
    for text in settings.ROLLCALL_SECRET_KEYS:
        key = hashlib.sha256(base64.urlsafe_b64decode(_padded(text))).digest()
        ring.append((hashlib.sha256(b"key id" + key).digest()[:8], key))
    return ring


def _padded(text: str) -> str:
    return text + "=" * (-len(text) % 4)
