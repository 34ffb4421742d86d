"""A rule book as the house writes it, in English or in Chinese keywords; what it says stays the same.

The formatter works on the tokens of `dsl.lexer`: it sets indents, blanks and the spelling of words, and leaves line
breaks to the author. A text that cannot be read is reported and never touched.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal

from msgspec import Struct, field

from dsl.diagnostics import InternalError, Result
from dsl.keywords import ANYWHERE, OPENING, PUNCTUATION, QUOTES, Word
from dsl.lexer import DEDENT, INDENT, NEWLINE, Chunk, lex
from dsl.parse import parse
from dsl.syntax import Line, Node, Token

Keywords = Literal["en", "zh"]
"""The language of the keywords; ids are the same in both."""

STEP = "  "
"""One level of indentation."""

_WORDS: dict[str, Word] = {**OPENING, **ANYWHERE}
_ATTRIBUTES = ("EN", "ZH", "CITES", "WEAK")
_UNITS = ("DAYS", "WEEKS", "MONTHS", "YEARS")
_OPENERS = ("LPAR", "LBRACE", "LSQB")
_CLOSERS = ("RPAR", "RBRACE", "RSQB")
_BLANK = " \t\r\u3000"

Shape = tuple[object, ...]


class _Row(Struct):
    """One line of the file, `column` being its indent as written.

    depth: brackets open where it begins. braces: those of them that are braces. opens: it is the first of its phrase.
    """

    kind: Literal["code", "comment", "blank", "raw"]
    column: int
    level: int = 0
    depth: int = 0
    braces: int = 0
    opens: bool = False
    tokens: list[Token] = field(default_factory=list)
    text: str = ""

    @property
    def indent(self) -> str:
        """The blanks it begins with once formatted: a line broken inside brackets stands deeper than its first line."""
        if not self.depth:
            return STEP * self.level
        closing = 0
        for token in self.tokens:
            if token.type not in _CLOSERS:
                break
            closing += 1
        return STEP * (self.level + 1 + max(self.depth - closing, 0))


def format_source(text: str, file: str, lang: Keywords | None = None) -> Result[str]:
    """The text as the house writes it, with keywords in `lang` (None: the language most of them are in).

    A text that cannot be read gives diagnostics and no value.
    """
    parsed = parse(text, file)
    chunks, _ = lex(text, file)
    if parsed.diagnostics or parsed.value is None:
        return Result(None, parsed.diagnostics)
    rows = _rows(text, chunks)
    _place_comments(rows)
    language = lang or spoken(chunks)
    lines = [
        row.text if row.kind == "raw" else (row.indent + _row_text(row, text, language)).rstrip()
        for row in _spaced(rows)
    ]
    result = "".join(f"{line}\n" for line in lines)
    again = parse(result, file)
    if again.diagnostics or again.value is None or shapes(again.value) != shapes(parsed.value):
        raise InternalError("format", f"the formatted text of {file} says something else")
    return Result(result)


def spoken(chunks: Sequence[Chunk]) -> Keywords:
    """The language most keywords are written in; English where neither leads."""
    words = [t.text.isascii() for c in chunks for t in c.tokens if t.type in _WORDS and t.type not in ("FACTS", "WITH")]
    return "en" if 2 * sum(words) >= len(words) else "zh"


def shapes(lines: Sequence[Line]) -> Shape:
    """What lines say: their tree without places, spellings of keywords and layout of facts."""
    return tuple(
        (line.head and _shape(line.head), tuple(_shape(a) for a in line.attrs), shapes(line.lines)) for line in lines
    )


def _shape(part: Node | Token | None) -> object:
    match part:
        case None:
            return None
        case Node(kind, parts):
            return (kind, *(_shape(p) for p in parts))
        case Token("FACTS", text):
            return ("FACTS", *_facts(text))
        case Token(type, text) if (type in _WORDS and type != "WITH") or type in PUNCTUATION:
            return type
        case Token(type, text):
            return (type, text)


def _facts(text: str) -> Iterator[str]:
    """Lines of a case at the first column, without empty lines above."""
    lines = [line.rstrip("\r") for line in text.split("\n")]
    while lines and not lines[0].strip(_BLANK):
        del lines[0]
    margin = min((_column(line) for line in lines if _tells(line)), default=0)
    for line in lines:
        body = line.lstrip(" \t")
        yield " " * max(_column(line) - margin, 0) + body if body else ""


def _column(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _tells(line: str) -> bool:
    """Whether a line is more than blanks and a comment."""
    body = line.strip(_BLANK)
    return bool(body) and not body.startswith("#")


def _rows(text: str, chunks: Sequence[Chunk]) -> list[_Row]:
    """The lines of the file with their tokens, levels and comments."""
    raws = text.split("\n")
    rows = [_Row("blank", 0) for _ in raws]
    starts = [0]
    for raw in raws:
        starts.append(starts[-1] + len(raw) + 1)
    for chunk in chunks:
        _place_tokens(chunk, rows, raws, starts)
    for raw, start, row in zip(raws, starts, rows, strict=False):
        body = raw.strip(_BLANK)
        if row.kind == "blank" and body:
            row.kind, row.column, row.text = "comment", _column(raw), _comment(body)
        elif row.kind == "code":
            end = max((t.end for t in row.tokens if t.type != "FACTS"), default=start)
            rest = raw[max(end - start, 0) :]
            row.text = _comment(rest[rest.index("#") :].rstrip(_BLANK)) if "#" in rest else ""
    return rows


def _place_tokens(chunk: Chunk, rows: list[_Row], raws: Sequence[str], starts: Sequence[int]) -> None:
    """Put the tokens of a declaration on their lines."""
    level = depth = braces = 0
    opens = True
    for token in chunk.tokens:
        if token.type in (INDENT, DEDENT):
            level += 1 if token.type == INDENT else -1
            continue
        if token.type == NEWLINE:
            opens = True
            continue
        # The text of facts begins on the line below their keyword, or ends it where there is none.
        anchor = token.start - 1 if token.type == "FACTS" else token.start
        at = bisect_right(starts, anchor) - 1
        row = rows[at]
        if row.kind == "blank":
            rows[at] = row = _Row("code", _column(raws[at]), level, depth, braces, opens)
            opens = False
        row.tokens.append(token)
        braces += (token.type == "LBRACE") - (token.type == "RBRACE")
        depth += (token.type in ("LPAR", "LBRACE")) - (token.type in ("RPAR", "RBRACE"))
        if token.type == "FACTS" and token.text:
            _set_facts(rows, at + 1, token.text, level + 1)


def _set_facts(rows: list[_Row], first: int, text: str, level: int) -> None:
    """Mark the lines of a case, moved to their level and otherwise as they are."""
    size = text.count("\n") + 1
    lines = list(_facts(text))
    margin = min((_column(line) for line in text.split("\n") if _tells(line)), default=0)
    for at in range(first, first + size - len(lines)):
        rows[at] = _Row("blank", 0)
    for at, line in enumerate(lines, first + size - len(lines)):
        rows[at] = _Row("raw", margin, level, text=STEP * level + line if line else "")


def _comment(text: str) -> str:
    return re.sub(r"^(#+)(?=[^#!\s])", r"\1 ", text)


def _place_comments(rows: list[_Row]) -> None:
    """Give each comment on a line of its own the level it was meant for: between its neighbours, by its indent."""
    ahead: list[_Row | None] = []
    following: _Row | None = None
    for row in reversed(rows):
        ahead.append(following)
        following = row if row.kind in ("code", "raw") else following
    ahead.reverse()
    stack: list[tuple[int, int]] = []
    for row, after in zip(rows, ahead, strict=True):
        if row.kind in ("code", "raw") and (row.opens or row.kind == "raw"):
            while stack and stack[-1][1] >= row.level:
                stack.pop()
            stack.append((row.column, row.level))
        elif row.kind == "comment":
            low = after.level if after else 0
            if after and after.kind == "code" and after.depth:
                row.level, row.depth = after.level, after.depth
            else:
                fits = [level for column, level in stack if level >= low and column <= row.column]
                row.level = max(fits, default=low)


def _spaced(rows: list[_Row]) -> Iterator[_Row]:
    """The rows with never two blank lines, and one between declarations unless they are flat and of one kind."""
    blank = _Row("blank", 0)
    tops = [i for i, row in enumerate(rows) if row.kind == "code" and row.opens and row.level == 0]
    spans = list(pairwise([*tops, len(rows)]))
    apart = set()
    for (a, b), (_, c) in pairwise(spans):
        flat = _is_flat(rows[a + 1 : b]) and _is_flat(rows[b + 1 : c])
        if not flat or rows[a].tokens[0].type != rows[b].tokens[0].type:
            first = b
            while rows[first - 1].kind == "comment" and rows[first - 1].level == 0:
                first -= 1
            apart.add(first)
    last: _Row | None = None
    waiting = False
    for i, row in enumerate(rows):
        if row.kind == "blank":
            waiting = last is not None
            continue
        if row.kind == "raw" and not row.text:
            yield row
            continue
        inner = last is not None and (row.level > last.level or row.depth > 0)
        if last is not None and (i in apart or (waiting and not inner)):
            yield blank
        yield row
        last, waiting = row, False


def _is_flat(rest: Sequence[_Row]) -> bool:
    """Whether nothing but attributes stands under a declaration, given the rows after its first line."""
    codes = [row for row in rest if row.kind in ("code", "raw")]
    return all(row.tokens and row.tokens[0].type in _ATTRIBUTES for row in codes if row.opens or row.kind == "raw")


def _row_text(row: _Row, text: str, lang: Keywords) -> str:
    """The tokens of a line with canonical blanks and spellings, and its comment."""
    out = ""
    braces = row.braces
    for i, token in enumerate(row.tokens):
        before = row.tokens[i - 1] if i else None
        after = row.tokens[i + 1] if i + 1 < len(row.tokens) else None
        plain = braces > 0 or (before is not None and before.type == "LSQB")
        out += _gap(before, token) + _written(token, before, after, text, lang, plain=plain)
        braces += (token.type == "LBRACE") - (token.type == "RBRACE")
    return f"{out}  {row.text}" if out and row.text else out + row.text


def _gap(before: Token | None, token: Token) -> str:
    """The blanks between two tokens of a line."""
    if before is None or before.type in _OPENERS or token.type in (*_CLOSERS, "COMMA"):
        return ""
    if token.type == "LPAR" and before.type == "NAME":
        return ""
    return "  " if token.type in _ATTRIBUTES else " "


def _written(token: Token, before: Token | None, after: Token | None, text: str, lang: Keywords, *, plain: bool) -> str:
    """A token as the house writes it; `plain`: digits without commas."""
    match token.type:
        case "STRING":
            opening = text[token.start] if '"' in token.text else '"'
            return opening + token.text + QUOTES[opening]
        case "MONEY":
            return f"HK${_grouped(token.text)}"
        case "NUMBER":
            return token.text if plain or len(token.text) < 5 else _grouped(token.text)
        case "WITH":
            return f"{_spelling('WITH', lang)} {token.text}".rstrip()
        case "BY" if after and after.text == "reading" and after.type == "NAME":
            return _spelling("BY", "zh")  # in English the two words would be one
        case type if type in PUNCTUATION:
            return PUNCTUATION[type][0]
        case type if type in _UNITS and lang == "en" and before and before.type == "NUMBER" and before.text == "1":
            return _WORDS[type].en[1]
        case type if type in _WORDS:
            return _spelling(type, lang)
        case _:
            return token.text


def _spelling(type: str, lang: Keywords) -> str:
    word = _WORDS[type]
    return (word.en if lang == "en" else word.zh)[0]


def _grouped(digits: str) -> str:
    """Digits with a comma before each three from the right."""
    head = len(digits) % 3
    return ",".join(filter(None, [digits[:head], *(digits[i : i + 3] for i in range(head, len(digits), 3))]))
