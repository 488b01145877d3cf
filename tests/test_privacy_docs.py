"""`docs/explanation/what-stays-private.md` names tests that are there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "explanation" / "what-stays-private.md").read_text(encoding="utf-8")
ROWS = [row.strip("|").split("|") for row in re.findall(r"^\|.*\|$", PAGE, re.M)]
PROMISES = [
    (cells[0].strip(), cells[1].strip())
    for cells in ROWS
    if len(cells) == 2 and cells[0].strip() not in ("promise", "---")
]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def defined(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_test_that_a_promise_names_is_there() -> None:
    """A test that is renamed takes the page along; a cell has tests, or a dash where none is written yet, and nothing
    else.
    """
    assert len(PROMISES) > 20
    for promise, cell in PROMISES:
        for file, test in NAMED.findall(cell):
            assert test in defined(file), f"{promise} {file}::{test} is not there"
        assert NAMED.sub("", cell).strip() in ("", "—"), promise
        assert cell, promise


def test_every_promise_is_one_sentence() -> None:
    """So that a test can prove it."""
    for promise, _ in PROMISES:
        assert promise.endswith("."), promise
        assert promise.count(". ") == 0, promise
