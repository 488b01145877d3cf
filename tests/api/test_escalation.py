"""Escalation: an operator moves a contact up to the people of the escalation matrix."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mci_router.lifecycle.passing_on import transfer_records
from tests.support.conversations import COMPLAINT, slug, staffed, taken
from tests.support.documents import ESCALATION, HANDOFF, small
from tests.support.problems import assert_problem
from tests.support.service import Workspace

MOST_MOVES = 12
MATRIX: list[dict[str, Any]] = [{"name": "P1", "queue": "fraud_desk", "response_target_s": 14_400}]


async def test_a_conversation_escalates_with_its_age_and_reaches_the_tier_above(make: Any) -> None:
    """The first agent is free again, the second is offered the contact, and it is due within the row's response target."""
    document = small(escalations=MATRIX)
    document["queues"][0]["skills"] = [{"skill": "billing"}]  # of the queue for calls, which only ann serves
    workspace: Workspace = await make(document)
    async with workspace.desk("ann") as ann, workspace.desk("fred") as fred:
        contact = await workspace.post("a formal complaint, I demand a manager", channel="voice", topic="how_to")
        contact = await _to_agent(workspace, contact["id"])
        offer = await ann.expect("offer.created")
        await ann.do("offer.accept", offer_id=offer["offer_id"])
        answer = await _escalate(workspace, contact["id"])
        assert (answer["route"]["queue"], answer["route"]["rung"]) == ("fraud_desk", contact["rung"] + 1)
        updated = await ann.expect("contact.updated")
        assert (updated["contact_id"], updated["state"]) == (contact["id"], "queued")
        assert (await fred.expect("offer.created"))["contact"]["id"] == contact["id"]
        before, after = contact, await workspace.contact(contact["id"])
        assert after["enqueued_at"] == before["enqueued_at"]
        assert after["state"] == "offered"


async def _to_agent(workspace: Workspace, contact_id: str) -> dict[str, Any]:
    await workspace.api.post(f"/v1/contacts/{contact_id}/unresolved")
    return await workspace.contact(contact_id)


async def _escalate(workspace: Workspace, contact_id: str) -> dict[str, Any]:
    response = await workspace.api.post(f"/v1/contacts/{contact_id}/escalate", json=ESCALATION)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def test_a_pending_offer_is_taken_back_when_its_contact_escalates(make: Any) -> None:
    """The desk is told that the offer is revoked, and an able agent of the tier above is offered the contact."""
    document = small(escalations=MATRIX)
    document["agents"][1]["skills"].append({"skill": "billing", "proficiency": 1})
    workspace: Workspace = await make(document)
    async with workspace.desk("ann") as ann, workspace.desk("fred", available=False) as fred:
        await fred.do("presence.set", state="away", reason="lunch")
        contact = await workspace.post("a formal complaint, I demand a manager")
        offer = await ann.expect("offer.created")
        await _escalate(workspace, contact["id"])
        assert (await ann.expect("offer.revoked"))["offer_id"] == offer["offer_id"]
        await fred.do("presence.set", state="available")
        assert (await fred.expect("offer.created"))["contact"]["id"] == contact["id"]


async def test_what_cannot_escalate_is_refused(make: Any) -> None:
    """A contact that no agent or line has is in the wrong state; a severity without a row is unknown."""
    workspace: Workspace = await make(small(escalations=MATRIX))
    answered = await workspace.post("forgot my password, cannot log in")
    refused = await workspace.api.post(f"/v1/contacts/{answered['id']}/escalate", json=ESCALATION)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/wrong_state")
    waiting = await workspace.post("a formal complaint, I demand a manager")
    unknown = await workspace.api.post(f"/v1/contacts/{waiting['id']}/escalate", json={**ESCALATION, "severity": "P3"})
    assert (unknown.status_code, unknown.json()["type"]) == (422, "/problems/unknown_severity")


@pytest.mark.parametrize("field", HANDOFF)
@pytest.mark.parametrize("value", [None, "", "  ", "\u200b"], ids=["missing", "empty", "blank", "invisible"])
async def test_an_escalation_without_a_complete_handoff_is_refused(
    shared: Workspace, field: str, value: str | None
) -> None:
    """The problem names what is missing, over the API as at a desk."""
    handoff = {name: text for name, text in HANDOFF.items() if name != field} | (
        {} if value is None else {field: value}
    )
    escalation = {**ESCALATION, "handoff": handoff}
    refused = await shared.api.post(f"/v1/contacts/con_{'0' * 32}/escalate", json=escalation)
    assert_problem(refused, 422, "invalid_request", f"handoff.{field}")
    async with shared.desk("ann", available=False) as ann:
        problem = (await ann.do("assignment.escalate", assignment_id=f"asg_{'0' * 32}_1_1", **escalation))["problem"]
        assert (problem["type"], f"handoff.{field}" in problem["errors"][0]["where"]) == (
            "/problems/invalid_frame",
            True,
        )


