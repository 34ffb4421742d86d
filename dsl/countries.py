"""Countries by ISO 3166-1 alpha-2 code, and what stands for having none."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from msgspec import json

STATELESS = "XX"
"""The nationality of a person who has none: a code that ISO 3166 leaves to its users."""


@cache
def countries() -> frozenset[str]:
    """Every alpha-2 code in force (the data of pycountry, read without its code, which is slow to import), and XX."""
    spec = find_spec("pycountry")
    assert spec is not None
    assert spec.origin is not None
    data = json.decode((Path(spec.origin).parent / "databases" / "iso3166-1.json").read_bytes())
    return frozenset(country["alpha_2"] for country in data["3166-1"]) | {STATELESS}
