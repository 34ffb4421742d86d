"""What a condition does when not everything is known: it holds, it fails, or (None) it may do either.

Reads the plain data of `program.py` and nothing of this project; written from `docs/semantics.md`. Every answer is
sound: what is said to hold holds in every completion. It is not always sharp: None may stand where every completion
agrees, and a record then has to bring a case split. Values are those of JSON; dates compare as text. A pair (low, high)
is a value somewhere between, both included (None: no bound); None the value of a parameter that is not in force.
"""

from __future__ import annotations

import datetime as dt
import operator
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

Json = dict[str, Any]
Truth = bool | None
Env = tuple[str, ...]
"""Addresses of the elements around a node."""
FIRST, LAST, ONGOING = "1900-01-01", "2199-12-31", "ongoing"
UNKNOWN = (None, None)
_LEAST, _MOST, _DAY = dt.date(1900, 1, 1), dt.date(2199, 12, 31), dt.timedelta(1)


class Gap(NamedTuple):
    """The law does not say: the id of the question, and what tells it from others with that id."""

    id: str
    about: str


class World(Struct):
    """What is known. `facts`: values by address, for a list how many elements; `open`: lists that may have more.

    `cells`: bounds on facts that are not known. `law`, `readings`: answers and choices. `settled`: what holds or fails
    in a world of which less is known. `met`: unknown things met on the way, if listened for. `added`: facts of elements
    that a completion adds to open lists.
    """

    rules: Json
    facts: Mapping[str, Any]
    open: frozenset[str] = frozenset()
    readings: Mapping[str, str] = field(default_factory=dict)
    law: Mapping[str, bool] = field(default_factory=dict)
    cells: Mapping[str, Any] = field(default_factory=dict)
    settled: Mapping[tuple[int, Env], Truth] = field(default_factory=dict)
    memo: dict[tuple[int, Env], Truth] = field(default_factory=dict)
    met: list[tuple[str, Any]] | None = None
    added: frozenset[str] = frozenset()

    def but(self, settled: Mapping[tuple[int, Env], Truth], **more: Mapping[str, Any]) -> World:
        """The same with more, or something else, known; `settled`: what is so all the same."""
        new: Any = {k: {**getattr(self, k), **known} for k, known in more.items()}
        return replace(self, **new, memo={}, settled=settled)

    def meet(self, kind: str, what: Any) -> None:
        """Something unknown was met."""
        if self.met is not None:
            self.met.append((kind, what))


# ----------------------------------------------------------------------------------------------------------- conditions


def opposite(it: Truth) -> Truth:
    """Not."""
    return None if it is None else not it


def truth(w: World, n: int, env: Env = ()) -> Truth:
    """What a condition does."""
    it = w.rules["nodes"][n]
    key = n, env[: it[1]]
    held = w.memo[key] if key in w.memo else w.settled.get(key)
    if held is None and (w.met is not None or key not in w.memo):
        held = w.memo[key] = _TRUTH.get(it[0], _test)(w, n, env, it)
    return held


def _least(w: World, _: int, env: Env, it: Any) -> Truth:
    """At least so many hold: all of them, or one of them."""
    needed, spare = it[3], len(it[2]) - it[3]
    for x in it[2] if needed > 0 <= spare else ():
        held = truth(w, x, env)
        needed, spare = needed - (held is True), spare - (held is False)
        if needed == 0 or spare < 0:
            break
    return True if needed <= 0 else False if spare < 0 else None


def elements(w: World, at: str) -> list[str]:
    """The elements of a list; `[+]` for one that an open list may have."""
    n = w.facts.get(at)
    if more := n is None or at in w.open:
        w.meet("list", at)
    return [f"{at}[{i}]" for i in range(n or 0)] + ([f"{at}[+]"] if more else [])


def _some(w: World, _: int, env: Env, it: Any) -> Truth:
    out: Truth = False
    for at in elements(w, it[3]):
        held = truth(w, it[2][0], (*env[: it[4]], at))
        if held and at[-2] != "+":
            return True
        out = out if held is False else None
    return out


