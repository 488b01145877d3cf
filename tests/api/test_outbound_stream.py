"""The stream of an adapter: every message until it is acknowledged, in the order of its case, over one connection."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.clock import to_ms, utc_now
from mci_router.conversations import streaming
from mci_router.conversations.links import Receiver
from mci_router.conversations.streaming import Replaced
from mci_router.routing.engine.typing import Typist
from tests.support.outbound import (
    adapter,
    by,
    chat,
    deliveries_told,
    delivery,
    key_of,
    posted_to,
    reading,
    reply,
    until_delivery,
)
from tests.support.problems import assert_problem
from tests.support.service import Workspace
from tests.support.watching import watching


@pytest.fixture
async def key(workspace: Workspace) -> dict[str, Any]:
    """The key of an adapter that reads a stream."""
    await adapter(workspace)
    return await key_of(workspace, "messages:deliver", adapter="widget")


async def test_messages_come_as_they_are_written_and_those_that_waited_first(
    workspace: Workspace, key: dict[str, Any]
) -> None:
    """Each with an id, and with what the webhook would have."""
    contact = await chat(workspace, channel_ref="room-9")
    await reply(workspace, contact, "before")
    async with reading(workspace, key) as stream:
        kind, message = await stream.next()
        assert kind == "message"
        assert (message["text"], message["channel_ref"], message["contact"]) == ("before", "room-9", contact["id"])
        assert stream.last is not None
        first = stream.last
        await reply(workspace, contact, "after")
        assert await stream.texts(1) == ["after"]
        assert int(stream.last) > int(first)


async def test_what_was_not_acknowledged_comes_again_and_what_was_does_not(
    workspace: Workspace, key: dict[str, Any]
) -> None:
    """The next connection's `Last-Event-ID` acknowledges what was written up to then; only then is it sent."""
    contact = await chat(workspace)
    one, two, three = [await reply(workspace, contact, said) for said in ("one", "two", "three")]
    async with reading(workspace, key) as stream:
        assert await stream.texts(2) == ["one", "two"]
        last = stream.last
        assert await stream.texts(1) == ["three"]
        assert (await delivery(workspace, one))["state"] == "queued"
    async with reading(workspace, key, last=last) as stream:
        assert await stream.texts(1) == ["three"]
    assert [(await delivery(workspace, message))["state"] for message in (one, two, three)] == [
        "sent",
        "sent",
        "queued",
    ]
    async with reading(workspace, key) as stream:
        assert await stream.texts(1) == ["three"]
        last = stream.last
    async with reading(workspace, key, last=last, for_s=0) as stream:
        assert await stream.next() == ("end", {"why": "time_over"})
    await until_delivery(workspace, three, "sent")
    told = await deliveries_told(workspace, contact, 3)
    assert {entry["message"]: entry["delivery"] for entry in told} == dict.fromkeys((one, two, three), "sent")


async def test_what_was_written_later_is_not_acknowledged_by_what_came_before(
    workspace: Workspace, key: dict[str, Any], service: tuple[str, Parts]
) -> None:
    """Rows commit in another order than they get their numbers: a lower number may be written after a higher one."""
    outbox, receiver = service[1].outbox, Receiver(workspace.id, "widget")
    one, two = await chat(workspace), await chat(workspace)
    late = await reply(workspace, one, "late")
    await _hide(workspace, late, "failed")
    await reply(workspace, two, "early")
    stream = outbox.stream(receiver, "first")
    await stream.open(None)
    (early,) = await stream.some()
    await _hide(workspace, late, "queued")
    (found,) = await stream.some()
    assert (early.data["text"], found.data["text"]) == ("early", "late")
    assert found.row < early.row
    again = outbox.stream(receiver, "second")
    await again.open(early.row)
    assert [message.data["text"] for message in await again.some()] == ["late"]
    await again.open(found.row)
    assert await again.some() == []


