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
    sentence = N_("The file could not be created. The text has not changed. Technical detail: {detail}")
    retry = False

    @property
    def message(self) -> str:
        return self.sentence.format_map(self.params)


class RenderTimeout(RenderFailed):
    code = "render_timeout"
    sentence = N_("Creating the file took too long ({detail}). We will try again.")
    retry = True


class RenderMemory(RenderFailed):
    code = "render_memory"
    sentence = N_("Creating the file needed too much memory ({detail}).")


class RenderInterrupted(RenderFailed):
    code = "render_interrupted"
    sentence = N_("Creating the file was interrupted ({detail}). We will try again.")
    retry = True


class RenderRefused(RenderFailed):
    code = "render_refused"
    sentence = N_("The file was not created: {detail}")


class RenderConformance(RenderFailed):
    code = "render_conformance"
    sentence = N_("The file was rejected because it was incomplete: {detail}")


class RenderUnprintable(RenderConformance):
    code = "render_unprintable"
    sentence = N_("The text has a character that our print fonts do not have: {detail}")
