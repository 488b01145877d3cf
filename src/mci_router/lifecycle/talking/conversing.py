"""Conversing: a message comes in, from the customer, from a person or from a machine, and is written, announced, heard.

It is masked first. The ledger has it before anybody hears of it. What a customer says is judged, too: `listening` has
what follows from it.
"""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from mci_router.configuration.snapshots import Snapshots
from mci_router.conversations.channel_ways import Ways
from mci_router.conversations.messages import TO_CUSTOMERS, Draft, MessageData, Written
from mci_router.conversations.reading import by_key
from mci_router.database import Database
from mci_router.errors import ConversationOver, EngineUnavailable, MessageKeyReused, WrongState, in_the_log
from mci_router.ids import new_id
from mci_router.intake.answer import Answer
from mci_router.intake.arrival import Arrival, Joins, MessageKeyOf
from mci_router.intake.fingerprints import Fingerprints
from mci_router.lifecycle.delivery import Delivery
from mci_router.lifecycle.publicity.modality import OF_NOTICES, notice_due, wrote_directly
from mci_router.lifecycle.talking.answering import Answering
from mci_router.lifecycle.talking.cards_in_parts import without_parts
from mci_router.lifecycle.talking.committing import MessageCommits
from mci_router.lifecycle.talking.listening import Heard, Listening
from mci_router.lifecycle.talking.parking import Parking
from mci_router.lifecycle.talking.saying import OF_SUMMARIES, Said, SentKey, Spoken, draft_of
from mci_router.precedence import Precedence
from mci_router.routing.engine import Engine
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import MAY_BE_PUBLIC, ContactState, MessageKind, Visibility

log = logging.getLogger(__name__)

PARKED = ContactState.WAITING_FOR_CUSTOMER
OURS = "system"
"""Whose keys those of messages are that the router itself writes."""

SILENT_SO_FAR = "SELECT language FROM contacts WHERE workspace_id = $1 AND id = $2 AND machine_said_at IS NULL"


