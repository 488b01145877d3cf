"""Every subscriber gets each update exactly once, whichever process sends it, dies at it, or comes late."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.clock import to_ms, utc_now
from mci_router.incidents.informing import Informing
from mci_router.lifecycle.rebuilding import Rebuilding
from mci_router.models import IncidentSubscription
from mci_router.routing.calls import Status
from mci_router.routing.engine import prefix
from mci_router.routing.engine.incidents import News
from tests.support.incidents import act, incident, informed, read, until_informed, until_told, with_services
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]
MANY = 40


@pytest.fixture
async def down(make: Make) -> Workspace:
    return await make(with_services())


@pytest.fixture
def parts(service: tuple[str, Parts]) -> Parts:
    return service[1]


def informing(parts: Parts, batch: int = 7) -> Informing:
    """Of one process more."""
    return Informing(parts.database, parts.engine, parts.snapshots, batch=batch)


async def answered(workspace: Workspace, how_many: int = 1) -> list[str]:
    posts = (workspace.post(topic="sign_in") for _ in range(how_many))
    return [contact["id"] for contact in await asyncio.gather(*posts)]


def news(contact: str, update: int = 1, kind: str = "status") -> News:
    return News(contact, update, kind, "we work on it", None, None)


async def test_several_processes_at_once_tell_each_customer_once(down: Workspace, parts: Parts) -> None:
    """Of a status and of the fix, in this order."""
    made = await incident(down)
    contacts = await answered(down, MANY)
    await act(down, made["id"], "updates", status={"en": "Soon."})
    await act(down, made["id"], "fix")
    await asyncio.gather(*(informing(parts).turn() for _ in range(3)))
    found = await until_informed(down, made["id"])
    assert (found["subscribers"], found["informed"]) == (MANY, MANY)
    for contact in contacts:
        assert [(one["update"], one["kind"]) for one in await until_told(down, contact, 2)] == [
            (1, "status"),
            (2, "fixed"),
        ]


async def test_a_process_that_died_after_telling_has_told(down: Workspace, parts: Parts) -> None:
    """The ledger does not know it yet: the live state does."""
    made = await incident(down)
    first, second = await answered(down, 2)
    assert await parts.engine.inform(down.id, made["id"], [news(first)]) == [Status.OK]
    await act(down, made["id"], "updates", status={"en": "Soon."})
    assert (await until_informed(down, made["id"]))["informed"] == 2
    for contact in (first, second):
        assert len(await until_told(down, contact, 1)) == 1


async def test_what_a_dead_process_has_claimed_is_free_again(down: Workspace, parts: Parts) -> None:
    """While it hangs the others tell everybody else and go on looking; when it is gone they tell the rest."""
    made = await incident(down)
    contacts = sorted(await answered(down, 12))
    claim = text("SELECT FROM incident_subscriptions WHERE contact_id = ANY(:contacts) FOR UPDATE")
    async with down.database.transaction() as hanging:
        await hanging.execute(claim, {"contacts": contacts[:5]})
        await act(down, made["id"], "fix")
        for contact in contacts[5:]:
            assert len(await until_told(down, contact, 1)) == 1
        await informing(parts).turn()
        (update,) = (await read(down, made["id"]))["updates"]
        assert update["finished_at"] is None
        assert [await informed(down, contact) for contact in contacts[:5]] == [[]] * 5
        await hanging.rollback()
    assert (await until_informed(down, made["id"]))["informed"] == 12
    for contact in contacts:
        assert [one["kind"] for one in await until_told(down, contact, 1)] == ["fixed"]


async def test_a_contact_without_a_place_is_told_when_it_has_one(down: Workspace, parts: Parts) -> None:
    """As after a failover that lost it: it is placed again first, and nobody is forgotten."""
    made = await incident(down)
    (contact,) = await answered(down)
    assert await parts.engine.client.delete(f"{prefix(down.id)}:contact:{contact}")
    await parts.engine.client.hdel(f"{prefix(down.id)}:workspace", "mark")  # another server has another memory
    await act(down, made["id"], "fix")
    assert [one["kind"] for one in await until_told(down, contact, 1)] == ["fixed"]


async def test_who_subscribes_while_everybody_is_told_is_told_too(down: Workspace) -> None:
    """The contact was answered before the fix, and is committed after all others were told of it."""
    made = await incident(down)
    late, _ = await answered(down, 2)
    async with down.database.transaction() as session:
        subscription = await session.get_one(IncidentSubscription, late)
        await session.delete(subscription)
    await act(down, made["id"], "fix")
    assert (await until_informed(down, made["id"]))["informed"] == 1
    async with down.database.transaction() as session:
        session.add(
            IncidentSubscription(
                contact_id=late,
                workspace_id=down.id,
                incident_id=made["id"],
                topic="sign_in",
                subscribed_at=utc_now(),
                settled_update=0,
            )
        )
    assert [one["kind"] for one in await until_told(down, late, 1)] == ["fixed"]


async def test_ended_and_moved_contacts_are_told_nothing(down: Workspace, parts: Parts) -> None:
    """The live state says so, whatever the ledger knows yet; a contact that nobody knows is unknown."""
    made = await incident(down)
    ended, moved = await answered(down, 2)
    await down.api.post(f"/v1/contacts/{ended}/abandon")
    await down.api.post(f"/v1/contacts/{moved}/unresolved")
    fates = await parts.engine.inform(down.id, made["id"], [news(contact) for contact in (ended, moved, "con_none")])
    assert fates == [Status.CLOSED, Status.WRONG_STATE, Status.UNKNOWN]
    assert await informed(down, ended) == []


async def test_a_rebuilt_live_state_keeps_who_is_answered_and_when_they_are_resolved(
    down: Workspace, parts: Parts
) -> None:
    """The contact stands before its ladder, the time for objections runs on, and nobody is told again."""
    made = await incident(down)
    (contact,) = await answered(down)
    await act(down, made["id"], "fix")
    await until_informed(down, made["id"])
    await until_told(down, contact, 1)
    timer = f"rung:{contact}"
    before = await parts.engine.client.zscore(f"{prefix(down.id)}:timers", timer)
    await Rebuilding(parts.database, parts.engine, parts.snapshots).again(down.id)
    live = await parts.engine.contact(down.id, contact)
    assert live
    assert (live.state, live.outcome, live.rung) == ("automating", "incident", -1)
    after = await parts.engine.client.zscore(f"{prefix(down.id)}:timers", timer)
    assert abs(after - before) <= 1
    assert before > to_ms(utc_now())
    await informing(parts).inform((down.id, made["id"]))
    assert len(await informed(down, contact)) == 1
    assert (await down.api.post(f"/v1/contacts/{contact}/still_broken")).status_code == 200


async def test_what_becomes_of_an_incident_is_journalled_once(down: Workspace, parts: Parts) -> None:
    """In words, without its title; a process that died before it noted that it has told is followed by one that tells
    again.
    """
    made = await incident(down, regions=["north"])
    await act(down, made["id"], "fix")
    rows = await eventually(lambda: _journalled(down, 3))
    assert [row.type for row in rows] == ["incident.proposed", "incident.declared", "incident.fixed"]
    assert (rows[1].data["incident"], rows[1].data["regions"], "title" in rows[1].data) == (
        made["id"],
        ["north"],
        False,
    )
    for event, version in (("declared", 2), ("fixed", 3), ("dismissed", 4)):
        await parts.engine.journal_incident(down.id, event, made["id"], {}, version=version)
    assert [row.type for row in await eventually(lambda: _journalled(down, 4))][3:] == ["incident.dismissed"]


async def _journalled(workspace: Workspace, at_least: int) -> list[Any] | None:
    async with workspace.database.transaction() as session:
        query = text("SELECT type, data FROM events WHERE workspace_id = :id AND type LIKE 'incident.%' ORDER BY id")
        rows = list((await session.execute(query, {"id": workspace.id})).all())
    return rows if len(rows) >= at_least else None
