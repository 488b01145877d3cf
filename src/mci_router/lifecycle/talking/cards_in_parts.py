"""Card numbers that customers send in several messages: the part that completes one is masked before it is written."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import takewhile

from mci_router.conversations.messages import Draft
from mci_router.database import Database
from mci_router.intake.masking import mask_continued, may_be_part
from mci_router.patterns import lazy_pattern
from mci_router.vocabulary import MessageKind

WITHIN = timedelta(hours=1)
LONGEST = 200  # characters of a message that may be such a part
CUSTOMER = MessageKind.CUSTOMER
_OF_A_CARD = lazy_pattern(r"card|karte|tarjeta|\bcarte|\bcarta|cart[aã]o", re.IGNORECASE)
SAID_LATELY = """
SELECT m.text, m.kind FROM messages m JOIN contacts c ON c.id = m.contact_id AND c.case_id = m.case_id
WHERE c.workspace_id = $1 AND c.id = $2 AND m.kind IN ('customer', 'agent', 'bot') AND m.received_at >= $3
ORDER BY m.seq DESC LIMIT 16
"""


async def without_parts(database: Database, draft: Draft) -> Draft:
    """Returns what a customer says without the part of a card's number, if the other parts were said within an hour.

    Few messages may go on with one, and need the look. Two that are written at the same moment do not see
    each other. Raises DatabaseUnavailable.
    """
    if draft.kind is not MessageKind.CUSTOMER or len(draft.text) > LONGEST or not may_be_part(draft.text):
        return draft
    rows = await database.read(SAID_LATELY, draft.workspace, draft.contact, draft.received_at - WITHIN)
    since = [row["text"] for row in takewhile(lambda row: row["kind"] != CUSTOMER, rows)]
    asked = any("?" in text and not _OF_A_CARD.search(text) for text in since)
    said = [row["text"] for row in reversed(rows) if row["kind"] == CUSTOMER]
    masked = mask_continued(said, draft.text, asked=asked)
    return replace(draft, text=masked.text, html=None) if masked.count else draft
