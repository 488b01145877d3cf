"""How contacts end while agents have them, and what the reports say of them then."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.documents import ESCALATION, small
from tests.support.service import TestDesk, Workspace, eventually

COMPLAINT = "a formal complaint, I demand a manager"
MATRIX: list[dict[str, Any]] = [{"name": "P1", "queue": "fraud_desk", "response_target_s": 14_400}]


async def taken(workspace: Workspace, desk: TestDesk) -> tuple[str, str]:
    """A contact that the agent has accepted, and the assignment."""
    await workspace.post(COMPLAINT)
    offer = await desk.expect("offer.created")
    accepted = await desk.do("offer.accept", offer_id=offer["offer_id"])
    return accepted["contact_id"], accepted["assignment_id"]


async def test_a_customer_who_hangs_up_during_wrap_up_leaves_it_to_the_agent(workspace: Workspace) -> None:
    """Many channels say so once the conversation is over: what the agent still writes is kept, and nobody was abandoned."""
    async with workspace.desk("ann") as ann:
        contact, assignment = await taken(workspace, ann)
        await ann.do("assignment.complete", assignment_id=assignment, disposition="solved")
        left = await workspace.api.post(f"/v1/contacts/{contact}/abandon")
        assert (left.status_code, left.json()["state"]) == (200, "wrapping_up")
        await ann.do("assignment.save", assignment_id=assignment, notes="called back by the evening")
        await ann.do("wrap_up.done", assignment_id=assignment)
        assert (await workspace.api.post(f"/v1/contacts/{contact}/abandon")).status_code == 409

        async def kept() -> bool:
            found = await workspace.contact(contact)
            served = found["state"], found["agent"], found["disposition"]
            return served == ("completed", "ann", "solved") and found["notes"] == "called back by the evening"

        await eventually(kept)


async def test_a_conversation_resolved_from_outside_keeps_who_had_it(workspace: Workspace) -> None:
    """The agent and the handling stay in the books, and the agent is free again."""
    async with workspace.desk("ann") as ann:
        contact, _ = await taken(workspace, ann)
        await workspace.api.post(f"/v1/contacts/{contact}/resolve")
        assert (await ann.expect("contact.updated"))["state"] == "resolved"

        async def booked() -> bool:
            kept = await workspace.contact(contact)
            return bool(kept["agent"] == "ann" and kept["handled_at"] and kept["ended_at"])

        await eventually(booked)


async def test_an_escalated_contact_is_not_answered_until_the_next_agent_answers(make: Any) -> None:
    """The queue it goes to shows it waiting, not answered in time by somebody else."""
    workspace: Workspace = await make(small(escalations=MATRIX))
    async with workspace.desk("ann") as ann:
        contact, _ = await taken(workspace, ann)
        await workspace.api.post(f"/v1/contacts/{contact}/escalate", json=ESCALATION)
        assert (await workspace.contact(contact))["answered_at"] is None

        async def reported() -> dict[str, Any] | None:
            queues = (await workspace.api.get("/v1/reports/service-level")).json()["queues"]
            found = [queue for queue in queues if queue["queue"] == "fraud_desk"]
            return dict(found[0]) if found and found[0]["waiting"] else None

        level = await eventually(reported)
        assert (level["answered"], level["waiting"], level["service_level"]) == (0, 1, None)


async def test_saying_twice_that_one_rung_did_not_help_climbs_once(workspace: Workspace) -> None:
    """With the rung named, an adapter that lost the answer may ask again."""
    contact = await workspace.post("forgot my password, cannot log in", channel="community")
    spoken_of = {"rung": contact["route"]["rung"]}
    answers = [
        (await workspace.api.post(f"/v1/contacts/{contact['id']}/unresolved", json=spoken_of)).json() for _ in range(2)
    ]
    assert answers[0]["route"] == answers[1]["route"]
    assert [answer["moved"] for answer in answers] == [True, False]
    assert answers[1]["state"] == "posted"


async def test_unknown_matters_are_not_one_case(make: Any) -> None:
    """Two texts that nobody understood need not be about the same thing."""
    document = small()
    document["workspace"] |= {"confidence_threshold": 1, "bars": {}}
    workspace: Workspace = await make(document)
    sam = {"email": "sam@example.com"}
    first, second = [await workspace.post(text, customer=sam) for text in ("zzz qqq xxx", "vvv kkk jjj")]
    assert first["triage"]["topic"] is second["triage"]["topic"] is None
    assert first["case_id"] != second["case_id"]
    assert not any("come back" in reason for reason in second["triage"]["reasons"])


async def test_a_report_shows_who_waits_past_the_target(make: Any) -> None:
    """A percentage forgets those already late; the report does not."""
    document = small()
    document["queues"][1]["service_level"]["target_s"] = 0.05
    workspace: Workspace = await make(document)
    await workspace.post(COMPLAINT)
    since = (datetime.now(UTC) - timedelta(hours=1)).isoformat()

    async def late() -> bool:
        queues = (await workspace.api.get("/v1/reports/service-level", params={"since": since})).json()["queues"]
        return bool(queues and queues[0]["waiting_late"] == 1 and queues[0]["oldest_wait_s"] > 0)

    await eventually(late)
