"""Former agents: a name that is used again is another agent's, who has no part in what the former one asked for."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, select

from mci_router.models import AdherenceException, Resource, ShiftSwap, TimeOff

Condition = ColumnElement[bool]


def present(table: type[TimeOff | AdherenceException]) -> Condition:
    """Returns the condition that a row is no former agent's: nobody was made under its agent's name since."""
    return ~exists(_made_since(table, table.agent))


def both_present() -> Condition:
    """Returns the same of swaps: neither who asked nor who was asked is a former agent."""
    return and_(*(~exists(_made_since(ShiftSwap, name)) for name in (ShiftSwap.agent, ShiftSwap.other)))


def holds(table: type[TimeOff | AdherenceException]) -> Condition:
    """Returns the condition that a row counts in plans and figures: a former agent's does where its time was over
    before the name was used again, for then it is of the former one's days.
    """
    return ~exists(_made_since(table, table.agent).where(Resource.created_at < table.ends_at))


def _made_since(table: type[TimeOff | AdherenceException | ShiftSwap], name: Any) -> Select[Any]:
    """Returns the agents of that name who were made after the row."""
    return select(Resource.id).where(
        Resource.workspace_id == table.workspace_id,
        Resource.kind == "agent",
        Resource.name == name,
        Resource.created_at > table.created_at,
    )
