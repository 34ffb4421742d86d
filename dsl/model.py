"""The checked book: what the resolver hands on to the solver, the reports and every analysis.

Everything here is frozen, hashable and picklable; names are resolved (ids, not spans), every leaf carries its citation
and labels, and types have been checked, so later stages never fail on an author's mistake.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import ClassVar, Literal

from msgspec import Struct, field

from dsl.alike import Alike
from dsl.calendar import Duration, Edge

RULES = ".rules"
"""How the name of a file with declarations ends."""

FILING = "submitted_on"
"""What the day of filing is called in every book: the given that moves when a case is filed on another day."""

# --------------------------------------------------------------------------------------------------------------- words


class Label(Struct, frozen=True):
    """Words for a reader: English and Traditional Chinese (Simplified is derived when shown)."""

    en: str
    zh: str


class Place(Struct, frozen=True):
    """Where something stands: the file as the author named it, and code-point offsets into it, end exclusive."""

    file: str
    start: int
    end: int


class Citation(Struct, frozen=True):
    """A pinpoint in a declared source. `phrase`: at most 24 characters found there; `facts`: ids of the fact sheet."""

    source: str
    pinpoint: str
    phrase: str | None = None
    facts: tuple[str, ...] = ()
    weak: str | None = None


# --------------------------------------------------------------------------------------------------------------- types


class Scalar(Struct, frozen=True):
    """truth (bool), whole (int), money (int, whole Hong Kong dollars), date, duration, country (ISO 3166 alpha-2)."""

    kind: Literal["truth", "whole", "money", "date", "duration", "country", "text"]


class EnumOf(Struct, frozen=True):
    """A member of an enumeration, as its id."""

    enumeration: str


class KeyOf(Struct, frozen=True):
    """A key of one table (its id), or the word `other` for something no row of that table names."""

    table: str


class EntityOf(Struct, frozen=True):
    """One thing with facts of its own."""

    entity: str


class ListOf(Struct, frozen=True):
    """A list of things of one entity. Only a given (or an entity inside it) has lists; list elements have none."""

    entity: str


Type = Scalar | EnumOf | KeyOf | EntityOf | ListOf
HOLDING = (EntityOf, ListOf)
"""Types of what holds facts itself."""

Value = bool | int | str | dt.date | Duration
"""A known value. Enumerations, countries and keys are `str`."""

OTHER = "other"

# --------------------------------------------------------------------------------------------------------- expressions


class Path(Struct, frozen=True):
    """A fact: a given or bound variable, then facts of entities. `applicant.income`, `d.level`, `submitted_on`."""

    base: str
    steps: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Render as the language writes it."""
        return ".".join((self.base, *self.steps))


class Const(Struct, frozen=True):
    """A literal."""

    value: Value
    type: Type


class Param(Struct, frozen=True):
    """The value of a parameter in force on its own event."""

    id: str


class Shift(Struct, frozen=True):
    """A date moved by a duration (`plus`, `minus`)."""

    date: Expr
    by: Duration
    sign: Literal[1, -1]


class YearOf(Struct, frozen=True):
    """The calendar year of a date; a whole number."""

    date: Expr


class EdgeOf(Struct, frozen=True):
    """The first or last day of the month or year that a date falls in."""

    date: Expr
    edge: Edge


class AgeOn(Struct, frozen=True):
    """Completed years between two dates: `age of BORN on DATE`."""

    born: Expr
    on: Expr


class Difference(Struct, frozen=True):
    """`left - right` of two whole numbers or two amounts."""

    left: Expr
    right: Expr


class Aggregate(Struct, frozen=True):
    """A total over a list.

    months: whole months of the merged spells of the elements that pass `where`, clipped to `[after, before)` and to
        the window `[before - within, before)`. Compared with `at least N months` or `less than N months`; with a limit
        in days the days of the merged spells are counted instead (reading A-07).
    count:  how many elements pass `where`.
    sum:    the total of `of` (money or whole) over the elements that pass `where`.
    """

    kind: Literal["months", "count", "sum"]
    var: str
    list: Path
    entity: str
    where: Cond | None = None
    of: Path | None = None
    after: Expr | None = None
    before: Expr | None = None
    within: Duration | None = None


