"""What a condition does when not everything is known: it holds, it fails, or (None) it may do either.

Reads the plain data of `program.py` and nothing of this project; written from `docs/semantics.md`. Every answer is
sound: what is said to hold holds in every completion. It is not always sharp: None may stand where every completion
agrees, and a record then has to bring a case split. Values are those of JSON; dates compare as text. A pair (low, high)
is a value somewhere between, both included (None: no bound); None a value that is not in force; `{"ask": ...}` one that
the law does not give.
"""

from __future__ import annotations

import datetime as dt
import operator
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

Json = dict[str, Any]
Truth = bool | None
Env = tuple[str, ...]
"""Addresses of the elements around a node."""
FIRST, LAST, ONGOING = "1900-01-01", "2199-12-31", "ongoing"
UNKNOWN = (None, None)
_LEAST, _MOST, _DAY = dt.date(1900, 1, 1), dt.date(2199, 12, 31), dt.timedelta(1)


class World(Struct):
    """What is known. `facts`: values by address, for a list how many elements; of `reading ID` and `law KEY` as well.

    `open`: lists that may have more. `cells`: bounds on what is not known. `base`: a world this one was made from: only
    nodes that read something `stale` (bits of names) can differ, and where `more` is known only those that vary there.
    `met`: unknown things met on the way, if listened for. `added`: facts of elements that a completion adds to lists.
    """

    rules: Json
    facts: Mapping[str, Any]
    open: frozenset[str] = frozenset()
    cells: Mapping[str, Any] = field(default_factory=dict)
    base: World | None = None
    stale: int = -1
    more: bool = True
    memo: dict[Any, Any] = field(default_factory=dict)
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
    """What a condition does; looked at once, in the world from which on nothing that it reads differs."""
    it, reads = w.rules["nodes"][n], w.rules["reads"][n]
    while w.base is not None and not reads & w.stale and w.met is None:
        w = w.base
    key = (n, env[: it[1]]) if it[1] else n
    if key not in w.memo:
        held = _before(w, reads, key)
        w.memo[key] = _TRUTH[it[0]](w, n, env, it) if held is None else held
    out: Truth = w.memo[key]
    return out


def _before(w: World, reads: int, key: Any) -> Any:
    """What a condition was seen to do for certain in a world that this one was made from, and does here too."""
    base = w.base
    if base is None or (reads & w.stale and not w.more):
        return None
    return base.memo[key] if key in base.memo else _before(base, reads, key)


def _least(w: World, _: int, env: Env, it: Any) -> Truth:
    """At least so many hold: all of them, or one of them."""
    needed, spare = it[3], len(it[2]) - it[3]
    for x in it[2] if needed > 0 <= spare else ():
        held = w.memo[x] if x in w.memo else truth(w, x, env)
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
    chosen = w.facts.get(f"reading {it[2]}")
    if chosen is None:
        w.meet("reading", f"reading {it[2]}")
    found = {truth(w, x, env) for x in ([it[3][chosen]] if chosen else it[3].values())}
    return found.pop() if len(found) == 1 else None


def _ask(w: World, question: str) -> Truth:
    """A question of the law."""
    answer: Truth = w.facts.get(f"law {question}")
    if answer is None:
        w.meet("law", f"law {question}")
    return answer


def _test(w: World, n: int, env: Env, it: Any) -> Truth:
    w.meet("test", (n, env))
    a, b = value(w, it[2][0], env), value(w, it[2][1], env)
    if a is None or b is None:
        return False
    gap = next((v["ask"] for v in (a, b) if type(v) is dict), None)
    if it[0] == "listed" and gap is None:
        return _listed(w, it, a, b)
    if UNKNOWN in (a, b):
        return None
    if gap is not None:
        return _ask(w, f"{gap}|{n}{''.join(env[: it[1]])}")
    return apart(it[0], span(a), span(b)) if tuple in (type(a), type(b)) else _OPS[it[0]](a, b)


_OPS: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": operator.eq, "is_not": operator.ne, "lt": operator.lt, "le": operator.le
}  # fmt: skip


def span(it: Any) -> Any:
    """A value as a pair of bounds."""
    return it if type(it) is tuple else (it, it)


