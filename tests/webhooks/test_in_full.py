"""A completed contact in full: what a CRM keeps, sent to the webhook that asks for it and to no other."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.support.conversations import COMPLAINT, accepted, staffed
from tests.support.documents import HANDOFF
from tests.support.events import assert_documented
from tests.support.problems import assert_problem
from tests.support.receiver import Received, Receiver, serving
from tests.support.service import PATIENCE_S, TLS, Workspace, eventually
from tests.webhooks.support import hook, until_states

Make = Callable[..., Awaitable[Workspace]]
CANARY = "she wants the fee back by Friday"


async def passed_on_and_completed(workspace: Workspace, **customer: Any) -> str:
    """A contact that ann has passed on to tess with notes, and tess has completed."""
    who = {"external_id": "crm-4711", "name": "Sam", "trust": "verified"} | customer
    async with workspace.desk("ann") as ann, workspace.desk("tess") as tess:
        await tess.do("presence.set", state="away")
        contact = str((await workspace.post(COMPLAINT, channel_ref="chat-9", customer=who))["id"])
        assignment = await accepted(ann, contact)
        await tess.do("presence.set", state="available")
        await ann.do("assignment.transfer", assignment_id=assignment, agent="tess", reason="knows", handoff=HANDOFF)
        assignment = await accepted(tess, contact)
        done = {"assignment_id": assignment, "disposition": "solved", "notes": CANARY}
        assert (await tess.do("assignment.complete", **done))["state"] == "completed"
    return contact


async def both(receiver: Receiver) -> list[Received]:
    """What both webhooks got of the completed contact, once they have."""
    completed = [one for one in receiver.received if one.type == "mci.contact.completed"]
    return completed if len(completed) == 2 else []


async def test_a_completed_contact_comes_in_full_to_the_webhook_that_asks(make: Make, receiver: Receiver) -> None:
    """Times, agent, disposition, notes and every handoff; another webhook of the workspace gets none of these texts."""
    workspace = await make(staffed(wrap_up_s=0))
    for name, more in (("crm", {"in_full": True}), ("board", {})):
        await hook(workspace, f"{receiver.url}/{name}", name, events=["contact.*"], **more)
    contact = await passed_on_and_completed(workspace)
    sent = {one.path.strip("/"): one.event for one in await eventually(lambda: both(receiver))}
    assert_documented(sent["crm"])
    data = sent["crm"]["data"]
    record = data["record"]
    assert (data["contact"], data["agent"], record["channel_ref"]) == (contact, "tess", "chat-9")
    assert (record["customer"]["external_id"], record["customer"]["name"]) == ("crm-4711", "Sam")
    assert record["disposition"] == {"name": "solved", "title": "Solved", "resolved": True}
    assert record["notes"] == CANARY
    (handoff,) = record["handoffs"]
    assert (handoff["by"], handoff["agent"], handoff["reason"], handoff["handoff"]) == ("ann", "tess", "knows", HANDOFF)
    times = record["times"]
    assert times["accepted_at"] <= times["answered_at"] <= times["handled_at"] <= times["ended_at"]
    assert times["talked_s"] >= 0 == times["wrap_up_s"]
    assert "record" not in sent["board"]["data"]
    others = [one.body for one in receiver.received if one.event != sent["crm"]]
    assert CANARY not in json.dumps([body.decode() for body in others])


async def test_a_customer_who_is_only_claimed_is_not_named(make: Make, receiver: Receiver) -> None:
    """Anybody can claim an address: nothing is logged with the record of the one whose it is."""
    workspace = await make(staffed(wrap_up_s=0))
    await hook(workspace, receiver.url, events=["contact.completed"], in_full=True)
    claimed = {"external_id": None, "name": "Mallory", "email": "sam@example.com", "trust": "claimed"}
    await passed_on_and_completed(workspace, **claimed)
    (one,) = await receiver.until(1)
    assert one.event["data"]["record"]["customer"] == {}


async def test_only_who_may_read_contacts_and_customers_sends_them(workspace: Workspace) -> None:
    """A key that may write webhooks alone cannot read notes by way of one."""
    made = await workspace.api.post("/v1/api-keys", json={"name": "ops", "scopes": ["webhooks:write"]})
    refused = await workspace.api.put(
        "/v1/webhooks/crm",
        json={"url": "https://crm.example.com/hooks", "in_full": True},
        headers={"Authorization": f"Bearer {made.json()['key']}"},
    )
    problem = assert_problem(refused, 403, "scope_missing")
    assert problem["scopes"] == ["contacts:read", "customers:read"]


async def test_the_example_receiver_logs_a_contact_once(monkeypatch: pytest.MonkeyPatch, make: Make) -> None:
    """It is sent a real event twice, and one that nobody has signed: one line, with the notes and the handoff."""
    monkeypatch.setenv("MCI_WEBHOOK_SECRET", "that of the webhook, once it is made")
    from examples import crm_receiver  # which reads its setting when it starts

    monkeypatch.setattr(crm_receiver, "log", [])
    async with serving(crm_receiver.app) as url:
        workspace = await make(staffed(wrap_up_s=0))
        made = await hook(workspace, f"{url}/contacts", events=["contact.completed"], in_full=True)
        monkeypatch.setattr(crm_receiver, "SECRET", made["secret"])
        await passed_on_and_completed(workspace)
        (sent,) = await until_states(workspace, "delivered")
        (line,) = crm_receiver.log
        assert "crm-4711: chat with tess" in line
        assert "passed on by ann: knows" in line
        assert CANARY in line
        again = f"/v1/webhooks/crm/deliveries/{sent['id']}/redeliver"
        assert (await workspace.api.post(again)).status_code == 202
        await until_states(workspace, "delivered")
        async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_S, verify=TLS) as client:
            assert (await client.post("/contacts", json={"id": "msg_1"})).status_code == 401
        assert crm_receiver.log == [line]
