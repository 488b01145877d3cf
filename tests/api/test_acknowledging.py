"""A customer who has written is told once that it has arrived, and until when somebody answers; a machine never is."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.ids import earliest
from mci_router.lifecycle.talking.acknowledging import LATELY, LATEST, PENDING, Acknowledging
from mci_router.lifecycle.talking.automatic_answers import DUE, DUE_LATELY, AutomaticAnswers
from mci_router.settings import Settings
from tests.support.documents import small
from tests.support.outbound import WIDGET, adapter, chat, key_of, reading, reply
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]

COMPLAINT = "a formal complaint, I demand a manager"
MAIL = {**WIDGET, "channels": ["email"]}
QUEUED = text("SELECT min(id) FROM events WHERE contact_id = :contact AND type = 'contact.queued'")
STATES = text(
    "SELECT contact_id, why, written_at IS NOT NULL AS written FROM automatic_answers WHERE workspace_id = :w"
)


def acknowledging(**more: Any) -> dict[str, Any]:
    """The small workspace, whose queues acknowledge e-mails, and in whose day it is always open."""
    document = small()
    for queue in document["queues"]:
        queue["acknowledge"] = {"channels": ["email"], **more}
    return document


@pytest.fixture
async def mailing(make: Make) -> Workspace:
    workspace = await make(acknowledging())
    await adapter(workspace, **MAIL)
    return workspace


async def mail(
    workspace: Workspace, text: str = COMPLAINT, sender: str = "kim@example.com", **more: Any
) -> dict[str, Any]:
    customer = {"email": sender, **more.pop("customer", {})}
    return await chat(workspace, text=text, channel="email", customer=customer, **more)


async def decided(workspace: Workspace, *contacts: dict[str, Any]) -> list[str | None]:
    """Why contacts get no acknowledgement, None for one that is written, once that is decided of all."""

    async def known() -> list[str | None] | None:
        async with workspace.database.transaction() as session:
            rows = (await session.execute(STATES, {"w": workspace.id})).all()
        settled = {row.contact_id: row.why for row in rows if row.why or row.written}
        ids = [contact["id"] for contact in contacts]
        return [settled[one] for one in ids] if settled.keys() >= set(ids) else None

    reasons: list[str | None] = await eventually(known)
    return reasons


async def written(workspace: Workspace, contact: dict[str, Any]) -> list[str]:
    """What the service itself has written in the contact's case."""
    response = await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")
    return [one["text"] for one in response.json()["items"] if one["kind"] == "system"]


async def test_a_mail_is_acknowledged_once_a_case(mailing: Workspace) -> None:
    """In the customer's language, with the reference, and until when by the live queue; it goes out as a machine's."""
    key = await key_of(mailing, "messages:deliver", adapter="widget")
    async with reading(mailing, key) as sent:
        first = await mail(mailing, language="de")
        _, message = await sent.next()
        assert (message["kind"], message["author"], message["case_reference"]) == (
            "system",
            "",
            first["case_reference"],
        )
        assert first["case_reference"] in message["text"]
        assert "wir antworten" in message["text"]
        heard = await mailing.api.get("/v1/cases", params={"reference": first["case_reference"], "language": "en"})
        assert heard.json()["answer_by"]
        assert heard.json()["text"].startswith("Your request is in line. We answer it ")
        again = await mail(mailing)
        assert again["case_id"] == first["case_id"]
        assert await decided(mailing, first, again) == [None, "again"]
    assert len(await written(mailing, first)) == 1


async def test_who_gets_none(mailing: Workspace, make: Make) -> None:
    """Machines, opted-out addresses, those whom an agent, automation or the community answers, those who are in danger,
    other channels, and whom nothing carries a message to.
    """
    async with mailing.desk("ann", available=False):
        machine = await mail(
            mailing,
            "I am away until Monday",
            "bob@example.com",
            headers={"Auto-Submitted": "auto-replied"},
        )
        await mail(mailing, "the newsletter is nice", "out@example.com")
        opt_out = {"address": "out@example.com", "opted_out": True}
        assert (await mailing.api.post("/v1/opt-outs", json=opt_out)).status_code == 200
        opted_out = await mail(mailing, COMPLAINT, "out@example.com", topic="complaint")
        danger = await mail(mailing, "I want to end my life tonight", "eve@example.com")
        unreachable = await mailing.post(COMPLAINT, channel="email", customer={"email": "kit@example.com"})
    assert machine["kind"] == "machine"
    assert await decided(mailing, opted_out, danger, unreachable) == ["opted_out", "urgent", "unreachable"]
    other = await mailing.post(COMPLAINT)
    async with mailing.database.transaction() as session:
        rows = {row.contact_id: row.why for row in await session.execute(STATES, {"w": mailing.id})}
    assert rows.get(machine["id"], "machine") == "machine"
    assert other["id"] not in rows


