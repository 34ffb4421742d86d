"""Texts of rule books for Hypothesis: well-formed ones in any layout, damaged ones, and anything at all.

Well-formed here means that it follows the grammar. Names are drawn from a small pool and need not be declared, so
these texts are for the lexer, the parser and the formatter; books that can be answered are in `tests/strategies/`.
"""

from __future__ import annotations

import random
import re

from hypothesis import strategies as st

from dsl.keywords import ANYWHERE, OPENING, PUNCTUATION
from dsl.lexer import lex
from dsl.syntax import Token

NAMES = st.sampled_from(
    ["a", "b", "d.level", "applicant.degrees", "submitted_on", "ttps.b", "value", "key", "reading", "x1", "it.a"]
)
PLAIN = st.sampled_from(["a", "b", "level", "value", "key", "reading", "x1"])
REFS = st.sampled_from(["A-05", "TTPS-040", "C-16b", "X-001"])
DATES = st.sampled_from(["2022-12-28", "2024-10-16", "1900-01-01"])
NUMBERS = st.sampled_from(["0", "1", "7", "36", "2026", "10,000", "1000000", "007"])
MONEY = st.sampled_from(["HK$2,500,000", "HK$5", "HK$2500000", "HK$ 30", "2,500,000 港元"])
DURATIONS = st.sampled_from(["1 day", "180 days", "4 weeks", "1 month", "36 months", "5 years"])
STRINGS = st.one_of(
    st.sampled_from(['"words"', "「中文」", '"「中文」 # no comment"', '「say "yes"」', '""', "“curly”"]),
    st.text("ab 中文#,:=()[]", max_size=8).map('"{}"'.format),
)
COMPARISONS = st.sampled_from(
    [
        *("is", "is not", "at least", "at most", "more than", "less than"),
        *("before", "after", "on or before", "on or after"),
    ]
)
YAML = st.lists(
    st.sampled_from(["a: 1", "  b: [x, y]", "# note", "", "  - {level: bachelor}", "c: 甲", "    deep: 2024-10-16"]),
    min_size=1,
    max_size=5,
).map(lambda lines: ["a: 0", *lines])


@st.composite
def expressions(draw: st.DrawFn, depth: int = 2) -> str:
    """A value."""
    if depth == 0:
        return draw(st.one_of(NAMES, NUMBERS, MONEY, DATES, DURATIONS))
    inner = expressions(depth - 1)
    simple = st.one_of(NAMES, DATES)
    match draw(st.integers(0, 9)):
        case 0 | 1 | 2:
            return draw(expressions(0))
        case 3:
            return f"{draw(inner)} {draw(st.sampled_from(['plus', 'minus']))} {draw(DURATIONS)}"
        case 4:
            return f"{draw(inner)} minus {draw(NAMES)}"
        case 5:
            return f"year of {draw(simple)}"
        case 6:
            return f"age of {draw(simple)} on {draw(simple)}"
        case 7:
            word = draw(st.sampled_from(["earliest", "latest", "shortest", "longest"]))
            return f"{word} of {draw(simple)}, {draw(simple)}"
        case 8:
            tail = draw(st.sampled_from(["", ", after a", ", before 2024-10-16", ", within 5 years before b, after a"]))
            return f"months of j in {draw(NAMES)} such that ({draw(conditions(depth - 1))}){tail}"
        case _:
            some = draw(st.sampled_from(["count of s in", "sum of s.amount for s in"]))
            return f"{some} {draw(NAMES)} such that counted(s)"


@st.composite
def conditions(draw: st.DrawFn, depth: int = 2) -> str:
    """A condition on one line."""
    inner = conditions(max(depth - 1, 0))
    kind = draw(st.integers(0, 7 if depth == 0 else 12))
    match kind:
        case 0:
            return draw(NAMES)
        case 1:
            return draw(st.sampled_from(["always", "judged j", "judged d.j", "t(a)", "t(a, b)"]))
        case 2 | 3:
            return f"{draw(expressions(min(depth, 1)))} {draw(COMPARISONS)} {draw(expressions(min(depth, 1)))}"
        case 4:
            members = draw(st.lists(st.one_of(PLAIN, st.sampled_from(["1", "25", "1000000"])), min_size=1, max_size=3))
            return f"{draw(NAMES)} in {{{', '.join(members)}}}"
        case 5 | 6:
            on = draw(st.sampled_from(["", " on submitted_on", " on a plus 3 months"]))
            where = draw(st.sampled_from(["", ' where scheme is "ttps"']))
            return f"{draw(NAMES)} in {draw(PLAIN)}{on}{where}"
        case 7:
            return f"{draw(NAMES)} within {draw(DURATIONS)} {draw(st.sampled_from(['after', 'before']))} {draw(NAMES)}"
        case 8:
            return f"not ({draw(inner)})"
        case 9:
            return f"({draw(inner)} and {draw(inner)})"
        case 10:
            return f"({draw(inner)} or {draw(inner)} or {draw(inner)})"
        case 11:
            return f"not {draw(st.sampled_from(['always', 't(a)', 'judged j', 'a']))}"
        case _:
            return f"{draw(NAMES)} is {draw(PLAIN)} and {draw(NAMES)} is not {draw(PLAIN)}"


