"""Tokens to lines: the only module that knows lark. A declaration is parsed alone: one mistake, one error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

import lark
from lark.lexer import Lexer

from dsl.diagnostics import Diagnostic, InternalError, Label, Result
from dsl.keywords import ANYWHERE, OPENING, PUNCTUATION
from dsl.lexer import DEDENT, INDENT, NEWLINE, Chunk, lex
from dsl.model import Place
from dsl.suggest import nearest
from dsl.syntax import PROMISES, Line, Node, Token

DECLARATIONS = (
    "book",
    "source",
    "parameter",
    "table",
    "enumeration",
    "entity",
    "given",
    "invariant",
    "judgement",
    "reading",
    "conflict",
    "term",
    "value",
    "scheme",
    "category",
    "property",
    "example",
    "notice",
    "paper",
    "no rule",
    "accepted",
)
"""Kinds of line that may stand at the first column."""

DEPTH = 64
"""How deep lines and phrases may nest."""

_KINDS = {**PROMISES, "no_rule": "no rule"}


class _Ready(Lexer):
    """Hands lark the tokens that `dsl.lexer` made."""

    def __init__(self, conf: object) -> None:
        """Take nothing from lark's configuration."""

    def lex(self, data: Chunk) -> Iterator[lark.Token]:  # type: ignore[override]
        """The tokens of one declaration, as lark wants them."""
        for t in data.tokens:
            yield lark.Token(t.type, t.text, t.start, 0, 0, 0, 0, t.end)


@cache
def _parser() -> lark.Lark:
    grammar = resources.files("dsl").joinpath("grammar.lark").read_text(encoding="utf-8")
    return lark.Lark(grammar, start="declaration", parser="lalr", lexer=_Ready, maybe_placeholders=True)


def parse(text: str, file: str) -> Result[tuple[Line, ...]]:
    """The declarations of one file; those that cannot be read are left out and reported, one diagnostic each."""
    chunks, problems = lex(text, file)
    found = list(problems)
    lines: list[Line] = []
    for chunk in chunks:
        try:
            tree: lark.Tree[lark.Token] = _parser().parse(chunk)
        except lark.UnexpectedToken as error:
            found.append(_unexpected(error, chunk, text, file))
            continue
        if deep := _too_deep(tree):
            found.append(
                Diagnostic(
                    "S001",
                    "this is nested too deep to be read",
                    Label(Place(file, *deep), f"more than {DEPTH} levels"),
                    help="define the inner part as a term of its own",
                )
            )
            continue
        line = _line(_subtree(tree))
        if (line.head is None) or _KINDS.get(line.kind, line.kind) not in DECLARATIONS:
            found.append(_undeclared(line, chunk.start, text, file))
            continue
        lines.append(line)
    return Result(tuple(lines), tuple(found))


def _subtree(tree: lark.Tree[lark.Token]) -> lark.Tree[lark.Token]:
    """The line of a declaration."""
    part = tree.children[0]
    if isinstance(part, lark.Tree):
        return part
    raise InternalError("parse", "a declaration without a line")


def _too_deep(tree: lark.Tree[lark.Token]) -> tuple[int, int] | None:
    """Where a tree goes deeper than the stages that walk it can follow."""
    todo: list[tuple[lark.Tree[lark.Token] | lark.Token | None, int]] = [(tree, 0)]
    while todo:
        part, depth = todo.pop()
        if isinstance(part, lark.Tree):
            todo += [(child, depth + 1) for child in part.children]
        elif part is not None and depth > DEPTH:
            return part.start_pos or 0, part.end_pos or 0
    return None


def _line(tree: lark.Tree[lark.Token]) -> Line:
    """A line from its subtree."""
    head: Node | None = None
    attrs: list[Node] = []
    lines: list[Line] = []
    for part in tree.children:
        if not isinstance(part, lark.Tree):
            continue  # layout
        if part.data in ("line", "attr_line"):
            lines.append(_line(part))
        elif part.data in ("en", "zh", "cites", "weak"):
            attrs.append(_node(part))
        else:
            head = _node(part)
    spans = [(n.start, n.end) for n in (*([head] if head else []), *attrs)]
    start = min(s for s, _ in spans)
    end = max([e for _, e in spans] + [line.end for line in lines])
    return Line(head, tuple(attrs), tuple(lines), start, end)


