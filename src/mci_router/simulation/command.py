"""The command `mci-router simulate`: trace in, outcomes, summary and picture out.

An error is reported in one line.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from rich.console import Console

from mci_router.embedded import EmbeddedError
from mci_router.errors import Problem
from mci_router.routing.engine import ResponseError
from mci_router.simulation import outcomes, picture, summary, trace
from mci_router.simulation.floor import SimulationFailed
from mci_router.simulation.picture import PlotMissing
from mci_router.simulation.policies import SimulatedPolicy
from mci_router.simulation.run import private_valkey, simulate
from mci_router.simulation.trace import BadTrace
from mci_router.values import value

PIPED_WIDTH = 100  # columns, where the width of the reader's page is unknown


@value
class SimulationOptions:
    """The options on the command line."""

    trace: Path
    out: Path
    policy: SimulatedPolicy
    plain: bool = False
    plot: Path | None = None
    redis_url: str | None = None


class CommandFailed(Exception):
    """The simulation failed: why, in one line."""


def run(options: SimulationOptions) -> None:
    """Simulates the day, and reports it."""
    # A private server is stopped and its directory removed also after SIGTERM.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with _explained():
        _check(options)
        day_trace = trace.read(options.trace)
        with nullcontext(options.redis_url) if options.redis_url else private_valkey() as url:
            day = simulate(day_trace, options.policy, url, plain=options.plain)
        outcomes.write(options.out, day.outcomes)
        summary.show(Console(width=None if sys.stdout.isatty() else PIPED_WIDTH, highlight=False), day)
        if options.plot:
            picture.draw(day, options.plot)


def _check(options: SimulationOptions) -> None:
    """Fails before the work where failure can be foreseen. Raises PlotMissing or CommandFailed."""
    if options.plot:
        picture.require()
    for target in filter(None, (options.out, options.plot)):
        if target.exists() and options.trace.exists() and target.samefile(options.trace):
            raise CommandFailed(f"{target} is the trace: write to another file")
        if target.is_dir() or not os.access(target.parent, os.W_OK):
            raise CommandFailed(
                f"{target} cannot be written: name a file in a directory that exists and is yours to write"
            )


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (BadTrace, PlotMissing, EmbeddedError, SimulationFailed) as error:
        raise CommandFailed(str(error)) from error
    except Problem as error:
        raise CommandFailed(error.detail) from error
    except ResponseError as error:
        raise CommandFailed(f"the engine failed: {error}") from error
    except OSError as error:
        raise CommandFailed(f"{error.filename or 'a file'}: {error.strerror}") from error
