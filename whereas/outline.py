"""A category's conditions as numbered lines in words, with no case in view: what pages and diagrams are drawn from.

Terms are opened up, so that the labels down to a line are those `explain` and examples name it by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from dsl.inside import children, directly, found
from dsl.model import (
    AgeOn,
    Aggregate,
    All,
    AnyOf,
    AtLeast,
    Book,
    ByReading,
    Call,
    Category,
    Citation,
    Clause,
    Compare,
    Cond,
    Const,
    Difference,
    Expr,
    Member,
    Not,
    Param,
    Parameter,
    Path,
    Points,
    Quantified,
    Scalar,
    Score,
    Term,
    Type,
    YearOf,
)
from whereas.phrases import Lang, say
from whereas.sentences import expr_of_hole
from whereas.values import date_words, fact_of, pick, type_of, value_words
from whereas.words import HOLE, Scene, cond_words, expr_words

Kind = Literal["all", "any", "at_least", "not", "some", "every", "reading", "points", "test", "same"]


class DatedView(NamedTuple):
    """What a dated value says from some day on; `begins`: that day, empty if there is one value for ever."""

    begins: str
    words: str
    since: str
    cites: tuple[Citation, ...]


class LimitView(NamedTuple):
    """A value of the law that a condition reads, by date; `chosen_by`: the date that chooses, in words."""

    id: str
    words: str
    chosen_by: str
    values: tuple[DatedView, ...]


class Line(NamedTuple):
    """A condition. `path`: its labels, empty for a line that has none of its own; `exact`: the test behind a sentence.

    plain: whether the words alone say what is asked; else only with `exact`.
    lead: what stands before the words: the term applied, or the reading that the line is for.
    lists: ids of the tables it looks at.
    """

    number: str
    path: str
    kind: Kind
    lead: str
    words: str
    exact: str
    plain: bool
    limits: tuple[LimitView, ...]
    lists: tuple[str, ...]
    cites: tuple[Citation, ...]
    lines: tuple[Line, ...]


class Outline(NamedTuple):
    """The conditions of a category: what it needs, what bars it, and its exceptions."""

    needs: tuple[Line, ...]
    bars: tuple[Line, ...]
    exceptions: tuple[Line, ...]


def outline(book: Book, category: Category, lang: Lang) -> Outline:
    """The lines of a category in one language."""
    scene, seen = Scene(book, lang), _Seen()
    needs = _parts(category.needs, All)
    bars = _parts(category.bars, AnyOf) if category.bars else ()
    return Outline(
        tuple(_line(scene, clause, (), str(n), seen) for n, clause in enumerate(needs, 1)),
        tuple(_line(scene, clause, (), f"B{n}", seen) for n, clause in enumerate(bars, 1)),
        tuple(
            _line(scene, o.when, (), f"E{n}", seen)._replace(path=o.label, lead=_effect(scene, o.target, o.effect))
            for n, o in enumerate(category.overrides, 1)
        ),
    )


def every(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines and all below them, in order."""
    for line in lines:
        yield line
        yield from every(line.lines)


def _effect(scene: Scene, target: tuple[str, ...], effect: str) -> str:
    return say("exception_met" if effect == "met" else "exception_unmet", scene.lang, path=".".join(target))


def _parts(clause: Clause, kind: type[All | AnyOf]) -> tuple[Clause, ...]:
    """The parts of what only joins; a single condition is its own part."""
    joins = isinstance(clause.cond, kind) and clause.label is None
    return children(clause.cond) if joins else (clause,)


_Seen = dict[Call | Score, str]
"""The terms and scores already opened up, and the number of the line where."""

_Trail = tuple[str, ...] | None
"""Labels down to a line; None inside a value, where `explain` has no name for a line."""


