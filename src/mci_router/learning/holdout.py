"""The holdout in the ledger: examples set aside when a topic is first seen, and hardly ever changed afterwards."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.classifier.gate import Examples, HeldOutExample, fingerprint, outdated, set_aside
from mci_router.models import TriageHoldout


async def brought_up_to_date(session: AsyncSession, workspace: str, topics: Examples) -> tuple[HeldOutExample, ...]:
    """Returns the holdout, after adding topics that are new and deleting those that are gone.

    `topics` has each topic's own examples.
    """
    rows = await session.execute(
        select(TriageHoldout.topic, TriageHoldout.text)
        .where(TriageHoldout.workspace_id == workspace)
        .order_by(TriageHoldout.text_hash)
    )
    holdout = [HeldOutExample(topic, text) for topic, text in rows]
    gone = set(outdated(holdout, topics))
    if gone:
        hashes = [fingerprint(text) for _, text in gone]
        await session.execute(
            delete(TriageHoldout).where(TriageHoldout.workspace_id == workspace, TriageHoldout.text_hash.in_(hashes))
        )
    kept = [example for example in holdout if example not in gone]
    known = {topic for topic, _ in kept}
    fresh = set_aside({topic: texts for topic, texts in topics.items() if topic not in known})
    added = list(
        {
            fingerprint(example.text): example for example in fresh if example.text not in {text for _, text in kept}
        }.items()
    )
    if added:
        values = [
            {"workspace_id": workspace, "text_hash": key, "topic": example.topic, "text": example.text}
            for key, example in added
        ]
        await session.execute(upsert(TriageHoldout).on_conflict_do_nothing(), values)
    return (*kept, *(example for _, example in added))
