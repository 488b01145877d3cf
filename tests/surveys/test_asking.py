"""Customers are asked how it was, once a contact, by the way on which they wrote."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.api.schemas.frames import FRAME
from mci_router.surveys.inviting import Invitations
from tests.support.outbound import WIDGET, adapter, key_of, reading
from tests.support.service import Workspace
from tests.support.surveys import CSAT, PUBLIC, all_decided, ended, invitations, resolved, settled, surveyed, token_of

Make = Callable[..., Awaitable[Workspace]]

BY_MACHINE = {**CSAT, "after": ["agent", "automation"]}
MAIL = {**WIDGET, "channels": ["chat", "email", "voice"]}
KIM = {"email": "kim@example.com"}


async def test_a_customer_is_asked_once_by_the_conversations_own_way(make: Make, parts: Parts) -> None:
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
    row = await settled(workspace, contact)
    assert (row["state"], row["survey"], row["agent"], row["queue"]) == ("sent", "after_chat", "ann", "desk")
    token = token_of(parts, row)
    assert message["survey"]["url"] == f"{PUBLIC}/s/{token}"
    assert message["text"].endswith(f"{PUBLIC}/s/{token}")
    kept = await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")
    assert "How satisfied are you" in kept.text
    assert token not in kept.text
    assert token not in str(row)


async def test_a_mail_has_a_link_for_each_option(make: Make, parts: Parts) -> None:
    """In the customer's language, or with the workspace's own words; each only chooses."""
    own = {**BY_MACHINE, "texts": {"de": "Und, wie war es?"}}
    workspace = await make(surveyed(own))
    await adapter(workspace, **MAIL)
    key = await key_of(workspace, "messages:deliver", adapter="widget")
    async with reading(workspace, key) as sent:
        contact = await resolved(workspace, channel="email", customer=KIM, language="de")
        while "survey" not in (message := (await sent.next())[1]):
            continue
    url = f"{PUBLIC}/s/{token_of(parts, await settled(workspace, contact))}"
    lines = message["text"].splitlines()
    assert lines[0] == "Und, wie war es?"
    assert lines[-1] == f"5 – sehr zufrieden: {url}?score=5"
    assert len([line for line in lines if url in line]) == 5


async def test_who_is_not_asked(make: Make) -> None:
    """After a sensitive contact; at an address that is opted out; who was asked within the quiet days; a machine; whom
    nothing reaches; whom no survey is for; and nobody where it is not known how customers reach the service.
    """
    workspace = await make(surveyed({**BY_MACHINE, "quiet_days": 30}))
    await adapter(workspace, **MAIL)
    fraud = await ended(workspace, "someone stole my card, fraud", "fred")
    opted = await resolved(workspace, channel="email", customer={"email": "out@example.com"})
    first = await resolved(workspace, customer={"external_id": "crm-1"})
    assert (await settled(workspace, first))["state"] == "sent"
    again = await ended(workspace, customer={"external_id": "crm-1"})
    out = {"address": "new@example.com", "opted_out": True}
    await workspace.post("hello", channel="email", customer={"email": "new@example.com"})
    assert (await workspace.api.post("/v1/opt-outs", json=out)).status_code == 200
    left_alone = await resolved(workspace, channel="email", customer={"email": "new@example.com"}, topic="sign_in")
    machine = await workspace.post("away", channel="email", customer=KIM, headers={"Auto-Submitted": "auto-replied"})
    alone = await workspace.post("I cannot sign in, login does not work", channel="email", customer=KIM)
    await workspace.api.post(f"/v1/contacts/{alone['id']}/resolve", json={})
    assert [(await settled(workspace, one))["why"] for one in (again, left_alone, fraud, alone)] == [
        *("quiet", "opted_out", "sensitive", "unreachable"),
    ]
    assert (await settled(workspace, opted))["state"] == "sent"
    await all_decided(workspace)
    assert machine["id"] not in await invitations(workspace)
    messages = (await workspace.api.get(f"/v1/cases/{fraud['case_id']}/messages")).json()["items"]
    assert [one["kind"] for one in messages] == ["customer"]


async def test_a_sensitive_contact_is_asked_about_where_the_survey_says_so(make: Make) -> None:
    workspace = await make(surveyed({**CSAT, "sensitive": True}))
    await adapter(workspace, **WIDGET)
    fraud = await ended(workspace, "someone stole my card, fraud", "fred")
    assert (await settled(workspace, fraud))["state"] == "sent"
    plain = await key_of(workspace, "contacts:read")
    body = {"contact_id": fraud["id"], "score": 5, "comment": "thanks"}
    assert (await workspace.api.post("/v1/survey-answers", json=body)).status_code == 200
    headers = {"Authorization": f"Bearer {plain['key']}"}
    assert (await workspace.api.get("/v1/survey-answers", headers=headers)).json()["items"] == []
    assert len((await workspace.api.get("/v1/survey-answers")).json()["items"]) == 1


async def test_without_a_public_address_only_the_chat_asks(
    make: Make, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link that leads nowhere helps nobody. A share of nearly nobody draws nobody."""
    monkeypatch.setattr(parts.settings, "public_url", "")
    workspace = await make(surveyed(BY_MACHINE))
    await adapter(workspace, **MAIL)
    mail = await resolved(workspace, channel="email", customer=KIM)
    chat = await resolved(workspace)
    assert (await settled(workspace, mail))["why"] == "no_public_url"
    assert (await settled(workspace, chat))["state"] == "sent"
    changed = await workspace.api.patch("/v1/surveys/after_chat", json={"sample": 1e-9}, headers={"If-Match": "*"})
    assert changed.status_code == 200, changed.text
    undrawn = await resolved(workspace)
    await all_decided(workspace)
    assert undrawn["id"] not in await invitations(workspace)


