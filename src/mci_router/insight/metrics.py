"""Metrics: a workspace's figures for Prometheus, read from the live state.

All processes share the live state, so any one of them reports the whole. Every sample names its workspace, so that one
Prometheus can scrape several.
"""

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from mci_router.insight.service_level import ServiceLevelTally
from mci_router.values import value
from mci_router.vocabulary import Alarm

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
WAIT_BOUNDS_S = (1, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 14400, 86400)
WORKSPACE = "workspace"


@value
class QueueGauges:
    """A queue at this moment: those who wait past their due time, the longest wait in s, the alarms that sound."""

    waiting_late: int = 0
    oldest_wait_s: float = 0
    alarms: frozenset[Alarm] = frozenset()


@value
class AdapterGauges:
    """A channel adapter at this moment: the messages that wait for it, since how many s the oldest does, and whether it
    takes any.
    """

    waiting: int
    oldest_s: float
    reachable: bool


@value
class LiveCounters:
    """Counters of the live state: of contacts, offers, agents and each queue; and each webhook's unfinished deliveries,
    and escalations that nobody has confirmed.

    `attachments`: how many files it keeps, and their bytes.
    `workspace` is its name. `catch_all` is the queue for contacts that no other queue takes.
    """

    workspace: str
    contacts: Mapping[str, int]
    offers: Mapping[str, int]
    presence: Mapping[str, int]
    queues: Mapping[str, Mapping[str, int]]
    webhooks: Mapping[str, Mapping[str, int]]
    escalations: Mapping[str, int]
    now: Mapping[str, QueueGauges] = field(default_factory=dict)
    catch_all: str | None = None
    adapters: Mapping[str, AdapterGauges] = field(default_factory=dict)
    attachments: tuple[int, int] = (0, 0)


