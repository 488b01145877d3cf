"""Contacts of past days, written to the ledger as intake would have left them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.ids import earliest, new_id
from mci_router.models import Base, Case, Contact, Customer
from mci_router.vocabulary import Cell, Channel, ContactState, Outcome
from tests.support.service import Workspace

numbers = count()
BATCH = 2_000


@dataclass(frozen=True)
class Past:
    """A contact of a day, of the customer with this number."""

    day: date
    customer: int
    topic: str | None = "sign_in"
    text: str = "hello there"
    context: dict[str, Any] = field(default_factory=dict)
    article: str | None = None
    sensitive: bool = False
    cell: Cell = Cell.HIGH_VOLUME_LOW_TOUCH
    outcome: Outcome = Outcome.AUTOMATION
    state: ContactState = ContactState.RESOLVED


def days(number: int, *, before: date | None = None) -> Sequence[date]:
    """The last days that are over, in order: of UTC."""
    end = before or datetime.now(UTC).date()
    return [end - timedelta(days=number - place) for place in range(number)]


async def write(workspace: Workspace, contacts: Iterable[Past]) -> list[str]:
    """Writes them, each resolved by automation unless it says otherwise; returns their ids."""
    rows, customers = [], dict[int, tuple[str, str]]()
    for one in contacts:
        customer, case = customers.setdefault(one.customer, (new_id("customer"), new_id("case")))
        rows.append(_row(workspace.id, one, customer, case))
    opened = datetime.now(UTC) - timedelta(days=100)
    people = [{"id": customer, "workspace_id": workspace.id} for customer, _ in customers.values()]
    cases = [
        {
            "id": case,
            "workspace_id": workspace.id,
            "customer_id": customer,
            "opened_at": opened,
            "last_contact_at": opened,
        }
        for customer, case in customers.values()
    ]
    async with workspace.database.transaction() as session:
        for model, made in ((Customer, people), (Case, cases), (Contact, rows)):
            for begin in range(0, len(made), BATCH):
                await _insert(session, model, made[begin : begin + BATCH])
    return [row["id"] for row in rows]


async def _insert(session: AsyncSession, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """In one statement: row by row it would be most of what a test costs."""
    table, rest = model.__tablename__, _defaults(model)
    columns = ", ".join({**rest, **rows[0]})
    given = f"jsonb_populate_recordset(CAST(NULL AS {table}), CAST(:rows AS jsonb))"
    statement = text(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {given}")
    await session.execute(statement, {"rows": json.dumps([{**rest, **row} for row in rows], default=str)})


@cache
def _defaults(model: type[Base]) -> dict[str, Any]:
    """What the model gives the columns that are not named."""
    columns: list[Any] = [column for column in model.__table__.columns if column.default is not None]
    return {
        column.name: column.default.arg(None) if column.default.is_callable else column.default.arg
        for column in columns
    }


def _row(workspace: str, one: Past, customer: str, case: str) -> dict[str, Any]:
    number = next(numbers)
    at = datetime.combine(one.day, time(8), UTC) + timedelta(seconds=number % 28_000)
    return {
        "id": f"{earliest('contact', at)}{number:020x}",
        "workspace_id": workspace,
        "case_id": case,
        "customer_id": customer,
        "channel": Channel.CHAT,
        "text": one.text,
        "context": one.context,
        "topic": one.topic,
        "sensitive": one.sensitive,
        "cell": one.cell,
        "outcome": one.outcome,
        "state": one.state,
        "served_by": {"kind": "article", "ref": one.article} if one.article else None,
        "accepted_at": at,
        "ended_at": at,
        "journal_id": f"{number}-0",
    }
