"""The language: text in, checked book out; and case files. Knows nothing of the solver and reads no files.

text ─lexer─▶ tokens ─parse─▶ lines ─declare, expressions─▶ model.Book ─checks─▶
"""
