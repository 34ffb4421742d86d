"""Small edits of a checked book, each the kind of slip that an author, or a law that changes, could make.

`edits(book)` gives them all, in the order of the book. Every one leaves a book that `check` would take: types, units,
counts, the order of dated rows, the names that exceptions use. What no edit touches: what words mean (entities,
invariants, enumerations), sources, and the expectations of examples.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from dsl.alike import Alike
from dsl.declared import Declarations
from dsl.inside import found
from dsl.model import Book, Category, Clause, Member, Override, Place, Points, Score
from dsl.nearby import Kind, Slip
from dsl.overriding import in_order
from dsl.rowslips import parameter_slips, table_slips
from dsl.slips import slips

Part = Literal["verdict", "grants", "asks for", "routes to"]


Step: TypeAlias = str | int
"""The way from a thing to one of its parts: a field's name, a key of a mapping, a place in a tuple."""


class Edit(Alike, frozen=True):
    """One edit.

    id: the same in every run for as long as neither the edited line nor its owner changes.
    where: the declaration and the labels down to the clause, `ttps.b graduate.degree`, `parameter income_floor`.
    place: the line that an author would change; None if no text of it is kept.
    before, after: what stands there and what comes instead, in the notation of the language; `after` is empty for what
        is left out.
    part: what of an answer the line speaks of.
    """

    aside: ClassVar[tuple[str, ...]] = ("_original", "_changes")

    id: str
    kind: Kind
    where: str
    place: Place | None
    before: str
    after: str
    part: Part
    _original: Book
    _changes: tuple[tuple[tuple[Step, ...], Any], ...]

    @property
    def book(self) -> Book:
        """The edited book, made anew; it shares with the original what is not edited."""
        edited = self._original
        for way, new in self._changes:
            edited = _put(edited, way, new)
        return edited

    @property
    def touched(self) -> frozenset[tuple[str, str]]:
        """The declarations it changes, each by its field in the book and its id."""
        return frozenset((str(way[0]), str(way[1])) for way, _ in self._changes)

    @property
    def words(self) -> str:
        """The edit on one line."""
        return f"{self.before} → {self.after or _NOTHING}"


class _Spot(Struct, frozen=True):
    """A slip, with the ways from the book to where it is made; several where a named value is put in twice.

    tail: the way from the line it stands on, if that line is known.
    """

    where: str
    place: Place | None
    part: Part
    slip: Slip
    way: tuple[Step, ...]
    tail: tuple[Step, ...] | None = None
    also: tuple[tuple[tuple[Step, ...], Slip], ...] = ()

    @property
    def key(self) -> Hashable:
        """The same for what one change of the text would do in several places of the tree."""
        at: Hashable = self.way if self.tail is None or self.place is None else (self.place, self.tail)
        return at, self.slip.kind, self.slip.before, self.slip.after, self.slip.which


def edits(
    book: Book, *, kinds: Collection[Kind] | None = None, parts: Collection[Part] | None = None
) -> Iterator[Edit]:
    """Every edit of these kinds that touches these parts of an answer (None: of all)."""
    taken: dict[str, int] = {}
    excepting = [c for c in book.categories.values() if c.overrides]
    for spot in _gathered(book):
        slip = spot.slip
        name = f"{spot.where}: {slip.before} → {slip.after or _NOTHING}"
        taken[name] = n = taken.get(name, 0) + 1
        if (kinds is not None and slip.kind not in kinds) or (parts is not None and spot.part not in parts):
            continue
        changes = tuple((way, made.after_node) for way, made in ((spot.way, slip), *spot.also))
        id = name if n == 1 else f"{name} #{n}"
        edit = Edit(id, slip.kind, spot.where, spot.place, slip.before, slip.after, spot.part, book, changes)
        if not excepting or slip.kind not in ("clause", "exception") or _in_order(edit.book, excepting):
            yield edit


_NOTHING = "∅"


def _in_order(edited: Book, excepting: Iterable[Category]) -> bool:
    """Whether what exceptions name is still there."""
    return all(in_order(edited, edited.categories[c.id]) for c in excepting)


def _put(thing: Any, way: tuple[Step, ...], new: Any) -> Any:
    """A thing with something else at the end of a way."""
    if not way:
        return new
    step, *rest = way
    if isinstance(thing, dict):
        return {**thing, step: _put(thing[step], tuple(rest), new)}
    if isinstance(thing, tuple):
        assert isinstance(step, int)
        return (*thing[:step], _put(thing[step], tuple(rest), new), *thing[step + 1 :])
    assert isinstance(step, str)
    return replace(thing, **{step: _put(getattr(thing, step), tuple(rest), new)})


def _gathered(book: Book) -> Iterable[_Spot]:
    """The spots of a book; those at one place of the text, reached by several ways, as one."""
    out: dict[Hashable, _Spot] = {}
    for spot in _spots(book):
        first = out.get(spot.key)
        out[spot.key] = replace(first, also=(*first.also, (spot.way, spot.slip))) if first else spot
    return out.values()


