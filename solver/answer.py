"""What the solver says of a case: verdicts, hinges, grants and the walk through each rule.

Nothing here has words in it; `whereas.words` and the reports turn these values into sentences.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Literal

from msgspec import Struct, field

from dsl.case import Known
from dsl.model import Aggregate, Clause, Score, Value, Verdict


class Status(StrEnum):
    """What a clause does over all completions of the case."""

    HOLDS = "holds"
    FAILS = "fails"
    VARIES = "varies"


class Hinge(Struct, frozen=True, order=True):
    """Something a verdict really turns on.

    id: for a fact its address ("applicant.degrees[0].level", "applicant.jobs"), for a judgement its id (or the address
    of the judgement on a thing), for a reading its id, for a gap in the law "TABLE:KEY" or "PARAMETER".
    """

    kind: Literal["fact", "judgement", "reading", "law"]
    id: str


StepKind = Literal["all", "any", "at_least", "not", "some", "every", "reading", "test", "element", "constant"]


class Step(Struct, frozen=True):
    """One clause as the case meets it.

    path: the clause's labels from the category down, "ttps.b/graduate/degree"; a term's inner labels follow the label
        of the clause that calls it; the bars of a category stand under their own labels ("ttps.b/nationality").
    kind: "test" is a leaf with a citation (a line in the book, possibly of several comparisons joined by and/or/not);
        "element" is one element under a some/every.
    wanted: whether the clause should hold for the category to hold (False inside `not` and `barred by`).
    element: for kind "element" the address "applicant.degrees[0]"; for an element that an open list may have, with
        "+" in the brackets ("applicant.degrees[+]").
    binding: variables in scope and the addresses they stand for.
    values: what a test saw, by hole name: "value" and "limit" of its comparison, and each fact by its path as written
        ("d.institution"). A value is a `Value`, an `Absent`, or a tuple (low, high) of months-and-days pairs or
        numbers where only a range is known. A months total is a pair (months, days).
    override: label of an exception to this clause that applies or may.
    alone: where there is such an exception, what the clause does by itself over all completions.
    gaps: law gaps met by this test ("TABLE:KEY").
    decisive: lies on a branch that decides the category's verdict (what fired, what blocked, or what it hangs on).
    totals: of a test, what the totals over lists that it compares were made of; worked out when it is looked at.
    """

    path: str
    kind: StepKind
    status: Status
    wanted: bool
    clause: Clause | None
    children: tuple[Step, ...] = ()
    n: int | None = None
    element: str | None = None
    reading: tuple[str, str] | None = None
    binding: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Known | tuple[object, object]] = field(default_factory=dict)
    override: str | None = None
    gaps: tuple[str, ...] = ()
    decisive: bool = False
    totals: Sequence[Tally] = ()
    alone: Status | None = None


class Entry(Struct, frozen=True):
    """An entry of a list under a total: whether it counts, None where that cannot be told.

    why: the first condition of the total's filter that fails or is open. elsewhere: there were other ways to pass the
        filter, and none is met either.
    absent: addresses of the facts on which it hangs besides (its amount, its days, a day that bounds the total).
    amount: what it adds to a sum, or would. spell: of a time, the first and the last day of the part that counts; of an
        entry that does not count as no day of it lies in the window, or not for sure, its days as far as they are told.
    overlaps: addresses of some entries before it that count on some of the same days; a day counts once.

    Of a score an entry is a line: address is its label, why says how its condition stands, amount is its points.
    outdone: only the line with the most points counts, and another has more, or (if `counts` is None) may have.
    """

    address: str
    counts: bool | None
    why: Step | None = None
    elsewhere: bool = False
    absent: tuple[str, ...] = ()
    amount: int | None = None
    spell: tuple[dt.date | None, dt.date | None] | None = None
    overlaps: tuple[str, ...] = ()
    outdone: bool = False


class Tally(Struct, frozen=True):
    """What a total over a list, or a score, was made of.

    list: address of the list. open: it may have more entries than these. window: of a time, the first and the last day
    that count; None where a day that bounds it is not told. binding: variables in scope and what they stand for.
    caps: scores among those of a score that would come to more than they may.
    """

    total: Aggregate | Score
    list: str
    entries: tuple[Entry, ...]
    open: bool
    window: tuple[dt.date, dt.date] | None
    binding: Mapping[str, str]
    caps: tuple[Score, ...] = ()


class Granted(Struct, frozen=True):
    """What a category gives: every value it can take over the completions, with the events that choose among them."""

    kind: str
    values: tuple[Value, ...]
    chosen_by: tuple[str, ...] = ()


class Result(Struct, frozen=True):
    """The answer on one category. Only `category`, `scheme` and `verdict` are there without reasons being asked for.

    because: label paths of the decisive leaves ("graduate.experience"), in rule order.
    leans_on: ids of sources of rank 6 or 7 alone that the decisive clauses rest on.
    """

    category: str
    scheme: str
    verdict: Verdict
    hinges: tuple[Hinge, ...] = ()
    assumes: tuple[str, ...] = ()
    sensitive_to: tuple[str, ...] = ()
    grants: tuple[Granted, ...] = ()
    asks_for: tuple[str, ...] = ()
    routes_to: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    leans_on: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


class Answer(Struct, frozen=True):
    """All results on one case, categories in book order. `unused`: told facts that no condition reads.

    `complete` False: a limit was reached; `results` then lacks the categories not settled, listed in `unsettled`.
    """

    case: str
    results: tuple[Result, ...]
    readings: Mapping[str, str]
    unused: tuple[str, ...] = ()
    complete: bool = True
    unsettled: tuple[str, ...] = ()
    limit: str | None = None
