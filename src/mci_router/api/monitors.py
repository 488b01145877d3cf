"""Monitors: other systems that see incidents, and report them by signed alerts."""

from typing import Annotated

from fastapi import Depends, Header, Request

from mci_router.access.audit import Actor
from mci_router.access.keys import Caller, Scope
from mci_router.api.auditing import audited, incident_facts
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.incidents import AlertIn, AlertTaken, MonitorIn, MonitorMade, MonitorOut, MonitorPage
from mci_router.clock import from_ms
from mci_router.incidents import monitors, store
from mci_router.models import Monitor
from mci_router.vocabulary import ActorKind

router = Router(prefix="/v1/monitors", tags=["incidents"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.INCIDENTS_READ)]
Writer = Annotated[Caller, needs(Scope.INCIDENTS_WRITE)]


@router.get("", summary="List monitors")
async def list_monitors(caller: Reader, parts: Service) -> MonitorPage:
    """Lists all monitors of the workspace, without their secrets."""
    async with parts.database.reading() as session:
        found = await monitors.monitors(session, caller.workspace_id)
    return MonitorPage(items=[MonitorOut.model_validate(one) for one in found])


@router.post("", status_code=201, summary="Make a monitor")
async def post_monitor(body: MonitorIn, caller: Writer, parts: Service) -> MonitorMade:
    """Makes a monitor: a monitoring system that may declare incidents.

    Its secret is shown only this once. If you lose it, make another monitor.
    """
    async with parts.database.transaction() as session:
        made = await monitors.make(session, caller.workspace_id, body.name)
        await audited(session, caller, "monitor.created", made.id, after={"name": made.name})
        return MonitorMade(**MonitorOut.model_validate(made).model_dump(), secret=made.secret)


@router.delete("/{monitor_id}", status_code=204, summary="Delete a monitor")
async def delete_monitor(monitor_id: Reference, caller: Writer, parts: Service) -> None:
    """Deletes a monitor: its alerts are refused from now on. Its incidents stay as they are: people end them."""
    async with parts.database.transaction() as session:
        removed = await monitors.remove(session, caller.workspace_id, monitor_id)
        await audited(session, caller, "monitor.deleted", monitor_id, before={"name": removed.name})


async def _sender(
    request: Request,
    monitor_id: Reference,
    parts: Service,
    message_id: Annotated[
        str | None,
        Header(alias="webhook-id", description="The message's own id: the same message sent again changes nothing."),
    ] = None,
    timestamp: Annotated[
        str | None, Header(alias="webhook-timestamp", description="Seconds since the epoch, within five minutes.")
    ] = None,
    signature: Annotated[
        str | None, Header(alias="webhook-signature", description="`v1,` and the signature in Base64.")
    ] = None,
) -> Monitor:
    """Returns the monitor that has signed the body, before anything in it is read. Raises SignatureRefused."""
    body = await request.body()
    async with parts.database.transaction() as session:
        return await monitors.sender(session, monitor_id, monitors.Headers(message_id, timestamp, signature), body)


@router.post("/{monitor_id}/alerts", summary="Take an alert", openapi_extra={"security": []})
async def post_alert(
    body: AlertIn, request: Request, monitor: Annotated[Monitor, Depends(_sender)], parts: Service
) -> AlertTaken:
    """Takes an alert: `firing` opens its incident or brings it up to date, and `fixed` fixes it.

    `firing` within ten minutes of the fix opens the same incident again. An alert that is older than the last of its
    name is ignored.
    It is signed as Standard Webhooks are, and needs no API key.
    """
    snapshot = await parts.snapshots.get(monitor.workspace_id)
    draft = store.IncidentDraft(
        **{name: getattr(body, name) for name in store.DESCRIBED} | {"title": body.title or body.alert}
    )
    at = body.at or from_ms(int(request.headers["webhook-timestamp"]) * 1000)
    alert = monitors.Alert(body.alert, at, body.state == "fixed", draft, exact=body.at is not None)
    async with parts.database.transaction() as session:
        before = await monitors.latest(session, monitor, alert.name)
        was = incident_facts(before) if before else None
        taken = await monitors.take(
            session, snapshot, monitor, alert, request.headers["webhook-id"], await request.body()
        )
        if now := await monitors.latest(session, monitor, alert.name):
            by = Actor(monitor.workspace_id, ActorKind.SYSTEM, monitor.id, monitor.name)
            same = before is not None and before.id == now.id
            await audited(
                session, by, "incident.alerted", now.id, before=was if same else None, after=incident_facts(now)
            )
    await parts.incidents.changed(snapshot)
    return AlertTaken.model_validate(taken)
