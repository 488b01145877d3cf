"""`mci-router rebuild` and the rebuild of a live state that is missing, with routers and desks at work."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from mci_router.api.parts import Parts
from mci_router.embedded import Servers
from mci_router.lifecycle import rebuilding as rebuilding_steps
from mci_router.lifecycle.rebuilding import Rebuilding, rebuild
from mci_router.models import Contact, Offer
from mci_router.routing.engine import prefix
from mci_router.settings import Settings
from tests.support.forked import run
from tests.support.processes import environment
from tests.support.service import TestDesk, Workspace, eventually

MANY = 2_500  # more than a page of a rebuild
COPIES = """
INSERT INTO contacts SELECT copy.* FROM contacts c, generate_series(1, CAST(:copies AS int)) AS n,
  jsonb_populate_record(c, jsonb_build_object('id', 'con_' || lpad(to_hex(n), 32, '0'), 'journal_id', '',
    'enqueued_at', c.enqueued_at - n % 1000 * interval '1 second', 'priority', n % 3)) AS copy
WHERE c.id = :contact
"""


@pytest.fixture
def rebuilding(service: tuple[str, Parts]) -> Rebuilding:
    _, parts = service
    return Rebuilding(parts.database, parts.engine, parts.snapshots)


async def command(variables: dict[str, str], *arguments: str) -> tuple[int, str]:
    """`mci-router rebuild`, in a directory where no servers were run: its code and what it said."""
    return await run("rebuild", *arguments, variables=variables)


async def test_desks_go_on_over_a_rebuild(servers: Servers, workspace: Workspace) -> None:
    """What an agent had, it has; what it was offered, it is offered again; new contacts come, under numbers that rise."""
    async with workspace.desk("ann") as ann, numbers(ann) as seen:
        talking = await workspace.post("a formal complaint, I demand a manager")
        first = await ann.expect("offer.created")
        started = await ann.do("offer.accept", offer_id=first["offer_id"])
        asked = await workspace.post("a formal complaint about how you treated me")
        second = await ann.expect("offer.created")
        assert second["contact"]["id"] == asked["id"]
        waiting = await workspace.post("someone stole my card, fraud", channel="voice")

        code, said = await command(environment(servers.database_url, servers.redis_url), "--workspace", workspace.name)
        assert code == 0, said
        assert re.fullmatch(rf"{workspace.name}: 3 open contacts restored in \d+\.\d s, 3 segments counted\n", said)

        renewed = await offer_of(ann, asked["id"])
        assert renewed["offer_id"] != second["offer_id"]
        assert (await ann.do("offer.accept", offer_id=renewed["offer_id"]))["state"] == "assigned"
        before = len(seen)
        later = await workspace.post("worst company ever, complaint")
        await offer_of(ann, later["id"])
        done = await ann.do("assignment.complete", assignment_id=started["assignment_id"], disposition="solved")
        assert done["state"] == "wrapping_up"
        assert len(seen) > before
        assert seen == sorted(set(seen)), "a number was told twice, or fell"
    assert (await workspace.contact(waiting["id"]))["state"] == "queued"
    await eventually(lambda: _offer_is(workspace, second["offer_id"], "revoked"))

    async def journalled() -> bool:
        states = [event["data"]["state"] for event in await workspace.events(talking["id"])]
        return list(dict.fromkeys(states)) == ["queued", "offered", "assigned", "wrapping_up"]

    await eventually(journalled)


async def offer_of(desk: TestDesk, contact: str) -> dict[str, Any]:
    """The offer of a contact; a desk may be told of one twice."""
    while (offer := await desk.expect("offer.created"))["contact"]["id"] != contact:
        pass
    return offer


@asynccontextmanager
async def numbers(desk: TestDesk) -> AsyncIterator[list[int]]:
    """The sequence numbers of all frames that the desk gets in the block."""
    seen: list[int] = []
    find: Callable[..., Any] = desk._find

    async def noting(wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        def note(frame: dict[str, Any]) -> bool:
            if (seq := frame.get("seq")) is not None and seq not in seen:
                seen.append(seq)
            return wanted(frame)

        found: dict[str, Any] = await find(note)
        return found

    desk._find = noting  # type: ignore[method-assign]
    yield seen


async def test_nothing_that_was_answered_before_is_lost(rebuilding: Rebuilding, workspace: Workspace) -> None:
    """The ledger follows the live state by a moment: a rebuild lets it catch up first."""
    async with workspace.desk("ann") as ann:
        for _ in range(3):
            talking = await workspace.post("a formal complaint, I demand a manager")
            await ann.do("offer.accept", offer_id=(await offer_of(ann, talking["id"]))["offer_id"])
            await rebuilding.again(workspace.id)
            contact = await workspace.contact(talking["id"])
            assert (contact["state"], contact["agent"]) == ("assigned", "ann")


async def test_a_large_live_state_comes_back_in_order(
    service: tuple[str, Parts], rebuilding: Rebuilding, workspace: Workspace
) -> None:
    """Thousands of waiting contacts, found missing by several at once: each waits once, with its age and priority, in
    its line.
    """
    _, parts = service
    first = await workspace.post("a formal complaint, I demand a manager", channel="email")
    await eventually(lambda: _state_is(workspace, first["id"], "queued"))
    async with workspace.ledger() as session:
        await session.execute(text(COPIES), {"copies": MANY - 1, "contact": first["id"]})
    keys = [key async for key in parts.engine.client.scan_iter(f"{prefix(workspace.id)}:*", count=1000)]
    await parts.engine.client.unlink(*keys)

    await asyncio.gather(*(rebuilding.missing(workspace.id) for _ in range(3)), parts.engine.ensure_built(workspace.id))

    (line,) = await parts.engine.client.smembers(f"{prefix(workspace.id)}:lines")
    live = await parts.engine.client.zrange(f"{prefix(workspace.id)}:line:{line}", 0, -1)
    async with workspace.ledger() as session:
        age = Contact.enqueued_at - Contact.priority * text("interval '60 seconds'")
        ledger = list(
            await session.scalars(
                select(Contact.id).where(Contact.workspace_id == workspace.id).order_by(age, Contact.id)
            )
        )
    assert len(live) == MANY
    assert live == ledger
    assert (await parts.engine.queue_counts(workspace.id, "desk"))["waiting"] == MANY
    entries = await parts.engine.client.xrange(f"{prefix(workspace.id)}:journal")
    rebuilt = [fields["entry"] for _, fields in entries if "live_state.rebuilt" in fields["entry"]]
    assert len(rebuilt) == 1
    assert f'"contacts":{MANY}' in rebuilt[0]
    assert not any("contact.restored" in fields["entry"] for _, fields in entries)


async def test_two_rebuilds_at_once_both_end_well(rebuilding: Rebuilding, workspace: Workspace) -> None:
    """The second waits for the first; the contact waits once."""
    waiting = await workspace.post("someone stole my card, fraud", channel="voice")
    made = await asyncio.gather(*(rebuilding.again(workspace.id) for _ in range(2)))
    assert [one.contacts for one in made] == [1, 1]
    async with workspace.desk("fred") as fred:
        assert (await fred.expect("offer.created"))["contact"]["id"] == waiting["id"]
        assert await fred.silent("offer.created")


async def test_without_a_name_every_workspace_is_rebuilt(settings: Settings, workspace: Workspace) -> None:
    """And told of, one by one."""
    told: dict[str, int] = {}
    await workspace.post("someone stole my card, fraud", channel="voice")
    assert await rebuild(settings, workspace.database, None, lambda name, made: told.update({name: made.contacts}))
    assert told[workspace.name] == 1


@pytest.mark.parametrize(
    ("change", "arguments", "says"),
    [
        ({"REDIS_URL": None}, (), "REDIS_URL must be set"),
        ({}, ("--workspace", "nowhere"), "there is no workspace 'nowhere'"),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, (), "live queues"),
    ],
)
async def test_what_a_rebuild_lacks_is_said_in_one_line(
    servers: Servers,
    workspace: Workspace,
    tmp_path: Path,
    change: dict[str, str | None],
    arguments: tuple[str, ...],
    says: str,
) -> None:
    """An address that is not set or not right, or a workspace that is not there: no traceback, and a code that scripts
    see.
    """
    asked = environment(servers.database_url, servers.redis_url) | change
    variables = {name: value for name, value in asked.items() if value is not None}
    code, said = await run("rebuild", *arguments, variables=variables, folder=tmp_path)  # where no servers were run
    assert code == 1
    assert says in said
    assert "Traceback" not in said


async def _state_is(workspace: Workspace, contact: str, state: str) -> bool:
    async with workspace.ledger() as session:
        return bool(await session.scalar(select(Contact.state).where(Contact.id == contact)) == state)


async def _offer_is(workspace: Workspace, offer: str, state: str) -> bool:
    async with workspace.ledger() as session:
        return bool(await session.scalar(select(Offer.state).where(Offer.id == offer)) == state)


async def test_a_large_rebuild_does_not_hold_a_small_one_up(
    make: Callable[..., Awaitable[Workspace]], service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its steps and those of the others take turns, also where there is one place for all."""
    monkeypatch.setattr(rebuilding_steps, "AT_ONCE", 1)
    monkeypatch.setattr(rebuilding_steps, "BATCH", 1)
    large, small = await make(), await make()
    waiting = (await large.post())["id"]
    await large.until_state(waiting, "queued")
    async with large.database.transaction() as session:
        await session.execute(text(COPIES), {"copies": 400, "contact": waiting})
    alone = (await small.post())["id"]
    # What is still on its way to the ledger would be waited for first, outside of turns.
    for workspace in (large, small):
        await workspace.projected()
    parts, order = service[1], list[str]()
    rebuilding = Rebuilding(parts.database, parts.engine, parts.snapshots)

    async def again(workspace: Workspace) -> None:
        await rebuilding.again(workspace.id)
        order.append(workspace.id)

    await asyncio.gather(again(large), again(small))
    assert order == [small.id, large.id]
    for workspace, contact in ((large, waiting), (small, alone)):
        assert (await workspace.contact(contact))["state"] == "queued"


async def test_who_builds_a_live_state_has_sent_it_the_configuration(
    workspace: Workspace, service: tuple[str, Parts]
) -> None:
    """At once: it need not be sent again. One that was loaded meanwhile is not taken for sent."""
    snapshots = service[1].snapshots
    snapshot = await snapshots.get(workspace.id)
    assert snapshots.in_force(snapshot)
    assert (await workspace.api.patch("/v1/queues/desk", json={"wrap_up_s": 7})).status_code == 200
    later = await snapshots.get(workspace.id)
    assert snapshots.in_force(later)
    await snapshots.built_with(snapshot)
    assert snapshots.in_force(later)
