"""Pages that say in words and pictures what the rules of each scheme are, as files of Markdown and SVG.

Everything in them comes from the book: nobody writes in them, and two runs on one book give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

from dsl.inside import found
from dsl.model import (
    Asks,
    Book,
    ByReading,
    Category,
    Citation,
    Grant,
    Member,
    Param,
    Path,
    Route,
    Row,
    Table,
)
from whereas.diagram import Sheet, sheets, svg
from whereas.granted import kind_words
from whereas.labels import mode_words
from whereas.outline import LimitView, Line, every, limit_view, outline, read_by
from whereas.phrases import Lang, Language, listed, say
from whereas.scripts import spoken
from whereas.templates import template
from whereas.values import date_words, key_words, pick
from whereas.words import Scene, clause_words, expr_words

T = TypeVar("T")
LANGS: tuple[Lang, ...] = ("en", "zh")
INDEX = "README.md"


class GrantLine(NamedTuple):
    """What a category gives, with the values by date that it is taken from."""

    kind: str
    words: str
    limits: tuple[LimitView, ...]
    cites: tuple[Citation, ...]


class Touching(NamedTuple):
    """A reading, judgement or conflict: its reference, what it is about, and what the book makes of it."""

    ref: str
    words: str
    notes: tuple[str, ...]
    cites: tuple[Citation, ...]


class CategoryPage(NamedTuple):
    """The section of a category. `tables`: its conditions with their headings; `pictures`: file and title of each."""

    id: str
    words: str
    cites: tuple[Citation, ...]
    pictures: tuple[tuple[str, str], ...]
    tables: tuple[tuple[str, tuple[Line, ...]], ...]
    grants: tuple[GrantLine, ...]
    asks: tuple[tuple[str, str], ...]
    routes: tuple[tuple[str, str], ...]
    readings: tuple[Touching, ...]
    judgements: tuple[Touching, ...]
    conflicts: tuple[Touching, ...]


class ListView(NamedTuple):
    """A list of the law that conditions look at: what it is known to say, and its rows."""

    id: str
    words: str
    stretches: tuple[str, ...]
    rows: tuple[str, ...]
    cites: tuple[Citation, ...]


class NamedHere(NamedTuple):
    """A list of the law that names the scheme itself, such as a tariff; `read_by`: schemes whose rules look at it."""

    id: str
    words: str
    rows: tuple[str, ...]
    cites: tuple[Citation, ...]
    read_by: tuple[str, ...]


def pages(book: Book) -> dict[str, str]:
    """The text of each file, by its name."""
    out: dict[str, str] = {}
    told: set[str] = set()
    for scheme, categories in _schemes(book):
        for lang in LANGS:
            pictures = {c.id: _pictures(book, c, lang) for c in categories}
            out |= {name: svg(sheet, lang) for drawn in pictures.values() for name, sheet in drawn}
            made = tuple(_category(book, category, pictures[category.id], lang) for category in categories)
            told |= {conflict.ref for section in made for conflict in section.conflicts}
            out[f"{scheme}.{lang}.md"] = _page(book, scheme, made, _tables(book, categories), lang)
    rest = [conflict for id, conflict in book.conflicts.items() if id not in told]
    return {INDEX: _render("index.md", "en", book=book, schemes=_schemes(book), conflicts=rest)} | out


def _schemes(book: Book) -> list[tuple[str, tuple[Category, ...]]]:
    """Schemes that have categories, in the order of the book."""
    members = {id: tuple(c for c in book.categories.values() if c.scheme == id) for id in book.schemes}
    return [(id, inside) for id, inside in members.items() if inside]


def _pictures(book: Book, category: Category, lang: Lang) -> tuple[tuple[str, Sheet], ...]:
    title = f"{category.id} · {pick(category.label, lang)}"
    drawn = sheets(category.id, title, outline(book, category, lang), lang)
    return tuple((f"{category.id}{f'--{sheet.part}' if sheet.part else ''}.{lang}.svg", sheet) for sheet in drawn)


def _tables(book: Book, categories: Iterable[Category]) -> dict[str, None]:
    """The lists that categories look at, in the order in which they do."""
    return dict.fromkeys(m.table for c in categories for m in _read(tuple(read_by(book, c)), Member))


def _page(book: Book, scheme: str, made: tuple[CategoryPage, ...], tables: Iterable[str], lang: Lang) -> str:
    lists = tuple(_list(book, book.tables[id], lang) for id in tables)
    named = tuple(_named(book, scheme, lang))
    cited = dict.fromkeys(c.source for c in _cited(made, lists, named))
    return _render(
        "scheme.md",
        lang,
        book=book,
        scheme=scheme,
        words=pick(book.schemes[scheme].label, lang),
        categories=made,
        lists=lists,
        named=named,
        sources=[s for s in book.sources.values() if s.id in cited],
        other="zh" if lang == "en" else "en",
        every=every,
    )


def _cited(*views: tuple[NamedTuple, ...]) -> Iterator[Citation]:
    return found(_plain(views), Citation)


def _plain(view: object) -> object:
    """Named tuples as tuples, which is what is looked through for citations."""
    return tuple(map(_plain, view)) if isinstance(view, tuple) else view


# ------------------------------------------------------------------------------------------------------------ a section


def _category(book: Book, category: Category, pictures: Iterable[tuple[str, Sheet]], lang: Lang) -> CategoryPage:
    scene = Scene(book, lang)
    lines, parts = outline(book, category, lang), tuple(read_by(book, category))
    tables = (("needs", lines.needs), ("bars", lines.bars), ("exceptions", lines.exceptions))
    return CategoryPage(
        category.id,
        pick(category.label, lang),
        category.cites,
        tuple((name, sheet.title) for name, sheet in pictures),
        tuple((say(f"part_{part}", lang), inside) for part, inside in tables if inside),
        tuple(_grant(scene, grant) for grant in category.grants),
        tuple(paper for asks in category.asks for paper in _papers(scene, asks)),
        tuple(_route(scene, route) for route in category.routes),
        tuple(_readings(book, parts, lang)),
        tuple(_judgements(book, parts, lang)),
        tuple(_conflicts(book, category, parts, lang)),
    )


def _grant(scene: Scene, grant: Grant) -> GrantLine:
    book, lang = scene.book, scene.lang
    kind = kind_words(book, grant.kind, lang)
    words = expr_words(scene, grant.value)
    read = dict.fromkeys(p.id for p in found(grant.value, Param))
    return GrantLine(kind, words, tuple(limit_view(book, book.parameters[id], lang) for id in read), grant.cites)


def _papers(scene: Scene, asks: Asks) -> Iterator[tuple[str, str]]:
    when = say("when_so", scene.lang, what=clause_words(scene, asks.when)) if asks.when else ""
    for id in asks.documents:
        yield scene.name(scene.book.documents[id].label), when


def _route(scene: Scene, route: Route) -> tuple[str, str]:
    book = scene.book
    target = book.schemes.get(route.target) or book.categories.get(route.target)
    words = scene.name(target.label) if target else route.target
    return f"{words} (`{route.target}`)", say("when_so", scene.lang, what=clause_words(scene, route.when))


Parts = tuple[object, ...]
"""Everything that stands in a category, terms opened up."""


def _read(parts: Parts, kind: type[T]) -> Iterator[T]:
    return (part for part in parts if isinstance(part, kind))


def _readings(book: Book, parts: Parts, lang: Lang) -> Iterator[Touching]:
    for id in dict.fromkeys(r.reading for r in _read(parts, ByReading)):
        reading = book.readings[id]
        values = sorted(reading.values, key=lambda value: value[0] != reading.default)
        notes = tuple(
            say("by_default", lang, what=pick(label, lang)) if value == reading.default else pick(label, lang)
            for value, label in values
        )
        yield Touching(reading.ref or "", f"{pick(reading.label, lang)} (`{id}`)", notes, reading.cites)


def _judgements(book: Book, parts: Parts, lang: Lang) -> Iterator[Touching]:
    read = (p.steps[-1] if p.steps else p.base for p in _read(parts, Path))
    for id in dict.fromkeys(name for name in read if name in book.judgements):
        judgement = book.judgements[id]
        mode = mode_words(book, judgement, lang)
        yield Touching(judgement.ref or "", f"{pick(judgement.label, lang)} (`{id}`)", (mode,), judgement.cites)


def _conflicts(book: Book, category: Category, parts: Parts, lang: Lang) -> Iterator[Touching]:
    """Conflicts left to a reading of the category, and those over a passage that it cites from its own sources.

    Its own are those it cites itself: conditions that schemes share cite the pages of all of them.
    """
    cited = set(_read(parts, Citation))
    cited |= {c for p in _read(parts, Param) for row in book.parameters[p.id].values for c in row.cites}
    cited |= {c for m in _read(parts, Member) for c in book.tables[m.table].cites}
    own = {c.source for c in (*category.cites, *(c for grant in category.grants for c in grant.cites))}
    passages = {(c.source, c.pinpoint, phrase) for c in cited if c.source in own for phrase in (c.phrase, None)}
    readings = {r.reading for r in _read(parts, ByReading)}
    for conflict in book.conflicts.values():
        over = any((c.source, c.pinpoint, c.phrase) in passages for c in conflict.says)
        if conflict.reading in readings if conflict.reading else over:
            how = say(conflict.resolution, lang, reading=conflict.reading)
            note = say("about", lang, thing=how, what=pick(conflict.reason, lang))
            yield Touching(conflict.id, pick(conflict.label, lang), (note,), conflict.says)


# --------------------------------------------------------------------------------------------------------------- lists


def _list(book: Book, table: Table, lang: Lang) -> ListView:
    rows = (_row(book, table, row, lang) for row in table.rows)
    return ListView(
        table.id,
        pick(table.label, lang),
        tuple(
            say("about", lang, thing=say(f"list_{c.kind}", lang), what=_between(c.start, c.end, lang))
            for c in table.coverage
        ),
        tuple(dict.fromkeys(rows)),
        table.cites,
    )


def _named(book: Book, scheme: str, lang: Lang) -> Iterator[NamedHere]:
    """Lists with rows of the scheme's own name that rules of another scheme look at."""
    label = book.schemes[scheme].label
    for table in book.tables.values():
        rows = [row for row in table.rows if row.label == label]
        users = {id for id, inside in _schemes(book) if rows and table.id in _tables(book, inside)} - {scheme}
        if users:
            words = (listed([_numbers(row), _between(row.start, row.end, lang)], lang) for row in rows)
            name = pick(table.label, lang)
            yield NamedHere(table.id, name, tuple(words), table.cites, tuple(id for id in book.schemes if id in users))


