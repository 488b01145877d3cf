"""The customer without name and address who has the cases of an erased one: nobody's words are taken there."""

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.routing.engine import forgetting
from tests.privacy.test_races import WHY, known
from tests.support.canaries import in_live_state
from tests.support.problems import assert_problem
from tests.support.service import Workspace, eventually


async def erased(workspace: Workspace, customer: str) -> str:
    answer = await workspace.api.post(f"/v1/customers/{customer}/erase", json=WHY)
    assert answer.json()["state"] == "erased"
    return str(answer.json()["left_id"])


async def test_nobody_is_merged_with_what_is_left(workspace: Workspace) -> None:
    """Their cases would be emptied with those of the person, or the person's never looked at again."""
    left = await erased(workspace, await known(workspace))
    other = (await workspace.post("hello", customer={"email": "kim@example.com"}))["customer_id"]
    for one, into in ((other, left), (left, other)):
        refused = await workspace.api.post(f"/v1/customers/{one}/merge", json={"into": into})
        assert_problem(refused, 422, "invalid_request")


async def test_a_contact_that_comes_to_what_is_left_keeps_its_words(
    workspace: Workspace, service: tuple[str, Parts]
) -> None:
    """Somebody may post with the customer's id of an old contact: the second look takes only what the person said."""
    left = await erased(workspace, await known(workspace))
    posted = await workspace.post("I begin again", customer={"id": left})
    async with workspace.ledger() as session:
        await session.execute(text("UPDATE erasures SET next_at = now() WHERE left_id = :left"), {"left": left})

    async def over() -> bool:
        async with workspace.ledger() as session:
            query = text("SELECT next_at IS NULL FROM erasures WHERE left_id = :left")
            return bool(await session.scalar(query, {"left": left}))

    await eventually(over)
    assert (await workspace.contact(posted["id"]))["text"] == "I begin again"


async def test_a_journal_of_many_pages_is_emptied(
    workspace: Workspace, service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read a page at a time, each within a bound of its own, however much has happened."""
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    customer = await known(workspace, "hello", email="zqypage@example.com", name="Zqypage")
    for number in range(5):
        await workspace.post(f"hello {number}", customer={"email": "kim@example.com"})
    await workspace.projected()
    await erased(workspace, customer)
    assert await in_live_state(service[1], ["zqypage"]) == []
