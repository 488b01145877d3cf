"""The adapter as a program: a door for Twilio's webhooks, and a task that reads what is written to customers."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from starlette.requests import ClientDisconnect

from mci_router.adapters.process import end
from mci_router.adapters.router import Refused, Router, RouterAway
from mci_router.adapters.twilio.api import TwilioApi
from mci_router.adapters.twilio.calls import Calls
from mci_router.adapters.twilio.door import Door, TooLarge, Unsigned
from mci_router.adapters.twilio.media import Media
from mci_router.adapters.twilio.messages import Messages
from mci_router.adapters.twilio.sending import Sender
from mci_router.adapters.twilio.settings import TwilioSettings
from mci_router.adapters.twilio.voice import Voice

log = logging.getLogger(__name__)

REFUSED_PAUSE_S = 30
STATUSES: dict[type[Exception], int] = {
    Unsigned: 403,
    TooLarge: 413,
    TimeoutError: 408,
    ClientDisconnect: 408,
    RouterAway: 503,
    Refused: 502,
}
"""What each error is to Twilio: a status and nothing else."""


def create_app(settings: TwilioSettings) -> FastAPI:
    """Returns the program, not started yet."""
    router = Router(settings.router_url, settings.adapter_key.get_secret_value(), settings.adapter)
    twilio, door = TwilioApi(settings), Door(settings)
    sender, calls = Sender(settings, router, twilio), Calls(settings, router, twilio)
    messages = Messages(settings, door, router, sender, Media(settings, router, twilio))
    voice = Voice(settings, door, router, calls)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(_read(sender)), asyncio.create_task(calls.run())]
        yield
        await end(tasks)
        await twilio.close()
        await router.close()

    app = FastAPI(lifespan=life, openapi_url=None)
    for kind in STATUSES:
        app.add_exception_handler(kind, _refused)
    app.get("/livez")(_alive)
    app.post("/messages")(messages.message)
    app.post("/status")(messages.status)
    for name, webhook in voice.webhooks.items():
        app.post(name)(webhook)
    return app


async def _alive() -> dict[str, str]:
    return {"status": "alive"}


async def _refused(request: Request, error: Exception) -> Response:
    if isinstance(error, Refused | RouterAway):
        log.error("%s was not taken in: %s", request.url.path, error)
    return Response(status_code=STATUSES[type(error)])


async def _read(sender: Sender) -> None:
    while True:
        try:
            await sender.run()
        except Refused as refused:
            log.error("the router does not let this adapter read what is written to customers: %s", refused)
        await asyncio.sleep(REFUSED_PAUSE_S)
