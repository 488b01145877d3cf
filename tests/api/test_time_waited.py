"""Time is counted once: what an agent's talk takes is no wait, and each queue counts what came to it."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.clock import utc_now
from mci_router.lifecycle.rebuilding import rebuild
from mci_router.models import Backfill
from mci_router.settings import Settings
from tests.support.conversations import accepted, slug, staffed, taken
from tests.support.receiver import receiving
from tests.support.service import TestDesk, Workspace, eventually
from tests.webhooks.support import hook

Make = Callable[..., Awaitable[Workspace]]
SEGMENTS = text("SELECT * FROM segments WHERE workspace_id = :workspace ORDER BY contact_id, n, entered_at")


WRONG = text(
    """
    INSERT INTO segments SELECT wrong.* FROM segments s,
      jsonb_populate_record(s, jsonb_build_object('n', 9, 'queue', 'nowhere')) AS wrong
    WHERE s.contact_id = :id ORDER BY s.n LIMIT 1
    """
)


async def segments(workspace: Workspace) -> list[dict[str, Any]]:
    """All stays of the workspace's contacts, in order."""
    async with workspace.ledger() as session:
        return [dict(row) for row in (await session.execute(SEGMENTS, {"workspace": workspace.id})).mappings()]


async def stays(workspace: Workspace, *ways_out: str) -> list[dict[str, Any]]:
    """The stays, once they have ended so. Whether a customer left within the short threshold is not told apart."""

    async def ended() -> list[dict[str, Any]] | None:
        found = await segments(workspace)
        return (
            found if tuple((stay["left_as"] or "open").removeprefix("short_") for stay in found) == ways_out else None
        )

    found: list[dict[str, Any]] = await eventually(ended)
    return found


async def level(workspace: Workspace, queue: str) -> dict[str, Any]:
    report = (await workspace.api.get("/v1/reports/service-level")).json()
    return next((one for one in report["queues"] if one["queue"] == queue), {})


async def talk(seconds: float) -> None:
    """The conversation goes on for a while."""
    began = utc_now()

    async def over() -> bool:
        return (utc_now() - began).total_seconds() >= seconds

    await eventually(over)


async def pass_on(desk: TestDesk, assignment: str, queue: str) -> None:
    await desk.do("assignment.transfer", assignment_id=assignment, reason="needs a technician", queue=queue)


async def finish(desk: TestDesk, assignment: str) -> None:
    await desk.do("assignment.complete", assignment_id=assignment, disposition="solved")
    await desk.do("wrap_up.done", assignment_id=assignment)


def overflowing(wait_s: float) -> dict[str, Any]:
    document = staffed()
    document["queues"][-1]["overflow"] = [{"wait_s": wait_s, "to_queue": "desk"}]
    return document


async def test_talk_is_no_wait_for_the_overflow_rules_of_the_next_queue(make: Make) -> None:
    """A conversation longer than the rule's wait, a transfer, and then the whole wait in line before the rule acts."""
    workspace = await make(overflowing(1))
    async with workspace.desk("ann") as ann:
        contact, assignment = await taken(workspace, ann)
        await talk(1.2)
        await pass_on(ann, assignment, "tech_desk")
        answered, waited, _ = await stays(workspace, "transferred", "overflowed", "open")
    assert answered["talk_s"] >= 1.2 > answered["waited_s"]
    assert (answered["agent"], answered["queue"], answered["offers"]) == ("ann", "desk", 1)
    assert waited["answered_at"] is None
    assert 1 <= waited["waited_s"] < 3
    reasons = (await workspace.api.get(f"/v1/contacts/{contact}/decision")).json()["route"]["reasons"]
    assert reasons[0] == "it waited for 1 s"
    assert (await level(workspace, "tech_desk"))["moved_on"] == 1


