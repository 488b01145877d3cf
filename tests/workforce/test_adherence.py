"""Adherence over REST: the figures of a day from shifts and presence, excuses, the file, and who should be where now."""

import csv
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest

from mci_router.clock import moment, utc_now
from mci_router.ids import new_id
from mci_router.models import TimeOff
from mci_router.vocabulary import ScheduleState, TimeOffState
from tests.support.documents import small
from tests.support.problems import assert_problem
from tests.support.service import Workspace
from tests.support.shifts import lived, shift, with_activities
from tests.support.watching import watching

Make = Callable[..., Awaitable[Workspace]]

DAY = "2026-05-04"
EIGHT = datetime(2026, 5, 4, 8, tzinfo=UTC)
SHIFT = (("contacts", 240), ("lunch", 30), ("contacts", 150), ("meeting", 60))
# 20 minutes late, lunch 4 minutes late, a break that nobody planned, and the meeting missed.
SAID = (
    *(("offline", 20), ("available", 224), ("away:lunch", 30), ("available", 26)),
    *(("away:break", 10), ("available", 170), ("offline", 60)),
)


async def report(workspace: Workspace, **query: str) -> dict[str, Any]:
    response = await workspace.api.get("/v1/workforce/adherence", params={"day": DAY} | query)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


@pytest.fixture
async def planned(workspace: Workspace) -> Workspace:
    """A day that `ann` did in part as planned, and `fred` wholly."""
    await with_activities(workspace)
    await shift(workspace, "ann", EIGHT, *SHIFT)
    await lived(workspace, "ann", EIGHT, SAID)
    await shift(workspace, "fred", EIGHT, ("contacts", 60))
    await lived(workspace, "fred", EIGHT, [("available", 60), ("offline", 1)])
    return workspace


