"""Classes: which topics are high-volume. Pure.

They are the smallest set that makes up a share of the contacts, or of the time that the contacts take. A topic leaves
the set at a larger share than it entered, and keeps a new volume for a while: so it does not flap.
"""

from collections.abc import Mapping

from mci_router.values import value
from mci_router.vocabulary import Cell, Volume


@value
class VolumeRules:
    """A workspace's rules: shares in (0, 1], `floor` in contacts of the last hour, `minimum_stay_s` in seconds."""

    share: float
    leave_share: float
    floor: int
    minimum_stay_s: float = 0


@value
class Classed:
    """A topic's measured volume, and the time from which it has it, in seconds since the epoch."""

    volume: Volume
    since: float


@value
class MatrixPosition:
    """A topic's position in the matrix, as all processes share it. Times are ms since the epoch.

    `measured`: the volume was measured; otherwise it is the expected one. `since` is the time at which the topic came
    to its cell, `volume_since` to its volume; `revision` is that of the configuration which gave it its touch.
    """

    cell: Cell
    volume: Volume
    measured: bool
    since: int
    volume_since: int
    revision: int

    @property
    def classed(self) -> Classed | None:
        return Classed(self.volume, self.volume_since / 1000) if self.measured else None


def classify(
    rates: Mapping[str, int],
    rules: VolumeRules,
    *,
    before: Mapping[str, Classed],
    handle_times_s: Mapping[str, float] | None = None,
    now: float,
) -> dict[str, Volume]:
    """Returns the volume of every topic that was counted, now or before.

    `rates` are contacts in the last hour; `handle_times_s` weighs them, a topic without one by the mean of the others.
    While there are fewer contacts in all than the floor, topics keep their volume: few contacts say nothing about
    shares.
    """
    if sum(rates.values()) < rules.floor:
        return {topic: classed.volume for topic, classed in before.items()}
    fresh = _by_share(_weights(rates, handle_times_s or {}), rules, before)
    return {
        topic: _settled(fresh.get(topic, Volume.LOW), before.get(topic), rules, now)
        for topic in sorted({*fresh, *before})
    }


def _by_share(weights: Mapping[str, float], rules: VolumeRules, before: Mapping[str, Classed]) -> dict[str, Volume]:
    """Classes topics from the largest; equal ones in the order of their names, so that all processes agree."""
    total, made_up = sum(weights.values()), 0.0
    classes = {}
    for topic, weight in sorted(weights.items(), key=lambda item: (-item[1], item[0])):
        was_high = topic in before and before[topic].volume is Volume.HIGH
        enough = max(rules.share, rules.leave_share) if was_high else rules.share
        classes[topic] = Volume.HIGH if made_up / total < enough else Volume.LOW
        made_up += weight
    return classes


def _settled(fresh: Volume, classed: Classed | None, rules: VolumeRules, now: float) -> Volume:
    if classed and now - classed.since < rules.minimum_stay_s:
        return classed.volume
    return fresh


def _weights(rates: Mapping[str, int], handle_times_s: Mapping[str, float]) -> dict[str, float]:
    known = {topic: handle_times_s[topic] for topic in rates if handle_times_s.get(topic, 0) > 0}
    contacts = sum(rates[topic] for topic in known)
    mean = sum(rates[topic] * time for topic, time in known.items()) / contacts if contacts else 1.0
    return {topic: rate * known.get(topic, mean) for topic, rate in rates.items() if rate}
