"""What is said where bytes cannot be given out."""

from service.domain.errors import N_, Unavailable


class FilesUnreachable(Unavailable):
    """The place where files are kept does not answer; nothing is known of the file itself."""

    code = "files_away"
    sentence = N_("We cannot reach the files now. Nothing was lost. Try again in a minute.")


def file_damaged() -> Unavailable:
    """What is said where a file that was kept is gone or is not what was put."""
    return Unavailable("file_damaged", N_("This file is damaged, so you cannot download it. Tell your administrator."))