def _reading(w: World, _: int, env: Env, it: Any) -> Truth:
    chosen = w.readings.get(it[2])
    if chosen is not None:
        return truth(w, it[3][chosen], env)
    w.meet("reading", it[2])
    parts = {truth(w, x, env) for x in it[3].values()}
    return parts.pop() if len(parts) == 1 else None


def _test(w: World, n: int, env: Env, it: Any) -> Truth:
    w.meet("test", (n, env))
    what, _, below, *rest = it
    values = [value(w, x, env) for x in below]
    if None in values:
        return False
    if UNKNOWN in values:
        return _keyless(w, *rest, *values[1:]) if what == "member" else None
    if gap := next((v for v in values if type(v) is Gap), None):
        return ask(w, Gap(gap.id, f"{gap.about}|{n}{''.join(env[: it[1]])}"))
    if what == "member":
        return None if tuple in map(type, values) else _member(w, *rest, *values)
    return compared(what, *map(ranked, values))


_OPS: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": operator.eq, "is_not": operator.ne, "lt": operator.lt, "le": operator.le
}  # fmt: skip


def span(it: Any) -> Any:
    """A value as a pair of bounds."""
    return it if type(it) is tuple else (it, it)


def compared(op: str, a: Any, b: Any) -> Truth:
    """A comparison of two values or pairs."""
    if type(a) is not tuple and type(b) is not tuple:
        return _OPS[op](a, b)
    if op in ("is", "is_not"):  # of pairs it can only be told that they lie apart
        return op == "is_not" if compared("lt", a, b) or compared("lt", b, a) else None
    (low, high), (least, most) = span(a), span(b)
    if None not in (high, least) and _OPS[op](high, least):
        return True
    return None if None in (low, most) or _OPS[op](low, most) else False


def ask(w: World, gap: Gap) -> Truth:
    """A question of the law."""
    key = "|".join(gap)
    if key not in w.law:
        w.meet("law", key)
    return w.law.get(key)


def _lasts(it: Sequence[Any], day: str) -> bool:
    return (it[0] is None or it[0] <= day) and (it[1] is None or day < it[1])


def _keyless(w: World, table: str, columns: Json, day: Any = FIRST) -> Truth:
    """Of a key that is not known: False on a day on which a table that is complete has no such row for any key."""
    it = w.rules["tables"][table]
    if type(day) is not str or not any(c[2] == "closed" and _lasts(c, day) for c in it["said"]):
        return None
    rows = (r for rows in it["rows"].values() for r in rows if columns.items() <= r[2].items())
    return None if any(_lasts(r, day) for r in rows) else False


def _member(w: World, table: str, columns: Json, key: str, day: str = FIRST) -> Truth:
    """Whether a table has such a row on a day; what it does not say is a question for as long as it says the same."""
    it = w.rules["tables"][table]
    rows = [r for r in it["rows"].get(key, ()) if columns.items() <= r[2].items()]
    cover = next((c for c in it["said"] if _lasts(c, day)), None)
    present = any(_lasts(r, day) for r in rows)
    if cover is not None and (cover[2] == "closed" or (present and key != "other")):
        return present
    stretches = [*rows, *it["said"]]

    def turns(x: str) -> bool:
        before = [(s[0] is None or s[0] < x) and (s[1] is None or x <= s[1]) for s in stretches]
        return before != [_lasts(s, x) for s in stretches]

    begun = [x for s in stretches for x in s[:2] if x is not None and FIRST < x <= day and turns(x)]
    return ask(w, Gap(f"{table}:{key}", f"{columns}{max(begun, default='')}"))


# --------------------------------------------------------------------------------------------------------------- values


def value(w: World, n: int, env: Env = ()) -> Any:
    """A value, a pair, a gap of the law, or None."""
    it = w.rules["nodes"][n]
    return _VALUE.get(it[0], _lifted)(w, env, it)


def _fact(w: World, env: Env, it: Any) -> Any:
    at = it[3] if it[2] < 0 else env[it[2]] + it[3]
    if at in w.facts:
        return w.facts[at]
    w.meet("fact", at)
    return w.cells.get(at, UNKNOWN)


