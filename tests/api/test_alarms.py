"""A queue in trouble is seen on /metrics and told to webhooks, when it begins and when it ends."""

from collections.abc import Awaitable, Callable
from typing import Any

from mci_router.api.parts import Parts
from mci_router.routing.engine import prefix
from mci_router.settings import Settings
from mci_router.supervision.alarms import Alarms
from tests.api.test_reports import COMPLAINT, metrics
from tests.support.documents import with_queue
from tests.support.events import assert_documented
from tests.support.receiver import Receiver, receiving
from tests.support.service import Workspace, eventually
from tests.webhooks.support import hook


async def test_a_line_that_is_late_is_no_goal_met(
    make: Callable[..., Awaitable[Workspace]], service: tuple[str, Parts], settings: Settings
) -> None:
    """Two wait, nobody is there: late, the longest wait, and who could serve are told; once somebody is, it is over."""
    workspace, parts = await make(with_queue("desk", service_level={"goal": 0.8, "target_s": 0.1})), service[1]
    async with receiving() as receiver:
        await hook(workspace, receiver.url, events=["service_level.*", "queue.nobody_can_serve", "queue.unstaffed"])
        at_once = settings.model_copy(update={"alarm_interval_s": 0, "alarm_enter_s": 0, "alarm_leave_s": 0})
        watch = Alarms(parts.engine, parts.snapshots, parts.watch, at_once)
        for _ in range(2):
            await workspace.post(COMPLAINT)

        async def late() -> bool:
            return (await metrics(workspace))["mci_queue_waiting_late", "desk"] == 2

        await eventually(late)
        await watch.turn(workspace.id)
        seen = await metrics(workspace)
        assert 0.1 < seen["mci_queue_oldest_wait_seconds", "desk"] < 60
        assert seen["mci_queue_oldest_wait_seconds", "voice"] == seen["mci_queue_waiting_late", "voice"] == 0
        assert {
            labels: value for (name, labels), value in seen.items() if name == "mci_queue_alarm" and "desk" in labels
        } == {
            "desk/breached": 1,
            "desk/at_risk": 0,
            "desk/unstaffed": 1,
            "desk/nobody_can_serve": 0,
            "desk/full": 0,
            "fraud_desk/breached": 0,
            "fraud_desk/at_risk": 0,
            "fraud_desk/unstaffed": 1,
            "fraud_desk/nobody_can_serve": 0,
            "fraud_desk/full": 0,
        }
        async with workspace.desk("ann") as ann:
            for _ in range(2):
                await ann.do("offer.accept", offer_id=(await ann.expect("offer.created"))["offer_id"])
            await watch.turn(workspace.id)
            told = await until_told(receiver, 4, "desk")
            after = await metrics(workspace)
        assert [(one["type"], one["data"]["active"]) for one in told] == [
            ("mci.queue.unstaffed", True),
            ("mci.service_level.breached", True),
            ("mci.queue.unstaffed", False),
            ("mci.service_level.breached", False),
        ]
        begun, ended = told[1]["data"], told[3]["data"]
        assert (begun["waiting"], begun["waiting_late"], begun["goal"], begun["staffed"]) == (2, 2, 0.8, 0)
        assert (ended["waiting"], ended["waiting_late"], ended["staffed"]) == (0, 0, 1)
        for one in told:
            assert_documented(one)
        assert (after["mci_queue_answered_total", "desk"], after["mci_queue_answered_in_time_total", "desk"]) == (2, 0)


async def test_a_target_that_moves_moves_who_is_late(make: Callable[..., Awaitable[Workspace]]) -> None:
    """Who waits is late by the due time in force: of a longer target nobody is."""
    workspace = await make(with_queue("desk", service_level={"goal": 0.8, "target_s": 0.1}))
    await workspace.post(COMPLAINT)

    async def late() -> int:
        found: int = (await workspace.api.get("/v1/queues/desk/waiting")).json()["waiting_late"]
        return found

    await eventually(late)
    longer = {"service_level": {"goal": 0.8, "target_s": 600}}
    assert (await workspace.api.patch("/v1/queues/desk", json=longer)).status_code == 200

    async def in_time() -> bool:
        return await late() == 0

    await eventually(in_time)


async def until_told(receiver: Receiver, number: int, queue: str) -> list[dict[str, Any]]:
    """The events about a queue: beginnings before ends, by their types."""
    found = [one.event for one in await receiver.until(number, queue)]
    return sorted(found, key=lambda one: (not one["data"]["active"], one["type"]))


async def test_every_process_looks_at_queues(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """By itself, as long as the workspace exists."""

    async def looked() -> bool:
        return bool(await service[1].engine.client.hget(f"{prefix(workspace.id)}:workspace", "alarms_looked_at"))

    await eventually(looked)


async def test_what_comes_to_a_full_queue_goes_to_the_catch_all_and_an_alarm_sounds(
    make: Callable[..., Awaitable[Workspace]], service: tuple[str, Parts], settings: Settings
) -> None:
    """The decision says why; nothing is refused, however many the catch-all has; the alarm ends once there is room."""
    workspace, parts = await make(with_queue("desk", most_waiting=2)), service[1]
    async with receiving() as receiver:
        await hook(workspace, receiver.url, events=["queue.full"])
        at_once = settings.model_copy(update={"alarm_interval_s": 0, "alarm_enter_s": 0})
        watch = Alarms(parts.engine, parts.snapshots, parts.watch, at_once)
        contacts = [await workspace.post(COMPLAINT) for _ in range(4)]
        caught = parts.snapshots.cached()
        catch_all = next(
            queue.name
            for snapshot in caught
            if snapshot.workspace_id == workspace.id
            for queue in snapshot.queues.values()
            if queue.catch_all
        )
        assert [one["route"]["queue"] for one in contacts] == ["desk", "desk", catch_all, catch_all]
        assert "overflow from desk, 2 waiting" in " ".join(contacts[2]["route"]["reasons"])
        await watch.turn(workspace.id)
        assert (await metrics(workspace))["mci_queue_alarm", "desk/full"] == 1
        (await workspace.api.post(f"/v1/contacts/{contacts[0]['id']}/cancel")).raise_for_status()
        await watch.turn(workspace.id)
        told = await until_told(receiver, 2, "desk")
        assert [(one["type"], one["data"]["active"]) for one in told] == [
            ("mci.queue.full", True),
            ("mci.queue.full", False),
        ]
        for one in told:
            assert_documented(one)
