"""Certificates at work: who may take what follows from them, also for those who wait already."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from tests.support.documents import small
from tests.support.problems import assert_problem
from tests.support.rows import every
from tests.support.service import TestDesk, Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]

ALWAYS = {"gates": [{"score": 0.85}]}


def gated(**certificate: Any) -> dict[str, Any]:
    """The small workspace, whose skill `fraud` asks for a certificate."""
    document = small()
    document["skills"] = [{"name": "fraud", "certificate": certificate or ALWAYS}, {"name": "billing"}]
    return document


@pytest.fixture
async def gates(make: Make) -> Workspace:
    """A workspace with a skill that asks for a certificate."""
    return await make(gated())


async def grant(workspace: Workspace, score: float = 0.9, **body: Any) -> dict[str, Any]:
    wanted = {"agent": "fred", "skill": "fraud", "score": score, **body}
    response = await workspace.api.post("/v1/coaching/certificates", json=wanted)
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


async def listed(workspace: Workspace, **query: Any) -> dict[str, Any]:
    response = await workspace.api.get("/v1/coaching/certificates", params=query)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def stolen(workspace: Workspace) -> str:
    """A contact that only somebody with `fraud` may take."""
    return str((await workspace.post("my card was stolen", topic="card_fraud"))["id"])


async def offered(desk: TestDesk, contact: str) -> None:
    offer = await desk.expect("offer.created")
    assert offer["contact"]["id"] == contact


async def in_days(workspace: Workspace, days: int) -> None:
    """Lets days pass: what was granted becomes older by them."""
    older = "UPDATE agent_certificates SET granted_on = granted_on - CAST(:d AS integer), expires_on = expires_on - CAST(:d AS integer)"
    async with workspace.database.transaction() as session:
        await session.execute(text(f"{older} WHERE workspace_id = :w"), {"d": days, "w": workspace.id})


async def test_nobody_is_offered_what_they_are_not_certified_for(make: Make) -> None:
    """Without a certificate the contact waits; it is offered at once when one is granted, to who waits already."""
    workspace = await make(gated())
    async with workspace.desk("fred") as fred:
        contact = await stolen(workspace)
        assert await fred.silent("offer.created")
        assert (await workspace.contact(contact))["state"] == "queued"
        standing = await grant(workspace)
        assert (standing["has"], standing["state"], standing["needed"]) == (True, "holds", 0.85)
        await offered(fred, contact)


async def test_a_score_that_is_not_enough_changes_nothing(make: Make) -> None:
    """A certificate is not a skill: its score has to be that of the gate."""
    workspace = await make(gated())
    assert (await grant(workspace, 0.84))["state"] == "score_too_low"
    async with workspace.desk("fred") as fred:
        await stolen(workspace)
        assert await fred.silent("offer.created")


async def test_a_certificate_that_is_taken_back_takes_the_offer_back(make: Make) -> None:
    """No offer outlives the rule that allowed it; the contact waits for somebody who may take it."""
    workspace = await make(gated())
    granted = await grant(workspace)
    async with workspace.desk("fred") as fred:
        contact = await stolen(workspace)
        await offered(fred, contact)
        path = f"/v1/coaching/certificates/{granted['latest']['id']}"
        assert (await workspace.api.delete(path)).status_code == 204
        await fred.expect("offer.revoked")
        assert (await workspace.api.delete(path)).status_code == 204, "it is idempotent"
        assert await fred.silent("offer.created")
    assert (await listed(workspace))["items"][0]["state"] == "missing"
    actions = [one["action"] for one in (await workspace.api.get("/v1/audit")).json()["items"]]
    assert actions.count("certificate.revoked") == 1
    assert actions.count("certificate.granted") == 1


async def test_a_day_on_which_a_certificate_lapses_is_followed(make: Make, service: tuple[str, Parts]) -> None:
    """Nobody changes anything: the loop finds that the day has changed who may take what."""
    workspace, parts = await make(gated(gates=[{"score": 0.85}], valid_days=30)), service[1]
    await grant(workspace)
    before = await parts.snapshots.get(workspace.id)
    assert [has.skill for has in before.agents["fred"].skills] == ["fraud"]
    async with workspace.desk("fred") as fred:
        contact = await stolen(workspace)
        await offered(fred, contact)
        await in_days(workspace, 30)
        _midnight(parts, workspace)
        await fred.expect("offer.revoked")

        async def follows() -> bool:
            now = await parts.snapshots.get(workspace.id)
            return not now.agents["fred"].skills

        await eventually(follows)
        assert await fred.silent("offer.created")
        await grant(workspace)
        await offered(fred, contact)


def _midnight(parts: Parts, workspace: Workspace) -> None:
    """Has this process know of the day before only, as it is at midnight."""
    snapshot = parts.snapshots._cached[workspace.id]
    assert snapshot.day is not None
    month = timedelta(days=30)
    aged = [
        replace(one, granted_on=one.granted_on - month, expires_on=one.expires_on - month)
        for one in snapshot.certificates
    ]
    yesterday = snapshot.day - timedelta(days=1)
    parts.snapshots._cached[workspace.id] = replace(snapshot, certificates=tuple(aged), day=yesterday)


async def test_who_is_about_to_lapse_is_listed(make: Make) -> None:
    """Those without first, then those who will be without the soonest; others are left out."""
    document = gated(gates=[{"score": 0.85}], valid_days=30)
    room = document["agents"][1]["capacity"]
    document["agents"] += [
        {"name": name, "title": name, "capacity": room, "skills": [{"skill": "fraud"}]} for name in ("gil", "hal")
    ]
    workspace = await make(document)
    today = date.fromisoformat((await listed(workspace))["day"])
    await grant(workspace, granted_on=(today - timedelta(days=25)).isoformat())
    await grant(workspace, agent="gil")
    everybody = await listed(workspace)
    assert [(one["agent"], one["state"]) for one in everybody["items"]] == [
        *(("hal", "missing"), ("fred", "holds"), ("gil", "holds"))
    ]
    soon = await listed(workspace, lapsing_within_days=7)
    assert [one["agent"] for one in soon["items"]] == ["hal", "fred"]
    assert soon["items"][1]["without_from"] == (today + timedelta(days=5)).isoformat()
    assert (await listed(workspace, limit=1))["left_out"] == 2
    assert [one["agent"] for one in (await listed(workspace, agent="gil"))["items"]] == ["gil"]


@every(
    ("body", "slug"),
    [
        ({"agent": "nobody"}, "unknown_agent"),
        ({"skill": "nothing"}, "unknown_skill"),
        ({"skill": "billing"}, "invalid_request"),
        ({"score": 90}, "invalid_request"),
        ({"granted_on": "2199-01-01"}, "invalid_request"),
        ({"granted_on": 5}, "invalid_request"),
    ],
)
async def test_what_cannot_be_granted_is_refused(gates: Workspace, body: dict[str, Any], slug: str) -> None:
    """With what is wrong, and nothing is kept."""
    wanted = {"agent": "fred", "skill": "fraud", "score": 0.9, **body}
    assert_problem(await gates.api.post("/v1/coaching/certificates", json=wanted), 422, slug)
    assert [one["state"] for one in (await listed(gates))["items"]] == ["missing"]


async def test_an_agent_who_is_made_again_has_no_certificate(make: Make) -> None:
    """Certificates are of a person, not of a name."""
    workspace = await make(gated())
    await grant(workspace)
    fred = (await workspace.api.get("/v1/agents/fred")).json()
    assert (await workspace.api.delete("/v1/agents/fred")).status_code == 204
    body = {name: fred[name] for name in ("title", "skills", "capacity")}
    assert (await workspace.api.put("/v1/agents/fred", json=body)).status_code == 200
    assert (await listed(workspace, agent="fred"))["items"][0]["state"] == "missing"
