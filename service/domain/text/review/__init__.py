"""Advice to drafters: linter, translation parity and writing advice."""
