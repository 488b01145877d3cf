"""The status page, for people and for programs. Nothing of it is about a customer, an agent or a queue by name."""

from datetime import datetime
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from mci_router.api.parts import Service
from mci_router.api.router import Router
from mci_router.clock import moment, utc_now
from mci_router.errors import NotFound
from mci_router.portal.help.happenings import Happening, Happenings, happenings
from mci_router.portal.help.opening import Opening, named_channels, openings
from mci_router.portal.rendering import PUBLIC, PageRoute, page, style
from mci_router.portal.status.visits import Visit, Visited, only_status_page
from mci_router.supervision.status_board import FRESH_S
from mci_router.values import value

router = Router(include_in_schema=False, route_class=PageRoute)

BOTH = ["GET", "HEAD"]
FOR_A_WHILE = {"Cache-Control": f"public, max-age={FRESH_S:.0f}"}
MINUTE_S = 60


@value
class Status:
    """What a status page says."""

    openings: list[Opening]
    happenings: Happenings


@router.api_route("/status", methods=BOTH)
@router.api_route("/status/", methods=BOTH)
async def only(request: Request, parts: Service) -> Response:
    """Leads to the page of the only workspace that has one, or of the one that the settings name."""
    root = "" if request.scope["path"].endswith("/") else "status/"
    return RedirectResponse(f"{root}{only_status_page(parts).spec.name}/", 307)


@router.api_route("/status/{workspace}.json", methods=BOTH)
async def as_json(visit: Visited) -> Response:
    """Serves the page as JSON."""
    status, now = await _status(visit), utc_now()
    shown = {
        "title": visit.title,
        "at": moment(now),
        "state": _state(status, now),
        "channels": [_channel(one) for one in status.openings],
        "incidents": [_happening(one) for one in status.happenings.open],
        "maintenance": [_happening(one) for one in status.happenings.planned],
        "past": [_happening(one) for one in status.happenings.past],
    }
    return JSONResponse(shown, headers=PUBLIC | FOR_A_WHILE | {"Content-Language": visit.language})


@router.api_route("/status/{workspace}", methods=BOTH)
async def first(visit: Visited) -> Response:
    """Leads to the page, below which all links are."""
    query = f"?{visit.request.url.query}" if visit.request.url.query else ""
    return RedirectResponse(f"{visit.snapshot.spec.name}/{query}", 307)


@router.api_route("/status/{workspace}/", methods=BOTH)
async def shown(visit: Visited) -> Response:
    """Serves the page."""
    status, now = await _status(visit), utc_now()
    return page(visit, "status_page.html", found=status.happenings, openings=status.openings, now=now)


@router.api_route("/status/{workspace}/files/{name}", methods=BOTH)
async def file(name: str, visit: Visited) -> Response:
    """Serves the style sheets and the icon."""
    return style(name)


@router.api_route("/status/{workspace}/{rest:path}", methods=BOTH)
async def nowhere(visit: Visited) -> Response:
    """Says that there is no such page."""
    raise NotFound("There is no such page.")


async def _status(visit: Visit) -> Status:
    async def make() -> Status:
        channels = visit.page.channels or named_channels(visit.snapshot)
        return Status(await openings(visit, channels), await happenings(visit))

    status: Status = await visit.parts.status.of(visit.workspace, visit.language, visit.snapshot.revision, make)
    return status


def _state(status: Status, now: datetime) -> str:
    if status.happenings.open:
        return "incident"
    return "maintenance" if any(one.running(now) for one in status.happenings.planned) else "operational"


def _channel(one: Opening) -> dict[str, Any]:
    """Returns a channel's hours and what to expect there, in whole minutes."""
    return {
        "channel": one.channel,
        "open": one.opens is None,
        "opens_at": moment(one.opens) if one.opens else None,
        "hours": list(one.hours),
        "timezone": one.zone,
        "expected_wait_s": [MINUTE_S * -(-int(end) // MINUTE_S) for end in one.wait_s] if one.wait_s else None,
        "answered_within_s": one.target_s,
        "promises": [{"title": promise.title, "within_s": promise.within_s} for promise in one.promises],
        "promised_until": one.promised_until.isoformat() if one.promised_until else None,
    }


def _happening(one: Happening) -> dict[str, Any]:
    times = ("since", "updated_at", "expected_fix_at", "fixed_at", "starts_at", "ends_at")
    shown = {name: moment(at) if (at := getattr(one, name)) else None for name in times}
    return {"id": one.id, "title": one.title, "text": one.text, "regions": list(one.regions), **shown}
