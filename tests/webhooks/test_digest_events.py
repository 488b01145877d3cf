"""The digest of a week is told to webhooks that take it, once, with figures and without customers' words."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select

from mci_router.api.parts import Parts
from mci_router.models import TrendDigest
from mci_router.supervision.digests import Digests
from tests.api.test_trends import END, MONDAY, NOW, quiet
from tests.support.documents import small
from tests.support.events import assert_documented
from tests.support.past_contacts import Past, write
from tests.support.receiver import Receiver
from tests.support.service import Workspace
from tests.webhooks.support import hook

Make = Callable[..., Awaitable[Workspace]]
MORNING = datetime.combine(END, time(7), UTC)


@pytest.fixture
def parts(service: tuple[str, Parts]) -> Parts:
    return service[1]


async def hung(make: Make) -> Workspace:
    """A workspace in whose last week an app hung."""
    drawn = Random(8)  # noqa: S311 — to draw examples
    text = "a spinning wheel is all I see"
    more = [Past(day, drawn.randrange(200), "app_hangs", text, {"plan": "two words"}) for day in NOW for _ in "123456"]
    workspace = await make(small())
    await write(workspace, [*quiet(drawn), *more])
    return workspace


async def turns(workspace: Workspace, parts: Parts, now: datetime, times: int = 1) -> None:
    """What so many processes do at that moment, one after the other."""
    snapshot = await parts.snapshots.get(workspace.id)
    for _ in range(times):
        await Digests(workspace.database, parts.engine).turn(snapshot, now)


async def test_a_week_is_told_once(make: Make, receiver: Receiver, parts: Parts) -> None:
    """What rose with its figures, as the digest has it; words only as a number, and a value of two words not at all."""
    workspace = await hung(make)
    await turns(workspace, parts, MORNING)  # nobody takes it
    await hook(workspace, receiver.url, events=["digest.made"])
    await turns(workspace, parts, MORNING, times=3)
    (event,) = await receiver.until(1)
    assert_documented(event.event)
    data = event.event["data"]
    digest = (await workspace.api.get("/v1/trends/digest", params={"week": str(MONDAY)})).json()
    assert (data["week"], data["timezone"]) == (str(MONDAY), "UTC")
    assert (data["before"], data["now"]) == (digest["everything"]["before"], digest["everything"]["now"])
    topic = next(one for one in digest["rose"] if one["dimension"] == "topic")
    told = next(one for one in data["rose"] if one["dimension"] == "topic")
    assert told["value"] == "app_hangs"
    assert {name: told[name] for name in ("before", "now", "now_per_day", "q", "customers")} == {
        name: topic[name] for name in ("before", "now", "now_per_day", "q", "customers")
    }
    assert (told["ratio"], told["low"]) == (topic["size"]["ratio"], topic["size"]["low"])
    plan = next(one for one in data["rose"] if one["dimension"] == "context.plan")
    assert "value" not in plan
    assert data["words_rose"] == len(digest["words_rose"]) > 0
    assert "spinning" not in str(event.event)
    assert "fell" not in data  # nothing did
    async with workspace.database.transaction() as session:
        mine = TrendDigest.workspace_id == workspace.id, TrendDigest.told_at.is_not(None)
        assert await session.scalar(select(func.count()).where(*mine)) == 1
    await turns(workspace, parts, MORNING + timedelta(days=1))
    assert len(receiver.received) == 1


async def test_a_process_that_dies_while_it_tells_leaves_the_week_to_the_others(
    make: Make, receiver: Receiver, parts: Parts
) -> None:
    """Who found it taken by another looks again, also without a restart."""
    workspace = await hung(make)
    week = MONDAY - timedelta(days=7)  # which the service itself does not look at
    snapshot, other = await parts.snapshots.get(workspace.id), Digests(workspace.database, parts.engine)
    await hook(workspace, receiver.url, events=["digest.made"])
    await turns(workspace, parts, MORNING)
    (this_week,) = await receiver.until(1)
    mine = TrendDigest.workspace_id == workspace.id, TrendDigest.week == week
    async with workspace.database.transaction() as session:
        session.add(TrendDigest(workspace_id=workspace.id, week=week, digest=await kept(workspace)))
    async with workspace.database.transaction() as dying:
        await dying.execute(select(TrendDigest.week).where(*mine).with_for_update())
        await other.turn(snapshot, MORNING - timedelta(days=7))
    await other.turn(snapshot, MORNING - timedelta(days=7))
    told = await receiver.until(2)
    assert [one.event["data"]["week"] for one in told] == [this_week.event["data"]["week"], str(week)]


async def kept(workspace: Workspace) -> dict[str, Any]:
    """The digest of the last week, as it is kept."""
    query = select(TrendDigest.digest).where(TrendDigest.workspace_id == workspace.id)
    async with workspace.database.transaction() as session:
        found: dict[str, Any] | None = await session.scalar(query)
    assert found
    return found


async def test_it_waits_for_monday_morning(make: Make, receiver: Receiver, parts: Parts) -> None:
    """At five, nothing has been told or worked out of a week; at six it is."""
    workspace = await hung(make)
    await hook(workspace, receiver.url, events=["digest.*"])
    week = MONDAY + timedelta(days=7)  # which the service itself does not look at yet

    async def told_at(hour: int) -> int | None:
        await turns(workspace, parts, MORNING.replace(hour=hour) + timedelta(days=7))
        async with workspace.database.transaction() as session:
            mine = TrendDigest.workspace_id == workspace.id, TrendDigest.week == week
            return await session.scalar(select(func.count()).where(*mine))

    assert (await told_at(5), await told_at(6)) == (0, 1)