def pieces(agent: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The differences of an agent, with minutes since eight o'clock."""
    return [
        (
            one["planned"],
            f"{one['presence']} {one['reason']}".strip(),
            *((datetime.fromisoformat(one[at]) - EIGHT) / timedelta(minutes=1) for at in ("begins_at", "ends_at")),
            one["excused"],
        )
        for one in agent["differences"]
    ]


async def test_a_day_as_it_was_worked_out_by_hand(planned: Workspace) -> None:
    """390 of 480 minutes, 420 of 450 paid ones (see the test of the figures); all agents together by their time."""
    found = await report(planned)
    ann, fred = found["agents"]
    assert (found["timezone"], found["grace_s"], found["until"]) == ("UTC", 300, "2026-05-05T00:00:00.000Z")
    assert (ann["agent"], ann["scheduled_s"], ann["adherent_s"], ann["adherence"]) == ("ann", 28_800, 23_400, 0.8125)
    assert (ann["paid_s"], ann["worked_s"]) == (27_000, 25_200)
    assert ann["conformance"] == pytest.approx(420 / 450)
    assert pieces(ann) == [
        ("contacts", "offline", 0, 20, False),
        ("contacts", "away break", 300, 310, False),
        ("meeting", "available", 420, 480, False),
    ]
    assert (fred["adherence"], fred["conformance"], fred["differences"]) == (1, 1, [])
    assert found["adherence"] == pytest.approx(450 / 540)
    assert [one["agent"] for one in (await report(planned, agent="fred"))["agents"]] == ["fred"]
    assert (await report(planned, day="2026-05-05"))["agents"] == []
    assert [one["agent"] for one in (await report(planned, skill="fraud"))["agents"]] == ["fred"]
    assert (await planned.api.patch("/v1/agents/ann", json={"team": "north"})).status_code == 200
    assert [one["agent"] for one in (await report(planned, team="north"))["agents"]] == ["ann"]
    assert (await report(planned, team="north", skill="fraud"))["agents"] == []


async def test_a_supervisor_excuses_a_piece_and_takes_it_back(planned: Workspace) -> None:
    """What is excused counts as kept and as worked, stays listed, and the trail says who did it and why."""
    span = {"begins_at": moment(EIGHT), "ends_at": moment(EIGHT + timedelta(minutes=20))}
    body = {"agent": "ann", **span, "why": "The trains did not run."}
    made = await planned.api.post("/v1/workforce/exceptions", json=body)
    assert made.status_code == 201, made.text
    ann = (await report(planned, agent="ann"))["agents"][0]
    assert ann["adherence"] == pytest.approx(410 / 480)
    assert ann["conformance"] == pytest.approx(440 / 450)
    assert pieces(ann)[0] == ("contacts", "offline", 0, 20, True)
    listed = (await planned.api.get("/v1/workforce/exceptions", params={"agent": "ann"})).json()["items"]
    assert [(one["id"], one["why"]) for one in listed] == [(made.json()["id"], body["why"])]
    assert (await planned.api.get("/v1/workforce/exceptions", params={"agent": "fred"})).json()["items"] == []
    gone = await planned.api.delete(f"/v1/workforce/exceptions/{made.json()['id']}")
    assert gone.status_code == 204
    assert (await report(planned, agent="ann"))["agents"][0]["adherence"] == 0.8125
    trail = (await planned.api.get("/v1/audit", params={"target": "ann", "action": "agent.*"})).json()["items"]
    acts = [(one["action"], one["reason"]) for one in trail if one["action"].startswith("agent.excuse")]
    assert acts == [("agent.excuse_withdrawn", body["why"]), ("agent.excused", body["why"])]
    assert_problem(await planned.api.delete(f"/v1/workforce/exceptions/{made.json()['id']}"), 404, "not_found")


async def test_the_file_has_the_figures_of_the_answer(planned: Workspace) -> None:
    """A row for each piece that differs, and one for who has none."""
    answer = await planned.api.get("/v1/workforce/adherence", params={"day": DAY, "format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(StringIO(answer.text)))
    agents = {one["agent"]: one for one in (await report(planned))["agents"]}
    assert [(row["agent"], row["planned"], row["presence"], row["begins_at"]) for row in rows] == [
        *(("ann", one["planned"], one["presence"], one["begins_at"]) for one in agents["ann"]["differences"]),
        ("fred", "", "", ""),
    ]
    assert {float(row["adherence"]) for row in rows if row["agent"] == "ann"} == {agents["ann"]["adherence"]}
    accepted = await planned.api.get("/v1/workforce/adherence", params={"day": DAY}, headers={"Accept": "text/csv"})
    assert accepted.text == answer.text


async def test_only_what_binds_is_planned(workspace: Workspace) -> None:
    """Drafts, cancelled shifts and approved time off bind nobody; an activity that is gone counts as work."""
    await with_activities(workspace)
    await shift(workspace, "ann", EIGHT, ("contacts", 60), state=ScheduleState.DRAFT)
    await shift(workspace, "ann", EIGHT, ("contacts", 60), cancelled=True)
    assert (await report(workspace))["agents"] == []
    await shift(workspace, "ann", EIGHT, ("contacts", 60), ("coffee_tasting", 60))
    await lived(workspace, "ann", EIGHT, [("available", 90), ("offline", 1)])
    (ann,) = (await report(workspace))["agents"]
    assert pieces(ann) == [("coffee_tasting", "offline", 90, 120, False)]


async def test_time_off_until_midnight_is_not_missed_afterwards(make: Make) -> None:
    """A shift from 22:00 of which the first two hours are off begins at midnight: three minutes late are forgiven, on
    the day that begins then as on any other.
    """
    workspace = await make(small())
    await with_activities(workspace)
    begins = datetime(2026, 5, 3, 22, tzinfo=UTC)
    await shift(workspace, "ann", begins, ("contacts", 240))
    midnight = begins + timedelta(hours=2)
    off = TimeOff(
        id=new_id("time_off"),
        workspace_id=workspace.id,
        agent="ann",
        begins_at=begins,
        ends_at=midnight,
        state=TimeOffState.APPROVED,
    )
    async with workspace.database.transaction() as session:
        session.add(off)
    await lived(workspace, "ann", midnight + timedelta(minutes=3), [("available", 117), ("offline", 1)])
    (ann,) = (await report(workspace))["agents"]
    assert (ann["scheduled_s"], ann["adherence"], ann["differences"]) == (7_200, 1, [])


async def test_days_are_the_workspaces(make: Make) -> None:
    """A shift over midnight of the workspace's zone is cut at it, and the grace is the workspace's."""
    document = small()
    document["workspace"] |= {"timezone": "Europe/Berlin", "adherence_grace_s": 0}
    workspace = await make(document)
    await with_activities(workspace)
    begins = datetime(2026, 5, 4, 20, tzinfo=UTC)  # 22:00 in Berlin
    await shift(workspace, "ann", begins, ("contacts", 240))
    await lived(workspace, "ann", begins + timedelta(minutes=3), [("available", 237), ("offline", 1)])
    first, second = await report(workspace), await report(workspace, day="2026-05-05")
    assert first["agents"][0]["scheduled_s"] == second["agents"][0]["scheduled_s"] == 7_200
    assert first["agents"][0]["adherent_s"] == 7_200 - 180
    assert second["agents"][0]["adherence"] == 1
    assert first["since"] == "2026-05-03T22:00:00.000Z"


async def test_who_should_be_where_now(make: Make) -> None:
    """Those who are off for longer than the grace come first; who is excused, or whose shift is to come, is not off."""
    document = small()
    document["agents"] += [document["agents"][0] | {"name": name, "title": name.title()} for name in ("yan", "zoe")]
    workspace = await make(document)
    await with_activities(workspace)
    now = utc_now()
    hour_ago = now - timedelta(hours=1)
    for agent in ("ann", "fred", "zoe"):
        await shift(workspace, agent, hour_ago, ("contacts", 50), ("meeting", 30), ("contacts", 30))
    await shift(workspace, "yan", now + timedelta(minutes=1), ("contacts", 10))
    excused = {"agent": "zoe", "begins_at": moment(hour_ago), "ends_at": moment(now + timedelta(hours=1))}
    assert (await workspace.api.post("/v1/workforce/exceptions", json=excused | {"why": "ill"})).status_code == 201
    async with workspace.desk("ann", available=False) as ann_desk, workspace.desk("fred"):
        await ann_desk.do("presence.set", state="away", reason="meeting")
        await workspace.projected()
        found = (await workspace.api.get("/v1/workforce/now")).json()
    assert list(found["agents"]) == ["fred", "ann", "zoe", "yan"]
    fred, ann, zoe, yan = found["agents"].values()
    assert (fred["planned"], fred["planned_title"], fred["presence"], fred["late"]) == ("meeting", "Team meeting", "available", True)  # fmt: skip
    assert fred["off_since"] == moment(hour_ago)
    assert (ann["planned"], ann["presence"], ann["reason"], ann["late"], ann["off_since"]) == ("meeting", "away", "meeting", False, None)  # fmt: skip
    assert (ann["next"], ann["planned_until"]) == ("contacts", ann["next_at"])
    assert (zoe["presence"], zoe["late"]) == ("offline", False)
    assert (yan["planned"], yan["next"], yan["late"]) == (None, "contacts", False)


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"ends_at": "2026-05-04T08:00:00Z"}, "invalid_request"),
        ({"ends_at": "2026-05-06T08:00:00Z"}, "invalid_request"),
        ({"begins_at": "0001-01-01T00:00:00+05:00"}, "invalid_request"),
        ({"agent": "nobody_here"}, "unknown_agent"),
        ({"why": ""}, "invalid_request"),
    ],
)
async def test_a_bad_excuse_is_refused(workspace: Workspace, changes: dict[str, str], slug: str) -> None:
    """A time that is none, too long or out of all years, an agent whom nobody knows, no reason."""
    good = {"agent": "ann", "begins_at": "2026-05-04T08:00:00Z", "ends_at": "2026-05-04T09:00:00Z", "why": "ill"}
    assert_problem(await workspace.api.post("/v1/workforce/exceptions", json=good | changes), 422, slug)


