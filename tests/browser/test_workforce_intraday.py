"""The page of workforce while a day runs: what is proposed is answered, and what differed is excused."""

from datetime import datetime, timedelta

from playwright.async_api import Page, expect

from mci_router.clock import utc_now
from mci_router.ids import new_id
from mci_router.models import IntradayRound, MoveProposal
from mci_router.vocabulary import MoveKind, ProposalState
from tests.support.browser import OpenWindow, assert_accessible
from tests.support.service import Workspace
from tests.support.shifts import lived, shift, with_activities

QUEUE = {
    "position": 1,
    "goal": 0.8,
    "target_s": 120,
    "deferrable": False,
    "arrived": 40,
    "forecast_so_far": 36.2,
    "forecast_rest": 200.0,
    "aht_s": 240,
    "waiting": 2,
    "planned": 6,
    "present": 5,
    "level": 0.71,
    "certainty": 0.1,
}


async def shown(window: OpenWindow, workspace: Workspace, view: str) -> Page:
    page = await window()
    await page.goto(f"{workspace.url}/workforce#{view}")
    await page.get_by_label("API key with the scope workforce:read").fill(workspace.key)
    await page.keyboard.press("Enter")
    return page


async def proposed(workspace: Workspace, now: datetime) -> None:
    """A look at the day, and one move that came of it."""
    effect = {
        "gain": 12.4,
        "certainty": 0.9,
        "days": 20,
        "by": "engine",
        "queues": {"desk": {"without": 0.71, "with": 0.8}},
    }
    async with workspace.database.transaction() as session:
        figures = {
            "days": 20,
            "by": "engine",
            "until": (now + timedelta(hours=5)).isoformat(),
            "queues": {"desk": QUEUE},
        }
        session.add(IntradayRound(workspace_id=workspace.id, at=now, figures=figures))
        session.add(
            MoveProposal(
                id=new_id("move_proposal"),
                workspace_id=workspace.id,
                kind=MoveKind.OVERTIME,
                agent="ann",
                begins_at=now + timedelta(hours=1),
                ends_at=now + timedelta(hours=2),
                effect=effect,
                state=ProposalState.PROPOSED,
            )
        )


async def test_a_move_is_accepted_by_hand(window: OpenWindow, workspace: Workspace) -> None:
    """The page says what the move does and how certain that is; accepted, it is gone from the list, and noted."""
    await proposed(workspace, utc_now())
    page = await shown(window, workspace, "intraday")
    card = page.locator(".move")
    await expect(card).to_contain_text("Ask Ann to stay until")
    await expect(card).to_contain_text(
        "12 more contacts in time on the mean day, and it helps on 90 % of 20 drawn days"
    )
    await expect(card).to_contain_text("Desk: 71 % without, 80 % with it")
    await expect(page.locator("tbody tr")).to_contain_text("71 %")
    await assert_accessible(page)
    await card.get_by_role("button", name="Accept: Ask Ann").click()
    await expect(page.get_by_role("status")).to_contain_text("Nothing is done by itself.")
    await expect(card).to_have_count(0)
    (one,) = (await workspace.api.get("/v1/workforce/proposals")).json()["items"]
    assert one["state"] == "accepted"


async def test_a_difference_is_excused_with_why(window: OpenWindow, workspace: Workspace) -> None:
    """By keyboard alone: the piece, the reason, and the figures after it."""
    await with_activities(workspace)
    begins = utc_now() - timedelta(hours=30)
    await shift(workspace, "ann", begins, ("contacts", 100))
    await lived(workspace, "ann", begins, [("offline", 20), ("available", 80), ("offline", 1)])
    page = await shown(window, workspace, "adherence")
    day = f"{begins:%Y-%m-%d}"
    await page.get_by_label("Day").fill(day)
    row = page.locator("tbody tr")
    await expect(row).to_contain_text("Offline, not Contacts")
    await assert_accessible(page)
    await row.get_by_role("button", name="Excuse Ann").first.press("Enter")
    await page.keyboard.type("The trains did not run.")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Ann is excused.")
    await expect(row).to_contain_text("Excused")
    (made,) = (await workspace.api.get("/v1/workforce/exceptions")).json()["items"]
    assert (made["agent"], made["why"]) == ("ann", "The trains did not run.")