def _spots(book: Book) -> Iterator[_Spot]:
    """Every slip of a book."""
    at = Declarations(book.texts)
    for name, parameter in book.parameters.items():
        for way, slip in parameter_slips(parameter, book):
            where = f"parameter {name}" + (f" from {slip.which}" if parameter.event else "")
            place = at.row("PARAMETER", name, slip.which)
            yield _Spot(where, place, "verdict", slip, ("parameters", name, *way))
    columns = _columns(book)
    for name, table in book.tables.items():
        place = at.declaration("TABLE", name)
        for way, slip in table_slips(table, columns.get(name, frozenset())):
            yield _Spot(f"table {name}", place, "verdict", slip, ("tables", name, *way))
    for name, reading in book.readings.items():
        place = at.declaration("READING", name)
        for value, _ in reading.values:
            if value != reading.default:
                slip = Slip("reading", f"{reading.default} default", f"{value} default", value)
                yield _Spot(f"reading {name}", place, "verdict", slip, ("readings", name, "default"))
    for name, judgement in book.judgements.items():
        other = "open" if judgement.mode == "presumed" else "presumed"
        slip = Slip("judgement", judgement.mode, other, other)
        place = at.declaration("JUDGEMENT", name)
        yield _Spot(f"judgement {name}", place, "verdict", slip, ("judgements", name, "mode"))
        if judgement.unless:
            ends = " or ".join(map(str, judgement.unless))
            slip = Slip("judgement", f"presumed unless {ends}", "presumed", ())
            yield _Spot(f"judgement {name}", place, "verdict", slip, ("judgements", name, "unless"))
    for name, term in book.terms.items():
        yield from _of_clause(book, term.means, f"term {name}", ("terms", name, "means"), dict(term.params))
    for category in book.categories.values():
        yield from _of_category(book, category)


def _columns(book: Book) -> Mapping[str, frozenset[str]]:
    """By table, the columns that some rule looks at."""
    out: dict[str, frozenset[str]] = {}
    for member in found((tuple(book.terms.values()), tuple(book.categories.values())), Member):
        out[member.table] = out.get(member.table, frozenset()) | {column for column, _ in member.rows}
    return out


def _of_category(book: Book, category: Category) -> Iterator[_Spot]:
    id, root = category.id, ("categories", category.id)
    yield from _of_clause(book, category.needs, id, (*root, "needs"))
    if category.bars:
        yield from _of_clause(book, category.bars, id, (*root, "bars"))
        yield _Spot(id, category.bars.place, "verdict", Slip("clause", "barred by", "", None), (*root, "bars"))
    for i, o in enumerate(category.overrides):
        yield from _of_clause(book, o.when, id, (*root, "overrides", i, "when"))
        for way, slip in _of_override(category, i, o):
            yield _Spot(f"{id} {o.label}", o.when.place, "verdict", slip, (*root, *way))
    for i, grant in enumerate(category.grants):
        for way, slip in slips(grant.value, book, {}):
            yield _Spot(
                f"{id} grants {grant.kind}", category.place, "grants", slip, (*root, "grants", i, "value", *way)
            )
    for i, asks in enumerate(category.asks):
        if asks.when is not None:
            yield from _of_clause(book, asks.when, f"{id} asks for", (*root, "asks", i, "when"), part="asks for")
    for i, route in enumerate(category.routes):
        yield from _of_clause(book, route.when, f"{id} routes to", (*root, "routes", i, "when"), part="routes to")


def _of_override(category: Category, i: int, o: Override) -> Iterator[tuple[tuple[Step, ...], Slip]]:
    """An exception left out, turned round, or behind the one it prevails over."""
    others = category.overrides[:i] + category.overrides[i + 1 :]
    kept = tuple(replace(x, over=tuple(n for n in x.over if n != o.label)) for x in others)
    yield ("overrides",), Slip("exception", f"except [{o.label}]", "", kept, i)
    flipped: Literal["met", "unmet"] = "unmet" if o.effect == "met" else "met"
    words = {"met": "as met", "unmet": "as not met"}
    before, after = (f"overrides [{'.'.join(o.target)}] {words[e]}" for e in (o.effect, flipped))
    yield ("overrides", i, "effect"), Slip("exception", before, after, flipped)
    for name in o.over:
        behind = {o.label: tuple(n for n in o.over if n != name)}
        behind |= {x.label: (*x.over, o.label) for x in others if x.label == name}
        turned = tuple(replace(x, over=behind.get(x.label, x.over)) for x in category.overrides)
        yield ("overrides",), Slip("exception", f"[{o.label}] over [{name}]", f"[{name}] over [{o.label}]", turned, i)


def _of_clause(
    book: Book,
    clause: Clause,
    owner: str,
    root: tuple[Step, ...],
    scope: Mapping[str, str] = MappingProxyType({}),
    part: Part = "verdict",
) -> Iterator[_Spot]:
    """The slips in a clause, each at the innermost line that has a place."""
    for way, slip in slips(clause, book, scope):
        place, tail = clause.place, way
        trail = [clause.label] if clause.label else []
        node: Any = clause
        for k, step in enumerate(way, 1):
            node = node[int(step)] if isinstance(node, tuple) else getattr(node, str(step))
            line = node.when if isinstance(node, Points) else node
            if isinstance(line, Clause | Score) and line.place is not None:
                place, tail = line.place, way[k:]
            if isinstance(node, Clause) and node.label:
                trail.append(node.label)
        yield _Spot(f"{owner} {'.'.join(trail)}".strip(), place, part, slip, (*root, *way), tail)
