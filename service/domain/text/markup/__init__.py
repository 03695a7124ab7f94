"""The Markdown dialect: canonical form, parser, syntax tree and tokens."""
