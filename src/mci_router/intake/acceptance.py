"""Acceptance: a batch of arrivals becomes customers, cases, contacts, decisions and posts, all in one transaction.

Nothing here commits and nothing here touches the live state: once the transaction has committed, `delivery` dispatches
its contacts.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import moment
from mci_router.errors import IdempotencyKeyReused
from mci_router.intake import cases, customers, opt_outs
from mci_router.intake.answer import route_data, triage_data
from mci_router.intake.arrival import Accepted, Arrival, Decided, Foresee, IdentifiedCustomer, Raced
from mci_router.intake.cases import Threaded
from mci_router.intake.contact_columns import columns_of, customer_data
from mci_router.intake.identity import identity_data
from mci_router.intake.opt_outs import Addresses, mark, opted_out_at
from mci_router.intake.preferred import prefer
from mci_router.intake.publishing import draft_of, known_of
from mci_router.intake.returning import give_back_places
from mci_router.models import Contact, Decision, IdempotencyKey
from mci_router.outcomes import OUTCOMES, modality_of, state_of
from mci_router.outcomes.incident import incident_route
from mci_router.outcomes.outcome import Entered
from mci_router.routing.policy.decision import answering_incident, choose_route
from mci_router.routing.policy.routes import Draft, Route
from mci_router.routing.policy.unserved import route_of_kind
from mci_router.triage.decision import returned
from mci_router.triage.finding import find
from mci_router.triage.result import Triage
from mci_router.vocabulary import ContactState


async def accept(session: AsyncSession, arrivals: Sequence[Arrival], *, foresee: Foresee) -> list[Accepted | Exception]:
    """Accepts arrivals. Returns what became of each; an exception for those that cannot be accepted."""
    results: dict[str, Accepted | Exception] = await _replays(session, arrivals)
    fresh = [arrival for arrival in arrivals if arrival.id not in results]
    identified = await customers.identify(session, fresh) if fresh else []
    pairs: list[tuple[Arrival, IdentifiedCustomer]] = []
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
        # An older version hashed bodies otherwise: for the requests it answered, the same key means the same body.
        same = row.key == arrival.former_key or row.body_hash == arrival.body_hash
        results[arrival.id] = Accepted(row.answer, None) if same else IdempotencyKeyReused()
    return results


async def _enter(
    session: AsyncSession, pairs: Sequence[tuple[Arrival, IdentifiedCustomer]], addresses: Addresses, foresee: Foresee
) -> dict[str, Accepted | Exception]:
    results: dict[str, Accepted | Exception] = {}
    answers: list[tuple[Arrival, dict[str, Any]]] = []
    decided = await _decide_all(session, pairs, addresses, foresee)
    known = await known_of(session, [one.customer for one in decided if OUTCOMES[one.route.outcome].publishes])
    for one in decided:
        contact = _contact(one)
        mark(addresses, one)
        outcome, facts = OUTCOMES[one.route.outcome], [*known.get(one.customer.id, ()), *_claims(one.arrival)]
        draft = draft_of(one.arrival.words.topic, contact.subject, facts) if outcome.publishes else None
        entered = outcome.enter(contact, one.route, draft)
        decision = _decision(one, entered, draft)
        session.add_all([contact, decision, *entered.rows])
        answer = _answer(contact, decision, opted_out_at(addresses, one.arrival.id))
        results[one.arrival.id] = Accepted(answer, contact)
        answers.append((one.arrival, answer))
    await session.flush()
    await _keep_answers(session, answers)
    return results


async def _decide_all(
    session: AsyncSession, pairs: Sequence[tuple[Arrival, IdentifiedCustomer]], addresses: Addresses, foresee: Foresee
) -> list[Decided]:
    """Returns each contact with its triage and route.

    They depend on earlier contacts: on its case, the live queues, its agents and its place in line.
    """
    triages = [_triage(arrival, who) for arrival, who in pairs]
    topics = [triage.topic or "" if who.proven else "" for (_, who), triage in zip(pairs, triages, strict=True)]
    threaded = await cases.thread(
        session, [(arrival, who.customer.id, topic) for (arrival, who), topic in zip(pairs, topics, strict=True)]
    )
    decided = [
        _decide(arrival, who, case, returned(triage) if case.came_back else triage, addresses)
        for (arrival, who), case, triage in zip(pairs, threaded, triages, strict=True)
    ]
    return await give_back_places(session, await prefer(session, await foresee(decided)))


def _triage(arrival: Arrival, who: IdentifiedCustomer) -> Triage:
    return find(
        arrival.snapshot,
        arrival.seen,
        named=arrival.named,
        measured=arrival.measured,
        customer=who.attributes(arrival.customer),
        recognised=arrival.recognised,
    )


def _decide(arrival: Arrival, who: IdentifiedCustomer, case: Threaded, triage: Triage, addresses: Addresses) -> Decided:
    return Decided(arrival, who, case.case_id, triage, _route(arrival, who, triage, addresses))


def _route(arrival: Arrival, who: IdentifiedCustomer, triage: Triage, addresses: Addresses) -> Route:
    snapshot, now, facts = arrival.snapshot, arrival.received_at, arrival.facts(who.attributes(arrival.customer))
    addressed, opted_out = bool(addresses.get(arrival.id)), opted_out_at(addresses, arrival.id) is not None
    of_kind = route_of_kind(
        snapshot, triage, arrival.recognised, facts, addressed=addressed, opted_out=opted_out, now=now
    )
    if of_kind:
        return of_kind
    if incident := answering_incident(arrival.incidents, triage, facts):
        return incident_route(incident, facts)
    return choose_route(snapshot, triage.matter, facts, OUTCOMES, now=now)


async def _keep_answers(session: AsyncSession, answers: Sequence[tuple[Arrival, dict[str, Any]]]) -> None:
    rows = [
        {"workspace_id": a.workspace_id, "key": a.idempotency_key, "body_hash": a.body_hash, "answer": answer}
        for a, answer in sorted(answers, key=lambda pair: (pair[0].workspace_id, pair[0].idempotency_key or ""))
        if a.idempotency_key
    ]
    if rows:
        kept = await session.execute(
            upsert(IdempotencyKey).on_conflict_do_nothing().returning(IdempotencyKey.key), rows
        )
        if len(kept.all()) < len(rows):
            raise Raced


def _claims(arrival: Arrival) -> list[str | None]:
    return [arrival.customer.name, *(one.value for one in arrival.customer.addresses)]


def _answer(contact: Contact, decision: Decision, opted_out: datetime | None) -> dict[str, Any]:
    return {
        "id": contact.id,
        "case_id": contact.case_id,
        "customer_id": contact.customer_id,
        "kind": contact.kind,
        "opted_out_at": moment(opted_out) if opted_out else None,
        "state": state_of(contact.outcome, asking=contact.asking),
        "triage": decision.triage,
        "route": decision.route,
        "customer": customer_data(contact),
    }


def _contact(one: Decided) -> Contact:
    arrival, triage = one.arrival, one.triage
    return Contact(
        id=arrival.id,
        workspace_id=arrival.workspace_id,
        case_id=one.case_id,
        customer_id=one.customer.id,
        trust=one.who.trust,
        identity=identity_data(arrival.customer.addresses, arrival.customer.name, arrival.customer.attributes),
        channel=arrival.channel,
        provider=arrival.provider,
        subject=arrival.subject,
        text=arrival.text,
        kind=triage.kind,
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
        topic=triage.topic,
        sensitive=triage.sensitive,
        sensitive_kinds=list(triage.sensitive_kinds),
        urgent=triage.urgent,
        cell=triage.cell,
        state=ContactState.ACCEPTED,
        accepted_at=arrival.received_at,
        journal_id="",
        place_since=one.route.place_since,
        callback_offered_at=arrival.received_at if one.route.callback_offered else None,
        **columns_of(one.route, arrival.received_at, arrival.received_at),
    )


def _decision(one: Decided, entered: Entered, draft: Draft | None) -> Decision:
    arrival, route = one.arrival, one.route
    return Decision(
        contact_id=arrival.id,
        workspace_id=arrival.workspace_id,
        rung=route.rung,
        triage=triage_data(one.triage, modality_of(route), text=arrival.words.topic, visibility=arrival.visibility),
        route=route_data(route, post_id=entered.post_id, draft=draft),
    )
