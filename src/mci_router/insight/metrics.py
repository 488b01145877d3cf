"""Metrics: a workspace's figures for Prometheus, read from the live state.

All processes share the live state, so any one of them reports the whole.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from mci_router.insight.service_level import ServiceLevelTally

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
WAIT_BOUNDS_S = (1, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 14400, 86400)


@dataclass(frozen=True, slots=True)
class LiveCounters:
    """Counters of the live state: of contacts, offers, agents and each queue; and each webhook's unfinished deliveries,
    and escalations that nobody has confirmed.

    `catch_all` is the queue for contacts that no other queue takes.
    """

    contacts: Mapping[str, int]
    offers: Mapping[str, int]
    presence: Mapping[str, int]
    queues: Mapping[str, Mapping[str, int]]
    webhooks: Mapping[str, Mapping[str, int]]
    escalations: Mapping[str, int]
    catch_all: str | None = None


def render(counters: LiveCounters) -> bytes:
    """Returns the counters in the Prometheus text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(counters))
    return generate_latest(registry)


class _Collector(Collector):
    def __init__(self, counters: LiveCounters) -> None:
        self._counters = counters

    def collect(self) -> Iterable[Metric]:
        counters = self._counters
        yield _family(
            CounterMetricFamily, "mci_contacts", "Contacts by the outcome first chosen.", "outcome", counters.contacts
        )
        yield _family(CounterMetricFamily, "mci_offers", "Offers made and their fates.", "fate", counters.offers)
        yield _family(GaugeMetricFamily, "mci_agents", "Agents by presence.", "presence", counters.presence)
        yield from self._queues()
        yield self._catch_all()
        yield self._webhooks()
        yield _family(
            GaugeMetricFamily,
            "mci_escalations",
            "Escalations for which somebody is paged, and nobody has confirmed.",
            "state",
            counters.escalations,
        )

    def _webhooks(self) -> Metric:
        unfinished = GaugeMetricFamily(
            "mci_webhook_deliveries",
            "Deliveries that are still to be made, or were given up.",
            labels=["webhook", "state"],
        )
        for webhook, counts in sorted(self._counters.webhooks.items()):
            for state, count in sorted(counts.items()):
                unfinished.add_metric([webhook, state], count)
        return unfinished

    def _catch_all(self) -> Metric:
        caught = GaugeMetricFamily(
            "mci_catch_all_open",
            "Open contacts that no other queue takes: above 0 a queue is missing.",
            labels=["queue"],
        )
        if queue := self._counters.catch_all:
            caught.add_metric([queue], self._counters.queues.get(queue, {}).get("open", 0))
        return caught

    def _queues(self) -> Iterable[Metric]:
        waiting = GaugeMetricFamily("mci_queue_waiting", "Contacts waiting in a queue.", labels=["queue"])
        level = GaugeMetricFamily(
            "mci_service_level", "Share answered in time since the live state began.", labels=["queue"]
        )
        strict = GaugeMetricFamily("mci_service_level_strict", "The same, of all offered.", labels=["queue"])
        abandoned = CounterMetricFamily("mci_abandoned", "Contacts whose customer left the queue.", labels=["queue"])
        waits = HistogramMetricFamily("mci_wait_seconds", "Wait until answered or abandoned.", labels=["queue"])
        for queue, counts in sorted(self._counters.queues.items()):
            tally = ServiceLevelTally(**{name: counts.get(name, 0) for name in ServiceLevelTally.__dataclass_fields__})
            waiting.add_metric([queue], counts.get("waiting", 0))
            abandoned.add_metric([queue], tally.abandoned)
            if (share := tally.service_level()) is not None:
                level.add_metric([queue], share)
            if (share := tally.strict_service_level()) is not None:
                strict.add_metric([queue], share)
            waits.add_metric([queue], _buckets(counts, tally.offered), sum_value=counts.get("wait_sum_ms", 0) / 1000)
        yield from (waiting, level, strict, abandoned, waits)


def _family(kind: type, name: str, help_text: str, label: str, counts: Mapping[str, int]) -> Metric:
    family = kind(name, help_text, labels=[label])
    for value, count in sorted(counts.items()):
        family.add_metric([value], count)
    metric: Metric = family
    return metric


def _buckets(counts: Mapping[str, int], total: int) -> list[tuple[str, float]]:
    buckets, sofar = [], 0
    for bound in WAIT_BOUNDS_S:
        sofar += counts.get(f"wait:{bound}", 0)
        buckets.append((str(float(bound)), float(sofar)))
    return [*buckets, ("+Inf", float(total))]
