"""Runs one task: from standard input to standard output, on a private server, after everything else on the machine."""

import os
import sys
from contextlib import closing

from pydantic import TypeAdapter

from mci_router.routing.engine.virtual_time import DayServer
from mci_router.simulation.intraday.playing import RestPlayer
from mci_router.simulation.run import private_valkey
from mci_router.workforce.intraday.moves import Outlook, checked
from mci_router.workforce.intraday.task import Task

NICENESS = 15


def main() -> None:
    """Plays the task's days."""
    os.nice(NICENESS)
    task = TypeAdapter(Task).validate_json(sys.stdin.buffer.read())
    with private_valkey() as url, closing(DayServer(url)) as server:
        found = checked(task.rest, task.found, RestPlayer(server, task), task.days)
    sys.stdout.buffer.write(TypeAdapter(Outlook).dump_json(found))


if __name__ == "__main__":
    main()
