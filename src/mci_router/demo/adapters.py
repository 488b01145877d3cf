"""Channel adapters: each takes one customer's contact from its first word to its end, over HTTP.

An adapter knows what the service answers and nothing else. It posts with an Idempotency-Key, shows automation's
answers, asks customers whether their question may be posted, carries the community's replies and what customers write
back to their agents, hangs up for a caller who has waited too long, and otherwise looks now and then whether the
contact has ended.
"""

import asyncio
import contextlib
from random import Random
from typing import Any

from mci_router.demo.customers import SimulatedCustomer
from mci_router.demo.scene import Clock, DemoTally, Stage
from mci_router.demo.service import DemoError, Refused, Service
from mci_router.vocabulary import FINAL_STATES, ContactState, Outcome

LOOK_S = 5  # real seconds between looks at a contact that nobody here has seen ending
STAGE_OF = {
    ContactState.RESOLVED: Stage.RESOLVED,
    ContactState.COMPLETED: Stage.COMPLETED,
    ContactState.ABANDONED: Stage.ABANDONED,
    ContactState.CANCELLED: Stage.LOST,
}
MEMBERS = ("old_hand", "router_whisperer", "night_owl_77", "fibre_fan", "helpful_heron")
REPLY = (
    "I had the same last month. What helped me: "
    "switch it off, wait a minute, try again, and check the settings once more."
)


