"""Pages and diagrams of schemes: those committed are what the book gives, with nothing cut off or left out."""

from __future__ import annotations

import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pytest

from dsl.checks import labelled
from dsl.model import Book, Category
from tests import ready
from tests.test_sources import RULES
from whereas import cli
from whereas.diagram import HEIGHT, sheets
from whereas.outline import Line, every, outline
from whereas.pages import LANGS, pages
from whereas.phrases import Lang
from whereas.values import pick

PAGES = Path(__file__).parent.parent / "docs" / "schemes"
REWRITE = "`whereas pages --out docs/schemes` rewrites them"


@cache
def made() -> dict[str, str]:
    return pages(ready.hk())


def lines(category: Category, lang: Lang) -> tuple[Line, ...]:
    found = outline(ready.hk(), category, lang)
    return tuple(every((*found.needs, *found.bars, *found.exceptions)))


CATEGORIES = tuple(ready.hk().categories)


def small(text: str = RULES) -> Book:
    return ready.book(text)


# ------------------------------------------------------------------------------------------------------ those committed


def test_the_committed_pages_are_what_the_book_gives() -> None:
    there = {path.name: path.read_text("utf-8") for path in PAGES.iterdir()}
    assert there.keys() == made().keys(), REWRITE
    assert [name for name, text in made().items() if there[name] != text] == [], REWRITE


def test_they_stay_small() -> None:
    assert sum(len(text.encode()) for text in made().values()) < 4_000_000


def test_nothing_is_left_of_a_sentence_to_be_filled() -> None:
    for name, text in made().items():
        words = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
        assert not re.search(r"[{}]|None|Undefined|\bParam\(|\bPath\(", words), name


@pytest.mark.parametrize("lang", LANGS)
def test_each_category_has_its_section_and_its_diagrams(lang: Lang) -> None:
    for category in ready.hk().categories.values():
        page = made()[f"{category.scheme}.{lang}.md"]
        assert f"## {pick(category.label, lang)} (`{category.id}`)" in page
        shown = re.findall(rf"\]\(({re.escape(category.id)}(?:--[\w.]+)?\.{lang}\.svg)\)", page)
        assert f"{category.id}.{lang}.svg" in shown
        assert set(shown) <= made().keys()
    pictures = {name for name in made() if name.endswith(f".{lang}.svg")}
    text = "".join(page for name, page in made().items() if name.endswith(f".{lang}.md"))
    assert set(re.findall(r"\]\(([^)]*\.svg)\)", text)) == pictures


def test_links_lead_somewhere() -> None:
    for name, text in made().items():
        if name.endswith(".md"):
            targets = re.findall(r"\]\(([^)#]*)(?:#([^)]*))?\)", text)
            assert {file for file, _ in targets if file} <= made().keys(), name
            assert all(f'<a id="{anchor}"></a>' in text for file, anchor in targets if anchor and not file)


# ------------------------------------------------------------------------------------------- everything the rules say


@pytest.mark.parametrize("id", CATEGORIES)
def test_every_condition_that_has_a_label_is_on_the_page(id: str) -> None:
    # A line goes by its labels; one inside a term that was opened up before is told by the line `as in` above it.
    category = ready.hk().categories[id]
    found = lines(category, "en")
    paths = {line.path for line in found}
    again = {line.path for line in found if line.kind == "same"}
    exceptions = {o.label for o in category.overrides}
    for path in labelled(ready.hk(), category).keys() - exceptions:
        told = any(shown == path or shown.startswith(f"{path}.") for shown in paths)
        assert told or any(path.startswith(f"{above}.") for above in again), path
    assert exceptions <= paths


@pytest.mark.parametrize("id", CATEGORIES)
def test_lines_are_numbered_in_order_and_what_they_point_to_is_there(id: str) -> None:
    category = ready.hk().categories[id]
    english, chinese = lines(category, "en"), lines(category, "zh")
    assert [(a.number, a.path, a.kind) for a in english] == [(a.number, a.path, a.kind) for a in chinese]
    numbers = [line.number for line in english]
    assert len(set(numbers)) == len(numbers)
    for line in english:
        if line.kind == "same":
            first = line.words.removeprefix("as in ")
            assert numbers.index(first) < numbers.index(line.number)
        assert [inner.number for inner in line.lines] == [f"{line.number}.{n + 1}" for n in range(len(line.lines))]


