"""The window of a case that an agent sees who serves one of its contacts, or is offered it.

Words of a sensitive contact are shown as on the screen pop: only with another such contact, to who has the skills.
"""

from collections.abc import Collection, Iterable
from types import SimpleNamespace
from typing import Any

from pydantic_core import from_json

from mci_router.conversations.reading import Window, window
from mci_router.database import Database
from mci_router.errors import NotFound
from mci_router.specs.base import TIER

# The contact itself, and those of its case whose words are kept from some.
CONTACTS = """
SELECT o.id, o.sensitive, o.requirement, o.case_id
FROM contacts c JOIN contacts o ON o.case_id = c.case_id AND (o.sensitive OR o.id = c.id)
WHERE c.workspace_id = $1 AND c.id = $2
"""


async def case_window(
    database: Database,
    workspace: str,
    contact: str,
    agent: str,
    skills: Collection[str],
    *,
    after_seq: int | None = None,
    before_seq: int | None = None,
    limit: int,
) -> Window:
    """Returns messages of a contact's case as an agent with these skills sees it who has the contact.

    Raises NotFound, DatabaseUnavailable.
    """
    found = [_record(row) for row in await database.read(CONTACTS, workspace, contact)]
    now = next((one for one in found if one.id == contact), None)
    if now is None:
        raise NotFound(f"There is no contact {contact!r} in this workspace.")
    return await window(
        database,
        workspace,
        now.case_id,
        after_seq=after_seq,
        before_seq=before_seq,
        limit=limit,
        reader=agent,
        without=kept_from(found, now, skills),
    )


def kept_from(others: Iterable[Any], now: Any, skills: Collection[str]) -> list[str]:
    """Returns the contacts whose words are kept from an agent who serves the contact `now`."""
    return [one.id for one in others if one.id != now.id and not agent_sees(one, now, skills)]


def agent_sees(contact: Any, now: Any, skills: Collection[str]) -> bool:
    """Returns whether an agent may see the words of an earlier contact while serving the contact `now`.

    Those of a sensitive contact only if `now` is sensitive, too, and the agent has every skill that the earlier one
    wanted: an agent who is trusted with one kind of matter is not trusted with all.
    """
    if not contact.sensitive:
        return True
    return now.sensitive and all(need["skill"] == TIER or need["skill"] in skills for need in contact.requirement)


def _record(row: Any) -> Any:
    record = SimpleNamespace(**row)
    if isinstance(record.requirement, str):
        record.requirement = from_json(record.requirement)
    return record
