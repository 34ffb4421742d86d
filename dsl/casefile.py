"""A case from its file: YAML 1.2 or JSON, checked against a book.

Everything that is wrong is reported, each finding with its place, its cause and a fix that can be typed. What a file
does not say is absent and never guessed; only the day of filing has a default, and the case says that it was used.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dsl import scalars, yamltree
from dsl.case import Absent, Case, Known, Listed, Record
from dsl.codes import CODES
from dsl.diagnostics import OPTION, Diagnostic, Label, Result, Severity
from dsl.model import (
    Book,
    Entity,
    EntityOf,
    EnumOf,
    Fact,
    KeyOf,
    ListOf,
    Place,
    Scalar,
    Type,
    Value,
)
from dsl.scalars import Problem, shown
from dsl.suggest import nearest

JUDGEMENTS, READINGS, TITLE, ABOUT = "judgements", "readings", "title", "about"
AT_LEAST = "at_least"
ABSENT_WORDS: Mapping[str, Absent] = {"unknown": Absent.UNKNOWN, "declined": Absent.DECLINED}
"""The words that stand for any fact that is not told; a fact not mentioned is `NOT_ASKED`."""

_MOST = 100
"""Findings that are told of one file."""


@dataclass(slots=True)
class _Reading:
    """What comes together while one case is read."""

    book: Book
    found: list[Diagnostic]
    places: dict[str, Place]
    defaulted: list[str]

    def report(
        self,
        code: str,
        message: str,
        place: Place,
        label: str,
        help: str | None,
        notes: tuple[str, ...] = (),
        secondary: tuple[Label, ...] = (),
    ) -> None:
        self.found.append(Diagnostic(code, message, Label(place, label), secondary, notes, help))

    def problem(self, problem: Problem, place: Place, notes: tuple[str, ...] = ()) -> None:
        self.report(problem.code, problem.message, place, problem.label, problem.help, problem.notes + notes)


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
    if len(documents) == 1 and _empty(documents[0]) and not changes:
        place = Place(file or name, offset, offset)
        fix = f"write facts, such as `{next(iter(book.givens), 'submitted_on')}: ...`, or `{{}}` for a case without any"
        message = "there is no case in the file"
        return Result(None, (Diagnostic("C515", message, Label(place, "nothing here"), help=fix),))
    cases: list[Case] = []
    found: list[Diagnostic] = []
    changing = _changes(changes, found)
    for n, document in enumerate(documents, 1):
        called = name if len(documents) == 1 else f"{name}#{n}"
        if _empty(document) and not changing:
            fix = "write `{}` for a case without any facts, or delete the `---`"
            found.append(Diagnostic("C515", "there is no case here", Label(document.place, "nothing"), help=fix))
            continue
        reading = _Reading(book, [], {}, [])
        cases.append(_case(reading, called, _with(reading, document, changing), today))
        found += reading.found
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


def _empty(node: yamltree.Node) -> bool:
    return isinstance(node, yamltree.Scalar) and not node.quoted and node.text in ("", "~", "null")


# ---------------------------------------------------------------------------------------------------------- the case


def _case(reading: _Reading, name: str, node: yamltree.Node, today: dt.date) -> Case:
    book = reading.book
    givens = {ident: fact for ident, fact in book.givens.items() if fact.judgement is None}
    if not isinstance(node, yamltree.Mapping):
        _not_a_mapping(reading, node, "a case", givens.values())
        return Case(name, Record({}))
    entries = {key.text: (key, value) for key, value in node.entries}
    extra = (JUDGEMENTS, READINGS, TITLE, ABOUT)
    for word, (key, _) in entries.items():
        if word not in givens and word not in extra:
            _unknown_key(reading, key, (*givens, *extra), givens.values(), None)
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


def _words(reading: _Reading, entry: tuple[yamltree.Scalar, yamltree.Node] | None) -> str | None:
    if entry is None:
        return None
    key, node = entry
    if not isinstance(node, yamltree.Scalar):
        reading.report("C504", f"a text is expected in `{key.text}`", _first(node), _what(node), "write a line of text")
        return None
    return node.text or None


def _judgements(reading: _Reading, entry: tuple[yamltree.Scalar, yamltree.Node] | None) -> dict[str, Known]:
    book = reading.book
    own = {fact.judgement: fact for fact in book.givens.values() if fact.judgement is not None}
    facts: dict[str, Known] = {fact.id: Absent.NOT_ASKED for fact in own.values()}
    if entry is None:
        return facts
    key, node = entry
    if not isinstance(node, yamltree.Mapping):
        _not_a_mapping(reading, node, f"`{key.text}`", own.values())
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


def _readings(reading: _Reading, entry: tuple[yamltree.Scalar, yamltree.Node] | None) -> dict[str, str]:
    chosen: dict[str, str] = {}
    if entry is None:
        return chosen
    key, node = entry
    readings = reading.book.readings
    if not isinstance(node, yamltree.Mapping):
        _not_a_mapping(reading, node, f"`{key.text}`", ())
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
        if _empty(value):
            _no_value(reading, word, known.default)
            continue
        ids = [ident for ident, _ in known.values]
        text = value.text if isinstance(value, yamltree.Scalar) else ""
        if text not in ids:
            meant = nearest(text, ids) or known.default
            notes = (f"the values of `{known.id}` are " + ", ".join(f"`{ident}`" for ident in ids),)
            message = f"the reading `{known.id}` has no value {shown(text) if text else 'like this'}"
            reading.report("C522", message, _first(value), "not one of its values", f"write `{meant}`", notes)
            continue
        chosen[known.id] = text
        reading.places[f"{READINGS}.{known.id}"] = value.place
    return chosen


# ---------------------------------------------------------------------------------------------------------- the facts


def _known(
    reading: _Reading, address: str, fact: Fact, key: yamltree.Scalar, node: yamltree.Node, within: Entity | None
) -> Known:
    """What a file says of one fact; `NOT_ASKED` after a finding, so that reading can go on."""
    reading.places[address] = key.place if isinstance(fact.type, EntityOf | ListOf) else node.place
    if _empty(node):
        _no_value(reading, key, "unknown")
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
        message = f"{_expected(reading.book, fact, within)} is expected in `{key.text}`"
        reading.report("C504", message, _first(node), _what(node), _example(reading.book, fact), notes)
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
            return scalars.member(node.text, book.enumerations[enumeration])
        case KeyOf(table):
            return scalars.key(node.text, book.tables[table])
        case Scalar("truth"):
            return scalars.truth(node.text, quoted=node.quoted)
        case Scalar("whole"):
            return scalars.whole(node.text, quoted=node.quoted)
        case Scalar("money"):
            return scalars.money(node.text, quoted=node.quoted)
        case Scalar("date"):
            return scalars.date(node.text, spell_end=ends_spell(within, fact))
        case Scalar("duration"):
            return scalars.duration(node.text)
        case Scalar("country"):
            return scalars.country(node.text)
        case _:
            return node.text


def ends_spell(entity: Entity | None, fact: Fact) -> bool:
    """Whether a fact is the last day of its thing's spell, which may be `ongoing`."""
    return entity is not None and entity.spell is not None and entity.spell[1] == fact.id


