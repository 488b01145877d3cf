"""The interval history: every interval and queue, as the reports count them, written as a suite wants it."""

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest

from mci_router.api import interval_history
from mci_router.clock import utc_now
from tests.api.test_interval_reports import DAY, berlin
from tests.insight.stays import stay, write
from tests.support.problems import assert_problem
from tests.support.service import Workspace


async def history(workspace: Workspace, **query: Any) -> str:
    response = await workspace.api.get("/v1/reports/interval-history", params=DAY | query)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/csv")
    return response.text


def rows_of(file: str, separator: str = ";") -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(file), delimiter=separator))


async def test_each_interval_and_queue_has_a_row(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nought where nothing came, on a day of 25 hours; sums are the report's; an empty figure is one that nobody
    measured; and pieces do not show.
    """
    workspace = await berlin(make)
    file = await history(workspace)
    rows = rows_of(file)
    queues = {row["queue"] for row in rows}
    assert {"desk", "voice"} <= queues
    assert len(rows) == 100 * len(queues)
    assert file.splitlines()[0] == "interval;queue;offered;answered;abandoned;aht;sl"
    noon = [row for row in rows if row["interval"] == "2026-10-25 12:00" and row["queue"] in ("desk", "voice")]
    assert [list(row.values()) for row in noon] == [
        ["2026-10-25 12:00", "desk", "4", "1", "1", "300", "100"],
        ["2026-10-25 12:00", "voice", "2", "2", "0", "220", "50"],
    ]
    night = [row for row in rows if row["interval"] == "2026-10-25 02:30" and row["queue"] == "desk"]
    assert [(row["offered"], row["abandoned"], row["aht"], row["sl"]) for row in night] == [("1", "1", "", "0")] * 2
    for name in ("offered", "abandoned"):
        report = (await workspace.api.get("/v1/reports/queues", params=DAY)).json()["rows"]
        counted = sum(row[name] if name == "offered" else _left(row) for row in report)
        assert sum(int(row[name]) for row in rows) == counted
    monkeypatch.setattr(interval_history, "MOST_CELLS", 7 * len(queues))
    assert await history(workspace) == file


def _left(row: dict[str, Any]) -> int:
    return int(row["abandoned_short"] + row["abandoned_in_time"] + row["abandoned_late"])


async def test_columns_and_signs_are_as_the_suite_wants_them(make: Any) -> None:
    """Their order and headings, what is between them, dates and decimals; a heading with a separator in it is quoted."""
    workspace = await berlin(make)
    file = await history(
        workspace,
        columns="queue:Skill, interval:Start|Begin ,sl_strict:SL%,asa,moved_on,answered_in_time,interval_end",
        separator="|",
        decimal=",",
        date_format="%d.%m.%y %H:%M",
        interval="PT1H",
    )
    assert file.splitlines()[0] == 'Skill|"Start|Begin"|SL%|asa|moved_on|answered_in_time|interval_end'
    (desk,) = [row for row in rows_of(file, "|") if row["Skill"] == "desk" and row["Start|Begin"] == "25.10.26 12:00"]
    assert list(desk.values()) == ["desk", "25.10.26 12:00", "50", "20", "2", "1", "25.10.26 13:00"]
    universal = rows_of(await history(workspace, timezone="utc", separator="tab", interval="PT1H"), "\t")
    assert len({row["interval"] for row in universal}) == 25
    assert not (await history(workspace, header="false")).startswith("interval")


async def test_a_removed_queue_is_in_it_and_an_interval_that_goes_on_is_not(make: Any) -> None:
    """History is what happened; what is not over is none."""
    workspace = await berlin(make)
    contact = (await workspace.post())["id"]
    await write(workspace, stay(contact, "of_the_past", utc_now() - timedelta(hours=2), left_s=1, left_as="abandoned"))
    hours = {"since": (utc_now() - timedelta(hours=4)).isoformat(), "until": utc_now().isoformat(), "timezone": "utc"}
    rows = rows_of(await history(workspace, **hours, date_format="%Y-%m-%dT%H:%M"))
    assert sum(int(row["offered"]) for row in rows if row["queue"] == "of_the_past") == 1
    latest = max(row["interval"] for row in rows)
    assert latest <= f"{utc_now() - timedelta(minutes=15):%Y-%m-%dT%H:%M}"


async def test_what_nobody_could_read_is_refused(workspace: Workspace) -> None:
    """With what there is instead."""
    for wrong, word in (
        ({"columns": "queue,shoe_size"}, "shoe_size"),
        ({"columns": ""}, "is no column"),
        ({"date_format": "%d/%q"}, "date_format"),
        ({"date_format": "%Y\n"}, "date_format"),
        ({"separator": "xx"}, "separator"),
        ({"interval": "P1D"}, "interval"),
        ({"until": "2027-12-01T00:00:00Z"}, "93 days"),
    ):
        response = await workspace.api.get("/v1/reports/interval-history", params=DAY | wrong)
        assert_problem(response, 422, "invalid_request")
        assert word in response.text
