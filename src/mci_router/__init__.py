"""mci_router: an async contact router."""

from mci_router.garbage import wait_for_imports

__version__ = "0.1.0"

wait_for_imports()  # here, so that it holds for all the rest
