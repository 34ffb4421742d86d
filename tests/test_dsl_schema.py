"""The schema of a case: what the reader takes it takes, and the other way round but for what only a calendar knows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from dsl.casefile import read_case
from dsl.schema import case_schema
from tests.smallbook import BOOK, TODAY

SCHEMA: dict[str, Any] = case_schema(BOOK)
VALIDATOR = Draft202012Validator(SCHEMA)

ABSENT = ["unknown", "declined"]
VALUES: dict[str, list[Any]] = {
    "born": ["1990-01-01", "1899-12-31", "2026-02-30", "1/1/1990", 1990, None, "ongoing"],
    "nationality": ["JP", "NO", "jp", "Japan", "XX", False, 1],
    "income": [0, 2_500_000, "HK$2,500,000", "HK$2500000", "HK$25,00", "2500000", -1, 10**15, 10**15 + 1, 1.5, True],
    "children": [0, 3, -1, "3", 2.5, 10**16, True],
    "stay": ["24 months", "1 year", "1 years", "24", 24, "1.5 years", "1000000 days", "999999 days", "01 year"],
    "remarks": ["", "text", 3, True, ["x"]],
    "spouse": [{}, {"nationality": "JP"}, {"nationality": "jp"}, {"x": 1}, "Jane", []],
    "extra": [1],
}
DEGREE: dict[str, list[Any]] = {
    "level": ["bachelor", "Bachelor", "none", None, True],
    "institution": ["tokyo", "東京大學", "other", "York University", "nowhere", 1],
    "awarded_on": ["2022-03-24", "ongoing"],
    "honorary": [True, False, "true", "yes"],
    "verified": ["favourable", "unfavourable", True, "yes"],
}
JOB: dict[str, list[Any]] = {
    "began": ["2020-01-01", "ongoing"],
    "ended": ["ongoing", "2021-01-01", "present"],
    "salary": [5],
}


def things(facts: dict[str, list[Any]], **more: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Things with some facts, the usual first value of each more often than the odd ones."""
    optional = {
        key: st.one_of(st.just(values[0]), st.sampled_from([*values, *ABSENT])) for key, values in facts.items()
    }
    return st.fixed_dictionaries({}, optional=optional | more)


def lists(element: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Lists written, open, absent, and wrong."""
    several = st.lists(st.one_of(element, st.just("unknown"), st.just("x")), max_size=2)
    wrong: list[Any] = [None, "x", {}, {"at_least": 1}, {"at_least": [], "more": 1}, {"at_least": "unknown"}]
    return st.one_of(several, several.map(lambda s: {"at_least": s}), st.sampled_from([*ABSENT, *wrong]))


PERSON = things(VALUES, degrees=lists(things(DEGREE)), jobs=lists(things(JOB)))
CASES = st.fixed_dictionaries(
    {},
    optional={
        "submitted_on": st.sampled_from(["2026-11-21", "2026-11-31", "unknown", "today"]),
        "applicant": st.one_of(PERSON, st.sampled_from(["unknown", "Jane"])),
        "judgements": things(
            {"security": ["favourable", False, "maybe"], "character": ["unknown"], "verified": [True]}
        ),
        "readings": things({"five_years": ["by_date", "by_year", "unknown"]}),
        "title": st.sampled_from(["a title", 3, None, ["x"]]),
    },
)


def only_the_reader_knows(codes: list[str]) -> bool:
    """Whether all that is wrong is what a schema cannot say: days that months do not have (C535 is no error)."""
    return set(codes) <= {"C508", "C535"}


def test_the_schema_is_a_schema_and_plain_data() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


@given(CASES)
@settings(max_examples=500, deadline=None)
def test_the_schema_and_the_reader_agree(case: dict[str, Any]) -> None:
    result = read_case(json.dumps(case), "case.json", BOOK, today=TODAY)
    codes = [d.code for d in result.diagnostics]
    valid = VALIDATOR.is_valid(case)
    if result.value is not None:
        assert valid, [error.message for error in VALIDATOR.iter_errors(case)]
    elif not only_the_reader_knows(codes):
        assert not valid, codes


def described(schema: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    """All properties of a schema, wherever they stand."""
    found = []
    if isinstance(schema, dict):
        for name, each in schema.get("properties", {}).items():
            found.append(((*path, name), each))
        for name, each in schema.items():
            found += described(each, (*path, name))
    elif isinstance(schema, list):
        for each in schema:
            found += described(each, path)
    return found


def test_every_property_is_named_in_both_languages() -> None:
    properties = described(SCHEMA)
    assert len(properties) > 20
    for path, each in properties:
        if path[-1] != "at_least":
            assert " / " in each["title"], path
            assert not each["title"].isascii(), path


@pytest.mark.parametrize("word", ABSENT)
def test_any_fact_may_be_absent(word: str) -> None:
    case = {"applicant": {fact.id: word for fact in BOOK.entities["person"].facts}}
    assert VALIDATOR.is_valid(case)
    assert VALIDATOR.is_valid({"applicant": word})
    assert VALIDATOR.is_valid({"applicant": {"degrees": [word]}})
