"""Rules of workflows: limits that no rush passes, circuits, identity, approval, and what a schema may be."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.errors import DatabaseUnavailable
from mci_router.models import WorkflowRun
from mci_router.specs import WorkflowSpec
from tests.support.documents import small
from tests.support.rows import every
from tests.support.service import Workspace, eventually
from tests.support.target import Called, Target, reply, running_target
from tests.workflows.test_serving import KNOWN, REFUND, SAM, messages, run_of, with_workflow

Make = Callable[..., Awaitable[Workspace]]
RUN = {"workflow": "refund", "input": KNOWN}


async def started(workspace: Workspace, **more: Any) -> dict[str, Any]:
    answer = await workspace.api.post("/v1/runs", json={**RUN, **more})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_no_rush_passes_a_limit(make: Make) -> None:
    """Of runs that begin at once no more than the limit are called; the others are passed over, with the word."""
    async with running_target() as target:
        workspace, _ = await with_workflow(make, target, limits={"per_workspace_day": 3}, timeout_s=5)
        runs = await asyncio.gather(*(started(workspace) for _ in range(12)))
        ended = [await run_of(workspace, run["id"], "succeeded", "failed") for run in runs]
        assert sorted((run["state"], run["why"]) for run in ended) == [
            *[("failed", "over_limit_workspace")] * 9,
            *[("succeeded", None)] * 3,
        ]
        assert sum(target.moved.values()) == 3
        refused = await workspace.api.post("/v1/runs", json={**RUN, "input": {"order": "B1", "amount": 1}})
        assert (refused.status_code, refused.json()["errors"][0]["where"]) == (422, "body.input.order")


async def test_a_customers_limit_is_the_customers_own(make: Make) -> None:
    """Whoever starts it: automation and an agent share the limit."""
    async with running_target() as target:
        workspace, _ = await with_workflow(make, target, limits={"per_customer_day": 1}, timeout_s=5, mode="sync")
        first = await workspace.post(topic="sign_in", context=KNOWN, customer=SAM)
        assert first["state"] == "resolved"
        without = await workspace.api.post("/v1/runs", json=RUN)
        assert (without.status_code, without.json()["why"]) == (409, "no_contact")
        again = await started(workspace, contact=first["id"])
        assert (await run_of(workspace, again["id"], "failed"))["why"] == "over_limit_customer"
        other = await workspace.post(topic="sign_in", context=KNOWN, customer={"external_id": "c-78"})
        assert (other["state"], sum(target.moved.values())) == ("resolved", 2)


async def test_a_target_that_fails_is_left_alone_and_tried_again(make: Make) -> None:
    """While its circuit is open the rung is passed over at once, with the reason; one call tries it, and closes it."""

    async def broken(target: Target, called: Called, writer: asyncio.StreamWriter) -> None:
        await reply(writer, 500)

    async with running_target(broken) as target:
        circuit = {"failures": 2, "open_s": 3_600}
        workspace, _ = await with_workflow(make, target, circuit=circuit, mode="sync", timeout_s=5)
        for _ in range(2):
            await run_of(workspace, (await started(workspace))["id"], "unknown")
        skipped = await started(workspace)
        assert (await run_of(workspace, skipped["id"], "failed"))["why"] == "circuit_open"
        answer = await workspace.post(topic="sign_in", context=KNOWN, customer=SAM)
        assert answer["route"]["answer"]["kind"] == "article"
        assert any("refund is passed over: its target fails" in reason for reason in answer["route"]["reasons"])
        assert len(target.called) == 2
        assert workspace.engine
        ahead = str(10**15)  # as if the time were over: the function takes a clock
        reply_ = await workspace.engine.client.fcall(
            "begin_call", 1, f"mci:{{{workspace.id}}}", "", ahead, "refund", "one", "60000"
        )
        second = await workspace.engine.client.fcall(
            "begin_call", 1, f"mci:{{{workspace.id}}}", "", ahead, "refund", "two", "60000"
        )
        assert '"ok"' in reply_
        assert '"open"' in second
        await workspace.engine.end_call(workspace.id, "refund", "one", healthy=True, failures=2, open_s=60)
        assert await workspace.engine.begin_call(workspace.id, "refund", "three", trial_s=1) is None


async def test_who_is_not_sure_to_be_the_customer_is_passed_over(make: Make) -> None:
    """Below the identity that it takes the rung goes on to the article, with the reason; so it does in public."""
    async with running_target() as target:
        workspace, _ = await with_workflow(make, target, identity="authenticated")
        answer = await workspace.post(
            topic="sign_in", context=KNOWN, customer={"email": "sam@example.com", "trust": "claimed"}
        )
        assert answer["route"]["workflow"] is None
        assert any("takes a customer who is authenticated" in reason for reason in answer["route"]["reasons"])
        refused = await workspace.api.post("/v1/runs", json={**RUN, "contact": answer["id"]})
        assert (refused.status_code, refused.json()["why"]) == (409, "identity")
        unsure = await workspace.post(topic="sign_in", context={}, customer={**SAM, "trust": "verified"}, channel="sms")
        assert any("the channel cannot ask" in reason for reason in unsure["route"]["reasons"])
        assert not target.called


async def test_from_an_amount_on_a_person_has_to_agree(make: Make) -> None:
    """Below it the run goes by itself; from it on it waits, bound to its input, and is not called."""
    async with running_target() as target:
        approval = {"from": 250.0, "currency": "USD", "field": "amount"}
        workspace, _ = await with_workflow(make, target, approval=approval, timeout_s=5)
        small_one = await run_of(workspace, (await started(workspace))["id"], "succeeded")
        assert (small_one["amount"], small_one["currency"]) == (20, "USD")
        large = await started(workspace, input={**KNOWN, "amount": 250.0})
        waits = await run_of(workspace, large["id"], "waiting_approval")
        assert (waits["amount"], len(target.called)) == (250, 1)
        assert waits["input_hash"] != small_one["input_hash"]

        async def waited_for() -> bool:
            async with workspace.database.transaction() as session:
                late = text("UPDATE workflow_runs SET due_at = now() WHERE id = :id AND followed RETURNING id")
                return await session.scalar(late, {"id": large["id"]}) is not None

        await eventually(waited_for)
        assert (await run_of(workspace, large["id"], "failed"))["why"] == "not_approved"
        shown = (await workspace.api.get("/v1/workflows/refund")).json()
        assert shown["approval"]["from"] == 250.0


async def test_a_customer_who_asks_for_a_person_gets_one_and_the_run_ends(make: Make) -> None:
    """What was not called ends with the rung; an answer that never fits goes to a person, too."""
    async with running_target() as target:
        workspace, _ = await with_workflow(make, target, ask_tries=2)
        answer = await workspace.post(topic="sign_in", customer=SAM)
        run = answer["route"]["workflow"]["run"]
        moved = await workspace.api.post(f"/v1/contacts/{answer['id']}/unresolved", json={})
        assert moved.status_code == 200, moved.text
        assert (await run_of(workspace, run, "failed"))["why"] == "left"
        other = await workspace.post(topic="sign_in", customer={"external_id": "c-79"})
        for said in ("blue", "green"):
            path = f"/v1/contacts/{other['id']}/messages"
            assert (await workspace.api.post(path, json={"kind": "customer", "text": said})).status_code == 201
        assert (await run_of(workspace, other["route"]["workflow"]["run"], "failed"))["why"] == "no_fitting_answer"
        await workspace.until_state(other["id"], "queued")
        assert not target.called


async def test_what_an_input_has_of_secrets_is_masked(make: Make) -> None:
    """As in messages: a card's number never reaches the run, nor its target's words the ledger."""

    async def quotes(target: Target, called: Called, writer: asyncio.StreamWriter) -> None:
        await reply(writer, 200, {"status": "failed", "message": "Card 4111 1111 1111 1111 was refused."})

    flow = {**REFUND, "input_schema": {"type": "object", "properties": {"note": {"type": "string"}}}, "ask": []}
    async with running_target(quotes) as target:
        workspace = await make(small(workflows=[{**flow, "url": target.url, "timeout_s": 5}]))
        await workspace.api.post("/v1/workflows/refund/rotate-secret")
        run = await started(workspace, input={"note": "my card is 4111 1111 1111 1111"})
        ended = await run_of(workspace, run["id"], "failed")
        assert "4111 1" not in str(ended)
        assert "4111 1" not in target.called[0].body.decode()


async def test_a_slow_target_keeps_only_its_own_runs_waiting(make: Make) -> None:
    """More of them than a process calls at once: another workflow goes on beside them."""
    free = asyncio.Event()

    async def slow(target: Target, called: Called, writer: asyncio.StreamWriter) -> None:
        await free.wait()
        await reply(writer, 200, {"status": "succeeded"})

    async with running_target(slow) as stuck, running_target() as quick:
        flows = [
            {"name": name, "title": name, "url": target.url, "timeout_s": 30}
            for name, target in (("slow", stuck), ("quick", quick))
        ]
        workspace = await make(small(workflows=flows))
        for flow in flows:
            await workspace.api.post(f"/v1/workflows/{flow['name']}/rotate-secret")
        waiting = [(await workspace.api.post("/v1/runs", json={"workflow": "slow"})).json()["id"] for _ in range(20)]
        other = (await workspace.api.post("/v1/runs", json={"workflow": "quick"})).json()["id"]
        await run_of(workspace, other, "succeeded")
        states = [(await run_of(workspace, run))["state"] for run in waiting]
        assert sorted(states) == ["pending"] * 12 + ["running"] * 8
        free.set()
        for run in waiting:
            await run_of(workspace, run, "succeeded")


async def test_a_question_that_could_not_be_asked_is_asked_later(
    make: Make, service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a process dies before it: another asks; and the customer may object where the rung gives time for it."""
    runs, tried = service[1].workflows.runs, []
    asking = runs.ask

    async def fails_once(run: WorkflowRun) -> float:
        tried.append(run.id)
        if len(tried) == 1:
            raise DatabaseUnavailable
        return await asking(run)

    monkeypatch.setattr(runs, "ask", fails_once)
    cells = ("high_volume_low_touch", "low_volume_low_touch")
    rung = {"outcome": "automation", "limit_s": 3_600, "at_limit": "resolve"}
    ladders = [{"name": cell, "ladder": [rung, {"outcome": "agent"}]} for cell in cells]
    async with running_target() as target:
        document = small(workflows=[{**REFUND, "url": target.url, "timeout_s": 5}], policies=ladders)
        workspace = await make(document)
        await workspace.api.post("/v1/workflows/refund/rotate-secret")
        answer = await workspace.post(topic="sign_in", context={"order": "A1234"}, customer=SAM)
        run = answer["route"]["workflow"]["run"]

        async def asked() -> bool:
            return (await messages(workspace, answer))[-1:] == [
                "This is an automatic message.\n\nPlease tell me: amount."
            ]

        await eventually(asked)
        path = f"/v1/contacts/{answer['id']}/messages"
        assert (await workspace.api.post(path, json={"kind": "customer", "text": "$ 1,250.50"})).status_code == 201
        assert (await run_of(workspace, run, "succeeded"))["input"]["amount"] == 1_250.5

        async def told() -> bool:
            return (await messages(workspace, answer))[-1] == "Your money is on its way."

        await eventually(told)
        assert (await workspace.contact(answer["id"]))["state"] == "automating"
        moved = await workspace.api.post(f"/v1/contacts/{answer['id']}/unresolved", json={})
        assert moved.json()["state"] in ("queued", "offered")
        assert (await workspace.contact(answer["id"]))["served_by"]["run"] == run