def _thing(reading: _Reading, address: str, entity: Entity, node: yamltree.Node) -> Known:
    book = reading.book
    if isinstance(node, yamltree.Scalar) and node.text in ABSENT_WORDS:
        return _absent(book, EntityOf(entity.id), ABSENT_WORDS[node.text])
    if not isinstance(node, yamltree.Mapping):
        _not_a_mapping(reading, node, f"one {entity.label.en}", entity.facts)
        return _absent(book, EntityOf(entity.id), Absent.NOT_ASKED)
    entries = {key.text: (key, value) for key, value in node.entries}
    for word, (key, _) in entries.items():
        if entity.fact(word) is None:
            _unknown_key(reading, key, [f.id for f in entity.facts], entity.facts, entity)
    facts: dict[str, Known] = {}
    for fact in entity.facts:
        if fact.id in entries:
            facts[fact.id] = _known(reading, f"{address}.{fact.id}", fact, *entries[fact.id], entity)
        else:
            facts[fact.id] = _absent(book, fact.type, Absent.NOT_ASKED)
    return Record(facts)


def _list(reading: _Reading, address: str, entity: Entity, key: yamltree.Scalar, node: yamltree.Node) -> Known:
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
            place = word.place if word else _first(node)
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
        reading.report("C505", message, _first(node), _what(node), fix, (f"`{key.text}` lists each {entity.label.en}",))
        return Listed((), open=True, told=False)
    items = []
    for i, item in enumerate(node.items):
        where = f"{address}[{i}]"
        reading.places[where] = _first(item)
        found = _thing(reading, where, entity, item)
        items.append(found if isinstance(found, Record) else Record({}))
    return Listed(tuple(items), open=more)


