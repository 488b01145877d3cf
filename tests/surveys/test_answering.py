"""What customers answer: on the page, in the chat, or on a channel that tells it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.insight.recount import differences
from tests.insight.results import rows, some
from tests.support.customers import chat as customer_socket
from tests.support.customers import conforms as customer_conforms
from tests.support.customers import session_token
from tests.support.events import assert_documented
from tests.support.outbound import WIDGET, adapter, by, key_of
from tests.support.receiver import Received, Receiver, receiving
from tests.support.service import PATIENCE_S, TLS, Workspace, eventually
from tests.support.surveys import CSAT, resolved, settled, surveyed, token_of

Make = Callable[..., Awaitable[Workspace]]

ASKS = {**CSAT, "after": ["agent", "automation"]}
FOLLOWS = {**ASKS, "follow_up": {"below": 3, "queue": "desk", "owner": "ann"}}
CANARY = "heliotrope-canary-77"
FACTS = text("SELECT sent, answered, score_1, score_2, score_4, score_5 FROM interval_surveys WHERE workspace_id = :w")


async def asked(make: Make, parts: Parts, *surveys: dict[str, Any], **contact: Any) -> tuple[Workspace, str, str]:
    """A workspace, a contact whose customer was asked, and the token."""
    workspace = await make(surveyed(*(surveys or (ASKS,))))
    await adapter(workspace, **WIDGET)
    posted = await resolved(workspace, **contact)
    return workspace, posted["id"], token_of(parts, await settled(workspace, posted))


def browser(workspace: Workspace, **headers: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=workspace.url, verify=TLS, headers=headers, timeout=PATIENCE_S)


async def answers(workspace: Workspace) -> list[dict[str, Any]]:
    response = await workspace.api.get("/v1/survey-answers")
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


async def facts(workspace: Workspace) -> list[tuple[int, ...]]:
    async with workspace.database.transaction() as session:
        return [tuple(row) for row in await session.execute(FACTS, {"w": workspace.id})]


async def told_of(receiver: Receiver, *, score: int) -> list[Received]:
    """What was told of answers, once this score was; nothing before."""
    told = [one for one in receiver.received if one.type == "mci.survey.answered"]
    return told if any(one.event["data"]["score"] == score for one in told) else []


async def test_who_follows_every_link_answers_nothing(make: Make, parts: Parts) -> None:
    """A mail scanner reads and heads each of them, in any order, at once: nothing is recorded, counted or told."""
    workspace, contact, token = await asked(make, parts)
    async with browser(workspace) as scanner:
        links = [f"/s/{token}", *(f"/s/{token}?score={score}" for score in range(1, 6)), f"/s/{token}?saved=1"]
        found = await asyncio.gather(
            *(scanner.request(method, link) for link in links for method in ("GET", "HEAD") for _ in range(2))
        )
        assert {one.status_code for one in found} == {200}
        four = await scanner.get(f"/s/{token}?score=4")
        assert 'value="4" required checked' in four.text
        assert "answer is saved" not in (await scanner.get(f"/s/{token}?saved=1")).text
    assert await answers(workspace) == []
    assert await facts(workspace) == [(1, 0, 0, 0, 0, 0)]
    assert not [one for one in await workspace.events(contact) if one["type"] == "survey.answered"]


async def test_the_button_saves_and_the_answer_can_be_changed(
    make: Make, parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    """One answer a contact, of two clicks at once, too; masked; in no event, webhook or log."""
    caplog.set_level(logging.DEBUG)
    async with receiving() as receiver:
        workspace, contact, token = await asked(make, parts)
        hook = {"url": f"{receiver.url}/hook", "events": ["survey.*", "message.*"]}
        assert (await workspace.api.put("/v1/webhooks/crm", json=hook)).status_code == 201
        async with browser(workspace) as customer:
            form = {"score": "2", "comment": f"my card 4111 1111 1111 1111 and {CANARY}"}
            saved = await asyncio.gather(*(customer.post(f"/s/{token}", data=form) for _ in range(4)))
            assert [one.status_code for one in saved] == [303] * 4
            page = await customer.get(f"/s/{saved[0].headers['location']}")
            assert "Thank you, your answer is saved." in page.text
            assert CANARY not in page.text
            (first,) = await answers(workspace)
            assert (first["score"], first["changes"], first["way"], first["survey"]) == (2, 0, "page", "after_chat")
            assert CANARY in first["comment"]
            assert "4111" not in first["comment"]
            assert await facts(workspace) == [(1, 1, 0, 1, 0, 0)]
            await eventually(lambda: told_of(receiver, score=2))  # what changes before it is told is told once
            assert (await customer.post(f"/s/{token}", data={"score": "5", "comment": ""})).status_code == 303
        (changed,) = await answers(workspace)
        assert (changed["score"], changed["changes"], changed["comment"]) == (5, 1, first["comment"])
        assert await facts(workspace) == [(1, 1, 0, 0, 0, 1)]
        told = await eventually(lambda: told_of(receiver, score=5))
        for one in told:
            assert_documented(one.event)
            assert CANARY not in one.body.decode()
        assert told[-1].event["data"]["changes"] == 1
    events = await workspace.events(contact)
    assert [one["type"] for one in events].count("survey.answered") == len(told)
    assert CANARY not in str(events)
    assert CANARY not in caplog.text
    assert token not in str(events)
    async with workspace.database.transaction() as session:
        assert (await differences(session, workspace.id))[1] == []


async def test_what_is_no_answer_is_refused_with_a_page(make: Make, parts: Parts) -> None:
    """No score, one of another scale, a comment that is too long, a body that is none; tokens that are unknown, and
    what is no token, look alike; and one that has expired.
    """
    workspace, contact, token = await asked(make, parts)
    async with browser(workspace, **{"Accept-Language": "de"}) as customer:
        for form in ({"comment": "fine"}, {"score": "0"}, {"score": "9"}, {"score": "²"}, {"score": "5" * 400}):
            refused = await customer.post(f"/s/{token}", data=form)
            assert (refused.status_code, "Please choose an answer." in refused.text) == (422, True)
        long = await customer.post(f"/s/{token}", data={"score": "4", "comment": "x" * 2_001})
        assert (long.status_code, "at most 2000 characters" in long.text) == (422, True)
        huge = await customer.post(f"/s/{token}", data={"score": "4", "comment": "x" * 40_000})
        assert huge.status_code == 422
        pages = [await customer.get(f"/s/{one}") for one in ("A" * 22, "x", "B" * 500, "%00" * 22)]
        assert {(one.status_code, one.text) for one in pages} == {(404, pages[0].text)}
        assert "Diese Umfrage gibt es nicht." in pages[0].text
        good = await customer.get(f"/s/{token}")
        for page in (good, *pages):
            assert page.headers["referrer-policy"] == "no-referrer"
            assert page.headers["x-robots-tag"] == "noindex"
            assert page.headers["cache-control"] == "no-store"
            assert "script" not in page.text
        async with workspace.database.transaction() as session:
            gone = text("UPDATE survey_invitations SET expires_at = now() WHERE contact_id = :c")
            await session.execute(gone, {"c": contact})
        for late in (await customer.get(f"/s/{token}"), await customer.post(f"/s/{token}", data={"score": "4"})):
            assert (late.status_code, "Diese Umfrage ist beendet." in late.text) == (410, True)
    over = await workspace.api.post("/v1/survey-answers", json={"contact_id": contact, "score": 4})
    assert over.json()["type"] == "/problems/survey_over"
    assert await answers(workspace) == []


async def test_one_client_cannot_try_tokens_out(make: Make, parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts.settings, "survey_pages_per_min", 3)
    monkeypatch.setattr(parts.settings, "proxies", ("127.0.0.0/8",))
    workspace = await make()
    async with browser(workspace, **{"X-Forwarded-For": "192.0.2.77"}) as guesser:
        found = [await guesser.get(f"/s/{number:022}") for number in range(5)]
    assert [one.status_code for one in found] == [404, 404, 404, 429, 429]
    assert int(found[-1].headers["retry-after"]) >= 1
    async with browser(workspace, **{"X-Forwarded-For": "192.0.2.78"}) as other:
        assert (await other.get(f"/s/{1:022}")).status_code == 404


async def test_an_adapter_answers_for_its_own_customers(make: Make, parts: Parts) -> None:
    """By the contact; not for those of another adapter, nor of another workspace, nor before anybody was asked."""
    workspace, contact, _ = await asked(make, parts)
    await adapter(workspace, "other", **WIDGET)
    mine, others = [
        await key_of(workspace, "contacts:write", adapter=name, trust="authenticated") for name in ("widget", "other")
    ]
    body = {"contact_id": contact, "score": 4}
    assert (await workspace.api.post("/v1/survey-answers", json=body, headers=by(others))).status_code == 404
    taken = await workspace.api.post("/v1/survey-answers", json=body, headers=by(mine))
    assert (taken.status_code, taken.json()["score"], taken.json()["kind"]) == (200, 4, "csat")
    wrong = await workspace.api.post("/v1/survey-answers", json={**body, "score": 6}, headers=by(mine))
    assert wrong.json()["errors"][0]["where"] == "body.score"
    stranger = await make()
    assert (await stranger.api.post("/v1/survey-answers", json=body)).status_code == 404
    assert (await stranger.api.get("/v1/survey-answers")).json()["items"] == []
    (answer,) = await answers(workspace)
    assert (answer["way"], answer["score"]) == ("adapter", 4)
    assert (await workspace.api.get("/v1/survey-answers", params={"survey": "nothing"})).json()["items"] == []


async def test_a_customer_answers_in_the_chat(make: Make, parts: Parts) -> None:
    """The message that asks has what can be chosen; the answer is in it when it is read again; others' are not found."""
    workspace, contact, token = await asked(make, parts, customer={"external_id": "crm-9"})
    customer = (await workspace.contact(contact))["customer_id"]
    async with customer_socket(workspace, await session_token(workspace, customer)) as client:
        case = (await workspace.contact(contact))["case_id"]
        survey = (await client.do("messages.read", case_id=case))["items"][-1]["survey"]
        assert survey["url"].endswith(token)
        assert (survey["score"], survey["over"], survey["contact_id"]) == (None, False, contact)
        answered = await client.do("survey.answer", contact_id=contact, score=1, comment="slow")
        assert answered["survey"]["score"] == 1
        seen = (await client.do("messages.read", case_id=case))["items"][-1]
        customer_conforms(
            {"type": "message.created", "data": {"case_id": case, "contact_id": contact, "message": seen}}
        )
        assert seen["survey"]["score"] == 1
        refused = await client.do("survey.answer", contact_id="con_" + "0" * 32, score=1)
        assert refused["problem"]["status"] == 404
        assert (await client.do("survey.answer", contact_id=contact, score=9))["problem"]["status"] == 422
    (answer,) = await answers(workspace)
    assert (answer["way"], answer["comment"]) == ("chat", "slow")


