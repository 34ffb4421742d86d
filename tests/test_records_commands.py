"""`record`, `verify`, `replay` and `log` from the outside: what each says, in three scripts, and every mistake."""

from __future__ import annotations

import json
import os
import shlex
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from tests.ready import run
from tests.test_driver import BOOK
from whereas.records import canonical

Json = dict[str, Any]
MORE = """\

given partner : person
  en "partner"  zh "伴侶"

category small.b
  en "Category B"  zh "B類"  cites guide "2"
  needs any of
    [own] applicant.children at least 3  cites guide "2"
    [both] all of
      [hers] applicant.children at least 1  cites guide "2"
      [his] partner.children at least 1  cites guide "2"
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a book of two categories and some people, and the working directory."""
    monkeypatch.setenv("WHEREAS_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "book.rules").write_text(BOOK + MORE, "utf-8")
    for name, text in [
        ("yes", "title: Yolanda\napplicant: {children: 3}\npartner: {children: 0}\n"),
        ("no", "applicant: {children: 0}\npartner: {children: 2}\n"),
        ("open", "applicant: {children: 1}\n"),
        ("two", "title: One\napplicant: {children: 1}\n---\ntitle: Two\napplicant: {children: 2}\n"),
    ]:
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    return tmp_path


def outside(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command as a process of its own."""
    root = str(Path(__file__).parent.parent)
    command = [sys.executable, "-m", "whereas", *shlex.split(line)]
    environment = {**os.environ, "PYTHONPATH": root}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)


def forged(name: str, change: Any) -> None:
    """A record changed by hand, its digest mended."""
    body, _, _ = canonical.unpacked(Path(name).read_bytes())
    change(body)
    Path(name).write_bytes(canonical.packed(body))


def test_a_record_goes_its_way_from_outside(place: Path) -> None:
    made = outside("record yes.yaml --book book --embed --out a.json", place)
    assert (made.returncode, made.stderr) == (0, "")
    digest = json.loads((place / "a.json").read_text("utf-8"))["digest"]
    assert made.stdout == f"a.json: {digest}\n"
    (place / "book" / "book.rules").unlink()  # the record brings its book
    checked = outside("verify a.json", place)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout == "✔ a.json: every claim follows from its facts and its rules\n"
    again = outside("replay a.json", place)
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout.startswith("✔ a.json: the same answer, bit for bit, from book ")


def test_a_store_goes_its_way_from_outside(place: Path) -> None:
    for number, name in enumerate(("yes", "no", "open"), 1):
        made = outside(f"record {name}.yaml --book book --store s.db", place)
        assert (made.returncode, made.stdout) == (0, f"s.db: entry {number}\n")
    listed = outside("log --store s.db", place)
    assert listed.returncode == 0
    assert "qualifies 2: small.a, small.b\n" in listed.stdout
    assert "does not qualify 2" in listed.stdout
    assert "3 of 3 entries; head " in listed.stdout
    head = listed.stdout.split()[-1]
    checked = outside(f"verify --store s.db --head {head}", place)
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.count("✔") == 4
    again = outside("replay 2 --store s.db", place)
    assert (again.returncode, again.stderr) == (0, "")
    with sqlite3.connect(place / "s.db") as raw:
        raw.execute("DROP TRIGGER entries_update")
        raw.execute("UPDATE entries SET title = 'Eve' WHERE number = 1")
    found = outside("verify --store s.db", place)
    assert found.returncode == 1
    assert "✘ s.db: entry 1: its row or its book was changed" in found.stdout


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "zh-Hant",
            ("第1項", "各項結論均可由所記資料及規則推得", "連鎖完整無缺", "答案逐位元相同", "符合資格 2", "遞交日期"),
        ),
        (
            "zh-Hans",
            ("第1项", "各项结论均可由所记资料及规则推得", "连锁完整无缺", "答案逐位元相同", "符合资格 2", "递交日期"),
        ),
    ],
)
def test_all_four_speak_chinese(
    place: Path, capsys: pytest.CaptureFixture[str], lang: str, words: tuple[str, ...]
) -> None:
    said = ""
    for line in (
        "record yes.yaml --book book --store s.db", "verify --store s.db", "replay 1 --store s.db", "log --store s.db"
    ):  # fmt: skip
        code, out, _ = run(capsys, f"{line} --lang {lang}")
        assert code == 0
        said += out
    assert [w for w in words if w not in said] == []


def test_what_is_only_not_proved_is_no_success(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "record open.yaml --book book --out a.json")
    assert run(capsys, "verify a.json --book book")[0] == 0
    assert run(capsys, "verify a.json --book book --allow-unproved")[0] == 0

    def without_evidence(body: Json) -> None:
        result = next(r for r in body["results"] if r["verdict"] == "depends")
        result["evidence"] |= {"completions": [], "hinges": [None] * len(result["hinges"])}

    forged("a.json", without_evidence)
    code, out, _ = run(capsys, "verify a.json --book book")
    assert (code, out[0]) == (1, "≈")
    assert "not proved: results.small.b.verdict: it holds in no completion" in out
    assert run(capsys, "verify a.json --book book --allow-unproved")[0] == 0
    code, out, _ = run(capsys, "verify a.json --book book --json")
    assert (code, json.loads(out)["records"][0]["outcome"]) == (1, "in part")
    forged("a.json", lambda body: body["results"][0].update(verdict="does_not_qualify"))
    assert run(capsys, "verify a.json --book book --allow-unproved")[0] == 1


def test_a_record_of_another_version_is_not_checked_and_says_what_to_do(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "record yes.yaml --book book --out a.json")

    def older(body: Json) -> None:
        body["version"] = 1
        for result in body["results"]:
            for grant in result["grants"]:
                del grant["all"]

    forged("a.json", older)
    code, out, _ = run(capsys, "verify a.json --book book --allow-unproved")
    assert (code, out[0]) == (1, "✘")
    assert "it is a record of version 1, and this Whereas checks version 4: check it with Whereas 0.1.0" in out
    assert run(capsys, "replay a.json --book book")[0] == 0


def test_what_is_compared_with_no_value_fails_whatever_is_not_known(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before its first row a parameter has no value: both lines fail, and both stand in the record."""
    rules = place / "book" / "book.rules"
    rules.write_text(
        BOOK.replace("at least 1  cites", "at least floor  cites").replace(
            "  needs applicant",
            '  needs all of\n    [day] filed after 2020-01-01  cites guide "1"\n    [enough] applicant',
        )
        + """
given filed : date
  en "day of filing"  zh "遞交日期"

parameter floor : whole by filed
  en "floor"  zh "下限"
  from 2019-12-30 3  cites guide "1"
""",
        "utf-8",
    )
    (place / "early.yaml").write_text("filed: 2013-12-31\n", "utf-8")
    code, _, err = run(capsys, "record early.yaml --book book --out a.json")
    assert (code, err) == (0, "")
    body, _, _ = canonical.unpacked(Path("a.json").read_bytes())
    (needs,) = body["results"][0]["steps"]
    assert [(s["path"], s["status"]) for s in needs["steps"]] == [("small.a/day", "fails"), ("small.a/enough", "fails")]
    assert run(capsys, "verify a.json --book book")[0] == 0


def test_without_its_book_nothing_is_proved(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "record yes.yaml --book book --out a.json")
    code, out, _ = run(capsys, "verify a.json")
    assert code == 1
    assert "not proved: book: no book with the hash" in out


def test_replay_with_a_book_that_has_none_of_it_says_whose_book_is_wanted(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "record yes.yaml --book book --out yes.json")
    (place / "other").mkdir()
    text = (place / "book" / "book.rules").read_text("utf-8")
    (place / "other" / "book.rules").write_text(text.replace("small.a", "small.z"), "utf-8")
    code, out, err = run(capsys, "replay yes.json --book other")
    assert (code, out) == (2, "")
    assert "error[U709]: `yes.json` was made with another book" in err
    assert "`--book`" in err


def test_replay_against_a_changed_book_says_field_by_field_what_differs(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "record yes.yaml --book book --out a.json")
    old = json.loads(run(capsys, "verify a.json --book book --json")[1])["records"][0]
    assert old["outcome"] == "verified"
    rules = place / "book" / "book.rules"
    rules.write_text(rules.read_text("utf-8").replace("children at least 3", "children at least 4"), "utf-8")
    code, out, _ = run(capsys, "replay a.json --book book --json")
    assert code == 1
    found = {d["at"]: (d["recorded"], d["now"]) for d in json.loads(out)["differences"]}
    at = "results.small.b"
    # Three children were enough by themselves; now four are, and the partner has none for the other way.
    assert next(iter(found)) == "book.hash"
    assert found[f"{at}.verdict"] == ("qualifies", "does_not_qualify")
    assert [step["path"].rpartition("/")[2] for step in found[f"{at}.steps[0].steps"][0]] == ["own"]
    assert not [a for a in found if a.startswith("results.small.a")]
    assert not [a for a in found if a.startswith("facts")]
    code, out, _ = run(capsys, "replay a.json --book book")
    assert code == 1
    assert f'{at}.verdict: recorded "qualifies", now "does_not_qualify"' in out


def test_replay_against_a_book_that_asks_more_says_what(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "record yes.yaml --book book --out a.json")
    rules = place / "book" / "book.rules"
    rules.write_text(
        rules.read_text("utf-8").replace(
            "  children : whole", '  pets : whole  en "pets"  zh "寵物"\n  children : whole'
        ),
        "utf-8",
    )
    code, out, _ = run(capsys, "replay a.json --book book --json")
    assert code == 1
    found = {d["at"]: (d["recorded"], d["now"]) for d in json.loads(out)["differences"]}
    asked = {f"facts.{who}.pets" for who in ("applicant", "partner")}
    assert found.keys() == {"book.hash", *asked}
    assert found["facts.partner.pets"] == (None, {"at": "partner.pets", "is": "not_asked"})


def test_replay_of_a_forged_record_says_so(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "record no.yaml --book book --out a.json")
    text = Path("a.json").read_text("utf-8")
    Path("a.json").write_text(text.replace('"does_not_qualify"', '"qualifies"'), "utf-8")
    code, out, _ = run(capsys, "replay a.json --book book")
    assert code == 1
    assert "    digest: " in out
    assert "results.small.a.verdict" in out


def test_a_masked_record_needs_its_secrets(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "record yes.yaml --book book --mask all --secrets k.json --out a.json")[0] == 0
    assert "Yolanda" not in Path("a.json").read_text("utf-8")
    assert Path("k.json").stat().st_mode & 0o077 == 0
    assert run(capsys, "verify a.json --book book")[0] == 1
    assert run(capsys, "verify a.json --book book --allow-unproved")[0] == 0
    assert run(capsys, "verify a.json --book book --secrets k.json")[0] == 0
    assert run(capsys, "replay a.json --book book --secrets k.json")[0] == 0
    code, _, err = run(capsys, "replay a.json --book book")
    assert (code, "U709" in err, "--secrets FILE" in err) == (2, True, True)
    hidden = json.loads(Path("k.json").read_text("utf-8"))
    hidden["facts"]["applicant.children"]["value"] = 7
    Path("k.json").write_bytes(rfc8785.dumps(hidden))
    assert run(capsys, "verify a.json --book book --secrets k.json")[0] == 1
    code, _, err = run(capsys, "replay a.json --book book --secrets k.json")
    assert (code, "the secrets are not those of this record" in err) == (2, True)


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("verify", "U709", "records or a store are needed"),
        ("verify yes.yaml --store s.db", "U709", "not both"),
        ("verify a.json --head 12", "U709", "add `--store FILE`"),
        ("verify nowhere.json", "U702", "cannot read `nowhere.json`"),
        ("verify a.json --secrets yes.yaml", "U710", "holds no secrets"),
        ("verify --store yes.yaml", "U711", "no store of records"),
        ("verify --store nowhere.db", "U711", "no such file"),
        ("replay yes.yaml", "U710", "no decision record"),
        ("replay nowhere.json", "U702", "cannot read"),
        ("replay 1 --store yes.yaml", "U711", "no store of records"),
        ("replay 9 --store s.db", "U710", "has no entry `9`"),
        ("log --store nowhere.db", "U711", "no such file"),
        ("log --store s.db --since 2026-13-01", "U705", "not a date"),
        ("log --store s.db --until soon", "U705", "not a date"),
        ("log --store s.db --since 2026-02-01 --until 2026-01-01", "U709", "--since 2026-01-01 --until 2026-02-01"),
        ("log --store s.db --verdict qualifys", "U709", "--verdict qualifies"),
        ("record yes.yaml --book book --mask some", "U709", "nothing is masked as `some`"),
        ("record yes.yaml --book book --mask all", "U709", "add `--secrets FILE`"),
        ("record yes.yaml --book book --secrets k", "U709", "nothing is masked"),
        ("record two.yaml --book book --out b.json", "U709", "several people"),
        ("record yes.yaml --book book --out nowhere/b.json", "U702", "cannot write"),
        ("record yes.yaml --book book --store yes.yaml", "U711", "no store of records"),
        ("record yes.yaml --book book --store nowhere/s.db", "U711", "no store of records"),
    ],
)
def test_every_mistake_has_its_code_and_a_fix(
    place: Path, capsys: pytest.CaptureFixture[str], line: str, code: str, words: str
) -> None:
    run(capsys, "record yes.yaml --book book --out a.json --store s.db")
    got, out, err = run(capsys, line)
    assert (got, out) == (2, "")
    assert f"error[{code}]" in err
    assert words in err
    assert "= help: " in err


