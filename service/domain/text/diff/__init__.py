"""Comparison of two texts: from shared passages to blocks, words and minimal edits."""
