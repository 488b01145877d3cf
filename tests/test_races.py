"""Everything at once: two routers, one of them killed, twenty desks that come and go, customers who leave, and the books after it."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
from redis.asyncio import Redis
from sqlalchemy import select, text
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from mci_router.clock import to_ms
from mci_router.models import Contact, Event, Offer
from mci_router.routing.engine import prefix
from mci_router.vocabulary import FINAL_STATES
from tests.routing import model
from tests.support.documents import small
from tests.support.processes import Router
from tests.support.service import Workspace, eventually
from tests.support.site import Site

SEED = 7
CONTACTS = 400
AGENTS = 20
POSTERS = 8
KILL_AFTER = 150
PATIENCE_S = 30
REOFFER_DELAY_S = 0.5
HASTE = {
    "MCI_LEASE_S": "1.5",
    "MCI_HEARTBEAT_S": "0.3",
    "MCI_REOFFER_DELAY_S": str(REOFFER_DELAY_S),
    "MCI_TIMER_INTERVAL_S": "0.05",
    "MCI_RECOVERY_INTERVAL_S": "0.5",
    "MCI_RECOVERY_AGE_S": "1",
}
UNITS = {"voice": 3, "desk": 1, "fraud_desk": 2}


def document() -> dict[str, Any]:
    """Queues with short times, and agents of whom some know billing, some fraud, and some both."""
    workspace = small()
    for queue in workspace["queues"]:
        queue |= {"units": UNITS[queue["name"]], "offer_timeout_s": 1, "wrap_up_s": 0.1 if queue["name"] == "desk" else 0}
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


@dataclass
class Fleet:
    """The routers as clients know them; one that is dead is soon avoided."""

    key: str
    urls: list[str]
    dice: random.Random
    client: httpx.AsyncClient

    async def request(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Sends a request to some router, again and elsewhere until one answers."""
        while True:
            url = self.dice.choice(self.urls)
            with suppress(httpx.TransportError):
                response = await self.client.request(method, f"{url}{path}", **request)
                if response.status_code < 500 and not (response.status_code == 409 and "in_flight" in response.text):
                    return response
            await asyncio.sleep(0.05)


@dataclass
class Desk:
    """An agent with moods: accepts, declines, lets offers pass, and loses the connection."""

    agent: str
    token: str
    fleet: Fleet
    dice: random.Random
    last: int | None = None
    shown: Counter[str] = field(default_factory=Counter)
    working_on: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)
    resumed: int = 0

    async def work(self) -> None:
        while True:
            with suppress(OSError, ConnectionClosed, InvalidHandshake, TimeoutError):
                await self._sit_down(self.dice.choice(self.fleet.urls))
            await asyncio.sleep(self.dice.choice([0.01, 0.1, 0.3]))

    async def _sit_down(self, url: str) -> None:
        address = url.replace("http", "ws") + "/v1/agent-socket" + (f"?resume={self.last}" if self.last else "")
        headers = {"Authorization": f"Bearer {self.token}"}
        async with connect(address, subprotocols=[Subprotocol("mci.v1")], additional_headers=headers, open_timeout=5) as socket:
            async for text_frame in socket:
                frame = json.loads(text_frame)
                self.last = frame.get("seq", self.last)
                await self._answer(socket, frame["type"], frame["data"])

    async def _answer(self, socket: ClientConnection, kind: str, data: dict[str, Any]) -> None:
        if kind == "hello":
            self._hear_hello(data)
            await self._say(socket, "presence.set", state="available")
            for assignment in self.working_on:
                await self._complete(socket, assignment)
        elif kind == "offer.created":
            self.shown[data["offer_id"]] += 1
            await self._answer_offer(socket, data["offer_id"])
        elif kind == "assignment.started":
            self.working_on.add(data["assignment_id"])
            await self._complete(socket, data["assignment_id"])
        elif kind == "contact.updated" and data["state"] != "assigned":
            self.working_on.discard(data["assignment_id"])
            if data["state"] == "wrapping_up" and self.dice.random() < 0.5:
                await self._say(socket, "wrap_up.done", assignment_id=data["assignment_id"])
        elif kind == "presence.changed" and data["state"] == "away":
            await self._say(socket, "presence.set", state="available")
        elif kind == "ack" and data.get("state") == "assigned":
            self.accepted.add(data["assignment_id"])

    def _hear_hello(self, data: dict[str, Any]) -> None:
        self.resumed += data["resumed"]
        if not data["resumed"]:
            self.shown.clear()
            self.working_on.clear()
            self.last = int(data["resume"]) if data["resume"] else None

    async def _answer_offer(self, socket: ClientConnection, offer: str) -> None:
        mood = self.dice.random()
        if mood < 0.7:
            await self._say(socket, "offer.accept", offer_id=offer)
        elif mood < 0.85:
            await self._say(socket, "offer.decline", offer_id=offer, reason="not now")
        elif mood < 0.95:
            socket.transport.abort()

    async def _complete(self, socket: ClientConnection, assignment: str) -> None:
        await asyncio.sleep(self.dice.random() * 0.02)
        await self._say(socket, "assignment.complete", assignment_id=assignment, disposition="solved")

    async def _say(self, socket: ClientConnection, kind: str, **data: Any) -> None:
        await socket.send(json.dumps({"type": kind, "id": kind, "data": data}))


