"""`mci-router serve`: runs the service under uvicorn."""

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import suppress

import click
import uvicorn
from fastapi import FastAPI

from mci_router.app import create_app
from mci_router.cli.common import require, settings_of_environment
from mci_router.errors import DatabaseUnavailable
from mci_router.settings import Settings

MODELS_WAIT_S = 60  # a first training on a busy machine; nobody is refused meanwhile
SHORTEST_SECRET = 32
GRACE_S = 5  # what open requests and sockets get to end by themselves


class PortInUse(Exception):
    """The port is taken: one line for the user."""


def configure_logging(level: str) -> None:
    logging.basicConfig(level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)


def check_port(host: str, port: int) -> None:
    """Raises PortInUse."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortInUse(
                f"{host}:{port} cannot be used ({error.strerror}): stop what uses it, or choose another with MCI_PORT"
            ) from error


class _Server(uvicorn.Server):
    """Says when it answers, and answers well: contacts are accepted from the start, and understood once the first models are there."""

    on_ready: Callable[[], None] | None = None
    router: FastAPI

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self.on_ready:
            self._telling = asyncio.create_task(_tell(self.on_ready, self.router))


async def _tell(on_ready: Callable[[], None], router: FastAPI) -> None:
    parts = router.state.parts
    with suppress(TimeoutError, DatabaseUnavailable):
        async with asyncio.timeout(MODELS_WAIT_S):
            for snapshot in parts.snapshots.cached():
                await parts.models.ready(snapshot.workspace_id)
    on_ready()


def serve(settings: Settings, workers: int = 1, on_ready: Callable[[], None] | None = None) -> None:
    """Serves until SIGINT or SIGTERM. Several workers read their settings from the environment."""
    options = {
        "host": settings.host,
        "port": settings.port,
        "log_config": None,
        "access_log": False,
        "loop": "uvloop",
        "http": "httptools",
        "ws": "websockets-sansio",
        "ws_max_size": 1_048_576,
        "ws_ping_interval": settings.heartbeat_s,  # a desk whose network died is noticed within two of these
        "ws_ping_timeout": settings.heartbeat_s,
        "timeout_graceful_shutdown": GRACE_S,
        "server_header": False,
    }
    if workers > 1:
        uvicorn.run("mci_router.app:from_environment", factory=True, workers=workers, **options)  # type: ignore[arg-type]
    else:
        app = create_app(settings)
        server = _Server(uvicorn.Config(app, **options))  # type: ignore[arg-type]
        server.router, server.on_ready = app, on_ready
        with suppress(KeyboardInterrupt):  # raised again once all is shut down
            server.run()


@click.command()
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
def command(workers: int) -> None:
    """Run the service on the servers of DATABASE_URL and REDIS_URL."""
    settings = settings_of_environment()
    require(settings, "database_url", "redis_url", "token_secret")
    for variable, secret in (("MCI_TOKEN_SECRET", settings.token_secret), ("MCI_IDENTITY_SECRET", settings.identity_secret)):
        if secret and len(secret.get_secret_value()) < SHORTEST_SECRET:
            raise click.ClickException(f"{variable} is shorter than {SHORTEST_SECRET} characters")
    configure_logging(settings.log_level)
    try:
        check_port(settings.host, settings.port)
    except PortInUse as error:
        raise click.ClickException(str(error)) from error
    serve(settings, workers)
