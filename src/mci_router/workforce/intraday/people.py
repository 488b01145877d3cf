"""People: who takes contacts for the rest of a day, from the plan and from who is there now. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from mci_router.routing.policy.requirements import requirement
from mci_router.specs.queues import QueueSpec
from mci_router.specs.resources import AgentSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.working import WorkRules
from mci_router.values import value
from mci_router.workforce.adherence.timelines import Planned
from mci_router.workforce.intraday.rest import STEP_S, During, RestAgent

GAP = timedelta(hours=4)  # longer than any break: pieces that are further apart are of two shifts
LONGEST_STAY_S = 7_200.0  # of overtime


@value
class Here:
    """What an agent does now: takes contacts, and serves somebody."""

    available: bool
    busy: bool


def able(queue: QueueSpec, agent: AgentSpec) -> bool:
    """Returns whether an agent could serve a contact for which its queue alone asks."""
    channels = [channel for channel, most in agent.capacity.of_channels.items() if most > 0]
    has = agent.abilities
    return (
        agent.capacity.units >= queue.units
        and any(not queue.channels or channel in queue.channels for channel in channels)
        and all(has.get(need["skill"], 0) >= need["min"] for need in requirement(queue))
    )


def _most(queue: QueueSpec, agent: AgentSpec) -> int:
    """Returns how many contacts of a queue an agent takes at once, on the channel that allows most."""
    capacity, of_channels = agent.capacity, agent.capacity.of_channels.items()
    most = max(limit for channel, limit in of_channels if not queue.channels or channel in queue.channels)
    limits = [most, capacity.queues.get(queue.name), queue.most_per_agent]
    return min(limit for limit in limits if limit is not None)


def rest_agents(
    snapshot: Snapshot,
    plans: Mapping[str, Sequence[Planned]],
    here: Mapping[str, Here],
    missing: frozenset[str],
    now: datetime,
    until: datetime,
) -> tuple[RestAgent, ...]:
    """Returns everybody who takes contacts between now and a moment.

    Who is planned is taken to keep the plan; the `missing`, who should be there and are not, from the next piece on.
    Who is there without a plan stays for a quarter-hour, or for the day where nobody has a plan.
    """
    found = []
    for name, spec in snapshot.agents.items():
        pieces, present = plans.get(name, ()), here.get(name, Here(available=False, busy=False))
        takes = _takes(pieces, now, until, missing=name in missing)
        if present.available and not any(piece.begins_at <= now < piece.ends_at for piece in pieces):
            takes = ((0.0, STEP_S if plans else (until - now).total_seconds()), *takes)
        if takes:
            most = {queue: _most(asked, spec) for queue, asked in snapshot.queues.items() if able(asked, spec)}
            most_s = most_longer_s(_rules(snapshot, spec), pieces, until)
            units = spec.capacity.units
            found.append(RestAgent(name, frozenset(most), takes, present.busy, most_s, units, most))
    return tuple(found)


def most_longer_s(rules: WorkRules, pieces: Sequence[Planned], until: datetime) -> float:
    """Returns for how long an agent may stay after the last shift that ends before a moment, by the rules of work."""
    ends = max((piece.ends_at for piece in pieces if piece.ends_at <= until), default=None)
    if ends is None:
        return 0.0
    shift, begins = list[Planned](), ends
    for piece in reversed([one for one in pieces if one.ends_at <= ends]):
        if begins - piece.ends_at >= GAP:
            break
        shift.append(piece)
        begins = piece.begins_at
    paid_s = sum((one.ends_at - one.begins_at).total_seconds() for one in shift if one.activity.paid)
    following = min((one.begins_at for one in pieces if one.begins_at >= ends), default=None)
    rest_s = LONGEST_STAY_S
    if following is not None:
        rest_s = (following - ends).total_seconds() - rules.rest_h * 3_600
    return max(0.0, min(LONGEST_STAY_S, rest_s, rules.hours_a_day * 3_600 - paid_s))


def _rules(snapshot: Snapshot, agent: AgentSpec) -> WorkRules:
    rules, own = snapshot.spec.work_rules, agent.work
    if own is None:
        return rules
    hours = rules.hours_a_day if own.hours_a_day is None else own.hours_a_day
    return rules.model_copy(update={"hours_a_day": hours, "rest_h": rules.rest_h if own.rest_h is None else own.rest_h})


def _takes(pieces: Sequence[Planned], now: datetime, until: datetime, *, missing: bool) -> tuple[During, ...]:
    """Returns when an agent is planned to take contacts, in seconds from now."""
    found = []
    for piece in pieces:
        since, ends = max(piece.begins_at, now), min(piece.ends_at, until)
        if piece.activity.available and since < ends and not (missing and piece.begins_at <= now):
            found.append(((since - now).total_seconds(), (ends - now).total_seconds()))
    return tuple(found)
