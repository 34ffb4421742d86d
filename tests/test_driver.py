"""Books from disk, and the cache: never stale, never fatal."""

from __future__ import annotations

import datetime as dt
import os
import pickle
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from dsl.case import Case
from dsl.casefile import read_case
from dsl.model import Place, Verdict
from solver.assess import assess
from solver.compiled import Compiled, compile_book
from solver.kept import alike_made_one, plant, written
from whereas import cache, driver
from whereas.closing import LastDay
from whereas.driver import book_files, keep_trees, load_book, load_compiled, read_input

ROOT = Path(__file__).parent.parent

BOOK = """\
book tiny
  en "A tiny book"  zh "小規則書"
  known 2026-11-21

source guide
  rank 2
  edition 2024-01-01
  en "A guide"  zh "指引"

given applicant : person
  en "applicant"  zh "申請人"

entity person
  en "person"  zh "人"
  children : whole  en "number of children"  zh "子女人數"

scheme small  en "Small scheme"  zh "小計劃"

category small.a
  en "Category A"  zh "A類"  cites guide "1"
  needs applicant.children at least 1  cites guide "1"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A book in a folder and a cache of its own."""
    monkeypatch.setenv("WHEREAS_CACHE", str(tmp_path / "cache"))
    book = tmp_path / "book"
    book.mkdir()
    (book / "book.rules").write_text(BOOK, "utf-8")
    return book


def entries(folder: Path) -> list[Path]:
    return list((folder.parent / "cache").glob("*.book"))


def limit(folder: Path) -> object:
    """The number the one condition of the book compares with."""
    result = load_book(folder)
    assert result.value is not None, result.diagnostics
    cond: Any = result.value.categories["small.a"].needs.cond
    return cond.right.value


def test_a_kept_book_is_the_book(folder: Path) -> None:
    fresh = load_book(folder).value
    assert len(entries(folder)) == 1
    assert load_book(folder).value == fresh
    assert len(entries(folder)) == 1


def test_a_changed_book_is_never_answered_from_the_old_entry(folder: Path) -> None:
    assert limit(folder) == 1
    times = (folder / "book.rules").stat()
    (folder / "book.rules").write_text(BOOK.replace("at least 1", "at least 2"), "utf-8")
    os.utime(folder / "book.rules", ns=(times.st_atime_ns, times.st_mtime_ns))  # same size, same time
    assert limit(folder) == 2


def test_a_changed_table_makes_another_entry(folder: Path) -> None:
    load_book(folder)
    (folder / "list.csv").write_text("id\n", "utf-8")
    load_book(folder)
    assert len(entries(folder)) == 2


def test_another_version_or_compiler_makes_another_entry(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"a.rules": "x"}
    first = cache.key(files, "a.rules", "1")
    assert cache.key(files, "a.rules", "2") != first
    assert cache.key({"a.rules": "y"}, "a.rules", "1") != first
    assert cache.key({"b.rules": "x"}, "b.rules", "1") != first
    monkeypatch.setattr(cache, "_sources", lambda: "other")
    assert cache.key(files, "a.rules", "1") != first


@pytest.mark.parametrize("harm", ["empty", "cut", "flipped", "foreign", "garbage"])
def test_a_spoilt_entry_is_not_used_and_does_no_harm(folder: Path, harm: str) -> None:
    load_book(folder)
    (entry,) = entries(folder)
    data = entry.read_bytes()
    spoilt = {
        "empty": b"",
        "cut": data[:-5],
        "flipped": data[:-1] + bytes([data[-1] ^ 1]),
        "foreign": pickle.dumps("not a book"),
        "garbage": b"\x80" * 500,
    }
    entry.write_bytes(spoilt[harm])
    assert limit(folder) == 1
    assert entry.read_bytes() == data


