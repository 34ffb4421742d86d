"""How often laws over generated books are tried: by the profile in WHEREAS_TESTS, dev, ci (when not set) or deep."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

PROFILE = os.environ.get("WHEREAS_TESTS", "ci")


def by_profile(dev: int, ci: int, deep: int) -> int:
    """A number for each profile."""
    return {"dev": dev, "ci": ci, "deep": deep}[PROFILE]


def tried(examples: int) -> settings:
    """So many books, the same ones in each run of `ci`; no time is too long."""
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
        derandomize=PROFILE == "ci",
    )
