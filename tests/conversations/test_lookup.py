"""Looking messages up for sockets: once for all who ask at the same moment, and not at all for what was just written
here.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import pytest

from mci_router.conversations import lookup as lookup_module
from mci_router.conversations import reading
from mci_router.conversations.lookup import Lookup
from mci_router.database import Lane
from mci_router.errors import DatabaseUnavailable
from mci_router.ids import new_id
from tests.support.conversations import staffed
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]


async def said(workspace: Workspace, number: int) -> list[dict[str, Any]]:
    """So many messages of a contact, in the ledger."""
    path = f"/v1/contacts/{(await workspace.post('hello'))['id']}/messages"
    answers = [await workspace.api.post(path, json={"text": f"and {one}"}) for one in range(number)]
    return [answer.json()["message"] for answer in answers]


async def test_what_is_asked_for_meanwhile_is_found_by_the_next_look(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each message of who asks at once is read by one statement; who asks for none waits for nothing."""
    workspace = await make(staffed())
    ids = [one["id"] for one in await said(workspace, 3)]
    looks: list[int] = []
    gate, begun, of_workspaces = asyncio.Event(), asyncio.Event(), reading.of_workspaces

    async def counted(lane: Lane, wanted: Collection[tuple[str, str]]) -> Any:
        looks.append(len(wanted))
        begun.set()
        await gate.wait()
        return await of_workspaces(lane, wanted)

    monkeypatch.setattr(reading, "of_workspaces", counted)
    lookup = Lookup(workspace.database)
    first = asyncio.create_task(lookup.get(workspace.id, ids[:1]))
    await begun.wait()
    others = [asyncio.create_task(lookup.get(workspace.id, ids[number:])) for number in (0, 1, 2)]
    stranger = asyncio.create_task(lookup.get("wsp_of_others", ids))
    assert await lookup.get(workspace.id, []) == {}
    gate.set()
    assert list(await first) == ids[:1]
    assert [sorted(await one) for one in others] == [sorted(ids[number:]) for number in (0, 1, 2)]
    assert await stranger == {}
    assert looks == [1, 6]


async def test_what_was_just_written_here_is_not_read(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for a moment only, not where it has changed, and not for another workspace."""
    workspace = await make(staffed())
    lookup = Lookup(workspace.database)
    noted: dict[str, Any] = {"id": new_id("message"), "text": "the ledger has no such message"}
    (kept,) = await said(workspace, 1)
    lookup.note(workspace.id, noted)
    lookup.note(workspace.id, {**kept, "text": "as it was before somebody edited it"})
    both = await lookup.get(workspace.id, [noted["id"], kept["id"]], changed=[kept["id"]])
    assert both == {noted["id"]: noted, kept["id"]: kept}
    assert await lookup.get("wsp_of_others", [noted["id"]]) == {}
    monkeypatch.setattr(lookup_module, "KNOWN_FOR_S", 0)
    lookup.note(workspace.id, noted)
    assert await lookup.get(workspace.id, [noted["id"]]) == {}


async def test_few_are_remembered(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that were written last."""
    monkeypatch.setattr(lookup_module, "MOST_KNOWN", 2)
    lookup = Lookup((await make(staffed())).database)
    noted: list[dict[str, Any]] = [{"id": new_id("message")} for _ in range(3)]
    for one in noted:
        lookup.note("a workspace", one)
    assert list(await lookup.get("a workspace", [one["id"] for one in noted])) == [one["id"] for one in noted[1:]]


async def test_a_look_that_could_not_begin_is_not_waited_for_again(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """While PostgreSQL stalls, one look keeps the connection and the next gives up; who asks later is answered."""
    workspace = await make(staffed())
    ids = [one["id"] for one in await said(workspace, 2)]
    gate, begun, of_workspaces = asyncio.Event(), asyncio.Event(), reading.of_workspaces

    async def stalled(lane: Lane, wanted: Collection[tuple[str, str]]) -> Any:
        begun.set()
        await gate.wait()
        return await of_workspaces(lane, wanted)

    monkeypatch.setattr(reading, "of_workspaces", stalled)
    monkeypatch.setattr(workspace.database, "timeout_s", 0.05)
    lookup = Lookup(workspace.database)
    first = asyncio.create_task(lookup.get(workspace.id, ids[:1]))
    await begun.wait()
    with pytest.raises(DatabaseUnavailable):
        await lookup.get(workspace.id, ids)
    gate.set()
    assert list(await first) == ids[:1]
    assert sorted(await lookup.get(workspace.id, ids)) == sorted(ids)
