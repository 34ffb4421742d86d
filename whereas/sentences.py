"""The steps of an answer in sentences: the author's with its holes filled, or one built from what the step saw.

A built sentence says what is the case, then what the rule is about: `income: HK$2,400,000; the rule asks for: at least
HK$2,500,000` of a need, `what counts against: ...` of a bar. The mark beside it carries the judgement.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from dsl.calendar import Duration
from dsl.case import Absent
from dsl.model import (
    All,
    Always,
    AnyOf,
    AtLeast,
    Book,
    Call,
    Clause,
    Compare,
    Cond,
    Const,
    Expr,
    Member,
    Not,
    OneOf,
    Operator,
    Param,
    Path,
    Quantified,
    Scalar,
    Truth,
    Type,
    Window,
)
from solver.answer import Status, Step
from whereas.phrases import Lang, joined, say
from whereas.values import address_words, entity_at, fact_at, key_words, pick, type_of, value_words
from whereas.words import (
    HOLE,
    OPPOSITE,
    Scene,
    clause_words,
    compare_words,
    compared,
    cond_words,
    expr_words,
    with_article,
)


def scene_of(book: Book, step: Step, lang: Lang, readings: Mapping[str, str]) -> Scene:
    """The scene of a step, its variables taken from its binding."""
    entities = {var: entity for var, address in step.binding.items() if (entity := entity_at(book, address))}
    return Scene(book, lang, entities, readings)


def judgement_asked(book: Book, step: Step) -> str | None:
    """The address of the officer's judgement that a step asks for; None if it asks for none."""
    if step.clause is None or not isinstance(step.clause.cond, Truth):
        return None
    path = step.clause.cond.fact
    address = ".".join((step.binding.get(path.base, path.base), *path.steps))
    fact = fact_at(book, address)
    return address if fact is not None and fact.judgement is not None else None


def step_words(
    book: Book, step: Step, lang: Lang, readings: Mapping[str, str], *, term: str | None = None, judged: bool = False
) -> str:
    """One step in a sentence: of one to which there are exceptions, what it is by itself.

    `term`: the term its clause calls; `judged`: it asks for an officer's judgement.
    """
    step = step if step.alone is None else replace(step, status=step.alone)
    scene = scene_of(book, step, lang, readings)
    if term is not None and step.kind not in ("test", "constant", "element") and not _own_words(step):
        return _applied(scene, step, pick(book.terms[term].label, lang))
    if step.kind == "element" and step.element:
        return address_words(book, step.element, lang)
    if step.clause is None:
        return _group_heading(scene, step)
    if step.kind not in ("test", "constant"):
        return _heading(scene, step, step.clause)
    return _test_words(scene, step, step.clause, judged=judged)


def seen_words(book: Book, step: Step, lang: Lang, readings: Mapping[str, str]) -> str | None:
    """What a case has that does not meet a need, where the author says what is asked apart, after a semicolon."""
    clause = step.clause
    failed = step.alone is None and step.wanted and step.kind == "test" and step.status is Status.FAILS
    if not failed or clause is None or clause.sentence is None or _unseen(step):
        return None
    seen, semicolon, asked = pick(clause.sentence, lang).replace("；", ";").partition(";")
    if not semicolon or "{value}" not in seen or "{value}" in asked:
        return None
    return fill(scene_of(book, step, lang, readings), step, clause, seen)


def _own_words(step: Step) -> bool:
    return step.clause is not None and step.clause.sentence is not None


def _applied(scene: Scene, step: Step, words: str) -> str:
    """Words that say what a bar is about, with whether it applies; a need is told by its mark alone."""
    if step.wanted or step.status is Status.VARIES:
        return words
    return say("applies" if step.status is Status.HOLDS else "applies_not", scene.lang, what=words)


def _heading(scene: Scene, step: Step, clause: Clause) -> str:
    if clause.sentence:
        filled = fill(scene, step, clause, pick(clause.sentence, scene.lang))
        return _applied(scene, step, clause_words(scene, clause) if filled is None else filled)
    if isinstance(clause.cond, Call | Compare | Member):
        return _applied(scene, step, cond_words(scene, clause.cond))
    return _group_heading(scene, step)