def apart(op: str, a: Any, b: Any) -> Truth:
    """A comparison of two pairs."""
    if op in ("is", "is_not"):  # of pairs it can only be told that they lie apart
        return op == "is_not" if apart("lt", a, b) or apart("lt", b, a) else None
    (low, high), (least, most) = a, b
    if None not in (high, least) and _OPS[op](high, least):
        return True
    return None if None in (low, most) or _OPS[op](low, most) else False


def _during(it: Json, day: Any) -> Sequence[Any]:
    """What is said on a day, or on one of the days that it can be."""
    starts, said = it["starts"], it["said"]
    if type(day) is not tuple:
        return (said[bisect_right(starts, day)],)
    found = said[bisect_right(starts, day[0] or FIRST) : bisect_right(starts, day[1] or LAST) + 1]
    return [x for i, x in enumerate(found) if x not in found[:i]]


def _listed(w: World, it: Any, key: Any, day: Any) -> Truth:
    """Whether a table has a row of a key on a day: what it says of each, of any other (*), of one not known (?)."""
    said = w.rules["lists"][it[3]]
    found = _during(said.get("?" if key == UNKNOWN else key) or said["*"], day)
    if len(found) == 1 and type(found[0]) is dict:
        return _ask(w, f"{it[4]}:{key}|{found[0]['ask']}")
    return found[0] if len(found) == 1 else None


# --------------------------------------------------------------------------------------------------------------- values


def value(w: World, n: int, env: Env = ()) -> Any:
    """A value, a pair, a question of the law, or None; worked out once, as a condition is looked at."""
    it, reads = w.rules["nodes"][n], w.rules["reads"][n]
    if it[0] in _READ:
        return _READ[it[0]](w, env, it)
    while w.base is not None and not reads & w.stale and w.met is None:
        w = w.base
    key = (n, env[: it[1]]) if it[1] else n
    if key not in w.memo or w.met is not None:
        w.memo[key] = _VALUE.get(it[0], _lifted)(w, env, it)
    return w.memo[key]


def _fact(w: World, env: Env, it: Any) -> Any:
    at = it[3] if it[2] < 0 else env[it[2]] + it[3]
    found = w.facts.get(at)
    if found is None:
        w.meet("fact", at)
        return w.cells.get(at, UNKNOWN)
    return found


def _dated(w: World, env: Env, it: Any) -> Any:
    """The value of a parameter on a day."""
    p = w.rules["parameters"][it[3]]
    found = _during(p, value(w, it[2][0], env))
    if len(found) > 1:
        return (min(found), max(found)) if p["ordered"] and not _lack(found) else UNKNOWN
    return found[0]


def _lack(values: Sequence[Any]) -> list[Any]:
    """What of some values leaves nothing to work out, the first of it deciding what comes out."""
    return [x for x in (None, UNKNOWN) if x in values] + [v for v in values if type(v) is dict]


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
    for loose, end in zip(("max", "min"), ends, strict=True):  # the most of the least of two needs one of them only
        known = [x for x in end if x is not None]
        enough = known if what == loose else len(known) == len(values)
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
    "shift": moved, "edge": edge, "age": _age, "minus": operator.sub, "times": operator.mul, "rank": ranked,
    "plus": lambda *values: sum(values), "year": lambda day: 10**18 if day == ONGOING else int(day[:4]),
    "place": lambda it, members: members.index(it),
    "min": lambda *values: min(values, key=ranked), "max": lambda *values: max(values, key=ranked),
}  # fmt: skip
_READ: Mapping[str, Callable[[World, Env, Any], Any]] = {"fact": _fact, "const": lambda _, __, it: it[2]}
_VALUE: Mapping[str, Callable[[World, Env, Any], Any]] = {
    "dated": _dated, "when": _when, "sum": _sum, "months": _spells, "days": _spells
}  # fmt: skip
_TRUTH: Mapping[str, Callable[[World, int, Env, Any], Truth]] = {
    "least": _least, "some": _some, "reading": _reading, **dict.fromkeys((*_OPS, "listed"), _test),
    "not": lambda w, _, env, it: opposite(truth(w, it[2][0], env)),
}  # fmt: skip
