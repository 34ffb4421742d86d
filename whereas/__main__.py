"""`whereas`, and `python -m whereas`."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command that was typed."""
    # A command is short: looking for garbage costs more than it frees, most of all while a book is made ready.
    gc.set_threshold(500_000)
    if "typing_extensions" not in sys.modules:
        # Kept out of sight of msgspec, which then takes the same from typing: a fiftieth of a cold answer.
        sys.modules["typing_extensions"] = None  # type: ignore[assignment]
        import msgspec  # noqa: F401

        del sys.modules["typing_extensions"]
    from whereas.cli import main as command

    command()


if __name__ == "__main__":
    main()
