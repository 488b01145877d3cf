"""The scorecard: a day made by hand, figure by figure, held against the targets and against the reports."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.insight.estimates import difference, share_of
from mci_router.insight.recount import differences, mend
from mci_router.insight.shares import wilson
from tests.insight.scored import (
    DAY,
    NOON,
    PERIOD,
    a_day,
    answered,
    by_measure,
    card,
    first_contacts,
    handled,
    of_berlin,
)
from tests.support.problems import assert_problem
from tests.support.service import Workspace, eventually

DAY_BEFORE = NOON - timedelta(days=1)


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
    assert (escalated["figure"], escalated["n"]) == (5 / 36, 36)  # 4 and 1, of 35 answered and 1 that nobody answered
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
    await answered(workspace, NOON, 190, 30)
    await answered(workspace, NOON, 5, 200, "ces")
    await first_contacts(workspace, NOON, "agent", 60, 20)
    await first_contacts(workspace, NOON, "automation", 40, 4)
    for group in ("queue", "topic", "channel", "cell", None):
        query = {"group_by": group} if group else {}
        answer = await card(workspace, **query)
        await as_reports_say(workspace, answer, group)
        file = await workspace.api.get("/v1/scorecard", params={"period": PERIOD, "format": "csv"} | query)
        assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
        listed = list(csv.DictReader(StringIO(file.text)))
        told = [{name: "" if value is None else str(value) for name, value in row.items()} for row in answer["rows"]]
        assert told == listed
    whole = by_measure(await card(workspace))
    assert (whole["csat"]["figure"], whole["csat"]["n"]) == (190 / 220, 220)
    assert (whole["fcr"]["figure"], whole["automated"]["figure"]) == (76 / 100, 36 / 100)


async def as_reports_say(workspace: Workspace, answer: dict[str, Any], group: str | None) -> None:
    """Holds what is measured against the rows of the reports."""

    async def rows(report: str, by: str) -> list[dict[str, Any]]:
        response = await workspace.api.get(f"/v1/reports/{report}", params=DAY | {"group_by": by})
        assert response.status_code == 200, response.text
        listed: list[dict[str, Any]] = response.json()["rows"]
        return listed

    compared = 0
    for row in await rows("queues", group or ""):
        of = by_measure(answer, row[group] if group else None)
        if row["offered_answered"] >= 30:
            base = row["offered_answered"] + row["escalated"]
            assert of["service_level"]["figure"] == row["service_levels"]["ours"]
            assert of["abandonment"]["figure"] == row["abandonment"]
            assert (of["aht"]["figure"], of["aht"]["n"]) == (row["aht_s"], row["handled"])
            assert of["escalations"]["figure"] == (row["escalated"] + row["escalated_answered"]) / base
            compared += 1
    for row in await rows("surveys", group or ""):
        if row["kind"] == "csat":
            of = by_measure(answer, row[group] if group else None)
            assert (of["csat"]["figure"], of["csat"]["low"]) == (row["figure"], pytest.approx(row["low"]))
            assert of["csat"]["n"] == row["answered"]
            compared += 1
    if group != "cell":
        for row in await rows("fcr", group or ""):
            of = by_measure(answer, row[group] if group else None)
            assert of["fcr"]["figure"] == pytest.approx(row["fcr"]["share"], abs=1e-4)
            assert of["fcr"]["n"] == row["fcr"]["n"]
            compared += 1
    assert compared >= 2


async def test_a_trend_has_its_size_and_says_whether_chance_made_it(make: Any) -> None:
    """Against the day before: the difference with the interval of the two; of few there is none."""
    workspace = await of_berlin(make)
    await answered(workspace, NOON, 230, 20)
    await answered(workspace, DAY_BEFORE, 180, 40)
    await first_contacts(workspace, NOON, "agent", 100, 30)
    await first_contacts(workspace, DAY_BEFORE, "agent", 29, 0)
    of = by_measure(await card(workspace))
    now, before = share_of(230, 250), share_of(180, 220)
    assert now
    assert before
    change = difference(now, before)
    csat = of["csat"]
    assert (csat["before"], csat["change"]) == (180 / 220, 230 / 250 - 180 / 220)
    assert (csat["change_low"], csat["change_high"]) == (change.low, change.high)
    assert csat["beyond_chance"] is True
    assert (csat["met"], csat["certain"]) == (True, True)
    assert (of["fcr"]["figure"], of["fcr"]["met"], of["fcr"]["change"]) == (0.7, False, None)


async def test_csat_counts_from_its_own_number_of_answers(make: Any) -> None:
    """199 of 200 are not measured yet; 150 are where the workspace says so; and a target of null holds nothing."""
    workspace = await of_berlin(make)
    await answered(workspace, NOON, 199, 0)
    few = by_measure(await card(workspace))["csat"]
    assert (few["measured"], few["figure"], few["low"], few["n"], few["needed"]) == (False, None, None, 199, 200)
    assert (few["met"], few["target_least"]) == (None, 0.85)
    other = await of_berlin(make, csat=None, csat_answers=150)
    await answered(other, NOON, 199, 0)
    enough = by_measure(await card(other))["csat"]
    assert (enough["measured"], enough["figure"], enough["met"], enough["target_least"]) == (True, 1.0, None, None)


async def test_young_first_contacts_are_pending(make: Any) -> None:
    """Nobody knows yet whether another follows within 7 days: today's are in no share."""
    workspace = await of_berlin(make)
    async with workspace.ledger() as session:
        now = await session.scalar(text("SELECT date_bin('15 minutes', now(), 'epoch')"))
    await first_contacts(workspace, now, "agent", 50, 1)
    fcr = by_measure(await card(workspace, period="today"))["fcr"]
    assert (fcr["measured"], fcr["n"], fcr["pending"]) == (False, 0, 50)


