"""Messages that come at the same time are written together, each with its own outcome and in their order."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from mci_router.routing.engine import Engine
from tests.support.conversations import staffed, taken
from tests.support.service import PATIENCE_S, Workspace

Make = Callable[..., Awaitable[Workspace]]


async def test_of_messages_written_together_each_is_judged_by_itself(make: Make) -> None:
    """A customer who writes where nobody answers any longer is refused, and nobody beside: the agent's note there, and
    what others say, is written in the order in which it came.
    """
    workspace = await make(staffed())

    async def say(contact: str, **more: Any) -> Any:
        return await workspace.api.post(f"/v1/contacts/{contact}/messages", json=more)

    async with workspace.desk("ann") as ann:
        over, _ = await taken(workspace, ann)
        ended = await workspace.api.post(f"/v1/contacts/{over}/end", json={"by": "customer"})
        assert ended.json()["state"] == "wrapping_up"
        going_on = (await workspace.post("hello"))["id"]
        answers = await asyncio.gather(
            say(going_on, text="one"),
            say(over, text="too late"),
            say(over, kind="note", author="ann", text="hung up"),
            say(going_on, text="two"),
            say("con_" + "0" * 32, text="to nobody"),
            say(going_on, text="three"),
        )
        assert [answer.status_code for answer in answers] == [201, 409, 201, 201, 404, 201]
        assert answers[1].json()["type"] == "/problems/conversation_over"
        seqs = [answers[number].json()["message"]["seq"] for number in (0, 3, 5)]
        assert seqs == [2, 3, 4]
        assert (await ann.expect("message.created", contact_id=over))["message"]["text"] == "hung up"


async def test_a_workspace_whose_live_queues_stall_keeps_no_other(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """What others say in the same batch is written and answered all the same, and so is what is said there."""
    slow, other = await make(staffed()), await make(staffed())
    contacts = {one.id: (await one.post("hello"))["id"] for one in (slow, other)}
    let_go, states, announce = asyncio.Event(), Engine.contact_states, Engine.announce

    async def stalled_states(self: Engine, workspace: str, *some: Any) -> Any:
        if workspace == slow.id:
            await let_go.wait()
        return await states(self, workspace, *some)

    async def stalled_announce(self: Engine, workspace: str, *some: Any) -> Any:
        if workspace == slow.id:
            await let_go.wait()
        return await announce(self, workspace, *some)

    async def say(workspace: Workspace) -> float:
        began = time.monotonic()
        answer = await workspace.api.post(f"/v1/contacts/{contacts[workspace.id]}/messages", json={"text": "hello?"})
        assert answer.status_code == 201
        return time.monotonic() - began

    monkeypatch.setattr(Engine, "contact_states", stalled_states)
    monkeypatch.setattr(Engine, "announce", stalled_announce)
    stalled = [asyncio.create_task(say(slow)) for _ in range(3)]
    spared = await asyncio.wait_for(asyncio.gather(*(say(other) for _ in range(3))), PATIENCE_S)
    assert not any(one.done() for one in stalled)
    let_go.set()
    assert len(await asyncio.gather(*stalled)) == len(spared)
