"""Records tampered with at random: `python -m tests.tampering [--count 10000] [--seed 0]`.

A place is given another value, left out, doubled or moved. Half of it anywhere in a record, which its digest has to
show; half where the record follows from its facts and rules, with the digest mended, which the checker has to find
wrong or not proved where it was proved before. Exit code 1 if one is missed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from random import Random

import rfc8785

from tests.test_records import Json, derived, findings, recorded, shipped, spots, tampered
from whereas.records import canonical

PEOPLE = (
    ("graduate", "ttps"), ("high_earner", "ttps"), ("near_the_floor", "ttps"), ("two_degrees", "gep"),
    ("experienced", "qmas"), ("second_time", "asmtp"), ("hd_with_job", "vpas"), ("graduate", "iang"),
)  # fmt: skip


def main() -> int:
    """Tamper, and print what was found."""
    options = argparse.ArgumentParser(prog="python -m tests.tampering", description="records tampered with at random")
    options.add_argument("--count", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=0)
    chosen = options.parse_args()
    book, luck, began = shipped().book, Random(chosen.seed), time.process_time()
    records = []
    for name, scheme in PEOPLE:
        body, _ = recorded(name, scheme)
        records.append((f"{name} {scheme}", body, derived(body), findings(book, body)))
    by_digest = sum(_shows(luck, *luck.choice(records)[1:2]) for _ in range(chosen.count // 2))
    print(f"found by the digest      {by_digest:>7,}  of {chosen.count // 2:,}")
    tried: Counter[str] = Counter()
    how: Counter[str] = Counter()
    missed = []
    while sum(tried.values()) < chosen.count - chosen.count // 2:
        name, body, places, true = luck.choice(records)
        path = luck.choice(places)
        changed = tampered(body, path, luck)
        if changed is None:
            continue
        tried[name] += 1
        found = findings(book, changed)
        how["wrong" if any(f[0] == "wrong" for f in found) else "only not proved"] += found != true
        if found == true:
            missed.append((name, path))
    for name, n in sorted(tried.items()):
        print(f"{name:24} {n:>7,}")
    print(f"found by the checker     {sum(how.values()):>7,}  {dict(how)}")
    print(f"missed                   {len(missed):>7,}  in {time.process_time() - began:.0f} s")
    for name, path in missed[:20]:
        print(f"  {name}: {'.'.join(map(str, path))}")
    return 1 if missed or by_digest < chosen.count // 2 else 0


def _shows(luck: Random, body: Json) -> bool:
    """Whether the digest of a record shows a change anywhere in it."""
    every, changed = list(spots(body))[1:], None
    while changed is None:
        changed = tampered(body, luck.choice(every), luck)
    packed = canonical.packed(body)
    return not canonical.unpacked(packed[:86] + rfc8785.dumps(changed) + packed[-2:])[2]


if __name__ == "__main__":
    sys.exit(main())
