"""The scorecard: a day made by hand, figure by figure, held against the targets and against the reports."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest

from mci_router.insight.shares import wilson
from tests.insight.stays import stay, write
from tests.support.documents import small
from tests.support.service import Workspace

COMPLAINT = "a formal complaint, I demand a manager"
NOON = datetime(2026, 10, 25, 11, tzinfo=UTC)
DAY = {"since": "2026-10-25T00:00:00+02:00", "until": "2026-10-26T00:00:00+01:00", "interval": "P1D"}


async def card(workspace: Workspace, **query: Any) -> dict[str, Any]:
    """The scorecard of the day made by hand."""
    response = await workspace.api.get("/v1/scorecard", params={"period": "2026-10-25"} | query)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def by_measure(answer: dict[str, Any], group: str | None = None) -> dict[str, dict[str, Any]]:
    return {row["measure"]: row for row in answer["rows"] if row["group"] == group}


async def of_berlin(make: Any, **targets: Any) -> Workspace:
    document = small()
    document["workspace"] |= {"timezone": "Europe/Berlin", "targets": targets}
    made: Workspace = await make(document)
    return made


async def a_day(workspace: Workspace) -> None:
    """The desk: 30 answered, 24 in time, 4 of them escalated to `voice`; 2 left late, one at once, one unanswered was
    escalated. `voice` answers the 5. Handle times: the desk's are 200 and 400 s by turns, those of `voice` 700 s.
    """
    at = NOON
    done: dict[str, Any] = {"left_as": "answered", "agent": "ann"}
    entries: list[Any] = []
    for number in range(30):
        contact = (await workspace.post(COMPLAINT))["id"]
        answered_s, handled_s = (20 if number < 24 else 90), (200 if number % 2 else 400)
        ends = answered_s + handled_s
        as_it = "escalated" if number < 4 else "answered"
        entries += stay(
            contact, "desk", at, answered_s=answered_s, handled_s=ends, left_s=ends, **done | {"left_as": as_it}
        )
        if number < 4:
            later = at + timedelta(seconds=ends)
            entries += stay(contact, "voice", later, 2, answered_s=30, handled_s=730, left_s=730, **done)
    for seconds, fate in ((70, "abandoned"), (80, "abandoned"), (2, "short_abandoned")):
        contact = (await workspace.post(COMPLAINT))["id"]
        entries += stay(contact, "desk", at, left_s=seconds, left_as=fate)
    contact = (await workspace.post(COMPLAINT))["id"]
    entries += stay(contact, "desk", at, left_s=30, left_as="escalated")
    entries += stay(contact, "voice", at + timedelta(seconds=30), 2, answered_s=30, handled_s=730, left_s=730, **done)
    await write(workspace, entries)


async def test_a_day_by_hand(make: Any) -> None:
    """Each figure of stays, its interval, whether it meets its target, and whether chance decides that."""
    workspace = await of_berlin(make, escalations=0.2, aht_from_s=None)
    await a_day(workspace)
    answer = await card(workspace)
    assert (answer["since"], answer["until"]) == ("2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z")
    assert (answer["before_since"], answer["before_until"]) == ("2026-10-23T22:00:00.000Z", "2026-10-24T22:00:00.000Z")
    assert answer["goes_on"] is False
    of = by_measure(answer)
    level = of["service_level"]
    assert (level["figure"], level["n"]) == (29 / 37, 37)  # 24 and 5 in time, of 35 answered and 2 that left late
    assert (level["low"], level["high"]) == wilson(29, 37)
    left = of["abandonment"]
    assert (left["figure"], left["n"], left["target_below"]) == (2 / 37, 37, 0.05)
    assert (left["met"], left["certain"]) == (False, False)  # 5.4 %, from 1.5 to 17.7 %
    escalated = of["escalations"]
    assert (escalated["figure"], escalated["n"]) == (5 / 36, 36)  # 4 and 1, of 35 answered and 1 escalated unanswered
    assert (escalated["met"], escalated["certain"]) == (True, False)
    aht = of["aht"]
    assert (aht["figure"], aht["n"]) == (pytest.approx((15 * 200 + 15 * 400 + 5 * 700) / 35, abs=0.001), 35)
    assert (aht["target_least"], aht["target_most"], aht["met"], aht["certain"]) == (None, 600, True, True)
    spread = (15 * 200**2 + 15 * 400**2 + 5 * 700**2) / 35 - aht["figure"] ** 2
    assert aht["high"] - aht["figure"] == pytest.approx(1.96 * (spread / 34) ** 0.5, rel=0.05)
    assert of["fcr"]["measured"] is False
    assert all(row["change"] is None for row in answer["rows"])


async def test_queues_are_held_against_their_own_goals(make: Any) -> None:
    """By queue each has its goal; all together say who misses it; few stays say nothing."""
    workspace = await of_berlin(make)
    await a_day(workspace)
    whole = by_measure(await card(workspace))["service_level"]
    assert (whole["target_least"], whole["missed"], whole["met"]) == (None, "desk", False)
    answer = await card(workspace, group_by="queue")
    desk, voice = by_measure(answer, "desk"), by_measure(answer, "voice")
    assert (desk["service_level"]["figure"], desk["service_level"]["n"]) == (24 / 32, 32)
    assert desk["service_level"]["target_least"] == 0.8
    assert desk["escalations"]["figure"] == 5 / 31
    assert (voice["service_level"]["n"], voice["service_level"]["measured"]) == (5, False)
    assert (voice["service_level"]["figure"], voice["service_level"]["met"]) == (None, None)
    assert "contacts_per_shift" not in desk
    assert "automated" not in desk


async def test_the_scorecard_says_what_the_reports_say(make: Any) -> None:
    """Figure by figure, by each dimension that both have; and the file says what the answer says."""
    workspace = await of_berlin(make)
    await a_day(workspace)
    for group in ("queue", "topic", "channel", "cell", None):
        query = {"group_by": group} if group else {}
        answer = await card(workspace, **query)
        report = await workspace.api.get("/v1/reports/queues", params=DAY | {"group_by": group or ""})
        for row in report.json()["rows"]:
            of = by_measure(answer, row[group] if group else None)
            if row["offered_answered"] < 30:
                assert not of["aht"]["measured"]
                continue
            assert of["service_level"]["figure"] == row["service_levels"]["ours"]
            assert of["abandonment"]["figure"] == row["abandonment"]
            assert (of["aht"]["figure"], of["aht"]["n"]) == (row["aht_s"], row["handled"])
            base = row["offered_answered"] + row["escalated"]
            assert of["escalations"]["figure"] == (row["escalated"] + row["escalated_answered"]) / base
        file = await workspace.api.get("/v1/scorecard", params={"period": "2026-10-25", "format": "csv"} | query)
        assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
        listed = list(csv.DictReader(StringIO(file.text)))
        assert [
            {name: str("" if value is None else value) for name, value in row.items()} for row in answer["rows"]
        ] == listed
