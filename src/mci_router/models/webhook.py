"""Webhooks: which events each subscribes to, and the outbox of deliveries still to be sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, false, func, text
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made, word
from mci_router.vocabulary import DeliveryState, SensitiveContacts


class Webhook(InWorkspace, Made, Base):
    """A subscription.

    Its secrets sign, so they are kept in the clear; only the answer that makes them shows them, and no log does.
    `failures` counts attempts in a row without a success, `pauses` the pauses since the last one. `untold` are pauses
    and their ends that are not journalled yet.
    """

    __tablename__ = "webhooks"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    url: Mapped[str]
    events: Mapped[list[str]]
    queues: Mapped[list[str]]
    channels: Mapped[list[str]]
    sensitive: Mapped[SensitiveContacts] = mapped_column(word(SensitiveContacts, "sensitive"))
    active: Mapped[bool]
    in_full: Mapped[bool] = mapped_column(default=False, server_default=false())
    inactive_why: Mapped[str | None]
    secret: Mapped[str]
    previous_secret: Mapped[str | None]
    previous_secret_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    failures: Mapped[int] = mapped_column(server_default="0")
    pauses: Mapped[int] = mapped_column(server_default="0")
    paused_since: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    paused_why: Mapped[str | None]
    untold: Mapped[list[str]] = mapped_column(server_default="{}")


class WebhookDelivery(Made, Base):
    """One event for one webhook, by which it belongs to a workspace.

    The id comes from the event's (`webhooks.envelope.message_id`): it sorts as events do, and an event projected twice
    is one row. `subject` is the contact, or else the agent or queue, whose events are delivered in order.
    `claimed_until` is when the claim of the process that makes an attempt lapses. No foreign key: deliveries outlive
    their webhook, unseen, until they expire, so that deleting a webhook costs little.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("ix_webhook_deliveries_due", "webhook_id", "next_attempt_at", postgresql_where=text("state = 'pending'")),
        Index(
            "ix_webhook_deliveries_subject", "subject", "webhook_id", "id", postgresql_where=text("state = 'pending'")
        ),
        Index("ix_webhook_deliveries_dead", "webhook_id", "id", postgresql_where=text("state = 'dead'")),
        Index("ix_webhook_deliveries_ended", "ended_at", postgresql_where=text("state <> 'pending'")),
    )

    webhook_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    at: Mapped[datetime]
    subject: Mapped[str]
    data: Mapped[dict[str, Any]]
    state: Mapped[DeliveryState] = mapped_column(word(DeliveryState, "state"))
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    last_status: Mapped[int | None]
    last_error: Mapped[str | None]
    ended_at: Mapped[datetime | None]
