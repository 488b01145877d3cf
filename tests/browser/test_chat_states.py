"""Every state of the customer's chat: what it shows, by keyboard alone, for a screen reader, on any page."""

import asyncio
import json
import re
from typing import Any

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from tests.support.browser import OpenWindow, assert_accessible, focused, tab_to
from tests.support.shop import OpenShop, Shop

COMPLAINT = "I want to complain about your service"
HOW_TO = "how do I set up my voicemail greeting"
FORGOTTEN = "I forgot my password and cannot log in"
DANGER = "the tv is black again and i have swallowed all the pills"
MANY = 300

pytestmark = pytest.mark.timeout(180)  # of a busy machine: each goes through many states

STRICT = """<!doctype html><html lang="{lang}" dir="{dir}"><head><meta charset="utf-8"><title>Strict</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><script type="module" src="/mci-chat.js"></script></head>
<body><main><h1>A page that allows little</h1></main><mci-chat router="{router}" token-url="/chat-token"></mci-chat></body></html>"""


async def test_it_is_used_by_keyboard_alone(shop: OpenShop, window: OpenWindow) -> None:
    """Opened, written in, read and closed by Tab, Enter and Escape, in the order in which it is seen."""
    harbour = await shop()
    chat = await harbour.visit(await window())
    page = chat.page
    await tab_to(page, tag="button", text="Help")
    await page.keyboard.press("Enter")
    await expect(chat.text).to_be_focused()
    await page.keyboard.type(COMPLAINT)
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("and your prices")
    await page.keyboard.press("Enter")
    await chat.taken("and your prices")
    await expect(chat.text).to_be_focused()
    await expect(chat.text).to_have_value("")

    await page.keyboard.press("Shift+Tab")
    assert (await focused(page))["label"] == "Messages"
    await page.keyboard.press("Shift+Tab")
    assert (await focused(page))["label"] == "Close"
    await page.keyboard.press("Shift+Tab")
    assert (await focused(page))["label"] == "End the conversation"
    await page.keyboard.press("Enter")
    assert (await focused(page))["text"] == "Yes, end it"
    await tab_to(page, tag="button", text="No")
    await page.keyboard.press("Enter")
    await expect(chat.text).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(chat.panel).to_be_hidden()
    assert (await focused(page))["text"] == "Help"


async def test_an_answer_is_judged_and_a_person_is_one_click_away(shop: OpenShop, window: OpenWindow) -> None:
    """What automation answers says so; *not helped* goes on, *a person* goes to the line, *helped* is the end."""
    harbour = await shop()
    chat = await harbour.visit(await window())
    await chat.open()
    await chat.write(FORGOTTEN)
    await expect(chat.said("Forgotten password")).to_contain_text("Automatic answer")
    await expect(chat.panel.get_by_role("group", name="Did that help?")).to_be_visible()
    await assert_accessible(chat.page)
    await chat.button("A person, please").click()
    await expect(chat.strip).to_contain_text("in line")
    await expect(chat.button("That helped")).to_be_hidden()
    await expect(chat.said("Forgotten password")).to_be_visible()


async def test_what_helped_ends_it_and_what_is_written_then_goes_on(shop: OpenShop, window: OpenWindow) -> None:
    """*That helped* is the end; who writes again is in the same case."""
    harbour = await shop()
    chat = await harbour.visit(await window())
    await chat.open()
    await chat.write(FORGOTTEN)
    await chat.button("That helped").click()
    await expect(chat.strip).to_contain_text("over")
    await expect(chat.button("That helped")).to_be_hidden()
    await chat.write(COMPLAINT)
    await chat.taken(COMPLAINT)
    contacts = (await harbour.workspace.api.get("/v1/contacts")).json()["items"]
    assert [contact["state"] for contact in contacts] == ["queued", "resolved"]


async def test_who_may_be_in_danger_is_told_whom_to_call(shop: OpenShop, window: OpenWindow) -> None:
    """At once, above all else, and read out."""
    harbour = await shop()
    chat = await harbour.visit(await window())
    await chat.open()
    await chat.write(DANGER)
    await expect(chat.panel.get_by_role("alert")).to_contain_text("112")
    await assert_accessible(chat.page)