async def tasks(workspace: Workspace) -> list[dict[str, Any]]:
    await workspace.projected()
    found = (await workspace.api.get("/v1/contacts")).json()["items"]
    return [one for one in found if one["channel"] == "task"]


async def test_a_low_score_becomes_a_task_of_its_owner(make: Make, parts: Parts) -> None:
    """Once for an answer, in a case of its own that is linked; its customer does not see it; raised before anybody took
    it, it is withdrawn; lowered again, there is another; once somebody has it, it stays. The customer has not come back
    with any of that.
    """
    workspace, contact, token = await asked(make, parts, FOLLOWS, customer={"external_id": "crm-9"})
    before = await workspace.contact(contact)

    async def answer(score: int, comment: str = "") -> None:
        async with browser(workspace) as customer:
            form = {"score": str(score), "comment": comment}
            assert (await customer.post(f"/s/{token}", data=form)).status_code == 303

        async def followed() -> bool:
            query = text("SELECT untold FROM survey_invitations WHERE contact_id = :c")
            async with workspace.database.transaction() as session:
                return not await session.scalar(query, {"c": contact})

        await eventually(followed)

    await answer(1, f"nobody helped me, {CANARY}")
    (task,) = await tasks(workspace)
    assert (task["queue"], task["customer_id"], task["state"]) == ("desk", before["customer_id"], "queued")
    assert task["case_id"] != before["case_id"]
    shown = await workspace.contact(task["id"])
    assert "gave 1 of 5" in shown["text"]
    assert CANARY in shown["text"]
    assert (await answers(workspace))[0]["follow_up"] == task["id"]
    reasons = (await workspace.api.get(f"/v1/contacts/{task['id']}/decision")).json()["route"]["reasons"]
    assert any("ann is the task's owner" in reason for reason in reasons)
    async with customer_socket(workspace, await session_token(workspace, before["customer_id"])) as client:
        assert task["case_id"] not in [one["id"] for one in client.hello["cases"]]
        read = await client.do("messages.read", case_id=task["case_id"])
        assert CANARY not in str(read)
    await answer(5)
    assert (await workspace.contact(task["id"]))["state"] == "cancelled"
    await answer(2)
    (other,) = [one for one in await tasks(workspace) if one["id"] != task["id"]]
    async with workspace.desk("ann") as ann:
        offer = await ann.expect("offer.created")
        assert offer["contact"]["id"] == other["id"]
        assert offer["contact"]["linked_cases"] == [before["case_id"]]
        await ann.do("offer.accept", offer_id=offer["offer_id"])
        await answer(4)
        assert (await workspace.until_state(other["id"], "assigned"))["agent"] == "ann"
        assert await ann.silent("survey.answered", 0.1)
    assert len(await tasks(workspace)) == 2
    assert [some(row) for row in await rows(workspace, "resolutions")] == [{"served": 1, "confirmed": 1}]
    assert [some(row) for row in await rows(workspace, "fcr")] == [{"contacts": 1, "grey": 1}]


