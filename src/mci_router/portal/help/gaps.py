"""Gaps: what was asked for in the portal and found nothing."""

from collections.abc import Sequence

from mci_router.api.parts import Parts

NOBODY = "portal"


async def found_nothing(parts: Parts, workspace: str, words: Sequence[str], client: str) -> None:
    """Has a search counted that found nothing: its words, at most a dozen, and a fingerprint of the client."""
    await parts.answers.gaps.searched(workspace, " ".join(words), found=False, customer=client or NOBODY)