def _numbers(row: Row) -> str:
    """The columns of a row that hold amounts, counts and hours, as the list has them."""
    return ", ".join(f"{name} {text}" for name, text in row.columns if re.fullmatch(r"[0-9][0-9.:]*", text))


def _row(book: Book, table: Table, row: Row, lang: Lang) -> str:
    words = pick(row.label, lang) if row.label else ""
    words = words or key_words(book, table.id, row.key, lang)
    dated = row.start is not None or row.end is not None
    return say("noted", lang, what=words, note=_between(row.start, row.end, lang)) if dated else words


def _between(start: dt.date | None, end: dt.date | None, lang: Lang) -> str:
    """`from 1 November 2023 to 31 December 2023`; a side that is open is left out."""
    days = {name: date_words(day, lang) for name, day in (("start", start), ("end", end)) if day is not None}
    keys = {(): "always", ("start",): "from_day", ("end",): "to_day", ("start", "end"): "from_to"}
    return say(keys[tuple(days)], lang, **days)


# --------------------------------------------------------------------------------------------------------------- files


def _render(file: str, lang: Lang, **holes: object) -> str:
    language: Language = "en" if lang == "en" else "zh-Hant"
    named = {"pick": lambda label: pick(label, lang), "day": lambda d: date_words(d, lang)}
    return template(file).render(lang=lang, say=spoken(language), **named, **holes)