def _line(scene: Scene, clause: Clause, trail: _Trail, number: str, seen: _Seen, lead: str = "") -> Line:
    opened: list[Call] = []
    here = _below(trail, clause.label)
    cites, sentence, cond = clause.cites, clause.sentence, clause.cond
    names = [lead] if lead else []
    while True:
        match cond:
            case Call(id) if cond in seen:
                return _again(scene, clause, here, number, [*names, _called(scene, cond)], seen[cond])
            case Call(id):
                opened.append(cond)
                term = scene.book.terms[id]
                names += [] if sentence else [_called(scene, cond)]
                scene = _inside(scene, term)
                inner = term.means
            case All((inner,)) | AnyOf((inner,)) if _opened((inner,)):
                names += [_filled(scene, clause, scene.name(sentence))] if sentence else []
                sentence = None
            case _:
                break
        here = _below(here, inner.label)
        cites, sentence, cond = (*cites, *inner.cites), sentence or inner.sentence, inner.cond
    clause = Clause(clause.label, cond, cites, sentence)
    kind, words, inside = _group(scene, cond)
    lines: tuple[Line, ...]
    if kind == "test":
        words, exact, plain = _test(scene, clause)
        lines = tuple(_looked_into(scene, cond, number, seen))
    else:
        exact, plain = "", True
        names += [_filled(scene, clause, scene.name(sentence))] if sentence else []
        lines = tuple(
            _line(inner, part, here, f"{number}.{n}", seen, said) for n, (inner, part, said) in enumerate(inside, 1)
        )
    if len(tuple(every(lines))) > 1:
        seen.update(dict.fromkeys(opened, number))
    tested = kind == "test"
    return Line(
        number,
        ".".join(here or ()) if here != trail else "",
        kind,
        _lead(names, words),
        words,
        exact if exact != words else "",
        plain,
        tuple(_limits(scene, cond)) if tested else (),
        tuple(dict.fromkeys(m.table for m in _here(cond, Member) if isinstance(m, Member))) if tested else (),
        cites,
        lines,
    )


def _below(trail: _Trail, label: str | None) -> _Trail:
    return trail if trail is None or label is None else (*trail, label)


def _path(trail: _Trail, label: str | None) -> str:
    return ".".join(trail) if trail and label else ""


def _inside(scene: Scene, term: Term) -> Scene:
    for var, entity in term.params:
        scene = scene.binding(var, entity)
    return scene


def _again(scene: Scene, clause: Clause, trail: _Trail, number: str, names: Sequence[str], first: str) -> Line:
    """A term that was opened up before."""
    words = say("as_in", scene.lang, number=first)
    path = _path(trail, clause.label)
    return Line(number, path, "same", _lead(names, ""), words, "", True, (), (), clause.cites, ())


def _called(scene: Scene, call: Call) -> str:
    """What a term is called, and of whom it is asked where a case tells of several."""
    words = scene.name(scene.book.terms[call.term].label)
    whose = [scene.book.givens[a.base] for a in call.args if not a.steps and a.base in scene.book.givens]
    named = [g for g in whose if sum(other.type == g.type for other in scene.book.givens.values()) > 1]
    return say("noted", scene.lang, what=words, note=scene.name(named[0].label)) if named else words


def _lead(names: Sequence[str], words: str) -> str:
    return " · ".join(name for name in dict.fromkeys(names) if name != words)


def _group(scene: Scene, cond: Cond) -> tuple[Kind, str, list[tuple[Scene, Clause, str]]]:
    """How a group is headed and what stands in it: each part, where its words are said, and what leads it in."""
    lang = scene.lang

    def plain(items: Sequence[Clause], inner: Scene = scene) -> list[tuple[Scene, Clause, str]]:
        return [(inner, item, "") for item in items]

    match cond:
        case All(items) if _opened(items):
            return "all", say("all_of", lang), plain(items)
        case AnyOf(items) if _opened(items):
            return "any", say("any_of", lang), plain(items)
        case AtLeast(n, items):
            return "at_least", say("at_least_of", lang, n=n), plain(items)
        case Not(item) if _opened((item,)):
            return "not", say("not_of", lang), plain((item,))
        case Quantified(kind, var, _, entity, body):
            inner = scene.binding(var, entity)
            thing = scene.name(scene.book.entities[entity].label)
            parts = children(body.cond) if isinstance(body.cond, All) and _opened(children(body.cond)) else (body,)
            return kind, say("one_at_least" if kind == "some" else "each_one", lang, thing=thing), plain(parts, inner)
        case ByReading(reading, branches):
            declared = scene.book.readings[reading]
            inside = [
                (scene, branch, _read_as(scene, reading, value, default=value == declared.default))
                for value, branch in branches
            ]
            return "reading", say("readings_of", lang, value=scene.name(declared.label)), inside
        case _:
            return "test", "", []


