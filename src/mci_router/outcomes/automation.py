"""Automation: an article of the workspace answers, in the response to the contact."""

from dataclasses import replace

from mci_router.models import Contact
from mci_router.outcomes.outcome import Entered, ServingOutcome, served_by
from mci_router.routing.policy.routes import Draft, Route
from mci_router.routing.policy.serving import Asked, Servable
from mci_router.specs.bars import below, down
from mci_router.vocabulary import ContactState, Outcome, ServedBy


class Automation(ServingOutcome):
    """The best article of the topic, until the customer says that it did not help."""

    name = Outcome.AUTOMATION
    state = ContactState.AUTOMATING

    def hindrance(self, contact: Servable) -> str | None:
        """Returns why it cannot serve: no article, a topic that is not sure enough, or no article that stands out."""
        if not contact.answerable:
            return "no article answers this topic"
        if unsure := below(contact.bars.automation, contact.confidence, "an article"):
            return unsure
        if contact.fit < contact.bars.article:
            return f"no article of the topic stands out: {down(contact.fit)} is below {down(contact.bars.article)}"
        return None

    def serve(self, asked: Asked) -> Route:
        """Returns the route with the article that fits best."""
        route, article = super().serve(asked), asked.article
        if article is None:
            return route
        reasons = (*route.reasons, *article.reasons(asked.facts.language))
        confidence = round(asked.matter.confidence * article.fit, 4)
        return replace(route, article=article, confidence=confidence, reasons=reasons)

    def enter(self, contact: Contact, route: Route, draft: Draft | None) -> Entered:
        """Names the article that serves."""
        if route.article is None:
            return Entered()
        return Entered(served_by=served_by(ServedBy.ARTICLE, route.article.article.name, route.article.version))
