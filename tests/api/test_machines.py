"""What machines send is accepted and listed, and nobody answers it; a customer who was taken for a machine is still
seen.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.lifecycle.rebuilding import Rebuilding
from mci_router.routing.calls import LAST_MS
from tests.support.documents import small, with_queue
from tests.support.problems import assert_problem
from tests.support.service import Workspace, eventually

BOUNCE: dict[str, Any] = {
    "channel": "email",
    "subject": "Undelivered Mail Returned to Sender",
    "text": "I'm sorry to have to inform you that your message could not be delivered to one or more recipients.",
    "customer": {"email": "mailer@larch.example"},
}
ABSENCE: dict[str, Any] = {
    "channel": "email",
    "subject": "Automatic reply: Your appointment",
    "text": "I am on leave until 4 May. For urgent matters please contact Robin.",
    "customer": {"email": "kim@larch.example"},
}
COMPLAINT = "a formal complaint, I demand a manager"


async def listed(workspace: Workspace, kind: str) -> list[str]:
    """The ids of the contacts of a kind."""
    return [item["id"] for item in (await workspace.api.get("/v1/contacts", params={"kind": kind})).json()["items"]]


async def test_what_a_header_says_a_machine_sent_joins_no_queue_and_is_listed(workspace: Workspace) -> None:
    """It ends as it comes, in the ledger as in the answer; it is counted as a machine's, under no topic."""
    contact = await workspace.post(**BOUNCE, headers={"Auto-Submitted": "auto-replied"})
    assert (contact["kind"], contact["state"], contact["route"]["outcome"]) == ("machine", "resolved", "none")
    assert (contact["triage"]["topic"], contact["route"]["queue"], contact["route"]["answer"]) == (None, None, None)
    assert any("Auto-Submitted" in reason for reason in contact["triage"]["reasons"])

    async def told() -> list[dict[str, Any]]:
        return await workspace.events(contact["id"])

    (event,) = await eventually(told)
    assert (await workspace.contact(contact["id"]))["ended_at"]
    assert (event["type"], event["data"]["why"], event["data"]["outcome"]) == ("contact.resolved", "machine", "none")
    assert await listed(workspace, "machine") == [contact["id"]]
    assert await listed(workspace, "customer") == []
    (count,) = (await workspace.api.get("/v1/reports/contacts")).json()["counts"]
    assert (count["kind"], count["outcome"], count["contacts"]) == ("machine", "none", 1)
    counted = f'mci_contacts_total{{outcome="none",workspace="{workspace.name}"}} 1.0'
    assert counted in (await workspace.api.get("/metrics")).text


async def test_headers_are_looked_at_and_not_kept(workspace: Workspace) -> None:
    """Whatever they hold; too many, or too long ones, are refused."""
    contact = await workspace.post(**BOUNCE, headers={"Return-Path": "<>", "X-Secret": "larch-marker"})
    async with workspace.ledger() as session:
        row = await session.scalar(text("SELECT contacts::text FROM contacts WHERE id = :id"), {"id": contact["id"]})
        decision = await session.scalar(
            text("SELECT decisions::text FROM decisions WHERE contact_id = :id"), {"id": contact["id"]}
        )
    assert "larch-marker" not in f"{row}{decision}"
    many = {f"X-{number}": "a" for number in range(51)}
    for headers in (many, {"Subject": "a" * 2_001}, {"": "a"}, {"X": 1}):
        response = await workspace.api.post("/v1/contacts", json={**BOUNCE, "headers": headers})
        assert_problem(response, 422, "invalid_request", "body.headers")


async def test_a_workspace_that_wants_them_gets_them_in_its_queue(make: Callable[..., Awaitable[Workspace]]) -> None:
    """`machines: {queue}`: an agent sees them; a queue that is not there is refused."""
    document = small()
    document["workspace"]["machines"] = {"queue": "desk"}
    workspace = await make(document)
    contact = await workspace.post(**BOUNCE, headers={"Precedence": "bulk"})
    assert (contact["kind"], contact["state"], contact["route"]["queue"]) == ("machine", "queued", "desk")
    async with workspace.desk("fred") as fred:
        offer = await fred.expect("offer.created")
    assert (offer["contact"]["id"], offer["contact"]["kind"]) == (contact["id"], "machine")


