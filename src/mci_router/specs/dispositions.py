"""Dispositions: the words with which a workspace's agents say how a conversation ended."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from mci_router.specs.base import Language, Name, Spec, Text


class DispositionSpec(Spec):
    """One way in which a conversation can end.

    While a workspace has none of its own, the six of `DEFAULT_DISPOSITIONS` are proposed, and any other words are
    taken, too.
    """

    name: Name
    title: Text
    titles: Annotated[
        dict[Language, Text],
        Field(max_length=100, description="The title in other languages.", examples=[{"de": "Gelöst"}]),
    ] = {}
    position: Annotated[int, Field(ge=0, le=10_000, description="Order in which desks list them.")] = 100
    notes_needed: Annotated[bool, Field(description="It is taken only with notes.")] = False
    resolved: Annotated[bool, Field(description="The customer's matter is settled by it.")] = False


def _default(position: int, name: str, title: str, german: str, *, resolved: bool = False) -> DispositionSpec:
    return DispositionSpec(name=name, title=title, titles={"de": german}, position=position, resolved=resolved)


DEFAULT_DISPOSITIONS: Mapping[str, DispositionSpec] = {
    one.name: one
    for one in (
        _default(10, "solved", "Solved", "Gelöst", resolved=True),
        _default(20, "information_given", "Information given", "Auskunft gegeben", resolved=True),
        _default(30, "callback_agreed", "Callback agreed", "Rückruf vereinbart"),
        _default(40, "passed_on", "Passed on", "Weitergegeben"),
        _default(50, "not_solved", "Not solved", "Nicht gelöst"),
        _default(60, "spam", "Spam", "Spam"),
    )
}


def in_order(dispositions: Mapping[str, DispositionSpec]) -> list[DispositionSpec]:
    """Returns dispositions in the order in which desks list them."""
    return sorted(dispositions.values(), key=lambda one: (one.position, one.name))
