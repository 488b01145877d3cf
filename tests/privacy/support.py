"""A customer who has used every door, each with a word of its own that is nowhere else."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.support.conversations import COMPLAINT, accepted
from tests.support.customers import chat as customers_socket
from tests.support.customers import session_token
from tests.support.documents import HANDOFF
from tests.support.files import upload
from tests.support.outbound import WIDGET, by, key_of, posted_to, reply
from tests.support.receiver import Receiver
from tests.support.service import Workspace
from tests.support.surveys import settled, surveyed
from tests.support.target import Called, Target
from tests.support.target import reply as answered
from tests.webhooks.support import hook
from tests.workflows.test_serving import run_of

Make = Callable[..., Awaitable[Workspace]]

NAMES = {"external_id": "zqx-crm", "name": "Zqxname Roe", "email": "zqxmail@example.com", "phone": "+4915111222333"}
PHONES = ["4915111222333", "4915111999888"]
WORDS = [
    *("zqxname", "zqxmail", "zqx-crm", "zqxvalue", "zqxsubject", "zqxtext", "zqxcontext", "zqxref", "zqxkey"),
    *("zqxfile", "zqxbytes", "zqxagent", "zqxnote", "zqxsaid", "zqxbefore", "zqxhandoff", "zqxnotes", "zqxcomment"),
    *("zqxquestion", "zqxreply", "zqxmember", "zqxinput", "zqxresult", "zqxtask", "zqxdisposition"),
    *("zqxsite", "zqxmessagekey", "zqxmerged", "zqxother"),
]


def world(target: str) -> dict[str, Any]:
    """A workspace with agents, surveys, a community, a help portal and a workflow."""
    document = surveyed(community={}, portal={}, show_survey_scores=True)
    for agent in document["agents"]:
        agent["capacity"]["channels"] |= {"community": 3, "task": 2}
    schema = {"type": "object", "properties": {"reason": {"type": "string"}}}
    document["workflows"] = [{"name": "refund", "title": "Refund", "input_schema": schema, "url": target}]
    return document


async def tells(target: Target, called: Called, writer: Any) -> None:
    """Acts, and says something of the person."""
    target.act(called)
    said = {"status": "succeeded", "message": "zqxresult is paid", "result": {"iban": "zqxresult"}}
    await answered(writer, 200, {**said, "steps": [{"name": "paid", "message": "to zqxresult"}]})


@dataclass
class Life:
    """Whom a test exports or erases: the customer, one merged into it, its contacts and what was made for it."""

    workspace: Workspace
    customer: str = ""
    merged: str = ""
    contacts: list[str] = field(default_factory=list)
    post: str = ""
    token: str = ""


async def lived(workspace: Workspace, receiver: Receiver) -> Life:
    """Has a customer use every door, and ends all contacts."""
    life = Life(workspace)
    await hook(workspace, f"{receiver.url}/crm", "crm", events=["*"], in_full=True, sensitive="included")
    await posted_to(workspace, f"{receiver.url}/out", **{name: WIDGET[name] for name in ("title", "channels", "trust")})
    await _chat(life)
    await _community(life)
    await _workflow(life)
    await _merge(life)
    return life


async def _chat(life: Life) -> None:
    workspace = life.workspace
    key = await key_of(workspace, "contacts:write", "messages:write", adapter="widget", trust="authenticated")
    file = await upload(workspace, b"%PDF-1.4 zqxbytes", name="zqxfile.txt", headers=by(key))
    customer = {**NAMES, "attributes": {"plan": "zqxvalue"}, "trust": "authenticated"}
    async with workspace.desk("ann", available=False) as ann, workspace.desk("tess", available=False) as tess:
        body = {
            "channel": "chat",
            "customer": customer,
            "subject": "zqxsubject",
            "text": f"{COMPLAINT} zqxtext",
            "context": {"order": "zqxcontext"},
            "channel_ref": "zqxref",
            "attachments": [{"id": file["id"]}],
        }
        posted = await workspace.api.post("/v1/contacts", json=body, headers={**by(key), "Idempotency-Key": "zqxkey"})
        assert posted.status_code == 201, posted.text
        contact = posted.json()
        life.customer = contact["customer_id"]
        life.contacts.append(contact["id"])
        life.token = await session_token(workspace, life.customer)
        callback = await workspace.api.post(f"/v1/contacts/{contact['id']}/callback", json={"phone": "+4915111999888"})
        assert callback.status_code == 200, callback.text
        await ann.do("presence.set", state="available")
        assignment = await accepted(ann, contact["id"])
        about = {"channel": "chat", "channel_ref": "zqxref", "customer": customer}
        said = await workspace.api.post(
            "/v1/messages", json={**about, "text": "zqxbefore", "channel_message_id": "zqxmessagekey"}, headers=by(key)
        )
        assert said.status_code in (200, 201), said.text
        edit = f"/v1/messages/{said.json()['message']['id']}"
        assert (await workspace.api.patch(edit, json={"text": "zqxsaid"}, headers=by(key))).status_code == 200
        await reply(workspace, contact, "zqxagent: we have sent it to you")
        await ann.do("message.send", contact_id=contact["id"], client_id="1", kind="note", text="zqxnote")
        async with customers_socket(workspace, life.token) as customers:
            sent = await customers.do("message.send", client_id="2", text="zqxsite")
            assert "message" in sent, sent
        await tess.do("presence.set", state="available")
        handoff = {**HANDOFF, "expectation": "zqxhandoff"}
        moved = await ann.do(
            "assignment.transfer", assignment_id=assignment, agent="tess", reason="zqxhandoff", handoff=handoff
        )
        assert "problem" not in moved, moved
        assignment = await accepted(tess, contact["id"])
        done = {"disposition": "zqxdisposition, it was", "notes": "zqxnotes", "topic": "sign_in"}
        completed = await tess.do("assignment.complete", assignment_id=assignment, **done)
        assert "problem" not in completed, completed
        await tess.do("wrap_up.done", assignment_id=assignment)
        await workspace.until_state(contact["id"], "completed")
    await settled(workspace, contact)
    answer = {"contact_id": contact["id"], "score": 5, "comment": "zqxcomment"}
    assert (await workspace.api.post("/v1/survey-answers", json=answer)).status_code == 200


async def _community(life: Life) -> None:
    workspace = life.workspace
    customer = {"external_id": NAMES["external_id"], "trust": "authenticated"}
    asked = await workspace.post(
        "how do I set up my voicemail greeting zqxquestion", channel="community", customer=customer
    )
    life.contacts.append(asked["id"])
    life.post = asked["route"]["post"]["id"]
    other = await workspace.post("how do I turn voicemail off", channel="community", customer={"external_id": "o-1"})
    member = await workspace.api.post("/v1/members", json={"name": "Zqxmember", "customer_id": life.customer})
    assert member.status_code in (200, 201), member.text
    said = {"author": "zqxmember", "body": "zqxreply: say stop", "member": member.json()["id"]}
    replied = await workspace.api.post(f"/v1/posts/{other['route']['post']['id']}/replies", json=said)
    assert replied.status_code == 201, replied.text
    accepts = f"/v1/posts/{other['route']['post']['id']}/replies/{replied.json()['id']}/accept"
    assert (await workspace.api.post(accepts)).status_code == 200
    ended = await workspace.api.post(f"/v1/contacts/{asked['id']}/resolve", json={})
    assert ended.status_code == 200, ended.text


async def _workflow(life: Life) -> None:
    workspace = life.workspace
    assert (await workspace.api.post("/v1/workflows/refund/rotate-secret")).status_code == 200
    contact = await workspace.post(f"{COMPLAINT} zqxtask", customer={"external_id": NAMES["external_id"]})
    life.contacts.append(contact["id"])
    body = {"workflow": "refund", "input": {"reason": "zqxinput"}, "contact": contact["id"]}
    begun = await workspace.api.post("/v1/runs", json=body)
    assert begun.status_code == 201, begun.text
    await run_of(workspace, begun.json()["id"], "succeeded")
    await cancelled(workspace, contact["id"], "zqxtask")


async def cancelled(workspace: Workspace, contact: str, reason: str = "done") -> None:
    ended = await workspace.api.post(f"/v1/contacts/{contact}/cancel", json={"reason": reason})
    assert ended.status_code == 200, ended.text
    await workspace.projected()


async def _merge(life: Life) -> None:
    workspace = life.workspace
    other = await workspace.post(f"{COMPLAINT} zqxmerged", customer={"email": "zqxother@example.com"})
    life.contacts.append(other["id"])
    life.merged = other["customer_id"]
    merged = await workspace.api.post(f"/v1/customers/{life.merged}/merge", json={"into": life.customer})
    assert merged.status_code == 200, merged.text
    await cancelled(workspace, other["id"])
