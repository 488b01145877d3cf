"""Notices: an incident's news, written into the conversations of those who wrote on the help pages."""

from contextlib import suppress

from mci_router.errors import ChannelCannot, ConversationOver, NotFound, WindowClosed
from mci_router.incidents.informing import Notice
from mci_router.lifecycle.conversing import Conversations
from mci_router.lifecycle.saying import Said
from mci_router.vocabulary import Channel, MessageKind


class Notices:
    """Writes notices, as messages of the service."""

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations

    async def write(self, notice: Notice) -> None:
        """Writes a notice into a conversation that is open still, if nobody else carries it there. Idempotent.

        Raises DatabaseUnavailable.
        """
        if notice.channel != Channel.WEB:
            key = f"{notice.key} for {notice.contact}"
            return await self._conversations.answering.tell(
                notice.workspace, notice.adapter, notice.contact, key, notice.text
            )
        said = Said(MessageKind.SYSTEM, "", notice.text, owner="system", key=f"{notice.key} for {notice.contact}")
        with suppress(ConversationOver, NotFound, ChannelCannot, WindowClosed):
            await self._conversations.say(notice.workspace, notice.contact, said)
        return None