async def test_an_escalation_without_any_handoff_is_refused(shared: Workspace) -> None:
    """`handoff` itself is what is missing."""
    body = {name: ESCALATION[name] for name in ("severity", "reason")}
    refused = await shared.api.post(f"/v1/contacts/con_{'0' * 32}/escalate", json=body)
    assert_problem(refused, 422, "invalid_request", "handoff")


async def test_an_agent_escalates_its_assignment_and_the_next_one_is_shown_the_handoff(make: Any) -> None:
    """The first is free; the handoff is on the next desk and in the decision, without the card number it had."""
    workspace: Workspace = await make(staffed() | {"escalations": [{"name": "P2", "queue": "tech_desk"}]})
    handoff = {**HANDOFF, "tried": "card 4111 1111 1111 1111 was declined"}
    async with workspace.desk("ann") as ann, workspace.desk("bob", available=False) as bob:
        contact, assignment = await taken(workspace, ann)
        words = {"severity": "P2", "reason": "about to leave", "handoff": handoff}
        assert slug(await bob.do("assignment.escalate", assignment_id=assignment, **words)) == "assignment_gone"
        moved = await ann.do("assignment.escalate", assignment_id=assignment, **words)
        route = moved.pop("route")
        assert moved == {"contact_id": contact, "state": "queued", "assignment_id": None}
        assert (route["queue"], route["opens_at"]) == ("tech_desk", None)
        assert (await ann.expect("contact.updated", event="queued"))["assignment_ended"] is True
        assert slug(await ann.do("assignment.escalate", assignment_id=assignment, **words)) == "assignment_gone"
        async with workspace.desk("tess") as tess:
            (passed,) = (await tess.expect("offer.created"))["transfers"]
    assert (passed["severity"], passed["by"], passed["queue"]) == ("P2", "ann", "tech_desk")
    assert passed["handoff"] == {**HANDOFF, "tried": "card [card number removed] was declined"}
    decision = (await workspace.api.get(f"/v1/contacts/{contact}/decision")).json()
    assert decision["route"]["transfers"] == [passed]
    assert "4111 1" not in str(decision)


@pytest.mark.parametrize(
    ("row", "seconds"), [({}, 14_400), ({"response_target_s": 60}, 60)], ids=["default", "its own"]
)
async def test_an_escalated_contact_is_due_within_the_response_target(
    make: Any, row: dict[str, Any], seconds: int
) -> None:
    """Of the row; a P1 row that names none means four hours."""
    workspace: Workspace = await make(small(escalations=[{"name": "P1", "queue": "fraud_desk", **row}]))
    contact = (await workspace.post(COMPLAINT))["id"]
    before = datetime.now(UTC) - timedelta(milliseconds=1)  # what is answered is cut to milliseconds
    await _escalate(workspace, contact)
    due = datetime.fromisoformat((await workspace.contact(contact))["due_at"])
    assert timedelta(0) <= due - before - timedelta(seconds=seconds) < timedelta(seconds=10)


async def test_a_contact_is_passed_on_fifty_times_at_most(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then 409 says so at every door that passes it on; its decision stays small, and an agent can still serve it. Here
    a quarter of them are too many already.
    """
    assert transfer_records.MOST_RECORDS == 50
    monkeypatch.setattr(transfer_records, "MOST_RECORDS", MOST_MOVES)
    workspace: Workspace = await make(small(escalations=MATRIX))
    contact = await workspace.post(COMPLAINT)
    path = f"/v1/contacts/{contact['id']}"
    transfer = {"queue": "desk", "reason": "not ours", "force": True}
    for number in range(MOST_MOVES):
        body = ESCALATION if number % 2 else transfer
        answer = await workspace.api.post(f"{path}/{'escalate' if number % 2 else 'transfer'}", json=body)
        assert answer.status_code == 200, answer.text
    for act, body in (("escalate", ESCALATION), ("transfer", transfer)):
        refused = await workspace.api.post(f"{path}/{act}", json=body)
        assert_problem(refused, 409, "too_many_moves")
        assert refused.json()["most"] == MOST_MOVES
    assert len((await workspace.api.get(f"{path}/decision")).content) < MOST_MOVES * 6_000
    async with workspace.desk("fred") as fred:
        offer = await fred.expect("offer.created")
        accepted = await fred.do("offer.accept", offer_id=offer["offer_id"])
        assert "problem" not in accepted
        assert_problem(await workspace.api.post(f"{path}/requeue", json={"reason": "again"}), 409, "too_many_moves")
        assert "problem" not in await fred.do(
            "assignment.complete", assignment_id=accepted["assignment_id"], disposition="resolved"
        )
