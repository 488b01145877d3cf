"""What models of triage have learnt from a customer's words: taken from their examples, and fitted without them."""

from collections.abc import Collection, Sequence

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.learning import register
from mci_router.models import TriageModel

THERE_ARE = text("SELECT EXISTS (SELECT FROM corrections WHERE contact_id = ANY(:contacts))")
GONE = text("DELETE FROM corrections WHERE contact_id = ANY(:contacts) RETURNING text")
# An operator's example, or what somebody else has said in the same words, is not the customer's.
OTHERS = text(
    """
    SELECT text FROM corrections WHERE workspace_id = :workspace AND state = 'accepted' AND text = ANY(:texts)
    UNION SELECT e.text FROM resources r, jsonb_array_elements_text(r.spec -> 'examples') AS e(text)
    WHERE r.workspace_id = :workspace AND r.kind = 'topic' AND e.text = ANY(:texts)
    """
)


async def unlearn(session: AsyncSession, workspace: str, contacts: Sequence[str]) -> None:
    """Removes the corrections of contacts, and what models have learnt from them and from nobody else.

    Nothing begins to learn meanwhile, and what is being learnt now is not kept: its examples are others by then.
    """
    if not await session.scalar(THERE_ARE, {"contacts": contacts}):
        return
    await register.lock(session, workspace)
    texts = set(await session.scalars(GONE, {"contacts": contacts}))
    others = await session.scalars(OTHERS, {"workspace": workspace, "texts": sorted(texts)})
    if texts := texts - set(others):
        await forget_texts(session, workspace, texts)


async def forget_texts(session: AsyncSession, workspace: str, texts: Collection[str]) -> None:
    """Takes texts from the examples of a workspace's models.

    A fitted model knows the words that it was fitted to, so it goes, too: where it is in use, the service makes it
    again, without these. One that is being made is given up, and the next one has its turn at once.
    """
    versions = list(await session.scalars(select(TriageModel.version).where(TriageModel.workspace_id == workspace)))
    for version in versions:  # one at a time: a training set may have megabytes
        row = await session.get(TriageModel, (workspace, version), with_for_update=True)
        if row is None:
            continue
        examples = row.training.get("examples", {})
        kept = {topic: [one for one in said if one not in texts] for topic, said in examples.items()}
        if kept != examples:
            kept = {topic: said for topic, said in kept.items() if said}
            row.training = {**row.training, "examples": kept, "topics": register.LOST_TEXTS}
            row.fitted, row.fitted_sha256 = None, None
            row.claimed_until, row.attempts = None, 0
            await session.flush()
        session.expunge(row)