async def test_each_queue_counts_what_it_answered_and_how_long_that_waited_there(make: Make) -> None:
    """Contacts that were answered in one queue and passed on count in both, and the next customer of the second hears
    of the second's short waits.
    """
    workspace = await make(staffed(wrap_up_s=0))
    async with workspace.desk("ann") as ann, workspace.desk("tess", available=False) as tess:
        passed = []
        for _ in range(2):
            contact, assignment = await taken(workspace, ann)
            await talk(0.7)
            await tess.do("presence.set", state="available")
            await pass_on(ann, assignment, "tech_desk")
            passed.append(await accepted(tess, contact))
            await tess.do("presence.set", state="away", reason="break")
        for assignment in passed:
            await finish(tess, assignment)
        rows = await stays(workspace, "transferred", "answered", "transferred", "answered")
        samples = (await workspace.api.get("/metrics")).text
    one, two = await level(workspace, "desk"), await level(workspace, "tech_desk")
    assert [(row["n"], row["queue"], row["agent"]) for row in rows[:2]] == [
        (1, "desk", "ann"),
        (2, "tech_desk", "tess"),
    ]
    assert (one["answered"], one["answered_in_time"], two["answered"], two["answered_in_time"]) == (2, 2, 2, 2)
    assert one["aht_s"] >= 0.7
    assert two["asa_s"] < 0.5
    assert rows[1]["target_s"] == 60
    assert (rows[1]["due_at"] - rows[1]["entered_at"]).total_seconds() == pytest.approx(60, abs=5)
    assert re.search(r'^mci_wait_seconds_bucket\{[^}]*le="1.0"[^}]*queue="tech_desk"[^}]*\} 2.0$', samples, re.M)


async def test_what_is_late_stays_late_when_it_is_put_back_in_its_queue(make: Make) -> None:
    """Requeued, transferred to its own queue, and after a lost conversation: a stay each, with the old due time."""
    workspace = await make(staffed(service_level={"goal": 0.8, "target_s": 0.1}, wrap_up_s=0))
    contact = await workspace.post("a formal complaint, I demand a manager")

    async def late() -> bool:
        return utc_now() > datetime.fromisoformat(contact["route"]["reply_by"])

    await eventually(late)
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        assignment = await accepted(ann, contact["id"])
        await bob.do("presence.set", state="available")
        await pass_on(ann, assignment, "desk")
        await finish(bob, await accepted(bob, contact["id"]))
        first, second = await stays(workspace, "transferred", "answered")
    assert first["due_at"] == second["due_at"]
    assert (second["n"], second["queue"], second["agent"]) == (2, "desk", "bob")
    report = await level(workspace, "desk")
    assert (report["answered"], report["answered_in_time"], report["service_level"]) == (2, 0, 0)


async def test_every_way_out_of_a_queue_is_counted_once(make: Make) -> None:
    """What came to a queue was answered, left unanswered by some fate, or waits."""
    workspace = await make(staffed(wrap_up_s=0))
    ids = []
    for action in ("abandon", "cancel", "resolve", None, None):
        ids.append((await workspace.post("a formal complaint, I demand a manager"))["id"])
        if action:
            assert (await workspace.api.post(f"/v1/contacts/{ids[-1]}/{action}")).status_code == 200
    moved = {"reason": "needs a technician", "queue": "tech_desk"}
    assert (await workspace.api.post(f"/v1/contacts/{ids[3]}/transfer", json=moved)).status_code == 200
    async with workspace.desk("ann") as ann:
        assignment = await accepted(ann, ids[4])
        await workspace.api.post(f"/v1/contacts/{ids[4]}/abandon")  # hangs up: it was answered
        rows = await stays(workspace, "abandoned", "cancelled", "resolved", "transferred", "open", "answered")
        assert assignment
    desk, tech = await level(workspace, "desk"), await level(workspace, "tech_desk")
    assert (desk["answered"], desk["abandoned"], desk["moved_on"], desk["waiting"]) == (1, 1, 3, 0)
    assert (tech["answered"], tech["abandoned"], tech["moved_on"], tech["waiting"]) == (0, 0, 0, 1)
    assert sum(row["queue"] == "desk" for row in rows) == 5