async def test_a_busy_hour_with_a_killed_router_leaves_true_books(site: Site) -> None:
    """Every contact posted once is in the ledger once and ended once; nobody ever held more than they can; all accounts agree."""
    async with site.router(**HASTE) as survivor, site.router(**HASTE) as doomed, site.workspace(survivor, document()) as workspace:
        await eventually(lambda: _served(workspace, doomed))
        async with httpx.AsyncClient(timeout=5, headers={"Authorization": f"Bearer {workspace.key}"}) as client:
            fleet = Fleet(workspace.key, [survivor.url, doomed.url], random.Random(SEED), client)  # noqa: S311
            desks = [await _desk(workspace, fleet, number) for number in range(AGENTS)]
            at_work = [asyncio.create_task(desk.work()) for desk in desks]
            posted = await _post_all(fleet, lambda: _kill(fleet, doomed))
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
        assert set().union(*(desk.accepted for desk in desks)) <= taken, "an acceptance that was acknowledged did not happen"
        assert all(times == 1 for desk in desks for times in desk.shown.values()), "an offer was shown twice"
        assert sum(desk.resumed for desk in desks) > AGENTS


async def _served(workspace: Workspace, router: Router) -> bool:
    """Whether another router has heard of the workspace."""
    async with httpx.AsyncClient(base_url=router.url, headers={"Authorization": f"Bearer {workspace.key}"}) as client:
        return (await client.get("/v1/agents")).status_code == 200


async def _desk(workspace: Workspace, fleet: Fleet, number: int) -> Desk:
    name = f"agent_{number}"
    return Desk(name, await workspace.token(name), fleet, random.Random(SEED + number))  # noqa: S311


async def _kill(fleet: Fleet, router: Router) -> None:
    await asyncio.to_thread(router.kill)
    fleet.urls.remove(router.url)


async def _post_all(fleet: Fleet, halfway: Callable[[], Awaitable[None]]) -> dict[int, str]:
    """Posts the contacts over several connections; some customers leave again. The id that each was answered with."""
    numbers = iter(range(CONTACTS))
    posted: dict[int, str] = {}

    async def poster() -> None:
        for number in numbers:
            topic, channel = fleet.dice.choice(["complaint", "card_fraud"]), fleet.dice.choice(["chat", "chat", "voice"])
            body = {"channel": channel, "text": "help", "topic": topic, "priority": number % 3}
            answer = await fleet.request("POST", "/v1/contacts", json=body, headers={"Idempotency-Key": f"contact {number}"})
            assert answer.status_code == 201, answer.text
            posted[number] = answer.json()["id"]
            if number == KILL_AFTER:
                await halfway()
            if number % 10 == 0:
                left = await fleet.request("POST", f"/v1/contacts/{posted[number]}/abandon")
                assert left.status_code in (200, 409), left.text

    await asyncio.gather(*(poster() for _ in range(POSTERS)))
    return posted


async def _all_ended(workspace: Workspace) -> bool:
    async with workspace.database.transaction() as session:
        query = select(Contact.id).where(Contact.workspace_id == workspace.id, Contact.state.not_in(FINAL_STATES)).limit(1)
        return await session.scalar(query) is None


