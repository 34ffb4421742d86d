"""The JSON Schema of a decision record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]
_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "integer", "minimum": 0}
_MAYBE: Json = {"type": ["string", "null"]}
_HASH: Json = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_DAY: Json = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_VALUE: Json = {"type": ["string", "integer", "boolean"]}
_VERDICT: Json = {"enum": ["qualifies", "depends", "does_not_qualify"]}
_STATUS: Json = {"enum": ["holds", "fails", "varies"]}


def _object(required: Json, optional: Json | None = None) -> Json:
    """An object with these fields and no others."""
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": False,
    }


def _list(item: Json) -> Json:
    return {"type": "array", "items": item}


def _map(item: Json, keys: Sequence[str] | None = None) -> Json:
    out: Json = {"type": "object", "additionalProperties": item}
    return out | ({"propertyNames": {"enum": list(keys)}} if keys else {})


def record_schema() -> Json:
    """The schema of a record as it is filed, in draft 2020-12; `docs/records.md` tells what the fields mean."""
    change = _map(_VALUE)
    flip = _object({"at": _NUMBER, "then": {"$ref": "#/$defs/change"}})
    split = _object({"on": _TEXT, "cells": _list({"$ref": "#/$defs/split"})}, {"cuts": _list(_VALUE)})
    step = _object(
        {"at": _NUMBER, "path": _TEXT, "kind": _TEXT, "status": _STATUS, "wanted": {"type": "boolean"}},
        {
            "binding": _map(_TEXT), "values": {"type": "object"}, "gaps": _list(_TEXT), "n": _NUMBER, "element": _TEXT,
            "leans_on": _list(_TEXT),
            "reading": _TEXT, "override": _TEXT, "steps": _list({"$ref": "#/$defs/step"}),
        },
    )  # fmt: skip
    hinge = _object({"kind": {"enum": ["fact", "judgement", "reading", "law"]}, "id": _TEXT})
    evidence = _object({
        "completions": _list({"$ref": "#/$defs/change"}), "hinges": _list({"anyOf": [{"type": "null"}, flip]}),
        "splits": _map({"$ref": "#/$defs/split"}),
        "turned": _map(_VERDICT), "quiet": _map(_STATUS),
    })  # fmt: skip
    grant = _object({"kind": _TEXT, "values": _list(_VALUE), "chosen_by": _list(_TEXT), "all": {"type": "boolean"}})
    result = _object({
        "category": _TEXT, "scheme": _TEXT, "verdict": _VERDICT,
        "hinges": _list(hinge), "assumes": _list(_TEXT), "sensitive_to": _list(_TEXT), "grants": _list(grant),
        "asks_for": _list(_TEXT), "routes_to": _list(_TEXT),
        "steps": _list({"$ref": "#/$defs/step"}), "evidence": evidence,
    })  # fmt: skip
    known = {"enum": ["told", "defaulted", "presumed", "not_asked", "unknown", "declined"]}
    fact = _object(
        {"at": _TEXT, "is": known},
        {
            "value": _VALUE, "masked": _HASH, "items": _NUMBER, "open": {"type": "boolean"},
            "from": _object({"file": _TEXT, "line": _NUMBER, "column": _NUMBER}),
        },
    )  # fmt: skip
    body = _object({
        "version": {"const": 4},
        "made": _object({"at": _TEXT, "whereas": _TEXT, "python": _TEXT, "clingo": _TEXT}),
        "book": _object({
            "id": _TEXT, "hash": _HASH, "main": _TEXT, "known": _DAY, "texts": {"anyOf": [{"type": "null"}, _map(_TEXT)]}  # noqa: E501
        }),
        "asked": _object({
            "as_known_on": {"anyOf": [{"type": "null"}, _DAY]}, "readings": {"anyOf": [{"const": "all"}, _map(_TEXT)]},
            "judgements": {"enum": ["presumed", "open"]}, "categories": _list(_TEXT),
        }),
        "case": _object({"name": _MAYBE, "title": _MAYBE, "about": _MAYBE}),
        "masking": _object({
            "policy": {"enum": ["none", "personal", "all"]}, "case": _map(_HASH, ["name", "title", "about"]),
            "evidence": {"anyOf": [{"type": "null"}, _HASH]},
        }),
        "facts": _list(fact),
        "readings": _map(_object({"value": _TEXT, "by": {"enum": ["default", "case", "asked"]}})),
        "unused": _list(_TEXT), "unsettled": _list(_TEXT), "limit": _MAYBE,
        "results": _list(result),
        "evidence": _object({"filler": _map(_VALUE)}),
    })  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Decision record of Whereas, version 4",
        **_object({"digest": _HASH, "record": body}),
        "$defs": {"change": change, "split": {"anyOf": [{"const": True}, split]}, "step": step},
    }
