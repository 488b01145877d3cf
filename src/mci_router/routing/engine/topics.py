"""Topics in the matrix: where they are, which all processes share."""

import json
from collections.abc import Mapping
from typing import Any

from mci_router.routing.calls import Status
from mci_router.routing.engine.connection import Connection


class TopicFunctions(Connection):
    """Moves of topics between the cells of the matrix."""

    async def move_topic(
        self, workspace: str, topic: str, seen: str, place: Mapping[str, Any], told: Mapping[str, Any] | None = None
    ) -> Status:
        """Gives a topic another place, and journals `topic.moved` if `told` says what to tell of it: `share`, `rate` and `cause`.

        `seen` is the text of the place it had, '' for none; of several processes that saw the same only one moves it, the others hear
        STALE. `place`: `cell`, `volume`, `measured` and `revision`.
        """
        return await self._status(workspace, "move_topic", topic, seen, json.dumps(dict(place)), json.dumps(dict(told)) if told else "")