def _node(tree: lark.Tree[lark.Token]) -> Node:
    """A phrase from its subtree; its place spans its tokens. Brackets around a condition or value leave no trace."""
    if tree.data in ("primary", "filter", "operand"):
        return next(_node(child) for child in tree.children if isinstance(child, lark.Tree))
    parts: list[Node | Token | None] = []
    for child in tree.children:
        if child is None:
            parts.append(None)
        elif isinstance(child, lark.Token):
            parts.append(Token(child.type, str(child), child.start_pos or 0, child.end_pos or 0))
        else:
            made = _node(child)
            # An argument that is a name is the name itself.
            parts.append(made.token(0) if tree.data == "call" and made.kind == "name" else made)
    real = [p for p in parts if p is not None]
    start = min((p.start for p in real), default=0)
    return Node(str(tree.data), tuple(parts), start, max((p.end for p in real), default=start))


def written(terminal: str) -> str:
    """A terminal as an author would write it."""
    names = {
        "NAME": "a name",
        "NUMBER": "a number",
        "MONEY": "an amount such as `HK$2,500,000`",
        "DATE": "a date such as `2024-10-16`",
        "STRING": 'words in quotes `"..."`',
        "REF": "a reference such as `A-05`",
        NEWLINE: "the end of the line",
        INDENT: "deeper lines",
        DEDENT: "the end of the block",
        "$END": "the end of the declaration",
    }
    if terminal in names:
        return names[terminal]
    if terminal in PUNCTUATION:
        return f"`{PUNCTUATION[terminal][0]}`"
    word = ANYWHERE.get(terminal) or OPENING.get(terminal)
    return f"`{word.en[0]}`" if word else terminal.lower()


def _unexpected(error: lark.UnexpectedToken, chunk: Chunk, text: str, file: str) -> Diagnostic:
    """One diagnostic for a declaration that does not follow the grammar."""
    token = error.token
    at = token.start_pos or 0
    end = token.end_pos or at
    expected = sorted(error.accepts or error.expected)
    first = chunk.tokens[0]
    if token.type in (NEWLINE, DEDENT, "$END"):
        before = [t for t in chunk.tokens if t.end <= at and t.type not in (NEWLINE, INDENT, DEDENT)]
        at = end = before[-1].end if before else at
        found = "the line ends here"
    elif token.type == INDENT:
        found = "this line stands deeper than the one above"
        at, end = end, end + 1
    else:
        found = f"`{text[at:end]}` is not expected here"
    place = Place(file, at, max(end, at))
    if first.type == "NAME":
        return _unknown_declaration(first, file)
    if token.type == INDENT:
        return Diagnostic(
            "S002",
            "the indentation does not fit",
            Label(place, found),
            help="give it the same indent as the line above",
        )
    mistyped = _mistyped_opening(chunk, at)
    if mistyped is None and (bare := _without_label(chunk, at)):
        name = re.split(r"\W", bare.text)[-1] if bare.type == "NAME" else "label"
        place = Place(file, bare.start, bare.end)
        label = Label(place, "begins without one")
        return Diagnostic("S007", "a clause of a group needs a label", label, help=f"write `[{name}] {bare.text}`")
    alone = _stands_alone(token, chunk) if token.type in ANYWHERE and "NAME" in expected else None
    if alone is False:
        return Diagnostic(
            "S001",
            _BROKEN,
            Label(place, "a line cannot begin like this"),
            help="write it at the end of the line above, or put round brackets around all of the condition",
        )
    if alone or (token.type in ANYWHERE and set(expected) <= {"NAME", "NUMBER"}):
        word = text[at:end]
        return Diagnostic(
            "N104",
            f"`{word}` is a word of the language and cannot be a name",
            Label(place, "used as a name"),
            help=f"choose another name, such as `{'_'.join(word.split())}_`"
            if word.isascii()
            else "choose another name, in a-z, 0-9 and `_`",
        )
    if mistyped:
        start, fix = mistyped
        place = Place(file, start.start, start.end)
        return Diagnostic("S001", _BROKEN, Label(place, "begins no line"), help=f"write `{fix}`")
    previous = next((t for t in reversed(chunk.tokens) if t.end <= at), None)
    if previous is not None and previous.type == "IS" and token.type in _COMPARISON | {"AT_LEAST"}:
        place = Place(file, previous.start, previous.end)
        return Diagnostic(
            "S001", _BROKEN, Label(place, f"`{text[at:end]}` says it all"), help=f"leave out `{previous.text}`"
        )
    words = [(ANYWHERE.get(t) or OPENING[t]).en[0] for t in expected if t in ANYWHERE or t in OPENING]
    near = _MEANT.get(str(token), nearest(str(token), words)) if token.type == "NAME" else None
    near = near if near in words else None
    if near == _MEANT.get(str(token)) and (rest := re.match(r"[ \t]+(than|to)\b", text[end:])):
        place = Place(file, at, end + rest.end())
        found = f"`{text[at : place.end]}` is not expected here"
    options = _options(expected)
    fix = f"`{near}`" if near else " or ".join([", ".join(options[:-1]), options[-1]] if options[1:] else options)
    return Diagnostic("S001", _BROKEN, Label(place, found), help=f"write {fix}" + ("" if near else " here"))


