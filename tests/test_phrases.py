"""Key phrases are looked up in the documents of their sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsl.model import Book
from dsl.phrases import verify
from tests import ready
from whereas import cli

RULES = """
book small  en "Small"  zh "小書"
  known 2026-11-21

source guide
  rank 2
  document "guide.txt"
  en "Guide"  zh "指引"

source leaflet
  rank 2
  document "leaflet.txt"
  en "Leaflet"  zh "單張"

source poster
  rank 3
  en "Poster"  zh "海報"

given submitted_on : date default today  en "day of filing"  zh "遞交日期"
given applicant : person  en "applicant"  zh "申請人"

entity person
  en "person"  zh "人士"
  settled : truth  en "settled"  zh "定居"

scheme small  en "Small scheme"  zh "小計劃"

category small.a  en "A"  zh "甲"
  cites guide "1" phrase "全年收入"
  needs all of
    [settled] applicant.settled
      cites leaflet "2" phrase "settled here"
      cites poster "3" phrase "nowhere at all"

conflict C-01
  en "How long"  zh "多久"
  says guide "1" phrase "two years"
  says leaflet "2" phrase "three years"
  resolved outranked  en "The guide."  zh "以指引為準。"
"""

GUIDE = "申請人的全年收\n  入須達港幣250萬元。\nAfter two\u3000years."
"""Holds each of its phrases once, broken over lines and by a full-width space."""

LEAFLET = "Settled for three years; settled here."


def book() -> Book:
    return ready.book(RULES)


def said(documents: dict[str, str]) -> list[tuple[str, str]]:
    """Each finding: what is underlined, and the message."""
    found = verify(book(), documents)
    assert {d.code for d in found} <= {"A404"}
    return [(RULES[d.primary.place.start : d.primary.place.end], d.message) for d in found]


def test_phrases_that_stand_once_are_fine_whatever_the_white_space() -> None:
    assert said({"guide.txt": GUIDE, "leaflet.txt": LEAFLET}) == []


def test_phrases_that_are_missing_or_repeated_are_found_where_they_are_written() -> None:
    leaflet = "settled here or settled  here, for two years"
    assert said({"guide.txt": GUIDE, "leaflet.txt": leaflet}) == [
        ('"settled here"', "a key phrase stands 2 times in its document"),
        ('"three years"', "a key phrase is not in its document"),
    ]


def test_a_source_whose_document_is_not_given_is_left_alone() -> None:
    assert said({"leaflet.txt": ""}) == [
        ('"settled here"', "a key phrase is not in its document"),
        ('"three years"', "a key phrase is not in its document"),
    ]
    assert said({"another.txt": ""}) == []


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the book and the documents that support it."""
    monkeypatch.setenv("WHEREAS_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    for name, text in (("book/book.rules", RULES), ("papers/guide.txt", GUIDE), ("papers/leaflet.txt", LEAFLET)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def verified(capsys: pytest.CaptureFixture[str], folder: str) -> tuple[int, str, str]:
    code = cli.run(["sources", "book", "--verify", folder])
    out, err = capsys.readouterr()
    return code, out, err


def test_phrases_are_looked_up_in_a_folder(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = verified(capsys, "papers")
    assert (code, out.splitlines()[0], err) == (0, "4 of 4 key phrases stand once in their documents", "")
    (place / "papers" / "guide.txt").write_text("nothing of the kind", "utf-8")
    code, out, err = verified(capsys, "papers")
    assert (code, out.splitlines()[0], err) == (1, "2 of 4 key phrases stand once in their documents", "")
    assert out.count("error[A404]: a key phrase is not in its document") == 2  # the guide is cited for two phrases


def test_documents_that_are_not_there(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "papers" / "leaflet.txt").unlink()
    code, out, err = verified(capsys, "papers")
    assert (code, out) == (2, "")
    assert "error[U702]: cannot read `papers/leaflet.txt`" in err
    assert "guide.txt" not in err
    code, out, err = verified(capsys, "paper")
    assert (code, out, err.count("error[U702]")) == (2, "", 1)
