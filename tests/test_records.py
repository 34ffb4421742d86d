"""Decision records: true ones are accepted, whatever is changed in them is found, with its digest mended or not."""

from __future__ import annotations

import ast
import copy
import json
import os
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from dsl import model as m
from dsl.calendar import Duration, today
from dsl.case import Absent, Case, Record
from dsl.casefile import read_case
from solver.compiled import compile_book
from tests import ready
from tests.oracle.meaning import category_holds
from tests.strategies.books import blank, books
from tests.strategies.people import complete, incomplete, population
from whereas.records import canonical, make, mask, replay
from whereas.records import meaning as mn
from whereas.records.check import examined
from whereas.records.facts import case_of
from whereas.records.kernel import Checked, stale
from whereas.records.listening import heard
from whereas.records.program import program
from whereas.records.prove import prove
from whereas.records.schema import record_schema
from whereas.records.tried import candidates
from whereas.records.values import written

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
DEEP = int(os.environ.get("WHEREAS_TAMPERINGS", "400"))
PARTS = (
    (("canonical",), 65, 37),
    (("meaning", "kernel", "check"), 757, 499),
)
"""The checker: what a record is, what a verdict rests on, what is shown beside; lines in all, and of them code."""
Json = dict[str, Any]


@cache
def shipped() -> Any:
    return compile_book(ready.hk())


def recorded(name: str, scheme: str = "ttps", policy: mask.Policy = "none") -> tuple[Json, Json]:
    file = ROOT / "examples" / f"{name}.yaml"
    text = file.read_text("utf-8")
    cases = read_case(text, file.name, shipped().book, today=today()).value
    assert cases
    names = tuple(n for n, c in shipped().book.categories.items() if scheme in ("", c.scheme))
    asked = make.Asked({}, "presumed", None, names)
    return make.record(shipped(), cases[0], asked, "book.rules", {file.name: text}, policy)


@cache
def bodies() -> tuple[Json, ...]:
    return tuple(recorded(name)[0] for name in ("graduate", "high_earner", "near_the_floor", "two_degrees"))


def rules(book: m.Book, categories: Sequence[str]) -> Json:
    """The rules as plain data, as they would come from a file: nothing else reaches the checker."""
    key = (id(book), tuple(categories))
    if key not in RULES:
        RULES[key] = (book, json.loads(json.dumps(program(book, categories))))
    return RULES[key][1]


RULES: dict[Any, tuple[m.Book, Json]] = {}


def findings(book: m.Book, body: Json) -> list[tuple[str, str, str]]:
    asked = body["asked"]["categories"] if isinstance(body.get("asked"), dict) else []
    return [(f.kind, f.at, f.words) for f in examined(rules(book, asked), body).found]


# --------------------------------------------------------------------------------------------------------- true records


@pytest.mark.parametrize("name", [f.stem for f in EXAMPLES])
def test_a_true_record_is_accepted_and_replayed(name: str) -> None:
    body, _ = recorded(name)
    assert findings(shipped().book, body) == []
    assert replay.differences(shipped(), body) == []
    packed = canonical.packed(body)
    assert canonical.unpacked(packed) == (body, packed[11:75].decode(), True)
    Draft202012Validator(record_schema()).validate(json.loads(packed))


def test_people_of_whom_enough_is_told_are_proved_in_full() -> None:
    body, _ = recorded("high_earner")
    assert findings(shipped().book, body) == []


def test_the_checker_stays_small_and_knows_nothing_of_the_project() -> None:
    """It needs the plain data alone, and no code of the language: the standard library and two small others do."""
    own = {f"whereas.records.{name}" for names, _, _ in PARTS for name in names}
    for names, most, code in PARTS:
        texts = [(ROOT / "whereas" / "records" / f"{name}.py").read_text("utf-8") for name in names]
        assert sum(len(text.splitlines()) for text in texts) <= most, names
        assert sum(map(lines_of_code, texts)) <= code, names
        for text in texts:
            for node in ast.walk(ast.parse(text)):
                modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom):
                    own_names = [f"{node.module}.{a.name}" for a in node.names]
                    modules = own_names if node.module == "whereas.records" else [node.module or ""]
                for module in modules:
                    known = module.partition(".")[0] in {*sys.stdlib_module_names, "msgspec", "rfc8785"}
                    assert known or module in own, (names, module)