_GROUPS = frozenset({"ALL_OF", "ANY_OF", "OF", "BY_READING", "TOTAL_OF", "HIGHEST_OF", "BARRED_BY"})
_BROKEN = "this line does not follow the grammar"
_MEANT = {
    **dict.fromkeys(("greater", "larger", "higher", "over", "above", "exceeds"), "more than"),
    **dict.fromkeys(("smaller", "lower", "fewer", "under", "below"), "less than"),
    **dict.fromkeys(("equals", "equal"), "is"),
}
"""What is said in other words."""
_VALUE = frozenset({"NAME", "NUMBER", "MONEY", "DATE", "YEAR_OF", "AGE_OF", "MONTHS_OF", "COUNT_OF", "SUM_OF"})
_VALUE |= {"MONTH_BEGINS", "MONTH_ENDS", "YEAR_BEGINS", "YEAR_ENDS"}
_EXTREME = frozenset({"EARLIEST_OF", "LATEST_OF", "SHORTEST_OF", "LONGEST_OF"})
_CONDITION = _VALUE | _EXTREME | {"NOT", "LPAR", "JUDGED", "ALWAYS", "SOME", "EVERY", "ALL_OF", "ANY_OF", "BY_READING"}
_COMPARISON = frozenset(
    {"IS", "IS_NOT", "AT_MOST", "MORE_THAN", "LESS_THAN", "BEFORE", "AFTER", "ON_OR_BEFORE", "ON_OR_AFTER"}
)
_FAMILIES: tuple[tuple[frozenset[str], frozenset[str], str], ...] = (
    (frozenset({"NOT", "NAME", "JUDGED"}), _CONDITION | {"AT_LEAST"}, "a condition"),
    (frozenset({"NAME", "NUMBER", "DATE"}), _VALUE | _EXTREME, "a value such as a fact, `24 months` or `HK$2,500,000`"),
    (frozenset({"IS", "IS_NOT"}), _COMPARISON | {"AT_LEAST"}, "a comparison such as `is` or `at least`"),
    (frozenset({"CITES", "EN", "ZH", "WEAK"}), frozenset({"CITES", "EN", "ZH", "WEAK"}), "words or a citation"),
    (
        frozenset({"DAYS", "WEEKS"}),
        frozenset({"DAYS", "WEEKS", "MONTHS", "YEARS"}),
        "`days`, `weeks`, `months`, `years`",
    ),
    (frozenset({"NEEDS", "RANK"}), frozenset(OPENING) - {"NAME"}, "a part such as `needs` or `from`"),
)
"""Terminals that come together, all of them, and what an author calls them: where the first set is expected."""


