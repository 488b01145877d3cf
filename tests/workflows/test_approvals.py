"""Approval: a run that moves much waits for a person with other eyes, and is called once for what was approved."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import text

from mci_router.access.keys import Scope, make_key
from mci_router.vocabulary import Trust
from tests.support.documents import small
from tests.support.problems import assert_problem
from tests.support.service import Workspace, eventually
from tests.support.target import Target, running_target
from tests.workflows.test_serving import REFUND, SAM, messages, run_of

Make = Callable[..., Awaitable[Workspace]]
APPROVAL = {"from": 250.00, "currency": "USD"}
LARGE = {"order": "A1234", "amount": 310}


async def with_approval(make: Make, target: Target, **approval: Any) -> Workspace:
    """A workspace whose refunds wait for approval from $250 on, with a queue for that and a second agent in it."""
    document = small(workflows=[{**REFUND, "url": target.url, "approval": {**APPROVAL, **approval}}])
    queue = {"name": "approvals", "position": 90, "channels": ["task"], "units": 1, "wrap_up_s": 0}
    document["queues"] = [*document["queues"], {**queue, "service_level": {"goal": 0.8, "target_s": 600}}]
    for agent in document["agents"]:
        agent["capacity"]["channels"]["task"] = 2
    workspace = await make(document)
    assert (await workspace.api.post("/v1/workflows/refund/rotate-secret")).status_code == 200
    return workspace


async def started(workspace: Workspace, **given: Any) -> dict[str, Any]:
    """A run that a key has started for a customer's contact."""
    contact = await workspace.post(topic="complaint", customer=SAM)
    body = {"workflow": "refund", "input": {**LARGE, **given}, "contact": contact["id"]}
    answer = await workspace.api.post("/v1/runs", json=body)
    assert answer.status_code == 201, answer.text
    run: dict[str, Any] = answer.json()
    return run


async def other_key(workspace: Workspace) -> dict[str, str]:
    """The header of a key that may approve, and is not the one that started the run."""
    async with workspace.database.transaction() as session:
        scopes = [Scope.RUNS_APPROVE, Scope.RUNS_READ]
        _, key = await make_key(session, workspace.id, "approver", scopes, Trust.VERIFIED)
    return {"Authorization": f"Bearer {key}"}


def decision(run: dict[str, Any], what: str = "approve", **more: Any) -> dict[str, Any]:
    return {"decision": what, "input_hash": run["input_hash"], **more}


async def test_below_the_amount_nobody_is_asked(make: Make) -> None:
    """To the cent; from the amount on a person is, by a task in the queue for that, which names the amount."""
    async with running_target() as target:
        workspace = await with_approval(make, target)
        for amount in (249.99, 20):
            below = await started(workspace, amount=amount)
            assert (await run_of(workspace, below["id"], "succeeded"))["approved_at"] is None, amount
        at = await run_of(workspace, (await started(workspace, amount=250))["id"], "waiting_approval")

        async def asked() -> list[dict[str, Any]]:
            items = (await workspace.api.get("/v1/contacts", params={"queue": "approvals"})).json()["items"]
            return list(items)

        (task,) = await eventually(asked)
        assert (task["channel"], task["subject"], task["visibility"]) == ("task", "Approve: Refund 250 USD", "private")
        assert task["context"]["run"] == at["id"]
        assert len(target.called) == 2


