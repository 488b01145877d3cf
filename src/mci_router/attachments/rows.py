"""Rows of attachments: what statements of other rooms say of them, and why one may not be used."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

from pydantic_core import to_json

from mci_router.database import Database
from mci_router.errors import AttachmentBlocked, AttachmentScanning, AttachmentUsed, Problem, UnknownAttachment
from mci_router.vocabulary import AttachmentState

READABLE = "(a.state IN ('stored', 'clean') OR (a.state = 'scanning' AND NOT a.blocks))"
"""Of a row `a` of the table: its bytes may be read."""

USABLE = f"a.message_id IS NULL AND {READABLE}"
"""Of a row `a` of the table: it may be put beside a message."""

AS_JSON = """jsonb_build_object('id', a.id, 'name', a.name, 'content_type', a.content_type, 'bytes', a.bytes,
    'state', a.state, 'preview', a.preview, 'key', a.key)"""
"""Of a row `a` of the table: what a message has of it."""

WHY = """
SELECT w.id, a.state, a.message_id IS NOT NULL AS used, a.blocks
FROM jsonb_to_record($1::jsonb) AS s(workspace text, ids text[], owner text)
CROSS JOIN unnest(s.ids) WITH ORDINALITY AS w(id, place)
LEFT JOIN attachments a ON a.id = w.id AND a.workspace_id = s.workspace
  AND (s.owner IS NULL OR a.uploaded_by = s.owner)
ORDER BY w.place
"""
GONE = (None, AttachmentState.UPLOADING, AttachmentState.REMOVING)

Fetch: TypeAlias = Callable[[str, object], Awaitable[Sequence[Any]]]
"""Returns the rows of a statement whose `$1` is a document."""


async def refused_now(database: Database, workspace: str, ids: Sequence[str], owner: str | None) -> Problem | None:
    """Returns what `refusal` does. Raises DatabaseUnavailable."""
    return await refusal(lambda query, about: database.read(query, to_json(about).decode()), workspace, ids, owner)


async def refusal(fetch: Fetch, workspace: str, ids: Sequence[str], owner: str | None) -> Problem | None:
    """Returns why attachments may not be used, of the first that may not; None if all may. `owner` is the sender whose
    they have to be; None: anybody's of the workspace.
    """
    for row in await fetch(WHY, {"workspace": workspace, "ids": list(ids), "owner": owner}):
        if problem := _problem_of(row):
            return problem
    return None


def _problem_of(row: Any) -> Problem | None:
    named, state = {"attachment": row["id"]}, row["state"]
    if state in GONE:
        return UnknownAttachment(f"There is no attachment {row['id']!r} that you may use.", **named)
    if state == AttachmentState.BLOCKED:
        return AttachmentBlocked(**named)
    if row["used"]:
        return AttachmentUsed(**named)
    if state == AttachmentState.SCANNING and row["blocks"]:
        return AttachmentScanning(**named)
    return None
