"""docs/workforce.md, made of the rows of a run: what people wrote around it stays."""

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.side_by_side.page import facts
from benchmarks.side_by_side.services import ROOT
from benchmarks.table import Row

PAGE = ROOT / "docs/workforce.md"
BEGIN, END = "<!-- made by make bench-workforce: {} -->", "<!-- end of what is made: {} -->"
DAY = "a day"


def write(found: Mapping[str, Sequence[Row]], day: Sequence[str], command: str) -> None:
    """Writes the parts that were measured; those of other families stay as they are."""
    text = PAGE.read_text()
    for name, rows in found.items():
        text = replaced(text, name, [*list(facts(command, ""))[:2], "", *table(rows)])
    PAGE.write_text(replaced(text, DAY, day))


def replaced(text: str, name: str, lines: Sequence[str]) -> str:
    """Returns the page with other lines in the part of that name; a part that is not there is added at the end."""
    begin, end = BEGIN.format(name), END.format(name)
    made = "\n".join([begin, "", *lines, "", end])
    if begin not in text:
        return f"{text.rstrip()}\n\n{made}\n"
    before, _, rest = text.partition(begin)
    return before + made + rest.partition(end)[2]


def table(rows: Sequence[Row]) -> Iterator[str]:
    """Yields the lines of a table."""
    yield "| what | figure | goal | met? | note |"
    yield "|---|---|---|---|---|"
    for row in rows:
        met = {True: "yes", False: "**no**", None: ""}[row.met]
        yield f"| {row.what} | {row.figure} | {row.goal} | {met} | {row.note} |"
