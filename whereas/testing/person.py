"""A person of a book: a case with its verdicts, that prints as a case file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from dsl.case import Absent, Case, Listed, Record
from dsl.casefile import read_case
from dsl.changes import changes_text
from dsl.diagnostics import OPTION
from dsl.model import Verdict
from dsl.writecase import case_text, value_text
from whereas.testing.books import Book, refused

if TYPE_CHECKING:
    from solver.answer import Answer, Result

NAME = "person.yaml"


class UnsettledError(RuntimeError):
    """There is no verdict, since a limit of size or time was reached; it is never a no."""


class Verdicts(Mapping[str, Verdict]):
    """The verdict of each category, worked out when it is asked for."""

    def __init__(self, person: Person) -> None:
        """Of one person."""
        self._person = person
        self._known: dict[str, Verdict] = {}

    def __getitem__(self, category: str) -> Verdict:
        """The verdict on one category; UnsettledError if working it out was cut short."""
        if category not in self._known:
            if category not in self._person.book.checked.categories:
                raise KeyError(category)
            self._ask((category,))
        if category not in self._known:
            raise UnsettledError(f"the analysis of {category} was cut short: there is too much to try")
        return self._known[category]

    def __iter__(self) -> Iterator[str]:
        """The categories of the book."""
        self._ask(tuple(c for c in self._person.book.categories if c not in self._known))
        return iter(self._person.book.categories)

    def __len__(self) -> int:
        """How many categories there are."""
        return len(self._person.book.categories)

    def __repr__(self) -> str:
        """Those asked for so far."""
        return repr({category: verdict.value for category, verdict in self._known.items()})

    def _ask(self, categories: tuple[str, ...]) -> None:
        if categories:
            answer = self._person.assess(categories=categories, reasons=False, seconds=self._person.book.seconds)
            self._known |= {result.category: result.verdict for result in answer.results}


class Person:
    """A case of a book. `whole`: the complete person whom somebody incomplete was made from, else the person itself."""

    def __init__(self, book: Book, case: Case, whole: Person | None = None) -> None:
        """Somebody described by a case."""
        self.book = book
        self.case = case
        self.whole = whole or self
        self.verdicts = Verdicts(self)

    def assess(self, **options: Any) -> Answer:
        """The whole answer, with reasons; the options are those of `solver.assess.assess`."""
        from solver.assess import assess

        return assess(self.book.compiled, self.case, **{"readings": self.case.readings, **options})

    def result(self, category: str, **options: Any) -> Result:
        """The answer on one category, with reasons."""
        (result,) = self.assess(categories=(category,), **options).results
        return result

    def with_(self, changes: Mapping[str, object] | None = None, /, **more: object) -> Person:
        """The person with facts changed: `with_({"applicant.income": 5}, submitted_on="2027-01-01")`.

        A path leads to a fact or an element as in `whereas assess --set`; a value is one of Python (numbers, truths,
        dates, durations, lists, mappings, `None` for unknown) or what a case file would say. RefusedError if the book
        cannot take it, or if the facts then contradict each other.
        """
        written = [(path, _written(value)) for path, value in {**(changes or {}), **more}.items()]
        return read(self.book, self.yaml(), written, self.case.name) if written else self

    def under(self, book: Book) -> Person:
        """The same facts under another edition of the book."""
        return read(book, self.yaml())

    def without(self, *paths: str) -> Person:
        """The person with these facts unknown."""
        return self.with_(dict.fromkeys(paths))

    def turned(self) -> Person:
        """The same person with every list in the opposite order."""
        return Person(self.book, replace(self.case, root=_turned(self.case.root), places={}), None)

    def get(self, path: str) -> Any:
        """The fact at a path: its value, None if it has none; a list as a tuple of records."""
        import re

        at: Any = self.case.root
        for step in re.findall(r"[^.\[\]]+", path):
            at = at.items[int(step)] if isinstance(at, Listed) else at.facts[step]
        if isinstance(at, Listed):
            return at.items if at.told else None
        return None if isinstance(at, Absent) else at

    @property
    def facts(self) -> Record:
        """All facts, by name of the given."""
        return self.case.root

    def yaml(self) -> str:
        """A case file that reads as the same case."""
        return case_text(self.case, self.book.checked)

    def __eq__(self, other: object) -> bool:
        """The same facts and readings under the same book."""
        return (
            isinstance(other, Person)
            and self.book.checked is other.book.checked
            and (self.case.root, dict(self.case.readings)) == (other.case.root, dict(other.case.readings))
        )

    def __hash__(self) -> int:
        """By the text of the case."""
        return hash(self.yaml())

    def __repr__(self) -> str:
        """What can be pasted into a test; the lines between the quotes are a case file."""
        return f'book.person("""\\\n{self.yaml()}""")'


def _turned(record: Record) -> Record:
    """A thing with every list inside in the opposite order."""
    facts = {
        name: _turned(value)
        if isinstance(value, Record)
        else replace(value, items=value.items[::-1])
        if isinstance(value, Listed)
        else value
        for name, value in record.facts.items()
    }
    return Record(facts)


def _written(value: object) -> str:
    """A value as a case file has it; text is taken as written there."""
    return "unknown" if value is None else value if isinstance(value, str) else value_text(value)


def read(book: Book, text: str, changes: list[tuple[str, str]] | None = None, name: str = NAME) -> Person:
    """The one person of a case file; RefusedError if it cannot be read."""
    from solver.check import check_case

    changed = changes or []
    result = read_case(text, name, book.checked, today=book.checked.known, changes=changed)
    texts = {name: text, OPTION: changes_text(changed)}
    if result.value is None:
        raise refused(result.diagnostics, texts)
    if len(result.value) != 1:
        raise ValueError(f"one person is expected, the text holds {len(result.value)}")
    (case,) = result.value
    found = check_case(book.compiled, case)
    if found:
        raise refused(found, texts)
    return Person(book, case)