# ------------------------------------------------------------------------------------------------------- what to say


def _no_value(reading: _Reading, key: yamltree.Scalar, instead: str) -> None:
    fix = f"write `{instead}`, or leave the line out"
    reading.report("C533", f"the key {shown(key.text)} has no value", key.place, "nothing follows", fix)


def _first(node: yamltree.Node) -> Place:
    """A place to point at: a collection's first word rather than all of it."""
    match node:
        case yamltree.Mapping(entries, _) if entries:
            return entries[0][0].place
        case yamltree.Sequence(items, _) if items:
            return _first(items[0])
        case _:
            return node.place


def _what(node: yamltree.Node) -> str:
    match node:
        case yamltree.Mapping():
            return "a mapping"
        case yamltree.Sequence():
            return "a list"
        case yamltree.Scalar(text, _, quoted):
            return "nothing" if not text and not quoted else "a single value"


def _expected(book: Book, fact: Fact, within: Entity | None) -> str:
    if fact.judgement is not None:
        return "the outcome of a judgement"
    match fact.type:
        case EnumOf(enumeration):
            return f"one of {book.enumerations[enumeration].label.en}"
        case KeyOf(table):
            return f"one of {book.tables[table].label.en}"
        case Scalar(kind):
            return scalars.kind_words(kind) + (" or `ongoing`" if ends_spell(within, fact) else "")
        case EntityOf() | ListOf():
            return "a thing"


def _example(book: Book, fact: Fact) -> str:
    """A help that shows one value the fact could take."""
    if fact.judgement is not None:
        return "write `favourable`, `unfavourable` or `unknown`"
    match fact.type:
        case EnumOf(enumeration):
            return f"write one value, such as `{book.enumerations[enumeration].members[0][0]}`"
        case KeyOf(table) if book.tables[table].rows:
            return f"write one value, such as `{book.tables[table].rows[0].key}`"
        case Scalar(kind):
            return f"write one value, such as `{scalars.SAMPLES[kind]}`"
        case _:
            return "write one value"


def _not_a_mapping(reading: _Reading, node: yamltree.Node, what: str, facts: Iterable[Fact]) -> None:
    example = next((fact.id for fact in facts), None)
    line = f"`{example}: VALUE`" if example else "`KEY: VALUE`"
    notes: tuple[str, ...] = ()
    if isinstance(node, yamltree.Scalar) and yamltree.FULL_WIDTH_COLON in node.text:
        notes = ("a full-width colon does not end a key; write `: `",)
    elif isinstance(node, yamltree.Scalar) and not node.quoted and re.match(r"\w+:\S", node.text):
        notes = ("a colon ends a key only if a space follows it",)
    if _empty(node):
        reading.report(
            "C533", f"{what} has no value", node.place, "nothing here", "write `unknown`, or delete the line"
        )
        return
    message = f"{what} is written as keys with values"
    reading.report("C519", message, _first(node), _what(node), f"write lines such as {line}", notes)


