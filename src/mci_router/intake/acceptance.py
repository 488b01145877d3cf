"""Acceptance: a batch of arrivals becomes customers, cases, contacts, decisions and posts, all in one transaction.

Nothing here commits and nothing here touches the live state: when the transaction is through, every contact of it is owed a
place, and `delivery` gives it one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import moment
from mci_router.community.board import Draft
from mci_router.errors import IdempotencyKeyReused
from mci_router.incidents.subscriptions import subscribe
from mci_router.intake import cases, customers, opt_outs
from mci_router.intake.answer import route_data, state_of, triage_data
from mci_router.intake.arrival import Accepted, Arrival, Decided, Foresee, Identified, Raced
from mci_router.intake.identity import told_data
from mci_router.intake.opt_outs import Addresses, mark, opted_out_at
from mci_router.intake.preferred import prefer
from mci_router.intake.publishing import known_of, post_or_draft
from mci_router.intake.returning import give_back_places
from mci_router.models import Contact, Decision, IdempotencyKey, IncidentSubscription, Post
from mci_router.routing.policy.decision import answering_incident, find, incident_route, route
from mci_router.routing.policy.routes import Route
from mci_router.routing.policy.unserved import route_of_kind
from mci_router.triage.decision import Triage
from mci_router.vocabulary import ContactState, Outcome


async def accept(session: AsyncSession, arrivals: Sequence[Arrival], *, foresee: Foresee) -> list[Accepted | Exception]:
    """What becomes of each arrival; an exception for those that cannot be accepted."""
    results: dict[str, Accepted | Exception] = await _replays(session, arrivals)
    fresh = [arrival for arrival in arrivals if arrival.id not in results]
    identified = await customers.identify(session, fresh) if fresh else []
    pairs: list[tuple[Arrival, Identified]] = []
    for arrival, who in zip(fresh, identified, strict=True):
        if isinstance(who, Exception):
            results[arrival.id] = who
        else:
            pairs.append((arrival, who))
    if pairs:
        results |= await _enter(session, pairs, await opt_outs.addresses_of(session, pairs), foresee)
    return [results[arrival.id] for arrival in arrivals]


async def _replays(session: AsyncSession, arrivals: Sequence[Arrival]) -> dict[str, Accepted | Exception]:
    keyed = {(a.workspace_id, key): a for a in arrivals for key in (a.former_key, a.idempotency_key) if key}
    if not keyed:
        return {}
    columns = (IdempotencyKey.workspace_id, IdempotencyKey.key)
    seen = await session.scalars(select(IdempotencyKey).where(tuple_(*columns).in_(list(keyed))))
    results: dict[str, Accepted | Exception] = {}
    for row in seen:
        arrival = keyed[row.workspace_id, row.key]
        # An older version hashed bodies otherwise: of the requests it answered it knew that a key is sent again with its body.
        same = row.key == arrival.former_key or row.body_hash == arrival.body_hash
        results[arrival.id] = Accepted(row.answer, None) if same else IdempotencyKeyReused()
    return results


def _decide(arrival: Arrival, who: Identified, addresses: Addresses, *, came_back: bool) -> tuple[Triage, Route]:
    attributes = who.attributes(arrival.customer)
    found = find(
        arrival.snapshot,
        arrival.seen,
        named=arrival.named,
        measured=arrival.measured,
        customer=attributes,
        came_back=came_back,
        recognised=arrival.recognised,
    )
    facts = arrival.facts(attributes)
    addressed, opted_out = bool(addresses.get(arrival.id)), opted_out_at(addresses, arrival.id) is not None
    if way := route_of_kind(
        arrival.snapshot, found, arrival.recognised, facts, addressed=addressed, opted_out=opted_out, now=arrival.received_at
    ):
        return found, way
    if incident := answering_incident(arrival.incidents, found, facts):
        return found, incident_route(incident, facts)
    return found, route(arrival.snapshot, found.matter, facts, now=arrival.received_at)


async def _enter(
    session: AsyncSession, pairs: Sequence[tuple[Arrival, Identified]], addresses: Addresses, foresee: Foresee
) -> dict[str, Accepted | Exception]:
    results: dict[str, Accepted | Exception] = {}
    answers: list[tuple[Arrival, dict[str, Any]]] = []
    decided = await _decide_all(session, pairs, addresses, foresee)
    known = await known_of(session, [one.customer for one in decided if one.way.outcome is Outcome.COMMUNITY])
    for one in decided:
        contact = _contact(one)
        mark(addresses, one)
        left_alone = opted_out_at(addresses, one.arrival.id)
        post, draft = post_or_draft(contact, one.way, one.arrival.words.topic, [*known.get(one.customer.id, ()), *_claims(one.arrival)])
        decision = _decision(one, post, draft)
        session.add_all([contact, decision, *filter(None, (post, _subscription(one)))])
        answer = {
            "id": contact.id,
            "case_id": contact.case_id,
            "customer_id": contact.customer_id,
            "kind": contact.kind,
            "opted_out_at": moment(left_alone) if left_alone else None,
            "state": state_of(one.way.outcome, asking=contact.asking),
            "triage": decision.triage,
            "route": decision.route,
            "customer": customer_data(contact),
        }
        results[one.arrival.id] = Accepted(answer, contact)
        answers.append((one.arrival, answer))
    await session.flush()
    await _keep_answers(session, answers)
    return results


async def _decide_all(
    session: AsyncSession, pairs: Sequence[tuple[Arrival, Identified]], addresses: Addresses, foresee: Foresee
) -> list[Decided]:
    """Each contact's way, after all that depends on what came before it: its case, the live queues, its agents, its old place."""
    topics = [_decide(arrival, who, addresses, came_back=False)[0].topic if who.proven else "" for arrival, who in pairs]
    threaded = await cases.thread(
        session, [(arrival, who.customer.id, topic or "") for (arrival, who), topic in zip(pairs, topics, strict=True)]
    )
    decided = [
        Decided(arrival, who, case.case_id, *_decide(arrival, who, addresses, came_back=case.came_back))
        for (arrival, who), case in zip(pairs, threaded, strict=True)
    ]
    return await give_back_places(session, await prefer(session, await foresee(decided)))


