"""What all tests share."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

settings.register_profile("dev", max_examples=50, deadline=None, suppress_health_check=_SLOW)
settings.register_profile(
    "ci", max_examples=300, deadline=None, print_blob=True, derandomize=True, suppress_health_check=_SLOW
)
settings.register_profile("deep", max_examples=10_000, deadline=None, print_blob=True, suppress_health_check=_SLOW)
PROFILE = os.environ.get("WHEREAS_PROFILE", "dev")
settings.load_profile(PROFILE)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that take many minutes run with `make deep` only."""
    if PROFILE != "deep":
        deep = [item for item in items if item.get_closest_marker("deep")]
        config.hook.pytest_deselected(items=deep)
        items[:] = [item for item in items if not item.get_closest_marker("deep")]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--accept` writes golden words as they are now, for a person to read the difference."""
    parser.addoption("--accept", action="store_true", help="rewrite golden words instead of comparing with them")


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Whether golden words are to be rewritten."""
    return bool(request.config.getoption("--accept"))
