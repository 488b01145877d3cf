"""One matter there and back: a public post with a card number, a private chat, a refund that a colleague approves, the
answer in the thread, a survey, and a count that the customer's return takes back.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from mci_router.api.parts import Parts
from tests.api.test_result_reports import completed
from tests.insight.results import older, rows
from tests.lifecycle.test_round_trip import thread
from tests.support.conversations import accepted
from tests.support.documents import small
from tests.support.outbound import adapter, by, key_of
from tests.support.service import PATIENCE_S, Workspace
from tests.support.surveys import PUBLIC, settled, token_of
from tests.support.target import Target, running_target
from tests.workflows.test_serving import REFUND, run_of

Make = Callable[..., Awaitable[Workspace]]
CARD = "4111 1111 1111 1111"
KIM = {"external_id": "kim-77", "name": "Kim Roe", "email": "kim@post.example", "trust": "authenticated"}
ASKED = f"I was charged twice for my voicemail greeting, my card is {CARD}"
SUMMARY = "A double charge like this one is paid back within three days.\nNothing has to be sent in for it."
TEN_DAYS = {"since": "2026-01-01T00:00:00Z", "interval": "P1D", "group_by": ""}


def document(target: Target) -> dict[str, Any]:
    """Refunds that wait for approval from $250 on, a survey after each answer of an agent, and two agents."""
    made = small(
        workflows=[{**REFUND, "url": target.url, "topics": [], "approval": {"from": 250.00, "currency": "USD"}}],
        surveys=[{"name": "after", "title": "After", "kind": "csat", "delay_s": 0, "quiet_days": 0}],
    )
    level = {"goal": 0.8, "target_s": 600}
    approver = {"skills": [{"skill": "fraud", "min": 3}], "channels": ["task"]}
    made["queues"] += [{"name": "approvals", "position": 90, **approver, "service_level": level}]
    for agent in made["agents"]:
        agent["capacity"]["channels"] |= {"community": 2, "email": 2}
    made["agents"][1]["capacity"]["channels"]["task"] = 2
    return made


async def asked(workspace: Workspace, forum: dict[str, Any], said: str = ASKED, **more: Any) -> dict[str, Any]:
    """What Kim writes where everybody can read it."""
    body = {"channel": "community", "text": said, "customer": KIM, "topic": "how_to", **more}
    answer = await workspace.api.post("/v1/contacts", json=body, headers=by(forum))
    assert answer.status_code == 201, answer.text
    contact: dict[str, Any] = answer.json()
    return contact


async def test_there_and_back(make: Make, service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step by the public interfaces; nothing that identifies anybody is ever in the thread."""
    monkeypatch.setattr(service[1].settings, "public_url", PUBLIC)
    async with running_target() as target:
        workspace = await make(document(target))
        assert (await workspace.api.post("/v1/workflows/refund/rotate-secret")).status_code == 200
        await adapter(workspace, "forum", channels=["community"])
        forum = await key_of(
            workspace, "contacts:write", "messages:write", "messages:deliver", adapter="forum", trust="authenticated"
        )
        contact = await asked(workspace, forum)
        post = f"/v1/posts/{contact['route']['post']['id']}"
        seen = await thread(workspace, post)
        assert CARD not in str(seen)
        assert "[card number removed]" in seen["body"]

        async with workspace.desk("ann") as ann, workspace.desk("fred") as fred:
            move = {"contact_id": contact["id"], "reason": "a card number"}
            assert (await ann.do("contact.modality", **move, to="one_to_one"))["modality"] == "one_to_one"
            assert (await thread(workspace, post))["status"] == 404
            assignment = await accepted(ann, contact["id"])
            await ann.do(
                "message.send", contact_id=contact["id"], client_id="1", kind="agent", text="Kim, I pay back $310."
            )
            start = {"contact_id": contact["id"], "workflow": "refund", "client_id": "r1"}
            run = (await ann.do("run.start", **start, input={"order": "A1234", "amount": 310}))["run"]
            task = await fred.expect("offer.created")
            await fred.do("offer.accept", offer_id=task["offer_id"])
            about = (await fred.do("run.list", contact_id=task["contact"]["id"]))["approves"]
            assert (about["id"], about["amount"], about["currency"]) == (run["id"], 310, "USD")
            assert not target.called
            yes = {"contact_id": task["contact"]["id"], "run_id": run["id"], "input_hash": about["input_hash"]}
            assert (await fred.do("run.approve", **yes))["run"]["approved_by"] == "agent:fred"
            assert (await run_of(workspace, run["id"], "succeeded"))["steps"][0]["name"] == "paid"
            assert [one.data["input"]["amount"] for one in target.called] == [310]

            told = {**move, "to": "many_to_many", "summary": {"text": f"Kim Roe gets $310 back. {SUMMARY}"}}
            refused = (await ann.do("contact.modality", **told))["problem"]
            assert refused["type"].endswith("reveals_private")
            assert {"customer", "number"} <= {place["kind"] for place in refused["places"]}
            told["summary"] = {"text": SUMMARY, "accept": True}
            proposed = await ann.do("contact.modality", **told)
            assert (proposed["modality"], proposed["asked"]["state"]) == ("one_to_one", "waiting")
            assert (await thread(workspace, post))["status"] == 404
            agreed = {"summary_id": proposed["asked"]["id"], "agree": True}
            summary = f"/v1/contacts/{contact['id']}/summary"
            assert (await workspace.api.post(summary, json=agreed, headers=by(forum))).json()["state"] == "agreed"
            await ann.do("assignment.complete", assignment_id=assignment, disposition="solved")
            await ann.do("wrap_up.done", assignment_id=assignment)
        seen = await thread(workspace, post)
        assert (seen["status"], [(one["body"], one["accepted"]) for one in seen["replies"]][-1:]) == (
            "answered",
            [(SUMMARY, True)],
        )
        assert not any(word in part for part in read(seen) for word in (CARD, "Kim", "310", "A1234"))
        await workspace.until_state(contact["id"], "completed")

    invitation = await settled(workspace, contact)
    assert invitation["state"] == "sent", invitation
    page = f"{workspace.url}/s/{token_of(service[1], invitation)}"
    async with httpx.AsyncClient(verify=False, timeout=PATIENCE_S) as kim:  # noqa: S501 — the certificate is the tests' own
        assert (await kim.get(page, params={"score": "5"})).status_code == 200
        assert await answers(workspace) == []
        assert (await kim.post(page, data={"score": "5"})).status_code in (200, 303)
    assert await answers(workspace) == [5]

    (row,) = await rows(workspace, "fcr", **TEN_DAYS)
    assert (row["contacts"], row["grey"], row["fcr"]["n"]) == (1, 1, 0)
    await older(workspace, [contact["id"]], timedelta(days=8))
    (row,) = await rows(workspace, "fcr", **TEN_DAYS)
    assert (row["contacts"], row["resolved"], row["repeated"]) == (1, 1, 0)
    await older(workspace, [contact["id"]], timedelta(days=-2))
    mail = {"channel": "email", "text": "how do I set up my voicemail greeting, again", "customer": KIM}
    again = await workspace.api.post("/v1/contacts", json={**mail, "topic": "how_to"})
    assert again.status_code == 201, again.text
    async with workspace.desk("ann") as ann:
        await completed(workspace, ann, again.json()["id"])
    await older(workspace, [contact["id"], again.json()["id"]], timedelta(days=2))
    counted = await rows(workspace, "fcr", **TEN_DAYS)
    assert sum(one["repeated"] for one in counted) == 1
    assert sum(one["resolved"] for one in counted) == 0


def read(post: dict[str, Any]) -> list[str]:
    """What people read of a post: texts, and no ids, in which any three figures can stand by chance."""
    return [
        post["title"],
        post["body"],
        *(text for one in post["replies"] for text in (one["body"], str(one["author"]))),
    ]


async def answers(workspace: Workspace) -> list[int]:
    """The scores that were given."""
    listed = (await workspace.api.get("/v1/survey-answers")).json()["items"]
    return [one["score"] for one in listed]
