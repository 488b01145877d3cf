"""What every request passes through before it comes to its route, the last one named first."""

from fastapi import FastAPI

from mci_router.api.body_limit import BodyLimit
from mci_router.api.cross_origin import CrossOrigin
from mci_router.api.no_store import NoStore
from mci_router.settings import Settings


def install(app: FastAPI, settings: Settings) -> None:
    """Bounds bodies, keeps answers out of caches, and lets pages of other sites send files."""
    app.add_middleware(BodyLimit, largest=settings.max_body_bytes)
    app.add_middleware(NoStore)
    app.add_middleware(CrossOrigin)