async def test_answers_go_with_their_customer(make: Make, parts: Parts) -> None:
    """Who is erased leaves no answer behind."""
    workspace, contact, token = await asked(make, parts)
    async with browser(workspace) as customer:
        await customer.post(f"/s/{token}", data={"score": "4", "comment": CANARY})
        async with workspace.ledger() as session:
            gone = text("DELETE FROM customers WHERE id = (SELECT customer_id FROM contacts WHERE id = :c)")
            await session.execute(gone, {"c": contact})
        assert await answers(workspace) == []
        assert (await customer.get(f"/s/{token}")).status_code == 404


@pytest.mark.parametrize("shown", [False, True])
async def test_agents_see_scores_only_where_the_workspace_says_so(make: Make, shown: bool) -> None:
    """In the history of the customer's next contact; the words they never see."""
    workspace = await make(surveyed(ASKS, **({"show_survey_scores": True} if shown else {})))
    await adapter(workspace, **WIDGET)
    before = await resolved(workspace, customer={"external_id": "crm-9"})
    await settled(workspace, before)
    body = {"contact_id": before["id"], "score": 2, "comment": CANARY}
    assert (await workspace.api.post("/v1/survey-answers", json=body)).status_code == 200
    await workspace.post("a formal complaint", customer={"external_id": "crm-9"})
    async with workspace.desk("ann") as ann:
        offer = await ann.expect("offer.created")
    (earlier,) = [one for one in offer["history"] if one["id"] == before["id"]]
    assert earlier["survey"] == ({"survey": "after_chat", "kind": "csat", "score": 2} if shown else None)
    assert CANARY not in str(offer)