@st.composite
def groups(draw: st.DrawFn, indent: str, depth: int = 2) -> list[str]:
    """A condition that may go on in deeper lines: the end of the line it stands on, then those lines."""
    if depth == 0 or draw(st.booleans()):
        return [draw(conditions(1)) + draw(attributes())]
    head = draw(
        st.sampled_from(
            [
                *("all of", "any of", "at least 2 of", "not all of", "not any of", "by reading r"),
                *("some d in applicant.degrees such that all of", "every d in a such that any of"),
            ]
        )
    )
    lines = [head + draw(attributes())]
    for n in range(draw(st.integers(1, 3))):
        label = draw(st.one_of(PLAIN, st.sampled_from([str(n), "days", "from", "on"])))
        first, *rest = draw(groups(indent + "  ", depth - 1))
        lines += [f"{indent}  [{label}] {first}", *rest]
        if draw(st.booleans()):
            lines.append(f'{indent}    en "deeper" zh "更深"')
    return lines


@st.composite
def attributes(draw: st.DrawFn) -> str:
    """None, one or more attributes at the end of a line."""
    cites = st.tuples(PLAIN, STRINGS).map(lambda p: f" cites {p[0]} {p[1]}")
    full = st.tuples(STRINGS, REFS, REFS).map(lambda p: f" cites W01 {p[0]} phrase {p[0]} for {p[1]}, {p[2]}")
    words = st.tuples(STRINGS, STRINGS).map(lambda p: f" en {p[0]} zh {p[1]}")
    return "".join(draw(st.lists(st.one_of(cites, full, words, st.just(' weak "reason"')), max_size=2)))


@st.composite
def declarations(draw: st.DrawFn) -> list[str]:
    """The lines of one declaration."""
    attrs = draw(attributes())
    name = draw(PLAIN)
    match draw(st.integers(0, 13)):
        case 0:
            return [f"book hk.{name}", f"  known {draw(DATES)}", f"  uses hk.common, {draw(NAMES)}", f'  en "x"{attrs}']
        case 1:
            address = '  address "https://a.example"'
            return [f"source {name}{attrs}", f"  rank {draw(NUMBERS)}", f"  edition {draw(DATES)}", address]
        case 2:
            known = draw(st.sampled_from(["", " known 2022-12-28"]))
            value = draw(expressions(1))
            return [
                f"parameter {name} : money by {draw(NAMES.filter(lambda n: n != 'reading'))}",
                f"  from {draw(DATES)} {value}{known}{attrs}",
                f"  from {draw(DATES)} unknown",
                f"  value {value}",
            ]
        case 3:
            coverage = draw(st.sampled_from(["  closed", "  gappy from 2022-12-28 to 2023-10-31 known 2023-10-26"]))
            return [
                f'table {name} from "data/x.csv"{attrs}',
                f"  key {name} : key of {name}",
                "  labels name_en, name_zh",
                "  valid listed_from to listed_to",
                '  rows where scheme is "ttps"',
                coverage,
            ]
        case 4:
            return [f"enumeration {name} ordered{attrs}", f"  sub_degree{attrs}", f"  {name}x default"]
        case 5:
            kind = draw(st.sampled_from(["list of degree", "key of t", "months", "date", "person"]))
            lines = [f"entity {name}{attrs}", f"  {name} : {kind}{attrs}", "  spell a to b"]
            return [*lines, f"  invariant {draw(conditions(1))}"]
        case 6:
            return [f"given {name} : date default today{attrs}"]
        case 7:
            after = draw(st.sampled_from(("on", "unless", "unless a.b or")))
            return [f"judgement {name} J-01 presumed {after} {draw(PLAIN)}{attrs}"]
        case 8:
            says = f"  says W01 {draw(STRINGS)} phrase {draw(STRINGS)}{attrs}"
            return [f"conflict {draw(REFS)}{attrs}", says, "  resolved open by reading r"]
        case 9:
            first, *rest = draw(groups("  "))
            return [f"term {name}(d : degree, j : job){attrs}", f"  means {first}", *rest]
        case 10 | 11:
            first, *rest = draw(groups("  "))
            bars = [f"  barred by {draw(conditions(1))}{attrs}"] if draw(st.booleans()) else []
            effect = draw(st.sampled_from(["met", "not met"]))
            return [
                f"category {draw(NAMES)}{attrs}",
                f"  needs {first}",
                *rest,
                *bars,
                f"  except [{name}] {draw(conditions(1))}{attrs}",
                f"    overrides [a.b] as {effect}",
                "    over [other], [another]",
                f"  grants stay {draw(expressions(1))}{attrs}",
                f"  asks for photo, x when {draw(conditions(1))}",
                f"  routes to iang when {draw(conditions(0))}{attrs}",
            ]
        case 12:
            yaml = [f"    {line}" if line else "" for line in draw(YAML)]
            return [
                f"example {name} like other{attrs}",
                "  facts",
                *yaml,
                "  with applicant.degrees[0].level = [a,  b]  # raw",
                f"  expect ttps.b qualifies because [a.b], [b] by reading {name}",
                '  expect ttps.a depends on applicant.incomes, "judgement"',
            ]
        case _:
            more = "more of applicant.income never hurts ttps.a", "the order of applicant.jobs never matters"
            rule = draw(st.sampled_from(["never ttps.b and ttps.c", "always ttps.b alongside ttps.c", *more]))
            return [f"property {name} : {rule}{attrs}"]


