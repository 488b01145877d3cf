"""What was said in private stays private: canaries in it leave by no door, whatever is shown, shared and refused."""

import json
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.cli.serve import configure_logging
from mci_router.clock import utc_now
from tests.api.test_card_numbers import CLIENTS
from tests.api.test_notes_stay_inside import of_redis
from tests.insight.test_reporting_schema import connected, login
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
DECLINED_CANARY = "zelkovaquill"
DECLINED = f"Turn the {DECLINED_CANARY} wheel on the rear, then speak."
REDACTED_CANARY = "umbrawort"
REDACTED = f"and my {REDACTED_CANARY} is blue"
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
    document = staffed(wrap_up_s=0)
    document["workspace"]["community"], document["workspace"]["portal"] = {}, {}
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
                gone = await workspace.api.post(
                    "/v1/messages", json={**about, "text": REDACTED, "visibility": "private"}
                )
                redact = f"/v1/messages/{gone.json()['message']['id']}/redact"
                assert (await workspace.api.post(redact, json={"why": "a secret"})).status_code == 200
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
                for text_, agree in ((DECLINED, False), (SUMMARY, True)):
                    summary = {"text": text_, "accept": True}
                    asked = (await ann.do("contact.modality", to="many_to_many", summary=summary, **move))["asked"]
                    said_so = {"contact_id": contact["id"], "summary_id": asked["id"], "agree": agree}
                    assert (await kim.do("summary.answer", **said_so))["consent"]["state"] != "waiting"
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
    paths = ("posts", "live?for_s=0", "incidents", f"contacts/{contact['id']}/events", "articles", "matrix")
    recent = f"since={(utc_now() - timedelta(days=1)).date()}T00:00:00Z"
    for path in (*paths, f"exports/contacts?{recent}", f"exports/segments?{recent}", "articles/gaps"):
        answer = await workspace.api.get(f"/v1/{path}")
        assert answer.status_code == 200, path
        outside[path] = answer.text
    for page in ("", "search?q=voicemail+greeting", f"posts/{post}", "incidents"):
        answer = await workspace.api.get(f"/help/{workspace.name}/{page}")
        assert answer.status_code == 200, page
        outside[f"the help pages: {page}"] = answer.text
    for page in ("", f"posts/{post}", "feed", f"search?q={QUESTION}"):
        answer = await workspace.api.get(f"/community/{workspace.name}/{page}")
        assert answer.status_code == 200, page
        outside[f"the community's pages: {page}"] = answer.text
    outside["trends"] = [await trending(workspace, contact), await digested(parts, workspace, contact)]
    outside |= await reported(workspace)
    async with workspace.ledger() as session:
        mine = {"workspace": workspace.id}
        for name, query in {"search": OPEN, "journal": JOURNAL, "audit": AUDIT, "board": BOARD}.items():
            outside[name] = list(await session.scalars(text(query), mine))
            assert outside[name], name
        messages = [tuple(row) for row in await session.execute(text(SEEN), {"contact": contact["id"]})]
    outside["the log"] = [one.getMessage() for one in caplog.records if not one.name.startswith(CLIENTS)]
    outside["the live state"] = await of_redis(parts, workspace)
    leaks = (CANARY, DECLINED_CANARY, REDACTED_CANARY, "boat house", CARD, CARD.replace(" ", ""), "post.example")
    assert [(door, leak) for door, said in outside.items() for leak in leaks if leak in json.dumps(said).lower()] == []
    assert [visibility for said, visibility in messages if CANARY in said] == ["private"] * 3
    assert messages[0] == (QUESTION, "public")
    assert [visibility for said, visibility in messages if said == SUMMARY] == []


async def trending(workspace: Workspace, contact: dict[str, Any]) -> str:
    """The trends of the last days, with the words that fewer than five customers have used left out: of one day before
    today, as which the contact counts here.
    """
    await yesterday(workspace, contact)
    answer = await workspace.api.get("/v1/trends")
    assert answer.status_code == 200, answer.text
    return answer.text


async def digested(parts: Parts, workspace: Workspace, contact: dict[str, Any]) -> str:
    """The trends of the last week that is over, in which the contact has come."""
    await yesterday(workspace, contact, days=7)
    answer = await workspace.api.get("/v1/trends/digest")
    assert answer.status_code == 200, answer.text
    return answer.text


async def yesterday(workspace: Workspace, contact: dict[str, Any], days: int = 1) -> None:
    async with workspace.ledger() as session:
        moved = "UPDATE contacts SET accepted_at = accepted_at - make_interval(days => :days) WHERE id = :contact"
        await session.execute(text(moved), {"days": days, "contact": contact["id"]})


async def reported(workspace: Workspace) -> dict[str, Any]:
    """All rows of each view of the schema `reporting`, as a login of the workspace reads them."""
    async with login(workspace) as role, connected(workspace, role) as sql:
        views = await sql.fetch("SELECT viewname::text FROM pg_views WHERE schemaname = 'reporting' ORDER BY 1")
        assert views
        return {
            f"reporting.{one['viewname']}": [
                row["row"]
                for row in await sql.fetch(f"SELECT to_jsonb(v)::text AS row FROM reporting.{one['viewname']} v")
            ]
            for one in views
        }
