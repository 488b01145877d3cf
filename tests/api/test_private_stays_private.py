"""What was said in private stays private: canaries in it leave by no door, whatever is shown, shared and refused."""

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.cli.serve import configure_logging
from tests.api.test_card_numbers import CLIENTS
from tests.api.test_notes_stay_inside import of_redis
from tests.support.conversations import accepted, staffed
from tests.support.customers import chat as customers_socket
from tests.support.customers import session_token
from tests.support.receiver import receiving
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]

QUESTION = "how do I set up my voicemail greeting"
CANARY = "xylocanary"
CARD = "4111 1111 1111 1111"
TOLD = f"how do I set up the voicemail of my {CANARY} phone, it stands in the boat house by the lake, {CARD}"
ANSWERED = f"Your {CANARY} greeting is right now, we have reset the boat house line for you."
NOTED = f"the {CANARY} caller lives in the boat house"
SUMMARY = "Hold the 1 until it beeps, then speak."
REFUSED = [
    f"The {CANARY} phone, it stands in the boat house by the lake",
    f"K i m: {CANARY.upper()} PHONE, IT STANDS IN THE BOAT HOUSE BY THE LAKE, order 4711 22",
    " ".join("stands in the boat house by the lake").replace("   ", "  ") + f" {CANARY} kim@post.example",
]
OPEN = "SELECT CAST(to_jsonb(k) AS text) FROM knowledge_entries k WHERE workspace_id = :workspace"
JOURNAL = "SELECT CAST(data AS text) FROM events WHERE workspace_id = :workspace"
AUDIT = "SELECT CAST(to_jsonb(a) AS text) FROM audit a WHERE workspace_id = :workspace"
BOARD = """
SELECT concat(p.title, p.body, r.author, r.body) FROM posts p LEFT JOIN replies r ON r.post_id = p.id
WHERE p.workspace_id = :workspace
"""
SEEN = "SELECT text, visibility FROM messages WHERE contact_id = :contact ORDER BY seq"


async def test_canaries_of_the_private_part_leave_by_no_door(
    make: Make, service: tuple[str, Parts], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the board, the search, the help pages, another customer, another agent, a webhook, the journal, the audit
    trail, a log nor a problem has a word of it, and no message changes where it may be read.
    """
    document = staffed()
    for agent in document["agents"]:
        agent["capacity"]["channels"]["community"] = 3
    parts, workspace = service[1], await make(document)
    caplog.set_level(logging.DEBUG)
    configure_logging("debug")
    for name in CLIENTS:
        caplog.set_level(logging.WARNING, logger=name)
    outside: dict[str, Any] = {}
    async with receiving() as hooks:
        hook = {"url": hooks.url, "sensitive": "included", "events": ["*"]}
        assert (await workspace.api.put("/v1/webhooks/crm", json=hook)).status_code == 201
        customer = {"external_id": "kim-1", "name": "Kim Roe", "email": "kim@post.example", "trust": "authenticated"}
        about = {"channel": "community", "channel_ref": "thread-1", "customer": customer}
        contact = (await workspace.api.post("/v1/contacts", json={**about, "text": QUESTION})).json()
        url, post = f"/v1/contacts/{contact['id']}", contact["route"]["post"]["id"]
        other = await workspace.post("a formal complaint", customer={"external_id": "crm-43"})
        async with (
            workspace.desk("tess", available=False) as tess,
            customers_socket(workspace, await session_token(workspace, other["customer_id"])) as stranger,
            customers_socket(workspace, await session_token(workspace, contact["customer_id"])) as kim,
        ):
            async with workspace.desk("ann") as ann:
                move = {"contact_id": contact["id"], "reason": "done"}
                await ann.do("contact.modality", to="one_to_one", **move)
                assignment = await accepted(ann, contact["id"])
                said = await workspace.api.post("/v1/messages", json={**about, "text": TOLD, "visibility": "private"})
                assert said.json()["contact"]["id"] == contact["id"], said.text
                ids = {"contact_id": contact["id"]}
                sent = await ann.do("message.send", **ids, client_id="1", kind="agent", text=ANSWERED)
                await ann.do("message.send", **ids, client_id="2", kind="note", text=NOTED)
                assert (await kim.expect("message.created"))["message"]["text"]
                outside["refused"] = []
                for wording in REFUSED:
                    summary = {"text": wording, "accept": True}
                    told = await ann.do("contact.modality", to="many_to_many", summary=summary, **move)
                    assert told["problem"]["type"] == "/problems/reveals_private"
                    answer = await workspace.api.post(
                        f"{url}/modality", json={"to": "many_to_many", "reason": "done", "summary": summary}
                    )
                    share = {"message_id": sent["message"]["id"], "title": "Greeting", "text": f"{wording}, Kim"}
                    outside["refused"] += [told, answer.json(), await ann.do("answers.save", **share)]
                summary = {"text": SUMMARY, "accept": True}
                await ann.do("contact.modality", to="many_to_many", summary=summary, **move)
                await ann.do("answers.save", message_id=sent["message"]["id"], title="Greeting", text=SUMMARY)
                outside["the draft of a summary"] = await ann.do("summary.draft", **ids)
                await ann.do("assignment.complete", assignment_id=assignment, disposition="solved")
            window = await kim.do("messages.read", case_id=contact["case_id"], limit=200)
            assert CANARY in json.dumps(window)
            assert NOTED not in json.dumps(window)
            await stranger.do("heartbeat")
            await tess.do("heartbeat")
            outside |= {"a stranger": stranger.unread, "tess": tess.unread}

        async def heard() -> bool:
            return "mci.contact.completed" in {one.type for one in hooks.received}

        await eventually(heard)
        outside["webhooks"] = [str(one.body) for one in hooks.received]
    key = await workspace.api.post("/v1/api-keys", json={"name": "v", "scopes": ["community:read", "contacts:read"]})
    visitor = {"Authorization": f"Bearer {key.json()['key']}"}
    seen = await workspace.api.get(f"/v1/posts/{post}", headers=visitor)
    assert [one["body"] for one in seen.json()["replies"] if one["accepted"]] == [SUMMARY]
    outside["the post"] = seen.text
    for path in ("posts", "live?for_s=0", "incidents", f"contacts/{contact['id']}/events", "articles", "matrix"):
        answer = await workspace.api.get(f"/v1/{path}")
        assert answer.status_code == 200, path
        outside[path] = answer.text
    found = await workspace.api.get(f"/help/{workspace.name}/", params={"q": f"{CANARY} voicemail greeting"})
    outside["the help pages"] = found.text.replace(f"{CANARY} voicemail", "")
    async with workspace.ledger() as session:
        mine = {"workspace": workspace.id}
        for name, query in {"search": OPEN, "journal": JOURNAL, "audit": AUDIT, "board": BOARD}.items():
            outside[name] = list(await session.scalars(text(query), mine))
            assert outside[name], name
        messages = [tuple(row) for row in await session.execute(text(SEEN), {"contact": contact["id"]})]
    outside["the log"] = [one.getMessage() for one in caplog.records if not one.name.startswith(CLIENTS)]
    outside["the live state"] = await of_redis(parts, workspace)
    leaks = (CANARY, "boat house", CARD, CARD.replace(" ", ""), "post.example")
    assert [(door, leak) for door, said in outside.items() for leak in leaks if leak in json.dumps(said).lower()] == []
    assert [visibility for said, visibility in messages if CANARY in said] == ["private"] * 3
    assert messages[0] == (QUESTION, "public")
    assert [visibility for said, visibility in messages if said == SUMMARY] == []