def test_the_cache_can_be_off_or_out_of_reach(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHEREAS_CACHE", "off")
    assert limit(folder) == 1
    assert entries(folder) == []
    monkeypatch.setenv("WHEREAS_CACHE", "/dev/null/nowhere")
    assert limit(folder) == 1


def compiled(folder: Path) -> Compiled:
    result = load_compiled(folder)
    assert result.value is not None, result.diagnostics
    return result.value


def somebody(made: Compiled, children: str) -> Case:
    found = read_case(f"applicant: {{children: {children}}}\n", "case.yaml", made.book, today=made.book.known).value
    assert found is not None
    return found[0]


def kept(folder: Path, suffix: str) -> list[Path]:
    return list((folder.parent / "cache").glob(f"*{suffix}"))


def answer(made: Compiled, children: str) -> str:
    return assess(made, somebody(made, children)).results[0].verdict.value


def test_parts_that_are_alike_are_made_one_and_none_other() -> None:
    places = [Place("book.rules", 1, 2), Place("book.rules", 1, 2)]
    whole: dict[str, Any] = {"a": (places[0], (1, True, 1.0)), "b": (places[1], (True, 1)), "c": frozenset({("x",)})}
    made = alike_made_one(whole)
    assert made == whole
    assert made["a"][0] is made["b"][0]
    assert [type(part) for part in (*made["a"][1], *made["b"][1])] == [int, bool, float, bool, int]
    found = LastDay(dt.date(2026, 11, 21), Verdict.DEPENDS)
    (again,) = alike_made_one((found,))
    assert type(again) is LastDay
    assert again == found


def test_a_compiled_book_is_kept_with_its_trees(folder: Path) -> None:
    first = compiled(folder)
    assert (answer(first, "1"), answer(first, "0")) == ("qualifies", "does_not_qualify")
    keep_trees(first)
    assert [len(kept(folder, suffix)) for suffix in (".book", ".ready", ".trees")] == [1, 1, 1]
    again = compiled(folder)
    assert again.program == first.program == compile_book(again.book).program
    assert [(t.reads, t.marks, t.score) for t in again.tests] == [(t.reads, t.marks, t.score) for t in first.tests]
    assert (answer(again, "1"), answer(again, "0")) == ("qualifies", "does_not_qualify")
    assert (again.lawful, again.reached) == (first.lawful, first.reached)
    assert not again.grounded, "every answer was confirmed in an earlier run"
    assert answer(again, "unknown") == "depends"


def test_no_tree_of_another_book_is_met(folder: Path) -> None:
    first = compiled(folder)
    assert answer(first, "1") == "qualifies"
    keep_trees(first)
    (folder / "book.rules").write_text(BOOK.replace("at least 1", "at least 2"), "utf-8")
    assert answer(compiled(folder), "1") == "does_not_qualify"


def test_trees_are_kept_only_when_they_have_grown(folder: Path) -> None:
    first = compiled(folder)
    keep_trees(first)
    assert kept(folder, ".trees") == []
    answer(first, "1")
    keep_trees(first)
    (trees,) = kept(folder, ".trees")
    before = trees.stat().st_mtime_ns
    again = compiled(folder)
    answer(again, "1")
    keep_trees(again)
    assert trees.stat().st_mtime_ns == before
    answer(again, "0")
    keep_trees(again)
    assert trees.stat().st_mtime_ns != before


def test_of_large_trees_what_is_near_the_root_is_kept(folder: Path) -> None:
    first = compiled(folder)
    for children in ("1", "0", "unknown"):
        answer(first, children)
    data = written(first, most=1)
    assert data is not None
    other = compile_book(first.book)
    plant(other, data)
    assert other.trees.planted == 1
    assert [answer(other, children) for children in ("1", "0", "unknown")] == [
        "qualifies",
        "does_not_qualify",
        "depends",
    ]


@pytest.mark.parametrize("suffix", [".ready", ".trees"])
@pytest.mark.parametrize("harm", [b"", b"\x80" * 500, None])
def test_spoilt_entries_are_made_afresh(folder: Path, suffix: str, harm: bytes | None) -> None:
    first = compiled(folder)
    answer(first, "1")
    keep_trees(first)
    (entry,) = kept(folder, suffix)
    data = entry.read_bytes()
    entry.write_bytes(data[:-1] + bytes([data[-1] ^ 1]) if harm is None else harm)
    again = compiled(folder)
    assert answer(again, "1") == "qualifies"
    keep_trees(again)
    assert cache.read(entry.name) is not None
    assert suffix == ".ready" or entry.read_bytes() == data


def test_whole_bytes_that_are_something_else_are_passed_over(folder: Path) -> None:
    first = compiled(folder)
    answer(first, "1")
    keep_trees(first)
    for suffix in (".ready", ".trees"):
        (entry,) = kept(folder, suffix)
        cache.write(entry.name, pickle.dumps("something else"))
    assert answer(compiled(folder), "1") == "qualifies"


def test_commands_at_once_leave_whole_entries_and_nothing_half_written(folder: Path) -> None:
    def run(number: int) -> str:
        made = compiled(folder)
        out = answer(made, str(number % 2))
        keep_trees(made)
        return out

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(run, range(24)))
    assert found == ["does_not_qualify", "qualifies"] * 12
    assert kept(folder, ".part") == []
    for suffix in (".book", ".ready", ".trees"):
        (entry,) = kept(folder, suffix)
        assert cache.read(entry.name) is not None


