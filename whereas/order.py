"""The order in which a short report tells its results: what is open, what depends and on what, what is not open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from dsl.model import Verdict
from whereas.labels import hung
from whereas.phrases import Language, enumerated, listed
from whereas.scripts import Say
from whereas.views import CaseView, HingeView, Lasts, ResultView

FACTS = 4
"""Facts of one thing that are named before the others are counted."""

LINES = 7
"""Lines on what a category hangs on before the others are counted."""


NAMES = 8
"""With more categories than this a short report tells their number, not their names."""

CROWD = 4
"""With more categories than this in a group each is told in one line."""


class Member(NamedTuple):
    """A category that depends, and what it hangs on beside what its group does."""

    result: ResultView
    lines: tuple[str, ...]
    more: int
    hinges: tuple[HingeView, ...]


class Together(NamedTuple):
    """Categories that hang on the same; `shared` says on what, and is empty for a category by itself."""

    shared: tuple[str, ...]
    members: tuple[Member, ...]

    @property
    def crowded(self) -> bool:
        """Whether there are so many that each is told in one line."""
        return len(self.members) > CROWD


class Closed(NamedTuple):
    """Categories that are not open for one and the same first reason.

    otherwise: they do not ask for the same, but what the case has instead is; `reason` says that.
    """

    reason: str
    results: tuple[ResultView, ...]
    otherwise: bool = False

    @property
    def crowded(self) -> bool:
        """Whether there are so many that the reason is told once."""
        return len(self.results) > CROWD


class Ordered(NamedTuple):
    """The results of a case, by what they mean for who asks."""

    yes: tuple[ResultView, ...]
    groups: tuple[Together, ...]
    no: tuple[Closed, ...]


def ordered(say: Say, view: CaseView) -> Ordered:
    """What is open, what depends, grouped by what it hangs on, and what is not open; each in the order of the book."""
    by_verdict = {verdict: tuple(r for r in view.results if r.verdict is verdict) for verdict in Verdict}
    groups = tuple(_groups(say, view.lang, by_verdict[Verdict.DEPENDS]))
    return Ordered(by_verdict[Verdict.QUALIFIES], groups, _closed(say, view.lang, by_verdict[Verdict.DOES_NOT_QUALIFY]))


def _closed(say: Say, lang: Language, results: Sequence[ResultView]) -> tuple[Closed, ...]:
    """Each by itself, after them those of which many share their first reason, or what the case has instead."""
    reasons = {result.category: first_reason(say, lang, result) for result in results}
    shared: dict[tuple[str, bool], list[ResultView]] = {}
    for result in results:
        shared.setdefault(_crowd(say, lang, result), []).append(result)
    alone, many = [], []
    for (reason, otherwise), same in shared.items():
        if len(same) <= CROWD:
            alone += [Closed(reasons[result.category], (result,)) for result in same]
        elif len(told := {reasons[result.category] for result in same}) == 1:
            many.append(Closed(told.pop(), tuple(same)))
        else:
            many.append(Closed(reason, tuple(same), otherwise))
    order = {result.category: place for place, result in enumerate(results)}
    return (*sorted(alone, key=lambda closed: order[closed.results[0].category]), *many)


def _crowd(say: Say, lang: Language, result: ResultView) -> tuple[str, bool]:
    """What a category may share with others, and whether it is what the case has instead of what each asks."""
    seen = next((row.seen for row in result.reasons), None)
    return (_with_asides(say, lang, result, seen), True) if seen else (first_reason(say, lang, result), False)


def closed_words(say: Say, closed: Closed) -> str:
    """Of many categories their number, and the reason told once."""
    return say("closed_otherwise" if closed.otherwise else "closed_by", n=len(closed.results), what=closed.reason)


def _groups(say: Say, lang: Language, results: Sequence[ResultView]) -> Iterator[Together]:
    """Those that hang on the same together, the largest groups first; a fact goes before what nobody can tell yet."""
    left = {result.category: result for result in results}
    while left:
        chosen = _most_shared(left)
        if chosen is None:
            break
        members = [r for r in left.values() if any(_key(h) == chosen for h in r.hinges)]
        common = set.intersection(*({_key(h) for h in r.hinges} for r in members))
        shared = [h for h in members[0].hinges if _key(h) in common]
        rest = [[h for h in r.hinges if _key(h) not in common] for r in members]
        told = (_member(say, lang, r, hinges) for r, hinges in zip(members, rest, strict=True))
        yield Together(tuple(told_together(say, lang, shared)), tuple(told))
        for r in members:
            del left[r.category]
    for r in left.values():
        yield Together((), (_member(say, lang, r, r.hinges),))


def _most_shared(left: Mapping[str, ResultView]) -> tuple[str, str] | None:
    """What most categories hang on, if it is more than one; of those equal the first, facts before all else."""
    for facts in (True, False):
        counts: dict[tuple[str, str], int] = {}
        for hinge in (h for r in left.values() for h in r.hinges if (h.kind == "fact") is facts):
            counts[_key(hinge)] = counts.get(_key(hinge), 0) + 1
        most = max(counts, key=lambda key: counts[key], default=None)
        if most is not None and counts[most] > 1:
            return most
    return None


def first_reason(say: Say, lang: Language, result: ResultView) -> str:
    """Why a category is not open, in one line, with what makes the answer less than plain."""
    return _with_asides(say, lang, result, next((row.words for row in result.reasons), result.label))


def in_brief(say: Say, lang: Language, member: Member) -> str:
    """What a category of a crowded group hangs on besides, in one line: the one thing, or how many of each kind."""
    kinds = dict.fromkeys(hinge.kind for hinge in member.hinges)
    counts = (say(f"count_{kind}", n=sum(hinge.kind == kind for hinge in member.hinges)) for kind in kinds)
    words = member.lines[0] if len(member.hinges) == 1 else listed(counts, lang)
    words = say("about", thing=say("and_on"), what=words) if words else ""
    return _with_asides(say, lang, member.result, words)


def _with_asides(say: Say, lang: Language, result: ResultView, words: str) -> str:
    asides = [say(key) for key, there in (("sensitive", result.sensitive_to), ("weak", result.leans_on)) if there]
    if result.routes_to:
        asides.append(say("about", thing=say("routes"), what=enumerated((to.id for to in result.routes_to), lang)))
    note = listed(asides, lang)
    return say("noted", what=words, note=note) if words and note else words or note


def _key(hinge: HingeView) -> tuple[str, str]:
    return hinge.kind, hinge.id


def _member(say: Say, lang: Language, result: ResultView, hinges: Sequence[HingeView]) -> Member:
    lines = tuple(told_together(say, lang, hinges))
    shown = lines if len(lines) <= LINES + 1 else lines[:LINES]
    return Member(result, shown, len(lines) - len(shown), tuple(hinges))


def told_together(say: Say, lang: Language, hinges: Iterable[HingeView]) -> Iterator[str]:
    """A line for each thing a verdict turns on, the facts of one thing on one line."""
    together: dict[tuple[str, str], list[HingeView]] = {}
    for number, hinge in enumerate(hinges):
        together.setdefault((hinge.way, hinge.thing or str(number)), []).append(hinge)
    for (way, thing), same in together.items():
        if len(same) == 1:
            yield same[0].words
            continue
        facts = [hinge.fact for hinge in same]
        shown = facts if len(facts) <= FACTS + 1 else [*facts[:FACTS], say("and_more", n=len(facts) - FACTS)]
        yield hung(say, way, say("of_thing", fact=listed(shown, lang), thing=thing))


def names(say: Say, lang: Language, categories: Sequence[str], *, full: bool) -> str:
    """Categories by name; in a short report by their number where they are many."""
    return enumerated(categories, lang) if full or len(categories) <= NAMES else say("n_categories", n=len(categories))


def lasting(say: Say, results: Iterable[ResultView], lang: Language, *, full: bool) -> Iterator[str]:
    """Rules without an end by the day they are known to, with the categories whose answers lean on them."""
    leaning: dict[Lasts, list[str]] = {}
    for result in results:
        for rule in result.open_ended:
            leaning.setdefault(rule, []).append(result.category)
    by_day = sorted(leaning, key=lambda rule: rule.known_to)
    for date, rules in groupby(by_day, key=lambda rule: rule.date):
        words = [say("noted", what=rule.words, note=names(say, lang, leaning[rule], full=full)) for rule in rules]
        yield say("about", thing=date, what=listed(words, lang))
