"""What a condition does when not everything is known: it holds, it fails, or (None) it may do either.

Reads nothing but the plain data of `program.py`, and imports nothing of this project; written from
`docs/semantics.md`. Every answer is sound: what is said to hold holds in every completion. It is not always sharp: None
may stand where every completion agrees, and a record then has to bring a case split.

Values are those of JSON; dates compare as text. A pair (low, high) is a value somewhere between, both included (None:
no bound), and None the value of a parameter of which nothing is in force.
"""

from __future__ import annotations

import datetime as dt
import operator
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Truth = bool | None
Env = tuple[str, ...]
"""Addresses of the elements around a node."""
FIRST, LAST, ONGOING = "1900-01-01", "2199-12-31", "ongoing"
UNKNOWN = (None, None)
_DAY = dt.timedelta(1)
_MOST, _LEAST = dt.date(2199, 12, 31), dt.date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Gap:
    """The law does not say: the id of the question, and what tells it from others with that id."""

    id: str
    about: str


@dataclass(slots=True)
class World:
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


def every(parts: Iterable[Truth]) -> Truth:
    """And; looks no further than needed."""
    out: Truth = True
    for held in parts:
        if held is False:
            return False
        out = None if held is None else out
    return out


def _all(w: World, _: int, env: Env, it: Any) -> Truth:
    return every(truth(w, x, env) for x in it[2])


def _any(w: World, _: int, env: Env, it: Any) -> Truth:
    return opposite(every(opposite(truth(w, x, env)) for x in it[2]))


def _at_least(w: World, _: int, env: Env, it: Any) -> Truth:
    parts = [truth(w, x, env) for x in it[2]]
    yes = parts.count(True)
    return True if yes >= it[3] else False if yes + parts.count(None) < it[3] else None


def elements(w: World, at: str) -> list[str]:
    """The elements of a list; `[+]` for one that an open list may have."""
    n = w.facts.get(at)
    if more := n is None or at in w.open:
        w.meet("list", at)
    return [f"{at}[{i}]" for i in range(n or 0)] + ([f"{at}[+]"] if more else [])


def _each(w: World, _: int, env: Env, it: Any) -> Truth:
    """Some or every element: the second is that none fails."""
    what, _, (body,), at, depth = it

    def found(where: str) -> Truth:
        held = truth(w, body, (*env[:depth], where))
        held = held if what == "some" else opposite(held)
        return held if held is False or where[-2] != "+" else None

    out = opposite(every(opposite(found(where)) for where in elements(w, at)))
    return out if what == "some" else opposite(out)


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
    gap = next((v for v in values if type(v) is Gap), None)
    if UNKNOWN in values:
        return _keyless(w, *rest, *values[1:]) if what == "member" else None
    if gap is not None:
        return ask(w, Gap(gap.id, f"{gap.about}|{n}{''.join(env[: it[1]])}"))
    match what:
        case "truth":
            return bool(values[0])
        case "in":
            found = [compared("is", values[0], option) for option in rest[0]]
            return True if True in found else None if None in found else False
        case "window":
            return every([compared("ge", values[0], values[1]), compared(rest[0], values[0], values[2])])
        case "member":
            return None if tuple in map(type, values) else member(w, *rest, *values)
        case _:
            if rest[0] is not None:
                values = [rest[0].index(v) for v in values]
            return compared(what, *map(ranked, values))


def ranked(it: Any) -> Any:
    """A duration as something that compares: days as they are, months with no days left over."""
    if type(it) is not str or " " not in it:
        return it
    count, unit = it.split()
    times = {"week": 7, "year": 12}.get(unit.rstrip("s"), 1) * int(count)
    return [times, 0] if unit[0] in "my" else times


_OPS: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": operator.eq, "is_not": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge
}  # fmt: skip


def span(it: Any) -> Any:
    """A value as a pair of bounds."""
    return it if type(it) is tuple else (it, it)


def compared(op: str, a: Any, b: Any) -> Truth:
    """A comparison of two values or pairs."""
    if type(a) is not tuple and type(b) is not tuple:
        return _OPS[op](a, b)
    if op in ("is", "is_not"):
        apart = compared("lt", a, b) or compared("gt", a, b)
        same = False if apart else True if span(a) == span(b) and len({*span(a)}) == 1 and None not in span(a) else None
        return same if op == "is" else opposite(same)
    (a0, a1), (b0, b1) = (span(a), span(b)) if op in ("lt", "le") else (span(b), span(a))
    less = _OPS["lt" if op in ("lt", "gt") else "le"]
    surely = a1 is not None and b0 is not None and less(a1, b0)
    return True if surely else None if None in (a0, b1) or less(a0, b1) else False


