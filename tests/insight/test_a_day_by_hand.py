"""The day that `docs/explanation/a-day-by-hand.md` works out on paper: played on the engine, and read back."""

import csv
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.embedded import Servers
from mci_router.routing.calls import Placement
from mci_router.routing.engine.projector import project
from mci_router.routing.entries import parsed
from mci_router.vocabulary import ContactState, LeftAs, Presence
from tests.support.documents import small
from tests.support.lanes import LaneIn
from tests.support.live import LiveState, live_state
from tests.support.service import Workspace

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "a-day-by-hand.md"
DAY = {"since": "2026-10-24T22:00:00Z", "until": "2026-10-25T23:00:00Z"}
TARGETS_S = {"help": 20, "backup": 60}
FOUR_HOURS_S = 4 * 3_600
STAYS = text(
    """
    SELECT contact_id, n, queue, entered_at, waited_s, left_as, agent, answered_at <= due_at AS in_time,
      talk_s, held_s, wrap_up_s
    FROM segments WHERE workspace_id = :workspace AND entered_at < '2026-10-26' ORDER BY entered_at
    """
)


def table(heading: str) -> list[dict[str, str]]:
    """The rows of the table under a heading of the page."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    cells = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(cells[0], row, strict=True)) for row in cells[2:]]


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-10-25T{clock}+00:00")


@dataclass
class PlayedDay:
    """The day on the engine; contacts are those of the page."""

    live: LiveState
    ids: list[str]
    places: dict[int, Placement]

    def go(self, clock: str) -> None:
        self.live.engine.now = round(at(clock).timestamp() * 1000)

    async def sign_in(self, agent: str) -> None:
        await self.live.agent(agent, {"any": 3}, units=9)

    async def come(self, number: int, clock: str) -> None:
        self.go(clock)
        now, target_s = self.live.engine.now, TARGETS_S["help"]
        self.places[number] = Placement(
            *(self.ids[number], "help", "chat", [{"skill": "any", "min": 1}], 1),
            enqueued_at=now,
            due_at=now + target_s * 1000,
            priority=0,
            rung=0,
            target_ms=target_s * 1000,
        )
        await self.live.engine.enqueue(self.live.workspace, self.places[number])

    async def move(self, number: int, clock: str, left_as: LeftAs, due: str, target_s: int) -> None:
        """To `backup`, due at a time."""
        self.go(clock)
        before, due_ms = self.places[number], round(at(due).timestamp() * 1000)
        place = replace(before, queue="backup", due_at=due_ms, rung=1, target_ms=target_s * 1000, left_as=left_as)
        await self.live.engine.enqueue(self.live.workspace, place)

    async def answer(self, number: int, clock: str, agent: str) -> None:
        """By the agent who is offered it; whoever else is offered it first has it offered on."""
        self.go(clock)
        engine, workspace = self.live.engine, self.live.workspace
        contact = await engine.contact_record(workspace, self.ids[number])
        assert contact["agent"] == agent
        await engine.accept(workspace, agent, contact["offer"])

    async def finish(self, number: int, clock: str, *, wrap_up_s: int = 0) -> None:
        self.go(clock)
        engine, workspace = self.live.engine, self.live.workspace
        contact = await engine.contact_record(workspace, self.ids[number])
        await engine.complete(workspace, contact["agent"], contact["assignment"], "solved", "")
        engine.now += wrap_up_s * 1000
        await engine.end_wrap_up(workspace, contact["agent"], contact["assignment"])

    async def leave(self, number: int, clock: str) -> None:
        self.go(clock)
        await self.live.engine.close_contact(self.live.workspace, self.ids[number], ContactState.ABANDONED, "hung up")


async def play(day: PlayedDay) -> None:
    """All that the page tells."""
    live, engine, workspace = day.live, day.live.engine, day.live.workspace
    for name, target_s in TARGETS_S.items():
        await live.queue(name, target_s=target_s, wrap_up_s=60)

    async def away(agent: str) -> None:
        await live.presence(agent, Presence.AWAY, "elsewhere")

    day.go("00:29:00")
    await day.sign_in("ann")
    await day.come(1, "00:30:00")
    await day.answer(1, "00:30:10", "ann")
    await day.finish(1, "00:32:10", wrap_up_s=30)
    await day.come(2, "01:30:00")
    await day.answer(2, "01:30:30", "ann")
    await day.finish(2, "01:31:30")
    await away("ann")
    await day.come(3, "09:00:00")
    await day.leave(3, "09:00:03")
    await day.come(4, "09:01:00")
    await day.leave(4, "09:01:45")
    await day.come(5, "09:10:00")
    await day.leave(5, "09:10:15")
    await day.come(6, "10:00:00")
    await day.move(6, "10:01:00", LeftAs.OVERFLOWED, "10:01:00", TARGETS_S["backup"])
    await day.sign_in("bob")
    await day.answer(6, "10:01:20", "bob")
    await day.finish(6, "10:03:00")
    await away("bob")
    day.go("10:29:00")
    await live.presence("ann", Presence.AVAILABLE)
    await day.come(7, "10:30:00")
    await day.answer(7, "10:30:05", "ann")
    assignment = (await engine.contact_record(workspace, day.ids[7]))["assignment"]
    day.go("10:31:00")
    await engine.start_hold(workspace, "ann", assignment)
    day.go("10:31:40")
    await engine.end_hold(workspace, "ann", assignment)
    day.go("10:33:25")
    await away("ann")
    await live.presence("bob", Presence.AVAILABLE)
    await day.move(7, "10:33:25", LeftAs.TRANSFERRED, "10:34:25", TARGETS_S["backup"])
    await day.answer(7, "10:33:40", "bob")
    await day.finish(7, "10:35:20", wrap_up_s=10)
    await away("bob")
    await day.come(8, "11:00:00")
    await day.move(8, "11:00:30", LeftAs.ESCALATED, "15:00:30", FOUR_HOURS_S)
    await live.presence("bob", Presence.AVAILABLE)
    await day.answer(8, "11:00:40", "bob")
    await day.finish(8, "11:01:30")
    await away("bob")
    await live.presence("ann", Presence.AVAILABLE)
    await day.come(9, "11:59:50")
    await day.answer(9, "12:00:05", "ann")
    await day.finish(9, "12:01:05")
    await away("ann")
    await day.come(10, "13:00:00")
    day.go("13:00:30")
    await engine.request_callback(workspace, day.ids[10])
    await live.presence("ann", Presence.AVAILABLE)
    await day.answer(10, "13:05:00", "ann")
    await day.finish(10, "13:06:30")
    await day.come(11, "14:00:00")
    await day.answer(11, "14:00:10", "ann")
    day.go("14:01:01")
    await live.fire()  # nobody has renewed a lease: the desks are lost, and a minute of grace begins
    day.go("14:02:01")
    await live.fire()
    await day.sign_in("bob")
    await day.answer(11, "14:02:10", "bob")
    await day.finish(11, "14:03:10")
    await away("bob")
    await day.come(12, "22:50:00")
    await live.presence("bob", Presence.AVAILABLE)
    await day.answer(12, "23:00:20", "bob")
    await day.finish(12, "23:02:00")


@pytest.fixture
async def played(servers: Servers, make: Callable[..., Awaitable[Workspace]]) -> tuple[Workspace, list[str]]:
    """A workspace of Berlin whose ledger has the journal of the day, and the ids of the day's contacts."""
    document = small()
    document["workspace"]["timezone"] = "Europe/Berlin"
    workspace = await make(document)
    ids = ["", *[(await workspace.post("about my last invoice"))["id"] for _ in range(12)]]
    async with live_state(servers.redis_url) as live:
        day = PlayedDay(live, ids, {})
        await play(day)
        written = await live.engine.client.xrange(f"{live.prefix}:journal")
        entries = [parsed(entry_id, fields) for entry_id, fields in written]
        async with workspace.database.transaction() as session:
            await project(LaneIn(session), workspace.id, [entry for entry in entries if entry.contact])
    return workspace, ids


