"""Reports by intervals: a day as it was, in rows, pages and files, by whatever is asked."""

import csv
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest

from tests.insight.stays import stay, write
from tests.support.documents import small
from tests.support.problems import assert_problem
from tests.support.service import Workspace, eventually

COMPLAINT = "a formal complaint, I demand a manager"
NOON = datetime(2026, 10, 25, 11, tzinfo=UTC)
DAY = {"since": "2026-10-25T00:00:00+02:00", "until": "2026-10-26T00:00:00+01:00"}


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


async def berlin(make: Any) -> Workspace:
    """A workspace of Berlin with a day in October behind it, of the hour that comes twice too."""
    document = small()
    document["workspace"]["timezone"] = "Europe/Berlin"
    workspace: Workspace = await make(document)
    con = [(await workspace.post(COMPLAINT, language=language))["id"] for language in ("en", *["de"] * 5)]
    answered: dict[str, Any] = {"left_as": "answered", "agent": "ann"}
    await write(
        workspace,
        # overflowed out of the desk after a minute, answered elsewhere
        stay(con[0], "desk", after(0), left_s=60, left_as="overflowed"),
        stay(con[0], "voice", after(1), 2, answered_s=30, handled_s=330, left_s=360, **answered),
        # answered, 30 s of it on hold, and passed on to another queue, where it was answered late
        stay(con[1], "desk", after(2), answered_s=20, left_s=320, left_as="transferred", agent="fred", held_s=30),
        stay(con[1], "voice", after(10), 2, answered_s=90, handled_s=190, left_s=200, **answered),
        # left within the short threshold; wants to be called back
        stay(con[2], "desk", after(3), left_s=2, left_as="short_abandoned"),
        stay(con[3], "desk", after(4), left_s=45, left_as="callback"),
        # left late, in each of the two hours from two to three
        stay(con[4], "desk", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), left_s=70, left_as="abandoned"),
        stay(con[5], "desk", datetime(2026, 10, 25, 1, 30, tzinfo=UTC), left_s=70, left_as="abandoned"),
    )
    return workspace


async def report(workspace: Workspace, name: str, **query: Any) -> dict[str, Any]:
    response = await workspace.api.get(f"/v1/reports/{name}", params=DAY | query)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def test_a_day_as_it_was(make: Any) -> None:
    """Each stay counts once, in its queue: overflow, transfer, short abandon, callback, and an hour that comes twice."""
    workspace = await berlin(make)
    day = await report(workspace, "queues")
    assert (day["since"], day["until"], day["timezone"], day["group_by"]) == (
        "2026-10-24T22:00:00.000Z",
        "2026-10-25T23:00:00.000Z",
        "Europe/Berlin",
        ["queue"],
    )
    desk, voice = day["rows"]
    assert {name: desk[name] for name in ("queue", "offered", "offered_answered", "in_time", "waiting", "open")} == {
        "queue": "desk",
        "offered": 6,
        "offered_answered": 1,
        "in_time": 1,
        "waiting": 0,
        "open": 0,
    }
    assert {name: desk[name] for name in ("abandoned_short", "abandoned_late", "overflowed", "callback")} == {
        "abandoned_short": 1,
        "abandoned_late": 2,
        "overflowed": 1,
        "callback": 1,
    }
    assert desk["service_levels"] == {
        "ours": 1 / 3,
        "strict": 1 / 4,
        "answered_only": 1.0,
        "of_all_queued": 1 / 6,
        "regulatory": 1 / 4,
    }
    assert (desk["asa_s"], desk["handled"], desk["aht_s"], desk["held_s"], desk["talk_s"]) == (20, 1, 300, 30, 270)
    assert (voice["offered"], voice["answered"], voice["in_time"], voice["mean_excess_s"]) == (2, 2, 1, 15)
    assert (voice["aht_s"], voice["wrap_up_s"], voice["provisional"]) == ((330 + 110) / 2, 40, False)
    assert (voice["wait_s"]["p50"], voice["wait_s"]["p99"]) == (pytest.approx(30, 0.05), pytest.approx(90, 0.05))

    hours = await report(workspace, "queues", interval="PT1H", group_by="")
    assert [(row["starts_at"][11:16], row["offered"]) for row in hours["rows"]] == [
        ("00:00", 1),
        ("01:00", 1),
        ("11:00", 6),
    ]
    agents = await report(workspace, "queues", group_by="agent,topic")
    assert [(row["agent"], row["topic"], row["answered"]) for row in agents["rows"]] == [
        (None, "complaint", 0),
        ("ann", "complaint", 2),
        ("fred", "complaint", 1),
    ]
    languages = await report(workspace, "queues", group_by="cell,language")
    assert [(row["cell"], row["language"], row["offered"], row["answered"]) for row in languages["rows"]] == [
        ("low_volume_high_touch", "de", 6, 2),
        ("low_volume_high_touch", "en", 2, 1),
    ]
    (week,) = (await report(workspace, "queues", interval="P1W", group_by="channel"))["rows"]
    assert (week["starts_at"], week["channel"], week["offered"]) == ("2026-10-18T22:00:00.000Z", "chat", 8)


