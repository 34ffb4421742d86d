"""What a node of a rule comes to when not everything is known.

Reads the plain data of `program.py` and nothing of this project; written from `docs/semantics.md`. A condition holds,
fails, or (None) may do either. Every answer is sound: what is said to hold holds in every completion. It is not always
sharp: None may stand where every completion agrees, and a record then has to bring a case split. Values are those of
JSON; dates compare as text. A pair (low, high) is a value somewhere between, both included (None: no bound); None a
value that is not in force; `{"ask": ...}` one that the law does not give.
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
    """What is known. `facts`: values or pairs by address, for a list how many elements; `reading ID`, `law KEY` too.

    `open`: lists that may have more; what stands for all that they may have is the element `[+]`, beside it
    `[++]`. `base`: a world this one was made from: only nodes that read something `stale` can differ.
    `sure`: one in which less is known, so that what is settled there is settled here. `change`: what a completion says.
    """

    rules: Json
    facts: Mapping[str, Any]
    open: frozenset[str] = frozenset()
    base: World | None = None
    sure: World | None = None
    stale: int = -1
    change: Mapping[str, Any] = field(default_factory=dict)
    memo: dict[Any, Any] = field(default_factory=dict)


def get(w: World, n: int, env: Env = ()) -> Any:
    """What a node comes to; worked out once, in the world from which on nothing that it reads differs."""
    it = w.rules["nodes"][n]
    while w.base is not None and not it[-1] & w.stale:
        w = w.base
    key = (n, env[: it[1]]) if it[1] else n
    if key not in w.memo:
        sure = w.sure and w.sure.memo.get(key)
        w.memo[key] = sure if type(sure) is bool else _RULES.get(it[0], _lifted)(w, n, env, it)
    return w.memo[key]


def of(n: int, env: Env = ()) -> Callable[[World], Any]:
    """What a node comes to, by world."""
    return lambda w: get(w, n, env)


# ----------------------------------------------------------------------------------------------------------- conditions


def _least(w: World, _: int, env: Env, it: Any) -> Truth:
    """At least so many hold: all of them, or one of them."""
    needed, spare = it[3], len(it[2]) - it[3]
    for x in it[2] if needed > 0 <= spare else ():
        held = w.memo[x] if x in w.memo else get(w, x, env)
        needed, spare = needed - (held is True), spare - (held is False)
        if needed == 0 or spare < 0:
            break
    return True if needed <= 0 else False if spare < 0 else None


def elements(w: World, at: str) -> list[str]:
    """The elements of a list."""
    return [f"{at}[{i}]" for i in range(w.facts[at])] + [f"{at}[+]"] * (at in w.open)


def _some(w: World, _: int, env: Env, it: Any) -> Truth:
    held = {get(w, it[2][0], (*env[: it[4]], at)) for at in elements(w, it[3])}
    return True if True in held else None if None in held else False


def _reading(w: World, _: int, env: Env, it: Any) -> Truth:
    """What the reading chosen says; if none is, what all of them say."""
    chosen = w.facts.get(it[3])
    held = {get(w, x, env) for x, value in zip(it[2], it[4], strict=True) if chosen in (None, value)}
    return held.pop() if len(held) == 1 else None


def _test(w: World, n: int, env: Env, it: Any) -> Truth:
    a, b = get(w, it[2][0], env), get(w, it[2][1], env)
    if a is None or b is None:
        return False
    if dict in (type(a), type(b)):
        return w.facts.get(question) if (question := asked(w, n, env)) else None
    return apart(it[0], a, b)


def asked(w: World, n: int, env: Env) -> str | None:
    """The question of the law that a comparison comes to: what a table says of a key, or how a value compares."""
    _, depth, below, *_ = w.rules["nodes"][n]
    values = [get(w, x, env) for x in below]
    gap = None if UNKNOWN in values else next((v["ask"] for v in values if type(v) is dict), None)
    return gap and (f"law {gap}{n}{''.join(env[:depth])}" if gap[-1] == "|" else f"law {gap}")


_OPS: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": operator.eq, "is_not": operator.ne, "lt": operator.lt, "le": operator.le
}  # fmt: skip


def span(it: Any) -> Any:
    """A value as a pair of bounds."""
    return it if type(it) is tuple else (it, it)


def apart(op: str, a: Any, b: Any) -> Truth:
    """A comparison of two values or pairs."""
    if tuple not in (type(a), type(b)):
        return _OPS[op](a, b)
    if op in ("is", "is_not"):  # of pairs it can only be told that they lie apart
        return op == "is_not" if apart("lt", a, b) or apart("lt", b, a) else None
    (low, high), (least, most) = span(a), span(b)
    if None not in (high, least) and _OPS[op](high, least):
        return True
    return None if None in (low, most) or _OPS[op](low, most) else False


# --------------------------------------------------------------------------------------------------------------- values


def _fact(w: World, _: int, env: Env, it: Any) -> Any:
    found = w.facts.get(it[3] if it[2] < 0 else env[it[2]] + it[3])
    return UNKNOWN if found is None else found


def _looked_up(w: World, _: int, env: Env, it: Any) -> Any:
    """What a table or parameter says on a day, or those it can be: of a key, of any other (*), of one not known (?)."""
    key, day = values = [get(w, x, env) for x in it[2]]
    if lack := [x for x in _lack(values) if x != UNKNOWN]:
        return lack[0]
    table = w.rules["tables"][it[3]]
    row = table.get("?" if key == UNKNOWN else key) or table["*"]
    first, last = (bisect_right(row["starts"], x or z) for x, z in zip(span(day), (FIRST, LAST), strict=True))
    found = [x for i, x in enumerate(row["said"][first : last + 1]) if x not in row["said"][first : first + i]]
    if key == UNKNOWN:
        return UNKNOWN if found != [False] else False
    if len(found) == 1:
        return {"ask": found[0]["ask"].replace("*", key)} if type(found[0]) is dict else found[0]
    return (min(found), max(found)) if it[4] and not _lack(found) else UNKNOWN


def _lack(values: Sequence[Any]) -> list[Any]:
    """What of some values leaves nothing to work out, the first of it deciding what comes out."""
    return [x for x in (None, UNKNOWN) if x in values] + [x for x in values if type(x) is dict]


def pair(low: Any, high: Any) -> Any:
    """A value between two bounds."""
    return low if low == high and low is not None else (low, high)


def _lifted(w: World, _: int, env: Env, it: Any) -> Any:
    """A value that grows with each of those it is worked out from (`age` falls with the first, `minus`: the second)."""
    what, _depth, below, *rest, _reads = it
    values = [get(w, x, env) for x in below]
    if lack := _lack(values):
        return lack[0]
    if tuple not in map(type, values):
        return _WORKED[what](*values, *rest)
    falls, made = {"age": 0, "minus": 1}.get(what), []
    ends = zip(*(span(v)[::-1] if i == falls else span(v) for i, v in enumerate(values)), strict=True)
    for loose, end in zip(("max", "min"), ends, strict=True):  # the most of the least of two needs one of them only
        known = [x for x in end if x is not None]
        enough = known if what == loose else len(known) == len(values)
        made.append(_WORKED[what](*known, *rest) if enough else None)
    return pair(*made)


def _when(w: World, _: int, env: Env, it: Any) -> Any:
    """Points that count while a condition holds."""
    held, got = get(w, it[2][0], env), get(w, it[2][1], env)
    if held is not None or _lack([got]):
        return got if held is not False else 0
    return pair(0, span(got)[1])


def _passing(w: World, env: Env, it: Any) -> tuple[list[Env], list[Env]]:
    """The elements that pass a filter for certain, and those that may."""
    held = {e: get(w, it[2][0], e) for e in ((*env[: it[4]], x) for x in elements(w, it[3]))}
    return [e for e in held if held[e]], [e for e in held if held[e] is not False]


def _sum(w: World, _: int, env: Env, it: Any) -> Any:
    sure, may = _passing(w, env, it)
    most = [span(get(w, it[2][1], e))[1] for e in may]
    more = None in most or any(e[-1][-2] == "+" for e in may)
    return pair(sum(span(get(w, it[2][1], e))[0] or 0 for e in sure), None if more else sum(most))


def _spells(w: World, _: int, env: Env, it: Any) -> Any:
    """Months, or days, of merged spells: from the least they can be to the most."""
    below, lows, runs = it[2], it[5], []
    limits = [get(w, x, env) for x in below[3:]]
    if lack := _lack(limits):
        return lack[0]
    for most, envs in enumerate(_passing(w, env, it)):  # the least begins as late and ends as early as it can
        cuts = [_bound(x, (i < lows) ^ most) for i, x in enumerate(limits)]
        first, end = max([_LEAST, *cuts[:lows]]), min([_MOST + _DAY, *cuts[lows:]])
        ends = [[_bound(get(w, x, e), (not i) ^ most) for i, x in enumerate(below[1:3])] for e in envs]
        runs.append(_merged((max(a, first), min(b, _MOST, end - _DAY) + _DAY) for a, b in ends))
    low, high = (sum((b - a).days for a, b in run) for run in runs)
    if it[0] == "days":
        return pair(low, high)
    # Filling a gap between two spells can lower their months (thirty days to a month), never by more than this.
    return _months(runs[0]) if runs[0] == runs[1] else ([low // 31, 0], [high // 28 + 1, 0])


# ------------------------------------------------------------------------------------------------------------- the days


def day_of(it: str) -> dt.date:
    """A day as a date."""
    return dt.date.max if it == ONGOING else dt.date.fromisoformat(it)


def _bound(it: Any, high: int) -> dt.date:
    """The first or last day that something can be."""
    return day_of(span(it)[high] or (FIRST, ONGOING)[high])


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
    number = _shifted(day_of(it), months).toordinal() + days
    return dt.date.fromordinal(min(max(number, _LEAST.toordinal()), _MOST.toordinal())).isoformat()


def edge(it: str, kept: int, rest: str) -> str:
    """The first or last day of the month or year in which a day falls: so much of it is kept, and how it goes on."""
    return it if it == ONGOING else it[:kept] + (rest or f"-{monthrange(int(it[:4]), int(it[5:7]))[1]}")


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
_RULES: Mapping[str, Callable[[World, int, Env, Any], Any]] = {
    "least": _least, "some": _some, "reading": _reading, **dict.fromkeys(_OPS, _test),
    "not": lambda w, _, env, it: {None: None, True: False, False: True}[get(w, it[2][0], env)],
    "const": lambda _w, _n, _e, it: it[2],
    "there": lambda w, _, env, it: env[it[3]][-2] != "+" or w.facts.get(env[it[3]]),
    "fact": _fact, "looked up": _looked_up, "when": _when, "sum": _sum, "months": _spells, "days": _spells,
}  # fmt: skip
