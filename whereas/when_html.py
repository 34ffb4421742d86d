"""`when` as one HTML page that needs nothing else, with the picture in it."""

from __future__ import annotations

from collections.abc import Sequence

from whereas.scripts import spoken
from whereas.templates import template
from whereas.when_svg import when_svg
from whereas.when_text import SIGNS
from whereas.when_view import WhenView


def when_html(views: Sequence[WhenView]) -> str:
    """One page for some cases in one language."""
    from markupsafe import Markup

    lang = views[0].lang if views else "en"
    pictures = [Markup(when_svg(view)) for view in views]  # noqa: S704 (made here, every word in it escaped)
    return template("when.html").render(
        views=list(zip(views, pictures, strict=True)), lang=lang, say=spoken(lang), signs=SIGNS
    )
