"""Which files a contact passes through before it is committed: `python -m benchmarks.files_entered [--list]`.

Counts the files of the package in which a function is entered, from the first line of the POST handler until the batch
is written, once everything is warm. Two contacts of new customers: one whose topic is named, and one whose topic is
found. Starts a PostgreSQL and a Valkey of its own.
"""

import argparse
import asyncio
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import FrameType
from typing import Any

import httpx
from pydantic import SecretStr
from tests.support.documents import small

from mci_router.access.keys import Scope, make_key
from mci_router.app import create_app
from mci_router.cli.migrate import migrate
from mci_router.configuration import workspace_file
from mci_router.database import Database
from mci_router.embedded import Servers, running
from mci_router.settings import Settings
from mci_router.specs import WorkspaceFile
from mci_router.vocabulary import Trust

SOURCE = str(Path(__file__).parents[1] / "src" / "mci_router") + "/"
BEGIN, END = "post_contact", ("lifecycle/dispatch.py", "send_all")
READING = "triage"  # of the names of the threads that read texts
WARM = 5
CONTACTS = {
    "topic named": {"text": "my parcel is late, where is it", "topic": "how_to"},
    "topic found": {"text": "the login does not work, I cannot sign in"},
}

_counted: ContextVar[bool] = ContextVar("counted", default=False)


class Entered:
    """What is entered of the package on behalf of one request, in order: the functions of each file."""

    def __init__(self) -> None:
        self.files: dict[str, dict[str, None]] = {}
        self._begun: set[FrameType] = set()  # by reference, so that no frame is taken for another
        self._on = False

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        """Takes an event of the interpreter. A coroutine that goes on is not entered again."""
        code = frame.f_code
        if event != "call" or not code.co_filename.startswith(SOURCE) or frame in self._begun:
            return
        self._begun.add(frame)
        name, own = code.co_filename.removeprefix(SOURCE), _counted.get()
        if code.co_name == BEGIN:
            _counted.set(True)
            self._on = own = True
        elif own and (name, code.co_name) == END:
            self._on = False
        if self._on and (own or threading.current_thread().name.startswith(READING)):
            self.files.setdefault(name, {})[code.co_name] = None


_watching: Entered | None = None


def _watch(frame: FrameType, event: str, argument: Any) -> None:
    if _watching:
        _watching(frame, event, argument)


@contextmanager
def watched() -> Iterator[Entered]:
    """Watches what is entered within the block, on this thread and on those that `_watch` was set for."""
    global _watching
    _watching = Entered()
    sys.setprofile(_watch)
    try:
        yield _watching
    finally:
        sys.setprofile(None)
        _watching = None


async def measure(servers: Servers) -> dict[str, dict[str, dict[str, None]]]:
    """Returns for each contact the files that it passes through, with the functions."""
    settings = Settings(
        _env_file=None,
        database_url=servers.database_url,
        redis_url=servers.redis_url,
        token_secret=SecretStr("a secret for a benchmark only, long enough"),
    )
    database = Database(servers.database_url, pool_size=1, timeout_s=60)
    async with database.transaction() as session:
        workspace, _ = await workspace_file.apply(session, WorkspaceFile.model_validate(small()))
        _, key = await make_key(session, workspace, "benchmark", [Scope.CONTACTS_WRITE], Trust.AUTHENTICATED)
    await database.close()
    app, found = create_app(settings), {}
    headers = {"Authorization": f"Bearer {key}"}
    threading.setprofile(_watch)  # for the threads that begin from now on
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here", headers=headers) as api,
    ):
        await app.state.parts.models.ready(workspace)
        for name, contact in CONTACTS.items():
            for number in range(WARM):
                sent = {"channel": "chat", "customer": {"email": f"{name[:5]}{number}@shop.example"}, **contact}
                with watched() as entered:
                    answer = (await api.post("/v1/contacts", json=sent, timeout=60)).raise_for_status().json()
            found[f"{name}, goes to {answer['route']['outcome']}"] = entered.files
    return found


def main() -> None:
    """Prints the number of files, and with `--list` each of them."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--list", action="store_true", help="each file in order, with what is entered of it")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="mci-files-") as directory:
        Path(directory).chmod(0o755)
        with running(Path(directory), durable=False) as servers:
            migrate(servers.database_url)
            found = asyncio.run(measure(servers))
    for name, files in found.items():
        print(f"{name}: {len(files)} files")
        for number, (file, functions) in enumerate(files.items() if chosen.list else (), 1):
            print(f"  {number:3} {file}: {', '.join(one for one in functions if not one.startswith('<'))}")


if __name__ == "__main__":
    main()
