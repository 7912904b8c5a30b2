"""Reading a response body within limits, counted on decoded bytes (threats T08 and T09).

Only gzip is asked for and only gzip is decoded, here and not by a library: one that decodes for
you may hand over 67 MB at once, before any check can run.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from provisioning.core.wording import gettext_noop

CHUNK = 65_536
STEP = 65_536
GZIP_WINDOW = 31
RATIO = 100
RATIO_FREE = 262_144
"""Decoded bytes below which no ratio is asked: short lists of equal objects shrink a lot."""


class UnreadableBody(Exception):
    """A body that is too large, cut off, or in an encoding nobody asked for."""


def read_body(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """The decoded body, or UnreadableBody as soon as it passes the limit."""
    match encoding.strip().lower():
        case "" | "identity":
            return _plain(chunks, limit)
        case "gzip" | "x-gzip":
            return _gunzipped(chunks, limit)
        case _:
            raise UnreadableBody(gettext_noop("in a content encoding that was not asked for"))


def _plain(chunks: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        _check_size(len(body), limit)
    return bytes(body)


def _gunzipped(chunks: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    member = zlib.decompressobj(GZIP_WINDOW)
    read = 0
    for chunk in chunks:
        read += len(chunk)
        member = _inflate(member, chunk, body, limit)
        if len(body) > max(RATIO_FREE, RATIO * read):
            raise UnreadableBody(gettext_noop("compressed beyond any honest ratio"))
    if read and not member.eof:
        raise UnreadableBody(gettext_noop("cut off"))
    return bytes(body)


def _inflate(
    member: zlib._Decompress, chunk: bytes, body: bytearray, limit: int
) -> zlib._Decompress:
    """Append all that the chunk decodes to, in steps; the member that the next chunk belongs to."""
    while chunk:
        if member.eof:  # RFC 1952, 2.2: a file may consist of several members
            member = zlib.decompressobj(GZIP_WINDOW)
        step = STEP
        while step == STEP and not member.eof:
            step = _decode_step(member, chunk, body)
            _check_size(len(body), limit)
            chunk = member.unconsumed_tail
        chunk = member.unused_data
    return member


def _decode_step(member: zlib._Decompress, chunk: bytes, body: bytearray) -> int:
    try:
        piece = member.decompress(chunk, STEP)
    except zlib.error:
        raise UnreadableBody(gettext_noop("not the gzip it claims to be")) from None
    body += piece
    return len(piece)


def _check_size(size: int, limit: int) -> None:
    if size > limit:
        raise UnreadableBody(gettext_noop("larger than any SCIM answer may be"))
