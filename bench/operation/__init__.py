"""Benchmarks of what an operator sees: memory, restarts, and many documents."""
