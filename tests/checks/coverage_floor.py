"""Holds the coverage that was last measured against its floor, `fail_under` in `pyproject.toml`. `make coverage`
measures it.

Measuring slows the suite, so it is a run of its own: what it measured before the code changed is shown, and held
against nothing.
"""

import sys
import tomllib
from io import StringIO
from pathlib import Path

from coverage import Coverage

ROOT = Path(__file__).parents[2]
DATA = ROOT / ".coverage"


def main() -> int:
    """Prints floor and coverage; 1 if the code as it stands was measured and is below."""
    floor = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["coverage"]["report"]["fail_under"]
    if not DATA.exists():
        print(f"Coverage is at least {floor} % of the lines; it was not measured here (`make coverage`).")
        return 0
    measured = Coverage(data_file=str(DATA))
    measured.load()
    share = measured.report(file=StringIO())
    if any(file.stat().st_mtime > DATA.stat().st_mtime for file in (ROOT / "src").rglob("*.py")):
        print(f"Coverage was about {share:.1f} % before the code changed, its floor is {floor} % (`make coverage`).")
        return 0
    print(f"Coverage is {share:.1f} % of the lines, its floor {floor} %.")
    return int(share < floor)


if __name__ == "__main__":
    sys.exit(main())
