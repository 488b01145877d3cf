"""The main job, end to end, over real HTTP and a real WebSocket."""

from typing import Any

from sqlalchemy import select

from mci_router.models import Case, Contact
from tests.support.service import Workspace, eventually


async def test_a_sign_in_question_a_how_to_and_a_fraud_report_each_reach_their_best_resource(
    workspace: Workspace,
) -> None:
    """Automation answers the first in the 201; the community resolves the second, whose customer agrees to be read;
    only the fraud-skilled agent is offered the third.
    """
    sign_in = await workspace.post("I forgot my password and cannot log in", customer={"email": "sam@example.com"})
    assert (sign_in["state"], sign_in["route"]["outcome"]) == ("automating", "automation")
    assert sign_in["route"]["answer"]["article"] == "reset"
    assert (await workspace.api.post(f"/v1/contacts/{sign_in['id']}/resolve")).json()["state"] == "resolved"

    kim = {"email": "kim@example.com"}
    asked = await workspace.post("how can I set up my voicemail greeting", customer=kim, can_ask=True)
    assert (asked["state"], asked["route"]["outcome"], asked["triage"]["modality"]) == (
        "automating",
        "community",
        "one_to_one",
    )
    how_to = (await workspace.api.post(f"/v1/contacts/{asked['id']}/consent", json={"to": "post_publicly"})).json()
    assert (how_to["state"], how_to["triage"]["modality"]) == ("posted", "many_to_many")
    await _answer_in_the_community(workspace, how_to["route"]["post"]["id"])

    async with workspace.desk("ann") as ann, workspace.desk("fred") as fred:
        fraud = await workspace.post(
            "fraud! a thief used my card 4111 1111 1111 1111",
            channel="voice",
            customer={"phone": "+49 30 901820", "name": "Lee"},
        )
        assert fraud["triage"]["sensitive"]
        assert fraud["route"]["queue"] == "fraud_desk"
        offer = await fred.expect("offer.created")
        assert offer["contact"]["id"] == fraud["id"]
        assert offer["customer"]["name"] == "Lee"
        assert "4111 1" not in str(offer)
        assert offer["reasons"]
        assert await ann.silent("offer.created")
        accepted = await fred.do("offer.accept", offer_id=offer["offer_id"])
        assert accepted["state"] == "assigned"
        done = await fred.do(
            "assignment.complete",
            assignment_id=accepted["assignment_id"],
            disposition="card_blocked",
            notes="told the bank",
        )
        assert done["state"] == "completed"

    for contact in (sign_in, how_to, fraud):
        await _journal_equals_ledger(workspace, contact["id"])
        assert await _case_status(workspace, contact["case_id"]) == "closed"
    kept = await workspace.contact(fraud["id"])
    assert (kept["agent"], kept["disposition"], kept["notes"], kept["masked"]) == (
        "fred",
        "card_blocked",
        "told the bank",
        1,
    )


async def _answer_in_the_community(workspace: Workspace, post_id: str) -> None:
    reply = await workspace.api.post(
        f"/v1/posts/{post_id}/replies", json={"author": "helper", "body": "Press and hold 1."}
    )
    assert reply.status_code == 201
    accepted = await workspace.api.post(f"/v1/posts/{post_id}/replies/{reply.json()['id']}/accept")
    assert accepted.json()["status"] == "answered"


async def _journal_equals_ledger(workspace: Workspace, contact_id: str) -> None:
    """The last journal entry tells exactly where the contact's row stands, and the states follow each other as they
    may.
    """

    async def projected() -> list[dict[str, Any]] | None:
        events = await workspace.events(contact_id)
        return events if events and events[-1]["data"]["state"] in ("completed", "resolved") else None

    events = await eventually(projected)
    async with workspace.database.transaction() as session:
        row = (await session.scalars(select(Contact).where(Contact.id == contact_id))).one()
    last = events[-1]
    assert (row.journal_id, row.state) == (last["id"], last["data"]["state"])
    assert row.ended_at is not None
    if row.outcome == "agent":
        assert [event["data"]["state"] for event in events] == ["queued", "offered", "assigned", "completed"]


async def _case_status(workspace: Workspace, case_id: str) -> str:
    async def closed() -> str | None:
        async with workspace.database.transaction() as session:
            case = (await session.scalars(select(Case).where(Case.id == case_id))).one()
        return case.status if case.status == "closed" else None

    return str(await eventually(closed))
