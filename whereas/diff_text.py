"""A difference between two editions as text, as Markdown for a pull request, and as data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from dsl.calendar import Duration
from dsl.model import Book, Place, Scalar, Table
from dsl.source import SourceFile
from dsl.writecase import case_text
from solver.diff import Difference, Group, Verdicts
from solver.diff_changes import Change
from solver.diff_regions import Region
from whereas.outline import Line, outline
from whereas.phrases import Language, enumerated, listed, words_language
from whereas.scripts import Say, in_script, scripted, spoken
from whereas.values import address_words, value_words

VERSION = 1


def as_text(d: Difference, names: tuple[str, str], lang: Language) -> Iterator[str]:
    """Lines of text, each with its end."""
    say = spoken(lang)
    yield say("diff_between", old=names[0], new=names[1]) + "\n"
    yield from (f"{line}\n" for line in summary(d, say))
    for v in d.changed:
        yield f"\n{_heading(d, v, lang)}\n"
        for g in v.groups:
            yield f"  {_turn(g, say)}\n"
            yield from (f"    {line}\n" for line in everybody(d, v, g, lang))
            yield from (f"    {line}\n" for line in where(d, g, lang))
            yield f"    {_shown(g, say)}\n"
            yield from (f"      {line}\n" for line in case_text(g.turned.person, d.new).splitlines())
        yield from (f"  {line}\n" for line in notes(d, v, say))
        if v.edits:
            yield f"  {say('diff_because')}\n"
            for e in v.edits:
                yield from (f"    {line}\n" for line in edit_lines(d, e, say))
    for title, lines in rest(d, lang):
        yield f"\n{title}\n"
        yield from (f"  {line}\n" for line in lines)


def as_markdown(d: Difference, names: tuple[str, str], lang: Language) -> Iterator[str]:
    """Markdown: the summary and a table first, people folded away."""
    say = spoken(lang)
    yield f"## {say('diff_between', old=f'`{names[0]}`', new=f'`{names[1]}`')}\n\n"
    yield from (f"- {line}\n" for line in summary(d, say))
    for v in d.changed:
        yield f"\n### {_heading(d, v, lang)}\n"
        for g in v.groups:
            yield f"\n**{_turn(g, say)}**\n\n"
            head, *conditions = everybody(d, v, g, lang) or [""]
            yield f"- {head}\n" if head else ""
            yield from (f"  - {line.strip()}\n" for line in conditions)
            yield from (f"- {line}\n" for line in where(d, g, lang))
            yield f"\n<details><summary>{_shown(g, say)}</summary>\n\n"
            yield f"```yaml\n{case_text(g.turned.person, d.new).rstrip()}\n```\n\n</details>\n"
        told = list(notes(d, v, say))
        if told:
            yield "\n" + "".join(f"- {line}\n" for line in told)
        if v.edits:
            yield f"\n{say('diff_because')}\n\n"
            for e in v.edits:
                head, *lines = edit_lines(d, e, say)
                yield f"- {head}\n"
                if lines:
                    yield "\n  ```diff\n" + "".join(f"  {line}\n" for line in lines) + "  ```\n"
    for title, lines in rest(d, lang):
        yield f"\n### {title}\n\n"
        yield from (f"- {line}\n" for line in lines)


def as_data(d: Difference, names: tuple[str, str], lang: Language) -> dict[str, Any]:
    """The same as data, versioned."""
    return {
        "version": VERSION,
        "old": names[0],
        "new": names[1],
        "lang": lang,
        "changed": [_verdicts(d, v, lang) for v in d.changed],
        "same_effect": list(d.reworded),
        "not_settled_for_other_readings": list(d.unread),
        "untouched": list(d.alike),
        "added": list(d.added),
        "removed": list(d.removed),
        "renamed": [{"old": a, "new": b} for a, b in d.renamed],
        "edits": [_edit(d, e) for e in d.edits],
        "presumed_otherwise": [e.subject for e in d.presumed],
        "no_verdict": [e.subject for e in d.idle],
        "said_otherwise": [{"category": s.category, "parts": list(s.parts)} for s in d.said],
        "declared": [{"kind": kind, "what": what} for kind, what in d.declared],
        "retyped": list(d.words.retyped),
        "spells": list(d.words.spells),
        "elements": dict(d.room),
    }


# --------------------------------------------------------------------------------------------------------------- parts


def summary(d: Difference, say: Say) -> Iterator[str]:
    """What there is, in a few lines."""
    if d.nothing:
        yield say("diff_nothing", n=len(d.alike))
        return
    turned = [v for v in d.changed if v.groups or v.readings]
    open_ = [v for v in d.changed if v.open]
    yield say("diff_changed", n=len(turned))
    if open_:
        yield say("diff_open", n=len(open_))
    yield say("diff_proved", same=len(d.reworded), alike=len(d.alike))
    if d.presumed:
        yield say("diff_presumptions", n=len(d.presumed))
    if d.room:
        yield say("elements_tried", counts=", ".join(f"{name} {n}" for name, n in sorted(d.room.items())))


def _heading(d: Difference, v: Verdicts, lang: Language) -> str:
    label = d.new.categories[v.name].label
    return f"{v.category}  {in_script(label, lang)}"


def _shown(g: Group, say: Say) -> str:
    """Where the person comes from."""
    return say("diff_worked" if g.turned.worked else "diff_person")


def _turn(g: Group, say: Say) -> str:
    return f"{say(g.turned.before.value)} → {say(g.turned.after.value)}"


def notes(d: Difference, v: Verdicts, say: Say) -> Iterator[str]:
    """What else there is to say of a category."""
    if v.open:
        yield say("diff_left_open")
    if v.law:
        yield say("diff_law")
    if v.readings is not None:
        other = {r: x for r, x in v.readings.readings.items() if r in d.new.readings and d.new.readings[r].default != x}
        chosen = ", ".join(f"{r}={x}" for r, x in other.items())
        yield say(
            "diff_readings",
            chosen=chosen,
            before=say(v.readings.before.value),
            after=say(v.readings.after.value),
        )


def everybody(d: Difference, v: Verdicts, g: Group, lang: Language) -> list[str]:
    """That nobody could meet a category's conditions before, or can now; and these, without what is in them."""
    if not g.everybody:
        return []
    return [spoken(lang)("diff_ends" if g.held else "diff_begins"), *(f"  {it}" for it in conditions(d, v, g, lang))]


