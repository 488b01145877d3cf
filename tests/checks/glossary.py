"""The glossary, made from the words in `vocabulary.py`: `--check` fails when `docs/reference/glossary.md` differs."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
VOCABULARY = ROOT / "src" / "mci_router" / "vocabulary.py"
PAGE = ROOT / "docs" / "reference" / "glossary.md"

HEAD = """\
# Glossary

The words of the field as the code, the API and these pages use them, each with one meaning.
This page is made from `vocabulary.py` by `python tests/checks/glossary.py`: change the words there.

"""


class Meaningless(Exception):
    """A word has no meaning: its message says which, and where."""


def words(enum: ast.ClassDef) -> Iterator[tuple[int, str, str]]:
    """Yields the members of an enumeration: line, value, and the docstring below it, or ""."""
    for statement, below in zip(enum.body, [*enum.body[1:], None], strict=True):
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            yield statement.lineno, str(statement.value.value), _text(below)


def _text(statement: ast.stmt | None) -> str:
    literal = statement.value if isinstance(statement, ast.Expr) else None
    return " ".join(str(literal.value).split()) if isinstance(literal, ast.Constant) else ""


def section(enum: ast.ClassDef) -> str:
    """Returns the section of one enumeration. Raises Meaningless."""
    about = " ".join((ast.get_docstring(enum) or "").split()).replace(". ", ".\n")  # one sentence a line
    members = list(words(enum))
    for line, word, meaning in members:
        if not meaning:
            raise Meaningless(
                f"{VOCABULARY.relative_to(ROOT)}:{line}: {word} has no docstring below it that says what it means"
            )
    rows = "\n".join(f"| `{word}` | {meaning} |" for _, word, meaning in members)
    return f"## {enum.name}\n\n{about}\n\n| word | meaning |\n|---|---|\n{rows}\n"


def glossary(source: str) -> str:
    """Returns the page for a vocabulary. Raises Meaningless."""
    enums = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    return HEAD + "\n".join(section(enum) for enum in sorted(enums, key=lambda enum: enum.name))


def main(arguments: list[str]) -> int:
    """Writes the page, or with `--check` compares it; 1 if it differs or a word has no meaning."""
    try:
        page = glossary(VOCABULARY.read_text(encoding="utf-8"))
    except Meaningless as fault:
        print(fault)
        return 1
    if "--check" not in arguments:
        PAGE.write_text(page, encoding="utf-8")
        return 0
    same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page
    where = PAGE.relative_to(ROOT)
    print(f"{where} is up to date." if same else f"{where} is out of date: run `python tests/checks/glossary.py`.")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
