"""Blocks of commands, as the pages mark them."""

import pytest

from tests.support.document_commands import Block, find_missing_line, read_blocks, without_comments

PAGE = """# Title

```sh
one   # a comment
```

```text
1 … done
```

Words.

```text
not an output
```

1. A list

   <!-- not run: needs root -->
   ```sh
   two
   ```

<!-- file: /etc/three.ini -->
```ini
[three]
```

```json
{}
```
"""


def test_blocks_have_their_marks_and_output() -> None:
    assert read_blocks(PAGE) == [
        Block("one   # a comment\n", 3, output=("1 … done",)),
        Block("two\n", 20, reason="needs root"),
        Block("[three]\n", 25, file="/etc/three.ini"),
    ]


def test_comments_may_differ_between_languages_and_commands_may_not() -> None:
    other = PAGE.replace("# a comment", "# تعليق").replace("needs root", "يحتاج إلى root")
    assert without_comments(read_blocks(other)) == without_comments(read_blocks(PAGE))
    assert without_comments(read_blocks(PAGE.replace("two", "2"))) != without_comments(read_blocks(PAGE))


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<!-- not run: why -->\n\nWords.\n", "no block follows"),
        ("<!-- not run: why -->\n```ini\n```\n", "never run"),
    ],
)
def test_mark_without_its_block_is_rejected(page: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_blocks(page)


def test_output_lines_must_appear_in_order() -> None:
    assert find_missing_line("a\nsaved to /x/1.\nb\n", ["saved to ….", "b"]) is None
    assert find_missing_line("b\na\n", ["a", "b"]) == "b"
