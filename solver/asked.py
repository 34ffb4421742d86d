"""How a goal is asked about, what may turn out besides, and when a category counts as reached."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct, field

from dsl.case import Case
from dsl.model import Verdict
from solver.answer import Hinge
from solver.compiled import Compiled
from solver.evaluate import LawVar
from solver.facts import Address
from solver.polarity import Answers
from solver.run import Deadline
from solver.situation import Judging


class Asked(Struct, frozen=True):
    """A case, a category, and how it is asked about it. kindly: what the law does not say is taken to help.

    raised: the questions of the law that came up on the way; without any, what is found does not hang on `kindly`.
    """

    compiled: Compiled
    case: Case
    category: str
    readings: Mapping[str, str]
    judgements: Judging
    deadline: Deadline
    kindly: bool = False
    reached: dict[Any, set[dt.date]] = field(default_factory=dict)
    raised: set[Any] = field(default_factory=set)
    refuting: list[Completion] = field(default_factory=list)
    """Completions in which the category failed: they often refute other changes too."""

    def noting(self, law: Answers) -> Answers:
        """The same answers of the law, what they are asked for noted."""

        def answer(var: LawVar) -> bool | None:
            self.raised.add(var)
            return law(var)

        return answer


class Completion(Struct, frozen=True, eq=False):
    """Something that may turn out: values of what is not told, and open lists that have no more in them."""

    values: Mapping[Address, Any]
    closed: tuple[str, ...] = ()


AS_TOLD = Completion({})
"""Nothing turns out."""


def standing(verdict: Verdict, hinges: Iterable[Hinge], *, kindly: bool = False) -> bool:
    """Whether a category is reached: it qualifies, or hangs on judgements alone (kindly: or on the law)."""
    if verdict is Verdict.DEPENDS:
        return all(h.kind == "judgement" or (kindly and h.kind == "law") for h in hinges)
    return verdict is Verdict.QUALIFIES
