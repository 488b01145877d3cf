"""Erasing, while the same person writes, and when a process dies in the middle."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.privacy import parting
from tests.privacy.support import cancelled
from tests.support.canaries import in_ledger
from tests.support.conversations import COMPLAINT
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]
WHY = {"reason": "article 17"}
ROUNDS = 8
AT_ONCE = 4


async def known(workspace: Workspace, said: str = COMPLAINT, **customer: Any) -> str:
    """A customer without an open contact."""
    posted = await workspace.post(said, customer={"email": "sam@example.com", **customer})
    await cancelled(workspace, posted["id"])
    return str(posted["customer_id"])


async def test_who_comes_in_at_that_moment_is_somebody_new_or_was_first(workspace: Workspace) -> None:
    """A contact of the same address, posted while its customer is erased, is accepted; either the erasure is refused
    for it, or it is another customer's, whose words stay.
    """
    seen = set()
    for number in range(ROUNDS):
        customer = await known(workspace)
        erased, *posted = await asyncio.gather(
            workspace.api.post(f"/v1/customers/{customer}/erase", json=WHY),
            *(workspace.post(f"hello {number}", customer={"email": "sam@example.com"}) for _ in range(AT_ONCE)),
        )
        seen.add(erased.status_code)
        whose = {one["customer_id"] for one in posted}
        if erased.status_code == 409:
            assert whose == {customer}
        else:
            assert erased.status_code == 200, erased.text
            assert len(whose) == 1
            assert not whose & {customer, erased.json()["left_id"]}
        for one in posted:
            assert (await workspace.contact(one["id"]))["text"] == f"hello {number}"
            await cancelled(workspace, one["id"])
    assert seen <= {200, 409}


async def test_who_has_looked_up_a_customer_that_is_being_erased_looks_again(
    workspace: Workspace, service: tuple[str, Parts]
) -> None:
    """The contact's statement has found the customer, and waits for the erasure to be committed: then the ledger
    refuses it, and the contact is a new customer's.
    """
    parts, customer = service[1], await known(workspace)
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    async with workspace.ledger() as session:
        erasure = await parting.part(session, workspace.id, customer, "key:1", parts.fingerprints)
        posting = asyncio.create_task(workspace.post("hello", customer={"email": "sam@example.com"}))

        async def waits() -> bool:
            return bool(await session.scalar(waiting))

        await eventually(waits, 4)
    posted = await posting
    assert posted["customer_id"] not in (customer, erasure.left_id)
    found = await workspace.api.get("/v1/customers", params={"email": "sam@example.com"})
    assert [one["id"] for one in found.json()["items"]] == [posted["customer_id"]]


async def test_two_requests_at_once_are_one_erasure(workspace: Workspace) -> None:
    """Both answer the same, and so does a third one later; nothing is audited twice."""
    customer = await known(workspace)
    url = f"/v1/customers/{customer}/erase"
    answers = await asyncio.gather(*(workspace.api.post(url, json=WHY) for _ in range(4)))
    answers.append(await workspace.api.post(url, json=WHY))
    assert {one.status_code for one in answers} == {200}
    assert len({one.json()["left_id"] for one in answers}) == 1
    audited = await workspace.api.get("/v1/audit", params={"action": "customer.erased", "target": customer})
    assert len(audited.json()["items"]) == 1


async def test_what_a_crash_has_left_is_gone_on_with(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """Between its first transaction and the rest a process may die: from then on nothing leads to the person, it is
    said that it is not done, and any process does the rest.
    """
    customer = await known(workspace, f"{COMPLAINT} zqxtext", name="Zqxname")

    async def nothing(*_: object) -> None:
        """The request that asked for it is gone."""

    begun = await service[1].erasures.begin(workspace.id, customer, "key:1", nothing)
    assert begun.state == "erasing"
    assert (await workspace.api.get(f"/v1/customers/{customer}")).status_code == 404
    assert not [one for one in await in_ledger(workspace, ["zqxname", "sam@example.com"]) if "idempotency" not in one]

    async def done() -> bool:
        found = await workspace.api.get(f"/v1/customers/{customer}/erasure")
        return str(found.json()["state"]) == "erased"

    await eventually(done)
    assert await in_ledger(workspace, ["zqxtext", "zqxname", "sam@example.com"]) == []


async def test_what_was_on_its_way_is_found_at_the_second_look(
    workspace: Workspace, service: tuple[str, Parts]
) -> None:
    """A message that another process commits to a case after its words were taken away is emptied a quarter of an hour
    later; then nothing is due any longer.
    """
    customer = await known(workspace)
    erased = (await workspace.api.post(f"/v1/customers/{customer}/erase", json=WHY)).json()
    late = text("UPDATE messages SET text = 'zqxlate', redacted_why = NULL WHERE author = :left")
    soon = text("UPDATE erasures SET next_at = now() WHERE customer_id = :customer")
    async with workspace.ledger() as session:
        await session.execute(late, {"left": erased["left_id"]})
    assert await in_ledger(workspace, ["zqxlate"]) != []
    async with workspace.ledger() as session:
        due_in = await session.scalar(
            text("SELECT next_at - now() FROM erasures WHERE customer_id = :customer"), {"customer": customer}
        )
        assert 800 < due_in.total_seconds() < 1_000
        await session.execute(soon, {"customer": customer})

    async def over() -> bool:
        async with workspace.ledger() as session:
            query = text("SELECT next_at FROM erasures WHERE customer_id = :customer")
            return await session.scalar(query, {"customer": customer}) is None

    await eventually(over)
    assert await in_ledger(workspace, ["zqxlate"]) == []
