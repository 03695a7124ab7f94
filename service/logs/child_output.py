"""What `mithaq up` does with the output of its processes.

A line in a format of ours goes on as it is. Anything else, such as what an interpreter prints when it breaks down,
becomes the message of a line.
"""

import json
import logging
import re
import sys
from contextlib import suppress

log = logging.getLogger("mithaq.process")

_FORMATTED = re.compile(
    r"(?:<[2-7]>|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z )[A-Z]+ [a-z-]+ \[[A-Za-z0-9_-]+\] [\w.]+: "
)

_FIRST_KEYS = ["time", "level", "part", "request", "logger", "message"]


def forward_line(part: str, line: str) -> None:
    """Write one line of the output of the process `part` to standard error."""
    if is_formatted(line):
        with suppress(BrokenPipeError):
            sys.stderr.write(line + "\n")
    else:
        log.info("%s", line, extra={"part": part})


def is_formatted(line: str) -> bool:
    """Whether `line` is a log line of ours."""
    if not line.startswith("{"):
        return _FORMATTED.match(line) is not None
    try:
        return list(json.loads(line))[: len(_FIRST_KEYS)] == _FIRST_KEYS
    except ValueError:
        return False
