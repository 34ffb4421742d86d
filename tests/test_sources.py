"""What a book rests on, whether its documents have changed, and whether anything of a fact sheet was left out."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from dsl.model import Book
from dsl.phrases import written
from tests import ready
from whereas import cli
from whereas.phrases import LANGUAGES
from whereas.sources import accounted, astray, entries, sources_view, unexcused, weak_rules

LEAFLET = "The stay is two years. No degree is needed."

RULES = f"""
book small  en "Small"  zh "小規則書"
  known 2026-11-21

source leaflet
  rank 6
  document "leaflet.txt"
  sha256 "{sha256(LEAFLET.encode()).hexdigest()}"
  en "Leaflet"  zh "單張"

source guide
  rank 2
  edition 2024-01-01
  document "guide.txt"
  address "https://www.example.gov.hk/guide"
  en "Guide"  zh "指引"

given submitted_on : date default today  en "day of filing"  zh "遞交日期"
given applicant : person  en "applicant"  zh "申請人"

entity person
  en "person"  zh "人士"
  income : money  en "income"  zh "收入"
  settled : truth  en "settled"  zh "定居"

parameter floor : money by submitted_on
  en "floor"  zh "下限"
  from 2023-01-01 HK$10  cites leaflet "1" for S-010
  from 2024-01-01 HK$20  cites guide "1" for S-010
  from 2025-01-01 unknown  cites leaflet "2"

judgement good_faith J-02 presumed
  en "good faith"  zh "真確"  cites guide "3" for S-001

judgement market_pay J-10 open
  en "market pay"  zh "市價"  cites guide "3"

reading which_year A-05
  en "which year"  zh "哪一年"
  tax_year  en "tax year"  zh "課稅年度"
  calendar default  en "calendar year"  zh "曆年"

conflict C-10
  en "degree"  zh "學位"
  says guide "1"
  says leaflet "2" phrase "No degree"
  resolved open by reading which_year
    en "nobody knows"  zh "未能確定"

conflict C-08b
  en "stay"  zh "逗留期"
  says guide "1"
  says leaflet "1" phrase "two years"
  resolved outranked  en "The guide prevails."  zh "以指引為準。"

conflict C-08
  en "fees"  zh "費用"
  says guide "1"
  says leaflet "1"
  resolved outranked  en "The guide prevails."  zh "以指引為準。"

notice discretion J-19
  en "The Director decides."  zh "由處長決定。"  cites guide "4"

no rule S-020 : descriptive
no rule S-021 : superseded
  en "by the guide of 2024"  zh "已由2024年指引取代"

scheme small  en "Small scheme"  zh "小計劃"

category small.a  en "A"  zh "甲"
  cites guide "1"
  needs all of
    [rich] applicant.income at least floor  cites guide "1" for S-010, S-011
    [honest] judged good_faith  cites guide "1"
    [paid] judged market_pay  cites guide "1"
    [basis] by reading which_year
      [tax_year] applicant.settled  cites leaflet "2" for S-012 weak "told nowhere else"
      [calendar] applicant.settled
        cites leaflet "2"
        cites guide "2"
  grants stay 24 months  cites leaflet "1"
"""

SHEET = """# Facts

## 0. `ID | rule`; S-098 stands in the middle of a line and is no entry, nor does S-099

**S-001** | Good faith; see S-097.

**S-010 The floor** | HK$10, then HK$20.
**S-011** | Income of the last year.

