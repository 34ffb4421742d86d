"""`when` as one HTML page that needs nothing else, with the picture in it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from whereas.scripts import spoken
from whereas.when_svg import when_svg
from whereas.when_text import SIGNS
from whereas.when_view import WhenView

if TYPE_CHECKING:
    from jinja2 import Template


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string((resources.files("whereas") / "when.html.jinja").read_text("utf-8"))


def when_html(views: Sequence[WhenView]) -> str:
    """One page for some cases in one language."""
    from markupsafe import Markup

    lang = views[0].lang if views else "en"
    pictures = [Markup(when_svg(view)) for view in views]  # noqa: S704 (made here, every word in it escaped)
    return _template().render(views=list(zip(views, pictures, strict=True)), lang=lang, say=spoken(lang), signs=SIGNS)