def _unknown_key(
    reading: _Reading, key: yamltree.Scalar, known: Iterable[str], facts: Iterable[Fact], entity: Entity | None
) -> None:
    book, word = reading.book, key.text
    facts = list(facts)
    labels = {text.casefold(): fact.id for fact in facts for text in (fact.label.en, fact.label.zh)}
    message = f"the key {shown(word)} does not belong here"
    for holder, where, many in _holders(book):
        if holder is not entity and (fact := holder.fact(word)) is not None:
            what, to = ("each of ", "to an element of ") if many else ("", "under ")
            label = f"{'a judgement on' if fact.judgement else 'a fact of'} {what}`{where}`"
            reading.report("C531", message, key.place, label, f"move it {to}`{where}`")
            return
    if word in book.givens:
        if book.givens[word].judgement is not None:
            reading.report(
                "C531", message, key.place, "a judgement on the whole case", f"move it under `{JUDGEMENTS}:`"
            )
        else:
            reading.report("C531", message, key.place, "stands at the left margin", f"move `{word}` to the left margin")
        return
    if entity is not None and word in (JUDGEMENTS, READINGS, TITLE, ABOUT):
        fix = f"move `{word}` to the left margin"
        if word == JUDGEMENTS:
            fix = "write judgements on this thing among its facts; move the others to the left margin"
        reading.report("C531", message, key.place, "stands at the left margin", fix)
        return
    if word in book.readings:
        reading.report("C531", message, key.place, "a reading", f"move it under `{READINGS}:`")
        return
    meant = labels.get(scalars.plain(word).casefold()) or nearest(
        word.strip().replace("-", "_").replace(" ", "_"), known
    )
    if meant is None and scalars.plain(word).replace("-", "_").replace(" ", "_") in known:
        meant = scalars.plain(word).replace("-", "_").replace(" ", "_")
    thing = entity.label.en if entity else "a case"
    listed = ", ".join(f"`{ident}`" for ident in known)
    notes = (f"the keys of {thing} are {listed}",) if not meant else ()
    fix = f"write `{meant}`" if meant else "delete the line, or write one of the known keys"
    reading.report("C503", f"unknown key {shown(word)}", key.place, f"not a key of {thing}", fix, notes)


def _holders(book: Book) -> list[tuple[Entity, str, bool]]:
    """The things a case can speak of, each with where it stands and whether that is a list."""
    holders: list[tuple[Entity, str, bool]] = []

    def walk(facts: Iterable[Fact], prefix: str, above: tuple[str, ...]) -> None:
        for fact in facts:
            where = f"{prefix}{fact.id}"
            if isinstance(fact.type, EntityOf | ListOf) and fact.type.entity not in above:
                entity = book.entities[fact.type.entity]
                holders.append((entity, where, isinstance(fact.type, ListOf)))
                walk(entity.facts, f"{where}.", (*above, entity.id))

    walk(book.givens.values(), "", ())
    return holders


# --------------------------------------------------------------------------------------------------------- the changes

_STEP = re.compile(r"([^\W\d]\w*)(?:\[([0-9]{1,4})\])?")


@dataclass(frozen=True, slots=True)
class _Change:
    """A value to be put at a path: its steps (a key or a place in a list) each with where it was typed."""

    steps: tuple[tuple[str | int, Place], ...]
    value: yamltree.Node


def changes_text(changes: Sequence[tuple[str, str]]) -> str:
    """The changes as they are typed on the command line: the text of the file `<option>`."""
    return " ".join(f"--set {path}={value}" for path, value in changes)