async def test_bad_questions_are_refused(workspace: Workspace) -> None:
    """A day that no clock has, one that is none, and an agent whom nobody knows."""
    for query, slug in (
        ({"day": "9999-12-31"}, "invalid_request"),
        ({"day": "yesterday"}, "invalid_request"),
        ({"agent": "nobody_here"}, "unknown_agent"),
    ):
        assert_problem(await workspace.api.get("/v1/workforce/adherence", params=query), 422, slug)


async def test_another_workspace_sees_nothing(planned: Workspace, make: Make) -> None:
    """Shifts, excuses and presence are of one workspace."""
    other = await make()
    body = {"agent": "ann", "begins_at": moment(EIGHT), "ends_at": moment(EIGHT + timedelta(hours=1)), "why": "ill"}
    made = (await planned.api.post("/v1/workforce/exceptions", json=body)).json()
    assert (await report(other))["agents"] == []
    assert (await other.api.get("/v1/workforce/exceptions")).json()["items"] == []
    assert_problem(await other.api.delete(f"/v1/workforce/exceptions/{made['id']}"), 404, "not_found")


async def test_the_wallboard_sees_who_should_be_where(workspace: Workspace) -> None:
    """The live picture has those with something planned now, for keys with the scope of workforce alone."""
    await with_activities(workspace)
    await shift(workspace, "ann", utc_now() - timedelta(minutes=30), ("contacts", 60))
    async with watching(workspace) as screen, workspace.desk("fred"):
        await screen.until(lambda seen: seen["adherence"].get("ann", {}).get("late"))
        assert list(screen.picture["adherence"]) == ["ann"]
        async with workspace.desk("ann"):
            await screen.until(lambda seen: seen["adherence"]["ann"]["off_since"] is None)
        made = await workspace.api.post("/v1/api-keys", json={"name": "a screen", "scopes": ["metrics:read"]})
        async with watching(workspace, made.json()["key"], for_s=0) as other:
            _, picture = await other.next()
    assert picture["adherence"] == {}
