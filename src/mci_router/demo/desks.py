"""Agents at their desks: each accepts what is offered, talks or writes, closes with a disposition, and wraps up.

A desk does what its agent would do, frame by frame. Nothing is lost or done twice when its connection is: offers and
assignments are kept by id, and the socket repeats what was not acknowledged.
"""

import asyncio
import contextlib
from collections.abc import Coroutine, Sequence
from math import log
from random import Random
from typing import Any

from mci_router.demo.conversation import lines_of_agent
from mci_router.demo.desk_socket import DeskSocket
from mci_router.demo.scene import Clock, DemoTally, Stage
from mci_router.demo.service import DemoError, Refused, Service
from mci_router.demo.staffing import HANDLE_S, WRAP_UP_S
from mci_router.demo.workspace import DemoAgent
from mci_router.vocabulary import Channel, ContactState, Presence

ACCEPT_S = (1.0, 3.0)
DECLINE_SHARE = 0.02
SPREAD = 0.5  # sigma of the lognormal of conversations and after-call work
OPENING_TIMEOUT_S, CLOSING_TIMEOUT_S = 20, 5
DISPOSITIONS = ("solved", "solved", "solved", "explained", "refund_agreed", "follow_up")


class SimulatedDesk:
    """One agent's desk."""

    def __init__(self, agent: str, service: Service, token: str, clock: Clock, tally: DemoTally, seed: int) -> None:
        self._agent = agent
        self._clock = clock
        self._tally = tally
        self._dice = Random(f"{seed} {agent}")  # noqa: S311 — a simulation, not a secret
        self._begun: set[str] = set()
        self._leaving = False
        self._group: asyncio.TaskGroup | None = None
        self._socket = DeskSocket(service.socket_url, token, self._hear, direct=service.loopback)

    async def run(self) -> None:
        """Works until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            group.create_task(self._socket.run())
            self._do(self._be_available())

    async def ready(self) -> None:
        await self._socket.online.wait()

    async def leave(self) -> None:
        """Sets the agent offline; offers still pending go back."""
        self._leaving = True
        with contextlib.suppress(Refused):
            await self._socket.ask("presence.set", state=Presence.OFFLINE, reason="end of the demo")

    def _hear(self, kind: str, data: dict[str, Any]) -> None:
        if kind == "offer.created" and self._first_time(data["offer_id"]):
            self._tally.offers["made"] += 1
            self._do(self._answer(data["offer_id"], data["contact"]["id"]))
        elif kind == "offer.revoked":
            self._count_lost_offer(data["offer_id"], data["why"])
        elif kind == "assignment.started" and self._first_time(data["assignment_id"]):
            self._do(self._serve(data["assignment_id"], data["state"], data["contact"]))
        elif kind == "presence.changed" and data["state"] == Presence.AWAY:
            self._do(self._be_available())

    def _count_lost_offer(self, offer: str, why: str) -> None:
        if self._first_time(f"lost {offer}") and why != "declined":
            self._tally.offers["expired" if why == "not_responding" else "revoked"] += 1

    def _first_time(self, what: str) -> bool:
        """Returns whether this comes for the first time: a frame may come again after a lost connection."""
        new = what not in self._begun
        self._begun.add(what)
        return new

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        if self._group is None or self._leaving:
            work.close()
        else:
            self._group.create_task(self._or_let_go(work))

    async def _or_let_go(self, work: Coroutine[Any, Any, None]) -> None:
        """Does the work, unless the service refuses: the customer left, or the offer was taken back."""
        with contextlib.suppress(Refused):
            await work

    async def _be_available(self) -> None:
        await self._socket.ask("presence.set", state=Presence.AVAILABLE)

    async def _answer(self, offer: str, contact: str) -> None:
        await self._clock.sleep(self._dice.uniform(*ACCEPT_S))
        if self._dice.random() < DECLINE_SHARE:
            await self._socket.ask("offer.decline", offer_id=offer, reason="declined")
            self._tally.offers["declined"] += 1
            self._tally.stir()
        else:
            await self._socket.ask("offer.accept", offer_id=offer)
            self._tally.offers["accepted"] += 1
            self._tally.move(contact, Stage.WITH_AGENT)

    async def _serve(self, assignment: str, state: str, contact: dict[str, Any]) -> None:
        if state == ContactState.ASSIGNED:
            await self._talk(contact["id"], Channel(contact["channel"]))
            answer = await self._socket.ask(
                "assignment.complete",
                assignment_id=assignment,
                disposition=self._dice.choice(DISPOSITIONS),
                notes="Served by the demo.",
            )
            state = answer["state"]
        if state == ContactState.WRAPPING_UP:
            await self._clock.sleep(self._lasting(WRAP_UP_S))
            await self._socket.ask("wrap_up.done", assignment_id=assignment)
        self._tally.move(contact["id"], Stage.COMPLETED)

    async def _talk(self, contact: str, channel: Channel) -> None:
        """Serves the customer for as long as the channel takes, and writes to them meanwhile."""
        lines = lines_of_agent(self._dice, self._agent, channel)
        pause = self._lasting(HANDLE_S[channel]) / (len(lines) + 1)
        for number, line in enumerate(lines):
            await self._clock.sleep(pause)
            with contextlib.suppress(Refused):  # where the channel cannot carry it, the customer is served all the same
                await self._socket.ask(
                    "message.send", contact_id=contact, client_id=f"{contact}-{number}", kind="agent", text=line
                )
                self._tally.messages["agent"] += 1
                self._tally.written(contact).set()
        await self._clock.sleep(pause)

    def _lasting(self, mean_s: float) -> float:
        """Returns a lognormal time with this mean."""
        return self._dice.lognormvariate(log(mean_s) - SPREAD**2 / 2, SPREAD)


class Desks:
    """The desks of a run."""

    def __init__(self, service: Service, clock: Clock, tally: DemoTally, seed: int) -> None:
        self._service = service
        self._clock = clock
        self._tally = tally
        self._seed = seed
        self._desks: list[SimulatedDesk] = []

    async def seat(self, agents: Sequence[DemoAgent]) -> None:
        """Gets every agent a token. Raises DemoError."""
        for agent in agents:
            try:
                token = await self._service.post(f"/v1/agents/{agent.name}/token")
            except Refused as refused:
                raise DemoError(f"the service gives {agent.name} no token: {refused.detail}") from refused
            self._desks.append(
                SimulatedDesk(agent.name, self._service, token["token"], self._clock, self._tally, self._seed)
            )

    async def run(self) -> None:
        """Works until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            for desk in self._desks:
                group.create_task(desk.run())

    async def ready(self) -> None:
        """Waits until every desk is connected. Raises DemoError."""
        try:
            async with asyncio.timeout(OPENING_TIMEOUT_S):
                await asyncio.gather(*(desk.ready() for desk in self._desks))
        except TimeoutError as error:
            raise DemoError("the agents' sockets do not open") from error

    async def leave(self) -> None:
        """Sends every agent home, for as long as that may take."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_TIMEOUT_S):
                await asyncio.gather(*(desk.leave() for desk in self._desks))
