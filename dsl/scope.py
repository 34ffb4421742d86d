"""The names of a book: who declares what, and which name a word means where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from dsl.diagnostics import Diagnostic, Label
from dsl.model import Citation, Entity, EntityOf, Expr, Fact, ListOf, Path, Place, Type
from dsl.suggest import nearest
from dsl.syntax import Line, Node, Token


class Declared(Struct):
    """A declaration as written, and where."""

    line: Line
    file: str
    name: Token


class Meaning(Struct, frozen=True):
    """What a named value means: its parameters and their types, the value and its type, and what it cites."""

    params: tuple[tuple[str, Type], ...]
    value: Expr
    type: Type
    cites: tuple[Citation, ...]


class Names(Struct):
    """Everything declared, by kind and id, and the diagnostics met so far. One per compilation."""

    texts: Mapping[str, str]
    declared: dict[str, dict[str, Declared]] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)
    lost: bool = False
    """Whether a declaration could not be read."""
    used: set[tuple[str, str]] = field(default_factory=set)
    """Declarations that something names, by kind and name; facts that a rule reads, as `given` or `entity.fact`."""
    meanings: dict[str, Meaning] = field(default_factory=dict)
    """What named values mean, as far as they are in order."""
    lengths: list[tuple[tuple[str, ...], frozenset[str], str, Node]] = field(default_factory=list)
    """Comparisons of lengths of time: the facts in them, whether they count days or months, the file and the place."""
    borrowed: list[Citation] = field(default_factory=list)
    """Citations of the named values put in so far; a clause takes those of the values it uses."""

    def of(self, kind: str) -> dict[str, Declared]:
        """Declarations of one kind."""
        return self.declared.setdefault(kind, {})

    def use(self, kind: str, name: str) -> bool:
        """Whether a name of this kind is declared; if so it counts as used."""
        if name in self.of(kind):
            self.used.add((kind, name))
            return True
        return False

    def report(
        self,
        code: str,
        message: str,
        file: str,
        at: Node | Token | Line,
        label: str,
        *,
        help: str | None = None,
        notes: tuple[str, ...] = (),
        secondary: tuple[Label, ...] = (),
    ) -> None:
        """Add a diagnostic at something written."""
        end = at.head.end if isinstance(at, Line) and at.head else at.end
        self.found.append(Diagnostic(code, message, Label(Place(file, at.start, end), label), secondary, notes, help))

    def unknown(
        self, kind: str, token: Node | Token, text: str, file: str, candidates: Iterable[str], fix: str | None = None
    ) -> None:
        """Report a name that nothing declares. `fix`: what helps where no name is near, if it cannot be declared.

        Nothing is said while a declaration cannot be read, since it may be the one that declares the name.
        """
        if self.lost:
            return
        options = list(candidates)
        near = nearest(text, options)
        shown = ", ".join(options[:8]) + (", ..." if len(options) > 8 else "")
        self.report(
            "N102",
            f"unknown {kind} `{text}`",
            file,
            token,
            "not declared",
            notes=(f"known: {shown}",) if options and not near else (),
            help=f"write `{near}`"
            if near
            else fix or f"declare {'an' if kind[0] in 'aeio' else 'a'} {kind} `{text}`, or use one that is declared",
        )


class Scope(Struct, frozen=True):
    """What a word can mean inside one declaration: variables (name to entity id), givens, entities.

    `values`: parameters of a named value that are no things, with their types.
    """

    names: Names
    file: str
    givens: Mapping[str, Fact]
    entities: Mapping[str, Entity]
    variables: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Type] = field(default_factory=dict)

    @property
    def bound(self) -> list[str]:
        """The names that mean a fact or a thing here."""
        return [*self.variables, *self.values, *self.givens]

    def bind(self, name: str, entity: str) -> Scope:
        """The scope inside a quantifier or term."""
        return replace(self, variables={**self.variables, name: entity})

    def path(self, token: Token) -> tuple[Path, Type, Fact | None] | None:
        """The fact a dotted word names, with its type; None, and reported, if it names none."""
        base, *steps = token.text.split(".")
        fact: Fact | None = None
        kind: Type
        if base in self.variables:
            kind = EntityOf(self.variables[base])
        elif base in self.values:
            kind = self.values[base]
        elif base in self.givens:
            fact = self.givens[base]
            kind = fact.type
            self.names.used.add(("fact", base))
        else:
            self.names.unknown("fact", token, base, self.file, self.bound)
            return None
        for i, step in enumerate(steps):
            if isinstance(kind, ListOf):
                self.names.report(
                    "K207",
                    f"`{'.'.join([base, *steps[:i]])}` is a list",
                    self.file,
                    token,
                    "a fact of one of its elements",
                    help=f"write `some x in {'.'.join([base, *steps[:i]])} such that ...` and use `x.{step}`",
                )
                return None
            entity = self.entities.get(kind.entity) if isinstance(kind, EntityOf) else None
            fact = entity.fact(step) if entity else None
            if fact is None:
                options = [f.id for f in entity.facts] if entity else []
                near = nearest(step, options)
                self.names.report(
                    "N106",
                    f"`{'.'.join([base, *steps[:i]])}` has no fact `{step}`",
                    self.file,
                    token,
                    f"{'it is a ' + entity.id if entity else 'it is one value'}",
                    notes=(f"its facts: {', '.join(options)}",) if options and not near else (),
                    help=f"write `{near}`" if near else f"declare `{step}` in the entity, or use one of its facts",
                )
                return None
            kind = fact.type
            assert entity is not None
            self.names.used.add(("fact", f"{entity.id}.{step}"))
        return Path(base, tuple(steps)), kind, fact