async def test_typing_is_shown_where_the_channel_can(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """For the adapter's own contacts, without the agent's name; what customers type is not."""
    await adapter(workspace, capabilities={"typing": True})
    await adapter(workspace, "mute")
    contact, other = await chat(workspace, channel_ref="room-9"), await chat(workspace, "mute", channel_ref="room-8")
    until, engine = to_ms(utc_now()) + 6_000, service[1].engine
    key = await key_of(workspace, "messages:deliver", adapter="widget")
    async with reading(workspace, key) as stream:

        async def type_on() -> None:
            while True:
                for typist in (Typist(other["id"], "agent", until, "ada"), Typist(contact["id"], "customer", until)):
                    await engine.types(workspace.id, typist)
                await engine.types(workspace.id, Typist(contact["id"], "agent", until, "ada"))
                await asyncio.sleep(0.05)

        typing = asyncio.create_task(type_on())
        kind, said = await stream.next()
        typing.cancel()
    assert (kind, said["contact"], said["channel_ref"]) == ("typing", contact["id"], "room-9")
    assert set(said) == {"contact", "channel_ref", "until"}


async def test_only_the_newest_connection_is_served(workspace: Workspace, key: dict[str, Any]) -> None:
    """The one before hears that it was replaced: two would each have a part of a conversation."""
    contact = await chat(workspace)
    async with reading(workspace, key) as old, reading(workspace, key) as new:
        await reply(workspace, contact, "hello")
        assert await new.texts(1) == ["hello"]
        assert await old.next() == ("end", {"why": "replaced"})


async def test_a_batch_at_a_time_is_in_memory(
    workspace: Workspace, key: dict[str, Any], service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one is claimed when it has been taken; a connection that was replaced claims nothing."""
    monkeypatch.setattr(streaming, "BATCH", 2)
    outbox, receiver = service[1].outbox, Receiver(workspace.id, "widget")
    contact = await chat(workspace)
    for said in "abc":
        await reply(workspace, contact, said)
    stream = outbox.stream(receiver, "first")
    await stream.open(None)
    assert [[one.data["text"] for one in await stream.some()] for _ in range(3)] == [["a", "b"], ["c"], []]
    await outbox.stream(receiver, "second").open(None)
    with pytest.raises(Replaced):
        await stream.some()
    await stream.leave()  # of what is another's now


async def test_only_the_adapters_own_key_reads_its_messages(workspace: Workspace, key: dict[str, Any]) -> None:
    """Not one of another adapter, of none, or without the scope; and not where they are posted to."""
    await adapter(workspace, "other")
    address = "/v1/adapters/widget/outbound"
    others = await key_of(workspace, "messages:deliver", adapter="other")
    for whose in (by(others), {}):
        assert_problem(await workspace.api.get(address, headers=whose), 403, "not_this_adapter")
    unable = await key_of(workspace, "messages:write", adapter="widget")
    assert_problem(await workspace.api.get(address, headers=by(unable)), 403, "scope_missing")
    await posted_to(workspace, "http://127.0.0.1:9/")
    assert_problem(await workspace.api.get(address, headers=by(key)), 409, "adapter_takes_nothing")


async def test_a_stream_ends_with_its_key(
    workspace: Workspace, key: dict[str, Any], service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within seconds; and where as many read as may, others are refused until one ends."""
    monkeypatch.setattr("mci_router.api.outbound_reader.KEY_S", 0)
    monkeypatch.setattr("mci_router.api.outbound_reader.HEARTBEAT_S", 0)
    monkeypatch.setattr(service[1].streams, "_most", 1)
    async with reading(workspace, key) as stream:
        full = await workspace.api.get("/v1/adapters/widget/outbound", headers=by(key))
        assert_problem(full, 503, "too_many_streams")
        assert (await workspace.api.delete(f"/v1/api-keys/{key['id']}")).status_code == 204
        assert await stream.next() == ("end", {"why": "key_revoked"})


async def _hide(workspace: Workspace, message: str, state: str) -> None:
    async with workspace.database.transaction() as session:
        await session.execute(
            text("UPDATE outbound_messages SET state = :state WHERE message_id = :id"), {"state": state, "id": message}
        )


async def test_what_waits_for_whom_is_seen_live_and_in_the_metrics(workspace: Workspace, key: dict[str, Any]) -> None:
    """How many messages wait, since when, and whether the adapter takes any: who is not there, and who is again."""
    contact = await chat(workspace)
    await reply(workspace, contact)
    gauges = await _gauges(workspace)
    assert (gauges["mci_adapter_reachable"], gauges["mci_outbound_waiting"]) == (0, 1)
    assert 0 < gauges["mci_outbound_oldest_seconds"] < 60
    async with watching(workspace) as screen:
        away = (await screen.until(lambda picture: picture["adapters"]))["adapters"]["widget"]
        assert (away["reachable"], away["waiting"], away["by"]) == (False, 1, "stream")
        assert away["oldest_since"] is not None
        async with reading(workspace, key) as stream:
            await stream.texts(1)
            assert await _gauges(workspace) == {
                "mci_adapter_reachable": 1,
                "mci_outbound_waiting": 0,  # what is on a stream that is read does not wait
                "mci_outbound_oldest_seconds": 0,
            }
            last = stream.last
        async with reading(workspace, key, last=last):
            gone = await screen.until(lambda picture: picture["adapters"]["widget"]["waiting"] == 0)
            assert gone["adapters"]["widget"]["reachable"] is True


async def _gauges(workspace: Workspace) -> dict[str, float]:
    lines = (await workspace.api.get("/metrics")).text.splitlines()
    return {line.partition("{")[0]: float(line.rpartition(" ")[2]) for line in lines if 'adapter="widget"' in line}
