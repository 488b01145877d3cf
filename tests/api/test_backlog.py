"""The backlog as a figure: who waits by age, what was carried over, and when it is cleared; and how evenly work went."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from mci_router.api import backlog
from mci_router.insight.backlog import Backlog
from mci_router.routing.policy.hours import of_today_since
from mci_router.specs.queues import OpenHours
from tests.insight.stays import stay, write
from tests.support.conversations import accepted, staffed
from tests.support.service import Workspace
from tests.support.watching import watching

Make = Callable[..., Awaitable[Workspace]]

COMPLAINT = "a formal complaint, I demand a manager"
AGE = text("UPDATE contacts SET accepted_at = now() - make_interval(secs => :age) WHERE id = :id")
AGES_S = (600, 7_200, 36_000, 2 * 86_400, 9 * 86_400)
NOON = datetime(2026, 10, 20, 10, tzinfo=UTC)
DAYS = {"since": "2026-10-19T00:00:00Z", "until": "2026-10-22T00:00:00Z"}


async def test_the_wallboard_shows_who_waits_by_age(make: Make) -> None:
    """Each in one age; what came before today is carried over; it is cleared at the rate of the last hour, and nobody
    knows when while nobody works on it.
    """
    workspace = await make(staffed())
    contacts = [await workspace.post(COMPLAINT) for _ in (*AGES_S, 0)]
    await workspace.projected()
    async with workspace.database.transaction() as session:
        for contact, age in zip(contacts, AGES_S, strict=False):
            await session.execute(AGE, {"id": contact["id"], "age": age})
    async with watching(workspace) as screen:
        shown = (await screen.until(lambda seen: seen["backlog"].get("desk", {}).get("waiting") == 6))["backlog"][
            "desk"
        ]
        assert shown["by_age"] == {"under_1_h": 2, "under_4_h": 1, "under_1_day": 1, "under_3_days": 1, "older": 1}
        assert shown["carried_over"] >= 2
        assert (shown["clear_s"], shown["late"]) == (None, 0)
        async with workspace.desk("ann") as ann:
            offer = await ann.expect("offer.created")
            await ann.do("offer.accept", offer_id=offer["offer_id"])
            worked = await screen.until(lambda seen: (seen["backlog"]["desk"]["clear_s"] or 0) > 0)
    backlog = worked["backlog"]["desk"]
    assert (backlog["waiting"], backlog["answered_last_hour"]) == (5, 1)
    assert 5 * 3_600 <= backlog["clear_s"] <= 5 * 4_500


def test_when_a_backlog_is_cleared() -> None:
    """Seven wait, and two were answered in an hour of open time: three and a half hours; not while nobody is there."""
    waiting = Backlog(7, 0, 0, {}, 2)
    assert waiting.clear_s(3_600, 1) == 3.5 * 3_600
    assert waiting.clear_s(3_600, 0) is None
    assert waiting.clear_s(0, 1) is None
    assert Backlog(7, 0, 0, {}, 0).clear_s(3_600, 4) is None
    assert Backlog(0, 0, 0, {}, 2).clear_s(3_600, 1) == 0


@pytest.mark.parametrize(
    ("now", "since"),
    [
        ("2026-03-02T12:00", "2026-03-02T08:00"),  # a Monday
        ("2026-03-02T07:00", "2026-03-02T07:00"),  # not open yet: all is from before
        ("2026-03-02T20:00", "2026-03-02T08:00"),
        ("2026-03-07T12:00", "2026-03-07T12:00"),  # closed
        ("2026-03-30T12:00", "2026-03-30T07:00"),  # in summer time
    ],
)
def test_what_is_of_today(now: str, since: str) -> None:
    """From the first opening of the day on, in the queue's zone; without hours from midnight in the workspace's."""
    week = {"mon": [{"open": "13:00", "close": "17:00"}, {"open": "09:00", "close": "12:00"}]}
    hours = OpenHours.model_validate({"timezone": "Europe/Berlin", "week": week})
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert of_today_since(at, hours, ZoneInfo("UTC")) == datetime.fromisoformat(since).replace(tzinfo=UTC)
    local = of_today_since(at, None, ZoneInfo("Asia/Tokyo")).astimezone(ZoneInfo("Asia/Tokyo"))
    assert (local.hour, local.date()) == (0, at.astimezone(ZoneInfo("Asia/Tokyo")).date())


def test_a_midnight_that_comes_twice_begins_the_day_once() -> None:
    """In Havana clocks go from one o'clock back to midnight: what came in the first of the two hours is of today."""
    havana, first = ZoneInfo("America/Havana"), datetime(2026, 11, 1, 4, tzinfo=UTC)
    for minutes in (0, 30, 90, 600):
        assert of_today_since(first + timedelta(minutes=minutes), None, havana) == first


