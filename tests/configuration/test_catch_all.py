"""A contact that no queue takes is accepted all the same: into the catch-all queue, of which every workspace has one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML
from sqlalchemy import text

from mci_router.cli import cli
from mci_router.configuration.catch_all import make_catch_all, put_beside, with_catch_all
from mci_router.settings import Settings
from mci_router.specs import QueueSpec
from tests.support.documents import small
from tests.support.problems import assert_problem
from tests.support.service import Workspace, eventually

COMPLAINT = "a formal complaint, I demand a manager"


def voice_only(**changes: Any) -> dict[str, Any]:
    """A workspace whose queues take nothing but telephone calls."""
    voice, _, fraud_desk = small()["queues"]
    return small(queues=[voice, fraud_desk | {"channels": ["voice"]}], **changes)


def queue(name: str, **more: Any) -> QueueSpec:
    return QueueSpec.model_validate({"name": name, "service_level": {"goal": 0.8, "target_s": 20}, **more})


def held(*queues: QueueSpec) -> dict[str, QueueSpec]:
    return {one.name: one for one in queues}


async def test_a_chat_that_no_queue_takes_waits_in_the_catch_all(make: Callable[..., Awaitable[Workspace]]) -> None:
    """201 and never 409; what its topic asks of an agent is in force, the reason is told, and an able agent is offered
    it.
    """
    workspace = await make(voice_only())
    contact = await workspace.post(COMPLAINT)
    assert (contact["state"], contact["route"]["queue"]) == ("queued", "catch_all")
    assert any("no queue takes chat" in reason for reason in contact["route"]["reasons"])
    assert any("billing ≥ 1" in reason for reason in contact["route"]["reasons"])
    async with workspace.desk("fred"), workspace.desk("ann") as ann:  # fred does not have the skill
        assert (await ann.expect("offer.created"))["contact"]["id"] == contact["id"]


async def test_every_door_leads_to_the_catch_all(make: Callable[..., Awaitable[Workspace]]) -> None:
    """The dry run, and the climb of a contact that automation did not help."""
    workspace = await make(voice_only())
    tried = await workspace.api.post("/v1/decisions", json={"channel": "email", "text": COMPLAINT})
    assert (tried.status_code, tried.json()["route"]["queue"]) == (200, "catch_all")
    contact = await workspace.post("I cannot sign in", topic="sign_in")
    for rung in (0, 1):
        climbed = (await workspace.api.post(f"/v1/contacts/{contact['id']}/unresolved", json={"rung": rung})).json()
    assert (climbed["state"], climbed["route"]["queue"]) == ("queued", "catch_all")


async def test_a_contact_in_the_catch_all_raises_the_alarm(
    make: Callable[..., Awaitable[Workspace]], caplog: pytest.LogCaptureFixture
) -> None:
    """On /metrics, in the report that the wallboard shows, and once in the log."""
    workspace = await make(voice_only())
    with caplog.at_level(logging.WARNING, logger="mci_router"):
        await workspace.post(COMPLAINT)
        await workspace.post(COMPLAINT)
    assert len([record for record in caplog.records if "they wait in catch_all" in record.getMessage()]) == 1
    open_there = f'mci_catch_all_open{{queue="catch_all",workspace="{workspace.name}"}} 2.0'
    assert open_there in (await workspace.api.get("/metrics")).text

    async def reported() -> list[Any]:
        found: list[Any] = (await workspace.api.get("/v1/reports/service-level")).json()["queues"]
        return found if found and found[0]["waiting"] == 2 else []

    (level,) = await eventually(reported)
    assert (level["queue"], level["catch_all"], level["waiting"]) == ("catch_all", True, 2)


async def test_a_workspace_that_has_lost_its_catch_all_takes_contacts_and_makes_it_again(
    make: Callable[..., Awaitable[Workspace]],
) -> None:
    """As one of an older release: the configuration in force supplies it, and the next change writes it down."""
    workspace = await make(voice_only())
    async with workspace.ledger() as session:
        await session.execute(
            text("DELETE FROM resources WHERE workspace_id = :id AND name = 'catch_all'"), {"id": workspace.id}
        )
        await session.execute(
            text("UPDATE workspaces SET revision = revision + 1 WHERE id = :id"), {"id": workspace.id}
        )

    async def followed() -> bool:
        return (await workspace.api.get("/v1/queues/catch_all")).status_code == 404

    await eventually(followed)
    assert (await workspace.post(COMPLAINT))["route"]["queue"] == "catch_all"
    assert (await workspace.api.put("/v1/skills/german", json={})).status_code == 200
    assert (await workspace.api.get("/v1/queues/catch_all")).json()["catch_all"] is True


async def test_the_catch_all_cannot_be_deleted_but_another_can_take_its_place(
    make: Callable[..., Awaitable[Workspace]],
) -> None:
    """409 in_use; the one that was made by itself goes when an operator names another, and what waits there is still
    served.
    """
    workspace = await make(voice_only())
    contact = await workspace.post(COMPLAINT)
    assert_problem(await workspace.api.delete("/v1/queues/catch_all"), 409, "in_use")
    leftovers = {"catch_all": True, "service_level": {"goal": 0.8, "target_s": 86_400}}  # less urgent than what waits
    assert (await workspace.api.put("/v1/queues/leftovers", json=leftovers)).status_code == 200
    assert (await workspace.api.get("/v1/queues/catch_all")).status_code == 404
    assert (await workspace.post(COMPLAINT))["route"]["queue"] == "leftovers"
    async with workspace.desk("ann") as ann:
        assert (await ann.expect("offer.created"))["contact"]["id"] == contact["id"]


async def test_a_second_catch_all_and_one_with_channels_are_refused(
    workspace: Workspace, tmp_path: Any, settings: Settings
) -> None:
    """By `apply` and by REST, with the place."""
    body = {"catch_all": True, "channels": ["chat"], "service_level": {"goal": 0.8, "target_s": 60}}
    assert_problem(await workspace.api.put("/v1/queues/leftovers", json=body), 422, "invalid_request")
    document = small()
    document["workspace"]["name"] = workspace.name
    document["queues"] += [
        {"name": name, "catch_all": True, "service_level": {"goal": 0.8, "target_s": 60}} for name in ("one", "two")
    ]
    refused = await asyncio.to_thread(apply, document, tmp_path, settings)
    assert refused.exit_code == 1
    assert "queues.4.catch_all: queue one is the catch-all already" in refused.stderr


async def test_apply_says_that_it_made_the_catch_all(tmp_path: Any, settings: Settings, workspace: Workspace) -> None:
    """Once: applied again, nothing changes."""
    document = voice_only()
    made, again = [await asyncio.to_thread(apply, document, tmp_path, settings) for _ in range(2)]
    assert "created queue catch_all" in made.output
    assert again.output.startswith("0 changed")
    async with workspace.ledger() as session:
        await session.execute(
            text("DELETE FROM workspaces WHERE name = :name"), {"name": document["workspace"]["name"]}
        )


def apply(document: dict[str, Any], directory: Any, settings: Settings) -> Any:
    file = directory / "workspace.yaml"
    with file.open("w", encoding="utf-8") as output:
        YAML().dump(document, output)
    variables = {"DATABASE_URL": settings.database_url or "", "REDIS_URL": "", "MCI_TOKEN_SECRET": ""}
    return CliRunner().invoke(cli, ["apply", str(file)], env=variables, catch_exceptions=False)


def test_a_name_that_is_taken_is_not_taken_twice() -> None:
    """An ordinary queue may be called `catch_all`: ours gets the next name, the same in every process."""
    mine = held(queue("catch_all"))
    assert make_catch_all(mine).name == "catch_all_2"
    assert set(with_catch_all(mine)) == {"catch_all", "catch_all_2"}
    assert with_catch_all(with_catch_all(mine)) == with_catch_all(mine)


def test_one_queue_is_the_catch_all_after_every_change() -> None:
    """Made if there is none, also if the only one is wanted as an ordinary queue; the newly named one takes the place
    of the former.
    """
    former, other = queue("former", catch_all=True), queue("other")
    assert put_beside(held(former), [other]) == []
    assert [made.name for made in put_beside(held(former), [queue("former")])] == ["catch_all"]
    assert put_beside(held(former, other), [queue("other", catch_all=True)]) == [queue("former")]
