"""Decision trees: which tests a category still needs, given those already made.

A *tree* grows with the people it answers. At each node stands the test (or the element of a list) that the rules need
next; below a node no further test can matter stands the answer, which clingo has confirmed once for everybody who gets
there. A test that cannot be settled on what a case tells is left open and the way goes on; where the rules come to the
same either way, the category is settled all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct, field

from solver.cells import Instance
from solver.compiled import Compiled, Ready
from solver.evaluate import Env, LawGap, Slack, Unread
from solver.lower import Gate, Input, Program
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


class Node(Struct):
    """A place in a tree: what to look at, and where to go on; or, without a key, what the category comes to.

    test, elements: how to look at a test; without one, whether the element is there. reading: whose value to take.
    below: where to go on, by what is found; kept: the same from an earlier run, to be made nodes (see `solver.kept`).
    held: None where open tests leave it. met: the readings asked on the way; no other can change the answer.
    """

    key: Key | None
    test: Callable[[Env], bool] | None = None
    elements: tuple[tuple[str, int], ...] = ()
    reading: str | None = None
    held: bool | None = None
    met: tuple[str, ...] = ()
    below: dict[Found, Node] = field(default_factory=dict)
    kept: Mapping[Found, Any] | None = None


class Told(Struct):
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
        trees.kept = {}
        trees.size = 0
    return {c: _leaf(compiled, told, c, readings, deadline) for c in categories}


def _leaf(compiled: Compiled, told: Told, category: str, readings: Mapping[str, str], deadline: Deadline) -> Node:
    known = told.known
    look = told.look
    growth: Growth | None = None
    trees = compiled.trees
    root: Node | None = trees.roots.get(category)
    if root is None:
        if category in trees.kept:
            root = again(compiled, trees.kept[category])
        else:
            growth = Growth(compiled, category, deadline)
            root = growth.grown()
        trees.roots[category] = root
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
        if node.kept and found in node.kept:
            node = below[found] = again(compiled, node.kept[found])
            continue
        if growth is None:
            growth = Growth(compiled, category, deadline)
            growth.follow(root, node, known, readings)
        growth.tell(found)
        node = below[found] = growth.grown()
    return node


class Growth:
    """The growing end of a tree: the rules walked as far as what was found on the way there.

    way: what was found, in order.
    """

    def __init__(self, compiled: Compiled, category: str, deadline: Deadline) -> None:
        """Begin at the root."""
        self.compiled, self.category, self.deadline = compiled, category, deadline
        self.way: dict[Key, Found] = {}
        rules = _Rules(compiled.program, self.way)
        self._walk = rules.value(compiled.program.categories[category], ())
        self._next: Key | None = None
        self._held: bool | None = None
        self._go(None)

    def _go(self, found: Found) -> None:
        """Tell the rules what was found, and hear what they ask next or what they come to."""
        try:
            self._next = self._walk.send(found)
        except StopIteration as end:
            self._next, self._held = None, end.value

    def tell(self, found: Found) -> None:
        """Go one step further."""
        assert self._next is not None
        self.way[self._next] = found
        self._go(found)

    def follow(self, root: Node, last: Node, known: Mapping[Key, bool | None], readings: Mapping[str, str]) -> None:
        """Go from the root to a node, by what is known."""
        node = root
        while node is not last:
            key = node.key
            assert key is not None
            found = readings.get(key.reading) if isinstance(key, Choice) else known[key]
            self.tell(found)
            node = node.below[found]

    def grown(self) -> Node:
        """What comes after the way so far: what to look at next, or the answer."""
        compiled = self.compiled
        compiled.trees.size += 1
        if self._next is not None:
            return _node(compiled, self._next)
        met = tuple(key.reading for key in self.way if isinstance(key, Choice))
        return Node(None, held=_confirmed(compiled, self.category, self.way, self._held, self.deadline), met=met)


def _node(compiled: Compiled, key: Key) -> Node:
    """Where something is looked at."""
    match key:
        case Choice(reading):
            return Node(key, reading=reading)
        case There():
            return Node(key)
        case (test, places):
            return test_node(compiled.tests[test], places)


def test_node(ready: Ready, places: tuple[int, ...]) -> Node:
    """Where a test is looked at."""
    return Node((ready.spec.id, places), ready.test, tuple(zip(ready.spec.lists, places, strict=True)))


def again(compiled: Compiled, kept: Any) -> Node:
    """A node of an earlier run, as `solver.kept` writes it."""
    if kept[0] is None:
        return Node(None, held=kept[1], met=kept[2])
    key, below = kept
    node = _node(compiled, key if type(key[0]) is int else Choice(*key) if len(key) == 1 else There(*key))
    node.kept = below
    return node


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
    grounded = compiled.ground(shape, compiled.book.categories[category].scheme)
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


Walked = Generator[Key, Found, bool | None]
"""A clause being walked: it asks for keys, is sent what was found there, and comes to a truth or None: open."""


class _Rules(Struct):
    """The rules, walked from left to right as far as need be. way: what was found; values: what clauses came to."""

    program: Program
    way: Mapping[Key, Found]
    values: dict[Instance, bool | None] = field(default_factory=dict)

    def value(self, gate: int, places: tuple[int, ...]) -> Walked:
        """What a clause comes to."""
        at = (gate, places)
        if at not in self.values:
            self.values[at] = yield from self._gate(self.program.gates[gate], places)
        return self.values[at]

    def _input(self, i: Input, places: tuple[int, ...]) -> Walked:
        return self.value(i.gate, tuple([places[a] for a in i.args]) if i.args else ())

    def _ask(self, key: Key) -> Generator[Key, Found, Found]:
        if key in self.way:
            return self.way[key]
        return (yield key)

    def _gate(self, gate: Gate, places: tuple[int, ...]) -> Walked:
        match gate.kind:
            case "true":
                return True
            case "test":
                assert gate.test is not None
                found = yield from self._ask((gate.test, places))
                assert not isinstance(found, str)
                return found
            case "all":
                return (yield from _first(False, (self._input(i, places) for i in gate.inputs)))
            case "any":
                return (yield from _first(True, (self._input(i, places) for i in gate.inputs)))
            case "not":
                return _not((yield from self._input(gate.inputs[0], places)))
            case "at_least":
                return (yield from self._at_least(gate, places))
            case "reading":
                return (yield from self._reading(gate, places))
            case "override":
                return (yield from self._override(gate, places))
            case "some" | "every":
                return (yield from self._elements(gate, places))

    def _at_least(self, gate: Gate, places: tuple[int, ...]) -> Walked:
        held = open_ = 0
        for k, i in enumerate(gate.inputs):
            if held >= gate.n or held + open_ + len(gate.inputs) - k < gate.n:
                break
            v = yield from self._input(i, places)
            held, open_ = held + (v is True), open_ + (v is None)
        return True if held >= gate.n else None if held + open_ >= gate.n else False

    def _reading(self, gate: Gate, places: tuple[int, ...]) -> Walked:
        """The branch of the value that a reading has; of an open one what all branches come to."""
        assert gate.reading is not None
        chosen = yield from self._ask(Choice(gate.reading))
        values: set[bool | None] = set()
        for value, i in zip(gate.values, gate.inputs, strict=True):
            if chosen in (value, None):
                values.add((yield from self._input(i, places)))
        return values.pop() if len(values) == 1 else None

    def _override(self, gate: Gate, places: tuple[int, ...]) -> Walked:
        """A clause after its exceptions: those that make it hold, then those that make it fail, then itself."""
        own, *exceptions = gate.inputs
        met = yield from _first(True, (self._input(i, places) for i in exceptions[: gate.met]))
        if met is True:
            return True
        unmet = yield from _first(True, (self._input(i, places) for i in exceptions[gate.met :]))
        inner = False if unmet is True else (yield from self._input(own, places))
        if inner is True and unmet is None:
            inner = None
        return None if met is None and inner is False else inner

    def _elements(self, gate: Gate, places: tuple[int, ...]) -> Walked:
        """Some or every element: of those that are there, and of those that may be, what the clause comes to."""
        name, body = gate.over, gate.inputs[0]
        assert name is not None
        decisive = gate.kind == "some"
        out: bool | None = not decisive
        place = 0
        while True:
            there = yield from self._ask(There(name, place))
            if there is False:
                return out
            v = yield from self._input(body, (*places, place))
            if v is decisive and there is True:
                return decisive
            if v is None or v is decisive:
                out = None
            place += 1


def _first(decisive: bool, values: Iterable[Walked]) -> Walked:
    """The decisive truth if some value has it; the other if all have that; else open."""
    out: bool | None = not decisive
    for walked in values:
        v = yield from walked
        if v is decisive:
            return v
        if v is None:
            out = None
    return out


def _not(v: bool | None) -> bool | None:
    return None if v is None else not v
