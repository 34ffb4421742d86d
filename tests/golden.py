"""Sections of Markdown that hold an input and the exact words said about it, and the rewriting of those words."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

_SECTION = re.compile(r"^## +(.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^```(\w+)(?: +(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Section(Struct, frozen=True):
    """A second-level heading with its fenced blocks: (language, word after it, text)."""

    path: Path
    title: str
    blocks: tuple[tuple[str, str, str], ...]

    def text(self, language: str) -> str:
        """The block of that language, without its last line end."""
        return next((text for kind, _, text in self.blocks if kind == language), "").removesuffix("\n")


def sections(directory: Path) -> list[Section]:
    """Every section of the Markdown files of a directory."""
    return [
        Section(path, title, tuple((a, b, c) for a, b, c in _FENCE.findall(body)))
        for path in sorted(directory.glob("*.md"))
        for title, body in _SECTION.findall(path.read_text("utf-8"))
    ]


def rewrite(section: Section, language: str, text: str) -> None:
    """Put `text` into the section's block of that language; the rest of the file stays as it is."""
    whole = section.path.read_text("utf-8")
    block = f"```{language}\n{text}\n```"
    for match in _SECTION.finditer(whole):
        if match[1] == section.title:
            body = re.sub(rf"^```{language}\n.*?^```$", lambda _: block, match[2], flags=re.MULTILINE | re.DOTALL)
            section.path.write_text(whole[: match.start(2)] + body + whole[match.end(2) :], "utf-8")