def _group_heading(scene: Scene, step: Step) -> str:
    lang = scene.lang
    cond = step.clause.cond if step.clause else None
    if step.override and not step.children and cond is not None:
        return cond_words(scene, cond)  # an exception decides it, and what is under it is not shown
    thing = ""
    if isinstance(cond, Quantified) and cond.entity in scene.book.entities:
        thing = scene.name(scene.book.entities[cond.entity].label)
    if step.status is Status.FAILS and not step.wanted and step.kind in _DENIED and step.children:
        return say(_DENIED[step.kind], lang, n=step.n, thing=thing)
    match step.kind:
        case "any":
            return say("any_of", lang)
        case "at_least":
            return say("at_least_of", lang, n=step.n)
        case "not":
            return say("not_of", lang)
        case "some" | "every" if not step.children:
            return say("some_none", lang, thing=thing)
        case "some":
            return say("some_of", lang, thing=with_article(thing) if lang == "en" else thing)
        case "every":
            return say("every_of", lang, thing=thing)
        case "reading" if step.reading:
            return say("by_reading", lang, value=reading_words(scene.book, *step.reading, lang))
        case _:
            return say("all_of", lang)


_DENIED = {"all": "not_all_of", "any": "none_of", "at_least": "fewer_of", "some": "no_of", "every": "not_every_of"}
"""How a group is headed that would be a bar and does not hold."""


def reading_words(book: Book, reading: str, value: str, lang: Lang) -> str:
    """What a value of a reading means."""
    found = book.readings.get(reading)
    return next((pick(label, lang) for id, label in found.values if id == value), value) if found else value


def _test_words(scene: Scene, step: Step, clause: Clause, *, judged: bool) -> str:
    if judged and step.status is Status.VARIES:
        return say("hinge_judgement", scene.lang, what=clause_words(scene, clause))
    if (early := _not_yet(scene, step, clause)) is not None:
        return early
    unseen = _unseen(step)
    if clause.sentence:
        sentence = pick(clause.sentence, scene.lang)
        holes = {m["name"] for m in HOLE.finditer(sentence)}
        if unseen and not holes and step.status is Status.VARIES and isinstance(clause.cond, Truth):
            why = next(value for value in step.values.values() if isinstance(value, Absent))
            return say("hinge_fact", scene.lang, why=say(why.value, scene.lang), what=sentence)
        if holes & set(unseen) and step.status is not Status.VARIES:
            return _settled_words(scene, step, clause)
        if unseen and step.status is Status.VARIES:
            return _absent_words(scene, step, clause)
        filled = fill(scene, step, clause, sentence)
        if filled is not None and step.wanted and step.status is Status.FAILS and "limit" not in holes:
            return say("fails", scene.lang, what=filled)
        if filled is not None:
            return _applied(scene, step, filled)
    elif unseen and step.status is Status.VARIES:
        return _absent_words(scene, step, clause)
    return _built(scene, step, clause)


def _unseen(step: Step) -> list[str]:
    return [name for name, value in step.values.items() if isinstance(value, Absent)]


def _not_yet(scene: Scene, step: Step, clause: Clause) -> str | None:
    """A comparison with a parameter that has no value yet on the day that chooses: it cannot hold.

    As what is seen, that fits into the author's sentence; as the limit it does not, as in `not yet in force is needed`.
    """
    for name, expr in zip(("value", "limit"), leaf_of(clause.cond) or (), strict=False):
        if isinstance(expr, Param) and name in step.values and step.values[name] is None:
            sentence = pick(clause.sentence, scene.lang) if clause.sentence else ""
            if name == "value" and "{value}" in sentence:
                filled = fill(scene, step, clause, sentence)
                return None if filled is None else say("fails", scene.lang, what=filled) if step.wanted else filled
            return say("about", scene.lang, thing=expr_words(scene, expr), what=say("not_yet", scene.lang))
    return None


def _absent_words(scene: Scene, step: Step, clause: Clause) -> str:
    """`not told: level of the degree; the rule asks for: level of the degree is at least bachelor`."""
    seen: dict[str, list[str]] = {}
    absent = {name: value for name, value in step.values.items() if isinstance(value, Absent)}
    facts = {name: value for name, value in absent.items() if name not in ("value", "limit")}
    for name, value in (facts or absent).items():
        group = seen.setdefault("law_silent" if name in scene.book.parameters else value.value, [])
        if (words := _name_of_hole(scene, clause, name)) not in group:
            group.append(words)
    parts = [
        say("about", scene.lang, thing=say(why, scene.lang), what=joined(w, scene.lang)) for why, w in seen.items()
    ]
    rule = _rule_words(scene, step, clause)
    lead = scene.put("; ", "；").join(parts)
    only = joined(next(iter(seen.values()), []), scene.lang)
    # What the rule is about has been said. Only that: in Chinese a rule also begins with the day it counts from.
    leaf = leaf_of(clause.cond)
    about = only if leaf is not None and expr_words(scene, leaf[0]) == only else ""
    asked = _asked(scene, clause, rule.removeprefix(about).strip())
    return _needed(scene, step, lead, asked) if asked else lead


