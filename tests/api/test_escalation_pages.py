"""Escalations that find nobody at work page the person on duty, then the backup, and raise the alarm."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.clock import moment, utc_now
from tests.support.conversations import COMPLAINT, slug, staffed
from tests.support.documents import ESCALATION
from tests.support.events import assert_documented
from tests.support.problems import assert_problem
from tests.support.receiver import receiving
from tests.support.service import Workspace, eventually
from tests.support.watching import watching

Make = Callable[..., Awaitable[Workspace]]
ADA = {"name": "Ada Okafor", "email": "ada@example.com"}
BEN = {"name": "Ben", "phone": "+4930901820", "backup_for": "Ada Okafor"}


def matrix(**row: Any) -> dict[str, Any]:
    """A workspace whose gravest escalations go to the tech desk, at which only tess works, and page Ada, then Ben."""
    wanted = {"name": "P1", "queue": "tech_desk", "response_target_s": 600, "contacts": [ADA, BEN], **row}
    return staffed() | {"escalations": [wanted]}


async def escalate(workspace: Workspace, **contact: Any) -> dict[str, Any]:
    """A contact that was escalated as P1."""
    posted = await workspace.post(COMPLAINT, **contact)
    answer = await workspace.api.post(f"/v1/contacts/{posted['id']}/escalate", json=ESCALATION | {"severity": "P1"})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def pages(workspace: Workspace, **query: Any) -> list[dict[str, Any]]:
    answer = await workspace.api.get("/v1/escalation-pages", params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def acknowledge(workspace: Workspace, escalation: str, **body: Any) -> Any:
    return await workspace.api.post(f"/v1/escalations/{escalation}/acknowledge", json=body)


async def measured(workspace: Workspace, state: str) -> str:
    """How many escalations the metrics count in a state."""
    start = f'mci_escalations{{state="{state}",workspace="{workspace.name}"}} '
    metrics = (await workspace.api.get("/metrics")).text
    return next(line.removeprefix(start) for line in metrics.splitlines() if line.startswith(start))


async def time_passes(workspace: Workspace) -> None:
    """The person paged last has not confirmed in time."""
    async with workspace.ledger() as session:
        late = "UPDATE escalations SET due_at = now() - interval '1 second' WHERE workspace_id = :id AND due_at > now()"
        await session.execute(text(late), {"id": workspace.id})


async def test_nobody_at_work_pages_the_one_on_duty_then_the_backup_then_alarms(
    make: Make, service: tuple[str, Parts]
) -> None:
    """Each exactly once, however many processes look; addresses are in the webhook; a late word is taken, too. The
    response is due at all hours.
    """
    another_day = (utc_now() + timedelta(days=3)).strftime("%a").lower()
    hours = {"timezone": "UTC", "week": {another_day: [{"open": "00:00", "close": "00:00"}]}}
    document = matrix()
    document["queues"][-1] |= {"hours": hours, "when_closed": {"action": "hold"}}
    workspace, parts = await make(document), service[1]
    async with receiving() as receiver:
        hook = {"url": receiver.url, "events": ["escalation.*"]}
        await workspace.api.put("/v1/webhooks/pager", json=hook)
        contact = await escalate(workspace)
        (page,) = await pages(workspace)
        assert (page["contact_id"], page["severity"], page["state"]) == (contact["id"], "P1", "paging")
        assert ([one["name"] for one in page["paged"]], page["next"]["name"]) == (["Ada Okafor"], "Ben")
        decision = (await workspace.api.get(f"/v1/contacts/{contact['id']}/decision")).json()
        assert "nobody works there now: Ada Okafor is paged" in decision["route"]["reasons"]
        due = (await workspace.contact(contact["id"]))["due_at"]
        assert due < moment(utc_now() + timedelta(seconds=601))
        first = (await receiver.until(1, page["id"]))[0].event
        assert_documented(first)
        assert first["type"] == "mci.escalation.page"
        assert first["data"] == {
            "escalation": page["id"],
            "contact_id": contact["id"],
            "severity": "P1",
            "queue_name": "tech_desk",
            "person": ADA,
            "backup": {"name": "Ben", "phone": "+4930901820"},
        }
        await time_passes(workspace)
        await asyncio.gather(*(parts.escalations.turn() for _ in range(4)))
        second = (await receiver.until(2, page["id"]))[1].event
        assert (second["data"]["person"]["name"], "backup" in second["data"]) == ("Ben", False)
        assert await measured(workspace, "paging") == "1.0"
        async with watching(workspace) as screen:
            _, picture = await screen.next()
            shown = picture["escalations"][page["id"]]
            assert (shown["contact"], shown["state"], shown["paged"], shown["next"]) == (
                *(contact["id"], "paging", "Ben"),
                None,
            )
            assert "+4930901820" not in str(picture)
            await time_passes(workspace)
            await asyncio.gather(*(parts.escalations.turn() for _ in range(4)))
            await screen.until(lambda seen: seen["escalations"][page["id"]]["state"] == "unacknowledged")
        third = (await receiver.until(3, page["id"]))[2].event
        assert_documented(third)
        assert third["type"] == "mci.escalation.unacknowledged"
        (alarmed,) = await pages(workspace, state="unacknowledged")
        assert (alarmed["id"], alarmed["due_at"], alarmed["next"]) == (page["id"], None, None)
        assert await measured(workspace, "unacknowledged") == "1.0"
        assert_problem(await acknowledge(workspace, page["id"], person="Cat"), 422, "unknown_person")
        for _ in range(2):
            taken = (await acknowledge(workspace, page["id"], person="Ada Okafor")).json()
            assert (taken["state"], taken["acknowledged_by"]) == ("acknowledged", "Ada Okafor")
        async with watching(workspace, for_s=0) as screen:
            assert (await screen.next())[1]["escalations"] == {}
        fourth = (await receiver.until(4, page["id"]))[3].event
        assert (fourth["type"], fourth["data"]["person"]) == ("mci.escalation.acknowledged", ADA)
    entries = (await workspace.api.get("/v1/audit", params={"target": page["id"]})).json()["items"]
    assert [(entry["action"], entry["after"]) for entry in entries] == [
        ("escalation.acknowledged", {"state": "acknowledged", "person": "Ada Okafor"})
    ]
    assert not any("escalation" in event["type"] for event in await workspace.events(contact["id"]))


async def test_where_somebody_works_nobody_is_paged(make: Make) -> None:
    """Also while they are busy or away; nor by a row without people; once an agent has the contact, no backup follows."""
    workspace = await make(matrix())
    async with workspace.desk("tess") as tess:
        await tess.do("presence.set", state="away")
        await escalate(workspace)
    assert await pages(workspace) == []
    async with workspace.desk("tess", available=False) as tess:
        await tess.do("presence.set", state="offline")
        contact = (await escalate(workspace))["id"]
        (page,) = await pages(workspace)
        await tess.do("presence.set", state="available")
        while (offer := await tess.expect("offer.created"))["contact"]["id"] != contact:
            await tess.do("offer.decline", offer_id=offer["offer_id"])
        await tess.do("offer.accept", offer_id=offer["offer_id"])

        async def in_ledger() -> bool:
            listed = (await workspace.api.get("/v1/contacts?state=assigned")).json()["items"]
            return contact in [one["id"] for one in listed]

        await eventually(in_ledger)

        async def over() -> bool:
            await time_passes(workspace)
            return bool((await pages(workspace))[0]["state"] == "over")

        await eventually(over)
        assert_problem(await acknowledge(workspace, page["id"]), 409, "wrong_state")
    bare = await make(matrix(contacts=[]))
    await escalate(bare)
    assert await pages(bare) == []


async def test_addresses_are_for_keys_that_read_the_configuration(make: Make) -> None:
    """Others see the names; the audit trail has no address; a contact that is sensitive is hidden with its page."""
    workspace = await make(matrix())
    contact = await escalate(workspace)
    sensitive = (await escalate(workspace, topic="card_fraud"))["id"]
    assert {page["contact_id"] for page in await pages(workspace)} == {contact["id"], sensitive}
    assert (await pages(workspace))[0]["paged"] == [ADA | {"pager": None, "phone": None}]
    made = await workspace.api.post("/v1/api-keys", json={"name": "bot", "scopes": ["contacts:read", "contacts:write"]})
    bot = {"Authorization": f"Bearer {made.json()['key']}"}
    seen = (await workspace.api.get("/v1/escalation-pages", headers=bot)).json()["items"]
    assert [page["contact_id"] for page in seen] == [contact["id"]]
    assert seen[0]["paged"] == [{"name": "Ada Okafor", "pager": None, "phone": None, "email": None}]
    hidden = next(page["id"] for page in await pages(workspace) if page["contact_id"] == sensitive)
    assert_problem(await workspace.api.get(f"/v1/escalation-pages/{hidden}", headers=bot), 404, "not_found")
    taken = await workspace.api.post(f"/v1/escalations/{seen[0]['id']}/acknowledge", json={}, headers=bot)
    assert (taken.status_code, taken.json()["acknowledged_by"]) == (200, "Ada Okafor")
    read = await workspace.api.get("/v1/escalations/P1")
    assert read.json()["contacts"][0]["email"] == "ada@example.com"
    changed = await workspace.api.patch("/v1/escalations/P1", json={"contacts": [ADA | {"email": "ada@example.org"}]})
    assert changed.status_code == 200, changed.text
    trail = json.dumps((await workspace.api.get("/v1/audit", params={"target": "P1"})).json())
    assert "escalation.updated" in trail
    assert "example.org" not in trail
    wrong = await workspace.api.patch("/v1/escalations/P1", json={"rota": [{"who": "Cat", "from": "?", "to": "?"}]})
    assert_problem(wrong, 422, "invalid_request")


async def test_a_desk_that_escalates_pages_too(make: Make) -> None:
    """By the frame as by REST; another workspace's key finds no such page."""
    workspace, other = await make(matrix()), await make(matrix())
    async with workspace.desk("ann") as ann:
        posted = (await workspace.post(COMPLAINT))["id"]
        offer = await ann.expect("offer.created")
        taken = await ann.do("offer.accept", offer_id=offer["offer_id"])
        answer = await ann.do(
            "assignment.escalate", assignment_id=taken["assignment_id"], **ESCALATION | {"severity": "P1"}
        )
        assert answer["state"] == "queued", slug(answer)
    (page,) = await pages(workspace)
    assert page["contact_id"] == posted
    assert_problem(await acknowledge(other, page["id"]), 404, "not_found")
