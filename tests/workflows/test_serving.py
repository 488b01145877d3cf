"""A workflow serves a contact: called once and signed, its result told to the customer, and what it cannot do goes to a
person with the word for it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import text

from tests.insight.results import rows, some
from tests.support.documents import small
from tests.support.service import Workspace, eventually
from tests.support.target import Called, Target, reply, running_target

Make = Callable[..., Awaitable[Workspace]]

REFUND: dict[str, Any] = {
    "name": "refund",
    "title": "Refund",
    "topics": ["sign_in"],
    "input_schema": {
        "type": "object",
        "properties": {
            "order": {
                "type": "string",
                "title": "order number",
                "pattern": "^A[0-9]{4}$",
                "description": "It is A1234.",
            },
            "amount": {"type": "number", "exclusiveMinimum": 0, "maximum": 5_000},
        },
        "required": ["order", "amount"],
        "additionalProperties": False,
    },
    "ask": ["order", "amount"],
    "timeout_s": 0.5,
}
SAM = {"external_id": "c-77"}
KNOWN = {"order": "A1234", "amount": 20}


async def with_workflow(make: Make, target: Target, **changes: Any) -> tuple[Workspace, str]:
    """A workspace with the workflow, and the secret that signs its calls."""
    workspace = await make(small(workflows=[{**REFUND, "url": target.url, **changes}]))
    answer = await workspace.api.post("/v1/workflows/refund/rotate-secret")
    assert answer.status_code == 200, answer.text
    return workspace, answer.json()["secret"]


async def run_of(workspace: Workspace, run: str, *states: str) -> dict[str, Any]:
    """The run, once it is in one of the states."""

    async def arrived() -> dict[str, Any] | None:
        found = (await workspace.api.get(f"/v1/runs/{run}")).json()
        return found if not states or found["state"] in states else None

    found: dict[str, Any] = await eventually(arrived)
    return found


async def messages(workspace: Workspace, contact: dict[str, Any]) -> list[str]:
    """What a machine has said in the conversation."""
    answer = await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")
    return [one["text"] for one in answer.json()["items"] if one["kind"] == "bot"]


async def test_it_is_called_once_and_signed_and_the_contact_is_resolved(make: Make) -> None:
    """In `sync` the 201 has what came of it; the target hears who the customer is, by a signature that it can check."""
    async with running_target() as target:
        workspace, secret = await with_workflow(make, target, mode="sync", timeout_s=5)
        answer = await workspace.post(topic="sign_in", context=KNOWN, customer=SAM)
        serves = answer["route"]["workflow"]
        assert (answer["state"], serves["name"], serves["state"]) == ("resolved", "refund", "succeeded")
        assert serves["message"] == "Your money is on its way."
        (called,) = target.called
        assert called.signed_by(secret)
        assert called.key == serves["run"] == called.headers["webhook-id"]
        assert called.data["input"] == KNOWN
        assert called.data["customer"]["external_ids"] == ["c-77"]
        served = (await workspace.contact(answer["id"]))["served_by"]
        assert (served["kind"], served["ref"]) == ("workflow", "refund")
        (row,) = await rows(workspace, "resolutions", group_by="served_by,ref")
        # A machine says that it is done: it counts once the customer stays away.
        assert (row["served_by"], row["ref"], some(row)) == ("workflow", "refund", {"served": 1, "pending": 1})
        run = await run_of(workspace, serves["run"])
        assert (run["state"], run["attempts"], run["steps"][0]["name"]) == ("succeeded", 1, "paid")
        await workspace.until_state(answer["id"], "resolved")
        assert await messages(workspace, answer) == ["This is an automatic message.\n\nYour money is on its way."]


async def test_a_replay_has_a_workflow_serve_whom_it_served(make: Make) -> None:
    """It knows how surely the customer was known then."""
    async with running_target() as target:
        document = {**small(workflows=[{**REFUND, "url": target.url}]), "articles": []}
        workspace = await make(document)
        answer = await workspace.post(topic="sign_in", context=KNOWN, customer=SAM)
        assert answer["route"]["workflow"]["name"] == "refund"
        body = {"since": "2026-01-01T00:00:00Z", "changes": {}}
        replayed = (await workspace.api.post("/v1/decisions/replay", json=body)).json()
        assert (replayed["contacts"], replayed["differs_from_then"]) == (1, 0)


async def test_what_is_missing_is_asked_for_one_after_another(make: Make) -> None:
    """An answer that does not fit is asked for again, with what would fit; then the workflow is called."""
    async with running_target() as target:
        workspace, _ = await with_workflow(make, target, questions={"amount": {"de": "Wie viel?"}})
        answer = await workspace.post(topic="sign_in", language="de", customer=SAM)
        contact = answer["id"]
        assert answer["route"]["workflow"]["state"] == "waiting_input"

        async def asked(count: int) -> list[str]:
            async def look() -> list[str] | None:
                said = await messages(workspace, answer)
                return said if len(said) >= count else None

            said: list[str] = await eventually(look)
            return said

        async def say(text: str) -> None:
            sent = await workspace.api.post(f"/v1/contacts/{contact}/messages", json={"kind": "customer", "text": text})
            assert sent.status_code == 201, sent.text

        assert (await asked(1))[-1] == "Dies ist eine automatische Nachricht.\n\nBitte nennen Sie mir: order number."
        await say("the blue one")
        assert (await asked(2))[-1].endswith("It is A1234. Bitte nennen Sie mir: order number.")
        await say("A1234")
        assert (await asked(3))[-1] == "Wie viel?"
        await say("20,50 €")
        run = await run_of(workspace, answer["route"]["workflow"]["run"], "succeeded")
        assert run["input"] == {"order": "A1234", "amount": 20.5}
        assert target.called[0].data["input"] == run["input"]
        await workspace.until_state(contact, "resolved")


async def test_what_nobody_knows_goes_to_a_person_with_that_word(make: Make) -> None:
    """A target that has taken the call and does not answer in time may have acted: it is not called again."""

    async def hangs(target: Target, called: Called, _: asyncio.StreamWriter) -> None:
        target.act(called)
        await asyncio.sleep(5)

    async with running_target(hangs) as target:
        workspace, _ = await with_workflow(make, target, timeout_s=0.2)
        answer = await workspace.post(topic="sign_in", context=KNOWN, customer=SAM)
        run = await run_of(workspace, answer["route"]["workflow"]["run"], "unknown")
        assert (run["why"], run["attempts"]) == ("timeout", 1)
        await workspace.until_state(answer["id"], "queued")
        decision = (await workspace.api.get(f"/v1/contacts/{answer['id']}/decision")).json()
        assert any("is unknown: timeout" in reason for reason in decision["route"]["reasons"])
        async with workspace.desk("ann") as desk:
            offer = await desk.expect("offer.created")
            assert [(one["workflow"], one["state"], one["why"]) for one in offer["runs"]] == [
                ("refund", "unknown", "timeout")
            ]
        said = "This is an automatic message.\n\nI cannot tell whether"
        assert (await messages(workspace, answer))[-1].startswith(said)
        assert target.moved == {run["id"]: 1}
        late = {"status": "succeeded", "message": "It is done after all."}
        for _ in range(2):
            reported = await workspace.api.post(f"/v1/runs/{run['id']}/result", json=late)
            assert reported.status_code == 204, reported.text
        other = await workspace.api.post(f"/v1/runs/{run['id']}/result", json={"status": "failed"})
        assert (other.status_code, other.json()["type"]) == (409, "/problems/run_settled")
        assert (await run_of(workspace, run["id"]))["state"] == "succeeded"
        undone = await workspace.api.post(f"/v1/runs/{run['id']}/compensated")
        assert undone.status_code == 204
        assert (await run_of(workspace, run["id"]))["state"] == "compensated"


async def test_it_is_called_again_with_the_same_key_while_it_cannot_have_acted(make: Make) -> None:
    """A 503 that says when to come again is no answer; the next call has the same key."""

    async def busy(target: Target, called: Called, writer: asyncio.StreamWriter) -> None:
        if len(target.called) == 1:
            await reply(writer, 503, None, **{"Retry-After": "1"})
        else:
            target.act(called)
            await reply(writer, 200, {"status": "failed", "message": "Not yours."})

    async with running_target(busy) as target:
        workspace, _ = await with_workflow(make, target)
        answer = await workspace.post(topic="sign_in", context=KNOWN, customer=SAM)
        run = await run_of(workspace, answer["route"]["workflow"]["run"], "failed")
        assert run["attempts"] == 2
        assert {called.key for called in target.called} == {run["id"]}
        await workspace.until_state(answer["id"], "queued")
        events = [event async for event in _run_events(workspace, run["id"])]
        assert events == ["run.running", "run.running", "run.failed"]


async def _run_events(workspace: Workspace, run: str) -> Any:
    async with workspace.ledger() as session:
        rows = await session.execute(
            text("SELECT type FROM events WHERE workspace_id = :w AND data ->> 'run' = :r ORDER BY id"),
            {"w": workspace.id, "r": run},
        )
        for (kind,) in rows:
            yield kind
