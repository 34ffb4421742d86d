"""A case from its file: YAML 1.2 or JSON, checked against a book.

Everything that is wrong is reported, each finding with its place, its cause and a fix that can be typed. What a file
does not say is absent and never guessed; only the day of filing has a default, and the case says that it was used.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from dsl import dates, rows, scalars, yamltree
from dsl.case import Absent, Case, Known, Listed, Record
from dsl.casefindings import (
    Reading,
    example_fix,
    expected_words,
    first_place,
    no_value,
    node_words,
    not_a_mapping,
    unknown_key,
)
from dsl.casewords import ABOUT, ABSENT_WORDS, AT_LEAST, JUDGEMENTS, READINGS, TITLE, empty, ends_spell
from dsl.changes import parse_changes, with_changes
from dsl.codes import CODES
from dsl.diagnostics import OPTION, Diagnostic, Label, Result, Severity
from dsl.model import Book, Entity, EntityOf, EnumOf, Fact, KeyOf, ListOf, Place, Scalar, Type, Value
from dsl.problem import Problem, shown
from dsl.suggest import nearest

_MOST = 100
"""Findings that are told of one file."""


def read_case(
    text: str,
    name: str,
    book: Book,
    *,
    today: dt.date,
    changes: Sequence[tuple[str, str]] = (),
    file: str | None = None,
    offset: int = 0,
) -> Result[tuple[Case, ...]]:
    """The cases in a text, one for each document, with `changes` (path, YAML of the value) made to each.

    name: what the case is called; the name of the file it stands in unless `file` says otherwise. offset: where the
    text begins in that file, for facts that stand in a book: the text is then the slice as it is, indentation and all.
    Places in a change are in the file `<option>`, whose text is `changes_text(changes)`.
    """
    tree = yamltree.read_yaml(text, file or name, offset=offset)
    if tree.value is None:
        return Result(None, tree.diagnostics)
    documents = tree.value or (yamltree.Scalar("", Place(file or name, offset, offset)),)
    if len(documents) == 1 and empty(documents[0]) and not changes:
        place = Place(file or name, offset, offset)
        fix = f"write facts, such as `{next(iter(book.givens), 'submitted_on')}: ...`, or `{{}}` for a case without any"
        message = "there is no case in the file"
        return Result(None, (Diagnostic("C515", message, Label(place, "nothing here"), help=fix),))
    cases: list[Case] = []
    found: list[Diagnostic] = []
    changing = parse_changes(changes, found)
    for n, document in enumerate(documents, 1):
        called = name if len(documents) == 1 else f"{name}#{n}"
        if empty(document) and not changing:
            fix = "write `{}` for a case without any facts, or delete the `---`"
            found.append(Diagnostic("C515", "there is no case here", Label(document.place, "nothing"), help=fix))
            continue
        reading = Reading(book, [], {}, [])
        node, astray = with_changes(document, changing)
        cases.append(_case(reading, called, node, today))
        found += (*reading.found, *astray)
    files = (file or name, OPTION)
    found = sorted(dict.fromkeys(found), key=lambda d: (files.index(d.primary.place.file), d.primary.place.start))
    if any(CODES[d.code].severity is Severity.ERROR for d in found):
        return Result(None, tuple(_cut(found)))
    return Result(tuple(cases), tuple(_cut(found)))


def _cut(found: list[Diagnostic]) -> list[Diagnostic]:
    if len(found) <= _MOST:
        return found
    message = f"{len(found) - _MOST} more findings are not shown"
    return [*found[:_MOST], Diagnostic("C534", message, Label(found[_MOST].primary.place, "from here on"))]


# ---------------------------------------------------------------------------------------------------------- the case


def _case(reading: Reading, name: str, node: yamltree.Node, today: dt.date) -> Case:
    book = reading.book
    givens = {ident: fact for ident, fact in book.givens.items() if fact.judgement is None}
    if not isinstance(node, yamltree.Mapping):
        not_a_mapping(reading, node, "a case", givens.values())
        return Case(name, Record({}))
    entries = {key.text: (key, value) for key, value in node.entries}
    extra = (JUDGEMENTS, READINGS, TITLE, ABOUT)
    for word, (key, _) in entries.items():
        if word not in givens and word not in extra:
            unknown_key(reading, key, (*givens, *extra), givens.values(), None)
    facts: dict[str, Known] = {}
    for ident, fact in givens.items():
        if ident in entries:
            facts[ident] = _known(reading, ident, fact, *entries[ident], None)
        elif fact.default == "today":
            facts[ident] = today
            reading.defaulted.append(ident)
        else:
            facts[ident] = _absent(book, fact.type, Absent.NOT_ASKED)
    facts |= _judgements(reading, entries.get(JUDGEMENTS))
    chosen = _readings(reading, entries.get(READINGS))
    title = _words(reading, entries.get(TITLE))
    _words(reading, entries.get(ABOUT))
    return Case(
        name,
        Record(facts),
        chosen,
        reading.places,
        tuple(reading.defaulted),
        title,
        _words(reading, entries.get(ABOUT)),
    )


def _absent(book: Book, type: Type, reason: Absent) -> Known:
    """What stands for a fact that is not told: a thing has all of its facts absent, a list may hold anything."""
    match type:
        case EntityOf(entity):
            return Record({f.id: _absent(book, f.type, reason) for f in book.entities[entity].facts})
        case ListOf():
            return Listed((), open=True, told=False, reason=reason)
        case _:
            return reason


def _words(reading: Reading, entry: tuple[yamltree.Scalar, yamltree.Node] | None) -> str | None:
    if entry is None:
        return None
    key, node = entry
    if not isinstance(node, yamltree.Scalar):
        reading.report(
            "C504", f"a text is expected in `{key.text}`", first_place(node), node_words(node), "write a line of text"
        )
        return None
    return node.text or None


def _judgements(reading: Reading, entry: tuple[yamltree.Scalar, yamltree.Node] | None) -> dict[str, Known]:
    book = reading.book
    own = {fact.judgement: fact for fact in book.givens.values() if fact.judgement is not None}
    facts: dict[str, Known] = {fact.id: Absent.NOT_ASKED for fact in own.values()}
    if entry is None:
        return facts
    key, node = entry
    if not isinstance(node, yamltree.Mapping):
        not_a_mapping(reading, node, f"`{key.text}`", own.values())
        return facts
    for word, value in node.entries:
        fact = own.get(word.text)
        if fact is not None:
            facts[fact.id] = _known(reading, fact.id, fact, word, value, None)
            continue
        judgement = book.judgements.get(word.text)
        if judgement is not None and judgement.entity is not None:
            thing = book.entities[judgement.entity]
            message = f"the key `{word.text}` does not belong here"
            fix = f"move it to each {shown(thing.id)} it is about"
            reading.report("C531", message, word.place, f"decided for each {thing.label.en}", fix)
            continue
        message = f"the book has no judgement {shown(word.text)}"
        meant = nearest(word.text, [ident for ident in own if ident])
        listed = ", ".join(f"`{ident}`" for ident in own)
        notes = (
            (f"judgements on the whole case: {listed}",) if own else ("the book has no judgements on the whole case",)
        )
        fix = f"write `{meant}`" if meant else "delete the line"
        reading.report("C524", message, word.place, "unknown", fix, notes)
    return facts


def _readings(reading: Reading, entry: tuple[yamltree.Scalar, yamltree.Node] | None) -> dict[str, str]:
    chosen: dict[str, str] = {}
    if entry is None:
        return chosen
    key, node = entry
    readings = reading.book.readings
    if not isinstance(node, yamltree.Mapping):
        not_a_mapping(reading, node, f"`{key.text}`", ())
        return chosen
    for word, value in node.entries:
        known = readings.get(word.text)
        if known is None:
            meant = nearest(word.text, readings)
            notes = ("the readings are " + ", ".join(f"`{ident}`" for ident in readings),) if readings else ()
            fix = f"write `{meant}`" if meant else "delete the line"
            message = f"the book has no reading {shown(word.text)}"
            reading.report("C521", message, word.place, "unknown", fix, notes)
            continue
        if empty(value):
            no_value(reading, word, known.default)
            continue
        ids = [ident for ident, _ in known.values]
        text = value.text if isinstance(value, yamltree.Scalar) else ""
        if text not in ids:
            meant = nearest(text, ids) or known.default
            notes = (f"the values of `{known.id}` are " + ", ".join(f"`{ident}`" for ident in ids),)
            message = f"the reading `{known.id}` has no value {shown(text) if text else 'like this'}"
            reading.report("C522", message, first_place(value), "not one of its values", f"write `{meant}`", notes)
            continue
        chosen[known.id] = text
        reading.places[f"{READINGS}.{known.id}"] = value.place
    return chosen


# ---------------------------------------------------------------------------------------------------------- the facts


def _known(
    reading: Reading, address: str, fact: Fact, key: yamltree.Scalar, node: yamltree.Node, within: Entity | None
) -> Known:
    """What a file says of one fact; `NOT_ASKED` after a finding, so that reading can go on."""
    reading.places[address] = key.place if isinstance(fact.type, EntityOf | ListOf) else node.place
    if empty(node):
        no_value(reading, key, "[]` if there are none, `unknown" if isinstance(fact.type, ListOf) else "unknown")
        return _absent(reading.book, fact.type, Absent.NOT_ASKED)
    if isinstance(node, yamltree.Scalar) and node.text in ABSENT_WORDS:
        return _absent(reading.book, fact.type, ABSENT_WORDS[node.text])
    match fact.type:
        case EntityOf(entity):
            return _thing(reading, address, reading.book.entities[entity], node)
        case ListOf(entity):
            return _list(reading, address, reading.book.entities[entity], key, node)
        case _:
            pass
    plainly = fact.label.en.casefold() == fact.id.replace("_", " ")
    notes = () if plainly else (f"`{fact.id}`: {fact.label.en}",)
    if not isinstance(node, yamltree.Scalar):
        message = f"{expected_words(reading.book, fact, within)} is expected in `{key.text}`"
        reading.report("C504", message, first_place(node), node_words(node), example_fix(reading.book, fact), notes)
        return Absent.NOT_ASKED
    value = _value(reading.book, fact, node, within)
    if isinstance(value, Problem):
        reading.problem(value, node.place, notes)
        return Absent.NOT_ASKED if value.value is None else value.value
    return value


def _value(book: Book, fact: Fact, node: yamltree.Scalar, within: Entity | None) -> Value | Problem:
    if fact.judgement is not None:
        return scalars.outcome(node.text, quoted=node.quoted)
    match fact.type:
        case EnumOf(enumeration):
            return rows.member(node.text, book.enumerations[enumeration])
        case KeyOf(table):
            return rows.key(node.text, book.tables[table])
        case Scalar("truth"):
            return scalars.truth(node.text, quoted=node.quoted)
        case Scalar("whole"):
            return scalars.whole(node.text, quoted=node.quoted)
        case Scalar("money"):
            return scalars.money(node.text, quoted=node.quoted)
        case Scalar("date"):
            return dates.date(node.text, spell_end=ends_spell(within, fact))
        case Scalar("duration"):
            return scalars.duration(node.text, days=fact.days)
        case Scalar("country"):
            return scalars.country(node.text)
        case _:
            return node.text


def _thing(reading: Reading, address: str, entity: Entity, node: yamltree.Node) -> Known:
    book = reading.book
    if isinstance(node, yamltree.Scalar) and node.text in ABSENT_WORDS:
        return _absent(book, EntityOf(entity.id), ABSENT_WORDS[node.text])
    if not isinstance(node, yamltree.Mapping):
        not_a_mapping(reading, node, f"one {entity.label.en}", entity.facts)
        return _absent(book, EntityOf(entity.id), Absent.NOT_ASKED)
    entries = {key.text: (key, value) for key, value in node.entries}
    for word in entries.keys() - {f.id for f in entity.facts}:
        unknown_key(reading, entries[word][0], [f.id for f in entity.facts], entity.facts, entity)
    facts: dict[str, Known] = {}
    for fact in entity.facts:
        if fact.id in entries:
            facts[fact.id] = _known(reading, f"{address}.{fact.id}", fact, *entries[fact.id], entity)
        else:
            facts[fact.id] = _absent(book, fact.type, Absent.NOT_ASKED)
    return Record(facts)


def _list(reading: Reading, address: str, entity: Entity, key: yamltree.Scalar, node: yamltree.Node) -> Known:
    more = False
    if isinstance(node, yamltree.Mapping):
        inner = node.get(AT_LEAST)
        if inner is None and any(entity.fact(word.text) for word, _ in node.entries):
            first = node.entries[0][0]
            message = f"a list is expected in `{key.text}`"
            fix = f"write `- ` before `{first.text}` and indent the lines after it"
            reading.report("C505", message, first.place, f"one {entity.label.en} without a `-`", fix)
            return Listed((), open=True, told=False)
        others = [word for word, _ in node.entries if word.text != AT_LEAST]
        if inner is None or others:
            word = others[0] if others else None
            place = word.place if word else first_place(node)
            message = f"only `{AT_LEAST}` may stand in `{key.text}`"
            fix = f"write `{AT_LEAST}:` with a list under it, or the list alone if it is complete"
            if word and (nearest(word.text, (AT_LEAST,)) or word.text in ("open", "atleast", "some")):
                fix = f"write `{AT_LEAST}`"
            reading.report("C520", message, place, f"not `{AT_LEAST}`", fix)
            return Listed((), open=True, told=False)
        node, more = inner, True
    if not isinstance(node, yamltree.Sequence):
        message = f"a list is expected in `{key.text}`"
        fix = "write one line with `- ` for each, `[]` if there are none, or `unknown`"
        reading.report(
            "C505", message, first_place(node), node_words(node), fix, (f"`{key.text}` lists each {entity.label.en}",)
        )
        return Listed((), open=True, told=False)
    items = []
    for i, item in enumerate(node.items):
        where = f"{address}[{i}]"
        reading.places[where] = first_place(item)
        found = _thing(reading, where, entity, item)
        items.append(found if isinstance(found, Record) else Record({}))
    return Listed(tuple(items), open=more)
