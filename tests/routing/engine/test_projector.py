"""The journal becomes the ledger: in any order, any number of times, by whichever reader is alive."""

import asyncio
import json
from collections.abc import AsyncIterator
from itertools import count, permutations
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import to_ms, utc_now
from mci_router.database import Database
from mci_router.embedded import Servers
from mci_router.errors import DatabaseUnavailable
from mci_router.loops import UNTRIED
from mci_router.models import Case, Contact, Event, Offer
from mci_router.routing.engine import journal
from mci_router.routing.engine.journal import Journal
from mci_router.routing.engine.projector import Projection, project
from mci_router.routing.engine.projector_rows import fold_contacts, fold_offers
from mci_router.routing.engine.projector_statement import WRITE, WRITE_EVENTS, document, statement_of
from mci_router.routing.entries import JournalEntry, entry_id
from tests.support.lanes import LaneIn
from tests.support.live import LiveState, live_state
from tests.support.service import Workspace, eventually

LATER_MS = to_ms(utc_now()) + 3_600_000  # newer than anything the service itself journals meanwhile
entry_numbers = count()
COMPLAINT = "a formal complaint, I demand a manager"


@pytest.fixture
async def live(servers: Servers) -> AsyncIterator[LiveState]:
    async with live_state(servers.redis_url) as started:
        yield started


def entry(second: int, kind: str, contact: str | None = None, state: str | None = None, **data: Any) -> JournalEntry:
    at = LATER_MS + second * 1000
    standing = {"contact": contact, "state": state, "queue": "desk"} if contact else {}
    return JournalEntry.of(f"{at}-{next(entry_numbers)}", {"type": kind, "at": at, **standing, **data})


def life(contact: str) -> list[JournalEntry]:
    """A contact offered to fred who declines, then to ann who serves it."""
    first, second, assignment = f"ofr_{contact[4:]}_1_1", f"ofr_{contact[4:]}_2_2", f"asg_{contact[4:]}_2_2"
    held = {"agent": "ann", "assignment": assignment, "answered_at": LATER_MS + 4_000}
    return [
        entry(1, "offer.created", contact, "offered", agent="fred", offer=first),
        entry(2, "offer.declined", contact, "queued", agent="fred", offer=first, why="busy"),
        entry(3, "offer.created", contact, "offered", agent="ann", offer=second),
        entry(4, "offer.accepted", contact, "assigned", offer=second, **held),
        entry(
            5,
            "contact.wrapping_up",
            contact,
            "wrapping_up",
            handled_at=LATER_MS + 5_000,
            disposition="solved",
            notes="told",
            **held,
        ),
        entry(
            6, "contact.completed", contact, "completed", handled_at=LATER_MS + 5_000, ended_at=LATER_MS + 6_000, **held
        ),
    ]


async def write(workspace: Workspace, *batches: list[JournalEntry]) -> None:
    """Each batch in a transaction of its own."""
    for batch in batches:
        async with workspace.database.transaction() as session:
            await project(LaneIn(session), workspace.id, batch)


async def ledger(workspace: Workspace, contact: str) -> dict[str, Any]:
    """All that the ledger holds of a contact's later life."""
    async with workspace.database.transaction() as session:
        row = (await session.scalars(select(Contact).where(Contact.id == contact))).one()
        offers = (await session.scalars(select(Offer).where(Offer.contact_id == contact).order_by(Offer.id))).all()
        events = (
            await session.scalars(select(Event).where(Event.contact_id == contact, Event.id > f"{LATER_MS:015d}"))
        ).all()
        columns = (
            "state",
            "agent",
            "queue",
            "assignment_id",
            "answered_at",
            "handled_at",
            "ended_at",
            "disposition",
            "notes",
        )
        return {
            "contact": {column: getattr(row, column) for column in columns},
            "up to the newest event": row.journal_id == max((event.id for event in events), default=None),
            "offers": [
                (offer.id, offer.agent, offer.state, offer.why, offer.created_at, offer.ended_at) for offer in offers
            ],
            "events": [event.type for event in sorted(events, key=lambda event: event.id)],
        }


async def case_status(workspace: Workspace, case: str) -> str:
    async with workspace.database.transaction() as session:
        return str(await session.scalar(select(Case.status).where(Case.id == case)))


