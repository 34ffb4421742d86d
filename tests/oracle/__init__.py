"""The independent evaluator, written from docs/semantics.md alone; it shares no code with the solver."""
