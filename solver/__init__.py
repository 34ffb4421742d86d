"""The solver: a checked book and a case in, answers and reasons out.

    lower ─▶ compiled ─▶ situation ─▶ verdicts ─▶ hinges, steps, sensitivity, grants ─▶ explain ─▶ assess

`text` and `emit` write the rules as an answer-set program; `run` is the one door to clingo; `walk` is a second
opinion.
"""
