"""`python -m benchmarks.workforce`: measures, and prints tables; with `--write`, writes docs/workforce.md."""

import argparse
import sys

from benchmarks.table import Row
from benchmarks.workforce import bank_day, page
from benchmarks.workforce.families import FAMILIES, family


def main() -> None:
    """Measures the families that are asked for, and walks through a day."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("families", nargs="*", choices=[*FAMILIES, []], help="all unless some are named")
    options.add_argument("--write", action="store_true", help=f"write what is found to {page.PAGE.name}")
    chosen = options.parse_args()
    found: dict[str, list[Row]] = {}
    for name in chosen.families or FAMILIES:
        found[name] = []
        for row in family(name)():
            met = {True: "met", False: "NOT MET", None: ""}[row.met]
            print(f"{row.what:64} {row.figure:>10}  {row.goal:44} {met:8} {row.note}", flush=True)
            found[name].append(row)
    day = bank_day.lines()
    print("\n".join(day))
    if chosen.write:
        page.write(found, day, " ".join(["python -m benchmarks.workforce", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
