"""Personal facts in a record: left out, and bound by a salted commitment that only the holder of the salts can open."""

from __future__ import annotations

import copy
import hashlib
import secrets as random
from typing import Any, Literal

import rfc8785

from dsl import model as m
from whereas.records.facts import personal

Json = dict[str, Any]
Policy = Literal["none", "personal", "all"]
POLICIES: tuple[Policy, ...] = ("none", "personal", "all")
COVERS: dict[str, tuple[str, ...]] = {"none": (), "personal": ("money", "country", "date", "text"), "all": ("all",)}
_ABOUT = ("name", "title", "about")
SECRETS_VERSION = 1


def empty(hinges: int) -> Json:
    """No evidence for a result with so many hinges."""
    return {"completions": [], "hinges": [None] * hinges, "splits": {}, "turned": {}, "quiet": {}}


def commitment(salt: str, value: Any) -> str:
    """SHA-256 of the salt and the canonical value."""
    return hashlib.sha256(salt.encode("ascii") + rfc8785.dumps(value)).hexdigest()


def marked(book: m.Book, body: Json, policy: Policy) -> Json:
    """Mark what a policy covers, values still in place; gives the salts by address."""
    salts: Json = {}
    body["masking"] = {"policy": policy, "case": {}, "evidence": None}
    if policy == "none":
        return salts
    for entry in body["facts"]:
        if personal(book, entry, COVERS[policy]):
            salts[entry["at"]] = salt = random.token_hex(16)
            entry["masked"] = commitment(salt, entry["value"])
    return salts


def stripped(body: Json, salts: Json) -> tuple[Json, Json]:
    """The record without what is marked, and the secrets that give it back."""
    if body["masking"]["policy"] == "none":
        return body, {}
    hidden: Json = {"version": SECRETS_VERSION, "facts": {}, "case": {}, "evidence": None}
    out = copy.deepcopy(body)
    for entry in out["facts"]:
        if "masked" in entry:
            hidden["facts"][entry["at"]] = {"salt": salts[entry["at"]], "value": entry.pop("value")}
        if "from" in entry:
            entry["from"]["file"] = "masked"
    for name in _ABOUT:
        salt = random.token_hex(16)
        hidden["case"][name] = {"salt": salt, "value": out["case"][name]}
        out["masking"]["case"][name] = commitment(salt, out["case"][name])
        out["case"][name] = None
    salt = random.token_hex(16)
    evidence = {"own": out["evidence"], "results": [r["evidence"] for r in out["results"]]}
    hidden["evidence"] = {"salt": salt, "value": evidence}
    out["masking"]["evidence"] = commitment(salt, evidence)
    out["evidence"] = {"filler": {}}
    for result in out["results"]:
        result["evidence"] = empty(len(result["hinges"]))
    return out, hidden


def opened(body: Json, hidden: Json) -> tuple[Json, tuple[str, ...]]:
    """The record with what was masked put back, and what of the secrets does not fit its commitments."""
    out = copy.deepcopy(body)
    wrong: list[str] = []

    def put(at: str, bound: Any, secret: Any) -> Any:
        if secret is None or bound != commitment(str(secret["salt"]), secret["value"]):
            wrong.append(at)
            return None
        return secret["value"]

    for entry in out["facts"]:
        if "masked" in entry:
            value = put(f"facts.{entry['at']}", entry["masked"], hidden["facts"].get(entry["at"]))
            if value is not None:
                entry["value"] = value
    for name, bound in out["masking"]["case"].items():
        out["case"][name] = put(f"case.{name}", bound, hidden["case"].get(name))
    if out["masking"]["evidence"] is not None:
        evidence = put("evidence", out["masking"]["evidence"], hidden["evidence"])
        if evidence is not None:
            out["evidence"] = evidence["own"]
            for result, it in zip(out["results"], evidence["results"], strict=True):
                result["evidence"] = it
    return out, tuple(wrong)
