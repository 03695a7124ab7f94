"""HTML fragments of a parsed text."""
