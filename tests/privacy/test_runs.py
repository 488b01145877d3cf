"""Runs of workflows, and what a colleague is asked about them, are the customer's: exported and erased with it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.privacy import parting
from tests.privacy.support import cancelled
from tests.privacy.test_races import WHY, known
from tests.support.canaries import in_ledger
from tests.support.problems import assert_problem
from tests.support.receiver import receiving
from tests.support.service import Workspace, eventually
from tests.support.target import Target, running_target
from tests.webhooks.support import hook
from tests.workflows.test_approvals import decision, other_key, with_approval
from tests.workflows.test_serving import REFUND, run_of

Make = Callable[..., Awaitable[Workspace]]


async def waiting(workspace: Workspace, **whose: str) -> tuple[dict[str, Any], str]:
    """A run that waits for approval, and the task that asks for it."""
    body = {"workflow": "refund", "input": {"order": "zqxinput", "amount": 310}, **whose}
    begun = await workspace.api.post("/v1/runs", json=body)
    assert begun.status_code == 201, begun.text
    run = await run_of(workspace, begun.json()["id"], "waiting_approval")

    async def asked() -> str | None:
        items = (await workspace.api.get("/v1/contacts", params={"queue": "approvals"})).json()["items"]
        return next((one["id"] for one in items if one["context"].get("run") == run["id"]), None)

    return run, str(await eventually(asked))


async def decided(workspace: Workspace, run: dict[str, Any]) -> None:
    path, others = f"/v1/runs/{run['id']}/approval", await other_key(workspace)
    answer = await workspace.api.post(path, json=decision(run, reason="zqxreason"), headers=others)
    assert answer.status_code == 200, answer.text
    await run_of(workspace, run["id"], "succeeded")


async def free(make: Make, target: Target) -> Workspace:
    """A workspace whose refunds take any order."""
    workspace = await with_approval(make, target)
    schema = REFUND["input_schema"]
    order = {**schema["properties"], "order": {"type": "string"}}
    spec = {**REFUND, "url": target.url, "approval": {"from": 250, "currency": "USD"}}
    spec["input_schema"] = {**schema, "properties": order}
    changed = await workspace.api.put("/v1/workflows/refund", json=spec)
    assert changed.status_code == 200, changed.text
    return workspace


async def test_a_run_for_a_customer_without_a_contact_is_the_customers(make: Make) -> None:
    """Its input stands in the task by which a colleague is asked, too: in the contact, its decision, the journal and
    what webhooks were sent. While it is under way, nobody is erased.
    """
    async with running_target() as target, receiving() as receiver:
        workspace = await free(make, target)
        await hook(workspace, f"{receiver.url}/all", "all", events=["*"], in_full=True, sensitive="included")
        customer = await known(workspace)
        run, task = await waiting(workspace, customer=customer)
        assert run["customer_id"] == customer
        erase = f"/v1/customers/{customer}/erase"
        busy = assert_problem(await workspace.api.post(erase, json=WHY), 409, "customer_busy")
        assert (busy["contacts"], busy["runs"]) == ([task], [run["id"]])
        await decided(workspace, run)
        await workspace.until_state(task, "cancelled")
        assert target.called[0].data["customer"]["id"] == customer
        document = (await workspace.api.get(f"/v1/customers/{customer}/export")).json()
        assert [one["id"] for one in document["runs"]] == [run["id"]]
        assert [(one["run_id"], one["reason"]) for one in document["approvals"]] == [(run["id"], "zqxreason")]
        assert task in {one["id"] for one in document["contacts"]}
        await workspace.projected()
        assert await in_ledger(workspace, ["zqxinput"])
        erased = await workspace.api.post(erase, json=WHY)
        assert erased.json()["state"] == "erased", erased.text
        assert await in_ledger(workspace, ["zqxinput", "zqxreason"]) == []
        refused = await workspace.api.post(
            "/v1/runs", json={"workflow": "refund", "input": run["input"], "customer": erased.json()["left_id"]}
        )
        assert_problem(refused, 409, "customer_erased")
        refused = await workspace.api.post(
            "/v1/runs", json={"workflow": "refund", "input": run["input"], "contact": task}
        )
        assert_problem(refused, 409, "customer_erased")


async def test_what_was_verified_to_be_the_customers_is_exported_and_erased_with_it(make: Make) -> None:
    """Somebody wrote from another address, and an agent has made sure who it was: that case, its runs and their tasks
    are this customer's, and the one who only claimed to be somebody goes with them.
    """
    async with running_target() as target:
        workspace = await free(make, target)
        customer = await known(workspace)
        claimed = await workspace.api.post(
            "/v1/contacts",
            json={
                "channel": "chat",
                "text": "zqxclaim hello",
                "customer": {"name": "Zqxname", "email": "q@zqx.example"},
            },
        )
        contact = claimed.json()
        assert contact["customer_id"] != customer
        verified = await workspace.api.post(f"/v1/contacts/{contact['id']}/verify", json={"customer_id": customer})
        assert verified.status_code == 200, verified.text
        run, task = await waiting(workspace, contact=contact["id"])
        await decided(workspace, run)
        await workspace.until_state(task, "cancelled")
        erase = f"/v1/customers/{customer}/erase"
        busy = assert_problem(await workspace.api.post(erase, json=WHY), 409, "customer_busy")
        assert busy["contacts"] == [contact["id"]]
        await cancelled(workspace, contact["id"])
        exported = await workspace.api.get(f"/v1/customers/{customer}/export")
        assert "zqxclaim" in exported.text
        assert {contact["id"], task} <= {one["id"] for one in exported.json()["contacts"]}
        erased = await workspace.api.post(erase, json=WHY)
        assert erased.json()["state"] == "erased", erased.text
        words = ["zqxclaim", "zqxname", "q@zqx.example", "zqxinput", "zqxreason"]
        assert await in_ledger(workspace, words) == []
        assert (await workspace.contact(contact["id"]))["customer_id"] == erased.json()["left_id"]
        assert (await workspace.api.get(f"/v1/customers/{contact['customer_id']}")).status_code == 404


async def test_a_run_that_began_before_its_customer_was_verified_is_that_customers(make: Make) -> None:
    """It was for the one whose address it came from, and so is the task about it: while it is under way nobody is erased,
    or it would go on without what it was given; afterwards nothing of it is left.
    """
    async with running_target() as target:
        workspace = await free(make, target)
        customer = await known(workspace)
        contact = await workspace.post("hello", customer={"external_id": "a-company"})
        assert contact["customer_id"] != customer
        run, task = await waiting(workspace, contact=contact["id"])
        verified = await workspace.api.post(f"/v1/contacts/{contact['id']}/verify", json={"customer_id": customer})
        assert verified.status_code == 200, verified.text
        await cancelled(workspace, contact["id"])
        erase = f"/v1/customers/{customer}/erase"
        busy = assert_problem(await workspace.api.post(erase, json=WHY), 409, "customer_busy")
        assert (busy["contacts"], busy["runs"]) == ([task], [run["id"]])
        await decided(workspace, run)
        await workspace.until_state(task, "cancelled")
        exported = (await workspace.api.get(f"/v1/customers/{customer}/export")).json()
        assert {contact["id"], task} <= {one["id"] for one in exported["contacts"]}
        erased = await workspace.api.post(erase, json=WHY)
        assert erased.json()["state"] == "erased", erased.text
        assert await in_ledger(workspace, ["zqxinput", "zqxreason"]) == []


async def test_no_run_begins_for_who_is_being_erased(make: Make, service: tuple[str, Parts]) -> None:
    """It waits until the person is parted, and is refused: else it would go on while its input is taken away."""
    async with running_target() as target:
        workspace = await free(make, target)
        posted = await workspace.post("hello", customer={"external_id": "c-77"})
        await cancelled(workspace, posted["id"])
        body = {"workflow": "refund", "input": {"order": "A1234", "amount": 310}, "contact": posted["id"]}
        waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        async with workspace.ledger() as session:
            await parting.part(session, workspace.id, posted["customer_id"], "key:1", service[1].fingerprints)
            starting = asyncio.create_task(workspace.api.post("/v1/runs", json=body))

            async def waits() -> bool:
                return starting.done() or bool(await session.scalar(waiting))

            await eventually(waits, 4)
        assert_problem(await starting, 404, "not_found")


async def test_who_claimed_to_be_somebody_else_too_stays(workspace: Workspace) -> None:
    """Of a customer who has another case still, only the one goes that was verified to be the other's."""
    customer = await known(workspace)
    first, second = [
        (
            await workspace.api.post(
                "/v1/contacts",
                json={"channel": "chat", "text": said, "customer": {"email": "kim@example.org"}, "channel_ref": said},
            )
        ).json()
        for said in ("zqxfirst", "zqxsecond")
    ]
    assert first["customer_id"] == second["customer_id"]
    assert first["case_id"] != second["case_id"]
    url = f"/v1/contacts/{first['id']}/verify"
    assert (await workspace.api.post(url, json={"customer_id": customer})).status_code == 200
    await cancelled(workspace, first["id"])
    erased = await workspace.api.post(f"/v1/customers/{customer}/erase", json=WHY)
    assert erased.json()["state"] == "erased", erased.text
    assert await in_ledger(workspace, ["zqxfirst"]) == []
    assert (await workspace.contact(second["id"]))["text"] == "zqxsecond"
    assert (await workspace.api.get(f"/v1/customers/{second['customer_id']}")).status_code == 200
    async with workspace.ledger() as session:
        held = text("SELECT count(*) FROM customer_addresses WHERE customer_id = :who")
        assert await session.scalar(held, {"who": second["customer_id"]}) == 1
