"""The rungs of the ladders compared: what each settles of a topic, and what that costs."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.api.test_result_reports import SIGN_IN, act, completed
from tests.insight.results import judged, older
from tests.support.documents import small
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]
PERIOD = {"since": "2026-10-20T00:00:00Z"}


async def test_each_rung_has_its_share_its_time_and_its_cost(make: Make) -> None:
    """An article costs nothing, an agent the handle time; a queue without a price makes the cost unknown, not nought."""
    document = small()
    document["workspace"]["currency"] = "EUR"
    for queue in document["queues"]:
        queue["cost_per_hour"] = 36.0
    workspace = await make(document)
    people = [{"email": f"p{number}@example.com"} for number in range(3)]
    settled = await workspace.post(SIGN_IN, customer=people[0])
    await act(workspace, settled["id"], "resolve")
    helpless = [await workspace.post(SIGN_IN, customer=one) for one in people[1:]]
    async with workspace.desk("ann") as ann:
        for contact in helpless:
            await act(workspace, contact["id"], "unresolved")
            await completed(workspace, ann, contact["id"])
    await older(workspace, [settled["id"], *(one["id"] for one in helpless)], timedelta(days=9))
    rows = await report(workspace)
    assert [(row["topic"], row["outcome"], row["served"]) for row in rows] == [
        ("sign_in", "agent", 2),
        ("sign_in", "automation", 3),
    ]
    agent, automation = rows
    assert (agent["settled"]["share"], agent["settled"]["n"], agent["settled"]["measured"]) == (1.0, 2, False)
    assert (automation["settled"]["share"], automation["settled"]["n"]) == (pytest.approx(1 / 3, abs=1e-4), 3)
    assert (automation["cost"], automation["cost_per_settled"]) == (0.0, 0.0)
    assert agent["cost"] is not None
    assert agent["cost_per_settled"] == pytest.approx(agent["cost"] / 2, abs=1e-4)
    assert agent["time_s"] >= 0
    for queue in document["queues"]:
        queue.pop("cost_per_hour")
        answer = await workspace.api.put(f"/v1/queues/{queue['name']}", json=queue)
        assert answer.status_code == 200, answer.text
    agent, automation = await report(workspace)
    assert (agent["cost"], automation["cost"]) == (None, 0.0)


async def report(workspace: Workspace) -> list[dict[str, Any]]:
    await judged(workspace)
    answer = await workspace.api.get("/v1/reports/ladder", params=PERIOD)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["currency"], found["suggestions"]) == ("EUR", [])
    rows: list[dict[str, Any]] = found["rows"]
    return rows
