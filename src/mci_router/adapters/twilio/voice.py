"""Webhooks of calls: one begins, waits, is put through, ends."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from fastapi import Request, Response
from starlette.datastructures import QueryParams

from mci_router.adapters.router import Refused, Router, told_at_once
from mci_router.adapters.twilio.api import ENDED
from mci_router.adapters.twilio.calls import CALL, IN_LINE, OVER, WITH, Calls, wanted_by
from mci_router.adapters.twilio.door import Door, Form, Unsigned
from mci_router.adapters.twilio.holding import SOON, held
from mci_router.adapters.twilio.inbound import whole_number
from mci_router.adapters.twilio.messages import HEX, Twiml
from mci_router.adapters.twilio.settings import TwilioSettings
from mci_router.adapters.twilio.speech import where
from mci_router.adapters.twilio.twiml import Script
from mci_router.vocabulary import Channel, ContactState, EndedBy, Outcome, Trust

log = logging.getLogger(__name__)

PASSED = "TN-Validation-Passed-A"  # the caller's own carrier says that the number is the caller's
TALKED = ("completed", "answered")
RECORDING = re.compile(r"https://[\w.-]+/[\w./-]{1,300}")
RECORDED = ("in-progress", "completed")
LOOKS, LOOK_S = 20, 0.1  # at a contact's events, which follow its state by a moment


class Voice:
    """Takes what Twilio says about calls, and says what is next.

    Each webhook may be told twice, late, or again while the router is away: it looks where the contact is first.
    """

    def __init__(self, settings: TwilioSettings, door: Door, router: Router, calls: Calls) -> None:
        self._settings = settings
        self._door = door
        self._router = router
        self._calls = calls

    @property
    def webhooks(self) -> Mapping[str, Callable[[Request], Awaitable[Response]]]:
        """The webhooks, by their paths."""
        of_contact = {
            "/voice/next": self._go_on,
            "/voice/callback": self._call_back,
            "/voice/dialled": self._dialled,
            "/voice/recording": self._recorded,
        }
        return {
            "/voice": self._webhook(self._begin),
            "/voice/status": self._webhook(self._status),
            **{path: self._webhook(partial(self._of_contact, work)) for path, work in of_contact.items()},
        }

    def _webhook(self, work: Callable[[Form, QueryParams], Awaitable[Response]]) -> Callable[..., Awaitable[Response]]:
        """Returns a webhook: its request is signed, is of a call, and is held while the router is away."""

        async def webhook(request: Request) -> Response:
            form = await self._door.form(request)
            if not CALL.fullmatch(form.get("CallSid", "")):
                raise Unsigned
            return await held(lambda: work(form, request.query_params), self._settings.hold_s)

        return webhook

    async def _of_contact(
        self, work: Callable[[Form, Script, QueryParams], Awaitable[Response]], form: Form, query: QueryParams
    ) -> Response:
        """Does the work for the contact of a URL that we gave Twilio, and that it has signed."""
        if not HEX.fullmatch(contact := query.get("contact", "")):
            raise Unsigned
        return await work(form, self._script(form, f"con_{contact}"), query)

    async def _begin(self, form: Form, _: QueryParams) -> Response:
        """Takes in a call. One that the router will never take is told so: another answer than instructions Twilio
        would read out as a fault of its own.
        """
        try:
            answer = await self._router.post("/v1/contacts", self._contact(form), key=form["CallSid"])
        except Refused as refused:
            if refused.ours or refused.slug in SOON:
                raise
            log.error("call %s was refused for good: %s: %s", form["CallSid"], refused.slug, refused)
            return Twiml((never := self._script(form, "")).over([never.words.refused]))
        script, route = self._script(form, answer["id"]), answer["route"]
        told = told_at_once(route)
        if route["outcome"] != Outcome.AGENT:
            return Twiml(script.over([*told, script.words.goodbye]))
        return await self._next(form, script, told, begins=True)

    async def _go_on(self, form: Form, script: Script, _: QueryParams) -> Response:
        """Says what is next for a call."""
        return await self._next(form, script, [])

    async def _call_back(self, form: Form, script: Script, _: QueryParams) -> Response:
        """Takes the caller's word to be called back; the caller keeps the place in line."""
        if form.get("Digits") == "1" and self._may_call_back(form):
            with suppress(Refused):  # an agent has it by now
                await self._router.post(f"/v1/contacts/{script.contact}/callback", {"phone": form["From"]})
                self._calls.hears(form["CallSid"], script.contact, OVER)
                return Twiml(script.over([script.words.called_back]))
        return await self._next(form, script, [])

    async def _dialled(self, form: Form, script: Script, query: QueryParams) -> Response:
        """Takes what came of ringing an agent: the talk is over, or the caller waits on, as old as before."""
        found = await self._router.get(f"/v1/contacts/{script.contact}")
        accepted = await self._accepted(found) if found["state"] == ContactState.ASSIGNED else None
        if accepted is None or accepted["offer"] != query.get("offer"):
            return await self._next(form, script, [])  # it is late, or told twice
        hung_up = form.get("CallStatus") in ENDED
        if hung_up or form.get("DialCallStatus") in TALKED:
            await self._calls.end(script.contact, EndedBy.CUSTOMER if hung_up else EndedBy.AGENT)
            return Twiml(script.over([script.words.goodbye]))
        await self._put_back(script.contact, f"the agent's telephone: {form.get('DialCallStatus', 'no answer')}")
        return await self._next(form, script, [script.words.sorry])

    async def _status(self, form: Form, _: QueryParams) -> Response:
        """Takes the end of a call: its caller has left the line, or the talk. One to be called back waits on."""
        if form.get("CallStatus") in ENDED:
            found = await self._router.get("/v1/contacts", channel_ref=form["CallSid"], limit=1)
            for contact in found["items"]:
                if not contact["callback_at"]:
                    await self._calls.end(contact["id"], EndedBy.CUSTOMER)
        return Response(status_code=204)

    async def _recorded(self, form: Form, script: Script, _: QueryParams) -> Response:
        """Notes where the recording of a talk is, for those who may open it at Twilio.

        Twilio says so when it begins, and once it has it: then the contact may have ended, and takes no note.
        """
        url, sid = form.get("RecordingUrl", ""), form.get("RecordingSid", "")
        if RECORDING.fullmatch(url) and form.get("RecordingStatus") in RECORDED:
            body = {"kind": "note", "author": "Twilio", "text": f"Recording: {url}", "channel_message_id": sid}
            try:
                await self._router.post(f"/v1/contacts/{script.contact}/messages", body)
            except Refused as refused:
                log.debug("the recording of contact %s was not noted: %s", script.contact, refused)
        return Response(status_code=204)

    async def _next(self, form: Form, script: Script, said: list[str], *, begins: bool = False) -> Response:
        """Says what is next: the agent's telephone, the line, or the end, as the router has the contact now."""
        contact = await self._router.get(f"/v1/contacts/{script.contact}")
        wanted, sid = wanted_by(contact), form["CallSid"]
        if wanted.startswith(WITH):
            accepted = await self._accepted(contact)
            if accepted["endpoint"]:
                self._calls.hears(sid, script.contact, wanted)
                return Twiml(script.to_agent(accepted["endpoint"], accepted["offer"]))
            log.error("agent %s has no endpoint: no call can be put through", contact["agent"])
            await self._put_back(script.contact, "the agent has no telephone: set `endpoint`")
            wanted = IN_LINE
        waiting = await self._router.get(f"/v1/contacts/{script.contact}/waiting") if wanted == IN_LINE else {}
        shut = waiting.get("opens_at") is not None  # nobody waits on the telephone until it opens
        wanted = OVER if shut and not begins else wanted
        self._calls.hears(sid, script.contact, wanted)
        if wanted == OVER:
            return Twiml(script.over([*said, script.words.goodbye]))
        said = said if shut else [*said, where(script.words, waiting)]
        return Twiml(script.in_line(said, callback=self._may_call_back(form), shut=shut))

    async def _accepted(self, contact: Mapping[str, Any]) -> dict[str, Any]:
        """Returns `{offer, endpoint}` of the offer by which the contact's agent has it, whose event comes in a moment.

        Who was handed it by another agent has no offer: then the agent's name stands for it.
        """
        for _ in range(LOOKS):
            events = (await self._router.get(f"/v1/contacts/{contact['id']}/events"))["items"]
            accepts = [one for one in events if one["type"] == "offer.accepted"]
            if accepts and accepts[-1]["agent"] == contact["agent"]:
                data: dict[str, Any] = accepts[-1]["data"]
                return {"offer": data["offer"], "endpoint": data.get("endpoint")}
            await asyncio.sleep(LOOK_S)
        try:
            agent = await self._router.get(f"/v1/agents/{contact['agent']}")
        except Refused:  # the key may not know it
            agent = {}
        return {"offer": contact["agent"], "endpoint": agent.get("endpoint")}

    async def _put_back(self, contact: str, why: str) -> None:
        """Puts a contact back in line with its age; not for the same agent at once."""
        try:
            await self._router.post(f"/v1/contacts/{contact}/requeue", {"reason": why})
        except Refused as refused:
            log.error("contact %s was not put back in line: %s", contact, refused)

    def _contact(self, form: Form) -> dict[str, Any]:
        """Returns the contact that a call is."""
        theirs, ours = form.get("From", ""), form.get("To", "")
        trust = Trust.AUTHENTICATED if form.get("StirVerstat") == PASSED else Trust.CLAIMED
        known = whole_number(theirs)
        topic = self._settings.menu.get(form.get("Digits", ""))
        return {
            "channel": Channel.VOICE,
            "provider": "twilio",
            "channel_ref": form["CallSid"],
            "customer": {"phone": theirs, "trust": trust} if known else {},
            "call": {"from": theirs if known else None, "to": ours or None, "provider_id": form["CallSid"]},
            "text": form.get("SpeechResult", "")[:5_000],
            "language": self._language(form),
        } | ({"topic": topic} if topic else {})

    def _language(self, form: Form) -> str:
        return self._settings.languages.get(form.get("To", ""), self._settings.language)

    def _script(self, form: Form, contact: str) -> Script:
        return Script(self._settings, contact, self._language(form))

    def _may_call_back(self, form: Form) -> bool:
        return self._settings.callback and whole_number(form.get("From", ""))
