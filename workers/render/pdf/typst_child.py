"""The Typst child process: `python -I typst_child.py JOB.json`.

The job has the main file, root, font directories, standards and timestamp; out.pdf is written beside it. Standard
output is one JSON object: what the document reports, or `error`.
"""

import json
import sys
from pathlib import Path
from typing import Any

import typst

NO_PACKAGES = "/nonexistent"
"""A directory that does not exist: Typst packages are not available."""


def main(job_file: Path) -> int:
    """Compile the job and print the report; return the exit code."""
    job = json.loads(job_file.read_text(encoding="utf-8"))
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=job["fonts"])
    compiler = typst.Compiler(
        job["main"],
        root=job["root"],
        font_paths=fonts,
        ignore_system_fonts=True,
        package_path=NO_PACKAGES,
        package_cache_path=NO_PACKAGES,
    )
    try:
        report = compile_document(compiler, job)
    except typst.TypstError as error:
        report = {"error": error.message, "hints": list(error.hints)}
    sys.stdout.write(json.dumps(report))
    return 0


def compile_document(compiler: typst.Compiler, job: dict[str, Any]) -> dict[str, Any]:
    """Compile the document; return what it reports, with Typst's warnings."""
    _, warnings = compiler.compile_with_warnings(
        output=str(Path(job["root"]) / "out.pdf"),
        format="pdf",
        pdf_standards=job["standards"],
        timestamp=job["timestamp"],
    )
    found = json.loads(compiler.query("<found>", field="value", one=True))
    return {**found, "warnings": [warning.message for warning in warnings]}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
