"""Rules of triage, compiled. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from mci_router.specs import RuleEffect, RuleSpec


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired."""

    name: str
    effect: RuleEffect


class RuleBook:
    """A workspace's rules and ours."""

    def __init__(self, rules: Iterable[RuleSpec]) -> None:
        self._rules = list(rules)

    def fired(self, text: str) -> list[Fired]:
        """The rules that fire."""
        return []
