"""The rules walked directly for one complete case: a second opinion on every answer clingo gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dsl.case import Case
from dsl.diagnostics import InternalError
from dsl.model import Category
from solver.compiled import Compiled
from solver.evaluate import Env, LawVar, clause_truth, three
from solver.facts import thaw


def holds(
    compiled: Compiled,
    case: Case,
    category: str,
    readings: Mapping[str, str],
    law: Callable[[LawVar], bool | None],
) -> bool:
    """Whether a category holds in a case that tells every fact its rules read, lists complete.

    `law` answers the questions the law leaves open; it is asked with (table, key, columns, stretch) or (parameter,
    first day, comparison). Raises InternalError if the case does not tell enough.
    """
    facts = thaw(case, compiled.book)
    env = Env(facts.root, (), readings, law)
    truth = category_truth(compiled, compiled.book.categories[category])(env)
    if truth is None:
        raise InternalError("walking", f"the case does not settle {category}")
    return truth


def category_truth(compiled: Compiled, category: Category) -> Callable[[Env], bool | None]:
    """The rules of a category as one function, exceptions put in their places."""
    key = ("walk", category.id)
    if key in compiled.shown:
        return compiled.shown[key]
    book = compiled.book
    exceptions = {o.label: three(o.when.cond, book, {}) for o in category.overrides}

    def applies(label: str, env: Env) -> bool | None:
        values = [exceptions[label](env)]
        for other in category.overrides:
            if label in other.over:
                value = exceptions[other.label](env)
                values.append(None if value is None else not value)
        return False if False in values else None if None in values else True

    def adjust(
        trail: tuple[str, ...], plain: Callable[[Env], bool | None], *, bars: bool
    ) -> Callable[[Env], bool | None]:
        aimed = [o for o in category.overrides if o.target == trail]
        if not aimed:
            return plain

        def adjusted(env: Env) -> bool | None:
            els, env.els = env.els, ()
            states = [(o, applies(o.label, env)) for o in aimed]
            env.els = els
            for o, state in states:
                if state is True:
                    return (o.effect == "met") != bars
            truth = plain(env)
            if any(state is None and ((o.effect == "met") != bars) is not truth for o, state in states):
                return None
            return truth

        return adjusted

    needs = clause_truth(category.needs, book, lambda trail, plain: adjust(trail, plain, bars=False))
    bars = (
        clause_truth(category.bars, book, lambda trail, plain: adjust(trail, plain, bars=True))
        if category.bars
        else None
    )

    def truth(env: Env) -> bool | None:
        a = needs(env)
        b = bars(env) if bars else False
        if a is False or b is True:
            return False
        return None if a is None or b is None else True

    compiled.shown[key] = truth
    return truth
