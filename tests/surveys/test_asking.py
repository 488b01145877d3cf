"""Customers are asked how it was, once a contact, by the way on which they wrote."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from mci_router.api.parts import Parts
from tests.support.outbound import WIDGET, adapter, key_of, reading
from tests.support.service import Workspace
from tests.support.surveys import CSAT, PUBLIC, all_decided, ended, invitations, settled, surveyed

Make = Callable[..., Awaitable[Workspace]]


@pytest.fixture(autouse=True)
def public(service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is known how customers reach the service."""
    monkeypatch.setattr(service[1].settings, "public_url", PUBLIC)


async def test_a_customer_is_asked_once_by_the_conversations_own_way(make: Make) -> None:
    """In the chat with the options as buttons, and a link that stands in no conversation that an agent can read."""
    workspace = await make(surveyed())
    await adapter(workspace, **WIDGET)
    key = await key_of(workspace, "messages:deliver", adapter="widget")
    async with reading(workspace, key) as sent:
        contact = await ended(workspace)
        _, message = await sent.next()
    assert (message["kind"], message["contact"]) == ("system", contact["id"])
    assert message["survey"]["kind"] == "csat"
    assert [one["score"] for one in message["survey"]["options"]] == [1, 2, 3, 4, 5]
    assert message["survey"]["options"][4]["label"] == "5 – very satisfied"
    url = message["survey"]["url"]
    assert url.startswith(f"{PUBLIC}/s/")
    assert message["text"].endswith(url)
    row = await settled(workspace, contact)
    assert (row["state"], row["survey"], row["agent"], row["queue"]) == ("sent", "after_chat", "ann", "desk")
    token = url.rpartition("/")[2]
    kept = await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")
    assert "How satisfied are you" in kept.text
    assert token not in kept.text
    assert token not in str(row)