def lines_of_code(text: str) -> int:
    """Lines that are not empty and hold more than a comment or a text that documents."""
    said = [n.value for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)]
    told = {i for it in said for i in range(it.lineno, (it.end_lineno or 0) + 1)}
    lines = enumerate(text.splitlines(), 1)
    return sum(1 for i, x in lines if i not in told and x.strip() and not x.strip().startswith("#"))


def test_a_record_gives_back_its_case() -> None:
    file = ROOT / "examples" / "two_degrees.yaml"
    (case,) = read_case(file.read_text("utf-8"), file.name, shipped().book, today=today()).value or ()
    body, _ = recorded("two_degrees")
    again = case_of(shipped().book, body)
    assert (again.title, again.about, again.defaulted) == (case.title, case.about, case.defaulted)
    assert set(again.places) >= {a for a in case.places if a.endswith("graduated_on")}
    told = {e["at"]: e for e in body["facts"]}
    entry = told["applicant.degrees[0].graduated_on"]
    line = file.read_text("utf-8").splitlines()[entry["from"]["line"] - 1]
    assert entry["value"] in line[entry["from"]["column"] - 1 :]


def always(law: bool) -> Callable[[object], bool]:
    """One answer to every question of the law."""
    return lambda _: law


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_the_evaluator_of_the_checker_is_the_oracle_on_complete_people(data: st.DataObject) -> None:
    book = data.draw(books())
    told = data.draw(complete(population(book)))
    assume(told is not None)
    assert told is not None
    readings = {r.id: r.default for r in book.readings.values()}
    facts = {at: written(v) for at, v in flat(told.root)} | {f"reading {name}": v for name, v in readings.items()}
    plain = rules(book, tuple(book.categories))
    for law in (False, True):
        for name in book.categories:
            cond = plain["categories"][name]["cond"]
            here = mn.get(mn.World(plain, Answered(facts, law)), cond)
            assert here is category_holds(book, name, told.root, readings, always(law))


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.data(), st.sampled_from(["facts", "readings", "law"]))
def test_only_what_reads_a_difference_does_something_else(data: st.DataObject, differs: str) -> None:
    """Two people, or two choices of readings or of answers of the law: the second is looked at beside the first."""
    book = data.draw(books())
    plain = rules(book, tuple(book.categories))
    conds = [it["cond"] for it in plain["categories"].values()]
    people = [data.draw(complete(population(book))) for _ in range(2 if differs == "facts" else 1)]
    facts = [{at: written(v) for at, v in flat(told.root)} for told in people if told is not None]
    assume(facts)
    read: list[Json] = [
        {f"reading {r.id}": data.draw(st.sampled_from([v for v, _ in r.values])) for r in book.readings.values()}
        for _ in range(2 if differs == "readings" else 1)
    ]
    worlds = [mn.World(plain, {**f, **r}) for f in facts for r in read]
    met = [what for w in worlds for cond in conds for _, what in heard(w, mn.of(cond))]
    questions = sorted({what for what in met if isinstance(what, str) and what.startswith("law ")})
    assume(questions or differs != "law")
    law = [{q: data.draw(st.booleans()) for q in questions} for _ in range(2 if differs == "law" else 1)]
    one = mn.World(plain, {**facts[0], **read[0], **law[0]})
    other = mn.World(plain, {**facts[-1], **read[-1], **law[-1]})
    for cond in conds:
        mn.get(one, cond)
    differ = stale(Checked(plain, {}, one, one), (at for at, _ in one.facts.items() ^ other.facts.items()))
    beside = replace(other, base=one, stale=differ, memo={})
    assert [mn.get(beside, cond) for cond in conds] == [mn.get(other, cond) for cond in conds]


class Answered(dict[str, Any]):
    """Facts, and a law that gives one answer to everything."""

    def __init__(self, facts: Json, answer: bool) -> None:
        super().__init__(facts)
        self.answer = answer

    def get(self, key: str, default: Any = None) -> Any:
        return self.answer if key.startswith("law ") else super().get(key, default)


