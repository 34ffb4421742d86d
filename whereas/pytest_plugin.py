"""The pytest plugin: the rule book a test run is about, as the option `--whereas-book` and the fixture `book`.

Nothing of Whereas is imported before the fixture is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from whereas.testing.books import Book


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--whereas-book DIR`, and `whereas_book` for the configuration file."""
    help = "the rule book that tests are about: a folder or a .rules file"
    parser.getgroup("whereas", "rule books").addoption("--whereas-book", metavar="DIR", default=None, help=help)
    parser.addini("whereas_book", f"{help}, from the folder of this file", default="")


@pytest.fixture(scope="session")
def book(pytestconfig: pytest.Config) -> Book:
    """The book of `--whereas-book` or `whereas_book`; without either the one that comes with Whereas."""
    from whereas.testing.books import Book, RefusedError

    named = pytestconfig.getoption("whereas_book")
    if named is None and pytestconfig.getini("whereas_book"):
        named = pytestconfig.rootpath / pytestconfig.getini("whereas_book")
    try:
        return Book(named)
    except RefusedError as error:
        raise pytest.UsageError(str(error)) from None
