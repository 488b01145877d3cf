"""The day that is counted by hand in `docs/reference/counted-day.md` is what the API, its CSV and the ledger say."""

import csv
from datetime import datetime
from io import StringIO
from itertools import groupby
from typing import Any

import pytest

from tests.docs.pages import DOCS
from tests.insight.stays import stay, write
from tests.support.documents import small
from tests.support.service import Workspace

PAGE = (DOCS / "reference" / "counted-day.md").read_text(encoding="utf-8")
DATE = "2026-10-25"
DAY = {"since": f"{DATE}T00:00:00+02:00", "until": "2026-10-26T00:00:00+01:00"}
TARGETS_S = {"calls": 60, "second_line": 120}
Row = dict[str, str]


def table(heading: str) -> list[Row]:
    """The rows of the table below a heading."""
    lines = [line for line in PAGE.partition(f"## {heading}\n")[2].split("\n## ")[0].splitlines() if line[:1] == "|"]
    names, _, *body = [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]
    return [dict(zip(names, cells, strict=True)) for cells in body]


def number(text: str) -> float | None:
    return float(text) if text else None


async def counted(make: Any) -> Workspace:
    """A workspace with the stays of the page in its ledger."""
    document = small()
    document["workspace"]["timezone"] = "Europe/Berlin"
    workspace: Workspace = await make(document)
    for _, stays in groupby(table("The stays"), lambda row: row["contact"]):
        contact = (await workspace.post("a formal complaint, I demand a manager"))["id"]
        for n, row in enumerate(stays, 1):
            told = stay(
                contact,
                row["queue"],
                datetime.fromisoformat(f"{DATE}T{row['began']}"),
                n,
                target_s=TARGETS_S[row["queue"]],
                answered_s=number(row["answered"]),
                handled_s=number(row["conversation ended"]),
                left_s=number(row["left"]),
                left_as=row["as"] or None,
                agent=row["by"] or None,
                held_s=number(row["on hold"]) or 0,
            )
            await write(workspace, told)
    return workspace


async def test_the_counted_day_is_what_the_reports_say(make: Any) -> None:
    """Every figure by queue, as JSON and as CSV; every hour; every agent; and the report of service levels beside it."""
    workspace = await counted(make)

    async def report(**query: str) -> Any:
        response = await workspace.api.get("/v1/reports/queues", params=DAY | query)
        assert response.status_code == 200, response.text
        return (
            response.json()["rows"] if query.get("format") != "csv" else list(csv.DictReader(StringIO(response.text)))
        )

    for row, line in zip(await report(), await report(format="csv"), strict=True):
        for figure in table("By queue"):
            name, expected = figure["figure"], figure[row["queue"]]
            outer, _, inner = name.partition(".")
            value = row[outer][inner] if inner else row[outer]
            assert shown(value, expected) == expected, (name, row["queue"])
            assert float(line[name.replace(".", "_")]) == value, name
        assert row["provisional"] == (row["queue"] == "calls")
    for row, hour in zip(await report(group_by="", interval="PT1H"), table("By hour"), strict=True):
        assert datetime.fromisoformat(row["starts_at"]) == datetime.fromisoformat(f"{DATE}T{hour['hour begins']}")
        assert (str(row["offered"]), str(row["answered"])) == (hour["offered"], hour["answered"])
        assert row["provisional"] == (hour["provisional"] == "yes")
    by_agent = [row for row in await report(group_by="agent") if row["agent"]]
    for row, agent in zip(by_agent, table("By who answered"), strict=True):
        assert [str(row[name]) for name in ("agent", "answered", "handled")] == list(agent.values())
    levels = (await workspace.api.get("/v1/reports/service-level", params=DAY)).json()["queues"]
    for level, row in zip(levels, await report(), strict=True):
        same = ("queue", "answered", "waiting", "asa_s", "mean_excess_s", "aht_s", "abandonment")
        assert [level[name] for name in same] == [row[name] for name in same]
        assert level["answered_in_time"] == row["in_time"]
        kinds = ("service_level", "ours"), ("strict_service_level", "strict")
        assert [level[name] for name, _ in kinds] == [row["service_levels"][kind] for _, kind in kinds]


def shown(value: Any, expected: str) -> str:
    """The value as the page writes it."""
    return f"{value:.1%}".replace("%", " %") if expected.endswith("%") else str(value)


@pytest.mark.parametrize("queue", TARGETS_S)
def test_all_offered_are_accounted_for(queue: str) -> None:
    """Offered = answered + left unanswered by each fate + waiting, on the page as well."""
    figures = {row["figure"]: row[queue] for row in table("By queue")}
    fates = [name for name in figures if name.startswith("abandoned_") or name in FATES]
    assert int(figures["offered"]) == sum(int(figures[name]) for name in ("offered_answered", *fates, "waiting"))


FATES = ("overflowed", "transferred", "escalated", "callback")