def _param(w: World, _: Env, it: Any) -> Any:
    p = w.rules["parameters"][it[2]]
    on = ONGOING if p["by"] is None else _fact(w, (), (0, 0, -1, p["by"]))
    starts = [start for start, _ in p["rows"]]
    low, high = (bisect_right(starts, day) for day in span((FIRST, LAST) if on == UNKNOWN else on))
    found: list[Any] = [p["rows"][i - 1][1] if i else None for i in range(low, high + 1)]
    if low != high:
        return (min(found), max(found)) if p["ordered"] and None not in found else UNKNOWN
    return Gap(it[2], starts[low - 1]) if low and found[0] is None else found[0]


def _lack(values: Sequence[Any]) -> list[Any]:
    """What of some values leaves nothing to work out, the first of it deciding what comes out."""
    return [x for x in (None, UNKNOWN) if x in values] + [v for v in values if type(v) is Gap]


def pair(low: Any, high: Any) -> Any:
    """A value between two bounds."""
    return low if low == high and low is not None else (low, high)


def _lifted(w: World, env: Env, it: Any) -> Any:
    """A value that grows with each of those it is worked out from (`age` falls with the first, `minus`: the second)."""
    what, _, below, *rest = it
    values = [value(w, x, env) for x in below]
    if lack := _lack(values):
        return lack[0]
    if tuple not in map(type, values):
        return _WORKED[what](*values, *rest)
    falls = {"age": 0, "minus": 1}.get(what)
    ends = zip(*(span(v)[::-1] if i == falls else span(v) for i, v in enumerate(values)), strict=True)
    made = []
    for open_, end in zip(("max", "min"), ends, strict=True):  # the most of the least of two needs one of them only
        known = [x for x in end if x is not None]
        enough = known if what == open_ else len(known) == len(values)
        made.append(_WORKED[what](*known, *rest) if enough else None)
    return pair(*made)


def _when(w: World, env: Env, it: Any) -> Any:
    """Points that count while a condition holds."""
    held, got = truth(w, it[2][0], env), value(w, it[2][1], env)
    if held is not None or _lack([got]):
        return got if held is not False else 0
    return pair(0, span(got)[1])


def _passing(w: World, env: Env, it: Any) -> tuple[tuple[list[Env], list[Env]], bool]:
    """The elements that pass a filter for certain, those that may, and whether there may be more."""
    where, at, depth = it[2][0], it[3], it[4]
    passed = [(x, True if where is None else truth(w, where, (*env[:depth], x))) for x in elements(w, at)]
    more = any(held is not False and x[-2] == "+" for x, held in passed)
    here = [((*env[:depth], x), held) for x, held in passed if held is not False and x[-2] != "+"]
    return ([e for e, held in here if held], [e for e, _ in here]), more


def _sum(w: World, env: Env, it: Any) -> Any:
    chosen, more = _passing(w, env, it)
    least, most = ([span(value(w, it[2][1], e))[i] for e in envs] for i, envs in enumerate(chosen))
    return pair(sum(x or 0 for x in least), None if more or None in most else sum(most))


