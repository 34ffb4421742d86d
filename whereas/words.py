"""Conditions and expressions in words, as the rule says them, or denied."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field

from dsl.calendar import Edge
from dsl.model import (
    AgeOn,
    Aggregate,
    All,
    Always,
    AnyOf,
    AtLeast,
    Book,
    ByReading,
    Call,
    Clause,
    Compare,
    Cond,
    Const,
    Difference,
    EdgeOf,
    EnumOf,
    Expr,
    Extreme,
    Label,
    Member,
    Not,
    OneOf,
    Operator,
    Param,
    Path,
    Quantified,
    Scalar,
    Score,
    Shift,
    Truth,
    Type,
    Window,
    YearOf,
)
from whereas.phrases import Lang, joined
from whereas.values import fact_of, pick, type_of, value_words

HOLE = re.compile(
    r"(?P<before>HK\$|港幣\s*)?\{(?P<name>[^{}]*)\}"
    r"(?P<after>\s*(?:months?|years?|days?|weeks?)\b|\s*(?:個月|個星期|星期|年|日|天|港元|元))?"
)
OPPOSITE: Mapping[Operator, Operator] = {
    "is": "is_not", "is_not": "is", "lt": "ge", "ge": "lt", "le": "gt", "gt": "le",
}  # fmt: skip
_OPERATORS: Mapping[tuple[str, Operator], tuple[str, str]] = {
    ("any", "is"): ("{a} is {b}", "{a}是{b}"),
    ("any", "is_not"): ("{a} is not {b}", "{a}不是{b}"),
    ("amount", "lt"): ("{a} is less than {b}", "{a}少於{b}"),
    ("amount", "le"): ("{a} is at most {b}", "{a}不多於{b}"),
    ("amount", "gt"): ("{a} is more than {b}", "{a}多於{b}"),
    ("amount", "ge"): ("{a} is at least {b}", "{a}不少於{b}"),
    ("date", "lt"): ("{a} is before {b}", "{a}早於{b}"),
    ("date", "le"): ("{a} is on or before {b}", "{a}不遲於{b}"),
    ("date", "gt"): ("{a} is after {b}", "{a}遲於{b}"),
    ("date", "ge"): ("{a} is on or after {b}", "{a}不早於{b}"),
    ("order", "lt"): ("{a} is below {b}", "{a}低於{b}"),
    ("order", "le"): ("{a} is at most {b}", "{a}不高於{b}"),
    ("order", "gt"): ("{a} is above {b}", "{a}高於{b}"),
    ("order", "ge"): ("{a} is at least {b}", "{a}不低於{b}"),
}

_APART: Mapping[tuple[Operator, int], str] = {
    ("lt", -1): "{a} is more than {b}",
    ("le", -1): "{a} is at least {b}",
    ("gt", -1): "{a} is later than {b}",
    ("ge", -1): "{a} is no earlier than {b}",
    ("lt", 1): "{a} is earlier than {b}",
    ("le", 1): "{a} is no later than {b}",
    ("gt", 1): "{a} is more than {b}",
    ("ge", 1): "{a} is at least {b}",
}
"""How a date stands to one that is so long before or after another."""


class Scene(Struct, frozen=True):
    """Where words are said: the book, the language, what each variable stands for, and the values to show.

    `entities`: the entity of each bound variable. `names`: how to call it ("degree 1"). `values`: what a step saw.
    """

    book: Book
    lang: Lang
    entities: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)

    def binding(self, var: str, entity: str) -> Scene:
        """The scene with one more variable."""
        return Scene(self.book, self.lang, {**self.entities, var: entity}, self.readings)

    def put(self, en: str, zh: str, **holes: object) -> str:
        """The pattern of this language with its holes filled."""
        return (zh if self.lang == "zh" else en).format(**holes)

    def name(self, label: Label) -> str:
        """The label in this language."""
        return pick(label, self.lang)


# ---------------------------------------------------------------------------------------------------------- expressions


def expr_words(scene: Scene, expr: Expr) -> str:
    """An expression as a noun."""
    match expr:
        case Path():
            return path_words(scene, expr)
        case Const(value, type):
            return value_words(scene.book, value, type, scene.lang)
        case Param(id):
            return scene.name(scene.book.parameters[id].label) if id in scene.book.parameters else id
        case Shift(date, by, sign):
            holes = {"d": expr_words(scene, date), "n": value_words(scene.book, by, None, scene.lang)}
            way = ("{n} after {d}", "{d}之後{n}") if sign > 0 else ("{n} before {d}", "{d}之前{n}")
            return scene.put(*way, **holes)
        case YearOf(date):
            return scene.put("the year of {d}", "{d}所屬年份", d=expr_words(scene, date))
        case EdgeOf(date, edge):
            return scene.put(*_EDGES[edge], d=expr_words(scene, date))
        case AgeOn(born, on):
            words = {"b": expr_words(scene, born), "o": expr_words(scene, on)}
            return scene.put("completed years from {b} to {o}", "由{b}至{o}的足歲數", **words)
        case Difference(left, right):
            words = {"a": expr_words(scene, left), "b": expr_words(scene, right)}
            return scene.put("{a} minus {b}", "{a}減{b}", **words)
        case Aggregate():
            return _aggregate_words(scene, expr)
        case Score(words=words):
            return scene.name(words) if words else scene.put("points", "得分")
        case Extreme(kind, args):
            return _extreme_words(scene, kind, [expr_words(scene, arg) for arg in args])


_EDGES: Mapping[Edge, tuple[str, str]] = {
    "month begins": ("the first day of the month of {d}", "{d}所屬月份的首日"),
    "month ends": ("the last day of the month of {d}", "{d}所屬月份的末日"),
    "year begins": ("the first day of the year of {d}", "{d}所屬年份的首日"),
    "year ends": ("the last day of the year of {d}", "{d}所屬年份的末日"),
}


def path_words(scene: Scene, path: Path) -> str:
    """A fact by its label."""
    fact = fact_of(scene.book, scene.entities, path)
    if fact is not None:
        return fact.label.zh if scene.lang == "zh" else _definite(fact.label.en)
    entity = scene.book.entities.get(scene.entities.get(path.base, ""))
    return scene.name(entity.label) if entity else str(path)


def _definite(noun: str) -> str:
    """`the day of filing`: a day is one of its kind."""
    return f"the {noun}" if noun.startswith(_DAYS) else noun


_DAYS = ("day ", "date ", "first day", "last day")


def with_article(noun: str) -> str:
    """`an enrolment`, `a university`."""
    vowel = noun[:1].lower() in tuple("aeiou") and not noun.lower().startswith(("uni", "use", "eu", "one"))
    return f"an {noun}" if vowel else f"a {noun}"


def _extreme_words(scene: Scene, kind: str, args: Sequence[str]) -> str:
    en = {"earliest": "earliest", "latest": "latest", "least": "shortest", "greatest": "longest"}[kind]
    zh = {"earliest": "最早者", "latest": "最遲者", "least": "最短者", "greatest": "最長者"}[kind]
    return scene.put("the {k} of {a}", "{a}中{z}", k=en, z=zh, a=joined(args, scene.lang))


def _aggregate_words(scene: Scene, total: Aggregate) -> str:
    inner = scene.binding(total.var, total.entity)
    thing = scene.name(scene.book.entities[total.entity].label) if total.entity in scene.book.entities else total.var
    if total.where:
        where = cond_words(inner, total.where)
        thing = scene.put("{t} with {w}", "符合「{w}」的{t}", t=thing, w=where)
    match total.kind:
        case "count":
            return scene.put("number of {t}", "{t}的數目", t=thing)
        case "sum":
            of = expr_words(inner, total.of) if total.of else ""
            return scene.put("total {o} of {t}", "{t}的{o}總和", o=of, t=thing)
        case "months":
            bounds = "".join(_bounds(scene, total))
            return scene.put("time of {t}{b}", "{b}{t}的時間", t=thing, b=bounds)


def _bounds(scene: Scene, total: Aggregate) -> Iterator[str]:
    if total.after:
        yield scene.put(" after {d}", "{d}之後", d=expr_words(scene, total.after))
    if total.before and total.within:
        within = value_words(scene.book, total.within, None, scene.lang)
        yield scene.put(" in the {n} before {d}", "{d}前{n}內", n=within, d=expr_words(scene, total.before))
    elif total.before:
        yield scene.put(" before {d}", "{d}之前", d=expr_words(scene, total.before))


# ----------------------------------------------------------------------------------------------------------- conditions


def clause_words(scene: Scene, clause: Clause, *, positive: bool = True) -> str:
    """A clause as a rule says it, no values seen: the author's sentence if it shows no value, else a built one."""
    if positive and clause.sentence and not HOLE.search(pick(clause.sentence, "en")):
        return scene.name(clause.sentence)
    return cond_words(scene, clause.cond, positive=positive)


