"""Replies: what is written to a post in public is judged as the post was.

A sensitive reply is hidden before anybody sees it, and the contact behind the post is taken private.
"""

from contextlib import suppress

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.community import board as community
from mci_router.community import members
from mci_router.community.levels import held
from mci_router.community.spaces import space_of
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import WrongState
from mci_router.intake.later import Later, Listener
from mci_router.intake.masking import mask, mask_public
from mci_router.intake.publishing import known_of
from mci_router.lifecycle.lines.foresight import Foresight
from mci_router.lifecycle.open_contact import RUNG_STATES, OpenContact
from mci_router.lifecycle.passing_on.transfers import AGENT_STATES
from mci_router.lifecycle.passing_on.turned_sensitive import TurnedSensitive
from mci_router.lifecycle.publicity.privacy import private_triage, take_private
from mci_router.lifecycle.seen.contact_answers import judged_text
from mci_router.models import Decision, Post, Reply
from mci_router.routing.engine import Engine
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.finding import find
from mci_router.triage.reading import without_unseen
from mci_router.triage.result import Triage
from mci_router.values import value
from mci_router.vocabulary import HiddenWhy, MemberLevel

WHY = "a reply to its post is sensitive: the contact is taken private"


@value
class JudgedReply:
    """The triage of a reply's first sensitive piece, if there is one.

    `failed`: it could not be judged, so nobody is shown it.
    """

    sensitive: Triage | None
    failed: bool

    @property
    def hidden(self) -> bool:
        return self.sensitive is not None or self.failed


@value
class Writer:
    """Who writes a reply: the name that others read, the member, if it is one, and whether it is a moderator.

    `key` is the sender's own: with it a reply is added once.
    """

    author: str
    member: str | None = None
    moderator: bool = False
    key: str | None = None


class Replies:
    """Adds replies to posts."""

    def __init__(
        self, database: Database, engine: Engine, snapshots: Snapshots, listener: Listener, turned: TurnedSensitive
    ) -> None:
        self._database = database
        self._engine = engine
        self._foresight = Foresight(engine)
        self._snapshots = snapshots
        self._listener = listener
        self._turned = turned

    async def add(self, workspace: str, post_id: str, writer: Writer, body: str) -> Reply:
        """Adds a reply, hidden if it may not be shown. Idempotent by the writer's key.

        Raises NotFound, WrongState, MayNotWrite, TooManyReplies.
        """
        snapshot = await self._snapshots.get(workspace)
        async with self._database.transaction() as session:
            if before := await _before(session, workspace, post_id, writer):
                return before
            await _open_post(session, snapshot, post_id, writer)
        said = await self._listener.overhear(snapshot, mask(body).text, without_unseen(mask(writer.author).text))
        judged = judge_reply(snapshot, said)
        async with self._database.command() as session:
            post, level = await _open_post(session, snapshot, post_id, writer)
            current = await OpenContact.locked(session, self._engine, workspace, post.contact_id)
            if before := await _before(session, workspace, post_id, writer):
                return before
            known = (await known_of(session, [current.customer]))[current.customer.id]
            shown = mask_public(said.author, *known), mask_public(said.words.topic, *known)
            why = _why(judged, level, " ".join(shown))
            reply = await community.reply(
                *(session, workspace, post_id, *shown),
                hidden=why is not None,
                why=why,
                member=writer.member,
                key=writer.key,
                moderator=writer.moderator,
            )
            private = judged.sensitive
            newly = private is not None and not current.contact.sensitive and not current.state.final
            moved = await self._take_private(snapshot, current, private) if private else None
            if judged.hidden:
                await self._engine.journal_hidden_reply(workspace, current.contact.id, post_id, reply.id)
        if moved:
            with suppress(WrongState):  # it has just ended: the reply is hidden, and nothing more is to be done
                await self._turned.send(snapshot, current, moved)
        elif newly:
            await self._turned.tell(workspace, current.contact.id)
        return reply

    async def _take_private(self, snapshot: Snapshot, current: OpenContact, triage: Triage) -> Decision | None:
        """Takes the contact private.

        Returns its new decision if it moves: one that an agent has stays with that agent, if that one may have it. One
        that is wrapped up stays where it is, and one that has ended is left as it is.
        """
        contact, before = current.contact, current.decision
        if current.state.final:
            return None
        known = contact.sensitive and (contact.urgent or not triage.urgent)
        urgent = triage.urgent and not contact.urgent
        await community.hide_post(current.session, contact.id, utc_now())
        take_private(contact, triage, topic=False)
        decision: Decision | None = None
        if current.state in RUNG_STATES:
            decision = await current.climb(snapshot, self._foresight, WHY)
        elif current.state in AGENT_STATES and not known:
            decision = await self._turned.to_people(snapshot, current, triage, WHY, urgent=urgent)
        judged = decision or before
        judged.triage = private_triage(judged, contact, triage, WHY, text=judged_text(contact, before))
        return decision


async def _before(session: AsyncSession, workspace: str, post_id: str, writer: Writer) -> Reply | None:
    """Returns the reply that the writer's key has added already."""
    return await community.reply_by_key(session, workspace, post_id, writer.key) if writer.key else None


async def _open_post(
    session: AsyncSession, snapshot: Snapshot, post_id: str, writer: Writer
) -> tuple[Post, MemberLevel | None]:
    """Returns the post to which the writer may reply now, and the member's level.

    Raises NotFound, WrongState, MayNotWrite, TooManyReplies.
    """
    post = await community.open_post(session, snapshot.workspace_id, post_id, moderator=writer.moderator)
    space = space_of(snapshot, post.topic)
    if space.locked and not writer.moderator:
        raise WrongState("The space is locked: only moderators reply there.", state="locked")
    if writer.member is None:
        return post, None
    who = await members.member(session, snapshot.workspace_id, writer.member, lock=True)
    return post, await members.may_write(session, who, space.write)


def _why(judged: JudgedReply, level: MemberLevel | None, shown: str) -> HiddenWhy | None:
    """Returns why the reply is hidden; None if everybody may read it."""
    if judged.hidden:
        return HiddenWhy.PRIVATE
    return HiddenWhy.HELD if level and held(level, shown) else None


def judge_reply(snapshot: Snapshot, said: Later) -> JudgedReply:
    """Returns whether the reply is sensitive, and nothing else: its topic is the post's."""
    triages = [
        find(snapshot, seen, named=None, measured=said.measured, customer={}) for seen in said.seen if not seen.failed
    ]
    return JudgedReply(
        next((triage for triage in triages if triage.sensitive), None), any(seen.failed for seen in said.seen)
    )
