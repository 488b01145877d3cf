"""The holdout in the ledger: set aside when a topic is first seen, and hardly ever touched again."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.classifier.gate import Examples, HeldOutExample, fingerprint, outdated, set_aside
from mci_router.models import TriageHoldout


async def brought_up_to_date(session: AsyncSession, workspace: str, topics: Examples) -> tuple[HeldOutExample, ...]:
    """The holdout for the topics as they are: new ones are in it, those that are gone are not. `topics` has each one's own examples."""
    rows = await session.execute(
        select(TriageHoldout.topic, TriageHoldout.text).where(TriageHoldout.workspace_id == workspace).order_by(TriageHoldout.text_hash)
    )
    held = [HeldOutExample(topic, text) for topic, text in rows]
    gone = set(outdated(held, topics))
    if gone:
        hashes = [fingerprint(text) for _, text in gone]
        await session.execute(delete(TriageHoldout).where(TriageHoldout.workspace_id == workspace, TriageHoldout.text_hash.in_(hashes)))
    kept = [one for one in held if one not in gone]
    known = {topic for topic, _ in kept}
    fresh = set_aside({topic: texts for topic, texts in topics.items() if topic not in known})
    added = list({fingerprint(one.text): one for one in fresh if one.text not in {text for _, text in kept}}.items())
    if added:
        values = [{"workspace_id": workspace, "text_hash": key, "topic": one.topic, "text": one.text} for key, one in added]
        await session.execute(upsert(TriageHoldout).on_conflict_do_nothing(), values)
    return (*kept, *(one for _, one in added))