def conditions(d: Difference, v: Verdicts, g: Group, lang: Language) -> list[str]:
    """A category's conditions in the edition in which somebody meets them: numbers, labels, names or words."""
    book, id = (d.old, v.category) if g.held else (d.new, v.name)
    it = outline(book, book.categories[id], words_language(lang))
    say = spoken(lang)

    def shown(line: Line, phrase: str = "") -> str:
        words = scripted(line.lead or line.words, lang)
        label = f"[{line.path}] " if line.path else ""
        return f"{line.number}. {label}{say(phrase, words=words) if phrase else words}"

    return [
        *(shown(line) for line in it.needs),
        *(shown(line, "diff_unless") for line in it.bars),
        *(shown(line) for line in it.exceptions),
    ]


def where(d: Difference, g: Group, lang: Language) -> Iterator[str]:
    """The values of facts at which somebody changes in this way."""
    say = spoken(lang)
    for r in g.where:
        words = address_words(d.new, r.path, words_language(lang))
        values = _listed(d, g, r, lang) or _values(d.new, r, lang)
        yield say("diff_where", fact=scripted(words, lang), values=values)


NAMED = 20
"""So many values are named one by one; of more that a list of the law has, it is said which list. As data all are."""


def _listed(d: Difference, g: Group, r: Region, lang: Language) -> str | None:
    """Very many values told as those of a list on the day on which the person files; None if they are others."""
    filing = next((f.id for f in d.new.givens.values() if f.default == "today"), "")
    day = g.turned.person.root.facts.get(filing)
    if len(r.values) <= NAMED or r.open or not isinstance(day, dt.date):
        return None
    say = spoken(lang)
    for id, table in d.new.tables.items():
        if table.key_type != r.type:
            continue
        now, before = (_keys_on(b.tables[id], day) if id in b.tables else set() for b in (d.new, d.old))
        for phrase, keys in (("diff_listed", now), ("diff_listed_anew", now - before)):
            if keys == set(r.values):
                return say(
                    phrase,
                    n=len(keys),
                    day=_value(d.new, day, Region("", Scalar("date"), (), False, False, 0), lang),
                    table=in_script(table.label, lang),
                    values=enumerated([_value(d.new, v, r, lang) for v in r.values[:3]], lang),
                )
    return None


def _keys_on(table: Table, day: dt.date) -> set[str]:
    return {
        row.key for row in table.rows if (row.start is None or row.start <= day) and (row.end is None or day <= row.end)
    }


def _values(book: Book, r: Region, lang: Language) -> str:
    say = spoken(lang)
    several = not r.values or not isinstance(r.values[0], tuple)
    if several and len(r.spared) < len(r.values) and r.others and not r.open:
        spared = enumerated([_value(book, v, r, lang) for v in r.spared], lang)
        return say("diff_any_but", n=len(r.values), values=spared)
    words = [_value(book, v, r, lang) if several else _range(book, v, r, lang) for v in r.values]
    shown = enumerated(words, lang) if several else listed(words, lang)
    counted = say("diff_counted", n=len(r.values), values=shown) if several and len(r.values) > 3 else shown
    if r.open:
        counted = say("diff_partly", values=counted, n=r.open)
    return counted or say("nothing")


