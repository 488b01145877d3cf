"""What an agent sets and hears at the desk, in a browser: offers, shortcuts, languages, titles, the customer's record."""

import re
from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.browser.test_desk_conversation import COMPLAINT, says, served
from tests.support.conversations import staffed
from tests.support.desk_page import OpenDesk
from tests.support.documents import small, with_queue
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]
RUNG = "Number(document.documentElement.dataset.rung ?? 0)"


async def test_an_offer_is_heard_and_seen(make: Make, desk: OpenDesk) -> None:
    """Sound, title, icon, and words for a screen reader; without the sound where the agent has switched it off."""
    workspace = await make(with_queue("desk", offer_timeout_s=13))
    ann = await desk(workspace, "ann")
    await workspace.post("the bill is wrong again", **COMPLAINT)
    await expect(ann.page).to_have_title("(1) Offer · Agent desk")
    await expect(ann.page.locator("#icon")).to_have_attribute("href", "assets/icon_alert.svg")
    await expect(ann.page.locator("#urgent")).to_contain_text("Vera Lang, Chat")
    await expect(ann.page.locator("html")).to_have_attribute("data-rung", re.compile(r"[1-9]"))
    await expect(ann.page.locator("#urgent")).to_have_text("10 seconds left to answer Vera Lang")
    await ann.shown().get_by_role("button", name="Decline").click()
    await expect(ann.page).to_have_title("Agent desk")
    await expect(ann.page.locator("#icon")).to_have_attribute("href", "assets/icon.svg")
    await ann.page.get_by_role("button", name="Settings").click()
    await ann.page.get_by_label("A sound for offers and messages").uncheck()
    await ann.page.keyboard.press("Escape")
    before = await ann.page.evaluate(RUNG)
    await workspace.post("another bill", topic="complaint", customer={"name": "Tom Ash"})
    await expect(ann.page.locator("#urgent")).to_contain_text("Tom Ash")
    assert await ann.page.evaluate(RUNG) == before


NOTIFIED = """() => {
  const notified = [];
  window.Notification = class {
    constructor(title, { body, tag }) {
      notified.push([title, body, tag]);
      document.documentElement.dataset.notified = JSON.stringify(notified);
    }
    static permission = "default";
    static async requestPermission() { return (this.permission = "granted"); }
  };
}"""
HIDDEN = """() => {
  Object.defineProperty(document, "hidden", { get: () => true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


async def test_who_looks_elsewhere_is_notified_by_the_browser(workspace: Workspace, desk: OpenDesk) -> None:
    """Of offers and messages, once the agent wants it; it names nobody, for it may stand on a locked screen."""
    ann = await desk(workspace, "ann")
    await ann.page.evaluate(NOTIFIED)
    await ann.page.get_by_role("button", name="Settings").click()
    await ann.page.get_by_label("Notifications of the browser").check()
    await ann.page.keyboard.press("Escape")
    contact = await served(workspace, ann)
    await ann.page.evaluate(HIDDEN)
    page = ann.page.locator("html")
    await workspace.post("another bill", topic="complaint", customer={"name": "Tom Ash"})
    offered = re.compile(r'^\[\["Agent desk","A contact is offered to you.","ofr_\w+"\]')
    await expect(page).to_have_attribute("data-notified", offered)
    await says(workspace, contact, "still waiting")
    await expect(page).to_have_attribute(
        "data-notified", re.compile(f'"\\],\\["Agent desk","A new message of a customer.","{contact["id"]}"\\]\\]$')
    )


async def test_shortcuts_are_listed_and_can_be_switched_off(workspace: Workspace, desk: OpenDesk) -> None:
    """Single letters may be in somebody's way; `?` itself is among them, so the button stays."""
    ann = await desk(workspace, "ann")
    await served(workspace, ann)
    await ann.page.keyboard.press("Escape")
    await ann.page.keyboard.press("n")
    await expect(ann.page.locator(".composer")).to_have_attribute("data-mode", "note")
    await ann.page.keyboard.type("rjk?")
    await expect(ann.page.locator("#compose")).to_have_value("rjk?")
    await ann.page.keyboard.press("Escape")
    await ann.page.keyboard.press("?")
    shortcuts = ann.page.get_by_role("dialog", name="Shortcuts")
    await expect(shortcuts).to_contain_text("Write a note")
    await shortcuts.get_by_label("Shortcuts of single letters").uncheck()
    await ann.page.keyboard.press("Escape")
    await ann.page.locator(".contact-head h3").click()
    await ann.page.keyboard.press("r")
    await expect(ann.page.locator(".composer")).to_have_attribute("data-mode", "note")
    await expect(ann.page.get_by_role("button", name="Shortcuts")).to_be_visible()


