"""Changes of messages: who may edit or redact one, and what follows. What a customer says now is judged again."""

import logging
from contextlib import suppress

from mci_router.configuration.snapshots import Snapshots
from mci_router.conversations.channel_ways import Ways
from mci_router.conversations.messages import TO_CUSTOMERS, MessageData
from mci_router.conversations.rewriting import Beside, Found, Rewriting, find
from mci_router.database import Database
from mci_router.errors import EngineUnavailable, NotTheAuthor, StaysPrivate, WrongState
from mci_router.intake.masking import MaskingPolicy, mask
from mci_router.lifecycle.talking.cards_in_parts import edited_without_parts
from mci_router.lifecycle.talking.listening import Listening
from mci_router.values import value
from mci_router.vocabulary import MessageKind, Visibility

log = logging.getLogger(__name__)

OF_AGENTS = (MessageKind.AGENT, MessageKind.NOTE)


@value
class Author:
    """Who wants to change a message. `agent`: that agent at its desk; else a key, perhaps of an `adapter`.

    `writes`: the key writes for agents and machines; `hears`: it takes in what customers say; `supervises`: it may
    redact anything.
    """

    name: str
    agent: str | None = None
    adapter: str | None = None
    writes: bool = False
    hears: bool = False
    supervises: bool = False

    def may_edit(self, found: Found) -> bool:
        """Returns whether the message is the author's."""
        kind = found.message["kind"]
        if self.agent is not None:
            return kind in OF_AGENTS and found.message["author"] == self.agent
        if kind == MessageKind.CUSTOMER:
            return self.hears and self.adapter == found.adapter
        return self.writes

    def may_redact(self, found: Found) -> bool:
        """Returns whether its words are the author's to take away."""
        of_customer = found.message["kind"] == MessageKind.CUSTOMER
        return self.supervises or self.may_edit(found) or (self.agent is not None and of_customer)


class MessageChanges:
    """Edits and redacts messages for those who may."""

    def __init__(
        self, database: Database, ways: Ways, snapshots: Snapshots, rewriting: Rewriting, listening: Listening
    ) -> None:
        self._database = database
        self._ways = ways
        self._snapshots = snapshots
        self._rewriting = rewriting
        self._listening = listening

    async def find(self, workspace: str, message: str) -> Found:
        """Returns a message that may be about to change. Raises NotFound, DatabaseUnavailable."""
        return await find(self._database, workspace, message)

    async def edit(self, workspace: str, found: Found, said: str, by: Author) -> MessageData:
        """Has a message say something else, and returns it. Secrets are masked; what it said before is kept.

        Raises:
            NotTheAuthor, MessageRedacted, EditedTooOften, StaysPrivate: the message stays as it is.
            ChannelCannot, WindowClosed: its channel cannot change what was sent.
            DatabaseUnavailable: nothing has changed.
        """
        if not by.may_edit(found):
            raise NotTheAuthor
        message, snapshot = found.message, await self._snapshots.get(workspace)
        if found.direct and message["visibility"] == Visibility.PUBLIC and message["kind"] in TO_CUSTOMERS:
            raise StaysPrivate("It was said in public, and its customer is answered directly now: redact it instead.")
        masked = mask(said, MaskingPolicy(**snapshot.spec.masking.model_dump())).text
        masked = await edited_without_parts(self._database, workspace, message, masked)
        if message["delivery"]:
            contact = message["contact_id"]
            await self._ways.refuse_what_the_channel_cannot(snapshot, contact, masked, None, edits=True)
        edited = await self._rewriting.edit(workspace, message["id"], masked, by.name)
        if edited["kind"] == MessageKind.CUSTOMER and edited["revision"] > message["revision"]:
            with suppress(EngineUnavailable, WrongState):
                await self._listening.hear(snapshot, edited, found.state, sensitive=found.sensitive)
        return edited

    async def redact(self, workspace: str, found: Found, why: str, by: Author, beside: Beside) -> MessageData:
        """Takes a message's words away, and returns what is left; `beside` is written with it. Idempotent.

        Raises NotTheAuthor, DatabaseUnavailable.
        """
        if not by.may_redact(found):
            raise NotTheAuthor
        masked = mask(why, MaskingPolicy(**(await self._snapshots.get(workspace)).spec.masking.model_dump())).text
        return await self._rewriting.redact(workspace, found.message["id"], masked, by.name, beside)
