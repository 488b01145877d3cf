"""All that is done with files in one process: they are taken in, scanned and removed."""

from mci_router.attachments.removal import Removal
from mci_router.attachments.scanning import Scanning, Tell
from mci_router.attachments.uploads import Uploads
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.settings import Settings


class Attachments:
    """The files of one process."""

    def __init__(self, settings: Settings, database: Database, snapshots: Snapshots, tell: Tell) -> None:
        """Takes where rows are, and how those hear of a blocked file who read it."""
        self.scanning = Scanning(settings, database, snapshots, tell)
        self.uploads = Uploads(settings, database, self.scanning.hurry)
        self.removal = Removal(database, self.uploads.store, orphans_keep_s=settings.attachment_orphans_keep_s)
