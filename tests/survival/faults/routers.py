"""Routers: killed, stopped, told to stop, and wrong about the time."""

import asyncio
from pathlib import Path

from sqlalchemy import text

from tests.survival.ground import Router, now, stopped
from tests.survival.records import Books
from tests.survival.scenario import Scenario
from tests.survival.stage import Stage

AWAY_S = 3
STOPPED_S = 8
WRONG_S = 6
BACK_S = 10
LONG_S = 1_800  # no contact of a proof waits for half an hour
# Waits go by the other clock: with its fixes for that, threads of Python spin.
WALL_CLOCK_ALONE = {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_FORCE_MONOTONIC_FIX": "0"}


async def kill_one(stage: Stage) -> float:
    """SIGKILL; the others go on alone."""
    await asyncio.to_thread(stage.ground.routers[-1].kill)
    return now()


async def kill_all(stage: Stage) -> float:
    """SIGKILL of every router at once; all are started again, as a supervisor does, and the fault is over with that."""
    await asyncio.gather(*(asyncio.to_thread(router.kill) for router in stage.ground.routers))
    await asyncio.sleep(AWAY_S)
    for router in stage.ground.routers:
        router.start()
    return now()


async def stop_one(stage: Stage) -> float:
    """SIGSTOP: its clients hang, its locks and leases stay, and then it goes on as if nothing had been."""
    with stopped([stage.ground.routers[-1].pid]):
        await asyncio.sleep(STOPPED_S)
    return now()


async def drain(stage: Stage) -> float:
    """SIGTERM of each router in turn, each started again, as an update does."""
    for router in stage.ground.routers:
        await _drain_one(stage, router)
        router.start()
        await router.ready()
        await asyncio.sleep(1)
    posts = stage.adapter.posts
    stage.seen += [
        f"number {post.number} was sent and not answered, {post.unanswered} times" for post in posts if post.unanswered
    ]
    return now()


async def _drain_one(stage: Stage, router: Router) -> None:
    seated = [desk for desk in stage.desks if desk.url == router.url and desk.socket]
    told = {desk.heard.agent: len(desk.heard.closes) for desk in seated}
    asked = now()
    await router.stop()
    for desk in seated:
        codes = [code for _, code in desk.heard.closes[told[desk.heard.agent] :]]
        if codes[:1] != [1012]:
            stage.seen.append(f"{desk.heard.agent}'s socket was closed with {codes or 'nothing'}, not 1012")
    while not all(desk.socket and desk.hellos[-1] > asked for desk in seated):
        await asyncio.sleep(0.05)
        if now() > asked + BACK_S:
            stage.seen.append("desks of a router that stopped were not in elsewhere within ten seconds")
            return


async def wrong_clocks(stage: Stage) -> float:
    """One router an hour ahead, one an hour behind, both at work; then both right again."""
    ahead, behind = stage.ground.routers[1:3]
    for router, by in ((ahead, "+1h"), (behind, "-1h")):
        await router.stop()
        router.start(FAKETIME=by, LD_PRELOAD=str(faketime()), **WALL_CLOCK_ALONE)
        await router.ready()
    await asyncio.sleep(WRONG_S)
    for router in (ahead, behind):
        await router.stop()
        router.start()
        await router.ready()
    return now()


def faketime() -> Path | None:
    """Returns the library of Debian's package `faketime`. Its program would be one more process between us and the router."""
    return next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


def no_faketime() -> str | None:
    return None if faketime() else "faketime is not installed (Debian's package of that name)"


async def sane_times(stage: Stage, books: Books) -> list[str]:
    """Nobody has waited for hours, or for less than no time, because one router's clock was wrong."""
    query = text(
        "SELECT count(*) FILTER (WHERE waited_s > :most) AS long, count(*) FILTER (WHERE waited_s < 0) AS short,"
        " count(*) FILTER (WHERE left_at < entered_at) AS reversed FROM segments WHERE workspace_id = :workspace"
    )
    async with stage.database.transaction() as session:
        row = (await session.execute(query, {"workspace": stage.workspace, "most": LONG_S})).one()
    return [f"{number} stays are {word} by the reports" for word, number in row._mapping.items() if number]


SCENARIOS = [
    Scenario("kill-router", "one of three routers killed (SIGKILL)", kill_one),
    Scenario("kill-routers", "all routers killed, started again after 3 s", kill_all),
    Scenario("stop-router", "a router stopped for 8 s (SIGSTOP)", stop_one),
    Scenario("drain", "each router told to stop in turn (SIGTERM), and started again", drain),
    Scenario(
        "clock",
        "one router's clock an hour ahead, one's an hour behind",
        wrong_clocks,
        lacks=no_faketime,
        look=sane_times,
    ),
]
