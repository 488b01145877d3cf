"""A surge proposes an incident, with what its contacts have in common; it declares one only where the workspace says
so.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.clock import utc_now
from mci_router.incidents.proposing import propose
from mci_router.incidents.store import MOST_AT_ONCE
from mci_router.models import Incident
from mci_router.volume.keeping import rules_of
from mci_router.volume.surges import Surge
from tests.support.incidents import act, incident, read, with_services
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]
STATUS = {"en": "We know, and work on it."}


@pytest.fixture
def parts(service: tuple[str, Parts]) -> Parts:
    return service[1]


def surge(topic: str | None = "sign_in") -> Surge:
    return Surge(topic, utc_now() - timedelta(minutes=5), 2.5, 60, 1e-12)


async def proposed(parts: Parts, workspace: Workspace, topic: str | None = "sign_in") -> Incident | None:
    snapshot = await parts.snapshots.get(workspace.id)
    async with parts.database.transaction() as session:
        return await propose(session, snapshot, surge(topic))


async def flood(workspace: Workspace, how_many: int = 6, **context: Any) -> list[str]:
    posts = (
        workspace.post(
            "I cannot sign in, error from the Gateway again", topic="sign_in", context={"region": "North", **context}
        )
        for _ in range(how_many)
    )
    return [contact["id"] for contact in await asyncio.gather(*posts)]


async def test_a_surge_proposes_an_incident_with_its_evidence(make: Make, parts: Parts) -> None:
    """The words that its contacts have beyond the topic's examples, their service and region, contacts to read; it
    answers nobody yet.
    """
    workspace = await make(with_services())
    contacts = await flood(workspace, service="Accounts")
    await workspace.post("how do I set up my voicemail", topic="how_to", context={"region": "south"})
    made = await proposed(parts, workspace)
    assert made is not None
    found = await read(workspace, made.id)
    assert (found["state"], found["source"], found["topics"]) == ("proposed", "surge", ["sign_in"])
    assert (found["services"], found["regions"]) == (["accounts"], ["north"])
    evidence = found["evidence"]
    assert {"gateway", "error"} <= set(evidence["words"])
    assert (evidence["seen"], evidence["expected"], evidence["regions"]) == (60, 2.5, {"north": 6})
    assert len(evidence["examples"]) == 5
    assert set(evidence["examples"]) <= set(contacts)
    assert "Cannot sign in" in found["title"]
    assert (await workspace.post(topic="sign_in", context={"region": "north"}))["route"]["outcome"] == "automation"


async def test_a_surge_proposes_one_incident_however_often_it_is_seen(make: Make, parts: Parts) -> None:
    """By any process, while it is proposed or open; nor one of a topic that an open incident covers already."""
    workspace = await make(with_services())
    made = [one for one in await asyncio.gather(*(proposed(parts, workspace) for _ in range(4))) if one]
    assert len(made) == 1
    await act(workspace, made[0].id, "declare", status=STATUS)
    assert await proposed(parts, workspace) is None
    await incident(workspace, topics=[], services=["voicemail", "apps"])
    assert await proposed(parts, workspace, "how_to") is None


async def test_no_surge_of_a_sensitive_topic_or_of_all_topics_proposes_one(make: Make, parts: Parts) -> None:
    """Nor of one that is gone."""
    workspace = await make(with_services())
    for topic in ("card_fraud", None, "gone"):
        assert await proposed(parts, workspace, topic) is None


async def test_a_dismissed_surge_is_quiet_for_an_hour(make: Make, parts: Parts) -> None:
    """And a fixed one while its last contacts come in."""
    workspace = await make(with_services())
    made = await proposed(parts, workspace)
    assert made is not None
    await act(workspace, made.id, "dismiss")
    assert await proposed(parts, workspace) is None
    await _earlier(workspace, "dismissed_at", "61 minutes")
    again = await proposed(parts, workspace)
    assert again is not None
    await act(workspace, again.id, "declare", status=STATUS)
    await act(workspace, again.id, "fix")
    assert await proposed(parts, workspace) is None
    await _earlier(workspace, "fixed_at", "16 minutes")
    assert await proposed(parts, workspace) is not None


async def _earlier(workspace: Workspace, column: str, by: str) -> None:
    async with workspace.database.transaction() as session:
        await session.execute(
            text(f"UPDATE incidents SET {column} = {column} - interval '{by}' WHERE workspace_id = :id"),
            {"id": workspace.id},
        )


@pytest.mark.parametrize(
    ("spec", "state"),
    [
        ({"declare_incidents": True, "incident_status": STATUS}, "open"),
        ({"declare_incidents": True}, "proposed"),
        ({"incident_status": STATUS}, "proposed"),
    ],
)
async def test_it_is_declared_by_itself_only_where_the_workspace_allows_it(
    make: Make, parts: Parts, spec: dict[str, Any], state: str
) -> None:
    """And has words for it."""
    workspace = await make(with_services(**spec))
    made = await proposed(parts, workspace)
    assert made is not None
    found = await read(workspace, made.id)
    assert (found["state"], found["status"]) == (state, STATUS if state == "open" else {})


async def test_incidents_are_bounded(make: Make, parts: Parts) -> None:
    """A workspace with as many as it may have gets no further ones, by people or by surges."""
    workspace = await make(with_services())
    await incident(workspace, topics=["how_to"], declare=False)
    async with workspace.database.transaction() as session:
        query = """
            INSERT INTO incidents SELECT copy.* FROM incidents i, generate_series(2, CAST(:most AS int)) AS n,
              jsonb_populate_record(i, jsonb_build_object('id', 'inc_' || lpad(to_hex(n), 32, '0'), 'untold', '[]'::jsonb)) AS copy
            WHERE i.workspace_id = :id
        """
        await session.execute(text(query), {"most": MOST_AT_ONCE, "id": workspace.id})
    response = await workspace.api.post("/v1/incidents", json={"title": "One more", "topics": ["sign_in"]})
    assert (response.status_code, response.json()["type"]) == (409, "/problems/too_many_incidents")
    assert await proposed(parts, workspace) is None


async def test_a_surge_without_a_past_is_only_proposed(make: Make, parts: Parts) -> None:
    """Also where incidents are declared by themselves; the evidence says why."""
    workspace = await make(with_services(declare_incidents=True, incident_status=STATUS))
    snapshot = await parts.snapshots.get(workspace.id)
    async with parts.database.transaction() as session:
        made = await propose(session, snapshot, replace(surge(), cold=True))
    assert made is not None
    found = await read(workspace, made.id)
    assert (found["state"], found["evidence"]["held_back"]) == ("proposed", "no_past")


async def test_what_is_declared_by_itself_covers_no_more_together_than_one_may(make: Make, parts: Parts) -> None:
    """Two of four topics, as for a single one; the third waits for a person. One that a region tells apart is not
    counted.
    """
    document = with_services(declare_incidents=True, incident_status=STATUS)
    document["topics"] = [
        {"name": name, "title": name, "services": []} for name in ("sign_in", "how_to", "complaint", "billing")
    ]
    document["articles"] = []
    workspace = await make(document)
    await flood(workspace)  # who cannot sign in says the region
    states = {}
    for topic in ("sign_in", "how_to", "complaint", "billing"):
        made = await proposed(parts, workspace, topic)
        assert made is not None
        found = await read(workspace, made.id)
        states[topic] = (found["state"], found["evidence"]["held_back"])
    assert states == {
        "sign_in": ("open", None),
        "how_to": ("open", None),
        "complaint": ("open", None),
        "billing": ("proposed", "covers_most"),
    }


async def test_a_new_workspaces_first_contacts_are_traffic(make: Make, parts: Parts) -> None:
    """Spread over all topics they are no incident, although the workspace has its incidents declared: nobody hears of
    one.
    """
    document = with_services(declare_incidents=True, incident_status=STATUS)
    names = [f"topic_{number}" for number in range(6)]
    document["topics"] = [{"name": name, "title": name, "services": []} for name in names]
    document["articles"] = []
    workspace = await make(document)
    posts = [workspace.post("hello", topic=name) for _ in range(30) for name in names]
    answers = await asyncio.gather(*posts)
    assert {answer["route"]["outcome"] for answer in answers}.isdisjoint({"incident"})

    async def counted() -> bool:
        return parts.meter.contacts(workspace.id) == len(posts)

    await eventually(counted)
    assert [found.topic for found in await parts.meter.surges(workspace.id)] == []
    await parts.meter.read(workspace.id, rules_of(await parts.snapshots.get(workspace.id)))
    assert [found.topic for found in await parts.meter.surges(workspace.id)] == []
    assert (await workspace.api.get("/v1/incidents")).json()["items"] == []
