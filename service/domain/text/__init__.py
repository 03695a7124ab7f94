"""Texts: parsing, structure, comparison, merging, attribution and review of canonical texts."""
