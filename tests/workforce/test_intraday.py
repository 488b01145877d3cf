"""The rest of a day in a real workspace: looked at, moves proposed with their effect, accepted and dismissed."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.clock import utc_now
from mci_router.insight.intervals import QUARTER, quarter
from mci_router.models import Forecast
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import MoveKind, TriedBy
from mci_router.workforce.adherence.days import day_bounds
from mci_router.workforce.intraday import moves, trying
from mci_router.workforce.intraday.looking import Intraday, Try
from mci_router.workforce.intraday.moves import Outlook, outlook
from mci_router.workforce.intraday.patience import patience
from mci_router.workforce.intraday.rest import Rest
from mci_router.workforce.intraday.trying import TryOuts
from tests.insight.stays import stay, write
from tests.support.documents import small
from tests.support.problems import assert_problem
from tests.support.service import Workspace
from tests.support.shifts import shift, with_activities
from tests.support.watching import watching

Make = Callable[..., Awaitable[Workspace]]
ROUND_BEFORE = text("UPDATE intraday_rounds SET at = at - interval '15 minutes' WHERE workspace_id = :w")
NAMES = [f"agent_{number}" for number in range(6)]


@dataclass(frozen=True)
class Row:
    """A quarter-hour of a forecast."""

    queue: str
    begins: datetime
    arrivals: float
    aht_s: float = 240.0
    channel: str = "chat"
    actual: int | None = None

    @property
    def low(self) -> float:
        return self.arrivals * 0.8

    @property
    def high(self) -> float:
        return self.arrivals * 1.2


@dataclass(frozen=True)
class Given:
    """A forecast that a test gives: so many contacts each quarter-hour of a queue, from now on."""

    arrivals: dict[str, float]
    steps: int = 24

    async def of(
        self, snapshot: Snapshot, day: date, queues: Sequence[str] | None = None, *, intraday: bool = False
    ) -> list[Row]:
        assert intraday
        assert queues is None
        first = quarter(utc_now())
        return [
            Row(queue, first + step * QUARTER, number, actual=9 if step < 0 else None)
            for queue, number in self.arrivals.items()
            for step in range(-2, self.steps)
        ]


async def by_the_model(workspace: str, rest: Rest) -> Outlook:
    """Tries the rest of the day out on a thread."""
    assert workspace
    return await asyncio.to_thread(outlook, rest)


async def model_alone(snapshot: Snapshot, rest: Rest, channels: Mapping[str, str]) -> tuple[Outlook, TriedBy]:
    """Leaves the engine out, where a test is not about what moves do."""
    assert set(channels.values()) == {"chat"}
    return await by_the_model(snapshot.workspace_id, rest), TriedBy.MODEL


async def at_nine(make: Make) -> Workspace:
    """A workspace in whose zone it is about nine o'clock, with six agents, who take chats of the desk."""
    hours = (9 - utc_now().hour + 12) % 24 - 12  # so many east of Greenwich
    document = small()
    document["workspace"]["timezone"] = f"Etc/GMT{-hours:+d}" if hours else "UTC"
    like = document["agents"][0]
    document["agents"] += [like | {"name": name, "title": name.title(), "skills": []} for name in NAMES]
    workspace = await make(document)
    await with_activities(workspace)
    return workspace


async def looked(
    workspace: Workspace, parts: Parts, *, by: Try = model_alone, steps: int = 24, **arrivals: float
) -> None:
    await workspace.projected()
    found = Intraday(parts.database, parts.engine, Given(arrivals, steps), by)
    await found.look(await parts.snapshots.get(workspace.id), utc_now())


@pytest.fixture
def parts(service: tuple[str, Parts]) -> Parts:
    return service[1]


@pytest.fixture(autouse=True)
def few_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """These days are far too short, or far from it: a few drawn ones show it as well as all that there is time for."""
    monkeypatch.setattr(moves, "MOST_WORK", 40_000)


async def proposals(api: httpx.AsyncClient, **query: str) -> list[dict[str, Any]]:
    response = await api.get("/v1/workforce/proposals", params=query)
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