async def test_the_page_the_ledger_the_reports_and_the_files_agree(played: tuple[Workspace, list[str]]) -> None:
    """Stay by stay, figure by figure, hour by hour."""
    workspace, ids = played
    async with workspace.database.transaction() as session:
        found = (await session.execute(STAYS, {"workspace": workspace.id})).mappings().all()
    assert [shown(row, ids) for row in found] == table("Stays")

    by_queue = await rows(workspace, interval="P1D", group_by="queue")
    files = await file(workspace, interval="P1D", group_by="queue")
    for expected in table("The day by queue"):
        name = expected["figure"]
        for row, line in zip(sorted(by_queue, key=lambda row: row["queue"] != "help"), reversed(files), strict=True):
            assert row["queue"] == line["queue"]
            level = name in row["service_levels"]
            figure = row["service_levels"][name] if level else row[name]
            assert figure == pytest.approx(float(Fraction(expected[row["queue"]])), abs=0.001), (name, row["queue"])
            assert float(line[f"service_levels_{name}" if level else name]) == pytest.approx(figure)

    hours = await rows(workspace, interval="PT1H", group_by="")
    assert [
        {"from": row["starts_at"][11:16], "offered": str(row["offered"]), "answered": str(row["answered"])}
        for row in hours
    ] == table("The day by hours")


