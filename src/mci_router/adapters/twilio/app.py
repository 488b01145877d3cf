"""The adapter as a program: a door for Twilio's webhooks, and a task that reads what is written to customers."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI, Request, Response

from mci_router.adapters.router import Refused, Router, RouterAway
from mci_router.adapters.twilio import failures
from mci_router.adapters.twilio.answering import said_at_once, written
from mci_router.adapters.twilio.api import TwilioApi
from mci_router.adapters.twilio.door import Door, TooLarge, Unsigned
from mci_router.adapters.twilio.holding import held
from mci_router.adapters.twilio.inbound import contact_of, opts
from mci_router.adapters.twilio.sending import Sender
from mci_router.adapters.twilio.settings import TwilioSettings

log = logging.getLogger(__name__)

REFUSED_PAUSE_S = 30
SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")
HEX = re.compile(r"[0-9a-f]{32}")


class Twiml(Response):
    """What Twilio is to do."""

    media_type = "text/xml"


class Webhooks:
    """Takes what Twilio says about messages."""

    def __init__(self, settings: TwilioSettings, router: Router, twilio: TwilioApi, sender: Sender) -> None:
        self._settings = settings
        self._door = Door(settings)
        self._router = router
        self._twilio = twilio
        self._sender = sender

    async def message(self, request: Request) -> Response:
        """Takes in a message, and says what the customer is to hear at once. Idempotent."""
        form = await self._door.form(request)
        sid = form.get("MessageSid", "")
        if not SID.fullmatch(sid):
            raise Unsigned
        contact, hold_s = contact_of(form), self._settings.hold_s
        answer = await held(lambda: self._router.post("/v1/contacts", contact, key=sid), hold_s)
        if (out := opts(form)) is not None:
            await held(lambda: self._sender.tell_opt_out(form["From"], opted_out=out), hold_s)
        return Twiml(written(said_at_once(answer) if not out else []))

    async def status(self, request: Request) -> Response:
        """Takes in how far a message has come. Late and repeated ones change nothing."""
        form = await self._door.form(request)
        message, state = request.query_params.get("message", ""), failures.STATES.get(form.get("MessageStatus", ""))
        if state and HEX.fullmatch(message):
            code = failures.code_of(form.get("ErrorCode"))
            error = failures.error_of(code) if state == "failed" else None
            await held(lambda: self._router.receipt(f"msg_{message}", state, error), self._settings.hold_s)
            if error and error["slug"] == failures.OPTED_OUT:
                await held(lambda: self._sender.tell_opt_out(form["To"], opted_out=True), self._settings.hold_s)
        return Response(status_code=204)


def create_app(settings: TwilioSettings) -> FastAPI:
    """Returns the program, not started yet."""

    router = Router(settings.router_url, settings.adapter_key.get_secret_value(), settings.adapter)
    twilio = TwilioApi(settings)
    sender = Sender(settings, router, twilio)
    webhooks = Webhooks(settings, router, twilio, sender)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        reading = asyncio.create_task(_read(sender))
        yield
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading
        await twilio.close()
        await router.close()

    app = FastAPI(lifespan=life, openapi_url=None)
    app.post("/messages")(webhooks.message)
    app.post("/status")(webhooks.status)
    _refuse(app)
    return app


def _refuse(app: FastAPI) -> None:
    """Says what follows from each error: nothing but a status."""
    statuses: dict[type[Exception], int] = {
        Unsigned: 403,
        TooLarge: 413,
        TimeoutError: 408,
        RouterAway: 503,
        Refused: 502,
    }

    async def refused(request: Request, error: Exception) -> Response:
        if isinstance(error, Refused | RouterAway):
            log.error("%s was not taken in: %s", request.url.path, error)
        return Response(status_code=statuses[type(error)])

    for kind in statuses:
        app.add_exception_handler(kind, refused)


async def _read(sender: Sender) -> None:
    while True:
        try:
            await sender.run()
        except Refused as refused:
            log.error("the router does not let this adapter read what is written to customers: %s", refused)
        await asyncio.sleep(REFUSED_PAUSE_S)
