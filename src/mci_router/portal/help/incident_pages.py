"""Service status and hours: what is broken, what is planned, how customers hear of the fix, and when we are there."""

from http import HTTPStatus

from fastapi import Response

from mci_router.api.router import Router
from mci_router.api.schemas.contacts import ContactIn
from mci_router.api.schemas.customers import CustomerIn
from mci_router.clock import utc_now
from mci_router.errors import IdempotencyKeyReused, NotFound
from mci_router.portal.forms import Form, check_length, form_of
from mci_router.portal.help.customers_cases import sent_once
from mci_router.portal.help.happenings import happenings
from mci_router.portal.help.opening import named_channels, openings
from mci_router.portal.help.visits import Visit, Visited, with_pass
from mci_router.portal.help.writing import LONGEST, check_reach
from mci_router.portal.rendering import PageRoute, leads_to, page
from mci_router.portal.seals import Pass
from mci_router.portal.texts import said
from mci_router.routing.policy.incidents import OpenIncident
from mci_router.vocabulary import Channel

router = Router(include_in_schema=False, route_class=PageRoute)

PURPOSE = "follow"
BOTH = ["GET", "HEAD"]


@router.api_route("/help/{workspace}/incidents", methods=BOTH)
async def incidents(visit: Visited) -> Response:
    """Serves what is broken, planned and mended."""
    return await _shown(visit, Form(), "")


@router.post("/help/{workspace}/incidents/{incident_id}/follow")
async def follow(incident_id: str, visit: Visited) -> Response:
    """Takes in that somebody wants to hear of the fix: a contact that the incident answers, and informs."""
    incident = next((one for one in visit.parts.incidents.of(visit.workspace) if one.id == incident_id), None)
    if incident is None:
        raise NotFound("There is no such incident, or it is over.")
    async with form_of(visit, PURPOSE) as form:
        pass
    check_length(visit, form, email=LONGEST["email"], phone=LONGEST["phone"])
    check_reach(visit, form)
    if form.errors or form.token is None:
        return await _shown(visit, form, incident_id)
    await visit.allowance.post()
    try:
        case = await sent_once(visit, _wish(visit, incident, form), form.token.name)
    except IdempotencyKeyReused:
        form.errors[""] = said(visit.language, "error.form")
        return await _shown(visit, form, incident_id)
    return with_pass(leads_to(visit, "case", new=1), visit, Pass(visit.workspace, case))


@router.api_route("/help/{workspace}/hours", methods=BOTH)
async def hours(visit: Visited) -> Response:
    """Serves when and how the company is reached."""
    channels = visit.portal.channels or named_channels(visit.snapshot)
    return page(visit, "hours.html", openings=await openings(visit, channels), here="hours")


def _wish(visit: Visit, incident: OpenIncident, form: Form) -> ContactIn:
    named = {"services": sorted(incident.services)[:1], "regions": sorted(incident.regions)[:1]}
    return ContactIn(
        channel=Channel.WEB,
        customer=CustomerIn(email=form.value("email") or None, phone=form.value("phone") or None),
        text=said(visit.language, "incidents.wish", title=incident.title),
        topic=next(iter(sorted(incident.topics or incident.partly)), None),
        language=visit.language,
        channel_ref=f"help-{form.token.name if form.token else ''}",
        context={name: values for name, values in named.items() if values},
    )


async def _shown(visit: Visit, form: Form, about: str) -> Response:
    return page(
        visit,
        "incidents.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
        private=True,
        found=await happenings(visit),
        form=form,
        about=about,
        empty=Form(),
        token=visit.seals.form(visit.workspace, PURPOSE),
        answering={one.id for one in visit.parts.incidents.of(visit.workspace)},
        now=utc_now(),
        here="incidents",
    )
