"""Uses of written answers: what agents inserted, and what became of it; and what automation's articles did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import to_ms, utc_now
from mci_router.database import Database
from mci_router.ids import new_id
from mci_router.models import InsertedAnswer
from mci_router.vocabulary import AnswerKind, AnswerUse

KEPT = timedelta(days=400)
MOST_CONTACTS = 200_000  # the latest ones, which are looked through
FORGET_BATCH = 5_000

OF_AUTOMATION = text("""
SELECT count(*) AS answered,
  count(*) FILTER (WHERE c.outcome = 'automation' AND c.state = 'resolved') AS helped,
  count(*) FILTER (WHERE c.outcome <> 'automation') AS unresolved
FROM (
  SELECT id, state, outcome, topic FROM contacts WHERE workspace_id = :workspace AND id >= :since
  ORDER BY id DESC LIMIT :most) AS c
JOIN decisions d ON d.contact_id = c.id AND d.workspace_id = :workspace AND d.route -> 'answer' ->> 'article' = :name
""")


@dataclass(frozen=True, slots=True)
class AutomationUse:
    """The contacts that automation answered with an article: whether it `helped`, or they went on `unresolved`."""

    answered: int
    helped: int
    unresolved: int


async def insert(session: AsyncSession, workspace: str, kind: AnswerKind, ref: str, *, contact: str, agent: str) -> str:
    """Counts an answer that an agent inserted, and returns the use's id."""
    use = InsertedAnswer(
        id=new_id("inserted_answer"),
        workspace_id=workspace,
        kind=kind,
        ref=ref,
        contact_id=contact,
        agent=agent,
        outcome=AnswerUse.INSERTED,
    )
    session.add(use)
    return use.id


async def settle(
    session: AsyncSession, workspace: str, outcomes: Mapping[str, AnswerUse], *, contact: str, agent: str
) -> None:
    """Says what became of this agent's uses, by their ids; what was said before stands. Idempotent."""
    for outcome in set(outcomes.values()):
        ids = [use for use, became in outcomes.items() if became is outcome]
        await session.execute(
            update(InsertedAnswer)
            .where(
                InsertedAnswer.workspace_id == workspace,
                InsertedAnswer.id.in_(ids),
                InsertedAnswer.contact_id == contact,
                InsertedAnswer.agent == agent,
                InsertedAnswer.outcome == AnswerUse.INSERTED,
            )
            .values(outcome=outcome)
        )


async def counted(
    session: AsyncSession, workspace: str, since: datetime, kind: AnswerKind | None = None, ref: str | None = None
) -> Sequence[tuple[AnswerKind, str, Mapping[AnswerUse, int]]]:
    """Returns the uses of answers since then, by outcome, the most used first: of one, or of all."""
    query = select(InsertedAnswer.kind, InsertedAnswer.ref, InsertedAnswer.outcome, func.count()).where(
        InsertedAnswer.workspace_id == workspace, InsertedAnswer.at >= since
    )
    if kind is not None:
        query = query.where(InsertedAnswer.kind == kind, InsertedAnswer.ref == ref)
    found: dict[tuple[AnswerKind, str], dict[AnswerUse, int]] = {}
    grouped = query.group_by(InsertedAnswer.kind, InsertedAnswer.ref, InsertedAnswer.outcome)
    for each, name, outcome, count in await session.execute(grouped):
        found.setdefault((each, name), {})[outcome] = count
    by_use = sorted(found.items(), key=lambda one: (-sum(one[1].values()), one[0]))
    return [(each, name, uses) for (each, name), uses in by_use]


async def of_automation(session: AsyncSession, workspace: str, name: str, since: datetime) -> AutomationUse:
    """Returns what automation did with an article, among the latest contacts since then."""
    given = {"workspace": workspace, "name": name, "since": first_contact(since), "most": MOST_CONTACTS}
    (row,) = await session.execute(OF_AUTOMATION, given)
    return AutomationUse(row.answered, row.helped, row.unresolved)


def first_contact(since: datetime) -> str:
    """Returns the least id that a contact of then can have."""
    return f"con_{to_ms(since):012x}"


async def forget(database: Database, now: datetime | None = None) -> None:
    """Removes uses that are older than they are kept."""
    before = (now or utc_now()) - KEPT
    old = select(InsertedAnswer.id).where(InsertedAnswer.at < before).limit(FORGET_BATCH)
    async with database.transaction() as session:
        await session.execute(delete(InsertedAnswer).where(InsertedAnswer.id.in_(old)))
