"""What comes late, at the desk and in the chat: an answer that was read before something else was told changes nothing
back.
"""

import asyncio
import json
from typing import Any

from playwright.async_api import WebSocketRoute, expect

from tests.support.browser import OpenWindow
from tests.support.desk_page import OpenDesk
from tests.support.service import Workspace
from tests.support.shop import OpenShop

# Frames and answers as the desk gets them, in the orders in which a socket may bring them.
AT_THE_DESK = """
async () => {
  const { Conversations } = await import(new URL("assets/conversations.js", document.baseURI));
  const all = new Conversations();
  const here = all.of("con");
  const said = (seq, more = {}) => ({ id: `m${seq}`, seq, author: "ann", kind: "agent", revision: 0, text: "hello",
    redacted: null, delivery: { state: "queued", error: null }, ...more });
  const hear = (type, data) => all.apply({ type, data: { contact_id: "con", ...data } }, "ann", "con");
  const delivered = (seq, state) => hear("message.delivery", { message_id: `m${seq}`, state, error: null });
  const now = (seq) => here.messages.get(seq);
  all.sending("con", { client_id: "a" });
  all.sending("con", { client_id: "b" });
  all.sent("con", "a", said(1));
  hear("message.created", { message: said(1) });
  delivered(1, "failed");
  all.sent("con", "b", said(2));
  const failed = now(1).delivery.state;
  delivered(1, "queued");
  const again = now(1).delivery.state;
  all.sending("con", { client_id: "c" });
  hear("message.created", { message: said(3) });
  delivered(3, "sent");
  all.sent("con", "c", said(3));
  hear("message.updated", { message: said(2, { text: "", redacted: { by: "ann", why: "a slip" } }) });
  hear("message.updated", { message: said(1, { text: "hello again", revision: 1 }) });
  all.window("con", { items: [said(1), said(2), said(3)], more: false, read_up_to: {} });
  return { failed, again, sent: now(3).delivery.state, edited: now(1).text, redacted: now(2).text };
}
"""


async def test_at_the_desk_what_is_known_later_stays(workspace: Workspace, desk: OpenDesk) -> None:
    """That a message has failed is shown while the next one is under way, and after it; an edit and a redaction outlive
    a window that was read before. "Send again" alone leads back.
    """
    ann = await desk(workspace, "ann")
    shown = await ann.page.evaluate(AT_THE_DESK)
    as_told = {"failed": "failed", "again": "queued", "sent": "sent"}
    assert shown == {**as_told, "edited": "hello again", "redacted": ""}


async def test_in_the_chat_what_was_taken_away_stays_away(shop: OpenShop, window: OpenWindow) -> None:
    """The history was read before the redaction, and comes after it."""
    ours = await shop()
    page = await window()
    late: asyncio.Queue[Any] = asyncio.Queue()
    held, asked = False, set[str]()

    def between(line: WebSocketRoute) -> None:
        server = line.connect_to_server()

        def ask(frame: str | bytes) -> None:
            parsed = json.loads(frame)
            if held and parsed["type"] == "messages.read":
                asked.add(parsed["id"])
            server.send(frame)

        def answer(frame: str | bytes) -> None:
            if json.loads(frame).get("id") in asked:
                late.put_nowait(lambda: line.send(frame))
            else:
                line.send(frame)

        line.on_message(ask)
        server.on_message(answer)

    await page.route_web_socket("**/v1/customer-socket*", between)
    chat = await ours.visit(page)
    await chat.open()
    await chat.write("the bill is wrong")
    await chat.taken("the bill is wrong")
    contact = (await ours.workspace.api.get("/v1/contacts")).json()["items"][0]
    path = f"/v1/contacts/{contact['id']}/messages"
    said = {"kind": "agent", "author": "ann", "text": "somebody else's address"}
    message = (await ours.workspace.api.post(path, json=said)).json()["message"]["id"]
    await expect(chat.said("somebody else's address")).to_be_visible()
    held = True
    await chat.button("All your questions").click()
    await chat.panel.get_by_role("listitem").get_by_role("button").first.click()
    show = await late.get()
    await ours.workspace.api.post(f"/v1/messages/{message}/redact", json={"why": "a slip"})
    await expect(chat.said("This message was removed.")).to_be_visible()
    show()
    await expect(chat.said("the bill is wrong")).to_be_visible()
    await ours.workspace.api.post(path, json={**said, "text": "sorry"})
    await expect(chat.said("sorry")).to_be_visible()  # so the history has come, too
    await expect(chat.said("This message was removed.")).to_be_visible()
    await expect(chat.said("somebody else's address")).to_have_count(0)