def _changes(changes: Sequence[tuple[str, str]], found: list[Diagnostic]) -> tuple[_Change, ...]:
    out: list[_Change] = []
    at = 0
    for path, value in changes:
        start = at + len("--set ")
        at = start + len(path) + 1 + len(value) + 1
        tree = yamltree.read_yaml(value, OPTION, offset=start + len(path) + 1)
        found += tree.diagnostics
        steps = _steps(path, start)
        if isinstance(steps, Diagnostic):
            found.append(steps)
        elif tree.value is not None:
            end = Place(OPTION, start + len(path) + 1, start + len(path) + 1)
            out.append(_Change(steps, tree.value[0] if tree.value else yamltree.Scalar("", end)))
    return tuple(out)


def _steps(path: str, start: int) -> tuple[tuple[str | int, Place], ...] | Diagnostic:
    steps: list[tuple[str | int, Place]] = []
    at = 0
    for part in path.split("."):
        match = _STEP.fullmatch(part)
        if match is None:
            place = Place(OPTION, start + at, start + at + len(part))
            return _astray(place, "not a path")
        steps.append((match[1], Place(OPTION, start + at, start + at + match.end(1))))
        if match[2]:
            steps.append((int(match[2]), Place(OPTION, start + at + match.end(1), start + at + len(part))))
        at += len(part) + 1
    return tuple(steps)


def _with(reading: _Reading, node: yamltree.Node, changes: Iterable[_Change]) -> yamltree.Node:
    """The tree with all changes that have somewhere to go; the others are reported."""
    for change in changes:
        put = _put(node, change.steps, change.value)
        if isinstance(put, Diagnostic):
            reading.found.append(put)
        else:
            node = put
    return node


def _put(
    node: yamltree.Node | None, steps: tuple[tuple[str | int, Place], ...], value: yamltree.Node
) -> yamltree.Node | Diagnostic:
    """The tree with a value at a path; things on the way that were not told are made, lists among them left open."""
    if not steps:
        return value
    (step, place), rest = steps[0], steps[1:]
    if node is not None and (_empty(node) or (isinstance(node, yamltree.Scalar) and node.text in ABSENT_WORDS)):
        node = None
    if isinstance(node, yamltree.Mapping) and isinstance(step, int):
        inner = node.get(AT_LEAST)
        put = _put(inner, steps, value) if isinstance(inner, yamltree.Sequence) else _astray(place, "not a list")
        if isinstance(put, Diagnostic):
            return put
        return replace(node, entries=tuple((key, put if child is inner else child) for key, child in node.entries))
    if isinstance(node, yamltree.Sequence) or (node is None and isinstance(step, int)):
        items = node.items if isinstance(node, yamltree.Sequence) else ()
        if isinstance(step, str):
            return _astray(place, "a list; say which element", f"write `[0].{step}`")
        if step > len(items):
            label = f"the list has {len(items)} element{'s' if len(items) != 1 else ''}"
            return _astray(place, label, f"write `[{len(items)}]` to add one")
        put = _put(items[step] if step < len(items) else None, rest, value)
        if isinstance(put, Diagnostic):
            return put
        items = (*items[:step], put, *items[step + 1 :])
        if node is not None:
            return replace(node, items=items)
        # A list nobody told is not made complete by naming one element of it.
        return yamltree.Mapping(((yamltree.Scalar(AT_LEAST, place), yamltree.Sequence(items, place)),), place)
    if isinstance(node, yamltree.Scalar) or isinstance(step, int):
        return _astray(place, "what stands before it has no facts")
    entries = {key.text: (key, child) for key, child in node.entries} if node is not None else {}
    key, child = entries.get(step, (yamltree.Scalar(step, place), None))
    put = _put(child, rest, value)
    if isinstance(put, Diagnostic):
        return put
    entries[step] = (key if rest else yamltree.Scalar(step, place), put)
    return yamltree.Mapping(tuple(entries.values()), place if node is None else node.place)


def _astray(place: Place, label: str, fix: str = "write a path such as `applicant.degrees[0].level`") -> Diagnostic:
    return Diagnostic("C523", "the path of the change leads nowhere", Label(place, label), help=fix)
