"""Rows of starting and of rest: ready after start, import of the package, CPU of a process that has nothing to do."""

import asyncio
import os
import resource
import subprocess
import sys
import time
from contextlib import ExitStack

from benchmarks.side_by_side.figures import Row, at_most, plain, ratios, spread
from benchmarks.side_by_side.services import ROOT, ROUTER, free_port, router, start, stop, wait
from benchmarks.side_by_side.stage import Stage, example

IDLE_S = 10
CLEAR_UP_S = 300
SETTLE_S = 10  # what was committed is looked at for some seconds more
NOT_COMPILED = "PYTHONDONTWRITEBYTECODE"  # would have each import compile the sources: an installation has that done
IMPORTS = {"mci_router": "import mci_router.app", "FastAPI": "import fastapi, uvicorn"}
BARE = """
import sys, fastapi, uvicorn
app = fastapi.FastAPI()
app.get("/readyz")(lambda: {})
uvicorn.run(app, port=int(sys.argv[1]), log_config=None)
"""


async def rows(stage: Stage) -> list[Row]:
    await stage.tenant(example())
    return [*await asyncio.to_thread(imports, stage.rounds), *await starts(stage), *await idle(stage)]


def imports(rounds: int) -> list[Row]:
    """Returns what an import takes a fresh process, in CPU, since the machine may be busy."""
    taken: dict[str, list[float]] = {what: [] for what in IMPORTS}
    for _ in range(rounds + 1):
        for what, line in IMPORTS.items():
            taken[what].append(child_cpu_s(["-c", line]) - child_cpu_s(["-c", ""]))
    ours, bare = (found[1:] for found in taken.values())  # the first fills the cache of files
    return [
        at_most(
            "import of the package: CPU",
            spread(ours),
            0.6,
            unit="s",
            note=f"FastAPI alone: {spread(bare).median:.2f} s",
        ),
        plain("import of the package: against FastAPI alone", ratios(ours, bare), "×", 2),
    ]


def child_cpu_s(arguments: list[str]) -> float:
    """Returns the CPU that a Python process with these arguments takes."""
    inherited = {name: value for name, value in os.environ.items() if name != NOT_COMPILED}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, env={**inherited, "PYTHONPATH": str(ROOT / "src")})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


async def starts(stage: Stage) -> list[Row]:
    """Returns how long a process takes to be ready, with the models of the workspaces that are there."""
    with router(stage.directory, stage.variables, workers=1) as service:
        await stage.quiet(service)  # the models are made once, and kept
    ours, bare, cpu = [], [], []
    for _ in range(stage.rounds):
        port = free_port()
        variables = {**stage.variables, "MCI_PORT": str(port)}
        began = time.monotonic()
        started = start("router", [*ROUTER, "1"], variables, port, stage.directory / "start.log")
        await asyncio.to_thread(wait, started, "/readyz")
        ours.append(time.monotonic() - began)
        cpu.append(started.cpu_s())
        await asyncio.to_thread(stop, started)
        port, began = free_port(), time.monotonic()
        yard = start("FastAPI", [sys.executable, "-c", BARE, str(port)], {}, port, stage.directory / "bare.log")
        await asyncio.to_thread(wait, yard, "/readyz")
        bare.append(time.monotonic() - began)
        await asyncio.to_thread(stop, yard)
    note = f"CPU {spread(cpu).median:.2f} s; a bare FastAPI app: {spread(bare).median:.2f} s"
    return [at_most("ready after start", spread(ours), 2, 1, unit="s", note=note)]


async def idle(stage: Stage) -> list[Row]:
    """Returns what processes, and the ledger, cost that nobody asks for anything."""
    with ExitStack() as stack:
        service = stack.enter_context(router(stage.directory, stage.variables, workers=2))
        await stage.quiet(service)
        # What the bursts of other families left is cleared up, as PostgreSQL would by itself within minutes.
        await stage.database.alone("VACUUM (ANALYZE)", timeout_s=CLEAR_UP_S)
        await asyncio.sleep(SETTLE_S)
        before = stage.cost_until_now(service)
        await asyncio.sleep(IDLE_S)
        after = stage.cost_until_now(service)
    each = 1_000 * (after.service - before.service) / 2 / IDLE_S
    ledger = 1_000 * (after.postgres - before.postgres) / IDLE_S
    return [
        at_most("idle: CPU a process", spread([each]), 10, unit="ms/s", digits=0, note="two processes"),
        at_most("idle: CPU of PostgreSQL", spread([ledger]), 10, unit="ms/s", digits=0, note="two processes"),
    ]
