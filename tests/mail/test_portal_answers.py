"""Customers write at the help portal, are answered by mail, and answer that mail: it is one case."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from mci_router.adapters.email.ids import Sent
from mci_router.portal import forms
from tests.mail.conftest import Post, post_of, shop
from tests.mail.letters import letter
from tests.mail.servers import Customers
from tests.support.help_pages import visitor
from tests.support.outbound import reply, until_delivery
from tests.support.service import Workspace


@pytest.fixture
async def post(
    make: Callable[..., Awaitable[Workspace]], customers: Customers, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Post]:
    """An e-mail adapter of a workspace with a portal, whose agents serve it."""
    monkeypatch.setattr(forms, "QUICKEST_S", 0)
    document = shop()
    document["workspace"]["portal"] = {}
    async with post_of(await make(document), customers) as made:
        yield made


async def written(post: Post, address: str, email: str) -> dict[str, Any]:
    """The contact of a form that somebody fills in."""
    async with visitor(post.workspace, address) as sam:
        await sam.open("write")
        fields = {"name": "Sam Roe", "email": email, "phone": "+49 30 901820", "text": "this is a formal complaint"}
        await sam.send("write", **fields)
    items = (await post.workspace.api.get("/v1/contacts", params={"limit": 1})).json()["items"]
    return await post.workspace.contact(items[0]["id"])


async def said_in(post: Post, case: str) -> list[str]:
    found = (await post.workspace.api.get(f"/v1/cases/{case}/messages")).json()["items"]
    return [one["text"] for one in found]


async def test_an_answer_by_mail_to_the_portal_is_said_in_its_case(post: Post) -> None:
    """In the contact that is open, once, however far its sender is proven; later in another contact of the case."""
    contact = await written(post, "203.0.113.201", "sam@example.org")
    await reply(post.workspace, contact, "We look into it.")
    _, recipient, mail = await post.goes()
    assert (recipient, contact["channel"]) == ("sam@example.org", "web")
    to, ours = mail["Reply-To"].addresses[0].addr_spec, mail["Message-ID"]
    for number, proven in enumerate((False, True, True)):
        raw = letter(f"More {number // 2}.", message_id=f"{number // 2}@example.org", proven=proven, In_Reply_To=ours)
        assert await post.comes(raw, to) == f"250 2.0.0 taken: {contact['id']}"
    assert await said_in(post, contact["case_id"]) == [contact["text"], "We look into it.", "More 0.", "More 1."]
    ended = await post.workspace.api.post(f"/v1/contacts/{contact['id']}/end", json={"by": "customer"})
    assert ended.status_code == 200, ended.text
    heard = await post.comes(letter("It is back.", message_id="3@example.org", References=f"<x@y> {ours}"), to)
    again = await post.workspace.contact(heard.rpartition(" ")[2])
    assert again["id"] != contact["id"]
    assert (again["case_id"], again["channel"]) == (contact["case_id"], "web")
    post.customers.answers["sam@example.org"] = ["550 5.1.1 no such user"]
    await until_delivery(post.workspace, await reply(post.workspace, again, "We look again."), "failed")
    found = (await post.workspace.api.get(f"/v1/customers/{contact['customer_id']}")).json()["addresses"]
    assert {one["kind"]: one["failing_since"] is not None for one in found} == {"email": True, "phone": False}


async def test_nobody_else_gets_into_the_portals_case(post: Post) -> None:
    """Neither from another address, nor with an id that is not signed, nor by what somebody else was answered."""
    contact = await written(post, "203.0.113.202", "sam@example.org")
    await reply(post.workspace, contact, "We look into it.")
    _, _, mail = await post.goes()
    to, ours = mail["Reply-To"].addresses[0].addr_spec, mail["Message-ID"]
    other = await written(post, "203.0.113.203", "eve@example.org")
    await reply(post.workspace, other, "And into this.")
    _, _, theirs = await post.goes()
    message = ours.strip("<>").partition(".")[0]
    token = post.ids.token(contact["id"])
    forged = post.ids.message_id(Sent(message, token))
    forged = forged.replace(f".{token}.", f".{post.ids.token('x')}.")
    tried = (
        letter("From elsewhere.", message_id="1@e", sender="eve@example.org", In_Reply_To=ours),
        letter("From beside.", message_id="2@e", sender="sam@example.org.evil.example", In_Reply_To=ours),
        letter("By another's answer.", message_id="3@e", In_Reply_To=theirs["Message-ID"]),
        letter("By a forged one.", message_id="4@e", In_Reply_To=f"<{forged}>"),
        letter("By words.", message_id="5@e", subject=str(ours)),
    )
    for raw in tried:
        heard = await post.comes(raw, to)
        taken = await post.workspace.contact(heard.rpartition(" ")[2])
        assert taken["case_id"] not in (contact["case_id"], other["case_id"]), raw
    assert await said_in(post, contact["case_id"]) == [contact["text"], "We look into it."]
    assert await said_in(post, other["case_id"]) == [other["text"], "And into this."]
