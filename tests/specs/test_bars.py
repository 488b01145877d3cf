"""A workspace's bars: in order, and the usual ones where it sets none."""

from typing import Any

import pytest
from pydantic import ValidationError

from mci_router.specs import WorkspaceSpec
from mci_router.specs.bars import Bars, below, down
from tests.support.rows import every


def spec(**settings: Any) -> WorkspaceSpec:
    return WorkspaceSpec.model_validate({"name": "acme", "title": "Acme", **settings})


@every(
    ("settings", "bars"),
    [
        ({}, (0.80, 0.90, 0.95)),
        ({"bars": {"community": 0.99}}, (0.80, 0.90, 0.99)),
        ({"bars": {"automation": 0.97}}, (0.80, 0.97, 0.97)),
        ({"bars": {"community": 0.85}}, (0.80, 0.85, 0.85)),
        ({"bars": {"agent": 0.92}}, (0.92, 0.92, 0.95)),
        ({"certainty_threshold": 0.6}, (0.60, 0.90, 0.95)),
        ({"confidence_threshold": 0.5}, (0.50, 0.90, 0.95)),
        ({"confidence_threshold": 0.5, "certainty_threshold": 0.6}, (0.60, 0.90, 0.95)),
        ({"certainty_threshold": 0.6, "bars": {"agent": 0.6, "automation": 0.7, "community": 0.8}}, (0.60, 0.70, 0.80)),
    ],
)
def test_what_is_not_set_is_usual_and_never_below_the_one_before(
    settings: dict[str, Any], bars: tuple[float, float, float]
) -> None:
    """The older thresholds go on to mean what they meant: from which confidence a topic is suggested, and acted on."""
    assert spec(**settings).bars_in_force() == Bars(*bars)


@every(
    "settings",
    [
        {"bars": {"agent": 0.9, "automation": 0.8}},
        {"bars": {"automation": 0.99, "community": 0.9}},
        {"bars": {"agent": 0.99, "community": 0.9}},
        {"certainty_threshold": 0.7, "bars": {"agent": 0.8}},
        {"certainty_threshold": 0.9, "bars": {"community": 0.85}},
        {"confidence_threshold": 0.6, "bars": {"agent": 0.5}},
        {"bars": {"agent": 1.2}},
        {"bars": {"robot": 0.5}},
    ],
)
def test_bars_that_do_not_rise_are_refused(settings: dict[str, Any]) -> None:
    """Each outcome costs more to be wrong at than the one before."""
    with pytest.raises(ValidationError):
        spec(**settings)


def test_at_a_bar_counts_as_above_it() -> None:
    """What is below says both numbers, neither of them rounded up."""
    assert below(0.9, 0.9, "an article") is None
    assert below(0.95, 0.9499, "a post") == "confidence 0.94 is below 0.95 for a post"
    assert [down(share) for share in (0.9499, 0.95, 0.29, 1.0)] == ["0.94", "0.95", "0.29", "1.00"]
