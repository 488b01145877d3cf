"""Rungs in the ledger: a contact is found, and put on a rung above the one it stands on, with the decision that says why."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.errors import NotFound
from mci_router.intake.acceptance import customer_data, placed
from mci_router.intake.answer import Answer, route_data
from mci_router.intake.publishing import draft_for, known_of
from mci_router.models import Contact, Customer, Decision
from mci_router.outcomes import OUTCOMES, modality_of, state_of
from mci_router.routing.policy.routes import Facts, Route
from mci_router.specs import SkillRequirement
from mci_router.triage.decision import Matter
from mci_router.triage.reading import read
from mci_router.vocabulary import ContactState, Trust


async def locked(session: AsyncSession, workspace: str, contact_id: str) -> Contact:
    """The contact's row, for this transaction alone. Raises NotFound."""
    contact = await session.scalar(select(Contact).where(Contact.workspace_id == workspace, Contact.id == contact_id).with_for_update())
    if contact is None:
        raise NotFound(f"There is no contact {contact_id!r} in this workspace.")
    return contact


async def latest_decision(session: AsyncSession, contact: Contact) -> Decision:
    """The decision of the rung the contact stands on."""
    return (
        await session.scalars(
            select(Decision)
            .where(Decision.workspace_id == contact.workspace_id, Decision.contact_id == contact.id)
            .order_by(Decision.rung.desc())
            .limit(1)
        )
    ).one()


async def put_on_rung(session: AsyncSession, contact: Contact, customer: Customer, before: Decision, route: Route, why: str) -> Decision:
    """Notes the new rung. Until it is placed the contact is `accepted` again, so that recovery would find it."""
    for column, value in placed(route, contact.enqueued_at or utc_now()).items():
        setattr(contact, column, value)
    contact.state = ContactState.ACCEPTED
    outcome = OUTCOMES[route.outcome]
    known = await known_of(session, [customer] if outcome.publishes else [])
    draft = draft_for(contact, route, judged_text(contact, before), known.get(customer.id, ()))
    entered = outcome.enter(contact, route, draft)
    data = route_data(route, post_id=entered.post_id, draft=draft)
    decision = Decision(
        contact_id=contact.id,
        workspace_id=contact.workspace_id,
        rung=route.rung,
        triage={**before.triage, "modality": modality_of(route)},
        route={**data, "reasons": [why, *data["reasons"]]},
    )
    session.add_all([decision, *entered.rows])
    return decision


def judged_text(contact: Contact, decision: Decision) -> str:
    """What triage judged. Decisions of earlier versions do not tell: it is read again."""
    return str(decision.triage.get("text") or read(contact.subject, contact.text, contact.channel))


def answer_of(contact: Contact, decision: Decision, state: ContactState | None = None) -> Answer:
    """A contact and its decision. What of it the caller may see is decided in `access`."""
    return {
        "id": contact.id,
        "sensitive": contact.sensitive,
        "case_id": contact.case_id,
        "customer_id": contact.customer_id,
        "kind": contact.kind,
        "state": state or state_of(contact.outcome, asking=contact.asking),
        "triage": decision.triage,
        "route": decision.route,
        "customer": customer_data(contact),
    }


def facts_of(contact: Contact, customer: Customer) -> Facts:
    """What is known of a contact that is decided about again."""
    skills = [SkillRequirement.model_validate(need) for need in contact.skills]
    attributes = customer.attributes if contact.trust is not Trust.CLAIMED else contact.identity.get("attributes", {})
    return Facts(contact.channel, contact.text, contact.language, skills, attributes, contact.context, contact.visibility, contact.can_ask)


def matter_of(contact: Contact, decision: Decision) -> Matter:
    """What triage found; every decision about the contact has the same confidence."""
    confidence = decision.triage["confidence"]
    return Matter(contact.topic, contact.sensitive, contact.cell, confidence, kind=contact.kind, urgent=contact.urgent)
