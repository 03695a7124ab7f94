"""Provisions: outline, numbering, references and citations of instruments."""
