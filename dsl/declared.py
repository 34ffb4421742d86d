"""Where a book declares something, found in its text: the places that a checked book does not keep."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from dsl.keywords import ANYWHERE, OPENING
from dsl.model import RULES, Place

_KINDS = ("PARAMETER", "TABLE", "READING", "JUDGEMENT")
_SPELLED = {s: kind for kind in _KINDS for word in (OPENING[kind],) for s in (*word.en, *word.zh)}
_HEAD = re.compile(rf"^({'|'.join(map(re.escape, _SPELLED))})[ \t]+([A-Za-z][A-Za-z0-9_.]*)[^\n]*", re.MULTILINE)
_FROM = "|".join(re.escape(s) for s in (*ANYWHERE["FROM"].en, *ANYWHERE["FROM"].zh))
_VALUE = "|".join(re.escape(s) for s in (*OPENING["VALUE"].en, *OPENING["VALUE"].zh))
_ROW = re.compile(rf"^[ \t]+((?:(?:{_FROM})[ \t]*([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})|(?:{_VALUE}))[^\n]*)", re.MULTILINE)
_NEXT = re.compile(r"^[^\s#]", re.MULTILINE)


class Declarations:
    """The declarations of some files, by kind (as in `OPENING`) and name."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """Find the heads in every text of rules, by file."""
        self._texts = texts
        self._heads = {
            (_SPELLED[m.group(1)], m.group(2)): Place(file, m.start(), m.end())
            for file, text in texts.items()
            if file.endswith(RULES)
            for m in _HEAD.finditer(text)
        }

    def declaration(self, kind: str, name: str) -> Place | None:
        """The line that opens a declaration."""
        return self._heads.get((kind, name))

    def row(self, kind: str, name: str, start: dt.date) -> Place | None:
        """The dated row that begins on a day, or the one undated value; the declaration if neither is found."""
        head = self._heads.get((kind, name))
        if head is None:
            return None
        text = self._texts[head.file]
        following = _NEXT.search(text, head.end)
        for m in _ROW.finditer(text, head.end, following.start() if following else len(text)):
            if m.group(2) in (None, start.isoformat()):
                return Place(head.file, m.start(1), m.end(1))
        return head
