"""Conversations at the desk, in a browser: what is written, read, noted, lost and found again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Locator, expect

from tests.support.browser import assert_accessible, cut
from tests.support.desk_page import DeskPage, OpenDesk
from tests.support.documents import with_queue
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]
COMPLAINT = {"topic": "complaint", "customer": {"name": "Vera Lang", "external_id": "v-1"}}
CANARY = "between you and me"


async def served(workspace: Workspace, desk: DeskPage, text: str = "the bill is wrong again", **more: Any) -> Any:
    """A contact that the agent of the desk has accepted."""
    contact = await workspace.post(text, **{**COMPLAINT, **more})
    await desk.page.locator(f'[data-contact="{contact["id"]}"]').click()
    await desk.accept()
    return contact


async def says(workspace: Workspace, contact: Any, text: str, **more: Any) -> None:
    answer = await workspace.api.post(f"/v1/contacts/{contact['id']}/messages", json={"text": text, **more})
    assert answer.status_code == 201, answer.text


async def said(workspace: Workspace, contact: Any) -> list[tuple[str, str]]:
    """What the case has, by kind and text."""
    answer = await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")
    return [(one["kind"], one["text"]) for one in answer.json()["items"]]


def messages(desk: DeskPage) -> Locator:
    return desk.page.locator(".messages .message")


async def write(desk: DeskPage, mode: str, text: str) -> None:
    await desk.page.get_by_role("group", name="What you write").get_by_role("button", name=mode).click()
    await desk.page.locator("#compose").fill(text)
    await desk.page.keyboard.press("Control+Enter")


async def test_private_replies_and_notes_are_told_apart(workspace: Workspace, desk: OpenDesk) -> None:
    """By word, by colour and by place, where they are written as where they are read; each has a draft of its own."""
    ann = await desk(workspace, "ann")
    contact = await served(workspace, ann)
    await expect(ann.page.locator("#compose")).to_be_focused()
    await write(ann, "Private reply", "I am looking into it")
    await ann.page.locator("#compose").fill("half a re")
    await write(ann, "Note", CANARY)
    await expect(messages(ann).locator(".said")).to_have_text(
        ["the bill is wrong again", "I am looking into it", CANARY]
    )
    await expect(messages(ann).locator(".word")).to_have_text(["Private", "Private", "Note: colleagues only"])
    looks = await messages(ann).evaluate_all(
        "all => all.map(one => { const s = getComputedStyle(one); return [s.backgroundColor, s.alignSelf].join(); })"
    )
    assert len(set(looks)) == 3
    await ann.page.get_by_role("button", name="Private reply", exact=True).click()
    await expect(ann.page.locator("#compose")).to_have_value("half a re")
    assert (await said(workspace, contact))[1:] == [("agent", "I am looking into it"), ("note", CANARY)]


async def test_what_is_written_while_the_line_is_lost_is_sent_once(workspace: Workspace, desk: OpenDesk) -> None:
    """It shows as pending, goes out when the line is back, in order, and what the customer wrote meanwhile is there."""
    ann = await desk(workspace, "ann")
    contact = await served(workspace, ann)
    async with cut(ann.page):
        await write(ann, "Private reply", "written in a tunnel")
        await expect(ann.page.locator(".message.pending")).to_have_count(1)
        await says(workspace, contact, "are you there?")
    await ann.connected()
    await expect(ann.page.locator(".message.pending")).to_have_count(0)
    await expect(messages(ann).locator(".said").get_by_text("are you there?")).to_be_visible()
    ours = [text for kind, text in await said(workspace, contact) if kind == "agent"]
    assert ours == ["written in a tunnel"]


async def test_what_is_noted_while_the_line_is_lost_is_kept_when_it_is_back(
    workspace: Workspace, desk: OpenDesk
) -> None:
    """Without another key: a customer who hangs up then, or a wrap-up that runs out, takes nothing of it along."""
    ann = await desk(workspace, "ann")
    contact = await served(workspace, ann)
    async with cut(ann.page):
        await expect(ann.page.locator("#connection")).not_to_have_text("Connected")
        await ann.shown().get_by_label("Notes").fill("noted in a tunnel")
        await asyncio.sleep(1.2)  # after the last key the desk tries to save it, and cannot
    await ann.connected()

    async def noted() -> bool:
        return bool((await workspace.contact(contact["id"]))["notes"] == "noted in a tunnel")

    await eventually(noted)


async def test_words_are_shown_in_their_own_direction(workspace: Workspace, desk: OpenDesk) -> None:
    """From right to left where they are written so, as they are typed and as they are read: else the number that ends a
    sentence stands at its beginning.
    """
    ann = await desk(workspace, "ann")
    contact = await served(workspace, ann)
    await says(workspace, contact, "החשבון שלי שגוי, מספר 4711")
    await ann.reply("תודה")
    await ann.page.locator("#compose").fill("שלום")
    for words in (messages(ann).locator(".said").nth(1), messages(ann).locator(".said").nth(2)):
        await expect(words).to_have_css("direction", "rtl")
    await expect(messages(ann).locator(".said").first).to_have_css("direction", "ltr")
    await expect(ann.page.locator("#compose")).to_have_css("direction", "rtl")


async def test_drafts_outlive_a_reload_but_not_those_of_sensitive_contacts(
    workspace: Workspace, desk: OpenDesk
) -> None:
    """The tab keeps what was typed, until it is sent; what concerns a sensitive contact is in memory alone."""
    fred = await desk(workspace, "fred")
    await served(workspace, fred, "someone stole my card", topic="card_fraud")
    await fred.page.locator("#compose").fill("a secret half")
    ann = await desk(workspace, "ann")
    await served(workspace, ann)
    await ann.page.locator("#compose").fill("half a sentence")
    await ann.shown().get_by_label("Notes").fill("half a note")
    for page in (fred.page, ann.page):
        await page.reload()
    await expect(ann.page.locator("#compose")).to_have_value("half a sentence")
    await expect(ann.shown().get_by_label("Notes")).to_have_value("half a note")
    await expect(fred.page.locator("#compose")).to_have_value("")
    assert "secret" not in await fred.page.evaluate("JSON.stringify({ ...sessionStorage, ...localStorage })")


async def test_several_conversations_show_what_is_unread(workspace: Workspace, desk: OpenDesk) -> None:
    """On their cards with the last message, and in the tab's title; to look at one is to have read it."""
    ann = await desk(workspace, "ann")
    first = await served(workspace, ann)
    await served(workspace, ann, "another bill", customer={"name": "Tom Ash", "external_id": "t-1"})
    await says(workspace, first, "still waiting")
    card = ann.page.locator(f'[data-contact="{first["id"]}"]')
    await expect(card).to_contain_text("still waiting")
    await expect(card.get_by_label("1 unread")).to_be_visible()
    await expect(ann.page).to_have_title("(1) Agent desk")
    await ann.shown().get_by_role("heading", level=3).click()
    await ann.page.keyboard.press("j")
    await expect(card).to_have_attribute("aria-current", "true")
    await expect(card.get_by_label("1 unread")).to_have_count(0)
    await expect(ann.page).to_have_title("Agent desk")


