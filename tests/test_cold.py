"""What a short answer may not pay for: modules a cold `assess` must leave alone, and what the cache keeps for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dsl.countries import STATELESS
from dsl.model import Book
from whereas import cache, countries, driver

ROOT = Path(__file__).parent.parent

ASKED = """\
import os, sys
from whereas.__main__ import main

def leave(code):
    sys.stdout.flush()
    sys.stderr.write("\\n".join(sorted(sys.modules)))
    leaving(code)

leaving, os._exit = os._exit, leave
sys.argv = ["whereas", *sys.argv[1:]]
main()
"""

HEAVY = {
    "asyncio",
    "babel",
    "calendar",
    "dsl.book",
    "dsl.checks",
    "dsl.parse",
    "hypothesis",
    "importlib.metadata",
    "jinja2",
    "lark",
    "multiprocessing",
    "opencc",
    "pkg_resources",
    "platformdirs",
    "pycountry",
    "pytest",
    "rich.console",
    "rich.table",
    "rich.text",
    "solver.atoms",
    "solver.audit",
    "solver.blocking",
    "solver.emit",
    "solver.finder",
    "solver.standing",
    "solver.surviving",
    "solver.witness",
    "typing_extensions",
    "tzdata",
    "zoneinfo",
    "whereas.examples",
    "whereas.pages",
    "whereas.report_html",
}
"""What a plain report with the book in the cache has no use for."""


COMMAND = ("assess", "examples/graduate.yaml")


def asked(folder: Path, *words: str) -> tuple[str, set[str]]:
    """What a command says, and the modules it has imported when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", ASKED, *words],
        cwd=ROOT,
        env={"WHEREAS_CACHE": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, set(done.stderr.split())


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A cache as one answer leaves it, and that answer."""
    folder = tmp_path_factory.mktemp("cache")
    said, imported = asked(folder, *COMMAND)
    assert {"babel", "dsl.book", "lark"} <= imported, "without a cache they are used: this is what the list is about"
    return folder, said


def test_a_cold_answer_imports_what_it_uses(first: tuple[Path, str]) -> None:
    folder, said = first
    again, imported = asked(folder, *COMMAND)
    assert again == said
    assert {"click", "clingo", "rich.cells", "whereas.report"} <= imported
    assert imported & HEAVY == set()


def test_an_answer_in_data_draws_nothing(first: tuple[Path, str]) -> None:
    _, imported = asked(first[0], *COMMAND, "--json")
    assert imported & HEAVY == set()
    assert {name for name in imported if name.partition(".")[0] == "rich"} == set()


def test_chinese_names_of_countries_are_kept_apart_from_english_ones(first: tuple[Path, str]) -> None:
    said, _ = asked(first[0], *COMMAND, "--lang", "zh-Hant")
    again, imported = asked(first[0], *COMMAND, "--lang", "zh-Hant")
    assert again == said
    assert "babel" not in imported
    assert len(list(first[0].glob("*.names"))) == 2


def test_kept_names_are_those_of_babel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from babel import Locale

    monkeypatch.setenv("WHEREAS_CACHE", str(tmp_path))
    for lang, locale in (("en", "en"), ("zh", "zh_Hant_HK")):
        theirs = dict(Locale.parse(locale).territories.items())
        for _ in range(2):  # made, then kept
            countries.country_names.cache_clear()
            assert {code: name for code, name in countries.country_names(lang).items() if code != STATELESS} == theirs
    countries.country_names.cache_clear()


@pytest.mark.parametrize("harm", [b"", b"\x80" * 99])
def test_spoilt_names_are_made_afresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: bytes) -> None:
    monkeypatch.setenv("WHEREAS_CACHE", str(tmp_path))
    countries.country_names.cache_clear()
    names = countries.country_names("en")
    (entry,) = tmp_path.glob("*.names")
    entry.write_bytes(harm)
    countries.country_names.cache_clear()
    assert countries.country_names("en") == names
    assert cache.read(entry.name) is not None
    countries.country_names.cache_clear()


def test_another_babel_has_names_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHEREAS_CACHE", str(tmp_path / "cache"))
    countries.country_names.cache_clear()
    countries.country_names("en")
    other = tmp_path / "lib" / "babel"
    other.mkdir(parents=True)
    (other / "__init__.py").write_text("__version__ = '0.0'\n", "utf-8")
    before = countries._entry("en")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: type("Spec", (), {"origin": str(other / "__init__.py")}))
    assert countries._entry("en") != before
    countries.country_names.cache_clear()


def test_a_compiled_book_is_the_book_without_its_examples(
    first: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHEREAS_CACHE", str(first[0]))
    loaded = driver.load_book()
    assert loaded.value is not None
    assert loaded.value.examples
    compiled = driver.load_compiled()
    assert compiled.value is not None
    assert compiled.value.book.examples == {}
    assert bare(compiled.value.book) == bare(loaded.value)
    assert driver.edition(compiled.value.book) == driver.edition(loaded.value)


def bare(book: Book) -> dict[str, object]:
    """All of a book but its examples."""
    return {name: getattr(book, name) for name in Book.__struct_fields__ if name != "examples"}
