"""mci_router: an async contact router."""

__version__ = "0.1.0"
