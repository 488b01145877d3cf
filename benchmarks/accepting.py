"""What accepting costs: `python benchmarks/accepting.py [--contacts 2000] [--sizes 1 4 16 64] [--profile] [--dispatch]`.

CPU a contact by size of batch: of this process, which decides and writes, and of PostgreSQL's processes. Contacts of new
customers with two addresses, a topic and an idempotency key; nine of ten wait for an agent. Without `--dispatch` the
live state is asked, and gets nothing: the ledger's part alone. Starts a durable PostgreSQL and a Valkey of its own.
"""

import argparse
import asyncio
import cProfile
import pstats
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mci_router.cli.migrate import migrate
from mci_router.clock import utc_now
from mci_router.configuration import workspace_file
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.embedded import Servers, running
from mci_router.ids import new_id
from mci_router.intake.address_reading import AddressReader
from mci_router.intake.addresses import GivenAddress
from mci_router.intake.arrival import Arrival, CustomerClaim
from mci_router.intake.fingerprints import Fingerprints
from mci_router.knowledge.answered import AnsweredSearch
from mci_router.lifecycle.answers.answered import AnsweredPosts
from mci_router.lifecycle.delivery import Delivery
from mci_router.lifecycle.dispatch import Dispatch
from mci_router.lifecycle.ending import Endings
from mci_router.lifecycle.passing_on.called_again import CalledAgain
from mci_router.lifecycle.rebuilding import Rebuilding
from mci_router.routing.engine import Engine
from mci_router.routing.engine.live_settings import EngineTimes
from mci_router.specs import WorkspaceFile
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.perception import Perception
from mci_router.triage.reading import hear
from mci_router.triage.result import Measured
from mci_router.vocabulary import AddressKind, Channel, Trust

ROUNDS = 5
FINGERPRINTS = Fingerprints("only for this benchmark")
TEXT = "My card was charged twice for order 4411, and nobody answers my mail. Please have a look. " * 3
DOCUMENT: dict[str, Any] = {
    "workspace": {"name": "bench", "title": "Bench"},
    "skills": [{"name": "billing"}],
    "queues": [
        {"name": "desk", "position": 10, "service_level": {"goal": 0.8, "target_s": 60}, "return_window_s": 600},
        {"name": "voice", "position": 20, "channels": ["voice"], "service_level": {"goal": 0.8, "target_s": 20}},
    ],
    "topics": [
        {
            "name": "billing",
            "title": "Billing",
            "touch": "high",
            "skills": [{"skill": "billing"}],
            "examples": ["bill"],
        },
        {"name": "hours", "title": "Opening hours", "examples": ["when do you open"], "expected_volume": "high"},
    ],
    "articles": [{"name": "hours", "topic": "hours", "title": "Hours", "body": "From 9 to 5."}],
}


class Undispatched:
    """Leaves committed contacts where they are."""

    async def send_all(self, contacts: Sequence[tuple[Snapshot, Any]]) -> dict[str, None]:
        """Does nothing."""
        return {contact.id: None for _, contact in contacts}


def arrival(snapshot: Snapshot, number: int) -> Arrival:
    """A contact of a customer who has not come before."""
    name, reader = new_id("customer"), AddressReader(snapshot, FINGERPRINTS)
    given = [
        GivenAddress(kind, Trust.AUTHENTICATED, reader.read(kind, value))
        for kind, value in ((AddressKind.EXTERNAL_ID, name), (AddressKind.EMAIL, f"{name}@example.org"))
    ]
    key = FINGERPRINTS.of("key", name)
    return Arrival(
        snapshot=snapshot,
        id=new_id("contact"),
        received_at=utc_now(),
        channel=Channel.CHAT,
        provider=None,
        customer=CustomerClaim(name="Ada Example", addresses=given, attributes={"tier": "gold"}, key=key),
        subject=None,
        text=TEXT,
        language="en",
        priority=0,
        skills=(),
        context={"page": "/bills"},
        channel_ref=None,
        attachments=[],
        masked={},
        words=hear(None, TEXT, Channel.CHAT),
        seen=Perception(language="en"),
        named="hours" if number % 10 == 0 else "billing",
        measured=Measured(),
        idempotency_key=key,
        body_hash=key,
    )


