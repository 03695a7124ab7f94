"""Errors of the file store."""

from service.domain.errors import N_, Unavailable


class FilesUnreachable(Unavailable):
    """The file backend does not answer; the file itself may be intact."""

    code = "files_away"
    sentence = N_("We cannot reach the files now. Nothing was lost. Try again in a minute.")


def file_damaged() -> Unavailable:
    """Return the error for a stored file that is missing or whose digest differs."""
    return Unavailable("file_damaged", N_("This file is damaged, so you cannot download it. Tell your administrator."))