def test_the_cache_has_an_end(folder: Path) -> None:
    for number in range(30):
        cache.write(f"{number}.trees", b"x")
        os.utime(folder.parent / "cache" / f"{number}.trees", (number, number))
    cache.write("last.trees", b"x")
    assert len(kept(folder, ".trees")) == 24
    assert cache.read("last.trees") == b"x"
    assert cache.read("0.trees") is None
    left = folder.parent / "cache" / "stopped.part"
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    cache.write("last.trees", b"y")
    assert not left.exists()


def test_nothing_of_a_case_is_kept(folder: Path) -> None:
    made = compiled(folder)
    answer(made, "987654321")
    keep_trees(made)
    for entry in (folder.parent / "cache").iterdir():
        data = entry.read_bytes()
        assert b"987654321" not in data
        assert (987654321).to_bytes(4, "little") not in data


def test_a_book_with_errors_is_not_kept(folder: Path) -> None:
    (folder / "book.rules").write_text(BOOK.replace("applicant.children", "applicant.kids"), "utf-8")
    result = load_book(folder)
    assert result.value is None
    assert result.diagnostics
    assert entries(folder) == []


def test_what_begins_a_book(folder: Path) -> None:
    (folder / "other.rules").write_text("book other\n", "utf-8")
    read = book_files(folder).value
    assert read is not None
    assert read[1] == "book.rules"
    read = book_files(folder / "other.rules").value
    assert read is not None
    assert read[1] == "other.rules"
    (folder / "book.rules").rename(folder / "third.rules")
    (found,) = book_files(folder).diagnostics
    assert found.code == "U702"
    assert found.help == f"name the file, as in `{folder / 'other.rules'}`"


@pytest.mark.parametrize("name", ["no/such", "empty", "case.yaml"])
def test_what_is_not_a_book(folder: Path, name: str) -> None:
    (folder / "empty").mkdir()
    (folder / "case.yaml").write_text("{}", "utf-8")
    (found,) = load_book(folder / name).diagnostics
    assert found.code == "U702"
    assert found.help


def test_input(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"a: 1\nname: \xe9\n")
    (tmp_path / "bom.yaml").write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_input(str(tmp_path / "bom.yaml")).value == "a: 1\n"
    for name, code, said in [
        (str(tmp_path / "latin.yaml"), "C530", "on line 2"),
        (str(tmp_path), "U702", "this is a folder"),
        (str(tmp_path / "bon.yaml"), "U702", "there is no such file"),
        ("a\0b", "U702", "cannot be the name of a file"),
    ]:
        (found,) = read_input(name).diagnostics
        assert found.code == code
        assert said in found.primary.text
    (found,) = read_input(str(tmp_path / "bon.yaml")).diagnostics
    assert found.help == f"write `{tmp_path / 'bom.yaml'}`"


def test_one_version() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        assert tomllib.load(file)["project"]["version"] == driver.VERSION
