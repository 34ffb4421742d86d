"""What a report is made of: what it says of a case, in words but without a shape.

The parts are named tuples; those that go into a report of few words are made only as far as it shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from dsl.model import Verdict
from whereas.entries import TotalView
from whereas.phrases import Language

Mark = Literal["met", "not_met", "open"]

MARK_OF: Mapping[Verdict, Mark] = {
    Verdict.QUALIFIES: "met",
    Verdict.DEPENDS: "open",
    Verdict.DOES_NOT_QUALIFY: "not_met",
}
"""How a verdict is marked, and the conditions that carry it."""


class Named(NamedTuple):
    """An id and its words."""

    id: str
    words: str


class Row(NamedTuple):
    """One condition as the case meets it, from the reader's side: a bar that does not apply is met.

    path: where the condition stands; label: what it is called among its neighbours, or below the category where it
    is told without the tree; reading: for a branch of a reading that is left open, how the text is read there; totals:
    in the tree, what the totals over lists that the condition compares were made of; seen: of a need that is not met,
    what the case has instead, where the words say that apart from what is asked.
    """

    path: str
    label: str
    mark: Mark
    words: str
    cites: tuple[str, ...]
    decisive: bool
    status: str
    kind: str
    note: str | None
    rows: tuple[Row, ...]
    reading: str | None = None
    totals: tuple[TotalView, ...] = ()
    seen: str | None = None


class HingeView(NamedTuple):
    """Something a verdict turns on; `label` names it, `words` say how it stands.

    way: the phrase that `words` are made by; fact, thing: a fact and what it is a fact of, where several of one thing
    are told together.
    """

    kind: str
    id: str
    label: str
    words: str
    way: str
    fact: str
    thing: str


class Lasts(NamedTuple):
    """A rule without an end that an answer leans on, as known to the day of its source."""

    id: str
    words: str
    known_to: str
    date: str


class Closes(NamedTuple):
    """The last day of filing on which a yes is still one, and the verdict on the day after."""

    file_by: str
    then: str
    words: str


class GrantView(NamedTuple):
    """What a category gives."""

    kind: str
    values: tuple[str, ...]
    chosen_by: tuple[str, ...]
    words: str


class Told(NamedTuple):
    """One thing a case tells; `value` as data: None of what is not a value."""

    kind: str
    id: str
    value: bool | int | str | None
    words: str


class Part(NamedTuple):
    """A smallest part of a case that settles a category: what it tells, and the conditions it decides."""

    told: tuple[Told, ...]
    rows: tuple[Row, ...]


class Standing(NamedTuple):
    """All that stands in the way of a category, or all that a yes rests on; `complete`: nothing is missing."""

    parts: tuple[Part, ...]
    complete: bool


class ResultView(NamedTuple):
    """The answer on one category.

    reasons: the decisive conditions, without the tree around them; more: how many such conditions are left out.
    rows, sources: the tree and what it cites, if it was asked for.
    """

    category: str
    scheme: str
    label: str
    scheme_label: str
    verdict: Verdict
    verdict_words: str
    reasons: tuple[Row, ...]
    more: int
    rows: tuple[Row, ...]
    hinges: tuple[HingeView, ...]
    assumes: tuple[Named, ...]
    sensitive_to: tuple[Named, ...]
    grants: tuple[GrantView, ...]
    asks_for: tuple[Named, ...]
    routes_to: tuple[Named, ...]
    leans_on: tuple[Named, ...]
    because: tuple[str, ...]
    sources: tuple[Named, ...]
    closes: Closes | None
    open_ended: tuple[Lasts, ...]
    standing: Standing | None = None


class Nearest(NamedTuple):
    """A no, by how little stands in its way.

    changes: how many things would have to change at the least, None if something stands in the way that cannot.
    complete: all that stands in the way was found.
    """

    category: str
    label: str
    changes: int | None
    distance: float
    words: str
    complete: bool


class Turning(NamedTuple):
    """A verdict that turns on readings of the text, and in words on which, and what it is read otherwise."""

    category: str
    verdict: str | None
    readings: tuple[tuple[str, tuple[tuple[str, str | None], ...]], ...]
    words: tuple[str, ...]


class Readings(NamedTuple):
    """The verdicts that are the same under every reading, and those that are not.

    unsettled: categories for which not every combination of readings was tried.
    """

    same: tuple[tuple[str, tuple[str, ...]], ...]
    turning: tuple[Turning, ...]
    unsettled: tuple[str, ...]


class CaseView(NamedTuple):
    """Everything a report says of one case.

    chosen: where it is not answered as the book itself chooses. summary: the verdicts in short, where there are
    several. lists: those written in full with something on them;
    none_told: those written in full with nothing.
    """

    case: str
    title: str | None
    lang: Language
    book: Named
    known: str
    submitted_on: str | None
    submitted_on_defaulted: bool
    filed: str | None
    as_known_on: str | None
    as_known_words: str | None
    readings: tuple[tuple[Named, Named], ...]
    chosen: tuple[str, ...]
    summary: tuple[tuple[Mark, str], ...]
    lists: tuple[Named, ...]
    none_told: tuple[Named, ...]
    unused: tuple[Named, ...]
    notices: tuple[Named, ...]
    limit: str | None
    complete: bool
    unsettled: tuple[Named, ...]
    results: tuple[ResultView, ...]
    near: tuple[Nearest, ...] = ()
    under_readings: Readings | None = None
