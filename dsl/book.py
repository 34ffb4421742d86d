"""From the files of a book directory to one checked book."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from msgspec.structs import replace

from dsl import dated, examples, law, lengths, named, promised, rules, vocabulary
from dsl.checks import check
from dsl.codes import CODES
from dsl.diagnostics import Diagnostic, Label, Result, Severity
from dsl.lint import lint
from dsl.literals import date
from dsl.model import RULES, Book, Fact, Place, Promise, Scalar
from dsl.model import Label as Words
from dsl.parse import parse
from dsl.parts import each, parts
from dsl.scope import Declared, Names, Scope
from dsl.suggest import nearest
from dsl.syntax import PROMISES, Line, Token
from dsl.unread import unread
from dsl.words import label


def compile_book_files(files: Mapping[str, str], main: str = "book.rules") -> Result[Book]:
    """Read, resolve and check a book.

    `files`: text of every `.rules` and `.csv` file, by path from the book's directory with `/`; `main`: the file to
    begin with. The value is there only if no error was found.
    """
    names = Names(files)
    order = _files(files, main, names)
    head = _collect(order, names)
    book = _build(names, head, files)
    found = _without_echoes(names.found, names)
    if book is not None and not any(CODES[d.code].severity is Severity.ERROR for d in found):
        found = [*found, *check(book, names), *unread(book, names), *lint(book, names)]
    failed = any(CODES[d.code].severity is Severity.ERROR for d in found)
    unique = tuple(dict.fromkeys(found))
    return Result(
        None if failed else book,
        tuple(sorted(unique, key=lambda d: (d.primary.place.file, d.primary.place.start, d.code))),
    )


_OPENS = re.compile(r"^(?!no[ \t])[^\s#]+[ \t]+([A-Za-z][A-Za-z0-9_.-]*)", re.MULTILINE)


def _without_echoes(found: list[Diagnostic], names: Names) -> list[Diagnostic]:
    """Leave out unknown names that a declaration which could not be read would have declared."""
    declared = {n for kind in names.declared.values() for n in kind}
    lost = {m.group(1) for t in names.texts.values() for m in _OPENS.finditer(t)} - declared
    return [d for d in found if d.code != "N102" or not any(f"`{n}`" in d.message for n in lost)]


def _files(files: Mapping[str, str], main: str, names: Names) -> list[tuple[str, tuple[Line, ...]]]:
    """Every file reached from the main one, imported files first, each parsed once."""
    if main not in files:
        place = Label(Place(main, 0, 0), "not found")
        names.found.append(
            Diagnostic("N101", f"there is no file `{main}`", place, help=f"put the main book into `{main}`")
        )
        return []
    done: dict[str, tuple[Line, ...]] = {}
    order: list[str] = []

    def visit(file: str, trail: tuple[str, ...]) -> None:
        result = parse(files[file], file)
        names.found.extend(result.diagnostics)
        names.lost |= bool(result.diagnostics)
        done[file] = result.value or ()
        for token in _used(done[file]):
            target = token.text.split(".")[-1] + RULES
            if target not in files:
                _no_book(token, file, files, names)
            elif target in (*trail, file):
                names.report(
                    "N105",
                    "books use one another in a circle",
                    file,
                    token,
                    " uses ".join([*trail, file, target]),
                    help="move what both need into a third book",
                )
            elif target not in done:
                visit(target, (*trail, file))
        order.append(file)

    visit(main, ())
    for file in sorted(f for f in files if f.endswith(RULES) and f not in done):
        fix = f"add `uses ...{file.removesuffix(RULES)}` to {main}, or delete the file"
        place = Label(Place(file, 0, 0), "never read")
        names.found.append(Diagnostic("A408", f"`{file}` is used by no book", place, help=fix))
    return [(f, done[f]) for f in order]


def _used(lines: tuple[Line, ...]) -> list[Token]:
    """The books a file uses."""
    uses = [x for line in lines if line.kind == "book" for x in line.under("uses")]
    return [token for x in uses if x.head for token in x.head.nodes()[0].tokens("NAME")]


def _no_book(token: Token, file: str, files: Mapping[str, str], names: Names) -> None:
    """Report a book that is not there."""
    *above, name = token.text.split(".")
    near = nearest(name, [f.removesuffix(RULES) for f in files if f.endswith(RULES)])
    fix = f"write `{'.'.join([*above, near])}`" if near else f"add the file {name}{RULES}"
    names.report("N101", f"there is no book `{token.text}`", file, token, f"no file {name}{RULES}", help=fix)


_ONE_NAME = (("given", "parameter", "value"), ("term", "value"))
"""Kinds of declaration whose names stand in the same places, so that one name means one of them."""


def _collect(order: list[tuple[str, tuple[Line, ...]]], names: Names) -> Declared | None:
    """Every declaration under its kind and name; the main book's own line is returned."""
    head: Declared | None = None
    for file, lines in order:
        books = [x for x in lines if x.kind == "book"]
        if not books and lines:
            names.report(
                "S009",
                "the file does not say which book it is",
                file,
                lines[0],
                "the first declaration",
                help="begin with `book NAME` and its labels",
            )
        for line in lines:
            assert line.head is not None
            kind = PROMISES.get(line.kind, line.kind)
            if kind == "invariant":
                names.of("invariant")[f"{file}:{line.start}"] = Declared(
                    line, file, Token("NAME", "", line.start, line.start)
                )
                continue
            if kind == "no_rule":
                for ref in line.head.nodes()[0].tokens("REF"):
                    _declare(names, kind, Declared(line, file, ref), f"take `{ref.text}` out of one of the two lines")
                continue
            if kind == "accepted":
                code, subject = line.head.tokens("NAME")[0], line.head.tokens("STRING")[0]
                both = Token("NAME", f"{code.text} {subject.text}", code.start, subject.end)
                _declare(names, kind, Declared(line, file, both), "take one of the two lines away")
                continue
            token = next((t for t in line.head.tokens("NAME", "REF")), None)
            if token is None:
                continue
            if kind == "book":
                head = Declared(line, file, token)
                names.of("book")[file] = head
                continue
            _declare(names, kind, Declared(line, file, token), f"choose another name, such as `{token.text}_2`")
    return head


