"""Lists of the law as CSV files: read, dated, checked."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence

from msgspec import Struct

from dsl.diagnostics import Diagnostic, Label, Result
from dsl.lexer import forbidden
from dsl.model import Label as Words
from dsl.model import Place, Row
from dsl.suggest import nearest


class Columns(Struct, frozen=True):
    """Which columns of a file are the key, the names shown, the dates; and which rows are wanted."""

    key: str
    labels: tuple[str, str] | None
    valid: tuple[str, str] | None
    only: tuple[tuple[str, str], ...]


def read_rows(text: str, file: str, columns: Columns, at: Place) -> Result[tuple[Row, ...]]:
    """The rows of a CSV file with a header. `at`: where the book names the file, for what concerns it as a whole."""
    text = text.removeprefix("\ufeff")
    found = list(forbidden(text, file))
    if found:
        return Result(None, tuple(found))
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        header = list(reader.fieldnames or ())
        if why := _no_header(header):
            return Result(None, (_no_table(at, why),))
        wanted = [columns.key, *(columns.labels or ()), *(columns.valid or ()), *(c for c, _ in columns.only)]
        for name in dict.fromkeys(wanted):
            if name not in header:
                near = nearest(name, header)
                found.append(
                    Diagnostic(
                        "N107",
                        f"the file has no column `{name}`",
                        Label(at, f"columns are {', '.join(header) or 'none'}"),
                        help=f"write `{near}`" if near else f"add a column `{name}` to the file",
                    )
                )
        if found:
            return Result(None, tuple(found))
        rows = tuple(r for r in _rows(reader, text, file, columns, found) if r)
    except csv.Error as error:
        return Result(None, (_no_table(at, str(error)),))
    if not rows and not found:
        found.append(
            Diagnostic(
                "N107",
                "no row of the file is left",
                Label(at, "nothing fits"),
                help="check the `rows where` lines against the file",
            )
        )
    return Result(rows, tuple(found))


def _no_header(header: Sequence[str]) -> str | None:
    """Why the first row of a file names no columns, if it does not."""
    if not header:
        return "nothing in it"
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        return "its columns are parted by `;`" if ";" in header[0] else "its columns are parted by tabs"
    return None


def _no_table(at: Place, why: str) -> Diagnostic:
    fix = "write it as comma-separated values with a header row"
    return Diagnostic("N107", "the file is not a table", Label(at, why), help=fix)


def _rows(
    reader: csv.DictReader[str], text: str, file: str, columns: Columns, found: list[Diagnostic]
) -> Iterator[Row | None]:
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    for record in reader:
        n = min(reader.line_num - 1, len(lines) - 1)
        place = Place(file, starts[n], starts[n] + len(lines[n].rstrip("\r\n")))
        if None in record or None in record.values():
            found.append(
                Diagnostic(
                    "N107",
                    "a row has more or fewer fields than the header",
                    Label(place, "this row"),
                    help="give it one field for each column",
                )
            )
            continue
        if any(record[c] != v for c, v in columns.only):
            continue
        key = record[columns.key].strip()
        if not key:
            found.append(
                Diagnostic(
                    "N107", "a row without a key", Label(place, f"`{columns.key}` is empty"), help="give the row an id"
                )
            )
            continue
        start = end = None
        if columns.valid:
            start, bad = _date(record[columns.valid[0]])
            end, worse = _date(record[columns.valid[1]])
            if bad or worse or (start and end and end < start):
                found.append(
                    Diagnostic(
                        "L306",
                        "a row with dates that cannot be",
                        Label(place, "this row"),
                        help="write dates as `2024-10-16`, the first not after the last",
                    )
                )
                continue
        label = None
        if columns.labels:
            en = record[columns.labels[0]].strip() or key
            label = Words(en, record[columns.labels[1]].strip() or en)
        rest = tuple((c, v) for c, v in record.items() if c != columns.key)
        yield Row(key, start, end, rest, label)


def _date(text: str) -> tuple[dt.date | None, bool]:
    """(date or None if empty, whether it is malformed)."""
    if not text.strip():
        return None, False
    try:
        return dt.date.fromisoformat(text.strip()), False
    except ValueError:
        return None, True
