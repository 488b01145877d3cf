"""The wallboard's page: what it colours."""

from typing import Any

from mci_router.api.parts import Parts
from tests.support.browser import OpenWindow

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
