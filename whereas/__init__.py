"""Front ends of Whereas: the command line and the reports. Thin: meaning lives in `dsl` and `solver`."""
