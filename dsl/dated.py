"""What the law says differently from one day to another: parameters and tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from dsl.kinds import DATE, TEXT, declared_type, type_words
from dsl.literals import constant, date
from dsl.model import Const, Coverage, Dated, EntityOf, EnumOf, KeyOf, ListOf, Parameter, Place, Row, Table, Type, Value
from dsl.parts import cited, parts, place
from dsl.scope import Declared, Names, Scope
from dsl.syntax import Line, Node, Token
from dsl.tables import Columns, read_rows
from dsl.words import label

_BEGINNING = dt.date(1900, 1, 1)


def parameter(names: Names, name: str, d: Declared, scope: Scope) -> Parameter | None:
    """A dated value."""
    parts(d, names, "dated", "undated")
    assert d.line.head is not None
    kind = declared_type(d.line.head.parts[3], scope)
    event = d.line.head.token(5)
    words = label(d.line, names, d.file, f"the parameter `{name}`")
    if kind is None:
        return None
    if isinstance(kind, EntityOf | ListOf | KeyOf) or kind == TEXT:
        names.report(
            "K207",
            f"a parameter cannot be {type_words(kind)}",
            d.file,
            d.line,
            "declared here",
            help="use a number, an amount, a date, a length of time or an enumeration",
        )
        return None
    if event and (event.text not in scope.givens or scope.givens[event.text].type != DATE):
        dates = [g for g, f in scope.givens.items() if f.type == DATE]
        names.unknown("date", event, event.text, d.file, dates)
        return None
    if event:
        names.used.add(("fact", event.text))
    rows = _undated(d, kind, scope) if d.line.under("undated") else _rows(d, kind, scope)
    return Parameter(name, words, kind, event.text if event else None, rows) if rows else None


def _undated(d: Declared, kind: Type, scope: Scope) -> tuple[Dated, ...]:
    """The one value of a parameter that does not change with time; none after a report."""
    assert d.line.head is not None
    line, *more = d.line.under("undated")
    if d.line.head.token(5) or d.line.under("dated") or more:
        scope.names.report(
            "L303",
            "a value without a date among dated ones",
            d.file,
            line,
            "here",
            help="give each value a date with `from`, or drop `by` and the dates",
        )
        return ()
    got = _literal(line, 1, kind, scope)
    cites = cited(line, scope.names, d.file, "this value")
    return (Dated(_BEGINNING, got, cites, _BEGINNING),) if got is not None else ()


def _rows(d: Declared, kind: Type, scope: Scope) -> tuple[Dated, ...]:
    """The dated values of a parameter, in order; none after a report."""
    names, lines = scope.names, d.line.under("dated")
    assert d.line.head is not None
    if d.line.head.token(5) is None:
        names.report(
            "S009",
            f"the parameter `{d.name.text}` does not say which date chooses",
            d.file,
            d.line,
            "no `by`",
            help="write `by submitted_on` after its type, or `value ...` for one value without dates",
        )
        return ()
    if not lines:
        names.report(
            "S009",
            f"the parameter `{d.name.text}` has no value",
            d.file,
            d.line,
            "nothing below",
            help="add `from 2024-10-16 ...` lines",
        )
    rows: list[Dated] = []
    for line in lines:
        row = _row(line, kind, scope)
        if row and rows and row.start <= rows[-1].start:
            names.report(
                "L303",
                "dated values are not in order",
                d.file,
                line,
                f"not after {rows[-1].start}",
                help="put the rows in order of their dates, each date once",
            )
        elif row:
            rows.append(row)
    return tuple(rows)


def _row(line: Line, kind: Type, scope: Scope) -> Dated | None:
    """One dated value; known since it begins, unless its line says otherwise."""
    assert line.head is not None
    days = line.head.tokens("DATE")
    start, known = date(days[0], scope), date(days[-1], scope)
    unknown = isinstance(line.head.parts[2], Token)
    got = None if unknown else _literal(line, 2, kind, scope)
    cites = cited(line, scope.names, scope.file, "this value")
    if start is None or known is None or (got is None and not unknown):
        return None
    return Dated(start, got, cites, known)


def _literal(line: Line, i: int, kind: Type, scope: Scope) -> Value | None:
    """The literal a line gives, of the type wanted."""
    assert line.head is not None
    node = line.head.parts[i]
    assert isinstance(node, Node)
    if node.kind not in ("number", "money", "date", "duration", "name"):
        scope.names.report(
            "K207",
            "a value written out is needed here",
            scope.file,
            node,
            "this has to be worked out",
            help="write the value itself",
        )
        return None
    got = constant(node, kind, scope)
    if got is None:
        return None
    if got[1] != kind:
        code = "K201"
        scope.names.report(
            code,
            "a value of another type",
            scope.file,
            node,
            f"this is {type_words(got[1])}; {type_words(kind)} is declared",
            help="write a value of the declared type",
        )
        return None
    assert isinstance(got[0], Const)
    return got[0].value


def table(names: Names, name: str, d: Declared, files: Mapping[str, str]) -> Table | None:
    """A list of the law from a file."""
    parts(d, names, "key", "labels", "valid", "rows", "coverage", once=("key", "labels", "valid"))
    scope = Scope(names, d.file, {}, {})
    assert d.line.head is not None
    words = label(d.line, names, d.file, f"the table `{name}`")
    cites = cited(d.line, names, d.file, f"the table `{name}`")
    file_token = d.line.head.parts[3]
    assert isinstance(file_token, Token)
    keys = d.line.under("key")
    if not keys or keys[0].head is None:
        names.report("S009", f"the table `{name}` has no key", d.file, d.line, "which column?", help="add `key COLUMN`")
        return None
    kind: Type | None = KeyOf(name)
    if keys[0].head.parts[3] is not None:
        kind = declared_type(keys[0].head.parts[3], scope)
    if file_token.text not in files:
        known = sorted(f for f in files if f.endswith(".csv"))
        names.report(
            "N107",
            f"there is no file `{file_token.text}`",
            d.file,
            file_token,
            "not in the book's directory",
            notes=(f"there are: {', '.join(known)}",) if known else (),
            help="give its path from the book's directory",
        )
        return None
    columns = Columns(
        keys[0].head.text(1),
        _two(d.line, "labels"),
        _two(d.line, "valid"),
        tuple((x.head.tokens("NAME")[0].text, x.head.tokens("STRING")[0].text) for x in d.line.under("rows") if x.head),
    )
    result = read_rows(
        files[file_token.text], file_token.text, columns, Place(d.file, file_token.start, file_token.end)
    )
    names.found.extend(result.diagnostics)
    coverage = _coverage(names, d, scope)
    if result.value is None or kind is None:
        return None
    if isinstance(kind, EnumOf):
        _check_keys(names, result.value, kind, file_token, d)
    return Table(name, words, result.value, coverage, cites, kind, place(d), file_token.text)


def _check_keys(names: Names, rows: tuple[Row, ...], kind: EnumOf, token: Token, d: Declared) -> None:
    declared = names.of("enumeration")[kind.enumeration]
    members = [m.head.text(0) for m in declared.line.under("member") if m.head]
    for row in rows:
        if row.key not in members:
            names.unknown(kind.enumeration, token, row.key, d.file, members)


def _two(line: Line, kind: str) -> tuple[str, str] | None:
    found = line.under(kind)
    if not found or found[0].head is None:
        return None
    a, b = found[0].head.tokens("NAME")
    return a.text, b.text


def _coverage(names: Names, d: Declared, scope: Scope) -> tuple[Coverage, ...]:
    """What a table is known to say, by date."""
    out: list[Coverage] = []
    for line in d.line.under("coverage"):
        assert line.head is not None
        word, _, start, _, end, _, known = line.head.parts
        assert isinstance(word, Token)
        first = date(start, scope) if isinstance(start, Token) else None
        last = date(end, scope) if isinstance(end, Token) else None
        since = date(known, scope) if isinstance(known, Token) else None
        at = Place(d.file, line.head.start, line.head.end)
        if first and last and last < first:
            names.report(
                "L303",
                "a stretch that ends before it begins",
                d.file,
                line,
                "here",
                help="put the earlier date after `from`",
            )
            continue
        for other in out:
            if (other.end is None or first is None or first <= other.end) and (
                last is None or other.start is None or other.start <= last
            ):
                names.report(
                    "L307",
                    "two stretches overlap",
                    d.file,
                    line,
                    "overlaps one above",
                    help="let each day belong to one stretch",
                )
                break
        out.append(Coverage("closed" if word.type == "CLOSED" else "gappy", first, last, since, at))
    if not out:
        names.report(
            "S009",
            f"the table `{d.name.text}` does not say what it covers",
            d.file,
            d.line,
            "closed or gappy, and when?",
            help="add `closed` (a missing row means no) or `gappy` (it means unknown), with dates",
        )
    return tuple(out)