async def test_a_long_conversation_is_shown_by_windows(workspace: Workspace, desk: OpenDesk) -> None:
    """The last two hundred messages, then earlier ones by a button, which leaves the place where one reads."""
    ann = await desk(workspace, "ann")
    contact = await served(workspace, ann)
    for start in range(0, 210, 30):
        await asyncio.gather(*(says(workspace, contact, f"a formal complaint, part {start + n}") for n in range(30)))
    await ann.page.reload()
    await expect(messages(ann)).to_have_count(200)
    await ann.page.get_by_role("button", name="Earlier messages").click()
    await expect(messages(ann)).to_have_count(211)
    await expect(messages(ann).first).to_contain_text("the bill is wrong again")
    await expect(ann.page.get_by_role("button", name="Earlier messages")).to_be_hidden()


MAIL = """<h1>Dear all</h1><p>the <b>bill</b> of <a href="https://shop.example/b?x=1&amp;y=2">May</a> &lt;3</p>
<script>document.title = "taken"</script><img src="https://spy.example/p.gif" alt="our logo" onerror="document.title = 'taken'">
<a href="javascript:document.title='taken'">click</a><table><tr><td colspan="2">10 EUR</td></tr></table>"""
HOSTILE = """<p onclick="x()">a<b class="x">b</b></i><iframe src="//x"><a href="java&#115;cript:x()">c</a><script>d</script>
&amp;lt; &#60;i&#62; &bogus; < 1<p style="x">e"""
MADE = """async (html) => {
  const { markupOf } = await import("/assets/markup.js");
  const box = document.createElement("div");
  box.append(markupOf(html));
  return [[...box.querySelectorAll("*")].map((e) => e.localName + [...e.attributes].map((a) => `[${a.name}]`).join("")), box.textContent];
}"""


