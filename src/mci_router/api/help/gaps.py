"""Gaps: what was asked for in the portal and found nothing."""

from collections.abc import Sequence

from mci_router.api.parts import Parts


async def found_nothing(parts: Parts, workspace: str, words: Sequence[str], language: str) -> None:
    """Has a search counted that found nothing: its words, at most a dozen, and nothing of who asked."""
