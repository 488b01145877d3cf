"""Saved answers: what an agent wrote to a customer becomes the draft of an article, without what reveals the customer.

Nobody is shown a draft: somebody reads it, and publishes it.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.configuration import store
from mci_router.configuration.snapshots import Snapshots
from mci_router.configuration.store import Change
from mci_router.conversations.messages import MessageData
from mci_router.database import Database
from mci_router.errors import NotFound, StaysPrivate, TooManyResources, UnknownTopic
from mci_router.intake.masking import mask_public
from mci_router.intake.publishing import known_of
from mci_router.knowledge.versions import Author
from mci_router.lifecycle.publicity.sharing import must_reveal_nothing
from mci_router.models import Contact, Customer
from mci_router.specs.answers import DEFAULT_LANGUAGE
from mci_router.specs.articles import ArticleSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import ArticleState, Audience, MessageKind

MOST_DRAFTS = 500  # of a workspace that nobody has published or deleted
SAVED = "message:"


class SavedAnswers:
    """Saves answers."""

    def __init__(self, database: Database, snapshots: Snapshots) -> None:
        self._database = database
        self._snapshots = snapshots

    async def save(
        self,
        workspace: str,
        message: MessageData,
        title: str,
        agent: str,
        topic: str | None = None,
        text: str | None = None,
    ) -> tuple[str, list[Change]]:
        """Saves a message of the agent, as it is or in the wording of `text`, and returns the article's name, and what
        changed. Idempotent by the message.

        Raises:
            NotFound: it is no message of this agent to a customer.
            StaysPrivate: its contact is sensitive.
            RevealsPrivate: the wording or the title would reveal something.
            UnknownTopic: the contact has no topic, and none is given; or there is no such topic.
            TooManyResources: many are saved, and nobody has looked at them.
        """
        snapshot = await self._snapshots.get(workspace)
        if message["kind"] != MessageKind.AGENT or message["author"] != agent or not message["text"]:
            raise NotFound("Save what you have written to a customer.")
        if text is not None:
            await must_reveal_nothing(self._database, snapshot, message["contact_id"], text, title)
        async with self._database.transaction() as session:
            spec = await _draft(session, snapshot, {**message, "text": text or message["text"]}, title, topic)
            if spec.name in snapshot.articles and snapshot.articles[spec.name].state is not ArticleState.DRAFT:
                return spec.name, []
            _refuse_too_many(snapshot, spec.name)
            changes = await store.put(session, workspace, {"article": [spec]}, author=Author(agent))
        await self._snapshots.changed(workspace)
        return spec.name, changes


async def _draft(
    session: AsyncSession, snapshot: Snapshot, message: MessageData, title: str, topic: str | None
) -> ArticleSpec:
    contact = await session.get(Contact, message["contact_id"])
    if contact is None or contact.workspace_id != snapshot.workspace_id:
        raise NotFound("There is no such message in this workspace.")
    if contact.sensitive:
        raise StaysPrivate("The contact is sensitive: nothing of it is kept as an answer.")
    about = topic or contact.topic
    if about not in snapshot.topics:
        raise UnknownTopic(f"Say the topic of the answer: there is none {about!r}." if about else "Say the topic.")
    customer = await session.get(Customer, contact.customer_id)
    known = (*(await known_of(session, [customer]))[customer.id], contact.identity.get("name")) if customer else ()
    return ArticleSpec(
        name=f"saved_{message['id']}",
        topic=about,
        title=mask_public(title, *known),
        body=mask_public(message["text"], *known),
        language=contact.language or DEFAULT_LANGUAGE,
        state=ArticleState.DRAFT,
        audience=Audience.AGENTS,
        source=f"{SAVED}{message['id']}",
    )


def _refuse_too_many(snapshot: Snapshot, name: str) -> None:
    waiting = [
        one.name
        for one in snapshot.articles.values()
        if one.state is ArticleState.DRAFT and (one.source or "").startswith(SAVED)
    ]
    if name not in waiting and len(waiting) >= MOST_DRAFTS:
        raise TooManyResources(
            f"{len(waiting)} saved answers are drafts that nobody has published or deleted.",
            kind="article",
            most=MOST_DRAFTS,
        )