# Folding


def test_a_contact_stands_where_its_newest_entry_says_and_keeps_its_facts() -> None:
    """One row a contact, whatever the order; entries of agents alone make none."""
    entries = [*life("con_b"), *life("con_a")[:2], entry(9, "agent.lost", agent="ann")]
    contacts = document("wsp_a", list(reversed(entries)))["contacts"]
    assert list(contacts) == ["con_a", "con_b"]
    rows = list(contacts.values())
    assert (rows[0]["state"], rows[0]["agent"]) == ("queued", None)
    assert (rows[1]["state"], rows[1]["agent"], rows[1]["disposition"]) == ("completed", "ann", "solved")
    assert rows[1]["id"] == entries[5].id
    assert {"answered_at", "handled_at", "ended_at"} <= set(rows[1])


def test_an_agent_is_named_only_while_holding_the_contact() -> None:
    """Not one who was merely offered it."""
    offered, declined, *_, completed = life("con_a")
    assert [fold_contacts([one])[0]["agent"] for one in (offered, declined, completed)] == [None, None, "ann"]


def test_each_offer_has_one_fate() -> None:
    """Pending until something else is said of it; a contact that ends or moves on takes its pending offer along."""
    rows = {row["id"]: row for row in document("wsp_a", list(reversed(life("con_a"))))["offers"]}
    assert [(row["agent"], row["state"], row.get("why")) for row in rows.values()] == [
        ("fred", "declined", "busy"),
        ("ann", "accepted", None),
    ]
    assert all({"created_at", "ended_at"} <= set(row) for row in rows.values())
    (pending,) = fold_offers(life("con_a")[:1])
    assert (pending["state"], "ended_at" in pending) == ("pending", False)
    for kind, state in (
        ("contact.abandoned", "abandoned"),
        ("contact.cancelled", "cancelled"),
        ("contact.queued", "queued"),
    ):
        gone = entry(2, kind, "con_a", state, agent="fred", offer=pending["id"], why="left")
        (revoked,) = fold_offers([life("con_a")[0], gone])
        assert (revoked["state"], revoked["why"]) == ("revoked", "left")


@pytest.mark.parametrize(
    "kind",
    [
        "contact.agent_lost",
        "contact.agent_returned",
        "contact.interrupted",
        "contact.resumed",
        "contact.transferring",
        "contact.transfer_failed",
        "contact.transferred",
    ],
)
def test_what_befalls_a_conversation_leaves_it_with_its_agent(kind: str) -> None:
    """State, agent and assignment stay; no offer comes of it."""
    held = {"agent": "ann", "assignment": "asg_a_1_1", "answered_at": LATER_MS}
    told = entry(1, kind, "con_a", "assigned", to="fred", **held)
    (row,) = fold_contacts([told])
    assert (row["state"], row["agent"], row["assignment"]) == ("assigned", "ann", "asg_a_1_1")
    assert row["answered_at"]
    assert fold_offers([told]) == []


@pytest.mark.parametrize(
    "kind",
    [
        *("contact.relaxed", "contact.relaxed_fully", "contact.callback_offered", "contact.callback_requested"),
        "contact.queue_closed",
    ],
)
@pytest.mark.parametrize(("state", "agent"), [("queued", None), ("offered", "ann")])
def test_what_befalls_a_waiting_contact_leaves_it_with_nobody(kind: str, state: str, agent: str | None) -> None:
    """Also while it is offered: who is merely asked does not have it, and the offer stays as it is."""
    told = entry(1, kind, "con_a", state, step=1, **({"agent": agent} if agent else {}))
    (row,) = fold_contacts([told])
    assert (row["state"], row["queue"], row["agent"], row["assignment"]) == (state, "desk", None, None)
    assert fold_offers([told]) == []


