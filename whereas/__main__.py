"""`python -m whereas`."""

from whereas.cli import main

main()
