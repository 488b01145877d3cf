"""Participants in the live state: agents who join a conversation, and what the ledger keeps of them."""

from collections.abc import Sequence
from typing import Any

from mci_router.clock import from_ms
from mci_router.events import EventType
from mci_router.routing.calls import CallResult
from mci_router.routing.engine.connection import Connection
from mci_router.routing.entries import JournalEntry

ABLE = "able"
WRITTEN = (EventType.PARTICIPANT_JOINED, EventType.PARTICIPANT_LEFT)


class ParticipantFunctions(Connection):
    """The functions by which agents join conversations, and leave them."""

    async def consult(self, workspace: str, agent: str, contact: str, to: str, *, able: bool) -> CallResult:
        """Asks an agent to join the conversation that `agent` serves (empty: any agent who serves it).

        `able`: only if the other could serve it. GONE if it is not the agent's; KNOWN if the other takes part; UNKNOWN,
        WRONG_STATE, UNABLE, NOT_WORKING or NO_ROOM if it cannot be.
        """
        return await self._contact(workspace, "consult", agent, contact, to, ABLE if able else "")

    async def answer_invitation(
        self, workspace: str, agent: str, invitation: str, *, accepted: bool, why: str = ""
    ) -> CallResult:
        """Answers an invitation. GONE if nobody asks the agent any more. Idempotent where it is accepted."""
        word = "accepted" if accepted else "declined"
        return await self._contact(workspace, "answer_invitation", agent, invitation, invited_to(invitation), word, why)

    async def leave_conversation(self, workspace: str, agent: str, contact: str, why: str) -> CallResult:
        """Takes a participant out of a conversation. GONE if the agent takes no part."""
        return await self._contact(workspace, "leave_conversation", agent, contact, why)

    async def read_along(self, workspace: str, agent: str, contact: str, *, able: bool) -> CallResult:
        """Has an agent read a conversation along. Idempotent. GONE, WRONG_STATE, UNABLE, NOT_WORKING or UNKNOWN."""
        return await self._contact(workspace, "read_along", agent, contact, ABLE if able else "")

    async def hand_over_inside(self, workspace: str, agent: str, contact: str, to: str) -> CallResult:
        """Gives a conversation to an agent who takes part in it (empty `agent`: any agent who serves it). Idempotent.

        GONE if it is not the agent's; UNKNOWN if the other takes no part; WRONG_STATE, UNABLE.
        """
        return await self._contact(workspace, "hand_over_inside", agent, contact, to)


def invited_to(invitation: str) -> str:
    """Returns the contact of an invitation; '' for an id of another form."""
    parts = invitation.split("_")
    return f"con_{parts[1]}" if len(parts) == 4 and parts[0] == "inv" else ""


def rows(entries: Sequence[JournalEntry]) -> list[dict[str, Any]]:
    """Returns who took part in conversations, by entries of one workspace: what `known` takes."""
    found: dict[tuple[str, str, int], dict[str, Any]] = {}
    for entry in entries:
        if entry.type in WRITTEN and entry.contact and entry.agent:
            key = (entry.contact, entry.agent, entry.data["joined_at"])
            row = found.setdefault(key, {"contact": key[0], "agent": key[1], "role": entry.data["role"]})
            row["joined_at"] = from_ms(key[2])
            if entry.type == EventType.PARTICIPANT_LEFT:
                row |= {"left_at": entry.at, "why": entry.why}
    return [found[key] for key in sorted(found)]


def known(workspace: str, rows: str) -> str:
    """Returns the statement that writes `rows`. Idempotent, in whatever order they come."""
    return f"""
    INSERT INTO participants (workspace_id, contact_id, agent, joined_at, role, left_at, why)
    SELECT {workspace}, v.contact, v.agent, v.joined_at, v.role, v.left_at, v.why
    FROM jsonb_to_recordset({rows})
      AS v(contact text, agent text, joined_at timestamptz, role text, left_at timestamptz, why text)
    ON CONFLICT (workspace_id, contact_id, agent, joined_at) DO UPDATE SET
      left_at = COALESCE(participants.left_at, excluded.left_at), why = COALESCE(participants.why, excluded.why)"""  # noqa: S608 — made of names of ours