def test_a_warm_transfer_stays_with_its_first_agent_until_the_second_accepts() -> None:
    """Offered, declined, offered to another: the ledger names ann; accepted: fred.

    The offers are those of who was asked.
    """
    held, asked = {"holder": "ann", "assignment": "asg_a_1_1"}, ("ofr_a_2_2", "ofr_a_3_3")
    steps = [
        entry(1, "contact.transferring", "con_a", "assigned", agent="ann", assignment="asg_a_1_1", to="kim"),
        entry(2, "offer.created", "con_a", "assigned", agent="kim", offer=asked[0], **held),
        entry(3, "offer.declined", "con_a", "assigned", agent="kim", offer=asked[0], **held),
        entry(4, "offer.created", "con_a", "assigned", agent="fred", offer=asked[1], **held),
        entry(5, "contact.transferred", "con_a", "assigned", agent="ann", assignment="asg_a_1_1", to="fred"),
        entry(6, "offer.accepted", "con_a", "assigned", agent="fred", offer=asked[1], assignment="asg_a_3_3"),
    ]
    agents = [fold_contacts(steps[: number + 1])[0]["agent"] for number in range(6)]
    assert agents == ["ann"] * 5 + ["fred"]
    assert [(row["id"], row["agent"], row["state"]) for row in fold_offers(steps)] == [
        (asked[0], "kim", "declined"),
        (asked[1], "fred", "accepted"),
    ]


async def test_events_of_queues_reach_the_ledger_without_a_contact(workspace: Workspace) -> None:
    """Opened and closed: an event each, and no contact changes."""
    contact = (await workspace.post(COMPLAINT))["id"]

    async def settled() -> dict[str, Any] | None:
        now = await ledger(workspace, contact)
        return now if now["contact"]["state"] == "queued" else None

    before = await eventually(settled)
    await write(workspace, [entry(1, "queue.closed", queue="desk"), entry(2, "queue.opened", queue="desk")])
    assert await ledger(workspace, contact) == before
    async with workspace.database.transaction() as session:
        kinds = await session.scalars(
            select(Event.type).where(Event.workspace_id == workspace.id, Event.type.like("queue.%")).order_by(Event.id)
        )
        assert list(kinds) == ["queue.closed", "queue.opened"]


def test_entry_ids_sort_as_time_does() -> None:
    """As text, whatever the number of digits."""
    ids = ["999-2", "1000-0", "1000-9", "1000-10", "1760000000000-0"]
    assert [entry_id(one) for one in ids] == sorted(entry_id(one) for one in ids)


# Projecting


async def test_entries_projected_twice_change_nothing(workspace: Workspace) -> None:
    """Whole, or in part and out of place."""
    contact = (await workspace.post(COMPLAINT))["id"]
    entries = life(contact)
    await write(workspace, entries)
    once = await ledger(workspace, contact)
    assert once["contact"]["state"] == "completed"
    assert [state for _, _, state, *_ in once["offers"]] == ["declined", "accepted"]
    await write(workspace, entries, entries[:2], entries[3:4], entries[2:3])
    assert await ledger(workspace, contact) == once


async def test_what_is_said_alone_is_written_as_it_is_beside_a_move(workspace: Workspace) -> None:
    """By a short statement, once, and the contact stays as it is; whatever else a batch has takes the whole one."""
    contact = (await workspace.post(COMPLAINT))["id"]
    said = [entry(second, "message.created", contact, "offered", agent="fred", message="msg_1") for second in (2, 3)]
    moved = life(contact)
    assert statement_of(document(workspace.id, said)) == WRITE_EVENTS
    assert {statement_of(document(workspace.id, [*said, move])) for move in moved} == {WRITE}
    await write(workspace, moved[:1], said, said, [*said, *moved[1:]], said)
    apart = await ledger(workspace, contact)
    assert apart["events"].count("message.created") == 2
    assert (apart["contact"]["state"], apart["contact"]["agent"]) == ("completed", "ann")


async def test_batches_in_any_order_end_alike(workspace: Workspace) -> None:
    """The newest state stands, and no fact that an older entry brings late is lost."""
    ends = []
    for order in permutations(range(4)):
        contact = (await workspace.post(COMPLAINT))["id"]
        entries = life(contact)
        batches = [entries[:1], entries[1:3], entries[3:5], entries[5:]]
        await write(workspace, *(batches[place] for place in order))
        end = await ledger(workspace, contact)
        ends.append(json.dumps(end, default=str).replace(contact[4:], "…"))
    assert len(set(ends)) == 1, set(ends)
    assert '"solved"' in ends[0]