def ask(w: World, gap: Gap) -> Truth:
    """A question of the law."""
    key = f"{gap.id}|{gap.about}"
    if key not in w.law:
        w.meet("law", key)
    return w.law.get(key)


def _lasts(it: Sequence[Any], day: str) -> bool:
    return (it[0] is None or it[0] <= day) and (it[1] is None or day < it[1])


def _keyless(w: World, table: str, columns: Json, day: Any = FIRST) -> Truth:
    """Of a key that is not known: False on a day on which a table that is complete has no such row for any key."""
    said = w.rules["tables"][table]
    if type(day) is not str or not any(c[2] == "closed" and _lasts(c, day) for c in said["said"]):
        return None
    rows = (r for rows in said["rows"].values() for r in rows if columns.items() <= r[2].items())
    return None if any(_lasts(r, day) for r in rows) else False


def member(w: World, table: str, columns: Json, key: str, day: str = FIRST) -> Truth:
    """Whether a table has such a row on a day."""
    it = w.rules["tables"][table]
    rows = [r for r in it["rows"].get(key, ()) if columns.items() <= r[2].items()]
    cover = next((c for c in it["said"] if _lasts(c, day)), None)
    present = any(_lasts(r, day) for r in rows)
    if cover is not None and (cover[2] == "closed" or (present and key != "other")):
        return present

    def said(on: str, before: bool) -> list[Any]:
        """What is said on a day, or just before it."""
        lasting = [*rows, *it["said"]]
        if before:
            return [x for x in lasting if (x[0] is None or x[0] < on) and (x[1] is None or on <= x[1])]
        return [x for x in lasting if _lasts(x, on)]

    turns = [x for r in (*rows, *it["said"]) for x in r[:2] if x is not None and FIRST < x <= day]
    begun = [x for x in turns if said(x, False) != said(x, True)]
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
    on = span((FIRST, LAST) if on == UNKNOWN else on)
    starts = [start for start, _ in p["rows"]]
    low, high = (bisect_right(starts, day) for day in on)
    rows = [p["rows"][i - 1] if i else None for i in range(low, high + 1)]
    found = [row and row[1] for row in rows]
    if low != high:
        return (min(found), max(found)) if p["ordered"] and None not in found else UNKNOWN
    return Gap(it[2], rows[0][0]) if rows[0] and found[0] is None else found[0]


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
    of = _WORKED[what]
    if tuple not in map(type, values):
        return of(*values, *rest)
    falls = {"age": 0, "minus": 1}.get(what)
    ends = zip(*(span(v)[::-1] if i == falls else span(v) for i, v in enumerate(values)), strict=True)
    return pair(*(None if None in end else of(*end, *rest) for end in ends))


