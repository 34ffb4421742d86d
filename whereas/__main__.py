"""`whereas`, and `python -m whereas`."""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command that was typed."""
    # A command is short: looking for garbage costs more than it frees, most of all while modules are imported.
    gc.set_threshold(200_000)
    from whereas.cli import main as command

    command()


if __name__ == "__main__":
    main()
