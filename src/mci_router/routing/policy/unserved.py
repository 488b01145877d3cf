"""Contacts that nobody serves: those that a machine sent, by the channel's word, and those that only opt an address out
or in. Pure.
"""

from dataclasses import replace
from datetime import datetime

from mci_router.routing.policy.joining import asked_at, join
from mci_router.routing.policy.routes import BEFORE_LADDER, Facts, Joined, Route
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.machines.sent import Recognised
from mci_router.triage.matter import Matter
from mci_router.triage.result import Triage
from mci_router.vocabulary import ContactKind, Outcome


def route_of_kind(
    snapshot: Snapshot,
    triage: Triage,
    recognised: Recognised,
    facts: Facts,
    *,
    addressed: bool,
    opted_out: bool,
    now: datetime,
) -> Route | None:
    """Returns the route of a contact that nobody serves; None for any other.

    `addressed`: an address is known by which the company would write to the customer; `opted_out`: it is opted out.
    """
    if triage.kind is ContactKind.OPT_OUT and addressed:
        return _settled("the address is opted out: who sends to it must ask first")
    if triage.kind is ContactKind.MACHINE and recognised.by_channel:
        return _machine_route(snapshot, triage.matter, facts, now)
    if recognised.opts_in and opted_out:
        return _settled("the whole text takes the opt-out back: the address is opted in again")
    return None


def _settled(reason: str) -> Route:
    return Route(rung=BEFORE_LADDER, outcome=Outcome.NONE, reasons=(f"{reason}. Nobody answers",))


def _machine_route(snapshot: Snapshot, matter: Matter, facts: Facts, now: datetime) -> Route:
    """Returns the route to the workspace's queue for what machines send; if it has none, the contact ends."""
    queue = snapshot.queues.get(snapshot.spec.machines.queue or "")
    if queue is None:
        return _settled("what a machine sent joins no queue of this workspace")
    asked = asked_at(snapshot, matter, facts, queue, "the workspace's for machines", after=BEFORE_LADDER, now=now)
    return replace(join(asked, queue, Joined(now)), message=None, notice=None)  # a machine that is answered answers
