"""Hypothesis strategies: small checked books, built as trees, and people to go with them."""