class Extreme(Struct, frozen=True):
    """`earliest of a, b` or `latest of a, b` of dates; `least of` / `greatest of` of durations in one unit."""

    kind: Literal["earliest", "latest", "least", "greatest"]
    args: tuple[Expr, ...]


class Points(Struct, frozen=True):
    """Points that count while a condition holds; with `each`, so many for each element that it counts, up to `most`."""

    points: int
    when: Clause
    each: Aggregate | None = None
    most: int | None = None


class Score(Alike, frozen=True):
    """Points added up (`total`), or those of the item with the most (`highest`); no more than `most`.

    `words`: what the score is called. `place`: the line that opens it, wherever it is put in.
    """

    kind: Literal["total", "highest"]
    items: tuple[Points | Expr, ...]
    most: int | None = None
    words: Label | None = None
    place: Place | None = None


Expr = Path | Const | Param | Shift | YearOf | EdgeOf | AgeOn | Difference | Aggregate | Extreme | Score

# ---------------------------------------------------------------------------------------------------------- conditions

Operator = Literal["is", "is_not", "lt", "le", "gt", "ge"]


class Compare(Struct, frozen=True):
    """A comparison of two values of one type. Dates: before = lt, on or before = le, and so on.

    `enumeration`: the ordered enumeration the two belong to, if it is more or less that is asked of them.
    """

    op: Operator
    left: Expr
    right: Expr
    enumeration: str | None = None


class OneOf(Struct, frozen=True):
    """Membership in a written set."""

    value: Expr
    options: tuple[Const, ...]


class Member(Struct, frozen=True):
    """Membership in a table of the law, in the edition of `on` (None: an undated table).

    `rows`: the rows looked at must have these column values, e.g. `where scheme is "ttps"`.
    """

    value: Expr
    table: str
    on: Expr | None
    rows: tuple[tuple[str, str], ...] = ()


class Window(Struct, frozen=True):
    """`within D after anchor`: anchor <= value <= anchor + D. `... before anchor`: anchor - D <= value < anchor."""

    value: Expr
    duration: Duration
    side: Literal["after", "before"]
    anchor: Expr


class Truth(Struct, frozen=True):
    """A truth fact, or a judgement (then the fact's declaration says so)."""

    fact: Path


class Always(Struct, frozen=True):
    """`always`: a condition that holds whatever the facts."""


class All(Struct, frozen=True):
    """Every clause holds. No clauses: holds."""

    items: tuple[Clause, ...]


class AnyOf(Struct, frozen=True):
    """Some clause holds."""

    items: tuple[Clause, ...]


class AtLeast(Struct, frozen=True):
    """At least `n` clauses hold."""

    n: int
    items: tuple[Clause, ...]


class Not(Struct, frozen=True):
    """The clause does not hold."""

    item: Clause


class Quantified(Struct, frozen=True):
    """`some`/`every` element of a list."""

    kind: Literal["some", "every"]
    var: str
    list: Path
    entity: str
    body: Clause


class Call(Struct, frozen=True):
    """A term applied to variables or givens, in the order of the term's parameters."""

    term: str
    args: tuple[Path, ...]


class ByReading(Struct, frozen=True):
    """The branch of the chosen reading."""

    reading: str
    branches: tuple[tuple[str, Clause], ...]


Test = Compare | OneOf | Member | Window | Truth
"""A leaf comparison: evaluated in Python; answer-set programs see only whether it holds."""

Cond = Test | Always | All | AnyOf | AtLeast | Not | Quantified | Call | ByReading


