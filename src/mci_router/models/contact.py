"""Contacts: one customer reaching out once."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, false, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, column_property, mapped_column

from mci_router.models.base import Base, InWorkspace, word
from mci_router.models.case import Case
from mci_router.vocabulary import Cell, Channel, ContactKind, ContactState, Modality, Outcome, Trust, Visibility


class Contact(InWorkspace, Base):
    """A contact as it came in, its state, and what became of it.

    `rung` is the step of its cell's ladder in force. `journal_id` is the last journal entry that the row reflects: an
    older entry never overwrites a newer one. `requirement` is what an agent must bring: `[{skill, min}]`; `relaxation`
    what at each step: `[{after_s, alternatives}]`. `place_since` is an old place in line that the customer got back,
    `place_given_back` says that this one's place went to another contact. `urgent`: somebody's life may be in danger.
    `callback_at` is when the customer asked to be called back. `visibility` is where the customer wrote,
    `taken_private_at` since when the conversation goes on in private all the same; `asking` says that on this rung the
    customer is asked whether it may be posted, which takes a channel that `can_ask`, and `answered_from` is the
    answered post that answers it there. `identity` is the customer as the contact described it: `{name, attributes,
    addresses: [{kind, status, value, trust, why}]}`; `trust` is the highest trust behind that. `passed_on` is the warm
    transfer to a queue that nobody has accepted yet: `{id, assignment, since, columns, decision}`, what the row becomes
    then. `segment` counts its stays in queues; the last began at `entered_at`. `parked_at`: since when it waits for its
    customer. `call`: its `{from, to, provider_id}` by telephone. `arrival` is what the contact was counted as when it
    arrived: `{topic, channel, language, cell, outcome}`; None until the journal has it. `adapter` is by which it came,
    and `first_seq` the number of its first message in its case; contacts from before there were messages have none.
    `served_by` is `{kind, ref, version?}`: what last served it before, or instead of, a person. `case_reference` is
    read where a query asks for it.
    `machine_said_at`: when a machine said in its first message that it is one. `person_asked_at`: since when its
    customer asks for a person, `person_reached_at` when one answered; `person_counted` is for `insight.person_facts`.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        Index(None, "workspace_id", "id"),
        Index(None, "workspace_id", "queue", "id"),
        Index(None, "case_id"),
        Index(None, "workspace_id", "customer_id", "id"),
        Index("ix_contacts_not_customers", "workspace_id", "kind", "id", postgresql_where=text("kind <> 'customer'")),
        # No index mentions the state: else each change of it would have to change all of them. For the same reason,
        # a migration has half of each page left free: a row that changes stays on its page.
        Index(
            "ix_contacts_of_conversation",
            "workspace_id",
            "channel_ref",
            "customer_id",
            "id",
            postgresql_where=text("channel_ref IS NOT NULL"),
        ),
        Index(
            "ix_contacts_person_asked",
            "id",
            postgresql_where=text("person_asked_at IS NOT NULL AND person_counted IS DISTINCT FROM 2"),
        ),
        Index("ix_contacts_not_ended", "workspace_id", "id", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    trust: Mapped[Trust] = mapped_column(
        word(Trust, "trust"), default=Trust.CLAIMED, server_default=Trust.AUTHENTICATED
    )
    identity: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    channel: Mapped[Channel] = mapped_column(word(Channel, "channel"))
    provider: Mapped[str | None]
    subject: Mapped[str | None]
    text: Mapped[str]
    kind: Mapped[ContactKind] = mapped_column(
        word(ContactKind, "kind"), default=ContactKind.CUSTOMER, server_default="customer"
    )
    language: Mapped[str | None]
    priority: Mapped[int] = mapped_column(default=0)
    context: Mapped[dict[str, Any]] = mapped_column(default=dict)
    channel_ref: Mapped[str | None]
    call: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    adapter: Mapped[str | None]
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    skills: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    visibility: Mapped[Visibility] = mapped_column(
        word(Visibility, "visibility"), default=Visibility.PRIVATE, server_default=Visibility.PRIVATE
    )
    taken_private_at: Mapped[datetime | None]
    can_ask: Mapped[bool] = mapped_column(default=False, server_default=false())
    masked: Mapped[int] = mapped_column(default=0)
    masked_kinds: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")

    topic: Mapped[str | None]
    sensitive: Mapped[bool]
    sensitive_kinds: Mapped[list[str]] = mapped_column(default=list, server_default="{}")
    urgent: Mapped[bool] = mapped_column(default=False, server_default=false())
    cell: Mapped[Cell] = mapped_column(word(Cell, "cell"))
    outcome: Mapped[Outcome] = mapped_column(word(Outcome, "outcome"))
    rung: Mapped[int] = mapped_column(default=0)
    rung_limit_at: Mapped[datetime | None]
    asking: Mapped[bool] = mapped_column(default=False, server_default=false())
    answered_from: Mapped[str | None]
    queue: Mapped[str | None]
    requirement: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    due_at: Mapped[datetime | None]
    relaxation: Mapped[list[dict[str, Any]] | None]
    preferred_agent: Mapped[str | None]
    passed_on: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    place_since: Mapped[datetime | None]
    place_given_back: Mapped[bool] = mapped_column(default=False, server_default=false())
    callback_offered_at: Mapped[datetime | None]
    callback_at: Mapped[datetime | None]
    callback_phone: Mapped[str | None]

    state: Mapped[ContactState] = mapped_column(word(ContactState, "state"))
    agent: Mapped[str | None]
    assignment_id: Mapped[str | None]
    disposition: Mapped[str | None]
    notes: Mapped[str | None]
    accepted_at: Mapped[datetime]
    enqueued_at: Mapped[datetime | None]
    first_seq: Mapped[int | None] = mapped_column(BigInteger)
    segment: Mapped[int] = mapped_column(default=0, server_default="0")
    entered_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    journal_id: Mapped[str] = mapped_column(default="")
    machine_said_at: Mapped[datetime | None]
    person_asked_at: Mapped[datetime | None]
    person_reached_at: Mapped[datetime | None]
    person_counted: Mapped[int | None] = mapped_column(SmallInteger)
    arrival: Mapped[dict[str, Any] | None]
    served_by: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    case_reference: Mapped[str] = column_property(
        select(Case.reference).where(Case.id == case_id).scalar_subquery(), deferred=True, expire_on_flush=False
    )

    @property
    def modality(self) -> Modality:
        """Who reads what is answered: the customer alone, or all who read what the customer wrote."""
        return Modality.of_answers(self)
