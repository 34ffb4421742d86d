"""The templates of pages and pictures, which stand beside the modules that fill them."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment, Template


def template(name: str) -> Template:
    """A template by the name of its file without `.jinja`; what is put into it is escaped, but in Markdown."""
    return _environment().get_template(f"{name}.jinja")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    made = Environment(
        loader=PackageLoader("whereas", ""),
        autoescape=select_autoescape(disabled_extensions=("md.jinja",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["cell"] = _cell
    return made


def _cell(text: str) -> str:
    """Words in a cell of a table of Markdown, in which nothing but a line break means anything."""
    return re.sub(r"([\\|<>*`])", r"\\\1", text).replace("\n", " ")
