"""What models of triage have learnt from a customer's words: taken from their examples, and fitted without them."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.models import TriageModel


async def forget_texts(session: AsyncSession, workspace: str, texts: Collection[str]) -> None:
    """Takes texts from the examples of a workspace's models.

    A fitted model knows the words that it was fitted to, so it goes, too: where it is in use, the service makes it
    again, without these.
    """
    versions = list(await session.scalars(select(TriageModel.version).where(TriageModel.workspace_id == workspace)))
    for version in versions:  # one at a time: a training set may have megabytes
        row = await session.get(TriageModel, (workspace, version), with_for_update=True)
        if row is None:
            continue
        examples = row.training.get("examples", {})
        kept = {topic: [one for one in said if one not in texts] for topic, said in examples.items()}
        if kept != examples:
            row.training = {**row.training, "examples": {topic: said for topic, said in kept.items() if said}}
            row.fitted, row.fitted_sha256 = None, None
            await session.flush()
        session.expunge(row)