def _needed(scene: Scene, step: Step, what: str, rule: str) -> str:
    """What is the case, with what a need asks for, or what a bar is about."""
    return say("needed" if step.wanted else "counts_against", scene.lang, what=what, rule=rule)


def _asked(scene: Scene, clause: Clause, rule: str) -> str:
    """What is left of a rule once what it is about has been said: `is in force` asks for `in force`."""
    if isinstance(clause.cond, Compare) and clause.cond.op == "is_not":
        rest = rule.removeprefix("is not ").removeprefix("不是")
        return scene.put("other than {x}", "{x}以外", x=rest) if rest != rule else rule
    return rule.removeprefix("is ").removeprefix("是")


def _settled_words(scene: Scene, step: Step, clause: Clause) -> str:
    """A test that comes out one way whatever the facts are that are not told."""
    rule = cond_words(scene, clause.cond)
    if step.status is Status.HOLDS:
        return _applied(scene, step, say("whatever", scene.lang, what=rule))
    if step.wanted:
        return say("fails_whatever", scene.lang, what=rule)
    return _applied(scene, step, rule)


def _name_of_hole(scene: Scene, clause: Clause, name: str) -> str:
    leaf = leaf_of(clause.cond)
    if name == "value" and leaf is not None:
        return expr_words(scene, leaf[0])
    if name == "limit" and leaf is not None and leaf[1] is not None:
        return expr_words(scene, leaf[1])
    return expr_words(scene, named(scene.book, name))


def _rule_words(scene: Scene, step: Step, clause: Clause) -> str:
    """The rule of a test, with the limit in force where it is known."""
    match clause.cond:
        case Compare(op, left, Param() as param):
            limit = step.values.get("limit")
            if limit is not None and not isinstance(limit, Absent):
                type = type_of(scene.book, scene.entities, param)
                words = value_words(scene.book, limit, type, scene.lang)
                return compared(scene, op, type, expr_words(scene, left), words)
        case _:
            pass
    return clause_words(scene, clause)


def _built(scene: Scene, step: Step, clause: Clause) -> str:
    positive = step.status is not Status.FAILS
    match clause.cond:
        case Compare(op, left, right):
            return _built_compare(scene, step, op, left, right)
        case Member(value, _, on) as cond:
            return _seen_member(scene, step, cond, value, on, positive=positive)
        case Truth() | Always() | Call():
            return cond_words(scene, clause.cond, positive=positive)
        case _:
            pass
    words = clause_words(scene, clause)
    facts = _facts_seen(scene, step)
    return _needed(scene, step, facts, words) if facts else words


def _built_compare(scene: Scene, step: Step, op: Operator, left: Expr, right: Expr) -> str:
    value = step.values.get("value")
    type = type_of(scene.book, scene.entities, left)
    if value is None:
        return compare_words(scene, op if step.status is not Status.FAILS else OPPOSITE[op], left, right)
    noun, seen = expr_words(scene, left), value_words(scene.book, value, type, scene.lang)
    fact = scene.put("{a}: {b}", "{a}：{b}", a=noun, b=seen)
    limit = step.values.get("limit")
    bound = expr_words(scene, right)
    if limit is not None and not isinstance(right, Const):
        shown = _limit_words(scene, limit, right, type)
        bound = say("in_force", scene.lang, label=bound, value=shown) if shown != bound else bound
    if op == "is" and step.status is Status.HOLDS and isinstance(right, Const):
        return fact
    rule = compared(scene, op, type, "", bound, shift=right).strip().removeprefix("is ").removeprefix("是")
    return _needed(scene, step, fact, rule)


def _limit_words(scene: Scene, limit: object, right: Expr, type: Type | None) -> str:
    return value_words(scene.book, limit, type_of(scene.book, scene.entities, right) or type, scene.lang)