def flat(root: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(root, dict):
        for name, it in root.items():
            yield from flat(it, f"{at}.{name}" if at else name)
    elif isinstance(root, tuple):
        yield at, len(root)
        for i, it in enumerate(root):
            yield from flat(it, f"{at}[{i}]")
    else:
        yield at, root


def somebody(data: st.DataObject) -> tuple[m.Book, Case]:
    """A book, and a person of whom not everything is told."""
    book = data.draw(books())
    told = data.draw(incomplete(population(book)))
    assume(told is not None)
    assert told is not None
    return book, told.case


@settings(deadline=None, max_examples=40, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_true_records_of_generated_books_are_accepted(data: st.DataObject) -> None:
    book, case = somebody(data)
    judgements: Any = data.draw(st.sampled_from(["presumed", "open"]))
    asked = make.Asked({}, judgements, None, tuple(book.categories))
    body, _ = make.record(compile_book(book), case, asked, "book.rules", {})  # refuses what the checker calls wrong
    assert [f for f in findings(book, body) if f[0] == "wrong"] == []
    assert replay.differences(compile_book(book), body) == []


@settings(deadline=None, max_examples=25, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_for_a_verdict_that_is_not_so_no_evidence_is_found(data: st.DataObject) -> None:
    """Whoever looks for evidence of another verdict, as it is looked for of the true one, finds none that passes."""
    book, case = somebody(data)
    readings: Any = data.draw(st.sampled_from([{}, "all"]))
    compiled, asked = compile_book(book), make.Asked(readings, "presumed", None, tuple(book.categories))
    plain = rules(book, asked.categories)
    for said in ("qualifies", "depends", "does_not_qualify"):
        body = make.draft(compiled, case, asked, "book.rules", {})
        forged = [r["category"] for r in body["results"] if r["verdict"] != said]
        for result in body["results"]:
            result["verdict"] = said
        prove(compiled, plain, body)
        found = {f.at for f in examined(plain, body).found}
        assert {f"results.{name}.verdict" for name in forged} <= found


# ----------------------------------------------------------------------------------------------------------- tamperings


def spots(it: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a record."""
    yield path
    items = it.items() if isinstance(it, dict) else enumerate(it) if isinstance(it, list) else ()
    for key, inner in items:
        yield from spots(inner, (*path, key))


def at(it: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        it = it[key]
    return it


def tampered(body: Json, path: tuple[str | int, ...], luck: random.Random) -> Json | None:
    """The record with one place changed: another value, left out, doubled, or moved; None if that changes nothing."""
    out = copy.deepcopy(body)
    holder, key = at(out, path[:-1]), path[-1]
    place: Any = key
    it = holder[key]
    how = luck.choice(["other", "drop", "double", "swap"])
    if isinstance(holder, list) and how == "drop":
        del holder[place]
    elif isinstance(holder, list) and how == "double":
        holder.insert(place, copy.deepcopy(it))
    elif isinstance(holder, list) and how == "swap" and len(holder) > 1:
        other = luck.choice([i for i in range(len(holder)) if i != key])
        holder[place], holder[other] = holder[other], holder[place]
    elif isinstance(holder, dict) and how == "drop":
        del holder[key]
    else:
        holder[key] = other_value(it, luck)
    return out if out != body else None


WORDS = {
    "holds": "fails", "fails": "varies", "varies": "holds", "qualifies": "depends", "depends": "does_not_qualify",
    "does_not_qualify": "qualifies", "fact": "law", "told": "declined", "default": "asked",
}  # fmt: skip


def other_value(it: Any, luck: random.Random) -> Any:
    match it:
        case bool():
            return not it
        case int():
            return it + luck.choice([-1, 1, 1000])
        case str():
            return WORDS.get(it, it[:-1] if len(it) > 1 and luck.random() < 0.5 else f"{it}0")
        case None:
            return "something"
        case list() | dict():
            return type(it)() if it else [0]
        case _:
            raise AssertionError(it)


@pytest.mark.parametrize("seed", range(4))
def test_no_change_of_a_record_passes_under_its_digest(seed: int) -> None:
    luck = random.Random(seed)
    body = bodies()[seed]
    packed = canonical.packed(body)
    every = list(spots(body))[1:]
    for _ in range(DEEP // 8):
        changed = tampered(body, luck.choice(every), luck)
        if changed is not None:
            head, tail = packed[:86], b"}\n"
            forged = head + rfc8785.dumps(changed) + tail
            assert not canonical.unpacked(forged)[2]
    for _ in range(DEEP // 8):
        spot = luck.randrange(len(packed))
        forged = packed[:spot] + bytes([packed[spot] ^ 1 << luck.randrange(7)]) + packed[spot + 1 :]
        try:
            assert not canonical.unpacked(forged)[2], f"byte {spot}"
        except canonical.NotARecordError:
            continue


DERIVED = (
    "category", "scheme", "verdict", "hinges", "assumes", "sensitive_to", "grants", "asks_for", "routes_to", "steps",
)  # fmt: skip


def derived(body: Json) -> list[tuple[str | int, ...]]:
    """The places of a record that follow from its facts and rules."""
    return [p for p in spots(body) if len(p) >= 3 and p[0] == "results" and p[2] in DERIVED]


@pytest.mark.parametrize("seed", range(4))
def test_whoever_mends_the_digest_is_found_by_deriving_it_again(seed: int) -> None:
    luck = random.Random(seed + 100)
    body = bodies()[seed]
    every = derived(body)
    true = findings(shipped().book, body)
    missed = []
    tried = 0
    while tried < DEEP // 4:
        path = luck.choice(every)
        changed = tampered(body, path, luck)
        if changed is None:
            continue
        tried += 1
        if findings(shipped().book, changed) == true:
            missed.append(path)
    assert not missed


def argued(body: Json) -> list[tuple[str | int, ...]]:
    """The places of a record's evidence."""
    return [p for p in spots(body) if (len(p) > 3 and p[2] == "evidence") or (len(p) > 1 and p[0] == "evidence")]


@pytest.mark.parametrize("seed", range(6))
def test_what_is_not_looked_at_again_would_do_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A world made from another looks again only at what reads something that differs; here it looks at everything."""
    luck = random.Random(seed + 200)
    body = (*bodies(), recorded("cuban", "qmas")[0], recorded("two_degrees", "gep")[0])[seed]
    changed = [body, *(x for _ in range(DEEP // 8) if (x := tampered(body, luck.choice(argued(body)), luck)))]
    quick = [findings(shipped().book, x) for x in changed]

    def get(w: mn.World, n: int, env: mn.Env = ()) -> Any:
        it = w.rules["nodes"][n]
        key = (n, env[: it[1]]) if it[1] else n
        if key not in w.memo:
            w.memo[key] = mn._RULES.get(it[0], mn._lifted)(w, n, env, it)
        return w.memo[key]

    monkeypatch.setattr(mn, "get", get)
    assert [findings(shipped().book, x) for x in changed] == quick


@pytest.mark.parametrize("seed", range(4))
def test_evidence_that_was_changed_proves_nothing_false(seed: int) -> None:
    """Whatever becomes of its evidence, a verdict that is not true does not pass for proved."""
    luck = random.Random(seed + 300)
    body = bodies()[seed]
    for i, result in enumerate(body["results"]):
        for said in {"qualifies", "depends", "does_not_qualify"} - {result["verdict"]}:
            for _ in range(DEEP // 40):
                forged = tampered(body, luck.choice(argued(body)), luck)
                if forged is not None:
                    forged["results"][i]["verdict"] = said
                    assert findings(shipped().book, forged)


def test_each_verdict_turned_about_is_wrong() -> None:
    for body in bodies():
        for i, result in enumerate(body["results"]):
            for said in {"qualifies", "depends", "does_not_qualify"} - {result["verdict"]}:
                changed = copy.deepcopy(body)
                changed["results"][i]["verdict"] = said
                assert any(f[0] == "wrong" for f in findings(shipped().book, changed)), result["category"]


def test_a_hinge_that_is_none_cannot_be_shown() -> None:
    body = copy.deepcopy(recorded("graduate", "gep")[0])
    result = next(r for r in body["results"] if r["evidence"]["completions"])
    how = next(h for h in result["evidence"]["hinges"] if h)
    how["then"] = {"applicant.born_in": "hong_kong"}
    assert any(f[0] == "wrong" for f in findings(shipped().book, body))


def test_a_hinge_cannot_be_lent_the_completions_of_another() -> None:
    body = copy.deepcopy(recorded("graduate", "gep")[0])
    result = next(r for r in body["results"] if sum(h["kind"] == "fact" for h in r["hinges"]) > 1)
    places = [i for i, h in enumerate(result["hinges"]) if h["kind"] == "fact"]
    one, other = places[:2]
    result["evidence"]["hinges"][one] = result["evidence"]["hinges"][other]
    at = f"results.{result['category']}.hinges.{result['hinges'][one]['id']}"
    assert ("wrong", at, "the two completions differ in something else") in findings(shipped().book, body)


# -------------------------------------------------------------------------------------------------------------- masking


@pytest.mark.parametrize("policy", ["personal", "all"])
def test_what_is_masked_is_not_there_and_comes_back(policy: mask.Policy) -> None:
    body, hidden = recorded("graduate", policy=policy)
    plain, _ = recorded("graduate")
    text = canonical.packed(body).decode()
    assert "1999-05-01" in canonical.packed(plain).decode()  # her date of birth
    assert "1999-05-01" not in text
    assert "Aiko" not in text
    assert not any(f[0] == "wrong" for f in findings(shipped().book, body))
    opened, astray = mask.opened(body, hidden)
    assert astray == ()
    assert findings(shipped().book, opened) == findings(shipped().book, plain)
    assert replay.differences(shipped(), opened) == []
    other = copy.deepcopy(hidden)
    place = next(iter(other["facts"]))
    other["facts"][place]["value"] = "JP2"
    assert mask.opened(body, other)[1] == (f"facts.{place}",)


# --------------------------------------------------------------------------------------------- what ends a presumption


def unended() -> tuple[Any, Case]:
    """A category that asks for a judgement presumed unless a truth is told, and somebody of whom that is told."""
    truth = m.Scalar("truth")
    words = m.Label("w", "w")
    clean = m.Judgement("clean", words, "presumed", unless=(m.Path("record"),))
    needs = m.Clause("clean", m.Truth(m.Path("clean")))
    book = blank(
        givens={"record": m.Fact("record", truth, words), "clean": m.Fact("clean", truth, words, "clean")},
        judgements={"clean": clean},
        schemes={"t": m.Scheme("t", words)},
        categories={"t.a": m.Category("t.a", words, needs, None)},
    )
    return book, Case("somebody", Record({"record": True, "clean": Absent.NOT_ASKED}))


def test_a_record_that_presumes_what_a_fact_has_ended_is_refused() -> None:
    """And one that leaves open what nothing has ended."""
    book, case = unended()
    asked = make.Asked({}, "presumed", None, ("t.a",))
    body, _ = make.record(compile_book(book), case, asked, "book.rules", {})
    assert body["results"][0]["verdict"] == "depends"
    assert findings(book, body) == []
    for value in (False, True):
        told = Case(case.name, Record({**case.root.facts, "record": not value}))
        other, _ = make.record(compile_book(book), told, asked, "book.rules", {})
        assert other["results"][0]["verdict"] == ("qualifies" if value else "depends")
        forged = copy.deepcopy(other)
        next(e for e in forged["facts"] if e["at"] == "record")["value"] = value
        assert ("wrong", "facts.clean") in {f[:2] for f in findings(book, forged)}


def test_of_a_masked_fact_that_may_end_a_presumption_the_record_is_believed_until_it_is_opened() -> None:
    book, case = unended()
    asked = make.Asked({}, "presumed", None, ("t.a",))
    body, hidden = make.record(compile_book(book), case, asked, "book.rules", {}, "all")
    assert "value" not in next(e for e in body["facts"] if e["at"] == "record")
    assert not any(f[0] == "wrong" for f in findings(book, body))
    opened, astray = mask.opened(body, hidden)
    assert astray == ()
    assert findings(book, opened) == []


def test_a_stay_in_days_is_no_length_to_try_among_months() -> None:
    """Months compare with months, days with days: a value of the other kind would not be one of a person."""
    lasting, words = m.Scalar("duration"), m.Label("w", "w")

    def category(name: str, least: Duration, stay: Duration) -> m.Category:
        needs = m.Clause(name, m.Compare("ge", m.Path("length"), m.Const(least, lasting)))
        return m.Category(f"t.{name}", words, needs, None, grants=(m.Grant("stay", m.Const(stay, lasting), ()),))

    either = [category("a", Duration(12, "months"), Duration(180, "days"))]
    either += [category("b", Duration(24, "months"), Duration(2, "years"))]
    book = blank(
        givens={"length": m.Fact("length", lasting, words)},
        schemes={"t": m.Scheme("t", words)},
        categories={it.id: it for it in either},
    )
    case = Case("somebody", Record({"length": Absent.NOT_ASKED}))
    body, _ = make.record(compile_book(book), case, make.Asked({}, "presumed", None, ("t.a", "t.b")), "book.rules", {})
    assert [g["values"] for r in body["results"] for g in r["grants"]] == [["180 days"], ["2 years"]]
    assert findings(book, body) == []
    c = examined(rules(book, ("t.a", "t.b")), body)
    test = next(n for n, it in enumerate(c.rules["nodes"]) if it[0] == "le")
    tried = candidates(c, c.world, "length", (test, ()))
    assert {"12 months", "11 months", "2 years"} <= set(tried)
    assert not [v for v in tried if "day" in v]
