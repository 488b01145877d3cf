"""What every request passes through before it comes to its route, the last one named first."""

from fastapi import FastAPI

from mci_router.api import contact_intake, message_intake
from mci_router.api.body_limit import BodyLimit
from mci_router.api.cross_origin import CrossOrigin
from mci_router.api.lean import LeanWay
from mci_router.api.no_store import NoStore
from mci_router.settings import Settings


def install(app: FastAPI, settings: Settings) -> None:
    """Bounds bodies, keeps answers out of caches, lets pages of other sites send files, and hot routes answer soon."""
    app.add_middleware(LeanWay, routers=(contact_intake.router, message_intake.router))
    app.add_middleware(BodyLimit, largest=settings.max_body_bytes)
    app.add_middleware(NoStore)
    app.add_middleware(CrossOrigin)
