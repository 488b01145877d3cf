"""What agents did, from the ledger: their presence with its reason, throughout a period."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import to_ms
from mci_router.insight.agent_states import EVERYBODY, changes_of
from mci_router.insight.agent_time import Span, StateChange
from mci_router.workforce.adherence.timelines import Stay, stays

CHANGES = text(f"{changes_of(':agents')} ORDER BY id")


async def stays_of(
    session: AsyncSession, workspace: str, agents: Sequence[str], period: Span
) -> Mapping[str, Sequence[Stay]]:
    """Returns each agent's presence throughout a period that does not end after now."""
    asked = {"workspace": workspace, "since_id": _id(period[0]), "until_id": _id(period[1])}
    changes: dict[str, list[StateChange]] = defaultdict(list)
    for row in await session.execute(CHANGES, asked | {"agents": [*agents, EVERYBODY]}):
        said = StateChange(row.at, row.presence, row.reachable, row.reason)
        for agent in agents if row.agent == EVERYBODY else (row.agent,):
            changes[agent].append(said)
    return {agent: stays(changes[agent], *period) for agent in agents}


def _id(at: datetime) -> str:
    """Returns the lowest id of an entry made since then, as the journal counts."""
    return f"{to_ms(at):015d}"
