"""Opt-outs: addresses to which nothing may be sent any more. Senders ask here first.

An opt-out is of the address, not of the person: it applies to every customer who has the address.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.errors import NotFound
from mci_router.intake.arrival import Arrival, Decided, IdentifiedCustomer
from mci_router.models import CustomerAddress
from mci_router.routing.engine import Engine
from mci_router.triage.machines.sent import WRITTEN
from mci_router.values import value
from mci_router.vocabulary import AddressKind, Channel, ContactKind, Outcome

KINDS_OF: Mapping[str, tuple[str, ...]] = {
    Channel.EMAIL: ("email",),
    Channel.SMS: ("phone",),
    Channel.WEB: ("email", "phone"),
}
OTHER_KINDS = ("phone", "external_id")

CameBy: TypeAlias = tuple[str, str, str]
"""Workspace, kind and value of an address."""
Answered: TypeAlias = tuple[str, str, str, str | None]
"""An address at which the company would answer; of one customer alone, if the contact named that by an id of ours."""

MARK = """
UPDATE customer_addresses a SET opted_out_at = CASE WHEN w.since IS NULL THEN NULL
  ELSE COALESCE(a.opted_out_at, w.since) END
FROM jsonb_to_recordset($1::jsonb) AS w(workspace text, kind text, value text, customer text, since timestamptz)
WHERE a.workspace_id = w.workspace AND a.kind = w.kind AND a.value = w.value
  AND (w.customer IS NULL OR a.customer_id = w.customer)
"""
# Something came from there: it takes messages again.
REACHED = """
UPDATE customer_addresses a SET failing_since = NULL
FROM jsonb_to_recordset($1::jsonb) AS w(workspace text, kind text, value text)
WHERE a.workspace_id = w.workspace AND a.kind = w.kind AND a.value = w.value AND a.failing_since IS NOT NULL
"""


@value
class OptOut:
    """An address, and since when it is opted out, if it is; `changed`: the customers for whom that is new."""

    kind: str
    opted_out_at: datetime | None
    changed: tuple[str, ...] = ()


class Addressed:
    """The addresses at which the written contacts of a batch would be answered, and since when each is opted out.

    `marks` are those that a contact opts out or in, and since when.
    """

    def __init__(self) -> None:
        self._of: dict[str, list[Answered]] = {}
        self._since: dict[Answered, datetime | None] = {}
        self.marks: dict[Answered, datetime | None] = {}

    def add(self, arrival: str, address: Answered, since: datetime | None) -> None:
        """Notes an address of an arrival."""
        self._of.setdefault(arrival, []).append(address)
        self._since.setdefault(address, since)

    def has(self, arrival: str) -> bool:
        """Returns whether the company has an address to answer an arrival at."""
        return arrival in self._of

    def opted_out_at(self, arrival: str) -> datetime | None:
        """Returns since when the address of an arrival is opted out; None if it is not."""
        return max((since for one in self._of.get(arrival, ()) if (since := self._since[one])), default=None)

    def mark(self, one: Decided) -> None:
        """Opts the address of a contact out or in, if that is all the contact says."""
        if one.route.outcome is not Outcome.NONE or one.triage.kind is ContactKind.MACHINE:
            return
        out = one.triage.kind is ContactKind.OPT_OUT
        for address in self._of.get(one.arrival.id, ()):
            since = (self._since[address] or one.arrival.received_at) if out else None
            self._since[address] = self.marks[address] = since

    def rows(self) -> list[dict[str, Any]]:
        """Returns what `MARK` takes."""
        named = ("workspace", "kind", "value", "customer")
        return [dict(zip(named, address, strict=True)) | {"since": since} for address, since in self.marks.items()]


def came_by(arrivals: Sequence[Arrival]) -> dict[str, CameBy]:
    """Returns by arrival the address that each written contact came by."""
    return {
        arrival.id: address for arrival in arrivals if arrival.channel in WRITTEN and (address := _address(arrival))
    }


def addressed(
    pairs: Sequence[tuple[Arrival, IdentifiedCustomer]],
    came_by: Mapping[str, CameBy],
    held: Mapping[CameBy, datetime | None],
    opted_out: Mapping[tuple[str, AddressKind, str], datetime],
) -> Addressed:
    """Returns the addresses of written contacts, as far as somebody has them: `held` in the ledger, or from now on.

    For an id of ours it is its customer's address of that kind.
    """
    found = Addressed()
    for arrival, who in pairs:
        person = who.customer
        if address := came_by.get(arrival.id):
            if address in held or (address[1], address[2]) in person.addresses:
                found.add(arrival.id, (*address, None), held.get(address))
        elif arrival.channel in WRITTEN and arrival.customer.id:
            for kind, value in person.addresses:
                if kind in KINDS_OF.get(arrival.channel, OTHER_KINDS):
                    since = opted_out.get((person.id, kind, value))
                    found.add(arrival.id, (arrival.workspace_id, kind, value, person.id), since)
    return found


async def look_up(session: AsyncSession, workspace: str, candidates: Mapping[str, str]) -> list[OptOut]:
    """Returns the opt-out of an address, given in each form that it may have by kind, where a customer has it."""
    return _opt_outs(await _rows(session, workspace, candidates))


async def say(
    session: AsyncSession, engine: Engine, workspace: str, candidates: Mapping[str, str], *, opted_out: bool
) -> list[OptOut]:
    """Opts an address out, or in again, and journals it. Idempotent.

    Raises:
        NotFound: no customer has it.
        EngineUnavailable: nothing has changed.
    """
    rows = await _rows(session, workspace, candidates, lock=True)
    if not rows:
        raise NotFound("No customer of this workspace has this address.")
    changed = [row for row in rows if (row.opted_out_at is not None) is not opted_out]
    for row in changed:
        row.opted_out_at = utc_now() if opted_out else None
        await engine.journal_opt_out(workspace, "opted_out" if opted_out else "opted_in", row.customer_id, row.kind)
    return _opt_outs(rows, changed)


def _opt_outs(rows: Sequence[CustomerAddress], changed: Sequence[CustomerAddress] = ()) -> list[OptOut]:
    """Returns each address once, however many customers have it."""
    since: dict[str, datetime | None] = {}
    for row in rows:
        since[row.kind] = since.get(row.kind) or row.opted_out_at
    return [
        OptOut(kind, at, tuple(row.customer_id for row in changed if row.kind == kind)) for kind, at in since.items()
    ]


async def _rows(
    session: AsyncSession, workspace: str, candidates: Mapping[str, str], *, lock: bool = False
) -> Sequence[CustomerAddress]:
    query = (
        select(CustomerAddress)
        .where(
            CustomerAddress.workspace_id == workspace,
            tuple_(CustomerAddress.kind, CustomerAddress.value).in_(list(candidates.items())),
        )
        .order_by(CustomerAddress.kind)
    )
    return (await session.scalars(query.with_for_update() if lock else query)).all()


def _address(arrival: Arrival) -> CameBy | None:
    sent = {str(one.kind): one.value for one in arrival.customer.addresses if one.value}
    return next(
        (
            (arrival.workspace_id, kind, sent[kind])
            for kind in KINDS_OF.get(arrival.channel, OTHER_KINDS)
            if kind in sent
        ),
        None,
    )