def _seen_member(scene: Scene, step: Step, cond: Member, value: Expr, on: Expr | None, *, positive: bool) -> str:
    seen = step.values.get("value")
    if seen is None or isinstance(seen, Absent):
        return cond_words(scene, cond, positive=positive)
    table = scene.book.tables.get(cond.table)
    day = step.values.get(str(on)) if isinstance(on, Path) else None
    dated = on is not None and not isinstance(day, Absent)
    words = {
        "a": value_words(scene.book, seen, type_of(scene.book, scene.entities, value), scene.lang),
        "t": scene.name(table.label) if table else cond.table,
        "d": "",
    }
    if dated and on is not None:
        when = value_words(scene.book, day, Scalar("date"), scene.lang) if day is not None else expr_words(scene, on)
        words["d"] = scene.put(" on {d}", "於{d}", d=when)
    if step.status is Status.VARIES:
        return scene.put("whether {a} is listed in “{t}”{d}", "{a}{d}是否列於「{t}」", **words)
    if positive:
        return scene.put("{a} is listed in “{t}”{d}", "{a}{d}列於「{t}」", **words)
    return scene.put("{a} is not listed in “{t}”{d}", "{a}{d}並非列於「{t}」", **words)


def _facts_seen(scene: Scene, step: Step) -> str:
    words = []
    for name, value in step.values.items():
        if name in ("value", "limit"):
            continue
        expr = named(scene.book, name)
        shown = value_words(scene.book, value, type_of(scene.book, scene.entities, expr), scene.lang)
        words.append(scene.put("{a}: {b}", "{a}：{b}", a=expr_words(scene, expr), b=shown))
    return joined(words, scene.lang)


# ------------------------------------------------------------------------------------------------ the author's sentence


def leaf_of(cond: Cond) -> tuple[Expr, Expr | None] | None:
    """What {value} and {limit} of a line stand for: the two sides of its first comparison."""
    match cond:
        case Compare(_, left, right):
            return left, right
        case OneOf(value, options):
            return value, options[0] if options else None
        case Member(value, _, on):
            return value, on
        case Window(value, _, _, anchor):
            return value, anchor
        case Truth(fact):
            return fact, None
        case All(items) | AnyOf(items) | AtLeast(_, items):
            return next((leaf for item in items if (leaf := leaf_of(item.cond))), None)
        case Not(item):
            return leaf_of(item.cond)
        case Quantified(body=body):
            return leaf_of(body.cond)
        case _:
            return None


def expr_of_hole(book: Book, clause: Clause, name: str) -> Expr | None:
    """What a hole of a sentence stands for; None where its line has no such side."""
    if name not in ("value", "limit"):
        return named(book, name)
    leaf = leaf_of(clause.cond)
    return leaf[name == "limit"] if leaf else None


def named(book: Book, name: str) -> Expr:
    """The parameter or the fact of a name with dots in it."""
    base, *steps = name.split(".")
    return Param(base) if base in book.parameters else Path(base, tuple(steps))


def fill(scene: Scene, step: Step, clause: Clause, sentence: str) -> str | None:
    """The sentence with what the step saw in its holes; None if a hole has nothing to show.

    A unit the author wrote beside a hole is part of it: with 35 months and 12 days, `{value} months` shows both. A
    parameter that has no value yet on the day that chooses is not yet in force.
    """
    missing = False

    def one(found: re.Match[str]) -> str:
        nonlocal missing
        name = found["name"]
        if name in step.values and step.values[name] is None:
            return say("not_yet", scene.lang)
        shown, type = _hole(scene, step, clause, name)
        if shown is None:
            missing = True
            return ""
        words = value_words(scene.book, shown, type, scene.lang)
        length = isinstance(shown, Duration) or (isinstance(shown, tuple) and type in (None, Scalar("duration")))
        money = type == Scalar("money") and isinstance(shown, int | tuple)
        before, after = found["before"] or "", found["after"] or ""
        unit = after.strip()
        before = "" if money and before else before
        if (length and unit not in ("港元", "元")) or (money and unit in ("港元", "元")):
            after = ""
        elif shown == 1 and type == Scalar("whole"):
            after = after.removesuffix("s")
        return before + words + after

    filled = HOLE.sub(one, sentence)
    return None if missing else filled


def _hole(scene: Scene, step: Step, clause: Clause, name: str) -> tuple[object, Type | None]:
    leaf = leaf_of(clause.cond)
    expr = expr_of_hole(scene.book, clause, name)
    type = type_of(scene.book, scene.entities, expr) if expr is not None else None
    if name == "limit" and leaf and type is None:
        type = type_of(scene.book, scene.entities, leaf[0])
    if name in step.values:
        return step.values[name], type
    if isinstance(expr, Const):
        return expr.value, expr.type
    return None, type


def law_words(book: Book, id: str, lang: Lang) -> str:
    """What a gap in the law is about."""
    if id in book.parameters:
        return pick(book.parameters[id].label, lang)
    table, _, key = id.partition(":")
    if table in book.tables:
        row = key_words(book, table, key, lang)
        return say("whether_listed", lang, row=row, table=pick(book.tables[table].label, lang))
    return id
