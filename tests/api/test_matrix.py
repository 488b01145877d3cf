"""The matrix shows where topics are, how they came there, and what touch they turn out to need; a move is told once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.insight.handling import Handling
from mci_router.routing.engine.connection import connect
from mci_router.settings import Settings
from mci_router.vocabulary import Volume
from mci_router.volume.histories import Histories
from mci_router.volume.keeping import Volumes
from mci_router.volume.meter import ALL, VolumeMeter
from tests.support.documents import small
from tests.support.events import assert_documented
from tests.support.problems import assert_problem
from tests.support.receiver import receiving
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]


def quick(**settings: Any) -> dict[str, Any]:
    """A small workspace that classes topics from ten contacts on, and lets them move at once."""
    document = small()
    document["workspace"] |= {"volume_floor": 10, "volume_minimum_stay_s": 0, "surge_detection": False, **settings}
    return document


async def places(workspace: Workspace) -> dict[str, dict[str, Any]]:
    matrix = (await workspace.api.get("/v1/matrix")).json()
    return {place["topic"]: place for place in matrix["topics"]}


async def moves(workspace: Workspace, query: str = "") -> dict[str, Any]:
    response = await workspace.api.get(f"/v1/matrix/moves{query}")
    assert response.status_code == 200, response.text
    page: dict[str, Any] = response.json()
    return page


async def come(workspace: Workspace, parts: Parts, topic: str, contacts: int) -> None:
    """Contacts of a topic, counted as if they had come in, and shown by the matrix."""
    before = (await places(workspace))[topic]["contacts_last_hour"]
    for _ in range(contacts):
        parts.meter.note(workspace.id, topic)

    async def shown() -> bool:
        return bool((await places(workspace))[topic]["contacts_last_hour"] == before + contacts)

    await eventually(shown)


def volumes(parts: Parts, meter: VolumeMeter) -> Volumes:
    """What one process does for volumes."""
    histories = Histories(parts.database, meter, settle_s=0)
    return Volumes(parts.engine, parts.snapshots, meter, Handling(parts.database), histories)


async def handled(workspace: Workspace, **took: timedelta) -> None:
    """Contacts of each topic that agents handled, 34 and perhaps one more, in the ledger, each of which took so long."""
    complete = "UPDATE contacts SET state = 'completed', answered_at = now() - CAST(:took AS interval), ended_at = now() WHERE id = :id"
    another = "jsonb_populate_record(c, jsonb_build_object('id', c.id || n))"
    copies = f"INSERT INTO contacts SELECT ({another}).* FROM contacts c, generate_series(1, 34) n WHERE c.id = :id"
    for topic, handle_time in took.items():
        posted = await workspace.post("about something", topic=topic, customer={"external_id": topic})
        async with workspace.ledger() as session:
            await session.execute(text(complete), {"took": handle_time, "id": posted["id"]})
            await session.execute(text(copies), {"id": posted["id"]})


async def test_a_topic_that_becomes_high_volume_moves_once_and_everybody_hears_of_it(
    make: Make, service: tuple[str, Parts]
) -> None:
    """Its first volume is no news; the next one is in the matrix with its moment, in the list of moves, and nowhere
    twice.
    """
    workspace, parts = await make(quick()), service[1]
    await come(workspace, parts, "complaint", 20)
    await come(workspace, parts, "how_to", 3)

    async def measured() -> bool:
        shown = await places(workspace)
        return (
            shown["complaint"]["measured"] and shown["how_to"]["measured"] and shown["complaint"]["since"] is not None
        )

    await eventually(measured)
    assert ((await places(workspace))["complaint"]["cell"], (await moves(workspace))["items"]) == (
        "high_volume_high_touch",
        [],
    )
    await come(workspace, parts, "how_to", 40)

    async def moved() -> dict[str, Any] | None:
        items = (await moves(workspace))["items"]
        return next((item for item in items if item["topic"] == "how_to"), None)

    told = await eventually(moved)
    assert (told["from_cell"], told["to_cell"], told["volume"], told["cause"]) == (
        "low_volume_low_touch",
        "high_volume_low_touch",
        "high",
        "volume",
    )
    assert (told["rate"], told["share"]) == (43, round(43 / 63, 4))
    assert (await places(workspace))["how_to"]["since"] == told["at"]
    assert [item["topic"] for item in (await moves(workspace))["items"]].count("how_to") == 1


async def test_a_touch_that_an_operator_changes_is_a_move(make: Make, service: tuple[str, Parts]) -> None:
    """Also of a topic that was never measured; the webhooks hear of it, with the topic as the subject."""
    workspace = await make(quick())

    async def placed() -> bool:
        return all(place["since"] for place in (await places(workspace)).values())

    await eventually(placed)
    async with receiving() as receiver:
        await workspace.api.put("/v1/webhooks/matrix", json={"url": receiver.url, "events": ["topic.*"]})
        topic = (await workspace.api.get("/v1/topics/how_to")).json()
        spec = {name: value for name, value in topic.items() if name in ("title", "examples")}
        await workspace.api.put("/v1/topics/how_to", json={**spec, "touch": "high"})
        event = (await receiver.until(1, "how_to"))[0].event
    assert_documented(event)
    assert (event["type"], event["subject"]) == ("mci.topic.moved", "how_to")
    assert event["data"] == {
        "topic": "how_to",
        "from": "low_volume_low_touch",
        "to": "low_volume_high_touch",
        "volume": "low",
        "rate": 0,
        "share": 0,
        "cause": "touch",
    }


async def test_of_several_processes_only_one_moves_a_topic(
    make: Make, service: tuple[str, Parts], settings: Settings
) -> None:
    """They read the same, decide the same, and one of them is first; an older configuration moves nothing back."""
    workspace, parts = await make(quick()), service[1]
    await come(workspace, parts, "complaint", 20)
    await come(workspace, parts, "how_to", 3)
    snapshot = await parts.snapshots.get(workspace.id)
    clients = [connect(settings.redis_url or "", timeout_s=5) for _ in range(6)]
    meters = [VolumeMeter(client) for client in clients]
    processes = [volumes(parts, meter) for meter in meters]
    for _ in range(40):
        meters[0].note(workspace.id, "how_to")
    await meters[0].flush()
    await asyncio.gather(*(process.keep(snapshot) for process in processes))
    await asyncio.gather(*(process.keep(snapshot) for process in processes))

    async def told() -> list[Any]:
        return list((await moves(workspace))["items"])

    assert [item["topic"] for item in await eventually(told) if item["topic"] == "how_to"] == ["how_to"]
    for client in clients:
        await client.aclose()


async def test_moves_come_in_pages_newest_first(make: Make, service: tuple[str, Parts]) -> None:
    """A page at a time by cursor, each move once."""
    workspace, parts = await make(quick()), service[1]
    data = (
        '{"type": "topic.moved", "from": "low_volume_low_touch", "to": "high_volume_low_touch", "volume": "high", "rate": 7, "share": 0.5,'
        ' "cause": "volume", "topic": "how_to", "at": 1760000000000}'
    )
    async with parts.database.transaction() as session:
        for number in range(5):
            row = {"workspace": workspace.id, "id": f"{1_760_000_000_000 + number:015d}-000000", "data": data}
            await session.execute(
                text(
                    "INSERT INTO events (workspace_id, id, type, at, data)"
                    " VALUES (:workspace, :id, 'topic.moved', now(), CAST(:data AS jsonb))"
                ),
                row,
            )
    first = await moves(workspace, "?limit=2")
    second = await moves(workspace, f"?limit=2&cursor={first['next_cursor']}")
    third = await moves(workspace, f"?limit=2&cursor={second['next_cursor']}")
    ids = [item["id"] for page in (first, second, third) for item in page["items"]]
    assert ids == sorted(ids, reverse=True)
    assert (len(set(ids)), third["next_cursor"]) == (5, None)


@pytest.mark.parametrize("query", ["limit=201", "limit=0", "cursor=nothing", "cursor=con_1"])
async def test_a_page_that_makes_no_sense_is_refused(shared: Workspace, query: str) -> None:
    """422, as everywhere."""
    assert_problem(await shared.api.get(f"/v1/matrix/moves?{query}"), 422, "invalid_request")


async def test_another_workspaces_key_sees_none_of_it(make: Make, service: tuple[str, Parts]) -> None:
    """Neither contacts nor moves."""
    one, other, parts = await make(quick()), await make(quick()), service[1]
    await come(one, parts, "complaint", 20)
    await come(one, parts, "how_to", 40)

    async def moved() -> bool:
        return bool((await moves(one))["items"]) or (await places(one))["how_to"]["measured"]

    await eventually(moved)
    assert all(place["contacts_last_hour"] == 0 and not place["measured"] for place in (await places(other)).values())
    assert (await moves(other))["items"] == []


async def test_a_key_without_the_scope_is_refused(shared: Workspace) -> None:
    """Reports are for keys that may read reports."""
    made = await shared.api.post("/v1/api-keys", json={"name": "intake", "scopes": ["contacts:write"]})
    headers = {"Authorization": f"Bearer {made.json()['key']}"}
    for path in ("/v1/matrix", "/v1/matrix/moves"):
        assert_problem(await shared.api.get(path, headers=headers), 403, "scope_missing")


async def test_the_measured_touch_stands_beside_the_operators_word(make: Make) -> None:
    """From what agents handled, with a suggestion where it disagrees; the topic's touch and cell stay as the operator
    said.
    """
    workspace = await make(quick())
    await handled(workspace, how_to=timedelta(minutes=20), sign_in=timedelta(minutes=2))
    shown = await places(workspace)
    touch = shown["how_to"]["measured_touch"]
    assert (touch["touch"], touch["handle_time_s"], touch["transferred"]) == ("high", 1_200, 0)
    assert touch["handled"] >= 34
    assert touch["effort"] > 1.3
    assert touch["suggestion"].startswith("Consider high touch")
    assert (shown["how_to"]["touch"], shown["how_to"]["cell"]) == ("low", "low_volume_low_touch")
    assert (shown["sign_in"]["measured_touch"]["touch"], shown["sign_in"]["measured_touch"]["suggestion"]) == (
        "low",
        None,
    )
    assert shown["complaint"]["measured_touch"] is None


async def test_shares_of_handle_time_are_of_what_agents_took(make: Make, service: tuple[str, Parts]) -> None:
    """Where the workspace asks for it: as many contacts of each topic, and only those that take ten times as long are
    high-volume.
    """
    workspace, parts = await make(quick(volume_weight="handle_time")), service[1]
    await handled(workspace, how_to=timedelta(minutes=20), sign_in=timedelta(minutes=2))
    meter = VolumeMeter(parts.engine.client)
    process = volumes(parts, meter)
    for topic in ("how_to", "sign_in"):
        for _ in range(60):
            meter.note(workspace.id, topic)
    await meter.flush()
    await process.keep(await parts.snapshots.get(workspace.id))
    assert dict(meter.classes(workspace.id)) == {"how_to": Volume.HIGH, "sign_in": Volume.LOW}


async def test_counts_that_were_lost_with_redis_come_back_from_the_ledger(
    make: Make, service: tuple[str, Parts]
) -> None:
    """Of the days before, too, and without what came from machines; what was counted since is not counted twice."""
    workspace, parts = await make(quick()), service[1]
    posted = [(await workspace.post("hello", topic="how_to"))["id"] for _ in range(6)]
    machine = await workspace.post("I am away", channel="email", headers={"Auto-Submitted": "auto-replied"})
    assert machine["kind"] == "machine"

    async def counted() -> bool:
        return bool((await places(workspace))["how_to"]["contacts_last_hour"] == len(posted))

    await eventually(counted)
    moved = "UPDATE contacts SET accepted_at = accepted_at - CAST(:by AS interval) WHERE id = ANY(:ids)"
    async with parts.database.transaction() as session:
        await session.execute(text(moved), {"by": timedelta(minutes=20), "ids": posted[:3]})
        await session.execute(text(moved), {"by": timedelta(days=2), "ids": posted[3:5]})
    start = f"mci:{{{workspace.id}}}:volume"
    await parts.engine.client.unlink(*[key async for key in parts.engine.client.scan_iter(f"{start}:*")])
    meter = VolumeMeter(parts.engine.client)
    meter.note(workspace.id, "how_to")
    await meter.flush()

    async def whole() -> bool:
        await volumes(parts, meter).keep(await parts.snapshots.get(workspace.id))
        return meter.whole(workspace.id)

    await eventually(whole)
    assert 4 <= meter.rates(workspace.id)["how_to"] <= 5  # three of twenty minutes ago, and what came since
    days = await meter.history(workspace.id, "how_to")
    assert (sum(days[:-12]), sum(days[-12:])) == (2, meter.rates(workspace.id)["how_to"])
    assert sum(await meter.history(workspace.id, ALL)) == sum(days)
