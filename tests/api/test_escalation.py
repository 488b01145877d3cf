"""Escalation: an operator moves a contact up to the people of the escalation matrix."""

from typing import Any

from tests.support.documents import small
from tests.support.service import Workspace

MATRIX: list[dict[str, Any]] = [{"name": "P1", "queue": "fraud_desk", "response_target_s": 14_400}]


async def test_a_conversation_escalates_with_its_age_and_reaches_the_tier_above(make: Any) -> None:
    """The first agent is free again, the second is offered the contact, and it is due within the row's response target."""
    workspace: Workspace = await make(small(escalations=MATRIX))
    async with workspace.desk("ann") as ann, workspace.desk("fred") as fred:
        contact = await workspace.post(
            "a formal complaint, I demand a manager", channel="voice", topic="how_to", skills=[{"skill": "billing"}]
        )
        contact = await _to_agent(workspace, contact["id"])
        offer = await ann.expect("offer.created")
        await ann.do("offer.accept", offer_id=offer["offer_id"])
        answer = await _escalate(workspace, contact["id"])
        assert (answer["route"]["queue"], answer["route"]["rung"]) == ("fraud_desk", contact["rung"] + 1)
        updated = await ann.expect("contact.updated")
        assert (updated["contact_id"], updated["state"]) == (contact["id"], "queued")
        assert await fred.silent("offer.created")
        before, after = contact, await workspace.contact(contact["id"])
        assert after["enqueued_at"] == before["enqueued_at"]
        assert after["state"] == "queued"


async def _to_agent(workspace: Workspace, contact_id: str) -> dict[str, Any]:
    await workspace.api.post(f"/v1/contacts/{contact_id}/unresolved")
    return await workspace.contact(contact_id)


async def _escalate(workspace: Workspace, contact_id: str) -> dict[str, Any]:
    response = await workspace.api.post(f"/v1/contacts/{contact_id}/escalate", json={"severity": "P1", "reason": "threatens to sue"})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def test_a_pending_offer_is_taken_back_when_its_contact_escalates(make: Any) -> None:
    """The desk is told that the offer is revoked, and an able agent of the tier above is offered the contact."""
    document = small(escalations=MATRIX)
    document["agents"][1]["skills"].append({"skill": "billing", "proficiency": 1})
    workspace: Workspace = await make(document)
    async with workspace.desk("ann") as ann:
        contact = await workspace.post("a formal complaint, I demand a manager")
        offer = await ann.expect("offer.created")
        await _escalate(workspace, contact["id"])
        assert (await ann.expect("offer.revoked"))["offer_id"] == offer["offer_id"]
        async with workspace.desk("fred") as fred:
            assert (await fred.expect("offer.created"))["contact"]["id"] == contact["id"]


async def test_what_cannot_escalate_is_refused(make: Any) -> None:
    """A contact that no agent or line has is in the wrong state; a severity without a row is unknown."""
    workspace: Workspace = await make(small(escalations=MATRIX))
    answered = await workspace.post("forgot my password, cannot log in")
    refused = await workspace.api.post(f"/v1/contacts/{answered['id']}/escalate", json={"severity": "P1", "reason": "why not"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/wrong_state")
    waiting = await workspace.post("a formal complaint, I demand a manager")
    unknown = await workspace.api.post(f"/v1/contacts/{waiting['id']}/escalate", json={"severity": "P3", "reason": "no row"})
    assert (unknown.status_code, unknown.json()["type"]) == (422, "/problems/unknown_severity")
