"""What a stage has to say: a code, a message, labelled places, and one fix that can be typed.

A stage returns `Result(value, diagnostics)`. It never prints, and never raises for a user's mistake; `InternalError` is
for a mistake of ours.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct

from dsl.model import Place

T_co = TypeVar("T_co", covariant=True)

OPTION = "<option>"
"""The file of a place inside a command-line option; the text shown is the option as typed."""


class Severity(StrEnum):
    """An error stops the answer; a warning stands beside it."""

    ERROR = "error"
    WARNING = "warning"


class Code(Struct, frozen=True):
    """A kind of diagnostic. The id is never given to anything else; the slug is for people."""

    id: str
    slug: str
    severity: Severity
    summary: str


class Label(Struct, frozen=True):
    """Words beside a place. The text may be empty where the message says it all."""

    place: Place
    text: str = ""


class Replacement(Struct, frozen=True):
    """Text to stand in a place instead of what is there."""

    place: Place
    text: str


class Diagnostic(Struct, frozen=True):
    """One finding.

    message: one line, lower case, no final period, the same wherever the code is met but for names in backticks.
    notes: facts that explain. help: one action, typeable. cites: the source of the rule at fault, if there is one.
    fix: what that action does to the text, if it can be done without asking anybody and changes no verdict.
    """

    code: str
    message: str
    primary: Label
    secondary: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: str | None = None
    cites: str | None = None
    fix: tuple[Replacement, ...] = ()


class Result(Struct, Generic[T_co], frozen=True):
    """What a stage made, if it could, and what it has to say about its input."""

    value: T_co | None
    diagnostics: tuple[Diagnostic, ...] = ()


class InternalError(Exception):
    """A bug of ours: says in which stage, and asks for a report."""

    def __init__(self, stage: str, what: str) -> None:
        """Name the stage and what was found there."""
        super().__init__(f"internal error in {stage}: {what}; please report this with the files that show it")
        self.stage = stage
