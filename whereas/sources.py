"""What a book rests on: its sources, where they disagree or are unclear, and whether all that was read is in it.

Everything here is about a book and never about a case. The views are named tuples of words; `sources_text` draws them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Literal, NamedTuple

from dsl.citations import Support
from dsl.diagnostics import Diagnostic, Label
from dsl.model import Book, Place, Source
from dsl.model import Label as Words
from dsl.source import SourceFile
from dsl.suggest import nearest
from whereas.labels import mode_words
from whereas.phrases import Language, words_language
from whereas.scripts import Say, scripted, spoken
from whereas.values import date_words, pick

WEAK = 6
"""From this rank on a source does not carry a rule alone, unless the rule says `weak` and why."""

Json = dict[str, object]


class Written(NamedTuple):
    """A document of the law."""

    id: str
    words: str
    rank: int
    edition: str | None
    edition_words: str | None
    path: str | None
    address: str | None


class Disagreement(NamedTuple):
    """A conflict and what the book makes of it; `reading`: the one it is left to."""

    id: str
    words: str
    cites: tuple[tuple[str, str], ...]
    case: str
    resolution: str
    reason: str
    reading: str | None


class Unclear(NamedTuple):
    """A reading: its values (id, words), the first of them the default."""

    id: str
    ref: str | None
    words: str
    values: tuple[tuple[str, str], ...]


class Decided(NamedTuple):
    """A judgement; `on`: the entity that each thing of it has one for."""

    id: str
    ref: str | None
    words: str
    case: str
    mode: str
    on: str | None


class Weak(NamedTuple):
    """A rule that rests on weak sources alone, and why it may."""

    path: str
    cites: tuple[str, ...]
    reason: str


class SourcesView(NamedTuple):
    """Everything a book rests on."""

    id: str
    words: str
    sources: tuple[Written, ...]
    conflicts: tuple[Disagreement, ...]
    readings: tuple[Unclear, ...]
    judgements: tuple[Decided, ...]
    weak: tuple[Weak, ...]
    lang: Language


def sources_view(book: Book, found: Sequence[Support], lang: Language) -> SourcesView:
    """What a book rests on, in a language; sources by rank, everything else by its reference."""
    say = spoken(lang)
    words = words_language(lang)

    def w(label: Words) -> str:
        return pick(label, words)

    sources = tuple(
        Written(
            s.id,
            w(s.label),
            s.rank,
            s.edition.isoformat() if s.edition else None,
            date_words(s.edition, words) if s.edition else None,
            s.document,
            s.address,
        )
        for s in sorted(book.sources.values(), key=lambda s: s.rank)
    )
    conflicts = tuple(
        Disagreement(
            c.id,
            w(c.label),
            tuple((says.source, says.pinpoint) for says in c.says),
            c.resolution,
            say(c.resolution, reading=c.reading),
            w(c.reason),
            c.reading,
        )
        for c in sorted(book.conflicts.values(), key=lambda c: _order(c.id))
    )
    readings = tuple(
        Unclear(
            r.id,
            r.ref,
            w(r.label),
            tuple((id, w(label)) for id, label in sorted(r.values, key=lambda value: value[0] != r.default)),
        )
        for r in sorted(book.readings.values(), key=lambda r: _order(r.ref))
    )
    judgements = tuple(
        Decided(j.id, j.ref, w(j.label), j.mode, mode_words(book, j, words), j.entity)
        for j in sorted(book.judgements.values(), key=lambda j: _order(j.ref))
    )
    date = date_words(book.known, words)
    title = say("sources_of", book=w(book.label), date=date)
    view = SourcesView(book.id, title, sources, conflicts, readings, judgements, weak_rules(book, found), lang)
    return scripted(view, lang)


_REF = re.compile(r"([A-Z]+)-([0-9]+)([a-z]?)")


def _order(ref: str | None) -> tuple[str, int, str]:
    """References in the order of their numbers; what has none comes last."""
    match = _REF.fullmatch(ref or "")
    return (match[1], int(match[2]), match[3]) if match else ("~", 0, ref or "")


# ----------------------------------------------------------------------------------------------------- weak sources

_LAW = ("dated", "undated", "table", "grants", "routes")
"""Lines that say what the law is without being conditions, which the compiler looks at."""

_CONDITIONS = ("item", "means", "needs", "barred", "exception", "points")


def weak_rules(book: Book, found: Iterable[Support]) -> tuple[Weak, ...]:
    """The rules whose own sources are all weak, and that say why that will do."""
    return tuple(
        Weak(on[0].where, _names(on), on[0].weak)
        for on in _by_line(found)
        if on[0].weak and on[0].kind in (*_LAW, *_CONDITIONS) and _rank(book, on) >= WEAK
    )


def unexcused(book: Book, found: Iterable[Support]) -> tuple[Diagnostic, ...]:
    """A finding for each value, list or grant whose sources are all weak and that does not say why that will do.

    That a value is not known from some day on needs no better source.
    """
    return tuple(
        Diagnostic(
            "A405",
            "this rests on a weak source alone",
            Label(Place(on[0].file, source.start, source.end), f"rank {_rank(book, on)}"),
            help='cite a source of rank 5 or better as well, or add `weak "the reason"`',
        )
        for on in _by_line(found)
        if not on[0].weak
        and on[0].kind in _LAW
        and not _says_unknown(on[0])
        and _rank(book, on) >= WEAK
        and (source := on[0].source)
    )


def _says_unknown(support: Support) -> bool:
    head = support.line.head
    return head is not None and head.kind == "dated" and bool(head.tokens("UNKNOWN"))


def _by_line(found: Iterable[Support]) -> Iterator[list[Support]]:
    """The citations of each line that has some."""
    cited = (s for s in found if s.source is not None)
    return (list(on) for _, on in groupby(cited, key=lambda s: (s.file, s.line.start, s.kind)))


def _rank(book: Book, on: Iterable[Support]) -> int:
    """The rank of the best source of a line."""
    return min(book.sources[s.source.text].rank for s in on if s.source)


def _names(on: Iterable[Support]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(s.source.text for s in on if s.source))


# -------------------------------------------------------------------------------------------------------- documents

State = Literal["same", "changed", "unrecorded"]


class Stored(NamedTuple):
    """A source's document as it is stored now; `rules`: what was made from it."""

    id: str
    path: str
    hash: str
    case: State
    rules: tuple[str, ...]