def _opened(items: Sequence[Clause]) -> bool:
    """Whether parts are lines of their own, and not one condition written on a line."""
    return any(item.label or isinstance(item.cond, Call | Quantified) or _opened(children(item.cond)) for item in items)


def _read_as(scene: Scene, reading: str, value: str, *, default: bool) -> str:
    words = next(pick(label, scene.lang) for id, label in scene.book.readings[reading].values if id == value)
    words = say("by_default", scene.lang, what=words) if default else words
    return say("if_read", scene.lang, value=words)


def _looked_into(scene: Scene, cond: Cond, number: str, seen: _Seen) -> Iterator[Line]:
    """What a test counts, and how points are given: conditions that stand inside its values."""
    for n, thing in enumerate(_inner(cond), 1):
        at = f"{number}.{n}"
        if isinstance(thing, Score):
            yield _score(scene, thing, at, seen)
        elif isinstance(thing, Aggregate) and thing.where is not None:
            inner = scene.binding(thing.var, thing.entity)
            named = scene.name(scene.book.entities[thing.entity].label)
            yield _line(inner, Clause(None, thing.where), None, at, seen, say("counted", scene.lang, thing=named))
        elif isinstance(thing, Call):
            yield _line(scene, Clause(None, thing), None, at, seen)


def _inner(thing: object) -> Iterator[object]:
    """Scores, totals with a condition, and terms, in the order in which they are written; not those inside these."""
    if isinstance(thing, Score | Call) or (isinstance(thing, Aggregate) and thing.where is not None):
        yield thing
        return
    for part in directly(thing):
        yield from _inner(part)


def _score(scene: Scene, score: Score, number: str, seen: _Seen) -> Line:
    named = scene.name(score.words) if score.words else ""
    if score in seen:
        return Line(number, "", "same", named, say("as_in", scene.lang, number=seen[score]), "", True, (), (), (), ())
    seen[score] = number
    words = say("points_highest" if score.kind == "highest" else "points_total", scene.lang)
    words = say("points_most", scene.lang, what=words, n=score.most) if score.most is not None else words
    lines = [_scored(scene, item, f"{number}.{n}", seen) for n, item in enumerate(score.items, 1)]
    return Line(number, "", "points", _lead([named], words), words, "", True, (), (), (), tuple(lines))


def _scored(scene: Scene, item: Points | Expr, number: str, seen: _Seen) -> Line:
    match item:
        case Score():
            return _score(scene, item, number, seen)
        case Points(points, when, each, most):
            lead = say("points", scene.lang, n=points)
            if each is not None:
                scene = scene.binding(each.var, each.entity)
                thing = scene.name(scene.book.entities[each.entity].label)
                lead = say("points_each", scene.lang, n=points, thing=thing)
            lead = say("points_most", scene.lang, what=lead, n=most) if most is not None else lead
            return _line(scene, when, None, number, seen, lead)
        case _:
            words = expr_words(scene, item)
            inside = _looked_into(scene, Compare("ge", item, item), number, seen)
            return Line(number, "", "test", "", words, "", True, (), (), (), tuple(inside))


# ----------------------------------------------------------------------------------------------------------- sentences


def _test(scene: Scene, clause: Clause) -> tuple[str, str, bool]:
    """A test in the author's words, and exactly; and whether the author's words say what is asked.

    They do where they show no value, and where they show the limit beside it; `counted from {value}` does not.
    """
    exact = cond_words(scene, clause.cond)
    rows = [pair for m in _here(clause.cond, Member) if isinstance(m, Member) for pair in m.rows]
    if rows:
        exact = say("noted", scene.lang, what=exact, note=", ".join(f"{column} = {text}" for column, text in rows))
    if clause.sentence is None:
        return exact, exact, True
    sentence = scene.name(clause.sentence)
    words = _filled(scene, clause, sentence)
    holes = {hole["name"] for hole in HOLE.finditer(sentence)}
    return words, exact if holes else words, not holes or "limit" in holes


