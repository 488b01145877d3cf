"""Erasing, while the same person writes, and when a process dies in the middle."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.clock import utc_now
from mci_router.errors import EngineUnavailable
from mci_router.privacy import parting, steps
from mci_router.privacy.claim import Claim, TakenOver
from tests.privacy.support import cancelled
from tests.support.canaries import in_ledger
from tests.support.conversations import COMPLAINT
from tests.support.problems import assert_problem
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]
POSTS = text(
    """
    INSERT INTO posts (id, workspace_id, contact_id, title, body, status, hidden, locked)
    SELECT 'pst_' || id, workspace_id, id, 'zqxpost', 'zqxpost', 'closed', false, false FROM contacts
    WHERE customer_id = :customer ORDER BY id LIMIT :posts
    """
)
WHY = {"reason": "article 17"}
ROUNDS = 4
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


async def test_who_is_split_while_it_is_erased_is_not_there(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """The split has found the merge, and waits for the erasure: it would give the person its claim back, by which who
    claims the same finds a customer that nobody may write onto.
    """
    customer = await known(workspace)
    merged = (await workspace.post("hello", customer={"email": "kim@example.com"}))["customer_id"]
    assert (await workspace.api.post(f"/v1/customers/{merged}/merge", json={"into": customer})).status_code == 200
    open_ones = (await workspace.api.get("/v1/contacts", params={"state": "queued"})).json()["items"]
    for one in open_ones:
        await cancelled(workspace, one["id"])
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    async with workspace.ledger() as session:
        await parting.part(session, workspace.id, customer, "key:1", service[1].fingerprints)
        splitting = asyncio.create_task(workspace.api.post(f"/v1/customers/{merged}/split"))

        async def waits() -> bool:
            return bool(await session.scalar(waiting))

        await eventually(waits, 4)
    assert_problem(await splitting, 404, "not_found")


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
    found = await in_ledger(workspace, ["zqxname", "sam@example.com"])
    assert not [one for one in found if one.startswith("customer")]

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


async def test_who_waits_for_each_other_is_no_error(workspace: Workspace) -> None:
    """The erasure and another transaction wait for each other, until the ledger breaks the erasure off, which has
    waited for longer: it is done again, and answers as ever.
    """
    customer = await known(workspace)
    address = text("SELECT 1 FROM customer_addresses WHERE customer_id = :customer FOR UPDATE")
    person = text("SELECT 1 FROM customers WHERE id = :customer FOR UPDATE")
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    before = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    async with workspace.ledger() as look:
        broken_before = await look.scalar(before)
    async with workspace.ledger() as session:
        await session.execute(address, {"customer": customer})
        erasing = asyncio.create_task(workspace.api.post(f"/v1/customers/{customer}/erase", json=WHY))

        async def waits() -> bool:
            return bool(await session.scalar(waiting))

        await eventually(waits)
        await session.execute(person, {"customer": customer})  # until the erasure is broken off
    answer = await erasing
    assert (answer.status_code, answer.json()["state"]) == (200, "erased"), answer.text

    async def counted() -> bool:
        async with workspace.ledger() as look:
            return bool(await look.scalar(before) > broken_before)

    await eventually(counted)


async def test_what_all_can_read_goes_first(
    workspace: Workspace, service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the live state is away nothing can leave it: the person's posts are off the board all the same."""
    customer = await known(workspace)

    async def away(*_: object) -> None:
        raise EngineUnavailable

    monkeypatch.setattr(steps, "forget", away)
    async with workspace.ledger() as session:
        await session.execute(POSTS, {"customer": customer, "posts": 1})
    answer = await workspace.api.post(f"/v1/customers/{customer}/erase", json=WHY)
    assert (answer.status_code, answer.json()["state"]) == (200, "erasing"), answer.text
    async with workspace.ledger() as session:
        shown = text("SELECT hidden, title FROM posts WHERE workspace_id = :workspace")
        rows = (await session.execute(shown, {"workspace": workspace.id})).all()
    assert [tuple(row) for row in rows] == [(True, "")]


async def test_one_process_at_a_time_says_how_far_it_is(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """A process that was stopped for longer than its claim is good for finds another one at the work: it neither takes
    it back to where it was, nor says that all is gone.
    """
    customer, parts = await known(workspace), service[1]
    async with workspace.ledger() as session:
        begun = await parting.part(session, workspace.id, customer, "key:1", parts.fingerprints)
        begun.next_at = utc_now() + timedelta(minutes=1)
    stopped = Claim(parts.database, begun)
    await stopped.renew("con_a")
    ahead = text("UPDATE erasures SET next_at = now() + interval '2 min', after = 'con_z' WHERE id = :id")
    async with workspace.ledger() as session:  # its lease has lapsed, and another one is far ahead
        await session.execute(ahead, {"id": begun.id})
    with pytest.raises(TakenOver):
        await stopped.renew("con_b")
    with pytest.raises(TakenOver):
        async with workspace.ledger() as session:
            await stopped.write(session, state="erased")
    async with workspace.ledger() as session:
        row = (await session.execute(text("SELECT after, state FROM erasures WHERE id = :id"), {"id": begun.id})).one()
    assert tuple(row) == ("con_z", "erasing")
