"""Promises of a book that somebody breaks: declared properties, and one thing of a kind granted at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import takewhile

from dsl.model import Clause, Label, Property, Verdict
from solver.cells import TooLarge
from solver.examination import Examination, Finding, Shown, nobody, plain, qualifying
from solver.finder import Finder, Wanted, finder


def promises(e: Examination) -> Iterator[Finding]:
    """Declared properties that somebody breaks."""
    for p in e.book.properties.values():
        if not isinstance(p, Property) or not {p.left, p.right} & set(e.categories):
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
        exception, where = _exception(e, p) or (None, p.left)
        advice = Label(
            f"correct one of the two, or add the exception below to `{where}`", f"更正其一，或在`{where}`加入下列例外"
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


def _exception(e: Examination, p: Property) -> tuple[str, str] | None:
    """An exception that keeps a promise of never both, and the category to which it belongs: the shorter of two."""
    if p.kind != "never":
        return None
    found = [(text, c) for c, other in ((p.left, p.right), (p.right, p.left)) if (text := _keeping_out(e, c, other))]
    return min(found, key=lambda f: f[0].count("\n")) if found else None


def _keeping_out(e: Examination, category: str, other: str) -> str | None:
    """An exception to a category with the fewest conditions of another one, under which nobody is in both.

    Taken together with the category's being met they must mean the other one; then no other verdict changes.
    """
    overridden = {o.target for o in e.book.categories[category].overrides}
    target = next((label for label in _labels(e, category) if (label,) not in overridden), None)
    asked = list(_asked(e, other))
    if target is None or not _enough(e, category, other, asked):
        return None
    kept = asked
    for one in asked:
        fewer = [it for it in kept if it is not one]
        if fewer and _enough(e, category, other, fewer):
            kept = fewer
    lines = "".join(f"\n{text}" for _, _, text in kept)
    return f"  except [not_{other.replace('.', '_')}] all of{lines}\n    overrides [{target}] as not met"


Asked = tuple[int, bool, str]
"""A clause of a category, whether it must hold, and that as lines of a rule."""


def _asked(e: Examination, category: str) -> Iterator[Asked]:
    """What a category asks, as far as it can be written down beside others."""
    program = e.compiled.program
    for root, met in zip(program.roots[category], (True, False), strict=False):
        for i in program.gates[root].inputs:
            clause = program.gates[i.gate].clause
            if clause is not None and clause.label and (text := _written(e, clause, met=met)):
                yield i.gate, met, text


def _enough(e: Examination, category: str, other: str, asked: Sequence[Asked]) -> bool:
    """Whether it is sure that whoever is in the one category and meets these is in the other, however it is read."""
    gates = e.compiled.program.categories
    for day in dict.fromkeys(d for c in (category, other) for d in e.days_of(c)):
        search = finder(e.compiled, nobody(e.book, day), "all", "open", rules=2)
        copy = search.copy()
        met = [Wanted(copy, gate, truth) for gate, truth, _ in asked]
        goal = [Wanted(copy, gates[category], True), Wanted(copy, gates[other], False), *met]
        try:
            if search.find(goal, e.deadline, most=300) is not None or search.left_out:
                return False
        except TooLarge:
            return False
    return bool(asked)


_LINE = re.compile(r"(\[\w+\])\s+(.*?)((?:\s+(?:cites|en|zh|引據|英文|中文)\s.*)?)")


def _written(e: Examination, clause: Clause, *, met: bool) -> str | None:
    """A clause as its author wrote it, deeper lines and citations included; of a bar its denial."""
    place = clause.place
    text = e.book.texts.get(place.file) if place else None
    if place is None or text is None:
        return None
    first, *below = text[text.rindex("\n", 0, place.start) + 1 :].split("\n")
    indent = len(first) - len(first.lstrip())
    deeper = takewhile(lambda line: not line.strip() or len(line) - len(line.lstrip()) > indent, below)
    lines = [first, *(line for line in deeper if line.strip())]
    if not met:
        parts = _LINE.fullmatch(first.strip())
        if parts is None or any(line.lstrip().startswith("[") for line in lines[1:]):
            return None
        lines[0] = f"{' ' * indent}{parts[1]} not ({parts[2]}){parts[3]}"
    return "\n".join(f"    {line[indent:]}" for line in lines)


def _labels(e: Examination, category: str) -> Iterator[str]:
    """The labels of the conditions of a category."""
    program = e.compiled.program
    for i in program.gates[program.roots[category][0]].inputs:
        clause = program.gates[i.gate].clause
        if clause is not None and clause.label:
            yield clause.label


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