async def test_the_last_message_stays_in_sight_when_the_emergency_is_shown(shop: OpenShop, window: OpenWindow) -> None:
    """Whom to call takes its room from the messages: a customer who reads the end goes on reading the end."""
    harbour = await shop()
    chat = await harbour.visit(await window(viewport={"width": 320, "height": 480}))
    await chat.open()
    await chat.write("\n".join([COMPLAINT, *["and another bill is wrong"] * 12]))
    await chat.taken(COMPLAINT)
    await chat.write(DANGER)
    await expect(chat.panel.get_by_role("alert")).to_contain_text("112")
    await expect(chat.said(DANGER)).to_be_in_viewport(ratio=0.9)


async def test_nothing_is_published_unless_the_customer_agrees(shop: OpenShop, window: OpenWindow) -> None:
    """The draft is shown as it would be posted; after *no* a person answers, and the board stays empty."""
    harbour = await shop()
    chat = await harbour.visit(await window())
    await chat.open()
    await chat.write(HOW_TO)
    question = chat.panel.get_by_role("group", name="May we publish your question")
    await expect(question).to_contain_text(HOW_TO)
    await assert_accessible(chat.page)
    await chat.button("No, keep it private").click()
    await expect(chat.strip).to_contain_text("in line")
    await expect(question).to_be_hidden()
    assert (await harbour.workspace.api.get("/v1/posts")).json()["items"] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_state_is_accessible(shop: OpenShop, window: OpenWindow, scheme: str) -> None:
    """New, in line, answered by a machine, refused, and all questions; in both schemes."""
    harbour = await shop()
    page = await window(color_scheme=scheme)
    refused = await _refusing_once(page)
    chat = await harbour.visit(page)
    await assert_accessible(page)
    await chat.open()
    await assert_accessible(page)
    await chat.write(COMPLAINT)
    await expect(chat.said(COMPLAINT)).to_contain_text("Not sent: Try again in a moment.")
    await assert_accessible(page)
    await chat.button("Send again").click()
    await chat.taken(COMPLAINT)
    assert refused == [COMPLAINT]
    assert await chat.texts() == [COMPLAINT]
    await assert_accessible(page)

    contact = (await harbour.workspace.api.get("/v1/contacts")).json()["items"][0]["id"]
    await _message(
        harbour, contact, "Hello, I am Ada.", kind="bot", ai={"name": "Ada", "version": "1", "disclosed": True}
    )
    await expect(chat.said("I am Ada")).to_contain_text("Written by AI: Ada")
    await assert_accessible(page)
    await chat.button("All your questions").click()
    await expect(chat.panel.get_by_role("listitem")).to_contain_text("I am Ada.")
    await assert_accessible(page)


async def test_a_long_conversation_is_shown_by_and_by(shop: OpenShop, window: OpenWindow) -> None:
    """Of 300 messages the last 200, at its end; the others when they are asked for."""
    harbour = await shop()
    vera = {"external_id": "vera-77", "name": "Vera Lang"}
    contact = (await harbour.workspace.post(COMPLAINT, topic="complaint", customer=vera))["id"]
    for first in range(0, MANY, 20):
        await asyncio.gather(
            *(_message(harbour, contact, f"<{n}>", kind="agent", author="ann") for n in range(first, first + 20))
        )
    chat = await harbour.visit(await window())
    await chat.open()
    await chat.panel.get_by_role("listitem").get_by_role("button").click()
    messages = chat.log.locator(".message")
    await expect(messages).to_have_count(200)
    await expect(messages.last).to_be_in_viewport()
    await assert_accessible(chat.page)
    await chat.button("Earlier messages").click()
    await expect(messages).to_have_count(MANY + 1)
    await expect(messages.first).to_contain_text(COMPLAINT)
    await expect(chat.button("Earlier messages")).to_be_hidden()
    assert sorted(await chat.texts()) == sorted([COMPLAINT, *(f"<{n}>" for n in range(MANY))])


