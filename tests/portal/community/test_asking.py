"""Questions that members ask on the pages: answered ones are shown first, and what is asked is taken in as any contact."""

from urllib.parse import urlencode

from tests.api.test_result_reports import SIGN_IN
from tests.community.test_moderation import HOW_TO, done, with_spaces
from tests.portal.community.conftest import Make, Visit, asked, signed_in
from tests.support.answered import answered_post
from tests.support.service import Workspace

QUESTION = {"subject": "Which greeting do callers hear?", "text": HOW_TO}


async def test_a_member_asks_and_follows(board: Workspace, visit: Visit) -> None:
    """Once, by the customer's own account, whatever is pressed twice; what is missing is said at its field."""
    who = await visit(board)
    assert "Sign in to ask" in (await who.open("ask")).text
    await signed_in(who, board, next_="ask")
    assert str(who.answer.url).endswith("/ask?new=in")
    refused = await who.send("ask", 422, subject="", text="")
    assert "Say in one line what you ask." in refused.text
    assert "Write your question." in refused.text
    await who.open("ask")
    form = who.page.forms["ask"]
    posted = await who.send("ask", **QUESTION)
    assert "Your question is here. You follow it." in posted.text
    url = who.answer.url
    await who.post(f"{who.root}/ask", {**form, **QUESTION})
    assert who.answer.url == url
    (post,) = (await done(board, "GET", "/v1/posts"))["items"]
    assert post["title"] == QUESTION["subject"]
    assert len((await done(board, "GET", f"/v1/posts/{post['id']}/followers"))["items"]) == 1
    assert len((await done(board, "GET", "/v1/contacts"))["items"]) == 1


async def test_where_nobody_can_sign_in_nobody_is_invited_to_ask(make: Make, visit: Visit) -> None:
    """Neither by the menu nor below what was found; who comes all the same is told."""
    who = await visit(await make(with_spaces(title="Small community")))
    for path in ("", f"search?{urlencode({'q': HOW_TO})}"):
        assert not any(link.endswith("ask") for link in (await who.open(path)).links), path
    assert "Questions cannot be asked here." in (await who.open("ask")).text


async def test_answered_questions_are_shown_before_one_is_asked(board: Workspace, visit: Visit) -> None:
    """Once: who wants to ask all the same is answered by one, and then by others, where that did not help."""
    post = await answered_post(board, HOW_TO, "Press and hold 1, then speak.")
    who = await visit(board)
    await signed_in(who, board, "crm-77", next_="ask")
    found = await who.send("ask", **QUESTION)
    assert "These questions are answered already." in found.text
    assert f"posts/{post}" in who.answer.text
    assert len((await done(board, "GET", "/v1/contacts"))["items"]) == 1
    answered = await who.send("ask")
    assert "Press and hold 1, then speak." in answered.text
    (form,) = [one for one in who.page.forms if one.endswith("/unresolved")]
    assert "Your question is here." in (await who.send(form)).text
    assert len((await done(board, "GET", "/v1/posts"))["items"]) == 2


async def test_a_question_is_answered_by_an_article(board: Workspace, visit: Visit) -> None:
    """At once, by a machine that says so; where it does not help, the question goes on."""
    who = await visit(board)
    await signed_in(who, board, next_="ask")
    await who.send("ask", subject="I cannot sign in", text=SIGN_IN)
    assert "This is what we know about it" in who.page.text
    (form,) = [one for one in who.page.forms if one.endswith("/unresolved")]
    (contact,) = (await done(board, "GET", "/v1/contacts"))["items"]
    assert contact["state"] == "automating"
    await who.send(form)
    assert (await board.contact(contact["id"]))["state"] in ("posted", "queued")


async def test_what_is_sensitive_is_shown_to_nobody(board: Workspace, visit: Visit) -> None:
    """It goes to a person; a link of a new member and a blocked member are refused, and the text stays."""
    who = await visit(board)
    await signed_in(who, board, next_="ask")
    linked = await who.send("ask", 422, subject="Look", text="at https://spam.example/1 please")
    assert "You may not do this here." in linked.text
    assert "https://spam.example/1" in linked.text
    await who.open("ask")
    hidden = await who.send(
        "ask", subject="Help", text="somebody stole my identity and my husband says he will kill me"
    )
    assert "We do not show your question to others." in hidden.text
    assert (await done(board, "GET", "/v1/posts"))["items"] == []
    (contact,) = (await done(board, "GET", "/v1/contacts"))["items"]
    decision = await done(board, "GET", f"/v1/contacts/{contact['id']}/decision")
    assert decision["triage"]["sensitive"] is True
    (member,) = (await done(board, "GET", "/v1/members"))["items"]
    await done(board, "PUT", f"/v1/members/{member['id']}/level", level="blocked")
    await who.open("ask")
    assert "You may not do this here." in (await who.send("ask", 422, **QUESTION)).text


async def test_a_question_of_somebody_else_is_not_moved(board: Workspace, visit: Visit) -> None:
    """The button that says that an answer did not help is good for who asked, and for that question alone."""
    contact, _ = await asked(board)
    who = await visit(board)
    await signed_in(who, board, "crm-78", next_="ask")
    token = who.page.forms["ask"]["token"]
    await who.post(f"{who.root}/ask/{contact}/unresolved", {"token": token}, 422)
    assert (await board.contact(contact))["state"] == "posted"
