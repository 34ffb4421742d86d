"""The words that have a meaning of their own in a case file."""

from __future__ import annotations

from collections.abc import Mapping

from dsl.case import Absent
from dsl.model import Entity, Fact
from dsl.yamltree import Node, Scalar

JUDGEMENTS, READINGS, TITLE, ABOUT = "judgements", "readings", "title", "about"
AT_LEAST = "at_least"
ABSENT_WORDS: Mapping[str, Absent] = {"unknown": Absent.UNKNOWN, "declined": Absent.DECLINED}
"""The words that stand for any fact that is not told; a fact not mentioned is `NOT_ASKED`."""


def empty(node: Node) -> bool:
    """Whether nothing is written."""
    return isinstance(node, Scalar) and not node.quoted and node.text in ("", "~", "null")


def ends_spell(entity: Entity | None, fact: Fact) -> bool:
    """Whether a fact is the last day of its thing's spell, which may be `ongoing`."""
    return entity is not None and entity.spell is not None and entity.spell[1] == fact.id