async def test_pages_and_files_say_the_same(make: Any) -> None:
    """Row by row, over links, as JSON and as CSV, whether asked for by name or by what is accepted."""
    workspace = await berlin(make)
    whole = (await report(workspace, "queues", interval="PT15M", group_by="queue,agent"))["rows"]
    assert len(whole) == 5
    for limit in (1, 4):
        rows: list[Any] = []
        path: str | None = "/v1/reports/queues"
        query: Any = DAY | {"interval": "PT15M", "group_by": "queue,agent", "limit": limit}
        while path:
            response = await workspace.api.get(path, params=query)
            rows += response.json()["rows"]
            path, query = response.links.get("next", {}).get("url"), None
            assert bool(path) == bool(response.json()["next_cursor"])
        assert rows == whole
    for query, headers in (({"format": "csv"}, {}), ({}, {"Accept": "text/csv"})):
        asked = DAY | {"interval": "PT15M", "group_by": "queue,agent"} | query
        response = await workspace.api.get("/v1/reports/queues", params=asked, headers=headers)
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        listed = list(csv.DictReader(StringIO(response.text)))
        assert [(row["starts_at"], row["agent"], int(row["offered"])) for row in listed] == [
            (row["starts_at"], row["agent"] or "", row["offered"]) for row in whole
        ]
        assert {"service_levels_ours", "wait_s_p99"} <= set(listed[0])


async def test_a_file_has_the_same_columns_whatever_is_in_it(make: Any) -> None:
    """Those of rows with figures, in their order, also without any row."""
    workspace = await berlin(make)
    for kind in ("queues", "arrivals", "agents"):
        full, empty = [
            (await workspace.api.get(f"/v1/reports/{kind}", params=asked | {"format": "csv"})).text.splitlines()
            for asked in (DAY, {"since": "2001-01-01T00:00:00Z", "until": "2001-01-02T00:00:00Z"})
        ]
        assert len(empty) == 1
        assert empty[0] == full[0]
        assert len(full) > 1 or kind == "arrivals"
    columns = empty[0].split(",")
    assert [name for name in columns if name.startswith("presence_s")] == ["presence_s_available", "presence_s_away"]


async def test_arrivals_are_counted_by_what_they_were(workspace: Workspace) -> None:
    """Every accepted contact, whatever serves it, once, under the outcome first chosen; what it becomes changes nothing."""
    solved = await workspace.post("I forgot my password and cannot log in")
    await workspace.post(COMPLAINT, language="de")
    await workspace.api.post(f"/v1/contacts/{solved['id']}/unresolved")

    async def listed() -> bool:
        query = {"interval": "PT15M", "group_by": "topic,language,cell,outcome"}
        rows = (await workspace.api.get("/v1/reports/arrivals", params=query)).json()["rows"]
        return [
            (row["topic"], row["language"], row["cell"], row["outcome"], row["contacts"], row["provisional"])
            for row in rows
        ] == [
            ("complaint", "de", "low_volume_high_touch", "agent", 1, True),
            ("sign_in", "en", "high_volume_low_touch", "automation", 1, True),
        ]

    await eventually(listed)


@pytest.mark.parametrize("value", ["\x00", "\ud800"])
async def test_a_cursor_of_what_no_column_holds_is_refused(shared: Workspace, value: str) -> None:
    """As one that is none of ours, and by every report."""
    since = "2026-01-01T00:00:00Z"
    cursor = urlsafe_b64encode(json.dumps([since, value]).encode()).decode()
    asked = {"since": since, "until": "2026-01-02T00:00:00Z", "cursor": cursor}
    for report, by in (("queues", "queue"), ("arrivals", "topic"), ("resolutions", "outcome"), ("fcr", "queue")):
        response = await shared.api.get(f"/v1/reports/{report}", params={**asked, "group_by": by})
        assert_problem(response, 422, "invalid_request")


async def test_an_agents_time_is_cut_at_the_bounds(workspace: Workspace) -> None:
    """Signed in by presence, serving, and what was answered; nobody has more time than has passed."""
    async with workspace.desk("ann") as ann:
        await workspace.post(COMPLAINT)
        offer = await ann.expect("offer.created")
        taken = await ann.do("offer.accept", offer_id=offer["offer_id"])
        await ann.do("assignment.complete", assignment_id=taken["assignment_id"], disposition="solved")
        await ann.do("wrap_up.done", assignment_id=taken["assignment_id"])
        await ann.do("presence.set", state="away", reason="lunch")

        async def reported() -> dict[str, Any] | None:
            rows = (await workspace.api.get("/v1/reports/agents", params={"interval": "P1D"})).json()["rows"]
            mine = [row for row in rows if row["agent"] == "ann"]
            return mine[-1] if mine and mine[-1]["handled"] and "away" in mine[-1]["presence_s"] else None

        row = await eventually(reported)
    assert row["answered"] == row["handled"] == 1
    assert 0 < row["serving_s"] <= row["signed_in_s"] == pytest.approx(sum(row["presence_s"].values()), abs=0.01)
    assert 0 < row["occupancy"] <= 1
    assert row["provisional"]


@pytest.mark.parametrize(
    ("report", "query", "says"),
    [
        ("queues", "group_by=outcome", "it has queue, channel, topic, cell, language, agent"),
        ("arrivals", "group_by=queue", "it has topic, channel, language, cell, outcome"),
        ("agents", "group_by=queue", "it has agent"),
        ("queues", "interval=PT15M&since=2026-01-01T00:00:00Z&until=2026-03-01T00:00:00Z", "take longer intervals"),
        ("queues", "interval=P1Y", "query.interval"),
        ("queues", "since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", "before"),
        ("queues", "until=0001-01-01T00:00:00Z", "years"),
        ("queues", "limit=100000", "query.limit"),
        ("queues", "cursor=WyJ4Il0=", "of another report or period"),
        ("queues", "cursor=bm90IGpzb24", "of another report or period"),
        ("queues", "intervall=P1D", "Did you mean interval"),
    ],
)
async def test_what_cannot_be_reported_is_refused(shared: Workspace, report: str, query: str, says: str) -> None:
    """422: what is wrong, where, and what to do about it."""
    response = await shared.api.get(f"/v1/reports/{report}?{query}")
    assert_problem(response, 422, "invalid_request")
    assert says in response.text
