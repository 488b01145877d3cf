"""The customer's chat in one window and the agent's desk in another."""

import re

from playwright.async_api import expect

from tests.support.browser import OpenWindow, assert_accessible, cut, sleeper
from tests.support.desk_page import DeskPage, OpenDesk
from tests.support.shop import OpenShop

COMPLAINT = "I want to complain about your service"


async def test_a_customer_and_an_agent_talk_in_two_windows(shop: OpenShop, window: OpenWindow, desk: OpenDesk) -> None:
    """From the customer's first words to the end of the conversation, with what each sees of the other."""
    harbour = await shop()
    chat = await harbour.visit(await window())
    await chat.page.get_by_role("button", name="Ask us about this").click()
    await expect(chat.text).to_be_focused()
    await chat.write(COMPLAINT)
    await chat.taken(COMPLAINT)
    await expect(chat.strip).to_contain_text("in line")

    ann = await desk(harbour.workspace, "ann")
    await expect(ann.shown()).to_contain_text("E-42")
    await ann.accept()
    await expect(chat.strip).to_have_text("Ann is with you.")
    await ann.reply("Good morning. What happened?")
    await expect(chat.said("What happened?")).to_contain_text("Ann")
    await chat.write("The bill was wrong twice")
    await expect(ann.said("wrong twice")).to_be_visible()
    await expect(chat.said("wrong twice")).to_contain_text("Read")

    await chat.button("End the conversation").click()
    await chat.button("Yes, end it").click()
    await expect(chat.strip).to_contain_text("over")
    await expect(ann.shown().get_by_role("button", name="Wrap-up done")).to_be_visible()


async def test_something_new_is_a_conversation_of_its_own(shop: OpenShop, window: OpenWindow) -> None:
    """Beside one that is open, which keeps what was said in it."""
    harbour = await shop()
    chat = await harbour.visit(await window())
    await chat.open()
    await chat.write(COMPLAINT)
    await chat.taken(COMPLAINT)
    await chat.button("All your questions").click()
    await chat.button("Ask something new").click()
    await chat.write("I cannot sign in")
    await chat.taken("I cannot sign in")
    assert COMPLAINT not in await chat.texts()
    contacts = (await harbour.workspace.api.get("/v1/contacts")).json()["items"]
    assert len({contact["case_id"] for contact in contacts}) == 2


async def test_nothing_is_lost_or_doubled_when_a_line_is_cut(
    shop: OpenShop, window: OpenWindow, desk: OpenDesk
) -> None:
    """What is written meanwhile on either side arrives once, in order, when the line is back."""
    harbour = await shop()
    chat = await harbour.visit(await window())
    await chat.open()
    await chat.write(COMPLAINT)
    ann = await desk(harbour.workspace, "ann")
    await ann.accept()
    await ann.reply("one")
    await expect(chat.said("one")).to_be_visible()
    async with cut(chat.page):
        await expect(chat.strip).to_contain_text("No connection")
        await chat.write("two")
        await chat.write("three")
        await expect(chat.said("three")).to_contain_text("Waits for the connection")
        await assert_accessible(chat.page)
        await ann.reply("meanwhile")
    await chat.taken("three")
    await expect(chat.said("meanwhile")).to_be_visible()
    texts = await chat.texts()
    assert sorted(texts) == sorted([COMPLAINT, "one", "meanwhile", "two", "three"])
    assert texts.index("two") < texts.index("three")
    assert await ann.texts() == texts


async def test_who_asks_for_a_person_while_the_line_is_lost_gets_one(shop: OpenShop, window: OpenWindow) -> None:
    """What is pressed then is done when the line is back, as what is written is sent; until then it is not asked again."""
    harbour = await shop()
    chat = await harbour.visit(await window())
    await chat.open()
    await chat.write("I forgot my password and cannot log in")
    await expect(chat.button("A person, please")).to_be_visible()
    async with cut(chat.page):
        await expect(chat.strip).to_contain_text("No connection")
        await chat.button("A person, please").click()
        await expect(chat.button("A person, please")).to_be_hidden()
        await expect(chat.text).to_be_focused()
    await expect(chat.strip).to_contain_text("in line")


