"""What the scorecard counts, in a period and in the one before: read from the facts that reports are made of."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.insight.agent_reports import agents_of, signed_in_s
from mci_router.insight.estimates import mean_of, rate_of, share_of
from mci_router.insight.interval_reports import Place, Wanted, result_totals, stay_totals, variances
from mci_router.insight.levels import Stays
from mci_router.insight.result_facts import REPETITIONS
from mci_router.insight.scorecard import BEFORE, NOW, Counted, Group, Key, ScorecardFacts, level_of
from mci_router.insight.scorecard_measures import DEFINITIONS, Measure, ScorecardGroup
from mci_router.insight.shares import ENOUGH
from mci_router.insight.survey_figures import Figures
from mci_router.insight.survey_reports import scores
from mci_router.vocabulary import Outcome, SurveyKind

REPEATS = timedelta(days=7)
SPREAD = timedelta(days=28)
LONGEST_SHIFTS = timedelta(days=93)
"""For longer periods agents' time is not added up: each change of each agent's state is read for it."""

COUNTS = (
    *("offered", "answered", "offered_answered", "in_time", "abandoned_in_time", "abandoned_late"),
    *("escalated", "escalated_answered", "handled", "talk_ms", "held_ms", "wrap_up_ms"),
)
LEVEL = ("offered_answered", "in_time", "abandoned_late")


async def scorecard_facts(
    session: AsyncSession,
    wanted: Wanted,
    group: ScorecardGroup | None,
    agents: Sequence[str],
    shift_s: float,
    now: datetime,
) -> ScorecardFacts:
    """Returns the facts of the period and of the one before, which are the intervals of `wanted`.

    `agents` are those that the workspace has now.
    """
    facts = ScorecardFacts()
    wanted = replace(wanted, by=(group,) if group else ())
    await _of_stays(session, wanted, facts)
    await _of_surveys(session, wanted, facts)
    await _of_first_contacts(session, wanted, group, now, facts)
    if not group:
        facts.queues = await _by_queue(session, wanted)
        await _of_shifts(session, wanted, agents, shift_s, now, facts)
    return facts


async def _of_stays(session: AsyncSession, wanted: Wanted, facts: ScorecardFacts) -> None:
    spread = await _spread(session, wanted)
    for place, stays in await stay_totals(session, wanted, COUNTS):
        if not stays.anything():
            continue
        key = place.interval, _group(place.values)
        for measure, counted in of_stays(stays, spread.get(place)).items():
            facts.figures[measure][key] = counted


async def _spread(session: AsyncSession, wanted: Wanted) -> dict[Place, float]:
    """Returns the variances of handle times: of a long period those of its last days, for histograms are large."""
    found: dict[Place, float] = {}
    for interval in (BEFORE, NOW):
        since, until = wanted.bounds[interval : interval + 2]
        lately = replace(wanted, bounds=(max(since, until - SPREAD), until))
        found |= {
            place._replace(interval=interval): one for place, one in (await variances(session, lately, ENOUGH)).items()
        }
    return found


def of_stays(stays: Stays, variance: float | None) -> dict[Measure, Counted]:
    """Returns the measures that are counted of stays; `variance` is that of their handle times, in s².

    Where that is not known, it is taken for as large as that of times without a memory: the square of the mean.
    """
    left, aht_s = stays.abandoned_in_time + stays.abandoned_late, stays.aht_s() or 0.0
    return {
        Measure.SERVICE_LEVEL: level_of(stays),
        Measure.AHT: Counted(mean_of(aht_s, aht_s**2 if variance is None else variance, stays.handled)),
        Measure.ABANDONMENT: Counted(share_of(left, stays.offered_answered + left)),
        Measure.ESCALATIONS: Counted(share_of(stays.escalations, stays.served_or_escalated)),
    }


async def _of_surveys(session: AsyncSession, wanted: Wanted, facts: ScorecardFacts) -> None:
    for place, of_score in await scores(session, wanted, SurveyKind.CSAT):
        counted = Figures(SurveyKind.CSAT, of_score)
        estimate = share_of(counted.good, counted.answered)
        facts.figures[Measure.CSAT][place.interval, _group(place.values)] = Counted(estimate)


async def _of_first_contacts(
    session: AsyncSession, wanted: Wanted, group: ScorecardGroup | None, now: datetime, facts: ScorecardFacts
) -> None:
    if group and group not in DEFINITIONS[Measure.FCR].groups:
        return
    by_outcome = replace(wanted, by=("outcome", *wanted.by))
    counts: dict[Key, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for place, row in await result_totals(session, by_outcome, REPETITIONS, now - REPEATS, ("first", "repeated")):
        outcome, *values = place.values
        known, settled = row["known_first"], row["known_first"] - row["known_repeated"]
        more = (settled, known, row["first"] - known, settled if outcome == Outcome.AUTOMATION else 0)
        key = place.interval, _group(values)
        counts[key] = [so_far + one for so_far, one in zip(counts[key], more, strict=True)]
    for key, (settled, known, pending, automated) in counts.items():
        if known or pending:
            facts.figures[Measure.FCR][key] = Counted(share_of(settled, known), pending)
            if not group or group in DEFINITIONS[Measure.AUTOMATED].groups:
                facts.figures[Measure.AUTOMATED][key] = Counted(share_of(automated, known), pending)


async def _by_queue(session: AsyncSession, wanted: Wanted) -> dict[str, Stays]:
    by_queue = replace(wanted, by=(ScorecardGroup.QUEUE,), bounds=wanted.bounds[NOW:])
    return {place.values[0]: stays for place, stays in await stay_totals(session, by_queue, LEVEL)}


async def _of_shifts(
    session: AsyncSession,
    wanted: Wanted,
    known: Sequence[str],
    shift_s: float,
    now: datetime,
    facts: ScorecardFacts,
) -> None:
    if wanted.bounds[-1] - wanted.bounds[NOW] > LONGEST_SHIFTS:
        facts.left_out = frozenset({Measure.CONTACTS_PER_SHIFT})
        return
    agents = await agents_of(session, wanted.workspace, known, wanted.bounds)
    signed_in = await signed_in_s(session, wanted.workspace, agents, wanted.bounds, now)
    for interval in (BEFORE, NOW):
        handled = facts.of(Measure.AHT, interval, None).estimate
        shifts = signed_in[interval] / shift_s
        if handled and shifts >= 1:
            facts.figures[Measure.CONTACTS_PER_SHIFT][interval, None] = Counted(rate_of(handled.n, shifts))


def _group(values: Sequence[str]) -> Group:
    return (values[0] if values else None) or None
