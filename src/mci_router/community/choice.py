"""Choice: the board that serves a workspace, as its configuration says."""

from collections.abc import Mapping

from mci_router.community.connector import Connector
from mci_router.specs.community import CommunitySpec
from mci_router.specs.snapshot import Snapshot


class Boards:
    """The boards that there are, by the names that a workspace's `community.connector` may have."""

    def __init__(self, boards: Mapping[str, Connector]) -> None:
        self._boards = boards

    def of(self, snapshot: Snapshot) -> Connector:
        """Returns the board of a workspace."""
        return self._boards[(snapshot.spec.community or CommunitySpec()).connector]