async def _keep_answers(session: AsyncSession, answers: Sequence[tuple[Arrival, dict[str, Any]]]) -> None:
    rows = [
        {"workspace_id": a.workspace_id, "key": a.idempotency_key, "body_hash": a.body_hash, "answer": answer}
        for a, answer in sorted(answers, key=lambda pair: (pair[0].workspace_id, pair[0].idempotency_key or ""))
        if a.idempotency_key
    ]
    if rows:
        kept = await session.execute(upsert(IdempotencyKey).on_conflict_do_nothing().returning(IdempotencyKey.key), rows)
        if len(kept.all()) < len(rows):
            raise Raced


def _claims(arrival: Arrival) -> list[str | None]:
    return [arrival.customer.name, *(one.value for one in arrival.customer.told)]


def _subscription(one: Decided) -> IncidentSubscription | None:
    """Whom an incident answers hears how it goes on."""
    incident, arrival = one.way.incident, one.arrival
    return subscribe(arrival.workspace_id, arrival.id, incident, one.found.topic or "", arrival.received_at) if incident else None


def _contact(one: Decided) -> Contact:
    arrival, found = one.arrival, one.found
    return Contact(
        id=arrival.id,
        workspace_id=arrival.workspace_id,
        case_id=one.case_id,
        customer_id=one.customer.id,
        trust=one.who.trust,
        identity=told_data(arrival.customer.told, arrival.customer.name, arrival.customer.attributes),
        channel=arrival.channel,
        provider=arrival.provider,
        subject=arrival.subject,
        text=arrival.text,
        kind=found.kind,
        language=arrival.language,
        priority=arrival.priority,
        context=arrival.context,
        channel_ref=arrival.channel_ref,
        attachments=arrival.attachments,
        visibility=arrival.visibility,
        can_ask=arrival.can_ask and arrival.words.own,
        skills=[need.model_dump() for need in arrival.skills],
        masked=sum(arrival.masked.values()),
        masked_kinds=dict(arrival.masked),
        topic=found.topic,
        sensitive=found.sensitive,
        sensitive_kinds=list(found.sensitive_kinds),
        urgent=found.urgent,
        cell=found.cell,
        state=ContactState.ACCEPTED,
        accepted_at=arrival.received_at,
        journal_id="",
        place_since=one.way.place_since,
        callback_offered_at=arrival.received_at if one.way.callback_offered else None,
        **placed(one.way, arrival.received_at),
    )


def customer_data(contact: Contact) -> dict[str, Any]:
    """How the customer's addresses were understood, as `CustomerTaken` describes it."""
    return {"trust": contact.trust, "addresses": contact.identity.get("addresses", [])}


def placed(way: Route, now: datetime) -> dict[str, Any]:
    """The columns of a contact that its rung decides."""
    return {
        "outcome": way.outcome,
        "rung": way.place,
        "rung_limit_at": way.limit_at,
        "asking": way.ask is not None,
        "queue": way.queue.name if way.queue else None,
        "requirement": [dict(need) for need in way.requirement],
        "relaxation": [{"after_s": step.after_s, "alternatives": step.alternatives} for step in way.steps] or None,
        "preferred_agent": way.preferred,
        "due_at": way.due_at,
        "enqueued_at": now if way.queue else None,
    }


def _decision(one: Decided, post: Post | None, draft: Draft | None) -> Decision:
    arrival, way = one.arrival, one.way
    return Decision(
        contact_id=arrival.id,
        workspace_id=arrival.workspace_id,
        rung=way.place,
        triage=triage_data(one.found, way.modality, text=arrival.words.topic, visibility=arrival.visibility),
        route=route_data(way, post_id=post.id if post else None, draft=draft),
    )
