"""What can go wrong at the press, as one tree below DomainError. `retry` says whether the same job may succeed later.

RenderFailed
├── RenderTimeout       a program took longer than it may         retry
├── RenderMemory        a program needed more memory than it may
├── RenderInterrupted   a program was killed or its disk failed   retry
├── RenderRefused       something the press never sets was asked for, or the machine lacks a part
└── RenderConformance   what was made does not hold what a file of ours must hold
    └── RenderUnprintable   a character is in none of our fonts
"""

from service.domain.errors import N_, DomainError


class RenderFailed(DomainError):
    """`params["detail"]` is one line for the operator: what the program said, never the text of a document."""

    code = "render_failed"
    sentence = N_("The file could not be made. The text is untouched; the technical detail is: {detail}")
    retry = False

    @property
    def message(self) -> str:
        return self.sentence.format_map(self.params)


class RenderTimeout(RenderFailed):
    code = "render_timeout"
    sentence = N_("Making the file took longer than it may ({detail}). It will be tried again.")
    retry = True


class RenderMemory(RenderFailed):
    code = "render_memory"
    sentence = N_("Making the file needed more memory than it may have ({detail}).")


class RenderInterrupted(RenderFailed):
    code = "render_interrupted"
    sentence = N_("Making the file was interrupted ({detail}). It will be tried again.")
    retry = True


class RenderRefused(RenderFailed):
    code = "render_refused"
    sentence = N_("The file was not made: {detail}")


class RenderConformance(RenderFailed):
    code = "render_conformance"
    sentence = N_("The file was made and then refused, because it does not hold what it must: {detail}")


class RenderUnprintable(RenderConformance):
    code = "render_unprintable"
    sentence = N_("The text has a character that none of the print fonts has: {detail}")
