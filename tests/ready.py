"""Books made ready, the one that comes with the project and those of a text, and commands run."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from functools import cache

import pytest

from dsl.book import compile_book_files
from dsl.model import Book
from dsl.render import render_all
from whereas import cli
from whereas.driver import load_book


@cache
def hk() -> Book:
    """The book that comes with the project."""
    found = load_book().value
    assert found is not None
    return found


def book(text: str | Mapping[str, str]) -> Book:
    """The checked book of a text, or of files by their names; a mistake in it fails the test that asks."""
    files = {"book.rules": text} if isinstance(text, str) else text
    found = compile_book_files(files)
    assert found.value is not None, "\n" + render_all(found.diagnostics, files)
    return found.value


def run(capsys: pytest.CaptureFixture[str], line: str) -> tuple[int, str, str]:
    """A command in this process: exit code, standard output, standard error."""
    code = cli.run(shlex.split(line))
    out, err = capsys.readouterr()
    return code, out, err