def cond_words(scene: Scene, cond: Cond, *, positive: bool = True) -> str:
    """A condition as a rule says it, or its denial."""
    match cond:
        case Compare(op, left, right):
            return compare_words(scene, op if positive else OPPOSITE[op], left, right)
        case OneOf(value, options):
            listed = joined([expr_words(scene, option) for option in options], scene.lang, "or")
            return compared(scene, "is" if positive else "is_not", None, expr_words(scene, value), listed)
        case Member():
            return _member_words(scene, cond, positive=positive)
        case Window():
            return _window_words(scene, cond, positive=positive)
        case Truth(fact):
            return _or_not(scene, path_words(scene, fact), positive=positive)
        case Always():
            return scene.put("always", "一律符合") if positive else scene.put("never", "一律不符合")
        case Not(item):
            return clause_words(scene, item, positive=not positive)
        case All(items) | AnyOf(items):
            return _group_words(scene, items, conjunction=isinstance(cond, All) is positive, positive=positive)
        case AtLeast(n, items):
            parts = scene.put("; ", "；").join(clause_words(scene, item) for item in items)
            lead = ("at least {n} of: ", "至少{n}項：") if positive else ("fewer than {n} of: ", "少於{n}項：")
            return scene.put(*lead, n=n) + parts
        case Quantified():
            return _quantified_words(scene, cond, positive=positive)
        case Call(term, _):
            called = scene.book.terms.get(term)
            return _or_not(scene, scene.name(called.label) if called else term, positive=positive)
        case ByReading(reading, branches):
            chosen = scene.readings.get(reading, scene.book.readings[reading].default)
            return clause_words(scene, dict(branches).get(chosen, branches[0][1]), positive=positive)


