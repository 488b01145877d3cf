"""Standing: how far a case is, in the plain words that its customer reads."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from mci_router.clock import utc_now
from mci_router.errors import EngineUnavailable
from mci_router.lifecycle.talking.turnarounds import answer_by
from mci_router.portal import times
from mci_router.portal.blocks import Block, blocks
from mci_router.portal.help.customers_cases import CaseShown
from mci_router.portal.help.visits import Visit
from mci_router.routing.policy.turnaround import zone_of
from mci_router.routing.policy.turnaround_words import by_words
from mci_router.values import value
from mci_router.vocabulary import ContactState, IncidentState

WAITS = (ContactState.ACCEPTED, ContactState.QUEUED, ContactState.OFFERED)
STATES: Mapping[ContactState, str] = {
    **dict.fromkeys(WAITS, "waits"),
    ContactState.AUTOMATING: "answered",
    ContactState.POSTED: "posted",
    ContactState.ASSIGNED: "served",
    ContactState.WAITING_FOR_CUSTOMER: "your_turn",
    ContactState.WRAPPING_UP: "done",
    ContactState.COMPLETED: "done",
    ContactState.RESOLVED: "done",
    ContactState.ABANDONED: "left",
    ContactState.CANCELLED: "left",
}


@value
class Standing:
    """How far a case is: a word for its state, when to expect an answer, and what may answer it already."""

    state: str
    wait: str | None = None
    reply_by: str | None = None
    opens_at: datetime | None = None
    message: str | None = None
    emergency: str | None = None
    answer_title: str | None = None
    answer: tuple[Block, ...] = ()
    incident: Mapping[str, Any] | None = None
    fixed: bool = False


async def standing_of(visit: Visit, case: CaseShown) -> Standing:
    """Returns how far a case is. Raises DatabaseUnavailable."""
    view, route = case.contact, case.contact.route
    answer, incident = view.answer(), view.incident()
    state = "incident" if incident else STATES[view.state]
    waits = view.state in WAITS
    expected = view.place.expected_wait if waits and view.place else None
    wait = times.between(visit.language, expected.low_s, expected.high_s) if expected else None
    by = await _reply_by(visit, case) if waits and not wait else None
    opens = route.get("opens_at") if waits else None
    article = answer and answer["article"]
    return Standing(
        state,
        wait,
        by,
        datetime.fromisoformat(opens) if opens else None,
        route.get("message"),
        None if view.state.final else route.get("emergency"),
        article["title"] if article else None,
        tuple(blocks(article["body"])) if article else (),
        incident and incident["incident"],
        case.incident_state is IncidentState.FIXED,
    )


async def _reply_by(visit: Visit, case: CaseShown) -> str | None:
    """Returns until when the contact is answered, as acknowledgements say it; None where that is not known."""
    parts, snapshot, now = visit.parts, visit.snapshot, utc_now()
    with suppress(EngineUnavailable):
        live = await parts.engine.contact(visit.workspace, case.row.id)
        if by := await answer_by(parts.database, parts.engine, snapshot, case.row.id, live, now):
            queue = snapshot.queues.get(live.where_it_waits.queue or "") if live else None
            return by_words(by, now, zone_of(queue, snapshot.spec.zone), visit.language)
    return None
