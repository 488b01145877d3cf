"""Where a contact goes: what the decision says of agents who could serve it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from mci_router.outcomes import OUTCOMES
from mci_router.routing.policy.decision import choose_route
from mci_router.routing.policy.routes import Facts
from mci_router.specs import AgentSpec, QueueSpec
from mci_router.triage.matter import Matter
from mci_router.vocabulary import Cell, Channel
from tests.support.snapshots import snapshot_of

MATTER = Matter(None, False, Cell.LOW_VOLUME_HIGH_TOUCH, 0.0)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("capacity", "able"),
    [
        ({"units": 4, "channels": {"chat": 1}}, 1),
        ({"units": 3, "channels": {"chat": 1}}, 0),
        ({"units": 4, "channels": {"voice": 1}}, 0),
    ],
)
def test_agents_without_the_units_or_the_channel_are_not_counted_as_able(capacity: dict[str, Any], able: int) -> None:
    """A contact of four units that nobody could ever take says so in its reasons."""
    agent = AgentSpec.model_validate({"name": "ann", "title": "Ann", "capacity": capacity})
    queue = QueueSpec.model_validate(
        {"name": "desk", "units": 4, "catch_all": True, "service_level": {"goal": 0.8, "target_s": 20}}
    )
    route = choose_route(
        snapshot_of({"desk": queue}, agents=[agent]),
        MATTER,
        Facts(Channel.CHAT, "hello", None, (), {}),
        OUTCOMES,
        now=NOON,
    )
    assert route.reasons[-1] == f"wanted of an agent: no particular skill; {able} of 1 agents can serve it"