async def _contacts(workspace: Workspace) -> dict[str, Contact]:
    async with workspace.database.transaction() as session:
        rows = await session.scalars(select(Contact).where(Contact.workspace_id == workspace.id))
        return {row.id: row for row in rows}


async def _projected(site: Site, workspace: Workspace) -> list[dict[str, Any]]:
    """The events of the ledger in order, once they are those of the journal, one for one."""
    client: Any = Redis.from_url(site.valkey.url, decode_responses=True)

    async def alike() -> list[dict[str, Any]] | None:
        stream = await client.xrange(f"{prefix(workspace.id)}:journal")
        async with workspace.database.transaction() as session:
            events = list(await session.scalars(select(Event).where(Event.workspace_id == workspace.id).order_by(Event.id)))
        same = [event.data for event in events] == [json.loads(fields["entry"]) for _, fields in stream]
        return [event.data for event in events] if same else None

    events: list[dict[str, Any]] = await eventually(alike, PATIENCE_S)
    await client.aclose()
    return events


def _replay(events: list[dict[str, Any]], contacts: dict[str, Contact]) -> None:
    """The whole hour against the model: it refuses whatever may not happen."""
    hour = model.Model(round(REOFFER_DELAY_S * 1000))
    for agent in document()["agents"]:
        skills = {skill["skill"]: skill["proficiency"] for skill in agent["skills"]}
        hour.agents[agent["name"]] = model.Agent(agent["name"], skills, agent["capacity"]["units"], agent["capacity"]["channels"])
    for contact in contacts.values():
        assert contact.enqueued_at
        assert contact.queue
        hour.contacts[contact.id] = model.Contact(
            contact.id,
            contact.channel,
            contact.queue,
            wants={need["skill"]: need["min"] for need in contact.requirement},
            units=UNITS[contact.queue],
            age=to_ms(contact.enqueued_at) - contact.priority * 60_000,
        )
    for event in events:
        hour.replay(event)
    assert {contact.id: contact.state for contact in hour.contacts.values()} == {row.id: row.state for row in contacts.values()}
    assert len({contact.state for contact in hour.contacts.values()}) == 2
    assert all(hour.offers[fate] for fate in ("accepted", "declined", "expired", "revoked"))


async def _live_state_agrees(site: Site, workspace: Workspace, contacts: dict[str, Contact]) -> None:
    """States, agents and indexes, with nothing left over."""
    client: Any = Redis.from_url(site.valkey.url, decode_responses=True)
    name = prefix(workspace.id)
    for contact in contacts.values():
        live = await client.hgetall(f"{name}:contact:{contact.id}")
        held = live.get("agent") if live.get("assignment") else None
        assert (live["state"], held) == (contact.state, contact.agent)
        assert contact.ended_at is not None
    for number in range(AGENTS):
        agent = await client.hgetall(f"{name}:agent:agent_{number}")
        assert {field: int(value) for field, value in agent.items() if field.startswith("used")}.keys() >= {"used"}
        assert not any(int(value) for field, value in agent.items() if field.startswith("used")), agent
    left = [key async for key in client.scan_iter(f"{name}:*") if any(part in key for part in (":line:", ":waiting", ":agent_contacts:"))]
    assert left == []
    assert await client.scard(f"{name}:open") == 0
    await client.aclose()


async def _offers_agree(workspace: Workspace, events: list[dict[str, Any]]) -> None:
    """The ledger's offers are those of the journal, none of them pending, and each contact that was served was accepted once."""
    async with workspace.database.transaction() as session:
        fates = Counter(await session.scalars(select(Offer.state).where(Offer.workspace_id == workspace.id)))
        assert (
            await session.scalar(text("SELECT count(*) FROM cases WHERE status = 'open' AND workspace_id = :id"), {"id": workspace.id}) == 0
        )
    told = Counter(event["type"] for event in events)
    taken_along = sum(bool(event.get("offer")) for event in events if event["type"] == "contact.abandoned")
    assert fates == {
        "accepted": told["offer.accepted"],
        "declined": told["offer.declined"],
        "expired": told["offer.expired"],
        "revoked": told["offer.revoked"] + taken_along,
    }
    accepted = Counter(event["contact"] for event in events if event["type"] == "offer.accepted")
    assert set(accepted.values()) == {1}