def _options(expected: list[str]) -> list[str]:
    """What may stand here, as few choices as an author can read; the end of the line last."""
    left = set(expected)
    out = []
    for sign, family, name in _FAMILIES:
        if sign <= left:
            out.append(name)
            left -= family
    ends = left & {NEWLINE, DEDENT, "$END"}
    out += [written(t) for t in sorted(left - ends)][:6]
    return out + ["the end of the line"] * bool(ends)


def _stands_alone(token: lark.Token, chunk: Chunk) -> bool | None:
    """Whether a word that begins a line is all there is on it but for attributes; None if it begins none."""
    at = next(i for i, t in enumerate(chunk.tokens) if (t.type, t.start) == (token.type, token.start_pos))
    if at == 0 or chunk.tokens[at - 1].type not in (NEWLINE, INDENT, DEDENT):
        return None
    return chunk.tokens[at + 1].type in (NEWLINE, "EN", "ZH", "CITES", "WEAK", "DEFAULT")


def _mistyped_opening(chunk: Chunk, at: int) -> tuple[Token, str] | None:
    """The name that begins the line of an offset, where it can only be a mistyped word, and that word."""
    line: list[Token] = []
    for token in chunk.tokens:
        if token.start >= at:
            break
        line = [] if token.type in (NEWLINE, INDENT, DEDENT) else [*line, token]
    if not line or line[0].type != "NAME":
        return None
    keywords = [word.en[0] for word in OPENING.values()]
    # Of a keyword of several words the first may be mistyped and the others be seen as words by themselves.
    begun = {word.split()[0]: word for word in keywords if " " in word}
    near = nearest(line[0].text, [*keywords, *begun])
    return (line[0], begun[near].split()[0] if near in begun else near) if near else None


def _without_label(chunk: Chunk, at: int) -> Token | None:
    """What begins the line of an offset, where it is a line of a group and has no label."""
    latest: dict[int, list[Token]] = {}  # the last line met at each depth
    depth, new = 0, True
    for token in chunk.tokens:
        if token.start > at:
            break
        depth += (token.type == INDENT) - (token.type == DEDENT)
        if token.type in (NEWLINE, INDENT, DEDENT):
            new = True
            continue
        latest[depth] = [token] if new else [*latest[depth], token]
        new = False
    line, above = latest.get(depth, ()), latest.get(depth - 1, ())
    grouped = not _GROUPS.isdisjoint(token.type for token in above)
    return line[0] if line and grouped and line[0].type in _CONDITION | {"AT_LEAST"} else None


def _unknown_declaration(first: Token, file: str) -> Diagnostic:
    near = nearest(first.text, DECLARATIONS)
    return Diagnostic(
        "S003",
        f"`{first.text}` begins no declaration",
        Label(Place(file, first.start, first.end), "not a kind of declaration"),
        notes=("declarations are: " + ", ".join(DECLARATIONS),),
        help=f"write `{near}`" if near else "indent the line if it belongs to the declaration above",
    )


def _undeclared(line: Line, start: int, text: str, file: str) -> Diagnostic:
    """The diagnostic for a line at the first column that belongs under another; `start` is where it begins."""
    if line.head and line.kind in ("fact", "member") and (name := line.head.token(0)):
        return _unknown_declaration(name, file)
    word = text[start:].split(maxsplit=1)[0]
    return Diagnostic(
        "S003",
        f"`{word}` does not begin a declaration",
        Label(Place(file, start, start + len(word)), "stands alone at the first column"),
        notes=("declarations are: " + ", ".join(DECLARATIONS),),
        help="indent the line so that it belongs to the declaration above"
        if line.kind != "undated"
        else "write `value NAME : TYPE` for a value with a name, or indent the line if it belongs to a parameter",
    )
