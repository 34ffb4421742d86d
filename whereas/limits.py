"""How large a thing may be and how long it may take before we say so and stop."""

from __future__ import annotations

SECONDS = 30.0
"""Time for one case, unless `--time-limit` says otherwise."""

LARGEST_FILE = 4_000_000
"""Bytes of a case or a rule file."""

LARGEST_BOOK = 40_000_000
"""Bytes of all files of a book together."""
