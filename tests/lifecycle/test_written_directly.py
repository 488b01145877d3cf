"""A customer goes on in private in what began in public: by the own chat, by the help pages, or by an adapter's word."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from mci_router.portal import forms
from tests.support.customers import chat as customers_socket
from tests.support.customers import session_token
from tests.support.documents import small
from tests.support.help_pages import visitor
from tests.support.rows import every
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]

MAIL = "kim@example.com"
TOLD = "my boat house is the red one"


async def by_chat(workspace: Workspace, contact: dict[str, Any]) -> None:
    async with customers_socket(workspace, await session_token(workspace, contact["customer_id"])) as kim:
        sent = await kim.do("message.send", client_id="1", text=TOLD, contact_id=contact["id"])
        assert sent["contact"]["id"] == contact["id"], sent


async def by_the_help_pages(workspace: Workspace, contact: dict[str, Any]) -> None:
    async with visitor(workspace, "203.0.113.78") as kim:
        await kim.open("status")
        await kim.send("status", reference=contact["case_reference"], address=MAIL)
        await kim.send("case/messages", text=TOLD)


async def by_an_adapter(workspace: Workspace, contact: dict[str, Any]) -> None:
    body = {"kind": "customer", "text": TOLD, "visibility": "private"}
    answer = await workspace.api.post(f"/v1/contacts/{contact['id']}/messages", json=body)
    assert answer.status_code == 201, answer.text


@every("way", [by_chat, by_the_help_pages, by_an_adapter])
async def test_it_is_private_and_so_are_the_answers(make: Make, monkeypatch: pytest.MonkeyPatch, way: Any) -> None:
    """Where it counted as public, a summary might quote it, and a later post would have it."""
    monkeypatch.setattr(forms, "QUICKEST_S", 0)
    document = small()
    document["workspace"]["portal"] = {"title": "Help"}
    workspace = await make(document)
    customer = {"external_id": "kim", "email": MAIL}
    contact = await workspace.post("a formal complaint about my order", channel="community", customer=customer)
    assert (await workspace.contact(contact["id"]))["modality"] == "many_to_many", contact
    await way(workspace, contact)
    items = (await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")).json()["items"]
    assert [(one["text"] == TOLD, one["visibility"]) for one in items if one["kind"] == "customer"] == [
        (False, "public"),
        (True, "private"),
    ]
    assert (await workspace.contact(contact["id"]))["modality"] == "one_to_one"