| ID | rule |
|---|---|
| S-012 | settled |
| S-020 | four weeks |
|S-021| the old floor |
| C-08 | fees |
| C-08b | stay |
| C-10 | degree |
| A-05 | which year |
| J-02 | good faith |
| J-10 | pay |
| J-19 | discretion |
| TABLE-X | none |
"""


def book(text: str = RULES) -> Book:
    return ready.book(text)


# ----------------------------------------------------------------------------------------------------------- listing


def test_everything_is_listed_in_order() -> None:
    small = book()
    view = sources_view(small, written(small), "en")
    assert [(s.id, s.rank, s.edition) for s in view.sources] == [("guide", 2, "2024-01-01"), ("leaflet", 6, None)]
    assert [(c.id, c.case, c.reading) for c in view.conflicts] == [
        ("C-08", "outranked", None),
        ("C-08b", "outranked", None),
        ("C-10", "open", "which_year"),
    ]
    assert view.conflicts[2].resolution == "open: reading which_year"
    assert view.conflicts[2].cites == (("guide", "1"), ("leaflet", "2"))
    (reading,) = view.readings
    assert (reading.ref, reading.values) == ("A-05", (("calendar", "calendar year"), ("tax_year", "tax year")))
    assert [(j.ref, j.case) for j in view.judgements] == [("J-02", "presumed"), ("J-10", "open")]


def test_rules_on_weak_sources_alone() -> None:
    # The other branch cites the guide too, so it is not weak; the guide's floor is not either.
    small = book()
    (weak,) = weak_rules(small, written(small))
    assert weak == ("category small.a [basis.tax_year]", ("leaflet",), "told nowhere else")


def test_values_and_grants_on_weak_sources_alone_say_so() -> None:
    # The floor of 2023 and the stay; not the floor of 2025, which is only said to be unknown.
    small = book()
    found = unexcused(small, written(small))
    lines = [RULES[: d.primary.place.start].splitlines()[-1].strip() for d in found]
    assert {d.code for d in found} == {"A405"}
    assert lines == ["from 2023-01-01 HK$10  cites", "grants stay 24 months  cites"]
    excused = RULES.replace('HK$10  cites leaflet "1"', 'HK$10  weak "no other"  cites leaflet "1"')
    excused = excused.replace('24 months  cites leaflet "1"', '24 months  cites leaflet "1"  weak "no other"')
    other = book(excused)
    assert unexcused(other, written(other)) == ()
    assert [w.path for w in weak_rules(other, written(other))] == [
        "parameter floor [from 2023-01-01]",
        "category small.a [basis.tax_year]",
        "category small.a [grants stay]",
    ]


# -------------------------------------------------------------------------------------------------------- fact sheet


def test_entries_begin_a_line_bold_or_in_a_table() -> None:
    assert list(entries(SHEET)) == [
        *("S-001", "S-010", "S-011", "S-012", "S-020", "S-021"),
        *("C-08", "C-08b", "C-10", "A-05", "J-02", "J-10", "J-19"),
    ]
    start, end = entries(SHEET)["S-021"]
    assert SHEET[start:end] == "S-021"


def test_what_became_of_each_entry() -> None:
    small = book()
    found = {e.id: e for e in accounted(small, SHEET, written(small), "en")}
    assert [e.id for e in found.values() if e.left_out] == []
    assert [spot.path for spot in found["S-010"].places] == [
        "parameter floor [from 2023-01-01]",
        "parameter floor [from 2024-01-01]",
        "category small.a [rich]",
    ]
    (spot,) = found["S-011"].places
    assert RULES.splitlines()[spot.line - 1].strip().startswith("[rich]")
    assert {id: found[id].places[0].path for id in ("S-012", "C-08b", "A-05", "J-10", "J-19")} == {
        "S-012": "category small.a [basis.tax_year]",
        "C-08b": "conflict C-08b",
        "A-05": "reading which_year",
        "J-10": "judgement market_pay",
        "J-19": "notice discretion",
    }
    assert (found["S-020"].reason, found["S-020"].note) == ("descriptive", None)
    assert (found["S-021"].reason, found["S-021"].note) == ("superseded", "by the guide of 2024")


# ------------------------------------------------------------------------------------------------------ the command


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the book, its documents and the fact sheet."""
    monkeypatch.setenv("WHEREAS_CACHE", "off")
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.chdir(tmp_path)
    texts = {
        "book/book.rules": RULES,
        "papers/guide.txt": "Nothing is quoted.",
        "papers/leaflet.txt": LEAFLET,
        "facts.md": SHEET,
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = cli.run(["sources", "book", *words])
    out, err = capsys.readouterr()
    return code, out, err


def data(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    return json.loads(run(capsys, *words, "--json")[1])


def test_the_list(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys)
    assert (code, err) == (1, "")  # two lines rest on the leaflet alone
    assert out.startswith("What the book “Small” rests on, known to 21 November 2026\n")
    for line in (
        "Sources of rank 2: pages of departments",
        "Guide (as of 1 January 2024, stored as guide.txt)",
        "the better source prevails: The guide prevails.",
        "· calendar (by default): calendar year",
        "J-02   presumed   good faith (good_faith)",
        "category small.a [basis.tax_year] [leaflet]",
        "told nowhere else",
    ):
        assert line in out
    assert out.index("C-08b") < out.index("C-10")
    assert out.count("error[A405]") == 2


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", ["40", "100"])
def test_every_language_at_any_width(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, lang: str, width: str
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    said = "".join(run(capsys, *words, "--lang", lang)[1] for words in ([], ["--facts", "facts.md"]))
    joined = said.replace("\n", "").replace(" ", "")
    wanted = {
        "en": ("Readingsofuncleartext", "taxyear", "bytheguideof2024"),
        "zh-Hant": ("條文的不同理解", "課稅年度", "已由2024年指引取代"),
        "zh-Hans": ("条文的不同理解", "课税年度", "已由2024年指引取代"),
    }
    assert all(words in joined for words in wanted[lang])


def test_the_list_as_data(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys)
    assert (found["version"], found["book"], found["lang"]) == (1, "small", "en")
    assert found["sources"][0] == {
        "id": "guide",
        "label": "Guide",
        "rank": 2,
        "edition": "2024-01-01",
        "document": "guide.txt",
        "address": "https://www.example.gov.hk/guide",
    }
    assert found["conflicts"][0]["says"] == [
        {"source": "guide", "pinpoint": "1"},
        {"source": "leaflet", "pinpoint": "1"},
    ]
    assert found["readings"][0]["default"] == "calendar"
    assert [j["mode"] for j in found["judgements"]] == ["presumed", "open"]
    assert found["weak"][0]["reason"] == "told nowhere else"
    assert [d["code"] for d in found["diagnostics"]] == ["A405", "A405"]


def test_documents_as_they_were(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--verify", "papers")
    assert (code, err) == (0, "")
    assert "2 of 2 key phrases stand once in their documents" in out
    assert "leaflet.txt  as it was" in out
    assert f"no hash recorded; it is now {sha256(b'Nothing is quoted.').hexdigest()}" in " ".join(out.split())


def test_a_document_that_has_changed_names_the_rules_made_from_it(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "papers" / "leaflet.txt").write_text(LEAFLET + " ", "utf-8")  # the phrases are still there
    code, out, _ = run(capsys, "--verify", "papers")
    assert code == 1
    assert "leaflet.txt  changed since the rules were read from it" in out
    assert "error[A411]: a stored document is not the one the rules were read from" in out
    found = data(capsys, "--verify", "papers")
    leaflet = next(d for d in found["documents"] if d["source"] == "leaflet")
    assert (leaflet["state"], leaflet["sha256"]) == ("changed", sha256(f"{LEAFLET} ".encode()).hexdigest())
    assert leaflet["rules"] == [
        "parameter floor [from 2023-01-01]",
        "parameter floor [from 2025-01-01]",
        "conflict C-10",
        "conflict C-08b",
        "conflict C-08",
        "category small.a [basis.tax_year]",
        "category small.a [basis.calendar]",
        "category small.a [grants stay]",
    ]
    assert [d["code"] for d in found["diagnostics"]] == ["A411"]


def test_a_sheet_that_is_all_accounted_for(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--facts", "facts.md")
    assert (code, err) == (0, "")
    assert out.startswith("13 of 13 entries of facts.md are accounted for\n")
    rows = [line.split() for line in out.splitlines()[2:6]]
    assert rows == [["S", "6", "4", "2", "·"], ["C", "3", "3", "0", "·"], ["A", "1", "1", "0", "·"], list("J330·")]


def test_entries_left_out_and_ids_that_are_not_there(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = SHEET.replace("| S-012 | settled |", "| S-013 | settled |")
    (place / "facts.md").write_text(sheet, "utf-8")
    code, out, _ = run(capsys, "--facts", "facts.md")
    assert code == 1
    assert out.startswith("12 of 13 entries of facts.md are accounted for\n")
    assert "error[A412]: nothing in the book speaks of `S-013`\n  --> facts.md:12:3" in out
    assert "error[A413]: the fact sheet has no entry `S-012`" in out
    found = data(capsys, "--facts", "facts.md")
    assert [f["id"] for f in found["facts"] if f["state"] == "left_out"] == ["S-013"]
    assert [(f["id"], f["reason"]) for f in found["facts"] if f["state"] == "no_rule"] == [
        ("S-020", "descriptive"),
        ("S-021", "superseded"),
    ]
    assert [d["code"] for d in found["diagnostics"]] == ["A412", "A413"]


def test_an_id_behind_no_rule_must_be_in_the_sheet(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "facts.md").write_text(SHEET.replace("| S-020 | four weeks |\n", ""), "utf-8")
    found = data(capsys, "--facts", "facts.md")
    assert [(d["code"], d["message"]) for d in found["diagnostics"]] == [
        ("A413", "the fact sheet has no entry `S-020`")
    ]


def test_both_at_once(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--facts", "facts.md", "--verify", "papers")
    assert code == 0
    assert out.index("key phrases") < out.index("13 of 13")
    assert {"documents", "facts"} <= set(data(capsys, "--facts", "facts.md", "--verify", "papers"))


def test_what_cannot_be_read(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "empty.md").write_text("Nothing here.\n", "utf-8")
    for words in (["--facts", "empty.md"], ["--facts", "fact.md"], ["--verify", "paper"]):
        code, out, err = run(capsys, *words)
        assert (code, out) == (2, "")
        assert err.startswith("error[U702]: cannot read `")


def test_the_shipped_book_lists_all_it_declares() -> None:
    shipped = ready.hk()
    view = sources_view(shipped, written(shipped), "zh-Hans")
    assert {s.id for s in view.sources} == set(shipped.sources)
    assert {c.id for c in view.conflicts} == set(shipped.conflicts)
    assert {(r.id, r.values[0][0]) for r in view.readings} == {(r.id, r.default) for r in shipped.readings.values()}
    assert {(j.id, j.case) for j in view.judgements} == {(j.id, j.mode) for j in shipped.judgements.values()}


# The fact sheet is not part of the project; its ids are, so that nothing of it can be lost unnoticed.
IDS = tuple((Path(__file__).parent / "fact_sheet_ids.txt").read_text("utf-8").split())
FACTS = Path(__file__).parent.parent.parent / "shared" / "domain.md"


def test_the_shipped_book_accounts_for_the_whole_fact_sheet() -> None:
    shipped = ready.hk()
    sheet = "".join(f"**{id}** |\n" for id in IDS)
    found = written(shipped)
    assert tuple(entries(sheet)) == IDS
    assert len(IDS) > 200
    assert [entry.id for entry in accounted(shipped, sheet, found, "en") if entry.left_out] == []
    assert astray(shipped, sheet, "fact_sheet_ids.txt", found) == ()


@pytest.mark.skipif(not FACTS.exists(), reason="the fact sheet is not beside the project: its ids are taken as listed")
def test_the_ids_are_those_of_the_fact_sheet() -> None:
    assert tuple(entries(FACTS.read_text("utf-8"))) == IDS
