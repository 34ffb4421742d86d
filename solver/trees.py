"""Decision trees: which tests a category still needs, given those already made.

A *tree* grows with the people it answers. At each node stands the test (or the element of a list) that the rules need
next; below a node no further test can matter stands the answer, which clingo has confirmed once for everybody who gets
there. A test that cannot be settled on what a case tells is left open and the way goes on; where the rules come to the
same either way, the category is settled all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from solver.cells import Instance
from solver.compiled import Compiled, Ready
from solver.evaluate import Env, LawGap, Slack, Unread
from solver.lower import Gate, Program
from solver.run import Deadline, Grounded
from solver.text import list_name, option


class There(NamedTuple):
    """Whether an element is there: its list and its place."""

    list: str
    place: int


class Choice(NamedTuple):
    """Which value a reading has."""

    reading: str


Key = Instance | There | Choice
"""What can be looked at: a test at its places, an element, or a reading."""

Found = bool | str | None
"""What has been found out: held or failed, the value of a reading, or None: open."""

REMEMBER = 200_000
"""How many nodes a book keeps."""


@dataclass(slots=True)
class Node:
    """A place in a tree: what to look at, and where to go on; or, without a key, what the category comes to.

    test, elements: how to look at a test; without one, whether the element is there. reading: whose value to take.
    below: where to go on, by what is found. held: None where open tests leave it. met: the readings asked on the way;
    no other can change the answer.
    """

    key: Key | None
    test: Callable[[Env], bool] | None = None
    elements: tuple[tuple[str, int], ...] = ()
    reading: str | None = None
    held: bool | None = None
    met: tuple[str, ...] = ()
    below: dict[Found, Node] = field(default_factory=dict)


@dataclass(slots=True)
class Told:
    """What a case tells, to be looked at.

    elements: facts of the elements of each list, those written and then as many as an open list may have besides.
    known: what has been looked at so far.
    """

    env: Env
    elements: Mapping[str, Sequence[Mapping[str, Any]]]
    written: Mapping[str, int]
    known: dict[Key, bool | None] = field(default_factory=dict)

    def look(self, node: Node) -> bool | None:
        """What is found at a node for a test or an element."""
        test = node.test
        if test is None:
            key = node.key
            assert isinstance(key, There)
            if key.place < self.written[key.list]:
                return True
            return None if key.place < len(self.elements[key.list]) else False
        at = node.elements
        env = self.env
        if at:
            elements = self.elements
            env.els = tuple([elements[name][place] for name, place in at])
        else:
            env.els = ()
        try:
            return test(env)
        except (Unread, LawGap, Slack):
            return None


def settled(
    compiled: Compiled, told: Told, categories: Iterable[str], readings: Mapping[str, str], deadline: Deadline
) -> dict[str, Node]:
    """The leaf of each category: whether it holds, or None where it cannot be said from these tests alone.

    Readings that have no value here are open.
    """
    trees = compiled.trees
    if trees.size > REMEMBER:
        trees.roots.clear()
        trees.size = 0
    return {c: _leaf(compiled, told, c, readings, deadline) for c in categories}


def _leaf(compiled: Compiled, told: Told, category: str, readings: Mapping[str, str], deadline: Deadline) -> Node:
    known = told.known
    look = told.look
    growth: Growth | None = None
    root: Node | None = compiled.trees.roots.get(category)
    if root is None:
        growth = Growth(compiled, category, deadline)
        root = compiled.trees.roots[category] = growth.grown()
    node = root
    while node.key is not None:
        key = node.key
        found: Found
        if key in known:
            found = known[key]
        elif node.reading is not None:
            found = readings.get(node.reading)
        else:
            found = known[key] = look(node)
        below = node.below
        if found in below:
            node = below[found]
            continue
        if growth is None:
            growth = Growth(compiled, category, deadline)
            growth.follow(root, node, known, readings)
        growth.way[key] = found
        node = below[found] = growth.grown()
    return node


@dataclass(slots=True)
class Growth:
    """The growing end of a tree: what was found on the way there, and what the rules come to.

    way: what was found, in order. values: clauses that come to a truth, or are open for good; they stay so further on.
    """

    compiled: Compiled
    category: str
    deadline: Deadline
    way: dict[Key, Found] = field(default_factory=dict)
    values: dict[Instance, bool | None] = field(default_factory=dict)

    def follow(self, root: Node, last: Node, known: Mapping[Key, bool | None], readings: Mapping[str, str]) -> None:
        """Go from the root to a node, by what is known."""
        node = root
        while node is not last:
            key = node.key
            assert key is not None
            found = self.way[key] = readings.get(key.reading) if isinstance(key, Choice) else known[key]
            node = node.below[found]

    def grown(self) -> Node:
        """What comes after the way so far: what to look at next, or the answer."""
        compiled = self.compiled
        compiled.trees.size += 1
        program = compiled.program
        wanted = _Rules(program, self.way, self.values).value(program.categories[self.category], ())
        if wanted is None or isinstance(wanted, bool):
            met = tuple(key.reading for key in self.way if isinstance(key, Choice))
            return Node(None, held=_confirmed(compiled, self.category, self.way, wanted, self.deadline), met=met)
        if isinstance(wanted, Choice):
            return Node(wanted, reading=wanted.reading)
        if isinstance(wanted, There):
            return Node(wanted)
        test, places = wanted
        return test_node(compiled.tests[test], places)


def test_node(ready: Ready, places: tuple[int, ...]) -> Node:
    """Where a test is looked at."""
    return Node((ready.spec.id, places), ready.test, tuple(zip(ready.spec.lists, places, strict=True)))


def _confirmed(
    compiled: Compiled, category: str, way: Mapping[Key, Found], held: bool | None, deadline: Deadline
) -> bool | None:
    """The answer of clingo, whatever else holds: True, False, or None if both can be."""
    program = compiled.program
    room = dict.fromkeys(program.lists, 0)
    for key, found in way.items():
        if isinstance(key, There):
            room[key.list] = max(room[key.list], key.place + (found is not False))
        elif not isinstance(key, Choice):
            for name, place in zip(program.tests[key[0]].lists, key[1], strict=True):
                room[name] = max(room[name], place + 1)
    shape = compiled.room(room)
    grounded = compiled.ground(shape)
    goal = grounded.literal(program.gates[program.categories[category]].name)
    if goal is None:
        return False
    assumed = [x for key, found in way.items() for x in _literals(compiled, grounded, dict(shape), key, found)]
    if held is not None:
        # The rules without a constraint have a model for every truth of their tests, so one question is enough.
        if grounded.possible([*assumed, -goal if held else goal], deadline):
            from dsl.diagnostics import InternalError

            raise InternalError("solving", "the solver does not confirm what the rules come to")
        return held
    may_hold, may_fail = (grounded.possible([*assumed, x], deadline) for x in (goal, -goal))
    return None if may_hold and may_fail else may_hold


def _literals(compiled: Compiled, grounded: Grounded, ends: Mapping[str, int], key: Key, found: Found) -> Iterator[int]:
    """What was found, as literals that are to hold; of what is open none."""
    if found is None:
        return
    match key:
        case There(name, place):
            # Where a list ends, there is nothing in the room behind either.
            places = range(place, place + 1 if found else ends[name])
            literals = [(grounded.literal(f"exists_{list_name(name)}", (i,)), found) for i in places]
        case Choice(reading):
            values = [v for v, _ in compiled.book.readings[reading].values]
            literals = [(grounded.literal(option(reading, v)), v == found) for v in values]
        case (test, places):
            literals = [(grounded.literal(compiled.program.tests[test].name, places), found)]
    yield from (x if holds else -x for x, holds in literals if x is not None)


@dataclass(slots=True)
class _Rules:
    """The rules under some truths: a truth, None where it is open, or the key of what to look at next."""

    program: Program
    way: Mapping[Key, Found]
    values: dict[Instance, bool | None]
    asking: dict[Instance, Key] = field(default_factory=dict)

    def value(self, gate: int, places: tuple[int, ...]) -> bool | Key | None:
        """What a clause comes to."""
        at = (gate, places)
        if at in self.values:
            return self.values[at]
        if at in self.asking:
            return self.asking[at]
        value = self._gate(self.program.gates[gate], places)
        if isinstance(value, tuple):
            self.asking[at] = value
        else:
            self.values[at] = value
        return value

    def _gate(self, gate: Gate, places: tuple[int, ...]) -> bool | Key | None:
        def inputs() -> Iterable[bool | Key | None]:
            return (self.value(i.gate, tuple([places[a] for a in i.args])) for i in gate.inputs)

        match gate.kind:
            case "true":
                return True
            case "test":
                assert gate.test is not None
                return self._looked((gate.test, places))
            case "all":
                return _all(inputs())
            case "any":
                return _any(inputs())
            case "not":
                return _not(next(iter(inputs())))
            case "at_least":
                return _at_least(gate.n, list(inputs()))
            case "reading":
                return self._reading(gate, places)
            case "override":
                own, *exceptions = inputs()
                met, unmet = exceptions[: gate.met], exceptions[gate.met :]
                return _any((*met, _all((*map(_not, unmet), own))))
            case "some":
                return _any(self._elements(gate, places, positive=True))
            case "every":
                return _not(_any(self._elements(gate, places, positive=False)))

    def _looked(self, key: Instance | There) -> bool | Key | None:
        found = self.way.get(key, key)
        assert not isinstance(found, str)
        return found

    def _reading(self, gate: Gate, places: tuple[int, ...]) -> bool | Key | None:
        """The branch of the value that a reading has; of an open one what all branches come to."""
        assert gate.reading is not None
        key = Choice(gate.reading)
        if key not in self.way:
            return key
        chosen = self.way[key]
        branches = [i for value, i in zip(gate.values, gate.inputs, strict=True) if chosen in (value, None)]
        values = [self.value(i.gate, tuple([places[a] for a in i.args])) for i in branches]
        asked = next((v for v in values if isinstance(v, tuple)), None)
        if asked is not None:
            return asked
        return values[0] if all(v is values[0] for v in values) else None

    def _elements(self, gate: Gate, places: tuple[int, ...], *, positive: bool) -> Iterable[bool | Key | None]:
        """For each place: an element is there and its clause holds (or, for `every`, fails)."""
        name = gate.over
        assert name is not None
        body = gate.inputs[0]
        place = 0
        while True:
            there = self._looked(There(name, place))
            if there is False:
                return
            if isinstance(there, tuple):
                yield there
                return
            inner = self.value(body.gate, tuple([(*places, place)[a] for a in body.args]))
            yield _all((there, inner if positive else _not(inner)))
            place += 1


def _all(values: Iterable[bool | Key | None]) -> bool | Key | None:
    """Whether all hold, from left to right."""
    out: bool | None = True
    for v in values:
        if v is False or isinstance(v, tuple):
            return v
        if v is None:
            out = None
    return out


def _any(values: Iterable[bool | Key | None]) -> bool | Key | None:
    """Whether any holds, from left to right."""
    out: bool | None = False
    for v in values:
        if v is True or isinstance(v, tuple):
            return v
        if v is None:
            out = None
    return out


def _not(v: bool | Key | None) -> bool | Key | None:
    return (not v) if isinstance(v, bool) else v


def _at_least(n: int, values: Sequence[bool | Key | None]) -> bool | Key | None:
    """Whether so many hold."""
    if sum(v is True for v in values) >= n:
        return True
    if sum(v is not False for v in values) < n:
        return False
    return next((v for v in values if isinstance(v, tuple)), None)