@pytest.mark.parametrize(("lang", "direction"), [("de", "ltr"), ("en", "rtl")])
async def test_it_works_on_a_strict_and_narrow_page(
    shop: OpenShop, window: OpenWindow, lang: str, direction: str
) -> None:
    """Under `script-src 'self'; style-src 'none'`, 320 px wide, in both languages and directions."""
    harbour = await shop()
    url = harbour.workspace.url
    policy = (
        f"default-src 'none'; script-src 'self'; style-src 'none'; connect-src 'self' {url.replace('http', 'ws')}; "
    )
    harbour.add_page(
        "/strict",
        STRICT.replace("{lang}", lang).replace("{dir}", direction),
        policy + "require-trusted-types-for 'script'; trusted-types 'none'",
    )
    page = await window(viewport={"width": 320, "height": 568}, locale="de-DE")
    chat = await harbour.visit(page, "/strict")
    await chat.launcher.click()
    await expect(chat.text).to_be_focused()
    await chat.write(COMPLAINT)
    await chat.taken(COMPLAINT)
    box = await chat.panel.bounding_box()
    assert box == {"x": 0, "y": 0, "width": 320, "height": 568}
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    own = await chat.said(COMPLAINT).bounding_box()
    assert own
    assert (own["x"] > 20) is (direction == "ltr")
    await expect(page.get_by_role("button", name="Senden" if lang == "de" else "Send", exact=True)).to_be_visible()
    await assert_accessible(page)
    await tab_to(page, tag="button", label="Schließen" if lang == "de" else "Close")
    await page.keyboard.press("Escape")
    await expect(chat.panel).to_be_hidden()
    await assert_accessible(page)


async def test_a_known_customer_finds_what_is_open(shop: OpenShop, window: OpenWindow) -> None:
    """Open cases with the last answer of each, an incident of theirs; and in the next page of the site where they were."""
    harbour = await shop()
    vera = {"external_id": "vera-77", "name": "Vera Lang"}
    contact = await harbour.workspace.post(COMPLAINT, topic="complaint", customer=vera)
    await _message(harbour, contact["id"], "We look into it.", kind="agent", author="ann")
    declared = {
        "title": "No sign-in",
        "severity": "P1",
        "topics": ["sign_in"],
        "status": {"en": "We repair it."},
        "declare": True,
    }
    assert (await harbour.workspace.api.post("/v1/incidents", json=declared)).status_code == 201
    told = await harbour.workspace.post("I cannot sign in", topic="sign_in", customer=vera)
    assert told["route"]["outcome"] == "incident"

    chat = await harbour.visit(await window())
    await chat.open()
    questions = chat.panel.get_by_role("listitem")
    await expect(questions).to_have_count(2)
    await expect(questions.filter(has_text="Complaint")).to_contain_text("We look into it.")
    await expect(chat.panel.get_by_role("status").filter(has_text="A known problem")).to_contain_text("We repair it.")
    await assert_accessible(chat.page)
    await questions.filter(has_text="Complaint").get_by_role("button").click()
    await expect(chat.said(COMPLAINT)).to_be_visible()
    await chat.write("Any news?")
    await chat.taken("Any news?")
    await chat.page.reload()
    await expect(chat.said("Any news?")).to_be_visible()
    assert await chat.texts() == [COMPLAINT, "We look into it.", "Any news?"]


async def _message(harbour: Shop, contact: str, text: str, **message: Any) -> None:
    response = await harbour.workspace.api.post(f"/v1/contacts/{contact}/messages", json={"text": text, **message})
    assert response.status_code == 201, response.text


async def _refusing_once(page: Page) -> list[str]:
    """Has the first message that the page sends refused, as by a router that cannot take it at that moment."""
    refused: list[str] = []

    def opened(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def sent(message: str | bytes) -> None:
            frame = json.loads(message)
            if frame["type"] != "message.send" or refused:
                server.send(message)
                return
            refused.append(frame["data"]["text"])
            problem = {
                "type": "/problems/database_unavailable",
                "title": "Unavailable",
                "detail": "Try again in a moment.",
            }
            socket.send(json.dumps({"type": "error", "id": frame["id"], "data": {"problem": problem}}))

        socket.on_message(sent)

    await page.route_web_socket(re.compile("customer-socket"), opened)
    return refused
