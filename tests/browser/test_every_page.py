"""What holds for every page: it fits a narrow screen, one key serves those who supervise and plan, and nothing is chosen
for anybody that they would not choose.
"""

import asyncio

import pytest
from playwright.async_api import Page, Route, expect

from tests.support.browser import OpenWindow
from tests.support.desk_page import OpenDesk
from tests.support.service import Workspace

NARROW = {"width": 320, "height": 700}
WIDER = "document.documentElement.scrollWidth - innerWidth"
PAGES = (
    "wallboard",
    "reports",
    "workforce#forecast",
    "workforce#staffing",
    "workforce#schedules",
    "workforce#coaching",
)


async def opened(page: Page, workspace: Workspace, path: str) -> None:
    await page.goto(f"{workspace.url}/{path}")
    await page.locator("#key").fill(workspace.key)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Forget the key")).to_be_visible()


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_no_wider_than_a_narrow_screen(window: OpenWindow, workspace: Workspace, path: str) -> None:
    """At 320 px, which is what 1280 px are at four times the size, only tables scroll, within themselves."""
    page = await window(viewport=NARROW)
    await opened(page, workspace, path)
    await expect(page.get_by_role("heading", level=2).first).to_be_visible()
    await page.wait_for_load_state("networkidle") if path != "wallboard" else await expect(
        page.locator("#queues tbody tr").first
    ).to_be_visible()
    assert await page.evaluate(WIDER) <= 0


async def test_the_wallboard_fits_a_narrow_screen_while_something_is_broken(
    window: OpenWindow, workspace: Workspace
) -> None:
    """An incident's card has a form, which is as wide as the screen and no wider."""
    incident = {"title": "Nobody can sign in", "severity": "P2", "topics": ["complaint"]}
    assert (await workspace.api.post("/v1/incidents", json=incident)).status_code == 201
    page = await window(viewport=NARROW)
    await opened(page, workspace, "wallboard")
    await expect(page.locator(".incident-card")).to_be_visible()
    assert await page.evaluate(WIDER) <= 0


async def test_the_desk_fits_a_narrow_screen(workspace: Workspace, window: OpenWindow) -> None:
    """In German, whose words are longer: while it shows an offer, a reply with its actions, which only the mouse brings
    to light, while a note is written, and with the customer's record open. Keys are called as on German keyboards.
    """
    page = await window(viewport=NARROW, locale="de-DE")
    await page.goto(f"{workspace.url}/desk")
    await page.locator("#token").fill(await workspace.token("ann"))
    await page.keyboard.press("Enter")
    await page.locator("#presence").get_by_role("button", name="Verfügbar").click()
    customer = {"name": "Bartholomäus von Oberammergau-Schlüter", "email": f"{'long' * 12}@example.com"}
    await workspace.post("my bill is wrong", customer=customer, topic="complaint")
    accept = page.get_by_role("button", name="Annehmen")
    await expect(accept).to_contain_text("Strg")
    assert await page.evaluate(WIDER) <= 0
    await accept.click()
    await page.locator("textarea:visible").first.fill("Ja")
    await page.get_by_role("button", name="Antwort senden").click()
    await expect(page.locator(".message.agent .change").first).to_be_attached()
    await page.mouse.move(0, 0)
    assert await page.evaluate(WIDER) <= 0
    await page.get_by_role("button", name="Notiz", exact=True).click()
    await page.get_by_text("Kunden ändern").click()
    assert await page.evaluate(WIDER) <= 0


async def test_a_key_is_given_once_and_forgotten_everywhere(window: OpenWindow, workspace: Workspace) -> None:
    """From the wallboard to the reports and the workforce in the same tab; who has the key forgotten there has it
    forgotten here.
    """
    page = await window()
    await opened(page, workspace, "wallboard")
    await page.get_by_role("link", name="Reports").click()
    await expect(page.get_by_role("heading", name="Scorecard")).to_be_visible()
    await page.get_by_role("link", name="Workforce").click()
    await expect(page.get_by_role("heading", name="Forecast")).to_be_visible()
    await page.get_by_role("button", name="Forget the key").click()
    await page.goto(f"{workspace.url}/wallboard")
    await expect(page.locator("#key")).to_be_visible()


