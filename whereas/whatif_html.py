"""`whatif` as one HTML page that needs nothing else."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from importlib import resources

from whereas.scripts import spoken
from whereas.whatif_text import VERDICT_MARKS
from whereas.whatif_view import Changes, Goal


def page_html(changes: Changes | None, goals: Sequence[Goal]) -> str:
    """A page of two answers side by side, or of what reaches some categories."""
    from jinja2 import Environment, StrictUndefined

    one = changes or goals[0]
    say = spoken(one.lang)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((resources.files("whereas") / "whatif.html.jinja").read_text("utf-8"))
    return template.render(
        changes=changes,
        goals=goals,
        lang=one.lang,
        say=say,
        quote=shlex.quote,
        marks=VERDICT_MARKS,
        title=one.case if one.title is None else f"{one.case}: {one.title}",
        shown=say("shown_for", book=one.book.words, date=one.known),
    )
