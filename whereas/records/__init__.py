"""Decision records: what was asked, what was answered, and evidence for it that can be checked without the solver."""