async def test_hold_is_told_and_counted_apart_from_talk(make: Make) -> None:
    """The desk and the channel's adapter hear of both ends; the end of the conversation ends a hold, too."""
    workspace = await make(staffed(wrap_up_s=0))
    async with receiving() as receiver, workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        await hook(workspace, receiver.url)
        contact, assignment = await taken(workspace, ann)
        for _ in range(2):  # again changes nothing
            ack = await ann.do("contact.hold", assignment_id=assignment)
            assert ack == {"contact_id": contact, "state": "assigned", "assignment_id": assignment}
        told = await ann.expect("contact.updated", event="hold_started")
        assert (told["contact_id"], told["assignment_ended"]) == (contact, False)
        await talk(0.3)
        assert slug(await bob.do("contact.resume", assignment_id=assignment)) == "assignment_gone"
        async with workspace.desk("ann") as again:
            assert (await again.expect("assignment.started"))["on_hold"] is True
            await again.do("contact.resume", assignment_id=assignment)
            await again.expect("contact.updated", event="hold_ended")
            await again.do("contact.hold", assignment_id=assignment)
            await finish(again, assignment)
            assert slug(await again.do("contact.hold", assignment_id=assignment)) == "assignment_gone"
        (stay,) = await stays(workspace, "answered")
        sent = [one.type.removeprefix("mci.contact.") for one in await receiver.until(8, contact)]
        assert [word for word in sent if word.startswith("hold")] == ["hold_started", "hold_ended"] * 2
        assert sent[-1] == "completed"
    assert 0.3 <= stay["held_s"] <= (stay["left_at"] - stay["answered_at"]).total_seconds()
    assert stay["talk_s"] + stay["held_s"] == pytest.approx(
        (stay["left_at"] - stay["answered_at"]).total_seconds(), abs=0.01
    )


async def test_segments_are_counted_again_from_the_journal(make: Make, settings: Settings) -> None:
    """Lost rows are the same after a rebuild; and the upkeep counts those of contacts that came before there were any."""
    workspace = await make(staffed(wrap_up_s=0))
    async with workspace.desk("ann") as ann:
        _, assignment = await taken(workspace, ann)
        await ann.do("contact.hold", assignment_id=assignment)
        await pass_on(ann, assignment, "tech_desk")
        _, second = await taken(workspace, ann)
        await finish(ann, second)
        await workspace.post("a formal complaint, I demand a manager")
        await ann.expect("offer.created")

        async def all_written() -> list[dict[str, Any]] | None:
            found = await segments(workspace)
            return found if len(found) == 4 and found[-1]["offers"] else None

        before = await eventually(all_written)
        await lose_segments(workspace)
        made: list[int] = []
        assert await rebuild(settings, workspace.database, workspace.name, lambda _, one: made.append(one.segments))
        assert made == [4]
        after = await eventually(all_written)
    assert same(after) == same(before)
    await workspace.api.post(f"/v1/contacts/{before[1]['contact_id']}/abandon")  # it has waited all the time

    async def given_up() -> list[dict[str, Any]] | None:
        found = await segments(workspace)
        return found if found[1]["left_at"] else None

    after = await eventually(given_up)
    assert (after[1]["n"], after[1]["entered_at"]) == (2, before[1]["entered_at"])
    assert after[1]["waited_s"] == pytest.approx(
        (after[1]["left_at"] - after[1]["entered_at"]).total_seconds(), abs=0.1
    )
    async with workspace.ledger() as session:
        await session.execute(WRONG, {"id": after[0]["contact_id"]})
        session.add(Backfill(name=workspace.id, before="~", down_to=before[0]["contact_id"], begins_at=utc_now()))

    async def counted() -> bool:
        return bool(await segments(workspace) == after)

    await eventually(counted)


async def lose_segments(workspace: Workspace) -> None:
    async with workspace.ledger() as session:
        await session.execute(text("DELETE FROM segments WHERE workspace_id = :id"), {"id": workspace.id})


def same(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows without the open one's last entry: a rebuild takes back its offer."""
    return [row for row in rows if row["left_at"]]
