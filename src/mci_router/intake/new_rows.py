"""The rows of a contact that comes in, and the answer for its adapter. Pure."""

from datetime import datetime
from typing import Any

from mci_router.clock import moment
from mci_router.intake.answer import Answer, route_data, triage_data
from mci_router.intake.arrival import Decided
from mci_router.intake.contact_columns import NewContact, columns_of, customer_data
from mci_router.intake.identity import identity_data
from mci_router.outcomes import modality_of, state_of
from mci_router.outcomes.outcome import Entered
from mci_router.routing.policy.routes import Draft
from mci_router.vocabulary import ContactState, Visibility


def columns_of_contact(one: Decided) -> dict[str, Any]:
    """Returns the columns of a contact's row; those that are not named have no value yet."""
    arrival, triage = one.arrival, one.triage
    return {
        "id": arrival.id,
        "workspace_id": arrival.workspace_id,
        "case_id": one.case_id,
        "customer_id": one.customer.id,
        "trust": one.who.trust,
        "identity": identity_data(arrival.customer.addresses, arrival.customer.name, arrival.customer.attributes),
        "channel": arrival.channel,
        "provider": arrival.provider,
        "subject": arrival.subject,
        "text": arrival.text,
        "kind": triage.kind,
        "language": arrival.language,
        "priority": arrival.priority,
        "context": arrival.context,
        "channel_ref": arrival.channel_ref,
        "call": arrival.call,
        "adapter": arrival.adapter,
        "first_seq": one.number,
        "attachments": arrival.attachments,
        "visibility": arrival.visibility,
        "taken_private_at": arrival.received_at if _goes_private(one) else None,
        "can_ask": arrival.can_ask and arrival.words.own,
        "skills": [need.model_dump() for need in arrival.skills],
        "masked": sum(arrival.masked.values()),
        "masked_kinds": dict(arrival.masked),
        "topic": triage.topic,
        "sensitive": triage.sensitive,
        "sensitive_kinds": list(triage.sensitive_kinds),
        "urgent": triage.urgent,
        "cell": triage.cell,
        "state": ContactState.ACCEPTED,
        "accepted_at": arrival.received_at,
        "journal_id": "",
        "place_since": one.route.place_since,
        "place_given_back": False,
        "callback_offered_at": arrival.received_at if one.route.callback_offered else None,
        "callback_at": None,
        "person_asked_at": arrival.received_at if triage.wants_person else None,
        **columns_of(one.route, arrival.received_at, arrival.received_at),
    }


def _goes_private(one: Decided) -> bool:
    return one.triage.private_by is not None and one.arrival.visibility is Visibility.PUBLIC


def decision_of(one: Decided, entered: Entered, draft: Draft | None) -> dict[str, Any]:
    """Returns the row of the decision about a contact."""
    arrival, route, modality = one.arrival, one.route, modality_of(one.route)
    return {
        "contact_id": arrival.id,
        "workspace_id": arrival.workspace_id,
        "rung": route.rung,
        "triage": triage_data(one.triage, modality, text=arrival.words.topic, visibility=arrival.visibility),
        "route": route_data(
            route, post_id=entered.post_id, draft=draft, run_id=entered.run_id, served_by=entered.served_by
        ),
    }


def answer_of(contact: NewContact, one: Decided, decision: dict[str, Any], opted_out: datetime | None) -> Answer:
    """Returns the answer for the adapter."""
    return {
        "id": contact.id,
        "case_id": contact.case_id,
        "case_reference": one.case_reference,
        "customer_id": contact.customer_id,
        "kind": contact.kind,
        "opted_out_at": moment(opted_out) if opted_out else None,
        "state": state_of(contact.outcome, asking=contact.asking, answered=bool(contact.answered_from)),
        "triage": decision["triage"],
        "route": decision["route"],
        "customer": customer_data(contact),
        **({"previous_contact": one.previous} if one.previous else {}),
    }