def _aggregate(w: World, env: Env, it: Any) -> Any:
    what, _, (where, *below), at, depth, lows = it
    names, below = below[: (n := {"count": 0, "sum": 1}.get(what, 2))], below[n:]
    limits = [value(w, x, env) for x in below]
    if lack := _lack(limits):
        return lack[0]
    around = env[:depth]
    passed = [(x, True if where is None else truth(w, where, (*around, x))) for x in elements(w, at)]
    sure = [(*around, x) for x, held in passed if held and x[-2] != "+"]
    maybe = [(*around, x) for x, held in passed if held is not False and x[-2] != "+"]
    more = any(held is not False and x[-2] == "+" for x, held in passed)
    if what == "count":
        return pair(len(sure), None if more else len(maybe))
    if what == "sum":
        least, most = ([span(value(w, names[0], e))[i] for e in es] for i, es in enumerate((sure, maybe)))
        return pair(sum(x or 0 for x in least), None if more or None in most else sum(most))
    runs = []
    for most, chosen in enumerate((sure, maybe)):
        # The least: what surely passes, from its last first day to its first last day, cut as short as can be.
        cuts = [dt.date.fromisoformat(span(x)[i < lows ^ most] or (FIRST, LAST)[i < lows ^ most]) for i, x in enumerate(limits)]  # fmt: skip
        first, end = max([_LEAST, *cuts[:lows]]), min([_MOST + _DAY, *cuts[lows:]])
        spells = [] if more and most else [_spell(w, names, e, most) for e in chosen]
        runs.append(merged([(first, end)] if more and most else [(max(a, first), min(b, end)) for a, b in spells]))
    low, high = (sum((b - a).days for a, b in run) for run in runs)
    if what == "days":
        return pair(low, high)
    if runs[0] == runs[1] and not more:
        return months_of(runs[0])
    # Filling a gap between two spells can lower their months (thirty days to a month), never by more than this.
    return [low // 31, 0], [high // 28 + 1, 0]


def _spell(w: World, names: Sequence[int], env: Env, most: int) -> tuple[dt.date, dt.date]:
    """A spell as a half-open run of days, as short or as long as it can be."""
    ends = [span((FIRST, ONGOING) if v == UNKNOWN else v) for v in (value(w, x, env) for x in names)]
    first, last = (ends[i][i ^ most ^ 1] for i in range(2))
    return day_of(first), min(day_of(last), _MOST) + _DAY


def _score(w: World, env: Env, it: Any) -> Any:
    values = [value(w, x, env) for x in it[2]]
    if lack := _lack(values):
        return lack[0]
    of = sum if it[0] == "total" else max
    lows, highs = zip(*map(span, values), strict=True)
    return _capped(of(lows), None if None in highs else of(highs), it[3])


def _points(w: World, env: Env, it: Any) -> Any:
    _, _, (when, *each), points, most = it
    held = truth(w, when, env)
    least, times = span(value(w, each[0], env)) if each else (1, 1)
    low, high = _capped_ends(least * points, None if times is None else times * points, most)
    return pair(low if held else 0, 0 if held is False else high)


def _capped_ends(low: int, high: int | None, most: int | None) -> tuple[int, int | None]:
    return (low, high) if most is None else (min(low, most), most if high is None else min(high, most))


def _capped(low: int, high: int | None, most: int | None) -> Any:
    return pair(*_capped_ends(low, high, most))


# ------------------------------------------------------------------------------------------------------------- the days


def day_of(it: str) -> dt.date:
    """A day as a date."""
    return dt.date.max if it == ONGOING else dt.date.fromisoformat(it)


def shifted(day: dt.date, months: int) -> dt.date:
    """A day so many months on: the corresponding day, clipped to the end of a shorter month and to the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not _LEAST.year <= year <= _MOST.year:
        return _LEAST if year < _LEAST.year else _MOST
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def moved(it: str, months: int, days: int) -> str:
    """A day moved by months and then days; `ongoing` stays."""
    if it == ONGOING:
        return it
    day = shifted(day_of(it), months) if months else day_of(it)
    number = min(max(day.toordinal() + days, _LEAST.toordinal()), _MOST.toordinal())
    return dt.date.fromordinal(number).isoformat() if days else day.isoformat()


def edge(it: str, which: str) -> str:
    """The first or last day of the month or year in which a day falls."""
    if it == ONGOING:
        return it
    if which.startswith("year"):
        return it[:5] + ("01-01" if which == "year begins" else "12-31")
    return f"{it[:8]}{1 if which == 'month begins' else monthrange(int(it[:4]), int(it[5:7]))[1]:02}"


def age(born: str, on: str) -> int:
    """Completed years from a day to another."""
    years = day_of(on).year - day_of(born).year
    return years if shifted(day_of(born), 12 * years) <= day_of(on) else years - 1


Run = tuple[dt.date, dt.date]


def merged(spells: Iterable[Run]) -> list[Run]:
    """Spells as disjoint runs in order, overlaps and touching ends joined, empty ones dropped."""
    out: list[Run] = []
    for first, end in sorted(s for s in spells if s[0] < s[1]):
        if out and first <= out[-1][1]:
            out[-1] = out[-1][0], max(out[-1][1], end)
        else:
            out.append((first, end))
    return out


def months_of(runs: Iterable[Run]) -> list[int]:
    """Whole months of each run, and the days left over, thirty to a month."""
    months = days = 0
    for first, end in runs:
        whole = (end.year - first.year) * 12 + end.month - first.month
        whole -= shifted(first, whole) > end
        months, days = months + whole, days + (end - shifted(first, whole)).days
    return [months + days // 30, days % 30]


_WORKED: Mapping[str, Callable[..., Any]] = {
    "shift": moved, "edge": edge, "age": age, "minus": operator.sub,
    "year": lambda day: 10**18 if day == ONGOING else int(day[:4]),
    "min": lambda *values: min(values, key=ranked), "max": lambda *values: max(values, key=ranked),
}  # fmt: skip
_VALUE: Mapping[str, Callable[[World, Env, Any], Any]] = {
    "fact": _fact, "param": _param, "const": lambda _, __, it: it[2], "points": _points, "total": _score,
    "highest": _score, "count": _aggregate, "sum": _aggregate, "months": _aggregate, "days": _aggregate,
}  # fmt: skip
_TRUTH: Mapping[str, Callable[[World, int, Env, Any], Truth]] = {
    "all": _all, "any": _any, "at_least": _at_least, "some": _each, "every": _each, "reading": _reading,
    "not": lambda w, _, env, it: opposite(truth(w, it[2][0], env)), "true": lambda *_: True,
}  # fmt: skip
