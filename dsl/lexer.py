"""Text of a book to tokens: words in either language, strings, numbers, and layout as indents and dedents.

Layout: a declaration begins at the first column; what belongs to a line stands deeper than it. Inside brackets a line
may be broken anywhere. `#` begins a comment. The facts of an example and the right side of `with` are taken raw: they
are case text, read by `dsl.casefile`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from msgspec import Struct

from dsl.diagnostics import Diagnostic, Label
from dsl.keywords import ANYWHERE, OPENING, PUNCTUATION, QUOTES, Word
from dsl.model import Place
from dsl.suggest import nearest
from dsl.syntax import Token

NEWLINE, INDENT, DEDENT = "_NL", "_INDENT", "_DEDENT"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*|\[[0-9]+\])*", re.ASCII)
_LABEL = re.compile(rf"{_NAME.pattern}(?=[ \t]*[\]］】])", re.ASCII)
"""A label: between brackets every word is a name."""
_REF = re.compile(r"[A-Z]+-[0-9]+[a-z]?(?![A-Za-z0-9_])", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![A-Za-z0-9_-])", re.ASCII)
_DIGITS = r"[0-9](?:[0-9_]|,(?=[0-9]{3}(?![0-9])))*"
_MONEY = re.compile(rf"HK\$[ \t]?({_DIGITS})(?![A-Za-z0-9_]|[.,][0-9])|({_DIGITS})[ \t]?港元", re.ASCII)
_NUMBER = re.compile(rf"{_DIGITS}(?![A-Za-z0-9_]|[./-][0-9])", re.ASCII)
_IDEOGRAPHS = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\x85\xa0\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc]"
)
_LOOKALIKE = re.compile("[\u0370-\u03ff\u0400-\u052f\u0530-\u058f\u13a0-\u13ff\uff21-\uff3a\uff41-\uff5a\uff10-\uff19]")


def _spellings(words: Mapping[str, Word]) -> list[tuple[str, str]]:
    """(spelling, terminal), longest first, so that `at least` is tried before a shorter word."""
    pairs = [(s, t) for t, w in words.items() for s in (*w.en, *w.zh)]
    return sorted(pairs, key=lambda p: -len(p[0]))


def _pattern(words: Mapping[str, Word]) -> tuple[re.Pattern[str], dict[str, str]]:
    """One expression for all spellings, and the terminal of each spelling (blanks normalised)."""
    parts = []
    for spelling, _ in _spellings(words):
        body = r"[ \t]+".join(re.escape(w) for w in spelling.split())
        parts.append(body + (r"(?![A-Za-z0-9_.])" if spelling.isascii() else ""))
    return re.compile("|".join(parts)), dict(_spellings(words))


_ANY, _ANY_OF = _pattern(ANYWHERE)
_OPEN, _OPEN_OF = _pattern({**ANYWHERE, **OPENING})
_PUNCT = {c: t for t, forms in PUNCTUATION.items() for c in forms}
_BLANK = " \t\r\u3000"
_SIGNS = {
    ">=": "at least",
    "<=": "at most",
    "==": "is",
    "!=": "is not",
    ">": "more than",
    "<": "less than",
    "≥": "at least",
    "≤": "at most",
    "≠": "is not",
    "&&": "and",
    "||": "or",
    "!": "not",
    "+": "plus",
    "-": "minus",
}
"""Signs of other languages, and the words for them; longer signs first."""
_CHINESE = tuple(s for s, _ in _spellings({**ANYWHERE, **OPENING}) if not s.isascii())


class Chunk(Struct, frozen=True):
    """The tokens of one declaration, and the offsets it spans."""

    tokens: tuple[Token, ...]
    start: int
    end: int


class _Line(Struct):
    start: int
    end: int
    indent: int


def forbidden(text: str, file: str) -> Iterator[Diagnostic]:
    """Characters that can hide what a text says: controls, bidi marks, invisible ones; and text that is not NFC."""
    for m in _FORBIDDEN.finditer(text):
        char = m.group()
        if char == "\r" and text[m.end() : m.end() + 1] == "\n":
            continue
        name = unicodedata.name(char, f"U+{ord(char):04X}")
        yield Diagnostic(
            "S005",
            "a character that cannot be seen is not allowed",
            Label(Place(file, m.start(), m.end()), name.lower()),
            help="delete it",
        )
    if not unicodedata.is_normalized("NFC", text):
        for i, char in enumerate(text):
            if unicodedata.combining(char) or not unicodedata.is_normalized("NFC", char):
                fixed = unicodedata.normalize("NFC", text[max(0, i - 1) : i + 1])
                yield Diagnostic(
                    "S005",
                    "text must be in Unicode normal form C",
                    Label(Place(file, max(0, i - 1), i + 1), "written with separate marks"),
                    help=f"write `{fixed}`",
                )
                return


def lex(text: str, file: str) -> tuple[tuple[Chunk, ...], tuple[Diagnostic, ...]]:
    """The declarations of a file as tokens. A line that cannot be read costs its declaration one diagnostic."""
    problems = list(forbidden(text, file))
    chunks: list[Chunk] = []
    lines = _lines(text)
    i = 0
    while i < len(lines):
        j = i + 1
        while j < len(lines) and lines[j].indent > 0:
            j += 1
        if lines[i].indent > 0:
            problems.append(
                _layout(file, lines[i], "nothing stands above this line", "begin the declaration at the first column")
            )
        else:
            end = lines[j].start if j < len(lines) else len(text)
            tokens, trouble = _chunk(text, file, lines[i:j])
            if trouble:
                problems.append(trouble)
            else:
                chunks.append(Chunk(tokens, lines[i].start, end))
        i = j
    return tuple(chunks), tuple(problems)


def _lines(text: str) -> list[_Line]:
    """Lines with something on them other than a comment; offsets without the line end."""
    out = []
    start = 0
    for raw in text.split("\n"):
        body = raw.rstrip("\r")
        stripped = body.lstrip(_BLANK)
        if stripped and not stripped.startswith("#"):
            out.append(_Line(start, start + len(body), len(body) - len(stripped)))
        start += len(raw) + 1
    return out


def _layout(file: str, line: _Line, label: str, fix: str) -> Diagnostic:
    return Diagnostic(
        "S002",
        "the indentation does not fit",
        Label(Place(file, line.start, line.start + max(line.indent, 1)), label),
        help=fix,
    )


def _chunk(text: str, file: str, lines: list[_Line]) -> tuple[tuple[Token, ...], Diagnostic | None]:
    """Tokens of one declaration, or the first thing that stops it from being read."""
    out: list[Token] = []
    stack = [0]
    k = 0
    while k < len(lines):
        line = lines[k]
        trouble = _indented(text, file, line, stack, out)
        if trouble:
            return (), trouble
        begun = len(out)
        k, trouble = _broken_line(text, file, lines, k, out)
        if trouble:
            return (), trouble
        end = lines[k - 1].end
        if out[begun:] and out[begun].type == "FACTS":
            k, out[begun] = _facts(text, lines, k)
        out.append(Token(NEWLINE, "", end, end))
    out += [Token(DEDENT, "", lines[-1].end, lines[-1].end) for _ in stack[1:]]
    return tuple(out), _one_or_two(out, text, file)


def _indented(text: str, file: str, line: _Line, stack: list[int], out: list[Token]) -> Diagnostic | None:
    """Open or close blocks as the indentation of a line says; `stack` holds the indents of the open ones."""
    blank = text[line.start : line.start + line.indent]
    if blank.strip(" "):
        label = "a full-width space" if "\u3000" in blank else "a tab"
        return _layout(file, line, label, "indent with spaces, two for each level")
    if line.indent > stack[-1]:
        stack.append(line.indent)
        out.append(Token(INDENT, "", line.start, line.start + line.indent))
    while line.indent < stack[-1]:
        stack.pop()
        out.append(Token(DEDENT, "", line.start, line.start + line.indent))
    if line.indent != stack[-1]:
        levels = ", ".join(str(n) for n in stack)
        return _layout(file, line, f"{line.indent} spaces", f"use one of the indents above: {levels} spaces")
    return None


def _broken_line(text: str, file: str, lines: list[_Line], k: int, out: list[Token]) -> tuple[int, Diagnostic | None]:
    """Add the tokens of line `k` and of those that its open brackets take in; the number of the line after them."""
    depth, at, first = 0, lines[k].start + lines[k].indent, True
    while first or (depth > 0 and k < len(lines)):
        tokens, depth, trouble = _line(text, file, at if first else lines[k].start, lines[k].end, depth, first=first)
        if trouble:
            return k, trouble
        out += tokens
        k, first = k + 1, False
    if depth > 0:
        opener = _open_bracket(out)
        closing = {"LPAR": ")", "LBRACE": "}"}[opener.type]
        return k, _unclosed("S001", "a bracket is not closed", file, opener.start, opener.end, closing)
    return k, None


def _facts(text: str, lines: list[_Line], k: int) -> tuple[int, Token]:
    """The raw text below the line before `k`, as one token, and the number of the line after it."""
    line, stop = lines[k - 1], k
    while stop < len(lines) and lines[stop].indent > line.indent:
        stop += 1
    begin = text.index("\n", line.end) + 1 if stop > k else line.end
    return stop, Token("FACTS", text[begin : lines[stop - 1].end], begin, lines[stop - 1].end)


def _open_bracket(tokens: list[Token]) -> Token:
    """The last bracket that nothing closes."""
    closed = 0
    for token in reversed(tokens):
        if token.type in ("RPAR", "RBRACE"):
            closed += 1
        elif token.type in ("LPAR", "LBRACE"):
            if not closed:
                return token
            closed -= 1
    return tokens[0]


def _one_or_two(tokens: list[Token], text: str, file: str) -> Diagnostic | None:
    """The diagnostic for `{1,200}`: nobody can say whether that is one number or two."""
    braces = 0
    for token in tokens:
        braces += (token.type == "LBRACE") - (token.type == "RBRACE")
        written = text[token.start : token.end]
        if braces > 0 and token.type == "NUMBER" and "," in written:
            return Diagnostic(
                "S004",
                "this can be one number or several",
                Label(Place(file, token.start, token.end), "a comma between digits, inside `{ }`"),
                help=f"write `{written.replace(',', '')}`, or `{written.replace(',', ', ')}` for several",
            )
    return None


def _quoted_in_quotes(file: str, string: Token) -> Diagnostic:
    """The diagnostic for a string whose closing mark runs into a word: one mark is missing or one is too many."""
    return Diagnostic(
        "S006",
        "a string ends in the middle of words",
        Label(Place(file, string.start, string.end), "this is read as one string"),
        help="close the string before, or write 「 」 around words that are themselves quoted",
    )


def _unclosed(code: str, message: str, file: str, start: int, end: int, closing: str) -> Diagnostic:
    return Diagnostic(
        code, message, Label(Place(file, start, end), "begins here"), help=f"write `{closing}` at its end"
    )


def _line(
    text: str, file: str, at: int, end: int, depth: int, *, first: bool
) -> tuple[list[Token], int, Diagnostic | None]:
    """Tokens between two offsets; `first`: a word that opens a line may stand here; `depth`: open brackets so far."""
    out: list[Token] = []
    while at < end:
        char = text[at]
        if char in _BLANK or _FORBIDDEN.match(char):  # what is forbidden has been reported
            at += 1
            continue
        if char == "#":
            break
        if char in QUOTES:
            stop = text.find(QUOTES[char], at + 1, end)
            if stop < 0:
                return out, depth, _unclosed("S006", "a string is not closed on its line", file, at, end, QUOTES[char])
            out.append(Token("STRING", text[at + 1 : stop], at, stop + 1))
            at = stop + 1
            if char == '"' and text[at : at + 1].isalnum() and not _ANY.match(text, at, end):
                return out, depth, _quoted_in_quotes(file, out[-1])
        elif char in _PUNCT:
            kind = _PUNCT[char]
            depth += (kind in ("LPAR", "LBRACE")) - (kind in ("RPAR", "RBRACE"))
            out.append(Token(kind, char, at, at + 1))
            at += 1
        else:
            label = _LABEL.match(text, at, end) if out and out[-1].type == "LSQB" else None
            word = Token("NAME", label.group(), at, label.end()) if label else None
            token = word or _word(text, at, end, opening=first and not out)
            if token is None:
                before = out[-1] if out and not text[out[-1].end : at].strip(_BLANK) else None
                return out, depth, _stray(text, file, at, end, before)
            out.append(token)
            at = token.end
            if token.type == "WITH":
                out[-1] = Token("WITH", text[at:end].strip(), at, end)
                break
        first = first and not out
    return out, depth, None


def _word(text: str, at: int, end: int, *, opening: bool) -> Token | None:
    """The word, number or name at an offset."""
    pattern, terminal = (_OPEN, _OPEN_OF) if opening else (_ANY, _ANY_OF)
    for kind, rule in (("REF", _REF), ("DATE", _DATE), ("MONEY", _MONEY)):
        if m := rule.match(text, at, end):
            value = (m.group(1) or m.group(2)).replace(",", "") if kind == "MONEY" else m.group()
            return Token(kind, value, at, m.end())
    if text.startswith("HK$", at, end):
        return None
    m = pattern.match(text, at, end)
    name = _NAME.match(text, at, end)
    if m and not (opening and name and _names_a_fact(text, name.end(), end)):
        return Token(terminal[" ".join(m.group().split())], m.group(), at, m.end())
    if name:
        return Token("NAME", name.group(), at, name.end())
    if m := _NUMBER.match(text, at, end):
        return Token("NUMBER", m.group().replace(",", "").replace("_", ""), at, m.end())
    return None


def _names_a_fact(text: str, at: int, end: int) -> bool:
    """Whether a colon follows: `value : money` declares a fact called `value`."""
    rest = text[at:end].lstrip(_BLANK)
    return rest[:1] in PUNCTUATION["COLON"]


def _stray(text: str, file: str, at: int, end: int, before: Token | None) -> Diagnostic:
    """The diagnostic for a character that begins nothing; `before` is the word just before it."""
    char = text[at]
    stop = at + 1
    if char.isdigit() or char in "$＄" or text.startswith("HK$", at, end):
        while stop < end and (text[stop].isalnum() or text[stop] in "_,.-/$"):
            stop += 1
        return _bad_number(file, at, stop)
    if _LOOKALIKE.match(char):
        plain = unicodedata.normalize("NFKC", char)
        return Diagnostic(
            "S005",
            "a letter that only looks like a Latin one",
            Label(Place(file, at, stop), unicodedata.name(char, "?").lower()),
            help=f"write `{plain}`" if plain.isascii() else "write the letter again with a Latin keyboard",
        )
    if run := _IDEOGRAPHS.match(text, at, end):
        word = run.group()
        near = nearest(word, _CHINESE) if len(word) > 2 else None
        if not near and before and before.type == "NUMBER":
            return _bad_number(file, before.start, run.end())
        return Diagnostic(
            "S001",
            f"`{word}` is no word of the language",
            Label(Place(file, at, run.end()), "not expected here"),
            help=f"write `{near}`" if near else "put words for readers in quotes, and ids in a-z, 0-9 and `_`",
        )
    if sign := next((sign for sign in _SIGNS if text.startswith(sign, at, end)), None):
        return Diagnostic(
            "S001",
            f"`{sign}` is no word of the language",
            Label(Place(file, at, at + len(sign)), "not expected here"),
            help=f"write `{_SIGNS[sign]}`",
        )
    return Diagnostic(
        "S001",
        f"`{char}` begins no word of the language",
        Label(Place(file, at, stop), "not expected here"),
        help="put words for readers in quotes, and ids in a-z, 0-9 and `_`",
    )


def _bad_number(file: str, at: int, end: int) -> Diagnostic:
    """The diagnostic for digits that are no number, date or amount."""
    return Diagnostic(
        "S004",
        "this number cannot be read",
        Label(Place(file, at, end), "not a number, a date or an amount"),
        help="write numbers as `2500000` or `2,500,000`, dates as `2024-10-16`, amounts as `HK$2,500,000`",
    )
