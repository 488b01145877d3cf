"""The parts of coaching, joined."""

from mci_router.coaching.certificates import Certificates
from mci_router.coaching.lapsing import Lapsing
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database


class Coaching:
    """What the routes and the loops use of this room."""

    def __init__(self, database: Database, snapshots: Snapshots) -> None:
        self.certificates = Certificates(database)
        self.lapsing = Lapsing(database, snapshots)
