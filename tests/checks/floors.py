"""The table of floors in CONTRIBUTING.md, made from the import contract in `pyproject.toml`: `--check` fails when it
differs.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "CONTRIBUTING.md"
BEGIN, END = "<!-- made from pyproject.toml by tests/checks/floors.py -->\n", "<!-- end of what is made -->\n"


def floors() -> list[list[str]]:
    """Returns the rooms of each floor, the highest floor first."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [[room.strip() for room in layer.split("|")] for layer in layers]


def purpose(room: str) -> str:
    """Returns the first sentence of what a room says of itself."""
    place = ROOT / "src" / "mci_router" / room.replace(".", "/")
    source = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    said = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    return " ".join(said.split("\n\n")[0].split()).split(". ")[0].removesuffix(".").replace("|", "\\|")


def table() -> Iterator[str]:
    """Yields the lines of the table."""
    yield "| floor | room | what it is |"
    yield "|---|---|---|"
    for number, rooms in enumerate(all_floors := floors()):
        for room in rooms:
            yield f"| {len(all_floors) - number} | `{room}` | {purpose(room)} |"


def page(text: str) -> str:
    """Returns the page with the table as the contract has it."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n" + "\n".join(table()) + f"\n\n{END}{rest.partition(END)[2]}"


def main(arguments: list[str]) -> int:
    """Writes the page, or with `--check` compares it; 1 if it differs."""
    found = PAGE.read_text(encoding="utf-8")
    wanted = page(found)
    if "--check" not in arguments:
        PAGE.write_text(wanted, encoding="utf-8")
    elif found != wanted:
        print(f"{PAGE.name}:1: its table of floors is not what pyproject.toml says: run `make format`")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
