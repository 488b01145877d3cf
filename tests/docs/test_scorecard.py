"""What a figure of the scorecard counts is said once: the page of measures has the texts of the API, word for word."""

from mci_router.insight.scorecard_measures import DEFINITIONS, Measure
from mci_router.specs.targets import TargetsSpec
from tests.docs.pages import DOCS
from tests.support.rows import every

MEASURES = (DOCS / "reference" / "measures.md").read_text(encoding="utf-8")
CONFIGURATION = (DOCS / "reference" / "configuration.md").read_text(encoding="utf-8")


@every("measure", Measure)
def test_each_measure_stands_in_the_page(measure: Measure) -> None:
    """In one row: what is counted, on which basis, and by what it can be grouped."""
    definition = DEFINITIONS[measure]
    (row,) = [line for line in MEASURES.splitlines() if line.startswith(f"| `{measure}` | {definition.counts} |")]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[2] == definition.basis
    told = {str(group) for group in definition.groups} or {"all together only"}
    assert {group.strip("` ") for group in cells[3].split(",")} == told


def test_each_target_stands_in_the_page_with_its_default() -> None:
    """As the specification has it."""
    section = CONFIGURATION.partition("\n### Targets\n")[2].partition("\nA topic")[0]
    listed: dict[str, str] = {}
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `"):
            defaults = [one.split("(")[0].strip("` ") for one in cells[1].split(",")]
            listed |= dict(zip([one.strip("` ") for one in cells[0].split(",")], defaults, strict=True))
    told = {name: info.default for name, info in TargetsSpec.model_fields.items()}
    assert {name: None if value == "null" else float(value) for name, value in listed.items()} == told
