"""No room has more than its share of the lines: one that grows beyond it means several things by one name.

Prints the largest rooms. A room is a package; those within `routing` are rooms by themselves, and so are `schemas` and
`lua`, which hold one kind of file each.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "mci_router"
MOST = 0.12  # of the lines of Python and Lua
SHOWN = 8
OF_ROOMS = ("routing",)
BY_THEMSELVES = ("schemas", "lua")


def room_of(path: PurePosixPath) -> str:
    """Returns the room of a file, whose path begins below the package; a file that is no room's is its own."""
    parts = path.parts
    for name in BY_THEMSELVES:
        if name in parts[:-1]:
            return "/".join(parts[: parts.index(name) + 1])
    return "/".join(parts[: 2 if parts[0] in OF_ROOMS else 1])


def shares(lines: Mapping[PurePosixPath, int]) -> dict[str, float]:
    """Returns each room's share of the lines, the largest first."""
    counted = Counter[str]()
    for path, number in lines.items():
        counted[room_of(path)] += number
    return {room: number / counted.total() for room, number in counted.most_common()}


def lines_of(paths: Iterable[Path]) -> dict[PurePosixPath, int]:
    """Returns the number of lines of each file of Python or Lua."""
    return {
        PurePosixPath(path.relative_to(SOURCE).as_posix()): len(path.read_text(encoding="utf-8").splitlines())
        for path in paths
        if path.suffix in (".py", ".lua")
    }


def main() -> int:
    """Prints the largest rooms; 1 if one is too large."""
    found = shares(lines_of(SOURCE.rglob("*")))
    largest = ", ".join(f"{room} {share:.1%}" for room, share in list(found.items())[:SHOWN])
    print(f"The largest rooms, of the lines of Python and Lua: {largest}.")
    large = [room for room, share in found.items() if share > MOST]
    for room in large:
        print(f"src/mci_router/{room}:1: {found[room]:.1%} of the lines; at most {MOST:.0%}: find its second meaning")
    return int(bool(large))


if __name__ == "__main__":
    sys.exit(main())
