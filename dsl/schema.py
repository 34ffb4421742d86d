"""The JSON Schema of a case, made from a book: editors complete and check case files with it.

The reader (`dsl.casefile`) stays the judge. A file it accepts always satisfies the schema; the schema in turn lets a
things through that only the reader knows, such as 31 June.
"""

from __future__ import annotations

from dsl import dates, rows, scalars
from dsl.casewords import ABOUT, ABSENT_WORDS, AT_LEAST, JUDGEMENTS, READINGS, TITLE, ends_spell
from dsl.countries import countries
from dsl.model import OTHER, Book, Entity, EntityOf, EnumOf, Fact, KeyOf, Label, ListOf, Scalar

Schema = dict[str, object]

_DATE = "(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_MONEY = r"^HK\$(0|[1-9][0-9]{0,2}(,[0-9]{3})*|[1-9][0-9]{0,15})$"
_DURATION = "^(0|[1-9][0-9]{{0,5}}) ({})s?$"


def case_schema(book: Book) -> Schema:
    """The schema of one case, in JSON Schema 2020-12, with words in English and Chinese."""
    own = {fact.judgement: fact for fact in book.givens.values() if fact.judgement is not None}
    properties: dict[str, object] = {
        TITLE: {"title": _both(Label("title", "標題")), "type": ["string", "number", "boolean", "null"]},
        ABOUT: {
            "title": _both(Label("what the case shows", "個案說明")),
            "type": ["string", "number", "boolean", "null"],
        },
    }
    for ident, fact in book.givens.items():
        if fact.judgement is None:
            properties[ident] = _fact(fact, None)
    if own:
        outcomes: dict[str, object] = {ident: _judgement(fact) for ident, fact in own.items() if ident}
        properties[JUDGEMENTS] = _object(Label("what an officer decided", "由人員判斷的事項"), outcomes)
    if book.readings:
        choices: dict[str, object] = {
            ident: {"title": _both(reading.label), "oneOf": _constants(reading.values)}
            for ident, reading in book.readings.items()
        }
        properties[READINGS] = _object(Label("how the text is read", "條文的讀法"), choices)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_object(book.label, properties),
        "$defs": _definitions(book),
    }


def _both(label: Label) -> str:
    return f"{label.en} / {label.zh}"


def _object(label: Label, properties: dict[str, object]) -> Schema:
    return {"title": _both(label), "type": "object", "properties": properties, "additionalProperties": False}


def _constants(values: tuple[tuple[str, Label], ...]) -> list[object]:
    return [{"const": ident, "title": _both(label)} for ident, label in values]


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _judgement(fact: Fact) -> Schema:
    return {"title": _both(fact.label), "anyOf": [_ref("outcome"), _ref("absent")]}


def _fact(fact: Fact, within: Entity | None) -> Schema:
    if fact.judgement is not None:
        return _judgement(fact)
    match fact.type:
        case Scalar("date") if ends_spell(within, fact):
            known = [_ref("date"), {"const": dates.ONGOING_WORD, "title": _both(Label("still going on", "至今"))}]
        case Scalar(kind):
            known = [_ref("days" if fact.days else kind)]
        case EnumOf(enumeration):
            known = [_ref(f"values.{enumeration}")]
        case KeyOf(table):
            known = [_ref(f"keys.{table}")]
        case EntityOf(entity):
            return {"title": _both(fact.label), **_ref(f"thing.{entity}")}
        case ListOf(entity):
            return {"title": _both(fact.label), **_ref(f"list.{entity}")}
    words: Schema = {"title": _both(fact.label), "anyOf": [*known, _ref("absent")]}
    return words | {"description": "today in Hong Kong if left out / 如不填寫即為香港今天"} if fact.default else words


def _definitions(book: Book) -> Schema:
    names = scalars.country_names()
    definitions: Schema = {
        "absent": {
            "title": "not told / 沒有提供",
            "description": "leave a fact out if it was not asked / 沒有問及的事項可略去不寫",
            "enum": list(ABSENT_WORDS),
        },
        "outcome": {"enum": ["favourable", "unfavourable", True, False]},
        "truth": {"type": "boolean"},
        "whole": {"type": "integer", "minimum": 0, "maximum": scalars.HIGHEST},
        "money": {
            "description": "whole Hong Kong dollars / 港元整數",
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": scalars.HIGHEST},
                {"type": "string", "pattern": _MONEY},
            ],
            "examples": [2_500_000, scalars.SAMPLES["money"]],
        },
        "date": {"type": "string", "pattern": f"^{_DATE}$", "format": "date", "examples": [scalars.SAMPLES["date"]]},
        "duration": {"type": "string", "pattern": _DURATION.format("month|year"), "examples": ["24 months"]},
        "days": {"type": "string", "pattern": _DURATION.format("day|week"), "examples": ["180 days"]},
        "text": {"type": ["string", "number", "boolean"]},
        "country": {
            "description": "ISO 3166 code of two letters, XX for no nationality / ISO 3166 兩字母代碼；XX指無國籍",
            "anyOf": [{"enum": sorted(countries())}, {"enum": sorted(names), "deprecated": True}],
        },
    }
    for ident, enumeration in book.enumerations.items():
        definitions[f"values.{ident}"] = {"title": _both(enumeration.label), "oneOf": _constants(enumeration.members)}
    for ident, table in book.tables.items():
        keys = list(dict.fromkeys(row.key for row in table.rows))
        unique = [name for name, keyed in rows.table_names(table).items() if len(keyed) == 1 and name not in keys]
        definitions[f"keys.{ident}"] = {"title": _both(table.label), "enum": [*dict.fromkeys([*keys, OTHER, *unique])]}
    for ident, entity in book.entities.items():
        facts: dict[str, object] = {fact.id: _fact(fact, entity) for fact in entity.facts}
        elements = {"type": "array", "items": _ref(f"thing.{ident}")}
        more: Schema = {
            "description": "these, and perhaps more / 已知的項目，可能尚有其他",
            "type": "object",
            "properties": {AT_LEAST: elements},
            "required": [AT_LEAST],
            "additionalProperties": False,
        }
        definitions[f"thing.{ident}"] = {"anyOf": [_object(entity.label, facts), _ref("absent")]}
        definitions[f"list.{ident}"] = {"anyOf": [elements, more, _ref("absent")]}
    return definitions
