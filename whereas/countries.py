"""The names of countries, kept between runs: importing Babel takes longer than all else that is done with them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from dsl.countries import STATELESS
from whereas import cache as entries

_LOCALES = {"en": "en", "zh": "zh_Hant_HK"}
_NO_NATIONALITY = {"en": "no nationality", "zh": "無國籍"}


@cache
def country_names(lang: Literal["en", "zh"]) -> Mapping[str, str]:
    """The names of countries by their codes as CLDR has them, Chinese as in Hong Kong, and of no nationality."""
    entry = _entry(_LOCALES[lang])
    kept = entries.fetch(entry, dict)
    if kept is None:
        kept = _named(_LOCALES[lang])
        entries.keep(entry, kept)
    return {**kept, STATELESS: _NO_NATIONALITY[lang]}


def _named(locale: str) -> dict[str, str]:
    from babel import Locale

    return {str(code): str(name) for code, name in Locale.parse(locale).territories.items()}


def _entry(locale: str) -> str:
    """Where the names of a locale are kept: by the file of Babel that says its version, which is read, not run."""
    from importlib.util import find_spec

    found = find_spec("babel")
    origin = Path(found.origin).read_bytes() if found is not None and found.origin else b""
    return f"{hashlib.sha256(origin).hexdigest()}-{locale}.names"