async def test_the_desk_speaks_the_language_of_the_browser_or_of_the_agents_choice(make: Make, desk: OpenDesk) -> None:
    """Its own texts, and the titles of dispositions; the choice holds after a reload."""
    refunded = {"name": "refunded", "title": "Refunded", "titles": {"de": "Erstattet"}}
    workspace = await make(small(dispositions=[refunded]))
    ann = await desk(workspace, "ann", available=False)
    page = ann.page
    await page.get_by_role("button", name="Settings").click()
    await page.get_by_label("Language").select_option("de")
    await page.keyboard.press("Escape")
    for _ in range(2):
        await expect(page.locator("#connection")).to_have_text("Verbunden")
        await expect(page.locator("html")).to_have_attribute("lang", "de")
        await page.reload()
    await page.get_by_role("button", name="Verfügbar", exact=True).click()
    await workspace.post("the bill is wrong again", **COMPLAINT)
    await page.get_by_role("button", name="Annehmen").click()
    await expect(page.get_by_label("Ergebnis").get_by_role("option", name="Erstattet")).to_have_count(1)
    await expect(page.get_by_role("button", name="Antwort senden")).to_be_visible()


async def test_only_who_is_there_can_be_asked_and_only_what_fits_be_taken(make: Make, desk: OpenDesk) -> None:
    """Agents who are offline are no targets; a contact for which there is no room has no button."""
    document = staffed()
    document["queues"][1]["title"] = "Front desk"
    for agent in document["agents"]:
        agent["capacity"] = {"units": 2, "channels": {"chat": 1}}
    workspace = await make(document)
    ann = await desk(workspace, "ann")
    await served(workspace, ann)
    await workspace.post("another bill", topic="complaint")
    await ann.page.get_by_text("Waiting contacts").click()
    await expect(ann.page.locator("#waiting")).to_contain_text("no room")
    await expect(ann.page.locator("#waiting button")).to_have_count(0)
    async with workspace.desk("bob", available=False) as bob:
        await bob.do("presence.set", state="away")
        await ann.shown().get_by_role("button", name="Pass on").click()
        options = ann.page.locator("#transfer-target option")
        await expect(options.filter(has_text="Front desk")).to_have_count(1)
        await expect(options.filter(has_text="Bob · Away")).to_be_disabled()
        await expect(options.filter(has_text="Tess")).to_have_count(0)
        await ann.page.locator("#transfer-search").fill("Tess")
        await expect(options).to_have_text(["Nobody who is signed in, and no queue"])


async def test_the_customers_record_is_changed_at_the_desk(workspace: Workspace, desk: OpenDesk) -> None:
    """Name, an address more and one less, an attribute: the ledger has it, and the pane shows it."""
    ann = await desk(workspace, "ann")
    customer = {"name": "Vera", "external_id": "v-9", "trust": "verified", "attributes": {"plan": "gold"}}
    await workspace.post("hello", customer=customer, topic="complaint")
    (known,) = (await workspace.api.get("/v1/customers", params={"external_id": "v-9"})).json()["items"]
    old = {"add": [{"kind": "email", "value": "old@example.com"}]}
    assert (await workspace.api.patch(f"/v1/customers/{known['id']}", json=old)).status_code == 200
    await ann.accept()
    pane = ann.page.get_by_role("complementary", name="Customer")
    await pane.get_by_text("Change the customer").click()
    await pane.get_by_label("Name", exact=True).fill("Vera Lang")
    await pane.get_by_label("old@example.com").check()
    await pane.get_by_label("Another address").fill("new@example.com")
    await pane.get_by_label("Plan").fill("basic")
    await pane.get_by_role("button", name="Save").click()
    await expect(pane.get_by_role("heading", level=3)).to_contain_text("Vera Lang")
    await expect(pane.locator(".facts").first).to_contain_text("new@example.com")
    await expect(pane).not_to_contain_text("old@example.com")
    (known,) = (await workspace.api.get("/v1/customers", params={"email": "new@example.com"})).json()["items"]
    assert (known["name"], known["attributes"]) == ("Vera Lang", {"plan": "basic"})