class Clause(Alike, frozen=True):
    """A condition with its label, citations and words.

    `label` is None for the unlabelled parts of a condition written on one line; the line as a whole is then the leaf
    a reader sees. `sentence` has value holes: {value} and {limit} of the line's comparison, or {path.to.fact}.
    """

    label: str | None
    cond: Cond
    cites: tuple[Citation, ...] = ()
    sentence: Label | None = None
    place: Place | None = None


# --------------------------------------------------------------------------------------------------------- declarations


class Source(Alike, frozen=True):
    """A document of the law. `rank` 1 (statute) to 7 (unknown author); `document`: file name among the stored ones.

    `sha256`: hash of the stored document that the rules were read from, in hexadecimal.
    """

    id: str
    label: Label
    rank: int
    edition: dt.date | None = None
    document: str | None = None
    address: str | None = None
    place: Place | None = None
    sha256: str | None = None


class Enumeration(Struct, frozen=True):
    """Named values; in order from least to greatest if `ordered`."""

    id: str
    label: Label
    members: tuple[tuple[str, Label], ...]
    ordered: bool = False


class Change(Struct, frozen=True):
    """How a fact can come to be another: never, as time passes, by what a person does, or as evidence settles it.

    grows: of a list, that something can be added to it; what stands in it already stays. effort: 1 little, 3 much.
    """

    kind: Literal["fixed", "time", "person", "evidence", "grows"]
    effort: Literal[1, 2, 3] = 2


class Fact(Struct, frozen=True):
    """A fact of an entity, or a given. `judgement` names the judgement it records, if it is one.

    `change` None: the book does not say how it changes, so that nothing may be advised to change it. `days`: a length
    of time that is told in days or weeks, since rules compare it with such; any other is told in months or years.
    """

    id: str
    type: Type
    label: Label
    judgement: str | None = None
    default: Literal["today"] | None = None
    change: Change | None = None
    days: bool = False


class Judgement(Alike, frozen=True):
    """An open-textured condition an officer decides. presumed: taken as favourable unless the case says otherwise.

    unless: truths of the case, one of which told to be so ends the presumption.
    """

    id: str
    label: Label
    mode: Literal["presumed", "open"]
    ref: str | None = None
    entity: str | None = None
    cites: tuple[Citation, ...] = ()
    unless: tuple[Path, ...] = ()
    place: Place | None = None


class Entity(Struct, frozen=True):
    """A kind of thing with facts. `spell`: the two date facts that begin and end its spell, both days inside.

    `invariants` bind the variable `it`; a case that breaks one is refused, a completion that breaks one is not counted.
    """

    id: str
    label: Label
    facts: tuple[Fact, ...]
    spell: tuple[str, str] | None = None
    invariants: tuple[Clause, ...] = ()

    def fact(self, name: str) -> Fact | None:
        """The fact of that name, or None."""
        for fact in self.facts:
            if fact.id == name:
                return fact
        return None


class Dated(Struct, frozen=True):
    """One value of a parameter, in force from a date (inclusive) until the next row's; known since `known`.

    `value` None: the law is not known from here on (a `law` hinge).
    """

    start: dt.date
    value: Value | None
    cites: tuple[Citation, ...]
    known: dt.date


class Parameter(Struct, frozen=True):
    """A value that changes with time. `event`: the given (a date) that chooses; None if there is one value for ever.

    Before the first row nothing is in force: a test on it does not hold.
    """

    id: str
    label: Label
    type: Type
    event: str | None
    values: tuple[Dated, ...]


class Coverage(Alike, frozen=True):
    """What a table is known to say between two dates (inclusive; None = unbounded).

    closed: a row missing means no. gappy: a row present means yes, a row missing means the law is not known.
    Outside every coverage nothing is known; `nothing` says the same, but from its first day the law is asked anew.
    `known`: since when this stretch is known (None: since it began).
    """

    kind: Literal["closed", "gappy", "nothing"]
    start: dt.date | None
    end: dt.date | None
    known: dt.date | None = None
    place: Place | None = None


