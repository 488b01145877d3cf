"""The look at the ledger: it asks all that may have changed, and as long as nothing is committed only the clock."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from mci_router import loops
from mci_router.assembly import assembled
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable
from mci_router.loops import UNTRIED, Bells, Look, Loop, WorkspaceLoop, repeat, repeat_for
from mci_router.settings import Settings
from tests.support.ledgers import empty_ledger

ASKED = "random()::text"  # another value each time that it is asked, though the text mentions no clock
THERE = "EXISTS (SELECT FROM things)"


@pytest.fixture(scope="module")
async def ledger() -> AsyncIterator[Database]:
    """A ledger in which nobody else commits anything."""
    async with empty_ledger("look") as database:
        await database.alone("ALTER SYSTEM SET autovacuum = off")
        await database.read("SELECT pg_reload_conf()")
        await database.alone("CREATE TABLE things (at timestamptz)")
        yield database


async def _nothing() -> None: ...


async def _found(look: Look) -> list[str]:
    """Looks once. Returns for which loops there is work."""
    for found in look.found.values():
        found.clear()
    await look.loop.work()
    return [name for name, found in look.found.items() if found.is_set()]


async def _calm(look: Look) -> None:
    """Looks until nothing was committed between two looks."""
    for _ in range(3):
        await look.loop.work()


async def test_while_nothing_is_committed_only_the_clock_is_asked(ledger: Database) -> None:
    """To ask for rows costs the more the more there are, and the answer cannot be another."""
    look = Look(
        ledger, [Loop("rows", 0.1, _nothing, changes=ASKED), Loop("clock", 0.1, _nothing, changes="now()::text")]
    )
    assert await _found(look) == ["rows", "clock"]
    await _calm(look)
    assert await _found(look) == ["clock"]


async def test_what_is_committed_is_seen_at_the_next_look(ledger: Database) -> None:
    """Whoever commits it, and however long nothing was; and so is that it is gone."""
    look = Look(ledger, [Loop("things", 0.1, _nothing, THERE)])
    await _calm(look)
    assert await _found(look) == []
    await ledger.alone("INSERT INTO things VALUES (now())")
    assert await _found(look) == ["things"]
    await ledger.alone("DELETE FROM things")
    assert await _found(look) == []


async def test_what_is_pending_stays_so_without_being_asked(ledger: Database) -> None:
    """Work that failed, or that another process leaves lying, is to be done although nothing is committed."""
    await ledger.alone("INSERT INTO things VALUES (now())")
    look = Look(ledger, [Loop("things", 0.1, _nothing, THERE)])
    await _calm(look)
    assert await _found(look) == ["things"]
    await ledger.alone("DELETE FROM things")


async def test_rows_that_age_are_asked_for_until_they_are_old_enough(ledger: Database) -> None:
    """And then not again: to find a forgotten contact, all open ones are read."""
    aged = "EXISTS (SELECT FROM things WHERE at < now() - interval '300 ms')"
    look = Look(
        ledger,
        [Loop("aged", 0.1, _nothing, aged, settles_s=0.5), Loop("asked", 0.1, _nothing, changes=ASKED, settles_s=0.5)],
    )
    await _calm(look)
    await ledger.alone("INSERT INTO things VALUES (now())")
    assert await _found(look) == ["asked"]
    async with asyncio.timeout(30):
        while await _found(look) != ["aged"]:
            await asyncio.sleep(0.05)
    assert await _found(look) == ["aged"]
    await ledger.alone("DELETE FROM things")


async def test_everything_is_asked_now_and_then(ledger: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a change were missed, as one of a wrong clock, it would be made up for."""
    look = Look(ledger, [Loop("rows", 0.1, _nothing, changes=ASKED)])
    await _calm(look)
    assert await _found(look) == []
    monkeypatch.setattr(loops, "WHOLE_EVERY_S", 0)
    assert await _found(look) == ["rows"]


async def test_what_is_dear_is_asked_seldom_unless_it_is_pending(ledger: Database) -> None:
    """A condition that reads all open contacts would be asked twice a second as long as any come."""
    dear = f"{THERE} AND {ASKED} <> ''"
    look = Look(
        ledger,
        [
            Loop("dear", 0.1, _nothing, dear, asked_every_s=0.4),
            Loop("dear words", 0.1, _nothing, changes=ASKED, asked_every_s=3600),
        ],
    )
    assert await _found(look) == ["dear words"]
    await ledger.alone("INSERT INTO things VALUES (now())")
    assert await _found(look) == []
    async with asyncio.timeout(30):
        while await _found(look) != ["dear"]:
            await asyncio.sleep(0.05)
    await ledger.alone("DELETE FROM things")
    assert await _found(look) == [], "what was pending is asked at each look"


def test_no_loop_of_the_service_that_goes_by_the_clock_counts_as_settled(settings: Settings) -> None:
    """A condition that compares a moment would never come true at rest, were its clock not recognised."""
    waiting = list(assembled(settings, None).upkeep._look._loops)
    assert len(waiting) > 20
    for loop in waiting:
        compares = any(word in f"{loop.pending} {loop.changes}" for word in ("interval", "timestamp", "_at <", "until"))
        assert bool(loop.settles) == compares, loop.name


async def test_what_is_rare_leaves_a_start_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some thirty pieces of work would all be done while a process becomes ready, each with statements of its own."""
    monkeypatch.setattr(loops, "BEGINS_S", 0.05)
    turns: list[str] = []
    done = asyncio.Event()

    async def rarely() -> None:
        turns.append("rarely")
        done.set()

    async def often() -> None:
        turns.append("often")

    tasks = [
        asyncio.create_task(repeat(Loop("rarely", loops.RARE_S, rarely))),
        asyncio.create_task(repeat(Loop("often", loops.RARE_S - 1, often))),
    ]
    await asyncio.wait_for(done.wait(), 30)
    for task in tasks:
        task.cancel()
    assert turns == ["often", "rarely"]


async def test_a_turn_that_tried_nothing_does_not_say_that_it_goes_on(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a log would say that the ledger is back each time there is nothing to write."""
    turns: list[Exception | float | None] = [
        DatabaseUnavailable(),
        UNTRIED,
        DatabaseUnavailable(),
        UNTRIED,
        None,
        UNTRIED,
    ]

    async def work(_: str) -> float | None:
        match turns.pop(0):
            case Exception() as problem:
                raise problem
            case rest:
                return rest

    monkeypatch.setattr(loops, "PAUSE_AFTER_FAILURE_S", 0)
    await repeat_for("wsp_1", WorkspaceLoop("writing", 0, work), Bells(), lambda: bool(turns))
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        "writing of wsp_1 waits",
        "writing of wsp_1 goes on",
    ]


async def test_a_loop_ends_although_its_work_swallows_that() -> None:
    """Else a process that is told to stop would wait for it for ever."""
    begun = asyncio.Event()

    async def stubborn() -> None:
        begun.set()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(3_600)

    async def stubborn_for(_: str) -> None:
        await stubborn()

    of_each = WorkspaceLoop("stubborn", 0.01, stubborn_for)
    for work in (repeat(Loop("stubborn", 0.01, stubborn)), repeat_for("wsp_1", of_each, Bells(), lambda: True)):
        task = asyncio.create_task(work)
        await asyncio.wait_for(begun.wait(), 30)
        begun.clear()
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=1)
        assert done
        assert task.cancelled()