async def test_a_key_that_one_page_refuses_goes_on_serving_the_other(window: OpenWindow, workspace: Workspace) -> None:
    """The page that refuses it says which scope it lacks."""
    asked = {"name": "planner", "scopes": ["workforce:read"]}
    key = (await workspace.api.post("/v1/api-keys", json=asked)).json()["key"]
    page = await window()
    await page.goto(f"{workspace.url}/workforce")
    await page.locator("#key").fill(key)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Forecast")).to_be_visible()
    await page.get_by_role("link", name="Reports").click()
    await expect(page.locator("#sign-in-problem")).to_contain_text("lacks the scope reports:read")
    await page.goto(f"{workspace.url}/workforce")
    await expect(page.get_by_role("heading", name="Forecast")).to_be_visible()


async def test_nothing_is_passed_on_before_somebody_has_chosen_where(workspace: Workspace, desk: OpenDesk) -> None:
    """The first queue of the list is nobody's choice; what was searched for stands ready."""
    ann = await desk(workspace, "ann")
    await workspace.post("my bill is wrong", topic="complaint")
    await ann.accept()
    await ann.shown().get_by_role("button", name="Pass on").click()
    dialog = ann.page.get_by_role("dialog")
    target = dialog.locator("#transfer-target")
    await expect(target.locator("option").nth(1)).to_be_attached()
    await expect(target).to_have_value("")
    await dialog.locator("#transfer-search").fill("fraud")
    await expect(target).to_have_value("queue:fraud_desk")


async def test_what_a_sign_in_lacks_is_said_in_the_pages_language(workspace: Workspace, window: OpenWindow) -> None:
    """An agent's name is taken as people write it, too; what cannot be sent as a key is no reason to look for the network."""
    page = await window(locale="de-DE")
    await page.goto(f"{workspace.url}/desk")
    await page.get_by_text("Stattdessen mit einem API-Schlüssel anmelden").click()
    for agent, key, said in (
        ("Nobody There", workspace.key, "Es gibt niemanden mit dem Namen nobody_there."),
        ("ann", "mci_wrong", "Dieser Schlüssel ist falsch"),
        ("ann", "ключ", "Dieser Schlüssel ist falsch"),
    ):
        await page.locator("#agent").fill(agent)
        await page.locator("#key").fill(key)
        await page.keyboard.press("Enter")
        await expect(page.locator("#sign-in-problem")).to_contain_text(said)
    await page.locator("#agent").fill(" Ann ")
    await page.locator("#key").fill(workspace.key)
    await page.keyboard.press("Enter")
    await expect(page.locator("#connection")).to_have_text("Verbunden")


async def test_dates_in_the_wrong_order_are_said_as_such(window: OpenWindow, workspace: Workspace) -> None:
    """And not by the names of the route's parameters, which nobody has filled in."""
    page = await window()
    await opened(page, workspace, "reports")
    await page.get_by_label("From").fill("2026-12-24")
    await page.get_by_label("To, inclusive").fill("2026-12-01")
    await page.get_by_role("button", name="Show", exact=True).click()
    await expect(page.locator("#problem")).to_have_text("The first day is after the last one.")
    await page.locator("#scorecard-period").select_option("named")
    await page.locator("#scorecard-named").fill("some day")
    await page.locator("#scorecard-named").press("Tab")
    await expect(page.locator("#problem")).to_contain_text("some day is not the name of a period")
    assert "query" not in await page.locator("#problem").inner_text()


@pytest.mark.parametrize(("path", "slow"), [("reports", "**/v1/reports/**"), ("workforce", "**/v1/workforce/**")])
async def test_a_page_that_waits_for_the_service_says_so(
    window: OpenWindow, workspace: Workspace, path: str, slow: str
) -> None:
    """Until it has what it waits for; what cannot be had is said, and stays said."""
    page = await window()
    answers = asyncio.Event()

    async def late(route: Route) -> None:
        await answers.wait()
        await route.fallback()

    await page.route(slow, late)
    await opened(page, workspace, path)
    problem = page.locator("#problem")
    await expect(problem).to_have_text("One moment, this takes longer than usual …")
    answers.set()
    await expect(problem).to_be_hidden()
    await page.unroute(slow)
    await page.route(slow, lambda route: route.abort())
    await page.reload()
    await expect(problem).to_contain_text("The service cannot be reached. Try again in a moment.")
