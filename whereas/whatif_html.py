"""`whatif` as one HTML page that needs nothing else."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from whereas.scripts import spoken
from whereas.templates import template
from whereas.views import MARK_OF
from whereas.whatif_view import Changes, Goal


def page_html(changes: Changes | None, goals: Sequence[Goal]) -> str:
    """A page of two answers side by side, or of what reaches some categories."""
    one = changes or goals[0]
    say = spoken(one.lang)
    return template("whatif.html").render(
        changes=changes,
        goals=goals,
        lang=one.lang,
        say=say,
        quote=shlex.quote,
        marks=MARK_OF,
        title=one.case if one.title is None else f"{one.case}: {one.title}",
        shown=say("shown_for", book=one.book.words, date=one.known),
    )