def render(counters: LiveCounters) -> bytes:
    """Returns the counters in the Prometheus text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(counters))
    return generate_latest(registry)


class _Collector(Collector):
    def __init__(self, counters: LiveCounters) -> None:
        self._counters = counters
        self._workspace = counters.workspace

    def collect(self) -> Iterable[Metric]:
        counters = self._counters
        yield self._family(
            CounterMetricFamily, "mci_contacts", "Contacts by the outcome first chosen.", "outcome", counters.contacts
        )
        yield self._family(CounterMetricFamily, "mci_offers", "Offers made and their fates.", "fate", counters.offers)
        yield self._family(GaugeMetricFamily, "mci_agents", "Agents by presence.", "presence", counters.presence)
        yield from self._queues()
        yield from self._tallies()
        yield self._alarms()
        yield self._catch_all()
        yield self._webhooks()
        yield from self._adapters()
        yield from self._attachments()
        yield self._family(
            GaugeMetricFamily,
            "mci_escalations",
            "Escalations for which somebody is paged, and nobody has confirmed.",
            "state",
            counters.escalations,
        )

    def _queues(self) -> Iterable[Metric]:
        counters = self._counters
        for name, about, values in (
            (
                "mci_queue_waiting",
                "Contacts waiting in a queue.",
                {queue: counts.get("waiting", 0) for queue, counts in counters.queues.items()},
            ),
            (
                "mci_queue_waiting_late",
                "Of those, how many are past their due time.",
                {queue: now.waiting_late for queue, now in counters.now.items()},
            ),
            (
                "mci_queue_oldest_wait_seconds",
                "The longest wait of those waiting.",
                {queue: now.oldest_wait_s for queue, now in counters.now.items()},
            ),
        ):
            yield self._family(GaugeMetricFamily, name, about, "queue", values)

    def _tallies(self) -> Iterable[Metric]:
        answered = self._of_queues(CounterMetricFamily, "mci_queue_answered", "Contacts that agents answered.")
        in_time = self._of_queues(
            CounterMetricFamily, "mci_queue_answered_in_time", "Of those, how many by their due time."
        )
        level = self._of_queues(
            GaugeMetricFamily, "mci_service_level", "Share answered in time since the live state began."
        )
        strict = self._of_queues(GaugeMetricFamily, "mci_service_level_strict", "The same, of all offered.")
        abandoned = self._of_queues(CounterMetricFamily, "mci_abandoned", "Contacts whose customer left the queue.")
        waits = self._of_queues(HistogramMetricFamily, "mci_wait_seconds", "Wait until answered or abandoned.")
        for queue, counts in sorted(self._counters.queues.items()):
            tally, labels = tally_of(counts), [self._workspace, queue]
            answered.add_metric(labels, tally.answered)
            in_time.add_metric(labels, tally.answered_in_time)
            abandoned.add_metric(labels, tally.abandoned)
            if (share := tally.service_level()) is not None:
                level.add_metric(labels, share)
            if (share := tally.strict_service_level()) is not None:
                strict.add_metric(labels, share)
            waits.add_metric(labels, _buckets(counts, tally.offered), sum_value=counts.get("wait_sum_ms", 0) / 1000)
        yield from (answered, in_time, level, strict, abandoned, waits)

    def _alarms(self) -> Metric:
        sounding = GaugeMetricFamily(
            "mci_queue_alarm", "1 while the alarm of the queue sounds.", labels=[WORKSPACE, "queue", "alarm"]
        )
        for queue, now in sorted(self._counters.now.items()):
            for alarm in Alarm:
                sounding.add_metric([self._workspace, queue, alarm], int(alarm in now.alarms))
        return sounding

    def _catch_all(self) -> Metric:
        queue = self._counters.catch_all
        caught = {queue: self._counters.queues.get(queue, {}).get("open", 0)} if queue else {}
        about = "Open contacts that no other queue takes: above 0 a queue is missing."
        return self._family(GaugeMetricFamily, "mci_catch_all_open", about, "queue", caught)

    def _webhooks(self) -> Metric:
        unfinished = GaugeMetricFamily(
            "mci_webhook_deliveries",
            "Deliveries that are still to be made, or were given up.",
            labels=[WORKSPACE, "webhook", "state"],
        )
        for webhook, counts in sorted(self._counters.webhooks.items()):
            for state, count in sorted(counts.items()):
                unfinished.add_metric([self._workspace, webhook, state], count)
        return unfinished

    def _adapters(self) -> Iterable[Metric]:
        adapters = self._counters.adapters.items()
        for name, about, values in (
            (
                "mci_outbound_waiting",
                "Messages to customers that wait for a channel's adapter.",
                {adapter: now.waiting for adapter, now in adapters},
            ),
            (
                "mci_outbound_oldest_seconds",
                "For how long the oldest of them has waited.",
                {adapter: now.oldest_s for adapter, now in adapters},
            ),
            (
                "mci_adapter_reachable",
                "1 while the adapter takes messages.",
                {adapter: int(now.reachable) for adapter, now in adapters},
            ),
        ):
            yield self._family(GaugeMetricFamily, name, about, "adapter", values)

    def _attachments(self) -> Iterable[Metric]:
        files, size = self._counters.attachments
        for name, about, counted in (
            ("mci_attachments", "Files beside messages that are kept.", files),
            ("mci_attachments_bytes", "Their bytes.", size),
        ):
            family = GaugeMetricFamily(name, about, labels=[WORKSPACE])
            family.add_metric([self._workspace], counted)
            yield family

    def _family(self, kind: type, name: str, help_text: str, label: str, values: Mapping[str, float]) -> Metric:
        family = kind(name, help_text, labels=[WORKSPACE, label])
        for labelled, count in sorted(values.items()):
            family.add_metric([self._workspace, labelled], count)
        metric: Metric = family
        return metric

    def _of_queues(self, kind: type, name: str, help_text: str) -> Any:
        return kind(name, help_text, labels=[WORKSPACE, "queue"])


def tally_of(counts: Mapping[str, int]) -> ServiceLevelTally:
    """Returns what the live state's counters of a queue say of its service level."""
    return ServiceLevelTally(**{name: counts.get(name, 0) for name in ServiceLevelTally.__dataclass_fields__})


def _buckets(counts: Mapping[str, int], total: int) -> list[tuple[str, float]]:
    buckets, sofar = [], 0
    for bound in WAIT_BOUNDS_S:
        sofar += counts.get(f"wait:{bound}", 0)
        buckets.append((str(float(bound)), float(sofar)))
    return [*buckets, ("+Inf", float(total))]
