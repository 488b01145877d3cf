"""A customer's session on one socket: it is greeted with how things stand, and its frames become commands."""

from collections.abc import Mapping
from typing import Any

from mci_router.api.customer.commands import CustomerCommands
from mci_router.api.customer.lobby import Lobby
from mci_router.api.customer.visit import Visit
from mci_router.api.parts import Parts
from mci_router.api.schemas.customer_frames import Frame


class CustomerSession:
    """Serves one socket of one customer."""

    def __init__(self, parts: Parts, lobby: Lobby, visit: Visit) -> None:
        self.visit = visit
        self._parts = parts
        self._lobby = lobby
        self._commands = CustomerCommands(parts, lobby, visit)
        self._workspace = visit.identity.workspace_id

    async def open(self, resume: Mapping[str, int]) -> None:
        """Says hello: the customer's open cases, where their contacts are, an incident of theirs, what answers.

        Raises DatabaseUnavailable.
        """
        snapshot, views = await self._parts.snapshots.get(self._workspace), self._parts.lobbies.views
        cases, contacts = await views.cases(snapshot, self.visit.customer)
        for case in cases:
            self.visit.sent[case.id] = case.last_seq
        missed = await self._lobby.news.missed(self.visit, resume)
        shown = await self._lobby.follow(self.visit.customer, contacts, quiet=True)
        incident = await views.incident(self._workspace, contacts) if contacts else None
        await self.visit.say(
            "hello",
            {
                "customer": self.visit.customer,
                "heartbeat_s": self._parts.settings.heartbeat_s,
                "cases": [
                    {**case.data(), "contacts": [one.data() for one in shown if one.case_id == case.id]}
                    for case in cases
                ],
                "incident": incident,
                "resumed": bool(resume),
            },
        )
        for message in missed:
            frame = {"case_id": message["case_id"], "contact_id": message["contact_id"], "message": message}
            await self.visit.say("message.created", frame)
        for one in shown:
            for kind, data in (("answer", one.answer()), ("ask", one.ask())):
                if data:
                    await self.visit.say(kind, data)

    async def do(self, frame: Frame) -> dict[str, Any]:
        """Carries out a frame, and returns the data of its ack. Raises the problem of one that it refuses."""
        return await self._commands.do(frame)
