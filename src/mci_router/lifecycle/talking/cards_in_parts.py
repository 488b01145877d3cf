"""Card numbers that customers send in several messages: the part that completes one is masked before it is written."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from mci_router.conversations.messages import Draft, MessageData
from mci_router.conversations.reading import LATEST
from mci_router.database import Database
from mci_router.intake.masking import Masked, mask_begun, mask_continued, may_be_part
from mci_router.patterns import lazy_pattern
from mci_router.vocabulary import MessageKind

WITHIN = timedelta(hours=1)
LONGEST = 200  # characters of a message that may be such a part
CUSTOMER = MessageKind.CUSTOMER
_OF_A_CARD = lazy_pattern(r"card|karte|tarjeta|\bcarte|\bcarta|cart[aã]o", re.IGNORECASE)
SAID_LATELY = """
SELECT m.text, m.kind FROM messages m JOIN contacts c ON c.id = m.contact_id AND c.case_id = m.case_id
WHERE c.workspace_id = $1 AND c.id = $2 AND m.kind IN ('customer', 'agent', 'bot') AND m.received_at >= $3
  AND m.seq < $4
ORDER BY m.seq DESC LIMIT 16
"""
SAID_NEXT = """
SELECT m.text, m.kind FROM messages m JOIN contacts c ON c.id = m.contact_id AND c.case_id = m.case_id
WHERE c.workspace_id = $1 AND c.id = $2 AND m.kind IN ('customer', 'agent', 'bot') AND m.received_at <= $3
  AND m.seq > $4
ORDER BY m.seq LIMIT 16
"""


async def without_parts(database: Database, draft: Draft) -> Draft:
    """Returns what a customer says without the part of a card's number, if the other parts were said within an hour.

    Few messages may go on with one, and need the look. Two that are written at the same moment do not see
    each other. Raises DatabaseUnavailable.
    """
    if draft.kind is not CUSTOMER:
        return draft
    masked = await _continued(database, draft.workspace, draft.contact, draft.text, draft.received_at, LATEST)
    return replace(draft, text=masked.text, html=None) if masked and masked.count else draft


async def edited_without_parts(database: Database, workspace: str, message: MessageData, text: str) -> str:
    """Returns what a customer's message is to say from now on without the part of a card's number that goes on with
    those before it, or that those after it go on with. Raises DatabaseUnavailable.
    """
    if message["kind"] != CUSTOMER or not any(character.isdigit() for character in text):
        return text
    at, seq = datetime.fromisoformat(message["received_at"]), message["seq"]
    masked = await _continued(database, workspace, message["contact_id"], text, at, seq)
    text = masked.text if masked else text
    after = _parts(await database.read(SAID_NEXT, workspace, message["contact_id"], at + WITHIN, seq))
    if not any(may_be_part(part) for part, _ in after):
        return text
    before = await database.read(SAID_LATELY, workspace, message["contact_id"], at - WITHIN, seq)
    return mask_begun([part for part, _ in _parts(before[::-1])], text, after).text


async def _continued(
    database: Database, workspace: str, contact: str, text: str, at: datetime, seq: int
) -> Masked | None:
    """Returns a text masked as one that goes on with what was said before a number; None of one that cannot."""
    if len(text) > LONGEST or not may_be_part(text):
        return None
    rows = await database.read(SAID_LATELY, workspace, contact, at - WITHIN, seq)
    asked = any(_asks(row) for row in takewhile(lambda row: row["kind"] != CUSTOMER, rows))
    return mask_continued([part for part, _ in _parts(rows[::-1])], text, asked=asked)


def _parts(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, bool]]:
    """Returns what a customer has said, each with whether somebody has asked something just before it."""
    said, asked = [], False
    for row in rows:
        if row["kind"] == CUSTOMER:
            said.append((row["text"], asked))
        asked = row["kind"] != CUSTOMER and (asked or _asks(row))
    return said


def _asks(row: Mapping[str, Any]) -> bool:
    """Returns whether a message asks something, and for no card's number."""
    return "?" in row["text"] and not _OF_A_CARD.search(row["text"])