async def test_what_no_customer_sent_is_never_posted_nor_answered(make: Callable[..., Awaitable[Workspace]]) -> None:
    """Whatever the ladder, the closed queue and its overflow rules would have done with a customer's."""
    ladder = [{"outcome": "automation"}, {"outcome": "community"}, {"outcome": "agent"}]
    document = with_queue("desk", overflow=[{"staffed_below": 1, "to_community": True}])
    document["policies"] = [{"name": "low_volume_high_touch", "ladder": ladder}]
    workspace = await make(document)
    taken = await workspace.post(**ABSENCE)
    assert (taken["kind"], taken["state"], taken["route"]["queue"]) == ("machine", "queued", "desk")
    assert any("community, is passed over: no customer sent it" in reason for reason in taken["route"]["reasons"])
    assert (await workspace.api.get("/v1/posts")).json()["items"] == []


async def test_what_only_words_make_a_machine_waits_behind_every_customer(workspace: Workspace) -> None:
    """A customer who comes later is offered first; then it is, marked, so that a customer taken for a machine is not
    lost.
    """
    taken = await workspace.post(**ABSENCE)
    assert any("behind every customer" in reason for reason in taken["route"]["reasons"])
    later = await workspace.post(COMPLAINT, channel="email")
    await workspace.api.patch(
        "/v1/agents/fred", json={"skills": [{"skill": "billing"}], "capacity": {"units": 2, "channels": {"email": 1}}}
    )
    async with workspace.desk("fred") as fred:
        first = await fred.expect("offer.created")
        assert first["contact"]["id"] == later["id"]
        done = await fred.do("offer.accept", offer_id=first["offer_id"])
        await fred.do("assignment.complete", assignment_id=done["assignment_id"], disposition="solved")
        await fred.do("wrap_up.done", assignment_id=done["assignment_id"])
        second = await fred.expect("offer.created")
    assert (second["contact"]["id"], second["contact"]["kind"]) == (taken["id"], "machine")
    assert await ms_between(workspace, taken["id"]) >= LAST_MS


async def test_what_a_machine_sent_takes_no_specialists_time(workspace: Workspace) -> None:
    """It waits in the queue of its channel, whatever queue the ladder names for what is rare and needs care."""
    ladder = {"ladder": [{"outcome": "agent", "queue": "fraud_desk"}]}
    assert (await workspace.api.put("/v1/policies/low_volume_high_touch", json=ladder)).status_code in (200, 201)
    taken = await workspace.post(**ABSENCE)
    asked = await workspace.post("glorp frobnicate", channel="email")
    assert (taken["route"]["queue"], asked["route"]["queue"]) == ("desk", "fraud_desk")


async def ms_between(workspace: Workspace, contact_id: str) -> float:
    """From when it came in line to when it is due."""
    async with workspace.ledger() as session:
        query = text("SELECT extract(epoch FROM due_at - enqueued_at) * 1000 FROM contacts WHERE id = :id")
        return float(await session.scalar(query, {"id": contact_id}) or 0)


async def test_whoever_passes_it_on_makes_it_a_customers(workspace: Workspace) -> None:
    """A person has read it: from then on it waits as a customer's does."""
    taken = await workspace.post(**ABSENCE)
    moved = await workspace.api.post(
        f"/v1/contacts/{taken['id']}/transfer", json={"queue": "fraud_desk", "reason": "it is a customer"}
    )
    assert (moved.status_code, moved.json()["kind"]) == (200, "customer")
    assert await ms_between(workspace, taken["id"]) < LAST_MS
    assert await listed(workspace, "machine") == []


