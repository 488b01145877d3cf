"""Surveying: the customers of contacts that have ended are asked how it was, each once, by the conversation's own way.

It is no part of the contact's end: loops find what is due, so that nobody waits for it and a crash loses nobody. The
message has the contact's id as its key: whatever dies between the message and its mark, it is not written again.
"""

import json
from collections.abc import Mapping
from typing import Any

from mci_router.access.survey_links import SurveyLinks
from mci_router.clock import utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, EngineUnavailable, Problem
from mci_router.intake.arrival import MessageKeyOf
from mci_router.intake.fingerprints import Fingerprints
from mci_router.intake.opt_outs import KINDS_OF, OTHER_KINDS
from mci_router.lifecycle.talking.conversing import Conversations
from mci_router.lifecycle.talking.saying import Said
from mci_router.routing.engine.shards import each, each_row
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.survey_words import legend, words_of
from mci_router.specs.surveys import SurveySpec
from mci_router.surveys.answers import OF_SURVEYS
from mci_router.surveys.drawing import drawn, ended_by, survey_for
from mci_router.surveys.inviting import LATEST, MOST_AT_ONCE, Invitations, Reach
from mci_router.vocabulary import Channel, ContactState, MessageKind, Outcome, SurveyKind, Visibility


class Surveying:
    """Decides who is asked, and asks."""

    def __init__(
        self,
        database: Database,
        snapshots: Snapshots,
        conversations: Conversations,
        fingerprints: Fingerprints,
        links: SurveyLinks,
    ) -> None:
        self._snapshots = snapshots
        self._conversations = conversations
        self._fingerprints = fingerprints
        self._links = links
        self._invitations = Invitations(database, links)

    async def turn(self) -> None:
        """Decides about contacts that have ended, and asks those whose time has come. What cannot be done of a
        workspace keeps no other one waiting. Raises as `each` does: the next turn goes on.
        """
        steps = (self._invitations.candidates, self._decide), (self._invitations.due, self._ask)
        await each(steps, lambda step: each_row(step[0], MOST_AT_ONCE, step[1]))

    async def forget(self) -> None:
        """Removes what nobody asks for any more. Raises DatabaseUnavailable."""
        await self._invitations.forget()

    async def _decide(self, row: Mapping[str, Any]) -> None:
        snapshot = await self._snapshots.get(row["workspace_id"])
        survey = self._survey_for(snapshot, row)
        if survey is None or row["ended_at"] is None or row["ended_at"] < utc_now() - LATEST:
            await self._invitations.drop(row["id"])
            return
        words = words_of(survey.kind, row["language"], survey.texts)
        why = self._unreachable(snapshot, row, f"{words.question}\n{legend(survey.kind, words)}")
        await self._invitations.invite(row, survey, words, row["language"] or "", _reach(row), why)

    def _survey_for(self, snapshot: Snapshot, row: Mapping[str, Any]) -> SurveySpec | None:
        return survey_for(
            snapshot.of(SurveySpec).values(),
            lambda one: drawn(self._fingerprints.of, snapshot.workspace_id, one, row["id"]),
            ended_by(ContactState(row["state"]), Outcome(row["outcome"])),
            row["queue"],
            row["topic"],
            Channel(row["channel"]),
        )

    def _unreachable(self, snapshot: Snapshot, row: Mapping[str, Any], said: str) -> str | None:
        """Returns why a question cannot reach a customer; None if it can. In the chat it needs no link."""
        adapter = snapshot.taking_messages.get(row["adapter"] or "")
        if adapter is None:
            return None if row["channel"] == Channel.CHAT else "unreachable"
        if not self._links.reachable:
            return None if row["channel"] == Channel.CHAT else "no_public_url"
        most = adapter.capabilities.max_chars
        return "too_long" if most and len(said) + len(self._links.link(b"")) + 2 > most else None

    async def _ask(self, row: Mapping[str, Any]) -> None:
        """Asks one customer, or notes why not. Raises DatabaseUnavailable, EngineUnavailable: it is tried again."""
        contact = row["contact_id"]
        try:
            survey = (await self._snapshots.get(row["workspace_id"])).of(SurveySpec).get(row["survey"])
            sensitive = bool(survey and survey.sensitive)
            why = "removed" if survey is None else None
            why = why or await self._invitations.still(contact, sensitive=sensitive, reach=_reach(row))
            if why is None:
                await self._write(row)
        except (DatabaseUnavailable, EngineUnavailable):
            raise
        except Problem as problem:
            why = problem.slug
        if why:
            await self._invitations.skip(contact, why)
        else:
            await self._invitations.mark(contact)

    async def _write(self, row: Mapping[str, Any]) -> None:
        kind, contact = SurveyKind(row["kind"]), row["contact_id"]
        text = f"{row['question']}\n{legend(kind, words_of(kind, row['language']))}"
        key = MessageKeyOf(OF_SURVEYS, contact, "")
        said = Said(MessageKind.SYSTEM, "", text, OF_SURVEYS, key, visibility=Visibility.PRIVATE, after_end=True)
        await self._conversations.say(row["workspace_id"], contact, said)


def _reach(row: Mapping[str, Any]) -> Reach:
    """Returns how the customer of a contact is reached: at the address that came with it."""
    kinds = KINDS_OF.get(row["channel"], OTHER_KINDS)
    addresses = json.loads(row["identity"]).get("addresses", [])
    return Reach(kinds, next((one["value"] for one in addresses if one["kind"] in kinds and one["value"]), ""))
