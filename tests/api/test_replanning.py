"""A changed configuration reaches the contacts that wait already."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.configuration import workspace_file
from mci_router.lifecycle.lines.replanning import Replanning
from mci_router.lifecycle.rebuilding import Rebuilding
from mci_router.specs import WorkspaceFile
from tests.support.documents import small
from tests.support.problems import assert_problem
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]

FRAUD = {"skill": "fraud", "min": 2}
ROOM = {"units": 6, "channels": {"chat": 6}}


def back_office(**queue: Any) -> dict[str, Any]:
    """A queue `claims` whose topic `claim` wants fraud, and two agents: only ada knows fraud."""
    document = small()
    document["skills"].append({"name": "german"})
    claims = {"name": "claims", "position": 5, "service_level": {"goal": 0.8, "target_s": 60}, "units": 1}
    document["queues"].append(claims | queue)
    document["topics"] = [
        {"name": "claim", "title": "Claim", "touch": "high", "queue": "claims", "examples": ["I claim my money"]}
    ]
    document["articles"] = []
    document["agents"] = [
        {"name": "ada", "title": "Ada", "skills": [{"skill": "fraud", "proficiency": 3}], "capacity": ROOM},
        {"name": "bob", "title": "Bob", "skills": [{"skill": "billing", "proficiency": 3}], "capacity": ROOM},
    ]
    return document


async def change(workspace: Workspace, resource: str, **fields: Any) -> None:
    response = await workspace.api.patch(f"/v1/{resource}", json=fields)
    assert response.status_code == 200, response.text


async def claim(workspace: Workspace, **contact: Any) -> str:
    return str((await workspace.post("I claim my money", topic="claim", **contact))["id"])


async def waits(workspace: Workspace, *contacts: str) -> None:
    for contact in contacts:
        assert (await workspace.contact(contact))["state"] == "queued"


async def replanned(workspace: Workspace, contact: str) -> list[list[str]]:
    """What each replanning of the contact has changed, once there is one."""

    async def told() -> list[list[str]]:
        events = await workspace.events(contact)
        return [event["data"]["changed"] for event in events if event["type"] == "contact.replanned"]

    found: list[list[str]] = await eventually(told)
    return found


async def test_who_waited_goes_before_who_comes_right_after_the_change(make: Make) -> None:
    """The answer to the change comes when those who wait follow it."""
    document = back_office(skills=[FRAUD])
    document["agents"] = [document["agents"][1] | {"capacity": {"units": 1, "channels": {"chat": 1}}}]
    workspace = await make(document)
    async with workspace.desk("bob") as bob:
        waiting = [await claim(workspace) for _ in range(3)]
        await change(workspace, "queues/claims", skills=[])
        await claim(workspace)
        offer = await bob.expect("offer.created")
        assert offer["contact"]["id"] == waiting[0]


@pytest.mark.parametrize(
    ("queue", "topic", "resource", "fields"),
    [
        ({"skills": [FRAUD]}, {}, "queues/claims", {"skills": []}),
        ({"units": 21}, {}, "queues/claims", {"units": 1}),
        ({"tier": 3}, {}, "queues/claims", {"tier": 1}),
        (
            {"skills": [FRAUD]},
            {},
            "queues/claims",
            {
                "relaxation": [
                    {"after_s": 0.1, "lower": {"skill": "fraud", "min": 1}},
                    {"after_s": 0.2, "drop": "fraud"},
                ]
            },
        ),
        ({"skills": [FRAUD]}, {}, "queues/claims", {"overflow": [{"wait_s": 0.1, "to_queue": "desk"}]}),
        ({}, {"skills": [FRAUD]}, "topics/claim", {"skills": []}),
    ],
    ids=["skills", "units", "tier", "relaxation", "overflow", "topic"],
)
async def test_who_waits_for_nobody_is_served_by_the_new_rule_the_oldest_first(
    make: Make, queue: dict[str, Any], topic: dict[str, Any], resource: str, fields: dict[str, Any]
) -> None:
    """Bob could not serve them; he is offered them in the order in which they came."""
    document = back_office(**queue)
    document["topics"][0] |= topic
    workspace = await make(document)
    async with workspace.desk("bob") as bob:
        contacts = [await claim(workspace) for _ in range(3)]
        await waits(workspace, *contacts)
        await change(workspace, resource, **fields)
        offered = [(await bob.expect("offer.created"))["contact"]["id"] for _ in contacts]
        assert offered == contacts
        if "overflow" not in fields:
            assert len(await replanned(workspace, contacts[0])) == 1


async def test_what_a_language_asks_reaches_who_waits(make: Make) -> None:
    """German is asked, and then not any more: the contact goes to who is free."""
    document = back_office()
    document["workspace"]["language_skills"] = {"de": "german"}
    workspace = await make(document)
    async with workspace.desk("bob") as bob:
        contact = await claim(workspace, language="de")
        await waits(workspace, contact)
        document["workspace"]["language_skills"] = {}
        await applied(workspace, document)
        assert (await bob.expect("offer.created"))["contact"]["id"] == contact


async def test_due_moves_with_the_target_and_the_age_does_not(make: Make) -> None:
    """Asked within 0.2 s, then within ten minutes: answered late by the old target, it is in time by the new."""
    workspace = await make(back_office(service_level={"goal": 0.8, "target_s": 0.2}))
    contact = await claim(workspace)
    before = await workspace.contact(contact)
    await change(workspace, "queues/claims", service_level={"goal": 0.8, "target_s": 600})
    assert await replanned(workspace, contact) == [["due_at"]]

    async def moved() -> dict[str, Any] | None:
        shown = await workspace.contact(contact)
        return shown if shown["due_at"] != before["due_at"] else None

    after = await eventually(moved)
    assert seconds(before["due_at"], after["due_at"]) == pytest.approx(599.8)
    assert after["enqueued_at"] == before["enqueued_at"]
    async with workspace.desk("bob") as bob:
        offer = await bob.expect("offer.created")
        await bob.do("offer.accept", offer_id=offer["offer_id"])

    async def counted() -> dict[str, Any] | None:
        report = (await workspace.api.get("/v1/reports/service-level")).json()
        rows = [row for row in report["queues"] if row["queue"] == "claims" and row["answered"]]
        return rows[0] if rows else None

    row = await eventually(counted)
    assert (row["answered"], row["answered_in_time"]) == (1, 1)


def seconds(one: str, other: str) -> float:
    return (datetime.fromisoformat(other) - datetime.fromisoformat(one)).total_seconds()


async def test_an_offer_of_an_agent_who_loses_the_skill_goes_to_the_next(make: Make) -> None:
    """Ada is offered it; without fraud she may not accept it any more, and bob has it at once."""
    document = back_office(skills=[FRAUD])
    document["agents"][1]["skills"] = [{"skill": "fraud", "proficiency": 2}]
    workspace = await make(document)
    async with workspace.desk("ada") as ada:
        contact = await claim(workspace)
        offer = await ada.expect("offer.created")
        async with workspace.desk("bob") as bob:
            await change(workspace, "agents/ada", skills=[])
            assert (await ada.expect("offer.revoked"))["offer_id"] == offer["offer_id"]
            refused = await ada.do("offer.accept", offer_id=offer["offer_id"])
            assert refused["problem"]["type"].endswith("offer_gone")
            taken = await bob.expect("offer.created")
            assert taken["contact"]["id"] == contact
            assert (await bob.do("offer.accept", offer_id=taken["offer_id"])).get("problem") is None


async def test_a_conversation_goes_on_and_a_transfer_keeps_what_it_dropped(make: Make) -> None:
    """Ada keeps what she serves although the queue wants billing now. What was sent to another queue without its
    topic's skills does not get them back by a change.
    """
    document = back_office(skills=[FRAUD])
    document["topics"][0]["skills"] = [{"skill": "fraud", "min": 3}]
    workspace = await make(document)
    async with workspace.desk("ada") as ada:
        served, sent = await claim(workspace), await claim(workspace)
        for _ in (served, sent):
            offer = await ada.expect("offer.created")
            await ada.do("offer.accept", offer_id=offer["offer_id"])
        await workspace.until_state(sent, "assigned")
        moved = await workspace.api.post(
            f"/v1/contacts/{sent}/transfer", json={"queue": "desk", "reason": "for the desk"}
        )
        assert moved.status_code == 200, moved.text
        await change(workspace, "queues/claims", skills=[{"skill": "billing", "min": 1}])
        assert await replanned(workspace, served) == [["requirement"]]
        assert (await workspace.contact(served))["state"] == "assigned"
        async with workspace.desk("bob") as bob:
            await change(workspace, "queues/desk", skills=[{"skill": "billing", "min": 1}])
            assert (await bob.expect("offer.created"))["contact"]["id"] == sent


async def test_a_warm_transfer_looks_by_the_new_rule_of_the_queue_it_goes_to(
    make: Make, service: tuple[str, Parts]
) -> None:
    """Also after a rebuild of the live state; who accepts has it by that rule."""
    document = back_office()
    document["queues"].append(
        {"name": "law", "service_level": {"goal": 0.8, "target_s": 60}, "skills": [{"skill": "german", "min": 1}]}
    )
    document["agents"][0]["skills"].append({"skill": "german", "proficiency": 3})
    workspace, parts = await make(document), service[1]
    async with workspace.desk("ada") as ada:
        contact = await claim(workspace)
        offer = await ada.expect("offer.created")
        await ada.do("offer.accept", offer_id=offer["offer_id"])
        goes_to = {"queue": "law", "warm": True, "reason": "a lawyer"}
        passed = await workspace.api.post(f"/v1/contacts/{contact}/transfer", json=goes_to)
        assert passed.status_code == 200, passed.text
        await change(workspace, "queues/law", skills=[{"skill": "fraud", "min": 5}], units=2)
        assert await replanned(workspace, contact) == [["requirement", "units"]]
        await Rebuilding(parts.database, parts.engine, parts.snapshots).again(workspace.id)
        live = await parts.engine.contact(workspace.id, contact)
        assert live is not None
        assert (live.line, live.to_line) == ("claims|chat|1|", "law|chat|2|fraud:5")
        async with workspace.desk("bob") as bob:
            await change(workspace, "queues/law", skills=[])
            taken = await bob.expect("offer.created")
            assert (await bob.do("offer.accept", offer_id=taken["offer_id"])).get("problem") is None
            assert (await workspace.contact(contact))["queue"] == "law"


async def test_a_new_place_outlives_the_live_state(make: Make, service: tuple[str, Parts]) -> None:
    """Rebuilt from the ledger, the contact waits by the new rule."""
    workspace = await make(back_office(skills=[FRAUD], units=21))
    contact = await claim(workspace)
    await change(workspace, "queues/claims", skills=[], units=1, tier=2)
    await replanned(workspace, contact)
    parts = service[1]
    await Rebuilding(parts.database, parts.engine, parts.snapshots).again(workspace.id)
    live = await parts.engine.contact(workspace.id, contact)
    assert live is not None
    assert live.line == "claims|chat|1|tier:2"


async def test_a_skill_that_somebody_waits_for_is_replaced_or_stays(make: Make) -> None:
    """Deleting it is refused with how many ask for it; with `replace_by` they ask for that, and are served."""
    workspace = await make(back_office())
    async with workspace.desk("bob") as bob:
        asked = [{"skill": "german", "min": 2}]
        waiting = [await claim(workspace, skills=asked) for _ in range(2)]
        await waits(workspace, *waiting)
        problem = assert_problem(await workspace.api.delete("/v1/skills/german"), 409, "skill_waited_for")
        assert problem["waiting"] == 2
        assert_problem(await workspace.api.delete("/v1/skills/german?replace_by=dutch"), 422, "unknown_skill")
        assert_problem(await workspace.api.delete("/v1/skills/german?replace_by=german"), 422, "unknown_skill")
        assert_problem(await workspace.api.delete("/v1/skills/fraud?replace_by=billing"), 409, "in_use")
        assert (await workspace.api.get("/v1/skills/german")).status_code == 200
        response = await workspace.api.delete("/v1/skills/german?replace_by=billing")
        assert response.status_code == 204, response.text
        assert [(await bob.expect("offer.created"))["contact"]["id"] for _ in waiting] == waiting
        assert (await workspace.contact(waiting[0]))["state"] == "offered"
    assert_problem(
        await workspace.api.post("/v1/contacts", json={"channel": "chat", "text": "x", "skills": asked}),
        422,
        "unknown_skill",
    )


async def applied(workspace: Workspace, document: dict[str, Any]) -> None:
    """Applies a document to the workspace as `mci-router apply` does, elsewhere."""
    document = {**document, "workspace": {**document["workspace"], "name": workspace.name}}
    async with workspace.ledger() as session:
        await workspace_file.apply(session, WorkspaceFile.model_validate(document))


async def test_a_skill_that_goes_while_a_pass_ends_is_replaced_by_the_next(
    workspace: Workspace, service: tuple[str, Parts]
) -> None:
    """The end of a pass forgets what it has replaced itself: nothing that came in meanwhile, nor a skill that its own
    configuration still has, since that went with the next one.
    """
    parts = service[1]
    snapshot, passes = (
        await parts.snapshots.get(workspace.id),
        Replanning(parts.database, parts.engine, parts.snapshots, again_after_s=0),
    )
    begun = text("UPDATE replanning SET done = 0, replaced = CAST(:gone AS jsonb) WHERE workspace_id = :w")
    meanwhile = text("UPDATE replanning SET replaced = CAST(:gone AS jsonb) WHERE workspace_id = :w")
    known = next(iter(snapshot.skills))
    for before, during, left in (
        ({}, {}, {}),
        ({"former": None}, {"former": None}, {}),
        ({}, {"former": None}, {"former": None}),
        ({known: None}, {known: None}, {known: None}),
    ):
        one = None
        while one is None:  # the service's own loop may be first
            await eventually(partial(_done, workspace, snapshot.revision))
            async with workspace.database.transaction() as session:
                await session.execute(begun, {"w": workspace.id, "gone": json.dumps(before)})
            one = await passes._begin(snapshot)
        async with workspace.database.transaction() as session:
            await session.execute(meanwhile, {"w": workspace.id, "gone": json.dumps(during)})
        await passes._end(one if one.last else replace(one, last=True))
        async with workspace.database.reading() as session:
            query = text("SELECT done, replaced FROM replanning WHERE workspace_id = :w")
            assert tuple((await session.execute(query, {"w": workspace.id})).one()) == (snapshot.revision, left)


async def _done(workspace: Workspace, revision: int) -> bool:
    async with workspace.database.reading() as session:
        done = text("SELECT done = :r AND again_at IS NULL FROM replanning WHERE workspace_id = :w")
        return bool(await session.scalar(done, {"w": workspace.id, "r": revision}))