def compare_words(scene: Scene, op: Operator, left: Expr, right: Expr) -> str:
    """`income is at least income floor`."""
    type = type_of(scene.book, scene.entities, left) or type_of(scene.book, scene.entities, right)
    return compared(scene, op, type, expr_words(scene, left), expr_words(scene, right), shift=right)


def compared(scene: Scene, op: Operator, type: Type | None, left: str, right: str, *, shift: Expr | None = None) -> str:
    """Two sides already in words, compared as things of that type are. `shift`: the right side, if it moves a date."""
    if isinstance(shift, Shift) and (op, shift.sign) in _APART and scene.lang == "en":
        return _APART[op, shift.sign].format(a=left, b=right)
    match type:
        case _ if op in ("is", "is_not"):
            family = "any"
        case Scalar("date"):
            family = "date"
        case EnumOf():
            family = "order"
        case _:
            family = "amount"
    return scene.put(*_OPERATORS[family, op], a=left, b=right)


def _or_not(scene: Scene, words: str, *, positive: bool) -> str:
    return words if positive else scene.put("not: {w}", "並非：{w}", w=words)


def _member_words(scene: Scene, cond: Member, *, positive: bool) -> str:
    table = scene.book.tables.get(cond.table)
    words = {
        "a": expr_words(scene, cond.value),
        "t": scene.name(table.label) if table else cond.table,
        "d": scene.put(" on {d}", "於{d}", d=expr_words(scene, cond.on)) if cond.on else "",
    }
    if positive:
        return scene.put("{a} is listed in “{t}”{d}", "{a}{d}列於「{t}」", **words)
    return scene.put("{a} is not listed in “{t}”{d}", "{a}{d}並非列於「{t}」", **words)


def _window_words(scene: Scene, cond: Window, *, positive: bool) -> str:
    words = {
        "a": expr_words(scene, cond.value),
        "b": expr_words(scene, cond.anchor),
        "n": value_words(scene.book, cond.duration, None, scene.lang),
        "no": "" if positive else scene.put("not ", "不"),
    }
    if cond.side == "after":
        return scene.put("{a} is {no}within {n} after {b}", "{a}{no}在{b}起{n}內", **words)
    words["one"] = words["n"].removeprefix("1 ")  # "in the year before"
    return scene.put("{a} is {no}in the {one} before {b}", "{a}{no}在{b}前{n}內", **words)


def _group_words(scene: Scene, items: Sequence[Clause], *, conjunction: bool, positive: bool) -> str:
    words = [clause_words(scene, item, positive=positive) for item in items]
    if not words:
        return cond_words(scene, Always(), positive=conjunction)
    return scene.put(" and ", "，而且").join(words) if conjunction else scene.put(" or ", "，或").join(words)


def _quantified_words(scene: Scene, cond: Quantified, *, positive: bool) -> str:
    inner = scene.binding(cond.var, cond.entity)
    entity = scene.book.entities.get(cond.entity)
    words = {
        "t": scene.name(entity.label) if entity else cond.var,
        "w": clause_words(inner, cond.body, positive=positive or cond.kind == "some"),
    }
    if cond.kind == "some" and positive:
        return scene.put("some {t} with: {w}", "有一項{t}符合：{w}", **words)
    if cond.kind == "some":
        return scene.put("no {t} with: {w}", "沒有{t}符合：{w}", **words)
    if positive:
        return scene.put("every {t} with: {w}", "每一項{t}均符合：{w}", **words)
    return scene.put("some {t} with: {w}", "有一項{t}屬：{w}", **words)
