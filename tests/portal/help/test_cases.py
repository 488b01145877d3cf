"""A case in the portal: found by its number and an address together, shown without what is not its customer's."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from tests.portal.help.conftest import Make, Visit, with_portal
from tests.support.answered import REPLY, answered_post
from tests.support.conversations import accepted
from tests.support.help_pages import Visitor
from tests.support.outbound import adapter, key_of, reading, reply
from tests.support.rows import every
from tests.support.service import Workspace

COMPLAINT = "I want to complain about your service"
SAM = "sam@example.com"


async def written(workspace: Workspace, visit: Visit, **fields: str) -> tuple[Visitor, dict[str, Any]]:
    """Somebody who has written, on the page of the case; and the contact."""
    sam = await visit(workspace)
    await sam.open("write")
    page = await sam.send("write", **{"email": SAM, "text": COMPLAINT, **fields})
    if "write" in page.forms:  # what is answered already is shown first
        await sam.send("write")
    return sam, (await workspace.api.get("/v1/contacts")).json()["items"][0]


async def looked_up(visit: Visit, workspace: Workspace, reference: str, address: str, status: int = 200) -> Visitor:
    pat = await visit(workspace)
    await pat.open("status")
    await pat.send("status", status, reference=reference, address=address)
    return pat


async def test_number_and_address_together_find_a_case(portal: Workspace, visit: Visit) -> None:
    """In any way of writing them; on a device that has not seen the case."""
    sam, _ = await written(portal, visit, phone="+49 30 901820")
    shown = sam.reference
    for reference, address in (
        (shown, SAM),
        (shown.lower().replace("-", ""), "SAM@Example.com "),
        (f" {shown[:4]} {shown[5:]}", "0049 30 901820"),
    ):
        pat = await looked_up(visit, portal, reference, address)
        assert pat.answer.url.path.endswith("/case")
        assert "?" not in str(pat.answer.url)
        assert pat.reference == shown
        cookie = pat.answer.history[0].headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "samesite=strict" in cookie.lower()
        assert "Max-Age=1800" in cookie
        assert SAM not in cookie


async def test_a_wrong_number_and_a_wrong_address_look_alike(make: Make, portal: Workspace, visit: Visit) -> None:
    """Also the number of another workspace's case. What was entered stays; no pass is given."""
    sam, _ = await written(portal, visit)
    elsewhere = await make(with_portal())
    other, _ = await written(elsewhere, visit)
    pages = []
    for reference, address in (
        ("AAAA-AAAA", SAM),
        (sam.reference, "pat@example.com"),
        (other.reference, SAM),
        (sam.reference, "x' OR 1=1"),
    ):
        pat = await looked_up(visit, portal, reference, address, 422)
        assert not pat.client.cookies
        assert pat.page.forms["status"]["reference"] == reference
        pages.append([tag for tag, _ in pat.page.tags])
    assert all(page == pages[0] for page in pages)


@every(("reference", "address"), [("", ""), ("short", SAM), ("K7Q2-9XMD-1", SAM), ("K7Q29XMD", "a" * 300)])
async def test_what_can_be_no_case_is_said_at_its_field(
    portal: Workspace, visit: Visit, reference: str, address: str
) -> None:
    pat = await looked_up(visit, portal, reference, address, 422)
    assert [had for _, had in pat.page.tags if had.get("aria-invalid")]


