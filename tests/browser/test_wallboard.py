"""The wallboard's page: what it colours."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import expect

from mci_router.api.parts import Parts
from tests.support.browser import OpenWindow, assert_accessible
from tests.support.documents import small
from tests.support.service import Workspace

SHOW = """async ([queue, level]) => {
  const { showQueues } = await import("/assets/queues.js");
  showQueues({ queues: { desk: queue }, levels: { desk: level } }, () => {});
  const pill = document.querySelector(".level-of .pill");
  return [pill.textContent, pill.className.trim()];
}"""
QUEUE: dict[str, Any] = {
    "position": 1,
    "waiting": 0,
    "waiting_late": 0,
    "oldest_since": None,
    "expected_wait_s": None,
    "idle": 1,
    "staffed": 1,
    "is_open": True,
    "goal": 0.8,
    "target_s": 60,
    "catch_all": False,
    "state": "met",
    "alarms": {},
}
LEVEL: dict[str, Any] = {"service_level": 0.79, "goal": 0.8, "met": False, "judged": True}


async def test_a_service_level_is_red_only_while_its_alarm_sounds(
    window: OpenWindow, service: tuple[str, Parts]
) -> None:
    """The word says at once that the goal is missed; the colour waits for the alarm, so that it does not flap."""
    page = await window()
    await page.goto(f"{service[0]}/wallboard")
    sounding = QUEUE | {"alarms": {"breached": "2031-01-01T12:00:00Z"}}
    met = LEVEL | {"service_level": 0.8, "met": True}
    shown = [
        await page.evaluate(SHOW, [queue, level]) for queue, level in ((QUEUE, LEVEL), (sounding, LEVEL), (QUEUE, met))
    ]
    assert shown == [["not met", "pill"], ["not met", "pill bad"], ["met", "pill good"]]


WIDE = """async ([queues, levels, titles]) => {
  const { showQueues } = await import("/assets/queues.js");
  document.getElementById("sign-in").hidden = true;
  document.getElementById("wallboard").hidden = false;
  showQueues({ queues, levels }, () => {});
  const box = document.getElementById("queues");
  document.querySelectorAll("#queues .link").forEach((link, place) => { link.textContent = titles[place]; });
  return [box.scrollWidth - box.clientWidth, document.documentElement.scrollWidth - innerWidth];
}"""


async def test_long_titles_of_queues_fit_a_small_screen(window: OpenWindow, service: tuple[str, Parts]) -> None:
    """All columns are there at 1280 px, whatever queues are called, also in words that have no place to break."""
    page = await window(viewport={"width": 1280, "height": 800})
    await page.goto(f"{service[0]}/wallboard")
    busy = QUEUE | {
        "waiting": 1234,
        "waiting_late": 128,
        "oldest_since": "2031-01-01T12:00:00Z",
        "expected_wait_s": 840,
    }
    busy |= {"idle": 120, "staffed": 240, "state": "breached", "alarms": {"breached": "2031-01-01T12:00:00Z"}}
    level = LEVEL | {"strict_service_level": 0.784, "abandonment": 0.123, "asa_s": 95.5, "p99_wait_s": 5_000}
    level |= {"aht_s": 6_000, "offered": 12_345}
    titles = ["Business customers with several lines, second level", "Vertragsverlaengerungsangelegenheiten"]
    rows = {name: dict.fromkeys(("one", "two"), what) for name, what in (("queues", busy), ("levels", level))}
    assert await page.evaluate(WIDE, [rows["queues"], rows["levels"], titles]) == [0, 0]


PLACES = """async ([agents, kept]) => {
  const { showAdherence } = await import("/assets/adherence.js");
  document.getElementById("sign-in").hidden = true;
  document.getElementById("wallboard").hidden = false;
  showAdherence({ adherence: agents }, { kept });
  const rows = [...document.querySelectorAll("#adherence tbody tr")];
  return [rows.map((row) => [...row.children].map((cell) => cell.textContent)), document.getElementById("adherence-summary").textContent];
}"""


def placed(title: str, minutes_off: float | None = None, *, late: bool = False) -> dict[str, Any]:
    now = datetime.now(UTC)
    off = None if minutes_off is None else (now - timedelta(minutes=minutes_off)).isoformat()
    return {
        "title": title,
        "planned_title": "Contacts",
        "planned_until": "2031-01-01T12:00:00Z",
        "presence": "away" if off else "available",
        "reason": "break" if off else "",
        "since": (now - timedelta(hours=2)).isoformat(),
        "off_since": off,
        "late": late,
    }


async def test_who_differs_from_the_plan_comes_first(window: OpenWindow, service: tuple[str, Parts]) -> None:
    """Beyond the grace before within it, the longest first; who keeps the plan only when asked for. And all can read it."""
    page = await window()
    await page.goto(f"{service[0]}/wallboard")
    agents = {
        "ann": placed("Ann"),
        "bob": placed("Bob", 2),
        "eve": placed("Eve", 12, late=True),
        "fay": placed("Fay", 40, late=True),
    }
    rows, summary = await page.evaluate(PLACES, [agents, False])
    assert [row[0] for row in rows] == ["Fay", "Eve", "Bob"]
    assert (rows[0][1], rows[0][3]) == ("Contacts", "Away: break")
    assert rows[2][5].endswith("within the grace")
    assert summary == "1 of 4 agents keep their plan."
    rows, _ = await page.evaluate(PLACES, [agents, True])
    assert [row[0] for row in rows] == ["Fay", "Eve", "Bob", "Ann"]
    await assert_accessible(page, excluded=("#queues",))  # the table of queues is empty here


async def test_queues_are_called_by_their_titles(window: OpenWindow, make: Callable[..., Awaitable[Workspace]]) -> None:
    """Nobody has to know the configuration's names to read a wallboard; a queue without a title has its name as words."""
    document = small()
    document["queues"][0]["title"] = "Calls in person"
    workspace = await make(document)
    page = await window()
    await page.goto(f"{workspace.url}/wallboard")
    await page.locator("#key").fill(workspace.key)
    await page.keyboard.press("Enter")
    rows = page.locator("#queues tbody th button")
    await expect(rows.first).to_have_text("Calls in person")
    await expect(rows.filter(has_text="Fraud desk")).to_be_visible()
    await page.get_by_role("button", name="Calls in person").click()
    await expect(page.get_by_role("dialog", name="Calls in person")).to_be_visible()
