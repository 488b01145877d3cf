"""Posting to the community: whether a contact may be posted, whether its customer is asked first, and for how long.

Pure.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from mci_router.routing.policy.routes import Ask, Facts, Route
from mci_router.specs.ladders import DEFAULT_LADDERS
from mci_router.specs.resources import Rung
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.matter import Matter
from mci_router.vocabulary import Cell, ContactKind, Outcome


def question(now: datetime, time_s: float, *, limit_at: datetime | None, then_s: float | None) -> Ask:
    """Returns the question to a customer who has `time_s` to answer.

    `then_s` run from the consent on; any other limit stays where it is.
    """
    until, fixed = now + timedelta(seconds=time_s), None if then_s else limit_at
    return Ask(min(until, fixed) if fixed else until, then_s, fixed)


def asking_first(
    snapshot: Snapshot, facts: Facts, route: Route, now: datetime, *, then_s: float | None = None
) -> Route:
    """Returns the route to the community of a contact that may be posted.

    If it was written in private, its customer is asked first.
    """
    if not facts.private:
        return route
    ask = question(now, snapshot.spec.time_to_agree_s(facts.channel), limit_at=route.limit_at, then_s=then_s)
    because = "it was written in private: the customer is asked whether it may be posted"
    notice = snapshot.machine_notice(facts.language)
    return replace(route, limit_at=ask.until, ask=ask, reasons=(*route.reasons, because), notice=notice)


def may_be_posted(snapshot: Snapshot, matter: Matter, facts: Facts) -> bool:
    """Returns whether a contact may be posted, if need be once its customer agrees.

    Never if it is sensitive, its customer asks for a person, no customer sent it, its topic is not sure enough, or it
    was written in private and its customer cannot be asked; else the channels of the community rung of its cell's
    ladder decide, if the ladder has one.
    """
    rung, bars = _community_rung(snapshot, matter), snapshot.bars
    private = matter.sensitive or matter.wants_person or matter.kind is not ContactKind.CUSTOMER
    sure = matter.confidence >= bars.community
    return not private and sure and facts.publishable and (not rung.channels or facts.channel in rung.channels)


def posted_route(rung: int, reasons: tuple[str, ...], *, limit_at: datetime | None) -> Route:
    """Returns the route of a contact that is posted instead of going to an agent.

    After the limit it goes to an agent, whatever its ladder says.
    """
    return Route(rung=rung, outcome=Outcome.COMMUNITY, reasons=reasons, limit_at=limit_at)


def community_limit_s(snapshot: Snapshot, matter: Matter) -> float | None:
    """Returns how long the community has, in seconds; None: no limit."""
    return _community_rung(snapshot, matter).limit_s


def _community_rung(snapshot: Snapshot, matter: Matter) -> Rung:
    rungs = (*snapshot.ladders[matter.cell], *DEFAULT_LADDERS[Cell.LOW_VOLUME_LOW_TOUCH])
    return next(rung for rung in rungs if rung.outcome is Outcome.COMMUNITY)
