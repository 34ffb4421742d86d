"""Decision trees: which tests a category still needs, given those already made.

A *tree* grows with the people it answers. At each node stands the test (or the element of a list) that the rules need
next; below a node no further test can matter stands the answer, which clingo has confirmed once for everybody who gets
there. A test that cannot be settled on what a case tells is left open and the way goes on; where the rules come to the
same either way, the category is settled all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct, field

from solver.cells import Instance
from solver.compiled import Compiled
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

_UNSEEN = object()
"""Stands for what has not been looked at: an open test has been, and is None."""


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
        env = self.env
        elements = self.elements
        env.els = tuple([elements[name][place] for name, place in node.elements]) if node.elements else ()
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
        trees.shown.clear()
        trees.apart.clear()
        trees.size = 0
    return {c: _leaf(compiled, told, c, readings, deadline) for c in categories}


def _leaf(compiled: Compiled, told: Told, category: str, readings: Mapping[str, str], deadline: Deadline) -> Node:
    known = told.known
    trees = compiled.trees
    node: Node | None = trees.roots.get(category)
    if node is None:
        if category not in trees.kept:
            return _grown(compiled, told, category, readings, deadline)
        node = trees.roots[category] = again(compiled, trees.kept[category])
    while (key := node.key) is not None:
        found: Any
        if node.reading is not None:
            found = readings.get(node.reading)
        else:
            found = known.get(key, _UNSEEN)
            if found is _UNSEEN:
                found = known[key] = told.look(node)
        below = node.below.get(found)
        if below is not None:
            node = below
        elif node.kept and found in node.kept:
            below = node.below[found] = again(compiled, node.kept[found])
            node = below
        else:
            return _grown(compiled, told, category, readings, deadline)
    return node


def _grown(compiled: Compiled, told: Told, category: str, readings: Mapping[str, str], deadline: Deadline) -> Node:
    """The leaf of a category for somebody whose way there is new: the rules are walked, and the tree grows along it."""
    rules = _Rules(compiled, told, readings)
    gate = compiled.program.categories[category]
    held = rules.value(gate, ())
    met = tuple(key.reading for key in rules.way if isinstance(key, Choice))
    leaf = Node(None, held=_confirmed(compiled, category, rules, held, deadline), met=met)
    trees = compiled.trees
    # The leaf first, so that a tree never has a branch without an end, whatever interrupts.
    below: dict[Any, Node] = trees.roots
    found: Any = category
    for key, next_found in rules.way.items():
        node = below.get(found)
        if node is None:
            node = below[found] = _node(compiled, key)
            trees.size += 1
        below, found = node.below, next_found
    below[found] = leaf
    trees.size += 1
    return leaf


def _node(compiled: Compiled, key: Key) -> Node:
    """Where something is looked at."""
    match key:
        case Choice(reading):
            return Node(key, reading=reading)
        case There():
            return Node(key)
        case (test, places):
            ready = compiled.tests[test]
            return Node(key, ready.test, tuple(zip(ready.spec.lists, places, strict=True)))


def looked_at(compiled: Compiled, key: Key) -> Node:
    """A node to look at something outside of a tree, the same each time."""
    nodes: dict[Key, Node] = compiled.trees.apart
    node = nodes.get(key)
    if node is None:
        node = nodes[key] = _node(compiled, key)
    return node


def again(compiled: Compiled, kept: Any) -> Node:
    """A node of an earlier run, as `solver.kept` writes it."""
    if kept[0] is None:
        return Node(None, held=kept[1], met=kept[2])
    key, below = kept
    node = _node(compiled, key if type(key[0]) is int else Choice(*key) if len(key) == 1 else There(*key))
    node.kept = below
    return node


def _confirmed(compiled: Compiled, category: str, rules: _Rules, held: bool | None, deadline: Deadline) -> bool | None:
    """The answer of clingo, whatever else holds: True, False, or None if both can be."""
    program = compiled.program
    gate = program.categories[category]
    # What the answer rests on is less than the whole way, and the same for many ways.
    grounds, varies = rules.grounds(gate)
    if varies:
        return None
    asked = (category, grounds)
    shown = compiled.trees.shown
    if asked not in shown:
        scheme = compiled.book.categories[category].scheme
        shape = compiled.room(_room(program, grounds), scheme)
        grounded = compiled.ground(shape, scheme)
        goal = grounded.literal(program.gates[gate].name)
        if goal is None:
            return False
        ends = dict(shape)
        assumed = [x for key, found in grounds for x in _literals(compiled, grounded, ends, key, found)]
        shown[asked] = _answer(grounded, assumed, goal, held, deadline)
    return shown[asked]


def _room(program: Program, grounds: Iterable[tuple[Key, Found]]) -> dict[str, int]:
    """How many elements of each list there must be for what was found to be said of them."""
    room = dict.fromkeys(program.lists, 0)
    for key, found in grounds:
        if isinstance(key, There):
            room[key.list] = max(room[key.list], key.place + (found is not False))
        elif not isinstance(key, Choice):
            for name, place in zip(program.tests[key[0]].lists, key[1], strict=True):
                room[name] = max(room[name], place + 1)
    return room


def _answer(
    grounded: Grounded, assumed: Sequence[int], goal: int, held: bool | None, deadline: Deadline
) -> bool | None:
    """The same under some assumptions, by which the rules come to `held`."""
    if held is None:
        may_hold, may_fail = (grounded.possible([*assumed, x], deadline) for x in (goal, -goal))
        return None if may_hold and may_fail else may_hold
    # The rules without a constraint have a model for every truth of their tests, so one question is enough.
    if grounded.possible([*assumed, -goal if held else goal], deadline):
        from dsl.diagnostics import InternalError

        raise InternalError("solving", "the solver does not confirm what the rules come to")
    return held


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


class _Rules(Struct):
    """The rules, walked from left to right as far as need be.

    way: what was asked, in order, and what was found; values: what clauses came to.
    """

    compiled: Compiled
    told: Told
    readings: Mapping[str, str]
    way: dict[Key, Found] = field(default_factory=dict)
    values: dict[Instance, bool | None] = field(default_factory=dict)

    def value(self, gate: int, places: tuple[int, ...]) -> bool | None:
        """What a clause comes to."""
        at = (gate, places)
        values = self.values
        if at not in values:
            values[at] = self._gate(self.compiled.program.gates[gate], places)
        return values[at]

    def _input(self, i: Input, places: tuple[int, ...]) -> bool | None:
        return self.value(i.gate, _at(i, places))

    def _looked(self, key: Instance | There) -> bool | None:
        """What is found of a test or an element."""
        known = self.told.known
        if key not in known:
            known[key] = self.told.look(looked_at(self.compiled, key))
        found = self.way[key] = known[key]
        return found

    def _gate(self, gate: Gate, places: tuple[int, ...]) -> bool | None:
        match gate.kind:
            case "test":
                assert gate.test is not None
                return self._looked((gate.test, places))
            case "all" | "any":
                return self._first(gate.inputs, places, decisive=gate.kind == "any")
            case "not":
                return _not(self._input(gate.inputs[0], places))
            case "override":
                return self._override(gate, places)
            case "some" | "every":
                return self._elements(gate, places, decisive=gate.kind == "some")
            case "reading":
                return self._reading(gate, places)
            case "at_least":
                return self._at_least(gate, places)
            case "true":
                return True

    def _first(self, inputs: Iterable[Input], places: tuple[int, ...], *, decisive: bool) -> bool | None:
        """The decisive truth if some input has it; the other if all have that; else open."""
        out: bool | None = not decisive
        for i in inputs:
            v = self.value(i.gate, _at(i, places))
            if v is decisive:
                return v
            if v is None:
                out = None
        return out

    def _at_least(self, gate: Gate, places: tuple[int, ...]) -> bool | None:
        held = open_ = 0
        for k, i in enumerate(gate.inputs):
            if held >= gate.n or held + open_ + len(gate.inputs) - k < gate.n:
                break
            v = self._input(i, places)
            held, open_ = held + (v is True), open_ + (v is None)
        return True if held >= gate.n else None if held + open_ >= gate.n else False

    def _reading(self, gate: Gate, places: tuple[int, ...]) -> bool | None:
        """The branch of the value that a reading has; of an open one what all branches come to."""
        assert gate.reading is not None
        chosen = self.way[Choice(gate.reading)] = self.readings.get(gate.reading)
        if chosen is not None:
            return self._input(gate.inputs[gate.values.index(chosen)], places)
        values = {self._input(i, places) for i in gate.inputs}
        return values.pop() if len(values) == 1 else None

    def _override(self, gate: Gate, places: tuple[int, ...]) -> bool | None:
        """A clause after its exceptions: those that make it hold, then those that make it fail, then itself."""
        own, *exceptions = gate.inputs
        met = self._first(exceptions[: gate.met], places, decisive=True)
        if met is True:
            return True
        unmet = self._first(exceptions[gate.met :], places, decisive=True)
        inner = False if unmet is True else self._input(own, places)
        if inner is True and unmet is None:
            inner = None
        return None if met is None and inner is False else inner

    def _elements(self, gate: Gate, places: tuple[int, ...], *, decisive: bool) -> bool | None:
        """Some or every element: of those that are there, and of those that may be, what the clause comes to."""
        name, body = gate.over, gate.inputs[0]
        assert name is not None
        out: bool | None = not decisive
        place = 0
        while True:
            there = self._looked(There(name, place))
            if there is False:
                return out
            v = self._input(body, (*places, place))
            if v is decisive and there is True:
                return decisive
            if v is None or v is decisive:
                out = None
            place += 1

    def grounds(self, gate: int) -> tuple[frozenset[tuple[Key, Found]], bool]:
        """What was found that makes a clause what it is, whatever else is the case; and whether it surely varies.

        Of a clause that is open, all that makes it the function of open tests that it is. If it meets each of them
        once, it varies: truths can be chosen one by one.
        """
        out: list[Key] = []
        seen: set[Instance] = set()
        again = False
        todo: list[Instance] = [(gate, ())]
        while todo:
            at = todo.pop()
            if at not in seen:
                seen.add(at)
                todo += self._below(self.compiled.program.gates[at[0]], at[1], out)
            elif self.values[at] is None:
                again = True
        open_ = [key for key in out if self.way[key] is None]
        once = not again and len(set(open_)) == len(open_) and not any(isinstance(key, Choice) for key in open_)
        return frozenset([(key, self.way[key]) for key in out]), self.values[gate, ()] is None and once

    def _below(self, gate: Gate, places: tuple[int, ...], out: list[Key]) -> list[Instance]:
        """The clauses that one rests on; what it looked at itself is added to `out`."""
        if gate.test is not None:
            out.append((gate.test, places))
            return []
        if gate.over is not None:
            return self._there(gate, places, out)
        held = self.values[gate.id, places]
        inputs = [(i.gate, _at(i, places)) for i in gate.inputs]
        match gate.kind:
            case "reading":
                assert gate.reading is not None
                key = Choice(gate.reading)
                out.append(key)
                return [at for v, at in zip(gate.values, inputs, strict=True) if self.way[key] in (v, None)]
            case "any" | "all" if held is (gate.kind == "any"):
                return [self._having(held, inputs)]
            case "at_least" if held is not None:
                return [at for at in inputs if self.values.get(at) is held]
            case "override":
                return [at for at in self._beside(held, gate.met, *inputs) if at in self.values]
            case _:
                pass
        return inputs

    def _having(self, truth: bool, inputs: Sequence[Instance]) -> Instance:
        return next(at for at in inputs if self.values.get(at) is truth)

    def _beside(self, held: bool | None, met: int, own: Instance, *exceptions: Instance) -> list[Instance]:
        """What a clause with exceptions rests on."""
        holding, failing = exceptions[:met], exceptions[met:]
        decisive = holding if held else failing
        decided = held is not None and any(self.values.get(at) is True for at in decisive)
        only = [self._having(True, decisive)] if decided else [own]
        if held:
            return only if decided else [*only, *failing]
        return [*holding, *only] if held is False else [own, *exceptions]

    def _there(self, gate: Gate, places: tuple[int, ...], out: list[Key]) -> list[Instance]:
        """What a quantifier rests on: the element that decides, or what all there may be come to and that it is all."""
        name, body = gate.over, gate.inputs[0]
        assert name is not None
        held = self.values[gate.id, places]
        decided = held is (gate.kind == "some")
        asked: list[Key] = []
        made: list[Instance] = []
        while self.way[There(name, len(made))] is not False:
            key = There(name, len(made))
            at = (body.gate, _at(body, (*places, len(made))))
            if decided and self.way[key] is True and self.values[at] is held:
                out.append(key)
                return [at]
            asked.append(key)
            made.append(at)
        # Whether elements are there makes no difference where all they come to is the same.
        out += [There(name, len(made)), *(asked if held is None else ())]
        return made


def _at(i: Input, places: tuple[int, ...]) -> tuple[int, ...]:
    """Where an input is asked."""
    return tuple([places[a] for a in i.args]) if i.args else ()


def _not(v: bool | None) -> bool | None:
    return None if v is None else not v