class Row(Struct, frozen=True):
    """A row of a table: its key, the dates it is in force (inclusive), and its other columns as text."""

    key: str
    start: dt.date | None
    end: dt.date | None
    columns: tuple[tuple[str, str], ...]
    label: Label | None = None


class Table(Alike, frozen=True):
    """A list of the law, by date. `rows` may repeat a key with other dates or columns. `file`: that of the rows."""

    aside: ClassVar[tuple[str, ...]] = ("place", "file")

    id: str
    label: Label
    rows: tuple[Row, ...]
    coverage: tuple[Coverage, ...]
    cites: tuple[Citation, ...]
    key_type: Type
    place: Place | None = None
    file: str = ""


class Reading(Alike, frozen=True):
    """An ambiguity of the text and the ways to read it; the first of `values` that is `default` applies.

    `places`: where each of `values` stands.
    """

    aside: ClassVar[tuple[str, ...]] = ("places",)

    id: str
    label: Label
    values: tuple[tuple[str, Label], ...]
    default: str
    ref: str | None = None
    cites: tuple[Citation, ...] = ()
    places: tuple[Place, ...] = ()


class Conflict(Struct, frozen=True):
    """Sources that disagree, and how the book resolves it."""

    id: str
    label: Label
    says: tuple[Citation, ...]
    resolution: Literal["superseded", "outranked", "unreliable", "scope", "omission", "open"]
    reason: Label
    reading: str | None = None


NoRuleReason = Literal["descriptive", "statistic", "superseded", "not_about_eligibility", "material_not_found"]


class NoRule(Alike, frozen=True):
    """An entry of the fact sheet that no rule of the book is made from, and why."""

    fact: str
    reason: NoRuleReason
    note: Label | None = None
    place: Place | None = None


class Accepted(Alike, frozen=True):
    """A finding of `audit` that the author has looked into: its code and what it is about, and why it may stand."""

    code: str
    subject: str
    reason: Label
    place: Place | None = None


class Term(Struct, frozen=True):
    """A defined condition on one or more parameters (`var`, entity id)."""

    id: str
    label: Label
    params: tuple[tuple[str, str], ...]
    means: Clause


class Override(Struct, frozen=True):
    """An exception: while `when` holds, the clause at `target` (labels from the category down) counts as `effect`.

    effect met: a need counts as met, a bar as not applying. effect unmet: the opposite. `over`: labels of exceptions
    it prevails over.
    """

    label: str
    target: tuple[str, ...]
    effect: Literal["met", "unmet"]
    when: Clause
    over: tuple[str, ...] = ()


class Grant(Struct, frozen=True):
    """Something a category gives: `stay` (a duration) or `condition` (a member of an enumeration)."""

    kind: str
    value: Expr
    cites: tuple[Citation, ...]


class Document(Struct, frozen=True):
    """A paper one has to file."""

    id: str
    label: Label
    cites: tuple[Citation, ...]


class Asks(Struct, frozen=True):
    """Documents a category asks for; `when` None = always."""

    documents: tuple[str, ...]
    when: Clause | None


class Route(Struct, frozen=True):
    """`routes to SCHEME-OR-CATEGORY when ...`: a pointer for the reader, never a bar."""

    target: str
    when: Clause


class Scheme(Struct, frozen=True):
    """A scheme; categories belong to one by the first part of their id."""

    id: str
    label: Label


class Notice(Struct, frozen=True):
    """A sentence shown under every answer."""

    id: str
    label: Label
    ref: str | None
    cites: tuple[Citation, ...]


class Category(Alike, frozen=True):
    """A category of a scheme. Holds iff `needs` holds and `bars` (a disjunction, None = no bar) does not."""

    id: str
    label: Label
    needs: Clause
    bars: Clause | None
    overrides: tuple[Override, ...] = ()
    grants: tuple[Grant, ...] = ()
    asks: tuple[Asks, ...] = ()
    routes: tuple[Route, ...] = ()
    cites: tuple[Citation, ...] = ()
    place: Place | None = None

    @property
    def scheme(self) -> str:
        """The scheme's id."""
        return self.id.split(".")[0]


