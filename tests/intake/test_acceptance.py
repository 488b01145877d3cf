"""A batch is taken in with two statements, three where somebody has come before, whatever its size; and a batch that was
decided on what no longer holds is refused as a whole.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.api.schemas.contacts import ContactIn
from mci_router.database import Lane
from mci_router.database_errors import Raced
from mci_router.intake.acceptance import accept
from mci_router.intake.arrival import Accepted, Arrival, Decided, Joins
from mci_router.intake.known import LOOK
from mci_router.intake.past import LOOK_BACK
from mci_router.intake.writing import WRITE
from mci_router.vocabulary import Trust
from tests.support.service import Workspace

COUNTS = text(
    "SELECT (SELECT count(*) FROM contacts WHERE workspace_id = :w), (SELECT count(*) FROM cases WHERE workspace_id = :w)"
)


class Watched(Lane):
    """A lane that notes the statements that pass."""

    def __init__(self, lane: Lane) -> None:
        super().__init__(lane._options, lane._schema)
        self.statements: list[str] = []

    async def fetch(self, statement: str, document: object) -> list[asyncpg.Record]:
        self.statements.append(statement)
        return await super().fetch(statement, document)


Take = Callable[..., Awaitable[list[Accepted | Joins | Exception]]]


@pytest.fixture
def lane(service: tuple[str, Parts]) -> Any:
    watched = Watched(service[1].database.lane())
    yield watched
    watched.close()


@pytest.fixture
def take(service: tuple[str, Parts], workspace: Workspace, lane: Watched) -> Take:
    """Takes a batch in; something may happen between the decision and the write."""
    parts = service[1]

    async def received(contact: dict[str, Any]) -> Arrival:
        customer = {"trust": "authenticated", **contact.pop("customer", {})}
        sent = ContactIn.model_validate({"channel": "chat", "text": "a complaint", "customer": customer, **contact})
        return await parts.reception.receive(workspace.id, sent.model_dump(mode="json"), None, Trust.VERIFIED)

    async def take(
        *contacts: dict[str, Any], meanwhile: Callable[[], Awaitable[object]] | None = None
    ) -> list[Accepted | Joins | Exception]:
        async def foresee(decided: Sequence[Decided]) -> list[Decided]:
            if meanwhile:
                await meanwhile()
            return list(decided)

        arrivals = await asyncio.gather(*map(received, contacts))
        return await accept(lane, arrivals, foresee=foresee)

    return take


async def counted(workspace: Workspace) -> tuple[int, int]:
    """How many contacts and cases the workspace has."""
    async with workspace.database.transaction() as session:
        contacts, cases = (await session.execute(COUNTS, {"w": workspace.id})).one()
    return contacts, cases


def somebody(number: int) -> dict[str, Any]:
    return {"topic": "complaint", "customer": {"external_id": f"crm-{number}", "email": f"c{number}@example.org"}}


async def test_a_batch_of_any_size_is_the_same_few_statements(workspace: Workspace, take: Take, lane: Watched) -> None:
    """One look and one write for new customers; one look more, at the past, for those who have come before."""
    await take(somebody(0))
    assert lane.statements == [LOOK, WRITE[False, False]]
    lane.statements.clear()
    await take(*map(somebody, range(1, 12)))
    assert lane.statements == [LOOK, WRITE[False, False]]
    lane.statements.clear()
    taken = await take(*map(somebody, range(8, 15)))
    assert lane.statements == [LOOK, LOOK_BACK, WRITE[False, False]]
    touches = [one.answer["triage"]["reasons"] for one in taken if isinstance(one, Accepted)]
    assert ["come back" in " ".join(reasons) or "came back" in " ".join(reasons) for reasons in touches] == [
        *[True] * 4,
        *[False] * 3,
    ]
    assert await counted(workspace) == (19, 15)


async def test_two_of_one_customer_in_a_batch_share_the_case(workspace: Workspace, take: Take) -> None:
    """The second finds what the first has just opened; the second message of a conversation joins the first's contact."""
    taken = await take(somebody(1), somebody(1), {"channel_ref": "talk"}, {"channel_ref": "talk"})
    answers = [one.answer for one in taken if isinstance(one, Accepted)]
    assert answers[0]["case_id"] == answers[1]["case_id"]
    assert taken[3] == Joins(answers[2]["id"])
    assert await counted(workspace) == (3, 2)


@pytest.mark.parametrize("what", ["customer", "case", "conversation"])
async def test_what_was_decided_on_something_that_has_changed_is_not_written(
    workspace: Workspace, take: Take, what: str
) -> None:
    """Another process makes the customer, closes the case or begins the conversation: nothing of the batch is written,
    and the next attempt finds it.
    """
    mine: dict[str, Any] = {"customer": {"external_id": "crm-1"}, "text": "hm"}
    known = mine | {"topic": "complaint"}
    talk = mine | {"channel_ref": "talk"}

    async def close() -> None:
        async with workspace.database.transaction() as session:
            await session.execute(
                text("UPDATE cases SET status = 'closed' WHERE workspace_id = :w"), {"w": workspace.id}
            )

    async def come() -> None:
        await workspace.post(**talk if what == "conversation" else known)

    if what != "customer":
        await take(dict(known))
    before = await counted(workspace)
    batch = [dict(talk if what == "conversation" else known), somebody(2)]
    with pytest.raises(Raced):
        await take(*map(dict, batch), meanwhile=close if what == "case" else come)
    after = await counted(workspace)
    assert after == (before if what == "case" else (before[0] + 1, before[1] + 1))
    await take(*map(dict, batch))
    contacts, cases = {"customer": (2, 1), "case": (2, 2), "conversation": (1, 1)}[what]
    assert await counted(workspace) == (after[0] + contacts, after[1] + cases)


async def test_no_index_mentions_what_most_projections_change(workspace: Workspace) -> None:
    """PostgreSQL then changes a contact's row where it is, and none of its indexes."""
    async with workspace.database.transaction() as session:
        found = await session.scalars(text("SELECT indexdef FROM pg_indexes WHERE tablename = 'contacts'"))
        definitions = found.all()
    changed = ("state", "agent", "journal_id", "assignment_id", "answered_at", "handled_at", "segment")
    assert definitions
    assert [one for one in definitions if any(column in one.partition(" USING ")[2] for column in changed)] == []
