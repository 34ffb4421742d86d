"""`test`: the examples of a book."""

from __future__ import annotations

from whereas.commands.shared import FINDINGS, OK, as_data, show, the_book, write, write_json
from whereas.options import Settings, book_path


def test(given: Settings, place: str | None) -> int:
    """The examples of a book, and the conditions no example decides."""
    from whereas.examples import run_examples

    book = the_book(given, book_path(place, given.argv))
    report = run_examples(book, seconds=given.seconds)
    if given.json:
        undecided = [{"path": u.path, "missing": list(u.missing)} for u in report.undecided]
        found = as_data(report.failures, book.texts)
        write_json({"version": 1, "examples": report.count, "diagnostics": found, "undecided": undecided})
    else:
        if report.failures:
            show(report.failures, book.texts, to_stdout=True)
            write("\n")
        said = f"{report.count - report.failed} of {report.count} examples are as expected"
        write(f"{said}; {len(report.undecided)} of {report.conditions} conditions are not decided both ways\n")
        for item in report.undecided:
            write(f"  {item.path}: no example where it {' or '.join(item.missing)}\n")
    return FINDINGS if report.failures else OK
