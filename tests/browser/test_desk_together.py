"""Two desks and one conversation: a colleague is asked, joins, is whispered to, takes over; somebody reads along."""

from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.browser.test_desk_conversation import messages, said, says, served, write
from tests.support.browser import assert_accessible
from tests.support.conversations import staffed
from tests.support.desk_page import DeskPage, OpenDesk
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]


async def ask(desk: DeskPage, colleague: str) -> None:
    """Asks a colleague to join the conversation that is shown."""
    await desk.shown().get_by_role("button", name="Pass on").click()
    dialog = desk.page.get_by_role("dialog", name="Pass it on")
    await dialog.get_by_label("Colleague").select_option(label=f"{colleague} · Available")
    await dialog.get_by_role("button", name="Ask to join").click()
    await expect(dialog).to_be_hidden()


async def test_a_colleague_is_asked_joins_and_takes_over(make: Make, desk: OpenDesk) -> None:
    """Declined once, accepted then: both write, a whisper stays between them, and the contact changes hands inside."""
    workspace = await make(staffed())
    ann = await desk(workspace, "ann")
    contact = await served(workspace, ann)
    bob = await desk(workspace, "bob")
    await ask(ann, "Bob")
    await expect(ann.shown()).to_contain_text("Bob is asked to join")
    await expect(bob.shown()).to_contain_text("Ann asks you to join")
    await expect(bob.said("the bill is wrong again")).to_be_visible()
    await expect(bob.page.locator("#compose")).to_have_count(0)
    await assert_accessible(bob.page)
    await bob.shown().get_by_role("button", name="Decline").click()
    await expect(ann.shown()).not_to_contain_text("is asked to join")
    await ask(ann, "Bob")
    await bob.shown().get_by_role("button", name="Accept").click()
    await expect(bob.shown()).to_contain_text("Ann serves this contact")
    await expect(ann.shown()).to_contain_text("Also here: Bob")
    await expect(bob.shown().get_by_role("button", name="Complete")).to_have_count(0)

    await bob.reply("I am Bob, and know bills")
    await expect(ann.said("know bills").locator("strong")).to_have_text("Bob")
    await ann.shown().get_by_role("button", name="Note", exact=True).click()
    await ann.shown().get_by_label("Who reads the note").select_option(label="Only Bob")
    await write(ann, "Note", "be careful with this one")
    await expect(bob.said("be careful").locator(".word")).to_have_text("Whisper to Bob")
    await says(workspace, contact, "who is right?")
    for one in (ann, bob):
        await expect(one.said("who is right?")).to_be_visible()
        await assert_accessible(one.page)

    await ann.shown().get_by_role("button", name="Hand over to Bob").click()
    await expect(bob.shown().get_by_role("button", name="Complete")).to_be_visible()
    await expect(ann.shown()).to_contain_text("Bob serves this contact")
    await expect(bob.shown()).to_contain_text("Also here: Ann")
    await bob.page.reload()
    await expect(bob.shown()).to_contain_text("Also here: Ann")
    assert await bob.texts() == await ann.texts() == [text for _, text in await said(workspace, contact)]
    await ann.shown().get_by_role("button", name="Leave").click()
    await expect(bob.shown()).not_to_contain_text("Also here")
    await expect(ann.page.get_by_text("Nothing under way.")).to_be_visible()
    await bob.complete()
    await workspace.until_state(contact["id"], "wrapping_up")


async def test_who_may_reads_along_and_whispers(make: Make, desk: OpenDesk) -> None:
    """Found among the conversations of colleagues; the agent sees who reads, and nobody else has that list."""
    document = staffed()
    next(agent for agent in document["agents"] if agent["name"] == "tess")["may_read_along"] = True
    workspace = await make(document)
    ann = await desk(workspace, "ann")
    contact = await served(workspace, ann)
    await workspace.projected()
    tess = await desk(workspace, "tess")
    others = tess.page.locator("#others")
    await others.get_by_text("Conversations of colleagues").click()
    await expect(others).to_contain_text("Ann · Chat · Desk")
    await others.get_by_role("button", name="Read along with Ann: Complaint").click()
    await expect(tess.said("the bill is wrong again")).to_be_visible()
    await expect(ann.shown()).to_contain_text("Tess reads along")
    await expect(others.get_by_role("button")).to_have_count(0)
    await assert_accessible(tess.page)
    await tess.page.locator("#compose").fill("offer a refund")
    await tess.page.keyboard.press("Control+Enter")
    await expect(ann.said("offer a refund").locator(".word")).to_have_text("Whisper to Ann")
    await says(workspace, contact, "any news?")
    await expect(tess.said("any news?")).to_be_visible()
    await tess.shown().get_by_role("button", name="Leave").click()
    await expect(ann.shown()).not_to_contain_text("reads along")
    await expect(messages(tess)).to_have_count(0)
    await expect(ann.page.locator("#others")).to_be_hidden()


async def kept(desk: DeskPage) -> str:
    """What the desk's tab and its browser keep."""
    return str(await desk.page.evaluate("JSON.stringify({ ...sessionStorage, ...localStorage })"))


async def until_kept(desk: DeskPage, text: str, *, still: bool) -> None:
    """Waits until the desk's tab keeps the text, or keeps it no longer."""

    async def agrees() -> bool:
        return (text in await kept(desk)) is still

    await eventually(agrees)


async def test_what_becomes_sensitive_is_tagged_and_no_draft_of_it_is_kept(make: Make, desk: OpenDesk) -> None:
    """At the agent's desk, which shows another contact meanwhile, and at a participant's, where it stays the agent's."""
    document = staffed()
    document["agents"][0]["skills"].append({"skill": "fraud", "proficiency": 4})
    workspace = await make(document)
    ann = await desk(workspace, "ann")
    contact = await served(workspace, ann)
    bob = await desk(workspace, "bob")
    await ask(ann, "Bob")
    await bob.shown().get_by_role("button", name="Accept").click()
    await expect(bob.shown()).to_contain_text("Ann serves this contact")
    for one in (ann, bob):
        await one.page.locator("#compose").fill("half a secret")
        await until_kept(one, "half a secret", still=True)
    await served(workspace, ann, "another bill", customer={"name": "Tom Ash", "external_id": "t-1"})
    await ann.page.locator("#compose").fill("half a bill")

    await says(workspace, contact, "someone stole my card and bought things, I think it is fraud, please block it")
    tag = "Sensitive: keep it private"
    await expect(bob.shown()).to_contain_text(tag)
    await expect(bob.page.locator("#compose")).to_be_focused()
    await expect(bob.shown()).to_contain_text("Ann serves this contact")
    await expect(bob.shown().get_by_role("button", name="Complete")).to_have_count(0)
    for one in (ann, bob):
        await until_kept(one, "half a secret", still=False)
    await expect(ann.shown()).not_to_contain_text(tag)
    await ann.page.locator(f'[data-contact="{contact["id"]}"]').click()
    await expect(ann.shown()).to_contain_text(tag)
    for one in (ann, bob):
        await expect(one.page.locator("#compose")).to_have_value("half a secret")
        await one.page.locator("#compose").fill("half a secret, and the other half")
        await one.page.reload()
        await one.page.locator(f'[data-contact="{contact["id"]}"]').click()
        await expect(one.shown()).to_contain_text(tag)
        await expect(one.page.locator("#compose")).to_have_value("")
        assert "secret" not in await kept(one)
    assert "half a bill" in await kept(ann)

    await says(workspace, contact, "to be honest I no longer want to live")
    for one in (ann, bob):
        await expect(one.shown()).to_contain_text("Urgent: a life may be in danger")