def test_a_condition_with_its_value_by_date_its_source_and_its_exact_test() -> None:
    # Category A of the small book: income at least the floor, which was HK$10, then HK$20, and is unknown from 2025.
    page = pages(small())["small.en.md"]
    (row,) = [line for line in page.splitlines() if "| `rich` |" in line]
    number, label, words, values, cited = (cell.strip() for cell in row.strip("|").split(" | "))
    assert (number, label, cited) == ("1", "`rich`", "guide: 1")
    assert words == "income is at least floor"
    assert values == (
        "floor, by day of filing<br>from 1 January 2023: HK$10 <sub>[leaflet: 1]</sub><br>"
        "from 1 January 2024: HK$20 <sub>[guide: 1]</sub><br>"
        "from 1 January 2025: the law does not say <sub>[leaflet: 2]</sub>"
    )
    assert "**if read as: calendar year (by default)**<br>settled" in page
    assert "- **A-05** which year (`which_year`): calendar year (by default); tax year" in page
    assert "- **J-02** good faith (`good_faith`): presumed <sub>[guide: 3]</sub>" in page
    # C-10 is left to the reading that the category reads; C-08 and C-08b are over `guide "1"`, which it cites.
    assert re.findall(r"^- \*\*(C-\w+)", page, re.MULTILINE) == ["C-10", "C-08b", "C-08"]
    assert "| stay | 24 months |" in page


def test_sentences_are_filled_with_what_the_law_says_and_name_what_a_case_tells() -> None:
    text = RULES.replace(
        '[rich] applicant.income at least floor  cites guide "1" for S-010, S-011',
        "[rich] applicant.income at least HK$30\n"
        '      en "income: {value}; {limit} is needed"  zh "收入{value}；須達{limit}"\n'
        '      cites guide "1" for S-010, S-011',
    )
    found = outline(small(text), small(text).categories["small.a"], "zh").needs[0]
    assert found.words == "收入[收入]；須達30港元"
    assert found.exact == "收入不少於30港元"
    assert found.plain
    silent = text.replace("; {limit} is needed", "").replace("；須達{limit}", "")
    found = outline(small(silent), small(silent).categories["small.a"], "zh").needs[0]
    assert (found.words, found.plain) == ("收入[收入]", False)
    (picture,) = [svg for name, svg in pages(small(silent)).items() if name == "small.a.zh.svg"]
    assert "即：收入不少於30港元" in picture


def test_text_of_the_book_does_not_break_a_table() -> None:
    text = RULES.replace('en "settled"  zh "定居"', 'en "settled | <b>here</b> `now` *for good*"  zh "定居"')
    page = pages(small(text))["small.en.md"]
    assert "settled \\| \\<b\\>here\\</b\\> \\`now\\` \\*for good\\*" in page
    for name, svg in pages(small(text)).items():
        if name.endswith(".svg"):
            ET.fromstring(svg)


# ------------------------------------------------------------------------------------------------------------ diagrams

SVG = "{http://www.w3.org/2000/svg}"
WIDE, NARROW = 12.2, 6.6
"""Pixels that a Chinese character and a Latin letter take at most on average, as measured with Noto Sans and DejaVu."""


def length(words: str, bold: bool) -> float:
    wide = sum(unicodedata.east_asian_width(c) in "WFA" for c in words)
    return wide * WIDE + (len(words) - wide) * NARROW


@pytest.mark.parametrize("lang", LANGS)
def test_no_box_overlaps_another_and_no_words_run_out_of_one(lang: Lang) -> None:
    for name, text in made().items():
        if not name.endswith(f".{lang}.svg"):
            continue
        root = ET.fromstring(text)
        width, height = float(root.attrib["width"]), float(root.attrib["height"])
        boxes = [
            tuple(float(r.attrib[key]) for key in ("x", "y", "width", "height")) for r in root.findall(f"{SVG}rect")[1:]
        ]
        for n, (x, y, w, h) in enumerate(boxes):
            assert 0 <= x <= x + w <= width, name
            assert 0 <= y <= y + h <= height, name
            for ox, oy, ow, oh in boxes[n + 1 :]:
                apart = ox >= x + w or ox + ow <= x or oy >= y + h or oy + oh <= y
                inside = ox > x and oy > y and ox + ow < x + w and oy + oh < y + h
                assert apart or inside, name
        for t in root.findall(f"{SVG}text"):
            x, y = float(t.attrib["x"]), float(t.attrib["y"])
            around = [b for b in boxes if b[0] <= x <= b[0] + b[2] and b[1] < y < b[1] + b[3]]
            right = min((b[0] + b[2] for b in around), default=width)
            assert x + length(t.text or "", "class" in t.attrib) <= right, (name, t.text)
            inner = max(around, key=lambda b: b[0], default=None)
            assert inner is None or inner[1] + 12 <= y <= inner[1] + inner[3] - 4, (name, t.text)


@pytest.mark.parametrize("lang", LANGS)
def test_a_diagram_fits_a_page_and_all_of_them_show_every_line_once(lang: Lang) -> None:
    for category in ready.hk().categories.values():
        found = outline(ready.hk(), category, lang)
        drawn = sheets(category.id, "title", found, lang)
        assert all(sheet.height <= HEIGHT for sheet in drawn), category.id
        named = [
            box.texts[0][3].split(" ")[0]
            for sheet in drawn
            for box in sheet.drawn
            if box.width and box.style not in ("needs", "bars", "exceptions", "sheet")
        ]
        assert sorted(named) == sorted(line.number for line in lines(category, lang)), category.id


