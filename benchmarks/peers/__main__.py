"""`python -m benchmarks.peers`: intake with the topic given, in bursts that alternate with each peer's."""

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from benchmarks.side_by_side.__main__ import print_row
from benchmarks.side_by_side.figures import Row, at_least, plain, ratios, spread
from benchmarks.side_by_side.intake import WORKERS, Side, alternate, table
from benchmarks.side_by_side.services import ROOT, Service, free_port, router, start, stop, uvicorn, wait
from benchmarks.side_by_side.stage import Stage, example, staged

INSTALLED = ROOT / ".bench"


@dataclass(frozen=True, slots=True)
class Peer:
    """What is measured beside the service; `beaten` is how many times its requests/s ours should be, if that is asked."""

    name: str
    command: Sequence[str]
    prepare: Sequence[str] = ()
    note: str = ""
    beaten: float | None = 1


PEERS = (
    Peer("BullMQ", ("node", str(INSTALLED / "bullmq/bullmq.mjs")), note="Node, with the same INSERT", beaten=None),
    Peer(
        "procrastinate",
        uvicorn("benchmarks.peers.procrastinate_app:app", WORKERS),
        (sys.executable, "-c", "from benchmarks.peers.procrastinate_app import make_schema; make_schema()"),
        note="FastAPI, with the same INSERT",
    ),
    Peer("arq", uvicorn("benchmarks.peers.arq_app:app", WORKERS), note="FastAPI; not durable"),
)


@contextmanager
def running(stage: Stage, peer: Peer) -> Iterator[Service]:
    """Runs a peer until the block ends."""
    port, log = free_port(), stage.directory / f"{peer.name}.log"
    packages = str(INSTALLED / peer.name.lower())
    variables = {**stage.variables, "PORT": str(port), "WORKERS": str(WORKERS)}
    if peer.prepare:
        service = start(peer.name, peer.prepare, variables, port, log, packages)
        if service.process.wait(60):
            raise SystemExit(f"{peer.name}: {log.read_text()[-2_000:]}")
    command = [part.format(port=port) for part in peer.command]
    service = start(peer.name, command, variables, port, log, packages)
    try:
        wait(service, "/openapi.json")
        yield service
    finally:
        stop(service)


async def measure(rounds: int, burst_s: float, names: Sequence[str]) -> list[Row]:
    """Returns two rows for each peer, printed as they come."""
    rows = []
    async with staged(rounds=rounds, burst_s=burst_s) as stage:
        tenant = await stage.tenant(example())
        await table(stage)
        with router(stage.directory, stage.variables, workers=WORKERS) as ours:
            await stage.quiet(ours)
            ours.hold()
            for peer in (one for one in PEERS if not names or one.name in names):
                with ExitStack() as stack:
                    theirs = Side(stack.enter_context(running(stage, peer)))
                    theirs.service.hold()
                    mine = Side(ours, tenant)
                    await alternate(stage, [mine, theirs])
                for row in compared(peer, mine, theirs):
                    print_row(row)
                    rows.append(row)
    return rows


def compared(peer: Peer, ours: Side, theirs: Side) -> Iterator[Row]:
    """Yields the rows of one peer."""
    rate, note = ratios(ours.per_s(), theirs.per_s()), f"{spread(theirs.per_s()).median:,.0f} a second: {peer.note}"
    title = f"against {peer.name}: requests/s"
    yield at_least(title, rate, peer.beaten, note=note) if peer.beaten else plain(title, rate, "×", 2, note)
    yield plain(f"against {peer.name}: CPU a contact", ratios(ours.cpu_us(), theirs.cpu_us()), "×", 2)


def main() -> None:
    """Measures the peers that are named, or all."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("peers", nargs="*", help=", ".join(peer.name for peer in PEERS))
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--burst", type=float, default=3, metavar="SECONDS")
    chosen = options.parse_args()
    asyncio.run(measure(chosen.rounds, chosen.burst, chosen.peers))


if __name__ == "__main__":
    main()
