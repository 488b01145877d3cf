"""Receipts: the adapter says how far a message has come; late ones and duplicates change nothing."""

from typing import Any

from tests.support.outbound import adapter, by, chat, key_of, reading, receipt, reply
from tests.support.problems import assert_problem
from tests.support.service import Workspace


async def test_receipts_lift_a_message_and_never_let_it_fall(workspace: Workspace) -> None:
    """Each change is journalled once; what has a receipt is not written to the stream again."""
    await adapter(workspace)
    key = await key_of(workspace, "messages:deliver", adapter="widget")
    contact = await chat(workspace)
    message = await reply(workspace, contact)
    for said, state in (("delivered", "delivered"), ("sent", "delivered"), ("read", "read"), ("failed", "read")):
        assert (await receipt(workspace, key, message, said))["state"] == state
    told = [event["data"] for event in await workspace.events(contact["id"]) if event["type"] == "message.delivery"]
    assert [entry["delivery"] for entry in told] == ["delivered", "read"]
    await reply(workspace, contact, "second")
    async with reading(workspace, key) as stream:
        assert await stream.texts(1) == ["second"]


async def test_what_was_read_by_its_channel_is_how_far_the_customer_has_read(workspace: Workspace) -> None:
    """All hear of it once, and a receipt for an older message moves nothing back."""
    await adapter(workspace)
    key = await key_of(workspace, "messages:deliver", adapter="widget")
    contact = await chat(workspace)
    first, second = await reply(workspace, contact), await reply(workspace, contact, "second")
    await receipt(workspace, key, first, "delivered")
    assert await _read(workspace, contact) is None
    for message in (second, first, second):
        await receipt(workspace, key, message, "read")
    assert await _read(workspace, contact) == await _seq(workspace, contact, second)
    told = [event["data"] for event in await workspace.events(contact["id"]) if event["type"] == "message.read"]
    assert [(one["party"], one["up_to_seq"]) for one in told] == [("customer", await _seq(workspace, contact, second))]


async def _window(workspace: Workspace, contact: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")).json()
    return found


async def _read(workspace: Workspace, contact: dict[str, Any]) -> int | None:
    """Up to which message the customer has read, if that is known."""
    up_to: int | None = (await _window(workspace, contact))["read_up_to"].get("customer")
    return up_to


async def _seq(workspace: Workspace, contact: dict[str, Any], message: str) -> int:
    """The number of a message in its case."""
    (found,) = [one["seq"] for one in (await _window(workspace, contact))["items"] if one["id"] == message]
    return int(found)


async def test_a_failure_is_shown_and_can_be_sent_again(workspace: Workspace) -> None:
    """With the channel's own reason; then it is on its way once more, by the same id."""
    await adapter(workspace)
    key = await key_of(workspace, "messages:deliver", adapter="widget")
    contact = await chat(workspace)
    message = await reply(workspace, contact)
    why = {"slug": "number_unknown", "detail": "The number is not in use.", "retryable": True}
    assert await receipt(workspace, key, message, "failed", error=why) == {"state": "failed", "error": why}
    window = await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")
    assert window.json()["items"][-1]["delivery"] == {"state": "failed", "error": why}
    assert (await workspace.api.post(f"/v1/messages/{message}/send-again")).json()["state"] == "queued"
    async with reading(workspace, key) as stream:
        assert (await stream.next())[1]["id"] == message


async def test_a_receipt_is_refused_in_words_and_keeps_no_card_number(workspace: Workspace) -> None:
    """A state that is none says which there are; what a channel quotes of a message is masked as that was."""
    await adapter(workspace)
    key = await key_of(workspace, "messages:deliver", adapter="widget")
    message = await reply(workspace, await chat(workspace))
    refused = await workspace.api.post(f"/v1/messages/{message}/delivery", json={"state": "queued"}, headers=by(key))
    problem = assert_problem(refused, 422, "invalid_request")
    assert problem["detail"] == "body.state: Input should be 'sent', 'delivered', 'read' or 'failed'"
    why = {"slug": "refused", "detail": "refused: card 4111 1111 1111 1111"}
    failed = await receipt(workspace, key, message, "failed", error=why)
    assert failed["error"]["detail"] == "refused: card [card number removed]"


async def test_only_the_adapter_that_has_a_message_speaks_of_it(workspace: Workspace) -> None:
    """To any other key there is no such message."""
    await adapter(workspace)
    await adapter(workspace, "other")
    message = await reply(workspace, await chat(workspace))
    for key in (
        await key_of(workspace, "messages:deliver", adapter="other"),
        await key_of(workspace, "messages:deliver"),
    ):
        refused = await workspace.api.post(f"/v1/messages/{message}/delivery", json={"state": "read"}, headers=by(key))
        assert_problem(refused, 404, "not_found")
    own = by(await key_of(workspace, "messages:deliver", adapter="widget"))
    wrong = await workspace.api.post(f"/v1/messages/{message}/delivery", json={"state": "queued"}, headers=own)
    assert_problem(wrong, 422, "invalid_request")
