"""A card's number that a customer sends in several messages never stands in the ledger."""

from collections.abc import Awaitable, Callable
from typing import Any

from mci_router.intake.masking import CARD_MASK
from tests.support.conversations import staffed, taken
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]


async def said(workspace: Workspace, contact: str, words: str, key: str | None = None) -> dict[str, Any]:
    body = {"text": words} | ({"channel_message_id": key} if key else {})
    answer = await workspace.api.post(f"/v1/contacts/{contact}/messages", json=body)
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()["message"]
    return found


async def test_the_second_half_of_a_number_is_masked(make: Make) -> None:
    """Also where the first half came with the contact, and by a message that is sent again."""
    workspace = await make(staffed())
    contact = await workspace.post("hello, my card is 4111 1111")
    half = await said(workspace, contact["id"], "and then 1111 1111", key="once")
    assert half["text"] == f"and then {CARD_MASK}"
    assert (await said(workspace, contact["id"], "and then 1111 1111", key="once"))["id"] == half["id"]
    messages = (await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")).json()["items"]
    assert [message["text"] for message in messages if message["kind"] == "customer"] == [
        "hello, my card is 4111 1111",
        f"and then {CARD_MASK}",
    ]


async def test_a_part_that_joins_by_its_conversation_is_masked(make: Make) -> None:
    """A message without the id of its contact, as adapters of messengers send them."""
    workspace = await make(staffed())
    sent = {"channel": "chat", "channel_ref": "talk-1"}
    for words, left in (("4111", "4111"), ("1111", "1111"), ("1111", CARD_MASK), ("1111", CARD_MASK)):
        answer = await workspace.api.post("/v1/messages", json={**sent, "text": words})
        assert answer.status_code == 201, answer.text
        assert answer.json()["message"]["text"] == left


async def test_numbers_of_others_are_not_looked_at(make: Make) -> None:
    """Two customers may each say a number; neither continues the other's."""
    workspace = await make(staffed())
    one, other = [await workspace.post(f"hello, {words}") for words in ("my card is 4111 1111", "good morning")]
    assert (await said(workspace, other["id"], "1111 1111"))["text"] == "1111 1111"
    assert (await said(workspace, one["id"], "1111 1111"))["text"] == CARD_MASK


async def test_an_answer_to_a_question_is_no_part(make: Make) -> None:
    """An agent who asks for a year and a postcode reads them; a whole number is masked whatever was asked."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann:
        contact, _ = await taken(workspace, ann)
        for asked, words, left in (
            ("The last four digits of your contract?", "4111", "4111"),
            ("Your year of birth?", "1111", "1111"),
            ("Your postcode?", "1111", "1111"),
            ("Your house's number?", "1111", CARD_MASK),
        ):
            await ann.do("message.send", contact_id=contact, client_id=asked, kind="agent", text=asked)
            assert (await said(workspace, contact, words))["text"] == left
