"""`docs/explanation/matrix.md` has the default ladders, and `docs/reference/measures.md` works the measures out as the
code does.
"""

import re

from mci_router.insight.service_level import ServiceLevelTally
from mci_router.specs import WorkspaceSpec
from mci_router.specs.ladders import DEFAULT_LADDERS
from mci_router.vocabulary import Modality
from tests.docs.pages import DOCS

MATRIX = (DOCS / "explanation" / "matrix.md").read_text(encoding="utf-8")
MEASURES = (DOCS / "reference" / "measures.md").read_text(encoding="utf-8")


def test_the_default_ladders_are_those_of_the_code() -> None:
    """Outcomes, limits and order."""
    drawn = dict(re.findall(r"^\| `(\w+_touch)` \| (.+) \|$", MATRIX, re.M))
    ladders = {
        cell.value: " → ".join(
            f"{rung.outcome} ({rung.limit_s:g} s)" if rung.limit_s else rung.outcome.value for rung in ladder
        )
        for cell, ladder in DEFAULT_LADDERS.items()
    }
    assert drawn == ladders


def test_the_shares_and_stays_are_the_defaults() -> None:
    """80 %, and half an hour."""
    spec = WorkspaceSpec(name="w", title="W")
    assert f"{100 * spec.high_volume_share:.0f} % of the last hour's contacts" in MATRIX
    assert spec.volume_minimum_stay_s == 1_800
    assert "for half an hour at least" in MATRIX


def test_every_modality_is_on_the_page() -> None:
    """With who reads along."""
    assert set(re.findall(r"^\| [\w, ]+ \| `(\w+)` \| .+ \|$", MATRIX, re.M)) == set(Modality)


def test_the_worked_measures_are_those_of_a_tally() -> None:
    """Of the numbers in the sentence above the table."""
    found = re.search(
        r"had (\d+) contacts: (\d+) were answered, (\d+) of them in time; (\d+) were abandoned, (\d+) within the short threshold, "
        r"(\d+) later but before the target, and (\d+) after it",
        MEASURES,
    )
    assert found
    offered, answered, in_time, abandoned, short, before, late = map(int, found.groups())
    tally = ServiceLevelTally(answered, in_time, short, before, late)
    assert (tally.offered, tally.abandoned) == (offered, abandoned)
    worked = dict(re.findall(r"^\| ([\w ]+) \| ([\d.]+) % \|$", MEASURES, re.M))
    assert worked == {
        "service level": f"{100 * (tally.service_level() or 0):.1f}",
        "strict service level": f"{100 * (tally.strict_service_level() or 0):.1f}",
        "abandonment": f"{100 * (tally.abandonment() or 0):.1f}",
    }
