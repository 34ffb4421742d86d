"""A person written as an example of a book, near to one that is there: few changes on top of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dsl.case import Absent, Case, Known, Listed, Record
from dsl.casewords import AT_LEAST, JUDGEMENTS, READINGS
from dsl.model import Book, Entity, EntityOf, Fact, ListOf, Verdict
from dsl.writecase import case_text, value_text
from solver.answer import Result
from whereas.examples import words_of

Way = tuple[str | int, ...]
"""The way to a value in a case: facts and places in lists; a reading stands under `readings`."""


class Near(Struct, frozen=True):
    """A person as changes on top of an example; without one, all of what is told."""

    like: str | None
    case: Case
    changes: tuple[tuple[str, str], ...] = ()


_TRIED = 12
"""Examples that are looked at: those that are nearest as told."""


def nearest(book: Book, person: Case, examples: Iterable[tuple[str, Case]], shows: Callable[[Case], bool]) -> Near:
    """The person as one of some examples with the fewest changes, such that it still shows what it is to show.

    What is told of the person is put on top of an example; then each change is taken back that is not needed.
    """
    told = dict(_told(person))
    ranked = sorted(
        ((len(_differing(told, case)), n, name, case) for n, (name, case) in enumerate(examples)), key=lambda x: x[:2]
    )
    best: tuple[int, str, Case, list[Way]] | None = None
    for _, _, name, case in ranked[:_TRIED]:
        found = _fewest(case, told, shows)
        if found is not None and (best is None or len(found[1]) < best[0]):
            best = (len(found[1]), name, *found)
            if best[0] <= 1:
                break
    if best is None:
        return Near(None, person)
    _, name, case, ways = best
    return Near(name, case, tuple((_path(book, w), _text(book, w, _at(case, w))) for w in ways))


def _fewest(
    case: Case, told: Mapping[Way, Known | str], shows: Callable[[Case], bool]
) -> tuple[Case, list[Way]] | None:
    """A case with as few of the told things put into it as show it; None if all of them do not."""
    changes = _differing(told, case)
    if not shows(_with(case, changes)):
        return None
    for way in list(changes):
        fewer = {w: v for w, v in changes.items() if w != way}
        if shows(_with(case, fewer)):
            changes = fewer
    return _with(case, changes), list(changes)


def _told(person: Case) -> Iterator[tuple[Way, Known | str]]:
    """What is told of a person, one thing at a time; lists whole."""
    for reading, value in person.readings.items():
        yield (READINGS, reading), value
    yield from _inside(person.root, ())


def _inside(record: Record, way: Way) -> Iterator[tuple[Way, Known]]:
    for name, value in record.facts.items():
        match value:
            case Record():
                yield from _inside(value, (*way, name))
            case Absent() | Listed(told=False):
                pass
            case _:
                yield (*way, name), value


def _differing(told: Mapping[Way, Any], case: Case) -> dict[Way, Any]:
    """What an example says otherwise; of a list as long as the told one, fact by fact."""
    out: dict[Way, Any] = {}
    for way, value in told.items():
        here = _at(case, way)
        if _as_long(value, here):
            for i, item in enumerate(value.items):
                inner = dict(_inside(item, (*way, i)))
                out |= {w: v for w, v in inner.items() if _at(case, w) != v}
            continue
        if here != value:
            out[way] = value
    return out


def _as_long(told: Any, here: Any) -> bool:
    """Whether both are complete lists of as many things."""
    return (
        isinstance(told, Listed)
        and isinstance(here, Listed)
        and here.told
        and not (told.open or here.open)
        and len(told.items) == len(here.items)
    )


def _at(case: Case, way: Way) -> Any:
    if way[0] == READINGS:
        return case.readings.get(str(way[1]))
    value: Any = case.root
    for step in way:
        if isinstance(value, Record):
            value = value.facts.get(str(step), Absent.NOT_ASKED)
        elif isinstance(value, Listed) and isinstance(step, int) and step < len(value.items):
            value = value.items[step]
        else:
            return Absent.NOT_ASKED
    return value


def _with(case: Case, changes: Mapping[Way, Any]) -> Case:
    """A case with other values; places in the file mean nothing any more."""
    root, readings = case.root, dict(case.readings)
    for way, value in changes.items():
        if way[0] == READINGS:
            readings[str(way[1])] = value
        else:
            root = _put(root, way, value)
    return replace(case, root=root, readings=readings)


def _put(thing: Any, way: Way, value: Any) -> Any:
    if not way:
        return value
    step, *rest = way
    if isinstance(thing, Listed):
        assert isinstance(step, int)
        items = (*thing.items[:step], _put(thing.items[step], tuple(rest), value), *thing.items[step + 1 :])
        return replace(thing, items=items)
    facts = thing.facts if isinstance(thing, Record) else {}
    return Record({**facts, str(step): _put(facts.get(str(step), Absent.NOT_ASKED), tuple(rest), value)})


# ---------------------------------------------------------------------------------------------------------- in words


def _path(book: Book, way: Way) -> str:
    """The way as `with` has it."""
    first = book.givens.get(str(way[0]))
    out = f"{JUDGEMENTS}." if first is not None and first.judgement is not None else ""
    for step in way:
        out += f"[{step}]" if isinstance(step, int) else f"{'' if not out or out.endswith('.') else '.'}{step}"
    return out


def _text(book: Book, way: Way, value: Any) -> str:
    """A value as `with` has it."""
    if way[0] == READINGS:
        return str(value)
    fact = book.givens[str(way[0])]
    for step in way[1:]:
        if isinstance(step, str):
            assert isinstance(fact.type, EntityOf | ListOf)
            inner = book.entities[fact.type.entity].fact(step)
            assert inner is not None
            fact = inner
    return _value(book, fact, value)


def _value(book: Book, fact: Fact, value: Any) -> str:
    match fact.type, value:
        case _, bool() if fact.judgement is not None:
            return "favourable" if value else "unfavourable"
        case ((EntityOf(entity) | ListOf(entity)), Record()):
            return _record(book, book.entities[entity], value)
        case ListOf(entity), Listed(told=True):
            inner = "[" + ", ".join(_record(book, book.entities[entity], r) for r in value.items) + "]"
            return f"{{{AT_LEAST}: {inner}}}" if value.open else inner
        case _:
            return value_text(value)


def _record(book: Book, entity: Entity, record: Record) -> str:
    told = ((f, record.facts.get(f.id, Absent.NOT_ASKED)) for f in entity.facts)
    inner = [
        f"{f.id}: {_value(book, f, v)}"
        for f, v in told
        if v is not Absent.NOT_ASKED and not (isinstance(v, Listed) and not v.told)
    ]
    return "{" + ", ".join(inner) + "}"


def expectation(result: Result, looks: Iterable[str] = (), because: Sequence[str] = ()) -> str:
    """The lines of an example on one category, as the rules answer now.

    looks: what else is stated: `grants`, `asks for`, `routes to`.
    """
    match result.verdict:
        case Verdict.DEPENDS:
            line = (
                f"  expect {result.category} depends on {', '.join(dict.fromkeys(_hinge(h.id) for h in result.hinges))}"
            )
        case found:
            line = f"  expect {result.category} {found.value}"
            line += f" because {', '.join(f'[{path}]' for path in because)}" if because else ""
    out = [line]
    for look in looks:
        if look == "grants":
            given: dict[str, list[str]] = {}
            for g in result.grants:
                given.setdefault(g.kind, []).extend(words_of(g.values))
            told = {kind: v for kind, v in given.items() if v}  # a kind without a value in force is not granted
            out += [f"    grants {kind} {' or '.join(dict.fromkeys(v))}" for kind, v in told.items()]
            out += ["    grants nothing"] if given and not told else []
        elif look in ("asks for", "routes to"):
            values = result.asks_for if look == "asks for" else result.routes_to
            out.append(f"    {look} {', '.join(values) or 'nothing'}")
    return "\n".join(out)


_PLAIN = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*|\[[0-9]+\])*", re.ASCII)


def _hinge(id: str) -> str:
    """A hinge as an example names it: in quotes where it is not a plain path."""
    return id if _PLAIN.fullmatch(id) else f'"{id}"'


UNCHECKED = "# Not checked: this is what the rules answer now. Work it out from the source before keeping it."


def block(book: Book, name: str, near: Near, expects: Iterable[str]) -> str:
    """A ready example."""
    lines = [UNCHECKED, f"example {name}" + (f" like {near.like}" if near.like else "")]
    if near.like is None:
        lines += ["  facts", *(f"    {line}" for line in case_text(near.case, book).rstrip().split("\n"))]
    lines += [f"  with {path} = {value}" for path, value in near.changes]
    return "\n".join([*lines, *expects])