async def test_two_decide_at_once_and_one_does(make: Make) -> None:
    """Not who has started it, and not about an input that is another now; what was approved is called once."""
    async with running_target() as target:
        workspace = await with_approval(make, target)
        run = await run_of(workspace, (await started(workspace))["id"], "waiting_approval")
        path, others = f"/v1/runs/{run['id']}/approval", await other_key(workspace)
        assert_problem(await workspace.api.post(path, json=decision(run)), 403, "other_eyes")
        wrong = {**decision(run), "input_hash": "0" * 64}
        assert_problem(await workspace.api.post(path, json=wrong, headers=others), 409, "approval_void")
        assert_problem(
            await workspace.api.post(path, json=decision(run, "decline"), headers=others), 422, "invalid_request"
        )
        answers = await asyncio.gather(
            *(
                workspace.api.post(path, json=decision(run, what, reason="looked at it"), headers=others)
                for what in ("approve", "approve", "approve", "decline")
            )
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
        done = await run_of(workspace, run["id"], "succeeded", "failed")
        assert len(target.called) == (done["state"] == "succeeded")
        entries = (await workspace.api.get("/v1/audit")).json()["items"]
        assert [one["action"] for one in entries if one["action"] in ("run.approved", "run.declined")] == [
            "run.approved" if done["state"] == "succeeded" else "run.declined"
        ]


async def test_a_changed_input_voids_what_was_approved(make: Make) -> None:
    """Whoever has changed it in the ledger itself: it is not called, and a person is asked again."""
    async with running_target() as target:
        workspace = await with_approval(make, target)
        run = await run_of(workspace, (await started(workspace))["id"], "waiting_approval")
        async with workspace.database.transaction() as session:
            change = text("UPDATE workflow_runs SET input = jsonb_set(input, '{amount}', '4000') WHERE id = :run")
            await session.execute(change, {"run": run["id"]})
        path, others = f"/v1/runs/{run['id']}/approval", await other_key(workspace)
        refused = await workspace.api.post(path, json=decision(run), headers=others)
        assert_problem(refused, 409, "approval_void")
        assert not target.called


async def test_what_nobody_approves_in_time_goes_to_a_person(make: Make) -> None:
    """The contact that automation served waits for an agent, and the task is withdrawn."""
    async with running_target() as target:
        workspace = await with_approval(make, target, expires_s=0.5)
        contact = await workspace.post(topic="sign_in", context=LARGE, customer=SAM)
        run = await run_of(workspace, contact["route"]["workflow"]["run"], "failed")
        assert run["why"] == "not_approved"
        assert (await workspace.until_state(contact["id"], "queued"))["outcome"] == "agent"

        async def withdrawn() -> bool:
            items = (await workspace.api.get("/v1/contacts", params={"queue": "approvals"})).json()["items"]
            return [one["state"] for one in items] == ["cancelled"]

        assert await eventually(withdrawn)
        assert not target.called


async def test_a_task_is_withdrawn_where_its_contact_goes_on_without_the_run(make: Make) -> None:
    """Nobody is to look at what is not done any more; the customer hears nothing of it."""
    async with running_target() as target:
        workspace = await with_approval(make, target)
        contact = await workspace.post(topic="sign_in", context=LARGE, customer=SAM)
        run = await run_of(workspace, contact["route"]["workflow"]["run"], "waiting_approval")

        async def states() -> list[str]:
            items = (await workspace.api.get("/v1/contacts", params={"queue": "approvals"})).json()["items"]
            return [one["state"] for one in items]

        await eventually(states)
        said = await messages(workspace, contact)
        assert (await workspace.api.post(f"/v1/contacts/{contact['id']}/unresolved")).status_code == 200

        async def withdrawn() -> bool:
            return await states() == ["cancelled"]

        assert await eventually(withdrawn)
        assert (await run_of(workspace, run["id"], "failed"))["why"] == "left"
        assert await messages(workspace, contact) == said
        assert not target.called


async def test_an_agent_approves_what_another_agent_has_started(make: Make) -> None:
    """The one who serves the customer starts the run, sees its steps, and cannot approve it; a colleague can."""
    async with running_target() as target:
        workspace = await with_approval(make, target)
        async with workspace.desk("ann") as ann:
            contact = await workspace.post("these fees are wrong", topic="complaint", customer=SAM)
            offer = await ann.expect("offer.created")
            await ann.do("offer.accept", offer_id=offer["offer_id"])
            listed = await ann.do("run.list", contact_id=contact["id"])
            assert [(one["name"], one["approval"]["from"]) for one in listed["workflows"]] == [("refund", 250)]
            start = {"contact_id": contact["id"], "workflow": "refund", "client_id": "r-1"}
            wrong = await ann.do("run.start", **start, input={"order": "A1234"})
            assert wrong["problem"]["type"].endswith("input_refused")
            run = (await ann.do("run.start", **start, input=LARGE))["run"]
            assert (await ann.do("run.start", **start, input=LARGE))["run"]["id"] == run["id"]
            task = await ann.expect("offer.created")
            await ann.do("offer.accept", offer_id=task["offer_id"])
            asked = task["contact"]["id"]
            about = (await ann.do("run.list", contact_id=asked))["approves"]
            assert (about["id"], about["amount"], about["currency"]) == (run["id"], 310, "USD")
            mine = {"contact_id": asked, "run_id": run["id"], "input_hash": about["input_hash"]}
            refused = await ann.do("run.approve", **mine)
            assert refused["problem"]["type"].endswith("other_eyes")
            moved = await workspace.api.post(
                f"/v1/contacts/{asked}/transfer", json={"agent": "fred", "reason": "other eyes", "force": True}
            )
            assert moved.status_code in (200, 409), moved.text
            async with workspace.desk("fred") as fred:
                if moved.status_code == 409:
                    await workspace.api.post(f"/v1/contacts/{asked}/transfer", json={"agent": "fred", "reason": "eyes"})
                passed = await fred.expect("offer.created")
                await fred.do("offer.accept", offer_id=passed["offer_id"])
                approved = await fred.do("run.approve", **mine)
                assert approved["run"]["approved_by"] == "agent:fred"
            done = await run_of(workspace, run["id"], "succeeded")
            seen = (await ann.do("run.list", contact_id=contact["id"]))["runs"][0]
            assert (seen["state"], seen["message"], seen["steps"][0]["name"]) == ("succeeded", done["message"], "paid")
    assert len(target.called) == 1


async def test_what_is_declined_goes_to_a_person_at_once(make: Make) -> None:
    """The run has failed with that word, is never called, and its contact waits for an agent."""
    async with running_target() as target:
        workspace = await with_approval(make, target)
        contact = await workspace.post(topic="sign_in", context=LARGE, customer=SAM)
        run = await run_of(workspace, contact["route"]["workflow"]["run"], "waiting_approval")
        no = decision(run, "decline", reason="not this customer's order")
        answer = await workspace.api.post(f"/v1/runs/{run['id']}/approval", json=no)
        assert (answer.status_code, answer.json()["why"]) == (200, "declined")
        assert (await workspace.until_state(contact["id"], "queued"))["outcome"] == "agent"
        assert not target.called
