"""Cases are named by a reference: on every way out, read out to a voice menu, and by nobody's guess."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from mci_router.api.parts import Parts
from mci_router.intake.references import new_reference, read_reference
from tests.support.conversations import accepted
from tests.support.customers import chat as customer_chat
from tests.support.customers import session_token
from tests.support.outbound import adapter, by, chat, key_of, reading, reply
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]

COMPLAINT = "a formal complaint, I demand a manager"
FRAUD = "someone stole my card, fraud"
KATE = {"external_id": "crm-7", "email": "kate@example.com", "phone": "+49 30 901820"}


async def asked(workspace: Workspace, reference: str, expected: int = 200, **query: Any) -> dict[str, Any]:
    """What an IVR hears of a reference."""
    response = await workspace.api.get("/v1/cases", params={"reference": reference, **query})
    assert response.status_code == expected, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def test_a_case_has_one_reference_everywhere(workspace: Workspace) -> None:
    """In the answer and each that joins the case, at the desk, in the customer's chat, and in what an adapter sends."""
    await adapter(workspace)
    contact = await chat(workspace, text=COMPLAINT, customer=KATE, channel_ref="talk-1")
    reference = contact["case_reference"]
    assert read_reference(reference) == reference
    assert (await workspace.contact(contact["id"]))["case_reference"] == reference
    listed = (await workspace.api.get("/v1/contacts")).json()["items"]
    assert [one["case_reference"] for one in listed] == [reference]
    key = await key_of(workspace, "messages:deliver", adapter="widget")
    async with workspace.desk("ann") as ann, reading(workspace, key) as sent:
        offer = await ann.expect("offer.created")
        assert offer["contact"]["case_reference"] == reference
        await ann.do("offer.accept", offer_id=offer["offer_id"])
        await reply(workspace, contact)
        _, outbound = await sent.next()
        assert outbound["case_reference"] == reference
    writer = await key_of(workspace, "contacts:write", adapter="widget", trust="authenticated")
    body = {"channel": "chat", "text": "hello?", "customer": KATE, "channel_ref": "talk-1"}
    joined = await workspace.api.post("/v1/messages", json=body, headers=by(writer))
    assert joined.json()["contact"]["case_reference"] == reference
    async with customer_chat(workspace, await session_token(workspace, contact["customer_id"])) as client:
        (case,) = client.hello["cases"]
        assert (case["reference"], case["contacts"][0]["case_reference"]) == (reference, reference)
    elsewhere = await workspace.post(COMPLAINT, customer=KATE, channel="voice")
    assert (elsewhere["case_id"], elsewhere["case_reference"]) == (contact["case_id"], reference)
    assert (await workspace.post(COMPLAINT))["case_reference"] != reference


async def test_a_case_is_read_with_its_contacts(workspace: Workspace) -> None:
    """What it is about, where it stands, and whose turn it is, from the live state; then that it is over."""
    contact = await workspace.post(COMPLAINT, customer=KATE)
    case = (await workspace.api.get(f"/v1/cases/{contact['case_id']}")).json()
    assert (case["status"], case["waits_for"], case["topic"]) == ("waiting", "agent", "complaint")
    assert case["reference"] == contact["case_reference"]
    assert [(one["id"], one["state"]) for one in case["contacts"]] == [(contact["id"], "queued")]
    async with workspace.desk("ann") as ann:
        assignment = await accepted(ann, contact["id"])
        assert (await asked(workspace, contact["case_reference"]))["status"] == "in_progress"
        await ann.do("assignment.complete", assignment_id=assignment, disposition="solved")
    await workspace.until_state(contact["id"], "completed")
    case = (await workspace.api.get(f"/v1/cases/{contact['case_id']}")).json()
    assert (case["status"], case["waits_for"]) == ("closed", None)
    assert case["closed_at"]
    assert (await workspace.api.get("/v1/cases/cas_nothing")).status_code == 404


async def test_a_voice_menu_asks_by_what_it_heard(workspace: Workspace) -> None:
    """In any form, with an address if it has one; the answer has no words of the customer's and nothing of who that is."""
    contact = await workspace.post(COMPLAINT, customer=KATE, subject="quillwort")
    reference = contact["case_reference"]
    for said in (
        reference,
        reference.lower(),
        reference.replace("-", " "),
        reference.replace("0", "O").replace("1", "l"),
    ):
        heard = await asked(workspace, said)
        assert (heard["reference"], heard["status"], heard["waits_for"]) == (reference, "waiting", "agent")
    assert not [
        word for word in ("quillwort", "demand", "kate", "901820", contact["customer_id"]) if word in str(heard)
    ]
    assert await asked(workspace, reference, phone="+49 (0)30 / 90 18 20", email="Kate@Example.com") == heard
    wrong = [
        await asked(workspace, reference, 404, phone="+49 30 901821"),
        await asked(workspace, new_reference(), 404),
        await asked(workspace, "no such thing", 404),
    ]
    assert len({(one["type"], one["detail"]) for one in wrong}) == 1
    assert (await asked(workspace, reference, 422, refrence="x"))["errors"][0]["where"] == "query.refrence"


async def test_of_a_sensitive_case_only_where_it_stands_is_told(workspace: Workspace) -> None:
    """Its customer may hear that somebody answers, not what it is about; the case itself needs the scope."""
    contact = await workspace.post(FRAUD, customer=KATE)
    reader = by(await key_of(workspace, "contacts:read"))
    heard = await workspace.api.get("/v1/cases", params={"reference": contact["case_reference"]}, headers=reader)
    assert (heard.json()["status"], heard.json()["title"]) == ("waiting", None)
    assert (await workspace.api.get(f"/v1/cases/{contact['case_id']}", headers=reader)).status_code == 404
    assert (await workspace.api.get(f"/v1/cases/{contact['case_id']}")).status_code == 200


async def test_a_reference_is_not_guessed(workspace: Workspace, make: Make, service: tuple[str, Parts]) -> None:
    """A key may be wrong so often an hour, then it is refused, also with a right one; another key goes on. What another
    workspace has is not there.
    """
    contact = await workspace.post(COMPLAINT)
    other = await make()
    await asked(other, contact["case_reference"], 404)
    guesser, most = by(await key_of(workspace, "contacts:read")), service[1].settings.wrong_references_per_hour

    async def guessed(reference: str) -> int:
        return (await workspace.api.get("/v1/cases", params={"reference": reference}, headers=guesser)).status_code

    for _ in range(most):
        assert await guessed(new_reference()) == 404
    assert await guessed(contact["case_reference"]) == 429
    assert (await asked(workspace, contact["case_reference"]))["status"] == "waiting"


async def test_a_reference_that_is_taken_is_drawn_again(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The contact is accepted all the same, with another."""
    first = await workspace.post(COMPLAINT)
    drawn = [new_reference(), first["case_reference"]]
    monkeypatch.setattr("mci_router.intake.cases.new_reference", drawn.pop)
    second = await workspace.post(COMPLAINT)
    assert not drawn
    assert second["case_reference"] != first["case_reference"]
    assert (await asked(workspace, second["case_reference"]))["id"] == second["case_id"]
