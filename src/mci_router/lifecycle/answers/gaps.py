"""Searches that found nothing: counted without keeping who asked, and without what reveals a single customer."""

import logging
import time
from collections.abc import Iterable

from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, in_the_log
from mci_router.intake.fingerprints import Fingerprints
from mci_router.intake.masking import mask_public
from mci_router.knowledge import gaps
from mci_router.knowledge.query import words_of

log = logging.getLogger(__name__)

MOST_WORDS, LONGEST = 8, 100  # of a phrase that is kept
MOST_A_SECOND = 5  # of a workspace and process: a page that everybody reaches must not write without end
REMOVED = "removed"


def asker_of(fingerprints: Fingerprints, workspace: str, customer: str) -> str:
    """Returns the fingerprint that tells one who searches from others."""
    return fingerprints.of(f"{workspace} search", customer)[:16]


class Gaps:
    """Takes note of searches."""

    def __init__(self, database: Database, fingerprints: Fingerprints) -> None:
        self._database = database
        self._fingerprints = fingerprints
        self._second: tuple[int, dict[str, int]] = (0, {})

    async def searched(
        self,
        workspace: str,
        words: str,
        found: bool,
        *,
        topic: str | None = None,
        customer: str | None = None,
        known: Iterable[str | None] = (),
    ) -> None:
        """Counts a search, if it found nothing; at most some a second, and never raises.

        `customer` is who asked, by an id or whatever tells one person from others, of which a fingerprint is kept;
        None for an agent. `known` are facts of the customer, as a name, that the words must not show.
        """
        phrase = "" if found else phrase_of(words, known)
        if not phrase or not self._allowed(workspace):
            return
        asker = asker_of(self._fingerprints, workspace, customer) if customer else None
        try:
            async with self._database.transaction() as session:
                await gaps.searched(session, workspace, topic or "", phrase, asker)
        except DatabaseUnavailable as problem:
            log.warning("a search without result was not counted: %s", in_the_log(problem))

    def _allowed(self, workspace: str) -> bool:
        now = int(time.monotonic())
        if self._second[0] != now:
            self._second = now, {}
        counts = self._second[1]
        counts[workspace] = counts.get(workspace, 0) + 1
        return counts[workspace] <= MOST_A_SECOND


def phrase_of(words: str, known: Iterable[str | None] = ()) -> str:
    """Returns what is kept of a search's words: masked, without numbers, in the order of the alphabet."""
    masked = mask_public(words[:LONGEST], *known)
    kept = [word for word in words_of(masked) if word != REMOVED and not any(map(str.isdigit, word))]
    return " ".join(sorted(kept[:MOST_WORDS]))
