"""Sizes of forms that carry whole texts or files."""

from service.domain.documents.word_import import MAX_FILE_BYTES

MAX_TEXT_FORM_BYTES = 24 * 1024 * 1024
"""Bytes of a form with two whole texts: URL encoding takes up to nine bytes a letter."""

MAX_WORD_FORM_BYTES = 4 * MAX_FILE_BYTES
"""Bytes of a form with a Word file: one that is too large is read far enough to be refused with its own code."""
