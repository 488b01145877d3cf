"""The service: the HTTP API over its parts, from its start to its end."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from mci_router import __version__, garbage
from mci_router.access.sign_in import SignInCode
from mci_router.api import middleware, openapi, problems, route_table, routes
from mci_router.api.router import operation_name, take_in
from mci_router.assembly import assembled
from mci_router.classifier.encoder import configured_encoder
from mci_router.connections.bounds import Connections
from mci_router.draining import drain_on_sigterm
from mci_router.portal import routes as portal
from mci_router.settings import Settings
from mci_router.timekeeping import keeping_time
from mci_router.web import pages

SWITCH_S = 0.001  # after which a thread that reads a text lets the event loop go on; by default five times as long


def create_app(settings: Settings, codes: SignInCode | None = None) -> FastAPI:
    """Returns the service. It connects when it starts, and waits for nothing: without Redis it accepts, without
    PostgreSQL it answers 503.

    With `codes`, which only `mci-router dev` gives, the desk can be signed in to by a link.
    """
    app = FastAPI(
        version=__version__,
        **openapi.ABOUT,
        generate_unique_id_function=operation_name,
        lifespan=lambda app: _lifespan(app, settings),
    )
    routes.install(app, codes)
    take_in(app, pages.router)
    portal.install(app)
    middleware.install(app, settings)
    problems.install(app)
    openapi.install(app)
    route_table.install(app)
    app.state.draining = False
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI, settings: Settings) -> AsyncIterator[dict[str, Connections]]:
    sys.setswitchinterval(SWITCH_S)
    # At its finest this logger writes out every frame, and frames hold what customers say.
    logging.getLogger("uvicorn.error").setLevel(logging.INFO)
    # These write out addresses, and a webhook's may hold a secret of its receiver.
    for client in ("httpx", "httpcore"):
        logging.getLogger(client).setLevel(logging.WARNING)
    service = assembled(settings, await asyncio.to_thread(configured_encoder, settings))
    app.state.parts = service.parts
    await service.start()
    drain_on_sigterm(app, settings.drain_s, service.roster.leave)
    try:
        async with keeping_time(service.parts.database):
            yield {"connections": Connections.of(settings)}
    finally:
        await service.close()


garbage.keep_all()  # all that is imported
