"""Acceptance: a batch of arrivals becomes customers, cases, contacts, decisions and posts, all at once.

Three steps: look at what the ledger knows of those who come; decide, in memory and without a lock; write, in one
statement. Nothing here touches the live state: once it is written, `delivery` dispatches the contacts.
"""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from typing import Any

from mci_router.attachments.rows import refusal
from mci_router.conversations.messages import first_message_of
from mci_router.database import Lane
from mci_router.errors import AttachmentUsed, IdempotencyKeyReused
from mci_router.intake.arrival import Accepted, Arrival, Decided, Foresee, IdentifiedCustomer, Joins
from mci_router.intake.cases import CLOSE_STALE, ONE_BY_ONE, Cases
from mci_router.intake.contact_columns import NewContact
from mci_router.intake.customers import LOCK, Identified, identify, renew
from mci_router.intake.deciding import decide, triage_of
from mci_router.intake.known import Known, look
from mci_router.intake.new_rows import answer_of, columns_of_contact, decision_of
from mci_router.intake.opt_outs import MARK, REACHED, Addressed, CameBy, addressed, came_by
from mci_router.intake.past import NO_PAST, Past, look_back
from mci_router.intake.preferred import prefer
from mci_router.intake.publishing import draft_of
from mci_router.intake.returning import give_back
from mci_router.intake.writing import document, part_of, write_of
from mci_router.outcomes import OUTCOMES


@dataclass(slots=True)
class Batch:
    """A batch that is decided and not written yet."""

    identified: Identified
    cases: Cases
    addressed: Addressed
    results: dict[str, Accepted | Joins | Exception]
    reached: set[CameBy] = field(default_factory=set)
    rows: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, part: str, row: Any) -> None:
        """Adds a row to write."""
        self.rows.setdefault(part, []).append(row)


async def accept(lane: Lane, arrivals: Sequence[Arrival], *, foresee: Foresee) -> list[Accepted | Joins | Exception]:
    """Accepts arrivals. Returns what became of each; an exception for those that cannot be accepted, and of those that
    are said in an open contact which that is: nothing is written of them.

    Raises:
        Raced: another transaction was first; nothing is written.
    """
    batch = await prepare(lane, arrivals, foresee=foresee)
    if batch.identified.joined:
        async with lane.transaction():
            await lane.fetch(LOCK, batch.identified.joined)
            batch = await prepare(lane, arrivals, foresee=foresee)
            await _write(lane, batch)
    else:
        await _write(lane, batch)
    return [batch.results[arrival.id] for arrival in arrivals]


async def prepare(lane: Lane, arrivals: Sequence[Arrival], *, foresee: Foresee) -> Batch:
    """Looks and decides: returns what would become of arrivals, and what has to be written for that."""
    addresses = came_by(arrivals)
    await renew(lane, arrivals)
    known = await look(lane, arrivals, sorted(set(addresses.values())))
    results = _answered(arrivals, known)
    if any(arrival.files for arrival in arrivals):
        results |= await _without_their_files(lane, [one for one in arrivals if one.id not in results])
    fresh = [arrival for arrival in arrivals if arrival.id not in results]
    identified = identify(fresh, known.people, known.owners)
    pairs: list[tuple[Arrival, IdentifiedCustomer]] = []
    for arrival, who in zip(fresh, identified.results, strict=True):
        if isinstance(who, Exception):
            results[arrival.id] = who
        else:
            pairs.append((arrival, who))
    triages = [triage_of(arrival, who) for arrival, who in pairs]
    topics = [
        triage.topic or "" if who.proven and not arrival.task else ""
        for (arrival, who), triage in zip(pairs, triages, strict=True)
    ]
    past = await look_back(lane, pairs, topics)
    batch = Batch(identified, Cases(past), addressed(pairs, addresses, known.held, known.opted_out), results)
    batch.reached = known.failing & set(addresses.values()) if known.failing else set()
    decided = []
    for (came, who), triage, topic in zip(pairs, triages, topics, strict=True):
        arrival = batch.cases.branched(came, who, triage) if came.branch_ref else came
        if contact := batch.cases.open_contact(arrival, who):
            results[arrival.id] = Joins(contact)
        else:
            one = decide(arrival, who, batch.cases.thread(arrival, who, topic), triage, batch.addressed)
            decided.append(_prefer(one, past))
    taken: set[str] = set()
    for one in await foresee(decided) if decided else ():
        left = past.get(one.arrival.id, NO_PAST).left
        _enter(batch, give_back(one if one.route.preferred else _prefer(one, past), left, taken))
    batch.rows["places"] = sorted(taken)
    return batch


