"""Topics in the matrix: their cells, which all processes share."""

import json
from collections.abc import Mapping
from typing import Any

from mci_router.routing.calls import Status
from mci_router.routing.engine.connection import Connection


class TopicFunctions(Connection):
    """The function that moves topics between the cells of the matrix."""

    async def move_topic(
        self, workspace: str, topic: str, seen: str, position: Mapping[str, Any], event: Mapping[str, Any] | None = None
    ) -> Status:
        """Gives a topic another position in the matrix, and journals `topic.moved` if there is an `event`: `share`,
        `rate` and `cause`.

        `position`: `cell`, `volume`, `measured` and `revision`. `seen` is the text of the position it had, '' for none:
        of several processes that saw the same only one moves it, the others get STALE.
        """
        moved = json.dumps(dict(event)) if event else ""
        return await self._status(workspace, "move_topic", topic, seen, json.dumps(dict(position)), moved)
