"""`mci-router serve`: runs the service under uvicorn.

The service itself is imported by the process that runs it: the parent of several workers has no use for it, and who has
to migrate first is told so without waiting for it.
"""

import asyncio
import logging
import resource
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click
import uvicorn
from sqlalchemy import text

from mci_router import garbage, precedence
from mci_router.cli.common import NOT_MIGRATED, complaint, require, settings_of_environment
from mci_router.connections.bounds import FILES_KEPT
from mci_router.connections.http import BoundedHTTP
from mci_router.connections.websocket import LARGEST_MESSAGE, BoundedWebSocket
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable
from mci_router.migrated import newest
from mci_router.settings import Settings
from mci_router.values import value

if TYPE_CHECKING:
    from fastapi import FastAPI

    from mci_router.access.sign_in import SignInCode
    from mci_router.api.parts import Parts

MODELS_WAIT_S = 60  # a first training on a busy machine; contacts are accepted all the time
LOOK_S = 0.1
SHORTEST_SECRET = 32
GRACE_S = 5  # what open requests and sockets get to end by themselves
SCHEMA_TIMEOUT_S = 5
UNRESPONSIVE_S = 60  # of one of several workers, before it is replaced: a busy or stopped machine is no reason


class PortInUse(Exception):
    """The port is taken: one line for the user."""


def configure_logging(level: str) -> None:
    logging.basicConfig(level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)


def check_port(host: str, port: int) -> None:
    """Checks that the port is free. Raises PortInUse."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortInUse(
                f"{host}:{port} cannot be used ({error.strerror}): stop what uses it, or choose another with MCI_PORT"
            ) from error


def check_schema(settings: Settings) -> None:
    """Checks that the ledger has this version's tables, or a later one's. One that is away is waited for, by serving.

    Raises click.ClickException.
    """
    found = asyncio.run(_schema(settings.database_url or ""))
    if found is not None and found < newest():
        raise click.ClickException(NOT_MIGRATED)


async def _schema(database_url: str) -> str | None:
    """Returns the revision of the ledger's schema, empty if it has none; None while the ledger is away."""
    database = Database(database_url, pool_size=1, timeout_s=SCHEMA_TIMEOUT_S)
    try:
        async with database.transaction() as session:
            if not await session.scalar(text("SELECT to_regclass('alembic_version')")):
                return ""
            return str(await session.scalar(text("SELECT max(version_num) FROM alembic_version")) or "")
    except DatabaseUnavailable as away:
        click.echo(f"{complaint(database_url, away.__cause__ or away)}. Serving begins, and waits for it.", err=True)
        return None
    finally:
        await database.close()


@value
class Watcher:
    """A listener to how a start goes: which topics are being learnt, that the service answers, and answers well."""

    learning: Callable[[int], None]
    """Called with the number of topics."""
    ready: Callable[[], None]


class _Server(uvicorn.Server):
    """A server that accepts contacts from the start, and calls its watcher once the first models are there."""

    watcher: Watcher | None = None
    router: "FastAPI"

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self.watcher:
            self._watching = asyncio.create_task(_watch(self.watcher, self.router.state.parts))


async def _watch(watcher: Watcher, parts: "Parts") -> None:
    from mci_router.learning.readiness import NOT_YET

    if topics := sum(
        bool(topic.examples) for snapshot in parts.snapshots.cached() for topic in snapshot.topics.values()
    ):
        watcher.learning(topics)
    with suppress(TimeoutError):
        async with asyncio.timeout(MODELS_WAIT_S):
            while True:
                if not NOT_YET.intersection(parts.models.readiness()):
                    break
                await asyncio.sleep(LOOK_S)
    watcher.ready()


def serve(
    settings: Settings, workers: int = 1, *, codes: "SignInCode | None" = None, watcher: Watcher | None = None
) -> None:
    """Serves until SIGINT or SIGTERM. Several workers read their settings from the environment."""
    _allow_files(settings.connections_most + FILES_KEPT)
    options = {"host": settings.host, "port": settings.port, "loop": "uvloop", **server_options(settings)}
    if workers > 1:
        with precedence.shared():
            uvicorn.run("mci_router.cli.serve:worker", factory=True, workers=workers, **options)
    else:
        garbage.wait_for_imports()  # they go on
        from mci_router.app import create_app

        app = create_app(settings, codes)
        garbage.keep_all()
        server = _Server(uvicorn.Config(app, **options))
        server.router, server.watcher = app, watcher
        with suppress(KeyboardInterrupt):  # raised again once all is shut down
            server.run()


def worker() -> "FastAPI":
    """Returns the service as the environment configures it: what each of several workers runs, with its own log."""
    settings = Settings()
    configure_logging(settings.log_level)
    from mci_router.app import create_app

    app = create_app(settings)
    garbage.keep_all()
    return app


def server_options(settings: Settings) -> dict[str, Any]:
    """Returns uvicorn's options, but for where it listens."""
    return {
        "log_config": None,
        "access_log": False,
        "http": BoundedHTTP,
        "ws": BoundedWebSocket,
        "ws_max_size": LARGEST_MESSAGE,
        "ws_per_message_deflate": False,  # frames are short, and a kilobyte would unpack to a megabyte
        "ws_ping_interval": settings.heartbeat_s,  # a desk whose network died is noticed within two of these
        "ws_ping_timeout": settings.heartbeat_s,
        "timeout_graceful_shutdown": GRACE_S,
        "timeout_keep_alive": settings.keep_alive_s,
        "timeout_worker_healthcheck": UNRESPONSIVE_S,
        "server_header": False,
    }


def _allow_files(wanted: int) -> None:
    """Raises the bound of open files to what connections need, as far as the system lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard < 0 else min(wanted, hard), hard))


@click.command()
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
def command(workers: int) -> None:
    """Run the service on the servers of DATABASE_URL and REDIS_URL."""
    settings = settings_of_environment()
    require(settings, "database_url", "redis_url", "token_secret")
    for variable, secret in (
        ("MCI_TOKEN_SECRET", settings.token_secret),
        ("MCI_IDENTITY_SECRET", settings.identity_secret),
    ):
        if secret and len(secret.get_secret_value()) < SHORTEST_SECRET:
            raise click.ClickException(f"{variable} is shorter than {SHORTEST_SECRET} characters")
    configure_logging(settings.log_level)
    check_schema(settings)
    try:
        check_port(settings.host, settings.port)
    except PortInUse as error:
        raise click.ClickException(str(error)) from error
    serve(settings, workers)