@st.composite
def books(draw: st.DrawFn) -> str:
    """A well-formed text, plainly laid out."""
    parts = draw(st.lists(declarations(), min_size=1, max_size=4))
    return "".join("\n".join(lines) + "\n" for lines in parts)


@st.composite
def loose_books(draw: st.DrawFn) -> str:
    """A well-formed text in any layout: other spellings, blanks, comments, empty lines, breaks inside brackets."""
    return loosen(draw(books()), draw(st.randoms(use_true_random=False)))


def loosen(text: str, rng: random.Random) -> str:
    """The same text written by someone careless, in two languages at once."""
    tokens = [t for chunk in lex(text, "x")[0] for t in chunk.tokens if not t.type.startswith("_")]
    step = rng.choice([1, 2, 3])
    out: list[str] = []
    at = 0
    depth = 0
    before = ""
    for token in tokens:
        raw = token.type in ("FACTS", "WITH")  # these begin after their keyword
        start = text.rindex(token.type.lower(), 0, token.start) if raw else token.start
        gap = text[at:start]
        if "\n" in gap:
            blanks = len(gap) - gap.rindex("\n") - 1
            noise = rng.choice(["", "", "", "\n", "\n  \n", "\n # remark", "\n#remark", "\n\n\n"])
            trailing = "" if before in ("FACTS", "WITH") else rng.choice(["", " ", "  # remark", "\t#  remark"])
            out.append(trailing + noise + "\n" + " " * (blanks // 2 * step))
        elif at and depth and rng.random() < 0.1:
            out.append(rng.choice(["\n  ", "\n        ", " # remark\n    # remark\n      "]))
        elif at:
            out.append(rng.choice([" ", "  ", "\t", "\u3000"]) if gap else rng.choice(["", " "]))
        depth += (token.type in ("LPAR", "LBRACE")) - (token.type in ("RPAR", "RBRACE"))
        out.append(_respelt(token, text, rng))
        at, before = token.end, token.type
    return "".join(out) + rng.choice(["", "\n", "\n\n", "\n# end"])


def _respelt(token: Token, text: str, rng: random.Random) -> str:
    """One of the ways to write a token."""
    if token.type == "WITH":
        return rng.choice(["with ", "更改 "]) + token.text
    if token.type == "FACTS":
        return rng.choice(["facts", "事實"]) + "\n" + token.text
    if token.type in PUNCTUATION:
        return rng.choice(PUNCTUATION[token.type])
    if word := ANYWHERE.get(token.type) or OPENING.get(token.type):
        spelling = rng.choice([*word.en, *word.zh])
        return re.sub(" ", lambda _: rng.choice([" ", "  ", "\t"]), spelling)
    return text[token.start : token.end]


WORDS = st.sampled_from(
    [s for w in (*OPENING.values(), *ANYWHERE.values()) for s in (*w.en, *w.zh)]
    + [c for forms in PUNCTUATION.values() for c in forms]
    + [
        "a",
        "d.x",
        "12",
        "HK$5",
        "2024-10-16",
        '"s"',
        "A-05",
        "#",
        '"',
        "「",
        "\n",
        "\n  ",
        "\n    ",
        "\t",
        "\u3000",
        "\r\n",
    ]
    + ["\x00", "\u202e", "é", "е", "\ud800", "2.5", "9" * 30, "𠮷", "\ufeff"]
)
word_soup = st.lists(WORDS, max_size=40).map(" ".join)
"""Words of the language and traps, in no order."""


@st.composite
def damaged_books(draw: st.DrawFn) -> str:
    """A well-formed text with a few cuts, copies and insertions."""
    text = draw(loose_books())
    for _ in range(draw(st.integers(1, 4))):
        i = draw(st.integers(0, len(text)))
        j = draw(st.integers(i, min(len(text), i + 20)))
        text = text[:i] + draw(st.one_of(st.just(""), WORDS, st.just(text[i:j] * 2), st.text(max_size=3))) + text[j:]
    return text


any_text = st.one_of(st.text(), word_soup, damaged_books())
"""Anything somebody may hand to the parser."""