async def test_a_day_that_is_short_proposes_overtime(make: Make, parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four work for an hour, two after it, and as many come as before: it is asked who stays, and what that does is
    what the engine makes of it.
    """
    monkeypatch.setattr(trying, "MOST_PLAYED", 4_000)
    workspace = await at_nine(make)
    now = utc_now()
    for number, name in enumerate(NAMES[:4]):
        await shift(workspace, name, now - timedelta(minutes=4), ("contacts", 360 if number < 2 else 64))
    await looked(workspace, parts, by=TryOuts(by_the_model), steps=8, desk=36)
    day = (await workspace.api.get("/v1/workforce/intraday")).json()
    desk = day["queues"]["desk"]
    assert (desk["planned"], desk["present"], desk["waiting"], desk["goal"]) == (4, 0, 0, 0.8)
    assert desk["forecast_rest"] == pytest.approx(36 * 8, abs=36)
    assert (desk["arrived"], desk["forecast_so_far"]) == (18, 72)
    assert desk["level"] < 0.8
    assert day["by"] == "engine"
    found = await proposals(workspace.api, state="proposed")
    assert {one["kind"] for one in found} == {MoveKind.OVERTIME}
    assert {one["agent"] for one in found} <= set(NAMES[2:4])
    for one in found:
        assert one["queues"]["desk"]["with"] > one["queues"]["desk"]["without"]
        assert one["certainty"] >= 0.7
        assert (one["days"], one["by"]) == (day["days"], "engine")
    stays = datetime.fromisoformat(found[0]["ends_at"]) - datetime.fromisoformat(found[0]["begins_at"])
    assert stays == timedelta(hours=1)


async def test_who_is_not_there_is_not_counted_on(make: Make, parts: Parts) -> None:
    """Two are planned and missing for longer than the grace: the level is that of nobody, not that of the plan."""
    workspace = await at_nine(make)
    for name in NAMES[:2]:
        await shift(workspace, name, utc_now() - timedelta(hours=1), ("contacts", 420))
    await looked(workspace, parts, desk=1)
    assert (await workspace.api.get("/v1/workforce/intraday")).json()["queues"]["desk"]["level"] == 0
    async with workspace.desk(NAMES[0]), workspace.desk(NAMES[1]):
        async with workspace.database.transaction() as session:
            await session.execute(ROUND_BEFORE, {"w": workspace.id})
        await looked(workspace, parts, desk=1)
        desk = (await workspace.api.get("/v1/workforce/intraday")).json()["queues"]["desk"]
    assert (desk["planned"], desk["present"]) == (2, 2)
    assert desk["level"] > 0.9


async def test_a_supervisor_answers(make: Make, parts: Parts) -> None:
    """Accepted is noted, with who and why, and does nothing; dismissed is not proposed again; answered once only."""
    workspace = await at_nine(make)
    now = utc_now()
    for number, name in enumerate(NAMES):
        await shift(workspace, name, now, ("contacts", 360 if number < 3 else 120))
    await looked(workspace, parts, steps=12, desk=54)
    first, second, *_ = await proposals(workspace.api, state="proposed")
    accepted = await workspace.api.post(f"/v1/workforce/proposals/{first['id']}/accept", json={"why": "She agreed."})
    assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted")
    assert accepted.json()["decided_why"] == "She agreed."
    dismissed = await workspace.api.post(f"/v1/workforce/proposals/{second['id']}/dismiss")
    assert dismissed.json()["state"] == "dismissed"
    again = await workspace.api.post(f"/v1/workforce/proposals/{first['id']}/dismiss")
    assert_problem(again, 409, "proposal_settled")
    assert_problem(await workspace.api.post("/v1/workforce/proposals/mpr_0/accept"), 404, "not_found")
    trail = (await workspace.api.get("/v1/audit", params={"action": "proposal.*"})).json()["items"]
    assert [(one["action"], one["target"]) for one in trail] == [
        ("proposal.dismissed", second["id"]),
        ("proposal.accepted", first["id"]),
    ]
    async with workspace.database.transaction() as session:
        await session.execute(ROUND_BEFORE, {"w": workspace.id})
    await looked(workspace, parts, steps=12, desk=54)
    open_now = await proposals(workspace.api, state="proposed")
    assert {first["agent"], second["agent"]}.isdisjoint({one["agent"] for one in open_now})
    assert [one["id"] for one in await proposals(workspace.api, state="accepted")] == [first["id"]]


async def test_one_round_a_quarter_hour_is_kept(make: Make, parts: Parts) -> None:
    """Two processes that look at the same time make one set of proposals; what is not proposed again is over."""
    workspace = await at_nine(make)
    now = utc_now()
    for number, name in enumerate(NAMES):
        await shift(workspace, name, now, ("contacts", 360 if number < 3 else 120))
    await asyncio.gather(*(looked(workspace, parts, steps=12, desk=54) for _ in range(2)))
    found = await proposals(workspace.api)
    assert len({one["agent"] for one in found}) == len(found) <= 3
    async with workspace.database.transaction() as session:
        await session.execute(ROUND_BEFORE, {"w": workspace.id})
    await looked(workspace, parts, desk=1)
    later = await proposals(workspace.api)
    assert {one["id"]: one["state"] for one in later if one["kind"] == "overtime"} == {
        one["id"]: "over" for one in found
    }


async def test_a_quiet_day_lets_somebody_go_and_the_wallboard_says_so(make: Make, parts: Parts) -> None:
    """Far more agents than the day needs: early release, shown to screens with the scope."""
    workspace = await at_nine(make)
    for name in NAMES:
        await shift(workspace, name, utc_now(), ("contacts", 360))
    await looked(workspace, parts, desk=2)
    found = await proposals(workspace.api, state="proposed")
    assert {one["kind"] for one in found} == {MoveKind.EARLY_RELEASE}
    assert all(one["certainty"] >= 0.9 for one in found)
    async with watching(workspace) as screen:
        await screen.until(lambda seen: set(seen["moves"]) == {one["id"] for one in found})
        assert screen.picture["moves"][found[0]["id"]]["kind"] == "early_release"


async def test_without_a_forecast_nothing_is_said(workspace: Workspace, parts: Parts, make: Make) -> None:
    """No look, no proposals; and another workspace's are not there."""
    await looked(workspace, parts)
    day = (await workspace.api.get("/v1/workforce/intraday")).json()
    assert (day["at"], day["queues"]) == (None, {})
    other = await at_nine(make)
    for name in NAMES:
        await shift(other, name, utc_now(), ("contacts", 360))
    await looked(other, parts, desk=2)
    (one, *_) = await proposals(other.api)
    assert await proposals(workspace.api) == []
    assert_problem(await workspace.api.post(f"/v1/workforce/proposals/{one['id']}/accept"), 404, "not_found")


async def test_without_an_engine_the_model_is_named(
    make: Make, parts: Parts, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A worker that does not start, as where no server is installed: it is said once, and whose the figures are."""
    monkeypatch.setattr(trying, "WORKER", "mci_router.simulation.no_such_worker")
    monkeypatch.setattr(trying, "MOST_PLAYED", 30_000)
    workspace = await at_nine(make)
    for name in NAMES:
        await shift(workspace, name, utc_now(), ("contacts", 360))
    by = TryOuts(by_the_model)
    await looked(workspace, parts, by=by, desk=2)
    assert {one["by"] for one in await proposals(workspace.api)} == {"model"}
    assert (await workspace.api.get("/v1/workforce/intraday")).json()["by"] == "model"
    said = [one.message for one in caplog.records if "by the model alone" in one.message]
    assert 1 <= len(said) <= 2, "once by each: the service's own loop may look at the day, too"
    assert all("no_such_worker" in one for one in said)


async def unseen(looking: Intraday, snapshot: Snapshot, now: datetime) -> None:
    """A look that finds nothing."""


async def test_the_forecast_of_workforce_is_what_is_looked_at(
    make: Make, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service's own forecasts, as they are kept of the day: what is still to come is theirs, corrected by the last
    two hours, in which none of 48 came: (50 + 0) ÷ (50 + 48).
    """
    look = Intraday.look
    monkeypatch.setattr(Intraday, "look", unseen)  # else the service may look as a quarter-hour begins, before all work
    workspace = await at_nine(make)
    snapshot = await parts.snapshots.get(workspace.id)
    begins, ends = day_bounds(snapshot, utc_now().astimezone(snapshot.spec.zone).date())
    quarters = (ends - begins) // QUARTER
    rates = {
        "expected": [6.0] * quarters,
        "low": [4.0] * quarters,
        "high": [9.0] * quarters,
        "aht_s": [200.0] * quarters,
    }
    async with workspace.database.transaction() as session:
        session.add(
            Forecast(
                workspace_id=workspace.id,
                day=begins.astimezone(snapshot.spec.zone).date(),
                queue="desk",
                channel="chat",
                begins_at=begins,
                made_at=begins,
                aht_of=100,
                **rates,
            )
        )
    for name in NAMES[:4]:
        await shift(workspace, name, utc_now(), ("contacts", 360))
    looking = Intraday(parts.database, parts.engine, parts.workforce.forecasts, model_alone)
    now = utc_now()
    await look(looking, snapshot, now)
    desk = (await workspace.api.get("/v1/workforce/intraday")).json()["queues"]["desk"]
    assert desk["forecast_rest"] == pytest.approx(6 * ((ends - now) / QUARTER) * 50 / 98, rel=0.05)
    assert (desk["aht_s"], desk["planned"]) == (200, 4)


async def test_patience_is_over_all_who_left_however_soon(workspace: Workspace) -> None:
    """Ten who waited 4 s are as gone as ten who waited 56: 600 s over 20, and not 600 over 10, which would be of none."""
    posted = [await workspace.post("someone stole my card, fraud", channel="voice") for _ in range(20)]
    now = utc_now() - timedelta(hours=1)
    stays = [
        stay(
            one["id"],
            "desk",
            now,
            9,
            left_s=4 + 52 * (number % 2),
            left_as=("short_abandoned", "abandoned")[number % 2],
        )
        for number, one in enumerate(posted)
    ]
    await write(workspace, *stays)
    found = await patience(workspace.database, workspace.id, utc_now())
    assert found["desk"] == pytest.approx(30)
