"""Who came by mail, by telephone, by the help pages, in public and during an incident is nowhere when erased, too."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.portal import forms
from tests.api.desk.test_guides import GUIDE
from tests.privacy.support import cancelled
from tests.privacy.test_races import WHY
from tests.support.canaries import in_files, in_ledger, in_live_state
from tests.support.conversations import COMPLAINT, accepted
from tests.support.help_pages import Visitor, visitor
from tests.support.incidents import act, incident, with_services
from tests.support.outbound import by, key_of, posted_to, reply
from tests.support.receiver import receiving
from tests.support.service import Workspace
from tests.webhooks.support import hook

Make = Callable[..., Awaitable[Workspace]]

MAIL = "zqxmail@example.com"
PHONES = ["4915111222333", "4915111444555"]
WORDS = [
    *("zqxmail", "zqxname", "zqxmailsubject", "zqxmailtext", "zqxmailid", "zqxanswer", "zqxbare", "zqxguide"),
    *("zqxpage", "zqxadded", "zqxoutage", "zqxcall", "zqxspoken", "zqxpublic", "zqxsummary", "zqxmoved", "zqxhandle"),
    *("zqxreview", "zqxremark", "zqxescalated"),
]
LINK = {"url": "https://files.example.com/1", "name": "bill.pdf", "content_type": "application/pdf"}
REVIEW = text(
    """
    INSERT INTO coaching_reviews (id, workspace_id, agent_id, week, contact_id, form, title, version, answers, score,
      failed, comment, reviewer, by)
    SELECT 'rev_' || r.id, r.workspace_id, r.id, '2026-W48', :contact, 'calls', 'Calls', 1,
      '[{"kind": "text", "name": "why", "answer": "zqxreview"}, {"kind": "scale", "name": "empathy", "answer": 4}]',
      0.75, '{}', 'zqxremark', 'Pat', 'key' FROM resources r
    WHERE r.workspace_id = :w AND r.kind = 'agent' AND r.name = 'ann'
    """
)


def world() -> dict[str, Any]:
    """A workspace with help pages, guides and incidents, whose agents serve every channel."""
    document = with_services(portal={"title": "Help", "topics": ["how_to"]})
    document["guides"] = [GUIDE]
    for agent in document["agents"]:
        agent["capacity"]["channels"] |= {"email": 3, "social": 3, "voice": 1, "web": 3}
    return document


async def mailed(workspace: Workspace, url: str) -> list[str]:
    """By an e-mail adapter: a mail that is answered, with a guide, an escalation and a look at how it was; and one
    that has a subject alone.
    """
    channels = {"title": "Mail", "channels": ["email"], "trust": "verified"}
    await posted_to(workspace, url, name="mail", **channels)
    key = by(await key_of(workspace, "contacts:write", "messages:write", adapter="mail", trust="verified"))
    customer = {"name": "Zqxname", "email": MAIL, "phone": f"+{PHONES[0]}", "trust": "verified"}
    mail = {"channel": "email", "customer": customer, "channel_message_id": "<zqxmailid@example.com>"}
    contacts = []
    for said in (
        {"subject": "zqxmailsubject", "text": f"{COMPLAINT} zqxmailtext"},
        {
            "subject": f"{COMPLAINT} zqxbare",
            "text": "",
            "channel_message_id": "<zqxmailid-2@example.com>",
            "attachments": [LINK],
        },
    ):
        answer = await workspace.api.post("/v1/messages", json={**mail, **said}, headers=key)
        assert answer.status_code in (200, 201), answer.text
        contacts.append(answer.json()["contact"]["id"])
    async with workspace.desk("ann") as ann:
        await accepted(ann, contacts[0])
        await reply(workspace, await workspace.contact(contacts[0]), "zqxanswer: it is on its way")
        seen = {"contact_id": contacts[0], "guide": "fees", "version": 1}
        answered = await ann.do("guide.answer", **seen, step="heard", answer="zqxguide")
        assert "problem" not in answered, answered
    return contacts


async def asked_on_the_page(workspace: Workspace, sam: Visitor) -> str:
    """On the help pages, where the case is open still."""
    await sam.open("write")
    page = await sam.send("write", email=MAIL, phone=f"+{PHONES[0]}", text=f"{COMPLAINT} zqxpage")
    if "write" in page.forms:
        await sam.send("write")
    contact = (await workspace.api.get("/v1/contacts")).json()["items"][0]["id"]
    await sam.open("case")
    await sam.send("case/messages", text="zqxadded")
    return str(contact)


async def called(workspace: Workspace) -> str:
    """By telephone, with what was said in words."""
    call = {"from": f"+{PHONES[1]}", "to": "+4930901820", "provider_id": "zqxcall"}
    body = {"channel": "voice", "topic": "complaint", "call": call, "channel_ref": "zqxcall"}
    body["customer"] = {"phone": f"+{PHONES[1]}", "email": MAIL, "name": "Zqxname", "trust": "verified"}
    answer = await workspace.api.post("/v1/contacts", json=body)
    assert answer.status_code == 201, answer.text
    contact = str(answer.json()["id"])
    said = {"kind": "customer", "text": "zqxspoken"}
    assert (await workspace.api.post(f"/v1/contacts/{contact}/messages", json=said)).status_code == 201
    moved = {"queue": "fraud_desk", "reason": "zqxescalated"}
    answer = await workspace.api.post(f"/v1/contacts/{contact}/transfer", json=moved)
    assert answer.status_code == 200, answer.text
    return contact


async def in_public(workspace: Workspace) -> str:
    """In a social network, from where the conversation was taken elsewhere."""
    body = {"channel": "social", "text": f"{COMPLAINT} zqxpublic", "visibility": "public", "channel_ref": "zqxhandle/1"}
    customer = {"external_id": "zqxhandle", "email": MAIL, "name": "Zqxname", "trust": "verified"}
    answer = await workspace.api.post("/v1/contacts", json={**body, "customer": customer})
    assert answer.status_code == 201, answer.text
    contact = str(answer.json()["id"])
    moved = {"to": "one_to_one", "reason": "zqxmoved"}
    taken = await workspace.api.post(f"/v1/contacts/{contact}/modality", json=moved)
    assert taken.status_code in (200, 204), taken.text
    back = {"to": "many_to_many", "reason": "zqxmoved", "summary": {"text": "zqxsummary is settled", "accept": True}}
    shown = await workspace.api.post(f"/v1/contacts/{contact}/modality", json=back)
    assert shown.status_code in (200, 204), shown.text
    return contact


async def in_an_incident(workspace: Workspace) -> str:
    """Answered by an incident, told of its end, and not content with it."""
    made = await incident(workspace)
    customer = {"email": MAIL, "name": "Zqxname", "trust": "verified"}
    contact = await workspace.post("I cannot sign in zqxoutage", topic="sign_in", customer=customer)
    await act(workspace, made["id"], "updates", status={"en": "Still down.", "de": "Noch gestört."})
    await act(workspace, made["id"], "fix")
    return str(contact["id"])


async def test_who_came_by_the_other_doors_is_nowhere_when_erased(
    make: Make, service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also from those who keep the case open in a browser: it shows nothing, and takes nothing more."""
    monkeypatch.setattr(forms, "QUICKEST_S", 0)
    words = [*WORDS, *PHONES]
    workspace = await make(world())
    async with receiving() as receiver, visitor(workspace, "203.0.113.77") as sam:
        await hook(workspace, f"{receiver.url}/crm", "crm", events=["*"], in_full=True, sensitive="included")
        contacts = await mailed(workspace, f"{receiver.url}/out")
        contacts += [await called(workspace), await in_public(workspace), await in_an_incident(workspace)]
        contacts.append(await asked_on_the_page(workspace, sam))
        async with workspace.ledger() as session:
            await session.execute(REVIEW, {"contact": contacts[0], "w": workspace.id})
        whose = {(await workspace.contact(one))["customer_id"] for one in contacts}
        for customer in whose:
            for contact in await busy_of(workspace, customer):
                await cancelled(workspace, contact)
        assert {one.rpartition(" ")[2] for one in await in_ledger(workspace, words)} == set(words)
        for customer in whose:
            answer = await workspace.api.post(f"/v1/customers/{customer}/erase", json=WHY)
            assert answer.status_code == 200, answer.text
            assert answer.json()["state"] == "erased"
        await workspace.projected()
        assert await in_ledger(workspace, words) == []
        assert await in_live_state(service[1], words) == []
        assert in_files(service[1], words) == []
        form, url = sam.page.forms["case/messages"], str(sam.answer.url.join("case/messages"))
        await sam.open("case")
        assert "case/messages" not in sam.page.forms
        assert sam.answer.url.path.endswith("/status")
        await sam.post(url, {**form, "text": "zqxadded again"}, 200)
        assert sam.answer.url.path.endswith("/status")
        assert await in_ledger(workspace, words) == []


async def busy_of(workspace: Workspace, customer: str) -> list[str]:
    """The contacts of a customer that are open."""
    asked = await workspace.api.get("/v1/contacts", params={"limit": 200})
    final = {"completed", "resolved", "cancelled", "abandoned"}
    items = asked.json()["items"]
    return [one["id"] for one in items if one["customer_id"] == customer and one["state"] not in final]
