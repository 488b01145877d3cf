"""Automation: an article of the workspace answers, in the response to the contact."""

from dataclasses import replace

from mci_router.models import Contact
from mci_router.outcomes.outcome import Entered, ServingOutcome, served_by
from mci_router.routing.policy.routes import Draft, Route
from mci_router.routing.policy.serving import Asked, Servable
from mci_router.specs.answers import best
from mci_router.specs.bars import below
from mci_router.vocabulary import ContactState, Outcome, ServedBy


class Automation(ServingOutcome):
    """The best article of the topic, until the customer says that it did not help."""

    name = Outcome.AUTOMATION
    state = ContactState.AUTOMATING

    def hindrance(self, contact: Servable) -> str | None:
        """Returns why it cannot serve: no article, or a topic that is not sure enough."""
        if not contact.answerable:
            return "no article answers this topic"
        return below(contact.bars.automation, contact.confidence, "an article")

    def serve(self, asked: Asked) -> Route:
        """Returns the route with the article that fits best."""
        answers = asked.snapshot.valid_answers(asked.matter.topic, asked.now, asked.facts.readers)
        article = best(answers, asked.facts.text, asked.facts.language)
        version = asked.snapshot.article_versions.get(article.name) if article else None
        notice = asked.snapshot.machine_notice(asked.facts.language)
        return replace(super().serve(asked), article=article, article_version=version, notice=notice)

    def enter(self, contact: Contact, route: Route, draft: Draft | None) -> Entered:
        """Names the article that serves."""
        if route.article is None:
            return Entered()
        return Entered(served_by=served_by(ServedBy.ARTICLE, route.article.name, route.article_version))
