"""Who makes a pass of replanning, and what is left of one whose process died."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from mci_router.api.parts import Parts
from mci_router.clock import utc_now
from mci_router.lifecycle.lines.new_places import existing_skills
from mci_router.models import Contact, ReplanningProgress
from tests.support.documents import small
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]


async def progress(workspace: Workspace) -> ReplanningProgress | None:
    async with workspace.database.transaction() as session:
        return await session.get(ReplanningProgress, workspace.id)


async def settled(workspace: Workspace) -> ReplanningProgress:
    """The progress, once both passes of the newest revision are over."""

    async def over() -> ReplanningProgress | None:
        known = await progress(workspace)
        return known if known and 0 < known.done == known.revision and known.again_at is None else None

    found: ReplanningProgress = await eventually(over)
    return found


def skilled(document: dict[str, Any], skills: list[dict[str, Any]]) -> dict[str, Any]:
    desk = next(queue for queue in document["queues"] if queue["name"] == "desk")
    desk["skills"] = skills
    return document


async def test_the_pass_of_a_process_that_died_is_made_by_another(make: Make, service: tuple[str, Parts]) -> None:
    """While its lease runs nobody else begins; then all have their places, those it had come to, too."""
    workspace = await make(skilled(small(), [{"skill": "fraud", "min": 5}]))
    contacts = [(await workspace.post("a formal complaint", topic="complaint"))["id"] for _ in range(3)]
    for contact in contacts:
        await workspace.until_state(contact, "queued")
    before, billing = await settled(workspace), {"skill": "billing", "min": 1}
    async with workspace.database.transaction() as session:
        row = await session.get_one(ReplanningProgress, workspace.id, with_for_update=True)
        row.holder, row.held_until = "dead", utc_now() + timedelta(seconds=1)
        row.revision, row.changed = before.revision + 1, ["queue:desk"]
    response = await workspace.api.patch("/v1/queues/desk", json={"skills": [], "units": 3})
    assert response.status_code == 200, response.text
    until = asyncio.get_running_loop().time() + 0.5
    while asyncio.get_running_loop().time() < until:
        assert await requirements(workspace) == [[billing, {"skill": "fraud", "min": 5}]] * 3
        await asyncio.sleep(0.1)

    async def placed() -> bool:
        return await requirements(workspace) == [[billing]] * 3

    await eventually(placed)
    lines = [live.line for live in await service[1].engine.contacts(workspace.id, contacts) if live]
    assert lines == ["desk|chat|3|billing:1"] * 3
    assert (await settled(workspace)).changed == []


async def requirements(workspace: Workspace) -> list[list[dict[str, Any]]]:
    async with workspace.database.transaction() as session:
        return list(await session.scalars(select(Contact.requirement).where(Contact.workspace_id == workspace.id)))


async def test_a_change_that_is_taken_back_at_once_leaves_nobody_behind(workspace: Workspace) -> None:
    """Between the passes of the first change comes the second: by both together, nothing has changed."""
    contact = (await workspace.post("a formal complaint, I demand a manager", topic="complaint"))["id"]
    await workspace.until_state(contact, "queued")
    await settled(workspace)
    (before,) = await requirements(workspace)
    for skills in ([{"skill": "fraud", "min": 5}], before):
        response = await workspace.api.patch("/v1/topics/complaint", json={"skills": skills})
        assert response.status_code == 200, response.text

        async def asks(skills: list[dict[str, Any]] = skills) -> bool:
            return await requirements(workspace) == [skills]

        await eventually(asks)


async def test_what_places_do_not_depend_on_concerns_nobody(workspace: Workspace) -> None:
    contact = (await workspace.post("a formal complaint, I demand a manager", topic="complaint"))["id"]
    await workspace.until_state(contact, "queued")
    before = await settled(workspace)
    response = await workspace.api.patch("/v1/topics/complaint", json={"title": "Complaints"})
    assert response.status_code == 200, response.text

    async def over() -> bool:
        return (await settled(workspace)).done == before.done + 1

    await eventually(over)
    assert (await settled(workspace)).rules == before.rules


def test_a_skill_that_was_replaced_twice_is_asked_by_its_last_name() -> None:
    """The highest minimum counts where two become one; what is gone, or replaced in a circle, is not asked."""
    asked = [{"skill": name, "min": least} for name, least in (("a", 2), ("b", 3), ("c", 1), ("x", 5), ("gone", 1))]
    replaced = {"a": "b", "b": "c", "x": "y", "y": "x", "gone": None}
    assert existing_skills(asked, replaced, {"c"}) == [{"skill": "c", "min": 3}]
