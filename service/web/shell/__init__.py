"""The frame of the pages of a document: header, phase, main act, tabs."""
