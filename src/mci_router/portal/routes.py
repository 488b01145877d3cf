"""Routes: all pages of the portal, in the order in which a path is looked for."""

from fastapi import FastAPI

from mci_router.api.router import take_in
from mci_router.portal import calendars
from mci_router.portal.community import asking as community_asking
from mci_router.portal.community import entering as community_entering
from mci_router.portal.community import feeds as community_feeds
from mci_router.portal.community import nowhere as community_nowhere
from mci_router.portal.community import reading as community_reading
from mci_router.portal.community import writing as community_writing
from mci_router.portal.help import case_pages as help_case_pages
from mci_router.portal.help import incident_pages as help_incident_pages
from mci_router.portal.help import nowhere as help_nowhere
from mci_router.portal.help import pages as help_pages
from mci_router.portal.help import writing as help_writing
from mci_router.portal.status import pages as status_pages
from mci_router.portal.surveys import pages as survey_pages

HELP = (help_pages, help_writing, help_case_pages, help_incident_pages, help_nowhere)

COMMUNITY = (
    *(community_reading, community_feeds, community_asking, community_writing, community_entering),
    community_nowhere,
)


def install(app: FastAPI) -> None:
    """Gives the service the routes of the portal."""
    for module in (survey_pages, calendars, *HELP, *COMMUNITY, status_pages):
        take_in(app, module.router)