async def test_it_says_where_the_handle_time_fell_and_csat_with_it(make: Any) -> None:
    """Side by side, since one buys the other; not where CSAT rose."""
    workspace = await of_berlin(make)
    await handled(workspace, NOON, [280, 320] * 16)
    await handled(workspace, DAY_BEFORE, [480, 520] * 16)
    await answered(workspace, NOON, 180, 60)
    await answered(workspace, DAY_BEFORE, 230, 20)
    answer = await card(workspace)
    (note,) = answer["notes"]
    assert note["measures"] == ["aht", "csat"]
    assert note["text"].startswith("AHT fell by 200 s, and CSAT with it, by 17.0 points (more than chance)")
    assert [row["measure"] for row in answer["rows"]][:2] == ["csat", "aht"]
    await answered(workspace, NOON + timedelta(minutes=15), 900, 0)
    assert (await card(workspace))["notes"] == []


async def test_contacts_of_a_shift_are_those_handled_by_the_time_signed_in(workspace: Workspace) -> None:
    """Contacts ÷ (seconds signed in ÷ a shift), the same as the report of agents says; under a shift nothing is said."""
    handled_ones, hours = 300, 23
    async with workspace.ledger() as session:
        now = await session.scalar(text("SELECT date_trunc('day', now()) - interval '1 day'"))
        for at, presence, reachable in ((now, "available", True), (now + timedelta(hours=hours), "offline", False)):
            await session.execute(
                text(
                    "INSERT INTO agent_states (workspace_id, agent, id, at, presence, reason, reachable)"
                    " VALUES (:w, 'ann', :id, :at, :presence, '', :reachable)"
                ),
                {
                    "w": workspace.id,
                    "id": f"{int(at.timestamp() * 1000):015d}-0",
                    "at": at,
                    "presence": presence,
                    "reachable": reachable,
                },
            )
        await session.execute(
            text(
                "INSERT INTO interval_stays (workspace_id, grain, starts_at, queue, channel, topic, cell, language,"
                " agent, handled, talk_ms, handle_times) VALUES (:w, 'all', :at, '', '', '', '', '', '', :n, :ms, '{}')"
            ),
            {"w": workspace.id, "at": now, "n": handled_ones, "ms": handled_ones * 400_000},
        )
        changed = "INSERT INTO interval_changes (workspace_id, kind, starts_at) VALUES (:w, 'stays', :at)"
        await session.execute(text(changed), {"w": workspace.id, "at": now})
    row = by_measure(await card(workspace, period="yesterday"))["contacts_per_shift"]
    assert row["figure"] == pytest.approx(handled_ones / (hours / 8))
    assert (row["met"], row["certain"], row["n"]) == (True, True, handled_ones)
    agents = await workspace.api.get(
        "/v1/reports/agents", params={"since": f"{now:%Y-%m-%dT%H:%M:%SZ}", "interval": "P1D"}
    )
    (ann,) = [one for one in agents.json()["rows"] if one["starts_at"].startswith(f"{now:%Y-%m-%d}")]
    assert ann["signed_in_s"] == hours * 3_600