async def test_nothing_is_promised_where_somebody_has_answered(make: Make) -> None:
    """An agent, before the service came to it; or automation, before the contact came to the queue."""
    document = acknowledging()
    for queue in document["queues"]:
        del queue["acknowledge"]
    workspace = await make(document)
    await adapter(workspace, **MAIL)
    served, automated = (
        await mail(workspace),
        await mail(workspace, "I cannot sign in, login does not work", "al@example.com"),
    )
    assert automated["route"]["outcome"] == "automation"
    await reply(workspace, served)
    assert (await workspace.api.post(f"/v1/contacts/{automated['id']}/unresolved")).status_code == 200
    waits = await mail(workspace, sender="late@example.com")
    for queue in document["queues"]:
        body = {"acknowledge": {"channels": ["email"]}}
        assert (await workspace.api.patch(f"/v1/queues/{queue['name']}", json=body)).status_code == 200
    assert await decided(workspace, served, automated, waits) == ["answered", "answered", None]
    assert await written(workspace, served) == await written(workspace, automated) == []


async def test_an_address_gets_so_many_an_hour(make: Make) -> None:
    """Whatever the cases are, and whoever writes from it; a sensitive matter is not named by the queue's own text."""
    workspace = await make(acknowledging(most_per_hour=2, texts={"en": "Your complaint: {reference}, {by}"}))
    await adapter(workspace, **MAIL)
    said = [COMPLAINT, "someone stole my card, fraud", COMPLAINT]
    cases = [await mail(workspace, one, customer={"external_id": f"crm-{number}"}) for number, one in enumerate(said)]
    assert len({one["customer_id"] for one in cases}) == len({one["case_id"] for one in cases}) == 3
    reasons = await decided(workspace, *cases)
    assert sorted(reasons, key=str) == [None, None, "too_many"]
    (plain,), (sensitive,) = [await written(workspace, one) for one in cases[:2]]
    assert plain.startswith(f"This is an automatic message.\n\nYour complaint: {cases[0]['case_reference']}, ")
    assert "complaint" not in sensitive
    assert cases[1]["case_reference"] in sensitive


async def test_routers_that_look_at_once_and_one_that_is_killed_write_one(
    mailing: Workspace, service: tuple[str, Parts]
) -> None:
    """Killed after it was decided, after it was written and before that was noted: the next look finishes it, once."""
    parts = service[1]
    snapshot = await parts.snapshots.get(mailing.id)

    def router() -> Acknowledging:
        return Acknowledging(parts.database, parts.engine, parts.conversations, parts.fingerprints)

    contact = await mail(mailing)
    await asyncio.gather(*(router().turn([snapshot]) for _ in range(4)))
    assert await decided(mailing, contact) == [None]
    assert len(await written(mailing, contact)) == 1
    async with mailing.database.transaction() as session:  # as if it had died before the note
        await session.execute(
            text("UPDATE automatic_answers SET written_at = NULL WHERE workspace_id = :w"), {"w": mailing.id}
        )
    await asyncio.gather(*(router().turn([snapshot]) for _ in range(2)))
    assert await decided(mailing, contact) == [None]
    assert len(await written(mailing, contact)) == 1


