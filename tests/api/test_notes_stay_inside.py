"""Notes stay inside: a thousand of them leave by no door, whatever is sent out meanwhile."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.cli.serve import configure_logging
from mci_router.lifecycle.talking.saying import Said
from mci_router.vocabulary import MessageKind
from tests.api.test_card_numbers import CLIENTS, READERS
from tests.api.test_message_changes import patch, redact
from tests.support.conversations import accepted, staffed
from tests.support.customers import chat as customers_socket
from tests.support.customers import session_token
from tests.support.outbound import chat, posted_to, reply, until_delivery
from tests.support.receiver import receiving
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]

CANARY = "xylocanary"
NOTES = 1_000
AT_ONCE = 125
HEARD = ["message.edited", "message.redacted", "message.delivery", "contact.*", "offer.*"]
"""All that a webhook hears but for the thousand `message.created`, which take their turns; the journal shows those."""
JOURNAL = "SELECT CAST(data AS text) FROM events WHERE workspace_id = :workspace"


async def write_notes(parts: Parts, workspace: Workspace, contact: str) -> list[str]:
    """Writes the notes, many at a time; some to one agent alone, some with HTML. Returns their ids."""
    ids: list[str] = []
    for start in range(0, NOTES, AT_ONCE):
        notes = [
            Said(
                MessageKind.NOTE,
                "ann",
                f"the {CANARY} is {number}",
                owner="agent:ann",
                key=f"note {number}",
                to_agent="ann" if number % 3 == 0 else None,
                html=f"<b>{CANARY}</b>" if number % 5 == 0 else None,
            )
            for number in range(start, start + AT_ONCE)
        ]
        spoken = await asyncio.gather(*(parts.conversations.say(workspace.id, contact, note) for note in notes))
        ids += [one.message["id"] for one in spoken]
    return ids


async def of_redis(parts: Parts, workspace: Workspace) -> str:
    """All that the live state has of the workspace."""
    redis, found = parts.engine.client, []
    async for key in redis.scan_iter(f"mci:{{{workspace.id}}}:*"):
        if read := READERS.get(await redis.type(key)):
            found.append(str(await redis.execute_command(read[0], key, *read[1:], NEVER_DECODE=True)))
    return " ".join(found)


async def test_a_thousand_notes_leave_by_no_door(
    make: Make, service: tuple[str, Parts], caplog: pytest.LogCaptureFixture
) -> None:
    """No adapter, no webhook, no customer, no other agent, no board, no log and not the live state has a word of them,
    when they are written, edited and redacted; the agents whom they are for have them all.
    """
    parts, workspace = service[1], await make(staffed(wrap_up_s=0))
    caplog.set_level(logging.DEBUG)
    configure_logging("debug")
    for name in CLIENTS:
        caplog.set_level(logging.WARNING, logger=name)
    async with receiving() as out, receiving() as hooks:
        await posted_to(workspace, out.url, capabilities={"edit": True, "html": True})
        hook = {"url": hooks.url, "sensitive": "included", "events": HEARD}
        assert (await workspace.api.put("/v1/webhooks/crm", json=hook)).status_code == 201
        async with workspace.desk("ann") as ann:
            contact = await chat(workspace, customer={"external_id": "crm-42"})
            assignment = await accepted(ann, contact["id"])
            token = await session_token(workspace, contact["customer_id"])
            async with workspace.desk("tess") as tess, customers_socket(workspace, token) as customer:
                updated = asyncio.create_task(ann.expect("message.updated"))  # reads meanwhile, as a page does
                notes = await write_notes(parts, workspace, contact["id"])
                assert len(set(notes)) == NOTES
                assert (await patch(workspace, notes[-1], f"no {CANARY}")).status_code == 200
                assert (await redact(workspace, notes[0])).status_code == 200
                last = await reply(workspace, contact, "that is all")
                await until_delivery(workspace, last, "sent")
                assert (await updated)["message"]["text"] == f"no {CANARY}"
                seen = {frame["data"]["message"]["id"] for frame in ann.unread if frame["type"] == "message.created"}
                assert seen == set(notes)
                told = await customer.expect("message.created")
                assert (told["message"]["text"], told["message"]["seq"]) == ("that is all", NOTES + 2)
                window = await customer.do("messages.read", case_id=contact["case_id"], limit=200)
                assert [item["text"] for item in window["items"]] == ["a formal complaint", "that is all"]
                await ann.do("assignment.complete", assignment_id=assignment, disposition="solved")
                await tess.do("heartbeat")
                await customer.do("heartbeat")
                outside: dict[str, Any] = {"tess": tess.unread, "the customer": customer.unread, "a window": window}

        async def heard() -> bool:
            types = {one.type for one in hooks.received}
            return {"mci.message.edited", "mci.message.redacted", "mci.contact.completed"} <= types

        await eventually(heard)
        outside |= {"adapters": [str(one.body) for one in out.received]}
        outside |= {"webhooks": [str(one.body) for one in hooks.received]}
    for path in ("posts", "live?for_s=0", "incidents", "audit", f"contacts/{contact['id']}/events", "contacts"):
        answer = await workspace.api.get(f"/v1/{path}")
        assert answer.status_code == 200, path
        outside[path] = answer.text
    async with workspace.ledger() as session:
        outside["the journal"] = list(await session.scalars(text(JOURNAL), {"workspace": workspace.id}))
        assert len(outside["the journal"]) > NOTES
    outside["the log"] = [one.getMessage() for one in caplog.records if not one.name.startswith(CLIENTS)]
    outside["the live state"] = await of_redis(parts, workspace)
    assert [door for door, said in outside.items() if CANARY in json.dumps(said)] == []
    kept = await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages", params={"limit": 200})
    assert kept.text.count(CANARY) > 190
