"""An endpoint that stalls is paused, tried now and then, and gets all that waited once it answers."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from mci_router.webhooks import lanes as lane_bounds
from mci_router.webhooks import outbox as boxes
from mci_router.webhooks.lanes import OF_WEBHOOK, OF_WORKSPACE, Lanes
from tests.support.lanes import LaneIn
from tests.support.receiver import Receiver, receiving
from tests.support.service import Workspace, eventually
from tests.webhooks.support import contacts, entry, hook, tell, until_states

KINDS = ("offer.created", "offer.declined")


async def read(workspace: Workspace, name: str = "crm") -> dict[str, Any]:
    found: dict[str, Any] = (await workspace.api.get(f"/v1/webhooks/{name}")).json()
    return found


async def until_paused(workspace: Workspace) -> dict[str, Any]:
    async def paused() -> dict[str, Any] | None:
        found = await read(workspace)
        return found if found["paused_since"] else None

    made: dict[str, Any] = await eventually(paused)
    return made


async def test_a_stalling_endpoint_is_paused_and_gets_everything_in_order_once_it_answers(
    workspace: Workspace, receiver: Receiver
) -> None:
    """Others hear of the pause and of its end; the webhook shows both; nothing is lost, each contact's order is kept."""
    ids = await contacts(workspace, 6)
    made = await hook(workspace, receiver.url, events=["offer.*"])
    async with receiving() as monitor:
        await hook(workspace, monitor.url, "monitor", events=["webhook.*"])
        receiver.delay_s = 60
        await tell(workspace, *(entry(kind, contact) for kind in KINDS for contact in ids))
        paused = await until_paused(workspace)
        assert paused["paused_why"] == "timeout"
        assert paused["paused_until"] > paused["paused_since"]
        (told,) = await monitor.until(1, "crm")
        assert told.type == "mci.webhook.paused"
        assert told.event["data"] == {"webhook": "crm", "webhook_id": made["id"], "why": "timeout"}
        receiver.delay_s = 0
        await until_states(workspace, *["delivered"] * 12)
        over = (await monitor.until(2, "crm"))[1]
        assert (over.type, over.event["data"]["why"]) == ("mci.webhook.resumed", "delivered")
    assert {field: (await read(workspace))[f"paused_{field}"] for field in ("since", "until", "why")} == dict.fromkeys(
        ("since", "until", "why")
    )
    for contact in ids:
        first_seen = list(dict.fromkeys(one.type for one in receiver.of(contact)))
        assert first_seen == [f"mci.{kind}" for kind in KINDS]


async def test_a_paused_endpoint_is_tried_with_one_message_at_a_time(workspace: Workspace, receiver: Receiver) -> None:
    """And no longer with all that waits."""
    ids = await contacts(workspace, 5)
    await hook(workspace, receiver.url, events=["offer.*"])
    receiver.answer = lambda _: 503
    await tell(workspace, *(entry("offer.created", contact) for contact in ids))
    assert (await until_paused(workspace))["paused_why"] == "status_503"
    tried, receiver.delay_s, receiver.most_busy = len(receiver.received), 0.05, 0
    await receiver.until(tried + 2)
    assert receiver.most_busy == 1


async def test_an_operator_resumes_a_webhook_by_hand(workspace: Workspace, receiver: Receiver) -> None:
    """At once, whatever the pause and the delays; the second time there is nothing to do, and nothing is recorded."""
    made = await hook(workspace, receiver.url, events=["offer.*"])
    ids = await contacts(workspace, 4)
    receiver.answer = lambda _: 503
    await tell(workspace, *(entry("offer.created", contact) for contact in ids))
    await until_paused(workspace)
    receiver.answer = lambda _: 204
    resumed = await workspace.api.post("/v1/webhooks/crm/resume")
    assert resumed.status_code == 200
    assert resumed.json()["paused_since"] is None
    await until_states(workspace, *["delivered"] * 4)
    assert (await workspace.api.post("/v1/webhooks/crm/resume")).status_code == 200
    trail = (await workspace.api.get("/v1/audit", params={"action": "webhook.resumed"})).json()["items"]
    assert len(trail) <= 1
    await workspace.api.patch("/v1/webhooks/crm", json={"active": False})
    refused = await workspace.api.post(f"/v1/webhooks/{made['id']}/resume")
    assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[1]) == (409, "webhook_inactive")