def test_a_store_that_cannot_be_written_is_refused(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "record yes.yaml --book book --store s.db")
    with sqlite3.connect("s.db") as raw:  # a table of another shape stands for a disk that refuses
        raw.executescript("DROP TRIGGER entries_delete; DROP TABLE entries; CREATE TABLE entries (number INTEGER)")
    code, out, err = run(capsys, "record no.yaml --book book --store s.db")
    assert (code, out, "error[U711]" in err) == (2, "", True)


def test_log_finds_what_is_asked_for(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("yes", "no", "open"):
        run(capsys, f"record {name}.yaml --book book --store s.db")

    def numbers(options: str) -> tuple[int, list[int]]:
        code, out, _ = run(capsys, f"log --store s.db --json {options}")
        return code, [e["number"] for e in json.loads(out)["entries"]]

    assert numbers("") == (0, [1, 2, 3])
    listed = run(capsys, "log --store s.db --category small.b")[1]
    assert "small.a" not in listed  # who was asked about B is told nothing of A
    assert numbers("--search yolanda") == (0, [1])
    assert numbers("--search zzz") == (1, [])
    digest = json.loads(run(capsys, "log --store s.db --json")[1])["entries"][1]["digest"]
    assert numbers(f"--search {digest[:12]}") == (0, [2])
    assert numbers("--verdict depends") == (0, [3])
    assert numbers("--verdict qualifies --category small.a") == (0, [1, 3])
    assert numbers("--category small") == (0, [1, 2, 3])
    assert numbers("--category large") == (1, [])
    assert numbers("--since 2020-01-01 --until 2199-01-01") == (0, [1, 2, 3])
    assert numbers("--since 2199-01-01") == (1, [])
    assert numbers("--until 2020-01-01") == (1, [])
