"""Reports as one HTML page that needs nothing else: no script, no font, no picture; prints on A4."""

from __future__ import annotations

from collections.abc import Sequence

from dsl.model import Verdict
from whereas.entries import entry_lines
from whereas.order import closed_words, in_brief, lasting, ordered
from whereas.scripts import spoken
from whereas.standing import near_lines, reading_lines, told_in
from whereas.templates import template
from whereas.views import CaseView


def page_html(views: Sequence[CaseView], *, chain: bool, full: bool = False) -> str:
    """One page for some cases in one language; `chain`: with every condition of the categories shown.

    full: every category in full, in the order of the book, not the short report that `assess` gives.
    """
    lang = views[0].lang if views else "en"
    say = spoken(lang)
    found = [(view, None if chain or full else ordered(say, view)) for view in views]
    return template("report.html").render(
        views=found,
        lang=lang,
        say=say,
        chain=chain,
        lasting=lambda results: list(lasting(say, results, lang, full=full or chain)),
        brief=lambda member: in_brief(say, lang, member),
        closed_words=lambda closed: closed_words(say, closed),
        near_lines=lambda view: list(near_lines(say, view)),
        reading_lines=lambda view: [line for _, line in reading_lines(say, view)],
        entry_lines=lambda total: list(entry_lines(say, lang, total)),
        told_in=lambda result: list(told_in(say, lang, result.standing, yes=result.verdict is Verdict.QUALIFIES)),
    )
