"""mci_router: an async contact router."""

from mci_router.garbage import collect_seldom

__version__ = "0.1.0"

collect_seldom()  # here, for it shortens the import of all the rest
