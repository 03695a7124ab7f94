"""Texts, instances and child programs that several benchmarks use."""