async def test_nobody_guesses(
    portal: Workspace, service: tuple[str, Parts], visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tries are counted by the number, from whatever addresses they come, and by the address."""
    monkeypatch.setattr(service[1].settings, "portal_lookups_per_h", 2)
    sam, _ = await written(portal, visit)
    for _ in range(2):
        await looked_up(visit, portal, sam.reference, "guess@example.com", 422)
    await looked_up(visit, portal, sam.reference, SAM, 429)
    pat = await visit(portal)
    for number in range(3):
        await pat.open("status")
        await pat.send("status", 429 if number == 2 else 422, reference=f"AAAA-AAA{number}", address=SAM)


async def test_the_page_shows_what_is_said_to_the_customer_and_nothing_else(portal: Workspace, visit: Visit) -> None:
    """Messages of both sides; no note, no agent's name unless the workspace shows it, no reason; and who is at work."""
    sam, contact = await written(portal, visit)
    async with portal.desk("ann") as ann:
        await accepted(ann, contact["id"])
        await sam.open("case")
        assert "Somebody is working on it" in sam.answer.text
        await reply(portal, contact, "We give you <b>ten</b> euros")
        await reply(portal, contact, "he is a difficult one", kind="note")
        await sam.open("case")
    assert "&lt;b&gt;ten&lt;/b&gt;" in sam.answer.text
    for hidden in ("difficult", "ann", "Ann", contact["id"], contact["case_id"], contact["customer_id"], "complaint"):
        assert hidden not in sam.answer.text, hidden


async def test_what_is_added_is_a_message_of_the_case(portal: Workspace, visit: Visit) -> None:
    """While its contact is open, once for each form; after its end it begins another contact of the same case."""
    sam, contact = await written(portal, visit)
    sent = sam.page.forms["case/messages"]
    url = str(sam.answer.url.join("case/messages"))
    for _ in range(2):
        await sam.post(url, {**sent, "text": "and my bill is wrong, card 4111 1111 1111 1111"})
    assert sam.answer.text.count("and my bill is wrong") == 1
    assert "4111 1" not in sam.answer.text
    await sam.post(url, {**sent, "text": "something else"}, 422)
    await sam.open("case")
    await sam.send("case/messages", 422, text="  ")
    await portal.api.post(f"/v1/contacts/{contact['id']}/resolve")
    await portal.until_state(contact["id"], "resolved")
    await sam.open("case")
    assert "It is settled" in sam.answer.text
    await sam.send("case/messages", text="still not right, I complain again")
    items = (await portal.api.get("/v1/contacts")).json()["items"]
    assert [one["case_id"] for one in items] == [contact["case_id"]] * 2
    assert items[0]["state"] == "queued"
    assert "We have it" in sam.answer.text


async def test_a_form_adds_once_whether_the_case_is_open_or_over(portal: Workspace, visit: Visit) -> None:
    """Sent at once and again later, with its contact ended or another one begun in the meantime."""
    sam, contact = await written(portal, visit)
    url = str(sam.answer.url.join("case/messages"))
    first = {**sam.page.forms["case/messages"], "text": "one thing more"}
    await sam.post(url, first)
    await portal.api.post(f"/v1/contacts/{contact['id']}/resolve")
    await portal.until_state(contact["id"], "resolved")
    await sam.post(url, first)
    again = {**sam.page.forms["case/messages"], "text": "still not right, I complain again"}
    answers = await asyncio.gather(*(sam.client.post(url, data=again) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    await sam.post(url, again)
    await sam.post(url, {**again, "text": "other words"}, 422)
    said = (await portal.api.get(f"/v1/cases/{contact['case_id']}/messages")).json()["items"]
    assert [one["text"] for one in said] == [COMPLAINT, "one thing more", "still not right, I complain again"]
    assert len((await portal.api.get("/v1/contacts")).json()["items"]) == 2


async def test_words_that_nobody_can_read_are_none(portal: Workspace, visit: Visit) -> None:
    """Said at the field, in an open case as in one that is over."""
    sam, contact = await written(portal, visit, name="\u200b", subject="\u200b")
    assert (contact["subject"], sam.answer.status_code) == (None, 200)
    await sam.send("case/messages", 422, text="\u200b\x01")
    await portal.api.post(f"/v1/contacts/{contact['id']}/resolve")
    await portal.until_state(contact["id"], "resolved")
    await sam.open("case")
    await sam.send("case/messages", 422, text="\u200b\x01")
    assert [had["name"] for _, had in sam.page.tags if had.get("aria-invalid")] == ["text"]


async def test_a_case_of_another_channel_is_found_and_added_to(portal: Workspace, visit: Visit) -> None:
    """By the address that proved its customer; what is added is said in the contact that is open."""
    contact = await portal.post(COMPLAINT, channel="email", customer={"email": SAM, "name": "Sam"}, subject="Bill")
    shown = await _reference(portal, contact["case_id"])
    pat = await looked_up(visit, portal, shown, SAM)
    await pat.send("case/messages", text="one more thing")
    said = (await portal.api.get(f"/v1/cases/{contact['case_id']}/messages")).json()["items"]
    assert [one["text"] for one in said][-1] == "one more thing"


async def _reference(workspace: Workspace, case: str) -> str:
    return str((await workspace.api.get(f"/v1/cases/{case}")).json()["reference"])


async def test_a_pass_is_good_for_one_case_of_one_workspace(make: Make, portal: Workspace, visit: Visit) -> None:
    """Not when it is forged, of another workspace, or given back; the buttons' tokens belong to it."""
    sam, _ = await written(portal, visit)
    pat, _ = await written(portal, visit, email="pat@example.com")
    elsewhere = await make(with_portal())
    name, value = next(iter(sam.client.cookies.items()))
    for wrong in (value[:-3], f"x{value}", "", "a.b", value.partition(".")[0]):
        eve = await visit(portal)
        eve.client.cookies.set(name, wrong)
        await eve.open("case")
        assert eve.answer.url.path.endswith("/status")
    eve = await visit(elsewhere)
    eve.client.cookies.set(f"mci_help_{elsewhere.name}", value)
    await eve.open("case")
    assert eve.answer.url.path.endswith("/status")
    token = sam.page.forms["case/messages"]["token"]
    await pat.send("case/messages", 422, text="hello", token=token)
    await sam.send("case/leave")
    assert "no longer shown" in sam.answer.text
    await sam.open("case")
    assert sam.answer.url.path.endswith("/status")


async def test_a_case_that_is_erased_is_gone(portal: Workspace, visit: Visit) -> None:
    sam, contact = await written(portal, visit)
    async with portal.ledger() as session:
        await session.execute(text("DELETE FROM customers WHERE id = :id"), {"id": contact["customer_id"]})
    await sam.open("case")
    assert sam.answer.url.path.endswith("/status")


@pytest.mark.parametrize(
    ("reach", "by", "address"),
    [
        ({"email": SAM, "phone": "+49 30 901820"}, "mail", {"kind": "email", "value": SAM}),
        ({"email": "", "phone": "+49 30 901820"}, "texts", {"kind": "phone", "value": "+4930901820"}),
    ],
)
async def test_an_answer_goes_out_over_the_customers_own_channel(
    make: Make, visit: Visit, reach: dict[str, str], by: str, address: dict[str, str]
) -> None:
    """Over the adapter that serves e-mail, else the one for SMS; and it stands on the page of the case."""
    workspace = await make(with_portal())
    await adapter(workspace, "mail", channels=["email"])
    await adapter(workspace, "texts", channels=["sms"])
    sam, contact = await written(workspace, visit, **reach)
    key = await key_of(workspace, "messages:deliver", adapter=by)
    await reply(workspace, contact, "We are sorry")
    async with reading(workspace, key, by) as stream:
        kind, message = await stream.next()
    assert (kind, message["text"], message["channel"]) == ("message", "We are sorry", "web")
    assert message["customer"]["addresses"] == [address]
    await sam.open("case")
    assert "We are sorry" in sam.answer.text
    assert "at the address that you gave" in sam.answer.text


async def test_who_writes_is_told_once_that_it_has_arrived(make: Make, visit: Visit) -> None:
    """Where the queue acknowledges what comes by the pages: at the address, with the number, and on the page."""
    document = with_portal()
    document["queues"][1]["acknowledge"] = {"channels": ["web"]}
    workspace = await make(document)
    await adapter(workspace, "mail", channels=["email"])
    sam, _ = await written(workspace, visit)
    key = await key_of(workspace, "messages:deliver", adapter="mail")
    async with reading(workspace, key, "mail") as stream:
        (text_of_it,) = await stream.texts(1)
    assert sam.reference in text_of_it
    assert "We answer " in (await sam.open("case")).text
    assert " ".join(text_of_it.split()) in " ".join(sam.answer.text.split())


async def test_a_case_is_answered_from_the_community(portal: Workspace, visit: Visit) -> None:
    """What another customer was answered is on the page; that it helped is the end, and nothing was published."""
    post = await answered_post(portal)
    sam, contact = await written(portal, visit, text="how can I set up my voicemail greeting", topic="how_to")
    assert contact["state"] == "automating"
    assert REPLY in sam.answer.text
    await sam.send("case/helped")
    await portal.until_state(contact["id"], "resolved")
    assert [one["id"] for one in (await portal.api.get("/v1/posts")).json()["items"]] == [post]