async def test_the_backlog_by_day(make: Make) -> None:
    """From stays: what waited when a day began and when it ended; answered and abandoned ones wait no longer."""
    workspace = await make()
    con = [(await workspace.post(COMPLAINT))["id"] for _ in range(4)]
    day = 86_400.0
    await write(
        workspace,
        stay(con[0], "desk", NOON, answered_s=60, handled_s=90, left_s=90, left_as="answered", agent="ann"),
        stay(
            con[1],
            "desk",
            NOON - timedelta(days=1),
            answered_s=1.8 * day,
            left_s=2 * day,
            left_as="answered",
            agent="ann",
        ),
        stay(con[2], "desk", NOON, left_s=0.1 * day, left_as="abandoned"),
        stay(con[3], "voice", NOON, left_s=1.5 * day, left_as="abandoned"),
    )
    report = (await workspace.api.get("/v1/reports/backlog", params=DAYS)).json()
    rows = {(row["starts_at"][:10], row["queue"]): row for row in report["rows"]}
    figures = {key: (row["carried_over"], row["waiting"], row["over_1_day"]) for key, row in rows.items()}
    assert figures == {
        ("2026-10-19", "desk"): (0, 1, 0),
        ("2026-10-19", "voice"): (0, 0, 0),
        ("2026-10-20", "desk"): (1, 1, 1),
        ("2026-10-20", "voice"): (0, 1, 0),
        ("2026-10-21", "desk"): (1, 0, 0),
        ("2026-10-21", "voice"): (1, 0, 0),
    }
    whole = (await workspace.api.get("/v1/reports/backlog", params={**DAYS, "group_by": ""})).json()["rows"]
    assert [row["waiting"] for row in whole] == [1, 2, 0]
    first = (await workspace.api.get("/v1/reports/backlog", params={**DAYS, "limit": 2})).json()
    following = await workspace.api.get("/v1/reports/backlog", params={**DAYS, "cursor": first["next_cursor"]})
    assert [*first["rows"], *following.json()["rows"]] == report["rows"]
    much = await workspace.api.get(
        "/v1/reports/backlog", params={**DAYS, "until": "2027-10-19T00:00:00Z", "interval": "PT1H"}
    )
    assert much.status_code == 422


async def test_evenness_is_shown(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Per queue over who was at work and could serve it; and per agent in the queues' report. Never of some agents."""
    workspace = await make(staffed(wrap_up_s=0))
    for agent, number in (("ann", 3), ("bob", 1)):
        async with workspace.desk(agent) as desk:
            for _ in range(number):
                contact = (await workspace.post(COMPLAINT))["id"]
                assignment = await accepted(desk, contact)
                await desk.do("assignment.complete", assignment_id=assignment, disposition="solved")
                await workspace.until_state(contact, "completed")
    (row,) = (await workspace.api.get("/v1/reports/evenness")).json()["rows"]
    assert (row["queue"], row["agents"], row["handled"], row["least"], row["most"]) == ("desk", 2, 4, 1, 3)
    assert (row["mean"], row["gini"], row["most_to_mean"]) == (2, 0.25, 1.5)
    by_agent = await workspace.api.get("/v1/reports/queues", params={"group_by": "queue,agent"})
    assert {one["agent"]: one["handled"] for one in by_agent.json()["rows"] if one["agent"]} == {"ann": 3, "bob": 1}
    monkeypatch.setattr(backlog, "MOST_ROWS", 2)
    assert (await workspace.api.get("/v1/reports/evenness")).status_code == 422
