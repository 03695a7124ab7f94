"""Recorder of the modules of the service that a request enters, by `sys.settrace`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).parents[2]
SOURCES = tuple(f"{ROOT / name}{os.sep}" for name in ("service", "workers"))
"""Directories whose modules are recorded."""

AUTHORIZATIONS = {("service.actions.authorization", name) for name in ("load_document", "load_round")}
"""Functions that decide access to a document; each reads it from the database."""


@dataclass
class Recorder:
    """Records calls while `active`.

    `modules` are in the order in which a function of theirs was first called; `authorizations` is how often access to
    a document was decided.
    """

    active: bool = False
    modules: dict[str, None] = field(default_factory=dict)
    authorizations: int = 0

    def trace(self, frame: FrameType, event: str, _: object) -> None:
        """Record a call: a trace function for `sys.settrace` that never traces lines."""
        if self.active and event == "call" and frame.f_code.co_name != "<module>":
            path = frame.f_code.co_filename
            if path.startswith(SOURCES) and path.endswith(".py"):
                module = path[len(str(ROOT)) + 1 :].removesuffix(".py").replace(os.sep, ".").removesuffix(".__init__")
                self.modules.setdefault(module)
                self.authorizations += (module, frame.f_code.co_name) in AUTHORIZATIONS

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record calls inside the block, in any thread."""
        self.modules.clear()
        self.authorizations = 0
        self.active = True
        try:
            yield
        finally:
            self.active = False


RECORDER = Recorder()
