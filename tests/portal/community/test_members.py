"""Members on the pages: they sign in by a token of their site, reply, flag, follow, and accept what helped them."""

from tests.community.test_moderation import done, events, reply
from tests.portal.community.conftest import Visit, asked, signed_in
from tests.support.customers import site_key, site_token
from tests.support.rows import every
from tests.support.service import Workspace


async def test_a_customer_of_the_site_replies(board: Workspace, visit: Visit) -> None:
    """By a name of their own choice; the reply is masked, bounded, and added once."""
    contact, post = await asked(board)
    who = await visit(board)
    await signed_in(who, board, next_=f"posts/{post}")
    assert str(who.answer.url).endswith(f"posts/{post}?new=in")
    assert "Signed in as Sam" in who.page.text
    assert who.answer.headers["Cache-Control"] == "no-store"
    form = f"../posts/{post}/replies"
    before = who.page.forms[form]
    assert "Write your reply." in (await who.send(form, 422)).text
    await who.open(f"posts/{post}")
    thanked = await who.send(form, text="Press 1. My card is 4111 1111 1111 1111.")
    assert "Thank you, your reply is here." in thanked.text
    assert "4111 1" not in thanked.text
    await who.post(f"{who.root}/posts/{post}/replies", {**before, "text": "Press 1."})
    await who.post(f"{who.root}/posts/{post}/replies", {**before, "text": "Press 1."})
    said = (await done(board, "GET", f"/v1/posts/{post}"))["replies"]
    assert [one["author"] for one in said] == ["Sam", "Sam"]
    assert said[0]["member"]
    assert (await events(board, contact, "reply.created"))[0]["member"] == said[0]["member"]
    held = await who.send(form, text="Look at https://help.example/1")
    assert "Somebody looks at your reply" in held.text
    hidden = await who.send(form, text="somebody stole my identity and my husband says he will kill me")
    assert "We do not show this to others" in hidden.text
    assert (await done(board, "GET", f"/v1/posts/{post}"))["hidden_why"] == "private"


async def test_a_member_flags_and_follows(board: Workspace, visit: Visit) -> None:
    """And takes the following back; signed out, nothing of it is there."""
    _, post = await asked(board)
    said = await reply(board, f"/v1/posts/{post}", "Buy the widget")
    who = await visit(board)
    await signed_in(who, board, next_=f"posts/{post}")
    here = f"../posts/{post}"
    assert "You follow this question now." in (await who.send(f"{here}/follow")).text
    assert len((await done(board, "GET", f"/v1/posts/{post}/followers"))["items"]) == 1
    assert "You follow this question no longer." in (await who.send(f"{here}/unfollow")).text
    assert "Choose what is wrong" in (await who.send(f"{here}/flags", 422, reason="ugly")).text
    await who.open(f"posts/{post}")
    assert "the moderators look at it" in (await who.send(f"{here}/flags", reason="spam", reply=said["id"])).text
    (flag,) = (await done(board, "GET", "/v1/flags?state=open"))["items"]
    assert (flag["reply"], flag["reason"], flag["counts"]) == (said["id"], "spam", False)
    await who.send("../leave")
    assert not (await who.open(f"posts/{post}")).forms


async def test_who_asked_accepts_what_helped(board: Workspace, visit: Visit) -> None:
    """Nobody else does; the contact is resolved by it."""
    contact, post = await asked(board, customer={"external_id": "crm-42", "trust": "verified"})
    said = await reply(board, f"/v1/posts/{post}", "Press 1.")
    form = f"../posts/{post}/accept"
    other = await visit(board)
    await signed_in(other, board, "crm-43", "Kim", f"posts/{post}")
    assert form not in other.page.forms
    stolen = {"token": other.page.forms[f"../posts/{post}/follow"]["token"], "reply": said["id"]}
    await other.post(f"{other.root}/posts/{post}/accept", stolen, 422)
    who = await visit(board)
    await signed_in(who, board, next_=f"posts/{post}")
    assert "Thank you for saying what helped." in (await who.send(form)).text
    await board.until_state(contact, "resolved")


async def test_nobody_is_signed_in_unnoticed(board: Workspace, visit: Visit) -> None:
    """The site's form alone signs nobody in; the button after it is good in the same browser alone, and once ended
    sessions are over.
    """
    _, post = await asked(board)
    key = await site_key(board)
    token = site_token(key, name="Sam Quux")
    who, victim = await visit(board), await visit(board)
    await who.post(f"{who.root}/sign-in", {"token": token})
    assert who.page.forms["enter"]["name"] == "Sam"
    stolen = who.page.forms["enter"]
    await victim.post(f"{victim.root}/enter", stolen, 401)
    assert not (await victim.open(f"posts/{post}")).forms
    foreign = await who.client.post(f"{who.root}/enter", data=stolen, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 401
    assert "Write a name." in (await who.send("enter", 422, name="")).text
    for ours in ("Small community", " SM\u200bALL "):
        assert "the name of the company" in (await who.send("enter", 422, name=ours)).text
    await who.send("enter", name="Robin")
    await who.open(f"posts/{post}")
    assert "Signed in as Robin" in who.page.text
    form = f"../posts/{post}/replies"
    other = await visit(board)
    await signed_in(other, board, "crm-9", "Kim", f"posts/{post}")
    await other.post(f"{other.root}/posts/{post}/replies", {**who.page.forms[form], "text": "Press 1."}, 422)
    customer = (await done(board, "GET", "/v1/customers?external_id=crm-42"))["items"][0]["id"]
    await done(board, "DELETE", f"/v1/customers/{customer}/session", 204)
    assert "not signed in any more" in (await who.send(form, 422, text="Press 1.")).text
    assert "Press 1." in who.page.text
    assert (await done(board, "GET", f"/v1/posts/{post}"))["replies"] == []


@every("broken", ["nothing", "other workspace", "foreign page"])
async def test_a_token_that_is_none_signs_nobody_in(board: Workspace, visit: Visit, broken: str) -> None:
    """Nor one of another workspace, nor one that a page sends that is not the workspace's."""
    who = await visit(board)
    good = site_token(await site_key(board))
    key = {**await site_key(board), "audience": "wsp_other"}
    token = {"nothing": "x", "other workspace": site_token(key), "foreign page": good}[broken]
    headers = {"Origin": "https://evil.example"} if broken == "foreign page" else {}
    answer = await who.client.post(f"{who.root}/sign-in", data={"token": token}, headers=headers)
    assert answer.status_code in (401, 403)
    assert "You could not be signed in" in answer.text or "may not sign anybody in" in answer.text
