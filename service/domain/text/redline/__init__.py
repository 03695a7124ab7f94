"""The redline of two texts, and its renderings."""
