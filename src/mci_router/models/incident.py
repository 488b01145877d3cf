"""Incidents: what is broken for many at once, its updates, and the contacts that are informed of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made, word
from mci_router.vocabulary import IncidentSource, IncidentState, Severity


class Incident(InWorkspace, Made, Base):
    """An incident. `status` is the text for customers, by language; `updates` the number of the last update.

    `monitor_id` and `external_id` name a monitor's alert, `surge_topic` the topic whose surge proposed it: each of
    these has at most one incident that is not over. `evidence` is what proposed it: `{words, services, regions,
    examples, seen, expected, since, held_back}`. `untold` are changes that are not journalled yet. One with `starts_at`
    is planned maintenance: it answers contacts from then until `ends_at` only.
    """

    __tablename__ = "incidents"
    __table_args__ = (
        Index(None, "workspace_id", "id"),
        Index("ix_incidents_open", "workspace_id", postgresql_where=text("state = 'open'")),
        Index("ix_incidents_untold", "workspace_id", postgresql_where=text("untold <> '{}'")),
        Index(
            "uq_incidents_alert",
            "monitor_id",
            "external_id",
            unique=True,
            postgresql_where=text("monitor_id IS NOT NULL AND state IN ('proposed','open')"),
        ),
        Index(
            "uq_incidents_surge",
            "workspace_id",
            "surge_topic",
            unique=True,
            postgresql_where=text("surge_topic IS NOT NULL AND state IN ('proposed','open')"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[IncidentState] = mapped_column(word(IncidentState, "state"))
    source: Mapped[IncidentSource] = mapped_column(word(IncidentSource, "source"))
    title: Mapped[str]
    severity: Mapped[Severity] = mapped_column(word(Severity, "severity"))
    topics: Mapped[list[str]]
    services: Mapped[list[str]]
    regions: Mapped[list[str]]
    status: Mapped[dict[str, Any]] = mapped_column(default=dict)
    expected_fix_at: Mapped[datetime | None]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    monitor_id: Mapped[str | None]
    external_id: Mapped[str | None]
    surge_topic: Mapped[str | None]
    evidence: Mapped[dict[str, Any] | None]
    updates: Mapped[int] = mapped_column(default=0)
    untold: Mapped[list[str]] = mapped_column(default=list)
    updated_at: Mapped[datetime]
    declared_at: Mapped[datetime | None]
    fixed_at: Mapped[datetime | None]
    reopened_at: Mapped[datetime | None]
    dismissed_at: Mapped[datetime | None]


class IncidentUpdate(InWorkspace, Made, Base):
    """An update that is sent to every subscriber once: a new status, the fix, or that the incident is open again.

    `due_at` is when it is sent; null: at once. `finished_at` is when all had it.
    """

    __tablename__ = "incident_updates"
    __table_args__ = (
        Index("ix_incident_updates_unfinished", "incident_id", postgresql_where=text("finished_at IS NULL")),
        Index("ix_incident_updates_finished", "finished_at"),
    )

    incident_id: Mapped[str] = mapped_column(ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    status: Mapped[dict[str, Any]]
    expected_fix_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class IncidentSubscription(InWorkspace, Base):
    """A contact that an incident has answered.

    `settled_update` is the number of the last update that is settled: sent, or of no use any more. `informed_at` is
    when the customer was last informed, `returned_at` when the contact came back to its ladder.
    """

    __tablename__ = "incident_subscriptions"
    __table_args__ = (Index(None, "incident_id", "contact_id"),)

    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True)
    incident_id: Mapped[str] = mapped_column(ForeignKey("incidents.id", ondelete="CASCADE"))
    topic: Mapped[str]
    subscribed_at: Mapped[datetime]
    settled_update: Mapped[int] = mapped_column("told", default=0)
    informed_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
