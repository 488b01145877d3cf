"""A customer says whether a summary may be shown: in the chat and on the page of the case, for themselves alone."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.portal import forms
from tests.lifecycle.test_round_trip import HOW_TO, SUMMARY, back, goes, thread
from tests.lifecycle.test_summary_consent import bodies, how
from tests.support.customers import chat, session_token
from tests.support.documents import small
from tests.support.help_pages import visitor
from tests.support.problems import assert_problem
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]
EMAIL = "kim@post.example"


@pytest.fixture
async def workspace(make: Make) -> Workspace:
    """With a portal, and with customers who are asked, as is usual."""
    document = small()
    document["workspace"]["portal"] = {"title": "Help"}
    return await make(document)


async def asked(workspace: Workspace) -> tuple[dict[str, Any], str]:
    """A contact whose customer is asked about a summary, and the path of its post."""
    kim = {"external_id": "kim-77", "email": EMAIL, "trust": "authenticated"}
    contact = await workspace.post(HOW_TO, channel="community", customer=kim)
    await goes(workspace, contact, "one_to_one")
    await back(workspace, contact, SUMMARY, accept=True)
    return contact, f"/v1/posts/{contact['route']['post']['id']}"


async def test_in_the_chat(workspace: Workspace) -> None:
    """The message says what it asks about; another customer's word about it is not found; a no takes a yes back."""
    contact, post = await asked(workspace)
    other = await workspace.post("a formal complaint", customer={"external_id": "pat-1"})
    async with AsyncExitStack() as stack:
        kim, pat = [
            await stack.enter_async_context(chat(workspace, await session_token(workspace, one)))
            for one in (contact["customer_id"], other["customer_id"])
        ]
        (question,) = [
            one["consent"]
            for one in (await kim.do("messages.read", case_id=contact["case_id"]))["items"]
            if one["consent"]
        ]
        assert question["state"] == "waiting"
        about = {"contact_id": contact["id"], "summary_id": question["summary_id"]}
        stolen = await pat.do("summary.answer", **about, agree=True)
        assert stolen["problem"]["type"].endswith("not_found")
        own = {**about, "contact_id": other["id"]}
        assert (await pat.do("summary.answer", **own, agree=True))["problem"]["type"].endswith("not_found")
        assert SUMMARY not in await bodies(workspace, post)
        assert (await kim.do("summary.answer", **about, agree=True))["consent"]["state"] == "agreed"
        assert SUMMARY in await bodies(workspace, post)
        assert (await kim.do("summary.answer", **about, agree=False))["consent"]["state"] == "declined"
        assert SUMMARY not in await bodies(workspace, post)


@pytest.mark.parametrize(("agree", "says"), [("yes", "You have agreed."), ("no", "You have said no")])
async def test_on_the_page_of_the_case(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, agree: str, says: str
) -> None:
    """Without a script, by the pass of the case; another id on the form answers nothing. A yes is taken back there."""
    monkeypatch.setattr(forms, "QUICKEST_S", 0)
    contact, post = await asked(workspace)
    async with workspace.ledger() as session:
        of_case = text("SELECT reference FROM cases WHERE id = :id")
        reference = await session.scalar(of_case, {"id": contact["case_id"]})
    async with visitor(workspace, "203.0.113.77") as kim:
        await kim.open("status")
        page = await kim.send("status", reference=str(reference), address=EMAIL)
        assert SUMMARY.splitlines()[0] in page.text
        await kim.send("case/summary", agree=agree, summary="sco_" + "0" * 32)
        assert (await how(workspace, contact))["state"] == "waiting"
        await kim.send("case/summary", agree="perhaps")
        assert (await how(workspace, contact))["state"] == "waiting"
        page = await kim.send("case/summary", agree=agree)
        assert says in page.text
        assert (SUMMARY in await bodies(workspace, post)) == (agree == "yes")
        if agree == "yes":
            assert "Hide it again" in page.text
            page = await kim.send("case/summary", agree="no")
            assert "You have said no" in page.text
        assert "case/summary" not in page.forms
    assert SUMMARY not in await bodies(workspace, post)


async def test_what_became_sensitive_is_not_shown_by_an_old_yes(workspace: Workspace) -> None:
    """Between the question and the answer the conversation became one that is never public."""
    contact, post = await asked(workspace)
    question = await how(workspace, contact)
    hurt = {"kind": "customer", "text": "somebody stole my identity and my husband says he will kill me"}
    await workspace.api.post(f"/v1/contacts/{contact['id']}/messages", json={**hurt, "visibility": "private"})
    yes = {"summary_id": question["id"], "agree": True}
    answer = await workspace.api.post(f"/v1/contacts/{contact['id']}/summary", json=yes)
    assert answer.json()["state"] == "withheld", answer.text
    assert (await thread(workspace, post))["status"] == 404
    assert_problem(await back(workspace, contact, "Hold the 2.", 409), 409, "stays_private")


@pytest.mark.parametrize("how_so", ["redacted", "edited"])
async def test_a_question_that_says_something_else_is_over(workspace: Workspace, how_so: str) -> None:
    """Nobody agrees to a text that they cannot read: neither by the buttons, which are gone, nor by a word."""
    contact, post = await asked(workspace)
    question = await how(workspace, contact)
    messages = (await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")).json()["items"]
    path = f"/v1/messages/{messages[-1]['id']}"
    if how_so == "redacted":
        changed = await workspace.api.post(f"{path}/redact", json={"why": "by mistake"})
    else:
        changed = await workspace.api.patch(path, json={"text": "May we call you tomorrow?"})
    assert changed.status_code == 200, changed.text
    async with chat(workspace, await session_token(workspace, contact["customer_id"])) as kim:
        shown = (await kim.do("messages.read", case_id=contact["case_id"]))["items"]
        assert [one["consent"]["state"] for one in shown if one["consent"]] == ["expired"] * (how_so == "edited")
    yes = {"summary_id": question["id"], "agree": True}
    assert_problem(await workspace.api.post(f"/v1/contacts/{contact['id']}/summary", json=yes), 409, "ask_over")
    said = {"kind": "customer", "text": "yes", "visibility": "private"}
    await workspace.api.post(f"/v1/contacts/{contact['id']}/messages", json=said)
    assert await bodies(workspace, post) == ["We write to you directly."]
    assert (await how(workspace, contact))["text"] == ""
