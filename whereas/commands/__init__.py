"""What each command does once its options are understood, a module each. Each returns the exit code."""