async def test_one_message_that_an_endpoint_refuses_pauses_nothing(workspace: Workspace, receiver: Receiver) -> None:
    """However often: it may be the message's own fault, and others are taken."""
    await hook(workspace, receiver.url, events=["offer.*"])
    (poison,) = await contacts(workspace)
    receiver.answer = lambda _: 500
    await tell(workspace, entry("offer.created", poison))
    (dead,) = await until_states(workspace, "dead")
    assert dead["attempts"] > 3
    assert (await read(workspace))["paused_since"] is None


async def test_the_workspaces_take_turns(workspace: Workspace, receiver: Receiver) -> None:
    """Of webhooks that are due, those whose workspace is served least come first."""
    (contact,) = await contacts(workspace)
    for number in range(3):
        await hook(workspace, receiver.url, f"hook_{number}", events=["offer.*"])
    receiver.delay_s = 0.3
    async with workspace.database.transaction() as session:
        await tell_in(session, workspace, contact)
        found = await boxes.due(session, busy=[], lanes={}, limit=2)
        assert {of for _, of in found} == {workspace.id}
        mine = [webhook for webhook, of in await boxes.due(session, busy=[], lanes={workspace.id: 9}, limit=99)]
        assert len(mine) >= 3
        assert await boxes.due(session, busy=mine, lanes={}, limit=99) == []


async def tell_in(session: Any, workspace: Workspace, contact: str) -> None:
    from mci_router.routing.engine.projector import project

    await project(LaneIn(session), workspace.id, [entry("offer.created", contact)])


async def test_a_lane_that_is_kept_waiting_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """When there is no room: the one that waits longest, of the workspace that has most; none that has just begun."""
    monkeypatch.setattr(lane_bounds, "PATIENCE_S", 0)
    all_lanes, ends = Lanes(most=4), list[str]()

    async def stall(webhook: str, workspace: str) -> None:
        lane = all_lanes.enter(webhook, workspace)
        try:
            async with lane.attempt():
                await asyncio.Event().wait()
        except TimeoutError:
            ends.append(webhook)
        finally:
            all_lanes.leave(lane)

    names = [("alone", "small"), ("first", "large"), ("second", "large"), ("third", "large")]
    async with asyncio.TaskGroup() as group:
        for webhook, workspace in names:
            group.create_task(stall(webhook, workspace))
            await asyncio.sleep(0.001)
        assert all_lanes.room == 0
        assert all_lanes.of_workspaces() == Counter(large=3, small=1)
        for gone in range(1, 5):
            all_lanes.make_room(gone)
            await eventually(lambda gone=gone: _is(len(ends) == gone))  # type: ignore[misc]
    assert ends[0] == "first"
    assert set(ends) == {webhook for webhook, _ in names}
    assert all_lanes.room == 4


async def _is(condition: bool) -> bool:
    return condition


async def test_a_workspaces_last_lane_has_some_room_too() -> None:
    """Each takes a quarter of what is left of its workspace's share, so that attempts are bounded and none gets none."""
    all_lanes, allowed = Lanes(), list[int]()
    for number in range(20):
        lane = all_lanes.enter(f"hook {number}", "one")
        allowed.append(all_lanes.allowance(lane))
        lane.attempts |= {asyncio.timeout(None) for _ in range(allowed[-1])}
    assert allowed[0] == OF_WEBHOOK
    assert min(allowed) >= 1
    assert sum(allowed) <= OF_WORKSPACE + len(allowed)
    assert all_lanes.allowance(all_lanes.enter("other", "two")) == OF_WEBHOOK
