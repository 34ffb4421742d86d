"""The grammar: what each line becomes, and one diagnostic with a typeable fix for each declaration that is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given

from dsl.diagnostics import Diagnostic
from dsl.keywords import ANYWHERE, OPENING
from dsl.parse import DECLARATIONS, DEPTH, parse, written
from dsl.syntax import Line, Node, Token
from tests.strategies_text import any_text, loose_books


def tree(text: str) -> tuple[Line, ...]:
    result = parse(text, "x.rules")
    assert not result.diagnostics, result.diagnostics
    assert result.value is not None
    return result.value


def head(line: str) -> Node:
    """The head of a line inside a declaration."""
    ((node,),) = [[inner.head for inner in top.lines] for top in tree(f"entity e\n  {line}\n")]
    assert node
    return node


def condition(text: str) -> Node:
    """The condition of `means`."""
    node = head(f"means {text}").parts[1]
    assert isinstance(node, Node)
    return node


def problem(text: str) -> Diagnostic:
    (found,) = parse(text, "x.rules").diagnostics
    return found


def sketch(part: Node | Token | None) -> str:
    """A phrase as `kind(parts)`, with the text of names and literals only."""
    match part:
        case Node(kind, parts):
            return f"{kind}({' '.join(filter(None, (sketch(p) for p in parts)))})"
        case Token("NAME" | "NUMBER" | "MONEY" | "DATE" | "STRING", text):
            return text
        case _:
            return ""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a", "truth(a)"),
        ("always", "always()"),
        ("judged d.j", "judged(d.j)"),
        ("t(d, j)", "call(t d j)"),
        ("a is b", "compare(name(a) operator() name(b))"),
        ("a at least HK$2,500,000", "compare(name(a) operator() money(2500000))"),
        ("a on or before 2024-10-16", "compare(name(a) operator() date(2024-10-16))"),
        ("a in {b, c}", "one_of(name(a) name(b) name(c))"),
        ("a in t", "in_table(name(a) t)"),
        ('a in t on s where k is "v"', "in_table(name(a) t name(s) k v)"),
        ("a within 6 months after b", "window(name(a) duration(6) name(b))"),
        ("a and b or c", "or_(and_(truth(a) truth(b)) truth(c))"),
        ("a and (b or c)", "and_(truth(a) or_(truth(b) truth(c)))"),
        ("not a and b", "and_(not_(truth(a)) truth(b))"),
        ("not not a", "not_(not_(truth(a)))"),
        ("a or b or c", "or_(truth(a) truth(b) truth(c))"),
        ("some d in l such that a and b", "quantified(d l and_(truth(a) truth(b)))"),
        (
            "year of a minus year of b at most 5",
            "compare(difference(year_of(name(a)) year_of(name(b))) operator() number(5))",
        ),
        ("a plus 6 months before b", "compare(plus(name(a) duration(6)) operator() name(b))"),
        (
            "a minus 4 weeks plus 1 day before b",
            "compare(plus(minus(name(a) duration(4)) duration(1)) operator() name(b))",
        ),
        ("age of b on s at least 18", "compare(age_of(name(b) name(s)) operator() number(18))"),
        ("earliest of a, b, c before d", "compare(extreme(name(a) name(b) name(c)) operator() name(d))"),
        (
            "months of j in l such that t(j), after a, within 5 years before s at least 36 months",
            (
                "compare(months_of(j l call(t j) limit_after(name(a)) limit_within(duration(5) name(s))) operator() "
                "duration(36))"
            ),
        ),
        (
            "count of s in l such that (s.a is b) less than 2",
            "compare(count_of(s l compare(name(s.a) operator() name(b))) operator() number(2))",
        ),
        (
            "sum of i.n for i in l such that t(i) at least p",
            "compare(sum_of(i.n i l call(t i)) operator() name(p))",
        ),
        ("all of", "all_of()"),
        ("not any of", "not_group()"),
        ("at least 2 of", "at_least_of(2)"),
        ("at least 2 of\n    [x] a", "at_least_of(2)"),
        ("by reading r", "by_reading(r)"),
        ("every d in l such that any of", "quantified(d l any_of())"),
    ],
)
def test_conditions(text: str, wanted: str) -> None:
    assert sketch(condition(text)) == wanted


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("rank 2", "rank"),
        ("edition 2026-01-01", "edition"),
        ('document "a.txt"', "document"),
        ('address "https://a.example"', "address"),
        ("from 2022-12-28 24 months known 2022-12-28", "dated"),
        ("from 2027-01-01 unknown", "dated"),
        ("value HK$5", "undated"),
        ("key id : country", "key"),
        ("labels a, b", "labels"),
        ("valid a to b", "valid"),
        ('rows where a is "b"', "rows"),
        ("closed", "coverage"),
        ("gappy from 2022-12-28 to 2023-10-31 known 2023-10-26", "coverage"),
        ("level : degree_level", "fact"),
        ("value : key of t", "fact"),
        ("jobs : list of job", "fact"),
        ("length : months", "fact"),
        ("bachelor", "member"),
        ("r default", "member"),
        ("spell a to b", "spell"),
        ("invariant it.a before it.b", "invariant"),
        ('says S004 "(1)" phrase "24"', "says"),
        ("resolved open by reading r", "resolved"),
        ("needs all of", "needs"),
        ("barred by", "barred"),
        ("barred by any of", "barred"),
        ("[a] b", "item"),
        ("[1] b", "item"),
        ("except [a] b", "exception"),
        ("overrides [a.b] as not met", "overrides"),
        ("over [a], [b]", "over"),
        ("grants stay shortest of 24 months, a.b", "grants"),
        ("asks for a, b when c", "asks"),
        ("routes to iang when c", "routes"),
        ("expect a.b qualifies because [c], [d.e]", "expect"),
        ('expect a.b depends on c[0].d, "j" by reading r, s', "expect"),
        ("facts", "facts"),
        ("with a.b = c", "with_"),
        ("known 2026-11-21", "known"),
        ("uses hk.common, hk.sources", "uses"),
    ],
)
def test_lines(line: str, kind: str) -> None:
    assert head(line).kind == kind


@pytest.mark.parametrize(
    "line",
    [
        "book hk",
        "source W01",
        "parameter a : months by b",
        'table t from "a.csv"',
        "enumeration e ordered",
        "entity e",
        "given g : date default today",
        "judgement j J-01 presumed on degree",
        "judgement j J-01 presumed unless g.a or b",
        "判斷 j presumed 除非 g.a 或者 b",
        "reading r A-05",
        "conflict C-01",
        "term t(d : degree, j : job)",
        "scheme s",
        "category s.a",
        "property p : never s.a and s.b",
        "property p : always s.a alongside s.b",
        "property p : more of applicant.income never hurts s.a",
        "保證 p：更多的 applicant.income 絕無損於 s.a",
        "property p : the order of applicant.jobs never matters",
        "保證 p：列出次序 applicant.jobs 絕無影響",
        "example e like f",
        "notice n J-19",
        "paper p",
        "invariant a before b",
    ],
)
def test_declarations(line: str) -> None:
    (top,) = tree(f'{line} en "a" zh "b"\n  cites W01 "c"\n')
    assert [a.kind for a in top.attributes()] == ["en", "zh", "cites"]


def test_attributes_stand_on_a_line_or_below_it() -> None:
    words = 'en "x"', 'cites W01 "p" phrase "q" for A-05, X-001'
    on, below = tree(f"scheme a {words[0]} {words[1]}\nscheme a\n  {words[0]}\n  {words[1]}\n")
    wanted = ["en(x)", "cites(W01 p q refs())"]
    assert [sketch(a) for a in on.attributes()] == wanted
    assert [sketch(a) for a in below.attributes()] == wanted


def test_places_are_those_of_the_text() -> None:
    text = "# note\nscheme a\n\nterm t(d : degree)\n  means d.x is not y\n"
    term = tree(text)[1]
    assert term.head
    assert text[term.head.start : term.head.end] == "term t(d : degree)"
    compare = term.lines[0].head and term.lines[0].head.parts[1]
    assert isinstance(compare, Node)
    assert text[compare.start : compare.end] == "d.x is not y"


def test_chinese_words_make_the_same_tree() -> None:
    english = tree('term t(d : degree)\n  means all of\n    [a] d.x at least 36 months  cites W01 "n"\n')
    chinese = tree("定義 t（d：degree）\n  即 以下全部\n    【a】d.x 至少 36個月 引據 W01「n」\n")
    assert sketch(chinese[0].head) == sketch(english[0].head)
    inner = [line.lines[0].lines[0] for line in (english[0], chinese[0])]
    assert sketch(inner[0].head) == sketch(inner[1].head)
    assert [sketch(a) for a in inner[0].attrs] == [sketch(a) for a in inner[1].attrs]


def test_one_diagnostic_for_each_wrong_declaration_and_the_others_are_read() -> None:
    text = "scheme a\nterm t(\n  means x\nscheme b\ncategory\n  needs\nscheme c\n  wrong wrong\nscheme d\n"
    result = parse(text, "x")
    assert result.value
    assert [sketch(line.head) for line in result.value] == ["scheme(a)", "scheme(b)", "scheme(d)"]
    assert [d.code for d in result.diagnostics] == ["S001", "S001", "S001"]


@pytest.mark.parametrize(
    ("text", "code", "marked", "fix"),
    [
        ("categry a.b\n", "S003", "categry", "write `category`"),
        ("needs all of\n", "S003", "needs", "indent the line so that it belongs to the declaration above"),
        ("bachelor\n", "S003", "bachelor", "indent the line if it belongs to the declaration above"),
        ("facts\n  a: 1\n", "S003", "facts", "indent the line so that it belongs to the declaration above"),
        ("facts\n", "S003", "facts", "indent the line so that it belongs to the declaration above"),
        ('en "x"\n', "S003", "en", "indent the line so that it belongs to the declaration above"),
        ("with a = b\n", "S003", "with", "indent the line so that it belongs to the declaration above"),
        ("parameter a : money bye b\n", "S001", "bye", "write `by`"),
        ("scheme is\n", "N104", "is", "choose another name, such as `is_`"),
        ('enumeration e\n  days en "x"\n', "N104", "days", "choose another name, such as `days_`"),
        ("term t(d : e)\n  means a\n    and b\n", "S001", "and", None),
        ("term t(d : degree\n", "S001", "(", "write `)` at its end"),
        ("source\n", "S001", "", "write a name here"),
        ("entity e\n  level degree_level\n", "S001", "degree_level", None),
        ("entity e\n  a : b\n      c : d\n    e : f\n", "S002", "    ", None),
    ],
)
def test_what_is_said_about_mistakes(text: str, code: str, marked: str, fix: str | None) -> None:
    found = problem(text)
    place = found.primary.place
    assert (found.code, text[place.start : place.end]) == (code, marked)
    assert found.help
    assert fix is None or found.help == fix


def test_a_line_that_stops_too_early_is_marked_at_its_end() -> None:
    text = "category a.b\n  needs\n  barred by\n"
    found = problem(text)
    assert found.primary.place.start == found.primary.place.end == text.index("needs") + len("needs")


def test_nesting_ends_somewhere() -> None:
    deep = "not " * (DEPTH + 5)
    assert problem(f"term t(d : e)\n  means {deep}a\n").code == "S001"
    assert tree(f"term t(d : e)\n  means {'not ' * (DEPTH // 2)}a\n")
    lines = "".join(f"{'  ' * n}[a] all of\n" for n in range(1, 2000))
    assert problem(f"term t(d : e)\n{lines}").code == "S001"
    assert problem(f"term t(d : e)\n  means a is b{' plus 1 day' * 5000}\n").code == "S001"
    assert problem(f"term t(d : e)\n  means {'(' * 5000}a{')' * 5000}\n").code == "S001"


def test_every_declaration_has_its_word() -> None:
    assert {w.en[0] for w in OPENING.values()} >= set(DECLARATIONS)


def test_every_terminal_has_words_for_an_author() -> None:
    for terminal in (*OPENING, *ANYWHERE):
        assert written(terminal).startswith("`")


def parts(node: Node | Token | None) -> Iterator[Node | Token]:
    if node is not None:
        yield node
    if isinstance(node, Node):
        for part in node.parts:
            yield from parts(part)


def check_places(line: Line, start: int, end: int) -> None:
    """Lines and phrases stand inside what they belong to."""
    assert start <= line.start <= line.end <= end
    for node in (*([line.head] if line.head else []), *line.attrs):
        assert line.start <= node.start <= node.end <= line.end
        for part in parts(node):
            assert node.start <= part.start <= part.end <= node.end
    for inner in line.lines:
        check_places(inner, start, end)


@given(any_text)
def test_parsing_is_total(text: str) -> None:
    result = parse(text, "x.rules")
    assert result.value is not None
    for line in result.value:
        check_places(line, 0, len(text))
    for found in result.diagnostics:
        assert 0 <= found.primary.place.start <= found.primary.place.end <= len(text)
        assert found.help
        assert found.message[0] in "`0123456789" or found.message[0].islower()
        assert "\n" not in found.message.replace("`\n`", "")


@given(loose_books())
def test_well_formed_texts_are_read(text: str) -> None:
    assert not parse(text, "x.rules").diagnostics
