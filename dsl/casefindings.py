"""What is found while a case is read, and how it is said to the person who wrote the file."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from dsl import scalars, yamltree
from dsl.casewords import ABOUT, JUDGEMENTS, READINGS, TITLE, empty, ends_spell
from dsl.diagnostics import OPTION, Diagnostic, Label
from dsl.model import Book, Entity, EntityOf, EnumOf, Fact, KeyOf, ListOf, Place, Scalar
from dsl.problem import Problem, plain, shown
from dsl.suggest import nearest


class Reading(Struct):
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
        """Add a finding."""
        self.found.append(Diagnostic(code, message, Label(place, label), secondary, notes, help))

    def problem(self, problem: Problem, place: Place, notes: tuple[str, ...] = ()) -> None:
        """Add what is wrong with a word."""
        self.report(problem.code, problem.message, place, problem.label, problem.help, problem.notes + notes)


def no_value(reading: Reading, key: yamltree.Scalar, instead: str) -> None:
    """Report a key that nothing follows."""
    fix = f"write `{instead}`, or leave the line out"
    reading.report("C533", f"the key {shown(key.text)} has no value", key.place, "nothing follows", fix)


def first_place(node: yamltree.Node) -> Place:
    """A place to point at: a collection's first word rather than all of it."""
    match node:
        case yamltree.Mapping(entries, _) if entries:
            return entries[0][0].place
        case yamltree.Sequence(items, _) if items:
            return first_place(items[0])
        case _:
            return node.place


def node_words(node: yamltree.Node) -> str:
    """What was written, by its shape."""
    match node:
        case yamltree.Mapping():
            return "a mapping"
        case yamltree.Sequence():
            return "a list"
        case yamltree.Scalar(text, _, quoted):
            return "nothing" if not text and not quoted else "a single value"


def expected_words(book: Book, fact: Fact, within: Entity | None) -> str:
    """What a fact takes."""
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


def example_fix(book: Book, fact: Fact) -> str:
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


def not_a_mapping(reading: Reading, node: yamltree.Node, what: str, facts: Iterable[Fact]) -> None:
    """Report a thing that is not written as keys with values."""
    example = next((fact.id for fact in facts), None)
    line = f"`{example}: VALUE`" if example else "`KEY: VALUE`"
    notes: tuple[str, ...] = ()
    if isinstance(node, yamltree.Scalar) and yamltree.FULL_WIDTH_COLON in node.text:
        notes = ("a full-width colon does not end a key; write `: `",)
    elif isinstance(node, yamltree.Scalar) and not node.quoted and re.match(r"\w+:\S", node.text):
        notes = ("a colon ends a key only if a space follows it",)
    if empty(node):
        reading.report(
            "C533", f"{what} has no value", node.place, "nothing here", "write `unknown`, or delete the line"
        )
        return
    message = f"{what} is written as keys with values"
    reading.report("C519", message, first_place(node), node_words(node), f"write lines such as {line}", notes)


def unknown_key(
    reading: Reading, key: yamltree.Scalar, known: Iterable[str], facts: Iterable[Fact], entity: Entity | None
) -> None:
    """Report a key that nothing takes, or that another thing takes."""
    book, word = reading.book, key.text
    facts = list(facts)
    labels = {text.casefold(): fact.id for fact in facts for text in (fact.label.en, fact.label.zh)}
    message = f"the key {shown(word)} does not belong here"
    for holder, where, many in _holders(book):
        if holder is not entity and (fact := holder.fact(word)) is not None:
            what, to = ("each of ", "to an element of ") if many else ("", "under ")
            label = f"{'a judgement on' if fact.judgement else 'a fact of'} {what}`{where}`"
            path = f"{where}[0].{word}" if many else f"{where}.{word}"
            fix = f"write `{path}`" if key.place.file == OPTION else f"move it {to}`{where}`"
            reading.report("C531", message, key.place, label, fix)
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
    if len(word) == 3 and word.isascii() and word.isdigit():
        label = "inside `{ }` a comma ends a value"
        reading.report("C503", f"unknown key {shown(word)}", key.place, label, "write the number without commas")
        return
    meant = labels.get(plain(word).casefold()) or nearest(word.strip().replace("-", "_").replace(" ", "_"), known)
    if meant is None and plain(word).replace("-", "_").replace(" ", "_") in known:
        meant = plain(word).replace("-", "_").replace(" ", "_")
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
