"""What projecting costs: `python -m benchmarks.projecting [--contacts 1000] [--sizes 2 20 200] [--profile]`.

CPU a contact by size of batch in entries: of this process, which reads, folds and writes, and of PostgreSQL's
processes. Contacts that have come in and wait in line; one entry each. Beside it, in turns, what it costs to write the
same entries as events and nothing else. Starts a durable PostgreSQL and a Valkey of its own.
"""

import argparse
import asyncio
import cProfile
import pstats
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from benchmarks.accepting import DOCUMENT, arrival, postgres_of, spent_ns
from mci_router.cli.migrate import migrate
from mci_router.configuration import workspace_file
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database, Lane
from mci_router.embedded import Servers, running
from mci_router.knowledge.answered import AnsweredSearch
from mci_router.lifecycle.answers.answered import AnsweredPosts
from mci_router.lifecycle.delivery import Delivery
from mci_router.lifecycle.dispatch import Dispatch
from mci_router.lifecycle.ending import Endings
from mci_router.lifecycle.passing_on.called_again import CalledAgain
from mci_router.lifecycle.rebuilding import Rebuilding
from mci_router.routing.engine import Engine, prefix
from mci_router.routing.engine.live_settings import EngineTimes
from mci_router.routing.engine.projector import project
from mci_router.routing.engine.projector_rows import events
from mci_router.routing.entries import parsed
from mci_router.specs import WorkspaceFile
from mci_router.specs.snapshot import Snapshot

ROUNDS = 5
TIMES = EngineTimes(reoffer_s=30, grace_s=60, short_abandon_s=5)
Fields = dict[str, str]
Write = Callable[[str, Sequence[tuple[str, Fields]]], Awaitable[None]]
EVENTS_ALONE = """
INSERT INTO events (workspace_id, id, type, at, contact_id, agent, data)
SELECT $1::jsonb ->> 'workspace', e.id, e.type, e.at, e.contact_id, e.agent, e.data
FROM jsonb_to_recordset($1::jsonb -> 'events')
  AS e(id text, type text, at timestamptz, contact_id text, agent text, data jsonb)
"""


class Bench:
    """A workspace with contacts in its live state, whose journal nobody has projected."""

    def __init__(self, servers: Servers, database: Database, engine: Engine, snapshot: Snapshot, lane: Lane) -> None:
        self._postmaster = int((servers.postgres.folder / "postmaster.pid").read_text().split()[0])
        answered = AnsweredPosts(AnsweredSearch(database, 0.02))
        dispatch = Dispatch(engine)
        again = CalledAgain(database, Endings(database, engine, Snapshots(database, engine, TIMES), dispatch))
        self._delivery = Delivery(database, engine, dispatch, answered, again, batch_limit=256)
        self._engine, self._snapshot, self._lane = engine, snapshot, lane
        self._last = "-"

    async def journal(self, contacts: int) -> list[tuple[str, Fields]]:
        """Takes contacts in, and returns what is new in the journal, as Valkey gives it."""
        coming = [arrival(self._snapshot, number) for number in range(contacts)]
        for first in range(0, contacts, 50):
            await asyncio.gather(*(self._delivery.accept(one) for one in coming[first : first + 50]))
        raw = await self._engine.client.xrange(f"{prefix(self._snapshot.workspace_id)}:journal", min=self._last)
        self._last = f"({raw[-1][0]}"
        return list(raw)

    async def whole(self, workspace: str, raw: Sequence[tuple[str, Fields]]) -> None:
        await project(self._lane, workspace, [parsed(*entry) for entry in raw])

    async def alone(self, workspace: str, raw: Sequence[tuple[str, Fields]]) -> None:
        rows = events([parsed(*entry) for entry in raw])
        await self._lane.fetch(EVENTS_ALONE, {"workspace": workspace, "events": rows})

    async def cost_us(self, write: Write, raw: Sequence[tuple[str, Fields]], size: int) -> tuple[float, float]:
        """Returns µs a contact: of this process, and of PostgreSQL."""
        postgres = postgres_of(self._postmaster)
        before, began = spent_ns(postgres), time.process_time_ns()
        for first in range(0, len(raw), size):
            await write(self._snapshot.workspace_id, raw[first : first + size])
        ours, theirs = time.process_time_ns() - began, spent_ns(postgres) - before
        return ours / len(raw) / 1e3, theirs / len(raw) / 1e3


async def measure(servers: Servers, options: argparse.Namespace) -> None:
    """Prints the table."""
    database = Database(servers.database_url, pool_size=4, timeout_s=30)
    engine = Engine(servers.redis_url, timeout_s=30, lease_s=15)
    snapshots = Snapshots(database, engine, TIMES)
    engine.build = Rebuilding(database, engine, snapshots).missing
    try:
        await engine.load()
        async with database.transaction() as session:
            workspace, _ = await workspace_file.apply(session, WorkspaceFile.model_validate(DOCUMENT))
        await engine.ensure_built(workspace)
        bench = Bench(servers, database, engine, await snapshots.get(workspace), database.lane())
        await bench.whole(workspace, await bench.journal(200))
        print(
            f"{'batch':>6} {'Python':>8} {'PostgreSQL':>11} {'× events alone':>15}   µs a contact, median of {ROUNDS}"
        )
        for size in options.sizes:
            rounds = [await in_turns(bench, options.contacts, size) for _ in range(ROUNDS)]
            ours, theirs, ratio = (statistics.median(one[column] for one in rounds) for column in range(3))
            print(f"{size:>6} {ours:>8.0f} {theirs:>11.0f} {ratio:>15.2f}", flush=True)
        if options.profile:
            raw, profile = await bench.journal(4 * options.contacts), cProfile.Profile()
            profile.enable()
            await bench.cost_us(bench.whole, raw, options.sizes[-1])
            profile.disable()
            pstats.Stats(profile).sort_stats("tottime").print_stats(40)
    finally:
        await engine.close()
        await database.close()


async def in_turns(bench: Bench, contacts: int, size: int) -> tuple[float, float, float]:
    """Returns one round: µs a contact of Python and PostgreSQL, and both against the events alone."""
    bare = sum(await bench.cost_us(bench.alone, await bench.journal(contacts), size))
    ours, theirs = await bench.cost_us(bench.whole, await bench.journal(contacts), size)
    return ours, theirs, (ours + theirs) / bare


def main() -> None:
    """Prints the table, and a profile of the largest batches where it is asked for."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--contacts", type=int, default=1_000)
    options.add_argument("--sizes", type=int, nargs="+", default=[2, 20, 200])
    options.add_argument("--profile", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="mci-projecting-") as directory:
        Path(directory).chmod(0o755)
        with running(Path(directory), durable=True) as servers:
            migrate(servers.database_url)
            asyncio.run(measure(servers, chosen))


if __name__ == "__main__":
    main()