def test_a_long_list_of_conditions_is_drawn_on_sheets_of_their_own() -> None:
    # Forty groups of three conditions take more than a page; each group is drawn whole, somewhere.
    groups = "\n".join(
        f"    [g{n}] any of\n" + "\n".join(f'      [c{i}] applicant.settled  cites guide "{n}.{i}"' for i in range(3))
        for n in range(40)
    )
    text = re.sub(r"  needs all of\n.*?(?=  grants)", f"  needs all of\n{groups}\n", RULES, flags=re.DOTALL)
    rules = small(text)
    drawn = sheets("small.a", "A", outline(rules, rules.categories["small.a"], "en"), "en")
    assert len(drawn) > 1
    boxes = [box.style for sheet in drawn for box in sheet.drawn if box.width]
    assert (boxes.count("any"), boxes.count("test"), boxes.count("sheet")) == (40, 120, len(drawn) - 1)


# ---------------------------------------------------------------------------------------------------------- the command


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WHEREAS_CACHE", "off")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "book.rules").write_text(RULES, "utf-8")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = cli.run(["pages", *words])
    return code, *capsys.readouterr()


def test_pages_are_written_and_checked(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "book", "--out", "to/here", "--check")
    assert (code, err) == (1, "")
    assert not (place / "to").exists()
    assert out.endswith(
        "to/here/small.a.zh.svg: to be written\nto/here/small.zh.md: to be written\n0 of 5 files are up to date\n"
    )
    assert run(capsys, "book", "--out", "to/here")[0] == 0
    assert run(capsys, "book", "--out", "to/here", "--check") == (0, "5 of 5 files are up to date\n", "")
    page = place / "to" / "here" / "small.zh.md"
    page.write_text(page.read_text("utf-8").replace("定居", "移居"), "utf-8")
    (place / "to" / "here" / "small.b.en.svg").write_bytes(b"\xff")
    (place / "to" / "here" / "notes.txt").write_text("mine", "utf-8")
    code, out, _ = run(capsys, "book", "--out", "to/here", "--check")
    assert code == 1
    assert out == (
        "to/here/small.zh.md: out of date\n"
        "to/here/small.b.en.svg: not made from the book\n"
        "4 of 5 files are up to date\n"
    )
    found = json.loads(run(capsys, "book", "--out", "to/here", "--json")[1])
    assert (found["version"], found["written"]) == (1, True)
    assert [f["file"] for f in found["files"] if f["state"] == "changed"] == ["small.zh.md"]
    assert "定居" in page.read_text("utf-8")


def test_files_of_what_is_gone_from_the_book_go_and_no_others(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Writing takes away what an earlier run made and this book has no more; what it cannot know as its own stays."""
    rules = place / "book" / "book.rules"
    second = RULES[RULES.index("category small.a") :].replace("small.a", "small.b")
    rules.write_text(f"{RULES}\n{second}", "utf-8")
    assert run(capsys, "book", "--out", "to")[0] == 0
    to = place / "to"
    assert {"small.b.en.svg", "small.b.zh.svg"} < {path.name for path in to.iterdir()}
    strange = {"small.c.en.svg": (to / "small.b.en.svg").read_text("utf-8"), "mine.zh.md": "mine", "photo.svg": "mine"}
    for name, text in strange.items():
        (to / name).write_text(text, "utf-8")
    rules.write_text(RULES, "utf-8")
    code, out, _ = run(capsys, "book", "--out", "to", "--check")
    assert code == 1
    assert {line for line in out.splitlines() if line.endswith("not made from the book")} == {
        f"to/{name}: not made from the book"
        for name in ("small.b.en.svg", "small.b.zh.svg", "small.c.en.svg", "mine.zh.md")
    }
    code, out, _ = run(capsys, "book", "--out", "to")
    assert code == 0
    assert {line for line in out.splitlines() if line.endswith("removed")} == {
        "to/small.b.en.svg: removed",
        "to/small.b.zh.svg: removed",
    }
    assert {path.name for path in to.iterdir()} == pages(small()).keys() | strange.keys()
    assert {name: (to / name).read_text("utf-8") for name in strange} == strange
    # Of another book nothing is known to be one's own, though its files have the same names.
    other = RULES.replace('en "Small"  zh "小規則書"', 'en "Other"  zh "另一本"')
    rules.write_text(other.replace("small.a", "small.d"), "utf-8")
    assert not any(line.endswith("removed") for line in run(capsys, "book", "--out", "to")[1].splitlines())
    assert (to / "small.a.en.svg").exists()


def test_what_cannot_be_a_folder(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "file").write_text("", "utf-8")
    for words in (["book", "--out", "file"], ["book", "--out", ""], ["book"], ["nowhere", "--out", "to"]):
        code, out, err = run(capsys, *words)
        assert (code, out) == (2, ""), words
        assert re.match(r"error\[U70[29]\]: ", err), err
        assert "help: " in err