class Conversations:
    """Takes messages in."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        snapshots: Snapshots,
        fingerprints: Fingerprints,
        ways: Ways,
        delivery: Delivery,
        listening: Listening,
        parking: Parking,
        commits: MessageCommits,
        precedence: Precedence,
    ) -> None:
        """Takes the parts that a message passes through.

        `begin_run`, `answer_run` and `answer_summary` are of parts that write messages, too: they are given later.
        """
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self._fingerprints = fingerprints
        self._delivery = delivery
        self._listening = listening
        self._parking = parking
        self._ways = ways
        self._commits = commits
        self.precedence = precedence
        self.answering = Answering(database, snapshots, self._say_itself)
        self.begin_run: Callable[[Arrival, Answer], Awaitable[Answer]] | None = None
        self.answer_run: Callable[[Snapshot, MessageData], Awaitable[bool]] | None = None
        self.answer_summary: Callable[[str, MessageData], Awaitable[bool]] | None = None

    async def say(self, workspace: str, contact: str, said: Said) -> Spoken:
        """Writes a message into a contact's conversation, and has it heard by those whom it concerns. Idempotent by its
        key.

        Raises:
            NotFound, ConversationOver: there is no such contact, or it has ended.
            ChannelCannot, WindowClosed: the contact's channel cannot carry it.
            StaysPrivate, UnsafeHtml, MessageKeyReused, UnknownMessage, DatabaseUnavailable: nothing is written.
            UnknownAttachment, AttachmentUsed, AttachmentScanning, AttachmentBlocked: nothing is written.
        """
        await self.precedence.give_way()  # to read and to mask it costs about as much as its part of a batch
        snapshot = await self._snapshots.get(workspace)
        if said.kind in TO_CUSTOMERS:
            await self._ways.refuse_what_the_channel_cannot(
                snapshot, contact, said.text, said.html, files=len(said.files)
            )
            if said.visibility is not Visibility.PUBLIC and not said.over:
                await self._tell(snapshot, contact, after_end=said.after_end)
        says_so = await self._says_so(snapshot, contact) if said.owner in (OURS, OF_SUMMARIES) else None
        draft = await without_parts(self._database, self._draft(snapshot, contact, said, says_so))
        written = await self._commits.write(draft)
        if said.kind is MessageKind.CUSTOMER and said.visibility is Visibility.PRIVATE:
            await wrote_directly(self._database, workspace, contact)
        await self.precedence.give_way()  # all of a batch come here at the same moment
        return await self._heard(snapshot, *written)

    async def _says_so(self, snapshot: Snapshot, contact: str) -> str | None:
        """Returns the words that a machine is speaking, if no machine of ours has spoken to this customer before."""
        rows = await self._database.read(SILENT_SO_FAR, snapshot.workspace_id, contact)
        return snapshot.machine_notice(rows[0]["language"]) if rows else None

    async def tell_of_direct_answer(self, workspace: str, contact: str) -> None:
        """Says in public that a contact's customer is answered directly, if that is due. Idempotent.

        Raises ConversationOver, DatabaseUnavailable.
        """
        await self._tell(await self._snapshots.get(workspace), contact)

    async def say_at_end(self, workspace: str, contact: str, text: str) -> None:
        """Writes what the service itself says when it has ended a contact. Idempotent."""
        await self._say_itself(workspace, contact, f"end of {contact}", text)

    async def arrive(self, arrival: Arrival) -> Answer:
        """Accepts what an adapter posted: as a contact of its own, or as a message of the open one that it belongs to,
        which the answer says. Idempotent.

        Raises as `Delivery.accept` does.
        """
        answer = await self._accepted(arrival)
        if self.begin_run and "workflow" in answer["route"]:
            answer = await self.begin_run(arrival, answer)
        await self.answering.answer(arrival.snapshot, arrival.adapter, answer)
        return answer

    async def known(self, workspace: str, key: MessageKeyOf, *formerly: str) -> Spoken | None:
        """Returns the message that was written with a key; `formerly` are fingerprints that a version before may have
        kept. Raises MessageKeyReused if it said something else.
        """
        found = await by_key(self._database, workspace, key.owner, key.key)
        if found is None:
            return None
        message, fingerprint = found
        if fingerprint not in (key.fingerprint, *formerly):
            raise MessageKeyReused
        await self.answering.again(workspace, _adapter_of(key.owner), message["contact_id"])
        live = await self._engine.contact(workspace, message["contact_id"])
        return Spoken(message, live.state if live else None, fresh=False)

    def key_of(self, workspace: str, owner: str, key: str, said: Mapping[str, Any]) -> MessageKeyOf:
        """Returns the key of a message as it is kept: fingerprints, for a sender may put anything into one."""
        return MessageKeyOf(owner, self.kept_key(workspace, key), self.fingerprint_of(workspace, said))

    def kept_key(self, workspace: str, key: str) -> str:
        """Returns the form in which a sender's key is kept."""
        return self._fingerprints.of(f"{workspace} message key", key)

    def fingerprint_of(self, workspace: str, said: Mapping[str, Any]) -> str:
        """Returns what is kept to tell whether the same was said again."""
        return self._fingerprints.of(f"{workspace} message", json.dumps(said, sort_keys=True, default=str))

    async def _accepted(self, arrival: Arrival) -> Answer:
        with self.precedence.coming():
            answer = await self._delivery.accept(arrival)
        if isinstance(answer, Joins):
            try:
                return await self._join(arrival, answer.contact)
            except ConversationOver:  # since the ledger was looked at
                answer = await self._delivery.accept(replace(arrival, apart=True))
        assert not isinstance(answer, Joins)  # noqa: S101 — one that is apart joins none
        return answer

    async def _say_itself(
        self, workspace: str, contact: str, key: str, text: str, kind: MessageKind = MessageKind.SYSTEM
    ) -> None:
        await self.say(workspace, contact, Said(kind, "", text, owner="system", key=key, after_end=True))

    async def _tell(self, snapshot: Snapshot, contact: str, *, after_end: bool = False) -> None:
        if text := await notice_due(self._database, snapshot, contact):
            key = MessageKeyOf(OF_NOTICES, contact, "")
            said = Said(MessageKind.SYSTEM, "", text, OF_NOTICES, key, after_end=after_end, notice=True)
            await self._commits.write(self._draft(snapshot, contact, said))

    async def _join(self, arrival: Arrival, contact: str) -> Answer:
        directly = arrival.visibility is Visibility.PRIVATE and arrival.channel in MAY_BE_PUBLIC
        if directly:
            await self._commits.must_be_open(arrival.workspace_id, contact)
            await wrote_directly(self._database, arrival.workspace_id, contact)
        key = arrival.message_key or _key_of_request(arrival)
        draft = Draft(
            id=new_id("message"),
            workspace=arrival.workspace_id,
            contact=contact,
            received_at=arrival.received_at,
            occurred_at=arrival.occurred_at or arrival.received_at,
            kind=MessageKind.CUSTOMER,
            author=arrival.adapter or "",
            text=arrival.text,
            visibility=Visibility.PRIVATE if directly else None,
            owner=key.owner if key else None,
            key=key.key if key else None,
            fingerprint=key.fingerprint if key else "",
            headers=key.headers if key else None,
            files=arrival.files,
            files_of=arrival.files_of,
        )
        draft = await without_parts(self._database, draft)
        spoken = await self._heard(arrival.snapshot, *await self._commits.write(draft))
        answer = await self._listening.answer(arrival.workspace_id, contact)
        of_message = {"moved": spoken.moved, "message": spoken.message, "again": not spoken.fresh}
        return {**answer, "joined": True, **of_message}

    async def _heard(self, snapshot: Snapshot, written: Written, state: ContactState | None) -> Spoken:
        """Does what follows if it is a customer who has said it. Where that cannot be done now, the message stands."""
        workspace, contact = snapshot.workspace_id, written.message["contact_id"]
        spoken = Spoken(written.message, state, written.fresh)
        if not written.fresh or written.message["kind"] != MessageKind.CUSTOMER:
            return spoken
        try:
            back = await self._parking.customer_wrote(workspace, contact) if state is PARKED else None
            now = (back.state if back else state) or written.state
            heard = Heard(now)
            if written.message["text"]:
                heard = await self._listening.hear(snapshot, written.message, now, sensitive=written.sensitive)
                if self.answer_run and heard.state is ContactState.AUTOMATING and not heard.moved:
                    await self.answer_run(snapshot, written.message)
                elif self.answer_summary:
                    await self.answer_summary(workspace, written.message)
        except (EngineUnavailable, WrongState) as problem:
            log.warning("message %s is written, and was not judged: %s", spoken.message["id"], in_the_log(problem))
            return spoken
        return replace(spoken, state=heard.state, moved=heard.moved or back is not None)

    def _draft(self, snapshot: Snapshot, contact: str, said: Said, says_so: str | None = None) -> Draft:
        facts: dict[str, Any] = {
            "contact": contact,
            "kind": said.kind,
            "text": said.text,
            "html": said.html,
            "to": said.to_agent,
        }
        facts |= {"files": list(said.files)} if said.files else {}
        workspace, sent = snapshot.workspace_id, said.key
        if isinstance(sent, SentKey):
            formerly = self.key_of(workspace, said.owner, sent.key, facts)
            key = self._sent_key(workspace, formerly, sent, facts)
            return draft_of(snapshot, contact, said, key, says_so, formerly)
        plain = self.key_of(workspace, said.owner, sent, facts) if isinstance(sent, str) else sent
        return draft_of(snapshot, contact, said, plain, says_so)

    def _sent_key(self, workspace: str, plain: MessageKeyOf, sent: SentKey, facts: Mapping[str, Any]) -> MessageKeyOf:
        """Returns a key as it is kept, apart from those of other authors and members; `plain` is apart from none."""
        # What came in the one member is never taken for what the version before may have kept of the other.
        fingerprint = self.fingerprint_of(workspace, {**facts, "member": sent.member})
        if sent.author is None:
            return replace(plain, fingerprint=fingerprint)
        of_author = json.dumps([sent.member, sent.author, sent.key])
        return MessageKeyOf(plain.owner, self._fingerprints.of(f"{workspace} author's key", of_author), fingerprint)


def _key_of_request(arrival: Arrival) -> MessageKeyOf | None:
    return MessageKeyOf("request", arrival.idempotency_key, arrival.body_hash) if arrival.idempotency_key else None


def _adapter_of(owner: str) -> str | None:
    adapter = owner.removeprefix("adapter:")
    return adapter if adapter != owner else None
