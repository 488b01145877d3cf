"""The way to the community: whether a contact may be posted, whether its customer is asked first, and for how long. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta

from mci_router.routing.policy.ladders import DEFAULT_LADDERS
from mci_router.routing.policy.routes import Ask, Facts, Route
from mci_router.specs import Rung
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.decision import Matter
from mci_router.vocabulary import Cell, ContactKind, Outcome


def question(now: datetime, time_s: float, *, limit_at: datetime | None, then_s: float | None) -> Ask:
    """The customer has `time_s` to answer. A rung that has `then_s` has them from the consent on; any other limit stays where it is."""
    until, fixed = now + timedelta(seconds=time_s), None if then_s else limit_at
    return Ask(min(until, fixed) if fixed else until, then_s, fixed)


def asking_first(snapshot: Snapshot, facts: Facts, route: Route, now: datetime, *, then_s: float | None = None) -> Route:
    """The way to the community of a contact that may be posted: one that was written in private asks the customer first."""
    if not facts.private:
        return route
    ask = question(now, snapshot.spec.time_to_agree_s(facts.channel), limit_at=route.limit_at, then_s=then_s)
    because = "it was written in private: the customer is asked whether it may be posted"
    return replace(route, limit_at=ask.until, ask=ask, reasons=(*route.reasons, because))


def may_be_posted(snapshot: Snapshot, matter: Matter, facts: Facts) -> bool:
    """Never a sensitive contact, nor what no customer sent, nor what is not sure enough, nor what was written in private by a customer who
    cannot be asked; else the channels of the community rung of its cell's ladder decide, if the ladder has one.
    """
    rung, bars = _community_rung(snapshot, matter), snapshot.bars
    private = matter.sensitive or matter.kind is not ContactKind.CUSTOMER
    sure = bars.hindrance(Outcome.COMMUNITY, matter.confidence) is None
    return not private and sure and facts.publishable and (not rung.channels or facts.channel in rung.channels)


def posted_route(rung: int, reasons: tuple[str, ...], *, limit_at: datetime | None) -> Route:
    """To the community, although its turn with an agent had come: after the limit it goes to an agent, whatever its ladder says."""
    return Route(rung=rung, outcome=Outcome.COMMUNITY, reasons=reasons, limit_at=limit_at)


def community_limit_s(snapshot: Snapshot, matter: Matter) -> float | None:
    """How long the community has, in seconds; None: as long as it takes."""
    return _community_rung(snapshot, matter).limit_s


def _community_rung(snapshot: Snapshot, matter: Matter) -> Rung:
    rungs = (*snapshot.ladders[matter.cell], *DEFAULT_LADDERS[Cell.LOW_VOLUME_LOW_TOUCH])
    return next(rung for rung in rungs if rung.outcome is Outcome.COMMUNITY)
