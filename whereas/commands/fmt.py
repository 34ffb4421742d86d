"""`fmt`: rule files as the house writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from whereas import driver
from whereas.commands.shared import BAD_INPUT, FINDINGS, OK, as_data, show, write, write_file, write_json
from whereas.options import Settings, moved, refused


def fmt(
    given: Settings, names: Sequence[str], language: Literal["en", "zh"] | None, *, check_only: bool, in_place: bool
) -> int:
    """Rule files as the house writes them."""
    from dsl.format import format_source

    if check_only and in_place:
        raise refused(
            given.argv, "U709", "files are either checked or changed", "--write", "`--check` changes nothing",
            help="leave out `--check` or `--write`",
        )  # fmt: skip
    code = OK
    out: list[dict[str, object]] = []
    found = False
    for name in names:
        text = driver.read_input(name, "*.rules")
        if text.value is None:
            diagnostics, texts = moved(text.diagnostics, given.argv, name)
        else:
            result = format_source(text.value, "<stdin>" if name == "-" else name, language)
            diagnostics, texts = result.diagnostics, {"<stdin>" if name == "-" else name: text.value}
            if result.value is not None:
                changed = result.value != text.value
                out.append({"file": name, "changed": changed})
                if check_only:
                    code = max(code, FINDINGS if changed else OK)
                    if changed and not given.json:
                        write(f"{name}: would be changed\n")
                elif in_place and name != "-":
                    if changed:
                        write_file(given, name, result.value.encode())
                elif not given.json:
                    write(result.value)
                else:
                    out[-1]["text"] = result.value
        if diagnostics:
            code = BAD_INPUT
            if given.json:
                out.append({"file": name, "diagnostics": as_data(diagnostics, texts)})
            else:
                show(diagnostics, texts, first=not found)
                found = True
    if given.json:
        write_json({"version": 1, "files": out})
    return code