async def test_a_mail_is_shown_as_it_was_written_and_does_nothing(workspace: Workspace, desk: OpenDesk) -> None:
    """Cleaned by the router, and made of known elements only by the page, whatever it is given."""
    ann = await desk(workspace, "ann")
    contact = await served(workspace, ann)
    await says(workspace, contact, "the bill of May", html=MAIL)
    mail = messages(ann).locator(".said.rich")
    await expect(mail.locator("b")).to_have_text("bill")
    await expect(mail.get_by_role("link", name="May")).to_have_attribute("href", "https://shop.example/b?x=1&y=2")
    await expect(mail.get_by_role("link", name="May")).to_have_attribute("rel", "noopener noreferrer nofollow")
    await expect(mail.locator("td")).to_have_attribute("colspan", "2")
    await expect(mail).to_contain_text("our logo")
    await expect(mail).to_contain_text("<3")
    await expect(mail.locator("script, img, h1, a[href^=javascript]")).to_have_count(0)
    await expect(ann.page.locator("nav")).to_contain_text("the bill of May")
    await assert_accessible(ann.page)
    elements, text = await ann.page.evaluate(MADE, HOSTILE)
    assert elements == ["p", "b", "a", "p"]
    assert text.split() == ["abcd", "&lt;", "<i>", "&bogus;", "<", "1e"]


async def test_who_hangs_up_leaves_the_notes_and_the_time_for_them(make: Make, desk: OpenDesk) -> None:
    """Wrap-up begins with what was noted; it has a clock, more time, and takes notes and disposition."""
    workspace = await make(with_queue("desk", wrap_up_s=60))
    ann = await desk(workspace, "ann")
    contact = await served(workspace, ann)
    await ann.shown().get_by_label("Notes").fill("wants the fee back")
    left = await workspace.api.post(f"/v1/contacts/{contact['id']}/end", json={"by": "customer", "why": "left"})
    assert left.status_code == 200, left.text
    finish = ann.page.get_by_role("form", name="Wrap-up")
    await expect(finish.get_by_label("Notes")).to_have_value("wants the fee back")
    await expect(finish.locator(".left")).to_contain_text("s left")
    await finish.get_by_role("button", name="More time").click()
    await finish.get_by_label("Disposition").select_option("not_solved")
    await finish.get_by_role("button", name="Wrap-up done").click()
    done = await workspace.until_state(contact["id"], "completed")
    assert (done["notes"], done["disposition"]) == ("wants the fee back", "not_solved")


async def test_a_parked_conversation_comes_back_with_its_message(workspace: Workspace, desk: OpenDesk) -> None:
    """The card says that it is parked, and that it is under way again."""
    ann = await desk(workspace, "ann")
    contact = await served(workspace, ann)
    await ann.shown().get_by_role("button", name="Park").click()
    card = ann.page.locator(f'[data-contact="{contact["id"]}"]')
    await expect(card).to_contain_text("Parked")
    await says(workspace, contact, "I have found the bill")
    await expect(card).not_to_contain_text("Parked")
    await expect(ann.shown()).to_contain_text("I have found the bill")


async def test_one_click_takes_a_customer_to_a_private_chat_and_one_back(make: Make, desk: OpenDesk) -> None:
    """What can be written follows at once: nothing is said in public by mistake."""
    document = with_queue("desk")
    document["agents"][0]["capacity"]["channels"]["social"] = 3
    workspace = await make(document)
    ann = await desk(workspace, "ann")
    contact = await served(workspace, ann, channel="social", visibility="public")
    public = ann.page.get_by_role("group", name="What you write").get_by_role("button", name="Public reply")
    await expect(public).to_have_count(1)
    await ann.page.get_by_role("button", name="Private chat", exact=True).click()
    await expect(public).to_have_count(0)
    await write(ann, "Private reply", "Your number, please?")
    await ann.page.get_by_role("button", name="Back to the public", exact=True).click()
    await write(ann, "Public reply", "It is on its way.")
    await expect(messages(ann).locator(".word")).to_have_text(
        ["Public: everybody can read it", "Private", "Public: everybody can read it"]
    )
    assert (await workspace.contact(contact["id"]))["modality"] == "many_to_many"
