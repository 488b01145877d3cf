"""Sampling: which conversations of an agent's week are looked at. Pure.

They are those with the lowest keyed hashes of their ids: neither the agent nor the reviewer can choose one, everybody
gets the same ones each time, and a larger sample has all of a smaller one. While the week goes on, a new conversation
may take the place of another.
"""

from collections.abc import Callable, Iterable
from heapq import nsmallest
from typing import TypeAlias

Fingerprint: TypeAlias = Callable[[str, str], str]
"""The keyed hash of a value of a kind, in hex; nobody else can compute it."""


def sample(
    fingerprint: Fingerprint, workspace: str, agent_id: str, week: str, contacts: Iterable[str], size: int
) -> list[str]:
    """Returns the contacts that are drawn, at most so many, in the order in which they are drawn."""
    kind = f"{workspace} coaching {agent_id} {week}"
    return nsmallest(size, set(contacts), key=lambda contact: (fingerprint(kind, contact), contact))
