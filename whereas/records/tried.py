"""Values of a fact between which comparisons turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from whereas.records import meaning as mn
from whereas.records.kernel import Checked
from whereas.records.program import EDGES

Test = tuple[int, mn.Env]
ZERO, MANY = 0, 10**12


def candidates(c: Checked, w: mn.World, at: str, test: Test | None) -> list[Any]:
    """Values of a fact between which a comparison turns."""
    kind = c.kind(at)
    seeds = list(_seeds(c, w, *test)) if test is not None else []
    nodes, tables = c.rules["nodes"], c.rules["tables"]
    by = {it[3] for it in nodes if it[0] == "looked up" and nodes[it[2][1]][2:4] == [-1, at]}
    seeds += [start for name in sorted(by) for start in tables[name]["*"]["starts"]]
    match kind["is"]:
        case "truth":
            return [True, False]
        case "enum":
            return list(kind["of"])
        case "key":
            keys = {key for name, it in tables.items() if name.startswith(f"{kind['table']} ") for key in it}
            return [*_rows(c, test), "other", *sorted(keys - {"*", "?"})][:80]
        case "country":
            named = [s for s in seeds if isinstance(s, str) and len(s) == 2]
            return list(dict.fromkeys([*named, *_rows(c, test)[:40], "AQ", "JP"]))
        case "duration":
            spans = [s.split() for s in seeds if isinstance(s, str) and " " in s]
            near = [(int(n) + k, unit.rstrip("s")) for n, unit in spans for k in (0, -1, 1)]
            kinds = {unit[0] in "my" for _, unit in near} or {
                True,
                False,
            }  # months and years compare, days and weeks do
            stays = [v for r in c.body["results"] for g in r["grants"] for v in g["values"] if " " in str(v)]
            given = [v for v in stays if (v.split()[1][0] in "my") in kinds]
            return [*(f"{n} {unit}{'s' * (n != 1)}" for n, unit in near if n >= 0), *given, "0 months"]
        case "date":
            return _dates(seeds)
        case _:
            numbers = {s for s in seeds if type(s) is int} | {int(s[:4]) for s in seeds if is_day(s)}
            sums = {a + b for a in numbers for b in numbers} | {a - b for a in numbers for b in numbers}
            near_ = [n + k for n in (*sorted(numbers, reverse=True), *sorted(sums)) for k in (0, 1, -1)]
            return [n for n in dict.fromkeys([*near_, ZERO, MANY]) if 0 <= n <= 10**15][:60]


def is_day(it: Any) -> bool:
    """Whether something is a day in the calendar."""
    return isinstance(it, str) and len(it) == 10 and it[4] == it[7] == "-"


def _dates(seeds: Sequence[Any]) -> list[Any]:
    days = {s for s in seeds if is_day(s) and mn.FIRST <= s <= mn.LAST}
    moves = {s for s in seeds if isinstance(s, tuple)}
    years = {s for s in seeds if type(s) is int}
    moves |= {(12 * (n + k), 0) for n in years if 0 <= n < 120 for k in (0, 1)}
    moves |= {(n[0], 0) for s in seeds if isinstance(s, str) and " " in s and isinstance(n := mn.ranked(s), list)}
    moved = {mn.moved(d, sign * months, sign * by) for d in days for months, by in moves for sign in (1, -1)}
    turns = days | moved | {f"{y}-01-01" for n in years if 1900 < n < 2199 for y in (n, n + 1)}
    turns |= {mn.edge(d, *e) for d in turns for e in EDGES.values()}
    near = {mn.moved(d, 0, k) for d in turns for k in (0, 1, -1) if mn.FIRST < d < mn.LAST}
    middle = mn.day_of(max(days, default="2020-01-01"))
    ordered = sorted(near | {"1950-01-01", "2020-01-01"}, key=lambda d: abs((mn.day_of(d) - middle).days))
    return [*ordered[:8], "1950-01-01", mn.ONGOING, *ordered[8:90], mn.FIRST, mn.LAST]


def _seeds(c: Checked, w: mn.World, n: int, env: mn.Env) -> Iterator[Any]:
    """Every value a comparison names, reads or works out, as far as it is known."""
    it, tables = c.rules["nodes"][n], c.rules["tables"]
    match it[0], it[2:-1]:
        case "const", [value]:
            yield tuple(value) if isinstance(value, list) else value
        case "fact", [place, at]:
            if place < len(env):
                got = w.facts.get(at if place < 0 else env[place] + at)
                yield None if isinstance(got, tuple) else got
        case what, [below, *rest]:
            if what == "shift":
                yield tuple(rest)
            if what == "looked up":
                rows = list(tables[rest[0]].values())[-50:]
                yield from (
                    x for it in rows for x in (*it["starts"], *it["said"]) if not isinstance(x, bool | dict | None)
                )
            for b in below:
                yield from _seeds(c, w, b, env)
                if what in ("is", "is_not", "lt", "le") and c.rules["nodes"][b][1] <= len(env):
                    got = mn.get(w, b, env)
                    if not isinstance(got, dict | tuple | None):
                        yield got
        case _:
            pass
    filed = w.facts.get("submitted_on")
    yield None if isinstance(filed, tuple) else filed


def _rows(c: Checked, test: Test | None) -> list[str]:
    """Keys that the table of a comparison has in the rows wanted."""
    table = None if test is None else c.rules["nodes"][c.rules["nodes"][test[0]][2][0]]
    if table is None or table[0] != "looked up":
        return []
    rows = c.rules["tables"][table[3]]
    said = {key: x["said"] for key, x in rows.items() if key not in ("*", "?") and True in x["said"]}
    return sorted(said, key=lambda key: said[key][-1] is not True)[:60]
