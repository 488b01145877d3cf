"""Uses of written answers: what agents inserted, and what became of it; and what automation's articles did."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import to_ms, utc_now
from mci_router.database import Database
from mci_router.ids import new_id
from mci_router.models import InsertedAnswer
from mci_router.values import value
from mci_router.vocabulary import AnswerKind, AnswerUse

KEPT = timedelta(days=400)
MOST_CONTACTS = 200_000  # the latest ones, which are looked through
FORGET_BATCH = 5_000

OF_AUTOMATION = text("""
SELECT name, version, count(*) AS answered,
  count(*) FILTER (WHERE resolved AND NOT quiet) AS helped, count(*) FILTER (WHERE resolved AND quiet) AS silent,
  count(*) FILTER (WHERE outcome <> 'automation') AS unresolved
FROM (
  SELECT d.route -> 'answer' ->> 'article' AS name, (d.route -> 'answer' ->> 'version')::int AS version, c.outcome,
    c.outcome = 'automation' AND c.state = 'resolved' AS resolved,
    c.outcome = 'automation' AND c.state = 'resolved' AND EXISTS (
      SELECT 1 FROM events e WHERE e.workspace_id = :workspace AND e.contact_id = c.id
        AND e.type = 'contact.resolved' AND e.data ->> 'why' = 'no_objection') AS quiet
  FROM (
    SELECT id, state, outcome FROM contacts WHERE workspace_id = :workspace AND id >= :since
    ORDER BY id DESC LIMIT :most) AS c
  JOIN decisions d ON d.contact_id = c.id AND d.workspace_id = :workspace
  WHERE d.route -> 'answer' ->> 'article' IS NOT NULL
    AND (CAST(:name AS text) IS NULL OR d.route -> 'answer' ->> 'article' = :name)
) AS each GROUP BY name, version ORDER BY name, version DESC NULLS LAST
""")


@value
class AutomationUse:
    """The contacts that automation answered with a version of an article, or with all of them.

    It `helped`, as the customer said; the customer was `silent` until the time for an objection had passed; or they
    went on `unresolved`. The others are open, or ended in another way.
    """

    answered: int = 0
    helped: int = 0
    silent: int = 0
    unresolved: int = 0

    def __add__(self, other: "AutomationUse") -> "AutomationUse":
        return AutomationUse(
            self.answered + other.answered,
            self.helped + other.helped,
            self.silent + other.silent,
            self.unresolved + other.unresolved,
        )


AutomationUses: TypeAlias = Mapping[str, Mapping[int | None, AutomationUse]]
"""By article and version, the newest first; None: from before versions were kept in decisions."""


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


async def of_automation(
    session: AsyncSession, workspace: str, since: datetime, name: str | None = None
) -> AutomationUses:
    """Returns what automation did with articles, or with one, among the latest contacts since then."""
    given = {"workspace": workspace, "name": name, "since": first_contact(since), "most": MOST_CONTACTS}
    found: dict[str, dict[int | None, AutomationUse]] = {}
    for row in await session.execute(OF_AUTOMATION, given):
        use = AutomationUse(row.answered, row.helped, row.silent, row.unresolved)
        found.setdefault(row.name, {})[row.version] = use
    return found


def total(uses: Iterable[AutomationUse]) -> AutomationUse:
    """Returns the sum."""
    return sum(uses, AutomationUse())


def first_contact(since: datetime) -> str:
    """Returns the least id that a contact of then can have."""
    return f"con_{to_ms(since):012x}"


async def forget(database: Database, now: datetime | None = None) -> None:
    """Removes uses that are older than they are kept."""
    before = (now or utc_now()) - KEPT
    old = select(InsertedAnswer.id).where(InsertedAnswer.at < before).limit(FORGET_BATCH)
    async with database.transaction() as session:
        await session.execute(delete(InsertedAnswer).where(InsertedAnswer.id.in_(old)))