async def test_a_long_period_leaves_out_what_would_be_read_change_by_change(make: Any) -> None:
    """Of a year no agent's time is added up; where its last 28 days handled few, AHT's interval is wide, not narrow."""
    workspace = await of_berlin(make)
    long_ago = datetime(2024, 3, 1, 11, tzinfo=UTC)
    await handled(workspace, long_ago, [280, 320] * 16)
    year = by_measure(await card(workspace, period="2024"))
    assert "contacts_per_shift" not in year
    assert (year["aht"]["figure"], year["aht"]["n"]) == (300, 32)
    assert year["aht"]["high"] == pytest.approx(300 + 1.96 * 300 / 31**0.5, abs=0.01)
    month = by_measure(await card(workspace, period="2024-03-01"))
    assert "contacts_per_shift" in month
    assert month["aht"]["high"] == pytest.approx(300 + 1.96 * 20 / 31**0.5, abs=2)


async def test_mails_that_wait_are_listed_by_age(workspace: Workspace) -> None:
    """Those that no agent has answered, now, by the time since they were accepted; chats are not among them."""
    await workspace.post("a formal complaint, I demand a manager", channel="email")
    mail = (await workspace.post("a formal complaint, I demand a manager", channel="email"))["id"]
    await workspace.post("a formal complaint, I demand a manager")
    await workspace.projected()
    async with workspace.ledger() as session:
        await session.execute(
            text("UPDATE contacts SET accepted_at = accepted_at - interval '5 hours' WHERE id = :id"), {"id": mail}
        )
    backlog = (await card(workspace, period="today"))["email_backlog"]
    (row,) = backlog["rows"]
    assert (row["group"], row["waiting"], row["late"]) == (None, 2, 0)
    assert {age: count for age, count in row["by_age"].items() if count} == {"under_1_h": 1, "under_1_day": 1}
    (by_channel,) = (await card(workspace, group_by="channel"))["email_backlog"]["rows"]
    assert (by_channel["group"], by_channel["waiting"]) == ("email", 2)


async def test_each_measure_says_what_it_counts(shared: Workspace) -> None:
    """And a workspace without any contact has a scorecard of what is not measured yet."""
    answer = await card(shared, period="2001-01-01")
    assert [row["measure"] for row in answer["rows"]] == [one["name"] for one in answer["measures"]]
    assert not any(row["measured"] or row["met"] is not None for row in answer["rows"])
    assert all(one["counts"] and one["basis"] and one["n"] for one in answer["measures"])
    assert (await card(shared, period="2001-01-01", group_by="queue"))["rows"] == []


async def test_escalations_are_counted_again(make: Any) -> None:
    """A recount finds those that were not counted, and counts them."""
    workspace = await of_berlin(make)
    await a_day(workspace)
    async with workspace.ledger() as session:
        await session.execute(
            text("UPDATE interval_stays SET escalated_answered = 0 WHERE workspace_id = :w"), {"w": workspace.id}
        )
    async with workspace.database.transaction() as session:
        assert "stays" in {one.kind for one in (await differences(session, workspace.id))[1]}
        await mend(session, workspace.id)

    async def counted() -> bool:
        return bool(by_measure(await card(workspace))["escalations"]["figure"] == 5 / 36)

    await eventually(counted)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("period=next_week", "query.period: next_week is not the name of a period: take today"),
        ("period=2026-13", "not in the calendar"),
        ("period=2199", "has not begun"),
        ("period=9999-01", "years"),
        ("group_by=agent", "query.group_by"),
        ("group_by=queue,topic", "query.group_by"),
        ("format=xlsx", "query.format"),
        ("interval=P1D", "This route takes"),
    ],
)
async def test_what_is_no_scorecard_is_refused(shared: Workspace, query: str, says: str) -> None:
    """422: what is wrong, and where."""
    response = await shared.api.get(f"/v1/scorecard?{query}")
    assert_problem(response, 422, "invalid_request")
    assert says in response.text
