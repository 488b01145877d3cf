"""Who only claimed to be somebody, and was verified to be the customer who is erased: goes with it, or stays."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.privacy import board, parting
from tests.privacy.support import cancelled
from tests.privacy.test_races import WHY, known
from tests.support.canaries import in_ledger
from tests.support.service import Workspace, eventually
from tests.support.surveys import surveyed

Make = Callable[..., Awaitable[Workspace]]
TALK = {"channel": "chat", "customer": {"email": "kim@example.org"}, "channel_ref": "a talk"}


async def claimed(workspace: Workspace, customer: str) -> dict[str, Any]:
    """A contact of somebody of whom an agent has made sure that it is the customer; it has ended."""
    contact = (await workspace.api.post("/v1/contacts", json={**TALK, "text": "zqxfirst"})).json()
    assert contact["customer_id"] != customer
    verified = await workspace.api.post(f"/v1/contacts/{contact['id']}/verify", json={"customer_id": customer})
    assert verified.status_code == 200, verified.text
    await cancelled(workspace, contact["id"])
    return dict(contact)


async def test_what_they_said_in_the_community_goes_with_them(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their name stands in their replies, which nobody finds once their row is gone; however many there are."""
    monkeypatch.setattr(board, "AT_ONCE", 2)
    workspace = await make(surveyed(community={}))
    api, customer = workspace.api, await known(workspace)
    contact = await claimed(workspace, customer)
    other = await workspace.post("how do I turn voicemail off", channel="community", customer={"external_id": "o"})
    member = await api.post("/v1/members", json={"name": "Zqxmember", "customer_id": contact["customer_id"]})
    replies = f"/v1/posts/{other['route']['post']['id']}/replies"
    for number in range(3):
        said = {"author": "Zqxmember", "body": f"zqxreply {number}", "member": member.json()["id"]}
        assert (await api.post(replies, json=said)).status_code == 201
    erased = await api.post(f"/v1/customers/{customer}/erase", json=WHY)
    assert erased.json()["state"] == "erased", erased.text
    assert await in_ledger(workspace, ["zqxmember", "zqxreply", "zqxfirst"]) == []


@pytest.mark.parametrize("stays", [False, True])
async def test_what_they_say_while_the_customer_is_parted_is_their_own(
    workspace: Workspace, service: tuple[str, Parts], stays: bool
) -> None:
    """It would join the case that was verified to be the customer's, and be in it as theirs or be taken away with it:
    it waits for the erasure, and is in a case of its own; of somebody new, if that was the only case.
    """
    customer = await known(workspace)
    first = await claimed(workspace, customer)
    second = (await workspace.api.post("/v1/contacts", json={**TALK, "text": "zqxsecond"})).json()
    assert second["case_id"] == first["case_id"]
    await cancelled(workspace, second["id"])
    if stays:
        other = (await workspace.api.post("/v1/contacts", json={**TALK, "text": "other", "channel_ref": "b"})).json()
        assert (other["customer_id"], other["case_id"] == first["case_id"]) == (first["customer_id"], False)
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    async with workspace.ledger() as session:
        erasure = await parting.part(session, workspace.id, customer, "key:1", service[1].fingerprints)
        posting = asyncio.create_task(workspace.api.post("/v1/contacts", json={**TALK, "text": "zqxthird"}))

        async def waits() -> bool:
            return posting.done() or bool(await session.scalar(waiting))

        await eventually(waits)
    third = (await posting).json()

    async def done() -> bool:
        found = await workspace.api.get(f"/v1/customers/{customer}/erasure")
        return str(found.json()["state"]) == "erased"

    await eventually(done)
    now = {one: await workspace.contact(one) for one in (first["id"], second["id"], third["id"])}
    owners = [one["customer_id"] for one in now.values()]
    assert owners == [erasure.left_id, erasure.left_id, third["customer_id"]]
    assert (third["customer_id"] == first["customer_id"], third["customer_id"] == erasure.left_id) == (stays, False)
    assert (now[third["id"]]["text"], third["case_id"] == first["case_id"]) == ("zqxthird", False)
    assert await in_ledger(workspace, ["zqxfirst", "zqxsecond"]) == []
