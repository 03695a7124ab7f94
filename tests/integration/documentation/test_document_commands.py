"""The runner of commands in pages, on pages of its own."""

from pathlib import Path

import pytest

from tests.support.document_commands import PageRunner


def write_page(directory: Path, text: str) -> Path:
    page = directory / "page.md"
    page.write_text(text, encoding="utf-8")
    return page


def test_directory_variables_and_files_stay_between_blocks(tmp_path: Path) -> None:
    page = write_page(
        tmp_path,
        "```sh\nmkdir -p a\ncd a\nexport WORD='two words'\n```\n\n"
        "<!-- file: /etc/x.conf -->\n```ini\nhost = mithaq.example\n```\n\n"
        '```sh\necho "$WORD in $(basename "$PWD")"; cat /etc/x.conf\n```\n\n'
        "```text\ntwo words in a\nhost = …host\n```\n",
    )
    runner = PageRunner(tmp_path, replacements={"mithaq.example": "localhost", "/etc/": f"{tmp_path}/etc/"})
    assert runner.run(page) == []


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("```sh\nfalse\n```\n", r"page\.md:1: exit code 1"),
        ("```sh\nfalse | true\n```\n", "exit code 1"),
        ("```sh\necho one\n```\n\n```text\ntwo\n```\n", "'two' is not in the output"),
    ],
)
def test_first_block_that_does_not_work_fails(tmp_path: Path, page: str, words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        PageRunner(tmp_path).run(write_page(tmp_path, page))


def test_blocks_that_are_not_run_are_replaced_or_returned(tmp_path: Path) -> None:
    page = write_page(
        tmp_path, "<!-- not run: systemd -->\n```sh\nsystemctl start x\n```\n\n<!-- not run: apt -->\n```sh\napt\n```\n"
    )
    done: list[str] = []
    left = PageRunner(tmp_path, instead={"systemctl start x": lambda: done.append("started")}).run(page)
    assert (done, [one.reason for one in left]) == (["started"], ["apt"])
    with pytest.raises(AssertionError, match="not on the page"):
        PageRunner(tmp_path, instead={"systemctl stop x": lambda: None}).run(page)
