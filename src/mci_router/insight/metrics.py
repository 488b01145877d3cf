"""A workspace's figures for Prometheus, read from the live state, which all processes share: any one of them tells the whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from mci_router.insight.service_level import Tally

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
WAIT_BOUNDS_S = (1, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 14400, 86400)


@dataclass(frozen=True, slots=True)
class Figures:
    """Counters of the live state, of contacts, offers, agents and each queue, and the unfinished deliveries of each webhook.

    `catch_all` is the queue of what no other takes.
    """

    contacts: Mapping[str, int]
    offers: Mapping[str, int]
    presence: Mapping[str, int]
    queues: Mapping[str, Mapping[str, int]]
    webhooks: Mapping[str, Mapping[str, int]]
    catch_all: str | None = None


def render(figures: Figures) -> bytes:
    """The Prometheus text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(figures))
    return generate_latest(registry)


class _Collector(Collector):
    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        figures = self._figures
        yield _family(CounterMetricFamily, "mci_contacts", "Contacts by the outcome first chosen.", "outcome", figures.contacts)
        yield _family(CounterMetricFamily, "mci_offers", "Offers made and their fates.", "fate", figures.offers)
        yield _family(GaugeMetricFamily, "mci_agents", "Agents by presence.", "presence", figures.presence)
        yield from self._queues()
        yield self._catch_all()
        yield self._webhooks()

    def _webhooks(self) -> Metric:
        unfinished = GaugeMetricFamily(
            "mci_webhook_deliveries", "Deliveries that are still to be made, or were given up.", labels=["webhook", "state"]
        )
        for webhook, counts in sorted(self._figures.webhooks.items()):
            for state, count in sorted(counts.items()):
                unfinished.add_metric([webhook, state], count)
        return unfinished

    def _catch_all(self) -> Metric:
        caught = GaugeMetricFamily(
            "mci_catch_all_open", "Open contacts that no other queue takes: above 0 a queue is missing.", labels=["queue"]
        )
        if queue := self._figures.catch_all:
            caught.add_metric([queue], self._figures.queues.get(queue, {}).get("open", 0))
        return caught

    def _queues(self) -> Iterable[Metric]:
        waiting = GaugeMetricFamily("mci_queue_waiting", "Contacts waiting in a queue.", labels=["queue"])
        level = GaugeMetricFamily("mci_service_level", "Share answered in time since the live state began.", labels=["queue"])
        strict = GaugeMetricFamily("mci_service_level_strict", "The same, of all offered.", labels=["queue"])
        abandoned = CounterMetricFamily("mci_abandoned", "Contacts whose customer left the queue.", labels=["queue"])
        waits = HistogramMetricFamily("mci_wait_seconds", "Wait until answered or abandoned.", labels=["queue"])
        for queue, counts in sorted(self._figures.queues.items()):
            tally = Tally(**{name: counts.get(name, 0) for name in Tally.__dataclass_fields__})
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
