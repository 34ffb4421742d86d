"""What was asked for on the command line, checked; what is wrong with it is shown with a caret under the word."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import asdict, replace

from dsl.calendar import FIRST, LAST
from dsl.diagnostics import OPTION, Diagnostic, Label
from dsl.model import Book, Place
from dsl.suggest import nearest
from whereas.limits import SECONDS
from whereas.phrases import LANGUAGES, Language

Judgements = Literal["presumed", "open"]


class Asked(Struct, frozen=True):
    """The options every command takes, as typed; empty where nothing was typed."""

    json: bool = False
    lang: str | None = None
    book: str | None = None
    as_known_on: str | None = None
    reading: tuple[str, ...] = ()
    readings: str | None = None
    judgements: str | None = None
    time_limit: str | None = None

    def over(self, before: Asked) -> Asked:
        """These options on top of those typed before the name of the command."""
        typed = {name: value for name, value in asdict(self).items() if value not in (None, False)}
        return replace(before, **typed | {"reading": before.reading + self.reading})


class Settings(Struct, frozen=True):
    """The options every command takes, understood. `argv`: the words of the command line, to point into."""

    argv: tuple[str, ...]
    json: bool = False
    lang: Language = "en"
    book: Path | None = None
    as_known_on: dt.date | None = None
    reading: tuple[str, ...] = ()
    all_readings: bool = False
    judgements: Judgements = "presumed"
    seconds: float = SECONDS
    limited: bool = False

    @property
    def limit(self) -> float | None:
        """Seconds for a command that examines a whole book: without limit unless one was typed."""
        return self.seconds if self.limited else None


class RefusedError(Exception):
    """A command that cannot be carried out as typed: the findings, and the texts they point into."""

    def __init__(self, diagnostics: Iterable[Diagnostic], texts: Mapping[str, str]) -> None:
        """Keep both for the rim to show."""
        super().__init__("refused")
        self.diagnostics = tuple(diagnostics)
        self.texts = texts


def command_line(argv: Sequence[str]) -> str:
    """The words as they might have been typed; an empty one as a shell writes it."""
    return " ".join(["whereas", *(word or "''" for word in argv)])


def place_of(argv: Sequence[str], word: str) -> Place:
    """Where a word, or the value after its `=`, stands in the command line; all of it if it is nowhere."""
    at = len("whereas")
    for typed in argv:
        at += 1
        if typed == word:
            return Place(OPTION, at, at + len(typed or "''"))
        if typed.startswith("-") and typed.endswith(f"={word}"):
            return Place(OPTION, at + len(typed) - len(word), at + len(typed))
        at += len(typed or "''")
    return Place(OPTION, 0, len(command_line(argv)))


def refused(
    argv: Sequence[str],
    code: str,
    message: str,
    word: str,
    label: str,
    *,
    help: str | None = None,
    notes: tuple[str, ...] = (),
) -> RefusedError:
    """One finding about a word of the command line."""
    found = Diagnostic(code, message, Label(place_of(argv, word), label), notes=notes, help=help)
    return RefusedError((found,), {OPTION: command_line(argv)})


def moved(
    diagnostics: Iterable[Diagnostic], argv: Sequence[str], word: str
) -> tuple[tuple[Diagnostic, ...], dict[str, str]]:
    """Findings about the name of a file, moved to where the name stands in the command line."""
    if word not in argv and not any(typed.endswith(f"={word}") for typed in argv):
        return tuple(diagnostics), {OPTION: word}
    place = place_of(argv, word)
    out = tuple(
        replace(d, primary=Label(place, d.primary.text)) if d.primary.place.file == OPTION else d for d in diagnostics
    )
    return out, {OPTION: command_line(argv)}


def settings(asked: Asked, argv: Sequence[str]) -> Settings:
    """Understand the options, or say of the first that is wrong what can be typed instead."""
    return Settings(
        argv=tuple(argv),
        json=asked.json,
        lang=_language(asked.lang, argv),
        book=book_path(asked.book, argv),
        as_known_on=option_day(asked.as_known_on, argv),
        reading=asked.reading,
        all_readings=_all_readings(asked, argv),
        judgements=_judgements(asked.judgements, argv),
        seconds=_seconds(asked.time_limit, argv),
        limited=asked.time_limit is not None,
    )


def book_path(word: str | None, argv: Sequence[str]) -> Path | None:
    """Where a book was said to be; an empty name is not taken for the folder one is in."""
    if word == "":
        raise refused(
            argv, "U702", "cannot read ``", word, "the name is empty",
            help="name the folder of a book, or leave it out for the book that comes with Whereas",
        )  # fmt: skip
    return Path(word) if word is not None else None


def _language(word: str | None, argv: Sequence[str]) -> Language:
    if word is None:
        return "en"
    for lang in LANGUAGES:
        if word.replace("_", "-").casefold() == lang.casefold():
            return lang
    if word.casefold() == "zh":
        return "zh-Hant"
    near = nearest(word, LANGUAGES)
    raise refused(
        argv, "U703", f"reports are not written in `{word}`", word, "not one of the languages",
        help=f"write `--lang {near}`" if near else f"write one of {', '.join(LANGUAGES)}",
    )  # fmt: skip


def option_day(word: str | None, argv: Sequence[str], option: str = "--as-known-on 2024-10-16") -> dt.date | None:
    """The day that is the value of an option, such as this one; None where nothing was typed."""
    if word is None:
        return None
    try:
        if len(word) == len("2026-11-21"):
            return dt.date.fromisoformat(word)
    except ValueError:
        pass
    raise refused(
        argv, "U705", f"`{word}` is not a date", word, "a day of the calendar is needed here",
        help=f"write the date as year-month-day, such as `{option}`",
    )  # fmt: skip


def day_of(word: str | None, option: str, argv: Sequence[str]) -> dt.date | None:
    """A day of the calendar that rules know; None where nothing was typed."""
    day = option_day(word, argv, f"{option} 2027-01-15")
    if day is None or FIRST <= day <= LAST:
        return day
    raise refused(
        argv, "U705", f"`{word}` is outside the calendar", str(word), f"days from {FIRST} to {LAST} are known",
        help=f"write a day in between, such as `{option} 2027-01-15`",
    )  # fmt: skip


def days_between(
    since: str | None, until: str | None, argv: Sequence[str], first: str = "--from"
) -> tuple[dt.date | None, dt.date | None]:
    """The days from `first` to `--until`, both included; None where a bound was not typed."""
    begin, end = day_of(since, first, argv), day_of(until, "--until", argv)
    if begin is not None and end is not None and end < begin:
        raise refused(
            argv, "U709", f"`--until` comes before `{first} {since}`", str(until), "earlier than the first day",
            help=f"write `{first} {until} --until {since}`",
        )  # fmt: skip
    return begin, end


def _all_readings(asked: Asked, argv: Sequence[str]) -> bool:
    if asked.readings is None:
        return False
    if asked.readings != "all":
        word = asked.readings
        fix = f"write `--reading {word}`" if "=" in word else "write `--readings all`"
        raise refused(argv, "U704", f"`--readings` takes `all`, not `{word}`", word, "not `all`", help=fix)
    if asked.reading:
        word = asked.reading[0]
        raise refused(
            argv, "U704", "one reading is chosen and all are asked for", word, "chosen here",
            help="leave out `--reading` or `--readings all`",
        )  # fmt: skip
    return True


def _judgements(word: str | None, argv: Sequence[str]) -> Judgements:
    match word:
        case None | "presumed":
            return "presumed"
        case "open":
            return "open"
        case _:
            near = nearest(word, ("presumed", "open")) or "open"
            raise refused(
                argv, "U709", f"judgements are `presumed` or `open`, not `{word}`", word, "neither of the two",
                help=f"write `--judgements {near}`",
            )  # fmt: skip


def _seconds(word: str | None, argv: Sequence[str]) -> float:
    if word is None:
        return SECONDS
    try:
        seconds = float(word)
    except ValueError:
        seconds = math.nan
    if math.isfinite(seconds) and seconds > 0:
        return seconds
    raise refused(
        argv, "U709", f"`{word}` is not a number of seconds", word, "more than nothing is needed here",
        help="write seconds, such as `--time-limit 10`",
    )  # fmt: skip


# ------------------------------------------------------------------------------------------- options that need the book


def chosen_readings(given: Settings, book: Book) -> dict[str, str]:
    """The readings chosen by `--reading NAME=VALUE`."""
    out: dict[str, str] = {}
    for word in given.reading:
        name, equals, value = word.partition("=")
        if not equals:
            near = word if word in book.readings else nearest(word, book.readings) or next(iter(book.readings), "NAME")
            raise refused(
                given.argv, "U704", f"`{word}` does not say which value", word, "no `=` in it",
                help=f"write `--reading {near}={_other_value(book, near)}`",
            )  # fmt: skip
        if name not in book.readings:
            near_name = nearest(name, book.readings)
            known = ", ".join(book.readings) or "none"
            has = near_name is not None and value in dict(book.readings[near_name].values)
            fit = value if has or near_name is None else _other_value(book, near_name)
            raise refused(
                given.argv, "U704", f"the book has no reading `{name}`", word, "not a reading of this book",
                notes=(f"it has: {known}",),
                help=f"write `--reading {near_name}={fit}`" if near_name else None,
            )  # fmt: skip
        values = [id for id, _ in book.readings[name].values]
        if value not in values:
            near_value = nearest(value, values) or values[0]
            raise refused(
                given.argv, "U704", f"the reading `{name}` has no value `{value}`", word, "not one of its values",
                notes=(f"it has: {', '.join(values)}",), help=f"write `--reading {name}={near_value}`",
            )  # fmt: skip
        if out.get(name, value) != value:
            raise refused(
                given.argv, "U704", f"two values are chosen for the reading `{name}`", word, "chosen again here",
                help=f"keep one `--reading {name}=...`",
            )  # fmt: skip
        out[name] = value
    return out


def _other_value(book: Book, name: str) -> str:
    reading = book.readings.get(name)
    if reading is None:
        return "VALUE"
    return next((id for id, _ in reading.values if id != reading.default), reading.default)


def chosen_categories(
    given: Settings, book: Book, word: str, case: str, *, command: str = "explain"
) -> tuple[str, ...]:
    """The category of that id, or all categories of the scheme of that id; `case` is the word before it."""
    if word in book.categories:
        return (word,)
    if within := tuple(id for id, category in book.categories.items() if category.scheme == word):
        return within
    if case in book.categories or case in book.schemes:
        raise refused(
            given.argv, "U701", f"the book has no category `{word}`", word, "the category stands behind the case",
            help=f"write `whereas {command} {word} {case}`",
        )  # fmt: skip
    near = nearest(word, [*book.categories, *book.schemes])
    within = tuple(id for id, category in book.categories.items() if category.scheme == word.partition(".")[0])
    raise refused(
        given.argv, "U701", f"the book has no category `{word}`", word, "not a category or scheme",
        notes=(f"it has: {', '.join(within or book.schemes)}",),
        help=f"write `{near}`" if near else "write one of these",
    )  # fmt: skip


def chosen_among(
    given: Settings, book: Book, words: Iterable[str], case: str, *, command: str = "explain"
) -> tuple[str, ...]:
    """The categories that some words name, each once."""
    named = (id for word in words for id in chosen_categories(given, book, word, case, command=command))
    return tuple(dict.fromkeys(named))
