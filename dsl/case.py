"""A person as told: which facts are known, which are not, and which lists may have more.

This module holds the values only; reading them from YAML is `dsl.casefile`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from dsl.model import Judgement, Path, Place, Value


class Absent(Enum):
    """Why a fact has no value. The three mean the same to the solver and are told apart in words."""

    NOT_ASKED = "not_asked"
    UNKNOWN = "unknown"
    DECLINED = "declined"


class Listed(Struct, frozen=True):
    """A list as written. `open`: there may be more elements than these. A list not told is `Listed((), True)`."""

    items: tuple[Record, ...]
    open: bool = False
    told: bool = True
    reason: Absent = Absent.NOT_ASKED


Known: TypeAlias = "Value | Absent | Listed | Record"
"""What a case says of one fact. Every fact of the book has an entry, `Absent` if the file is silent."""


class Record(Struct, frozen=True):
    """The facts of one thing, by fact id."""

    facts: Mapping[str, Known]

    def __getitem__(self, name: str) -> Known:
        """The value of one fact."""
        return self.facts[name]


class Case(Struct, frozen=True):
    """One person.

    `root` has an entry for every given of the book (judgements made on the whole case among them). Presumed judgements
    the file does not record are `Absent` here; whether the presumption applies is for the solver to be told.
    `readings`: readings the file itself chooses. `places`: where each written fact stands, by its address
    ("applicant.degrees[0].level"). `defaulted`: addresses filled in by a default (`submitted_on`: today). `about`: what
    the case shows, in its author's words.
    """

    name: str
    root: Record
    readings: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    defaulted: tuple[str, ...] = ()
    title: str | None = None
    about: str | None = None


def presumes(judgement: Judgement, root: Mapping[str, Any]) -> bool:
    """Whether a judgement that is not recorded is taken as favourable, given the facts told: nothing ends that."""
    return judgement.mode == "presumed" and not (judgement.unless and ended(judgement, root))


def ended(judgement: Judgement, root: Mapping[str, Any]) -> tuple[Path, ...]:
    """The facts told to be so that end the presumption of a judgement."""
    return tuple(p for p in judgement.unless if _at(root, p) is True)


def _at(root: Mapping[str, Any], path: Path) -> Any:
    here = root.get(path.base)
    for step in path.steps:
        inner = getattr(here, "facts", None)
        here = None if inner is None else inner.get(step)
    return here


def having(case: Case, steps: Sequence[str | int], value: Value) -> Case:
    """A case that tells one fact more, or otherwise. A number among the steps: of the only element of a list."""

    def put(at: Known | None, rest: Sequence[str | int]) -> Known:
        if not rest:
            return value
        step, *more = rest
        if isinstance(step, int):
            only = at.items[0] if isinstance(at, Listed) and len(at.items) == 1 else Record({})
            return Listed((_record(put(only, more)),))
        facts: Mapping[str, Known] = at.facts if isinstance(at, Record) else {}
        return Record({**facts, step: put(facts.get(step), more)})

    return replace(case, root=_record(put(case.root, steps)))


def _record(known: Known) -> Record:
    assert isinstance(known, Record)
    return known
