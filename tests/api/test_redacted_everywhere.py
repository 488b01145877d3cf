"""A redacted message is nowhere: not quoted in a decision, not in a mail's subject, and not in what may become public."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from mci_router.api.parts import Parts
from mci_router.clock import utc_now
from mci_router.conversations import retention
from tests.api.test_message_changes import redact
from tests.lifecycle.test_consent import HOW_TO, YES, asking, board, say
from tests.privacy.test_races import WHY
from tests.support.canaries import in_ledger, in_live_state
from tests.support.conversations import COMPLAINT, accepted, staffed, until_ledger
from tests.support.problems import assert_problem
from tests.support.service import Workspace
from tests.webhooks.support import hook

Make = Callable[..., Awaitable[Workspace]]

WORDS = ["zqxsaid", "zqxsubject", "zqxother"]
SENT: dict[str, dict[str, Any]] = {
    "a clause that shows danger": {"channel": "email", "text": "I will kill myself zqxsaid tonight"},
    "a question whether to post": {"channel": "chat", "text": f"{HOW_TO} zqxsaid", "can_ask": True},
}


async def sent(workspace: Workspace, body: dict[str, Any], key: str) -> dict[str, Any]:
    """A contact with a subject, by a key: the same is answered again."""
    customer = {"external_id": f"crm-{key}", "trust": "authenticated"}
    body = {"subject": "zqxsubject", "customer": customer, **body}
    answer = await workspace.api.post("/v1/contacts", json=body, headers={"Idempotency-Key": key})
    assert answer.status_code == 201, answer.text
    contact: dict[str, Any] = answer.json()
    return contact


async def test_no_word_of_what_is_redacted_is_left(make: Make, service: tuple[str, Parts]) -> None:
    """The clause that the model of sensitivity quotes, the draft that the customer is asked about, the subject, and what
    is answered to who sends it once more.
    """
    workspace = await make(asking(chat=600))
    for number, body in enumerate(SENT.values()):
        contact = await sent(workspace, body, f"k{number}")
        assert set(WORDS[:2]) <= {one.rpartition(" ")[2] for one in await in_ledger(workspace, WORDS)}
        assert (await redact(workspace, f"msg_{contact['id'][4:]}")).status_code == 200
        assert await in_ledger(workspace, WORDS) == []
        again = await sent(workspace, body, f"k{number}")
        assert (again["id"], [word for word in WORDS if word in str(again)]) == (contact["id"], [])
        assert await in_ledger(workspace, WORDS) == []
    assert await in_live_state(service[1], WORDS) == []


async def test_the_record_of_a_completed_contact_loses_its_subject(make: Make) -> None:
    """A webhook that cannot be reached is sent it later, or once more by hand."""
    workspace = await make(staffed(wrap_up_s=0))
    await hook(workspace, "http://127.0.0.1:9/crm", "crm", events=["contact.completed"], in_full=True)
    contact = await sent(workspace, {"channel": "chat", "text": f"{COMPLAINT} zqxsaid"}, "k")
    async with workspace.desk("ann") as ann:
        assignment = await accepted(ann, contact["id"])
        await ann.do("assignment.complete", assignment_id=assignment, disposition="solved")
    await workspace.until_state(contact["id"], "completed")
    assert "webhook_deliveries.data: zqxsubject" in await in_ledger(workspace, WORDS)
    await redact(workspace, f"msg_{contact['id'][4:]}")
    assert await in_ledger(workspace, WORDS) == []


async def test_nobody_agrees_to_what_was_redacted(make: Make) -> None:
    """The customer has the old button still: it posts nothing, and the customer's own wording does."""
    workspace = await make(asking(chat=600))
    contact = await sent(workspace, SENT["a question whether to post"], "k")
    await redact(workspace, f"msg_{contact['id'][4:]}")
    assert_problem(await workspace.api.post(f"/v1/contacts/{contact['id']}/consent", json=YES), 409, "ask_over")
    assert await board(workspace) == []
    assert (await workspace.contact(contact["id"]))["state"] == "automating"
    await say(workspace, contact["id"], {**YES, "text": HOW_TO})
    assert [(one["title"], one["body"]) for one in await board(workspace)] == [(HOW_TO, HOW_TO)]


async def test_what_the_workspace_keeps_no_longer_is_not_quoted_either(make: Make) -> None:
    """What has the words of a message goes in its time with it."""
    workspace = await make(asking(chat=600))
    for number, body in enumerate(SENT.values()):
        contact = await sent(workspace, body, f"k{number}")
        assert (await workspace.api.post(f"/v1/contacts/{contact['id']}/cancel")).status_code == 200
        await until_ledger(workspace, contact["id"], state="cancelled")
    await retention.forget(workspace.database, workspace.id, 60, utc_now() + timedelta(minutes=2))
    kept = {one.partition(":")[0] for one in await in_ledger(workspace, WORDS)}
    assert kept == {"idempotency_keys.answer"}  # for a day, in which nothing is older


async def test_an_erased_customer_is_not_quoted_in_what_was_agreed_to(make: Make) -> None:
    """Neither the draft that was shown is left, nor the customer's own wording, whether it was posted or not."""
    workspace = await make(asking(chat=600))
    answers: list[dict[str, Any]] = [YES, {**YES, "text": f"{HOW_TO} zqxother"}, {**YES, "agree": False}]
    for number, answer in enumerate(answers):
        contact = await sent(workspace, SENT["a question whether to post"], f"k{number}")
        await say(workspace, contact["id"], answer)
        assert (await workspace.api.post(f"/v1/contacts/{contact['id']}/cancel")).status_code == 200
        await until_ledger(workspace, contact["id"], state="cancelled")
        customer = (await workspace.contact(contact["id"]))["customer_id"]
        erased = await workspace.api.post(f"/v1/customers/{customer}/erase", json=WHY)
        assert erased.json()["state"] == "erased", erased.text
        assert await in_ledger(workspace, WORDS) == []
