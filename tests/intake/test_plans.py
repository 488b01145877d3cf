"""The statements of the hot routes find their rows by keys, also by a plan that was made while the tables were small."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from mci_router.api.parts import Parts
from mci_router.conversations import writing as messages
from mci_router.database import OF_A_LANE
from mci_router.intake import known, past, writing

LARGE = ("contacts", "cases", "customers", "message")


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def is_look_up(node: dict[str, Any]) -> bool:
    """Whether a node reads of a large table what a key names: more than a workspace, or a span of time."""
    if not str(node.get("Relation Name", "")).startswith(LARGE):
        return True
    named = [one for one in node.get("Index Cond", "").split(" AND ") if " = " in one and "workspace_id" not in one]
    return bool(named) or "customer_id = " in node.get("Filter", "")  # one of its two indexes, which look alike empty


@pytest.mark.parametrize("statement", [known.LOOK, past.LOOK_BACK, writing.WRITE, messages.WRITE])
async def test_nothing_large_is_read_as_a_whole(service: tuple[str, Parts], statement: str) -> None:
    """However small the planner believes the tables to be."""
    async with service[1].database.engine.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        async with driver.transaction():
            for name, value in OF_A_LANE.items():
                await driver.execute(f"SET LOCAL {name} = '{value}'")
            await driver.execute(f"PREPARE looked_at (jsonb) AS {statement}")
            found = await driver.fetchval("EXPLAIN (FORMAT JSON) EXECUTE looked_at ('{}')")
            await driver.execute("DEALLOCATE looked_at")
    (plan,) = json.loads(found) if isinstance(found, str) else found
    assert [node for node in nodes(plan["Plan"]) if "Index Name" in node and not is_look_up(node)] == []
    assert [node for node in nodes(plan["Plan"]) if node["Node Type"] == "Seq Scan"] == []
