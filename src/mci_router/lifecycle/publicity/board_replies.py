"""Replies on the board, written into the conversation of the customer who asked, where nobody else carries them.

That is a customer who wrote in private and agreed to have it posted. One who asked in public reads along there.
"""

from contextlib import suppress

from sqlalchemy import select

from mci_router.community.news import ReplyNews
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import ChannelCannot, ConversationOver, MessageKeyReused, NotFound, WindowClosed
from mci_router.lifecycle.talking.conversing import Conversations
from mci_router.lifecycle.talking.saying import Said
from mci_router.models import Contact
from mci_router.vocabulary import Channel, MessageKind, Visibility

SAYS = {
    "en": "{author} has answered your question in the community, “{title}”:",
    "de": "{author} hat Ihre Frage in der Community beantwortet, „{title}“:",
}
LONGEST = 2_000  # characters of the reply: all of it is in the thread
OVER = (ConversationOver, NotFound, ChannelCannot, WindowClosed, MessageKeyReused)


class BoardReplies:
    """Writes what was replied, as messages of the service. `public_url` is where others reach the router."""

    def __init__(self, database: Database, snapshots: Snapshots, conversations: Conversations, public_url: str) -> None:
        self._database = database
        self._snapshots = snapshots
        self._conversations = conversations
        self._public_url = public_url

    async def tell(self, news: ReplyNews) -> None:
        """Writes a reply into the conversation behind its post, if that is open. Idempotent.

        Raises DatabaseUnavailable.
        """
        mine = (Contact.workspace_id == news.workspace, Contact.id == news.contact)
        async with self._database.transaction() as session:
            contact = await session.scalar(select(Contact).where(*mine))
        if contact is None or contact.visibility is Visibility.PUBLIC or contact.ended_at or contact.sensitive:
            return
        text, key = await self._text(news, contact.language), f"told of {news.reply}"
        if contact.channel is Channel.WEB:
            said = Said(MessageKind.SYSTEM, "", text, owner="system", key=key)
            with suppress(*OVER):
                await self._conversations.say(news.workspace, news.contact, said)
        else:
            with suppress(*OVER):
                await self._conversations.answering.tell(news.workspace, contact.adapter, news.contact, key, text)

    async def _text(self, news: ReplyNews, language: str | None) -> str:
        says = SAYS.get(language or "", SAYS["en"]).format(author=news.author, title=news.title)
        body = news.text if len(news.text) <= LONGEST else news.text[: LONGEST - 1] + "…"
        link = await self._link(news)
        return "\n\n".join(part for part in (says, body, link) if part)

    async def _link(self, news: ReplyNews) -> str:
        """Returns the address of the thread; empty where there are no pages, or it is not known how to reach them."""
        spec = (await self._snapshots.get(news.workspace)).spec
        reached = self._public_url.rstrip("/")
        return f"{reached}/community/{spec.name}/posts/{news.post}" if reached and spec.community else ""
