"""Lengths of time: days and weeks count one thing, months and years another, and these two never compare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from dsl.calendar import Duration, Unit
from dsl.kinds import DURATION, UNITS
from dsl.model import Const, Entity, EntityOf, Expr, Extreme, Fact, Param, Path, Type
from dsl.scope import Names, Scope
from dsl.syntax import Node

_FAMILY: Mapping[Unit, str] = {"days": "days", "weeks": "days", "months": "months", "years": "months"}


def units_agree(lengths: Iterable[Expr], scope: Scope, at: Node) -> bool:
    """Whether lengths that are compared count the same, as far as the text tells; what that says of facts is noted."""
    parts = [part for e in lengths for part in _opened(e)]
    told = frozenset().union(*(_units(e, scope) for e in parts))
    facts = [name for e in parts if isinstance(e, Path) and (name := _fact(e, scope))]
    if facts and len(told) < 2:
        scope.names.lengths.append((tuple(facts), told, scope.file, at))
    return len(told) < 2


def _opened(e: Expr) -> Iterator[Expr]:
    """The lengths of which one is the shortest or longest."""
    if isinstance(e, Extreme):
        for a in e.args:
            yield from _opened(a)
    else:
        yield e


def _units(e: Expr, scope: Scope) -> frozenset[str]:
    """`days` if a length is told in days or weeks, `months` if in months or years; empty if a case will tell."""
    match e:
        case Const(Duration(_, unit), _):
            return frozenset((_FAMILY[unit],))
        case Param(name):
            rows = scope.names.of("parameter")[name].line.lines
            lengths = [node for row in rows if row.head for node in row.head.nodes() if node.kind == "duration"]
            return frozenset(_FAMILY[UNITS[unit.type]] for node in lengths for unit in node.tokens(*UNITS))
        case _:
            return frozenset()


def _fact(path: Path, scope: Scope) -> str | None:
    """The fact that a path ends at, as a given or `entity.fact`."""
    kind: Type | None = EntityOf(scope.variables[path.base]) if path.base in scope.variables else None
    name = None
    if kind is None and path.base in scope.givens:
        kind, name = scope.givens[path.base].type, path.base
    for step in path.steps:
        entity = scope.entities.get(kind.entity) if isinstance(kind, EntityOf) else None
        fact = entity.fact(step) if entity else None
        if entity is None or fact is None:
            return None
        kind, name = fact.type, f"{entity.id}.{step}"
    return name


def counted(
    givens: Mapping[str, Fact], entities: Mapping[str, Entity], names: Names
) -> tuple[dict[str, Fact], dict[str, Entity]]:
    """Facts and entities, each length of time with what it is told in: months, unless rules compare it with days."""
    days = _in_days(names)

    def told(name: str, fact: Fact) -> Fact:
        return replace(fact, days=True) if fact.type == DURATION and name in days else fact

    whole = {n: replace(e, facts=tuple([told(f"{n}.{f.id}", f) for f in e.facts])) for n, e in entities.items()}
    return {n: told(n, f) for n, f in givens.items()}, whole


def _in_days(names: Names) -> frozenset[str]:
    """The facts that rules compare with days, one through another; reported where they compare one with months too."""
    units: dict[str, str] = {}
    grown = True
    while grown:
        grown = False
        for facts, told, _, _ in names.lengths:
            known = told or {units[f] for f in facts if f in units}
            for f in facts:
                if known and f not in units:
                    units[f] = min(known)
                    grown = True
    for facts, told, file, at in names.lengths:
        if other := _other(facts, told, units):
            names.report(
                "K202",
                "days and months cannot be compared",
                file,
                at,
                f"here `{other}` is compared with {'months' if units[other] == 'days' else 'days'}, elsewhere with "
                f"{units[other]}",
                help=f"compare `{other}` with months or years everywhere, or with days or weeks everywhere",
            )
    return frozenset(f for f, unit in units.items() if unit == "days")


def _other(facts: Sequence[str], told: frozenset[str], units: Mapping[str, str]) -> str | None:
    """A fact that is compared here with what counts otherwise than it does elsewhere."""
    known = next(iter(told), units.get(facts[0]))
    return next((f for f in facts if units.get(f, known) != known), None)
