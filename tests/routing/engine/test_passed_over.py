"""More workspaces than are read at once, none of whose news can be journalled, and one whose news can."""

from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import pytest

from mci_router.community.news import BoardEvents
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import EngineUnavailable
from mci_router.lifecycle.afterwards.returns import Returns
from mci_router.routing.engine import Engine
from mci_router.workforce.schedules.news import ScheduleEvents
from tests.support.ledgers import empty_ledger

MANY = 1_000
FIRST, LAST = "aa_away_", "zz_well"
KEY = "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, workspace_id text"
TABLES = (
    f"community_news ({KEY}, contact_id text, event text, facts jsonb)",
    f"schedule_news ({KEY}, event text, facts jsonb)",
    f"result_checks ({KEY}, contact_id text, confirmed boolean)",
    "contact_resolutions (workspace_id text, untold boolean)",
)


class _Away:
    """Live state and configuration of which only those of the last workspace are there."""

    def __init__(self) -> None:
        self.reached: list[str] = []

    async def journal_post(self, workspace: str, *_: Any) -> None:
        self._reach(workspace)

    async def journal_schedule(self, workspace: str, *_: Any, command: str) -> None:
        self._reach(workspace)

    async def get(self, workspace: str) -> None:
        self._reach(workspace)
        raise ValueError(workspace)  # reached, which is enough

    def _reach(self, workspace: str) -> None:
        if workspace != LAST:
            raise EngineUnavailable
        self.reached.append(workspace)


@pytest.fixture(scope="module")
async def ledger() -> AsyncIterator[Database]:
    """A ledger in which no other loop does the work."""
    async with empty_ledger("passed-over") as database:
        for columns in TABLES:
            await database.alone(f"CREATE TABLE {columns}")
        yield database


async def _tell(_: object) -> None: ...


def _board(database: Database, away: _Away) -> Any:
    return BoardEvents(database, cast(Engine, away), _tell)


def _schedules(database: Database, away: _Away) -> Any:
    return ScheduleEvents(database, cast(Engine, away))


def _returns(database: Database, away: _Away) -> Any:
    return Returns(database, cast(Engine, away), cast(Snapshots, away))


@pytest.mark.parametrize(
    ("loop", "rows"),
    [
        (_board, "community_news (workspace_id, contact_id, event, facts) SELECT id, 'c', 'post.created', '{}'"),
        (_schedules, "schedule_news (workspace_id, event, facts) SELECT id, 'schedule.published', '{}'"),
        (_returns, "result_checks (workspace_id, contact_id) SELECT id, 'c'"),
    ],
)
async def test_workspaces_that_are_away_keep_no_other_waiting(
    ledger: Database, loop: Callable[[Database, _Away], Any], rows: str
) -> None:
    """However many they are, and though they come first."""
    away = _Away()
    ids = f"SELECT '{FIRST}' || n AS id FROM generate_series(1, {MANY}) n UNION ALL SELECT '{LAST}'"
    await ledger.alone(f"INSERT INTO {rows} FROM ({ids}) AS ids")
    with pytest.raises((EngineUnavailable, ValueError)):
        await loop(ledger, away).turn()
    assert away.reached == [LAST]