async def test_open_contacts_are_read_again_only_after_a_commit(
    mailing: Workspace, service: tuple[str, Parts], settings: Settings
) -> None:
    """Nothing else can make one of them due, and there may be thousands: a look at rest would cost the more."""
    parts, asked = service[1], list[str]()
    snapshot = await parts.snapshots.get(mailing.id)
    async with mailing.desk("ann", available=False):  # so that the live state is there, and journals what comes
        contact = await mail(mailing)
    assert await decided(mailing, contact) == [None]
    await mailing.projected()
    database = Database(settings.database_url or "", pool_size=1, timeout_s=30)
    try:
        async with database.engine.connect() as connection:  # the only one: all that is read goes by it
            driver: Any = (await connection.get_raw_connection()).driver_connection
            driver.add_query_logger(lambda query: asked.append(query.query))
        router = Acknowledging(database, parts.engine, parts.conversations, parts.fingerprints)
        await router.turn([snapshot])
        assert DUE in asked

        async def unasked() -> bool:
            asked.clear()
            await router.turn([snapshot])
            return not {DUE, DUE_LATELY}.intersection(asked)

        await eventually(unasked)  # what the tests' own service commits meanwhile is over soon
        other = await mail(mailing, sender="other@example.com")
        assert await decided(mailing, other) == [None]
        await router.turn([snapshot])
        assert DUE_LATELY in asked
        assert DUE not in asked  # only what has come since the last look
    finally:
        await database.close()


async def test_a_look_reads_what_has_come_to_a_queue_since_the_last(make: Make, service: tuple[str, Parts]) -> None:
    """However long ago the contact itself came, within a day; those that came to it before are not read again."""
    workspace = await make(small())  # no queue acknowledges: the tests' own service decides about nothing
    answers, asked = AutomaticAnswers(service[1].database), [("desk", "email")]
    async with workspace.desk("ann", available=False):  # so that the live state is there, and the contact new to it
        first = await workspace.post(COMPLAINT, channel="email")

    async def entered() -> str | None:
        async with workspace.database.transaction() as session:
            entry: str | None = await session.scalar(QUEUED, {"contact": first["id"]})
        return entry

    entry: str = await eventually(entered)
    assert [row["id"] for row in await answers.due_lately(workspace.id, asked, LATEST, entry)] == [first["id"]]
    assert not await answers.due_lately(workspace.id, [("desk", "chat")], LATEST, entry)
    assert not await answers.due_lately(workspace.id, asked, timedelta(0), entry)  # too old to be told of its arrival
    assert (await answers.newest_entry(workspace.id) or "") >= entry
    ms = int(entry.partition("-")[0])
    assert not await answers.due_lately(workspace.id, asked, LATEST, f"{ms + 10_000:015d}-000000")


async def test_what_a_queue_may_say_is_checked(make: Make) -> None:
    """Calls are not acknowledged, and a text has no other placeholder than those that are filled in."""
    workspace = await make()
    named: dict[str, Any] = {"channels": ["email"], "texts": {"en": "Hi {name}"}}
    wrong: dict[str, Any]
    for wrong in ({"channels": ["voice"]}, {"channels": []}, named):
        response = await workspace.api.patch("/v1/queues/desk", json={"acknowledge": wrong})
        assert response.status_code == 422, response.text


async def test_at_rest_no_workspace_is_looked_at(mailing: Workspace) -> None:
    """The look at the ledger that all loops share asks for this one, too: while nothing came lately, it does nothing."""
    one = (await mail(mailing))["id"]
    before = earliest("contact", utc_now() - LATELY)
    async with mailing.database.transaction() as session:  # on tables of its own, in which nothing else is

        async def after(change: str) -> bool:
            await session.execute(text(change), {"one": one, "w": mailing.id} if ":" in change else {})
            return bool(await session.scalar(text(f"SELECT {PENDING}")))

        for table in ("workspaces", "contacts", "automatic_answers"):
            await session.execute(text(f"CREATE TEMP TABLE {table} (LIKE public.{table}) ON COMMIT DROP"))
        assert not await after("INSERT INTO workspaces SELECT * FROM public.workspaces WHERE id = :w")
        assert await after("INSERT INTO contacts SELECT * FROM public.contacts WHERE id = :one")
        assert not await after(f"UPDATE contacts SET id = '{before}'")
        assert not await after("UPDATE contacts SET id = :one, ended_at = now()")
        unwritten = "INSERT INTO automatic_answers (contact_id, workspace_id, case_id, address, at)"
        assert await after(f"{unwritten} VALUES (:one, :w, 'a case', 'an address', now())")
        assert not await after("UPDATE automatic_answers SET written_at = now()")
