"""`test`: the examples of a book."""

from __future__ import annotations

from whereas.commands.shared import FINDINGS, OK, as_data, show, the_book, write, write_json
from whereas.options import Settings, book_path


def test(given: Settings, place: str | None) -> int:
    """The examples of a book, and the conditions no example decides."""
    from itertools import groupby

    from whereas.examples import run_examples
    from whereas.settling import WORDS

    book = the_book(given, book_path(place, given.argv))
    report = run_examples(book, seconds=given.seconds)
    if given.json:
        undecided = [{"path": u.path, "missing": list(u.missing)} for u in report.undecided]
        found = as_data(report.failures, book.texts)
        never = [{"path": u.path, "way": u.way, "why": u.why} for u in report.undecidable]
        write_json(
            {
                "version": 1,
                "examples": report.count,
                "diagnostics": found,
                "undecided": undecided,
                "undecidable": never,
            }
        )
    else:
        if report.failures:
            show(report.failures, book.texts, to_stdout=True)
            write("\n")
        said = f"{report.count - report.failed} of {report.count} examples are as expected"
        write(f"{said}; {len(report.undecided)} of {report.conditions} conditions are not decided both ways\n")
        for item in report.undecided:
            write(f"  {item.path}: no example where it {' or '.join(item.missing)}\n")
        for why, found_so in groupby(sorted(report.undecidable, key=lambda u: u.why), key=lambda u: u.why):
            write(f"not asked of examples, because {WORDS[why]}:\n")
            for path, ways in groupby(found_so, key=lambda u: u.path):
                write(f"  {path}: never {' nor '.join(u.way for u in ways)}\n")
    return FINDINGS if report.failures else OK
