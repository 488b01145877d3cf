"""Titles: what people read in place of names."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.support.documents import small
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]


def titled() -> dict[str, Any]:
    """The small workspace, one queue of which has a title."""
    document = small()
    document["queues"][0]["title"] = "Calls in person"
    return document


async def test_each_name_has_the_title_that_people_read(make: Make) -> None:
    """A queue without a title has its name as words: no page has to show a slug."""
    workspace = await make(titled())
    titles = (await workspace.api.get("/v1/titles")).json()
    assert titles["queues"]["voice"] == "Calls in person"
    assert titles["queues"]["fraud_desk"] == "Fraud desk"
    assert titles["topics"]["sign_in"] == "Cannot sign in"
    assert set(titles) == {"queues", "topics", "agents", "activities", "surveys"}
    configured = (await workspace.api.get("/v1/agents")).json()["items"]
    assert titles["agents"] == {agent["name"]: agent["title"] for agent in configured}


async def test_two_agents_of_one_title_are_told_apart(make: Make) -> None:
    """A supervisor's table would otherwise have two rows of the same person."""
    document = titled()
    first = document["agents"][0]
    document["agents"].append({**first, "name": f"{first['name']}_2"})
    workspace = await make(document)
    agents = (await workspace.api.get("/v1/titles")).json()["agents"]
    assert agents[first["name"]] == f"{first['title']} ({first['name']})"
    assert agents[f"{first['name']}_2"] == f"{first['title']} ({first['name']}_2)"


async def test_another_workspace_has_its_own(make: Make) -> None:
    """Nothing of one workspace is named to another."""
    await make(titled())
    other = await make()
    assert "Calls in person" not in (await other.api.get("/v1/titles")).text
