"""The table of diagnostic codes, and the page that explains each.

The letter says the stage: S syntax, N names, K kinds and units, L logic, A drafting, B a book examined as a whole
(`audit`), C case files, X solving, U usage, T a book's own tests. A number is never given to anything else, even when
its code has gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dsl.diagnostics import Code, Severity

_ERRORS = """
S001 unexpected-word        the text cannot go on like this
S002 bad-indentation        the line is not indented like its neighbours
S003 unknown-declaration    the line begins no declaration the language knows
S004 bad-literal            a date, amount, number or duration is not written as one
S005 forbidden-character    a character that is not allowed in a rule book
S006 unclosed-string        a quotation mark is never closed
S007 clause-without-label   a clause on its own line has no label
S008 repeated-part          a part that may stand once stands twice
S009 missing-part           a declaration lacks a part it must have
N101 unknown-import         a book that is used is not there
N102 unknown-name           a name is used that nothing declares
N103 declared-twice         a name is declared twice
N104 reserved-word          a word of the language is used as a name
N105 import-cycle           books use one another in a circle
N106 unknown-fact           a thing has no fact of that name
N107 unknown-column         a table's file or one of its columns is not there
N108 repeated-label         two clauses side by side have one label
N109 unknown-clause         a clause is named that the category does not have
K201 type-mismatch          two things are compared that are not of one type
K202 unit-mismatch          days and months are mixed
K203 not-ordered            something without an order is asked for more or less
K204 not-a-list             a list is needed and something else is given
K205 not-a-truth            a condition is needed and a value is given
K206 wrong-arguments        a term is given too many, too few or other things than it takes
K207 not-allowed-here       something is fine elsewhere but not here
K208 out-of-range           a number is outside what the language counts
L301 term-cycle             terms are defined by one another in a circle
L302 exceptions-disagree    two exceptions to one clause disagree and neither prevails
L303 dated-rows             dated rows are out of order or overlap
L304 impossible-count       more clauses are asked for than there are
L305 empty-group            a group has nothing in it
L306 impossible-date        a date that no calendar has
L307 coverage-overlap       a table is said to be two things on one day
A401 missing-words          words are missing in one of the two languages
A402 missing-citation       a condition is not cited
A403 phrase-too-long        a key phrase is longer than 24 characters
A404 phrase-not-found       a key phrase is not in the document, or more than once
A405 weak-source            a rule rests on a weak source alone and does not say so
A406 holes-differ           the sentences of the two languages show different values
A407 unknown-hole           a sentence shows a value its condition does not have
A409 not-yet-known          something is dated after the day the book is known to
A410 rule-and-no-rule       an entry of the fact sheet is said to be no rule and is cited
A411 document-changed       a stored document is not the one the rules were read from
A412 fact-left-out          nothing in the book speaks of an entry of the fact sheet
A413 unknown-fact-id        the fact sheet has no entry of that id
B901 never-holds            nobody can qualify for a category
B905 promise-broken         somebody breaks a declared property
B915 more-hurts             more of a fact hurts, against what is promised
B909 rows-overlap           two rows of a list are in force on one day for one key
B912 grants-differ          a category grants two different things of one kind
C501 malformed-yaml         the file is not YAML
C502 repeated-key           a key stands twice in one mapping
C503 unknown-key            a key the book does not know
C504 wrong-type             a value of another type is expected
C505 list-expected          a list is expected
C506 out-of-range           a number is outside what the fact can hold
C507 bad-number             a number is not written as a whole number
C508 impossible-date        a date that no calendar has
C509 bad-date               a date is not written year-month-day
C510 unknown-country        not the code of a country
C511 unknown-member         not a member of the enumeration
C512 unknown-table-key      not on the list the book has
C513 bad-money              an amount is not written in whole Hong Kong dollars
C514 bad-duration           a duration is not written as one
C515 empty-case             there is no case in the file
C516 yaml-feature           an anchor, alias, tag or merge key, which cases do without
C517 forbidden-character    a character that is not allowed in a case
C518 too-large              the file is too large or too deep
C519 mapping-expected       a thing with facts is expected
C520 bad-list               a mapping stands for a list but is not `at_least`
C521 unknown-reading        the book has no reading of that name
C522 unknown-reading-value  the reading has no value of that name
C523 bad-path               the path of a change leads nowhere
C524 unknown-judgement      the book has no judgement of that name
C525 date-out-of-calendar   a date before 1900 or after 2199
C526 not-a-spell            only the end of a spell may be `ongoing`
C527 truth-expected         a truth is expected
C528 bad-outcome            not an outcome a judgement can have
C529 broken-invariant       the facts contradict each other
C530 not-utf-8              the file is not text in UTF-8
C531 misplaced-key          the key belongs somewhere else
C532 ambiguous-name         a name stands for more than one row of a list
C533 empty-value            a key has no value
C534 too-many-findings     a file has more mistakes than are shown
C536 other-unit             a length is told in days where rules count months, or the other way
X601 time-limit             the time allowed ran out
X602 size-limit             the case or the book is larger than the limit
X603 interrupted            the analysis was interrupted
U701 unknown-category       the book has no scheme or category of that name
U702 cannot-read            a file or book cannot be read
U703 unknown-language       not a language the reports are written in
U704 bad-reading-option     a reading option is not NAME=VALUE of a reading
U705 bad-option-date        an option needs a date and has something else
U706 unknown-example        the book has no example of that name
U707 bad-set-option         a change is not PATH=VALUE
U708 unknown-code           there is no diagnostic of that code
U709 bad-usage              an option or argument cannot be used like this
U710 not-a-record           a file or entry is not a decision record
U711 not-a-store            a file is not a store of decision records
T801 expectation-not-met    an example expects something else than the rules say
T802 contradictory-example  an example contradicts itself
"""

_WARNINGS = """
A408 unused                 something is declared and never used
A414 never-cited            a source is declared and nothing cites it
A415 superseded-edition     a rule cites an edition of which a later one is declared
A416 stray-blanks           words for readers have blanks that do not belong there
A417 wrong-punctuation      words for readers have the punctuation of the other language
A418 reading-not-asked      no rule turns on a reading
L308 double-negation        a denial is denied
L309 group-of-one           a group has one item
L310 count-of-all           a count of items asks for all of them, or for any
L311 repeated-condition     a condition stands twice in one group
L312 short-window           a window of time is too short for what is asked within it
B902 never-matters          whether a condition holds changes nothing for anybody
B903 implied                a condition is always met where it could matter
B904 cannot-be-met          a condition can never be met where it would matter
B906 idle-reading           a value of a reading changes nothing
B907 idle-judgement         a judgement changes nothing
B908 days-left-out          a list says nothing for some days between days on which it speaks
B910 nobody-on-these-days   nobody who files on certain days qualifies for anything
B911 shut-in-between        nobody qualifies for a category on days between days on which somebody does
B913 accepted-in-vain       a finding is accepted that is not there
A419 change-not-said        a book says how facts change, but not of this one
B914 begins-too-late        a value begins after the category that asks for it has opened
A420 filing-day-renamed     the day of filing is not called `submitted_on`
A421 unread-fact            no rule reads a fact
C535 country-by-name        a country is given by its name
T803 undecided-condition    no example decides a condition both ways
T804 unnoticed-edit         no example notices a small change of the rules
"""


def _read(table: str, severity: Severity) -> dict[str, Code]:
    rows = (line.split(maxsplit=2) for line in table.strip().splitlines())
    return {row[0]: Code(row[0], row[1], severity, row[2]) for row in rows}


CODES: Mapping[str, Code] = MappingProxyType(
    dict(sorted((_read(_ERRORS, Severity.ERROR) | _read(_WARNINGS, Severity.WARNING)).items()))
)
"""All codes, by id."""


def code(id: str) -> Code:
    """The code of that id; `KeyError` if there is none."""
    return CODES[id]


def page(id: str) -> str:
    """The page of a code, in Markdown."""
    from importlib import resources  # half of a command's other imports hang on it

    return (resources.files("dsl.codes") / f"{code(id).id}.md").read_text("utf-8")
