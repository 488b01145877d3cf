"""Incidents in the live state: customers are informed, and the journal records what becomes of an incident."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from mci_router.routing.calls import Status
from mci_router.routing.engine.connection import Connection
from mci_router.values import value


@value
class News:
    """An update of an incident for one contact.

    `limit_at` (ms since the epoch): when it ends unless the customer objects.
    """

    contact: str
    update: int
    kind: str
    status_text: str | None
    channel_ref: str | None
    limit_at: int | None

    def arguments(self) -> dict[str, Any]:
        """Returns what `inform` takes."""
        optional = {"status_text": self.status_text, "channel_ref": self.channel_ref, "limit_at": self.limit_at}
        required = {"id": self.contact, "update": self.update, "kind": self.kind}
        return required | {name: value for name, value in optional.items() if value is not None}


class IncidentFunctions(Connection):
    """The functions that concern incidents."""

    async def inform(self, workspace: str, incident: str, news: Sequence[News]) -> list[Status]:
        """Informs customers of an update, each once.

        Returns for each contact OK, CLOSED, WRONG_STATE (served otherwise now) or UNKNOWN.
        """
        reply = await self._call(workspace, "inform", incident, json.dumps([one.arguments() for one in news]))
        return [Status(fate) for fate in reply.get("fates") or ()]

    async def journal_incident(
        self, workspace: str, event: str, incident: str, data: Mapping[str, Any], *, version: int
    ) -> Status:
        """Journals a change of an incident. The same version, sent again within ten minutes, is journalled once."""
        await self._call_as(
            workspace, f"{incident}:{version}", "journal_incident", event, incident, json.dumps(dict(data))
        )
        return Status.OK
