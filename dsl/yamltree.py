"""YAML 1.2 (and so JSON) as a plain tree in which every node knows where it stands.

Only what a case needs is let through: mappings, sequences and scalars. Anchors, aliases, tags and merge keys are
refused rather than obeyed. Scalars stay text, with a note whether they were quoted; what they mean depends on the fact.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any

from msgspec import Struct
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from dsl.diagnostics import Diagnostic, Label, Result
from dsl.model import Place

LARGEST = 500_000
"""Characters a file may have: some hundreds of cases."""

DEEPEST = 16
"""Mappings and sequences inside one another. A case needs five or six."""

FULL_WIDTH_COLON = "\uff1a"

_MOST = 20
"""Findings of one kind that are worth telling."""


class Scalar(Struct, frozen=True):
    """A word, number or text as written."""

    text: str
    place: Place
    quoted: bool = False


class Sequence(Struct, frozen=True):
    """A list of nodes."""

    items: tuple[Node, ...]
    place: Place


class Mapping(Struct, frozen=True):
    """Keys with their nodes, in order; keys are unique."""

    entries: tuple[tuple[Scalar, Node], ...]
    place: Place

    def get(self, key: str) -> Node | None:
        """The node under a key, or None."""
        return next((node for name, node in self.entries if name.text == key), None)


Node = Scalar | Sequence | Mapping


class _HaltError(Exception):
    """Reading cannot go on; what there was to say has been said."""


def decode(data: bytes, name: str) -> Result[str]:
    """The text of a file, a byte order mark left out; anything but UTF-8 is refused."""
    try:
        return Result(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        text = data.decode("utf-8-sig", "replace")
        bom16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        at = 0 if bom16 else len(data[: error.start].decode("utf-8-sig", "replace"))
        note = "it begins like UTF-16" if bom16 else f"byte 0x{data[error.start]:02X} cannot stand here"
        diagnostic = Diagnostic(
            "C530",
            "the file is not text in UTF-8",
            Label(Place(name, at, min(at + 1, len(text))), "not UTF-8 from here"),
            notes=(note,),
            help="save the file again as UTF-8",
        )
        return Result(None, (diagnostic,))


def forbidden(text: str) -> Iterator[tuple[int, str]]:
    """Characters that hide, move or break text, with what they are; layout and joiners are let through."""
    if text.isascii() and text.isprintable():
        return
    for i, c in enumerate(text):
        if c in "\t\n\r\u200c\u200d" or (c == "\ufeff" and i == 0):
            continue
        category = unicodedata.category(c)
        if category == "Cc":
            yield i, "a control character"
        elif category in ("Zl", "Zp"):
            yield i, "a line break that editors do not show"
        elif category == "Cs" or ord(c) & 0xFFFE == 0xFFFE:
            yield i, "half a character"
        elif category == "Cf":
            bidi = c in "\u200e\u200f\u061c" or "\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069"
            yield i, "a mark that changes the direction of the text" if bidi else "an invisible character"


_WORDS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_$,.-]*(?: [A-Za-z0-9][A-Za-z0-9_$,.-]*)*")
"""A scalar that is plainly nothing else, on one line: it needs no parser."""


@lru_cache(maxsize=256)  # examples of a book stand on the facts and the changes of one another
def read_yaml(text: str, file: str, *, offset: int = 0) -> Result[tuple[Node, ...]]:
    """The documents of a text. Places are in `file`, moved by `offset`; the value is None after an error."""
    if _WORDS.fullmatch(text):  # as most changes are
        return Result((Scalar(text, Place(file, offset, offset + len(text))),))
    reader = _Reader(text, file, offset, [])
    documents = None
    if not _refused(reader):
        with suppress(_HaltError):
            documents = _documents(reader)
    return Result(documents, tuple(reader.found))


class _Reader(Struct, frozen=True):
    text: str
    file: str
    offset: int
    found: list[Diagnostic]

    def place(self, start: int, end: int) -> Place:
        return Place(self.file, start + self.offset, end + self.offset)

    def report(
        self, code: str, message: str, start: int, end: int, label: str, help: str | None, *notes: str, **more: Any
    ) -> None:
        primary = Label(self.place(start, end), label)
        self.found.append(Diagnostic(code, message, primary, notes=notes, help=help, **more))


def _refused(reader: _Reader) -> bool:
    """Whether the text is not even looked at."""
    text = reader.text
    if len(text) > LARGEST:
        note = f"it has {len(text):,} characters; {LARGEST:,} are read"
        reader.report("C518", "the file is too large", 0, 0, "", "put the cases into several files", note)
        return True
    for at, what in forbidden(text):
        name = f"U+{ord(text[at]):04X}"
        message = f"a character is not allowed in a case: `{name}`"
        reader.report("C517", message, at, at + 1, what, f"delete the `{name}`")
        if len(reader.found) == _MOST:
            break
    return bool(reader.found)


def _documents(reader: _Reader) -> tuple[Node, ...] | None:
    stream = _events(reader)
    documents = []
    for event in stream:
        if isinstance(event, DocumentStartEvent):
            _directives(reader, event)
            documents.append(_node(reader, stream, next(stream), 1))
    return None if reader.found else tuple(documents)


def _directives(reader: _Reader, event: DocumentStartEvent) -> None:
    if event.version in (None, (1, 2)) and not event.tags:
        return
    name = "%YAML" if event.version not in (None, (1, 2)) else "%TAG"
    start = max(reader.text.rfind(name, 0, event.start_mark.index), 0)
    end = start + len(reader.text[start:].split("\n", 1)[0].rstrip())
    note = "a case is YAML 1.2, in which `NO` is a word and not a truth"
    reader.report("C516", "a case is written without directives", start, end, "", f"delete the `{name}` line", note)


def _events(reader: _Reader) -> Iterator[Any]:
    """Events of the parser; its complaint, whatever it is, becomes one diagnostic."""
    stream = YAML(typ="safe", pure=True).parse(reader.text)
    at = 0
    while True:
        try:
            event = next(stream)
        except StopIteration:
            return
        except MarkedYAMLError as error:
            mark, context = error.problem_mark, error.context_mark
            index = mark.index if mark else context.index if context else at
            _malformed(reader, index, context.index if context else None, f"{error.context} {error.problem}")
            raise _HaltError from None
        except Exception:  # noqa: BLE001
            # The parser lets some errors of its own through: an escape beyond Unicode is an OverflowError or a
            # ValueError. Whatever it trips over is in the text and after what it has read.
            _malformed(reader, at, None, "")
            raise _HaltError from None
        at = event.end_mark.index
        yield event


_NO_COLON = ("a key without its `: `", "write `KEY: VALUE`, with a space after the colon")


def _without_colon(before: str) -> tuple[int, int] | None:
    """The line above the last one, if it is a key that lacks its colon."""
    lines = before.split("\n")
    above = lines[-2].rstrip() if len(lines) > 1 else ""
    bare = above.lstrip(" -")
    if not bare or ":" in bare or bare[0] in "#\"'[{|>":
        return None
    end = len(before) - len(lines[-1]) - 1 - (len(lines[-2]) - len(above))
    return end - len(bare), end


def _closing(before: str) -> str:
    """The bracket that ends the last one left open, strings left out of the count."""
    stack = []
    for char in re.sub(r'"(\\.|[^"\\])*"', "", before):
        if char in "[{":
            stack.append("]" if char == "[" else "}")
        elif stack and char == stack[-1]:
            stack.pop()
    return stack[-1] if stack else "]"


def _malformed(reader: _Reader, at: int, context: int | None, problem: str) -> None:
    """Report text that is not YAML: what is to blame, where, and what to type instead."""
    text = reader.text
    at = min(at, len(text))
    fault = (
        _bad_character(text, at, problem)
        or _bad_shape(text, at, context, problem)
        or (at, at + 1, *_bad_word(text, at, problem))
    )
    start, end, label, fix = fault
    reader.report("C501", "the file is not YAML", start, min(end, max(len(text), start)), label, fix)


_Fault = tuple[int, int, str, str]


def _bad_character(text: str, at: int, problem: str) -> _Fault | None:
    """A character that does not do what it seems to."""
    line = text[text.rfind("\n", 0, at) + 1 : at] + text[at : at + 200].split("\n", 1)[0]
    above = text[:at].rstrip().rsplit("\n", 1)[-1]
    if FULL_WIDTH_COLON in line + above and '"' not in problem:
        found = text.rfind(FULL_WIDTH_COLON, 0, at + len(line))
        return found, found + 1, "this is a full-width colon", "write `: ` (a colon and a space)"
    if "\\t" in problem or text[at : at + 1] == "\t":
        return at, at + 1, "a tab cannot indent", "indent with spaces"
    if not problem and (escape := re.compile(r"\\[Uux][0-9A-Fa-f]+").search(text, at)):
        return *escape.span(), "there is no such character", "write the character itself"
    return None


def _bad_shape(text: str, at: int, context: int | None, problem: str) -> _Fault | None:
    """Something that is not closed, or not finished with a colon."""
    began = context if context is not None else at
    if "quoted scalar" in problem and "end of stream" in problem:
        return began, began + 1, "this quotation mark is never closed", f"close it with `{text[began : began + 1]}`"
    if "could not find expected ':'" in problem:
        return began, began + len(text[began:].split("\n", 1)[0]), *_NO_COLON
    if "mapping values are not allowed" in problem and (bare := _without_colon(text[:at])) is not None:
        return *bare, *_NO_COLON
    if "flow sequence" in problem or "flow mapping" in problem or ("flow node" in problem and at >= len(text)):
        closing = _closing(text[:at])
        at = len(text[:at].rstrip()) if at >= len(text) else at
        return at, at + 1, f"a `,` or `{closing}` is missing here", f"write `{closing}` where it ends"
    return None


def _bad_word(text: str, at: int, problem: str) -> tuple[str, str]:
    """The label and the fix for what the place alone tells."""
    if "cannot start any token" in problem:
        return f"`{text[at : at + 1]}` cannot begin a word", "put the text into quotes"
    for signs, label, fix in _SAID:
        if any(sign in problem for sign in signs):
            return label, fix
    return "YAML cannot go on here", "write `KEY: VALUE` lines, indented by two spaces a level"


_SAID = (
    (("unknown escape", "hexadecimal"), "no such escape", "write `\\\\` for a backslash, or use single quotes"),
    (
        ("mapping values are not allowed",),
        "a second `:` cannot stand here",
        "indent the line like its neighbours, or put a text with `: ` in it into quotes",
    ),
    (("flow node",), "a value is missing here", "write the value, or `unknown`"),
    (
        ("found '<scalar>'",),
        "something is left over on this line",
        "put the whole value into one pair of quotes",
    ),
    (
        ("block end", "block collection", "block mapping"),
        "indented unlike the lines above",
        "give lines of one list or thing the same indentation",
    ),
    (("sequence entries are not allowed",), "a `-` cannot stand here", "begin a new line for `- `"),
    (
        ("document start",),
        "something is left over after the case",
        "delete it, or put `---` between two cases",
    ),
)
"""What the reader of YAML says, and what it comes from."""


def _node(reader: _Reader, stream: Iterator[Any], event: Any, depth: int) -> Node:
    start, end = event.start_mark.index, event.end_mark.index
    if isinstance(event, AliasEvent):
        fix = "write the facts out again"
        reader.report("C516", "a case is written without aliases", start, end, "an alias", fix)
        return Scalar("", reader.place(start, end), quoted=True)
    if event.anchor is not None:
        to = start + 1 + len(event.anchor)
        found = reader.text.find(f"&{event.anchor}", max(0, start - 2 * len(event.anchor) - 200), end)
        at = found if found >= 0 else start
        fix = f"delete `&{event.anchor}`"
        reader.report("C516", "a case is written without anchors", at, at + to - start, "an anchor", fix)
    if event.tag is not None:
        found = reader.text.find("!", max(0, start - 200), end)
        at = found if found >= 0 else start
        word = (reader.text[at:].split(None, 1) or [""])[0]
        fix = f"delete `{word[:40]}`"
        reader.report("C516", "a case is written without tags", at, at + max(len(word), 1), "a tag", fix)
    if isinstance(event, ScalarEvent):
        return _scalar(reader, event)
    if depth > DEEPEST:
        note = f"{DEEPEST} levels are read; a case needs five or six"
        label = "one level too many"
        reader.report("C518", "the case is too deep", start, start + 1, label, "write fewer levels", note)
        raise _HaltError
    if isinstance(event, SequenceStartEvent):
        items = []
        while not isinstance(event := next(stream), SequenceEndEvent):
            items.append(_node(reader, stream, event, depth + 1))
        return Sequence(tuple(items), reader.place(start, _end(reader, event, items, end)))
    return _mapping(reader, stream, start, end, depth)


def _scalar(reader: _Reader, event: ScalarEvent) -> Scalar:
    start, end = event.start_mark.index, event.end_mark.index
    quoted = event.style is not None
    if event.style in ("|", ">"):
        # The end mark of a block scalar is where the next token begins.
        end = start + len(reader.text[start:end].rstrip())
    if start == end:
        # An empty scalar is marked where the next token begins; people look for it where the last one ended.
        start = end = len(reader.text[:start].rstrip())
    value = _paired(event.value)
    for at, what in forbidden(f" {value}"):  # so that a byte order mark is not at the start
        name = f"U+{ord(value[at - 1]):04X}"
        message = f"a character is not allowed in a case: `{name}`"
        reader.report("C517", message, start, end, f"this stands for {what}", f"leave the `{name}` out")
        break
    return Scalar(value, reader.place(start, end), quoted)


def _paired(text: str) -> str:
    """JSON writes a character beyond U+FFFF as two escapes; YAML keeps them apart."""
    if text.isascii() or not any("\ud800" <= c <= "\udfff" for c in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass" if _lone(text) else "strict")


def _lone(text: str) -> bool:
    try:
        text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        return True
    return False


def _mapping(reader: _Reader, stream: Iterator[Any], start: int, end: int, depth: int) -> Mapping:
    entries: dict[str, tuple[Scalar, Node]] = {}
    while not isinstance(event := next(stream), MappingEndEvent):
        key = _node(reader, stream, event, depth + 1)
        node = _node(reader, stream, next(stream), depth + 1)
        if not isinstance(key, Scalar):
            at = event.start_mark.index
            reader.report("C504", "a key must be a word", at, at + 1, "not a word", "write `KEY: VALUE`")
            continue
        if key.text == "<<" and not key.quoted:
            at = event.start_mark.index
            fix = "write the facts out again"
            reader.report("C516", "a case is written without merge keys", at, at + 2, "a merge key", fix)
            continue
        if key.text in entries:
            first = Label(entries[key.text][0].place, "first here")
            at, to = event.start_mark.index, event.end_mark.index
            message = f"the key `{key.text[:40]}` stands twice"
            reader.report("C502", message, at, to, "and again here", "delete one of the two", secondary=(first,))
            continue
        entries[key.text] = (key, node)
    children = [node for pair in entries.values() for node in pair]
    return Mapping(tuple(entries.values()), reader.place(start, _end(reader, event, children, end)))


def _end(reader: _Reader, event: Any, children: list[Any], otherwise: int) -> int:
    """Where a collection ends: a block's end mark is where the next token begins, so its last child says it."""
    if event.end_mark.index > event.start_mark.index:
        return int(event.end_mark.index)
    return max((child.place.end - reader.offset for child in children), default=otherwise)