def stored(book: Book, hashes: Mapping[str, str], found: Sequence[Support]) -> tuple[Stored, ...]:
    """Whether each document is the one that the rules were read from; `hashes`: SHA-256 by the names of documents."""
    out = []
    for source in book.sources.values():
        if source.document is not None and source.document in hashes:
            now = hashes[source.document]
            state: State = "unrecorded" if source.sha256 is None else "same" if source.sha256 == now else "changed"
            out.append(Stored(source.id, source.document, now, state, rules_from(found, source)))
    return tuple(out)


def hashes(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """The SHA-256 of stored documents, by name."""
    return {name: sha256((folder / name).read_bytes()).hexdigest() for name in names}


def looked_up(book: Book, found: Iterable[Support]) -> int:
    """How many key phrases are said to stand in stored documents."""
    kept = {source.id for source in book.sources.values() if source.document is not None}
    return sum(s.phrase is not None and s.source is not None and s.source.text in kept for s in found)


def rules_from(found: Iterable[Support], source: Source) -> tuple[str, ...]:
    """Where a source is cited."""
    return tuple(dict.fromkeys(s.where for s in found if s.source and s.source.text == source.id))


def changed(book: Book, documents: Iterable[Stored]) -> tuple[Diagnostic, ...]:
    """A finding for each document that is not the one that the rules were read from."""
    return tuple(
        Diagnostic(
            "A411",
            "a stored document is not the one the rules were read from",
            Label(book.sources[d.id].place or Place("", 0, 0), f"`{d.path}` has changed"),
            notes=(f"rules made from it: {', '.join(d.rules) or 'none'}",),
            help=f'read these rules against it again, then write `sha256 "{d.hash}"`',
        )
        for d in documents
        if d.case == "changed"
    )


# ---------------------------------------------------------------------------------------------------- the fact sheet

_ENTRY = re.compile(rf"^(?:\|[ \t]*)?(?:\*\*)?({_REF.pattern})(?![A-Za-z0-9_])", re.MULTILINE)
"""An entry of a fact sheet begins a line with its id, which may be bold or the first cell of a table."""


class Spot(NamedTuple):
    """A place in the book that speaks of an entry."""

    path: str
    file: str
    line: int


class Entry(NamedTuple):
    """An entry of the fact sheet: the places made from it, or why there are none (`case`, in words `reason`)."""

    id: str
    places: tuple[Spot, ...]
    case: str | None
    reason: str | None
    note: str | None

    @property
    def left_out(self) -> bool:
        """Whether nothing in the book speaks of it."""
        return not self.places and self.case is None


def entries(sheet: str) -> dict[str, tuple[int, int]]:
    """The ids of a fact sheet in their order, and where the entry of each begins."""
    out: dict[str, tuple[int, int]] = {}
    for match in _ENTRY.finditer(sheet):
        out.setdefault(match[1], match.span(1))
    return out


def accounted(book: Book, sheet: str, found: Iterable[Support], lang: Language) -> tuple[Entry, ...]:
    """What became of each entry of a fact sheet."""
    files = {name: SourceFile(name, text) for name, text in book.texts.items()}
    places: dict[str, dict[Spot, None]] = {}
    for support in found:
        for ref in support.facts:
            line, _ = files[support.file].line_column(ref.start)
            places.setdefault(ref.text, {})[Spot(support.where, support.file, line)] = None
    say = spoken(lang)
    out = []
    for id in entries(sheet):
        no_rule = book.no_rules.get(id)
        reason = no_rule.reason if no_rule else None
        words = say("no_longer" if reason == "superseded" else reason) if reason else None
        note = pick(no_rule.note, words_language(lang)) if no_rule and no_rule.note else None
        out.append(Entry(id, tuple(places.get(id, ())), reason, words, note))
    return scripted(tuple(out), lang)


def left_out(sheet: str, name: str, found: Iterable[Entry]) -> tuple[Diagnostic, ...]:
    """A finding for each entry that nothing in the book speaks of; `name`: of the sheet."""
    at = entries(sheet)
    return tuple(
        Diagnostic(
            "A412",
            f"nothing in the book speaks of `{entry.id}`",
            Label(Place(name, *at[entry.id]), "left out"),
            help=f"cite it where it is a rule, as in `for {entry.id}`, or write `no rule {entry.id} : REASON`",
        )
        for entry in found
        if entry.left_out
    )


def astray(book: Book, sheet: str, name: str, found: Iterable[Support]) -> tuple[Diagnostic, ...]:
    """A finding for each id in the book that the fact sheet has no entry for."""
    known = entries(sheet)
    refs = [(ref.text, Place(s.file, ref.start, ref.end)) for s in found for ref in s.facts]
    refs += [(n.fact, n.place) for n in book.no_rules.values() if n.place]
    return tuple(
        Diagnostic(
            "A413",
            f"the fact sheet has no entry `{id}`",
            Label(place, f"not in `{name}`"),
            help=f"write `{near}`" if (near := nearest(id, known)) else "write the id of an entry, or leave it out",
        )
        for id, place in dict.fromkeys(refs)
        if id not in known
    )


# -------------------------------------------------------------------------------------------------------------- data


def sources_json(view: SourcesView) -> Json:
    """What a book rests on, as data."""
    return {
        "book": view.id,
        "lang": view.lang,
        "sources": [
            {
                "id": s.id,
                "label": s.words,
                "rank": s.rank,
                "edition": s.edition,
                "document": s.path,
                "address": s.address,
            }
            for s in view.sources
        ],
        "conflicts": [
            {
                "id": c.id,
                "label": c.words,
                "says": [{"source": source, "pinpoint": pinpoint} for source, pinpoint in c.cites],
                "resolution": c.case,
                "reason": c.reason,
                "reading": c.reading,
            }
            for c in view.conflicts
        ],
        "readings": [
            {
                "id": r.id,
                "ref": r.ref,
                "label": r.words,
                "default": r.values[0][0],
                "values": [{"id": id, "label": label} for id, label in r.values],
            }
            for r in view.readings
        ],
        "judgements": [
            {"id": j.id, "ref": j.ref, "label": j.words, "mode": j.case, "on": j.on} for j in view.judgements
        ],
        "weak": [{"rule": w.path, "sources": list(w.cites), "reason": w.reason} for w in view.weak],
    }


def documents_json(documents: Iterable[Stored]) -> list[Json]:
    """The stored documents, as data."""
    return [
        {"source": d.id, "document": d.path, "sha256": d.hash, "state": d.case, "rules": list(d.rules)}
        for d in documents
    ]


def facts_json(found: Iterable[Entry]) -> list[Json]:
    """What became of each entry of a fact sheet, as data."""
    return [
        {
            "id": entry.id,
            "state": "in_rules" if entry.places else "left_out" if entry.left_out else "no_rule",
            "rules": [{"rule": spot.path, "file": spot.file, "line": spot.line} for spot in entry.places],
            "reason": entry.case,
            "note": entry.note,
        }
        for entry in found
    ]


def heading(say: Say, rank: int) -> str:
    """What sources of a rank are."""
    return say("rank", n=rank, what=say(f"rank_{rank}"))