async def test_somebody_in_danger_is_no_machine_whatever_the_headers(workspace: Workspace) -> None:
    """The absence note of somebody who writes of self-harm: sensitive, a customer's, with a person."""
    words = "I am out of the office. I want to kill myself."
    contact = await workspace.post(**{**ABSENCE, "text": words}, headers={"Auto-Submitted": "auto-replied"})
    assert (contact["kind"], contact["triage"]["sensitive"], contact["state"]) == ("customer", True, "queued")


async def test_the_dry_run_says_who_wrote(workspace: Workspace) -> None:
    """And keeps nothing: neither a contact nor an opt-out."""
    tried = (await workspace.api.post("/v1/decisions", json={**BOUNCE, "headers": {"Return-Path": "<>"}})).json()
    assert (tried["kind"], tried["state"], tried["route"]["outcome"]) == ("machine", "resolved", "none")
    stop = {"channel": "sms", "text": "STOP", "customer": {"phone": "+49 30 901821"}}
    await workspace.post("where is my parcel", channel="sms", customer=stop["customer"])
    assert (await workspace.api.post("/v1/decisions", json=stop)).json()["kind"] == "opt_out"
    asked = (await workspace.api.get("/v1/opt-outs", params={"address": "+49 30 901821"})).json()
    assert [item["opted_out_at"] for item in asked["items"]] == [None]


async def test_a_machine_is_neither_counted_nor_learnt_from(make: Callable[..., Awaitable[Workspace]]) -> None:
    """Its words may be a topic's: the topic's volume does not rise, and what the agent says it was about corrects
    nothing.
    """
    workspace = await make()
    machine = await workspace.post(
        channel="email", subject="Automatic reply: forgot my password", text="Away until Monday."
    )
    assert (machine["kind"], machine["triage"]["topic"]) == ("machine", None)
    counted = await workspace.post("login does not work, I forgot my password", topic="sign_in")
    async with workspace.desk("fred") as fred:
        offer = await fred.expect("offer.created")
        done = await fred.do("offer.accept", offer_id=offer["offer_id"])
        await fred.do("assignment.complete", assignment_id=done["assignment_id"], disposition="none", topic="sign_in")
    assert (await workspace.api.get("/v1/triage/corrections")).json()["items"] == []

    async def rate() -> int:
        places = {place["topic"]: place for place in (await workspace.api.get("/v1/matrix")).json()["topics"]}
        return int(places["sign_in"]["contacts_last_hour"])

    assert await eventually(rate) == 1
    assert counted["kind"] == "customer"


@pytest.mark.parametrize("word", ["nope", "when", "fine", "hm"])
async def test_a_word_alone_is_neither_an_opt_out_nor_a_machines(shared: Workspace, word: str) -> None:
    """A person reads it, or the open conversation does."""
    contact = await shared.post(word, channel="sms")
    assert (contact["kind"], contact["route"]["outcome"]) == ("customer", "agent")


async def test_one_that_never_reached_the_live_state_ends_all_the_same(
    workspace: Workspace, service: tuple[str, Parts]
) -> None:
    """As after a crash between commit and live state, and a live state that was made again: recovery ends it,
    once.
    """
    _, parts = service
    contact = await workspace.post("STOP", channel="sms", customer={"phone": "+49 30 901822"})
    await workspace.until_state(contact["id"], "resolved")
    async with workspace.ledger() as session:
        lost = "state = 'accepted', ended_at = NULL, journal_id = '', accepted_at = now() - interval '1 minute'"
        await session.execute(text(f"UPDATE contacts SET {lost} WHERE id = :id"), {"id": contact["id"]})
    await Rebuilding(parts.database, parts.engine, parts.snapshots).again(workspace.id)

    async def ended() -> bool:
        async with workspace.ledger() as session:
            return bool(
                await session.scalar(text("SELECT ended_at FROM contacts WHERE id = :id"), {"id": contact["id"]})
            )

    await eventually(ended)
    assert (await workspace.contact(contact["id"]))["state"] == "resolved"
