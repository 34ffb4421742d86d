"""Figures: `make bench`. Ratios within one run; absolute times differ from machine to machine."""