def shown(row: Any, ids: list[str]) -> dict[str, str]:
    """A stay as the page writes it."""
    seconds = {name: f"{row[column]:g} s" for name, column in SECONDS.items()}
    in_time = {None: "", True: "yes", False: "no"}[row["in_time"]]
    return {
        "contact": str(ids.index(row["contact_id"])),
        "n": str(row["n"]),
        "queue": row["queue"],
        "entered": f"{row['entered_at'].astimezone(UTC):%H:%M:%S}",
        "waited": seconds["waited"],
        "left as": row["left_as"],
        "agent": row["agent"] or "",
        "in time": in_time,
        **{name: seconds[name] for name in ("talk", "hold", "wrap-up")},
    }


SECONDS = {"waited": "waited_s", "talk": "talk_s", "hold": "held_s", "wrap-up": "wrap_up_s"}


async def rows(workspace: Workspace, **query: str) -> list[dict[str, Any]]:
    response = await workspace.api.get("/v1/reports/queues", params=DAY | query)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["rows"]
    return found


async def file(workspace: Workspace, **query: str) -> list[dict[str, str]]:
    response = await workspace.api.get("/v1/reports/queues", params=DAY | query | {"format": "csv"})
    return list(csv.DictReader(StringIO(response.text)))


def test_the_page_sums_up_what_it_lists() -> None:
    """The invariant, on paper: offered = answered + left unanswered by each fate + waiting."""
    figures = {row["figure"]: row for row in table("The day by queue")}
    fates = (
        "abandoned_short",
        "abandoned_in_time",
        "abandoned_late",
        "overflowed",
        "escalated",
        "transferred",
        "callback",
    )
    for queue in TARGETS_S:
        parts = ("offered_answered", *fates, "agent_lost", "waiting")
        assert int(figures["offered"][queue]) == sum(int(figures[part][queue]) for part in parts)
        stays = [row for row in table("Stays") if row["queue"] == queue]
        assert len(stays) == int(figures["offered"][queue])
        waits = [int(row["waited"].split()[0]) for row in stays if row["agent"] and row["contact"] != "12"]
        assert Fraction(sum(waits), len(waits)) == Fraction(figures["asa_s"][queue])
    offered = sum(int(row["offered"]) for row in table("The day by hours"))
    assert offered == len(table("Stays"))
    assert re.search(r"\bTwelve contacts\b", PAGE.read_text(encoding="utf-8"))
    assert timedelta(hours=25) == datetime.fromisoformat(DAY["until"]) - datetime.fromisoformat(DAY["since"])
