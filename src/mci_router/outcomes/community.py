"""The community: an answered post that is like the contact answers it; else the question is posted on the board, or its
customer is asked whether it may be.

Nothing else posts on the board. A contact that came in privately is shown only if the customer agrees, and a sensitive
one never.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.community.board import close_post, make_post
from mci_router.models import Contact, Post
from mci_router.outcomes.outcome import Entered, ServingOutcome, served_by
from mci_router.routing.policy.answered import answered_route, answering_post
from mci_router.routing.policy.posting import asking_first
from mci_router.routing.policy.routes import Draft, Route
from mci_router.routing.policy.serving import Asked, Servable
from mci_router.specs.bars import below
from mci_router.vocabulary import ContactState, Modality, Outcome, ServedBy, Visibility


class NotPublic(Exception):
    """A mistake of ours: something that may not be shown was to be posted. It is not."""


class Community(ServingOutcome):
    """An answered post of another customer, or a post of its own, until the limit or an accepted reply."""

    name = Outcome.COMMUNITY
    state = ContactState.POSTED
    modality = Modality.MANY_TO_MANY
    publishes = True

    def hindrance(self, contact: Servable) -> str | None:
        """Returns why it cannot serve: no answered post is like it, and the customer cannot be asked, or the topic is
        not sure enough for the public.
        """
        if contact.answered and contact.confidence >= contact.bars.automation:
            return None
        if not contact.publishable:
            return "the customer wrote in private and cannot be asked"
        return below(contact.bars.community, contact.confidence, "a public post")

    def serve(self, asked: Asked) -> Route:
        """Returns the route with the answered post; without one, that to the board, for which the customer of a contact
        that was written in private is asked first.
        """
        route, limit_s = super().serve(asked), asked.choice.rung.limit_s
        if post := answering_post(asked):
            notice = asked.snapshot.machine_notice(asked.facts.language)
            return replace(answered_route(route, post), notice=notice)
        route = asking_first(asked.snapshot, asked.facts, route, asked.now, then_s=limit_s)
        found = asked.facts.answered
        return replace(route, similar=found.posts) if found else route

    def enter(self, contact: Contact, route: Route, draft: Draft | None) -> Entered:
        """Posts the draft, unless an answered post answers, or the customer is asked first. Raises NotPublic."""
        if route.answered:
            return Entered(served_by=served_by(ServedBy.POST, route.answered.id))
        if route.ask or draft is None:
            return Entered()
        post = published(contact, draft, agreed=False)
        return Entered([post], post.id, served_by=served_by(ServedBy.POST, post.id))

    async def leave(self, session: AsyncSession, contact: Contact, now: datetime, *, ended: bool) -> None:
        """Closes the post."""
        await close_post(session, contact.id, now)


def published(contact: Contact, draft: Draft, *, agreed: bool) -> Post:
    """Returns the post. Raises NotPublic."""
    private = contact.visibility is not Visibility.PUBLIC or contact.taken_private_at is not None
    if contact.sensitive or (private and not agreed):
        raise NotPublic(contact.id)
    return make_post(contact.workspace_id, contact.id, contact.topic, draft)
