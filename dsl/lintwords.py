"""Blanks and punctuation in the words for readers, each language by its own custom."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dsl.diagnostics import Diagnostic, Label, Replacement
from dsl.model import Place
from dsl.syntax import Line, Token

_HAN = "[\u3400-\u4dbf\u4e00-\u9fff]"
_MARK = "[，。、；：？！（）「」『』《》]"
_WIDE = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
_NARROW = {wide: narrow for narrow, wide in _WIDE.items()} | {"。": ".", "、": ","}
_EDGES = re.compile(r"^[ \t]+|[ \t]+$|(?<=[^ \t])[ \t]{2,}(?=[^ \t])")
_INNER = re.compile(rf"(?<={_HAN})[ \t]+(?={_HAN}|{_MARK})|(?<={_MARK})[ \t]+")
_HALF = re.compile(rf"(?<={_HAN})[,;:?!]|[,;:?!](?={_HAN})")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_FULL = re.compile(f"[{''.join(_NARROW)}]")


def of_words(line: Line, file: str) -> Iterator[Diagnostic]:
    """The findings on the words of one line."""
    for attr in line.attrs:
        if attr.kind in ("en", "zh"):
            word = attr.parts[1]
            assert isinstance(word, Token)
            yield from _of_blanks(attr.kind, word, file)
            yield from _of_marks(attr.kind, word, file)


def _of_blanks(lang: str, word: Token, file: str) -> Iterator[Diagnostic]:
    """Blanks that a reader sees as a mistake."""
    spans = {m.span(): " " if m.start() > 0 and m.end() < len(word.text) else "" for m in _EDGES.finditer(word.text)}
    if lang == "zh":
        spans |= {m.span(): "" for m in _INNER.finditer(word.text)}
    fix = tuple(_put(word, start, end, text, file) for (start, end), text in sorted(spans.items()))
    if fix:
        yield Diagnostic(
            "A416",
            "stray blanks in words for readers",
            Label(Place(file, word.start, word.end), "begin, end or are parted by more than needed"),
            help=f"write `{_fixed(word, fix)}`",
            fix=fix,
        )


def _of_marks(lang: str, word: Token, file: str) -> Iterator[Diagnostic]:
    """Half-width marks beside Chinese characters, full-width ones in English without any."""
    text = word.text
    spans: dict[tuple[int, int], str] = {}
    if lang == "zh":
        spans = {m.span(): _WIDE[m.group()] for m in _HALF.finditer(text)}
        for m in _BRACKETS.finditer(text):
            if re.search(_HAN, m.group(1)):
                spans |= {(m.start(), m.start() + 1): "（", (m.end() - 1, m.end()): "）"}
    elif not re.search(_HAN, text):
        spans = {m.span(): _NARROW[m.group()] + _blank_after(text, m) for m in _FULL.finditer(text)}
    fix = tuple(_put(word, start, end, mark, file) for (start, end), mark in sorted(spans.items()))
    if fix:
        other = "half" if lang == "zh" else "full"
        yield Diagnostic(
            "A417",
            f"{other}-width punctuation in {'Chinese' if lang == 'zh' else 'English'} words",
            Label(Place(file, word.start, word.end), f"{len(fix)} mark{'s' if len(fix) > 1 else ''}"),
            help=f"write `{_fixed(word, fix)}`",
            fix=fix,
        )


def _blank_after(text: str, mark: re.Match[str]) -> str:
    """The blank that belongs after a narrow mark and that a wide one brings with it."""
    return " " if mark.group() in "，。、；：？！" and text[mark.end() : mark.end() + 1].isalnum() else ""


def _put(word: Token, start: int, end: int, text: str, file: str) -> Replacement:
    """A replacement inside a string; its first character stands after the quotation mark."""
    return Replacement(Place(file, word.start + 1 + start, word.start + 1 + end), text)


def _fixed(word: Token, fix: tuple[Replacement, ...]) -> str:
    text = word.text
    for r in reversed(fix):
        start, end = (at - word.start - 1 for at in (r.place.start, r.place.end))
        text = text[:start] + r.text + text[end:]
    return text