async def test_two_routers_project_the_same_contacts_at_once(workspace: Workspace) -> None:
    """The second one waits and changes nothing; neither fails."""
    contacts = [(await workspace.post(COMPLAINT))["id"] for _ in range(20)]
    older = sorted((one for contact in contacts for one in life(contact)[:3]), key=lambda one: one.id)
    newer = sorted((one for contact in reversed(contacts) for one in life(contact)[3:]), key=lambda one: one.id)
    await asyncio.gather(*(write(workspace, batch) for batch in (newer, older, older, newer)))
    for contact in contacts:
        assert (await ledger(workspace, contact))["contact"]["state"] == "completed"


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({"rung": 1, "asking": "1"}, "accepted"),
        ({"rung": 0}, "accepted"),
        ({"rung": 1}, "automating"),
        ({}, "automating"),
        ({"rung": 0, "state": "abandoned"}, "abandoned"),
    ],
)
async def test_what_is_committed_and_not_placed_yet_is_not_overtaken(
    workspace: Workspace, told: dict[str, Any], state: str
) -> None:
    """An entry of a lower rung, or of a question that was answered meanwhile, comes late: recovery finds the contact.

    An end counts.
    """
    contact = (await workspace.post(COMPLAINT))["id"]
    await eventually(lambda: _queued(workspace, contact))
    async with workspace.database.transaction() as session:
        await session.execute(
            text(
                "UPDATE contacts SET state = 'accepted', rung = 1, accepted_at = now() + interval '1 hour' WHERE id "
                "= :id"
            ),
            {"id": contact},
        )
        await project(
            LaneIn(session), workspace.id, [entry(1, "contact.asked", contact, **({"state": "automating"} | told))]
        )
        assert await session.scalar(select(Contact.state).where(Contact.id == contact)) == state


async def _queued(workspace: Workspace, contact: str) -> bool:
    async with workspace.database.transaction() as session:
        return await session.scalar(select(Contact.state).where(Contact.id == contact)) == "queued"


async def test_another_workspaces_contact_is_left_alone(workspace: Workspace) -> None:
    """An entry changes contacts of its own workspace only."""
    contact = (await workspace.post(COMPLAINT))["id"]
    async with workspace.database.transaction() as session:
        await session.execute(
            text("INSERT INTO workspaces (id, name, spec, revision) VALUES ('wsp_x', 'wsp_x', '{}', 1)")
        )
        await project(LaneIn(session), "wsp_x", life(contact)[5:])
        found = await session.scalar(select(Contact.state).where(Contact.id == contact))
        await session.execute(text("DELETE FROM workspaces WHERE id = 'wsp_x'"))
    assert found != "completed"


# Cases


async def test_a_case_closes_with_its_last_open_contact(workspace: Workspace) -> None:
    """Not with the first of two."""
    customer = {"email": "sam@example.com"}
    first, second = [await workspace.post(COMPLAINT, customer=customer) for _ in range(2)]
    assert first["case_id"] == second["case_id"]
    await write(workspace, life(second["id"]))
    assert await case_status(workspace, first["case_id"]) == "open"
    await write(workspace, life(first["id"]))
    assert await case_status(workspace, first["case_id"]) == "closed"


async def test_a_contact_that_comes_while_its_case_closes_opens_another(workspace: Workspace) -> None:
    """It waits for the closing transaction, and never lands in a closed case."""
    customer = {"email": "sam@example.com"}
    first = await workspace.post(COMPLAINT, customer=customer)
    async with workspace.database.transaction() as session:
        await project(LaneIn(session), workspace.id, life(first["id"]))
        joining = asyncio.create_task(workspace.post(COMPLAINT, customer=customer))
        await _somebody_waits_for(session, workspace)
    second = await joining
    assert second["case_id"] != first["case_id"]
    assert await case_status(workspace, first["case_id"]) == "closed"
    assert await case_status(workspace, second["case_id"]) == "open"