@pytest.mark.parametrize(("survey", "score"), [(ASKS, 5), (FOLLOWS, 5), (FOLLOWS, 1)], ids=["asks", "high", "low"])
async def test_who_writes_of_danger_beside_a_score_is_seen_by_a_person(
    make: Make, parts: Parts, survey: dict[str, Any], score: int
) -> None:
    """Whatever the score, and whether or not anything else follows: first in line, where such a matter belongs; once,
    and no later score takes it back.
    """
    workspace, contact, token = await asked(make, parts, survey)
    comment = "thank you, that was the last thing to settle before I end my life"
    for now in (score, 4):
        async with browser(workspace) as customer:
            assert (await customer.post(f"/s/{token}", data={"score": str(now), "comment": comment})).status_code == 303

        async def followed() -> list[dict[str, Any]]:
            query = text("SELECT untold FROM survey_invitations WHERE contact_id = :c")
            async with workspace.database.transaction() as session:
                untold = await session.scalar(query, {"c": contact})
            return [] if untold else await tasks(workspace)

        (task,) = await eventually(followed)
        assert (task["state"], task["urgent"], task["sensitive"]) == ("queued", True, True)
        assert "self_harm" in task["sensitive_kinds"]
    harmless = await asked(make, parts, survey)
    async with browser(harmless[0]) as customer:
        said = {"score": "5", "comment": "all went well, thank you"}
        assert (await customer.post(f"/s/{harmless[2]}", data=said)).status_code == 303
    assert await tasks(harmless[0]) == []
