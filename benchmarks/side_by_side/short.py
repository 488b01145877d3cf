"""The short form, for continuous integration: fails when a contact costs a fifth more CPU than it did.

`python -m benchmarks.side_by_side.short` measures intake with the topic given, one process against the yardstick's, and
compares the ratio of their CPU with the one in `kept.json`. Both are measured in the same run, so that a slower machine
does not count; each by its cheapest round, since neighbours on a machine only add. A rise counts if it is found three
times. `--keep` keeps what it finds: do so when the cost was meant to change.
"""

import argparse
import asyncio
import json
from pathlib import Path

from benchmarks.side_by_side.intake import TOPICS, Side, alternate, table
from benchmarks.side_by_side.services import router, yardstick
from benchmarks.side_by_side.stage import staged
from mci_router.specs import WorkspaceFile

KEPT = Path(__file__).with_name("kept.json")
MOST_RISE = 1.2
TRIES = 3
ROUNDS, BURST_S = 5, 1.2
WORKSPACE = WorkspaceFile.model_validate(
    {
        "workspace": {"name": "short", "title": "Short"},
        "queues": [{"name": "chat", "service_level": {"goal": 0.8, "target_s": 20}, "catch_all": True}],
        "topics": [{"name": name, "title": name, "touch": "high"} for name in TOPICS],
    }
)


def verdict(found: float, kept: float) -> str | None:
    """Returns what is wrong, if a contact costs more than it may."""
    if found <= MOST_RISE * kept:
        return None
    return (
        f"a contact costs {found:.2f} × the yardstick's CPU, {100 * (found / kept - 1):.0f} % more than the "
        f"{kept:.2f} × kept in {KEPT.name}: find out why, or keep the new cost with --keep"
    )


async def measure() -> float:
    """Returns the ratio of CPU a contact to the yardstick's."""
    async with staged(rounds=ROUNDS, burst_s=BURST_S) as stage:
        tenant = await stage.tenant(WORKSPACE)
        await table(stage)
        with (
            router(stage.directory, stage.variables, workers=1) as ours,
            yardstick(stage.directory, stage.variables, workers=1) as theirs,
        ):
            theirs.hold()
            await stage.quiet(ours)
            ours.hold()
            mine, others = Side(ours, tenant), Side(theirs)
            await alternate(stage, [mine, others])
        return min(mine.cpu_us()) / min(others.cpu_us())


def main() -> None:
    """Measures, prints, and fails on a rise."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--keep", action="store_true", help="keep what is found as the figure to compare with")
    if options.parse_args().keep:
        KEPT.write_text(json.dumps({"cpu_ratio": round(asyncio.run(measure()), 2)}) + "\n")
        return
    kept, wrong = json.loads(KEPT.read_text())["cpu_ratio"], None
    for _ in range(TRIES):
        found = asyncio.run(measure())
        print(f"CPU a contact, against the yardstick: {found:.2f} ×; kept: {kept:.2f} ×", flush=True)
        wrong = verdict(found, kept)
        if wrong is None:
            return
    raise SystemExit(wrong)


if __name__ == "__main__":
    main()
