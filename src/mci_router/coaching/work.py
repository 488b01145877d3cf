"""The parts of coaching, joined."""

from mci_router.coaching.actions import Actions
from mci_router.coaching.certificates import Certificates
from mci_router.coaching.lapsing import Lapsing
from mci_router.coaching.reading import Keeping, Reading
from mci_router.coaching.reviews import Reviews
from mci_router.coaching.sampling import Fingerprint
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database


class Coaching:
    """What the routes and the loops use of this room."""

    def __init__(self, database: Database, snapshots: Snapshots, fingerprint: Fingerprint, keeping: Keeping) -> None:
        self.certificates = Certificates(database)
        self.lapsing = Lapsing(database, snapshots)
        self.reading = Reading(database, fingerprint, keeping)
        self.reviews = Reviews(database, fingerprint)
        self.actions = Actions(database)
