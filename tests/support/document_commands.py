"""The commands of a Markdown page, read and run as its reader would type them.

A fenced block of the language `sh` is run by bash, in the order of the page; the working directory and exported
variables stay from block to block. Directly before a block one HTML comment may stand:

    <!-- not run: needs systemd -->     the block is not run, for this reason; a test may do something instead
    <!-- file: /etc/mithaq.env -->      the block (of any language) is what its reader writes into this file

A `text` block that follows an `sh` block at once is its output: each of its lines must appear, in this order; `…`
stands for anything.
"""

import os
import re
import shlex
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from markdown_it import MarkdownIt

TIMEOUT = 180.0
"""Seconds that one block may take."""

_MARK = re.compile(r"<!--\s*(?P<kind>not run|file):\s*(?P<value>.+?)\s*-->\s*")
_COMMENT = re.compile(r"(^|\s)#.*$", flags=re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of commands or of a file. `line` is that of its fence in the page, from 1."""

    text: str
    line: int
    reason: str = ""
    """Why it is not run."""

    file: str = ""
    """The path that it is written to."""

    output: tuple[str, ...] = ()


def read_blocks(page: str) -> list[Block]:
    """Return the blocks of commands and files of a page. Raises ValueError for a mark without its block."""
    blocks: list[Block] = []
    mark, previous = None, None
    for token in MarkdownIt().parse(page):
        if token.type == "html_block" and (found := _MARK.fullmatch(token.content)):
            mark = found
            continue
        if token.type != "fence":
            if mark and token.type.endswith("_open"):
                raise ValueError(f"no block follows {mark[0].strip()!r}")
            previous = None
            continue
        assert token.map
        kind, value = (mark["kind"], mark["value"]) if mark else ("", "")
        if token.info == "text" and previous == "sh":
            blocks[-1] = replace(blocks[-1], output=tuple(token.content.splitlines()))
        elif token.info == "sh" or kind == "file":
            reason, file = value if kind == "not run" else "", value if kind == "file" else ""
            blocks.append(Block(token.content, token.map[0] + 1, reason=reason, file=file))
        elif mark:
            raise ValueError(f"line {token.map[0] + 1}: a block that is not of the language sh is never run")
        previous, mark = token.info, None
    return blocks


def without_comments(blocks: Sequence[Block]) -> list[tuple[str, str, bool]]:
    """Return text, file and whether it is run of each block, without comments: equal in every language of a page."""
    return [
        ("\n".join(line.rstrip() for line in _COMMENT.sub("", one.text).splitlines()), one.file, not one.reason)
        for one in blocks
    ]


@dataclass
class PageRunner:
    """Runs the blocks of pages in one scratch directory.

    `replacements` are made in commands, files and paths, in this order. `instead` is called for a block that is not run
    and begins with this line. `environ` is the whole environment of the first block.
    """

    directory: Path
    replacements: Mapping[str, str] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    instead: Mapping[str, Callable[[], object]] = field(default_factory=dict)

    def run(self, page: Path) -> list[Block]:
        """Run all blocks of a page; return those that were left out. Fails at the first that does not work."""
        blocks = read_blocks(page.read_text(encoding="utf-8"))
        first_lines = {one.text.partition("\n")[0] for one in blocks if one.reason}
        assert set(self.instead) <= first_lines, f"not on the page: {set(self.instead) - first_lines}"
        return [one for one in blocks if not self._run_block(one, f"{page.name}:{one.line}")]

    def _run_block(self, block: Block, place: str) -> bool:
        if block.reason:
            act = self.instead.get(block.text.partition("\n")[0])
            if act:
                act()
            return act is not None
        if block.file:
            path = Path(self.replaced(block.file))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.replaced(block.text), encoding="utf-8")
        else:
            output = self.run_commands(block.text, place=place)
            missing = find_missing_line(output, [self.replaced(line) for line in block.output])
            assert missing is None, f"{place}: {missing!r} is not in the output:\n{output}"
        return True

    def run_commands(self, text: str, *, place: str = "") -> str:
        """Run commands; return what they print to standard output and standard error. Fails unless all succeed."""
        state = self.directory / ".shell-state"
        before = state.read_text(encoding="utf-8") if state.exists() else f"cd {shlex.quote(str(self.directory))}\n"
        after = f"{{ export -p; printf 'cd %q\\n' \"$PWD\"; }} > {shlex.quote(str(state))}\n"
        try:
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", f"{before}{self.replaced(text)}\n{after}"],
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(self.directory), **self.environ},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f"{place}: not done after {TIMEOUT:g} s\n{text}{error.output!r}") from error
        assert done.returncode == 0, f"{place}: exit code {done.returncode}\n{self.replaced(text)}\n{done.stdout}"
        return done.stdout

    def replaced(self, text: str) -> str:
        """Return `text` with the names and addresses of this run."""
        for old, new in self.replacements.items():
            text = text.replace(old, new)
        return text


def find_missing_line(output: str, expected: Sequence[str]) -> str | None:
    """Return the first of the expected lines that does not follow those before it in `output`; None if all do."""
    printed = iter(output.splitlines())
    for line in expected:
        pattern = re.compile(".*".join(map(re.escape, line.strip().split("…"))))
        if not any(pattern.search(one) for one in printed):
            return line
    return None
