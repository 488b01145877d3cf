"""Replies: what is written to a post in public is judged as the post was.

A sensitive reply is hidden before anybody sees it, and the contact behind the post is taken private.
"""

from dataclasses import dataclass

from mci_router.clock import utc_now
from mci_router.community import board as community
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.intake.later import Later, Listener
from mci_router.intake.masking import mask, mask_public
from mci_router.intake.publishing import known_of
from mci_router.lifecycle.dispatch import Dispatch
from mci_router.lifecycle.foresight import Foresight
from mci_router.lifecycle.open_contact import RUNG_STATES, OpenContact, judged_text
from mci_router.lifecycle.privacy import private_triage, take_private
from mci_router.models import Decision, Reply
from mci_router.routing.engine import Engine
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.finding import find
from mci_router.triage.reading import without_unseen
from mci_router.triage.result import Triage

WHY = "a reply to its post is sensitive: the contact is taken private"


@dataclass(frozen=True, slots=True)
class JudgedReply:
    """The triage of a reply's first sensitive piece, if there is one.

    `failed`: it could not be judged, so nobody is shown it.
    """

    sensitive: Triage | None
    failed: bool

    @property
    def hidden(self) -> bool:
        return self.sensitive is not None or self.failed


class Replies:
    """Adds replies to posts."""

    def __init__(
        self, database: Database, engine: Engine, snapshots: Snapshots, listener: Listener, dispatch: Dispatch
    ) -> None:
        self._database = database
        self._engine = engine
        self._foresight = Foresight(engine)
        self._snapshots = snapshots
        self._listener = listener
        self._dispatch = dispatch

    async def add(self, workspace: str, post_id: str, author: str, body: str) -> Reply:
        """Adds a reply, hidden if it may not be shown. Raises NotFound, WrongState."""
        snapshot = await self._snapshots.get(workspace)
        async with self._database.transaction() as session:
            await community.open_post(session, workspace, post_id)
        said = await self._listener.overhear(snapshot, mask(body).text, without_unseen(mask(author).text))
        judged = judge_reply(snapshot, said)
        async with self._database.command() as session:
            post = await community.open_post(session, workspace, post_id)
            current = await OpenContact.locked(session, self._engine, workspace, post.contact_id)
            known = (await known_of(session, [current.customer]))[current.customer.id]
            shown = mask_public(said.author, *known), mask_public(said.words.topic, *known)
            reply = await community.reply(session, workspace, post_id, *shown, hidden=judged.hidden)
            private = judged.sensitive
            moved = await self._take_private(snapshot, current, private) if private else None
            if reply.hidden:
                await self._engine.journal_hidden_reply(workspace, current.contact.id, post_id, reply.id)
        if moved:
            await self._dispatch.move(snapshot, current.contact, moved)
        return reply

    async def _take_private(self, snapshot: Snapshot, current: OpenContact, triage: Triage) -> Decision | None:
        """Takes the contact private.

        Returns its new decision if it moves: one that people have stays with them, one that has ended as it is.
        """
        contact, before = current.contact, current.decision
        if current.state.final:
            return None
        await community.hide_post(current.session, contact.id, utc_now())
        take_private(contact, triage, topic=False)
        if current.state not in RUNG_STATES:
            before.triage = private_triage(before, contact, triage, WHY, text=judged_text(contact, before))
            return None
        decision = await current.climb(snapshot, self._foresight, WHY)
        decision.triage = private_triage(decision, contact, triage, WHY, text=judged_text(contact, before))
        return decision


def judge_reply(snapshot: Snapshot, said: Later) -> JudgedReply:
    """Returns whether the reply is sensitive, and nothing else: its topic is the post's."""
    triages = [
        find(snapshot, seen, named=None, measured=said.measured, customer={}) for seen in said.seen if not seen.failed
    ]
    return JudgedReply(
        next((triage for triage in triages if triage.sensitive), None), any(seen.failed for seen in said.seen)
    )
