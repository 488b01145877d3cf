"""Schemas of the answers to transfers and requeues."""

from typing import Annotated

from pydantic import Field

from mci_router.api.schemas.contacts import ContactOut
from mci_router.api.schemas.decisions import RouteOut


class ContactPassedOn(ContactOut):
    """A contact that was passed on, and where it waits now, with the reasons and the expected wait."""

    route: Annotated[
        RouteOut | None, Field(description="Null while nothing is waited for: an agent is offered it directly.")
    ] = None
