"""Merged customers' cases: they and their contacts go over to the customer who stays, and back at a split."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.errors import InvalidRequest
from mci_router.intake.parted_contacts import part_contacts
from mci_router.models import Case, Contact, Customer, CustomerMerge

MOST_CASES = 10_000  # of a customer who is merged: the merge keeps their ids


async def cases_of(session: AsyncSession, of: Customer) -> Sequence[Case]:
    """Returns all cases of a customer, locked. Raises InvalidRequest for more than 10,000."""
    query = select(Case).where(Case.workspace_id == of.workspace_id, Case.customer_id == of.id).order_by(Case.id)
    cases = (await session.scalars(query.limit(MOST_CASES + 1).with_for_update())).all()
    if len(cases) > MOST_CASES:
        raise InvalidRequest(
            f"Customer {of.id} has more than {MOST_CASES} cases.",
            errors=[{"where": "path", "problem": "too many cases"}],
        )
    return cases


async def move_cases(
    session: AsyncSession, goes: Customer, stays: Customer, cases: Sequence[Case], others: Sequence[Case]
) -> dict[str, Any]:
    """Moves cases. Of two open ones of a topic the one that moves loses it, so that no contact joins it by topic."""
    taken = {case.topic for case in others if case.status == "open" and case.topic}
    topics = {case.id: case.topic for case in cases if case.status == "open" and case.topic in taken}
    for case in cases:
        case.topic = "" if case.id in topics else case.topic
    await session.flush()
    await _give_cases(session, [case.id for case in cases], to=stays)
    verified = (
        update(Case)
        .where(Case.workspace_id == goes.workspace_id, Case.verified_as == goes.id)
        .values(verified_as=stays.id)
    )
    return {"topics": topics, "verified": list(await session.scalars(verified.returning(Case.id)))}


async def return_cases(
    session: AsyncSession,
    merged: CustomerMerge,
    goes: Customer,
    stays: Customer,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> list[str]:
    """Gives cases back to the customer who goes: its own, and later ones by its addresses. What either has said since
    in an older case of the other goes back, too. Returns the ids of the cases of the one who goes.
    """
    back = [*before["cases"], *await _came_by(session, merged, before, after)]
    query = (
        select(Case)
        .where(Case.workspace_id == goes.workspace_id, Case.customer_id == stays.id, Case.id.in_(back))
        .order_by(Case.id)
    )
    cases = (await session.scalars(query.with_for_update())).all()
    topics = {case.id: merged.moved["topics"].get(case.id, case.topic) for case in cases}
    for case in cases:
        case.topic = "" if case.status == "open" else case.topic
    await session.flush()
    await _give_cases(session, [case.id for case in cases], to=goes)
    await _give_topics(session, cases, topics)
    verified = merged.moved["verified"]
    await session.execute(
        update(Case).where(Case.workspace_id == goes.workspace_id, Case.id.in_(verified)).values(verified_as=goes.id)
    )
    parted = await _part_contacts(session, merged, goes, stays, before, after)
    return [*(case.id for case in cases), *parted]


async def _part_contacts(
    session: AsyncSession,
    merged: CustomerMerge,
    goes: Customer,
    stays: Customer,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> list[str]:
    parted: dict[str, list[str]] = {}
    for customer, own, other, its in ((goes, before, after, stays), (stays, after, before, goes)):
        query = select(Case).where(
            Case.workspace_id == its.workspace_id, Case.customer_id == its.id, Case.id.in_(other["cases"])
        )
        cases = (await session.scalars(query.order_by(Case.id).with_for_update())).all()
        parted[customer.id] = await part_contacts(
            session, merged, customer, cases, _addresses_of(own), _addresses_of(other)
        )
    return parted[goes.id]


def _addresses_of(side: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(one["kind"], one["value"]) for one in side["addresses"]}


async def _give_cases(session: AsyncSession, cases: Sequence[str], *, to: Customer) -> None:
    for kind, column in ((Case, Case.id), (Contact, Contact.case_id)):
        await session.execute(
            update(kind).where(kind.workspace_id == to.workspace_id, column.in_(cases)).values(customer_id=to.id)
        )


async def _give_topics(session: AsyncSession, cases: Sequence[Case], topics: Mapping[str, str]) -> None:
    """Gives cases their topics back; of two open cases of a topic the older gets it."""
    taken: set[str] = set()
    for case in cases:
        if case.status != "open" or topics[case.id] not in taken:
            case.topic = topics[case.id]
            taken |= {case.topic} if case.status == "open" and case.topic else set()
    await session.flush()


async def _came_by(
    session: AsyncSession, merged: CustomerMerge, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[str]:
    """Returns later cases whose contacts came by addresses of the customer who goes, and by none of the other's."""
    theirs, others = _addresses_of(before), _addresses_of(after)
    query = (
        select(Contact.case_id, Contact.identity)
        .join(Case, Case.id == Contact.case_id)
        .where(
            Contact.workspace_id == merged.workspace_id,
            Contact.customer_id == merged.into_id,
            Case.opened_at >= merged.merged_at,
        )
        .order_by(Contact.id)
        .limit(MOST_CASES)
    )
    used: dict[str, set[tuple[str, str]]] = {}
    for case, identity in await session.execute(query):
        used.setdefault(case, set()).update(
            (one["kind"], one["value"]) for one in identity.get("addresses", []) if one["value"]
        )
    return [case for case, addresses in used.items() if addresses & theirs and not addresses & others]
