"""When contacts come: added up by the workspace's clocks, as JSON and as a file, within bounds."""

import csv
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from sqlalchemy import text

from tests.support.documents import small
from tests.support.problems import assert_problem
from tests.support.service import Workspace

ARRIVED = text(
    "INSERT INTO interval_arrivals (workspace_id, starts_at, topic, channel, language, cell, outcome, contacts, revision)"
    " VALUES (:workspace, :at, :topic, 'chat', 'en', :cell, 'agent', :contacts, 0)"
)
LOW, HIGH = "low_volume_low_touch", "high_volume_high_touch"
AUTUMN = {"since": "2026-10-24T00:00:00+02:00", "until": "2026-10-26T00:00:00+01:00"}


async def with_arrivals(make: Any) -> Workspace:
    """A workspace of Berlin with arrivals on the day on which clocks go back, and on the day before."""
    document = small()
    document["workspace"]["timezone"] = "Europe/Berlin"
    workspace: Workspace = await make(document)
    arrived = [
        (datetime(2026, 10, 24, 7, 15, tzinfo=UTC), "sign_in", LOW, 3),  # 09:15
        (datetime(2026, 10, 25, 8, 30, tzinfo=UTC), "sign_in", LOW, 4),  # 09:30, an hour later by UTC
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "complaint", HIGH, 1),  # 02:30
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "", HIGH, 2),  # 02:30 again
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), "sign_in", LOW, 9),  # of the next day
    ]
    async with workspace.database.transaction() as session:
        for at, topic, cell, contacts in arrived:
            known = {"workspace": workspace.id, "at": at, "topic": topic, "cell": cell, "contacts": contacts}
            await session.execute(ARRIVED, known)
    return workspace


async def times(workspace: Workspace, **query: Any) -> dict[str, Any]:
    response = await workspace.api.get("/v1/reports/times-of-day", params=AUTUMN | query)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def test_contacts_are_added_up_by_the_workspaces_clocks(make: Any) -> None:
    """Over whole days, whatever UTC says meanwhile; the hour that comes twice is one place; the most come first."""
    workspace = await with_arrivals(make)
    found = await times(workspace)
    assert (found["days"], len(found["times"]), found["times"][9]) == (2, 24, "09:00")
    assert [(row["group"], row["total"]) for row in found["rows"]] == [(LOW, 7), (HIGH, 3)]
    assert {at: count for at, count in enumerate(found["rows"][0]["contacts"]) if count} == {9: 7}
    assert {at: count for at, count in enumerate(found["rows"][1]["contacts"]) if count} == {2: 3}
    quarters = await times(workspace, interval="PT15M", group_by="topic", limit=2)
    assert [(row["group"], row["total"]) for row in quarters["rows"]] == [("sign_in", 7), (None, 2)]
    assert [quarters["times"][at] for at, count in enumerate(quarters["rows"][0]["contacts"]) if count] == [
        "09:15",
        "09:30",
    ]
    assert (quarters["left_out_groups"], quarters["left_out_contacts"]) == (1, 1)


async def test_the_file_says_the_same(make: Any) -> None:
    """A row for each group and time."""
    workspace = await with_arrivals(make)
    found = await times(workspace, group_by="topic")
    response = await workspace.api.get(
        "/v1/reports/times-of-day", params={**AUTUMN, "group_by": "topic", "format": "csv"}
    )
    rows = list(csv.DictReader(StringIO(response.text)))
    assert [row["contacts"] for row in rows] == [str(count) for row in found["rows"] for count in row["contacts"]]
    assert rows[9] == {"topic": "sign_in", "from": "09:00", "contacts": "7"}


async def test_what_it_cannot_say_is_refused(shared: Workspace) -> None:
    """Days have no time of day, other dimensions are none of arrivals, and a year is too long."""
    wrongs: list[dict[str, Any]] = [
        {"interval": "P1D"},
        {"group_by": "agent"},
        {"since": "2025-01-01T00:00:00Z"},
        {"limit": 0},
    ]
    for wrong in wrongs:
        response = await shared.api.get("/v1/reports/times-of-day", params=AUTUMN | wrong)
        assert_problem(response, 422, "invalid_request")


async def test_another_workspace_sees_none_of_it(make: Any) -> None:
    """Its own contacts alone."""
    await with_arrivals(make)
    other = await make()
    assert (await times(other))["rows"] == []
