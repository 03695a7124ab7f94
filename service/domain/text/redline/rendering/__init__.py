"""A comparison as HTML and as plain text."""