async def test_a_case_that_a_contact_is_joining_stays_open(workspace: Workspace) -> None:
    """The projector waits for the joining transaction, and then sees its contact."""
    first = await workspace.post(COMPLAINT, customer={"email": "sam@example.com"})
    async with workspace.database.transaction() as session:
        await session.execute(text("UPDATE cases SET contacts = contacts + 1 WHERE id = :id"), {"id": first["case_id"]})
        await session.execute(
            text(
                "INSERT INTO contacts SELECT (jsonb_populate_record(c, jsonb_build_object('id', 'con_joining', "
                "'state', 'completed'))).*"
                " FROM contacts c WHERE id = :id"
            ),
            {"id": first["id"]},
        )
        await session.execute(text("UPDATE contacts SET state = 'queued' WHERE id = 'con_joining'"))
        closing = asyncio.create_task(write(workspace, life(first["id"])))
        await _somebody_waits_for(session, workspace)
    await closing
    assert await case_status(workspace, first["case_id"]) == "open"


async def _somebody_waits_for(session: AsyncSession, workspace: Workspace) -> None:
    """Until another transaction waits for a lock that this one has."""
    pid = await session.scalar(text("SELECT pg_backend_pid()"))

    async def waits() -> bool:
        async with workspace.database.transaction() as other:
            query = "SELECT count(*) FROM pg_stat_activity WHERE :pid = ANY(pg_blocking_pids(pid))"
            return bool(await other.scalar(text(query), {"pid": pid}))

    await eventually(waits)


# Reading


async def test_what_a_dead_reader_left_is_claimed_by_another(live: LiveState, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not while it may still be at work; and once the ledger has them, nobody gets the entries again."""
    doomed, heir = Journal(live.engine, live.workspace, "doomed"), Journal(live.engine, live.workspace, "heir")
    for number in (1, 2, 3):
        await live.enqueue(number)
    read = await eventually(doomed.unprojected)
    assert [one.type for one in read] == ["contact.queued"] * 3
    await live.enqueue(4)
    assert [(one.contact or "")[-1] for one in await heir.unprojected()] == ["4"]
    monkeypatch.setattr(journal, "CLAIM_AFTER_MS", 1)
    claimed: dict[str, JournalEntry] = {}

    async def all_claimed() -> bool:
        claimed.update({one.id: one for one in await heir.unprojected()})
        return len(claimed) == 4

    await eventually(all_claimed)
    assert sorted(claimed)[:3] == [one.id for one in read]
    await heir.projected(list(claimed.values()))
    assert await heir.unprojected() == []
    assert await doomed.unprojected() == []


async def test_a_turn_without_entries_cannot_tell_whether_the_ledger_is_back(live: LiveState) -> None:
    """Only what is written shows that."""
    away = Database("postgresql+asyncpg://nobody@127.0.0.1:1/nothing", pool_size=1, timeout_s=1)
    projection = Projection(away, live.engine, gather_s=0)
    assert await projection.turn(live.workspace) is None
    await live.enqueue(1)

    async def refused() -> bool:
        try:
            return await projection.turn(live.workspace) is not None
        except DatabaseUnavailable:
            return True

    await eventually(refused)
    assert await projection.turn(live.workspace) == UNTRIED
    await away.close()


async def test_trimming_keeps_what_the_ledger_lacks(live: LiveState, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries that nobody has read, or read and not committed, stay; what is committed leaves after a while."""
    monkeypatch.setattr(journal, "KEEP_MS", 0)
    reader = Journal(live.engine, live.workspace, "reader")
    stream = f"{live.prefix}:journal"
    for number in range(20):
        await live.enqueue(number)
    await reader.trim()
    assert await live.engine.client.xlen(stream) == 20
    read = await eventually(reader.unprojected)
    await live.enqueue(20)
    await reader.projected(read[:10])
    await reader.trim()
    left = [stream_id for stream_id, _ in await live.engine.client.xrange(stream)]
    assert {one.stream_id for one in read[10:]} < set(left)
    assert len(left) < 21
    await reader.projected(read[10:])
    rest = await reader.unprojected()
    await reader.projected(rest)

    async def all_trimmed() -> bool:
        await reader.trim()
        return bool(await live.engine.client.xlen(stream) <= 1)

    await eventually(all_trimmed)


async def test_trimming_a_journal_that_is_not_there_does_nothing(live: LiveState) -> None:
    """A fresh workspace has none."""
    await Journal(live.engine, "wsp_of_nobody", "reader").trim()
    assert not await live.engine.client.exists("mci:{wsp_of_nobody}:journal")