def spent_ns(pids: Sequence[int]) -> int:
    """The time that processes have been on a core."""
    total = 0
    for pid in pids:
        try:
            total += int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
        except FileNotFoundError:
            continue
    return total


def postgres_of(postmaster: int) -> list[int]:
    """PostgreSQL's processes."""
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text()
    return [postmaster, *map(int, children.split())]


async def burst(
    delivery: Delivery, arrivals: Sequence[Arrival], size: int, postmaster: int
) -> tuple[float, float, float]:
    """µs a contact: of this process, of PostgreSQL, and by the clock."""
    postgres = postgres_of(postmaster)
    before, began, clock = spent_ns(postgres), time.process_time_ns(), time.perf_counter_ns()
    for first in range(0, len(arrivals), size):
        await asyncio.gather(*(delivery.accept(one) for one in arrivals[first : first + size]))
    ours, theirs = time.process_time_ns() - began, spent_ns(postgres) - before
    return (
        ours / len(arrivals) / 1e3,
        theirs / len(arrivals) / 1e3,
        (time.perf_counter_ns() - clock) / len(arrivals) / 1e3,
    )


async def measure(servers: Servers, options: argparse.Namespace) -> None:
    """Prints the table."""
    database = Database(servers.database_url, pool_size=4, timeout_s=30)
    engine = Engine(servers.redis_url, timeout_s=30, lease_s=15)
    snapshots = Snapshots(database, engine, EngineTimes(reoffer_s=30, grace_s=60, short_abandon_s=5))
    engine.build = Rebuilding(database, engine, snapshots).missing
    dispatch: Any = Dispatch(engine) if options.dispatch else Undispatched()
    postmaster = int((servers.postgres.folder / "postmaster.pid").read_text().split()[0])
    try:
        await engine.load()
        async with database.transaction() as session:
            workspace, _ = await workspace_file.apply(session, WorkspaceFile.model_validate(DOCUMENT))
        await engine.ensure_built(workspace)
        snapshot = await snapshots.get(workspace)
        answered = AnsweredPosts(AnsweredSearch(database, 0.02))
        called_again = CalledAgain(database, Endings(database, engine, snapshots, dispatch))
        delivery = Delivery(database, engine, dispatch, answered, called_again, batch_limit=256)
        await burst(delivery, [arrival(snapshot, number) for number in range(200)], 20, postmaster)
        print(f"{'batch':>6} {'Python':>8} {'PostgreSQL':>11} {'clock':>8}   µs a contact, median of {ROUNDS} rounds")
        for size in options.sizes:
            count = max(options.contacts // ROUNDS // (4 if size == 1 else 1), size) // size * size
            rounds = [
                await burst(delivery, [arrival(snapshot, number) for number in range(count)], size, postmaster)
                for _ in range(ROUNDS)
            ]
            ours, theirs, clock = (statistics.median(one[column] for one in rounds) for column in range(3))
            print(
                f"{size:>6} {ours:>8.0f} {theirs:>11.0f} {clock:>8.0f}   Python {min(r[0] for r in rounds):.0f} to {max(r[0] for r in rounds):.0f}"
            )
        if options.profile:
            arrivals = [arrival(snapshot, number) for number in range(options.contacts)]
            profile = cProfile.Profile()
            profile.enable()
            await burst(delivery, arrivals, 16, postmaster)
            profile.disable()
            pstats.Stats(profile).sort_stats("tottime").print_stats(60)
    finally:
        await engine.close()
        await database.close()


def main() -> None:
    """Prints the table, and a profile of batches of 16 where it is asked for."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--contacts", type=int, default=2_000)
    options.add_argument("--sizes", type=int, nargs="+", default=[1, 4, 16, 64])
    options.add_argument("--profile", action="store_true")
    options.add_argument("--dispatch", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="mci-accepting-") as directory:
        Path(directory).chmod(0o755)
        with running(Path(directory)) as servers:
            migrate(servers.database_url)
            asyncio.run(measure(servers, chosen))


if __name__ == "__main__":
    main()
