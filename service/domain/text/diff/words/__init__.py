"""Comparison of two versions of one passage, word by word."""
