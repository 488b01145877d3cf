"""Webhooks of messages: what customers write, and how far what was written to them has come."""

import logging
import re
from contextlib import suppress
from typing import Any

from fastapi import Request, Response

from mci_router.adapters.router import Refused, Router
from mci_router.adapters.twilio import failures
from mci_router.adapters.twilio.answering import said_at_once, written
from mci_router.adapters.twilio.door import Door, Form, Unsigned
from mci_router.adapters.twilio.holding import SOON, held
from mci_router.adapters.twilio.inbound import contact_of, opts
from mci_router.adapters.twilio.media import Media, with_files
from mci_router.adapters.twilio.sending import Sender
from mci_router.adapters.twilio.settings import TwilioSettings

log = logging.getLogger(__name__)

SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")
KEY_REUSED = "idempotency_key_reused"
HEX = re.compile(r"[0-9a-f]{32}")


class Twiml(Response):
    """What Twilio is to do."""

    media_type = "text/xml"


class Messages:
    """Takes what Twilio says about messages."""

    def __init__(self, settings: TwilioSettings, door: Door, router: Router, sender: Sender, media: Media) -> None:
        self._settings = settings
        self._door = door
        self._router = router
        self._sender = sender
        self._media = media

    async def message(self, request: Request) -> Response:
        """Takes in a message, and says what the customer is to hear at once. Idempotent."""
        form = await self._door.form(request)
        if not SID.fullmatch(form.get("MessageSid", "")):
            raise Unsigned
        answer = await held(lambda: self._take(form), self._settings.hold_s)
        return Twiml(written(said_at_once(answer)))

    async def status(self, request: Request) -> Response:
        """Takes in how far a message has come. Late and repeated ones change nothing."""
        form = await self._door.form(request)
        message, state = request.query_params.get("message", ""), failures.STATES.get(form.get("MessageStatus", ""))
        if state and HEX.fullmatch(message):
            await held(lambda: self._note(f"msg_{message}", state, form), self._settings.hold_s)
        return Response(status_code=204)

    async def _take(self, form: Form) -> dict[str, Any]:
        """Hands a message to the router, and returns what it answers; nothing of one that it will never take: Twilio
        would only bring it again. Raises Refused, RouterAway.
        """
        try:
            answer = await self._posted(form)
        except Refused as refused:
            if refused.ours or refused.slug in SOON:
                raise
            if refused.slug != KEY_REUSED:  # then it has it, with the files as a process before this one has sent them
                log.error("message %s was refused for good: %s: %s", form["MessageSid"], refused.slug, refused)
            answer = {}
        if (out := opts(form)) is not None:
            await self._sender.tell_opt_out(form["From"], opted_out=out)
        return answer if not out else {}

    async def _posted(self, form: Form) -> dict[str, Any]:
        """Posts a message with its files, without those that the router refuses: its words say so. Raises Refused,
        RouterAway.
        """
        files, missing = await self._media.of(form)
        while True:
            contact = with_files(contact_of(form), files, missing)
            try:
                return await self._router.post("/v1/contacts", contact, key=form["MessageSid"])
            except Refused as refused:
                usable = [one for one in files if one["id"] != refused.problem.get("attachment")]
                if refused.slug in SOON or len(usable) == len(files):
                    raise
                log.warning("a file of message %s was refused: %s", form["MessageSid"], refused.slug)
                files, missing = usable, [*missing, f"(A file could not be taken: {refused.slug})"]

    async def _note(self, message: str, state: str, form: Form) -> None:
        """Gives a receipt; of a message that is gone there is none to give. Raises RouterAway."""
        code = failures.code_of(form.get("ErrorCode"))
        error = failures.error_of(code) if state == "failed" else None
        with suppress(Refused):
            await self._router.receipt_once(message, state, error)
        if error and error["slug"] == failures.OPTED_OUT:
            await self._sender.tell_opt_out(form["To"], opted_out=True)