@every(
    ("schema", "words"),
    [
        ({"type": "object", "properties": {"a": {"$ref": "http://127.0.0.1/x"}}}, "only what stands in the schema"),
        ({"type": "object", "$defs": {"a": {"$ref": "#/$defs/a"}}, "properties": {}}, "refers to itself"),
        ({"type": "object", "properties": {"a": {"pattern": "(?=x)"}}}, "regex"),
        ({"type": "object", "properties": {"a": {"pattern": "(((a{99}){99}){99}){99}"}}}, "regex"),
        ({"type": "object", "properties": {"a": {"type": "strin"}}}, "no JSON Schema"),
        ({"type": "array"}, "type object"),
        ({"type": "object", "properties": {f"a{n}": {} for n in range(51)}}, "at most 50"),
        ({"type": "object", "properties": {"a": {"enum": ["x" * 20_000]}}}, "longer than"),
    ],
)
def test_a_schema_is_bounded_and_by_itself(schema: dict[str, Any], words: str) -> None:
    """What would fetch, recur, backtrack or grow is refused when it is configured."""
    with pytest.raises(ValidationError, match=words.replace("(", r"\(")):
        WorkflowSpec.model_validate({"name": "a", "title": "A", "url": "https://a.test/", "input_schema": schema})


def test_a_schema_that_doubles_at_each_step_is_refused() -> None:
    """A few lines may stand for a billion checks."""
    defs: dict[str, Any] = {"d0": {"type": "string"}}
    for n in range(1, 30):
        defs[f"d{n}"] = {"allOf": [{"$ref": f"#/$defs/d{n - 1}"}] * 2}
    schema = {"type": "object", "$defs": defs, "properties": {"a": {"$ref": "#/$defs/d29"}}}
    with pytest.raises(ValidationError, match="more than 2,000 parts"):
        WorkflowSpec.model_validate({"name": "a", "title": "A", "url": "https://a.test/", "input_schema": schema})