def _spells(w: World, env: Env, it: Any) -> Any:
    """Months, or days, of merged spells: from the least they can be to the most."""
    below, lows, runs = it[2], it[5], []
    limits = [value(w, x, env) for x in below[3:]]
    if lack := _lack(limits):
        return lack[0]
    chosen, more = _passing(w, env, it)
    for most, envs in enumerate(chosen):  # the least begins as late and ends as early as it can
        cuts = [_bound(x, (i < lows) ^ most) for i, x in enumerate(limits)]
        first, end = max([_LEAST, *cuts[:lows]]), min([_MOST + _DAY, *cuts[lows:]])
        ends = [[_bound(value(w, x, e), (not i) ^ most) for i, x in enumerate(below[1:3])] for e in envs]
        spells = [(max(a, first), min(b, _MOST, end - _DAY) + _DAY) for a, b in ends]
        runs.append(_merged([(first, end)] if more and most else spells))
    low, high = (sum((b - a).days for a, b in run) for run in runs)
    if it[0] == "days":
        return pair(low, high)
    if runs[0] == runs[1] and not more:
        return _months(runs[0])
    # Filling a gap between two spells can lower their months (thirty days to a month), never by more than this.
    return [low // 31, 0], [high // 28 + 1, 0]


# ------------------------------------------------------------------------------------------------------------- the days


def day_of(it: str) -> dt.date:
    """A day as a date."""
    return dt.date.max if it == ONGOING else dt.date.fromisoformat(it)


def _bound(it: Any, high: int) -> dt.date:
    """The first or last day that something can be."""
    day = span(it)[high]
    return day_of((FIRST, ONGOING)[high] if day is None else day)


def _shifted(day: dt.date, months: int) -> dt.date:
    """A day so many months on: the corresponding day, clipped to the end of a shorter month and to the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not _LEAST.year <= year <= _MOST.year:
        return _LEAST if year < _LEAST.year else _MOST
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def moved(it: str, months: int, days: int) -> str:
    """A day moved by months and then days; `ongoing` stays."""
    if it == ONGOING:
        return it
    day = _shifted(day_of(it), months) if months else day_of(it)
    number = min(max(day.toordinal() + days, _LEAST.toordinal()), _MOST.toordinal())
    return dt.date.fromordinal(number).isoformat()


def edge(it: str, which: str) -> str:
    """The first or last day of the month or year in which a day falls."""
    if it == ONGOING:
        return it
    if which.startswith("year"):
        return it[:5] + ("01-01" if which == "year begins" else "12-31")
    return f"{it[:8]}{1 if which == 'month begins' else monthrange(int(it[:4]), int(it[5:7]))[1]:02}"


def _age(born: str, on: str) -> int:
    """Completed years from a day to another."""
    years = day_of(on).year - day_of(born).year
    return years - (_shifted(day_of(born), 12 * years) > day_of(on))


Run = tuple[dt.date, dt.date]


def _merged(spells: Iterable[Run]) -> list[Run]:
    """Spells as disjoint runs in order, overlaps and touching ends joined, empty ones dropped."""
    out: list[Run] = []
    for first, end in sorted(s for s in spells if s[0] < s[1]):
        if out and first <= out[-1][1]:
            out[-1] = out[-1][0], max(out[-1][1], end)
        else:
            out.append((first, end))
    return out


def _months(runs: Iterable[Run]) -> list[int]:
    """Whole months of each run, and the days left over, thirty to a month."""
    months = days = 0
    for first, end in runs:
        whole = (end.year - first.year) * 12 + end.month - first.month
        whole -= _shifted(first, whole) > end
        months, days = months + whole, days + (end - _shifted(first, whole)).days
    return [months + days // 30, days % 30]


def ranked(it: Any) -> Any:
    """A duration as something that compares: days as they are, months with no days left over; all else as it is."""
    if type(it) is not str or " " not in it:
        return it
    count, unit = it.split()
    times = {"week": 7, "year": 12}.get(unit.rstrip("s"), 1) * int(count)
    return [times, 0] if unit[0] in "my" else times


_WORKED: Mapping[str, Callable[..., Any]] = {
    "shift": moved, "edge": edge, "age": _age, "minus": operator.sub, "times": operator.mul,
    "plus": lambda *values: sum(values), "year": lambda day: 10**18 if day == ONGOING else int(day[:4]),
    "place": lambda it, members: members.index(it),
    "min": lambda *values: min(values, key=ranked), "max": lambda *values: max(values, key=ranked),
}  # fmt: skip
_VALUE: Mapping[str, Callable[[World, Env, Any], Any]] = {
    "fact": _fact, "param": _param, "const": lambda _, __, it: it[2], "when": _when, "sum": _sum, "months": _spells,
    "days": _spells,
}  # fmt: skip
_TRUTH: Mapping[str, Callable[[World, int, Env, Any], Truth]] = {
    "least": _least, "some": _some, "reading": _reading,
    "not": lambda w, _, env, it: opposite(truth(w, it[2][0], env)),
}  # fmt: skip
