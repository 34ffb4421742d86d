"""Defects planted in a copy of a book, as an author might slip; what is to be said of each follows from how it is made.

A defect is drawn from a kind and a seed. It never depends on what an audit says of the book.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import pairwise
from random import Random
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dsl import model as m
from dsl.calendar import Duration

DAY = dt.timedelta(days=1)
HERE = m.Place("common.rules", 0, 1)
"""Where planted clauses are said to stand, and nothing else does."""


class Planted(Struct, frozen=True):
    """A book with one defect.

    categories: those it touches, one of them at least. codes: any of these names it. subject: how the subject of the
    finding ends; empty where the place is enough. place: what must be underlined.
    words: what the words of the finding or of an underlined place must name.
    """

    book: m.Book
    categories: tuple[str, ...]
    codes: tuple[str, ...]
    subject: str = ""
    place: m.Place | None = HERE
    words: str = ""


Planter = Callable[[m.Book, Random], Planted]

# ------------------------------------------------------------------------------------------------------ where to plant


def swapped(thing: Any, old: Any, new: Any) -> Any:
    """A value with one object in it, that very one, replaced."""
    if thing is old:
        return new
    if isinstance(thing, tuple):
        out = tuple(swapped(x, old, new) for x in thing)
        return out if any(a is not b for a, b in zip(out, thing, strict=True)) else thing
    if isinstance(thing, Struct):
        changed = {
            name: after
            for name in thing.__struct_fields__
            if (after := swapped(getattr(thing, name), old, new)) is not getattr(thing, name)
        }
        return replace(thing, **changed) if changed else thing
    return thing


def with_clause(book: m.Book, old: m.Clause, new: m.Clause) -> m.Book:
    """The book with one clause of a category or a term replaced."""
    return replace(
        book,
        categories={n: swapped(c, old, new) for n, c in book.categories.items()},
        terms={n: swapped(t, old, new) for n, t in book.terms.items()},
    )


def with_category(book: m.Book, category: m.Category) -> m.Book:
    """The book with one category replaced or added."""
    return replace(book, categories={**book.categories, category.id: category})


def within(book: m.Book, clause: m.Clause) -> Iterator[m.Clause]:
    """A clause and those inside it that only help when they hold: through `all`, `any`, `some` and terms."""
    yield clause
    match clause.cond:
        case m.All(items) | m.AnyOf(items):
            for item in items:
                yield from within(book, item)
        case m.Quantified("some", body=body):
            yield from within(book, body)
        case m.Call(term):
            yield from within(book, book.terms[term].means)
        case _:
            pass


def needing(book: m.Book) -> list[m.Category]:
    """The categories whose needs are a list of conditions."""
    return [c for c in book.categories.values() if isinstance(c.needs.cond, m.All)]


def items(clause: m.Clause) -> tuple[m.Clause, ...]:
    """What stands in `all of` or `any of`."""
    assert isinstance(clause.cond, (m.All, m.AnyOf))
    return clause.cond.items


def extended(clause: m.Clause, more: m.Clause) -> m.Clause:
    """`all of` or `any of` with one more."""
    assert isinstance(clause.cond, (m.All, m.AnyOf))
    return replace(clause, cond=replace(clause.cond, items=(*clause.cond.items, more)))


def planted(cond: m.Cond) -> m.Clause:
    """A clause nobody wrote."""
    return m.Clause("planted", cond, place=HERE)


def bare(clause: m.Clause) -> m.Clause:
    """A clause without a label of its own."""
    return replace(clause, label=None)


def contrary(clause: m.Clause) -> m.Cond:
    """What holds just when a clause does not."""
    return m.Not(bare(clause))


def both_ways(clause: m.Clause) -> tuple[m.Clause, m.Clause]:
    """A clause and its contrary."""
    return replace(clause, label="yes"), m.Clause("no", contrary(clause), place=HERE)


# ----------------------------------------------------------------------------------------------------- limits that move

DAYS = {True: -100 * DAY, False: 100 * DAY}


def weaker(cond: m.Cond, *, days: bool) -> m.Cond | None:
    """A condition that holds whenever this one does, and in more cases; of days, or of numbers and lengths."""
    match cond:
        case m.Compare("ge" | "gt" | "lt" | "le" as op, _, m.Const(value) as limit):
            low = op in ("ge", "gt")
            match value:
                case dt.date() if days:
                    return replace(cond, right=replace(limit, value=value + DAYS[low]))
                case bool():
                    return None
                case int() if not days and value > 1:
                    return replace(cond, right=replace(limit, value=value + (-1 if low else 1)))
                case Duration(count, unit) if not days and count > 1:
                    return replace(cond, right=replace(limit, value=Duration(count + (-1 if low else 1), unit)))
                case _:
                    return None
        case m.Window(duration=Duration(count, unit)) if days:
            return replace(cond, duration=Duration(count + 1, unit))
        case _:
            return None


def limits(book: m.Book, group: type[m.All | m.AnyOf], *, days: bool) -> list[tuple[str, m.Clause, m.Clause]]:
    """Conditions with a limit that can be weakened: the category, the list they stand in and the condition."""
    return [
        (c.id, owner, item)
        for c in needing(book)
        for owner in within(book, c.needs)
        if isinstance(owner.cond, group)
        for item in items(owner)
        if item.label and weaker(item.cond, days=days) is not None
    ]


def groups(book: m.Book, group: type[m.All | m.AnyOf]) -> list[tuple[str, m.Clause]]:
    """The lists of conditions of one kind: the category and the list."""
    return [(c.id, owner) for c in needing(book) for owner in within(book, c.needs) if isinstance(owner.cond, group)]


# ------------------------------------------------------------------------------------------------------------ the kinds


def contradictory(book: m.Book, draw: Random) -> Planted:
    """A need that cannot be met together with another one."""
    c = draw.choice(needing(book))
    item = draw.choice(items(c.needs))
    new = replace(c, needs=extended(c.needs, planted(contrary(item))))
    return Planted(with_category(book, new), (c.id,), ("B901",), c.id)


def swallowing(book: m.Book, draw: Random) -> Planted:
    """A bar that keeps out everybody whom the needs let in."""
    c = draw.choice([c for c in needing(book) if c.bars is not None and isinstance(c.bars.cond, m.AnyOf)])
    assert c.bars is not None
    item = draw.choice(items(c.needs))
    new = replace(c, bars=extended(c.bars, planted(bare(item).cond)))
    return Planted(with_category(book, new), (c.id,), ("B901",), c.id)


def dead_alternative(book: m.Book, draw: Random) -> Planted:
    """An alternative that asks for a thing and its contrary."""
    name, owner = draw.choice(groups(book, m.AnyOf))
    dead = planted(m.All(both_ways(draw.choice(items(owner)))))
    return Planted(with_clause(book, owner, extended(owner, dead)), (name,), ("B904", "B902"), "planted")


def sure_alternative(book: m.Book, draw: Random) -> Planted:
    """An alternative that everybody meets."""
    name, owner = draw.choice(groups(book, m.AnyOf))
    sure = planted(m.AnyOf(both_ways(draw.choice(items(owner)))))
    return Planted(with_clause(book, owner, extended(owner, sure)), (name,), ("B903", "B902"))


def implied(book: m.Book, draw: Random, *, days: bool = False) -> Planted:
    """A need that another one beside it says already, with a stricter limit."""
    name, owner, item = draw.choice(limits(book, m.All, days=days))
    cond = weaker(item.cond, days=days)
    assert cond is not None
    return Planted(with_clause(book, owner, extended(owner, planted(cond))), (name,), ("B903",), "planted")


def implied_day(book: m.Book, draw: Random) -> Planted:
    """The same of days and of windows of time."""
    return implied(book, draw, days=True)


def idle_bar(book: m.Book, draw: Random) -> Planted:
    """A bar against those who do not meet a need."""
    c = draw.choice([c for c in needing(book) if c.bars is not None and isinstance(c.bars.cond, m.AnyOf)])
    assert c.bars is not None
    new = replace(c, bars=extended(c.bars, planted(contrary(draw.choice(items(c.needs))))))
    return Planted(with_category(book, new), (c.id,), ("B904",), "planted")


APART = (
    ("one_fee_on_issue", "fees.up_to_180_days", "short"),
    ("one_fee_on_issue", "fees.over_180_days", "long"),
    ("former_or_new", "fees.up_to_180_days", "tariff"),
    ("one_tariff_at_a_time", "fees.over_180_days", "tariff"),
)
"""Promises of the book, and the condition that keeps the one category apart from the other: a fee is of one tariff, and
within it for a stay of up to 180 days or for a longer one. Without it the other condition is free to hold in both."""


def never_broken(book: m.Book, draw: Random) -> Planted:
    """A category that loses the condition that keeps it apart from another."""
    promise, name, label = draw.choice(APART)
    c = book.categories[name]
    kept = tuple(i for i in items(c.needs) if i.label != label)
    new = replace(c, needs=replace(c.needs, cond=m.All(kept)))
    return Planted(with_category(book, new), (name,), ("B905",), promise, c.place)


def always_broken(book: m.Book, draw: Random) -> Planted:
    """A wider category, promised to everybody in a narrower one, that gets the contrary of one of its conditions."""
    c = draw.choice([c for c in needing(book) if len(items(c.needs)) > 2])
    gone = draw.choice(items(c.needs))
    kept = tuple(i for i in items(c.needs) if i is not gone)
    turned = planted(contrary(gone))
    wider = replace(c, id="planted.wider", needs=replace(c.needs, cond=m.All((*kept, turned))), place=HERE)
    promise = m.Property("planted", "always", c.id, wider.id)
    new = replace(with_category(book, wider), properties={**book.properties, "planted": promise})
    return Planted(new, (c.id, wider.id), ("B905",), "planted")


def _excepted(book: m.Book, draw: Random, when: Callable[[m.Clause], m.Cond]) -> Planted:
    c = draw.choice([c for c in needing(book) if not c.overrides])
    target = draw.choice([i for i in items(c.needs) if i.label])
    assert target.label is not None
    rule = m.Override("planted", (target.label,), "met", planted(when(target)))
    return Planted(with_category(book, replace(c, overrides=(rule,))), (c.id,), ("B904", "B902"), "planted")


def dead_exception(book: m.Book, draw: Random) -> Planted:
    """An exception whose condition nobody meets."""
    return _excepted(book, draw, lambda c: m.All(both_ways(c)))


def idle_exception(book: m.Book, draw: Random) -> Planted:
    """An exception that takes a condition to be met where it is met."""
    return _excepted(book, draw, lambda c: bare(c).cond)


def two_grants(book: m.Book, draw: Random) -> Planted:
    """A second grant of one kind with another value."""
    stays = [
        (c, g)
        for c in book.categories.values()
        for g in c.grants
        if g.kind == "stay" and isinstance(g.value, m.Const) and isinstance(g.value.value, Duration)
    ]
    c, grant = draw.choice(stays)
    assert isinstance(grant.value, m.Const)
    assert isinstance(grant.value.value, Duration)
    longer = replace(grant, value=replace(grant.value, value=Duration(grant.value.value.count + 1, "months")))
    new = replace(c, grants=(*c.grants, longer))
    return Planted(with_category(book, new), (c.id,), ("B912",), f"{c.id} stay", c.place)


def idle_reading(book: m.Book, draw: Random) -> Planted:
    """A further value of a reading that says what the default says."""
    asked = [
        (c.id, clause)
        for c in needing(book)
        for clause in within(book, c.needs)
        if isinstance(clause.cond, m.ByReading)
    ]
    name, clause = draw.choice(asked)
    assert isinstance(clause.cond, m.ByReading)
    reading = book.readings[clause.cond.reading]

    def more(thing: Any) -> Any:
        if isinstance(thing, m.ByReading) and thing.reading == reading.id:
            same = next(c for value, c in thing.branches if value == reading.default)
            thing = replace(thing, branches=(*thing.branches, ("planted", replace(same, label="planted"))))
        if isinstance(thing, tuple):
            return tuple(more(x) for x in thing)
        if isinstance(thing, Struct):
            return replace(thing, **{name: more(getattr(thing, name)) for name in thing.__struct_fields__})
        return thing

    values = (*reading.values, ("planted", m.Label("planted", "植入")))
    new = replace(
        book,
        readings={**book.readings, reading.id: replace(reading, values=values)},
        terms={n: more(t) for n, t in book.terms.items()},
        categories={n: more(c) for n, c in book.categories.items()},
    )
    return Planted(new, (name,), ("B906",), f"{reading.id}=planted", None)


def idle_judgement(book: m.Book, draw: Random) -> Planted:
    """A judgement asked for beside its own contrary."""
    asked = [
        (c.id, clause)
        for c in needing(book)
        for clause in within(book, c.needs)
        if isinstance(clause.cond, m.Truth) and _judged(clause) in book.judgements
    ]
    names = [_judged(clause) for _, clause in asked]
    once = {n for n in names if sum(_judged(c) == n for c in _all_judged(book)) == 1}
    name, clause = draw.choice([a for a in asked if _judged(a[1]) in once])
    idle = m.Clause(clause.label, m.AnyOf(both_ways(clause)), place=HERE)
    return Planted(with_clause(book, clause, idle), (name,), ("B907",), _judged(clause), None)


def _judged(clause: m.Clause) -> str:
    assert isinstance(clause.cond, m.Truth)
    return (clause.cond.fact.steps or (clause.cond.fact.base,))[-1]


def _all_judged(book: m.Book) -> Iterator[m.Clause]:
    """Every clause of the book that asks for a judgement, wherever it stands."""

    def visit(thing: Any) -> Iterator[m.Clause]:
        if isinstance(thing, m.Clause) and isinstance(thing.cond, m.Truth) and _judged(thing) in book.judgements:
            yield thing
        if isinstance(thing, tuple):
            for x in thing:
                yield from visit(x)
        elif isinstance(thing, Struct):
            for name in thing.__struct_fields__:
                yield from visit(getattr(thing, name))

    yield from visit((tuple(book.categories.values()), tuple(book.terms.values())))


def table_gap(book: m.Book, draw: Random) -> Planted:
    """A table that says nothing for ten days in the middle."""
    table = draw.choice([t for t in book.tables.values() if t.coverage])
    c = draw.choice(table.coverage)
    after = draw.randint(30, 90) * DAY
    at = c.start + after if c.start else (c.end or dt.date(2024, 6, 1)) - after
    parts = (replace(c, end=at - DAY), replace(c, start=at + 10 * DAY))
    others = tuple(x for x in table.coverage if x is not c)
    new = replace(table, coverage=(*others, *parts))
    tables = {**book.tables, table.id: new}
    return Planted(replace(book, tables=tables), _one(book), ("B908",), f"{table.id} {at}", None)


def overlap(book: m.Book, draw: Random) -> Planted:
    """A row that begins again while it is still in force."""
    table = draw.choice([t for t in book.tables.values() if t.rows])
    row = draw.choice([r for r in table.rows if r.end is None])
    again = replace(row, start=(row.start or dt.date(2020, 1, 1)) + draw.randint(1, 300) * DAY)
    new = replace(table, rows=(*table.rows, again))
    subject = f"{table.id} {row.key} {again.start}"
    return Planted(replace(book, tables={**book.tables, table.id: new}), _one(book), ("B909",), subject, None)


def _one(book: m.Book) -> tuple[str, ...]:
    """One category, where the defect is in none."""
    return (next(iter(book.categories)),)


def shut_days(book: m.Book, draw: Random) -> Planted:
    """A rule that is out of force for two months and in force again, so that nobody qualifies in between."""
    read = [
        (c.id, cond.left, cond.right.value)
        for c in needing(book)
        for clause in must(book, c.needs)
        if isinstance(cond := clause.cond, m.Compare) and cond.op == "is"
        if isinstance(cond.left, m.Param) and isinstance(cond.right, m.Const)
    ]
    name, param, wanted = draw.choice(read)
    parameter = book.parameters[param.id]
    ends = [*(b.start for _, b in pairwise(parameter.values)), dt.date(2028, 1, 1)]
    row, end = draw.choice([(r, e) for r, e in zip(parameter.values, ends, strict=True) if r.value == wanted])
    at = row.start + draw.randint(1, (end - row.start).days - 100) * DAY
    off = replace(row, start=at, value="not_in_force", known=min(row.known, at))
    back = replace(row, start=at + 60 * DAY, known=min(row.known, at))
    rows = tuple(sorted((*parameter.values, off, back), key=lambda r: r.start))
    new = replace(book, parameters={**book.parameters, param.id: replace(parameter, values=rows)})
    return Planted(new, (name,), ("B911",), f"{name} {at}", None, param.id)


def must(book: m.Book, clause: m.Clause) -> Iterator[m.Clause]:
    """The conditions without which a clause cannot hold."""
    yield clause
    match clause.cond:
        case m.All(some):
            for item in some:
                yield from must(book, item)
        case m.Quantified("some", body=body):
            yield from must(book, body)
        case m.Call(term):
            yield from must(book, book.terms[term].means)
        case _:
            pass


def two_exceptions(book: m.Book, draw: Random) -> tuple[str, str]:
    """The file of a category, and its text with two exceptions to one condition that disagree."""
    c = draw.choice([c for c in needing(book) if not c.overrides and c.place and c.grants and c.cites])
    assert c.place is not None
    target = draw.choice([i.label for i in items(c.needs) if i.label])
    text = book.texts[c.place.file]
    at = text.index("\n  grants ", c.place.start)
    cite = next(x for x in c.cites if x.source in book.sources)
    cited = f'cites {cite.source} "{cite.pinpoint}"'
    lines = "".join(
        f"\n  except [{label}] submitted_on after 2024-01-01  {cited}\n    overrides [{target}] as {effect}"
        for label, effect in (("planted_met", "met"), ("planted_unmet", "not met"))
    )
    return c.place.file, text[:at] + lines + text[at:]


KINDS: dict[str, Planter] = {
    "contradictory needs": contradictory,
    "bar swallows category": swallowing,
    "dead alternative": dead_alternative,
    "sure alternative": sure_alternative,
    "implied by threshold": implied,
    "implied by day": implied_day,
    "idle bar": idle_bar,
    "never broken": never_broken,
    "always broken": always_broken,
    "dead exception": dead_exception,
    "idle exception": idle_exception,
    "two grants": two_grants,
    "idle reading": idle_reading,
    "idle judgement": idle_judgement,
    "table gap": table_gap,
    "overlapping rows": overlap,
    "shut days": shut_days,
}
"""Kinds of defects that an audit is to find. Two exceptions that differ are refused before that, by `check`."""


def drawn(count: int) -> list[tuple[str, int]]:
    """So many defects, each kind in turn, with a seed."""
    names = list(KINDS)
    return [(names[n % len(names)], n) for n in range(count)]


def plant(book: m.Book, kind: str, seed: int) -> Planted:
    """The defect of a kind and a seed."""
    return KINDS[kind](book, Random(f"{kind} {seed}"))