class Property(Struct, frozen=True):
    """A promise about verdicts: never both, always with."""

    id: str
    kind: Literal["never", "always"]
    left: str
    right: str


class NeverHurts(Alike, frozen=True):
    """A promise that of two people who differ in one fact alone never only the one qualifies who has less of it.

    fact: a number, amount or duration of which there is more, or a list with the same elements and further ones.
    """

    id: str
    fact: Path
    type: Type
    category: str
    place: Place | None = None


class AnyOrder(Alike, frozen=True):
    """A promise that no verdict depends on the order in which the elements of a list are told."""

    id: str
    list: Path
    place: Place | None = None


Promise = Property | NeverHurts | AnyOrder


class Verdict(StrEnum):
    """Over all completions of what is unknown: every one, some, none."""

    QUALIFIES = "qualifies"
    DEPENDS = "depends"
    DOES_NOT_QUALIFY = "does_not_qualify"


Asserted = Literal["grants", "asks for", "routes to", "rests on", "sensitive to"]


class Assertion(Alike, frozen=True):
    """One line under an expectation: the exact set of what the answer grants, asks for, points to or rests on.

    `kind`: the kind of grant spoken of; None with `grants`: of all kinds.
    """

    what: Asserted
    values: tuple[Value, ...]
    kind: str | None = None
    place: Place | None = None


class Expectation(Alike, frozen=True):
    """What an example asserts of one category.

    `because`: label paths ("graduate.experience") that must be among the reasons. `hinges`: if not None, the exact
    set of hinge ids. `sensitive`: if not None, the exact set of readings the verdict is sensitive to.
    """

    category: str
    verdict: Verdict
    because: tuple[str, ...] = ()
    hinges: tuple[str, ...] | None = None
    sensitive: tuple[str, ...] | None = None
    asserts: tuple[Assertion, ...] = ()
    place: Place | None = None


class Example(Alike, frozen=True):
    """A worked person. `facts` is the text of a case (YAML); `like` names an example whose facts it starts from.

    `changes` are (path, YAML text of the value) set on top; `change_places` where the two of each are written.
    """

    aside: ClassVar[tuple[str, ...]] = ("place", "facts_place", "change_places")

    id: str
    label: Label | None
    facts: str
    like: str | None
    changes: tuple[tuple[str, str], ...]
    expects: tuple[Expectation, ...]
    place: Place | None = None
    facts_place: Place | None = None
    change_places: tuple[tuple[Place, Place], ...] = ()


class Book(Alike, frozen=True):
    """A checked book with everything it imports. Mappings are by id, in order of declaration."""

    aside: ClassVar[tuple[str, ...]] = ("texts",)

    id: str
    label: Label
    known: dt.date
    sources: dict[str, Source]
    enumerations: dict[str, Enumeration]
    entities: dict[str, Entity]
    givens: dict[str, Fact]
    parameters: dict[str, Parameter]
    tables: dict[str, Table]
    judgements: dict[str, Judgement]
    readings: dict[str, Reading]
    conflicts: dict[str, Conflict]
    terms: dict[str, Term]
    documents: dict[str, Document]
    schemes: dict[str, Scheme]
    categories: dict[str, Category]
    properties: dict[str, Promise]
    notices: dict[str, Notice]
    examples: dict[str, Example]
    invariants: tuple[Clause, ...] = ()
    texts: dict[str, str] = field(default_factory=dict)
    """The files the book was read from, by the name used in `Place`: its rules, then the tables they name."""
    no_rules: dict[str, NoRule] = field(default_factory=dict)
    """What of the fact sheet is no rule, by its id there."""
    accepted: dict[str, Accepted] = field(default_factory=dict)
    """Findings of `audit` that may stand, by code and subject."""
