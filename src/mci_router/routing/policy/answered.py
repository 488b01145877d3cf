"""Answered posts: whether one answers a contact, and the route that it then has. Nothing is published by it. Pure."""

from dataclasses import replace

from mci_router.routing.policy.routes import Route
from mci_router.routing.policy.serving import Asked
from mci_router.specs.answered import AnsweredPost
from mci_router.specs.bars import down


def answering_post(asked: Asked) -> AnsweredPost | None:
    """Returns the answered post that answers a contact on the community's rung; None if there is none.

    A mistake costs what a wrong article costs, so the topic must be as sure as for one.
    """
    found, bars = asked.facts.answered, asked.snapshot.bars
    sure = asked.matter.confidence >= bars.automation and not asked.matter.sensitive
    return found.answer(bars.answered) if found and sure else None


def answered_route(route: Route, post: AnsweredPost) -> Route:
    """Returns the route of a contact that an answered post answers."""
    because = f"the answered post {post.id} is like it ({down(post.confidence)}): its accepted reply is the answer"
    return replace(route, answered=post, reasons=(*route.reasons, because))
