"""How fast the pages are: figures, which are shown when all tests have run.

Times depend on what else the machine does, so what is held against the goals is the page's own processor time.
"""

import re
import time
from collections.abc import Awaitable, Callable

from playwright.async_api import CDPSession, Page, expect

from tests.support.browser import OpenWindow
from tests.support.desk_page import DeskPage
from tests.support.documents import small
from tests.support.service import Workspace

USABLE_MS = 2_000
ACT_MS = 200
CONVERSATIONS = 20

Figure = Callable[[str, float, str], None]

ACT = """async ([selector, number, wanted]) => {
  const started = performance.now();
  document.querySelectorAll(selector)[number].click();
  const here = () => document.querySelector("#contact").textContent.includes(wanted);
  while (!here()) await new Promise((resolve) => {
    const observer = new MutationObserver(() => { observer.disconnect(); resolve(); });
    observer.observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
    if (here()) { observer.disconnect(); resolve(); }
  });
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  return performance.now() - started;
}"""


async def test_the_desk_is_usable_soon_after_a_cold_load(
    workspace: Workspace, window: OpenWindow, figure: Figure
) -> None:
    """With nothing in the cache: from the address to a desk that is connected, and can take a contact."""
    page = await window()
    metrics = await _metrics(page)
    started, spent = time.perf_counter(), await _processor_ms(metrics)
    await _signed_in(page, workspace)
    await expect(page.get_by_role("button", name=re.compile("Become available"))).to_be_enabled()
    figure("The desk is usable after a cold load within", (time.perf_counter() - started) * 1_000, "ms (goal: 2 s)")
    spent = await _processor_ms(metrics) - spent
    figure("of which the page's own processor time", spent, "ms")
    assert spent < USABLE_MS


async def test_every_act_answers_soon_with_twenty_conversations_open(
    make: Callable[..., Awaitable[Workspace]], window: OpenWindow, figure: Figure
) -> None:
    """Showing each of them, and completing one: from the click to the picture."""
    page, workspace = await window(), await _with_twenty(make)
    await _signed_in(page, workspace)
    await expect(page.locator("#assignments .contact-card")).to_have_count(CONVERSATIONS)
    metrics = await _metrics(page)
    spent = await _processor_ms(metrics)
    times = [
        await page.evaluate(ACT, ["#assignments .contact-card", n, f"complaint number {n:02}"])
        for n in range(CONVERSATIONS)
    ]
    spent = (await _processor_ms(metrics) - spent) / CONVERSATIONS
    await page.get_by_label("Disposition").select_option("solved")
    done = await page.evaluate(ACT, ["#contact [data-primary]", 0, "Wrap-up"])
    goal = f"ms (goal: {ACT_MS} ms)"
    figure("Showing one of 20 conversations, median", sorted(times)[CONVERSATIONS // 2], goal)
    figure("Showing one of 20 conversations, longest", max(times), goal)
    figure("Showing one of 20 conversations, processor time", spent, "ms")
    figure("Completing one of 20 conversations", done, goal)
    assert spent < ACT_MS


async def _with_twenty(make: Callable[..., Awaitable[Workspace]]) -> Workspace:
    document = small()
    document["agents"][0]["capacity"] = {"units": 2 * CONVERSATIONS, "channels": {"chat": CONVERSATIONS}}
    workspace = await make(document)
    async with workspace.desk("ann") as ann:
        for number in range(CONVERSATIONS):
            await workspace.post(f"complaint number {number:02}", topic="complaint")
            offer = await ann.expect("offer.created")
            await ann.do("offer.accept", offer_id=offer["offer_id"])
    return workspace


async def _metrics(page: Page) -> CDPSession:
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable")
    return session


async def _processor_ms(metrics: CDPSession) -> float:
    found = (await metrics.send("Performance.getMetrics"))["metrics"]
    return sum(float(one["value"]) for one in found if one["name"] == "ProcessTime") * 1_000


async def _signed_in(page: Page, workspace: Workspace) -> None:
    await page.add_init_script(f"sessionStorage.setItem('mci.desk.token', '{await workspace.token('ann')}')")
    await page.goto(f"{workspace.url}/desk")
    await DeskPage(page, workspace.url).connected()
