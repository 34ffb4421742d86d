"""A record as bytes: canonical JSON (RFC 8785) under its SHA-256, so that any change of a byte shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import rfc8785

Json = dict[str, Any]
_HEAD, _MIDDLE, _TAIL = b'{"digest":"', b'","record":', b"}\n"
_HEX = 64


class NotARecordError(ValueError):
    """Bytes that are no record, and why."""


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def packed(body: Json) -> bytes:
    """A record as it is filed: its digest, then its body, on one line."""
    inner = rfc8785.dumps(body)
    return _HEAD + digest(inner).encode() + _MIDDLE + inner + _TAIL


def unpacked(data: bytes) -> tuple[Json, str, bool]:
    """The body of a record, the digest it carries, and whether that is the digest of its body.

    A record that was laid out anew (indented, say) is the same record: its body is made canonical first.

    Raises:
        NotARecordError: these bytes are no record.
    """
    start = len(_HEAD) + _HEX + len(_MIDDLE)
    try:
        if data.startswith(_HEAD) and data[len(_HEAD) + _HEX : start] == _MIDDLE and data.endswith(_TAIL):
            inner = data[start : -len(_TAIL)]
            carried = data[len(_HEAD) : len(_HEAD) + _HEX].decode("ascii")
            if digest(inner) == carried:
                return _object(json.loads(inner)), carried, True
        whole = json.loads(data, object_pairs_hook=_once)
        body, carried = _object(whole["record"]), whole["digest"]
        return body, str(carried), set(whole) == {"record", "digest"} and digest(rfc8785.dumps(body)) == carried
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotARecordError(str(error)) from error


def _object(it: Any) -> Json:
    if not isinstance(it, dict):
        raise TypeError("not an object")
    return it


def _once(pairs: Sequence[tuple[str, Any]]) -> Json:
    """An object in which no name stands twice."""
    out = dict(pairs)
    if len(out) != len(pairs):
        raise ValueError("a name stands twice")
    return out
