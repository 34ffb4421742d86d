"""The one door to clingo.

Nothing an author or applicant wrote passes through here: predicate names are made by `solver.lower` from checked ids,
arguments are places in lists, and everything else is a clingo literal. Scripting is off in the library and no context
object is given, so `#script` and `@calls` could not run even if they were written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Self

import clingo
import clingo.backend
from clingo.configuration import Configuration
from clingo.control import Control
from msgspec import Struct, field


class OutOfTime(Exception):  # noqa: N818
    """The time allowed ran out before the solver had an answer. An answer that was not reached is never a no."""


def _quiet(code: clingo.MessageCode, message: str) -> None:
    """Keep the solver's messages from a user's terminal; errors are raised by the library itself."""


class Deadline:
    """Interrupts solving when the time allowed is over; None allows any time.

    clock: what the time is taken from, by default the clock on the wall.
    """

    def __init__(self, seconds: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin counting now."""
        self._clock = clock
        self._end = None if seconds is None else clock() + seconds

    def left(self) -> float | None:
        """Seconds left, at least a little; None without a limit. Raises OutOfTime when over."""
        if self._end is None:
            return None
        left = self._end - self._clock()
        if left <= 0:
            raise OutOfTime
        return left


CLINGO: str = clingo.__version__
"""The version of clingo."""

_FEW = 2_000
"""Conflicts after which a question is no longer an easy one: some hundredths of a second."""

_OPTIONS = ("--warn=none", f"--solve-limit={_FEW},umax")


def _solve(
    control: Control, assumptions: Sequence[int], deadline: Deadline, use: Callable[[clingo.Model], None] | None
) -> bool:
    """One model, if there is one; raises OutOfTime rather than leave the question open."""
    deadline.left()
    # A thread that can be stopped costs more than most questions do: only the hard ones are asked in one.
    satisfiable = control.solve(assumptions=assumptions, on_model=use).satisfiable
    return _pursued(control, assumptions, deadline, use) if satisfiable is None else satisfiable


def _pursued(
    control: Control, assumptions: Sequence[int], deadline: Deadline, use: Callable[[clingo.Model], None] | None
) -> bool:
    """The same without a limit on conflicts, until the time is over."""
    solving = control.configuration.solve
    assert isinstance(solving, Configuration)
    solving.solve_limit = "umax,umax"
    try:
        with control.solve(assumptions=assumptions, on_model=use, async_=True) as handle:
            if not handle.wait(deadline.left()):
                handle.cancel()
                raise OutOfTime
            satisfiable: bool | None = handle.get().satisfiable
    finally:
        solving.solve_limit = f"{_FEW},umax"
    if satisfiable is None:
        raise OutOfTime
    return satisfiable


class Grounded(Struct):
    """A program grounded once and asked many times by assumptions."""

    control: Control
    literals: dict[tuple[str, tuple[int, ...]], int]

    def literal(self, name: str, places: tuple[int, ...] = ()) -> int | None:
        """The literal of an atom; None if it can never hold."""
        return self.literals.get((name, places))

    def possible(self, assumptions: Sequence[int], deadline: Deadline) -> bool:
        """Whether there is a model under these assumptions."""
        return _solve(self.control, assumptions, deadline, None)


def ground(text: str, wanted: Iterable[tuple[str, int]]) -> Grounded:
    """Ground a program text made by `solver.text`. `wanted`: predicates to be asked about, with their arity."""
    # Questions to it are answered by propagation but for a few choices; a heuristic would cost more than it saves.
    control = Control([*_OPTIONS, "--heuristic=None"], logger=_quiet)
    control.add("base", [], text)
    control.ground([("base", [])])
    atoms = control.symbolic_atoms
    literals = {
        (name, tuple([x.number for x in a.symbol.arguments]) if arity else ()): a.literal
        for name, arity in wanted
        for a in atoms.by_signature(name, arity)
    }
    return Grounded(control, literals)


class Circuit(Struct):
    """A small program built rule by rule for one case, then asked which of its atoms can and must hold.

    What is added is handed over when the solver is asked; many circuits are never asked anything and never make one.
    sparing: whether models are preferred in which literals named by `rather` hold.
    """

    sparing: bool = False
    _control: Control | None = None
    _atoms: int = 0
    _handed: int = 0
    _rules: list[Callable[[clingo.Backend], None]] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Begin adding rules."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End adding rules."""

    @property
    def control(self) -> Control:
        """The solver, with all that was added."""
        if self._control is None:
            more = ["--heuristic=Domain"] if self.sparing else []
            self._control = Control([*_OPTIONS, *more], logger=_quiet)
        if self._rules or self._handed < self._atoms:
            with self._control.backend() as backend:
                while self._handed < self._atoms:  # the solver counts its atoms from 1, as we do
                    self._handed = backend.add_atom()
                for add in self._rules:
                    add(backend)
            self._rules.clear()
        return self._control

    def atom(self) -> int:
        """A fresh atom that nothing supports yet."""
        self._atoms += 1
        return self._atoms

    def choice(self, atoms: Iterable[int], body: Sequence[int] = ()) -> None:
        """Each atom may hold if the body does."""
        head, given = list(atoms), list(body)
        self._rules.append(lambda backend: backend.add_rule(head, given, choice=True))

    def rule(self, head: int, body: Sequence[int]) -> None:
        """The head holds if the body does."""
        given = list(body)
        self._rules.append(lambda backend: backend.add_rule([head], given))

    def never(self, body: Sequence[int]) -> None:
        """The body never holds as a whole."""
        given = list(body)
        self._rules.append(lambda backend: backend.add_rule([], given))

    def at_least(self, head: int, n: int, body: Sequence[int]) -> None:
        """The head holds if `n` of the body do."""
        given = [(b, 1) for b in body]
        self._rules.append(lambda backend: backend.add_weight_rule([head], n, given))

    def rather(self, literal: int) -> None:
        """Try first that the literal holds; only a circuit that is `sparing` does."""
        kind = clingo.backend.HeuristicType.True_ if literal > 0 else clingo.backend.HeuristicType.False_
        self._rules.append(lambda backend: backend.add_heuristic(abs(literal), kind, 1, 1, []))

    def at_most_one(self, atoms: Sequence[int]) -> None:
        """No two of the atoms hold together."""
        given = [(a, 1) for a in atoms]
        self._rules.append(lambda backend: backend.add_weight_rule([], 2, given))

    def find(self, assumptions: Sequence[int], wanted: Sequence[int], deadline: Deadline) -> list[bool] | None:
        """Truth of the wanted literals in some model under the assumptions, or None if there is none."""
        out: list[bool] = []

        def use(model: clingo.Model) -> None:
            out.extend(model.is_true(w) if w > 0 else not model.is_true(-w) for w in wanted)

        return out if _solve(self.control, assumptions, deadline, use) else None

    def range(
        self, targets: Sequence[int], deadline: Deadline, assumptions: Sequence[int] = ()
    ) -> list[bool | None] | None:
        """For each target: True if it holds in every model, False if in none, None if it varies; None if no model."""
        first = self.find(assumptions, targets, deadline)
        if first is None:
            return None
        out: list[bool | None] = list(first)
        open_ = dict.fromkeys(range(len(targets)))
        while open_:
            i = next(iter(open_))
            del open_[i]
            rest = [i, *open_]
            other = self.find(
                [*assumptions, -targets[i] if first[i] else targets[i]], [targets[k] for k in rest], deadline
            )
            if other is not None:
                for k, v in zip(rest, other, strict=True):
                    if v != first[k]:
                        out[k] = None
                        open_.pop(k, None)
        return out