def _value(book: Book, v: Any, r: Region, lang: Language) -> str:
    return scripted(value_words(book, v, r.type, words_language(lang)), lang)


def _range(book: Book, v: tuple[Any, Any], r: Region, lang: Language) -> str:
    first, last = v
    if first == last:
        return _value(book, first, r, lang)
    if last is None:
        return spoken(lang)(
            "diff_from_on" if isinstance(first, dt.date) else "range_up", low=_value(book, first, r, lang)
        )
    return spoken(lang)("range", low=_value(book, first, r, lang), high=_value(book, last, r, lang))


def edit_lines(d: Difference, e: Change, say: Say) -> Iterator[str]:
    """An edit: what it is of, where, and the lines that are gone and come."""
    at = _at(d.new, e.after) or _at(d.old, e.before)
    kind = "changed_word" if e.kind == "changed" else e.kind
    yield f"{say(f'diff_{kind}')} {e.subject}" + (f" ({at})" if at else "")
    gone, come = e.rows
    if gone or come:
        yield from (f"- {row}" for row in gone)
        yield from (f"+ {row}" for row in come)
        return
    before, after = _lines(d.old, e.before), _lines(d.new, e.after)
    yield from (f"- {line}" for line in before)
    yield from (f"+ {line}" for line in after)


def _lines(book: Book, place: Place | None) -> list[str]:
    if place is None or place.file not in book.texts:
        return []
    text = book.texts[place.file][place.start : place.end].rstrip().split("\n")
    return [line.strip() for line in text[:6] if line.strip()]


def _at(book: Book, place: Place | None) -> str:
    if place is None or place.file not in book.texts:
        return ""
    return f"{place.file}:{SourceFile(place.file, book.texts[place.file]).line_column(place.start)[0]}"


def rest(d: Difference, lang: Language) -> Iterator[tuple[str, list[str]]]:
    """What changes no verdict, under titles."""
    say = spoken(lang)
    yield from _titled(say("diff_same_effect"), d.reworded)
    yield from _titled(say("diff_unread"), d.unread)
    yield from _titled(say("diff_renamed"), (f"{a} → {b}" for a, b in d.renamed))
    yield from _titled(say("diff_added_categories"), d.added)
    yield from _titled(say("diff_removed_categories"), d.removed)
    yield from _titled(say("diff_presumed"), (line for e in d.presumed for line in edit_lines(d, e, say)))
    yield from _titled(say("diff_idle"), (" ".join(list(edit_lines(d, e, say))[:1]) for e in d.idle))
    said = (f"{s.category}: {enumerated([say(f'diff_part_{p}') for p in s.parts], lang)}" for s in d.said)
    yield from _titled(say("diff_said"), said)
    yield from _titled(say("diff_declared"), (f"{say(f'diff_{kind}')} {what}" for kind, what in d.declared))
    yield from _titled(say("diff_retyped"), d.words.retyped)
    yield from _titled(say("diff_spells"), d.words.spells)


def _titled(title: str, lines: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    found = list(lines)
    if found:
        yield title, found


# ---------------------------------------------------------------------------------------------------------------- data


def _verdicts(d: Difference, v: Verdicts, lang: Language) -> dict[str, Any]:
    return {
        "category": v.category,
        "new_name": v.name,
        "open": v.open,
        "depends_on_other_law": v.law,
        "groups": [
            {
                "before": g.turned.before.value,
                "after": g.turned.after.value,
                "person": case_text(g.turned.person, d.new),
                "where": [_region(r) for r in g.where],
                "everybody_who_meets": conditions(d, v, g, lang) if g.everybody else None,
            }
            for g in v.groups
        ],
        "because": [_edit(d, e) for e in v.edits],
        "readings": dict(v.readings.readings) if v.readings else None,
    }


def _region(r: Region) -> dict[str, Any]:
    return {
        "fact": r.path,
        "values": [[_plain(x) for x in v] if isinstance(v, tuple) else _plain(v) for v in r.values],
        "any_not_named": r.others,
        "nobody_at": [_plain(v) for v in r.spared],
        "every_value_asked": r.whole and not r.open,
        "left_out": r.open,
    }


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, dt.date | Duration) else value


def _edit(d: Difference, e: Change) -> dict[str, Any]:
    return {
        "kind": e.kind,
        "subject": e.subject,
        "part": e.part,
        "old": _at(d.old, e.before) or None,
        "new": _at(d.new, e.after) or None,
        "removed": list(e.rows[0]) or _lines(d.old, e.before),
        "added": list(e.rows[1]) or _lines(d.new, e.after),
    }
