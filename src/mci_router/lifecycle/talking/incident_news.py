"""News of incidents, written into the conversations of those who wrote on the help pages, or by an adapter."""

from contextlib import suppress

from mci_router.errors import ChannelCannot, ConversationOver, NotFound, WindowClosed
from mci_router.incidents.informing import NewsText
from mci_router.lifecycle.talking.conversing import Conversations
from mci_router.lifecycle.talking.saying import Said
from mci_router.vocabulary import Channel, MessageKind


class IncidentNews:
    """Writes news, as messages of the service."""

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations

    async def write(self, news: NewsText) -> None:
        """Writes news into a conversation that is open still, if nobody else carries it there. Idempotent.

        Raises DatabaseUnavailable.
        """
        key = f"{news.key} for {news.contact}"
        if news.channel == Channel.WEB:
            said = Said(MessageKind.SYSTEM, "", news.text, owner="system", key=key)
            with suppress(ConversationOver, NotFound, ChannelCannot, WindowClosed):
                await self._conversations.say(news.workspace, news.contact, said)
        else:
            await self._conversations.answering.tell(news.workspace, news.adapter, news.contact, key, news.text)