def _filled(scene: Scene, clause: Clause, sentence: str) -> str:
    """The sentence with what the law says in its holes, and the name of a fact where a case would tell it."""

    def one(hole: re.Match[str]) -> str:
        before, after = hole["before"] or "", hole["after"] or ""
        words, type = _hole(scene, clause, hole["name"])
        before = "" if type == Scalar("money") else before
        unit = type == Scalar("duration") or (type == Scalar("money") and after.strip() in ("港元", "元"))
        return before + words + ("" if unit else after)

    return HOLE.sub(one, sentence)


def _hole(scene: Scene, clause: Clause, name: str) -> tuple[str, Type | None]:
    expr = expr_of_hole(scene.book, clause, name)
    if expr is None:
        return say("told", scene.lang, what="…"), None
    type = type_of(scene.book, scene.entities, expr)
    match expr:
        case Const(value, kind):
            return value_words(scene.book, value, kind, scene.lang), kind
        case Param(id) if (only := _only_value(scene.book.parameters[id])) is not None:
            return value_words(scene.book, only, type, scene.lang), type
        case Aggregate(kind):
            return say("told", scene.lang, what=say(f"total_{kind}", scene.lang)), type
        case AgeOn() | YearOf() | Difference() if type == Scalar("whole"):
            return say("told", scene.lang, what=say("total_count", scene.lang)), type
        case Score():
            return say("told", scene.lang, what=say("total_points", scene.lang)), type
        case _:
            return say("told", scene.lang, what=_short(scene, expr)), type


def _short(scene: Scene, expr: Expr) -> str:
    fact = fact_of(scene.book, scene.entities, expr) if isinstance(expr, Path) else None
    return scene.name(fact.label) if fact else expr_words(scene, expr)


def _only_value(parameter: Parameter) -> object:
    """The value of a parameter that has never had another."""
    return parameter.values[0].value if len(parameter.values) == 1 else None


# --------------------------------------------------------------------------------------------------- values of the law


def _here(thing: object, kind: type[Member | Param]) -> Iterator[Member | Param]:
    """What a test reads itself, not what is opened up below it."""
    if isinstance(thing, kind):
        yield thing
    for part in directly(thing):
        if not isinstance(part, Call | Score) and not (isinstance(thing, Aggregate) and part is thing.where):
            yield from _here(part, kind)


def _limits(scene: Scene, cond: Cond) -> Iterator[LimitView]:
    for id in dict.fromkeys(p.id for p in _here(cond, Param) if isinstance(p, Param)):
        yield limit_view(scene.book, scene.book.parameters[id], scene.lang)


def limit_view(book: Book, parameter: Parameter, lang: Lang) -> LimitView:
    """Everything a parameter says, by date."""
    event = pick(book.givens[parameter.event].label, lang) if parameter.event else ""
    return LimitView(
        parameter.id,
        pick(parameter.label, lang),
        event,
        tuple(
            DatedView(
                date_words(row.start, lang) if parameter.event else "",
                say("law_silent", lang) if row.value is None else value_words(book, row.value, parameter.type, lang),
                date_words(row.known, lang) if parameter.event and row.known != row.start else "",
                row.cites,
            )
            for row in parameter.values
        ),
    )


def read_by(book: Book, category: Category) -> Iterator[object]:
    """Everything that stands in a category, terms opened up, each term once."""
    todo: list[object] = [category.needs, category.bars, category.overrides, category.grants, category.asks]
    todo += [category.routes, category.cites]
    seen: set[str] = set()
    while todo:
        for part in found(todo.pop(), object):
            yield part
            if isinstance(part, Call) and part.term not in seen:
                seen.add(part.term)
                todo.append(book.terms[part.term].means)
