"""What is read without a transaction writes nothing and locks nothing: each such statement of a service is looked at."""

import re
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine

WRITES = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM|FOR (NO KEY )?UPDATE|FOR (KEY )?SHARE|SET LOCAL)\b")


def watch(engine: AsyncEngine) -> None:
    """Has an engine refuse what would be committed by itself, or be locked for no longer than its statement."""
    event.listen(engine.sync_engine, "before_cursor_execute", _refuse_writes)


def _refuse_writes(connection: Connection, _: Any, statement: str, *others: Any) -> None:
    alone = connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT"
    assert not (alone and WRITES.search(statement)), f"not in a transaction: {statement}"
