"""Three-way merge of texts, and anchors carried through a comparison."""
