"""The scorecard: figures held against the workspace's targets, and what has changed since the period before. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from mci_router.insight.estimates import Change, Estimate, difference, share_of
from mci_router.insight.levels import Stays
from mci_router.insight.scorecard_measures import DEFINITIONS, Measure, ScorecardGroup
from mci_router.insight.shares import ENOUGH
from mci_router.specs.targets import TargetsSpec
from mci_router.values import value

BEFORE, NOW = 0, 2
"""The intervals of a scorecard: the period before, what is between the two, and the period itself."""

Group: TypeAlias = str | None
"""The value of the dimension asked for; None for all together, and where there was none."""
Key: TypeAlias = tuple[int, Group]
"""The interval and the group."""


@value
class Target:
    """What a figure is held against: at least, at most, or below so much; of an empty one nobody says more."""

    least: float | None = None
    most: float | None = None
    below: float | None = None

    def __bool__(self) -> bool:
        return self != Target()

    def holds(self, figure: float) -> bool:
        """Returns whether a figure is as wanted."""
        return (
            (self.least is None or figure >= self.least)
            and (self.most is None or figure <= self.most)
            and (self.below is None or figure < self.below)
        )


def _targets_of(spec: TargetsSpec) -> dict[Measure, Target]:
    """Returns the targets that a workspace has itself; those of the service level are its queues'."""
    return {
        Measure.AHT: Target(least=spec.aht_from_s, most=spec.aht_to_s),
        Measure.CSAT: Target(least=spec.csat),
        Measure.FCR: Target(least=spec.fcr),
        Measure.ABANDONMENT: Target(below=spec.abandonment),
        Measure.ESCALATIONS: Target(below=spec.escalations),
        Measure.CONTACTS_PER_SHIFT: Target(least=spec.contacts_per_shift_from, most=spec.contacts_per_shift_to),
        Measure.AUTOMATED: Target(least=spec.automated),
    }


@value
class Counted:
    """What was counted of a measure in a period: None of nothing, and how many are still `pending`."""

    estimate: Estimate | None = None
    pending: int | None = None


@dataclass
class ScorecardFacts:
    """What was counted by measure, interval and group. `queues` are the stays of the period by queue, of the whole;
    `left_out` is what is not counted of such a period.
    """

    figures: dict[Measure, dict[Key, Counted]] = field(default_factory=lambda: defaultdict(dict))
    queues: Mapping[str, Stays] = field(default_factory=dict)
    left_out: frozenset[Measure] = frozenset()

    def groups(self) -> list[Group]:
        """Returns the groups of which anything was counted in the period, in order."""
        found = {group for of_measure in self.figures.values() for interval, group in of_measure if interval == NOW}
        return sorted(found, key=lambda group: (group is None, group or ""))

    def of(self, measure: Measure, interval: int, group: Group) -> Counted:
        """Returns what was counted of a measure."""
        return self.figures[measure].get((interval, group), Counted())


def level_of(stays: Stays) -> Counted:
    """Returns the service level of stays, the one that reports call `ours`."""
    return Counted(share_of(stays.in_time, stays.offered_answered + stays.abandoned_late))


@value
class Judged:
    """A figure held against its target; one that is not `measured` is not shown, and `needed` says from how many on.

    `certain`: the whole interval is on the same side of the target. `missed` are the groups, such as queues with goals
    of their own, that do not meet theirs.
    """

    measure: Measure
    counted: Counted
    target: Target
    needed: int
    before: Estimate | None = None
    change: Change | None = None
    missed: tuple[str, ...] | None = None

    @property
    def measured(self) -> Estimate | None:
        """The figure, if it is of enough."""
        one = self.counted.estimate
        return one if one and one.n >= self.needed else None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without one, and while nothing is measured."""
        if self.missed is not None:
            return not self.missed if self.measured else None
        return self.target.holds(self.measured.figure) if self.measured and self.target else None

    @property
    def certain(self) -> bool | None:
        """Whether chance does not decide that; None where nothing is met or missed."""
        if self.met is None or self.missed is not None or not self.measured:
            return None
        ends = (self.target.holds(self.measured.low), self.target.holds(self.measured.high))
        within = self._spans_target(self.measured)
        return ends == (self.met, self.met) and not within

    def _spans_target(self, one: Estimate) -> bool:
        """Returns whether a bound of the target lies inside the interval: a range can be wholly in it."""
        bounds = (self.target.least, self.target.most, self.target.below)
        return any(bound is not None and one.low < bound < one.high for bound in bounds)


def judge(
    facts: ScorecardFacts, group_by: ScorecardGroup | None, targets: TargetsSpec, goals: Mapping[str, float]
) -> Iterator[tuple[Group, list[Judged]]]:
    """Yields the measures of each group held against the targets; `goals` are those of the queues' service levels.

    All together are one group, also if nothing was counted of them.
    """
    wanted, needed = _targets_of(targets), {Measure.CSAT: targets.csat_answers}
    for group in facts.groups() if group_by else [None]:
        if group_by is ScorecardGroup.QUEUE:
            wanted[Measure.SERVICE_LEVEL] = Target(least=goals.get(group or ""))
        found = [
            _judged(facts, measure, group, wanted.get(measure, Target()), needed.get(measure, ENOUGH))
            for measure, definition in DEFINITIONS.items()
            if measure not in facts.left_out and (not group_by or group_by in definition.groups)
        ]
        if not group_by:
            missed = _missed(facts.queues, goals)
            found = [replace(one, missed=missed) if one.measure is Measure.SERVICE_LEVEL else one for one in found]
        yield group, found


def _judged(facts: ScorecardFacts, measure: Measure, group: Group, target: Target, needed: int) -> Judged:
    """Returns a figure with what has changed since the period before, if both are measured."""
    now = Judged(measure, facts.of(measure, NOW, group), target, needed)
    before = Judged(measure, facts.of(measure, BEFORE, group), target, needed)
    if not now.measured or not before.measured:
        return now
    return replace(now, before=before.measured, change=difference(now.measured, before.measured))


def _missed(queues: Mapping[str, Stays], goals: Mapping[str, float]) -> tuple[str, ...] | None:
    """Returns the queues below their goals; None while no queue is measured."""
    levels = {
        queue: estimate.figure
        for queue, stays in sorted(queues.items())
        if queue in goals and (estimate := level_of(stays).estimate) and estimate.n >= ENOUGH
    }
    return tuple(queue for queue, level in levels.items() if level < goals[queue]) if levels else None


def bought(aht: Judged | None, csat: Judged | None) -> str | None:
    """Returns what is to be said where the handle time fell and CSAT with it; None where it did not.

    Only a fall of the handle time that is more than chance is spoken of; whether that of CSAT is, it says.
    """
    if not (aht and csat and aht.change and csat.change and aht.change.beyond_chance):
        return None
    if aht.change.change >= 0 or csat.change.change >= 0:
        return None
    chance = "more than chance" if csat.change.beyond_chance else "which may be chance"
    return (
        f"AHT fell by {-aht.change.change:.0f} s, and CSAT with it, by {-100 * csat.change.change:.1f} points "
        f"({chance}): shorter conversations may have been bought with less content customers."
    )