def _declare(names: Names, kind: str, d: Declared, fix: str) -> None:
    """Put a declaration under its name, or report that the name is taken."""
    name = d.name.text
    clash = next((k for ks in _ONE_NAME if kind in ks for k in ks if name in names.of(k)), kind)
    first = names.of(kind).get(name) or names.of(clash).get(name)
    if first is None:
        names.of(kind)[name] = d
        return
    place = Place(first.file, first.name.start, first.name.end)
    names.report(
        "N103",
        f"`{name}` is declared twice",
        d.file,
        d.name,
        "again here",
        help=fix,
        secondary=(Label(place, "first here"),),
    )


def _build(names: Names, head: Declared | None, files: Mapping[str, str]) -> Book | None:
    """The book, as far as its declarations can be built."""
    if head is None:
        return None
    for d in names.of("book").values():
        parts(d, names, "uses", "known", once=("known",))
    words = Words("?", "？")
    for d in names.of("book").values():
        words = label(d.line, names, d.file, f"the book `{d.name.text}`")
    known = _known(names, head)
    sources = each(names, "source", lambda n, d: law.source(names, n, d))
    enumerations = each(names, "enumeration", lambda n, d: vocabulary.enumeration(names, n, d))
    judgements = each(names, "judgement", lambda n, d: law.judgement(names, n, d))
    entities = each(names, "entity", lambda n, d: vocabulary.entity(names, n, d, judgements))
    givens = each(names, "given", lambda _, d: vocabulary.given(names, d))
    vocabulary.check_shapes(names, entities, givens)
    for j in judgements.values():
        if j.entity is None:
            givens[j.id] = Fact(j.id, Scalar("truth"), j.label, judgement=j.id)

    def scope(d: Declared) -> Scope:
        return Scope(names, d.file, givens, entities)

    judgements = {n: law.with_endings(names, j, scope(names.of("judgement")[n])) for n, j in judgements.items()}
    named.named_values(names, scope(head))

    entities = {
        n: replace(e, invariants=vocabulary.entity_invariants(names, e, Scope(names, "", givens, entities)))
        for n, e in entities.items()
    }
    tables = each(names, "table", lambda n, d: dated.table(names, n, d, files))
    readings = each(names, "reading", lambda n, d: law.reading(names, n, d))
    conflicts = each(names, "conflict", lambda n, d: law.conflict(names, n, d))
    parameters = each(names, "parameter", lambda n, d: dated.parameter(names, n, d, scope(d)))
    terms = each(names, "term", lambda n, d: rules.term(names, n, d, scope(d)))
    documents = each(names, "paper", lambda n, d: law.document(names, n, d))
    schemes = each(names, "scheme", lambda n, d: law.scheme(names, n, d))
    categories = each(names, "category", lambda n, d: rules.category(names, n, d, scope(d)))
    notices = each(names, "notice", lambda n, d: law.notice(names, n, d))
    properties: dict[str, Promise] = each(names, "property", lambda n, d: promised.promise(names, n, d, scope(d)))
    no_rules = each(names, "no_rule", lambda n, d: law.no_rule(names, n, d))
    accepted = each(names, "accepted", lambda n, d: law.accepted(names, n, d))
    people = each(names, "example", lambda n, d: examples.example(names, n, d, scope(d)))
    top = tuple(c for d in names.of("invariant").values() for c in vocabulary.invariants((d.line,), scope(d)))
    givens, entities = lengths.counted(givens, entities, names)
    return Book(
        head.name.text,
        words,
        known,
        sources,
        enumerations,
        entities,
        givens,
        parameters,
        tables,
        judgements,
        readings,
        conflicts,
        terms,
        documents,
        schemes,
        categories,
        properties,
        notices,
        people,
        top,
        _read(names, files),
        no_rules,
        accepted,
    )


def _known(names: Names, head: Declared) -> dt.date:
    """The day up to which the law is known; one long ago, and a report, where the book does not say."""
    knowns = head.line.under("known")
    known = date(knowns[0].head.leaf(1), Scope(names, head.file, {}, {})) if knowns and knowns[0].head else None
    if not knowns:
        names.report(
            "S009",
            f"the book `{head.name.text}` does not say up to when it was compiled",
            head.file,
            head.line,
            "no `known`",
            help="add `known 2026-11-21` with the day of the newest source read",
        )
    return known or dt.date(1900, 1, 1)


def _read(names: Names, files: Mapping[str, str]) -> dict[str, str]:
    """The files a book consists of: its rules, then the tables they name. What else lies beside them is not its own."""
    rules = [f for f in files if f.endswith(RULES)]
    tables = [d.line.head.text(3) for d in names.of("table").values() if d.line.head]
    return {f: files[f] for f in (*rules, *tables) if f in files}