async def test_a_question_whether_to_end_goes_with_the_conversation(shop: OpenShop, window: OpenWindow) -> None:
    """It was over before the customer answered: it is not asked of the next one, whose link ends before the full stop."""
    harbour = await shop()
    chat = await harbour.visit(await window())
    await chat.open()
    await chat.write(COMPLAINT)
    await chat.taken(COMPLAINT)
    await chat.button("End the conversation").click()
    (contact,) = (await harbour.workspace.api.get("/v1/contacts")).json()["items"]
    await harbour.workspace.api.post(f"/v1/contacts/{contact['id']}/cancel", json={"reason": "a mistake"})
    await expect(chat.strip).to_contain_text("over")
    again = f"{COMPLAINT}, see https://shop.example/bill?n=1."
    await chat.write(again)
    await chat.taken(again)
    await expect(chat.strip).to_contain_text("in line")
    await expect(chat.button("Yes, end it")).to_be_hidden()
    await expect(chat.log.get_by_role("link")).to_have_attribute("href", "https://shop.example/bill?n=1")


async def test_after_sleep_each_side_has_what_it_missed(shop: OpenShop, window: OpenWindow, desk: OpenDesk) -> None:
    """The sockets died while the machine slept, and nobody was told: to be looked at again is enough."""
    harbour = await shop()
    customer = await sleeper(await window(), "customer-socket")
    chat = await harbour.visit(customer.page)
    await chat.open()
    await chat.write(COMPLAINT)
    await chat.taken(COMPLAINT)
    agent = await sleeper(await window(), "agent-socket")
    ann = DeskPage(agent.page, harbour.workspace.url)
    await ann.sign_in(await harbour.workspace.token("ann"))
    await ann.become_available()
    await ann.accept()
    await expect(chat.strip).to_have_text("Ann is with you.")

    await customer.sleep()
    await ann.reply("are you there?")
    await customer.wake(1)
    await expect(chat.said("are you there?")).to_be_visible()
    assert "resume=cas_" in customer.resumed[-1]

    await agent.sleep()
    await chat.write("yes, I am")
    await chat.taken("yes, I am")
    await agent.wake(3)
    await expect(ann.said("yes, I am")).to_be_visible()
    assert re.search(r"resume=[1-9]\d*$", agent.resumed[-1])
    assert (len(customer.resumed), len(agent.resumed)) == (2, 2)
    assert await ann.texts() == await chat.texts() == [COMPLAINT, "are you there?", "yes, I am"]


async def test_what_was_said_is_changed_on_both_sides(shop: OpenShop, window: OpenWindow, desk: OpenDesk) -> None:
    """An agent mends an own message and takes words away, with a reason; the customer sees either at once."""
    harbour = await shop()
    chat = await harbour.visit(await window())
    await chat.open()
    await chat.write(COMPLAINT)
    await chat.taken(COMPLAINT)
    ann = await desk(harbour.workspace, "ann")
    await ann.accept()
    await ann.reply("You get 20 euros back")
    ours = ann.said("euros back")
    await ours.hover()
    await ours.get_by_role("button", name="Edit").click()
    field = ann.shown().get_by_label("What the message says")
    await expect(field).to_be_focused()
    await assert_accessible(ann.page)
    await field.fill("You get 30 euros back")
    await ann.shown().get_by_role("button", name="Save", exact=True).click()
    await expect(ann.said("You get 30 euros back")).to_contain_text("edited")
    await expect(chat.said("You get 30 euros back")).to_contain_text("edited")
    theirs = ann.said(COMPLAINT)
    await theirs.get_by_role("button", name="Edit").wait_for(state="detached")
    await theirs.hover()
    await theirs.get_by_role("button", name="Remove").click()
    await ann.shown().get_by_label("Why it is removed").fill("names somebody else")
    await ann.page.keyboard.press("Enter")
    await expect(ann.said("names somebody else")).to_contain_text("Removed by")
    await expect(chat.said("This message was removed.")).to_be_visible()
    assert await chat.texts() == ["This message was removed.", "You get 30 euros back"]
    await assert_accessible(ann.page)
