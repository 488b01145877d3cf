"""What counts as an arrival: each customer once, where they came from outside, incidents apart."""

from datetime import timedelta

from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.clock import utc_now
from mci_router.insight.intervals import QUARTER, quarter
from mci_router.workforce.forecast import demand
from tests.support.incidents import incident
from tests.support.service import Workspace

COMPLAINT = {"topic": "complaint", "text": "a formal complaint"}


async def counted(workspace: Workspace, parts: Parts) -> dict[str, tuple[int, int, int]]:
    """Arrivals, retries and contacts of incidents of the last hours, by queue; counted twice, which changes nothing."""
    snapshot, now = await parts.snapshots.get(workspace.id), utc_now()
    async with workspace.ledger() as session:
        for _ in range(2):
            await demand.count(session, snapshot, quarter(now - timedelta(hours=2)), quarter(now) + QUARTER)
    async with workspace.ledger() as session:
        rows = await session.execute(
            text(
                "SELECT queue, sum(arrivals), sum(retries), sum(of_incidents) FROM interval_demand"
                " WHERE workspace_id = :workspace GROUP BY queue"
            ),
            {"workspace": workspace.id},
        )
        return {queue: (int(arrivals), int(retries), int(incidents)) for queue, arrivals, retries, incidents in rows}


async def from_(workspace: Workspace, name: str, **contact: str) -> str:
    answer = await workspace.post(customer={"external_id": name}, **COMPLAINT | contact)
    return str(answer["id"])


async def abandoned(workspace: Workspace, contact: str) -> None:
    response = await workspace.api.post(f"/v1/contacts/{contact}/abandon", json={})
    assert response.status_code < 300, response.text
    await workspace.until_state(contact, "abandoned")


async def test_who_tries_again_comes_once(workspace: Workspace, parts: Parts) -> None:
    """Kim gives up and calls again twice within minutes: one arrival, two retries. Lee is another customer."""
    for last in (False, False, True):
        contact = await from_(workspace, "kim")
        if not last:
            await abandoned(workspace, contact)
    await from_(workspace, "lee")
    assert await counted(workspace, parts) == {"desk": (2, 2, 0)}


async def test_who_comes_back_later_comes_again(workspace: Workspace, parts: Parts) -> None:
    """Eleven minutes after the first try, it is another arrival."""
    first = await from_(workspace, "kim")
    await abandoned(workspace, first)
    async with workspace.ledger() as session:
        await session.execute(
            text("UPDATE contacts SET accepted_at = accepted_at - interval '11 minutes' WHERE id = :id"), {"id": first}
        )
    await from_(workspace, "kim")
    assert await counted(workspace, parts) == {"desk": (2, 0, 0)}


async def test_who_was_answered_comes_again(workspace: Workspace, parts: Parts) -> None:
    """Kim was answered, and writes again a minute later: that is work of its own, not a retry."""
    async with workspace.desk("ann") as desk:
        first = await from_(workspace, "kim")
        offer = await desk.expect("offer.created")
        await desk.do("offer.accept", offer_id=offer["offer_id"])
        await workspace.until_state(first, "assigned")
        await from_(workspace, "kim")
        assert await counted(workspace, parts) == {"desk": (2, 0, 0)}


async def test_what_a_person_passes_on_comes_to_the_other_queue_too(workspace: Workspace, parts: Parts) -> None:
    """A contact that is transferred is work for both queues: it comes to each of them once."""
    contact = await from_(workspace, "kim")
    response = await workspace.api.post(
        f"/v1/contacts/{contact}/transfer", json={"queue": "fraud_desk", "reason": "a card"}
    )
    assert response.status_code < 300, response.text
    assert await counted(workspace, parts) == {"desk": (1, 0, 0), "fraud_desk": (1, 0, 0)}


async def test_contacts_of_an_incident_are_kept_apart(workspace: Workspace, parts: Parts) -> None:
    """While something is broken, its contacts are counted beside: no forecast learns from them."""
    await from_(workspace, "kim")
    opened = await incident(workspace, topics=["complaint"], status={"en": "We know."})
    await from_(workspace, "lee", topic="sign_in", text="let me talk to a person, I cannot sign in")
    async with workspace.ledger() as session:
        since = "UPDATE incidents SET declared_at = declared_at - interval '1 hour', created_at = created_at - interval '1 hour' WHERE id = :id"
        await session.execute(text(since), {"id": opened["id"]})
    assert await counted(workspace, parts) == {"desk": (1, 0, 1)}
