"""Promises of a book that somebody breaks: declared properties, and one thing of a kind granted at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from dsl.model import Label, Property, Verdict
from solver.examination import Examination, Finding, Shown, plain, qualifying
from solver.finder import Finder, Wanted


def promises(e: Examination) -> Iterator[Finding]:
    """Declared properties that somebody breaks."""
    for p in e.book.properties.values():
        if not {p.left, p.right} & set(e.categories):
            continue
        found = e.somebody([p.left, p.right], partial(_broken, e, p), p.id)
        if found is None:
            continue
        left, right = e.book.categories[p.left], e.book.categories[p.right]
        if p.kind == "never":
            words = Label(
                f"`{p.id}` is broken: somebody qualifies for `{p.left}` and `{p.right}`",
                f"違反`{p.id}`：有人同時符合`{p.left}`及`{p.right}`",
            )
        else:
            words = Label(
                f"`{p.id}` is broken: somebody qualifies for `{p.left}` and not for `{p.right}`",
                f"違反`{p.id}`：有人符合`{p.left}`而不符合`{p.right}`",
            )
        places = [(c.place, Label(f"`{c.id}`", f"`{c.id}`")) for c in (left, right) if c.place]
        exception = _exception(e, p)
        advice = Label(
            f"correct one of the two, or add the exception below to `{p.left}`", f"更正其一，或在`{p.left}`加入下列例外"
        )
        unless = Label("correct one of the two, or take the promise back", "更正其一，或撤回保證")
        person = Shown(
            plain(e.compiled, found.case), p.left, Verdict.QUALIFIES, Label("this person shows it", "此人可說明")
        )
        yield Finding("B905", p.id, words, tuple(places), person, advice if exception else unless, exception)


def _broken(e: Examination, p: Property, f: Finder) -> list[Wanted]:
    gates = e.compiled.program.categories
    copy = f.copy()
    return [Wanted(copy, gates[p.left], True), Wanted(copy, gates[p.right], p.kind == "never")]


def _exception(e: Examination, p: Property) -> str | None:
    """The fewest conditions of the one category under which an exception to the other keeps a promise of never both.

    Taken together with the other category's being met they must mean the first; then no other verdict changes.
    """
    if p.kind != "never":
        return None
    program = e.compiled.program
    gates = program.gates
    needs = gates[program.roots[p.right][0]]
    kept = [i.gate for i in needs.inputs if gates[i.gate].kind == "test"] if needs.kind == "all" else []
    whole = tuple(kept)

    def enough(some: Sequence[int]) -> bool:
        """Whether whoever is in the one category and meets these is in the other."""

        def goal(f: Finder) -> list[Wanted]:
            copy = f.copy()
            met = [Wanted(copy, g, True) for g in some]
            return [
                Wanted(copy, program.categories[p.left], True),
                Wanted(copy, program.categories[p.right], False),
                *met,
            ]

        return e.somebody([p.left, p.right], goal, f"{p.id} exception") is None

    if not whole or not enough(whole):
        return None
    for g in whole:
        fewer = [x for x in kept if x != g]
        if fewer and enough(fewer):
            kept = fewer
    lines = [text for g in kept if (text := _written(e, g))]
    target = _first_label(e, p.left)
    if target is None or len(lines) != len(kept):
        return None
    listed = "".join(f"\n    {line}" for line in lines)
    text = f"  except [not_{p.right.replace('.', '_')}] all of{listed}\n    overrides [{target}] as not met"
    return text


def _written(e: Examination, gate: int) -> str | None:
    """The line of a clause as its author wrote it, without words and citations."""
    clause = e.compiled.program.gates[gate].clause
    place = clause.place if clause else None
    if place is None or place.file not in e.book.texts:
        return None
    return e.book.texts[place.file][place.start : place.end].split("\n")[0].split("  cites")[0].strip()


def _first_label(e: Examination, category: str) -> str | None:
    """The label of the first condition of a category."""
    program = e.compiled.program
    needs = program.gates[program.roots[category][0]]
    labels = (program.gates[i.gate].clause for i in needs.inputs)
    return next((c.label for c in labels if c is not None and c.label), None)


def grants(e: Examination) -> Iterator[Finding]:
    """Categories that grant two different things of one kind."""
    for c in (e.book.categories[name] for name in e.categories):
        for kind in dict.fromkeys(g.kind for g in c.grants):
            values = [g.value for g in c.grants if g.kind == kind]
            if len(set(values)) > 1:
                gate = e.compiled.program.categories[c.id]
                found = e.somebody([c.id], qualifying(gate), c.id)
                if found is not None:
                    yield Finding(
                        "B912",
                        f"{c.id} {kind}",
                        Label(f"`{c.id}` grants two different values of `{kind}`", f"`{c.id}`批予兩種不同的`{kind}`"),
                        ((c.place, Label("both apply to one person", "兩者適用於同一人")),) if c.place else (),
                        Shown(
                            plain(e.compiled, found.case),
                            c.id,
                            Verdict.QUALIFIES,
                            Label("both are granted here", "此人同獲兩者"),
                        ),
                        Label(f"keep one line `grants {kind}`", f"只保留一行`grants {kind}`"),
                    )
