"""Suggestions: a base text, the proposed text, and a decision on each hunk of their difference."""
