"""Everything at once: several routers, one of them killed, desks that come and go, customers who leave, and the books
after it.

Small by default; `make prove` sets PROVE to the number of contacts of the full size.
"""

import asyncio
import json
import random
from collections import Counter
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from mci_router.models import Contact, Event, Offer
from mci_router.routing.engine import prefix
from mci_router.routing.engine.connection import connect as connect_redis
from mci_router.routing.engine.live_settings import live_queue
from mci_router.specs import QueueSpec
from mci_router.vocabulary import FINAL_STATES
from tests.routing.engine import model
from tests.support.desks import Desk, Fleet
from tests.support.processes import Router
from tests.support.proof import CONTACTS, FULL
from tests.support.service import Workspace, eventually
from tests.support.site import Site
from tests.survival.stage import untaught

SEED = 7
AGENTS = min(200, max(20, CONTACTS // 100))
ROUTERS = 4 if FULL else 2
POSTERS = 8
KILL_AFTER = CONTACTS * 3 // 8
PATIENCE_S = 30 + CONTACTS / 20
REOFFER_DELAY_S, GRACE_S, WRAP_UP_S = 0.5, 4, 0.1
HASTE = {
    "MCI_LEASE_S": "1.5",
    "MCI_GRACE_S": str(GRACE_S),
    "MCI_HEARTBEAT_S": "0.3",
    "MCI_REOFFER_DELAY_S": str(REOFFER_DELAY_S),
    "MCI_TIMER_INTERVAL_S": "0.05",
    "MCI_RECOVERY_INTERVAL_S": "0.5",
    "MCI_RECOVERY_AGE_S": "1",
}
UNITS = {"voice": 3, "desk": 1, "fraud_desk": 2}
WANTS = {"complaint": {"billing": 1}, "card_fraud": {}, "voice": {}, "desk": {}, "fraud_desk": {"fraud": 3}}
"""What a topic, and what a queue, asks of an agent."""


def document() -> dict[str, Any]:
    """Queues with short times, topics that customers name, and agents of whom some know billing, some fraud, and some both."""
    workspace = untaught()
    for queue in workspace["queues"]:
        queue |= {
            "units": UNITS[queue["name"]],
            "offer_timeout_s": 1,
            "wrap_up_s": WRAP_UP_S if queue["name"] == "desk" else 0,
        }
    known = ([("billing", 3)], [("fraud", 4)], [("billing", 2), ("fraud", 3)], [("fraud", 2), ("billing", 5)])
    workspace["agents"] = [
        {
            "name": f"agent_{number}",
            "title": "An agent",
            "skills": [{"skill": skill, "proficiency": level} for skill, level in known[number % 4]],
            "capacity": {"units": 4, "channels": {"voice": 1, "chat": 3}},
        }
        for number in range(AGENTS)
    ]
    return workspace


@pytest.mark.timeout(1_200 if FULL else 120)
async def test_a_busy_hour_with_a_killed_router_leaves_true_books(site: Site) -> None:
    """Every contact posted once is in the ledger once and ended once; nobody ever held more than they can; all accounts
    agree.
    """
    async with AsyncExitStack() as stack:
        routers = [await stack.enter_async_context(site.router(**HASTE)) for _ in range(ROUTERS)]
        workspace = await stack.enter_async_context(site.workspace(routers[0], document()))
        for router in routers[1:]:
            await eventually(partial(_served, workspace, router))
        client = await stack.enter_async_context(
            httpx.AsyncClient(timeout=10, headers={"Authorization": f"Bearer {workspace.key}"})
        )
        fleet = Fleet([router.url for router in routers], random.Random(SEED), client)  # noqa: S311
        desks = [await _desk(workspace, fleet, number) for number in range(AGENTS)]
        at_work = [asyncio.create_task(desk.work()) for desk in desks]
        await eventually(partial(_heard, desks))  # else the live state is made from what has been posted already
        posted = await fleet.post_all(CONTACTS, POSTERS, KILL_AFTER, lambda: _kill(fleet, routers[-1]))
        await eventually(lambda: _all_ended(workspace), PATIENCE_S)
        for task in at_work:
            task.cancel()
        await asyncio.gather(*at_work, return_exceptions=True)
        events = await _projected(site, workspace)
        contacts = await _contacts(workspace)

        assert sorted(posted.values()) == sorted(contacts), "a contact is lost, or there twice"
        _replay(events, contacts)
        await _live_state_agrees(site, workspace, contacts)
        await _offers_agree(workspace, events)
        taken = {event["assignment"] for event in events if event["type"] == "offer.accepted"}
        assert set().union(*(desk.accepted for desk in desks)) <= taken, (
            "an acceptance that was acknowledged did not happen"
        )
        assert all(times == 1 for desk in desks for times in desk.shown.values()), "an offer was shown twice"
        assert sum(desk.resumed for desk in desks) > AGENTS / 2
        done = sum((desk.done for desk in desks), Counter[str]())
        assert done["assignment.transfer"], "nobody passed a contact on"
        assert done["line.list"], "nobody looked at the line"


async def _served(workspace: Workspace, router: Router) -> bool:
    """Whether another router has heard of the workspace."""
    async with httpx.AsyncClient(base_url=router.url, headers={"Authorization": f"Bearer {workspace.key}"}) as client:
        return (await client.get("/v1/agents")).status_code == 200


async def _desk(workspace: Workspace, fleet: Fleet, number: int) -> Desk:
    others = [f"agent_{other}" for other in range(AGENTS) if other != number]
    token = await workspace.token(f"agent_{number}")
    return Desk(f"agent_{number}", token, fleet, random.Random(SEED + number), others, ["voice", "desk", "fraud_desk"])  # noqa: S311


async def _heard(desks: list[Desk]) -> bool:
    return any(desk.last for desk in desks)


async def _kill(fleet: Fleet, router: Router) -> None:
    await asyncio.to_thread(router.kill)
    fleet.urls.remove(router.url)


async def _all_ended(workspace: Workspace) -> bool:
    async with workspace.database.transaction() as session:
        query = (
            select(Contact.id).where(Contact.workspace_id == workspace.id, Contact.state.not_in(FINAL_STATES)).limit(1)
        )
        return await session.scalar(query) is None


async def _contacts(workspace: Workspace) -> dict[str, Contact]:
    async with workspace.database.transaction() as session:
        rows = await session.scalars(select(Contact).where(Contact.workspace_id == workspace.id))
        return {row.id: row for row in rows}


async def _projected(site: Site, workspace: Workspace) -> list[dict[str, Any]]:
    """The events of the ledger in order, once they are those of the journal, one for one."""
    client: Any = connect_redis(site.valkey.url, timeout_s=5)

    async def alike() -> list[dict[str, Any]] | None:
        stream = await client.xrange(f"{prefix(workspace.id)}:journal")
        async with workspace.database.transaction() as session:
            events = list(
                await session.scalars(select(Event).where(Event.workspace_id == workspace.id).order_by(Event.id))
            )
        told, journal = [event.data for event in events], [json.loads(fields["entry"]) for _, fields in stream]
        return told if told[-len(journal) :] == journal else None  # of a long hour the journal keeps the end

    events: list[dict[str, Any]] = await eventually(alike, PATIENCE_S)
    await client.aclose()
    return events


def _replay(events: list[dict[str, Any]], contacts: dict[str, Contact]) -> None:
    """The whole hour against the model: it refuses whatever may not happen."""
    hour = model.Model(round(REOFFER_DELAY_S * 1000), GRACE_S * 1000, 5_000, strict=False)
    hour.line_of = lambda contact, queue: _line(contacts[contact.id], queue)
    spec = document()
    for queue in spec["queues"]:
        hour.configure_queue(queue["name"], live_queue(QueueSpec.model_validate(queue)))
    for agent in spec["agents"]:
        skills = {skill["skill"]: skill["proficiency"] for skill in agent["skills"]}
        hour.agents[agent["name"]] = model.Agent(
            agent["name"], skills, agent["capacity"]["units"], agent["capacity"]["channels"]
        )
    rungs = {event["contact"]: event["rung"] for event in events if "rung" in event}
    for contact in contacts.values():
        assert contact.queue
        asked = {need["skill"]: need["min"] for need in contact.requirement if need["skill"] != "tier"}
        too_late = (
            contact.rung > rungs[contact.id]
        )  # it was passed on just as it went elsewhere: the ledger alone knows of that
        assert too_late or asked == _line(contact, contact.queue).alternatives[0], "the model asks what the router asks"
        hour.contacts[contact.id] = model.Contact(contact.id, contact.channel)
    for event in events:
        hour.replay(event)
    assert {contact.id: contact.state for contact in hour.contacts.values()} == {
        row.id: row.state for row in contacts.values()
    }
    assert len({contact.state for contact in hour.contacts.values()}) == 2
    assert all(hour.offers[fate] for fate in ("accepted", "declined", "expired", "revoked"))


def _line(contact: Contact, queue: str) -> model.Line:
    assert contact.topic
    return model.Line(queue, contact.channel, UNITS[queue], (WANTS[contact.topic] | WANTS[queue],))


async def _live_state_agrees(site: Site, workspace: Workspace, contacts: dict[str, Contact]) -> None:
    """States, agents and indexes, with nothing left over."""
    client: Any = connect_redis(site.valkey.url, timeout_s=5)
    name = prefix(workspace.id)
    for contact in contacts.values():
        assert contact.ended_at is not None
        live = await client.hgetall(f"{name}:contact:{contact.id}")
        held = live.get("agent") if live.get("assignment") else None
        assert (live["state"], held) == (contact.state, contact.agent)
    for number in range(AGENTS):
        agent = await client.hgetall(f"{name}:agent:agent_{number}")
        assert {field: int(value) for field, value in agent.items() if field.startswith("used")}.keys() >= {"used"}
        assert not any(int(value) for field, value in agent.items() if field.startswith("used")), agent
    left = [
        key
        async for key in client.scan_iter(f"{name}:*")
        if any(part in key for part in (":line:", ":heads", ":agent_contacts:", ":held:"))
    ]
    assert left == []
    counted = {queue: await client.hgetall(f"{name}:queue:{queue}") for queue in UNITS}
    assert {
        queue: (counts.get("open", "0"), counts.get("waiting", "0")) for queue, counts in counted.items()
    } == dict.fromkeys(UNITS, ("0", "0"))
    await client.aclose()


async def _offers_agree(workspace: Workspace, events: list[dict[str, Any]]) -> None:
    """The ledger's offers are those of the journal, none of them pending, and each contact that was served was accepted
    once.
    """
    async with workspace.database.transaction() as session:
        fates = Counter(await session.scalars(select(Offer.state).where(Offer.workspace_id == workspace.id)))
        assert (
            await session.scalar(
                text("SELECT count(*) FROM cases WHERE status = 'open' AND workspace_id = :id"), {"id": workspace.id}
            )
            == 0
        )
    told = Counter(event["type"] for event in events)
    taken_along = sum(
        bool(event.get("offer")) for event in events if event["type"] in ("contact.abandoned", "contact.queued")
    )
    assert fates == {
        "accepted": told["offer.accepted"],
        "declined": told["offer.declined"],
        "expired": told["offer.expired"],
        "revoked": told["offer.revoked"] + taken_along,
    }
    accepted = Counter(event["contact"] for event in events if event["type"] == "offer.accepted")
    completed = {event["contact"] for event in events if event["type"] == "contact.completed"}
    assert completed <= set(accepted), "a contact was completed that nobody had accepted"
