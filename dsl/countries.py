"""Countries by ISO 3166-1 alpha-2 code."""

from __future__ import annotations

from functools import cache


@cache
def countries() -> frozenset[str]:
    """Every alpha-2 code in force (source: the pycountry data)."""
    import pycountry

    return frozenset(country.alpha_2 for country in pycountry.countries)
