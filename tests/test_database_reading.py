"""Sessions that only read are no transactions, and write nothing."""

import pytest
from sqlalchemy import select, text

from mci_router.models import Workspace as Row
from tests.support.service import Workspace

BEGUN = text("SELECT now()")  # when the transaction began


async def test_each_query_is_by_itself_and_what_is_changed_in_rows_is_not_written(workspace: Workspace) -> None:
    """Guards the round trips of all that is read often, and that a row which a reader lays something over stays."""
    async with workspace.database.reading() as session:
        assert await session.scalar(BEGUN) < await session.scalar(BEGUN), "both are of one transaction"
        row = await session.get_one(Row, workspace.id)
        row.spec = {}
        assert await session.scalar(select(Row.name).where(Row.id == workspace.id)) == workspace.name
    async with workspace.database.transaction() as session:
        assert (await session.get_one(Row, workspace.id)).spec, "it was written"
        assert await session.scalar(BEGUN) == await session.scalar(BEGUN), "the connection begins none any more"


async def test_what_would_write_without_a_transaction_is_found_out(workspace: Workspace) -> None:
    """By each test of the service: a row that is locked while it is read would be free again at once."""
    async with workspace.database.reading() as session:
        with pytest.raises(AssertionError, match="not in a transaction: SELECT"):
            await session.execute(select(Row.name).where(Row.id == workspace.id).with_for_update())