class Adapters:
    """All adapters of a run."""

    def __init__(self, service: Service, clock: Clock, tally: DemoTally, run: str) -> None:
        self._service = service
        self._clock = clock
        self._tally = tally
        self._run = run

    async def serve(self, customer: SimulatedCustomer) -> None:
        """Takes a contact from its post to its end; a customer who took it for settled too soon comes back."""
        if await self._serve_one(customer):
            await self._clock.sleep(customer.back_s)
            await self._serve_one(customer.back())

    async def _serve_one(self, customer: SimulatedCustomer) -> bool:
        """Returns whether the customer will be back."""
        try:
            decided = await self._service.post("/v1/contacts", customer.contact(self._run), key=self._key(customer))
        except Refused as refused:
            self._tally.refused.append(refused.detail)
            return False
        contact = str(decided["id"])
        self._tally.contacts[contact] = []
        while (outcome := self._enter(contact, decided)) is not Outcome.AGENT:
            decided = await self._try(contact, outcome, customer, decided)
            if not decided:
                return outcome not in customer.content and not customer.says_so
        talk = asyncio.create_task(self._converse(contact, str(decided["case_id"]), customer))
        try:
            await self._wait_for_agent(contact, customer)
        finally:
            talk.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await talk
        return False

    def _key(self, customer: SimulatedCustomer) -> str:
        return f"demo-{self._run}-{customer.number}" + (f"-{customer.returns}" if customer.returns else "")

    def _enter(self, contact: str, decided: dict[str, Any]) -> Outcome:
        outcome = Outcome(decided["route"]["outcome"])
        self._tally.contacts[contact].append(outcome)
        stages = {
            Outcome.AUTOMATION: Stage.AUTOMATION,
            Outcome.COMMUNITY: Stage.COMMUNITY,
            Outcome.AGENT: Stage.WAITING,
        }
        self._tally.move(contact, stages[outcome])
        return outcome

    async def _try(
        self, contact: str, outcome: Outcome, customer: SimulatedCustomer, decided: dict[str, Any]
    ) -> dict[str, Any]:
        """Lets automation or the community try. Returns the next decision; an empty one if the contact has ended."""
        try:
            if decided["route"]["ask"]:
                decided = await self._ask(contact, customer)
                if not decided["route"]["post"]:
                    return decided
            if outcome is Outcome.AUTOMATION:
                helped = await self._read_answer(contact, customer)
            else:
                helped = await self._ask_members(decided["route"]["post"]["id"], customer)
            if not helped:
                return await self._service.post(f"/v1/contacts/{contact}/unresolved")
            self._tally.move(contact, Stage.RESOLVED)
        except Refused:  # the contact moved on by itself: follow it
            await self._until_ended(contact)
        return {}

    async def _ask(self, contact: str, customer: SimulatedCustomer) -> dict[str, Any]:
        """Shows the draft, and sends the customer's answer; returns what is decided then."""
        self._tally.asked += 1
        await self._clock.sleep(customer.consent_s)
        answered = await self._service.post(f"/v1/contacts/{contact}/consent", customer.consent())
        self._tally.agreed += customer.agrees
        return answered

    async def _read_answer(self, contact: str, customer: SimulatedCustomer) -> bool:
        await self._clock.sleep(customer.reading_s)
        helped = Outcome.AUTOMATION in customer.content or not customer.says_so
        if helped:
            await self._service.post(f"/v1/contacts/{contact}/resolve", {"reason": "the answer helped"})
        return helped

    async def _ask_members(self, post: str, customer: SimulatedCustomer) -> bool:
        await self._clock.sleep(customer.reply_s)
        member = Random(customer.number).choice(MEMBERS)  # noqa: S311 — a simulation, not a secret
        reply = await self._service.post(f"/v1/posts/{post}/replies", {"author": member, "body": REPLY})
        helped = Outcome.COMMUNITY in customer.content or not customer.says_so
        if helped:
            await self._service.post(f"/v1/posts/{post}/replies/{reply['id']}/accept")
        return helped

    async def _wait_for_agent(self, contact: str, customer: SimulatedCustomer) -> None:
        if customer.patience_s is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._tally.settled(contact).wait(), customer.patience_s / self._clock.speed)
                return
            if (await self.look(contact))["state"] in (ContactState.QUEUED, ContactState.OFFERED):
                with contextlib.suppress(Refused):
                    await self._service.post(f"/v1/contacts/{contact}/abandon", {"reason": "hung up"})
        await self._until_ended(contact)

    async def _converse(self, contact: str, case: str, customer: SimulatedCustomer) -> None:
        """Reads what the agent writes, and carries what the customer writes back, unless the agent has closed it."""
        with contextlib.suppress(Refused):
            await self._write_back(contact, case, customer)

    async def _write_back(self, contact: str, case: str, customer: SimulatedCustomer) -> None:
        written, seen, heard = self._tally.written(contact), 0, 0
        for number, line in enumerate(customer.lines):
            while heard <= number:
                await written.wait()
                written.clear()
                window = await self._service.get(f"/v1/cases/{case}/messages?after_seq={seen}")
                heard += sum(message["kind"] == "agent" for message in window["items"])
                seen = max((message["seq"] for message in window["items"]), default=seen)
            await self._clock.sleep(customer.answer_s)
            await self._service.post(
                f"/v1/contacts/{contact}/messages",
                {"text": line, "client_id": f"{self._run}-{customer.number}-{number}"},
            )
            self._tally.messages["customer"] += 1
            self._tally.stir()

    async def _until_ended(self, contact: str) -> None:
        while True:
            state = ContactState((await self.look(contact))["state"])
            if state in FINAL_STATES:
                self._tally.move(contact, STAGE_OF[state])
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._tally.settled(contact).wait(), LOOK_S)

    async def look(self, contact: str) -> dict[str, Any]:
        """Returns the contact as it is now."""
        try:
            return await self._service.get(f"/v1/contacts/{contact}")
        except Refused as refused:
            raise DemoError(
                f"the key may not read the contact it posted: it needs contacts:sensitive ({refused.detail})"
            ) from refused

    async def cancel(self, contact: str) -> None:
        """Ends a contact that is left over; does nothing if it has ended."""
        with contextlib.suppress(Refused, DemoError):
            await self._service.post(f"/v1/contacts/{contact}/cancel", {"reason": "the demo is over"}, attempts=1)