async def test_one_that_dies_before_its_mark_does_not_ask_twice(
    make: Make, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message is written, the process dies: the next one finds what is due, and writes nothing again."""
    died: list[str] = []
    mark = Invitations.mark

    async def dies_once(self: Invitations, contact: str) -> None:
        if contact not in died:
            died.append(contact)
            raise ConnectionResetError("killed")
        await mark(self, contact)

    monkeypatch.setattr(Invitations, "mark", dies_once)
    workspace = await make(surveyed(BY_MACHINE))
    await adapter(workspace, **WIDGET)
    contact = await resolved(workspace)
    assert (await settled(workspace, contact))["state"] == "sent"
    assert died == [contact["id"]]
    messages = (await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")).json()["items"]
    assert len([one for one in messages if "How satisfied" in one["text"]]) == 1
    query = text("SELECT sum(sent)::int FROM interval_surveys WHERE workspace_id = :w")
    async with workspace.database.transaction() as session:
        assert await session.scalar(query, {"w": workspace.id}) == 1


async def test_what_the_journal_tells_again_asks_nobody_again(make: Make) -> None:
    """And what ended long before there was a survey asks nobody."""
    workspace = await make(surveyed(BY_MACHINE))
    await adapter(workspace, **WIDGET)
    contact = await resolved(workspace)
    await settled(workspace, contact)
    old = await resolved(workspace, customer={"external_id": "old"})
    await settled(workspace, old)
    async with workspace.database.transaction() as session:
        await session.execute(text("DELETE FROM survey_invitations WHERE contact_id = :c"), {"c": old["id"]})
        await session.execute(
            text("UPDATE contacts SET ended_at = now() - interval '9 days' WHERE id = :c"), {"c": old["id"]}
        )
        note = text("INSERT INTO survey_candidates (workspace_id, contact_id) VALUES (:w, :c)")
        await session.execute(note, [{"w": workspace.id, "c": one["id"]} for one in (contact, old)])
    await all_decided(workspace)
    assert set(await invitations(workspace)) == {contact["id"]}


def test_an_agents_socket_has_no_word_for_surveys() -> None:
    """So no agent can keep a customer from being asked."""
    assert "survey" not in str(FRAME.json_schema()).lower()