async def _without_their_files(lane: Lane, arrivals: Sequence[Arrival]) -> dict[str, Exception]:
    """Returns why arrivals are refused whose files may not be used, also since one before them has them."""
    refused: dict[str, Exception] = {}
    taken: set[str] = set()
    for arrival in arrivals:
        if not arrival.files:
            continue
        problem: Exception | None = await refusal(lane.fetch, arrival.workspace_id, arrival.files, arrival.files_of)
        if problem is None and (twice := taken.intersection(arrival.files)):
            problem = AttachmentUsed(attachment=min(twice))
        if problem:
            refused[arrival.id] = problem
        taken.update(arrival.files)
    return refused


def _prefer(one: Decided, past: Mapping[str, Past]) -> Decided:
    if one.arrival.task:
        return one
    own = past.get(one.arrival.id, NO_PAST)
    return prefer(one, own.last_agent, own.case_owner)


def _answered(arrivals: Sequence[Arrival], known: Known) -> dict[str, Accepted | Joins | Exception]:
    """Returns the answers to requests that have been answered before."""
    results: dict[str, Accepted | Joins | Exception] = {}
    for arrival in arrivals if known.answers else ():
        for key in (arrival.former_key, arrival.idempotency_key):
            if key and (answered := known.answers.get((arrival.workspace_id, key))):
                # An older version hashed bodies otherwise: for the requests it answered, the same key means the same
                # body.
                same = key == arrival.former_key or answered[0] == arrival.body_hash
                results[arrival.id] = Accepted(answered[1], None) if same else IdempotencyKeyReused()
    return results


def _enter(batch: Batch, one: Decided) -> None:
    """Makes the rows of a contact, and its answer."""
    arrival, outcome = one.arrival, OUTCOMES[one.route.outcome]
    contact: Any = NewContact(columns_of_contact(one))
    batch.addressed.mark(one)
    draft = draft_of(arrival.words.topic, arrival.subject, _known_of(one)) if outcome.publishes else None
    entered = outcome.enter(contact, one.route, draft)
    if entered.served_by:
        contact.columns["served_by"] = entered.served_by
    decision = decision_of(one, entered, draft)
    answer = answer_of(contact, one, decision, batch.addressed.opted_out_at(arrival.id))
    batch.add("contacts", contact.columns)
    batch.add("decisions", decision)
    for row in entered.rows:
        batch.add(*part_of(row))
    for place, file in enumerate(arrival.files):
        whose = {"workspace": arrival.workspace_id, "owner": arrival.files_of}
        batch.add("files", {"contact": arrival.id, "place": place, "id": file, **whose})
    if arrival.idempotency_key:
        key = {"workspace_id": arrival.workspace_id, "key": arrival.idempotency_key}
        batch.add("idempotency_keys", key | {"body_hash": arrival.body_hash, "answer": answer})
    if arrival.message_key:
        batch.add("message_keys", _message_key(arrival))
    batch.results[arrival.id] = Accepted(answer, contact)


def _message_key(arrival: Arrival) -> dict[str, Any]:
    return {
        "workspace_id": arrival.workspace_id,
        **asdict(arrival.message_key),  # type: ignore[arg-type]
        "message_id": first_message_of(arrival.id),
        "received_at": arrival.received_at,
    }


def _known_of(one: Decided) -> list[str | None]:
    """Returns what names the customer, in our books and in the contact itself: none of it is shown in public."""
    ours = [one.customer.name, *(value for _, value in one.customer.addresses)]
    return [*ours, one.arrival.customer.name, *(address.value for address in one.arrival.customer.addresses)]


async def _write(lane: Lane, batch: Batch) -> None:
    if batch.reached:
        named = ("workspace", "kind", "value")
        await lane.fetch(REACHED, [dict(zip(named, address, strict=True)) for address in sorted(batch.reached)])
    if not batch.rows.get("contacts"):
        return
    if stale := batch.cases.stale():
        await lane.fetch(CLOSE_STALE, stale)
    locks, marks = batch.cases.locks(), batch.addressed.rows()
    rows = batch.identified.rows() | batch.cases.rows() | batch.rows
    async with lane.transaction() if locks or marks else nullcontext():
        if locks:
            await lane.fetch(ONE_BY_ONE, locks)
        written = document(**rows)
        await lane.fetch(write_of(written), written)
        if marks:
            await lane.fetch(MARK, marks)
