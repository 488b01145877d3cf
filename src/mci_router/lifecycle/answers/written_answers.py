"""Written answers, joined: their search, the gaps in them, what a desk does with them, and what agents save."""

from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.incidents.open_incidents import OpenIncidents
from mci_router.intake.fingerprints import Fingerprints
from mci_router.knowledge.nearest import Nearest
from mci_router.knowledge.search import Search
from mci_router.lifecycle.answers.desk_answers import DeskAnswers
from mci_router.lifecycle.answers.gaps import Gaps
from mci_router.lifecycle.answers.saved_answers import SavedAnswers
from mci_router.lifecycle.publicity.sharing import Sharing


class WrittenAnswers:
    """The parts that deal with written answers."""

    def __init__(
        self,
        database: Database,
        snapshots: Snapshots,
        fingerprints: Fingerprints,
        incidents: OpenIncidents,
        nearest: Nearest | None = None,
    ) -> None:
        self.search = Search(database, nearest)
        self.gaps = Gaps(database, fingerprints)
        self.desk = DeskAnswers(database, self.search, self.gaps)
        self.saved = SavedAnswers(database, snapshots)
        self.sharing = Sharing(database, snapshots, incidents)
